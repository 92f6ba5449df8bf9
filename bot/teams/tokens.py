"""The bot's own token, by which Teams knows it: from Microsoft Entra, with a secret or the machine's managed identity.

Microsoft's SDK can fetch it too, but waits for Entra without end, and what waits can't be stopped: an alert would hang
with it. So its library for Entra, MSAL, is asked here, with time-outs. Flows: "client credentials" of RFC 6749, section
4.4; a managed identity proves the registration as "federated identity credentials" in Entra's documents say.
"""

import functools
import json
import re
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from bot.settings import Settings

SCOPE = "https://api.botframework.com/.default"
"""What the token is for: the Bot Connector, where messages of Teams go."""

LOGIN = "https://login.microsoftonline.com"
"""Where Entra is, in Microsoft's public cloud."""

EXCHANGE = "api://AzureADTokenExchange"
"""What a managed identity's token is for, where it proves a registration."""

CONNECTS = 5.0
"""Seconds in which a connection must stand."""

BEFOREHAND = 300.0
"""Seconds before a token's end at which a new one is asked for."""

PASSING = {"temporarily_unavailable", "server_error", "slow_down", "managed_identity_request_timed_out"}
"""What Entra says when it will answer otherwise later."""


class NotReached(Exception):
    """Nothing was sent: the platform could not be reached, or may not be. The words say which, without an address."""


class NoToken(Exception):
    """Microsoft Entra refuses the bot's credentials. `code` is Entra's own, such as AADSTS7000215 (wrong secret)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Tokens:
    """Gives the bot's token. `timeout` in seconds, for each answer; `clock` gives seconds."""

    def __init__(
        self,
        acquire: Callable[[], Mapping[str, Any]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._acquire = acquire
        self._clock = clock
        self._token = ""
        self._ends = 0.0
        self._failed: tuple[float, Exception] | None = None
        self._lock = threading.Lock()

    def __call__(self) -> str:
        """The token. Raises NoToken or NotReached.

        One asks at a time; those who waited while it failed fail with it, so that nobody waits twice.
        """
        began = self._clock()
        if began < self._ends - BEFOREHAND:
            return self._token
        with self._lock:
            if self._clock() < self._ends - BEFOREHAND:
                return self._token
            if self._failed is not None and self._failed[0] >= began:
                return self._old_or(self._failed[1])
            try:
                answer = asked(self._acquire)
            except (NoToken, NotReached) as failure:
                self._failed = self._clock(), failure
                return self._old_or(failure)
            self._token, lasts = answer
            self._ends = self._clock() + lasts
            return self._token

    def drop(self) -> None:
        """The token is no longer good, whatever it said: the next one is asked for anew."""
        with self._lock:
            self._ends = 0.0

    def _old_or(self, failure: Exception) -> str:
        """The token from before while it lasts."""
        if self._clock() < self._ends:
            return self._token
        raise failure


def asked(acquire: Callable[[], Mapping[str, Any]]) -> tuple[str, float]:
    """Asks for a token; gives it with the seconds that it lasts. Raises NoToken or NotReached."""
    try:
        answer = acquire()
    except (OSError, json.JSONDecodeError, RuntimeError) as failure:  # requests' own are OSErrors
        raise NotReached("Microsoft Entra could not be reached") from failure
    except ValueError as failure:  # MSAL's word for a tenant that there is not, or a machine without an identity
        raise NoToken(_code(str(failure)) or "tenant") from None
    except Exception as failure:
        if type(failure).__module__.startswith("msal"):  # what it raises for an answer that says "later"
            raise NotReached("Microsoft Entra did not answer as it should") from None
        raise
    token = answer.get("access_token")
    if isinstance(token, str) and token:
        return token, float(answer.get("expires_in") or 0)
    error = str(answer.get("error", ""))
    if error in PASSING:
        raise NotReached("Microsoft Entra asked to come back later")
    raise NoToken(_code(str(answer.get("error_description", ""))) or _word(error) or "refused")


def of_entra(settings: Settings, timeout: float) -> Callable[[], Mapping[str, Any]]:
    """Asks Entra as the settings say: with the secret, or as the machine's managed identity.

    A managed identity that is the bot's own registration needs no more; another one proves the registration.
    """
    made: list[Any] = []

    def acquire() -> Mapping[str, Any]:
        if not made:
            made.append(_client(settings, timeout))  # it asks Entra where things are, so not before it is needed
        found: Mapping[str, Any] = made[0]()
        return found

    return acquire


def _client(settings: Settings, timeout: float) -> Callable[[], Mapping[str, Any]]:
    import msal  # type: ignore[import-untyped]

    waits = (min(CONNECTS, timeout), timeout)
    secret = settings.client_secret
    identity = settings.managed_identity_client_id
    if secret is None and identity == settings.client_id:
        return functools.partial(_by_identity(msal, identity or "", waits), SCOPE.removesuffix("/.default"))
    if secret is not None:
        proof: Any = secret.get_secret_value()
    else:
        by_identity = _by_identity(msal, identity or "", waits)
        proof = {"client_assertion": lambda: asked(lambda: by_identity(EXCHANGE))[0]}
    authority = f"{LOGIN}/{settings.tenant_id}"
    app = msal.ConfidentialClientApplication(
        settings.client_id, client_credential=proof, authority=authority, timeout=waits
    )
    return functools.partial(app.acquire_token_for_client, [SCOPE])


def _by_identity(msal: Any, identity: str, waits: tuple[float, float]) -> Callable[[str], Mapping[str, Any]]:
    """Asks the machine's managed identity for a token for something."""
    import requests  # it binds a socket when it is imported

    session = requests.session()
    session.request = functools.partial(session.request, timeout=waits)  # type: ignore[method-assign]
    client = msal.ManagedIdentityClient(msal.UserAssignedManagedIdentity(client_id=identity), http_client=session)

    def acquire(resource: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = client.acquire_token_for_client(resource=resource)
        return found

    return acquire


def _code(words: str) -> str:
    """Entra's number of an error, in its description."""
    found = re.search(r"AADSTS\d{3,10}", words)
    return found.group() if found else ""


def _word(error: str) -> str:
    return error if re.fullmatch(r"[A-Za-z0-9_.-]{1,80}", error) else ""
