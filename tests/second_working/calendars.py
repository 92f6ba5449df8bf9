"""The second working of meeting dates. What a secretariat chose (months, slots, first dates) comes in as plain numbers.

A slot is a pair (nth, weekday): nth 1 to 4, or -1 for the last; weekday 0 is Monday. `closed` are the partnership's
own closed days, which bind meetings as bank holidays do.
"""

import calendar
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from .working_days import is_working

Slot = tuple[int, int]
Closed = frozenset[date]

_WEEK = timedelta(weeks=1)
_NONE_CLOSED: Closed = frozenset()


def _open(day: date, closed: Closed) -> bool:
    """Whether a meeting can be held that day."""
    return is_working(day) and day not in closed


def month_after(year: int, month: int, count: int) -> tuple[int, int]:
    """The year and month so many months on."""
    months = year * 12 + month - 1 + count
    return months // 12, months % 12 + 1


def nth_weekday(year: int, month: int, slot: Slot) -> date:
    """The slot's day in that month, found in the month's own sheet of weeks."""
    nth, weekday = slot
    days = [week[weekday] for week in calendar.monthcalendar(year, month) if week[weekday]]
    return date(year, month, days[nth - 1 if nth > 0 else nth])


def meeting_on(wanted: date, first: date, last: date, closed: Closed = _NONE_CLOSED) -> date:
    """The wanted day, else the same weekday a week later within the part, else a week earlier, then two weeks.

    `first` and `last` bound the part of the year. ValueError if that weekday is closed throughout it.
    """
    for weeks in range(53):
        for day in (wanted + weeks * _WEEK, wanted - weeks * _WEEK):
            if first <= day <= last and _open(day, closed):
                return day
    raise ValueError(f"no working {wanted:%A} from {first} to {last}")


def yearly(
    year: int, year_starts: int, months: Sequence[int], slots: Sequence[Slot], closed: Closed = _NONE_CLOSED
) -> list[date]:
    """The meetings of the year that starts in `year`: one in each equal part, in the given months.

    `slots` is one for all, or one for each month. A part of the year is whole months where the year divides so
    (four parts of three months); else each month is its own part.
    """
    each = list(slots) * len(months) if len(slots) == 1 else list(slots)
    part = 12 // len(months) if 12 % len(months) == 0 else 1
    dates = []
    for month, slot in zip(months, each, strict=True):
        since_start = (month - year_starts) % 12
        wanted = nth_weekday(*month_after(year, year_starts, since_start), slot)
        first_month = month_after(year, year_starts, since_start // part * part)
        next_part = month_after(*first_month, part)
        last = date(*next_part, 1) - timedelta(days=1)
        dates.append(meeting_on(wanted, date(*first_month, 1), last, closed))
    return sorted(dates)


def every_months(start: date, every: int, slot: Slot, until: date, closed: Closed = _NONE_CLOSED) -> list[date]:
    """Meetings every so many months from the month of `start` on, to `until`; each stays in its own month."""
    dates: list[date] = []
    count = 0
    while True:
        year, month = month_after(start.year, start.month, count * every)
        if date(year, month, 1) > until:
            return [day for day in dates if day <= until]
        last = date(year, month, calendar.monthrange(year, month)[1])
        dates.append(meeting_on(nth_weekday(year, month, slot), date(year, month, 1), last, closed))
        count += 1


def three_months_after(day: date, months: int = 3) -> date:
    """The same day of the month three (or so many) months on, or that month's last day when it is shorter."""
    year, month = month_after(day.year, day.month, months)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def never_further_apart(start: date, until: date, months: int = 3, closed: Closed = _NONE_CLOSED) -> list[date]:
    """Meetings from `start` to `until`, each the most whole weeks after the last that stay within so many months.

    A day on which nobody works is passed over for a week earlier, so that the weekday stays and the gap never grows.
    """
    dates = [start]
    while True:
        limit = three_months_after(dates[-1], months)
        weeks = [dates[-1] + n * _WEEK for n in range(1, 53) if dates[-1] + n * _WEEK <= limit]
        day = max(week for week in weeks if _open(week, closed))
        if day > until:
            return dates
        dates.append(day)


def earlier(day: date, closed: Closed = _NONE_CLOSED) -> date:
    """That day, or the last one before it on which people work."""
    while not _open(day, closed):
        day -= timedelta(days=1)
    return day


def days_before(meetings: Iterable[date], days: int, closed: Closed = _NONE_CLOSED) -> list[date]:
    """So many calendar days before each meeting, or the last working day before that."""
    return [earlier(meeting - timedelta(days=days), closed) for meeting in meetings]


def papers(meeting: date, days: int = 7, closed: Closed = _NONE_CLOSED) -> date:
    """When the papers must be out: so many days before the meeting, earlier if nobody works then."""
    return earlier(meeting - timedelta(days=days), closed)


def minutes(meeting: date, days: int = 14) -> date:
    """When the minutes must be out: so many days after the meeting, on whatever day that is."""
    return meeting + timedelta(days=days)
