"""Rounds of returns: who owes what by when, what they have filled in and sent, and what became of it.

A round keeps its form as it was opened. What is filled in is sealed: it may tell more than its writer meant.
"""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import Column, Text, func, insert
from sqlmodel import Field, SQLModel, col, select

from .columns import Structure, UtcTime
from .scope import Scope

DRAFT = 0
"""The number of the content that has not been sent in."""

IN = ("answered", "approved", "other-way")
"""The states in which nothing more is asked."""


class Round(SQLModel, table=True):
    """One opening of a return. `place`: the receiving group and its meeting's place ("sog.2027-q1"), a year, or a name
    that whoever opened it gave. `form` is the form as it was then. `generation` counts the days people were told.

    `joint`: the adults' board asks too. `state`: open, closed or cancelled; `ended_because`: why it is not open any
    more. `chasers`: the steps of chasing as they were then ("steps"), and where they are agreed ("source").
    """

    __tablename__ = "return_round"
    partnership: str = Field(primary_key=True)
    report: str = Field(primary_key=True)
    place: str = Field(primary_key=True)
    name: str
    due: date
    group: str = ""
    meeting: str = ""
    form: dict[str, object] = Field(sa_column=Column(Structure, nullable=False))
    version: int
    chasers: dict[str, object] = Field(sa_column=Column(Structure, nullable=False))
    joint: bool = False
    state: str = "open"
    ended_because: str = ""
    generation: int = 1
    opened_by: str = ""
    opened_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    closed_at: datetime | None = Field(default=None, sa_column=Column(UtcTime, nullable=True))

    @property
    def record(self) -> str:
        """The key of this round as a record that owes duties."""
        return f"round:{self.report}:{self.place}"


class Owed(SQLModel, table=True):
    """One who owes a round's form. `who`: "group.bs-life", "agency.fire" or "post.data-analyst".

    `state`: nothing, draft, answered, reopened, approved, other-way (a visit or workshop) or not-us. `post` is asked:
    a post of the definition, or "lead:AGENCY". `due` is their own day, where it was extended because. `not_us`: asked,
    granted or refused. `by_exception`: they said "nothing by exception". `came_by`: chat, web, on-behalf, visit,
    workshop, or once (answered for another partnership that asks the same). `held_for`: it waits for the senior's
    signature. `generation` counts the days they were told.
    """

    __tablename__ = "return_owed"
    partnership: str = Field(primary_key=True)
    report: str = Field(primary_key=True)
    place: str = Field(primary_key=True)
    who: str = Field(primary_key=True)
    name: str
    post: str = Field(index=True)
    state: str = "nothing"
    generation: int = 1
    due: date | None = None
    extended_because: str = ""
    not_us: str = ""
    not_us_because: str = ""
    by_exception: bool = False
    sent: int = 0
    answered_at: datetime | None = Field(default=None, sa_column=Column(UtcTime, nullable=True))
    answered_by: str = ""
    came_by: str = ""
    reference: str = ""
    signed_off_by: str = ""
    signed_off_at: datetime | None = Field(default=None, sa_column=Column(UtcTime, nullable=True))
    approved_by: str = ""
    approved_at: datetime | None = Field(default=None, sa_column=Column(UtcTime, nullable=True))
    reopened_because: str = ""

    @property
    def record(self) -> str:
        """The key of this as a record that owes duties."""
        return f"owed:{self.report}:{self.place}:{self.who}"

    @property
    def round_record(self) -> str:
        """The key of the round that it belongs to."""
        return f"round:{self.report}:{self.place}"

    @property
    def is_in(self) -> bool:
        """Whether nothing more is asked of them."""
        return self.state in IN or self.state == "not-us"


class Filled(SQLModel, table=True):
    """What one who owes has filled in: number 0 is the draft, from 1 on what was sent in, each as it was then.

    `sealed` holds it where the installation has keys; `plain` elsewhere, as in a rehearsal.
    """

    __tablename__ = "return_filled"
    partnership: str = Field(primary_key=True)
    report: str = Field(primary_key=True)
    place: str = Field(primary_key=True)
    who: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    sealed: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    plain: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    person: str = ""
    at: datetime = Field(sa_column=Column(UtcTime, nullable=False))


class Moderated(SQLModel, table=True):
    """A rating that the secretariat's own look gave, beside the one that was sent in."""

    __tablename__ = "return_moderated"
    partnership: str = Field(primary_key=True)
    report: str = Field(primary_key=True)
    place: str = Field(primary_key=True)
    who: str = Field(primary_key=True)
    question: str = Field(primary_key=True)
    rating: str
    because: str = ""
    person: str = ""
    at: datetime = Field(sa_column=Column(UtcTime, nullable=False))


