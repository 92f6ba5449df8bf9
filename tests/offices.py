"""An office for tests: a runner on a database, one partnership in force, and a person in every post.

    with an_office(tmp_path) as office:
        office.perform("business-manager", "meeting.confirm", group="executive", place="2026-12")
        office.run_to("2027-01-04 09:00")
        assert office.told("designated-nurse") == [...]

People are called by their post. The clock stands still until a test moves it.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from zoneinfo import ZoneInfo

from sqlmodel import SQLModel

from commands import permissions, rehearsing
from commands.catalogue import ACTIONS
from commands.definitions import Definition, load, read_definition, shipped
from commands.outcomes import Outcome
from commands.permissions import Actor
from commands.runner import Runner
from commands.work import Work
from scheduler.delivery import Delivery, DeliveryReport
from scheduler.rehearsal import Notebook, step_through
from scheduler.tick import TickReport, tick
from storage.arrangements.partnership import Arrangements
from storage.arrangements.slots import Slot
from storage.records import people, tellings
from storage.records.message import Message
from storage.records.scope import Scope
from storage.records.sealing import Seal
from storage.records.store import Store
from storage.records.switched import Switched

LEDGER_KEY = b"a ledger key for tests"
SEAL = Seal(["Y29udmVub3ItdGVzdHMta2V5LTEyMzQ1Njc4OTAxMjM="])
"""What tests seal with: a Fernet key that is nobody's."""

ALL_WAYS = frozenset({"mail", "text", "pages", "heartbeat"})
"""What there can be beside chat; an office has only what somebody would notice its stopping by, unless it is given."""
OURSHIRE = Path(__file__).with_name("ourshire.toml")
OPENED = "2027-01-04 06:00"
"""When an office opens unless a test says otherwise: a Monday, a working day, before the note of the day."""

Who = str | Actor
When = str | datetime


