"""A rehearsal: the real tick and the real commands on a database in memory, with a clock that jumps. Nobody answers."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from cryptography.fernet import Fernet
from dateutil.relativedelta import relativedelta
from sqlmodel import SQLModel

from commands import pausing, permissions, rehearsing
from commands.catalogue import ACTIONS
from commands.definitions import Definition, read_definition
from commands.delivering import Finds
from commands.runner import Runner
from storage.arrangements.meetings import Meeting, Undated
from storage.records import duties, outbox, partnerships
from storage.records.copying import copy_partnership
from storage.records.scope import Scope
from storage.records.sealing import Seal
from storage.records.store import Store

from .delivery import Delivery
from .doors import Door, Parcel, Result, Sent
from .tick import tick

REHEARSAL_KEY = b"a rehearsal is not sealed in earnest"


@dataclass
class Notebook:
    """A door that keeps what it is given, for rehearsals: it reaches nobody."""

    name: str = "notebook"
    can_find: bool = True
    finds: Finds = "account"
    sent: list[tuple[datetime, Parcel]] = field(default_factory=list)

    def send(self, parcel: Parcel, now: datetime) -> Result:
        """Keeps a message."""
        self.sent.append((now, parcel))
        return Sent(str(len(self.sent)))

    def edit(self, parcel: Parcel, reference: str, now: datetime) -> Result:
        """Keeps a new revision in the place of the old one."""
        self.sent[int(reference) - 1] = (self.sent[int(reference) - 1][0], parcel)
        return Sent(reference)

    def find(self, parcel: Parcel, now: datetime) -> str | None:
        """The place of a message with that key."""
        for number, (_, kept) in enumerate(self.sent, 1):
            if kept.key == parcel.key:
                return str(number)
        return None

    def delete(self, parcel: Parcel, reference: str) -> None:
        """Takes a message out of sight by emptying its place."""
        del self.sent[int(reference) - 1]


@dataclass(frozen=True)
class Rehearsed:
    """One message as it would reach somebody: a line of a daily note, or a message of its own."""

    key: str
    at: datetime
    day: date
    post: str
    kind: str
    title: str
    text: str
    why: str
    source: str
    about_case: bool = False


@dataclass(frozen=True)
class Rehearsal:
    """A rehearsed stretch of time: every meeting and message, what is chosen and what is open."""

    meetings: tuple[Meeting, ...]
    undated: tuple[Undated, ...]
    messages: tuple[Rehearsed, ...]


Step = Callable[[Runner, datetime], None]


@dataclass(frozen=True)
class Event:
    """Something that somebody does during a rehearsal, at a time: a scenario's part."""

    at: datetime
    does: Step


def rehearse(
    definition: Definition,
    first: date,
    months: int = 12,
    *,
    events: Iterable[Event] = (),
    on_day: Callable[[date], None] = lambda _day: None,
    live: Callable[[Store], None] | None = None,
) -> Rehearsal:
    """Rehearses a partnership from a day on. `live` copies a running partnership's people and meetings in first."""
    over = first + relativedelta(months=months)
    return _played(definition, _midnight(definition, first), over, events=events, on_day=on_day, live=live)


def rehearse_running(
    source: Store, partnership: str, now: datetime, weeks: int, on_day: Callable[[date], None] = lambda _day: None
) -> Rehearsal:
    """Rehearses a partnership that runs in `source` from now on, as it stands there; `source` is only read.

    Where it is paused, as if it were resumed now.
    """
    with source.reading() as session:
        scope = Scope(session, partnership)
        running, stored = partnerships.find(scope), partnerships.version(scope)
        assert running is not None and stored is not None, "it runs, since somebody in it has asked"
        text, paused = stored.text, running.paused_since is not None
    definition = read_definition(text)
    first = now.astimezone(ZoneInfo(definition.arrangements.zone)).date()

    def live(target: Store) -> None:
        copy_partnership(source, target, partnership, waiting=paused)

    return _played(definition, now, first + timedelta(weeks=weeks), on_day=on_day, live=live)


