"""The agreed year as people take it away: rows for `convenor calendar`, a calendar file, and a table."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from storage.arrangements.partnership import Arrangements
from storage.arrangements.phrases import counted
from storage.arrangements.years import Meeting, Year

from .calendar_entries import uid

_STATUS_IN_ICAL = {
    "planned": "TENTATIVE",
    "confirmed": "CONFIRMED",
    "held": "CONFIRMED",
    "cancelled": "CANCELLED",
}


def calendar_rows(arrangements: Arrangements, year: Year) -> list[dict[str, Any]]:
    """The objects that `convenor calendar` prints: one for each meeting, then one for each group that stands open.

    Times are ISO with the zone's offset on that day. A group of which something stands open has null `date`,
    `starts_at` and `status` there, and the sentence in `open`; `open` is null for a meeting.
    """
    zone = ZoneInfo(arrangements.zone)
    rows: list[dict[str, Any]] = []
    for meeting in year.meetings:
        starts, ends = hours(meeting, zone)
        rows.append(
            {
                "group": meeting.group,
                "date": meeting.date.isoformat(),
                "starts_at": _iso(starts),
                "ends_at": _iso(ends),
                "status": meeting.status,
                "papers_due": _iso(meeting.papers_due),
                "minutes_due": _iso(meeting.minutes_due),
                "source": meeting.source,
                "working": list(meeting.working),
                "chosen": list(meeting.chosen),
                "open": None,
            }
        )
    for undated in year.undated:
        empty = dict.fromkeys(("date", "starts_at", "ends_at", "status", "papers_due", "minutes_due"))
        rows.append(
            {
                "group": undated.group,
                **empty,
                "source": undated.source or None,
                "working": [],
                "chosen": [],
                "open": undated.sentence,
            }
        )
    return rows


def calendar_ics(arrangements: Arrangements, year: Year, stamp: datetime | None = None) -> bytes:
    """The meetings as a calendar file, without any personal data.

    The UID comes from partnership, group and place, so that a moved meeting moves in people's calendars too.
    `stamp` is when the facts were last looked at; without one it is the arrangements' first day, so that the same
    year always gives the same bytes. A meeting without an hour stands as a whole day.
    """
    zone = ZoneInfo(arrangements.zone)
    calendar = Calendar()
    calendar.add("prodid", "-//Convenor//Agreed year//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"{arrangements.short} meetings")
    made = stamp or datetime.combine(arrangements.from_, time(), UTC)
    for meeting in year.meetings:
        calendar.add_component(_event(arrangements, meeting, zone, made))
    if year.meetings:
        days = (year.meetings[0].date, year.meetings[-1].date + timedelta(days=366))
        calendar.add_missing_timezones(*days)
    text: bytes = calendar.to_ical()
    return text


def calendar_table(arrangements: Arrangements, year: Year) -> str:
    """The year as plain text: a line for each meeting, then what stands open. Ends with a line break."""
    head = ("Date", "Time", "Group", "Status", "Papers", "Minutes")
    lines = [head, *(_cells(arrangements, meeting) for meeting in year.meetings)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    text = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    text.insert(1, "  ".join("-" * width for width in widths))
    if year.undated:
        groups = counted(len(year.undated), "group")
        text += ["", f"Standing open ({groups}):", *(f"  {undated.sentence}" for undated in year.undated)]
    return "\n".join(text) + "\n"


def hours(meeting: Meeting, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
    """When the meeting starts and ends, aware; None where no hour or no length is known.

    Wall time stays what was agreed on both sides of a clock change; the offset follows it.
    """
    if meeting.starts is None:
        return None, None
    starts = datetime.combine(meeting.date, meeting.starts, zone)
    if meeting.ends is None:
        return starts, None
    overnight = timedelta(days=meeting.ends <= meeting.starts)
    return starts, datetime.combine(meeting.date + overnight, meeting.ends, zone)


def _event(arrangements: Arrangements, meeting: Meeting, zone: ZoneInfo, made: datetime) -> Event:
    event = Event()
    event.add("uid", uid(arrangements.id, meeting.group, meeting.place))
    event.add("dtstamp", made)
    event.add("summary", f"{arrangements.short}: {arrangements.groups_by_id[meeting.group].name}")
    starts, ends = hours(meeting, zone)
    event.add("dtstart", starts or meeting.date)
    if ends is not None:
        event.add("dtend", ends)
    event.add("status", _STATUS_IN_ICAL[meeting.status])
    if meeting.papers_due is not None:
        event.add("description", f"Papers due {_short(meeting.papers_due)}")
    return event


def _cells(arrangements: Arrangements, meeting: Meeting) -> tuple[str, ...]:
    starts = f"{meeting.starts:%H:%M}" if meeting.starts is not None else "no hour"
    return (
        _short(meeting.date),
        f"{starts} to {meeting.ends:%H:%M}" if meeting.ends is not None else starts,
        arrangements.groups_by_id[meeting.group].name,
        meeting.status,
        _short(meeting.papers_due),
        _short(meeting.minutes_due),
    )


def _short(day: date | None) -> str:
    return "-" if day is None else f"{day:%a} {day.day} {day:%b %Y}"


def _iso(moment: date | datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
