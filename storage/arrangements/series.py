"""Series that need no other group: so many times a year, every so many months, never more than so many apart.

A series gives *steps*: the places of the series with the day that its rule gives each. Which places there are, and
their names, never depends on the window that somebody asks for.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from dateutil.relativedelta import relativedelta

from .calendars import WorkingDays
from .cycles import EveryMonths, LongestGap, Yearly
from .meetings import Known
from .phrases import counted, day_words, listed, month_words, number_words, weekday_words
from .plannings import GroupPlanning
from .slots import Slot

Day = date  # a field called "date" hides the type

WEEK = timedelta(days=7)
SHIFTS = tuple(timedelta(days=7 * n * sign) for n in range(1, 5) for sign in (1, -1))
"""How far a slot may move to keep its weekday, in the order of trying: a week later, a week earlier, two later, ..."""
_MONTHS = frozenset(range(1, 13))
REACH = timedelta(days=35)
"""A rule's day lies no further than this from where plain counting puts it, whatever is closed."""


@dataclass(frozen=True)
class Step:
    """One place of a series: the day its rule gives, the part of the year it must stand in, and how the day came about.

    `latest` is the last day that the rule allows; None where no rule speaks.
    """

    place: str
    date: Day
    part: tuple[Day, Day] | None
    latest: Day | None
    working: tuple[str, ...]


class Series(Protocol):
    """The places of one cycle. A day outside the calendar raises CalendarEnds."""

    def between(self, first: date, last: date) -> Iterable[Step]:
        """At least all steps whose day is in the window."""

    def at(self, place: str) -> Step | None:
        """The step at that place; None if the series has no such place."""


def month_after(day: date, months: int) -> date:
    """The first of the month so many months after that of `day` (before, if negative)."""
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, 1)


def months_between(first: date, last: date) -> int:
    """How many months the month of `last` lies after that of `first`."""
    return (last.year - first.year) * 12 + last.month - first.month


def year_of(day: date, year_starts: int) -> int:
    """The calendar year in which the planning year of that day began."""
    return day.year - (day.month < year_starts)


def quarter_of(day: date, year_starts: int) -> tuple[date, date]:
    """First and last day of the quarter of the planning year in which that day lies."""
    first = month_after(day, -((day.month - year_starts) % 3))
    return first, month_after(first, 3) - timedelta(days=1)


