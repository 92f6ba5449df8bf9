"""When groups meet: worked by hand, with weekdays in the cells."""

from datetime import date, datetime, time
from typing import Any

import pytest

from storage.arrangements.calendars import CalendarEnds, england
from storage.arrangements.years import MOVED_ON_ITS_OWN, Known, Meeting, Year, plan
from tests.builders import a_group, an_arrangement

CALENDAR = england(2018, 2041)

QUARTERLY = {"kind": "yearly", "times": 4, "source": "004 App 1"}
SOG = {"kind": "before", "group": "executive", "days": 28, "source": "000 §5 SOG"}


def day(cell: str) -> date:
    """The day of "Tue 10 Dec 2019"; a wrong weekday in a cell is a mistake of the test."""
    found = datetime.strptime(cell[4:], "%d %b %Y").date()  # noqa: DTZ007 (a day has no zone)
    assert f"{found:%a}" == cell[:3], f"{cell} is a {found:%A}"
    return found


def cell(found: date | None) -> str:
    return "-" if found is None else f"{found:%a} {found.day} {found:%b %Y}"


def cells(year: Year, group: str) -> list[str]:
    return [cell(m.date) for m in year.meetings if m.group == group]


def one(year: Year, group: str, place: str) -> Meeting:
    (found,) = [m for m in year.meetings if (m.group, m.place) == (group, place)]
    return found


def said(meeting: Meeting, words: str) -> bool:
    return any(words in line for line in meeting.working)


def year_of(arrangements: Any, first: str = "Wed 1 Apr 2026", last: str = "Wed 31 Mar 2027", **given: Any) -> Year:
    return plan(arrangements, CALENDAR, day(first), day(last), **given)


EXECUTIVE = a_group("executive", QUARTERLY)
TUESDAYS = {"months": [6, 9, 12, 3], "slot": "2nd tuesday", "starts": "10:00", "minutes": 120}
TWO = an_arrangement([EXECUTIVE, a_group("sog", SOG)], {"executive": TUESDAYS})


# So many times a year


@pytest.mark.ids("CYC-GLOS-EXEC", "CYC-SGLOS-EXEC", "AMB-QUARTERS")
def test_four_times_a_year_is_once_in_each_quarter_from_april() -> None:
    year = year_of(TWO)
    assert cells(year, "executive") == ["Tue 9 Jun 2026", "Tue 8 Sep 2026", "Tue 8 Dec 2026", "Tue 9 Mar 2027"]
    first = one(year, "executive", "2026-1")
    assert (first.starts, first.ends, first.status) == (time(10), time(12), "planned")
    assert first.source == "004 App 1"
    assert cell(first.latest) == "Tue 30 Jun 2026"
    assert first.working == ("Meeting 1 of 4 in the year from April 2026: the 2nd Tuesday of June 2026.",)


@pytest.mark.parametrize(
    ("year_starts", "months", "places"),
    [
        (4, [4, 7, 10, 1], ["2026-1", "2026-2", "2026-3", "2026-4"]),
        (1, [1, 4, 7, 10], ["2026-2", "2026-3", "2026-4", "2027-1"]),
        (9, [9, 12, 3, 6], ["2025-4", "2026-1", "2026-2", "2026-3"]),
    ],
)
def test_places_are_named_after_the_year_in_which_the_planning_year_starts(
    year_starts: int, months: list[int], places: list[str]
) -> None:
    chosen = {"executive": {"months": months, "slot": "2nd tuesday"}}
    year = year_of(an_arrangement([EXECUTIVE], chosen, year_starts=year_starts))
    assert [m.place for m in year.meetings] == places


@pytest.mark.parametrize(
    ("slot", "month", "expected", "reason"),
    [
        ("1st friday", 4, "Fri 10 Apr 2026", "Good Friday"),  # a week later
        ("1st thursday", 5, "Thu 7 May 2026", None),
        ("last monday", 5, "Mon 1 Jun 2026", "Spring Bank Holiday"),  # later, over the month's end
        ("last monday", 6, "Mon 29 Jun 2026", None),
    ],
)
def test_a_closed_slot_moves_a_week_later_on_the_same_weekday(
    slot: str, month: int, expected: str, reason: str | None
) -> None:
    chosen = {"executive": {"months": [month, 8, 11, 2], "slot": slot}}
    first = one(year_of(an_arrangement([EXECUTIVE], chosen)), "executive", "2026-1")
    assert cell(first.date) == expected
    assert said(first, f"({reason}), so it is 1 week later") == (reason is not None)


def test_a_closed_slot_moves_earlier_when_later_would_leave_its_part() -> None:
    chosen = {"executive": {"months": [6, 9, 12, 3], "slot": "last friday"}}
    easter = one(
        year_of(an_arrangement([EXECUTIVE], chosen), "Fri 1 Mar 2024", "Sun 31 Mar 2024"), "executive", "2023-4"
    )
    assert cell(easter.date) == "Fri 22 Mar 2024"
    assert said(easter, "is Friday 29 March 2024 (Good Friday), so it is 1 week earlier, on Friday 22 March 2024.")


def test_a_closed_slot_moves_over_several_weeks_of_own_closed_days() -> None:
    summer = {"from": day("Mon 3 Aug 2026"), "until": day("Fri 21 Aug 2026"), "why": "Summer closure"}
    chosen = {"executive": {"months": [6, 8, 12, 3], "slot": "2nd tuesday"}}
    meeting = one(year_of(an_arrangement([EXECUTIVE], chosen, closures=[summer])), "executive", "2026-2")
    assert cell(meeting.date) == "Tue 25 Aug 2026"
    assert said(meeting, "(Summer closure), so it is 2 weeks later")


def test_a_very_long_closure_gives_the_first_working_day_after_it() -> None:
    long = {"from": day("Mon 1 Jun 2026"), "until": day("Wed 9 Sep 2026"), "why": "Refurbishment"}
    chosen = {"executive": {"months": [4, 7, 12, 3], "slot": "4th tuesday"}}
    meeting = one(year_of(an_arrangement([EXECUTIVE], chosen, closures=[long])), "executive", "2026-2")
    assert cell(meeting.date) == "Thu 10 Sep 2026"
    assert said(meeting, "no Tuesday near it is a working day")


