"""Microsoft's SDK for Teams: imported here alone, and only when a bot with Teams opens.

It checks who a request is from, and its client posts to Teams. All else of it stays unused: it parses strictly and
answers HTTP 500 to what it does not know, so it is shown nothing of an activity but where it says it comes from.
"""

import asyncio
import logging
import os
import warnings
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import jwt

from bot.settings import Settings

from .keys import Keys
from .tenants import CONNECTOR
from .tokens import Tokens, of_entra

if TYPE_CHECKING:
    import httpx

PATH = "/api/messages"
"""Where Teams writes to the bot, as Microsoft's examples have it."""

TIMEOUT = 10.0
"""Seconds after which a request that has no answer counts as unsure."""

LOGGERS = ("microsoft_teams", "httpx", "httpcore", "msal")
"""The libraries whose logs are shut off: what they say may hold tokens, addresses, or what people wrote."""

SILENT = logging.CRITICAL + 1

Handler = Callable[[Any], Coroutine[Any, Any, Any]]
"""How the SDK has a request handled: a mapping with `body` and `headers` gives one with `status` and `body`."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Verdict:
    """Whether a request is from Teams; if not, `why` in fixed words for the log. `later`: it cannot be told now."""

    ok: bool
    why: str = ""
    later: bool = False


class Library:
    """The SDK for one bot. `token` gives the bot's token in the place of Entra: in tests alone. `timeout` in seconds.

    Nothing is sent or fetched when it is made.
    """

    def __init__(self, settings: Settings, token: Callable[[], str] | None = None, *, timeout: float = TIMEOUT) -> None:
        self.client_id = settings.client_id or ""
        self.timeout = timeout
        self._tokens = Tokens(of_entra(settings, timeout))
        self.token: Callable[[], str] = token or self._tokens
        """The bot's own token, for Teams. Raises NoToken or NotReached."""
        quiet()
        self._adapter = _Adapter()
        with _as_it_was():
            self._app, self._issuer = _app(settings, self._adapter, lambda scope, tenant: self.token(), timeout)
            asyncio.run(self._app.initialize())
        self._app.server.on_request = _is_from_teams
        self._keys = _put_keys(self._app)
        quiet()  # the SDK's client turns the log of httpx up

    def authenticate(self, body: Mapping[str, Any], headers: Mapping[str, str]) -> Verdict:
        """Whether a request is from Teams, by its token: signature, issuer, audience, expiry and service address.

        `headers` by names in small letters. It may fetch Microsoft's keys, so it belongs into a worker thread. What
        could never be right is refused before: a token of Entra's (which the SDK takes from "agents", and which names
        no service address) would have it fetch the keys of whatever tenant the token names.
        """
        authorization = headers.get("authorization", "")
        service = body.get("serviceUrl")
        why = self._wrong(authorization, service)
        if why:
            return Verdict(False, why)
        shown = {"body": {"serviceUrl": service}, "headers": {"authorization": authorization}}
        answer = asyncio.run(self._adapter.ask(shown))
        if answer["status"] == OK:
            return Verdict(True)
        if not self._keys.there:
            return Verdict(False, "Microsoft's keys cannot be had now", later=True)
        return Verdict(False, "its token is not valid")

    def warm(self) -> bool:
        """Fetches Microsoft's keys where they are not fresh; gives whether there are some to go by.

        It waits for them, seconds at most, and never raises.
        """
        found = self.has_keys()
        if not found:
            log.warning("Microsoft's keys for Teams cannot be fetched", extra={"action": "teams.keys"})
        return found

    def has_keys(self) -> bool:
        """Whether there are keys to go by; they are fetched where they are not fresh."""
        return self._keys.warm()

    def drop_token(self) -> None:
        """Forgets the bot's token, which Teams did not take: the next request has another one."""
        self._tokens.drop()

    async def request(self, method: str, url: str, *, token: str, **more: Any) -> "httpx.Response":
        """Sends one request by the SDK's client and gives the answer. Raises what httpx raises, also for errors."""
        found: httpx.Response = await self._app.api.http.request(method, url, token=token, **more)
        return found

    async def close(self) -> None:
        """Closes the SDK's connections, in the loop that opened them."""
        await self._app.api.http.http.aclose()

    def _wrong(self, authorization: str, service: object) -> str:
        """What is wrong with a request before its token is checked; nothing of a token is believed here."""
        kind, _, token = authorization.partition(" ")
        if kind != "Bearer" or not token:
            return "it has no token"
        try:
            algorithm = jwt.get_unverified_header(token).get("alg")
            claims = jwt.decode(token, options={"verify_signature": False})
        except (jwt.PyJWTError, ValueError, RecursionError):
            return "its token cannot be read"
        if algorithm != "RS256" or claims.get("iss") != self._issuer or "exp" not in claims:
            return "its token is not one of the Bot Connector's"
        named = claims.get("serviceurl")
        if not isinstance(service, str) or not isinstance(named, str) or not service or not named:
            return "it names no service address, or its token does not"
        return "" if service.rstrip("/") == named.rstrip("/") else "its token is for another service address"