def keep_weekday(
    day: date, part: tuple[date, date], calendar: WorkingDays, what: str, shifts: Iterable[timedelta] = SHIFTS
) -> tuple[date, str]:
    """That day, or when nobody works then the nearest week on the same weekday inside `part`, and the reason in words.

    If there is no such week within four (a very long closure), the first working day after it.
    """
    why = calendar.why_not(day)
    if why is None:
        return day, ""
    for shift in shifts:
        moved = day + shift
        if part[0] <= moved <= part[1] and calendar.is_working(moved):
            weeks = counted(abs(shift.days) // 7, "week")
            way = f"{weeks} {'later' if shift > timedelta(0) else 'earlier'}"
            return moved, f"{what} is {day_words(day)} ({why}), so it is {way}, on {day_words(moved)}."
    moved = calendar.on_or_after(day)
    return moved, (
        f"{what} is {day_words(day)} ({why}), and no {weekday_words(day)} near it is a working day, "
        f"so it is on {day_words(moved)}."
    )


@dataclass(frozen=True)
class _Part:
    """One part of the year: its number, its months counted from the year's start, and the month and slot chosen."""

    number: int
    starts: int
    ends: int
    month: int
    slot: Slot


class YearlySeries:
    """So many meetings a year, one in each equal part of a year that starts in the month `year_starts`.

    Where twelve months do not divide evenly (eight times a year), a part is the run of whole months that touches it,
    so neighbours share a month, and a meeting then keeps to its own month. Places are "2026-1" for the first part of
    the year that starts in 2026. Raises ValueError, as a sentence, if the chosen months do not fit the parts.
    """

    def __init__(self, cycle: Yearly, chosen: GroupPlanning, year_starts: int, calendar: WorkingDays) -> None:
        self._cycle = cycle
        self._year_starts = year_starts
        self._calendar = calendar
        self._parts = _parts(cycle.times, chosen, year_starts)
        self._steps: dict[str, Step] = {}

    def between(self, first: date, last: date) -> Iterator[Step]:
        """At least all steps whose day is in the window."""
        earliest, farthest = first - REACH, last + REACH
        for year in range(year_of(earliest, self._year_starts), year_of(farthest, self._year_starts) + 1):
            for part in self._parts:
                slot = self._slot(year, part)
                near = earliest <= slot <= farthest and self._calendar.first <= slot <= self._calendar.last
                # A slot near the window may be moved into it; one inside must be worked out, or fail clearly.
                if near or first <= slot <= last:
                    yield self._step(year, part)

    def at(self, place: str) -> Step | None:
        """The step at that place; None if the series has no such place."""
        year, _, number = place.partition("-")
        if not (year.isdecimal() and number.isdecimal() and 1 <= int(number) <= len(self._parts)):
            return None
        return self._step(int(year), self._parts[int(number) - 1])

    def _slot(self, year: int, part: _Part) -> date:
        month = month_after(date(year, self._year_starts, 1), part.month)
        return part.slot.in_month(month.year, month.month)

    def _step(self, year: int, part: _Part) -> Step:
        place = f"{year}-{part.number}"
        if place not in self._steps:
            self._steps[place] = self._work_out(place, year, part)
        return self._steps[place]

    def _work_out(self, place: str, year: int, part: _Part) -> Step:
        start = date(year, self._year_starts, 1)
        bounds = month_after(start, part.starts), month_after(start, part.ends) - timedelta(days=1)
        slot = self._slot(year, part)
        shared = 12 % self._cycle.times != 0
        room = (slot.replace(day=1), month_after(slot, 1) - timedelta(days=1)) if shared else bounds
        what = f"the {part.slot} of {month_words(slot)}"
        day, moved = keep_weekday(slot, room, self._calendar, f"T{what[1:]}")
        number = f"Meeting {part.number} of {self._cycle.times} in the year from {month_words(start)}"
        return Step(
            place,
            day,
            bounds,
            bounds[1],
            (f"{number}: {what}.", *([moved] if moved else [])),
        )


def _parts(times: int, chosen: GroupPlanning, year_starts: int) -> tuple[_Part, ...]:
    slots = chosen.slot if len(chosen.slot) > 1 else chosen.slot * times
    wants = []
    if len(set(chosen.months)) != times or len(chosen.months) != times or not set(chosen.months) <= _MONTHS:
        months = "month" if times == 1 else "different months"
        wants.append(f"{number_words(times)} {months} (as numbers from 1 to 12), one for each meeting")
    if len(slots) != times:
        wants.append('a slot such as "2nd tuesday", or one for each month')
    if wants:
        raise ValueError(f"enter {listed(wants)}")
    # Months are entered in any order; from the year's start they fall into the parts one by one.
    offsets = ((month - year_starts) % 12 for month in chosen.months)
    in_order = sorted(zip(offsets, slots, strict=True), key=lambda pair: pair[0])
    parts = tuple(
        _Part(i + 1, i * 12 // times, -(-(i + 1) * 12 // times), month, slot)
        for i, (month, slot) in enumerate(in_order)
    )
    if not all(part.starts <= part.month < part.ends for part in parts):
        raise ValueError(f"enter one month in each of the {number_words(times)} equal parts of the year")
    return parts


class MonthsSeries:
    """Every so many months from the month of `first`. Places are "n1" for that month, "n2" for the next, and so on."""

    def __init__(self, cycle: EveryMonths, slot: Slot, first: date, calendar: WorkingDays) -> None:
        self._every = cycle.every
        self._slot = slot
        self._first = first
        self._calendar = calendar
        self._steps: dict[int, Step] = {}

    def between(self, first: date, last: date) -> Iterator[Step]:
        """At least all steps whose day is in the window; a meeting never leaves its month."""
        earliest = max(0, -(-months_between(self._first, first) // self._every))
        for number in range(earliest, months_between(self._first, last) // self._every + 1):
            yield self._step(number + 1)

    def at(self, place: str) -> Step | None:
        """The step at that place; None if the series has no such place."""
        number = running_number(place)
        return None if number is None else self._step(number)

    def _step(self, number: int) -> Step:
        if number not in self._steps:
            self._steps[number] = self._work_out(number)
        return self._steps[number]

    def _work_out(self, number: int) -> Step:
        month = month_after(self._first, (number - 1) * self._every)
        room = month, month_after(month, 1) - timedelta(days=1)
        what = f"the {self._slot} of {month_words(month)}"
        slot = self._slot.in_month(month.year, month.month)
        day, moved = keep_weekday(slot, room, self._calendar, f"T{what[1:]}")
        often = "Every month" if self._every == 1 else f"Every {number_words(self._every)} months"
        return Step(
            f"n{number}",
            day,
            room,
            room[1],
            (f"{often} from {month_words(self._first)}: {what}.", *([moved] if moved else [])),
        )


class GapSeries:
    """Never more than so many calendar months apart.

    Each step is the largest whole number of weeks after the day of the one before (its real day, where it is known)
    that stays within those months; fewer weeks where nobody works. Places are "n1" for `first`, and so on.
    """

    def __init__(self, cycle: LongestGap, first: date, calendar: WorkingDays, known: Mapping[str, Known]) -> None:
        self._months = cycle.months
        self._calendar = calendar
        self._known = known
        self._others = sorted(k.date for k in known.values() if k.extra and k.status != "cancelled")
        self._steps = [self._opening(first)]

    def between(self, first: date, last: date) -> Iterator[Step]:
        """At least all steps whose day is in the window."""
        number = 0
        while True:
            step = self._step(number)
            yield step
            # The next step counts from the real day of this one, which may be earlier than its rule's day.
            if self._real(step) > last:
                return
            number += 1

    def at(self, place: str) -> Step | None:
        """The step at that place; None if the series has no such place before the calendar ends."""
        number = running_number(place)
        if number is None:
            return None
        while len(self._steps) < number:
            if self._limit(self._steps[-1]) > self._calendar.last:
                return None
            self._step(len(self._steps))
        return self._steps[number - 1]

    def _step(self, number: int) -> Step:
        while len(self._steps) <= number:
            self._steps.append(self._after(self._steps[-1]))
        return self._steps[number]

    def _real(self, step: Step) -> date:
        known = self._known.get(step.place)
        return step.date if known is None else known.date

    def _limit(self, step: Step) -> date:
        return self._real(step) + relativedelta(months=self._months)

    def _opening(self, first: date) -> Step:
        day, moved = self._weeks_before(first, first - REACH)
        return Step("n1", day, None, None, (f"The first date chosen is {day_words(first)}.", *moved))

    def _after(self, step: Step) -> Step:
        previous, limit = self._real(step), self._limit(step)
        aim = previous + (limit - previous) // WEEK * WEEK
        day, moved = self._weeks_before(aim, previous + timedelta(days=1))
        gap = f"{number_words(self._months)} months" if self._months > 1 else "one month"
        weeks, odd = divmod((day - previous).days, 7)
        length = counted(weeks, "week") if not odd else counted((day - previous).days, "day")
        working = [
            f"{length} after the meeting of {day_words(previous)}; no more than {gap} apart allows {day_words(limit)}."
        ]
        if day < limit:
            working.append(
                f"Whole weeks keep the weekday, so the series drifts {counted((limit - day).days, 'day')} earlier here."
            )
        return Step(f"n{len(self._steps) + 1}", day, None, self._latest(day), (*working, *moved))

    def _latest(self, day: date) -> date | None:
        """The longest gap after the last meeting before that day that is not cancelled; an extra counts."""
        before = [d for d in self._others if d < day]
        for step in reversed(self._steps):
            known = self._known.get(step.place)
            if known is None or known.status != "cancelled":
                before.append(self._real(step))
                break
        return max(before) + relativedelta(months=self._months) if before else None

    def _weeks_before(self, day: date, floor: date) -> tuple[date, list[str]]:
        """That day, or whole weeks earlier if nobody works, or else the working day before it, not before `floor`."""
        why = self._calendar.why_not(day)
        if why is None:
            return day, []
        moved = day - WEEK
        while moved >= floor and not self._calendar.is_working(moved):
            moved -= WEEK
        if moved < floor:
            moved = self._calendar.on_or_before(day)
        if moved < floor:  # everything since the last meeting is closed: the rule cannot be kept
            moved = self._calendar.on_or_after(day)
        way = "earlier" if moved < day else "later"
        return moved, [f"{day_words(day)} is no working day ({why}), so it is {way}, on {day_words(moved)}."]


def running_number(place: str) -> int | None:
    """7 for "n7"; None for any other place."""
    number = place[1:]
    return int(number) if place[:1] == "n" and number.isdecimal() and int(number) > 0 else None
