"""The tick: time as a caller. It asks what has fallen due and has the runner handle each, one transaction each.

A tick with nothing due writes nothing. Two ticks at once, or one after a crash, do nothing twice: each duty is locked
and closed in the transaction that handles it.
"""

import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from commands import permissions
from commands.runner import Runner
from storage.records import delivery, duties
from storage.records.duties import Key

log = logging.getLogger(__name__)

BATCH = 200
TRIES = 6
"""After so many failures a duty ends as not handled, and the business manager is told."""

FIRST_WAIT = timedelta(minutes=1)
"""How long the first failure waits; each further one waits four times as long."""


@dataclass
class TickReport:
    """What a tick did."""

    handled: int = 0
    failed: int = 0
    given_up: int = 0


def tick(runner: Runner, now: datetime, on_handled: Callable[[Key], None] = lambda _key: None) -> TickReport:
    """Handles everything that has fallen due by `now`, in the order in which it fell due."""
    report = TickReport()
    tried: set[Key] = set()
    while True:
        with runner.store.reading() as session:
            found = [key for key in duties.due(session, now, BATCH) if key not in tried]
        if not found:
            return report
        for key in found:
            tried.add(key)
            _handle(runner, key, now, report)
            on_handled(key)


def _handle(runner: Runner, key: Key, now: datetime, report: TickReport) -> None:
    form = {"record": key.record, "kind": key.kind, "part": key.part, "generation": key.generation}
    actor = permissions.time(key.partnership)
    runner.point("before-duty")
    try:
        outcome = runner.perform(actor, "duty.handle", form, None, now)
        if outcome.refused:
            raise DutyRefused(str(outcome.refusals[0]))
        report.handled += 1
    except Exception:
        error = uuid.uuid4().hex[:12]
        log.exception("duty failed", extra={"action": "duty.handle", "kind": key.kind, "error": error})
        report.failed += 1
        _note_failure(runner, key, now, error, report)


class DutyRefused(Exception):
    """A duty that the runner would not handle: a mistake of ours, so it is noted and tried again."""


def _note_failure(runner: Runner, key: Key, now: datetime, error: str, report: TickReport) -> None:
    """The second transaction: the failure is noted, waits longer each time, and ends with the business manager."""
    with runner.store.reading() as session:
        duty = duties.find(session, key)
        attempts = duty.attempts if duty else 0
    wait = FIRST_WAIT * 4**attempts
    if delivery.note_failed_duty(runner.store, key, next_at=now + wait, error=error) < TRIES:
        return
    form = {"record": key.record, "kind": key.kind, "part": key.part, "generation": key.generation, "error": error}
    runner.perform(permissions.time(key.partnership), "duty.give-up", form, None, now)
    report.given_up += 1
