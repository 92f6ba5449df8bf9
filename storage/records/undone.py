"""What can be taken back: each step of a person with the step that would undo it. Undoing is a new fact."""

from datetime import datetime, timedelta

from sqlalchemy import Column, delete
from sqlmodel import Field, SQLModel, col, select

from .columns import Structure, UtcTime
from .scope import Scope

LASTS = timedelta(days=30)
"""How long a step is kept; it can be taken back for a day."""


class Step(SQLModel, table=True):
    """Something a person did to a record: what it was in words, and the action and form that take it back."""

    __tablename__ = "step"
    id: int | None = Field(default=None, primary_key=True)
    partnership: str = Field(index=True)
    person: str
    at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    record: str
    back: str
    form: dict[str, object] = Field(sa_column=Column(Structure, nullable=False))
    words: str
    undone_at: datetime | None = Field(default=None, sa_column=Column(UtcTime, nullable=True))


def latest(scope: Scope, person: str) -> Step | None:
    """The last step of a person that has not been taken back."""
    query = select(Step).where(
        Step.partnership == scope.partnership, Step.person == person, col(Step.undone_at).is_(None)
    )
    return scope.session.exec(query.order_by(col(Step.id).desc())).first()


def forget_old(scope: Scope, now: datetime) -> None:
    """Removes steps that can long be taken back no more; what was done stands in the ledger."""
    scope.session.execute(delete(Step).where(col(Step.partnership) == scope.partnership, col(Step.at) <= now - LASTS))
