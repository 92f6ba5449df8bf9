"""The agreed years from April 2026 on, as `convenor calendar` gives them, hold what the documents say.

Every date here is checked against the words, with working days that are not ours (`second_working`).
"""

import re
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from typing import Any

import pytest

from commands.agreed_year import calendar_rows
from commands.definitions import load
from storage.arrangements.calendars import england
from storage.arrangements.partnership import Arrangements
from storage.arrangements.slots import Slot
from storage.arrangements.years import plan
from tests.second_working.calendars import three_months_after
from tests.second_working.working_days import holidays, is_working, on_or_before

Row = dict[str, Any]

# The year that ends in March 2035 included, so that either way to read "from 2026 to 2034" is covered.
APRILS = range(2026, 2035)
OF_THE_DOCUMENTS = ("avon-and-somerset", "buckinghamshire", "gloucestershire", "somerset", "south-gloucestershire")


def rows_of(arrangements: Arrangements, first: date, last: date) -> list[Row]:
    """The rows of `convenor calendar --from --to`."""
    calendar = england(2018, 2037)
    return calendar_rows(arrangements, plan(arrangements, calendar, first, last))


@cache
def year_of(partnership: str, april: int) -> list[Row]:
    """All rows of a shipped partnership from that April to March."""
    return rows_of(load(partnership).arrangements, date(april, 4, 1), date(april + 1, 3, 31))


def meetings(partnership: str, group: str, april: int) -> list[Row]:
    """The rows of one group's meetings in that year."""
    return [row for row in year_of(partnership, april) if row["group"] == group and row["date"]]


def series(partnership: str, group: str) -> list[Row]:
    """The rows of one group's meetings in all the years, one after the other."""
    return [row for april in APRILS for row in meetings(partnership, group, april)]


def day(row: Row, key: str = "date") -> date:
    """A day in a row."""
    return date.fromisoformat(row[key])


def hour(row: Row, key: str) -> time:
    """The wall time in a row."""
    return datetime.fromisoformat(row[key]).time()


def what_was_chosen(row: Row) -> set[str]:
    """The first words of each thing chosen: "months", "slot", "hour"."""
    return {words.partition(":")[0] for words in row["chosen"]}


def assert_days_before(found: date, anchor: date, days: int, working: list[str]) -> bool:
    """That day lies so many days before the anchor, or is the last working day before that, with the reason given.

    Returns whether it was moved.
    """
    wanted = anchor - timedelta(days=days)
    assert found == on_or_before(wanted)
    if found == wanted:
        return False
    assert wanted in holidays(wanted.year)
    reason = [words for words in working if "earlier" in words]
    assert len(reason) == 1
    # The day that was wanted, in brackets the holiday's name, and the day that it became.
    became = f"{found:%A} {found.day} {found:%B %Y}"
    assert re.search(rf"{wanted:%A} {wanted.day} {wanted:%B %Y}.*\([A-Z].+\).*earlier, on {became}", reason[0])
    return True


# South Gloucestershire


