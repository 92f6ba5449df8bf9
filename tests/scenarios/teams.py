"""Teams' driver: the real door on a stand-in connector, over real HTTP both ways; the real tick and delivery.

Only the clock is stepped, for the bot and for Teams alike; tokens alone go by the real one, as their library does.
Everybody in a post has the app, and a confirmed account, from the start. In Teams answers stand in the same chat as
what comes by itself: what came while somebody typed or pressed is the answer to that, all else was delivered.
"""

import json
import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from cryptography.fernet import Fernet
from pydantic import SecretStr
from sqlmodel import col, select

from bot.settings import Settings
from bot.teams.opening import SHOWERS, Teams
from bot.teams.tenants import NAME
from bot.web.serving import Server, application
from scheduler.delivery import Delivery
from scheduler.homes import HomeKeeper
from scheduler.tick import tick
from storage.records import people
from storage.records.outbox import HOME, Outgoing
from storage.records.people import Identity
from storage.records.sealing import Seal
from tests.scenarios.language import Delivered, Seen, plain
from tests.scenarios.played import Played
from tests.standins.teams import Answer, Dialog, Message, Person, StandIn, Toast, blanks, buttons, rendered

A_DEED = timedelta(seconds=4)
"""How long each thing that somebody does takes in Teams: nobody types faster than it takes messages."""
A_PRESS = timedelta(seconds=1)

LEAVES = "Leave it"


