"""The second working stands by itself: it imports nothing of ours, and gives the catalogue's worked dates."""

import ast
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.second_working import calendars, working_days
from tests.second_working.clocks import NO_DATE, Deadline, british, exactly, second_clock

MONDAY, THURSDAY = 0, 3

# As published on gov.uk/bank-holidays for England and Wales.
PUBLISHED = {
    2019: "01-01 04-19 04-22 05-06 05-27 08-26 12-25 12-26",
    2020: "01-01 04-10 04-13 05-08 05-25 08-31 12-25 12-28",
    2021: "01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28",
    2022: "01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-26 12-27",
    2023: "01-02 04-07 04-10 05-01 05-08 05-29 08-28 12-25 12-26",
    2024: "01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26",
    2025: "01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26",
    2026: "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28",
    2027: "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28",
}


def day(text: str) -> date:
    """Reads "Tue 10 Dec 2019", and insists that the weekday is right."""
    found = datetime.strptime(text, "%a %d %b %Y").replace(tzinfo=UTC).date()
    assert f"{found:%a %-d %b %Y}" == text
    return found


# Independence


def imported_modules() -> set[tuple[str, str]]:
    """Each file of the package (not its tests) with every top-level module that it imports."""
    found = set()
    for file in Path(working_days.__file__).parent.glob("*.py"):
        if file.name.startswith("test_"):
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {(file.name, name.name.partition(".")[0]) for name in node.names}
            elif isinstance(node, ast.ImportFrom):
                # One dot is a neighbour in this package; two would lead out of it.
                assert node.level <= 1, f"{file.name} reaches outside its package"
                if node.level == 0 and node.module:
                    found.add((file.name, node.module.partition(".")[0]))
            elif isinstance(node, ast.Name):
                assert node.id not in {"__import__", "eval", "exec"}, f"{file.name} imports by a string"
    return found


def test_the_second_working_imports_only_the_standard_library() -> None:
    modules = imported_modules()
    assert {file for file, _ in modules} == {"working_days.py", "clocks.py", "calendars.py"}
    strangers = {(file, name) for file, name in modules if name not in sys.stdlib_module_names}
    assert strangers == set()
    assert not {name for _, name in modules} & {"importlib", "runpy", "zoneinfo"}


# Working days


@pytest.mark.parametrize("year", PUBLISHED)
def test_bank_holidays_are_the_published_ones(year: int) -> None:
    assert sorted(f"{day:%m-%d}" for day in working_days.holidays(year)) == PUBLISHED[year].split()


@pytest.mark.parametrize(
    ("year", "sunday"),
    [(2008, "03-23"), (2011, "04-24"), (2019, "04-21"), (2038, "04-25"), (2049, "04-18"), (2076, "04-19")],
)
def test_easter_also_at_its_edges_and_in_the_two_exceptions(year: int, sunday: str) -> None:
    assert f"{working_days.easter(year):%m-%d}" == sunday


def test_every_year_has_its_holidays_on_weekdays() -> None:
    for year in range(2019, 2042):
        found = working_days.holidays(year)
        assert len(found) == 8 + {2022: 2, 2023: 1}.get(year, 0)
        assert all(holiday.weekday() < 5 and holiday.year == year for holiday in found)


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        ("Thu 24 Dec 2020", 1, "Tue 29 Dec 2020"),
        ("Sat 26 Dec 2020", 1, "Tue 29 Dec 2020"),
        ("Tue 29 Dec 2020", -1, "Thu 24 Dec 2020"),
        ("Wed 1 Jun 2022", 1, "Mon 6 Jun 2022"),
        ("Fri 5 Sep 2025", 0, "Fri 5 Sep 2025"),
    ],
)
def test_working_days_are_counted_without_the_first(start: str, count: int, end: str) -> None:
    assert working_days.add(day(start), count) == day(end)


# The catalogue's section 10


def test_sog_28_days_before_the_executive() -> None:
    assert calendars.days_before([day("Tue 10 Dec 2019")], 28) == [day("Tue 12 Nov 2019")]


def test_cdop_papers_and_minutes() -> None:
    meeting = day("Thu 14 Jan 2021")
    assert calendars.papers(meeting) == day("Thu 7 Jan 2021")
    assert calendars.minutes(meeting) == day("Thu 28 Jan 2021")


