"""Working days in England: against a list written by hand, counting, closures, and the stored form."""

from datetime import date, timedelta

import pytest

from storage.arrangements.calendars import CalendarEnds, WorkingDays, england
from storage.arrangements.plannings import Closure

# Written by hand from the London Gazette's and gov.uk's lists, not from the library. Weekdays only.
BANK_HOLIDAYS = """
2019: Tue 1 Jan, Fri 19 Apr, Mon 22 Apr, Mon 6 May, Mon 27 May, Mon 26 Aug, Wed 25 Dec, Thu 26 Dec
2020: Wed 1 Jan, Fri 10 Apr, Mon 13 Apr, Fri 8 May, Mon 25 May, Mon 31 Aug, Fri 25 Dec, Mon 28 Dec
2021: Fri 1 Jan, Fri 2 Apr, Mon 5 Apr, Mon 3 May, Mon 31 May, Mon 30 Aug, Mon 27 Dec, Tue 28 Dec
2022: Mon 3 Jan, Fri 15 Apr, Mon 18 Apr, Mon 2 May, Thu 2 Jun, Fri 3 Jun, Mon 29 Aug, Mon 19 Sep, Mon 26 Dec, Tue 27 Dec
2023: Mon 2 Jan, Fri 7 Apr, Mon 10 Apr, Mon 1 May, Mon 8 May, Mon 29 May, Mon 28 Aug, Mon 25 Dec, Tue 26 Dec
2024: Mon 1 Jan, Fri 29 Mar, Mon 1 Apr, Mon 6 May, Mon 27 May, Mon 26 Aug, Wed 25 Dec, Thu 26 Dec
2025: Wed 1 Jan, Fri 18 Apr, Mon 21 Apr, Mon 5 May, Mon 26 May, Mon 25 Aug, Thu 25 Dec, Fri 26 Dec
2026: Thu 1 Jan, Fri 3 Apr, Mon 6 Apr, Mon 4 May, Mon 25 May, Mon 31 Aug, Fri 25 Dec, Mon 28 Dec
2027: Fri 1 Jan, Fri 26 Mar, Mon 29 Mar, Mon 3 May, Mon 31 May, Mon 30 Aug, Mon 27 Dec, Tue 28 Dec
"""
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
CALENDAR = england(2019, 2027)


def by_hand() -> set[date]:
    days = set()
    for line in BANK_HOLIDAYS.strip().splitlines():
        year, cells = line.split(": ")
        for cell in cells.split(", "):
            weekday, number, month = cell.split()
            day = date(int(year), MONTHS.index(month) + 1, int(number))
            assert f"{day:%a}" == weekday, f"the list itself is wrong: {cell} {year}"
            days.add(day)
    return days


def test_weekdays_off_are_exactly_the_bank_holidays_written_by_hand() -> None:
    day, off = date(2019, 1, 1), set()
    while day <= date(2027, 12, 31):
        if day.weekday() < 5 and not CALENDAR.is_working(day):
            off.add(day)
        day += timedelta(days=1)
    assert off == by_hand()


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 4, 2), None),  # Thursday
        (date(2026, 4, 3), "Good Friday"),
        (date(2026, 4, 4), "Saturday"),
        (date(2026, 4, 5), "Sunday"),
        (date(2026, 12, 26), "Saturday"),  # Boxing Day itself: the weekend is the reason
        (date(2026, 12, 28), "Boxing Day (substitute day)"),
        (date(2020, 5, 4), None),  # the Monday that VE day replaced
        (date(2022, 9, 19), "State Funeral of Queen Elizabeth II"),
    ],
)
def test_says_why_a_day_is_no_working_day(day: date, why: str | None) -> None:
    assert CALENDAR.why_not(day) == why
    assert CALENDAR.is_working(day) == (why is None)


@pytest.mark.parametrize(
    ("day", "before", "after"),
    [
        (date(2026, 4, 2), date(2026, 4, 2), date(2026, 4, 2)),  # Thursday, a working day
        (date(2026, 4, 3), date(2026, 4, 2), date(2026, 4, 7)),  # Good Friday to Tuesday after Easter
        (date(2026, 4, 6), date(2026, 4, 2), date(2026, 4, 7)),  # Easter Monday
        (date(2026, 12, 25), date(2026, 12, 24), date(2026, 12, 29)),  # over the substitute for Boxing Day
    ],
)
def test_finds_the_nearest_working_day_on_each_side(day: date, before: date, after: date) -> None:
    assert (CALENDAR.on_or_before(day), CALENDAR.on_or_after(day)) == (before, after)


