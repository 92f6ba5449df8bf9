"""Installing the bot into several workspaces (OAuth): a link made in the shell, Slack's page of consent, and back.

The link holds a state that is good once and for half an hour. Opening the link takes nothing away, since scanners of
mail and chat open links too; only Slack's answer takes it, and of two answers with one state one goes on. No code,
state or token reaches a log.
"""

import logging
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPException
from typing import Any
from urllib.parse import urlencode, urlsplit

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.chat.clocks import Now
from bot.settings import SLACK_API, Settings
from bot.web.pages import headers, page
from storage.records import delivery, installations, partnerships
from storage.records.store import Store

from .answers import error_of
from .manifest import BACK, SCOPES
from .workspaces import NAME, QUIET, TIMEOUT, Workspaces

log = logging.getLogger(__name__)

INSTALL = "/slack/install"
"""Where the link of the shell leads: on to Slack's page of consent."""

AUTHORIZE = "https://slack.com/oauth/v2/authorize"

_STATE = re.compile(r"[A-Za-z0-9_-]{43}")

Words = tuple[str, Sequence[str]]

NEW_LINK = "Ask whoever looks after Convenor for a new link: convenor slack install-link makes one."

NO_LONGER: Words = (
    "This link is no longer good",
    ("It can be used once, and for half an hour. Nothing has been installed by it now.", NEW_LINK),
)
DENIED: Words = (
    "Nothing has been installed",
    (
        "Slack says that it was not allowed. Somebody may have pressed Cancel, or the workspace lets only its owners "
        "install apps.",
        "The link can be opened again until half an hour after it was made.",
    ),
)
REFUSED: Words = (
    "Slack did not finish the installation",
    ("Nothing is sent to the workspace.", NEW_LINK, "If it happens again, convenor doctor says what is wrong."),
)
OUT_OF_REACH: Words = (
    "Slack did not answer",
    ("So the installation could not be finished, and nothing is sent to the workspace.", NEW_LINK),
)
WHOLE_ORGANISATION: Words = (
    "Choose a single workspace",
    (
        "The bot was to be installed in a whole Slack organisation. It works in single workspaces only, so nothing is "
        "sent there. Remove it from the organisation again, in Slack's own settings.",
        NEW_LINK,
    ),
)
ROTATING: Words = (
    "This app's tokens end after twelve hours",
    (
        "Token rotation is switched on for the app in Slack, and Convenor does not renew tokens. So nothing is sent to "
        "the workspace.",
        "Slack does not let it be switched off again: make a new app, from what convenor slack manifest prints.",
        NEW_LINK,
    ),
)
NOBODY_HERE: Words = (
    "Nothing has been installed",
    ("The partnership for which the link was made does not run here any more.", NEW_LINK),
)


def new_link(store: Store, base_url: str, partnerships_: Sequence[str], now: datetime) -> str:
    """The link by which the bot is installed in a workspace that will serve these partnerships."""
    state = secrets.token_urlsafe(32)
    delivery.begin_installing(store, state, NAME, list(partnerships_), now)
    return f"{base_url.rstrip('/')}{INSTALL}?{urlencode({'state': state})}"


def authorize_url(api_url: str) -> str:
    """Slack's page of consent; where another Slack is set (SLACK_API_URL), the page of that one."""
    if api_url == SLACK_API:
        return AUTHORIZE
    parts = urlsplit(api_url)
    return f"{parts.scheme}://{parts.netloc}/oauth/v2/authorize"


