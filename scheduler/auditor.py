"""The auditor: looks whether everything open has a next step, and has the business manager told where it has not.

It only reads. Telling goes through the runner, once for each record and day; all well and nothing to say writes
nothing. What waits for the end of a pause is well.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from commands import permissions, terms
from commands.auditing import Found, is_told
from commands.runner import Runner
from storage.records import delivery, duties, outbox, partnerships
from storage.records.scope import Scope

GRACE = timedelta(minutes=15)
"""How long something due may stand before it is a finding: a tick comes every few seconds."""

BEATS = ("tick", "delivery")
"""The parts of the bot whose heartbeat is looked for."""

SILENCE = timedelta(minutes=5)
"""How long a part may be silent."""

ROUNDS = (("plan-ahead", timedelta(0)), ("weekly-digest", timedelta(days=8)))
"""What comes round by itself, and how long after the last one a next one must be set."""

TELLS = "unwatched"
"""The kind of message by which findings are told; that one itself has not gone out is found, but told by no other."""

MOST = 100
"""So many findings of each sort are named in one audit; the rest are found when these are mended."""


@dataclass(frozen=True)
class Finding:
    """Something open in a partnership that nothing will happen to."""

    partnership: str
    found: Found


@dataclass(frozen=True)
class AuditReport:
    """What an audit found. The heartbeat address is called only when all is well."""

    findings: tuple[Finding, ...] = ()

    @property
    def all_well(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


def audit(runner: Runner, now: datetime) -> AuditReport:
    """Looks through every partnership; writes nothing."""
    with runner.store.reading() as session:
        silent = list(_silent(delivery.last_beats(session, BEATS), now))
        findings = []
        for running in partnerships.every(session):
            scope = Scope(session, running.id)
            found = [*_duties(scope, now), *_messages(scope, now), *_rounds(scope, now), *silent]
            findings += [Finding(running.id, one) for one in found]
    return AuditReport(tuple(findings))


def tell(runner: Runner, report: AuditReport, now: datetime) -> int:
    """Has each business manager told what is new today, and what is missing owed again; says how many were told."""
    told = 0
    for partnership in sorted({finding.partnership for finding in report.findings}):
        found = [finding.found for finding in report.findings if finding.partnership == partnership]
        with runner.store.reading() as session:
            scope = Scope(session, partnership)
            day = now.astimezone(terms.of(scope).zone).date().isoformat()
            new = [one for one in found if one.kind != TELLS and not is_told(scope, one, day)]
        if new:
            form = {"findings": [one.model_dump() for one in new]}
            runner.perform(permissions.time(partnership), "audit.report", form, None, now)
            told += 1
    return told


def _silent(beats: dict[str, datetime], now: datetime) -> Iterator[Found]:
    for name in BEATS:
        last = beats.get(name)
        if last is None or now - last > SILENCE:
            yield Found(problem="heartbeat", record="bot", kind=name, since=last)


def _duties(scope: Scope, now: datetime) -> Iterator[Found]:
    for duty in duties.overdue(scope, now - GRACE, MOST):
        yield Found(problem="duty", record=str(duty.key), kind=duty.kind, since=duty.next_at, post=duty.post)


def _messages(scope: Scope, now: datetime) -> Iterator[Found]:
    for row in outbox.stuck(scope, now - GRACE, MOST):
        yield Found(problem="message", record=row.key, kind=row.kind, since=row.not_before, post=row.post)


def _rounds(scope: Scope, now: datetime) -> Iterator[Found]:
    for kind, longest in ROUNDS:
        last = duties.latest(scope, "partnership", kind)
        if last is None or (last.state != "open" and now - last.due_at > longest):
            yield Found(problem="rounds", record="partnership", kind=kind, since=last.due_at if last else None)
