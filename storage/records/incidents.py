"""Pathways under way: cases by reference, their facts and stages. No words about a child stand here."""

from datetime import date, datetime

from sqlalchemy import Column, Text
from sqlmodel import Field, SQLModel, col, select

from .columns import Structure, UtcTime
from .scope import Scope


class Case(SQLModel, table=True):
    """A pathway started by an event. `reference` comes from an injected source and does not count up.

    `facts` are times only ("aware": ISO time); `generation` counts the facts that people were told. `kind` is one of
    the pathway's kinds, empty where it has none. `received_at` is when the secretariat had it, `opened_at` when it was
    entered here. `came_by`: "chat", "web", "mail", "telephone" or "form"; `notifier` is the person who told of it,
    `entered_by` who typed it in. `speed`: "now" wakes people, "morning" is silent until `wake_at`; `woken_because` is
    the reason for waking them. `sealed`: the structured facts that were told, encrypted. `drill`: no incident, but the
    alerts tried. `merged_into`: it was told a second time and is kept under that reference. `held`: why it is not to be
    deleted; `emptied_at`: since when nothing of what was told is kept.
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
    kind: str = ""
    came_by: str = ""
    received_at: datetime | None = Field(default=None, sa_column=Column(UtcTime, nullable=True))
    notifier: str = ""
    entered_by: str = ""
    speed: str = "now"
    wake_at: datetime | None = Field(default=None, sa_column=Column(UtcTime, nullable=True))
    woken_because: str = ""
    sealed: str = Field(default="", sa_column=Column(Text, nullable=False))
    drill: bool = False
    merged_into: str = ""
    held: str = ""
    emptied_at: datetime | None = Field(default=None, sa_column=Column(UtcTime, nullable=True))

    @property
    def record(self) -> str:
        """The key of this case as a record that owes duties."""
        return f"incident:{self.reference}"


def is_about_case(record: str) -> bool:
    """Whether a record's key is that of a case, so that what is said about it may hold its reference."""
    return record.startswith("incident:")


class CaseStage(SQLModel, table=True):
    """One stage of a case as it stands: open, done (with evidence) or not needed (because); late is kept for ever.

    `ticked` are the ids of its checks that were ticked ("strategy-minutes"); `decided` is the word that was decided.
    """

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
    ticked: list[str] = Field(default_factory=list, sa_column=Column(Structure, nullable=False))
    decided: str = ""


class Overdue(SQLModel, table=True):
    """A due date that passed before its stage was done. It stays when a date is corrected."""

    __tablename__ = "incident_overdue"
    partnership: str = Field(primary_key=True)
    reference: str = Field(primary_key=True)
    stage: str = Field(primary_key=True)
    due: date = Field(primary_key=True)
    noted_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    because: str = ""


class View(SQLModel, table=True):
    """What a partner thinks of a decision, why (one of the reasons offered), and whether they dissent."""

    __tablename__ = "incident_view"
    partnership: str = Field(primary_key=True)
    reference: str = Field(primary_key=True)
    stage: str = Field(primary_key=True)
    post: str = Field(primary_key=True)
    person: str
    view: str
    because: str = ""
    dissents: bool = False
    at: datetime = Field(sa_column=Column(UtcTime, nullable=False))


class Words(SQLModel, table=True):
    """Words about a case, written on our own page where the arrangements allow that: encrypted, never sent."""

    __tablename__ = "incident_words"
    id: int | None = Field(default=None, primary_key=True)
    partnership: str
    reference: str = Field(index=True)
    person: str
    sealed: str = Field(sa_column=Column(Text, nullable=False))
    at: datetime = Field(sa_column=Column(UtcTime, nullable=False))


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


def every(scope: Scope) -> list[Case]:
    """Every case and drill there has been, in the order in which they were opened."""
    query = select(Case).where(Case.partnership == scope.partnership)
    return list(scope.session.exec(query.order_by(col(Case.opened_at), Case.reference)))


def opened_since(scope: Scope, since: datetime) -> list[Case]:
    """Cases opened at that time or later."""
    query = select(Case).where(Case.partnership == scope.partnership, col(Case.opened_at) >= since)
    return list(scope.session.exec(query.order_by(col(Case.opened_at), Case.reference)))


def views(scope: Scope, reference: str) -> list[View]:
    """What partners think of the decisions of a case, by stage and post."""
    query = select(View).where(View.partnership == scope.partnership, View.reference == reference)
    return list(scope.session.exec(query.order_by(View.stage, View.post)))


def words_of(scope: Scope, reference: str) -> list[Words]:
    """What was written about a case on our own page, oldest first."""
    query = select(Words).where(Words.partnership == scope.partnership, Words.reference == reference)
    return list(scope.session.exec(query.order_by(col(Words.id))))
