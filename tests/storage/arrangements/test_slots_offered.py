"""Which dates are offered, and which suits business best: worked by hand, with weekdays in the cells."""

from datetime import date, time
from typing import Any

import pytest

from storage.arrangements.calendars import england
from storage.arrangements.plannings import Closure
from storage.arrangements.quorums import Reading
from storage.arrangements.slots import Slot
from storage.arrangements.slots_offered import MOST, Busy, Fit, Search, best, looked_at, offered
from tests.storage.arrangements.test_years import day

CALENDAR = england(2026, 2028)
TEN, TWELVE = time(10), time(12)
NURSE, DOCTOR, POLICE = "nurse", "doctor", "police"


def search(**given: Any) -> Search:
    """The Executive of Tuesday 8 June 2027 in its part of the year, at ten for two hours, on second Tuesdays."""
    every = {
        "today": day("Fri 16 Apr 2027"),
        "first": day("Fri 30 Apr 2027"),
        "last": day("Wed 30 Jun 2027"),
        "starts": TEN,
        "minutes": 120,
        "people": frozenset({NURSE, DOCTOR}),
        "slots": (Slot.read("2nd tuesday"),),
        "near": day("Tue 8 Jun 2027"),
        "earliest": day("Thu 1 Apr 2027"),
        "latest": day("Wed 30 Jun 2027"),
    }
    return Search(**(every | given))


def busy(on: str, *people: str, starts: time | None = TEN, ends: time | None = TWELVE, name: str = "CDOP") -> Busy:
    return Busy(name, day(on), starts, ends, frozenset(people))


def days(found: Search, *others: Busy) -> list[str]:
    return [f"{each.day:%a %-d %b}" for each in offered(found, CALENDAR, others)]


def test_the_chosen_slot_of_another_month_comes_first_then_its_weekday_near_the_day_on_which_it_stands() -> None:
    assert days(search()) == ["Tue 11 May", "Tue 25 May", "Tue 1 Jun", "Tue 15 Jun", "Tue 22 Jun"]


def test_without_a_chosen_slot_the_weekday_on_which_it_stands_is_kept() -> None:
    assert days(search(slots=())) == ["Tue 18 May", "Tue 25 May", "Tue 1 Jun", "Tue 15 Jun", "Tue 22 Jun"]


def test_a_new_meeting_without_anything_chosen_is_offered_as_soon_as_can_be() -> None:
    free = search(slots=(), near=None, earliest=None, latest=None)
    assert days(free) == ["Fri 30 Apr", "Tue 4 May", "Wed 5 May", "Thu 6 May", "Fri 7 May"]  # Mon 3 May: bank holiday


def test_days_on_which_nobody_works_are_never_offered() -> None:
    closed = CALENDAR.with_closures([Closure.model_validate({"from": date(2027, 6, 15), "until": date(2027, 6, 15)})])
    mondays = search(slots=(Slot.read("last monday"),), near=day("Tue 8 Jun 2027"))
    assert "Mon 31 May" not in days(mondays)
    assert [each.day for each in offered(search(), closed, [])].count(date(2027, 6, 15)) == 0


@pytest.mark.parametrize(
    ("starts", "ends", "people", "avoided"),
    [
        (TEN, TWELVE, [NURSE], True),
        (time(11, 59), time(13), [NURSE, POLICE], True),
        (TWELVE, time(14), [NURSE], False),  # one after the other
        (time(8), TEN, [NURSE], False),
        (None, None, [DOCTOR], True),  # its hours are not known
        (TEN, TWELVE, [POLICE], False),  # other people
    ],
)
def test_nobody_is_asked_to_be_in_two_places(
    starts: time | None, ends: time | None, people: list[str], avoided: bool
) -> None:
    other = busy("Tue 15 Jun 2027", *people, starts=starts, ends=ends)
    assert ("Tue 15 Jun" not in days(search(), other)) is avoided
    said = looked_at(search(), [other], day("Tue 15 Jun 2027"), TEN).against
    assert said == (("the CDOP meets then too, with 1 person of this group",) if avoided else ())


def test_how_many_would_be_in_two_places_is_said() -> None:
    other = busy("Tue 15 Jun 2027", NURSE, DOCTOR, POLICE)
    found = looked_at(search(), [other], day("Tue 15 Jun 2027"), TEN)
    assert (found.ends, found.against) == (TWELVE, ("the CDOP meets then too, with 2 people of this group",))


def test_days_outside_the_rule_are_offered_only_where_it_leaves_no_choice_and_are_said_to_be() -> None:
    late = search(first=day("Tue 29 Jun 2027"), last=day("Fri 30 Jul 2027"))
    found = {f"{each.day:%a %-d %b}": each.against for each in offered(late, CALENDAR, [])}
    assert len(found) == MOST
    assert found["Tue 29 Jun"] == ()
    assert found["Tue 13 Jul"] == ("later than our arrangements allow (latest Wednesday 30 June 2027)",)
    enough = search(first=day("Mon 28 Jun 2027"), last=day("Fri 30 Jul 2027"))
    assert days(enough) == ["Mon 28 Jun", "Tue 29 Jun", "Wed 30 Jun"]


def test_a_group_that_would_have_to_meet_in_the_past_is_named_and_such_days_come_last() -> None:
    following = search(ahead=(("Senior Officers Group", 28),))
    assert days(following)[0] == "Tue 18 May"  # 28 days before 11 May is 13 April
    said = looked_at(following, [], day("Tue 11 May 2027"), TEN).against
    assert said == ("the Senior Officers Group, 28 days before it, would lie in the past",)
    assert looked_at(following, [], day("Tue 18 May 2027"), TEN).against == ()


def reading(here: int, needed: int | None = 3) -> Reading:
    return Reading(deputies=False, vacancies=False, here=here, base=4, needed=needed)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (Fit("b", (reading(3),), deciding=3), Fit("a", (reading(2),), deciding=2, others=9)),
        (Fit("b", (reading(3),), deciding=2), Fit("a", (reading(3), reading(2)), deciding=4)),  # in every reading
        (Fit("b", (reading(3), reading(2)), deciding=1), Fit("a", (reading(2),), deciding=2)),
        (Fit("b", deciding=2), Fit("a", deciding=1, others=5)),  # no rule: who decides counts first
        (Fit("b", deciding=2, leads=True), Fit("a", deciding=2, gladly=2, others=5)),
        (Fit("b", deciding=2, gladly=2), Fit("a", deciding=2, gladly=1)),
        (Fit("b", deciding=2, others=1), Fit("a", deciding=2, others=0)),
        (Fit("b", deciding=2), Fit("a", deciding=2, against=1)),
        (Fit("a", deciding=2), Fit("b", deciding=2)),  # the earlier
        (Fit("b", (reading(1, None),), deciding=2), Fit("a", (reading(1),), deciding=3)),
    ],
)
def test_the_best_slot_is_where_business_can_be_done(better: Fit, worse: Fit) -> None:
    assert best([worse, better]) == best([better, worse]) == better


def test_where_nobody_can_come_no_slot_is_best() -> None:
    assert best([Fit("a"), Fit("b", leads=True)]) is None
