"""What takes two people: proposed by one, agreed to by another, or refused, or forgotten after some days."""

from datetime import datetime

from sqlalchemy import Column, Index, text
from sqlmodel import Field, SQLModel, col, select

from .columns import Structure, UtcTime
from .scope import Scope

_OPEN = "state = 'open'"


class Proposal(SQLModel, table=True):
    """An action with its form, waiting for a second person. `state`: "open", "agreed", "refused" or "over"."""

    __tablename__ = "proposal"
    __table_args__ = (Index("proposal_open", "partnership", sqlite_where=text(_OPEN), postgresql_where=text(_OPEN)),)
    id: str = Field(primary_key=True)
    partnership: str
    action: str
    form: dict[str, object] = Field(sa_column=Column(Structure, nullable=False))
    record: str
    words: str
    proposed_by: str
    proposed_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    expires_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    state: str = "open"
    ended_by: str = ""
    ended_at: datetime | None = Field(default=None, sa_column=Column(UtcTime, nullable=True))


def find(scope: Scope, id_: str) -> Proposal | None:
    """The partnership's proposal with that id."""
    found = scope.session.get(Proposal, id_)
    return found if found is not None and found.partnership == scope.partnership else None


def open_ones(scope: Scope, record: str | None = None) -> list[Proposal]:
    """What waits for a second person, about one record or at all, oldest first."""
    query = select(Proposal).where(Proposal.partnership == scope.partnership, Proposal.state == "open")
    if record is not None:
        query = query.where(Proposal.record == record)
    return list(scope.session.exec(query.order_by(col(Proposal.proposed_at), Proposal.id)))


def of_record(scope: Scope, record: str) -> list[Proposal]:
    """Whatever was proposed about a record, oldest first."""
    query = select(Proposal).where(Proposal.partnership == scope.partnership, Proposal.record == record)
    return list(scope.session.exec(query.order_by(col(Proposal.proposed_at), Proposal.id)))
