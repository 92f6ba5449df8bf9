"""A round that 400 settings owe: how long it takes to open, to remind and to show, and what others feel of it.

The bot's own loops run on a SQLite file by a clock that is put forward to the days that matter. Beside them a message
to somebody else is stored again and again, while the round is opened and while its settings are reminded, and at the
same hours in another bot without the round; from the moment it was asked for until a door has it is its wait. An alert
is timed too.
"""

import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from cryptography.fernet import Fernet

from bot.running import TICK_SECONDS, Loops
from bot.settings import Settings
from bot.terminal.door import InFile, TerminalDoor
from bot.wiring import Installation
from commands import rehearsing, return_forms, round_status
from commands.action import Action, Form
from commands.catalogue import ACTIONS
from commands.definitions import load, read_definition
from commands.delivering import MAIL
from commands.permissions import TIME_ONLY, Actor
from commands.permissions import time as by_time
from commands.round_looking import Look
from commands.runner import Runner
from commands.work import Work
from scheduler.delivery import Delivery
from scheduler.doors import Parcel, Result, Sent
from scheduler.homes import HomeKeeper
from scheduler.rehearsal import Notebook
from storage.records import people, returns, schema
from storage.records.message import Message
from storage.records.outbox import ALERT as ALERTS
from storage.records.outbox import IN_TURN, POST
from storage.records.returns import Enrolled
from storage.records.scope import Scope
from storage.records.sealing import Seal
from storage.records.store import Store
from storage.records.switched import Switched

from .measuring import say, seconds_of

PARTNERSHIP, REPORT = "gloucestershire", "section-175"
OPENED = datetime(2027, 2, 11, 10, 30, tzinfo=UTC)
"""When the clock begins: a Thursday, in office hours."""

DUE = date(2027, 2, 26)
MORNING = datetime(2027, 2, 12, 6, 59, 57, tzinfo=UTC)
"""Seconds before the settings are reminded for the first time, ten working days before it is due."""

BETWEEN = 0.25
"""Seconds from one message to the next."""

NUMBER = 'telephone = "01234 500500"'
"""Without the front door's number no incident can be told; no document prints one."""

OTHER, ALERT = "other", "incident-alert"


class _Said(Form):
    number: int


def _say(work: Work, form: _Said) -> Message:
    """Stores a message for somebody who has nothing to do with the round."""
    person = rehearsing.person_of(PARTNERSHIP, "business-manager")
    message = Message(title="Something else", text="This is what is measured.")
    key = f"{OTHER}:{form.number}"
    work.send(person, "door-shut", message, post="", key=key, record=key, why="it is measured", source="")
    return message


SAY = Action("bench.say", _Said, _say, TIME_ONLY, "say something to somebody else")


@dataclass
class _Door(Notebook):
    """A door that notes when it had what; it takes as long for a letter as a quick server does."""

    takes: float = 0.0
    had: dict[str, float] = field(default_factory=dict)
    alerts: list[float] = field(default_factory=list)
    letters: int = 0

    def send(self, parcel: Parcel, now: datetime) -> Result:
        """Notes the time."""
        self.had[parcel.key.partition(":")[2]] = time.perf_counter()
        if parcel.kind == ALERT:
            self.alerts.append(time.perf_counter())
        self.letters += 1
        time.sleep(self.takes)
        return Sent(parcel.key)

    def edit(self, parcel: Parcel, reference: str, now: datetime) -> Result:
        """Takes the new words."""
        return Sent(reference)


@dataclass
class _Clock:
    """Real time, put forward."""

    ahead: timedelta

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def put_to(self, moment: datetime) -> None:
        """From now on it shows that time, and goes on."""
        self.ahead = moment - datetime.now(UTC)


