"""Slack's driver: real Bolt on a stand-in Slack, over a real socket or signed HTTP; the real tick and delivery.

Only the clock is stepped, for the bot and for Slack alike. Everybody in a post has a confirmed account from the start.
What a person sees is what Slack's client would show.
"""

import re
import threading
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from cryptography.fernet import Fernet
from pydantic import SecretStr
from sqlmodel import select

from bot.settings import Settings
from bot.slack.forms import TO_CLOSE
from bot.slack.manifest import SCOPES
from bot.slack.opening import SHOWERS, Slack
from bot.slack.workspaces import NAME
from commands import naming, rehearsing
from commands.catalogue import ACTIONS
from commands.definitions import Definition
from commands.permissions import Actor
from commands.runner import Runner
from scheduler.delivery import Delivery
from scheduler.homes import HomeKeeper
from scheduler.rehearsal import next_time
from scheduler.tick import tick
from scheduler.weeks_ahead import WeeksAhead
from storage.records import people
from storage.records.people import Identity
from storage.records.scope import Scope
from storage.records.sealing import Seal
from storage.records.store import Store
from tests.offices import LEDGER_KEY, a_definition, open_on
from tests.scenarios.language import Delivered, Seen
from tests.standins.slack import Answer, Person, StandIn, View, Workspace, buttons, rendered

COMMAND = "/convenor"
NOBODY_AT_ALL = "nobody@strangers.invalid"
_LABEL_ABOVE = re.compile(r"^\*([^*]+)\*\n")
A_MOMENT = timedelta(microseconds=1)


