"""Days and hours as people type them: tables with the weekday in the cell, so that a reader can check them."""

from datetime import date, time

import pytest

from commands.dates import day_and_hour, is_year, parse_day, parse_hour, parse_year, read_day
from commands.refusals import Refused
from commands.words import short_day

SUNDAY = date(2026, 11, 22)
THURSDAY = date(2027, 1, 7)
NEW_YEARS_EVE = date(2026, 12, 31)
NEW_YEARS_DAY = date(2027, 1, 1)
LEAP_DAY = date(2028, 2, 29)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2027-01-14", "Thu 14 Jan 2027"),
        ("2027/1/14", "Thu 14 Jan 2027"),
        ("14/1/2027", "Thu 14 Jan 2027"),
        ("14/01/27", "Thu 14 Jan 2027"),
        ("14.1.2027", "Thu 14 Jan 2027"),
        ("14-1-2027", "Thu 14 Jan 2027"),
        ("14/1", "Thu 14 Jan 2027"),
        ("14 Jan", "Thu 14 Jan 2027"),
        ("14jan2027", "Thu 14 Jan 2027"),
        ("14th January", "Thu 14 Jan 2027"),
        ("the 14th of January 2027", "Thu 14 Jan 2027"),
        ("January 14, 2027", "Thu 14 Jan 2027"),
        ("Thu 14 Jan", "Thu 14 Jan 2027"),
        ("Thursday, 14 January 2027", "Thu 14 Jan 2027"),
        ("on Thurs 14 Jan.", "Thu 14 Jan 2027"),
        ("fourteenth of January", "Thu 14 Jan 2027"),
        ("twenty-first January", "Thu 21 Jan 2027"),
        ("30 Sept", "Thu 30 Sep 2027"),
        ("today", "Sun 22 Nov 2026"),
        ("Tomorrow", "Mon 23 Nov 2026"),
        ("the day after tomorrow", "Tue 24 Nov 2026"),
        ("yesterday", "Sat 21 Nov 2026"),
        ("Thursday", "Thu 26 Nov 2026"),
        ("next Thursday", "Thu 26 Nov 2026"),
        ("this Thursday", "Thu 26 Nov 2026"),
        ("last Thursday", "Thu 19 Nov 2026"),
        ("next Sunday", "Sun 29 Nov 2026"),
        ("in 3 days", "Wed 25 Nov 2026"),
        ("in two weeks", "Sun 6 Dec 2026"),
        ("in a week", "Sun 29 Nov 2026"),
    ],
)
def test_a_day_is_read_in_any_of_the_ways_that_people_write_it(typed: str, day: str) -> None:
    assert short_day(parse_day(typed, SUNDAY)) == day


@pytest.mark.parametrize(
    ("today", "typed", "day"),
    [
        (NEW_YEARS_EVE, "1 January", "Fri 1 Jan 2027"),
        (NEW_YEARS_EVE, "31 December", "Thu 31 Dec 2026"),
        (NEW_YEARS_EVE, "30 December", "Thu 30 Dec 2027"),
        (NEW_YEARS_EVE, "tomorrow", "Fri 1 Jan 2027"),
        (NEW_YEARS_EVE, "next Friday", "Fri 1 Jan 2027"),
        (NEW_YEARS_DAY, "1 January", "Fri 1 Jan 2027"),
        (NEW_YEARS_DAY, "31 December", "Fri 31 Dec 2027"),
        (NEW_YEARS_DAY, "Fri 31 Dec", "Fri 31 Dec 2027"),
        (THURSDAY, "29 Feb", "Tue 29 Feb 2028"),
        (THURSDAY, "29/2/2028", "Tue 29 Feb 2028"),
        (LEAP_DAY, "29 Feb", "Tue 29 Feb 2028"),
        (date(2028, 3, 1), "29 February", "Sun 29 Feb 2032"),
        (date(2028, 2, 28), "tomorrow", "Tue 29 Feb 2028"),
        (date(2027, 2, 28), "tomorrow", "Mon 1 Mar 2027"),
        (date(2096, 3, 1), "29 Feb", "Fri 29 Feb 2104"),
    ],
)
def test_without_a_year_the_next_such_day_is_meant(today: date, typed: str, day: str) -> None:
    assert short_day(parse_day(typed, today)) == day


