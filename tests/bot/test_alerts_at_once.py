"""An alert leaves within a second of the commit on an idle machine, whatever the tick's interval: by the real loops."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event

import pytest

from bot import clock
from bot.running import DELIVERY_SECONDS, TICK_SECONDS, Loops
from bot.settings import Settings
from bot.terminal.door import InFile, TerminalDoor
from bot.wiring import Installation
from commands import rehearsing
from commands.catalogue import ACTIONS
from commands.definitions import Definition
from commands.permissions import Actor
from commands.runner import Runner
from scheduler.delivery import Delivery
from scheduler.doors import Parcel, Result, Sent
from scheduler.homes import HomeKeeper
from scheduler.rehearsal import Notebook
from storage.records.store import Store
from tests.offices import LEDGER_KEY, SEAL, open_on, ready

WITHIN = 1.0
"""Seconds from the commit to the door."""

PARTNERS = ("director-childrens-services", "assistant-chief-constable", "chief-nurse")


@dataclass
class NotingDoor(Notebook):
    """A door that notes by the real clock when it was given each alert."""

    name: str = "noting"
    alerts: dict[str, float] = field(default_factory=dict)
    all_told: Event = field(default_factory=Event)

    def send(self, parcel: Parcel, now: datetime) -> Result:
        """Notes the time."""
        if parcel.lane == "alert":
            self.alerts[parcel.person] = time.monotonic()
            if len(self.alerts) == len(PARTNERS):
                self.all_told.set()
        return Sent(parcel.key)


@dataclass
class Running:
    """A bot whose loops run by the real clock, and its door."""

    installation: Installation
    loops: Loops
    door: NotingDoor
    definition: Definition
    committed: list[float]

    def notifies(self) -> None:
        """The business manager has an incident opened."""
        runner, partnership = self.installation.runner, self.definition.arrangements.id
        manager = rehearsing.person_of(partnership, "business-manager")
        now = clock.now()
        facts = {"aware": now - timedelta(hours=1)}
        actor = Actor(partnership, manager, confirmed=True)
        form: dict[str, object] = {"pathway": "serious-incident", "facts": facts}
        outcome = runner.perform(actor, "incident.start", form, None, now)
        self.committed.append(time.monotonic())
        assert not outcome.refused, outcome.refusals


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """Ourshire's bot at work, with nothing left to do."""
    store = Store(f"sqlite:///{tmp_path / 'convenor.db'}")
    definition, door = ready("ourshire"), NotingDoor()
    open_on(store, definition, clock.now(), door.name)
    woken, alerted = Event(), Event()
    runner = Runner(
        store, LEDGER_KEY, ACTIONS, lambda: "CASE-1", wake=alerted.set, changed=woken.set, seal=SEAL,
        ways=frozenset({"heartbeat"}),
    )  # fmt: skip
    doors = {door.name: door}
    installation = Installation(
        settings=Settings.model_construct(),
        store=store,
        runner=runner,
        terminal=TerminalDoor(InFile(tmp_path / "terminal.jsonl")),
        delivery=Delivery(runner, doors),
        schema="",
        alerts=Delivery(runner, doors, lane="alert"),
        homes=HomeKeeper(runner),
        woken=woken,
        alerted=alerted,
    )
    loops = Loops(installation)
    loops.start()
    try:
        _wait_until(lambda: loops._beats.keys() >= {"tick", "delivery"})
        yield Running(installation, loops, door, definition, [])
    finally:
        loops.stop()
        installation.close()


def _wait_until(holds: object, longest: float = 60) -> None:
    until = time.monotonic() + longest
    while not holds() and time.monotonic() < until:  # type: ignore[operator]
        time.sleep(0.05)


@pytest.mark.slow
def test_an_alert_is_at_the_door_within_a_second_of_its_commit(running: Running) -> None:
    assert TICK_SECONDS > 2 * WITHIN and DELIVERY_SECONDS > 2 * WITHIN
    running.notifies()
    assert running.door.all_told.wait(TICK_SECONDS), "the partners were not told"
    assert max(running.door.alerts.values()) - running.committed[0] < WITHIN
    assert threading.active_count() > 1
