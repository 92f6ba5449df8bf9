"""What became of messages that Notify took: it tells of failures only when asked.

An alert that reached nobody after all goes to whoever is told next at once (issue 4: bounces and failures move to the
next step). Messages of other kinds stay as they are: their senders see nothing of it, and nothing waits for them.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from commands import delivering, permissions
from commands.runner import Runner
from commands.tracing import trace_of
from storage.records import outbox

from .client import Failed, Notify, NotTaken

log = logging.getLogger(__name__)

BACK = timedelta(days=1)
"""How far back failures are asked for."""

NOTED_BY = timedelta(minutes=10)
"""By when it is noted here that a message went out, however slow the machine: what has no row then is not ours."""

REASONS = {
    "permanent-failure": "the number or address does not exist",
    "temporary-failure": "the telephone or mailbox took nothing",
    "technical-failure": "GOV.UK Notify could not send it on",
}


@dataclass(frozen=True)
class _Went:
    """A message of ours that went out: where it belongs, and the case and post that wait for an answer, if any."""

    partnership: str
    kind: str
    told: Mapping[str, str] | None


@dataclass
class Watching:
    """The watch over one service at Notify. One thread uses it; a second look at a failure does nothing."""

    notify: Notify
    runner: Runner
    _settled: set[str] = field(default_factory=set)

    def look(self, now: datetime) -> int:
        """Asks for the last day's failures; how many alerts were moved on to whoever is next.

        Called now and then, a minute apart. Where Notify does not answer, the next call asks for the same.
        """
        try:
            listed = self.notify.failed(now - BACK)
        except NotTaken as failure:
            log.warning("notify was not asked for failures", extra={"action": "watch", "error": str(failure)})
            return 0
        self._settled &= {one.id for one in listed}
        failed = [one for one in listed if one.id not in self._settled]
        ours = self._ours({one.reference for one in failed}) if failed else {}
        return sum(self._settle(one, ours.get(one.reference), now) for one in failed)

    def _ours(self, references: Iterable[str]) -> dict[str, _Went]:
        with self.runner.store.reading() as session:
            found = outbox.by_reference(session, references)
            return {
                reference: _Went(row.partnership, row.kind, delivering.waits_for_answer(row))
                for reference, row in found.items()
            }

    def _settle(self, failed: Failed, went: _Went | None, now: datetime) -> bool:
        """Does what follows from one failure, once; whether somebody else is told now."""
        if went is None:
            if now - failed.created_at > NOTED_BY:
                self._settled.add(failed.id)
            return False
        try:
            if went.told is not None:
                form = {**went.told, "reason": REASONS.get(failed.status, failed.status)}
                actor, key = permissions.time(went.partnership), f"not-reached:{failed.id}"
                self.runner.perform(actor, "incident.not-reached", form, key, now)
        except Exception as error:  # the next look tries it again, and the others are not held up
            log.error("a failure was not passed on", extra={"action": "watch", "trace": trace_of(error)})
            return False
        self._settled.add(failed.id)
        if went.told is not None:
            log.info("an alert reached nobody", extra={"action": "watch", "kind": went.kind})
        return went.told is not None
