"""The tick: time as a caller. It asks what has fallen due and has the runner handle it, a few in one transaction.

A tick with nothing due writes nothing. Two ticks at once, or one after a crash, do nothing twice: each duty is locked
and closed in the transaction that handles it; when one of several fails, each is handled alone.
"""

import logging
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from commands import permissions
from commands.runner import Runner
from commands.tracing import trace_of
from storage.records import delivery, duties
from storage.records.duties import Key

log = logging.getLogger(__name__)

BATCH = 200

TOGETHER = 25
"""How many duties of one partnership are handled in one transaction."""

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
        tried |= set(found)
        for together in _together(found):
            _handle(runner, together, now, report)
            for key in together:
                on_handled(key)
        if any(key.kind == "plan-ahead" for key in found):
            delivery.forget_old(runner.store, now)  # once a night will do


def _together(keys: Iterable[Key]) -> Iterator[list[Key]]:
    """Neighbours of one partnership, a few at a time, so that one transaction is short but not alone."""
    for _, group in groupby(keys, key=lambda key: key.partnership):
        waiting = list(group)
        for start in range(0, len(waiting), TOGETHER):
            yield waiting[start : start + TOGETHER]


def _handle(runner: Runner, keys: list[Key], now: datetime, report: TickReport) -> None:
    """Handles duties in one transaction; where that fails, each in its own, so that one does not stop the others."""
    runner.point("before-duty")
    form = {"duties": [form_of(key) for key in keys]}
    try:
        outcome = runner.perform(permissions.time(keys[0].partnership), "duty.handle", form, None, now)
        if outcome.refused:
            raise DutyRefused(str(outcome.refusals[0]))
        report.handled += len(keys)
    except Exception as failure:
        if len(keys) > 1:
            for key in keys:
                _handle(runner, [key], now, report)
            return
        error = uuid.uuid4().hex[:12]
        about = {"action": "duty.handle", "kind": keys[0].kind, "error": error, "trace": trace_of(failure)}
        log.error("a duty failed", extra=about)
        report.failed += 1
        note_failure(runner, keys[0], now, error, report)


def form_of(key: Key) -> dict[str, object]:
    """A duty's key as the actions on duties take it."""
    return {"record": key.record, "kind": key.kind, "part": key.part, "generation": key.generation}


class DutyRefused(Exception):
    """A duty that the runner would not handle: a mistake of ours, so it is noted and tried again."""


def note_failure(runner: Runner, key: Key, now: datetime, error: str, report: TickReport) -> None:
    """The second transaction: the failure is noted, waits longer each time, and ends with the business manager."""
    with runner.store.reading() as session:
        duty = duties.find(session, key)
        attempts = duty.attempts if duty else 0
    wait = FIRST_WAIT * 4**attempts
    if delivery.note_failed_duty(runner.store, key, next_at=now + wait, error=error) < TRIES:
        return
    form = form_of(key) | {"error": error}
    runner.perform(permissions.time(key.partnership), "duty.give-up", form, None, now)
    report.given_up += 1
