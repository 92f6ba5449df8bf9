"""What the doctor looks at in Slack: tokens, scopes, clock, whom each workspace serves and who is not known there.

Slack is asked a few questions that change nothing, each for ten seconds at most. Where it is out of reach that is one
line, and it is not asked again.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

from slack_sdk.errors import SlackApiError

from bot import keycheck
from bot.chat.checks import Chat, workspaces
from bot.chat.clocks import Now
from bot.check import Check
from bot.settings import LOOPBACK, Settings
from storage.arrangements.phrases import counted
from storage.records import installations
from storage.records.installations import Installed
from storage.records.sealing import NotOpened
from storage.records.store import Store

from .answers import MOVING, OF_THE_WORKSPACE, error_of
from .manifest import EVENTS_PATH, beyond, lacking
from .workspaces import NAME, TIMEOUT, a_client

DOOR = "Slack"

SKEW = timedelta(minutes=1)
"""How far this machine's clock may be from Slack's. Beyond five minutes every request of Slack's would be refused."""

_AGAIN = "Put `convenor slack manifest` into the app's settings (App Manifest) and install the app again."
_NEW_TOKEN = "Install the app again, and put the token that Slack then shows into the settings."

_CHAT = Chat(NAME, DOOR, "slack", _NEW_TOKEN)


class OutOfReach(Exception):
    """Slack did not answer; the words say how."""


@dataclass(frozen=True)
class Token:
    """A token to look at: where it comes from, and the workspace if it is known."""

    token: str
    installed: Installed | None

    @property
    def name(self) -> str:
        """The line's name."""
        return f"{DOOR} {self.installed.name or self.installed.tenant}" if self.installed else DOOR


def checks(settings: Settings, store: Store | None, now: Now, timeout: int = TIMEOUT) -> Sequence[Check]:
    """The lines for Slack. `store`: the database where there is one, only to be read. `timeout` in seconds."""
    found = [*_settings(settings)]
    try:
        found += _reaching_us(settings, timeout)
        tokens, unreadable = _tokens(settings, store)
        found += unreadable
        for token in tokens:
            found += _token(token, settings, now, timeout)
    except OutOfReach as reason:
        todo = "Is the network up, and may this machine reach it? Nothing is lost: what is due goes out later."
        found.append(Check(DOOR, "wrong", f"Slack cannot be reached at {settings.slack_api_url} ({reason}).", todo))
    if store is not None:
        found += workspaces(_CHAT, store, now())
    return found


# The settings, and how Slack reaches us


def _settings(settings: Settings) -> Iterator[Check]:
    yield Check(DOOR, "OK", f"People type {settings.command}; the app's slash command has to be called the same.")
    if settings.slack_client_id is None:
        yield Check(DOOR, "OK", "For one workspace; SLACK_CLIENT_ID would let further ones install the bot.")
        return
    if not _is_taken(settings.base_url):
        sentence = f"CONVENOR_BASE_URL is {settings.base_url}, and Slack sends people back to https:// only."
        yield Check(DOOR, "wrong", sentence, "Set it to the https:// address at which the bot is reached.")
        return
    sentence = "Further workspaces can install the bot: `convenor slack install-link PARTNERSHIP` makes a link."
    yield Check(DOOR, "OK", sentence)


def _reaching_us(settings: Settings, timeout: int) -> Iterator[Check]:
    if settings.slack_app_token is not None:
        yield _socket_mode(settings.slack_app_token.get_secret_value(), settings.slack_api_url, timeout)
    elif settings.base_url is None:
        sentence = f"Slack sends its requests over HTTP, to {EVENTS_PATH} on port {settings.port}."
        yield Check(DOOR, "look", sentence, "Set CONVENOR_BASE_URL, so that the manifest names the address too.")
    elif not _is_taken(settings.base_url):
        sentence = f"CONVENOR_BASE_URL is {settings.base_url}, and Slack sends its requests to https:// only."
        yield Check(DOOR, "wrong", sentence, "Set it to the https:// address at which the bot is reached.")
    else:
        place = f"{settings.base_url.rstrip('/')}{EVENTS_PATH}"
        yield Check(DOOR, "OK", f"Slack sends its requests to {place}; SLACK_SIGNING_SECRET proves that they are its.")


def _is_taken(base_url: str | None) -> bool:
    parts = urlsplit(base_url or "")
    return parts.scheme == "https" or parts.hostname in LOOPBACK