@dataclass
class _Bot:
    runner: Runner
    store: Store
    clock: _Clock
    chat: _Door
    mail: _Door
    loops: Loops
    said: int = 0

    def says(self, for_seconds: float, beside: Callable[[], None] = lambda: None) -> list[float]:
        """Says something every so often, while something else happens; gives how long each waited, in seconds."""
        busy = threading.Thread(target=beside, daemon=True)
        busy.start()
        asked: dict[str, float] = {}
        until = time.perf_counter() + for_seconds
        threads = []
        while time.perf_counter() < until:
            self.said += 1
            number, begun = self.said, time.perf_counter()
            asked[f"{OTHER}:{number}"] = begun
            one = threading.Thread(target=self._say, args=(number,), daemon=True)
            one.start()
            threads.append(one)
            time.sleep(max(0.0, BETWEEN - (time.perf_counter() - begun)))
        for one in (*threads, busy):
            one.join()
        end = time.perf_counter() + 30
        while time.perf_counter() < end and not asked.keys() <= self.chat.had.keys():
            time.sleep(0.05)
        return [self.chat.had[key] - at for key, at in asked.items()]

    def _say(self, number: int) -> None:
        outcome = self.runner.perform(by_time(PARTNERSHIP), SAY.name, {"number": number}, None, self.clock())
        assert not outcome.refused, outcome.refusals

    def alert(self) -> float:
        """Has an incident told; gives the seconds from the commit until the last partner's alert was out."""
        before = len(self.chat.alerts)
        manager = Actor(PARTNERSHIP, rehearsing.person_of(PARTNERSHIP, "business-manager"), confirmed=True)
        now = self.clock()
        form: dict[str, object] = {
            "pathway": "serious-incident",
            "facts": {"authority-aware": now - timedelta(hours=1)},
        }
        outcome = self.runner.perform(manager, "incident.start", form, None, now)
        if outcome.refused:
            raise RuntimeError(str(outcome.refusals[0]))
        committed, settled = time.perf_counter(), 0.0
        while time.perf_counter() - committed < 10 and (len(self.chat.alerts) == before or settled < 0.5):
            settled = time.perf_counter() - self.chat.alerts[-1] if len(self.chat.alerts) > before else 0.0
            time.sleep(0.02)
        return self.chat.alerts[-1] - committed

    def reading(self, does: Callable[[Work], object]) -> float:
        """How long something takes that only reads, in seconds."""

        def reads() -> None:
            with self.store.reading() as session:
                does(self.runner.work(Scope(session, PARTNERSHIP), by_time(PARTNERSHIP), self.clock()))

        return seconds_of(reads)

    def ticks(self) -> None:
        """Does what has fallen due, as the running bot does every so often."""
        self.loops.tick_once()


def large_round(settings: int, seconds: float) -> dict[str, object]:
    """What a round of so many settings costs, beside the agencies of the definition that owe it too.

    `seconds`: how long others are watched in each part, opening and reminding; each is done with the round and, for the
    comparison, in another bot at the same hours without it.
    """
    say(f"A round that {settings} settings owe, others watched for {seconds:g} seconds in each part")
    alone, beside = (_watched(settings, seconds, with_round=found) for found in (False, True))
    busy = [*beside.opening, *beside.reminding]
    quiet = [*alone.opening, *alone.reminding]
    return {
        "owe": beside.owe,
        "opens_s": round(beside.opens, 2),
        "reminds_s": round(beside.reminds - alone.reminds, 2),
        "status_ms": round(beside.status * 1000, 1),
        "letters": beside.letters,
        "other_message": {
            "opening": {"without": _times(alone.opening), "with": _times(beside.opening)},
            "reminding": {"without": _times(alone.reminding), "with": _times(beside.reminding)},
            "p95_beside_without": round(_p95(busy) / _p95(quiet), 3),
        },
        "alert_s": {"without": round(max(alone.alerts), 3), "with": round(max(beside.alerts), 3)},
    }


@dataclass
class _Watched:
    """What was seen of one bot, in seconds."""

    opening: list[float] = field(default_factory=list)
    reminding: list[float] = field(default_factory=list)
    alerts: list[float] = field(default_factory=list)
    opens: float = 0.0
    reminds: float = 0.0
    status: float = 0.0
    owe: int = 0
    letters: int = 0


def _watched(settings: int, seconds: float, *, with_round: bool) -> _Watched:
    found = _Watched()
    with tempfile.TemporaryDirectory(prefix="convenor-bench-") as folder, _bot(Path(folder), settings) as bot:

        def opens() -> None:
            if with_round:
                found.opens = seconds_of(lambda: _opens(bot))
                found.status = min(bot.reading(lambda work: round_status.status(_look(work))) for _ in range(3))
            found.alerts.append(bot.alert())

        def reminds() -> None:
            until = time.perf_counter() + seconds
            found.reminds = seconds_of(bot.ticks)
            found.alerts.append(bot.alert())
            while (left := until - time.perf_counter()) > 0:
                time.sleep(min(TICK_SECONDS, left))
                found.reminds += seconds_of(bot.ticks)

        found.opening = bot.says(seconds, opens)
        bot.clock.put_to(MORNING)
        time.sleep(3.5)
        found.reminding = bot.says(seconds, reminds)
        found.letters = bot.mail.letters
        if with_round:
            with bot.store.reading() as session:
                scope = Scope(session, PARTNERSHIP)
                found.owe = len(returns.all_owed(scope, _round(scope)))
    return found


