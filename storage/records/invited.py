"""Who has been told to come to which meeting: every calendar entry that was given out, with its sequence."""

from datetime import date, datetime

from sqlalchemy import Column
from sqlmodel import Field, SQLModel, col, select

from .columns import UtcTime
from .scope import Scope

INVITED, CALLED_OFF, TAKEN_BACK = "invited", "called off", "taken back"


class Invited(SQLModel, table=True):
    """One calendar entry for one person: the meeting as it stood, or that it is not theirs any more.

    `sequence` grows with every telling about the meeting, whomever it reaches. `state`: "invited"; "called off" (the
    entry ends); "taken back" (it surely reached nobody, so it never counted). `key` is the message's in the outbox.
    `organiser` is the address under which the entry began: calendar programs take changes from no other. An empty
    `person` stands for the seats with nobody, of which the business manager hears.
    """

    __tablename__ = "invited"
    partnership: str = Field(primary_key=True)
    record: str = Field(primary_key=True)
    person: str = Field(primary_key=True)
    sequence: int = Field(primary_key=True)
    state: str = INVITED
    key: str = ""
    day: date
    starts_at: datetime | None = Field(default=None, sa_column=Column(UtcTime, nullable=True))
    ends_at: datetime | None = Field(default=None, sa_column=Column(UtcTime, nullable=True))
    organiser: str = ""


def of_record(scope: Scope, record: str) -> list[Invited]:
    """Every entry that was given out for a meeting, in the order of their sequence."""
    query = select(Invited).where(Invited.partnership == scope.partnership, Invited.record == record)
    return list(scope.session.exec(query.order_by(col(Invited.sequence), Invited.person)))


def of_person(scope: Scope, person: str) -> list[Invited]:
    """Every entry that was given out to somebody, by meeting, in the order of their sequence."""
    query = select(Invited).where(Invited.partnership == scope.partnership, Invited.person == person)
    return list(scope.session.exec(query.order_by(Invited.record, col(Invited.sequence))))


def records_told_of(scope: Scope, day: date) -> set[str]:
    """The meetings of which somebody was told that they are on that day or later, whatever has become of them."""
    query = select(Invited.record).where(
        Invited.partnership == scope.partnership, Invited.state == INVITED, Invited.day >= day
    )
    return set(scope.session.exec(query.distinct()))
