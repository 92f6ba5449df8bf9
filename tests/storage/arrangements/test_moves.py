"""What a move breaks: worked by hand, with weekdays in the cells."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from storage.arrangements.calendars import england
from storage.arrangements.meetings import MOVED_ON_ITS_OWN, Known, Year
from storage.arrangements.moves import breaks, breaks_of_others, papers_gone
from storage.arrangements.partnership import Arrangements
from storage.arrangements.years import plan
from tests.builders import a_group, an_arrangement
from tests.storage.arrangements.test_years import SOG, TUESDAYS, day

CALENDAR = england(2018, 2041)
TODAY = day("Mon 4 Jan 2027")
QUARTERLY = {"kind": "yearly", "times": 4, "source": "004 App 1"}
EXECUTIVE = a_group("executive", QUARTERLY, papers={"days": 7})
TWO = an_arrangement([EXECUTIVE, a_group("sog", SOG)], {"executive": TUESDAYS})
"""The Executive meets on 9 March, 8 June, 14 September and 14 December 2027; SOG four weeks before."""

KEY = ("executive", "2026-4")


def year(arrangements: Arrangements, known: list[Known]) -> Year:
    return plan(arrangements, CALENDAR, day("Tue 1 Sep 2026"), day("Fri 31 Dec 2027"), known, TODAY)


def moved(
    arrangements: Arrangements, group: str, place: str, to: str, *others: Known
) -> tuple[Year, Year, tuple[str, str]]:
    """The year before and after somebody moves a meeting by hand; the others are on record as they are."""
    before = year(arrangements, list(others))
    known = Known(group, place, day(to), "confirmed", reason=MOVED_ON_ITS_OWN)
    return (
        before,
        year(arrangements, [*(o for o in others if (o.group, o.place) != (group, place)), known]),
        (
            group,
            place,
        ),
    )


def broken(arrangements: Arrangements, group: str, place: str, to: str, *others: Known) -> list[str]:
    return breaks(arrangements, *moved(arrangements, group, place, to, *others))


def test_a_move_that_the_rule_allows_breaks_nothing() -> None:
    assert broken(TWO, *KEY, "Tue 16 Mar 2027") == []
    assert breaks_of_others(TWO, *moved(TWO, *KEY, "Tue 16 Mar 2027"), TODAY) == []


@pytest.mark.parametrize(
    ("to", "says"),
    [
        ("Wed 31 Mar 2027", []),
        (
            "Thu 1 Apr 2027",
            [
                "This is later than meeting four times a year allows (latest Wednesday 31 March 2027).",
                "The Executive then meets twice between Thursday 1 April 2027 and Wednesday 30 June 2027: "
                "also on Tuesday 8 June 2027.",
            ],
        ),
        ("Mon 4 Jan 2027", []),
        (
            "Tue 15 Dec 2026",
            [
                "This is earlier than meeting four times a year allows (earliest Friday 1 January 2027).",
                "The Executive then meets twice between Thursday 1 October 2026 and Thursday 31 December 2026: "
                "also on Tuesday 8 December 2026.",
            ],
        ),
    ],
)
def test_its_part_of_the_year_is_what_four_times_a_year_allows(to: str, says: list[str]) -> None:
    assert broken(TWO, *KEY, to) == says


def test_another_meeting_of_the_group_on_that_day_is_said_and_a_cancelled_one_is_not() -> None:
    extra = Known("executive", "extra-1", day("Thu 18 Mar 2027"), "confirmed", extra=True)
    says = ["The Executive has another meeting on that day (extra-1, confirmed)."]
    assert broken(TWO, *KEY, "Thu 18 Mar 2027", extra) == says
    assert broken(TWO, *KEY, "Thu 18 Mar 2027", replace(extra, status="cancelled")) == []


def test_a_meeting_that_has_left_its_part_of_the_year_is_no_second_one_in_it() -> None:
    away = Known("executive", "2026-3", day("Tue 15 Jun 2027"), "confirmed", reason=MOVED_ON_ITS_OWN)
    said = " ".join(broken(TWO, *KEY, "Tue 15 Dec 2026", away))
    assert "earlier than meeting four times a year allows" in said
    assert "15 June" not in said


def test_a_meeting_that_passes_another_one_says_so() -> None:
    extra = Known("executive", "extra-1", day("Thu 18 Mar 2027"), "confirmed")
    assert broken(TWO, *KEY, "Tue 23 Mar 2027", extra) == ["It passes the Executive of Thursday 18 March 2027."]


@pytest.mark.parametrize(
    ("to", "distance"),
    [
        ("Tue 9 Feb 2027", ""),
        ("Tue 16 Feb 2027", "21 days before"),
        ("Tue 2 Feb 2027", "35 days before"),
        ("Mon 8 Mar 2027", "1 day before"),
        ("Tue 9 Mar 2027", "on the day of"),
        ("Thu 11 Mar 2027", "2 days after"),
    ],
)
def test_so_many_days_before_another_group_is_held_to_in_both_directions(to: str, distance: str) -> None:
    agreed = "our arrangements say 28 days before, which allows Tuesday 9 February 2027"
    says = [f"This is {distance} the Executive of Tuesday 9 March 2027; {agreed}."] if distance else []
    assert broken(TWO, "sog", "2026-4", to) == says


def test_a_follower_that_can_no_longer_keep_its_distance_is_named() -> None:
    says = breaks_of_others(TWO, *moved(TWO, *KEY, "Tue 19 Jan 2027"), TODAY)
    assert says == [
        "The Sog of Monday 4 January 2027 is 15 days before the Executive of Tuesday 19 January 2027; "
        "our arrangements say 28 days before, which allows Tuesday 22 December 2026."
    ]


def test_what_stood_outside_its_rule_before_the_move_is_not_held_against_it() -> None:
    early = Known("sog", "2027-1", day("Tue 20 Apr 2027"), "confirmed", reason=MOVED_ON_ITS_OWN)
    assert breaks_of_others(TWO, *moved(TWO, *KEY, "Tue 16 Mar 2027", early), TODAY) == []


def test_a_confirmed_meeting_that_would_come_too_long_after_the_moved_one_is_named() -> None:
    gap = {"kind": "gap", "months": 3}
    panel = an_arrangement([a_group("panel", gap)], {"panel": {"first": date(2027, 1, 12)}})
    first = Known("panel", "n1", day("Tue 12 Jan 2027"), "confirmed")
    second = Known("panel", "n2", day("Tue 6 Apr 2027"), "confirmed")
    third = Known("panel", "n3", day("Tue 29 Jun 2027"), "confirmed")
    to = moved(panel, "panel", "n2", "Tue 23 Mar 2027", first, second, third)
    assert breaks(panel, *to) == []
    assert breaks_of_others(panel, *to, TODAY) == [
        "The Panel of Tuesday 29 June 2027 is later than meeting with no more than 3 months between two meetings "
        "allows (latest Wednesday 23 June 2027)."
    ]
    says = breaks(panel, *moved(panel, "panel", "n2", "Wed 14 Apr 2027", first, second, third))
    assert says == [
        "This is later than meeting with no more than 3 months between two meetings allows "
        "(latest Monday 12 April 2027)."
    ]


def test_a_month_is_what_every_two_months_allows() -> None:
    policies = an_arrangement(
        [a_group("policies", {"kind": "months", "every": 2})],
        {"policies": {"first": date(2021, 1, 1), "slot": "2nd thursday"}},
    )
    assert broken(policies, "policies", "n37", "Thu 28 Jan 2027") == []
    assert broken(policies, "policies", "n38", "Thu 1 Apr 2027") == [
        "This is later than meeting every two months allows (latest Wednesday 31 March 2027)."
    ]
    assert broken(policies, "policies", "n38", "Thu 25 Feb 2027") == [
        "This is earlier than meeting every two months allows (earliest Monday 1 March 2027)."
    ]


def test_the_day_chosen_beside_another_group_is_named_as_chosen() -> None:
    beside: dict[str, Any] = {"kind": "beside", "group": "executive"}
    three = an_arrangement([EXECUTIVE, a_group("forum", beside)], {"executive": TUESDAYS, "forum": {"days": 7}})
    assert broken(three, "forum", "2026-4", "Wed 17 Mar 2027") == [
        "This is not on the day chosen beside the Executive (Tuesday 16 March 2027)."
    ]


def test_an_extra_meeting_has_no_rule_to_break() -> None:
    extra = Known("executive", "extra-1", day("Thu 18 Mar 2027"), "confirmed", extra=True)
    before = year(TWO, [extra])
    after = year(TWO, [replace(extra, date=day("Thu 25 Feb 2027"))])
    assert breaks(TWO, before, after, ("executive", "extra-1")) == ["It passes the Executive of Tuesday 9 March 2027."]


def test_a_papers_day_that_has_gone_by_is_said() -> None:
    _, after, key = moved(TWO, *KEY, "Tue 12 Jan 2027")
    assert papers_gone(after, key, day("Tue 5 Jan 2027")) == ""
    gone = papers_gone(after, key, day("Tue 5 Jan 2027") + timedelta(days=1))
    assert gone == "Its papers day has gone by already: Tuesday 5 January 2027."
    assert papers_gone(after, ("sog", "2026-4"), day("Fri 31 Dec 2027")) == "", "it has none"