@dataclass
class TeamsDriver(Played):
    """Scenarios in a tenant that serves every partnership of the story."""

    name: str = "teams"
    _seats: dict[str, "Seat"] = field(default_factory=dict)
    _seats_of: dict[str, "Seat"] = field(default_factory=dict)
    _users: dict[str, str] = field(default_factory=dict)
    _looked_at: int = 0
    _hands: float = 0.0

    def open(self, partnerships: Sequence[str], at: str) -> None:
        """Makes the database, opens the partnerships, and puts everybody in a post into the tenant."""
        self.open_partnerships(partnerships, at, NAME)
        self.homes = HomeKeeper(self.runner)
        self.opens_door()
        self.delivery = Delivery(self.runner, {NAME: self.teams.door}, threads=0)
        self._everybody_comes()
        self.is_added_to_a_team()

    def opens_door(self) -> None:
        """Begins Teams, with a tenant in which nobody is yet, and the bot behind its address."""
        self.standin = StandIn(clock=self.seconds).start()
        self.tenant = self.standin.add_tenant("The partnership")
        seal = Seal([Fernet.generate_key().decode()])
        self.teams = Teams(
            self.settings(), self.runner, lambda: self.now, lambda: None, self.homes, seal, token=self.standin.token
        )
        self._server = Server(application(self.teams.routes()), socket.create_server(("127.0.0.1", 0)))
        self.standin.reaches(f"http://127.0.0.1:{self._server.port}/api/messages")
        self.teams.start()
        self.standin.wait_for(self.teams.library.has_keys, 60)

    def is_added_to_a_team(self) -> None:
        """The administrator adds the app to a team of everybody: from then on the bot knows where Teams is."""
        assert self.tenant.adds_app(self.tenant.add_channel("The partnership")).accepted
        self._all_is_shown()
        self.teams.look_round()

    def settings(self) -> Settings:
        """What the administrator has set."""
        return Settings.model_construct(
            database_url=str(self.store.url),
            client_id=self.standin.client_id,
            client_secret=SecretStr("a secret that only Entra would ask for"),
            tenant_id=self.tenant.id,
            managed_identity_client_id=None,
            teams_openid_metadata_url=self.standin.metadata_url,
            teams_tenants=(),
            teams_hosts=(),
            encryption_keys=(),
        )

    def seconds(self) -> float:
        """What Teams' clock shows: that of the story, and a little more while somebody types and presses."""
        self._hands = max(self._hands, self.now.timestamp())
        return self._hands

    def close(self) -> None:
        """Lets go of Teams and of the database."""
        self.shuts_door()
        self.store.close()

    def shuts_door(self) -> None:
        """Lets go of Teams."""
        self._server.stop()
        self.teams.stop()
        self.standin.stop()

    # What people do

    def say(self, partnership: str, who: str, text: str) -> Seen:
        """Types it in the personal chat with the bot; a dialog is closed first, since nothing behind it is in reach."""
        seat = self._seat(partnership, who)
        seat.closes_dialog()
        return self._does(seat, lambda: seat.person.types(text))

    def press(self, partnership: str, who: str, label: str, *, again: bool = False) -> Seen:
        """Presses a button of a message or of a dialog; again: the very same once more."""
        seat = self._seat(partnership, who)
        place, label = seat.last_press if again else (seat.place_of(label), label)
        seat.last_press = place, label
        if isinstance(place, Dialog):
            if again:  # a double press: the answer to the first had not come yet
                self.standin.dialogs[seat.person.key] = place
            return self._does(seat, lambda: seat.person.submits(place, label=label))
        seat.closes_dialog()
        return self._does(seat, lambda: seat.person.presses(place, label))

    def fill(self, partnership: str, who: str, values: dict[str, str]) -> Seen:
        """Fills in the dialog that is open, or the newest card with blanks, and sends it in."""
        seat = self._seat(partnership, who)
        form = seat.form()
        if isinstance(form, Dialog):
            return self._does(seat, lambda: seat.person.submits(form, values))
        return self._does(seat, lambda: seat.person.sends(form, buttons(form)[0], values))

    def leave(self, partnership: str, who: str) -> None:
        """Closes the dialog, or presses the button of the card that leaves the form."""
        seat = self._seat(partnership, who)
        form = seat.form()
        if isinstance(form, Dialog):
            seat.person.closes(form)
        else:
            self._does(seat, lambda: seat.person.presses(form, LEAVES))

    def messages(self, partnership: str, who: str) -> list[Delivered]:
        """What was delivered into the personal chat, as it stands now; the parts of one message as one."""
        seat = self._seat(partnership, who)
        told = {one.id: one for one in self._delivered(seat)}
        wholes = [[told.pop(id_) for id_ in ids if id_ in told] for ids in self._parts(seat)]
        wholes += [[one] for one in told.values()]
        found = [
            Delivered(
                parts[0].at.astimezone(self.zone),
                "\n".join(rendered(part) for part in parts),
                tuple(seat.files[part.id] for part in parts if part.id in seat.files),
            )
            for parts in wholes
            if parts
        ]
        return sorted(found, key=lambda one: one.at)

    def finds(self, partnership: str, who: str, texts: Sequence[str]) -> Seen:
        """Looks for the newest message with these texts in the personal chat, and has it before the person."""
        seat = self._seat(partnership, who)
        told = self._delivered(seat)
        there = [one for one in told if all(plain(text) in plain(rendered(one)) for text in texts)]
        assert there, f"{who} has no message with {texts} in:\n" + "\n---\n".join(map(rendered, told))
        seat.before.insert(0, there[-1])
        return Seen(rendered(there[-1]), tuple(buttons(there[-1])))

    def _does(self, seat: "Seat", deed: Callable[[], Answer]) -> Seen:
        """Somebody does something; gives all that is new before them."""
        self._hands = self.seconds() + A_DEED.total_seconds()
        before = {one.id for one in seat.person.told()}
        answer = self.settled(deed())
        new = [one for one in seat.person.told() if one.id not in before]
        seat.answers |= {one.id for one in new}
        return seat.shows(answer, new)

    def settled(self, answer: Answer) -> Answer:
        """The answer once all that follows it has been shown."""
        self._all_is_shown()
        assert not answer.failed or answer.refused, answer.reason
        return answer

    def _all_is_shown(self) -> None:
        """Waits until every hand that shows is idle."""
        idle = threading.Barrier(SHOWERS + 1)
        for _ in range(SHOWERS):
            self.teams.later.submit(idle.wait, 20)
        idle.wait(20)
        assert not self.standin.problems, self.standin.problems

    # What stands in the chat

    def _delivered(self, seat: "Seat") -> list[Message]:
        """The messages that came by themselves, oldest first; a home is no message."""
        homes = {id_ for ids in self._parts(seat, of_homes=True) for id_ in ids}
        return [one for one in seat.person.told() if one.id not in seat.answers | homes]

    def _parts(self, seat: "Seat", *, of_homes: bool = False) -> list[list[str]]:
        """The ids of the parts of each message that the outbox has delivered to somebody."""
        query = select(Outgoing.reference).where(
            Outgoing.door == NAME,
            Outgoing.address == seat.user,
            Outgoing.reference != "",
            col(Outgoing.kind) == HOME if of_homes else col(Outgoing.kind) != HOME,
        )
        with self.store.reading() as session:
            references = list(session.exec(query))
        return [json.loads(reference)[2:] for reference in references]

    def allows_files(self) -> None:
        """Everybody presses Allow on each file that is offered to them, as it comes: it cannot be had for ever."""
        new = self.standin.posted[self._looked_at :]
        self._looked_at += len(new)
        for user in dict.fromkeys(self.standin.conversations[post.conversation].user for post in new):
            if user:
                self._allows(self._seats_of.setdefault(user, Seat(self.tenant.user(user), user)))

    def _allows(self, seat: "Seat") -> None:
        for one in seat.person.told():
            if one.consents and one.id not in seat.files:
                before = {each.id for each in seat.person.told()}
                self._hands = self.seconds() + A_PRESS.total_seconds()
                seat.files[one.id] = seat.person.allows(one).decode()
                self._all_is_shown()
                seat.answers |= {each.id for each in seat.person.told()} - before

    # Time

    def wait(self) -> None:
        """Delivers what waits, as long as it takes at the pace of Teams."""
        self._waits_at_a_chat()

    def _round(self) -> None:
        tick(self.runner, self.now)
        self.homes.keep(self.now)
        self.delivery.deliver(lambda: self.now)
        self.allows_files()

    # Who

    def _everybody_comes(self) -> None:
        """Puts everybody in a post into the tenant, known and confirmed: how that comes about has its own tests."""
        with self.store.writing() as session:
            for account in session.exec(select(Identity)).all():
                person = people.get(session, account.person)
                assert person is not None
                account.tenant, account.user = self.tenant.id, self.comes(person.name, person.email)
                session.add(account)

    def comes(self, name: str, email: str) -> str:
        """Somebody is in the tenant, and has the app; gives the user's id."""
        if email not in self._users:
            self._users[email] = self.tenant.add_user(name, email)
        return self._users[email]

    def joins(self, partnership: str, who: str) -> None:
        """Whoever is in a post has a confirmed account here from now on."""
        person = self._person(partnership, who)
        self.has_account(person, NAME, self.tenant.id, self.comes(*self.name_of(person)))

    def seat_of(self, partnership: str, who: str) -> Person:
        """Whoever is in a post now, at their Teams; it stays theirs when they leave."""
        return self._seat(partnership, who).person

    def _seat(self, partnership: str, who: str) -> "Seat":
        """The person's seat; somebody who is in no partnership has an account that nobody knows."""
        person = self._person(partnership, who) if partnership else who
        if person not in self._seats:
            user = self.comes(*self.name_of(person))
            self._seats[person] = self._seats_of.setdefault(user, Seat(self.tenant.user(user), user))
        return self._seats[person]