@pytest.mark.ids("CYC-GLOS-QIIP", "CYC-GLOS-QIIP-SLOT", "CYC-GLOS-QIIP-LEN", "AMB-GLOS-QIIPSLOT")
@pytest.mark.parametrize("slot", ["1st monday", "1st friday", "last monday", "last friday", "3rd wednesday"])
def test_qiip_keeps_its_weekday_and_its_morning_every_year(slot: str) -> None:
    chosen = {"qiip": {"months": [5, 8, 12, 3], "slot": slot, "starts": "09:00", "minutes": 180}}
    qiip = an_arrangement([a_group("qiip", {"kind": "yearly", "times": 4})], chosen)
    meetings = year_of(qiip, "Wed 1 Apr 2026", "Fri 31 Mar 2034").meetings
    assert len(meetings) == 8 * 4
    assert len({m.date.weekday() for m in meetings}) == 1
    assert {(m.starts, m.ends) for m in meetings} == {(time(9), time(12))}
    assert all(CALENDAR.is_working(m.date) for m in meetings)


@pytest.mark.ids("CYC-GLOS-MG", "AMB-GLOS-MGFREQ")
def test_eight_times_a_year_is_twice_in_each_quarter() -> None:
    chosen = {"mg": {"months": [4, 6, 7, 9, 10, 12, 1, 3], "slot": "3rd wednesday"}}
    year = year_of(an_arrangement([a_group("mg", {"kind": "yearly", "times": 8})], chosen))
    assert [m.place for m in year.meetings] == [f"2026-{n}" for n in range(1, 9)]
    assert cells(year, "mg")[:4] == ["Wed 15 Apr 2026", "Wed 17 Jun 2026", "Wed 15 Jul 2026", "Wed 16 Sep 2026"]


def test_where_parts_share_a_month_a_closed_slot_keeps_to_its_own_month() -> None:
    chosen = {"mg": {"months": [4, 5, 7, 9, 10, 12, 1, 3], "slot": "last monday"}}
    year = year_of(an_arrangement([a_group("mg", {"kind": "yearly", "times": 8})], chosen))
    assert cells(year, "mg")[:2] == ["Mon 27 Apr 2026", "Mon 18 May 2026"]  # not Mon 1 Jun
    assert cell(one(year, "mg", "2026-2").latest) == "Tue 30 Jun 2026"


def test_a_slot_outside_the_window_may_be_moved_into_it_and_one_inside_out_of_it() -> None:
    fridays = an_arrangement([EXECUTIVE], {"executive": {"months": [4, 7, 10, 1], "slot": "1st friday"}})
    assert cells(year_of(fridays, "Wed 8 Apr 2026", "Thu 30 Apr 2026"), "executive") == ["Fri 10 Apr 2026"]
    assert cells(year_of(fridays, "Wed 1 Apr 2026", "Thu 9 Apr 2026"), "executive") == []


def test_a_slot_can_differ_from_month_to_month() -> None:
    chosen = {"policies": {"months": [10, 4], "slot": ["1st monday", "4th thursday"]}}
    year = year_of(an_arrangement([a_group("policies", {"kind": "yearly", "times": 2})], chosen))
    assert cells(year, "policies") == ["Thu 23 Apr 2026", "Mon 5 Oct 2026"]


@pytest.mark.parametrize(
    ("chosen", "want"),
    [
        ({}, 'four different months (as numbers from 1 to 12), one for each meeting and a slot such as "2nd tuesday"'),
        ({"months": [4, 7, 10], "slot": "2nd tuesday"}, "enter four different months"),
        ({"months": [4, 7, 10, 10], "slot": "2nd tuesday"}, "enter four different months"),
        ({"months": [4, 7, 10, 13], "slot": "2nd tuesday"}, "enter four different months"),
        ({"months": [4, 7, 10, 1]}, 'enter a slot such as "2nd tuesday"'),
        ({"months": [4, 5, 10, 1], "slot": "2nd tuesday"}, "enter one month in each of the four equal parts"),
    ],
)  # fmt: skip
def test_what_was_not_chosen_is_said_with_what_to_enter(chosen: dict[str, Any], want: str) -> None:
    year = year_of(an_arrangement([EXECUTIVE], {"executive": chosen}))
    assert year.meetings == ()
    (undated,) = year.undated
    assert undated.group == "executive"
    assert undated.sentence.startswith("The Executive meets four times a year, but no day has been chosen: ")
    assert want in undated.sentence


# Every so many months

CDOP = {"kind": "months", "every": 2, "source": "004 App 4 §6"}


@pytest.mark.ids("CYC-GLOS-CDOP", "AMB-GLOS-2MONTHLY")
def test_every_two_months_counts_from_the_first_month() -> None:
    cdop = an_arrangement([a_group("cdop", CDOP)], {"cdop": {"first": "2021-01-20", "slot": "2nd thursday"}})
    year = year_of(cdop, "Fri 1 Jan 2021", "Fri 31 Dec 2021")
    assert cells(year, "cdop") == [
        "Thu 14 Jan 2021", "Thu 11 Mar 2021", "Thu 13 May 2021", "Thu 8 Jul 2021", "Thu 9 Sep 2021", "Thu 11 Nov 2021",
    ]  # fmt: skip
    assert [m.place for m in year.meetings] == ["n1", "n2", "n3", "n4", "n5", "n6"]
    assert cell(year.meetings[1].latest) == "Wed 31 Mar 2021"


def test_without_a_first_month_it_counts_from_the_start_of_the_arrangements() -> None:
    cdop = an_arrangement([a_group("cdop", CDOP)], {"cdop": {"slot": "1st monday"}}, **{"from": day("Sun 29 Sep 2019")})
    year = year_of(cdop, "Tue 1 Jan 2019", "Tue 31 Dec 2019")
    # The slot of September lies before the start: not given, but its place is not given to another.
    assert [(m.place, cell(m.date)) for m in year.meetings] == [("n2", "Mon 4 Nov 2019")]