@pytest.mark.ids("CYC-SGLOS-EXEC", "CYC-SGLOS-SOG", "AMB-QUARTERS")
@pytest.mark.parametrize("april", APRILS)
def test_south_gloucestershire_has_four_executives_and_four_meetings_before_them(april: int) -> None:
    executives = meetings("south-gloucestershire", "executive", april)
    assert len(executives) == 4
    assert len(meetings("south-gloucestershire", "sog", april)) == 4
    # One in each quarter of the year from April.
    assert [(day(row).month - 4) % 12 // 3 for row in executives] == [0, 1, 2, 3]


@pytest.mark.ids("CYC-SGLOS-SOG", "AMB-SGLOS-4WEEKS")
@pytest.mark.parametrize("april", APRILS)
def test_each_senior_officers_group_is_28_days_before_its_executive(april: int) -> None:
    # Two months more, for the Executive that follows the year's last meeting.
    shown = rows_of(load("south-gloucestershire").arrangements, date(april, 4, 1), date(april + 1, 5, 31))
    sogs = [row for row in shown if row["group"] == "sog" and day(row) <= date(april + 1, 3, 31)]
    executives = [day(row) for row in shown if row["group"] == "executive"]
    assert len(sogs) == 4
    for sog in sogs:
        followed = min(executive for executive in executives if executive - day(sog) >= timedelta(days=28))
        assert_days_before(day(sog), followed, 28, sog["working"])


@pytest.mark.ids("CYC-SGLOS-SOG", "AMB-SGLOS-4WEEKS")
def test_a_senior_officers_group_that_would_fall_on_a_bank_holiday_is_earlier_and_says_why() -> None:
    """The shipped slot keeps clear of holidays; the last Monday of September has August's holiday 28 days before."""
    shipped_arrangements = load("south-gloucestershire").arrangements
    planning = shipped_arrangements.planning
    executive = planning.groups["executive"].model_copy(update={"slot": (Slot(nth=-1, weekday=0),)})
    groups = {**planning.groups, "executive": executive}
    arrangements = shipped_arrangements.model_copy(update={"planning": planning.model_copy(update={"groups": groups})})
    moved = 0
    for april in APRILS:
        shown = rows_of(arrangements, date(april, 8, 20), date(april, 9, 30))
        [sog] = [row for row in shown if row["group"] == "sog"]
        [followed] = [row for row in shown if row["group"] == "executive"]
        moved += assert_days_before(day(sog), day(followed), 28, sog["working"])
    assert moved > 0


@pytest.mark.ids("CYC-SGLOS-EXEC", "CYC-SGLOS-SOG")
@pytest.mark.parametrize("april", APRILS)
def test_south_gloucestershire_names_as_chosen_exactly_what_its_document_does_not_fix(april: int) -> None:
    for row in meetings("south-gloucestershire", "executive", april):
        assert what_was_chosen(row) == {"start of the year", "months", "slot", "hour", "length"}
    for row in meetings("south-gloucestershire", "sog", april):
        # Its day follows from the Executive's, so neither month nor slot of its own was chosen.
        assert what_was_chosen(row) == {"hour", "length"}


# Gloucestershire


@pytest.mark.ids("CYC-GLOS-CDOP", "AMB-GLOS-2MONTHLY")
def test_the_child_death_overview_panel_meets_every_two_months() -> None:
    dates = [day(row) for row in series("gloucestershire", "cdop")]
    assert len(dates) == 6 * len(APRILS)
    months = [each.year * 12 + each.month for each in dates]
    assert {later - earlier for earlier, later in pairwise(months)} == {2}
    assert all(is_working(each) for each in dates)


@pytest.mark.ids("CYC-GLOS-CDOP-PAPERS", "CYC-GLOS-CDOP-MINUTES", "AMB-GLOS-CDOP-OFFSETS")
def test_its_papers_are_seven_days_before_or_earlier_and_its_minutes_fourteen_after() -> None:
    moved = 0
    for row in series("gloucestershire", "cdop"):
        moved += assert_days_before(day(row, "papers_due"), day(row), 7, row["working"])
        assert day(row, "minutes_due") - day(row) == timedelta(days=14)
    # New Year's Day is a week before a second Thursday now and then: the rule must have been needed.
    assert moved > 0


@pytest.mark.ids("CYC-GLOS-MG", "AMB-GLOS-MGFREQ")
@pytest.mark.parametrize("april", APRILS)
def test_the_management_group_meets_eight_times_two_in_each_quarter(april: int) -> None:
    found = meetings("gloucestershire", "mg", april)
    assert [(day(row).month - 4) % 12 // 3 for row in found] == [0, 0, 1, 1, 2, 2, 3, 3]


@pytest.mark.ids("CYC-GLOS-QIIP", "CYC-GLOS-QIIP-SLOT", "CYC-GLOS-QIIP-LEN", "AMB-GLOS-QIIPSLOT")
def test_qiip_meets_quarterly_on_the_same_weekday_for_three_hours_of_the_morning() -> None:
    for april in APRILS:
        assert len(meetings("gloucestershire", "qiip", april)) == 4
    found = series("gloucestershire", "qiip")
    assert len({day(row).weekday() for row in found}) == 1
    assert len({(day(row).month - 4) % 3 for row in found}) == 1
    for row in found:
        assert hour(row, "ends_at") <= time(12, 30)
        length = datetime.fromisoformat(row["ends_at"]) - datetime.fromisoformat(row["starts_at"])
        assert length == timedelta(hours=3)


@pytest.mark.ids("CYC-GLOS-RES")
@pytest.mark.parametrize("april", APRILS)
def test_the_resolution_group_meets_once_in_every_month(april: int) -> None:
    found = meetings("gloucestershire", "resolution", april)
    assert [day(row).month for row in found] == [4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3]


@pytest.mark.ids("CYC-GLOS-EDU", "AMB-GLOS-EVERY3")
def test_education_never_lets_more_than_three_months_pass() -> None:
    dates = [day(row) for row in series("gloucestershire", "education")]
    # Nine years, at least four meetings in each; none is missing at either end.
    assert len(dates) >= 4 * len(APRILS)
    assert dates[0] <= three_months_after(date(APRILS[0], 4, 1))
    assert three_months_after(dates[-1]) > date(APRILS[-1] + 1, 3, 31)
    assert all(later <= three_months_after(earlier) for earlier, later in pairwise(dates))
    assert all(is_working(each) for each in dates)


# What no document says


@pytest.mark.ids("CYC-BUCKS-EXEC", "AMB-BUCKS-FREQ")
@pytest.mark.parametrize("april", APRILS)
def test_buckinghamshires_executive_has_no_dates_and_stands_open(april: int) -> None:
    [row] = [row for row in year_of("buckinghamshire", april) if row["group"] == "executive"]
    assert (row["date"], row["starts_at"], row["status"]) == (None, None, None)
    assert row["open"].startswith("The arrangements do not say how often the Executive")


@pytest.mark.ids("AMB-PAPERS")
@pytest.mark.parametrize("partnership", OF_THE_DOCUMENTS)
def test_only_gloucestershires_cdop_has_papers_and_minutes_days(partnership: str) -> None:
    with_days = {
        row["group"]
        for april in APRILS
        for row in year_of(partnership, april)
        if row["papers_due"] is not None or row["minutes_due"] is not None
    }
    assert with_days == ({"cdop"} if partnership == "gloucestershire" else set())
