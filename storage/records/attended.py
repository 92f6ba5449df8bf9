"""Who was at a meeting, who has signed what is signed before taking part, and which skills a meeting needs."""

from datetime import date, datetime

from sqlalchemy import Column
from sqlmodel import Field, SQLModel, col, select

from .columns import UtcTime
from .scope import Scope


class Attended(SQLModel, table=True):
    """One who was, or was not, at a meeting. `seat`: the post, or "guest:NUMBER" for whoever has no seat.

    `how`: present, online, deputy, apologies or absent. `person` where somebody who is entered came; `name` is what
    stands in the minutes for a guest. `sheet_at`: when they signed the attendance sheet of this meeting. `left_at` and
    `came_at`: they left before its end, or came after its beginning.
    """

    __tablename__ = "attended"
    partnership: str = Field(primary_key=True)
    group: str = Field(primary_key=True)
    meeting: str = Field(primary_key=True)
    seat: str = Field(primary_key=True)
    how: str
    person: str = ""
    name: str = ""
    agency: str = ""
    because: str = ""
    came_at: datetime | None = Field(default=None, sa_column=Column(UtcTime, nullable=True))
    left_at: datetime | None = Field(default=None, sa_column=Column(UtcTime, nullable=True))
    sheet_at: datetime | None = Field(default=None, sa_column=Column(UtcTime, nullable=True))
    by: str = ""
    at: datetime = Field(sa_column=Column(UtcTime, nullable=False))


class Signed(SQLModel, table=True):
    """Somebody has signed a group's agreement. `on` is the day they signed, `entered_by` who recorded it."""

    __tablename__ = "agreement_signed"
    partnership: str = Field(primary_key=True)
    group: str = Field(primary_key=True)
    person: str = Field(primary_key=True)
    on: date
    entered_by: str = ""
    at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    withdrawn: bool = False


class Needed(SQLModel, table=True):
    """A skill that the chair needs at a meeting, for what is looked at there; what that is stays outside."""

    __tablename__ = "skill_needed"
    partnership: str = Field(primary_key=True)
    group: str = Field(primary_key=True)
    meeting: str = Field(primary_key=True)
    skill: str = Field(primary_key=True)
    by: str = ""
    at: datetime = Field(sa_column=Column(UtcTime, nullable=False))


def at(scope: Scope, group: str, meeting: str) -> dict[str, Attended]:
    """Who was at a meeting, by seat."""
    query = select(Attended).where(
        Attended.partnership == scope.partnership, Attended.group == group, Attended.meeting == meeting
    )
    return {row.seat: row for row in scope.session.exec(query.order_by(Attended.seat))}


def at_all(scope: Scope, group: str) -> list[Attended]:
    """Who was at which meeting of a group, of all its meetings."""
    query = select(Attended).where(Attended.partnership == scope.partnership, Attended.group == group)
    return list(scope.session.exec(query.order_by(Attended.meeting, Attended.seat)))


def signed(scope: Scope, group: str) -> dict[str, Signed]:
    """Who has signed a group's agreement, by person."""
    query = select(Signed).where(
        Signed.partnership == scope.partnership, Signed.group == group, col(Signed.withdrawn).is_(False)
    )
    return {row.person: row for row in scope.session.exec(query.order_by(Signed.person))}


def needed(scope: Scope, group: str, meeting: str) -> list[str]:
    """The skills needed at a meeting, in the order of their names."""
    query = select(Needed.skill).where(
        Needed.partnership == scope.partnership, Needed.group == group, Needed.meeting == meeting
    )
    return list(scope.session.exec(query.order_by(Needed.skill)))
