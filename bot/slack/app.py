"""The Bolt app: which of Slack's deliveries go where. All of it is in tables, from which the manifest is made too.

`process_before_response`: Slack has its acknowledgement once what was asked for is committed, and delivers again what
failed. Bolt's own logging is shut off, since it may hold what people wrote; ours has the action and no words.
"""

import logging
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from slack_bolt import Ack, App, BoltContext, BoltRequest, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from commands.tracing import trace_of
from storage.records.store import Store

from .desk import PAGE, Desk
from .forms import FORM, PRESS
from .workspaces import QUIET as QUIET
from .workspaces import NoWorkspace, Workspaces

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Shortcut:
    """A shortcut in Slack's menu: its callback, what people read, and the line that it stands for."""

    callback: str
    name: str
    does: str
    line: str


SHORTCUTS = (
    Shortcut("what-i-owe", "What I owe", "See what is asked of you", "me"),
    Shortcut("next-meetings", "Next meetings", "See which meetings come next", "meeting next"),
    Shortcut("enter-action", "Enter an action", "Enter what somebody is to do", "action add"),
    Shortcut("arrange-cover", "Arrange cover", "Say who stands in for a post", "people cover"),
)
"""The shortcuts of the lightning menu."""

EVENTS = {
    "app_home_opened": "somebody opens the home tab",
    "message.im": "somebody writes to the bot directly",
    "app_mention": "somebody calls the bot in a channel: it answers to them alone",
    "app_uninstalled": "the bot was removed from a workspace",
    "tokens_revoked": "the bot's token was taken back",
}
"""What Slack is asked to tell the bot, each with its reason."""


@dataclass(frozen=True)
class Front:
    """What the app needs from outside: the desk, the workspaces, and what is done when a workspace removes the bot."""

    desk: Desk
    workspaces: Workspaces
    removed: Callable[[str, datetime], None]
    command: str


class _App(App):
    """Bolt's app, which answers each delivery in one look at the records: who it is, what they may, what they see."""

    def __init__(self, store: Store, **options: Any) -> None:
        super().__init__(**options)
        self._store = store

    def dispatch(self, req: BoltRequest) -> BoltResponse:
        """Answers one delivery; one whose handling broke is not acknowledged, so that Slack delivers it again."""
        try:
            with self._store.one_look():
                return super().dispatch(req)
        except Exception as error:
            _note(error, req.body)
            return BoltResponse(status=500)


def make_app(front: Front, signing_secret: str | None = None) -> App:
    """The app. Without a signing secret it takes nothing over HTTP: requests of a socket need no signature."""
    app = _App(
        front.desk.conversation.runner.store,
        logger=QUIET,
        name="convenor",
        process_before_response=True,
        signing_secret=signing_secret or "",
        request_verification_enabled=True,
        token_verification_enabled=False,
        client=WebClient(base_url=front.workspaces.api_url, retry_handlers=[], logger=QUIET),
        authorize=_authorizer(front.workspaces),
        attaching_conversation_kwargs_enabled=False,
    )
    desk = front.desk

    @app.error
    def broke(error: Exception, body: dict[str, Any]) -> None:
        _note(error, body)  # Bolt answers 500

    @app.command(front.command)
    def command(ack: Ack, body: dict[str, Any], client: WebClient, context: BoltContext) -> None:
        ack(**desk.command(*_here(front, client, context), body))

    @app.action(re.compile(r"^press:"))
    def press(ack: Ack, body: dict[str, Any], client: WebClient, context: BoltContext) -> None:
        desk.press(*_here(front, client, context), body)
        ack()

    @app.action(re.compile(""))
    def chosen(ack: Ack) -> None:
        ack()  # an answer chosen in a form: it comes with the form

    @app.view(FORM)
    @app.view(PAGE)
    @app.view(PRESS)
    def submit(ack: Ack, body: dict[str, Any], client: WebClient, context: BoltContext) -> None:
        ack(**desk.submit(*_here(front, client, context), body))

    for each in SHORTCUTS:
        app.global_shortcut(each.callback)(_shortcut(front, each))

    @app.event("app_home_opened")
    def home(body: dict[str, Any], client: WebClient, context: BoltContext) -> None:
        desk.home(*_here(front, client, context), body)

    @app.event("message")
    def message(body: dict[str, Any], client: WebClient, context: BoltContext) -> None:
        event = body["event"]
        if event.get("channel_type") == "im" and event.get("subtype") in (None, "file_share") and "bot_id" not in event:
            desk.message(*_here(front, client, context), body)

    @app.event("app_mention")
    def mention(body: dict[str, Any], client: WebClient, context: BoltContext) -> None:
        if "bot_id" not in body["event"]:
            desk.message(*_here(front, client, context), body)

    @app.event("app_uninstalled")
    @app.event("tokens_revoked")
    def removed(body: dict[str, Any], context: BoltContext) -> None:
        if body["event"]["type"] == "app_uninstalled" or (body["event"].get("tokens") or {}).get("bot"):
            front.removed(str(context.team_id), datetime.fromtimestamp(int(body["event_time"]) + 1, UTC))

    return app


ACTIONS = {
    "block_actions": "press",
    "view_submission": "submit",
    "shortcut": "shortcut",
    "event_callback": "event",
}
"""What the log calls a delivery, by its type; a command has none."""


def _note(error: Exception, body: Mapping[str, Any]) -> None:
    """Writes down where an error went through, with a number, and nothing of the delivery but what kind it is."""
    action = "command" if "command" in body else ACTIONS.get(str(body.get("type")), "delivery")
    number = uuid.uuid4().hex[:12]
    log.error(
        "a delivery of Slack's could not be handled",
        extra={"action": action, "error": number, "trace": trace_of(error)},
    )


def _shortcut(front: Front, shortcut: Shortcut) -> Callable[[Ack, dict[str, Any], WebClient, BoltContext], None]:
    def does(ack: Ack, body: dict[str, Any], client: WebClient, context: BoltContext) -> None:
        front.desk.shortcut(*_here(front, client, context), body, shortcut.line)
        ack()

    return does


def _here(front: Front, client: WebClient, context: BoltContext) -> tuple[WebClient, str]:
    """Our own client, which repeats nothing, and the workspace in which the bot was reached."""
    tenant = str(context.team_id or "")
    try:
        return front.workspaces.client(tenant), tenant
    except NoWorkspace:
        return client, tenant


def _authorizer(workspaces: Workspaces) -> Callable[..., AuthorizeResult | None]:
    """Finds the token of a workspace in the database, and asks Slack nothing."""

    def authorize(context: BoltContext, enterprise_id: str | None, team_id: str | None) -> AuthorizeResult | None:
        found = workspaces.find(team_id) if team_id else None
        if found is None:
            return None
        try:
            token = workspaces.client(found.tenant).token  # opened once: to unseal it each time takes its time
        except NoWorkspace:
            return None
        return AuthorizeResult(
            enterprise_id=enterprise_id, team_id=found.tenant, bot_user_id=found.bot_user, bot_token=token
        )

    return authorize
