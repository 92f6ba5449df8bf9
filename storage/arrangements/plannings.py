"""What a secretariat had to choose to run at all. Shown as chosen, never as agreed."""

from datetime import date, time

from pydantic import Field, field_validator

from .entries import Value
from .slots import Slot


class GroupPlanning(Value):
    """The chosen slot of one group.

    `months` are the calendar months of a yearly series; `slot` is one nth weekday, or one for each month;
    `first` is the first date of a gap series, or any day of the first month of a monthly one;
    `days` is how far a meeting lies from the date it stands beside (negative: before it);
    `attendance_days` is as for all groups, for this one;
    `term_ahead_months` is how long before the term of its chair or of another office ends somebody is reminded; left
    out, one cycle of the group.
    `papers_at` says where the group's papers are, where they stay outside.
    """

    months: tuple[int, ...] = ()
    slot: tuple[Slot, ...] = ()
    first: date | None = None
    days: int | None = Field(default=None, ge=-180, le=180)
    starts: time | None = None
    minutes: int | None = Field(default=None, ge=15, le=600)
    attendance_days: int | None = Field(default=None, ge=0, le=90)
    papers_at: str = ""
    term_ahead_months: int | None = Field(default=None, ge=1, le=12)
    why: str = ""

    @field_validator("slot", mode="before")
    @classmethod
    def _one_or_many(cls, value: object) -> object:
        return tuple(Slot.read(v) for v in (value if isinstance(value, list | tuple) else [value]))


class Outside(Value):
    """Dates that somebody else sets, entered as they become known."""

    name: str
    dates: tuple[date, ...] = ()
    why: str = ""


class Closure(Value):
    """Days on which the partnership's own office is closed; they bind meetings and chasers only."""

    from_: date = Field(alias="from")
    until: date
    why: str = ""


class Planning(Value):
    """All that was chosen for a partnership, beside what was agreed.

    `paper_copy`: the posts whose people get the paper copy of incidents every evening, the first two of them.
    `attendance_days` and `attendance_due_days`: so many days before a confirmed meeting its seats are asked whether
    they come, and those that have not answered reminded; 0: not at all.
    """

    why: str = ""
    year_starts: int = Field(default=4, ge=1, le=12)
    daily_note: time = time(8, 0)
    weekly_digest: time = time(8, 0)
    weekly_digest_day: int = Field(default=0, ge=0, le=4)
    papers_call_days: int = Field(default=14, ge=1, le=90)
    not_planned_days: int = Field(default=60, ge=1, le=365)
    chairs_brief_days: int = Field(default=1, ge=1, le=10)
    attendance_days: int = Field(default=21, ge=0, le=90)
    attendance_due_days: int = Field(default=14, ge=0, le=90)
    quorum_days: int = Field(default=10, ge=1, le=90)
    register_days: int = Field(default=7, ge=1, le=90)
    decision_days: int = Field(default=7, ge=1, le=90)
    overdue_daily: int = Field(default=3, ge=1, le=10)
    paper_copy: tuple[str, ...] = ()
    groups: dict[str, GroupPlanning] = {}
    outside: dict[str, Outside] = {}
    closures: tuple[Closure, ...] = ()

    def attendance_days_of(self, group: str) -> int:
        """So many days before its confirmed meetings a group's seats are asked whether they come; 0: not asked."""
        own = self.groups[group].attendance_days if group in self.groups else None
        return self.attendance_days if own is None else own