class Named(SQLModel, table=True):
    """Whether one owes a return at all, confirmed by name; it goes before what the arrangements say of a class."""

    __tablename__ = "return_named"
    partnership: str = Field(primary_key=True)
    report: str = Field(primary_key=True)
    who: str = Field(primary_key=True)
    owes: bool
    because: str = ""
    person: str = ""
    at: datetime = Field(sa_column=Column(UtcTime, nullable=False))


class Enrolled(SQLModel, table=True):
    """An agency or setting that is not in the definition: a school, a nursery, a trust that was entered by name."""

    __tablename__ = "enrolled"
    partnership: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    name: str
    sector: str = ""
    section_11: bool = False
    section_175: bool = False
    partner: str = ""
    since: date
    until: date | None = None


class Consent(SQLModel, table=True):
    """A partnership agrees that an agency answers once for it and another one; it holds where both have said so."""

    __tablename__ = "return_consent"
    partnership: str = Field(primary_key=True)
    report: str = Field(primary_key=True)
    who: str = Field(primary_key=True)
    other: str = Field(primary_key=True)
    other_report: str = Field(primary_key=True)
    other_who: str = Field(primary_key=True)
    person: str = ""
    at: datetime = Field(sa_column=Column(UtcTime, nullable=False))


def agency_of(who: str) -> str:
    """The id of the agency that owes, or of the group or post."""
    return who.partition(".")[2]


def lead_post(agency: str) -> str:
    """The post in which somebody answers for an agency; its deputy is the substitute, its PA a contributor."""
    return f"lead:{agency}"


def senior_post(agency: str) -> str:
    """The post of an agency's senior, who signs off and hears when nothing comes."""
    return f"senior:{agency}"


def is_owed(record: str) -> bool:
    """Whether a record's key is that of what one owes in a round."""
    return record.startswith("owed:")


def find(scope: Scope, report: str, place: str) -> Round | None:
    """The round of a return at a place."""
    return scope.session.get(Round, (scope.partnership, report, place))


def of_record(scope: Scope, record: str) -> Round | None:
    """The round with that key, or to which what is owed under it belongs ("owed:…"); None for any other."""
    parts = record.split(":")
    return find(scope, parts[1], parts[2]) if len(parts) > 2 and parts[0] in ("round", "owed") else None


def rounds(scope: Scope, report: str | None = None, *, state: str | None = None) -> list[Round]:
    """Rounds of one return or all, in one state or any, by the day they are due."""
    query = select(Round).where(Round.partnership == scope.partnership)
    if report is not None:
        query = query.where(Round.report == report)
    if state is not None:
        query = query.where(Round.state == state)
    return list(scope.session.exec(query.order_by(col(Round.due), Round.report, Round.place)))


def for_meeting(scope: Scope, group: str, meeting: str) -> list[Round]:
    """The rounds that are owed for a meeting, whatever became of them."""
    query = select(Round).where(Round.partnership == scope.partnership, Round.group == group, Round.meeting == meeting)
    return list(scope.session.exec(query.order_by(Round.report)))


def owed(scope: Scope, report: str, place: str, who: str) -> Owed | None:
    """What one owes in a round."""
    return scope.session.get(Owed, (scope.partnership, report, place, who))


def locked(scope: Scope, report: str, place: str, who: str) -> Owed | None:
    """What one owes in a round, held until the transaction ends: whoever changes it comes one after the other."""
    query = select(Owed).where(
        Owed.partnership == scope.partnership, Owed.report == report, Owed.place == place, Owed.who == who
    )
    return scope.session.exec(query.with_for_update().execution_options(populate_existing=True)).first()


def owed_of_record(scope: Scope, record: str) -> Owed | None:
    """What is owed under that key ("owed:REPORT:PLACE:WHO"); None where there is no such thing."""
    parts = record.split(":", 3)
    return owed(scope, *parts[1:]) if len(parts) == 4 and parts[0] == "owed" else None


def all_owed(scope: Scope, round_: Round) -> list[Owed]:
    """Everybody who owes in a round, by name."""
    query = select(Owed).where(
        Owed.partnership == scope.partnership, Owed.report == round_.report, Owed.place == round_.place
    )
    return list(scope.session.exec(query.order_by(Owed.name, Owed.who)))


def outstanding(scope: Scope, round_: Round) -> list[Owed]:
    """Those who owe in a round and whose answer is not in, by name; none where the round is no longer open."""
    return [each for each in all_owed(scope, round_) if not each.is_in] if round_.state == "open" else []


def size(scope: Scope, round_: Round) -> int:
    """How many owe in a round."""
    query = select(func.count()).where(
        Owed.partnership == scope.partnership, Owed.report == round_.report, Owed.place == round_.place
    )
    return scope.session.exec(query).one()