def _p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1]


def _times(seconds: list[float]) -> dict[str, float]:
    return {"median_ms": round(statistics.median(seconds) * 1000), "p95_ms": round(_p95(seconds) * 1000)}


def _opens(bot: _Bot) -> None:
    manager = Actor(PARTNERSHIP, rehearsing.person_of(PARTNERSHIP, "business-manager"), confirmed=True)
    form: dict[str, object] = {"report": REPORT, "due": DUE, "name": "2027"}
    outcome = bot.runner.perform(manager, "return.open", form, "opens", bot.clock())
    if outcome.refused:
        raise RuntimeError("; ".join(map(str, outcome.refusals)))


def _round(scope: Scope) -> returns.Round:
    [found] = returns.rounds(scope, REPORT)
    return found


def _look(work: Work) -> Look:
    return Look(work, _round(work.scope))


# The bot


@contextmanager
def _bot(folder: Path, settings: int) -> Iterator[_Bot]:
    store = Store(f"sqlite:///{folder / 'convenor.sqlite'}")
    schema.bring_up_to_date(store)
    woken, alerted = threading.Event(), threading.Event()
    numbers = iter(range(1, 1000))
    clock = _Clock(OPENED - datetime.now(UTC))
    runner = Runner(
        store,
        b"a key for measuring",
        {**ACTIONS, SAY.name: SAY},
        lambda: f"CASE-{next(numbers)}",
        wake=alerted.set,
        changed=woken.set,
        seal=Seal([Fernet.generate_key().decode()]),
        ways=frozenset({"heartbeat", "mail", "pages"}),
    )
    definition = read_definition(load(PARTNERSHIP).text.replace("[front_door]\n", f"[front_door]\n{NUMBER}\n", 1))
    chat, mail = _Door(), _Door(name=MAIL, finds="address", takes=0.02)
    rehearsing.open_office(runner, definition, clock(), chat.name)
    with store.writing() as session:
        for pathway in definition.arrangements.pathways:
            if pathway.alert:
                session.add(Switched(partnership=PARTNERSHIP, pathway=pathway.id, on_at=clock(), on_by="bench"))
    _enrol(store, settings, clock())
    assert return_forms.find(definition.arrangements, REPORT) is not None
    doors = {chat.name: chat, MAIL: mail}
    installation = Installation(
        settings=Settings.model_construct(),
        store=store,
        runner=runner,
        terminal=TerminalDoor(InFile(folder / "terminal.jsonl")),
        delivery=Delivery(runner, doors),
        posts=Delivery(runner, doors, lanes=(ALERTS, POST)),
        schema="",
        alerts=Delivery(runner, doors, lanes=(ALERTS,)),
        in_turn=Delivery(runner, doors, 0, lanes=(IN_TURN,)),
        homes=HomeKeeper(runner),
        woken=woken,
        alerted=alerted,
    )
    loops = Loops(installation, now=clock)
    loops.start()
    bot = _Bot(runner, store, clock, chat, mail, loops)
    try:
        bot.ticks()  # APScheduler goes by the real clock, so that it does not tick by ours
        bot.says(4.0)  # until the first letters and the first homes are done
        yield bot
    finally:
        loops.stop()
        installation.close()


def _enrol(store: Store, settings: int, now: datetime) -> None:
    """Schools that owe the audit, each with somebody who answers for it and is known by their address alone."""
    with store.writing() as session:
        scope = Scope(session, PARTNERSHIP)
        since = now.date()
        for number in range(settings):
            id_ = f"school-{number:03}"
            row = Enrolled(
                partnership=PARTNERSHIP,
                id=id_,
                name=f"School {number:03}",
                sector="Schools",
                section_175=True,
                since=since,
            )
            session.add(row)
            person = people.enter(session, name=f"Lead {number:03}", email=f"lead.{number:03}@schools.example", now=now)
            people.enter_holding(
                scope,
                post=returns.lead_post(id_),
                person=person.id,
                capacity="holder",
                agency="",
                since=since,
                until=None,
            )
