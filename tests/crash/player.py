"""Plays some weeks of two partnerships in a process that is killed again and again, and started again each time.

    python -m tests.crash.player DATABASE_URL FOLDER [TIME POINT NTH]...

Each TIME POINT NTH is one life of the process: it ends by SIGKILL when the point is reached for the n-th time from that
(simulated) time on. The last life plays to the end. The clock of the play goes on where a life ended, as a real one
does. What reaches people are lines in FOLDER, written and synced at once: no rollback takes them back.

This program forks its lives, so that they need not import and read everything anew. Before the first one it makes the
database and lets go of it again.
"""

import json
import mmap
import os
import signal
import sys
import threading
import time
import traceback
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlmodel import select

from commands import rehearsing
from commands.catalogue import ACTIONS
from commands.definitions import Definition
from commands.delivering import Finds
from commands.permissions import Actor
from commands.runner import Runner, no_point
from scheduler.delivery import Delivery
from scheduler.doors import Parcel, Result, Sent
from scheduler.rehearsal import next_time
from scheduler.tick import tick
from storage.records import delivery
from storage.records.outbox import Outgoing
from storage.records.schema import bring_up_to_date
from storage.records.store import Store
from tests.offices import SEAL, ready, switch_on

REFERENCE = "TEST-1"
LEDGER_KEY = b"a ledger key for crash tests"
LEASE = timedelta(milliseconds=500)
"""Short enough to be waited for after each kill. Where it ends in mid-batch, that must do no harm either."""

START = datetime(2027, 1, 5, 6, 0, tzinfo=UTC)
INCIDENT = datetime(2027, 1, 7, 10, 0, tzinfo=UTC)
"""On the day on which papers of the Child Death Overview Panel are due, both partnerships are told of an incident."""
FIRST_STAGE_DONE = datetime(2027, 1, 8, 9, 0, tzinfo=UTC)
"""The business managers record the first stage as done, and their messages about it change."""
ANSWERED = INCIDENT + timedelta(minutes=5)
"""The first partner has it and will ring within the hour; the second one knows of it."""
ANSWERED_AGAIN = INCIDENT + timedelta(minutes=70)
"""The first one did not ring, so that the answer lapsed; now it is known to them too."""
RUNG = INCIDENT + timedelta(minutes=130)
"""Whoever has not answered by now has been rung, and the business manager records what was said."""
PRESSED = (INCIDENT, ANSWERED, ANSWERED_AGAIN, RUNG, FIRST_STAGE_DONE)

END = datetime(2027, 1, 30, 0, 0, tzinfo=UTC)
"""After the minutes of the panel of 14 January were due."""

DOORS = {"gloucestershire": "desk", "buckinghamshire": "letter-box"}
"""Where each partnership's people are reached: one door can look for what it was given, the other cannot."""

FIRST_STAGE = {"gloucestershire": "panel", "buckinghamshire": "referral"}


@dataclass
class PaperDoor:
    """Writes every message to a file as a line of its own, and can look there, or not."""

    name: str
    can_find: bool
    file: Path
    finds: Finds = "account"

    def send(self, parcel: Parcel, now: datetime) -> Result:
        """Writes a message down."""
        reference = uuid.uuid4().hex
        self._write("send", parcel, reference, now)
        return Sent(reference)

    def edit(self, parcel: Parcel, reference: str, now: datetime) -> Result:
        """Writes down the new words of an earlier message."""
        self._write("edit", parcel, reference, now)
        return Sent(reference)

    def find(self, parcel: Parcel, now: datetime) -> str | None:
        """The reference under which a message with this key was written down."""
        sent = [line for line in lines(self.file) if line["key"] == parcel.key and line["did"] == "send"]
        return sent[-1]["reference"] if sent else None

    def delete(self, parcel: Parcel, reference: str) -> None:
        """Writes down that a message was taken back."""
        self._write("delete", parcel, reference, START)

    def _write(self, did: str, parcel: Parcel, reference: str, now: datetime) -> None:
        words = parcel.message.model_dump(mode="json")
        line = {"did": did, "key": parcel.key, "lane": parcel.lane, "reference": reference, "words": words}
        place = os.open(self.file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(place, (json.dumps(line | {"at": now.isoformat()}) + "\n").encode())
            os.fsync(place)
        finally:
            os.close(place)


def lines(file: Path) -> list[dict[str, str]]:
    """What a door has written down so far."""
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()] if file.exists() else []


def doors(folder: Path) -> dict[str, PaperDoor]:
    """Both doors by name."""
    found = (PaperDoor("desk", True, folder / "desk"), PaperDoor("letter-box", False, folder / "letter-box"))
    return {door.name: door for door in found}