def due_day(round_: Round, owed: Owed) -> date:
    """The day on which one who owes has to answer: their own where it was extended, else the round's."""
    return owed.due or round_.due


def lock_round(scope: Scope, report: str, place: str) -> Round | None:
    """The round as it stands now, for this transaction alone until its end."""
    query = select(Round).where(Round.partnership == scope.partnership, Round.report == report, Round.place == place)
    return scope.session.exec(query.with_for_update().execution_options(populate_existing=True)).first()


def add_owed(scope: Scope, rows: Iterable[Owed]) -> None:
    """Enters those who owe in a round that has just been opened, all at one go: there may be hundreds."""
    found = [each.model_dump() for each in rows]
    if found:
        scope.session.flush()
        scope.session.execute(insert(Owed), found)


def owed_by_posts(scope: Scope, posts: Iterable[str]) -> list[Owed]:
    """What is asked of some posts in rounds that are open, whatever its state."""
    query = (
        select(Owed)
        .join(
            Round,
            (col(Round.partnership) == col(Owed.partnership))
            & (col(Round.report) == col(Owed.report))
            & (col(Round.place) == col(Owed.place)),
        )
        .where(Owed.partnership == scope.partnership, Round.state == "open", col(Owed.post).in_(set(posts)))
    )
    return list(scope.session.exec(query.order_by(Owed.report, Owed.place, Owed.who)))


def filled(scope: Scope, of: Owed, number: int) -> Filled | None:
    """What was filled in under that number."""
    return scope.session.get(Filled, (scope.partnership, of.report, of.place, of.who, number))


def latest_sent(scope: Scope, round_: Round) -> list[Filled]:
    """What each one in a round sent in last, by who."""
    query = (
        select(Filled)
        .join(
            Owed,
            (col(Owed.partnership) == col(Filled.partnership))
            & (col(Owed.report) == col(Filled.report))
            & (col(Owed.place) == col(Filled.place))
            & (col(Owed.who) == col(Filled.who))
            & (col(Owed.sent) == col(Filled.number)),
        )
        .where(
            Filled.partnership == scope.partnership,
            Filled.report == round_.report,
            Filled.place == round_.place,
            col(Filled.number) != DRAFT,
        )
    )
    return list(scope.session.exec(query.order_by(Filled.who)))


def filled_at(scope: Scope, round_: Round, number: int) -> dict[str, datetime]:
    """When each one in a round wrote what has that number: the draft (0), or what they first sent in (1)."""
    query = select(Filled.who, Filled.at).where(
        Filled.partnership == scope.partnership,
        Filled.report == round_.report,
        Filled.place == round_.place,
        Filled.number == number,
    )
    return dict(scope.session.exec(query).all())


def moderated(scope: Scope, round_: Round) -> list[Moderated]:
    """Every rating in a round that the secretariat's own look gave."""
    query = select(Moderated).where(
        Moderated.partnership == scope.partnership,
        Moderated.report == round_.report,
        Moderated.place == round_.place,
    )
    return list(scope.session.exec(query.order_by(Moderated.who, Moderated.question)))


def named(scope: Scope, report: str) -> dict[str, Named]:
    """Who was confirmed by name to owe a return, or not to, by `who`."""
    query = select(Named).where(Named.partnership == scope.partnership, Named.report == report)
    return {row.who: row for row in scope.session.exec(query)}


def enrolled(scope: Scope, day: date) -> list[Enrolled]:
    """Agencies and settings that were entered beside the definition and exist on a day, by name."""
    query = select(Enrolled).where(Enrolled.partnership == scope.partnership, col(Enrolled.since) <= day)
    found = scope.session.exec(query.order_by(Enrolled.name, Enrolled.id))
    return [each for each in found if each.until is None or day <= each.until]


def every_enrolled(scope: Scope) -> list[Enrolled]:
    """All that were ever entered beside the definition, by name, also those that have ended."""
    query = select(Enrolled).where(Enrolled.partnership == scope.partnership)
    return list(scope.session.exec(query.order_by(Enrolled.name, Enrolled.id)))


def one_enrolled(scope: Scope, id_: str) -> Enrolled | None:
    """The agency or setting with that id that was entered beside the definition."""
    return scope.session.get(Enrolled, (scope.partnership, id_))


def consents(scope: Scope, report: str, who: str) -> list[Consent]:
    """For which other partnerships this one agrees that an agency answers once."""
    query = select(Consent).where(
        Consent.partnership == scope.partnership, Consent.report == report, Consent.who == who
    )
    return list(scope.session.exec(query.order_by(Consent.other, Consent.other_report)))