def test_resolution_referral_over_easter() -> None:
    found = second_clock("gloucestershire", "resolution-referral", {"meeting": day("Wed 14 Apr 2021")})
    assert found["ideal"].due == day("Mon 29 Mar 2021")
    assert found["latest"].due == day("Wed 7 Apr 2021")


def test_gloucestershire_notification_and_rapid_review() -> None:
    facts = {"aware": day("Fri 1 Oct 2021"), "notified": day("Fri 8 Oct 2021")}
    found = second_clock("gloucestershire", "serious-incident", facts)
    assert found["panel"].due == day("Fri 8 Oct 2021")
    assert found["rapid-review"] == Deadline(
        day("Sat 23 Oct 2021"), day("Sat 16 Oct 2021"), day("Fri 29 Oct 2021"), False
    )
    without = second_clock("gloucestershire", "serious-incident", {"aware": day("Fri 1 Oct 2021")})
    assert without["rapid-review"] == Deadline(
        day("Sat 16 Oct 2021"), day("Sat 16 Oct 2021"), day("Fri 22 Oct 2021"), True
    )


@pytest.mark.parametrize(
    ("publish", "send"),
    [("Fri 20 Mar 2020", "Wed 11 Mar 2020"), ("Thu 16 Apr 2020", "Fri 3 Apr 2020")],
)
@pytest.mark.parametrize("partnership", ["buckinghamshire", "gloucestershire", "south-gloucestershire"])
def test_advance_copy_seven_working_days_before_publication(partnership: str, publish: str, send: str) -> None:
    facts = {"aware": day("Thu 5 Sep 2019"), "publish": day(publish)}
    assert second_clock(partnership, "serious-incident", facts)["advance-copy"].due == day(send)


def bucks_case(**facts: datetime) -> dict[str, Deadline]:
    """The worked example of Buckinghamshire: aware Thursday 5 September 2019 at four, received on the Friday at ten."""
    given = {"aware": datetime(2019, 9, 5, 15, tzinfo=UTC), "received": datetime(2019, 9, 6, 9, tzinfo=UTC)}
    return second_clock("buckinghamshire", "serious-incident", given | facts)


def test_buckinghamshire_numbered_days_in_both_readings() -> None:
    found = bucks_case()
    referral = found.pop("referral")
    assert referral.due is not None
    assert referral.due.isoformat() == "2019-09-06T16:00:00+01:00"
    shown = {stage: [f"{date:%a %-d %b}" if date else None for date in reading[:3]] for stage, reading in found.items()}
    assert shown == {
        "alert": ["Fri 6 Sep", "Fri 6 Sep", "Fri 6 Sep"],
        "panel": ["Mon 9 Sep", "Sat 7 Sep", "Thu 12 Sep"],
        "rapid-review": ["Thu 19 Sep", "Sun 15 Sep", "Thu 19 Sep"],
        "submission": ["Mon 23 Sep", "Tue 17 Sep", "Mon 23 Sep"],
        "decision": ["Wed 25 Sep", "Thu 19 Sep", "Wed 25 Sep"],
        "feedback": ["Thu 26 Sep", "Fri 20 Sep", "Thu 26 Sep"],
        "report": ["Wed 25 Mar", "Wed 25 Mar", "Wed 25 Mar"],
        "advance-copy": [None, None, None],
    }
    assert {stage for stage, reading in found.items() if reading.provisional} == {"report"}


def test_the_national_limit_caps_a_late_day_2() -> None:
    monday = datetime(2019, 9, 16, 9, tzinfo=UTC)
    known_to_authority = datetime(2019, 9, 6, 9, tzinfo=UTC)
    friday = day("Fri 13 Sep 2019")
    found = bucks_case(received=monday, **{"authority-aware": known_to_authority})
    assert found["panel"] == Deadline(friday, friday, friday, False)


def test_six_months_from_the_end_of_august_is_the_end_of_february() -> None:
    decided = datetime(2023, 8, 31, 9, tzinfo=UTC)
    assert bucks_case(decided=decided)["report"] == exactly(date(2024, 2, 29))