OK = 200


def _app(settings: Settings, adapter: "_Adapter", token: Any, timeout: float) -> tuple[Any, str]:
    """The SDK's app, closed to whoever does not show a token of Teams', and who issues these."""
    from microsoft_teams.api.auth.cloud_environment import PUBLIC, with_overrides
    from microsoft_teams.apps import App
    from microsoft_teams.common import ClientOptions

    cloud = with_overrides(PUBLIC, openid_metadata_url=settings.teams_openid_metadata_url)
    app = App(
        client_id=settings.client_id,
        tenant_id=settings.tenant_id,
        token=token,
        client=ClientOptions(timeout=timeout),
        http_server_adapter=adapter,
        messaging_endpoint=PATH,
        service_url=f"https://{CONNECTOR}/teams",
        cloud=cloud,
        dangerously_allow_unauthenticated_requests=False,
        fetch_user_token=False,
        telemetry={"agent365": False},
    )
    return app, cloud.token_issuer


class _Adapter:
    """What the SDK takes for a web server: it keeps the SDK's handler, so that ours can ask it."""

    def __init__(self) -> None:
        self.ask: Handler = _nobody

    def register_route(self, method: str, path: str, handler: Handler) -> None:
        """The SDK hands over what checks a request and answers it."""
        if (method, path) == ("POST", PATH):
            self.ask = handler

    def serve_static(self, path: str, directory: str) -> None:
        """Nothing of the SDK's is served."""

    async def start(self, port: int) -> None:
        """Ours is the server."""
        raise NotImplementedError

    async def stop(self) -> None:
        """Ours is the server."""


async def _nobody(request: Any) -> Any:
    return {"status": 401}


async def _is_from_teams(event: Any) -> Any:
    """What the SDK does with a request that it has found to be from Teams: nothing."""
    return {"status": OK}


def _put_keys(app: Any) -> Keys:
    """Has the SDK look up keys with ours (see `keys`). It has no way to say so, hence by its own names.

    Where a later SDK calls them otherwise, this raises, and the door does not open.
    """
    validator = app.server._token_validator._service_validator
    before = validator._jwks_client
    if not isinstance(before, jwt.PyJWKClient):
        raise TypeError("Microsoft's SDK for Teams looks up its keys in another way than it did")
    validator._jwks_client = Keys(before.uri)
    found: Keys = validator._jwks_client
    return found


def quiet() -> None:
    """Shuts the libraries' logs off: those that there are, and by their level those that are made later."""
    below = [name for name in list(logging.root.manager.loggerDict) if name.startswith(tuple(f"{n}." for n in LOGGERS))]
    for name in (*LOGGERS, *below):
        logger = logging.getLogger(name)
        logger.setLevel(SILENT)
        logger.disabled = True
        logger.propagate = False


class _as_it_was:  # noqa: N801 it is used as a verb
    """Leaves the environment as it was: when it is imported, the SDK reads a `.env` of any folder above into it.

    Its warnings of what is new in it are for those who use that.
    """

    def __enter__(self) -> None:
        self._before = dict(os.environ)
        self._caught = warnings.catch_warnings()
        self._caught.__enter__()
        warnings.simplefilter("ignore")

    def __exit__(self, *failure: object) -> None:
        self._caught.__exit__(None, None, None)
        for name in os.environ.keys() - self._before.keys():
            del os.environ[name]
        os.environ.update({name: value for name, value in self._before.items() if os.environ.get(name) != value})
