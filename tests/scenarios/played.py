"""What the drivers of all doors share: the partnerships of a story, its clock, and time that passes."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from commands import naming, rehearsing
from commands.catalogue import ACTIONS
from commands.definitions import Definition
from commands.permissions import Actor
from commands.runner import Runner
from scheduler.delivery import Delivery
from scheduler.rehearsal import next_time
from scheduler.tick import tick
from scheduler.weeks_ahead import WeeksAhead
from storage.records import people
from storage.records.people import Identity
from storage.records.scope import Scope
from storage.records.store import Store
from tests.offices import LEDGER_KEY, SEAL, a_definition, open_on, ready, switch_on

A_MOMENT = timedelta(microseconds=1)
NOBODY_AT_ALL = "nobody@strangers.invalid"


@dataclass
class Clock:
    """The clock of a story. Doors of one story go by the same."""

    now: datetime = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass
class Played(ABC):
    """A story on a database of its own, in a folder. A driver sets `delivery` once its door is there.

    `incidents`: the front door has its number, so that incidents can be notified. `ways`: what there is beside chat.
    """

    folder: Path
    definitions: dict[str, Definition] = field(default_factory=dict)
    delivery: Delivery = field(init=False)
    incidents: bool = False
    ways: frozenset[str] = frozenset({"heartbeat"})
    clock: Clock = field(default_factory=Clock)

    @property
    def now(self) -> datetime:
        """What the story's clock shows."""
        return self.clock.now

    @now.setter
    def now(self, moment: datetime) -> None:
        self.clock.now = moment

    def open_partnerships(self, partnerships: Sequence[str], at: str, door: str) -> None:
        """Makes the database and puts the partnerships in force, a person in every post, each known at the door."""
        self.store = Store(f"sqlite:///{self.folder / 'convenor.db'}")
        numbers = iter(range(1, 1000))
        self.runner = Runner(
            self.store, LEDGER_KEY, ACTIONS, lambda: f"CASE-{next(numbers)}", seal=SEAL, ways=self.ways
        )
        for name in partnerships:
            definition = ready(name) if self.incidents else a_definition(name)
            self.definitions[definition.arrangements.id] = definition
            self.zone = ZoneInfo(definition.arrangements.zone)
            self.now = self._at(at)
            if len(self.definitions) == 1:
                open_on(self.store, definition, self.now, door)
            else:
                rehearsing.open_office(self.runner, definition, self.now, door)
                switch_on(self.store, definition, self.now)

    def stands_beside(self, other: "Played") -> None:
        """This is another door of a story that is open already: its people, its records, its clock."""
        self.definitions, self.clock, self.incidents = other.definitions, other.clock, other.incidents
        self.store, self.runner, self.zone = other.store, other.runner, other.zone

    @abstractmethod
    def wait(self) -> None:
        """Lets what is on its way arrive."""

    def _waits_at_a_chat(self) -> None:
        """Delivers what waits, as long as it takes at the pace of a chat."""
        self._rehearse()
        self._round()
        while (following := next_time(self.store)) is not None and following <= self.now + timedelta(seconds=30):
            self.now = max(following, self.now + A_MOMENT)
            self._round()

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

    def start(self, partnership: str, action: str, form: dict[str, object]) -> str:
        """Does something through the runner, confirmed, as no door can do yet."""
        manager = self.definitions[partnership].arrangements.secretariat.business_manager
        actor = Actor(partnership, self._person(partnership, manager), confirmed=True)
        outcome = self.runner.perform(actor, action, form, None, self.now)
        self.wait()
        assert outcome.answer is not None, outcome.refusals
        return outcome.answer.title

    def _round(self) -> None:
        tick(self.runner, self.now)
        self.delivery.deliver(lambda: self.now)

    def _rehearse(self) -> None:
        """Works out and delivers what somebody has asked to see in advance, as a loop beside the tick does."""
        if WeeksAhead(self.runner).work_out(self.now).handled:
            self._round()

    def _at(self, when: str) -> datetime:
        return datetime.fromisoformat(when).replace(tzinfo=self.zone).astimezone(UTC)

    def has_account(self, person: str, door: str, tenant: str, user: str) -> None:
        """Somebody has a confirmed account at a door from now on: how that comes about has its own tests."""
        with self.store.writing() as session:
            known = Identity(door=door, tenant=tenant, user=user, person=person, state="confirmed", since=self.now)
            session.add(known)

    def name_of(self, person: str) -> tuple[str, str]:
        """Somebody's name and address; those of a stranger where nobody knows them."""
        with self.store.reading() as session:
            found = people.get(session, person)
            return (found.name, found.email) if found else ("A stranger", NOBODY_AT_ALL)

    def _person(self, partnership: str, who: str) -> str:
        post = naming.post(self.definitions[partnership].arrangements, who).id
        day = self.now.astimezone(self.zone).date()
        with self.store.reading() as session:
            held = people.holdings(Scope(session, partnership), day, posts=[post])
            found = [h.person for h in held if h.capacity == "holder"]
        assert found, f"nobody is in the post {who}"
        return found[0]