def test_the_pack_counts_from_awareness_until_the_panel_was_notified() -> None:
    found = second_clock("somerset", "serious-incident", {"aware": day("Fri 1 Oct 2021")})
    assert found["rapid-review"] == exactly(day("Fri 22 Oct 2021"), provisional=True)
    assert found["report"] == exactly(day("Fri 22 Apr 2022"), provisional=True)
    assert found["advance-copy"] == NO_DATE
    notified = {"aware": day("Fri 1 Oct 2021"), "notified": day("Fri 8 Oct 2021")}
    assert second_clock("somerset", "serious-incident", notified)["rapid-review"] == Deadline(
        day("Fri 29 Oct 2021"), day("Fri 22 Oct 2021"), day("Fri 29 Oct 2021"), False
    )


# British clocks


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        ("2024-03-31T00:59:00+00:00", "2024-03-31T00:59:00+00:00"),
        ("2024-03-31T01:00:00+00:00", "2024-03-31T02:00:00+01:00"),
        ("2024-10-27T00:59:00+00:00", "2024-10-27T01:59:00+01:00"),
        ("2024-10-27T01:00:00+00:00", "2024-10-27T01:00:00+00:00"),
    ],
)
def test_british_clocks_change_on_the_last_sundays_at_one(moment: str, shown: str) -> None:
    assert british(datetime.fromisoformat(moment)).isoformat() == shown


@pytest.mark.parametrize(
    ("aware", "due"),
    [
        (date(2024, 3, 30), "2024-03-31T00:00:00+00:00"),
        (date(2024, 3, 31), "2024-04-01T01:00:00+01:00"),
        (date(2024, 10, 27), "2024-10-27T23:00:00+00:00"),
        (date(2024, 10, 28), "2024-10-29T00:00:00+00:00"),
    ],
)
def test_24_hours_are_hours_also_when_the_clocks_change(aware: date, due: str) -> None:
    found = second_clock("buckinghamshire", "serious-incident", {"aware": aware})["referral"]
    assert isinstance(found.due, datetime)
    assert (found.due.isoformat(), found.provisional) == (due, True)


# Meetings


def test_a_meeting_on_a_bank_holiday_moves_a_week_later_within_its_part_else_earlier() -> None:
    last_mondays = [(-1, MONDAY)]
    # The last Mondays of May and August are holidays: a week later is still within the quarter.
    assert calendars.yearly(2026, 4, (5, 8, 11, 2), last_mondays) == [
        day("Mon 1 Jun 2026"), day("Mon 7 Sep 2026"), day("Mon 30 Nov 2026"), day("Mon 22 Feb 2027"),
    ]  # fmt: skip
    # The last Monday of March 2027 is Easter Monday, the quarter's last: a week earlier.
    assert calendars.yearly(2026, 4, (3,), last_mondays) == [day("Mon 22 Mar 2027")]
    # The first two Mondays of May 2023 are holidays, and 24 April is nearer than 15 May is.
    assert calendars.yearly(2023, 4, (5,), [(1, MONDAY)]) == [day("Mon 24 Apr 2023")]


def test_a_series_every_two_months_stays_in_its_months() -> None:
    start, until = date(2026, 4, 1), date(2027, 3, 31)
    found = calendars.every_months(start, 2, (2, THURSDAY), until)
    assert [f"{day:%a %-d %b}" for day in found] == [
        "Thu 9 Apr", "Thu 11 Jun", "Thu 13 Aug", "Thu 8 Oct", "Thu 10 Dec", "Thu 11 Feb"
    ]  # fmt: skip


def test_three_months_are_the_most_whole_weeks_within_them() -> None:
    found = calendars.never_further_apart(day("Wed 6 May 2026"), date(2027, 5, 31))
    assert [f"{day:%a %-d %b}" for day in found] == [
        "Wed 6 May", "Wed 5 Aug", "Wed 4 Nov", "Wed 3 Feb", "Wed 28 Apr"
    ]  # fmt: skip
    # Boxing Day 2023 would be the thirteenth Tuesday: the twelfth it is, and a Tuesday still.
    over_christmas = calendars.never_further_apart(day("Tue 26 Sep 2023"), date(2024, 3, 31))
    assert over_christmas == [day("Tue 26 Sep 2023"), day("Tue 19 Dec 2023"), day("Tue 19 Mar 2024")]


def test_papers_move_earlier_and_own_closed_days_count() -> None:
    assert calendars.papers(day("Thu 1 Jan 2026") + timedelta(days=1)) == day("Wed 24 Dec 2025")
    closed = frozenset({date(2026, 4, 2), date(2026, 4, 1)})
    assert calendars.papers(day("Fri 10 Apr 2026"), closed=closed) == day("Tue 31 Mar 2026")
