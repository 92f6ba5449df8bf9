"""Who was at a meeting, who has signed what is signed before taking part, and which skills a meeting needs."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import Column
from sqlmodel import Field, SQLModel, col, select

from .columns import UtcTime
from .meetings import MeetingRow
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
    """Somebody has signed a group's agreement. `on` is the day they signed, `entered_by` who recorded it.

    `person` is a person's id, or "guest:…" for one who is not entered; `name` is what such a guest is called.
    """

    __tablename__ = "agreement_signed"
    partnership: str = Field(primary_key=True)
    group: str = Field(primary_key=True)
    person: str = Field(primary_key=True)
    name: str = ""
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


def locked(scope: Scope, group: str, meeting: str) -> dict[str, Attended]:
    """The same, with the meeting held by this transaction, so that two who record at once do it one by one."""
    query = select(MeetingRow).where(
        MeetingRow.partnership == scope.partnership, MeetingRow.group == group, MeetingRow.place == meeting
    )
    scope.session.exec(query.with_for_update()).first()
    return at(scope, group, meeting)


def entry(scope: Scope, group: str, person: str) -> Signed | None:
    """What is on record of somebody and a group's agreement, also where it was withdrawn."""
    return scope.session.get(Signed, (scope.partnership, group, person))


def signed(scope: Scope, group: str) -> dict[str, Signed]:
    """Who has signed a group's agreement, by person."""
    query = select(Signed).where(
        Signed.partnership == scope.partnership, Signed.group == group, col(Signed.withdrawn).is_(False)
    )
    return {row.person: row for row in scope.session.exec(query.order_by(Signed.person))}


def unsigned(scope: Scope, group: str, persons: Iterable[str], by: date) -> set[str]:
    """Those of some people who have not signed a group's agreement by a day."""
    known = signed(scope, group)
    return {person for person in persons if person not in known or known[person].on > by}


def needed(scope: Scope, group: str, meeting: str) -> list[str]:
    """The skills needed at a meeting, in the order of their names."""
    query = select(Needed.skill).where(
        Needed.partnership == scope.partnership, Needed.group == group, Needed.meeting == meeting
    )
    return list(scope.session.exec(query.order_by(Needed.skill)))


def need(scope: Scope, group: str, meeting: str, skills: Iterable[str], *, by: str, now: datetime) -> None:
    """Makes the skills needed at a meeting exactly these."""
    wanted = set(skills)
    for skill in needed(scope, group, meeting):
        if skill not in wanted:
            scope.session.delete(scope.session.get_one(Needed, (scope.partnership, group, meeting, skill)))
    for skill in sorted(wanted - set(needed(scope, group, meeting))):
        scope.session.add(
            Needed(partnership=scope.partnership, group=group, meeting=meeting, skill=skill, by=by, at=now)
        )
    scope.session.flush()