@dataclass
class SlackDriver:
    """Scenarios in a workspace that serves every partnership of the story, by Socket Mode."""

    folder: Path
    name: str = "slack"
    definitions: dict[str, Definition] = field(default_factory=dict)
    _seats: dict[str, "Seat"] = field(default_factory=dict)

    def open(self, partnerships: Sequence[str], at: str) -> None:
        """Makes the database, opens the partnerships, and puts everybody in a post into the workspace."""
        self.store = Store(f"sqlite:///{self.folder / 'convenor.db'}")
        numbers = iter(range(1, 1000))
        self.runner = Runner(self.store, LEDGER_KEY, ACTIONS, lambda: f"CASE-{next(numbers)}")
        for name in partnerships:
            definition = a_definition(name)
            self.definitions[definition.arrangements.id] = definition
            self.zone = ZoneInfo(definition.arrangements.zone)
            self.now = self._at(at)
            if len(self.definitions) == 1:
                open_on(self.store, definition, self.now, NAME)
            else:
                rehearsing.open_office(self.runner, definition, self.now, NAME)
        self.standin = StandIn(clock=lambda: self.now.timestamp(), burst=3, ack_timeout=30).start()
        self.workspace = self.standin.add_workspace("The partnership", scopes=SCOPES)
        self.slack = self._a_bot()
        self.delivery = Delivery(self.runner, {NAME: self.slack.door}, threads=0)
        self._everybody_comes()
        self.slack.look_round()

    def settings(self) -> Settings:
        """What the administrator has set."""
        return Settings.model_construct(
            database_url=str(self.store.url),
            slack_bot_token=SecretStr(self.workspace.bot_token),
            slack_api_url=self.standin.url,
            slack_app_token=SecretStr(self.standin.app.app_token),
            encryption_keys=(),
        )

    def _a_bot(self) -> Slack:
        self.homes = HomeKeeper(self.runner)
        seal = Seal([Fernet.generate_key().decode()])
        bot = Slack(self.settings(), self.runner, lambda: self.now, lambda: None, self.homes, seal)
        bot.start()
        self.standin.wait_for_links()
        return bot

    def close(self) -> None:
        """Lets go of Slack and of the database."""
        self.slack.stop()
        self.standin.stop()
        self.store.close()

    # What people do

    def say(self, partnership: str, who: str, text: str) -> Seen:
        """Types it after the command."""
        seat = self._seat(partnership, who)
        return seat.shows(self._settled(seat.person.types_command(COMMAND, text)))

    def press(self, partnership: str, who: str, label: str, *, again: bool = False) -> Seen:
        """Presses a button, sends in a view by its own button, or closes it; again: the very same once more."""
        seat = self._seat(partnership, who)
        place, label = seat.last_press if again else (seat.place_of(label), label)
        seat.last_press = place, label
        view = place if isinstance(place, View) else None
        if view is not None and label == _label(view, "submit"):
            return seat.shows(self._settled(seat.person.submits(view)))
        if view is not None and label == _label(view, "close"):
            seat.person.closes(view)
            return Seen(rendered(view))
        return seat.shows(self._settled(seat.person.presses(place, label)))

    def fill(self, partnership: str, who: str, values: dict[str, str]) -> Seen:
        """Fills in the view on top and sends it in."""
        seat = self._seat(partnership, who)
        view = seat.person.modal()
        assert view is not None, "no form is open"
        return seat.shows(self._settled(seat.person.submits(view, values)))

    def messages(self, partnership: str, who: str) -> list[Delivered]:
        """What stands in the direct message with the bot."""
        seat = self._seat(partnership, who)
        return [
            Delivered(
                datetime.fromtimestamp(float(one["ts"]), UTC).astimezone(self.zone), rendered(one), self._attached(one)
            )
            for one in seat.person.told()
        ]

    def _attached(self, message: dict[str, Any]) -> tuple[str, ...]:
        """What is in the files that were shared with a message."""
        contents = [self.workspace.files[file["id"]].content for file in message.get("files", [])]
        return tuple(content.decode() for content in contents if content is not None)

    # Time

    def move_to(self, when: str) -> None:
        """Ticks and delivers at each time at which something falls due, then shows the time asked for."""
        end = self._at(when)
        assert end >= self.now, "time does not go back"
        self._rehearse()
        while (following := next_time(self.store)) is not None and following <= end:
            self.now = max(following, self.now)
            self._round()
            self.now += A_MOMENT
        self.now = max(end, self.now)

    def wait(self) -> None:
        """Delivers what waits, as long as it takes at one message a second."""
        self._rehearse()
        self._round()
        while (following := next_time(self.store)) is not None and following <= self.now + timedelta(seconds=30):
            self.now = max(following, self.now + A_MOMENT)
            self._round()

    def _rehearse(self) -> None:
        """Works out what somebody has asked to see in advance, as a loop beside the tick does."""
        if WeeksAhead(self.runner).work_out(self.now).handled:
            self._round()

    def _round(self) -> None:
        tick(self.runner, self.now)
        self.homes.keep(self.now)
        self.delivery.deliver(lambda: self.now)

    def start(self, partnership: str, action: str, form: dict[str, object]) -> str:
        """Does something through the runner, confirmed, as no door can do yet."""
        manager = self.definitions[partnership].arrangements.secretariat.business_manager
        actor = Actor(partnership, self._in_post(partnership, manager), confirmed=True)
        outcome = self.runner.perform(actor, action, form, None, self.now)
        self.wait()
        assert outcome.answer is not None, outcome.refusals
        return outcome.answer.title

    def _at(self, when: str) -> datetime:
        return datetime.fromisoformat(when).replace(tzinfo=self.zone).astimezone(UTC)

    def _settled(self, answer: Answer) -> Answer:
        """The answer once all that follows the acknowledgement has been shown: every hand that shows is idle."""
        idle = threading.Barrier(SHOWERS + 1)
        for _ in range(SHOWERS):
            self.slack.later.submit(idle.wait, 20)
        idle.wait(20)
        assert not answer.failed, answer.reason
        assert not self.standin.problems, self.standin.problems
        return answer

    # Who

    def _everybody_comes(self) -> None:
        """Puts everybody in a post into the workspace, known and confirmed: how that comes about has its own tests."""
        with self.store.writing() as session:
            for account in session.exec(select(Identity)).all():
                person = people.get(session, account.person)
                assert person is not None
                account.tenant, account.user = self.workspace.id, self.comes(person.name, person.email)
                session.add(account)

    def comes(self, name: str, email: str) -> str:
        """Somebody is in the workspace; gives the user's id."""
        known = {user.email: user.id for user in self.workspace.users.values()}
        return known.get(email) or self.workspace.add_user(name, email)

    def _seat(self, partnership: str, who: str) -> "Seat":
        """The person's seat; somebody who is in no partnership has an account that nobody knows."""
        person = self._in_post(partnership, who) if partnership else who
        if person not in self._seats:
            with self.store.reading() as session:
                found = people.get(session, person)
                name, email = (found.name, found.email) if found else ("A stranger", NOBODY_AT_ALL)
            self._seats[person] = Seat(self.workspace.user(self.comes(name, email)))
        return self._seats[person]

    def _in_post(self, partnership: str, who: str) -> str:
        post = naming.post(self.definitions[partnership].arrangements, who).id
        day = self.now.astimezone(self.zone).date()
        with self.store.reading() as session:
            found = [h.person for h in people.holdings(Scope(session, partnership), day, posts=[post])]
        assert found, f"nobody is in the post {who}"
        return found[0]