_APP_TOKEN: Mapping[str, tuple[str, str]] = {
    "missing_scope": ("SLACK_APP_TOKEN lacks the scope connections:write.", "Make a new app-level token with it."),
    "socket_mode_not_enabled": ("Socket Mode is off in the app's settings.", "Switch it on, under Socket Mode."),
    "not_allowed_token_type": ("SLACK_APP_TOKEN is no app-level token.", "It begins with xapp-: Basic Information."),
}


def _socket_mode(token: str, api_url: str, timeout: int) -> Check:
    client = a_client(token, api_url, timeout)
    _, word = _asked(lambda: client.apps_connections_open(app_token=token))
    if not word:
        return Check(DOOR, "OK", "SLACK_APP_TOKEN is good: Slack lets the bot open its line (Socket Mode).")
    sentence, todo = _APP_TOKEN.get(
        word, (f"Slack does not accept SLACK_APP_TOKEN ({word}).", "Copy it anew: Basic Information, App-Level Tokens.")
    )
    return Check(DOOR, "wrong", sentence, todo)


# Tokens


def _tokens(settings: Settings, store: Store | None) -> tuple[list[Token], list[Check]]:
    """Every token once, the one of the settings first; and a line for each that cannot be read."""
    own = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else ""
    found = {own: Token(own, None)} if own else {}
    lines = []
    for one in _every(store):
        try:
            token = str(keycheck.seal(settings).open(one.sealed)["token"])
        except (NotOpened, KeyError, IndexError):
            sentence = "Its token cannot be read with the encryption keys that are set."
            todo = "Put the key back with which it was stored, or install the bot there again."
            lines.append(Check(f"{DOOR} {one.name or one.tenant}", "wrong", sentence, todo))
            continue
        found[token] = Token(token, one)
    return list(found.values()), lines


def _every(store: Store | None) -> list[Installed]:
    if store is None:
        return []
    with store.reading() as session:
        found = installations.every(session, NAME)
        session.expunge_all()
        return found


def _token(token: Token, settings: Settings, now: Now, timeout: int) -> Iterator[Check]:
    told, word = _asked(a_client(token.token, settings.slack_api_url, timeout).auth_test)
    if word:
        reason = (OF_THE_WORKSPACE | MOVING).get(word, f"Slack answered {word}")
        yield Check(token.name, "wrong", f"The bot's token is not good: {reason}.", _NEW_TOKEN)
        return
    team = f"{told.get('team', '')} ({told.get('team_id', '')})"
    yield Check(token.name, "OK", f"The bot's token is good, for the workspace {team}.")
    if token.installed is None:
        sentence = f"The bot has not run yet with the token of {team}, so it serves nobody there."
        yield Check(token.name, "look", sentence, "Start it with `convenor run`.")
    headers = {str(name).casefold(): value for name, value in told.headers.items()}
    yield from _scopes(token.name, _one(headers.get("x-oauth-scopes")))
    yield from _clock(token.name, _one(headers.get("date")), now())


def _scopes(name: str, given: str) -> Iterator[Check]:
    missing, more = lacking(given), beyond(given)
    if missing:
        lost = "; ".join(f"{scope} ({reason})" for scope, reason in missing.items())
        yield Check(name, "wrong", f"The bot has not been given {lost}.", _AGAIN)
    if more:
        yield Check(name, "look", f"The bot has been given more than it needs: {', '.join(more)}.", _AGAIN)
    if not missing and not more:
        yield Check(name, "OK", "It has the permissions that it needs, and no other.")


def _clock(name: str, told: str, now: datetime) -> Iterator[Check]:
    try:
        skew = now - parsedate_to_datetime(told)
    except (TypeError, ValueError):
        return  # a proxy may have taken the date away
    if abs(skew) <= SKEW:
        yield Check(name, "OK", "This machine's clock and Slack's agree.")
        return
    way = "ahead of" if skew > timedelta() else "behind"
    sentence = f"This machine's clock is {counted(int(abs(skew).total_seconds()), 'second')} {way} Slack's."
    yield Check(name, "wrong", sentence, "Set it right: beyond five minutes no request of Slack's is believed.")


def _asked(asks: Callable[[], Any]) -> tuple[Any, str]:
    """What Slack answers, and its word for what is wrong, empty where nothing is. Raises OutOfReach."""
    try:
        return asks(), ""
    except SlackApiError as failure:
        status = int(getattr(failure.response, "status_code", 200) or 200)
        word = error_of(failure)
        if status >= 500 or not word:
            raise OutOfReach(f"it answers {status}") from None
        return None, word
    except (OSError, HTTPException) as failure:
        raise OutOfReach(type(getattr(failure, "reason", failure)).__name__) from None


def _one(value: object) -> str:
    """The value of a header, which may be a list of one."""
    return str(value[0] if isinstance(value, list) and value else value or "").strip()
