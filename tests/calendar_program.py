"""A calendar program for tests: it takes iCalendar texts as RFC 5546 says and shows what stands in it then.

Of two texts about one event the one with the higher SEQUENCE counts, of equal ones the later DTSTAMP, whichever came
first. It knows nothing of Convenor, and refuses what Outlook, Google and Apple would stumble over.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from icalendar import Calendar

NEEDED = ("UID", "DTSTAMP", "SEQUENCE", "ORGANIZER", "ATTENDEE", "SUMMARY", "STATUS", "DTSTART", "DTEND")


@dataclass
class CalendarProgram:
    """One person's calendar. `owner` is their address: a text for anybody else is refused."""

    owner: str = ""
    _known: dict[str, tuple[tuple[int, datetime], str, Any]] = field(default_factory=dict)

    def takes(self, text: str) -> None:
        """Opens one text."""
        method, event = read(text)
        if self.owner:
            assert event["ATTENDEE"].casefold() == f"mailto:{self.owner}".casefold()
        uid, newness = str(event["UID"]), (int(event["SEQUENCE"]), event["DTSTAMP"].dt)
        known = self._known.get(uid)
        if known is None or newness > known[0]:
            self._known[uid] = (newness, method, event)

    def answers(self, uid: str, said: str) -> str:
        """What it sends to whoever invited, once its owner has accepted or declined (RFC 5546, 3.2.3)."""
        (sequence, _), _, event = self._known[uid]
        lines = [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//A calendar program//EN",
            "METHOD:REPLY",
            "BEGIN:VEVENT",
            f"UID:{uid}",
            f"SEQUENCE:{sequence}",
            "DTSTAMP:20270104T060000Z",
            f"ORGANIZER:{event['ORGANIZER']}",
            f"ATTENDEE;PARTSTAT={said}:mailto:{self.owner}",
            "END:VEVENT",
            "END:VCALENDAR",
            "",
        ]
        return "\r\n".join(lines)

    def shows(self) -> dict[str, tuple[date, date]]:
        """What stands in it: for each event when it begins and ends; days where it has no hours."""
        return {
            uid: (event["DTSTART"].dt, event["DTEND"].dt)
            for uid, (_, method, event) in self._known.items()
            if method == "REQUEST"
        }

    def days_of(self, title: str) -> list[date]:
        """The days on which something stands whose title has these words."""
        starts = [
            event["DTSTART"].dt
            for _, method, event in self._known.values()
            if method == "REQUEST" and title in str(event["SUMMARY"])
        ]
        return sorted(start.date() if isinstance(start, datetime) else start for start in starts)


def read(text: str) -> tuple[str, Any]:
    """The method and the one event of a text. Fails where the text is not as the RFCs have it."""
    assert text.endswith("END:VCALENDAR\r\n")
    for line in text.removesuffix("\r\n").split("\r\n"):
        assert "\n" not in line and "\r" not in line
        assert len(line.encode()) <= 75, f"not folded: {line}"
    calendar = Calendar.from_ical(text)
    assert calendar["VERSION"] == "2.0" and calendar["PRODID"]
    method = str(calendar["METHOD"])
    assert method in ("REQUEST", "CANCEL")
    (event,) = calendar.walk("VEVENT")
    for name in NEEDED:
        assert name in event, name
    assert str(event["STATUS"]) == {"REQUEST": "CONFIRMED", "CANCEL": "CANCELLED"}[method]
    assert event["DTSTART"].dt < event["DTEND"].dt
    return method, event