@dataclass
class Seat:
    """A person before Slack: what they saw last, and where the buttons are."""

    person: Person
    before: list[Any] = field(default_factory=list)
    last_press: tuple[Any, str] = (None, "")

    def shows(self, answer: Answer) -> Seen:
        """What came of something: what is new before the person, or the view that still stands with its mistakes."""
        new = answer.everything()
        view = self.person.modal()
        if not new and view is not None:
            new = [view]
        if new:  # copies: what was pressed once is pressed again as it was then
            self.before = [one if isinstance(one, View) else deepcopy(one) for one in new] + self.before
        blanks = tuple(_blanks(view)) if view is not None and view in new else ()
        labels = tuple(label for label in buttons(new) if label != TO_CLOSE)
        return Seen(rendered([_in_lines(one) for one in new]), labels, blanks)

    def place_of(self, label: str) -> Any:
        """The newest thing before the person with that button."""
        return next(one for one in self.before if label in buttons(one))


def _in_lines(thing: Any) -> Any:
    """The thing with each fact on one line, as it is said at every door: Slack shows the label above the value."""
    if isinstance(thing, View):
        return replace(thing, body=thing.body | {"blocks": [_facts_in_lines(block) for block in thing.blocks]})
    return thing | {"blocks": [_facts_in_lines(block) for block in thing.get("blocks") or []]}


def _facts_in_lines(block: dict[str, Any]) -> dict[str, Any]:
    if "fields" not in block:
        return block
    fields = [field | {"text": _LABEL_ABOVE.sub(r"\1: ", field["text"])} for field in block["fields"]]
    return block | {"fields": fields}


def _label(view: View, button: str) -> str:
    return str((view.body.get(button) or {}).get("text", ""))


def _blanks(view: View) -> list[str]:
    return [str(block["block_id"]) for block in view.blocks if block["type"] == "input"]


@dataclass
class SlackOverHttp(SlackDriver):
    """The same by signed requests to the bot's own server."""

    name: str = "slack-http"

    def settings(self) -> Settings:
        """What the administrator has set."""
        secret = SecretStr(self.standin.app.signing_secret)
        return super().settings().model_copy(update={"slack_app_token": None, "slack_signing_secret": secret})

    def _a_bot(self) -> Slack:
        import socket

        from bot.web.serving import Server, application

        self.homes = HomeKeeper(self.runner)
        seal = Seal([Fernet.generate_key().decode()])
        bot = Slack(self.settings(), self.runner, lambda: self.now, lambda: None, self.homes, seal)
        bot.start()
        self._server = Server(application(bot.routes()), socket.create_server(("127.0.0.1", 0)))
        self.standin.app.over_http(f"http://127.0.0.1:{self._server.port}/slack/events")
        return bot

    def close(self) -> None:
        """Lets go of the server too."""
        self._server.stop()
        super().close()


__all__ = ["SlackDriver", "SlackOverHttp", "Workspace"]
