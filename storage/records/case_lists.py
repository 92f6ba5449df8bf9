"""Case lists: who may know of a case at all. What one may not know looks exactly like what does not exist."""

from datetime import datetime

from sqlalchemy import Column
from sqlmodel import Field, SQLModel, col, or_, select

from .columns import UtcTime
from .scope import Scope


class Listed(SQLModel, table=True):
    """A post ("post:chief-nurse") or a person ("person:ID") on the list of a case. Whoever covers a post inherits it.

    `added_by` and `agreed_by` are the two people who put it there; the arrangements themselves are "arrangements".
    """

    __tablename__ = "incident_listed"
    id: int | None = Field(default=None, primary_key=True)
    partnership: str
    reference: str = Field(index=True)
    who: str
    since: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    until: datetime | None = Field(default=None, sa_column=Column(UtcTime, nullable=True))
    added_by: str = ""
    agreed_by: str = ""
    ended_by: str = ""


def on_list(scope: Scope, reference: str, now: datetime) -> list[Listed]:
    """Whoever is on the list of a case at a time, in the order in which they came onto it."""
    query = select(Listed).where(
        Listed.partnership == scope.partnership,
        Listed.reference == reference,
        col(Listed.since) <= now,
        or_(col(Listed.until).is_(None), col(Listed.until) > now),
    )
    return list(scope.session.exec(query.order_by(col(Listed.id))))


def ever(scope: Scope, reference: str) -> list[Listed]:
    """Whoever was on the list of a case at any time."""
    query = select(Listed).where(Listed.partnership == scope.partnership, Listed.reference == reference)
    return list(scope.session.exec(query.order_by(col(Listed.id))))


def put(scope: Scope, reference: str, who: str, now: datetime, *, added_by: str, agreed_by: str = "") -> Listed:
    """Puts a post or a person on the list of a case from now on; one who is on it already stays as they are."""
    for row in on_list(scope, reference, now):
        if row.who == who:
            return row
    row = Listed(
        partnership=scope.partnership, reference=reference, who=who, since=now, added_by=added_by, agreed_by=agreed_by
    )
    scope.session.add(row)
    scope.session.flush()
    return row
