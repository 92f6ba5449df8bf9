"""What people state when they are asked now and then: still in this post? none this month: true?"""

from datetime import datetime

from sqlalchemy import Column
from sqlmodel import Field, SQLModel, col, select

from .columns import UtcTime
from .scope import Scope


class Statement(SQLModel, table=True):
    """One question to a post and what was answered. `kind`: "in-post" or "none-this-month"; `part` is the quarter or
    month ("2027-Q1", "2027-01"). `answer`: empty until somebody answers."""

    __tablename__ = "statement"
    partnership: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    part: str = Field(primary_key=True)
    post: str = Field(primary_key=True)
    asked_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    person: str = ""
    answer: str = ""
    answered_at: datetime | None = Field(default=None, sa_column=Column(UtcTime, nullable=True))


def find(scope: Scope, kind: str, part: str, post: str) -> Statement | None:
    """What was asked of a post, once."""
    return scope.session.get(Statement, (scope.partnership, kind, part, post))


def of_kind(scope: Scope, kind: str) -> list[Statement]:
    """Everything of one kind, by part and post."""
    query = select(Statement).where(Statement.partnership == scope.partnership, Statement.kind == kind)
    return list(scope.session.exec(query.order_by(Statement.part, Statement.post)))


def latest(scope: Scope, kind: str, post: str) -> Statement | None:
    """The newest question of a kind to a post."""
    query = select(Statement).where(
        Statement.partnership == scope.partnership, Statement.kind == kind, Statement.post == post
    )
    return scope.session.exec(query.order_by(col(Statement.asked_at).desc())).first()
