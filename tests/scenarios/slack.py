"""Slack's driver: real Bolt on a stand-in Slack, over a real socket or signed HTTP; the real tick and delivery.

Only the clock is stepped, for the bot and for Slack alike. Everybody in a post has a confirmed account from the start.
What a person sees is what Slack's client would show.
"""

import re
import socket
import threading
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from cryptography.fernet import Fernet
from pydantic import SecretStr
from sqlmodel import select

from bot.settings import Settings
from bot.slack.forms import TO_CLOSE
from bot.slack.manifest import SCOPES
from bot.slack.opening import SHOWERS, Slack
from bot.slack.workspaces import NAME
from bot.web.serving import Server, application
from scheduler.delivery import Delivery
from scheduler.homes import HomeKeeper
from scheduler.tick import tick
from storage.records import people
from storage.records.people import Identity
from storage.records.sealing import Seal
from tests.scenarios.language import Delivered, Seen, plain
from tests.scenarios.played import Played
from tests.standins.slack import Answer, Person, StandIn, View, buttons, rendered

COMMAND = "/convenor"
_LABEL_ABOVE = re.compile(r"^\*([^*]+)\*\n")


@dataclass
class SlackDriver(Played):
    """Scenarios in a workspace that serves every partnership of the story, by Socket Mode."""

    name: str = "slack"
    _seats: dict[str, "Seat"] = field(default_factory=dict)

    def open(self, partnerships: Sequence[str], at: str) -> None:
        """Makes the database, opens the partnerships, and puts everybody in a post into the workspace."""
        self.open_partnerships(partnerships, at, NAME)
        self.homes = HomeKeeper(self.runner)
        self.opens_door()
        self.delivery = Delivery(self.runner, {NAME: self.slack.door}, threads=0)
        self._everybody_comes()
        self.slack.look_round()

    def opens_door(self) -> None:
        """Begins Slack, with a workspace in which nobody is yet, and the bot there."""
        self.standin = StandIn(clock=lambda: self.now.timestamp(), burst=3, ack_timeout=30).start()
        self.workspace = self.standin.add_workspace("The partnership", scopes=SCOPES)
        seal = Seal([Fernet.generate_key().decode()])
        self.slack = Slack(self.settings(), self.runner, lambda: self.now, lambda: None, self.homes, seal)
        self.slack.start()
        self._is_reached()

    def settings(self) -> Settings:
        """What the administrator has set."""
        return Settings.model_construct(
            database_url=str(self.store.url),
            slack_bot_token=SecretStr(self.workspace.bot_token),
            slack_api_url=self.standin.url,
            slack_app_token=SecretStr(self.standin.app.app_token),
            encryption_keys=(),
        )

    def _is_reached(self) -> None:
        """Waits until Slack has a way to the bot."""
        self.standin.wait_for_links()

    def close(self) -> None:
        """Lets go of Slack and of the database."""
        self.shuts_door()
        self.store.close()

    def shuts_door(self) -> None:
        """Lets go of Slack."""
        self.slack.stop()
        self.standin.stop()

    # What people do

    def say(self, partnership: str, who: str, text: str) -> Seen:
        """Types it after the command."""
        seat = self._seat(partnership, who)
        return seat.shows(self.settled(seat.person.types_command(COMMAND, text)))

    def press(self, partnership: str, who: str, label: str, *, again: bool = False) -> Seen:
        """Presses a button, sends in a view by its own button, or closes it; again: the very same once more."""
        seat = self._seat(partnership, who)
        place, label = seat.last_press if again else (seat.place_of(label), label)
        seat.last_press = place, label
        view = place if isinstance(place, View) else None
        if view is not None and label == _label(view, "submit"):
            return seat.shows(self.settled(seat.person.submits(view)))
        if view is not None and label == _label(view, "close"):
            seat.person.closes(view)
            return Seen(rendered(view))
        return seat.shows(self.settled(seat.person.presses(place, label)))

    def fill(self, partnership: str, who: str, values: dict[str, str]) -> Seen:
        """Fills in the view on top and sends it in."""
        seat = self._seat(partnership, who)
        view = seat.person.modal()
        assert view is not None, "no form is open"
        return seat.shows(self.settled(seat.person.submits(view, values)))

    def leave(self, partnership: str, who: str) -> None:
        """Closes the view on top."""
        seat = self._seat(partnership, who)
        view = seat.person.modal()
        assert view is not None, "no form is open"
        seat.person.closes(view)

    def messages(self, partnership: str, who: str) -> list[Delivered]:
        """What stands in the direct message with the bot."""
        seat = self._seat(partnership, who)
        return [
            Delivered(
                datetime.fromtimestamp(float(one["ts"]), UTC).astimezone(self.zone), rendered(one), self._attached(one)
            )
            for one in seat.person.told()
        ]

    def finds(self, partnership: str, who: str, texts: Sequence[str]) -> Seen:
        """Looks for the newest message with these texts in the direct message, and has it before the person."""
        seat = self._seat(partnership, who)
        there = [one for one in seat.person.told() if all(plain(text) in plain(rendered(one)) for text in texts)]
        assert there, f"{who} has no message with {texts} in:\n" + "\n---\n".join(map(rendered, seat.person.told()))
        seat.before.insert(0, deepcopy(there[-1]))
        return Seen(rendered(there[-1]), tuple(buttons(there[-1])))

    def _attached(self, message: dict[str, Any]) -> tuple[str, ...]:
        """What is in the files that were shared with a message."""
        contents = [self.workspace.files[file["id"]].content for file in message.get("files", [])]
        return tuple(content.decode() for content in contents if content is not None)

    # Time

    def wait(self) -> None:
        """Delivers what waits, as long as it takes at one message a second."""
        self._waits_at_a_chat()

    def _round(self) -> None:
        tick(self.runner, self.now)
        self.homes.keep(self.now)
        self.delivery.deliver(lambda: self.now)

    def settled(self, answer: Answer) -> Answer:
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

    def joins(self, partnership: str, who: str) -> None:
        """Whoever is in a post has a confirmed account here from now on."""
        person = self._person(partnership, who)
        self.has_account(person, NAME, self.workspace.id, self.comes(*self.name_of(person)))

    def seat_of(self, partnership: str, who: str) -> Person:
        """Whoever is in a post now, at their Slack; it stays theirs when they leave."""
        return self._seat(partnership, who).person

    def _seat(self, partnership: str, who: str) -> "Seat":
        """The person's seat; somebody who is in no partnership has an account that nobody knows."""
        person = self._person(partnership, who) if partnership else who
        if person not in self._seats:
            self._seats[person] = Seat(self.workspace.user(self.comes(*self.name_of(person))))
        return self._seats[person]


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

    def _is_reached(self) -> None:
        self._server = Server(application(self.slack.routes()), socket.create_server(("127.0.0.1", 0)))
        self.standin.app.over_http(f"http://127.0.0.1:{self._server.port}/slack/events")

    def shuts_door(self) -> None:
        """Lets go of the server too."""
        self._server.stop()
        super().shuts_door()
