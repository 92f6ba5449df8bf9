"""Pathways under way: cases by reference, their facts and stages. No words about a child stand here."""

from datetime import date, datetime

from sqlalchemy import Column
from sqlmodel import Field, SQLModel, col, select

from .columns import Structure, UtcTime
from .scope import Scope


class Case(SQLModel, table=True):
    """A pathway started by an event. `reference` comes from an injected source and does not count up.

    `facts` are times only ("aware": ISO time); `generation` counts the facts that people were told.
    """

    __tablename__ = "incident"
    partnership: str = Field(primary_key=True)
    reference: str = Field(primary_key=True)
    pathway: str
    opened_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    facts: dict[str, str] = Field(sa_column=Column(Structure, nullable=False))
    edition: str | None = None
    version: int = 1
    generation: int = 1
    closed_at: datetime | None = Field(default=None, sa_column=Column(UtcTime, nullable=True))

    @property
    def record(self) -> str:
        """The key of this case as a record that owes duties."""
        return f"incident:{self.reference}"


def is_about_case(record: str) -> bool:
    """Whether a record's key is that of a case, so that what is said about it may hold its reference."""
    return record.startswith("incident:")


class CaseStage(SQLModel, table=True):
    """One stage of a case as it stands: open, done (with evidence) or not needed (because); late is kept for ever."""

    __tablename__ = "incident_stage"
    partnership: str = Field(primary_key=True)
    reference: str = Field(primary_key=True)
    stage: str = Field(primary_key=True)
    place: int
    due: str | None = None
    provisional: bool = False
    state: str = "open"
    done_at: datetime | None = Field(default=None, sa_column=Column(UtcTime, nullable=True))
    evidence: str = ""
    because: str = ""


class Overdue(SQLModel, table=True):
    """A due date that passed before its stage was done. It stays when a date is corrected."""

    __tablename__ = "incident_overdue"
    partnership: str = Field(primary_key=True)
    reference: str = Field(primary_key=True)
    stage: str = Field(primary_key=True)
    due: date = Field(primary_key=True)
    noted_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    because: str = ""


def find(scope: Scope, reference: str) -> Case | None:
    """The case with that reference."""
    return scope.session.get(Case, (scope.partnership, reference))


def open_cases(scope: Scope) -> list[Case]:
    """Cases that are not closed, in the order in which they were opened."""
    query = select(Case).where(Case.partnership == scope.partnership, col(Case.closed_at).is_(None))
    return list(scope.session.exec(query.order_by(col(Case.opened_at), Case.reference)))


def stages(scope: Scope, reference: str) -> list[CaseStage]:
    """The stages of a case in their order."""
    query = select(CaseStage).where(CaseStage.partnership == scope.partnership, CaseStage.reference == reference)
    return list(scope.session.exec(query.order_by(col(CaseStage.place))))


def stage(scope: Scope, reference: str, stage_id: str) -> CaseStage | None:
    """One stage of a case."""
    return scope.session.get(CaseStage, (scope.partnership, reference, stage_id))


def overdues(scope: Scope, reference: str) -> list[Overdue]:
    """Every due date of a case that passed unmet."""
    query = select(Overdue).where(Overdue.partnership == scope.partnership, Overdue.reference == reference)
    return list(scope.session.exec(query.order_by(Overdue.stage, col(Overdue.due))))