@pytest.mark.ids("CYC-GLOS-CDOP-EXTRA")
def test_an_extra_meeting_does_not_shift_the_series() -> None:
    cdop = an_arrangement([a_group("cdop", CDOP)], {"cdop": {"first": "2026-01-01", "slot": "2nd thursday"}})
    extra = Known("cdop", "x1", day("Thu 18 Jun 2026"), "confirmed", extra=True, reason="A matter for the Chair")
    with_it, without = year_of(cdop, known=[extra]), year_of(cdop)
    assert [m for m in with_it.meetings if not m.extra] == list(without.meetings)
    added = one(with_it, "cdop", "x1")
    assert (added.latest, added.source, added.extra) == (None, "004 App 4 §6", True)
    assert added.working[:2] == (
        "An extra meeting: the series stays as it is.",
        "Recorded reason: A matter for the Chair.",
    )


@pytest.mark.parametrize(
    ("slot", "expected"),
    [
        ("1st friday", "Fri 8 Jan 2027"),  # New Year's Day: later in its month
        ("last friday", "Fri 18 Dec 2026"),  # Christmas Day: earlier, since later leaves the month
        ("last monday", "Mon 21 Dec 2026"),  # the substitute for Boxing Day
    ],
)
def test_a_monthly_meeting_never_leaves_its_month(slot: str, expected: str) -> None:
    monthly = an_arrangement([a_group("resolution", {"kind": "months", "every": 1})], {"resolution": {"slot": slot}})
    assert expected in cells(year_of(monthly), "resolution")
    assert len({(m.date.year, m.date.month) for m in year_of(monthly).meetings}) == 12


# Never more than so many months apart

EDUCATION = a_group("education", {"kind": "gap", "months": 3, "source": "004 App 5 §4"})


@pytest.mark.ids("CYC-GLOS-EDU", "AMB-GLOS-EVERY3")
def test_never_more_than_three_months_apart_steps_whole_weeks_and_tells_its_drift() -> None:
    year = year_of(an_arrangement([EDUCATION], {"education": {"first": "2026-04-14"}}))
    assert cells(year, "education") == [
        "Tue 14 Apr 2026", "Tue 14 Jul 2026", "Tue 13 Oct 2026", "Tue 12 Jan 2027",
    ]  # fmt: skip
    exact, short = one(year, "education", "n2"), one(year, "education", "n3")
    assert not said(exact, "drifts")
    assert said(short, "13 weeks after the meeting of Tuesday 14 July 2026; no more than three months apart allows")
    assert said(short, "the series drifts 1 day earlier here")
    assert cell(short.latest) == "Wed 14 Oct 2026"


def test_a_gap_from_the_end_of_a_month_stays_inside_short_months() -> None:
    year = year_of(
        an_arrangement([EDUCATION], {"education": {"first": "2023-11-30"}}), "Wed 1 Nov 2023", "Sun 31 Mar 2024"
    )
    # Three months after 30 November is leap day, 29 February 2024: exactly 13 weeks.
    assert cells(year, "education") == ["Thu 30 Nov 2023", "Thu 29 Feb 2024"]
    assert one(year, "education", "n2").latest == date(2024, 2, 29)


def test_a_closed_day_makes_a_gap_a_week_shorter_on_the_same_weekday() -> None:
    year = year_of(an_arrangement([EDUCATION], {"education": {"first": "2026-06-01"}}))
    assert cells(year, "education") == ["Mon 1 Jun 2026", "Mon 24 Aug 2026", "Mon 23 Nov 2026", "Mon 22 Feb 2027"]
    assert said(
        one(year, "education", "n2"),
        "Monday 31 August 2026 is no working day (Late Summer Bank Holiday), so it is earlier, on Monday 24 August",
    )


def test_the_next_gap_counts_from_the_real_day_of_the_one_before() -> None:
    chosen = {"education": {"first": "2026-04-14"}}
    moved = Known("education", "n2", day("Wed 1 Jul 2026"), "held", reason="Exams")
    year = year_of(an_arrangement([EDUCATION], chosen), known=[moved])
    assert cells(year, "education")[1:3] == ["Wed 1 Jul 2026", "Wed 30 Sep 2026"]
    assert said(
        one(year, "education", "n2"), "It was moved from Tuesday 14 July 2026 to Wednesday 1 July 2026 (Exams)."
    )


def test_after_a_cancelled_meeting_the_longest_gap_is_told_from_the_last_that_took_place() -> None:
    chosen = {"education": {"first": "2026-04-14"}}
    off = Known("education", "n2", day("Tue 14 Jul 2026"), "cancelled", reason="No quorum")
    year = year_of(an_arrangement([EDUCATION], chosen), known=[off])
    third = one(year, "education", "n3")
    assert cell(third.latest) == "Tue 14 Jul 2026"
    assert said(third, "Later than agreed: the last day that the rule allows is Tuesday 14 July 2026.")
    extra = Known("education", "x1", day("Tue 28 Jul 2026"), "confirmed", extra=True)
    mended = one(year_of(an_arrangement([EDUCATION], chosen), known=[off, extra]), "education", "n3")
    assert cell(mended.latest) == "Wed 28 Oct 2026"
    assert not said(mended, "Later than agreed")


def test_a_gap_wholly_closed_goes_on_after_the_closure() -> None:
    long = {"from": day("Wed 15 Apr 2026"), "until": day("Fri 31 Jul 2026"), "why": "Refurbishment"}
    year = year_of(an_arrangement([EDUCATION], {"education": {"first": "2026-04-14"}}, closures=[long]))
    assert cells(year, "education")[:2] == ["Tue 14 Apr 2026", "Mon 3 Aug 2026"]
    assert said(one(year, "education", "n2"), "Later than agreed")


def test_a_gap_series_needs_its_first_date() -> None:
    (undated,) = year_of(an_arrangement([EDUCATION])).undated
    assert undated.sentence == (
        "The Education meets with no more than 3 months between two meetings, but no day has been chosen: "
        "enter the date of the first meeting."
    )
    assert undated.source == "004 App 5 §4"


# Before another group


