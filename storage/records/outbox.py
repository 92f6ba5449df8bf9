"""The outbox: every message is stored in the transaction that causes it, for a named person, and sent afterwards.

Two shapes: a `post` is sent once; a `live` message is kept true, the newest revision wins.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import Column, ColumnElement, Index, UniqueConstraint, and_, bindparam, func, or_, text
from sqlmodel import Field, Session, SQLModel, col, select
from sqlmodel.sql.expression import SelectOfScalar

from .columns import Structure, UtcTime
from .message import Message
from .partnerships import paused
from .scope import Scope

ALERT, POST, IN_TURN = "alert", "post", "turn"
"""The lanes. What many are sent at once goes in turn: one after the other, beside all else, which never waits."""

LANES = (ALERT, POST, IN_TURN)

WAITING = "state IN ('waiting', 'sending')"

HOME = "home"
"""The kind of the message that somebody starts from at a door: kept true, and nobody's post."""

IS_HOME = "kind = 'home'"

REHEARSED = "rehearsed"
"""The kind of the message that answers a business manager who has asked what would be told."""


class Outgoing(SQLModel, table=True):
    """One message to one person.

    `lane`: an alert goes before all else and is not stopped by a pause. `unsure` is set before a try and taken back
    when the platform says that it did not take the message; while it is set, a door that can look, looks first.
    `expires_at`: after it the message is of no more use and is dropped with a reason. `about_case`: it may hold the
    reference of a case, so it goes only where somebody has confirmed who they are. `through` is the only door by which
    it may go, empty for any. `secret`: its words are wiped when it has gone out, or has ended. `held_since`: since when
    its platform has asked to wait at each try.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("partnership", "key"),
        Index("outbox_next", "lane", "not_before", sqlite_where=text(WAITING), postgresql_where=text(WAITING)),
        Index(
            "outbox_failed",
            "partnership",
            sqlite_where=text("state = 'failed'"),
            postgresql_where=text("state = 'failed'"),
        ),
        Index("outbox_person", "partnership", "person", "id"),
        Index("outbox_home", "partnership", sqlite_where=text(IS_HOME), postgresql_where=text(IS_HOME)),
    )
    id: int | None = Field(default=None, primary_key=True)
    partnership: str
    key: str
    lane: str = "post"
    shape: str = "post"
    kind: str
    record: str
    person: str
    post: str = ""
    about_case: bool = False
    message: dict[str, object] = Field(sa_column=Column(Structure, nullable=False))
    why: str = ""
    source: str = ""
    wanted: int = 1
    sent: int = 0
    state: str = "waiting"
    unsure: bool = False
    attempts: int = 0
    created_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    not_before: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    expires_at: datetime | None = Field(default=None, sa_column=Column(UtcTime, nullable=True))
    sent_at: datetime | None = Field(default=None, sa_column=Column(UtcTime, nullable=True))
    lease_owner: str = ""
    lease_until: datetime | None = Field(default=None, sa_column=Column(UtcTime, nullable=True))
    door: str = ""
    address: str = ""
    reference: str = ""
    reason: str = ""
    through: str = ""
    tenant: str = ""
    secret: bool = False
    held_since: datetime | None = Field(default=None, sa_column=Column(UtcTime, nullable=True))

    @property
    def words(self) -> Message:
        """The message itself."""
        return Message.model_validate(self.message)


def find(scope: Scope, key: str) -> Outgoing | None:
    """The message with that key."""
    return scope.session.exec(_find_query(), params={"partnership": scope.partnership, "key": key}).first()


@cache
def _find_query() -> SelectOfScalar[Outgoing]:
    return select(Outgoing).where(Outgoing.partnership == bindparam("partnership"), Outgoing.key == bindparam("key"))


def put(scope: Scope, new: Outgoing) -> bool:
    """Stores a message to be sent once; False when its key is there already, and nothing changes."""
    if find(scope, new.key) is not None:
        return False
    scope.session.add(new)
    scope.session.flush()
    return True


def keep_true(scope: Scope, new: Outgoing, now: datetime) -> bool:
    """Stores a live message or its newest revision; several changes before a sending become one. Whether it is new.

    The row is locked, since delivery may be noting at this moment that an earlier revision went out.
    """
    query = select(Outgoing).where(Outgoing.partnership == scope.partnership, Outgoing.key == new.key)
    locked = query.with_for_update().execution_options(populate_existing=True)
    found = scope.session.exec(locked).first()
    if found is None:
        new.shape = "live"
        scope.session.add(new)
        scope.session.flush()
        return True
    if found.message == new.message:
        return False
    found.message, found.wanted = new.message, found.wanted + 1
    if found.state in ("sent", "failed"):
        found.state, found.not_before, found.attempts = "waiting", now, 0
    elif found.state == "waiting":
        found.attempts = 0  # these words have not been tried yet
    scope.session.add(found)
    return False


def take_back(scope: Scope, keys: Iterable[str], reason: str, now: datetime) -> bool:
    """Ends messages that have been overtaken; whether it is sure that none of them reached anybody.

    What waits untried, or was surely not taken by the platform, is dropped at once, also where it had ended as not
    delivered. What may have got through is at least not tried again after `now`. The rows are locked, since delivery
    may be taking them up at this moment.
    """
    query = select(Outgoing).where(Outgoing.partnership == scope.partnership, col(Outgoing.key).in_(list(keys)))
    locked = query.with_for_update().execution_options(populate_existing=True)
    rows = list(scope.session.exec(locked))
    for row in rows:
        if row.state in ("waiting", "failed") and not _may_be_read(row):
            row.state, row.reason = "dropped", reason
        elif row.state in ("waiting", "sending", "failed"):
            row.expires_at = now
        scope.session.add(row)
    return bool(rows) and not any(map(_may_be_read, rows))


def try_again(scope: Scope, key: str, now: datetime) -> bool:
    """Has a message wait again that surely reached nobody and is still of use; whether it does."""
    query = select(Outgoing).where(Outgoing.partnership == scope.partnership, Outgoing.key == key)
    row = scope.session.exec(query.with_for_update().execution_options(populate_existing=True)).first()
    if row is None or row.state != "failed" or _may_be_read(row):
        return False
    if row.expires_at is not None and row.expires_at <= now:
        return False
    row.state, row.reason, row.not_before, row.attempts = "waiting", "", now, 0
    scope.session.add(row)
    return True


def _may_be_read(row: Outgoing) -> bool:
    """Whether a message has got through, or may have: it went out, is on its way, or its try ended in the unknown."""
    return row.state in ("sent", "sending") or row.unsure or row.sent_at is not None


def next_time(session: Session, lanes: Sequence[str] = LANES) -> datetime | None:
    """When the next message of some lanes may be tried, or None when nothing waits but for the end of a pause."""
    return session.exec(_next_time_query(), params={"lanes": lanes}).first()


@cache
def _next_time_query() -> SelectOfScalar[datetime]:
    ours = col(Outgoing.lane).in_(bindparam("lanes", expanding=True))
    query = select(Outgoing.not_before).where(text(WAITING), goes_out(), ours)
    return query.order_by(col(Outgoing.not_before)).limit(1)


def goes_out() -> ColumnElement[bool]:
    """The condition that a message is not held by a pause.

    Alerts never are, nor is a home, which says that it is, nor what a rehearsal has found, which is asked for before
    sending begins.
    """
    free = (col(Outgoing.lane) == "alert", col(Outgoing.kind).in_([HOME, REHEARSED]))
    return or_(*free, col(Outgoing.partnership).not_in(paused()))


def count_since(scope: Scope, kinds: Iterable[str], since: datetime) -> Counter[str]:
    """How many messages of some kinds were stored for each person since a time."""
    query = select(Outgoing.person, func.count()).where(
        Outgoing.partnership == scope.partnership,
        col(Outgoing.kind).in_(list(kinds)),
        col(Outgoing.created_at) >= since,
    )
    return Counter(dict(scope.session.exec(query.group_by(Outgoing.person)).all()))


def keys_of(scope: Scope, prefix: str) -> dict[str, list[str]]:
    """The keys that begin so, by the person whom each message is for."""
    query = select(Outgoing.person, Outgoing.key).where(
        Outgoing.partnership == scope.partnership, col(Outgoing.key).startswith(prefix, autoescape=True)
    )
    found: dict[str, list[str]] = {}
    for person, key in scope.session.exec(query.order_by(col(Outgoing.id))):
        found.setdefault(person, []).append(key)
    return found


def has_sent(scope: Scope, besides: Iterable[str]) -> bool:
    """Whether anything has ever gone out to anybody, besides messages of some kinds."""
    query = select(Outgoing.id).where(
        Outgoing.partnership == scope.partnership,
        col(Outgoing.sent_at).is_not(None),
        col(Outgoing.kind).not_in(list(besides)),
    )
    return scope.session.exec(query.limit(1)).first() is not None


def stuck(scope: Scope, since: datetime, limit: int) -> list[Outgoing]:
    """Messages that should have been tried by that time and were not, or whose try never ended, the oldest first."""
    query = select(Outgoing).where(
        Outgoing.partnership == scope.partnership,
        text(WAITING),
        goes_out(),
        or_(
            and_(col(Outgoing.state) == "waiting", col(Outgoing.not_before) < since),
            and_(col(Outgoing.state) == "sending", col(Outgoing.lease_until) < since),
        ),
    )
    return list(scope.session.exec(query.order_by(col(Outgoing.not_before), col(Outgoing.id)).limit(limit)))


def not_delivered(scope: Scope) -> list[Outgoing]:
    """Messages that reached nobody, by time; a home is none, since it is looked at, not sent for."""
    query = select(Outgoing).where(
        Outgoing.partnership == scope.partnership, Outgoing.state == "failed", Outgoing.kind != HOME
    )
    return list(scope.session.exec(query.order_by(col(Outgoing.id))))


def about(scope: Scope, record: str, kinds: Iterable[str]) -> list[Outgoing]:
    """The messages of some kinds about a record, oldest first."""
    query = select(Outgoing).where(
        Outgoing.partnership == scope.partnership, Outgoing.record == record, col(Outgoing.kind).in_(list(kinds))
    )
    return list(scope.session.exec(query.order_by(col(Outgoing.id))))


def by_reference(session: Session, references: Iterable[str]) -> dict[str, Outgoing]:
    """The messages that went out under these references of a platform, in whatever partnership."""
    query = select(Outgoing).where(col(Outgoing.reference).in_(list(references)))
    return {row.reference: row for row in session.exec(query)}


def homes(scope: Scope) -> list[Outgoing]:
    """The homes that are kept true, by key."""
    query = select(Outgoing).where(Outgoing.partnership == scope.partnership, text(IS_HOME))
    return list(scope.session.exec(query.order_by(Outgoing.key)))


def said_since(scope: Scope, *, person: str, kind: str, record: str, since: datetime) -> int:
    """How many messages of a kind about a record were stored for a person after a time."""
    query = select(func.count()).where(
        Outgoing.partnership == scope.partnership,
        Outgoing.person == person,
        Outgoing.kind == kind,
        Outgoing.record == record,
        col(Outgoing.created_at) > since,
    )
    return scope.session.exec(query).one()


def of_person(scope: Scope, person: str, limit: int = 20) -> list[Outgoing]:
    """The latest messages to a person, oldest first."""
    query = select(Outgoing).where(Outgoing.partnership == scope.partnership, Outgoing.person == person)
    return list(reversed(list(scope.session.exec(query.order_by(col(Outgoing.id).desc()).limit(limit)))))


def sent_by_kind(scope: Scope, first: datetime, last: datetime) -> Counter[str]:
    """How many messages of each kind went out from one time to another, the last not included."""
    query = (
        select(Outgoing.kind, func.count())
        .where(Outgoing.partnership == scope.partnership, col(Outgoing.sent_at) >= first, col(Outgoing.sent_at) < last)
        .group_by(Outgoing.kind)
    )
    return Counter(dict(scope.session.exec(query).all()))
