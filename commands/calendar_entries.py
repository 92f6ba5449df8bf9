"""The text of a calendar entry (iCalendar, RFC 5545 and 5546) that follows its meeting in people's own calendars.

Hours stand in UTC: a meeting is one event and never a series, so nothing is lost; Outlook, Google and Apple all show
it by their reader's clock, and none has to match a time zone of ours with one of its own.
"""

from datetime import UTC, datetime, timedelta

from storage.records.invited import INVITED, Invited
from storage.records.meetings import MeetingRow
from storage.records.message import Attached
from storage.records.people import Person

from .meeting_words import group_of
from .words import long_day
from .work import Work

USUAL_LENGTH = timedelta(hours=2)
"""How long an entry keeps free where nobody has said how long the meeting lasts; the entry says so."""


def uid(partnership: str, group: str, place: str) -> str:
    """What calendar programs know a meeting by, for good: never its date. No host of that name can ever exist."""
    return f"{partnership}.{group}.{place}@convenor.invalid"


def entry(work: Work, row: MeetingRow, told: Invited, person: Person, title: str) -> Attached:
    """The calendar entry of one person as it was told to them: an invitation, or that it ends.

    `title` is the post by which they sit at the table. The same facts at the same time give the same bytes.
    """
    # A twentieth of a second to import, and most commands never need it.
    from icalendar import Calendar, Event, vCalAddress, vText

    group = group_of(work, row)
    is_on = told.state == INVITED
    calendar = Calendar()
    calendar.add("prodid", "-//Convenor//Invitations//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "REQUEST" if is_on else "CANCEL")
    event = Event()
    event.add("uid", uid(row.partnership, row.group, row.place))
    event.add("sequence", told.sequence)
    event.add("dtstamp", work.now.astimezone(UTC).replace(microsecond=0))
    event.add("summary", f"{work.arrangements.short}: {group.name}")
    event.add("description", "\n".join(_lines(work, row, told, title)))
    event.add("status", "CONFIRMED" if is_on else "CANCELLED")
    if told.starts_at is None:
        event.add("dtstart", told.day)
        event.add("dtend", told.day + timedelta(days=1))
        event.add("transp", "TRANSPARENT")
    else:
        event.add("dtstart", told.starts_at.astimezone(UTC))
        event.add("dtend", _end(told, told.starts_at).astimezone(UTC))
        event.add("transp", "OPAQUE")
    organiser = vCalAddress(f"mailto:{told.organiser}")
    organiser.params["CN"] = vText(work.arrangements.secretariat.name)
    event.add("organizer", organiser)
    attendee = vCalAddress(f"mailto:{person.email}")
    attendee.params["CN"] = vText(person.name)
    attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
    attendee.params["PARTSTAT"] = vText("NEEDS-ACTION")
    attendee.params["RSVP"] = vText("TRUE" if _is_answered(work, told) else "FALSE")
    event.add("attendee", attendee)
    calendar.add_component(event)
    text: bytes = calendar.to_ical()
    return Attached(name=f"{row.group}-{row.place}.ics", kind="calendar", text=text.decode("utf-8"))


def _end(told: Invited, starts: datetime) -> datetime:
    return told.ends_at or starts + USUAL_LENGTH


def _is_answered(work: Work, told: Invited) -> bool:
    """Whether what somebody's calendar program answers to an entry comes to the mailbox that is read."""
    return told.state == INVITED and bool(work.answers_to) and told.organiser == work.answers_to


def _lines(work: Work, row: MeetingRow, told: Invited, title: str) -> list[str]:
    if told.state != INVITED:
        return ["This entry has ended. It followed the meeting in Convenor."]
    group = group_of(work, row)
    lines = [f"You are invited as {title}."] if title else []
    if told.starts_at is None:
        lines.append("No hour is set yet.")
    elif told.ends_at is None:
        hours = int(USUAL_LENGTH.total_seconds()) // 3600
        lines.append(f"Our arrangements do not say how long it lasts; this keeps {hours} hours free.")
    if row.papers_due is not None:
        lines.append(f"Papers: {long_day(row.papers_due)}.")
    if group.answers_to:
        names = [work.arrangements.groups_by_id[id_].name for id_ in group.answers_to if _is_group(work, id_)]
        lines += [f"Answers to: {', '.join(names)}."] if names else []
    lines += ["Accept or decline it here: that says whether you come."] if _is_answered(work, told) else []
    return [*lines, "This follows the meeting in Convenor."]


def _is_group(work: Work, id_: str) -> bool:
    return id_ in work.arrangements.groups_by_id