@pytest.mark.ids("CYC-SGLOS-SOG", "AMB-SGLOS-4WEEKS")
@pytest.mark.parametrize(
    ("executive", "sog", "reason"),
    [
        ("Tue 10 Dec 2019", "Tue 12 Nov 2019", None),
        ("Mon 22 Jun 2026", "Fri 22 May 2026", "Spring Bank Holiday"),  # Mon 25 May
        ("Fri 1 May 2026", "Thu 2 Apr 2026", "Good Friday"),  # Fri 3 Apr
        ("Mon 4 May 2026", "Thu 2 Apr 2026", "Easter Monday"),  # over the whole of Easter
        ("Thu 28 Mar 2024", "Thu 29 Feb 2024", None),  # leap day
    ],
)
def test_sog_is_28_days_before_the_executive_or_earlier(executive: str, sog: str, reason: str | None) -> None:
    known = Known("executive", "2019-3" if "2019" in executive else "2026-1", day(executive), "confirmed")
    year = plan(TWO, CALENDAR, day(sog), day(executive), known=[known])
    (meeting,) = [m for m in year.meetings if m.group == "sog" and m.place == known.place]
    assert cell(meeting.date) == sog
    assert meeting.working[0] == (
        f"28 days before the Executive of {day(executive):%A} {day(executive).day} {day(executive):%B %Y}."
    )
    assert said(meeting, f"is no working day ({reason}), so it is earlier") == (reason is not None)
    assert meeting.latest == meeting.date


MOVED = Known("executive", "2026-3", day("Tue 15 Dec 2026"), "confirmed", reason="Chair away")


@pytest.mark.parametrize(
    ("own", "expected", "status"),
    [
        (None, "Tue 17 Nov 2026", "planned"),
        (Known("sog", "2026-3", day("Tue 10 Nov 2026"), "planned"), "Tue 17 Nov 2026", "planned"),
        (Known("sog", "2026-3", day("Tue 10 Nov 2026"), "confirmed"), "Tue 17 Nov 2026", "confirmed"),
        (Known("sog", "2026-3", day("Tue 10 Nov 2026"), "held"), "Tue 10 Nov 2026", "held"),
        (Known("sog", "2026-3", day("Thu 12 Nov 2026"), "confirmed", reason="moved on its own"),
         "Thu 12 Nov 2026", "confirmed"),
        (Known("sog", "2026-3", day("Tue 10 Nov 2026"), "cancelled", reason="Snow"), "Tue 10 Nov 2026", "cancelled"),
    ],
)  # fmt: skip
def test_sog_goes_with_the_executive_unless_it_is_settled_by_itself(
    own: Known | None, expected: str, status: str
) -> None:
    year = year_of(TWO, known=[MOVED, *([own] if own else [])])
    sog = one(year, "sog", "2026-3")
    assert (cell(sog.date), sog.status) == (expected, status)
    goes_along = own is not None and own.status in ("planned", "confirmed") and not own.reason
    assert said(sog, "It was on Tuesday 10 November 2026 and goes with the Executive.") == goes_along
    assert cells(year, "sog")[:2] == ["Tue 12 May 2026", "Tue 11 Aug 2026"]  # the others stay


@pytest.mark.parametrize(
    ("own", "expected", "status"),
    [
        (None, "Tue 10 Nov 2026", "cancelled"),
        (Known("sog", "2026-3", day("Tue 10 Nov 2026"), "confirmed"), "Tue 10 Nov 2026", "cancelled"),
        (Known("sog", "2026-3", day("Wed 11 Nov 2026"), "confirmed", reason=MOVED_ON_ITS_OWN),
         "Wed 11 Nov 2026", "confirmed"),
        (Known("sog", "2026-3", day("Tue 10 Nov 2026"), "held"), "Tue 10 Nov 2026", "held"),
    ],
)  # fmt: skip
def test_a_cancelled_executive_takes_its_sog_with_it(own: Known | None, expected: str, status: str) -> None:
    off = Known("executive", "2026-3", day("Tue 8 Dec 2026"), "cancelled", reason="Election")
    year = year_of(TWO, known=[off, *([own] if own else [])])
    sog = one(year, "sog", "2026-3")
    assert (cell(sog.date), sog.status) == (expected, status)
    assert said(sog, "Cancelled, because the Executive of Tuesday 8 December 2026 is cancelled.") == (
        status == "cancelled"
    )
    assert one(year, "executive", "2026-3").status == "cancelled"


@pytest.mark.parametrize(
    ("today", "executive", "expected", "words"),
    [
        # The Executive is brought forward so that 28 days before it have gone by.
        ("Thu 5 Nov 2026", "Mon 30 Nov 2026", "Thu 5 Nov 2026", "is the nearest working day that is still before"),
        ("Sat 7 Nov 2026", "Mon 30 Nov 2026", "Mon 9 Nov 2026", "is the nearest working day that is still before"),
        ("Sat 7 Nov 2026", "Mon 9 Nov 2026", "Mon 9 Nov 2026", "no working day is left before the Executive"),
        ("Mon 2 Nov 2026", "Mon 30 Nov 2026", "Mon 2 Nov 2026", "28 days before"),  # today is not the past
        ("Tue 1 Dec 2026", "Mon 30 Nov 2026", "Mon 2 Nov 2026", "28 days before"),  # the Executive is past too
    ],
)
def test_a_sog_is_not_put_into_the_past(today: str, executive: str, expected: str, words: str) -> None:
    moved = Known("executive", "2026-3", day(executive), "confirmed")
    sog = one(year_of(TWO, known=[moved], today=day(today)), "sog", "2026-3")
    assert cell(sog.date) == expected
    assert said(sog, words)
    assert said(sog, "has gone by") == ("28 days" not in words)


@pytest.mark.parametrize("status", ["planned", "confirmed"])
def test_a_sog_whose_own_day_has_gone_by_does_not_wander(status: Any) -> None:
    own = Known("sog", "2026-3", day("Tue 10 Nov 2026"), status)
    for today in ("Wed 11 Nov 2026", "Fri 20 Nov 2026", "Thu 10 Dec 2026"):
        sog = one(year_of(TWO, known=[own], today=day(today)), "sog", "2026-3")
        assert cell(sog.date) == "Tue 10 Nov 2026"
    offered = Known("sog", "2026-3", day("Thu 5 Nov 2026"), status)
    forward = Known("executive", "2026-3", day("Mon 30 Nov 2026"), "confirmed")
    for today in ("Fri 6 Nov 2026", "Tue 1 Dec 2026"):
        sog = one(year_of(TWO, known=[offered, forward], today=day(today)), "sog", "2026-3")
        assert cell(sog.date) == "Thu 5 Nov 2026"