def _played(
    definition: Definition,
    start: datetime,
    over: date,
    *,
    events: Iterable[Event] = (),
    on_day: Callable[[date], None],
    live: Callable[[Store], None] | None,
) -> Rehearsal:
    """Plays a partnership on a database in memory from a time to the end of the day before `over`."""
    store = Store("sqlite://")
    SQLModel.metadata.create_all(store.engine)
    numbers = iter(range(1, 10_000))
    runner = Runner(
        store,
        REHEARSAL_KEY,
        ACTIONS,
        lambda: f"REHEARSED-{next(numbers)}",
        seal=Seal([Fernet.generate_key().decode()]),
        ways=frozenset({"heartbeat"}),
    )
    notebook = Notebook()
    first = start.astimezone(ZoneInfo(definition.arrangements.zone)).date()
    try:
        if live is not None:
            live(store)
        rehearsing.open_office(runner, definition, start, notebook.name, agencies=True)
        _resume(runner, definition.arrangements.id, start)
        step_through(runner, notebook, start, _midnight(definition, over), events=events, on_day=on_day)
        return _collect(runner, definition, first, over - timedelta(days=1))
    finally:
        store.close()


def _midnight(definition: Definition, day: date) -> datetime:
    return datetime.combine(day, time(0, 0), ZoneInfo(definition.arrangements.zone)).astimezone(UTC)


def _resume(runner: Runner, partnership: str, now: datetime) -> None:
    """Lets a copy go on that was paused when it was made: else nothing would be said in it."""
    with runner.store.reading() as session:
        running = partnerships.find(Scope(session, partnership))
        paused = running is not None and running.paused_since is not None
    if paused:
        runner.perform(permissions.administrator(partnership), pausing.RESUME.name, {}, None, now)


def step_through(
    runner: Runner,
    door: Door,
    start: datetime,
    end: datetime,
    *,
    events: Iterable[Event] = (),
    on_day: Callable[[date], None] = lambda _day: None,
) -> None:
    """Ticks and delivers through one door at each time at which something falls due, until the end."""
    play(Delivery(runner, {door.name: door}, threads=0), start, end, events=events, on_day=on_day)


def play(
    delivery: Delivery,
    start: datetime,
    end: datetime,
    *,
    events: Iterable[Event] = (),
    on_day: Callable[[date], None] = lambda _day: None,
) -> None:
    """The same with a delivery of the caller's own, to whichever doors it has."""
    runner = delivery.runner
    waiting = sorted(events, key=lambda event: event.at)
    now, day = start, None
    while now < end:
        while waiting and waiting[0].at <= now:
            waiting.pop(0).does(runner, now)
        tick(runner, now)
        delivery.deliver(_at(now))
        if now.date() != day:
            day = now.date()
            on_day(day)
        following = next_time(runner.store)
        times = [t for t in (following, waiting[0].at if waiting else None) if t is not None]
        if not times:
            return
        now = max(min(times), now + timedelta(microseconds=1))


def _at(now: datetime) -> Callable[[], datetime]:
    return lambda: now


def next_time(store: Store) -> datetime | None:
    """When the next thing falls due: a duty or a waiting message."""
    with store.reading() as session:
        found = [t for t in (duties.next_time(session), outbox.next_time(session)) if t is not None]
    return min(found, default=None)


def _collect(runner: Runner, definition: Definition, first: date, last: date) -> Rehearsal:
    partnership = definition.arrangements.id
    zone = ZoneInfo(definition.arrangements.zone)
    with runner.store.reading() as session:
        year, told = rehearsing.collected(session, partnership, first, last)
    messages = tuple(
        Rehearsed(
            t.key, t.at, t.at.astimezone(zone).date(), t.post, t.kind, t.title, t.text, t.why, t.source, t.about_case
        )
        for t in told
    )
    return Rehearsal(year.meetings, year.undated, tuple(m for m in messages if first <= m.day <= last))
