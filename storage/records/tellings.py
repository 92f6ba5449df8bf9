"""Who was told of a case, which step of "who is told next" they are at, and what they said they will do.

One row for each post that the arrangements name. Its steps and minutes are frozen when it is told; whoever is in the
post is looked up at each step.
"""

from datetime import datetime

from sqlalchemy import Column
from sqlmodel import Field, SQLModel, col, select

from .columns import Structure, UtcTime
from .scope import Scope


class Telling(SQLModel, table=True):
    """One post that is told of a case.

    `round` begins at 1 and is raised whenever telling begins anew, because an answer has lapsed or was passed on.
    `steps`: what is done next in this round, frozen: [{"how": "deputy", "at": ISO time}, ...]. `state`: "silent" (not
    woken yet), "told", "answered" (somebody said what they will do), "recorded" (it was said on the telephone) or
    "ended". `answer` is one of the answers; `promised_at` is by when they will ring, `kept_at` when they said they had.
    `passed_to` is whom it was passed to. `knows_child_at`: since when the agency knows which child is meant.
    """

    __tablename__ = "incident_telling"
    partnership: str = Field(primary_key=True)
    reference: str = Field(primary_key=True)
    post: str = Field(primary_key=True)
    round: int = 1
    told_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    steps: list[dict[str, str]] = Field(sa_column=Column(Structure, nullable=False))
    state: str = "told"
    answer: str = ""
    answered_by: str = ""
    answered_at: datetime | None = Field(default=None, sa_column=Column(UtcTime, nullable=True))
    promised_at: datetime | None = Field(default=None, sa_column=Column(UtcTime, nullable=True))
    kept_at: datetime | None = Field(default=None, sa_column=Column(UtcTime, nullable=True))
    passed_to: str = ""
    knows_child_at: datetime | None = Field(default=None, sa_column=Column(UtcTime, nullable=True))


class Said(SQLModel, table=True):
    """One thing that happened while somebody was being told: told, answered, lapsed, passed on, rung. It stays."""

    __tablename__ = "incident_said"
    id: int | None = Field(default=None, primary_key=True)
    partnership: str
    reference: str = Field(index=True)
    post: str
    at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    what: str
    person: str = ""
    by: datetime | None = Field(default=None, sa_column=Column(UtcTime, nullable=True))
    through: str = ""


def find(scope: Scope, reference: str, post: str) -> Telling | None:
    """How a post was told of a case."""
    return scope.session.get(Telling, (scope.partnership, reference, post))


def of_case(scope: Scope, reference: str) -> list[Telling]:
    """Everybody who was told of a case, by post."""
    query = select(Telling).where(Telling.partnership == scope.partnership, Telling.reference == reference)
    return list(scope.session.exec(query.order_by(Telling.post)))


def said(scope: Scope, reference: str) -> list[Said]:
    """All that happened in telling of a case, oldest first."""
    query = select(Said).where(Said.partnership == scope.partnership, Said.reference == reference)
    return list(scope.session.exec(query.order_by(col(Said.id))))