def test_without_today_the_past_is_told_as_it_was() -> None:
    sog = one(year_of(TWO, known=[Known("executive", "2026-3", day("Mon 30 Nov 2026"), "confirmed")]), "sog", "2026-3")
    assert cell(sog.date) == "Mon 2 Nov 2026"


def test_an_extra_executive_has_no_sog_of_its_own() -> None:
    extra = Known("executive", "x1", day("Tue 20 Oct 2026"), "confirmed", extra=True)
    assert cells(year_of(TWO, known=[extra]), "sog") == cells(year_of(TWO), "sog")


def test_a_follower_finds_anchors_after_the_window() -> None:
    year = year_of(TWO, "Sun 1 Nov 2026", "Mon 30 Nov 2026")
    assert cells(year, "sog") == ["Tue 10 Nov 2026"]
    assert cells(year, "executive") == []


def test_a_moved_meeting_is_found_where_it_is_now_and_not_where_it_was() -> None:
    moved = Known("executive", "2026-2", day("Tue 6 Oct 2026"), "confirmed")
    assert cells(year_of(TWO, "Tue 1 Sep 2026", "Wed 30 Sep 2026", known=[moved]), "executive") == []
    october = year_of(TWO, "Thu 1 Oct 2026", "Sat 31 Oct 2026", known=[moved])
    assert cells(october, "executive") == ["Tue 6 Oct 2026"]
    assert said(
        one(october, "executive", "2026-2"), "Later than agreed: the last day that the rule allows is Wednesday 30"
    )


def test_a_follower_of_a_follower_goes_along() -> None:
    call = a_group("pre", {"kind": "before", "group": "sog", "days": 14})
    chain = an_arrangement([call, a_group("sog", SOG), EXECUTIVE], {"executive": TUESDAYS})
    assert cell(one(year_of(chain, known=[MOVED]), "pre", "2026-3").date) == "Tue 3 Nov 2026"


def test_a_group_follows_dates_entered_for_a_group_without_a_rule() -> None:
    groups = [a_group("executive", {"kind": "unset"}), a_group("sog", SOG)]
    assert [u.group for u in year_of(an_arrangement(groups)).undated] == ["executive", "sog"]
    entered = Known("executive", "e1", day("Tue 8 Dec 2026"), "confirmed", extra=True)
    year = year_of(an_arrangement(groups), known=[entered])
    assert cells(year, "sog") == ["Tue 10 Nov 2026"]


@pytest.mark.parametrize(
    ("groups", "words"),
    [
        ([a_group("sog", SOG)], 'but there is no group "executive" to go by'),
        ([a_group("sog", SOG), a_group("executive", QUARTERLY, status="replaced")], "but the Executive is not running"),
        ([a_group("sog", SOG), a_group("executive", {**SOG, "group": "sog"})], "in turn waits for it"),
        ([a_group("executive", {"kind": "before", "group": "executive", "days": 7})], "in turn waits for it"),
        ([a_group("sog", SOG), EXECUTIVE], "the Executive has no dates of its own to go by: enter its slot"),
    ],
)  # fmt: skip
def test_an_anchor_without_dates_is_said(groups: list[Any], words: str) -> None:
    year = year_of(an_arrangement(groups))
    assert year.meetings == ()
    assert any(words in undated.sentence for undated in year.undated)


# Beside another group, or beside dates set outside

MG = a_group("mg", {"kind": "yearly", "times": 8})
MG_CHOSEN = {"months": [4, 6, 7, 9, 10, 12, 1, 3], "slot": "3rd wednesday"}


@pytest.mark.ids("CYC-GLOS-DIST", "AMB-GLOS-MGFREQ")
@pytest.mark.parametrize(
    ("which", "days", "expected"),
    [
        ("first of each quarter", -7, ["Wed 8 Apr 2026", "Wed 8 Jul 2026", "Wed 14 Oct 2026", "Wed 13 Jan 2027"]),
        ("last of each quarter", 0, ["Wed 17 Jun 2026", "Wed 16 Sep 2026", "Wed 16 Dec 2026", "Wed 17 Mar 2027"]),
        ("first of each quarter", 13, ["Tue 28 Apr 2026", "Tue 28 Jul 2026", "Tue 3 Nov 2026", "Tue 2 Feb 2027"]),
        # Wed 16 Dec + 9 is Christmas Day: a week further off is New Year's Day, so a week nearer.
        # Wed 17 Mar + 9 is Good Friday: a week further off is in April, after the window.
        ("last of each quarter", 9, ["Fri 26 Jun 2026", "Fri 25 Sep 2026", "Fri 18 Dec 2026"]),
    ],
)
def test_districts_stand_beside_one_management_group_in_each_quarter(
    which: str, days: int, expected: list[str]
) -> None:
    districts = a_group("districts", {"kind": "beside", "group": "mg", "which": which})
    year = year_of(an_arrangement([districts, MG], {"mg": MG_CHOSEN, "districts": {"days": days}}))
    assert cells(year, "districts") == expected


def test_beside_each_meeting_and_the_first_of_a_quarter_stays_the_first_when_it_moves() -> None:
    each = a_group("each", {"kind": "beside", "group": "mg"})
    districts = a_group("districts", {"kind": "beside", "group": "mg", "which": "first of each quarter"})
    both = an_arrangement([each, districts, MG], {"mg": MG_CHOSEN, "districts": {"days": 7}, "each": {"days": 1}})
    assert len(cells(year_of(both), "each")) == 8
    moved = Known("mg", "2026-1", day("Wed 24 Jun 2026"), "confirmed")  # now after the second of its quarter
    year = year_of(both, known=[moved])
    assert cell(one(year, "districts", "2026-1").date) == "Wed 1 Jul 2026"
    assert len(cells(year, "districts")) == 4


