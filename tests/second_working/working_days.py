"""English working days, 2019 to 2041: Monday to Friday less the bank holidays, worked out by rule.

The rules: New Year's Day, Good Friday, Easter Monday, the first Monday of May, the last Mondays of May and August,
Christmas Day and Boxing Day; one that falls on a weekend is taken on the next free weekday. The exceptions by
proclamation stand in `_MOVED` and `_EXTRA`.
"""

from datetime import date, timedelta
from functools import cache

_DAY = timedelta(days=1)

_MOVED = {
    date(2020, 5, 4): date(2020, 5, 8),  # early May, to the 75th anniversary of VE Day
    date(2022, 5, 30): date(2022, 6, 2),  # spring, to the Platinum Jubilee
}
_EXTRA = (
    date(2022, 6, 3),  # Platinum Jubilee
    date(2022, 9, 19),  # State Funeral of Queen Elizabeth II
    date(2023, 5, 8),  # Coronation of King Charles III
)


def easter(year: int) -> date:
    """Easter Sunday, by Gauss's reckoning for the Gregorian calendar with Lilius's corrections."""
    golden = year % 19
    century = year // 100
    lunar_shift = (15 + century - (13 + 8 * century) // 25 - century // 4) % 30
    solar_shift = (4 + century - century // 4) % 7
    moon = (19 * golden + lunar_shift) % 30
    sunday = (2 * (year % 4) + 4 * (year % 7) + 6 * moon + solar_shift) % 7
    if moon == 29 and sunday == 6:
        return date(year, 4, 19)
    if moon == 28 and sunday == 6 and (11 * lunar_shift + 11) % 30 < 19:
        return date(year, 4, 18)
    return date(year, 3, 22) + (moon + sunday) * _DAY


def _first_monday(year: int, month: int) -> date:
    """The first Monday of a month."""
    day = date(year, month, 1)
    while day.weekday() != 0:
        day += _DAY
    return day


def _last_monday(year: int, month: int) -> date:
    """The last Monday of a month of 31 days."""
    day = date(year, month, 31)
    while day.weekday() != 0:
        day -= _DAY
    return day


@cache
def holidays(year: int) -> frozenset[date]:
    """The days of that year that are taken as bank holidays in England (never a Saturday or a Sunday)."""
    fixed_mondays = [_first_monday(year, 5), _last_monday(year, 5), _last_monday(year, 8)]
    days = {easter(year) - 2 * _DAY, easter(year) + _DAY, *(_MOVED.get(day, day) for day in fixed_mondays)}
    days |= {day for day in _EXTRA if day.year == year}
    for month, of_month in ((1, 1), (12, 25), (12, 26)):
        day = date(year, month, of_month)
        # Boxing Day on a Monday stays; a Sunday's Christmas is then taken after it, on the Tuesday.
        while day.weekday() > 4 or day in days or (of_month == 25 and day == date(year, 12, 26)):
            day += _DAY
        days.add(day)
    return frozenset(days)


def is_working(day: date) -> bool:
    """Whether that is a working day in England."""
    return day.weekday() < 5 and day not in holidays(day.year)


def add(day: date, count: int) -> date:
    """The working day so many working days after a day, which itself is not counted; before it when negative."""
    step = _DAY if count >= 0 else -_DAY
    for _ in range(abs(count)):
        day += step
        while not is_working(day):
            day += step
    return day


def on_or_after(day: date) -> date:
    """That day when it is a working day, else the next one."""
    while not is_working(day):
        day += _DAY
    return day


def on_or_before(day: date) -> date:
    """That day when it is a working day, else the last one before it."""
    while not is_working(day):
        day -= _DAY
    return day