@dataclass
class Seat:
    """A person before Teams: what they saw last, where the buttons are, and which messages were answers."""

    person: Person
    user: str
    before: list[Message | Dialog] = field(default_factory=list)
    last_press: tuple[Any, str] = (None, "")
    answers: set[str] = field(default_factory=set)
    files: dict[str, str] = field(default_factory=dict)

    def shows(self, answer: Answer, new: Sequence[Message]) -> Seen:
        """What came of something: what is new before the person, or the form that still stands with its mistakes.

        A short message that goes away again is looked at only where nothing else came.
        """
        came = [one for one in answer.everything() if not isinstance(one, Toast)]
        ids = {one.id for one in came if isinstance(one, Message)}
        came += [one for one in new if one.id not in ids]
        if not came and (answer.refused or self.person.dialog() is not None):
            came = [self.form()]
        shown = came or answer.everything()
        self.before = came + self.before
        text = "\n".join([rendered(shown), *answer.refused.values()])
        return Seen(text, tuple(buttons(shown)), tuple(name for one in came for name in blanks(one)))

    def place_of(self, label: str) -> Message | Dialog:
        """The newest thing before the person with that button; a dialog only as long as it is open."""
        return next(one for one in self._standing() if label in buttons(one))

    def form(self) -> Message | Dialog:
        """The dialog that is open, or the newest card with blanks."""
        return self.person.dialog() or next(one for one in self._standing() if blanks(one))

    def closes_dialog(self) -> None:
        """Closes the dialog, if one is open."""
        dialog = self.person.dialog()
        if dialog is not None:
            self.person.closes(dialog)

    def _standing(self) -> list[Message | Dialog]:
        return [one for one in self.before if isinstance(one, Message) or one is self.person.dialog()]
