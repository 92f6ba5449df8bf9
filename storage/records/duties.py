"""Duties: what a record will ask of somebody, each once. People see "to do", never the word duty."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import Column, ColumnElement, Index, bindparam, insert, not_, or_, text
from sqlmodel import Field, Session, SQLModel, col, select
from sqlmodel.sql.expression import SelectOfScalar

from .columns import UtcTime
from .partnerships import paused
from .scope import Scope


@dataclass(frozen=True)
class Kind:
    """A kind of duty and its policy when its time has passed.

    `late`: "send" means send late, once; "skip" means that it is no longer of use `after` its time, and that is said.
    `nag`: it writes a line for the daily note instead of sending. `pauses`: it waits while the partnership is paused.
    `beside`: it takes seconds, so a loop of its own works it out beside the tick, which passes it over.
    """

    name: str
    late: str
    after: timedelta
    nag: bool = True
    pauses: bool = True
    beside: bool = False


_DAY = timedelta(days=1)

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("papers-call", "skip", 5 * _DAY),
        Kind("papers-due", "send", 2 * _DAY),
        Kind("agenda", "send", 2 * _DAY, nag=False),
        Kind("meeting-tomorrow", "skip", _DAY),
        Kind("chairs-brief", "skip", 30 * _DAY, nag=False),
        Kind("minutes-due", "send", 2 * _DAY),
        Kind("minutes-overdue", "send", 7 * _DAY),
        Kind("not-confirmed", "send", 7 * _DAY),
        Kind("chair-term", "send", 30 * _DAY),
        Kind("handover", "send", 30 * _DAY, nag=False),
        Kind("round-opens", "send", 90 * _DAY, nag=False),
        Kind("report-due", "send", 2 * _DAY),
        Kind("chase-ended", "send", 30 * _DAY),
        Kind("signature-due", "send", 2 * _DAY, nag=False),
        Kind("signature-ended", "send", 30 * _DAY),
        Kind("attendance-asked", "skip", 30 * _DAY, nag=False),
        Kind("attendance-due", "skip", _DAY),
        Kind("quorum-needed", "skip", 3 * _DAY, nag=False),
        Kind("date-due", "skip", 2 * _DAY),
        Kind("date-closes", "send", 30 * _DAY, nag=False),
        Kind("register-review", "skip", 3 * _DAY),
        Kind("action-due", "send", 7 * _DAY),
        Kind("milestone-due", "send", 30 * _DAY),
        Kind("what-came-of", "send", 7 * _DAY),
        Kind("comments-due", "send", 7 * _DAY),
        Kind("decision-closes", "send", 30 * _DAY, nag=False),
        Kind("decision-due", "skip", _DAY),
        Kind("pack-ready", "send", 2 * _DAY, nag=False),
        Kind("stage-due", "send", 2 * _DAY),
        Kind("stage-overdue", "send", 2 * _DAY),
        Kind("alert-step", "send", 365 * _DAY, nag=False, pauses=False),
        Kind("alert-ring", "send", 365 * _DAY, nag=False, pauses=False),
        Kind("alert-lapse", "send", 365 * _DAY, nag=False, pauses=False),
        Kind("alert-wake", "send", 365 * _DAY, nag=False, pauses=False),
        Kind("alert-drill", "send", _DAY, nag=False),
        Kind("drill-result", "send", 7 * _DAY, nag=False, pauses=False),
        Kind("still-in-post", "send", 90 * _DAY, nag=False),
        Kind("none-this-month", "skip", 14 * _DAY, nag=False),
        Kind("paper-twin", "skip", _DAY, nag=False),
        Kind("proposal-ended", "send", 365 * _DAY, nag=False, pauses=False),
        Kind("retention-proposed", "send", 365 * _DAY, nag=False),
        Kind("daily-note", "skip", _DAY, nag=False),
        Kind("weekly-digest", "skip", 3 * _DAY, nag=False),
        Kind("plan-ahead", "send", 365 * _DAY, nag=False, pauses=False),
        Kind("rehearsed", "send", _DAY, nag=False, pauses=False, beside=True),
    )
}


@dataclass(frozen=True)
class Key:
    """A duty's natural key, equal in two databases."""

    partnership: str
    record: str
    kind: str
    part: str
    generation: int

    def __str__(self) -> str:
        return f"{self.partnership}/{self.record}/{self.kind}/{self.part}/{self.generation}"