def test_a_quarter_is_one_of_the_planning_year_and_of_the_days_of_the_rule() -> None:
    districts = a_group("districts", {"kind": "beside", "group": "mg", "which": "first of each quarter"})
    chosen = {"mg": MG_CHOSEN, "districts": {"days": 7}}
    both = an_arrangement([districts, MG], chosen)
    into_july = Known("mg", "2026-1", day("Thu 9 Jul 2026"), "confirmed")
    year = year_of(both, known=[into_july])
    assert cells(year, "districts")[:2] == ["Thu 16 Jul 2026", "Wed 22 Jul 2026"]
    # From February the quarters are February to April, May to July, ...
    monthly = a_group("mg", {"kind": "months", "every": 1})
    february = an_arrangement(
        [districts, monthly], {"mg": {"slot": "3rd wednesday"}, "districts": {"days": 7}}, year_starts=2
    )
    assert cells(year_of(february), "districts") == [
        "Wed 27 May 2026", "Wed 26 Aug 2026", "Wed 25 Nov 2026", "Wed 24 Feb 2027",
    ]  # fmt: skip


def test_the_first_of_a_quarter_is_the_first_since_the_arrangements_began() -> None:
    districts = a_group("districts", {"kind": "beside", "group": "mg", "which": "first of each quarter"})
    may = an_arrangement([districts, MG], {"mg": MG_CHOSEN, "districts": {"days": 7}}, **{"from": "2026-05-01"})
    assert cells(year_of(may), "districts")[:2] == ["Wed 24 Jun 2026", "Wed 22 Jul 2026"]


def test_a_meeting_beside_a_cancelled_one_stays_and_says_so() -> None:
    districts = a_group("districts", {"kind": "beside", "group": "mg", "which": "first of each quarter"})
    off = Known("mg", "2026-1", day("Wed 15 Apr 2026"), "cancelled")
    both = an_arrangement([districts, MG], {"mg": MG_CHOSEN, "districts": {"days": 7}})
    beside = one(year_of(both, known=[off]), "districts", "2026-1")
    assert (cell(beside.date), beside.status) == ("Wed 22 Apr 2026", "planned")
    assert said(beside, "The Mg that it stands beside is cancelled.")


@pytest.mark.ids("CYC-GLOS-POL")
def test_beside_dates_set_outside() -> None:
    policies = a_group("policies", {"kind": "beside", "outside": "consortium"})
    outside = {"consortium": {"name": "the South West Consortium", "dates": ["2026-10-06", "2026-05-11"]}}
    entered = an_arrangement([policies], {"policies": {"days": -7}}, outside=outside)
    year = year_of(entered)
    # Mon 4 May is a bank holiday: earlier, not onto the consortium's own day. Places keep the order of entering.
    assert [(m.place, cell(m.date)) for m in year.meetings] == [("o2", "Mon 27 Apr 2026"), ("o1", "Tue 29 Sep 2026")]
    assert year.meetings[1].working[0] == "7 days before the South West Consortium of Tuesday 6 October 2026."
    (silent,) = year_of(an_arrangement([policies], {"policies": {"days": -7}})).undated
    assert "the dates of consortium have not been entered" in silent.sentence
    (far,) = year_of(an_arrangement([policies], outside=outside)).undated
    assert "enter how many days from the South West Consortium it meets" in far.sentence


# What stands open


@pytest.mark.parametrize(
    ("group", "sentence"),
    [
        (a_group("spr", {"kind": "unset"}),
         "The arrangements do not say how often the Spr meets. "
         "Enter each meeting as it is fixed, or ask the partnership how often it wants to meet."),
        (a_group("spr", {"kind": "unset", "want": "ask the Chair"}),
         "The arrangements do not say how often the Spr meets. Ask the Chair."),
        (a_group("spr"),
         "The arrangements do not say how often the Spr meets. "
         "Enter each meeting as it is fixed, or ask the partnership how often it wants to meet."),
        (a_group("spr", {"kind": "as-required"}),
         "The Spr meets when it is needed; no dates are fixed. Enter a meeting when one is called."),
        (a_group("spr", {"kind": "yearly", "times": 2, "proposed": True}, status="proposed"),
         "How often the Spr meets is only a proposal: off until agreed."),
        (a_group("spr", {"kind": "yearly", "times": 2, "proposed": True}),
         "How often the Spr meets is only a proposal: off until agreed."),
    ],
)  # fmt: skip
@pytest.mark.ids("CYC-SGLOS-SPRG", "CYC-SGLOS-CDSTRAT", "CYC-BUCKS-EXEC", "AMB-SGLOS-23")
def test_what_the_arrangements_leave_open_is_said(group: Any, sentence: str) -> None:
    chosen = {"spr": {"months": [4, 10], "slot": "1st monday"}}
    year = year_of(an_arrangement([group], chosen))
    assert (year.meetings, [u.sentence for u in year.undated]) == ((), [sentence])


@pytest.mark.parametrize("status", ["next-phase", "replaced", "external", "proposed"])
def test_a_group_that_is_not_running_is_silent(status: str) -> None:
    year = year_of(an_arrangement([a_group("executive", QUARTERLY, status=status)], {"executive": TUESDAYS}))
    assert year == Year((), ())


def test_meetings_entered_for_a_group_without_a_rule_stand_in_the_plan() -> None:
    entered = Known("spr", "e1", day("Mon 5 Oct 2026"), "confirmed", starts=time(14), minutes=90)
    meeting = one(year_of(an_arrangement([a_group("spr", {"kind": "unset"})]), known=[entered]), "spr", "e1")
    assert (meeting.starts, meeting.ends, meeting.latest) == (time(14), time(15, 30), None)
    assert meeting.working == ("Entered by hand: no rule gives this date.",)
    assert meeting.chosen == ()


# Rules that change, and the edges of what is agreed


@pytest.mark.ids("CYC-SGLOS-BSIL", "AMB-SGLOS-BSIL", "CYC-SGLOS-START")
def test_each_date_comes_from_the_cycle_in_force_on_it() -> None:
    bsil = a_group(
        "bsil",
        {"kind": "as-required", "until": "2020-09-28"},
        {"kind": "yearly", "times": 4, "from": "2020-09-29"},
    )
    both = an_arrangement([bsil], {"bsil": {"months": [4, 7, 9, 1], "slot": "last tuesday"}}, **{"from": "2019-09-29"})
    # Part 2 of the year has no September: the definition must choose one month a quarter.
    assert "one month in each" in year_of(both, "Sun 29 Sep 2019", "Wed 31 Mar 2021").undated[0].sentence
    both = an_arrangement([bsil], {"bsil": {"months": [4, 9, 10, 1], "slot": "last tuesday"}}, **{"from": "2019-09-29"})
    year = year_of(both, "Sun 1 Sep 2019", "Wed 31 Mar 2021")
    assert cells(year, "bsil") == ["Tue 29 Sep 2020", "Tue 27 Oct 2020", "Tue 26 Jan 2021"]
    (until,) = year.undated
    assert until.sentence.startswith("Until Monday 28 September 2020: the Bsil meets when it is needed")
    assert year_of(both, "Thu 1 Oct 2020", "Wed 31 Mar 2021").undated == ()


