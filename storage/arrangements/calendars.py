"""Working days: which days count, why a day does not, and counting forwards and back.

A working day is Monday to Friday less the bank holidays in England (RULES.md, "Working day"). A partnership's own
closed days bind its meetings and chasers and never a statutory clock, so they are put on with `with_closures`.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Self

from holidays import country_holidays

from .phrases import day_words, weekday_words
from .plannings import Closure

_DAY = timedelta(days=1)


class CalendarEnds(LookupError):
    """A day was asked for that the calendar does not cover; its text is a sentence for people."""


@dataclass(frozen=True)
class WorkingDays:
    """The working days of a nation from `first` to `last`, both covered.

    `holidays` names the bank holidays that fall on weekdays; `closures` are a partnership's own closed days.
    Every method raises CalendarEnds for a day outside the covered range: it never guesses.
    """

    first: date
    last: date
    holidays: Mapping[date, str] = field(hash=False)
    closures: tuple[Closure, ...] = ()
    nation: str = "england"

    @cached_property
    def _closed(self) -> dict[date, str]:
        closed = {
            closure.from_ + timedelta(days=n): closure.why or "a day on which the office is closed"
            for closure in self.closures
            for n in range((closure.until - closure.from_).days + 1)
        }
        return closed | dict(self.holidays)

    def is_working(self, day: date) -> bool:
        """Whether people work on that day."""
        self._must_cover(day)
        return day.weekday() < 5 and day not in self._closed

    def why_not(self, day: date) -> str | None:
        """Why nobody works on that day: "Saturday", "Good Friday", the closure's own words; None on a working day."""
        self._must_cover(day)
        return weekday_words(day) if day.weekday() >= 5 else self._closed.get(day)

    def on_or_before(self, day: date) -> date:
        """That day if it is a working day, else the last working day before it."""
        while not self.is_working(day):
            day -= _DAY
        return day

    def on_or_after(self, day: date) -> date:
        """That day if it is a working day, else the first working day after it."""
        while not self.is_working(day):
            day += _DAY
        return day

    def add(self, day: date, n: int) -> date:
        """The n-th working day after `day`, which is day 0 whether people work on it or not; negative n counts back."""
        self._must_cover(day)
        step = _DAY if n > 0 else -_DAY
        left = abs(n)
        while left:
            day += step
            left -= self.is_working(day)
        return day

    def skipped(self, first: date, last: date) -> list[tuple[date, str]]:
        """The days from `first` to `last`, both included, on which nobody works, each with its reason."""
        days = (first + timedelta(days=n) for n in range((last - first).days + 1))
        return [(day, why) for day in days if (why := self.why_not(day)) is not None]

    def with_closures(self, closures: Iterable[Closure]) -> Self:
        """A copy on which those closed days bind too: for meetings and chasers, never for a statutory clock."""
        return replace(self, closures=(*self.closures, *closures))

    def to_json(self) -> str:
        """The calendar as JSON text, always the same for the same days.

        It is stored with a definition's version, so that an upgrade of the holidays library cannot change the past.
        """
        return json.dumps(
            {
                "nation": self.nation,
                "first": self.first.isoformat(),
                "last": self.last.isoformat(),
                "holidays": {day.isoformat(): name for day, name in sorted(self.holidays.items())},
                "closures": [c.model_dump(mode="json", by_alias=True) for c in self.closures],
            },
            sort_keys=True,
        )

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The calendar that `to_json` wrote. Raises ValueError or KeyError for any other text."""
        stored = json.loads(text)
        return cls(
            first=date.fromisoformat(stored["first"]),
            last=date.fromisoformat(stored["last"]),
            holidays={date.fromisoformat(day): name for day, name in stored["holidays"].items()},
            closures=tuple(Closure.model_validate(closure) for closure in stored["closures"]),
            nation=stored["nation"],
        )

    def _must_cover(self, day: date) -> None:
        if not self.first <= day <= self.last:
            raise CalendarEnds(
                f"The calendar of working days runs from {day_words(self.first)} to {day_words(self.last)}, "
                f"so it cannot say whether {day_words(day)} is a working day."
            )


def england(
    first_year: int,
    last_year: int,
    added: Iterable[tuple[date, str]] = (),
    removed: Iterable[date] = (),
) -> WorkingDays:
    """England's working days from 1 January of `first_year` to 31 December of `last_year`.

    `added` and `removed` stand over the library's list: a proclaimed holiday comes there only with a release.
    Costs some tens of milliseconds, so keep what it gives.
    """
    listed = country_holidays("GB", subdiv="ENG", years=range(first_year, last_year + 1))
    # The library speaks American here; the Act and gov.uk say "substitute day".
    named = {day: name.replace("(observed)", "(substitute day)") for day, name in listed.items()}
    named |= dict(added)
    gone = set(removed)
    return WorkingDays(
        first=date(first_year, 1, 1),
        last=date(last_year, 12, 31),
        holidays={day: name for day, name in sorted(named.items()) if day.weekday() < 5 and day not in gone},
    )