@pytest.mark.parametrize(
    ("today", "typed", "day"),
    [
        (NEW_YEARS_DAY, "31 December", "Thu 31 Dec 2026"),
        (NEW_YEARS_DAY, "1 Jan", "Fri 1 Jan 2027"),
        (NEW_YEARS_EVE, "1 Jan", "Thu 1 Jan 2026"),
        (THURSDAY, "29 Feb", "Thu 29 Feb 2024"),
        (THURSDAY, "Wednesday", "Wed 6 Jan 2027"),
        (THURSDAY, "Friday", "Fri 1 Jan 2027"),
        (THURSDAY, "14/1", "Wed 14 Jan 2026"),
    ],
)
def test_of_something_done_the_last_such_day_is_meant(today: date, typed: str, day: str) -> None:
    assert short_day(parse_day(typed, today, past=True)) == day


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Fri 14 Jan", "14 January 2027 is a Thursday, not a Friday"),
        ("Monday 29 Feb 2028", "29 February 2028 is a Tuesday, not a Monday"),
        ("29/2/2027", "February 2027 has 28 days"),
        ("31 April", "April has 30 days"),
        ("0 May", "May has 31 days"),
        ("1/14/2027", "no month 14: the day stands before the month"),
        ("9", "without guessing"),
        ("May", "without guessing"),
        ("1.5", "without guessing"),
        ("14 Jan 27", "without guessing"),
        ("14", "without guessing"),
        ("sometime in March", "without guessing"),
        ("14 Jan or 15 Jan", "without guessing"),
        ("27-01-14", "without guessing"),
        ("", "without guessing"),
        ("next month", "without guessing"),
    ],
)
def test_a_day_that_could_be_meant_in_two_ways_is_refused_with_what_would_do(typed: str, words: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_day(typed, SUNDAY)
    assert words in str(refused.value)


def test_a_bare_weekday_on_that_very_day_is_asked_about() -> None:
    with pytest.raises(Refused, match=r"Write today, or Thursday 14 January 2027\."):
        parse_day("Thursday", THURSDAY)
    assert short_day(parse_day("this Thursday", THURSDAY)) == "Thu 7 Jan 2027"
    assert short_day(parse_day("next Thursday", THURSDAY)) == "Thu 14 Jan 2027"


@pytest.mark.parametrize(
    ("typed", "hour"),
    [
        ("9:30", time(9, 30)),
        ("09.30", time(9, 30)),
        ("9.30am", time(9, 30)),
        ("9:30 a.m.", time(9, 30)),
        ("9am", time(9, 0)),
        ("2 pm", time(14, 0)),
        ("12pm", time(12, 0)),
        ("12.15 pm", time(12, 15)),
        ("noon", time(12, 0)),
        ("14:00", time(14, 0)),
        ("0:05", time(0, 5)),
    ],
)
def test_an_hour_is_read_in_any_of_the_ways_that_people_write_it(typed: str, hour: time) -> None:
    assert parse_hour(typed) == hour


@pytest.mark.parametrize("typed", ["9", "930", "25:00", "9:75", "12am", "14pm", "0am", "half nine", ""])
def test_an_hour_that_could_be_meant_in_two_ways_is_refused(typed: str) -> None:
    with pytest.raises(Refused):
        parse_hour(typed)


@pytest.mark.parametrize(
    ("words", "day", "hour"),
    [
        ("Thu 14 Jan 10:30", "Thu 14 Jan", "10:30"),
        ("14 Jan at 2 pm", "14 Jan", "2 pm"),
        ("10.30 tomorrow", "tomorrow", "10.30"),
        ("2027-01-14", "2027-01-14", ""),
        ("9am", "", "9am"),
        ("14 Jan 25:00", "14 Jan", "25:00"),
    ],
)
def test_a_day_and_an_hour_are_told_apart(words: str, day: str, hour: str) -> None:
    assert day_and_hour(words.split()) == (day, hour)


@pytest.mark.parametrize(
    ("typed", "year"),
    [
        ("2027", 2027),
        ("2027/28", 2027),
        ("2027-28", 2027),
        ("2027–2028", 2027),
        ("2027 to 2028", 2027),
        ("the year 2028/29", 2028),
        ("2029", 2029),
        ("2006", 2006),
    ],
)
def test_a_year_is_the_one_that_begins_in_it(typed: str, year: int) -> None:
    assert is_year(typed) and parse_year(typed, SUNDAY, 4) == year


@pytest.mark.parametrize(
    ("typed", "starts", "words"),
    [
        ("27", 4, "without guessing"),
        ("27/28", 4, "without guessing"),
        ("next year", 4, "without guessing"),
        ("", 4, "without guessing"),
        ("2027/2029", 4, "does not follow"),
        ("2027/26", 4, "does not follow"),
        ("2027/28", 1, "Our years begin in January. Write 2027 or 2028."),
        ("2030", 4, "too far ahead"),
        ("2005", 4, "too far back"),
    ],
)
def test_a_year_that_will_not_do_is_refused_with_what_would(typed: str, starts: int, words: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_year(typed, SUNDAY, starts)
    assert words in str(refused.value)


def test_the_last_year_of_a_century_is_followed_by_the_next() -> None:
    assert parse_year("2099/00", date(2099, 4, 1), 4) == 2099


@pytest.mark.parametrize(
    ("typed", "past", "supplied"),
    [
        ("14 Jan", False, True),
        ("14/1", False, True),
        ("1 Dec", False, False),
        ("1 Dec", True, True),
        ("14 Jan 2027", False, False),
        ("14/1/27", False, False),
        ("tomorrow", False, False),
        ("next Thursday", False, False),
        ("in 9 weeks", False, False),
    ],
)
def test_it_is_known_whether_another_year_had_to_be_supplied(typed: str, past: bool, supplied: bool) -> None:
    assert read_day(typed, SUNDAY, past=past).supplied == supplied
