"""Meetings as they stand: one row for each place in a group's series."""

from datetime import date, datetime
from functools import cache

from sqlalchemy import Column, Date, bindparam
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.sql.expression import SelectOfScalar

from .columns import UtcTime
from .looking import once
from .scope import Scope


class MeetingRow(SQLModel, table=True):
    """One meeting. Its key is group and place in the series, never its date.

    `latest` is the last day that the rule allows. `generation` counts the facts that people were told: date, hour,
    cancelled. `version` is the definition it was planned under. `own`: somebody moved it by itself, and it no longer
    follows another group's meeting. `by_rule`: it was cancelled only because the meeting it hangs on was;
    `status_before` is then what it was before.
    """

    __tablename__ = "meeting"
    partnership: str = Field(primary_key=True)
    group: str = Field(primary_key=True)
    place: str = Field(primary_key=True)
    day: date = Field(index=True)
    starts_at: datetime | None = Field(default=None, sa_column=Column(UtcTime, nullable=True))
    ends_at: datetime | None = Field(default=None, sa_column=Column(UtcTime, nullable=True))
    status: str = "planned"
    generation: int = 1
    version: int = 1
    extra: bool = False
    own: bool = False
    by_rule: bool = False
    status_before: str = ""
    reason: str = ""
    papers_due: date | None = None
    minutes_due: date | None = None
    latest: date | None = None
    papers_sent_on: date | None = None
    minutes_sent_on: date | None = None

    @property
    def record(self) -> str:
        """The key of this meeting as a record that owes duties."""
        return record_key(self.group, self.place)


def record_key(group: str, place: str) -> str:
    """The record key of a meeting."""
    return f"meeting:{group}:{place}"


def find(scope: Scope, group: str, place: str) -> MeetingRow | None:
    """The meeting at that place of a group's series."""
    return scope.session.get(MeetingRow, (scope.partnership, group, place))


def between(scope: Scope, first: date, last: date, group: str | None = None) -> list[MeetingRow]:
    """Meetings from one day to another, both included, by day and group."""
    query = select(MeetingRow).where(
        MeetingRow.partnership == scope.partnership, MeetingRow.day >= first, MeetingRow.day <= last
    )
    if group is not None:
        query = query.where(MeetingRow.group == group)
    return list(scope.session.exec(query.order_by(col(MeetingRow.day), MeetingRow.group)))


def every(scope: Scope) -> list[MeetingRow]:
    """All meetings of the partnership, by day and group."""
    query = select(MeetingRow).where(MeetingRow.partnership == scope.partnership)
    return list(scope.session.exec(query.order_by(col(MeetingRow.day), MeetingRow.group)))


def upcoming(scope: Scope, group: str, today: date) -> MeetingRow | None:
    """The next meeting of a group from today on that is not cancelled."""
    values = {"partnership": scope.partnership, "group": group, "today": today}
    key = ("upcoming", scope.partnership, group, today)
    return once(scope.session, key, lambda: scope.session.exec(_upcoming_query(), params=values).first())


@cache
def _upcoming_query() -> SelectOfScalar[MeetingRow]:
    query = select(MeetingRow).where(
        MeetingRow.partnership == bindparam("partnership"),
        MeetingRow.group == bindparam("group"),
        MeetingRow.day >= bindparam("today", type_=Date),
        MeetingRow.status != "cancelled",
    )
    return query.order_by(col(MeetingRow.day)).limit(1)
