"""Which pathways with alerts are switched on: until then nobody can notify here, and the bot says so."""

from datetime import datetime

from sqlalchemy import Column
from sqlmodel import Field, SQLModel, col, select

from .columns import UtcTime
from .scope import Scope


class Switched(SQLModel, table=True):
    """A pathway that was switched on, by whom, and when it was switched off again if it was."""

    __tablename__ = "switched"
    id: int | None = Field(default=None, primary_key=True)
    partnership: str = Field(index=True)
    pathway: str
    on_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    on_by: str
    off_at: datetime | None = Field(default=None, sa_column=Column(UtcTime, nullable=True))
    off_by: str = ""


def on(scope: Scope) -> dict[str, Switched]:
    """The pathways that are on, by id."""
    query = select(Switched).where(Switched.partnership == scope.partnership, col(Switched.off_at).is_(None))
    return {row.pathway: row for row in scope.session.exec(query.order_by(col(Switched.id)))}