def test_two_series_of_one_group_never_share_a_place() -> None:
    group = a_group(
        "executive",
        {"kind": "yearly", "times": 4, "until": "2026-10-31"},
        {"kind": "yearly", "times": 4, "from": "2026-11-01", "at_most": 4},
    )
    year = year_of(an_arrangement([group, a_group("sog", SOG)], {"executive": TUESDAYS}))
    assert [m.place for m in year.meetings if m.group == "executive"] == ["2026-1", "2026-2", "2026-3.2", "2026-4.2"]
    assert [m.place for m in year.meetings if m.group == "sog"][2] == "2026-3.2"
    moved = Known("executive", "2026-3.2", day("Tue 15 Dec 2026"), "confirmed")
    arrangements = an_arrangement([group, a_group("sog", SOG)], {"executive": TUESDAYS})
    assert cell(one(year_of(arrangements, known=[moved]), "sog", "2026-3.2").date) == "Tue 17 Nov 2026"


def test_nothing_before_the_start_of_the_arrangements_and_both_ends_included() -> None:
    late = an_arrangement([EXECUTIVE], {"executive": TUESDAYS}, **{"from": "2026-09-08"})
    assert cells(year_of(late), "executive") == ["Tue 8 Sep 2026", "Tue 8 Dec 2026", "Tue 9 Mar 2027"]
    assert cells(year_of(late, "Tue 8 Sep 2026", "Tue 8 Dec 2026"), "executive") == ["Tue 8 Sep 2026", "Tue 8 Dec 2026"]
    assert year_of(late, "Wed 1 Apr 2026", "Mon 7 Sep 2026") == Year((), ())


def test_what_stands_open_is_told_for_the_time_since_the_arrangements_began() -> None:
    unset = a_group("spr", {"kind": "unset", "from": "2026-09-08"})
    late = an_arrangement([unset], **{"from": "2026-09-08"})
    assert year_of(late).undated[0].sentence.startswith("The arrangements do not say how often the Spr meets.")
    assert year_of(late, "Wed 1 Apr 2026", "Mon 7 Sep 2026") == Year((), ())
    older = an_arrangement([unset], **{"from": "2026-04-01"})
    assert year_of(older).undated[0].sentence.startswith("From Tuesday 8 September 2026: the arrangements do not say")


def test_a_group_meets_only_while_it_exists() -> None:
    short = a_group("executive", QUARTERLY, **{"from": "2026-09-01", "until": "2026-12-08"})
    assert cells(year_of(an_arrangement([short], {"executive": TUESDAYS})), "executive") == [
        "Tue 8 Sep 2026",
        "Tue 8 Dec 2026",
    ]


# Papers and minutes, warnings, alignment, what was chosen


@pytest.mark.ids("CYC-GLOS-CDOP-PAPERS", "CYC-GLOS-CDOP-MINUTES", "AMB-GLOS-CDOP-OFFSETS")
@pytest.mark.parametrize(
    ("meeting", "papers", "minutes", "words"),
    [
        ("Thu 14 Jan 2021", "Thu 7 Jan 2021", "Thu 28 Jan 2021", "Minutes 14 days after: Thursday 28 January 2021."),
        ("Fri 9 Apr 2021", "Thu 1 Apr 2021", "Fri 23 Apr 2021", "(Good Friday), so earlier, on Thursday 1 April 2021."),
        ("Mon 12 Apr 2021", "Thu 1 Apr 2021", "Mon 26 Apr 2021", "(Easter Monday), so earlier"),
        ("Mon 19 Apr 2021", "Mon 12 Apr 2021", "Mon 3 May 2021",
         "(May Day); that stays the day, and they are chased on the working day before, Friday 30 April 2021."),
    ],
)  # fmt: skip
def test_papers_move_earlier_and_minutes_stay(meeting: str, papers: str, minutes: str, words: str) -> None:
    cdop = a_group("cdop", CDOP, papers={"days": 7}, minutes={"days": 14})
    chosen = an_arrangement([cdop], {"cdop": {"first": "2021-01-01", "slot": "2nd thursday"}})
    known = Known("cdop", "n1", day(meeting), "confirmed")
    found = one(plan(chosen, CALENDAR, day(meeting), day(meeting), known=[known]), "cdop", "n1")
    assert (cell(found.papers_due), cell(found.minutes_due)) == (papers, minutes)
    assert said(found, words)


def test_offsets_in_working_days_count_working_days() -> None:
    cdop = a_group("cdop", CDOP, papers={"days": 5, "unit": "working"}, minutes={"days": 10, "unit": "working"})
    known = Known("cdop", "n1", day("Wed 14 Apr 2021"), "confirmed")
    chosen = an_arrangement([cdop], {"cdop": {"first": "2021-01-01", "slot": "2nd thursday"}})
    found = one(plan(chosen, CALENDAR, known.date, known.date, known=[known]), "cdop", "n1")
    assert (cell(found.papers_due), cell(found.minutes_due)) == ("Wed 7 Apr 2021", "Wed 28 Apr 2021")
    assert said(found, "Papers 5 working days before: Wednesday 7 April 2021.")


def test_no_papers_day_where_the_document_has_none_or_the_meeting_is_off() -> None:
    assert {(m.papers_due, m.minutes_due) for m in year_of(TWO).meetings} == {(None, None)}
    cdop = an_arrangement([a_group("cdop", CDOP, papers={"days": 7})], {"cdop": {"slot": "2nd thursday"}})
    off = Known("cdop", "n45", day("Thu 14 May 2026"), "cancelled")
    found = one(year_of(cdop, known=[off]), "cdop", "n45")
    assert (found.status, found.papers_due) == ("cancelled", None)


