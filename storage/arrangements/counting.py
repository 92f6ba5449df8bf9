"""Counts one rule from one time, and says in words what was counted and what was passed over."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from .calendars import WorkingDays
from .pathways import Count
from .phrases import counted, day_words

Time = date | datetime
"""A time known to the minute (aware, in the partnership's zone) or only to the day."""


def in_zone(when: Time, zone: ZoneInfo) -> Time:
    """The same time in that zone; a time without offset is taken as local, a bare date stays one.

    An hour that the clocks skip is moved on, an hour that they repeat is its first one.
    """
    if not isinstance(when, datetime):
        return when
    aware = when if when.tzinfo is not None else when.replace(tzinfo=zone)
    return aware.astimezone(UTC).astimezone(zone)


def day_of(when: Time) -> date:
    """The calendar day of a time that is already in the partnership's zone."""
    return when.date() if isinstance(when, datetime) else when


def instant(when: Time, zone: ZoneInfo) -> datetime:
    """For comparing: the time itself, or the last moment of a day, in UTC."""
    last = when if isinstance(when, datetime) else datetime.combine(when, time.max, zone)
    return last.astimezone(UTC)


def count(rule: Count, start: Time, calendar: WorkingDays, zone: ZoneInfo) -> Time:
    """The time that the rule gives from that start: a time for hours, a day for all else.

    Hours are hours of the clock on the wall turned to UTC first, so that 24 hours stay 24 when the clocks change.
    `days` leave the start's own day out; the numbered `day` counts from Day 1, which is a working day.
    """
    if rule.hours is not None:
        begun = start if isinstance(start, datetime) else datetime.combine(start, time.min, zone)
        return (begun.astimezone(UTC) + timedelta(hours=rule.hours)).astimezone(zone)
    day, way = day_of(start), -1 if rule.before else 1
    if rule.months is not None:
        return day + relativedelta(months=way * rule.months)
    if rule.day is not None:
        day, steps = calendar.on_or_after(day), rule.day - 1
    else:
        steps = way * (rule.days or 0)
    return calendar.add(day, steps) if rule.unit == "working" else day + timedelta(days=steps)


def spoken(when: Time) -> str:
    """A day or time in words: "Friday 6 September 2019", with "at 10:00" where the time is known."""
    return f"{day_words(when)} at {when:%H:%M}" if isinstance(when, datetime) else day_words(when)


def rule_words(rule: Count, fact: str) -> str:
    """The rule in words, `fact` being the name of the fact that it counts from."""
    if rule.day is not None:
        return f'Day {rule.day} in {rule.unit} days, Day 1 being the first working day on or after "{fact}"'
    size, noun = next(
        (size, noun)
        for size, noun in ((rule.hours, "hour"), (rule.days, f"{rule.unit} day"), (rule.months, "month"))
        if size is not None
    )
    way = "before" if rule.before else "after"
    return f'{counted(size, noun)} {way} "{fact}"'


@dataclass(frozen=True)
class Span:
    """First and last day between which days were counted, both included."""

    first: date
    last: date


def span(rule: Count, start: Time, end: Time) -> Span | None:
    """The days that a rule in days looks at; None for hours and months."""
    if rule.day is not None:
        return Span(day_of(start), day_of(end))
    if rule.days is None:
        return None
    if rule.before:
        return Span(day_of(end), day_of(start) - timedelta(days=1))
    return Span(day_of(start) + timedelta(days=1), day_of(end))


def passed_over(rule: Count, start: Time, end: Time, calendar: WorkingDays) -> str:
    """A sentence on the days that a count in working days left out, bank holidays by name; else empty.

    For numbered calendar days only those before Day 1 are left out.
    """
    looked_at = span(rule, start, end)
    if looked_at is None:
        return ""
    if rule.unit == "calendar":
        if rule.day is None:
            return ""
        looked_at = Span(looked_at.first, calendar.on_or_after(looked_at.first))
    weekend, named = 0, []
    for day, why in calendar.skipped(looked_at.first, looked_at.last):
        if day.weekday() >= 5:
            weekend += 1
        else:
            named.append(f"{spoken(day)} ({why})")
    if weekend:
        named.insert(0, f"{counted(weekend, 'day')} at weekends")
    return f"Not counted: {', '.join(named)}." if named else ""