@dataclass(frozen=True)
class Installing:
    """The two addresses of an installation. `installed` is called when the bot has come into a workspace."""

    settings: Settings
    store: Store
    workspaces: Workspaces
    now: Now
    installed: Callable[[], None]

    def routes(self) -> list[Route]:
        """Both, for the server."""
        return [Route(INSTALL, self._send_on, methods=["GET"]), Route(BACK, self._come_back, methods=["GET"])]

    def _send_on(self, request: Request) -> Response:
        """Sends on to Slack with the same state, and changes nothing."""
        state = _state(request)
        if not self._is_open(state):
            return _page(NO_LONGER, 400)
        asked = {
            "client_id": self.settings.slack_client_id or "",
            "scope": ",".join(sorted(SCOPES)),
            "redirect_uri": self._back,
            "state": state,
        }
        place = f"{authorize_url(self.settings.slack_api_url)}?{urlencode(asked)}"
        return RedirectResponse(place, 302, dict(headers()))

    def _come_back(self, request: Request) -> Response:
        """Takes the state, exchanges the code for a token, and stores it; says what happens next."""
        if request.method != "GET":  # whoever only asks for the head of it, as scanners do, takes nothing
            return Response(status_code=405, headers=dict(headers()))
        if request.query_params.get("error"):
            return _page(DENIED, 400)
        state, code = _state(request), request.query_params.get("code", "")
        served = delivery.take_installing(self.store, state, NAME, self.now()) if state and code else None
        if served is None:
            return _page(NO_LONGER, 400)
        try:
            told = self._exchanged(code)
        except SlackApiError as failure:
            log.warning("Slack refuses an installation", extra={"action": "install", "error": error_of(failure)})
            return _page(REFUSED, 502)
        except (OSError, HTTPException) as failure:
            log.warning("no answer to an installation", extra={"action": "install", "error": type(failure).__name__})
            return _page(OUT_OF_REACH, 502)
        return self._store(told, served)

    def _store(self, told: dict[str, Any], served: list[str]) -> Response:
        team, token = told.get("team") or {}, str(told.get("access_token") or "")
        if told.get("is_enterprise_install") or not team.get("id"):
            return _page(WHOLE_ORGANISATION, 400)
        if told.get("token_type") != "bot" or not token:
            log.warning("Slack gave no bot's token", extra={"action": "install"})
            return _page(REFUSED, 502)
        if told.get("refresh_token") or told.get("expires_in"):
            log.warning("Slack gave a token that ends", extra={"action": "install"})
            return _page(ROTATING, 400)
        names = self._names(served)
        if not names:
            return _page(NOBODY_HERE, 400)
        name = str(team.get("name") or team["id"])
        self.workspaces.put(
            tenant=str(team["id"]),
            name=name,
            app=str(told.get("app_id") or ""),
            bot_user=str(told.get("bot_user_id") or ""),
            scopes=str(told.get("scope") or ""),
            token=token,
            serves=served,
            now=self.now(),
        )
        log.info("the bot was installed in a workspace", extra={"action": "install"})
        self.installed()
        return _page(_done(name, names))

    def _names(self, served: list[str]) -> list[str]:
        """The names of those partnerships that run here."""
        with self.store.reading() as session:
            return [each.name for each in partnerships.every(session) if each.id in served]

    def _exchanged(self, code: str) -> dict[str, Any]:
        """What Slack gives for a code. Raises SlackApiError, OSError or HTTPException."""
        secret = self.settings.slack_client_secret
        client = WebClient(base_url=self.settings.slack_api_url, timeout=TIMEOUT, retry_handlers=[], logger=QUIET)
        told = client.oauth_v2_access(
            client_id=self.settings.slack_client_id or "",
            client_secret=secret.get_secret_value() if secret else "",
            code=code,
            redirect_uri=self._back,
        )
        return dict(told.data) if isinstance(told.data, dict) else {}

    def _is_open(self, state: str) -> bool:
        with self.store.reading() as session:
            return bool(state) and installations.is_open(session, state, NAME, self.now())

    @property
    def _back(self) -> str:
        return f"{(self.settings.base_url or '').rstrip('/')}{BACK}"


def _done(workspace: str, names: list[str]) -> Words:
    return (
        f"Convenor is in {workspace}",
        (
            f"There it serves: {'; '.join(names)}.",
            "The people who are in a post are looked for now, by the address that the partnership has of them. "
            "Each hears from the bot in a direct message, which also says how to confirm who they are.",
            "Somebody who hears nothing writes one word to the bot. This page can be closed.",
        ),
    )


def _state(request: Request) -> str:
    """The state of a request; empty where it can't be one of ours."""
    state = request.query_params.get("state", "")
    return state if _STATE.fullmatch(state) else ""


def _page(words: Words, status: int = 200) -> Response:
    return page(*words, status)