@pytest.mark.ids("AMB-GLOS-QIIPFREQ")
def test_a_seventh_meeting_in_a_year_is_warned_of() -> None:
    qiip = a_group("qiip", {"kind": "yearly", "times": 4, "at_most": 6})
    chosen = an_arrangement([qiip], {"qiip": {"months": [4, 7, 10, 1], "slot": "2nd tuesday"}})
    extras = [Known("qiip", f"x{n}", date(2026, 5, 4 + n), "confirmed", extra=True) for n in range(1, 4)]
    last = one(year_of(chosen, "Fri 1 Jan 2027", "Wed 31 Mar 2027", known=extras), "qiip", "2026-4")
    assert said(last, "Meeting 7 in the year from April 2026: the arrangements allow up to six.")
    year = year_of(chosen, last="Wed 30 Jun 2027", known=extras)
    assert [m.place for m in year.meetings if said(m, "allow up to six")] == ["2026-4"]
    off = [*extras[:2], Known("qiip", "x3", extras[2].date, "cancelled", extra=True)]
    assert not any(said(m, "allow up to six") for m in year_of(chosen, known=off).meetings)


@pytest.mark.ids("CYC-GLOS-QIIP", "CYC-GLOS-MG")
def test_alignment_tells_how_a_meeting_lies_to_the_other_group() -> None:
    qiip = a_group("qiip", {"kind": "yearly", "times": 4, "aligned_with": ["mg", "gsab", "adults", "forum"]})
    outside = {"gsab": {"name": "GSAB Business Planning Group"}, "adults": {"name": "Adults", "dates": ["2026-07-07"]}}
    chosen = {"mg": MG_CHOSEN, "qiip": {"months": [4, 7, 10, 1], "slot": "1st tuesday"}}
    aligned = an_arrangement([qiip, MG, a_group("forum", {"kind": "unset"})], chosen, outside=outside)
    year = year_of(aligned, known=[Known("mg", "2026-5", day("Wed 21 Oct 2026"), "cancelled")])
    april, july, october = (one(year, "qiip", f"2026-{n}").working for n in (1, 2, 3))
    part = "the nearest in the same part of the year."
    assert f"8 days before the Mg of Wednesday 15 April 2026, {part}" in april
    assert "The dates of GSAB Business Planning Group have not been entered." in april
    assert "No meeting of the Adults lies in the same part of the year." in april
    assert "The dates of Forum have not been entered." in april
    assert "The Adults meets on the same day." in july
    assert f"71 days before the Mg of Wednesday 16 December 2026, {part}" in october  # October's is off


def test_alignment_looks_in_the_part_of_the_year_of_the_rule() -> None:
    policies = a_group("policies", {"kind": "yearly", "times": 2, "aligned_with": ["executive"]})
    once = a_group("executive", {"kind": "yearly", "times": 1})
    chosen = {
        "policies": {"months": [4, 10], "slot": "1st tuesday"},
        "executive": {"months": [9], "slot": "1st tuesday"},
    }
    year = year_of(an_arrangement([policies, once], chosen))
    # April and September lie in different quarters, but in the same half of the year.
    assert said(one(year, "policies", "2026-1"), "147 days before the Executive of Tuesday 1 September 2026")
    assert said(one(year, "policies", "2026-2"), "No meeting of the Executive lies in the same part of the year.")


def test_two_groups_may_be_aligned_with_each_other() -> None:
    one_ = a_group("qiip", {"kind": "yearly", "times": 4, "aligned_with": ["mg"]})
    other = a_group("mg", {"kind": "yearly", "times": 8, "aligned_with": ["qiip"]})
    chosen = {"mg": MG_CHOSEN, "qiip": {"months": [4, 7, 10, 1], "slot": "1st tuesday"}}
    year = year_of(an_arrangement([one_, other], chosen))
    assert said(one(year, "mg", "2026-1"), "8 days after the Qiip of Tuesday 7 April 2026")


def test_what_was_chosen_is_named_and_nothing_else() -> None:
    none = " (the document gives none)"
    year = year_of(TWO)
    assert one(year, "executive", "2026-1").chosen == tuple(
        words + none
        for words in (
            "start of the year: April",
            "months: June, September, December and March",
            "slot: 2nd Tuesday",
            "hour: 10:00",
            "length: 120 minutes",
        )
    )
    assert one(year, "sog", "2026-1").chosen == ()
    assert said(one(year, "sog", "2026-1"), "No hour has been entered.")
    own = Known("executive", "2026-1", day("Tue 9 Jun 2026"), "confirmed", starts=time(14))
    settled = one(year_of(TWO, known=[own]), "executive", "2026-1")
    assert (settled.starts, settled.ends) == (time(14), time(16))
    assert not any("hour" in words for words in settled.chosen)


def test_a_day_put_on_a_closed_day_by_hand_is_pointed_out() -> None:
    own = Known("executive", "2026-1", day("Mon 25 May 2026"), "confirmed")
    assert said(
        one(year_of(TWO, known=[own]), "executive", "2026-1"),
        "Monday 25 May 2026 is no working day (Spring Bank Holiday).",
    )


def test_the_plan_is_in_order_of_date_then_group() -> None:
    meetings = year_of(TWO, "Wed 1 Jan 2020", "Wed 31 Mar 2027").meetings
    keys = [(m.date, m.group) for m in meetings]
    assert keys == sorted(keys)
    assert len(keys) > 50


@pytest.mark.parametrize("last", ["Sat 30 Nov 2041", "Fri 31 Jan 2042"])
def test_a_calendar_too_short_for_the_window_or_its_lead_time_says_so(last: str) -> None:
    january = an_arrangement(
        [EXECUTIVE, a_group("sog", {**SOG, "days": 60})], {"executive": {**TUESDAYS, "months": [4, 7, 10, 1]}}
    )
    with pytest.raises(CalendarEnds, match=r"to Tuesday 31 December 2041, so it cannot say whether Tuesday 14 January"):
        plan(january, CALENDAR, day("Fri 1 Nov 2041"), day(last))


def test_a_calendar_of_just_the_window_is_enough_for_groups_that_follow_nobody() -> None:
    short = england(2026, 2026)
    only = an_arrangement([EXECUTIVE], {"executive": {"months": [6, 9, 12, 1], "slot": "2nd tuesday"}})
    year = plan(only, short, date(2026, 1, 1), date(2026, 12, 31))
    assert len(year.meetings) == 4
