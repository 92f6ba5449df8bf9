"""When a group meets, as agreed. The dates are worked out in `years`, with a calendar and what was chosen."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from .entries import Entry


class _Cycle(Entry):
    """What all cycles share: the days on which the rule is in force, and whether it is only a proposal."""

    from_: date | None = Field(default=None, alias="from")
    until: date | None = None
    proposed: bool = False
    at_least: int | None = None
    at_most: int | None = None
    aligned_with: tuple[str, ...] = ()
    note: str = ""

    def in_force_on(self, day: date) -> bool:
        """Whether the rule holds on that day (a transitional period has other rules); never while proposed."""
        return (
            not self.proposed
            and (self.from_ is None or self.from_ <= day)
            and (self.until is None or day <= self.until)
        )


class Yearly(_Cycle):
    """So many times a year, one in each equal part of a year that starts in the chosen month."""

    kind: Literal["yearly"]
    times: int = Field(ge=1, le=12)


class EveryMonths(_Cycle):
    """Every so many months; an extra meeting does not shift the series."""

    kind: Literal["months"]
    every: int = Field(ge=1, le=12)


class LongestGap(_Cycle):
    """Never more than so many calendar months between two meetings."""

    kind: Literal["gap"]
    months: int = Field(ge=1, le=12)


class Before(_Cycle):
    """So many calendar days before each meeting of another group, EARLIER when that is no working day."""

    kind: Literal["before"]
    group: str
    days: int = Field(ge=1, le=180)


class Beside(_Cycle):
    """Beside the meetings of another group, or beside dates that are set outside; how far is chosen."""

    kind: Literal["beside"]
    group: str | None = None
    outside: str | None = None
    which: Literal["each", "first of each quarter", "last of each quarter"] = "each"


class AsRequired(_Cycle):
    """No fixed recurrence: a meeting when it is needed; worth a warning when a quarter passes without one."""

    kind: Literal["as-required"]


class Unset(_Cycle):
    """The arrangements do not say how often."""

    kind: Literal["unset"]
    want: str = ""


Cycle = Annotated[Yearly | EveryMonths | LongestGap | Before | Beside | AsRequired | Unset, Field(discriminator="kind")]
