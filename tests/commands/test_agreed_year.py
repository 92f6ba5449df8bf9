"""The agreed year as rows, as a calendar file and as a table."""

import json
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from commands.agreed_year import calendar_ics, calendar_rows, calendar_table
from storage.arrangements.calendars import england
from storage.arrangements.years import Known, plan
from tests.builders import a_group, an_arrangement

CALENDAR = england(2025, 2028)
MONTHLY = a_group(
    "resolution", {"kind": "months", "every": 1, "source": "004 App 9 §3"}, papers={"days": 7}, minutes={"days": 14}
)
ARRANGEMENTS = an_arrangement(
    [MONTHLY, a_group("spr", {"kind": "unset", "source": "000 §5"})],
    {"resolution": {"slot": "2nd wednesday", "starts": "09:30", "minutes": 90}},
)


def year(*known: Known, arrangements: Any = ARRANGEMENTS) -> Any:
    return plan(arrangements, CALENDAR, date(2026, 3, 1), date(2026, 11, 30), known=known)


def test_rows_are_exactly_the_agreed_objects() -> None:
    rows = calendar_rows(ARRANGEMENTS, year())
    assert rows[0] == {
        "group": "resolution",
        "date": "2026-03-11",
        "starts_at": "2026-03-11T09:30:00+00:00",
        "ends_at": "2026-03-11T11:00:00+00:00",
        "status": "planned",
        "papers_due": "2026-03-04",
        "minutes_due": "2026-03-25",
        "source": "004 App 9 §3",
        "working": [
            "Every month from January 2019: the 2nd Wednesday of March 2026.",
            "Papers 7 days before: Wednesday 4 March 2026.",
            "Minutes 14 days after: Wednesday 25 March 2026.",
        ],
        "chosen": [
            "slot: 2nd Wednesday (the document gives none)",
            "hour: 09:30 (the document gives none)",
            "length: 90 minutes (the document gives none)",
        ],
        "open": None,
    }
    assert rows[-1] == {
        "group": "spr",
        "date": None,
        "starts_at": None,
        "ends_at": None,
        "status": None,
        "papers_due": None,
        "minutes_due": None,
        "source": "000 §5",
        "working": [],
        "chosen": [],
        "open": "The arrangements do not say how often the Spr meets. "
        "Enter each meeting as it is fixed, or ask the partnership how often it wants to meet.",
    }
    assert json.loads(json.dumps(rows)) == rows


def test_the_hour_never_moves_over_a_clock_change_and_the_offset_does() -> None:
    times = [row["starts_at"] for row in calendar_rows(ARRANGEMENTS, year()) if row["date"]]
    assert all("T09:30:00" in moment for moment in times)
    # Clocks go on on 29 March and back on 25 October 2026.
    assert [moment[-6:] for moment in times] == ["+00:00", *["+01:00"] * 7, "+00:00"]
    assert [moment[:10] for moment in times][7:] == ["2026-10-14", "2026-11-11"]


def test_a_meeting_without_an_hour_or_a_length_has_null_there() -> None:
    bare = an_arrangement([MONTHLY], {"resolution": {"slot": "2nd wednesday"}})
    row = calendar_rows(bare, year(arrangements=bare))[0]
    assert (row["starts_at"], row["ends_at"], row["status"]) == (None, None, "planned")
    hour = an_arrangement([MONTHLY], {"resolution": {"slot": "2nd wednesday", "starts": "14:00"}})
    row = calendar_rows(hour, year(arrangements=hour))[0]
    assert (row["starts_at"], row["ends_at"]) == ("2026-03-11T14:00:00+00:00", None)


def test_a_meeting_over_midnight_ends_on_the_next_day() -> None:
    late = Known("resolution", "n87", date(2026, 3, 11), "confirmed", starts=time(22), minutes=180)
    row = calendar_rows(ARRANGEMENTS, year(late))[0]
    assert row["ends_at"] == "2026-03-12T01:00:00+00:00"


def events(*known: Known) -> dict[str, Any]:
    parsed = Calendar.from_ical(calendar_ics(ARRANGEMENTS, year(*known)))
    return {str(event["UID"]): event for event in parsed.walk("VEVENT")}


