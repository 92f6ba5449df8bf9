"""A rehearsal as one page of HTML to read and to print: nothing outside it is needed, no script, no picture."""

import calendar as months_
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import groupby
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from commands.adopting import calendar as working_days
from commands.definitions import Definition
from commands.words import hour, long_day, short_day
from scheduler.rehearsal import Rehearsal
from scheduler.rehearsed import NOTE, Said, chosen, said
from storage.arrangements.calendars import WorkingDays
from storage.arrangements.meetings import Meeting
from storage.arrangements.partnership import Arrangements
from storage.arrangements.phrases import month_words
from templates import page_text

from . import rehearsed


@dataclass(frozen=True)
class DayCell:
    """One cell of a small month; an empty one has the number 0."""

    number: int = 0
    meets: bool = False
    classes: str = ""


@dataclass(frozen=True)
class MonthLine:
    """A line beside a small month: a meeting, or a day on which nobody works."""

    day: str
    words: str
    closed: bool = False


@dataclass(frozen=True)
class MonthView:
    """One small month with what happens in it."""

    name: str
    weeks: tuple[tuple[DayCell, ...], ...]
    lines: tuple[MonthLine, ...]


def page(definition: Definition, rehearsal: Rehearsal, first: date, last: date) -> str:
    """The whole page."""
    arrangements = definition.arrangements
    zone = ZoneInfo(arrangements.zone)
    views = month_views(arrangements, rehearsal.meetings, first, last)
    return _template().render(
        css=Markup(page_text("rehearsal.css")),
        name=arrangements.name,
        first=first,
        last=last,
        figures=_figures(rehearsal),
        weekdays=list(months_.day_name),
        months=views[: -1 if ends_within(first, last) else None],
        rest=views[-1] if ends_within(first, last) else None,
        meetings=[_meeting(arrangements, each) for each in rehearsal.meetings],
        undated=[each.sentence for each in rehearsal.undated],
        told=_by_month(arrangements, said(rehearsal), zone),
        chosen=chosen(arrangements, rehearsal),
        open=rehearsed.standing_open(definition),
    )


@cache
def _template() -> Template:
    environment = Environment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=True)
    environment.filters |= {"long_day": long_day, "short_day": short_day}
    return environment.from_string(page_text("rehearsal.html.j2"))


def _figures(rehearsal: Rehearsal) -> list[dict[str, object]]:
    notes = sum(each.kind == NOTE for each in rehearsal.messages)
    own = sum(bool(each.title) for each in rehearsal.messages) - notes
    return [
        {"label": "meetings", "value": len(rehearsal.meetings)},
        {"label": "daily notes", "value": notes},
        {"label": "messages of their own", "value": own},
        {"label": "groups without dates", "value": len(rehearsal.undated)},
    ]


# The year view


def ends_within(first: date, last: date) -> bool:
    """Whether the last month only makes up for the days that the first one lacks: a year from the 15th is 12 months.

    Such a month is said in a line and has no calendar of its own, or a year would be thirteen.
    """
    return (first.year, first.month) != (last.year, last.month) and last.day < first.day


def month_views(arrangements: Arrangements, meetings: Sequence[Meeting], first: date, last: date) -> list[MonthView]:
    """The small months from the one of the first day to the one of the last."""
    days = working_days().with_closures(arrangements.planning.closures)
    views, month = [], first.replace(day=1)
    while month <= last:
        here = [m for m in meetings if (m.date.year, m.date.month) == (month.year, month.month)]
        views.append(_month(arrangements, month, here, days, first, last))
        month += relativedelta(months=1)
    return views


def _month(
    arrangements: Arrangements,
    month: date,
    meetings: Iterable[Meeting],
    days: WorkingDays,
    first: date,
    last: date,
) -> MonthView:
    held = [meeting for meeting in meetings if meeting.status != "cancelled"]
    meets = {meeting.date for meeting in held}

    def cell(number: int) -> DayCell:
        if number == 0:
            return DayCell()
        day = month.replace(day=number)
        marks = {"meets": day in meets, "off": not days.is_working(day), "outside": not first <= day <= last}
        return DayCell(number, day in meets, " ".join(name for name, holds in marks.items() if holds))

    weeks = months_.Calendar().monthdayscalendar(month.year, month.month)
    ends = month + relativedelta(months=1, days=-1)
    if (last.year, last.month) == (month.year, month.month) and ends_within(first, last):
        ends = last
    closed = [(day, why) for day, why in days.skipped(month, ends) if day.weekday() < 5]
    lines = [(m.date, MonthLine(_short(m.date), _meeting_line(arrangements, m))) for m in held]
    lines += [(day, MonthLine(_short(day), why, closed=True)) for day, why in closed]
    return MonthView(
        month_words(month),
        tuple(tuple(cell(number) for number in week) for week in weeks),
        tuple(line for _, line in sorted(lines, key=lambda pair: pair[0])),
    )


def _short(day: date) -> str:
    return f"{day:%a} {day.day}"


def _meeting_line(arrangements: Arrangements, meeting: Meeting) -> str:
    name = arrangements.groups_by_id[meeting.group].name
    short = name.removeprefix(f"{arrangements.name} ").removeprefix(f"{arrangements.short} ")
    return f"{short}, {hour(meeting.starts)}" if meeting.starts else short


# The tables


def _meeting(arrangements: Arrangements, meeting: Meeting) -> dict[str, object]:
    hours = " to ".join(hour(each) for each in (meeting.starts, meeting.ends) if each is not None)
    return {
        "day": meeting.date,
        "hours": hours,
        "group": arrangements.groups_by_id[meeting.group].name,
        "status": meeting.status,
        "papers": short_day(meeting.papers_due) if meeting.papers_due else "not said",
        "minutes": short_day(meeting.minutes_due) if meeting.minutes_due else "not said",
        "working": meeting.working,
        "source": meeting.source,
    }


def _by_month(arrangements: Arrangements, told: Iterable[Said], zone: ZoneInfo) -> list[dict[str, object]]:
    rows = [_told(arrangements, one, zone) for one in told]
    return [
        {"name": month_words(day), "ones": [row for _, row in ones]}
        for day, ones in groupby(rows, key=lambda pair: pair[0].replace(day=1))
    ]


def _told(arrangements: Arrangements, one: Said, zone: ZoneInfo) -> tuple[date, dict[str, object]]:
    day = one.at.astimezone(zone).date()
    source = f" ({one.source})" if one.source and one.source != "chosen" else ""
    return day, {
        "day": day,
        "hour": hour(one.at, zone),
        "in_note": one.in_note,
        "to": "; ".join(arrangements.title(post) for post in one.posts),
        "title": one.title,
        "text": one.text,
        "why": f"{one.why}{source}",
    }
