"""Returns: a form that many owe by a date. Who owes it, when it is opened and due, and who is told when it is not in.

People never read the word return: they owe a report, an audit or a form.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal

from dateutil.relativedelta import relativedelta
from pydantic import Field

from .calendars import WorkingDays
from .entries import Entry, Value

To = Literal["lead", "substitute", "senior", "partner"]
"""Who is told: whoever answers; who stands in for them; the agency's senior; the partner that the agency looks to."""

TO_WORDS: dict[To, str] = {
    "lead": "whoever answers",
    "substitute": "who stands in for them",
    "senior": "the agency's senior",
    "partner": "the partner's lead",
}


class Chaser(Value):
    """One step of chasing: so many days before, on or after the day it is due, and who is told.

    Days are working days on which the office is open, of which both the day due and the chaser's own day are ends.
    """

    when: Literal["before", "on", "after"]
    days: int = Field(default=0, ge=0, le=120)
    to: To = "lead"

    def day(self, due: date, open_days: WorkingDays) -> date:
        """The day of this step."""
        if self.when == "on":
            return open_days.on_or_before(due)
        return open_days.add(due, self.days if self.when == "after" else -self.days)


AUDIT_CHASERS = (
    Chaser(when="before", days=10),
    Chaser(when="before", days=3),
    Chaser(when="on"),
    Chaser(when="after", days=3),
    Chaser(when="after", days=5, to="substitute"),
    Chaser(when="after", days=10, to="senior"),
    Chaser(when="after", days=15, to="partner"),
)
"""Ours for what agencies owe, where the arrangements do not say; shown as chosen, and can be changed."""

REPORT_CHASERS = (
    Chaser(when="before", days=3),
    Chaser(when="on"),
    Chaser(when="after", days=1),
    Chaser(when="after", days=2, to="substitute"),
    Chaser(when="after", days=3, to="senior"),
    Chaser(when="after", days=4, to="partner"),
)
"""Ours for what is owed before a meeting: there are days only until the meeting."""


class Return(Entry):
    """One kind of return.

    Who owes it: the chairs of `from_groups`, the agencies in `from_agencies`, every agency and setting with the duty
    `from_duty`, the posts in `from_posts`. When: `lead_days` before each meeting of `to_group`, or in the month
    `month` every so many years, counted from `first_year`; else it is opened by hand. `lead_days` and `month` are
    None where the document does not say; then nothing is asked, and it stands open. What groups or posts owe once in
    so many years is `yearly`; what agencies owe is so by itself.

    `opens_days` is how many calendar days before it is due it is opened. `carried_to` is the group to which what was
    received goes on, `carried_by` the post that carries it there. `signed_off`: an agency's answer counts once its
    named senior lead has signed it off. `approved_by` and `moderated_by` are posts. `joint_with` names the board that
    asks together with us. `by_hand`: it is opened by hand only. A region whose areas answer in different years has one
    entry for each of those.
    """

    id: str
    name: str
    calls: Literal["report", "audit", "form"] = "report"
    form: str = ""
    from_groups: tuple[str, ...] = ()
    from_agencies: tuple[str, ...] = ()
    from_duty: Literal["section-11", "section-175"] | None = None
    from_posts: tuple[str, ...] = ()
    to_group: str | None = None
    lead_days: int | None = Field(default=None, ge=0, le=180)
    month: int | None = Field(default=None, ge=1, le=12)
    yearly: bool = False
    every_years: int = Field(default=1, ge=1, le=10)
    first_year: int | None = Field(default=None, ge=2000, le=2100)
    opens_days: int | None = Field(default=None, ge=1, le=180)
    carried_to: str | None = None
    carried_by: str | None = None
    signed_off: bool = False
    approved_by: str | None = None
    moderated_by: str | None = None
    joint_with: str = ""
    by_hand: bool = False
    chasers: tuple[Chaser, ...] = ()
    contents: tuple[str, ...] = ()
    note: str = ""

    @property
    def before_meetings(self) -> bool:
        """Whether it is owed before each meeting of the group that receives it."""
        return self.to_group is not None and not self.is_yearly and not self.by_hand

    @property
    def is_yearly(self) -> bool:
        """Whether it is owed in a month of the year, or would be if the month were known."""
        if self.by_hand or self.lead_days is not None:
            return False
        return self.yearly or self.month is not None or bool(self.from_agencies or self.from_duty)

    @property
    def days_open(self) -> int:
        """How many calendar days before it is due it is opened: as agreed, else ours (42 for a yearly one, else 14)."""
        return self.opens_days or (42 if self.is_yearly or self.by_hand else 14)

    @property
    def steps(self) -> tuple[Chaser, ...]:
        """The steps of chasing: the arrangements' own, else ours."""
        return self.chasers or (REPORT_CHASERS if self.before_meetings else AUDIT_CHASERS)

    @property
    def steps_are_chosen(self) -> bool:
        """Whether the steps are ours."""
        return not self.chasers

    def due_before(self, meeting: date, open_days: WorkingDays) -> date | None:
        """The day on which it is due before a meeting on that day; None where no lead time is known."""
        if self.lead_days is None:
            return None
        return open_days.on_or_before(meeting - timedelta(days=self.lead_days))

    def opens_on(self, due: date, open_days: WorkingDays) -> date:
        """The day on which a round that is due then is opened."""
        return open_days.on_or_before(due - timedelta(days=self.days_open))

    def due_in(self, year: int, open_days: WorkingDays) -> date | None:
        """The day on which the round of a calendar year is due: the last open day of its month; None in a year off.

        What is due every so many years has no day until the first of them is known.
        """
        first = year if self.first_year is None and self.every_years == 1 else self.first_year
        if self.month is None or first is None or year < first or (year - first) % self.every_years:
            return None
        return open_days.on_or_before(date(year, self.month, 1) + relativedelta(months=1, days=-1))

    def days_of_chasing(self, due: date, open_days: WorkingDays) -> Sequence[tuple[int, date, To]]:
        """Each step with its number from 1, its day and who is told, in order of the days."""
        found = [(number, step.day(due, open_days), step.to) for number, step in enumerate(self.steps, 1)]
        return sorted(found, key=lambda each: (each[1], each[0]))