def test_a_calendar_file_has_zoned_events_and_their_zone() -> None:
    found = events()
    assert len(found) == 9
    june = found["ourshire.resolution.n90@convenor.invalid"]
    assert june["DTSTART"].dt == datetime(2026, 6, 10, 9, 30, tzinfo=ZoneInfo("Europe/London"))
    assert june["DTSTART"].params["TZID"] == "Europe/London"
    assert june["DTEND"].dt == datetime(2026, 6, 10, 11, 0, tzinfo=ZoneInfo("Europe/London"))
    assert june["SUMMARY"] == "OSCP: Resolution"
    assert june["STATUS"] == "TENTATIVE"
    assert june["DTSTAMP"].dt == datetime(2019, 1, 1, tzinfo=UTC)
    assert b"BEGIN:VTIMEZONE\r\nTZID:Europe/London" in calendar_ics(ARRANGEMENTS, year())


def test_a_moved_meeting_keeps_its_uid_and_a_cancelled_one_is_marked() -> None:
    moved = Known("resolution", "n90", date(2026, 6, 17), "confirmed", reason="Chair Jane Smith away")
    off = Known("resolution", "n91", date(2026, 7, 8), "cancelled", reason="Jane Smith ill")
    found = events(moved, off)
    assert set(found) == set(events())
    assert found["ourshire.resolution.n90@convenor.invalid"]["DTSTART"].dt.date() == date(2026, 6, 17)
    assert found["ourshire.resolution.n90@convenor.invalid"]["STATUS"] == "CONFIRMED"
    assert found["ourshire.resolution.n91@convenor.invalid"]["STATUS"] == "CANCELLED"
    # A reason is free text and may name somebody: it stays out of a file that leaves the house.
    assert b"Jane" not in calendar_ics(ARRANGEMENTS, year(moved, off))


def test_a_meeting_without_an_hour_is_a_whole_day() -> None:
    bare = an_arrangement([MONTHLY], {"resolution": {"slot": "2nd wednesday"}})
    text = calendar_ics(bare, year(arrangements=bare))
    assert b"DTSTART;VALUE=DATE:20260311" in text
    assert b"DTEND" not in text


def test_the_same_year_gives_the_same_bytes_and_a_stamp_shows() -> None:
    assert calendar_ics(ARRANGEMENTS, year()) == calendar_ics(ARRANGEMENTS, year())
    stamped = calendar_ics(ARRANGEMENTS, year(), datetime(2026, 7, 1, 9, tzinfo=ZoneInfo("Europe/London")))
    assert b"DTSTAMP:20260701T080000Z" in stamped


@pytest.mark.parametrize("first", [date(2026, 3, 1), date(2026, 3, 12)])
def test_a_table_lines_up_and_ends_with_what_stands_open(first: date) -> None:
    off = Known("resolution", "n88", date(2026, 4, 8), "cancelled")
    table = calendar_table(ARRANGEMENTS, plan(ARRANGEMENTS, CALENDAR, first, date(2026, 4, 30), known=[off]))
    lines = table.splitlines()
    march = ["Wed 11 Mar 2026  09:30 to 11:00  Resolution  planned    Wed 4 Mar 2026  Wed 25 Mar 2026"]
    april = "Wed 8 Apr 2026   09:30 to 11:00  Resolution  cancelled  -               -"
    if first == date(2026, 3, 1):
        assert lines[2:4] == [*march, april]
        assert lines[0] == "Date             Time            Group       Status     Papers          Minutes"
    assert lines[-2] == "Standing open (1 group):"
    assert lines[-1].startswith("  The arrangements do not say how often the Spr meets.")
    assert len([line for line in lines if "Apr 2026" in line]) == 1
    assert table.endswith("\n")


def test_an_empty_year_is_an_empty_table_and_an_empty_file() -> None:
    nothing = plan(ARRANGEMENTS, CALENDAR, date(2026, 5, 2), date(2026, 5, 1))
    assert calendar_table(ARRANGEMENTS, nothing).splitlines()[0].split() == [
        "Date", "Time", "Group", "Status", "Papers", "Minutes",
    ]  # fmt: skip
    assert not Calendar.from_ical(calendar_ics(ARRANGEMENTS, nothing)).walk("VEVENT")