class Duty(SQLModel, table=True):
    """One thing to be done at a time, owed by or to a post; open, closed with a reason, or not-handled."""

    __tablename__ = "duty"
    __table_args__ = (
        Index(
            "duty_next",
            "next_at",
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("duty_record", "partnership", "record"),
        Index(
            "duty_dead_end",
            "partnership",
            sqlite_where=text("state = 'not-handled'"),
            postgresql_where=text("state = 'not-handled'"),
        ),
    )
    partnership: str = Field(primary_key=True)
    record: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    part: str = Field(primary_key=True)
    generation: int = Field(primary_key=True)
    post: str
    due_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    next_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    state: str = "open"
    reason: str = ""
    closed_at: datetime | None = Field(default=None, sa_column=Column(UtcTime, nullable=True))
    attempts: int = 0
    error: str = ""
    why: str = ""
    source: str = ""

    @property
    def key(self) -> Key:
        """Its natural key."""
        return Key(self.partnership, self.record, self.kind, self.part, self.generation)


def find(session: Session, key: Key) -> Duty | None:
    """The duty with that key."""
    return session.get(Duty, (key.partnership, key.record, key.kind, key.part, key.generation))


def lock(session: Session, key: Key) -> Duty | None:
    """The open duty with that key, held by this transaction; None if it is closed or another worker has it."""
    return session.exec(_lock_query(), params=asdict(key)).first()


@cache
def _lock_query() -> SelectOfScalar[Duty]:
    return (
        select(Duty)
        .where(
            Duty.partnership == bindparam("partnership"),
            Duty.record == bindparam("record"),
            Duty.kind == bindparam("kind"),
            Duty.part == bindparam("part"),
            Duty.generation == bindparam("generation"),
            Duty.state == "open",
        )
        .with_for_update(skip_locked=True)
    )


def due(session: Session, now: datetime, limit: int) -> list[Key]:
    """The keys of open duties whose time has come, in the order in which they fell due, of all partnerships.

    Those that wait for the end of a pause are not among them: when it ends, they are looked at again, late. Nor are
    those that are worked out beside the tick.
    """
    return [duty.key for duty in session.exec(_due_query(), params={"now": now, "limit": limit})]


@cache
def _due_query() -> SelectOfScalar[Duty]:
    return (
        select(Duty)
        .where(text("state = 'open'"), Duty.next_at <= bindparam("now"), _not_paused(), _by_the_tick())
        .order_by(col(Duty.next_at), Duty.partnership, Duty.record, Duty.kind, Duty.part)
        .limit(bindparam("limit"))
    )


def next_time(session: Session) -> datetime | None:
    """When the next open duty is due for the tick that does not wait for the end of a pause, or None."""
    return session.exec(_next_time_query()).first()


@cache
def _next_time_query() -> SelectOfScalar[datetime]:
    query = select(Duty.next_at).where(text("state = 'open'"), _not_paused(), _by_the_tick())
    return query.order_by(col(Duty.next_at)).limit(1)


def beside(session: Session, now: datetime) -> Key | None:
    """The key of the duty, of all partnerships, that is to be worked out beside the tick next; None where none is."""
    found = session.exec(_beside_query(), params={"now": now}).first()
    return found.key if found is not None else None


@cache
def _beside_query() -> SelectOfScalar[Duty]:
    return (
        select(Duty)
        .where(text("state = 'open'"), Duty.next_at <= bindparam("now"), _not_paused(), not_(_by_the_tick()))
        .order_by(col(Duty.next_at), Duty.partnership, Duty.record)
        .limit(1)
    )


def overdue(scope: Scope, since: datetime, limit: int) -> list[Duty]:
    """Open duties whose next step should have been taken by that time and was not, the oldest first."""
    query = select(Duty).where(Duty.partnership == scope.partnership, text("state = 'open'"), Duty.next_at < since)
    return list(scope.session.exec(query.where(_not_paused()).order_by(col(Duty.next_at), Duty.record).limit(limit)))


def latest(scope: Scope, record: str, kind: str) -> Duty | None:
    """The duty of a kind that a record owes, or owed, with the latest due time."""
    query = select(Duty).where(Duty.partnership == scope.partnership, Duty.record == record, Duty.kind == kind)
    return scope.session.exec(query.order_by(col(Duty.due_at).desc()).limit(1)).first()


def _not_paused() -> ColumnElement[bool]:
    goes_on = [kind.name for kind in KINDS.values() if not kind.pauses]
    return or_(col(Duty.kind).in_(goes_on), col(Duty.partnership).not_in(paused()))


def _by_the_tick() -> ColumnElement[bool]:
    return col(Duty.kind).not_in([kind.name for kind in KINDS.values() if kind.beside])


def of_record(scope: Scope, record: str, state: str | None = "open") -> list[Duty]:
    """A record's duties, open ones or all, by time."""
    values = {"partnership": scope.partnership, "record": record}
    if state is not None:
        values["state"] = state
    return list(scope.session.exec(_record_query(state is not None), params=values))


@cache
def _record_query(in_state: bool) -> SelectOfScalar[Duty]:
    query = select(Duty).where(Duty.partnership == bindparam("partnership"), Duty.record == bindparam("record"))
    if in_state:
        query = query.where(Duty.state == bindparam("state"))
    return query.order_by(col(Duty.due_at), Duty.kind, Duty.part)


def of_kind(scope: Scope, kind: str) -> list[Duty]:
    """Everything of one kind that the partnership's records owe or have owed, by record and time."""
    query = select(Duty).where(Duty.partnership == scope.partnership, Duty.kind == kind)
    return list(scope.session.exec(query.order_by(Duty.record, col(Duty.due_at), Duty.part)))


def due_alike(scope: Scope, kind: str, until: datetime, *, posts: Iterable[str] | None = None) -> list[Duty]:
    """The partnership's open duties of one kind that come due before a time, of some posts or of all, by record."""
    query = select(Duty).where(
        Duty.partnership == scope.partnership, text("state = 'open'"), Duty.kind == kind, col(Duty.next_at) < until
    )
    if posts is not None:
        query = query.where(col(Duty.post).in_(set(posts)))
    return list(scope.session.exec(query.order_by(Duty.record, Duty.part)))


def open_of(scope: Scope, kind: str, prefix: str) -> list[Duty]:
    """The partnership's open duties of one kind that records owe whose keys begin so, by time."""
    query = select(Duty).where(
        Duty.partnership == scope.partnership,
        text("state = 'open'"),
        Duty.kind == kind,
        col(Duty.record).startswith(prefix, autoescape=True),
    )
    return list(scope.session.exec(query.order_by(col(Duty.due_at), Duty.record, Duty.part)))


def open_between(scope: Scope, first: datetime, last: datetime) -> list[Duty]:
    """The partnership's open duties that fall due from one time to another."""
    query = select(Duty).where(
        Duty.partnership == scope.partnership, Duty.state == "open", Duty.due_at >= first, Duty.due_at <= last
    )
    return list(scope.session.exec(query.order_by(col(Duty.due_at), Duty.record, Duty.kind, Duty.part)))


def not_handled(scope: Scope) -> list[Duty]:
    """Duties that ended as not handled: dead ends that somebody must look at."""
    query = select(Duty).where(Duty.partnership == scope.partnership, Duty.state == "not-handled")
    return list(scope.session.exec(query.order_by(col(Duty.due_at))))


def close(duty: Duty, reason: str, now: datetime) -> None:
    """Closes a duty with its reason."""
    duty.state, duty.reason, duty.closed_at = "closed", reason, now


@dataclass(frozen=True)
class NewDuty:
    """A duty about to be owed: its key within the partnership, by or to whom, when, and by which rule."""

    record: str
    kind: str
    part: str
    generation: int
    post: str
    due_at: datetime
    why: str
    source: str


def add(scope: Scope, new: Iterable[NewDuty]) -> None:
    """Adds duties at one go, since a year's come by the hundred; the caller has made sure that their keys are new."""
    rows = [
        vars(each)
        | {
            "partnership": scope.partnership,
            "next_at": each.due_at,
            "state": "open",
            "reason": "",
            "attempts": 0,
            "error": "",
        }
        for each in new
    ]
    if rows:
        scope.session.execute(insert(Duty), rows)
