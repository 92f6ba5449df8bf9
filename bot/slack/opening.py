"""Slack, opened: all of this door put together from the settings. Only the wiring imports it, where it is used."""

import contextlib
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from http.client import HTTPException
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import SecretStr
from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.chat.clocks import Now
from bot.chat.drafts import Drafts
from bot.chat.keeping import Keeping
from bot.settings import Settings
from commands import homes, permissions, terms
from commands.conversation import Conversation
from commands.runner import Runner
from commands.speakers import Speaker
from scheduler.homes import HomeKeeper
from storage.records import partnerships, people
from storage.records.message import Message
from storage.records.scope import Scope
from storage.records.sealing import Seal

from .accounts import Accounts
from .answers import error_of
from .app import Front, make_app
from .blocks import home_view
from .desk import Desk
from .door import SlackDoor
from .line import Line
from .readers import Readers
from .workspaces import NAME, NoWorkspace, Workspaces

log = logging.getLogger(__name__)

SHOWERS = 8
"""How many answers are shown at once, after they were acknowledged."""

LONGEST_SHOWING = 5.0
"""How long a stop waits for what is still to be shown, in seconds; then for the calls in hand alone."""


@dataclass
class Slack:
    """The door, opened. `woken` makes delivery look at once; `removed` is told of a workspace that is gone."""

    settings: Settings
    runner: Runner
    now: Now
    woken: Callable[[], None]
    keeper: HomeKeeper
    seal: Seal
    timeout: int = 10
    later: ThreadPoolExecutor = field(init=False)
    keeping: Keeping = field(init=False)
    readers: Readers = field(default_factory=Readers)
    line: Line | None = None
    _settling: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.keeping = Keeping(self.runner.store, self.seal, self.now)
        token = _secret(self.settings.slack_bot_token)
        self.workspaces = Workspaces(self.runner, self.seal, self.settings.slack_api_url, token, self.timeout)
        self.accounts = Accounts(self.runner, self.workspaces, self.readers, self.now)
        self.later = ThreadPoolExecutor(SHOWERS, thread_name_prefix="slack-shows")
        self.door = SlackDoor(
            workspaces=self.workspaces,
            zone_of=self._zone_of,
            keep=self.keeping.keep,
            readers=self.readers,
            homes=self._homes,
            command=self.settings.command,
        )
        self.desk = Desk(
            conversation=Conversation(self.runner),
            readers=self.readers,
            drafts=Drafts(self.runner.store, self.seal, self.now),
            later=self.later,
            now=self.now,
            zone=self._zone,
            meet=self.accounts.meet,
            opened_home=self._opened_home,
            keep=self.keeping.keep,
            kept=self.keeping.kept,
            mail=self.settings.has_mail,
            timeout=self.timeout,
        )
        front = Front(self.desk, self.workspaces, self._removed, self.settings.command)
        self.app: App = make_app(front, _secret(self.settings.slack_signing_secret))

    def start(self) -> None:
        """Begins to listen in Socket Mode, where that is set up; never waits for Slack."""
        token = _secret(self.settings.slack_app_token)
        if token is not None:
            self.line = Line(self.app, token, self.settings.slack_api_url)
            self.line.start()

    def stop(self) -> None:
        """Stops listening; what is being shown is finished first, for some seconds at most."""
        if self.line is not None:
            self.line.stop()
        showing = threading.Thread(target=self.later.shutdown, name="slack-shows-end", daemon=True)
        showing.start()
        showing.join(LONGEST_SHOWING)
        self.desk.stopping.set()
        self.later.shutdown(wait=True, cancel_futures=True)

    def routes(self) -> list[Any]:
        """Slack's requests over HTTP, unless all comes by the socket; and where several workspaces install the bot."""
        found: list[Any] = []
        if self.settings.slack_signing_secret is not None and self.settings.slack_app_token is None:
            from .http import route

            found.append(route(self.app))
        if self.settings.slack_client_id is not None:
            from .installing import Installing

            store = self.runner.store
            found += Installing(self.settings, store, self.workspaces, self.now, self._installed).routes()
        return found

    def look_round(self) -> None:
        """Now and then: who the bot is in its workspace, and who its people are there. Where Slack is down, later."""
        with self._settling, contextlib.suppress(NoWorkspace):
            try:  # each time: a workspace that took nothing any more may take messages again
                self.workspaces.settle(self.now())
            except SlackApiError as failure:
                log.warning("Slack refuses the token", extra={"action": "settle", "error": error_of(failure)})
            except (OSError, HTTPException) as failure:
                log.warning("Slack is out of reach", extra={"action": "settle", "error": type(failure).__name__})
        if self.accounts.meet_everybody():
            self.woken()

    # What the parts are given

    def _zone_of(self, partnership: str) -> ZoneInfo:
        with self.runner.store.reading() as session:
            return terms.of(Scope(session, partnership)).zone

    def _zone(self, speaker: Speaker) -> ZoneInfo | None:
        """The zone of the partnerships of a workspace: of the first one, since in England all have the same."""
        with self.runner.store.reading() as session:
            served = partnerships.of_workspace(session, NAME, speaker.tenant)
            return terms.of(Scope(session, served[0])).zone if served else None

    def _homes(self, tenant: str, person: str) -> list[tuple[str, Message]]:
        with self.runner.store.reading() as session:
            found = homes.standing(session, NAME, tenant, person)
        return found if len(found) > 1 else [("", words) for _, words in found]

    def _opened_home(self, client: WebClient, speaker: Speaker) -> None:
        """Somebody opened the home tab: theirs goes there by the outbox; a stranger is told whom to ask."""
        with self.runner.store.reading() as session:
            found = people.identity(session, NAME, speaker.tenant, speaker.user)
            person = found.person if found is not None else ""
            served = partnerships.of_workspace(session, NAME, speaker.tenant)
            posts = people.partnerships_of(session, person, self.now().date())
        own = [id_ for id_ in served if id_ in posts]
        if not own:
            words = Conversation(self.runner).answer(speaker, "help", None, self.now())
            self.later.submit(_publish, client, speaker.user, home_view([("", words)], keep=self.keeping.keep))
            return
        account = (NAME, speaker.tenant, speaker.user)
        for id_ in own:
            self.keeper.open(id_, person, account, self.now())
        self.woken()

    def _installed(self) -> None:
        """The bot has come into a workspace: who its people are there is looked for at once."""
        self.later.submit(self.look_round)
        self.woken()

    def _removed(self, tenant: str, at: datetime) -> None:
        """The bot was removed from a workspace: every partnership there hears of it, once.

        What Slack tells again after the bot has come back is about the time before.
        """
        installed = self.workspaces.find(tenant)
        if installed is not None and installed.since > at:
            return
        with self.runner.store.reading() as session:
            served = partnerships.of_workspace(session, NAME, tenant)
        for id_ in served:
            form = {
                "door": NAME,
                "tenant": tenant,
                "address": "",
                "person": "",
                "reason": "the bot was removed from the workspace",
                "whole": True,
                "instead": "mail" if self.settings.has_mail else "",
            }
            self.runner.perform(permissions.time(id_), "account.gone", form, None, self.now())
        self.woken()


def _publish(client: WebClient, user: str, view: dict[str, object]) -> None:
    try:
        client.views_publish(user_id=user, view=view)
    except (SlackApiError, OSError, HTTPException) as failure:
        log.warning("a home could not be shown", extra={"action": "home", "error": type(failure).__name__})


def _secret(value: SecretStr | None) -> str | None:
    return None if value is None else value.get_secret_value()