@dataclass
class Office:
    """A partnership at work. `now` is its clock; `notebook` is the door that keeps what goes out."""

    runner: Runner
    definition: Definition
    zone: ZoneInfo
    now: datetime
    notebook: Notebook = field(default_factory=Notebook)
    _closed: bool = field(default=False, init=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the database; one in memory is kept for the next office, with the statements it has compiled."""
        store = self.runner.store
        if store.in_memory and not self._closed:
            _SPARE.append(store)
        elif not store.in_memory:
            store.close()
        self._closed = True

    def copy(self) -> "Office":
        """Another office in memory that is as this one is now (SQLite only); what is done there stays there."""
        store = _in_memory()
        _fill(store, _content(self.runner.store))
        door = Notebook(self.notebook.name, sent=list(self.notebook.sent))
        begun = self.runner.new_reference
        runner = _runner(store, begun.given if isinstance(begun, References) else 0)
        return Office(replace(runner, ways=self.runner.ways), self.definition, self.zone, self.now, door)

    @property
    def partnership(self) -> str:
        """The partnership's id."""
        return self.definition.arrangements.id

    # Time

    def at(self, when: When) -> datetime:
        """A local time written like "2027-01-04 09:00" (or a bare day, which starts at midnight), as aware UTC."""
        if isinstance(when, datetime):
            return when
        return datetime.fromisoformat(when).replace(tzinfo=self.zone).astimezone(UTC)

    def moves_to(self, when: When) -> datetime:
        """Puts the clock to a time; nothing happens by itself."""
        self.now = self.at(when)
        return self.now

    def tick(self, now: When | None = None) -> TickReport:
        """One tick, at a time to which the clock is put first."""
        return tick(self.runner, self.moves_to(now or self.now))

    def deliver(self, now: When | None = None) -> DeliveryReport:
        """One round of delivery into the notebook, at a time to which the clock is put first."""
        moment = self.moves_to(now or self.now)
        delivery = Delivery(self.runner, {self.notebook.name: self.notebook}, threads=0)
        return delivery.deliver(lambda: moment)

    def run_to(self, end: When) -> None:
        """Ticks and delivers at each time at which something falls due, until the clock shows that time."""
        moment = self.at(end)
        step_through(self.runner, self.notebook, self.now, moment)
        self.now = moment

    # People

    def person(self, post: str) -> str:
        """The id of whoever is in a post today: cover, else holder, else deputy."""
        with self.reading() as scope:
            found = people.in_post(scope, post, self.today)
        assert found is not None, f"nobody is in the post {post}"
        return found

    @property
    def today(self) -> date:
        """The local day."""
        return self.now.astimezone(self.zone).date()

    def actor(self, who: Who, *, confirmed: bool = True) -> Actor:
        """Whoever is in a post, or has an address, as an actor; "time" and "administrator" are themselves."""
        if isinstance(who, Actor):
            return who
        if who == "time":
            return permissions.time(self.partnership)
        if who == "administrator":
            return permissions.administrator(self.partnership)
        person = people.person_id(who) if "@" in who else self.person(who)
        return Actor(self.partnership, person, confirmed=confirmed)

    def perform(self, who: Who, action: str, /, **form: object) -> Outcome:
        """Does something as whoever is in a post."""
        return self.runner.perform(self.actor(who), action, form, None, self.now)

    def press(self, who: Who, action: str, key: str, /, **form: object) -> Outcome:
        """The same with the key of the press, which counts once."""
        return self.runner.perform(self.actor(who), action, form, key, self.now)

    def preview(self, who: Who, action: str, /, **form: object) -> Outcome:
        """What it would do."""
        return self.runner.preview(self.actor(who), action, form, self.now)

    def done(self, who: Who, action: str, /, **form: object) -> Message:
        """Does something that must not be refused, and gives the answer."""
        outcome = self.perform(who, action, **form)
        assert outcome.answer is not None, [str(refusal) for refusal in outcome.refusals]
        return outcome.answer

    def by_two(self, who: Who, action: str, /, second: Who = "administrator", **form: object) -> Message:
        """Does something that takes two people where it changes who hears of cases: `second` agrees to it then."""
        answer = self.done(who, action, **form)
        if not any(button.does == "proposal.withdraw" for button in answer.buttons):
            return answer
        return self.done(second, "proposal.agree", **answer.buttons[0].form)

    def refused(self, who: Who, action: str, /, **form: object) -> str:
        """Does something that must be refused, and gives the sentences, one on each line."""
        outcome = self.perform(who, action, **form)
        assert outcome.refused, outcome.answer
        return "\n".join(str(refusal) for refusal in outcome.refusals)

    # Looking

    @contextmanager
    def reading(self) -> Iterator[Scope]:
        """The partnership's records, to look at."""
        with self.runner.store.reading() as session:
            yield Scope(session, self.partnership)

    @contextmanager
    def looking(self, who: Who = "administrator") -> Iterator[Work]:
        """A transaction in hand, for the functions that only read; nothing is kept."""
        actor = self.actor(who)
        with self.reading() as scope:
            yield self.runner.work(scope, actor, self.now)

    def sent_to(self, post: str) -> list[Message]:
        """What the notebook has for whoever is in a post, oldest first."""
        person = self.person(post)
        return [parcel.message for _, parcel in self.notebook.sent if parcel.person == person]

    def told(self, post: str) -> list[str]:
        """The titles of what whoever is in a post was sent."""
        return [message.title for message in self.sent_to(post)]


def an_office(
    where: Path | str = "sqlite://",
    definition: Definition | Arrangements | str = "ourshire",
    opened: str = OPENED,
    *,
    notebook: Notebook | None = None,
    ways: frozenset[str] = frozenset({"heartbeat"}),
    incidents: bool = True,
) -> Office:
    """An open office: the definition is in force and every post has a person who is the post.

    `where` is a folder (a SQLite file is made there) or a database's address; the default is in memory.
    `definition` is "ourshire" (tests/ourshire.toml), the id of a shipped one, a Definition, or built Arrangements.
    `opened` is local time. Without `incidents` no pathway is switched on, so that one person alone changes who is in a
    post that hears of them.
    """
    found = a_definition(definition)
    zone = ZoneInfo(found.arrangements.zone)
    now = datetime.fromisoformat(opened).replace(tzinfo=zone).astimezone(UTC)
    door = notebook or Notebook()
    store = _store(where)
    runner = replace(_runner(store), ways=ways)
    open_on(store, found, now, door.name, incidents=incidents)
    return Office(runner, found, zone, now, door)


def open_on(store: Store, definition: Definition, now: datetime, door: str, *, incidents: bool = True) -> None:
    """Opens an office on an empty database, sealed with LEDGER_KEY: on SQLite a copy of one that was opened before."""
    if store.is_sqlite:
        _fill(store, _as_opened(definition.text, now, door, incidents))
    else:
        _open(_runner(store), definition, now, door, incidents)


def _store(where: Path | str) -> Store:
    if where == "sqlite://":
        return _in_memory()
    return Store(f"sqlite:///{where / 'office.sqlite'}" if isinstance(where, Path) else where)


_SPARE: list[Store] = []
"""Databases in memory that closed offices have left: whoever takes one fills it anew, with whole other content."""


def _in_memory() -> Store:
    return _SPARE.pop() if _SPARE else Store("sqlite://")


@dataclass
class References:
    """References of cases that count up: so many have been given."""

    given: int = 0

    def __call__(self) -> str:
        self.given += 1
        return f"TEST-{self.given}"


def _runner(store: Store, given: int = 0) -> Runner:
    return Runner(store, LEDGER_KEY, ACTIONS, References(given), seal=SEAL, ways=frozenset({"heartbeat"}))


def _open(runner: Runner, definition: Definition, now: datetime, door: str, incidents: bool) -> None:
    SQLModel.metadata.create_all(runner.store.engine)
    rehearsing.open_office(runner, definition, now, door)
    if incidents:
        switch_on(runner.store, definition, now)


def ready(definition: Definition | str) -> Definition:
    """A definition with the front door's number, without which no incident can be notified: no document prints one."""
    text = a_definition(definition).text
    number = 'telephone = "01234 500500"'
    if "[front_door]" in text:
        return read_definition(text.replace("[front_door]", f"[front_door]\n{number}", 1))
    return read_definition(f"{text}\n[front_door]\n{number}\n")


def switch_on(store: Store, definition: Definition, now: datetime) -> None:
    """Has the pathways with alerts be on, as if somebody had switched them on before."""
    with store.writing() as session:
        for pathway in definition.arrangements.pathways:
            if pathway.alert:
                row = Switched(
                    partnership=definition.arrangements.id, pathway=pathway.id, on_at=now, on_by="administrator"
                )
                session.add(row)


@cache
def _as_opened(text: str, now: datetime, door: str, incidents: bool) -> bytes:
    """A SQLite database as it is when an office has just opened: made once, copied for each test."""
    store = Store("sqlite://")
    _open(_runner(store), read_definition(text), now, door, incidents)
    content = _content(store)
    store.close()
    return content


def _content(store: Store) -> bytes:
    raw = store.engine.raw_connection()
    content: bytes = raw.dbapi_connection.serialize()
    raw.close()
    return content


def _fill(store: Store, content: bytes) -> None:
    source = sqlite3.connect(":memory:")
    source.deserialize(content)
    raw = store.engine.raw_connection()
    source.backup(raw.dbapi_connection)
    raw.close()
    source.close()


def everybody_has_answered(office: Office, reference: str) -> None:
    """Has the business manager record that everybody who was told of a case knows, so that nobody is told next."""
    with office.reading() as scope:
        posts = [telling.post for telling in tellings.of_case(scope, reference)]
    assert posts
    for post in posts:
        office.done("business-manager", "incident.said", reference=reference, post=post, said="knows")


def a_definition(given: Definition | Arrangements | str) -> Definition:
    """The definition by name, or the one that would give these arrangements."""
    if isinstance(given, Definition):
        return given
    if isinstance(given, Arrangements):
        return read_definition(as_toml(given))
    if given in shipped():
        return load(given)
    return read_definition(OURSHIRE.read_text("utf-8") if given == "ourshire" else given)


def as_toml(arrangements: Arrangements) -> str:
    """The text of a file that gives these arrangements, one line for each key."""
    content = arrangements.model_dump(by_alias=True, exclude_defaults=True, exclude_none=True)
    return "".join(f"{key} = {_value(value)}\n" for key, value in content.items())


def _value(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case date() | datetime() | time():
            return value.isoformat()
        case {"nth": nth, "weekday": weekday}:
            return json.dumps(str(Slot(nth, weekday)))
        case Mapping():
            return "{" + ", ".join(f"{json.dumps(key)} = {_value(entry)}" for key, entry in value.items()) + "}"
        case str():
            return json.dumps(value, ensure_ascii=False)
        case Sequence():
            return "[" + ", ".join(_value(entry) for entry in value) + "]"
    return str(value)