@pytest.mark.ids("PATH-GLOS-RES-10WD", "PATH-GLOS-RES-5WD")
@pytest.mark.parametrize(
    ("day", "n", "result"),
    [
        (date(2021, 10, 1), 5, date(2021, 10, 8)),  # Fri, five working days: Fri
        (date(2021, 10, 8), 15, date(2021, 10, 29)),
        (date(2021, 4, 14), -5, date(2021, 4, 7)),  # Wed 14 Apr back over the weekend: Wed 7
        (date(2021, 4, 14), -10, date(2021, 3, 29)),  # and over Easter: Mon 29 Mar
        (date(2020, 3, 20), -7, date(2020, 3, 11)),
        (date(2020, 4, 16), -7, date(2020, 4, 3)),
        (date(2026, 4, 4), 1, date(2026, 4, 7)),  # from a Saturday: it is day 0 all the same
        (date(2026, 4, 4), 0, date(2026, 4, 4)),
    ],
)
def test_counts_working_days_with_the_day_itself_as_day_0(day: date, n: int, result: date) -> None:
    assert CALENDAR.add(day, n) == result


def test_lists_what_was_skipped_with_reasons() -> None:
    assert CALENDAR.skipped(date(2026, 4, 2), date(2026, 4, 7)) == [
        (date(2026, 4, 3), "Good Friday"),
        (date(2026, 4, 4), "Saturday"),
        (date(2026, 4, 5), "Sunday"),
        (date(2026, 4, 6), "Easter Monday"),
    ]


def test_own_closed_days_bind_only_the_copy() -> None:
    closure = Closure(from_=date(2026, 12, 24), until=date(2026, 12, 31), why="Christmas closure")
    ours = CALENDAR.with_closures([closure])
    assert ours.why_not(date(2026, 12, 30)) == "Christmas closure"
    assert ours.on_or_after(date(2026, 12, 24)) == date(2027, 1, 4)
    assert CALENDAR.is_working(date(2026, 12, 30))  # the statutory calendar is untouched
    assert ours.why_not(date(2026, 12, 28)) == "Boxing Day (substitute day)"


def test_a_closure_without_words_still_has_a_reason() -> None:
    ours = CALENDAR.with_closures([Closure(from_=date(2026, 7, 1), until=date(2026, 7, 1))])
    assert ours.why_not(date(2026, 7, 1)) == "a day on which the office is closed"


def test_the_stored_form_comes_back_the_same() -> None:
    ours = CALENDAR.with_closures([Closure(from_=date(2026, 7, 1), until=date(2026, 7, 2), why="Move")])
    again = WorkingDays.from_json(ours.to_json())
    assert again == ours
    assert again.to_json() == ours.to_json()
    assert again.why_not(date(2026, 7, 2)) == "Move"


def test_days_can_be_added_and_removed_over_the_library() -> None:
    calendar = england(2026, 2026, added=[(date(2026, 6, 15), "A proclaimed day")], removed=[date(2026, 5, 4)])
    assert calendar.why_not(date(2026, 6, 15)) == "A proclaimed day"
    assert calendar.is_working(date(2026, 5, 4))


@pytest.mark.parametrize("day", [date(2018, 12, 31), date(2028, 1, 1)])
def test_outside_its_range_it_says_so_and_does_not_guess(day: date) -> None:
    with pytest.raises(CalendarEnds, match=r"Tuesday 1 January 2019 to Friday 31 December 2027"):
        CALENDAR.is_working(day)
    with pytest.raises(CalendarEnds):
        CALENDAR.add(day, 0)
    with pytest.raises(CalendarEnds):
        CALENDAR.why_not(day)


def test_counting_over_the_end_says_so() -> None:
    with pytest.raises(CalendarEnds, match=r"Saturday 1 January 2028"):
        CALENDAR.add(date(2027, 12, 31), 1)