class Clock:
    """The clock of the play. It lies in memory that all lives share, and so survives them."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, 8)
        self.moves_to(START)

    def now(self) -> datetime:
        """What it shows."""
        return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=int.from_bytes(self._memory[:], "big"))

    def moves_to(self, moment: datetime) -> None:
        """Puts it to a time."""
        passed = (moment - datetime.fromtimestamp(0, UTC)) // timedelta(microseconds=1)
        self._memory[:] = passed.to_bytes(8, "big")


@dataclass(frozen=True)
class Kill:
    """How a life ends."""

    since: datetime
    point: str
    nth: int

    def __str__(self) -> str:
        return f"{self.since:%Y-%m-%dT%H:%M}Z {self.point} {self.nth}"


class Killer:
    """Stands at every point of the work, and ends this process where it was told to."""

    def __init__(self, kill: Kill, clock: Clock) -> None:
        self._kill, self._clock = kill, clock
        self._times = 0
        self._lock = threading.Lock()

    def __call__(self, point: str) -> None:
        with self._lock:  # several threads send
            if point != self._kill.point or self._clock.now() < self._kill.since:
                return
            self._times += 1
            if self._times == self._kill.nth:
                os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True)
class Play:
    """What all lives of a play share."""

    url: str
    folder: Path
    definitions: list[Definition]
    clock: Clock
    lease: timedelta

    def open_offices(self) -> None:
        """A new database with both partnerships in force and a person in every post."""
        with closing(Store(self.url)) as store:
            bring_up_to_date(store)
            for definition in self.definitions:
                rehearsing.open_office(a_runner(store), definition, START, DOORS[definition.arrangements.id])
                switch_on(store, definition, START)

    def live(self, point: Callable[[str], None] = no_point) -> None:
        """One life: goes on where the last one ended, as far as it gets."""
        with closing(Store(self.url)) as store:
            bring_up_to_date(store)
            runner = a_runner(store, point)
            worker = Delivery(runner, doors(self.folder), threads=4, point=point, lease=self.lease)
            while self.clock.now() < END:
                for definition in self.definitions:
                    press_what_is_to_be_pressed(runner, definition, self.clock.now())
                tick(runner, self.clock.now())
                deliver_everything(worker, self.clock)
                self.clock.moves_to(max(self._following(store), self.clock.now() + timedelta(microseconds=1)))

    def _following(self, store: Store) -> datetime:
        """When the next thing falls due, or is pressed."""
        presses = [moment for moment in PRESSED if moment > self.clock.now()]
        return min([*presses, next_time(store) or END])


def a_runner(store: Store, point: Callable[[str], None] = no_point) -> Runner:
    """The runner of the play; the only case of each partnership has the same reference in every life."""
    return Runner(store, LEDGER_KEY, ACTIONS, lambda: REFERENCE, point=point, seal=SEAL, ways=frozenset({"heartbeat"}))


def press_what_is_to_be_pressed(runner: Runner, definition: Definition, now: datetime) -> None:
    """What people press by now. It is repeated again and again: each press has its key, and counts once."""
    partnership = definition.arrangements.id
    for number, (moment, post, action, form) in enumerate(presses(definition)):
        if now >= moment:
            actor = Actor(partnership, rehearsing.person_of(partnership, post), confirmed=True)
            outcome = runner.perform(actor, action, form, f"press:{number}:{action}", now)
            assert not outcome.refused, outcome.refusals


def presses(definition: Definition) -> Iterator[tuple[datetime, str, str, dict[str, object]]]:
    """Each press: when, by whoever is in which post, of what."""
    manager, partnership = definition.arrangements.secretariat.business_manager, definition.arrangements.id
    first, second, *others = definition.arrangements.pathway("serious-incident").told
    about: dict[str, object] = {"reference": REFERENCE}
    aware = {"aware": INCIDENT - timedelta(hours=2)}
    yield INCIDENT, manager, "incident.start", {"pathway": "serious-incident", "facts": aware}
    yield ANSWERED, first, "incident.answer", about | {"post": first, "answer": "have"}
    yield ANSWERED, second, "incident.answer", about | {"post": second, "answer": "known"}
    yield ANSWERED_AGAIN, first, "incident.answer", about | {"post": first, "answer": "known"}
    for post in others:
        yield RUNG, manager, "incident.said", about | {"post": post, "said": "has-it"}
    done = {"stage": FIRST_STAGE[partnership], "at": INCIDENT}
    yield FIRST_STAGE_DONE, manager, "incident.done", about | done


def deliver_everything(worker: Delivery, clock: Clock) -> None:
    """Sends what waits; what a dead life held is waited for, in real time, until its lease is over."""
    worker.deliver(clock.now)
    while is_held(worker.runner.store):
        time.sleep(0.02)
        worker.deliver(clock.now)


def is_held(store: Store) -> bool:
    """Whether some message is still held by somebody."""
    with store.reading() as session:
        return session.exec(select(Outgoing.id).where(Outgoing.state == "sending").limit(1)).first() is not None


def ended(does: Callable[[], None]) -> int:
    """Runs something in a process of its own; its exit code, negative for a signal."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    try:
        does()
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def kills(words: list[str]) -> Iterator[Kill]:
    """The ends of lives as they were written on the command line."""
    for since, point, nth in zip(words[::3], words[1::3], words[2::3], strict=True):
        yield Kill(datetime.fromisoformat(since), point, int(nth))


def main(url: str, folder: str, *words: str) -> int:
    """Plays; 0 when every life ended as it was meant to."""
    lease = LEASE if words else delivery.LEASE
    play = Play(url, Path(folder), [ready(name) for name in DOORS], Clock(), lease)
    play.open_offices()
    for kill in kills(list(words)):
        if ended(partial(play.live, Killer(kill, play.clock))) != -signal.SIGKILL:
            sys.stderr.write(f"nobody was killed at {kill}\n")
            return 1
    return ended(play.live)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
