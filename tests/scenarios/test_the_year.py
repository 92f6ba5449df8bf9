"""A business manager plans, confirms, moves and cancels; everything that hangs on a date follows it."""

from collections.abc import Callable

import pytest

from tests.scenarios.language import Scenario

Opens = Callable[..., Scenario]


@pytest.mark.ids("CYC-SGLOS-EXEC", "CYC-SGLOS-SOG")
def test_the_executive_is_moved_twice_and_cancelled_and_the_senior_officers_group_follows(long_scenario: Opens) -> None:
    office = long_scenario("south-gloucestershire", at="2027-01-04 09:00")
    manager = office.as_("Business Manager")
    manager.says("meeting plan 2026").sees("Tue 9 Mar 2027 Children's Partnership Executive (2026-4), planned")
    manager.says("meeting confirm executive").sees("Tuesday 9 March 2027", "Everybody at the table is told")
    manager.says("meeting confirm SOG").sees("Senior Officers Group of Tuesday 9 February 2027")
    office.time_passes_to("2027-01-04 09:05")
    officer = office.as_("bs-life-chair")
    officer.receives("Senior Officers Group", "9 February 2027", times=1)

    manager.says("meeting move executive Tue 16 March")
    manager.sees(
        "This is what would change",
        "Executive (2026-4): Tuesday 9 March 2027 becomes Tuesday 16 March 2027",
        "Senior Officers Group (2026-4): Tuesday 9 February 2027 becomes Tuesday 16 February 2027",
        "Nothing has changed yet",
    )
    manager.may_press("Confirm move", "Leave it").presses("Leave it").sees("Nothing has changed")
    manager.says("meeting next sog").sees("Tuesday 9 February 2027")
    manager.says("meeting move executive Tue 16 March").presses("Confirm move").sees("Moved")
    manager.says("meeting next sog").sees("Tuesday 16 February 2027")
    office.time_passes_to("2027-01-04 09:10")
    officer.receives("Senior Officers Group", "16 February 2027", times=1)

    manager.says("meeting next executive").presses("Move").fills(day="23/3/2027")
    manager.sees("becomes Tuesday 23 March 2027", "becomes Tuesday 23 February 2027").presses("Confirm move")
    office.time_passes_to("2027-01-04 09:15")
    partner = office.as_("executive-chair")
    partner.has_in_calendar("Children's Partnership Executive", "2027-03-23")
    officer.has_in_calendar("Senior Officers Group", "2027-02-23")

    office.time_passes_to("2027-02-15 12:00")
    officer.receives_nothing("tomorrow", "Senior Officers Group")
    office.time_passes_to("2027-02-22 12:00")
    officer.receives("Senior Officers Group", "Tuesday 23 February 2027", on="2027-02-22", times=1)

    manager.says("meeting cancel executive because the partners asked for it").presses("Confirm cancellation")
    manager.sees("Cancelled", "Children's Partnership Executive (2026-4)", "Senior Officers Group (2026-4)")
    office.time_passes_to("2027-03-31 12:00")
    officer.receives_nothing("Executive", on="2027-03-22")
    officer.receives("Senior Officers Group", "cancelled", times=1)
    office.as_("Area Commander for South Gloucestershire").receives_nothing("tomorrow")
    partner.has_in_calendar("Children's Partnership Executive")
    officer.has_in_calendar("Senior Officers Group")


@pytest.mark.long
def test_an_extra_meeting_is_called_and_the_series_is_not_shifted(scenario: Opens) -> None:
    office = scenario("gloucestershire", at="2027-01-04 09:00")
    chair = office.as_("CDOP Chair")
    chair.says("meeting list cdop").sees("Thu 14 Jan 2027", "Thu 11 Mar 2027")
    chair.says("meeting extra CDOP Thu 28 Jan 2pm").sees("Thursday 28 January 2027", "does not shift the others")
    chair.says("meeting list cdop").sees(
        "Thu 14 Jan 2027", "Thu 28 Jan 2027, 14:00", "Thu 11 Mar 2027", "Thu 13 May 2027"
    )
    office.time_passes_to("2027-01-27 09:00")
    office.as_("CDOP Paediatrician").receives("Thursday 28 January 2027", on="2027-01-27")


@pytest.mark.long
def test_papers_and_minutes_are_chased_until_they_are_recorded(scenario: Opens) -> None:
    office = scenario("gloucestershire", at="2026-12-18 09:00")
    secretary = office.as_("CDOP Administrator")
    office.as_("CDOP Chair").says("meeting confirm cdop 14 Jan").sees("Confirmed")
    office.time_passes_to("2027-01-06 09:00")
    secretary.receives("Papers for the", "Child Death Overview Panel", on="2027-01-06", times=1)
    secretary.says("meeting papers cdop").sees("Papers are out")
    office.time_passes_to("2027-01-08 09:00")
    secretary.receives_nothing("Papers", on="2027-01-07")

    office.time_passes_to("2027-01-29 09:00")
    secretary.receives("Minutes", "Child Death Overview Panel", on="2027-01-29")
    secretary.says("me").sees("Child Death Review CDOP Administrator")
    secretary.says("meeting minutes cdop on Thu 28 Jan").sees("Minutes are out", "Thursday 14 January 2027")
    office.time_passes_to("2027-02-05 09:00")
    secretary.receives_nothing("Minutes", on="2027-02-01")
    secretary.says("meeting show cdop 14 Jan").sees("went out on Thursday 28 January 2027")


def test_the_note_of_the_day_holds_each_thing_once(scenario: Opens) -> None:
    office = scenario("gloucestershire", at="2027-01-04 07:30")
    secretary = office.as_("CDOP Administrator")
    office.time_passes_to("2027-01-06 07:30")
    secretary.says("note").sees("Child Death Overview Panel")
    office.time_passes_to("2027-01-06 12:00")
    secretary.receives("Papers for the Child Death Overview Panel", on="2027-01-06", times=1)
    office.as_("Independent Scrutineer").says("note").sees("Nothing is asked of you today")


def test_a_wrong_press_is_undone_and_a_double_press_counts_once(scenario: Opens) -> None:
    office = scenario("gloucestershire", at="2027-01-04 09:00")
    chair = office.as_("CDOP Chair")
    chair.says("meeting next cdop").presses("Confirm").sees("Confirmed").may_press("Undo")
    chair.presses_again("Confirm").sees("Confirmed").does_not_see("already")
    office.time_passes_to("2027-01-04 09:30")
    office.as_("CDOP Paediatrician").receives("14 January 2027", "The date is confirmed", times=1)
    chair.says("undo").sees("Taken back", "confirming the Child Death Overview Panel")
    chair.says("meeting next cdop").sees("Status: planned")
    chair.says("undo").sees("nothing of yours to take back")


def test_a_form_that_will_not_do_comes_back_filled_in(scenario: Opens) -> None:
    office = scenario("gloucestershire", at="2027-01-04 09:00")
    chair = office.as_("CDOP Chair")
    chair.says("meeting next cdop").presses("Move").fills(day="Fri 21 Jan", starts="25:00")
    chair.sees("21 January 2027 is a Thursday, not a Friday", '"25:00" is no hour')
    chair.fills(day="16/1/2027", starts="10.30").sees("is no working day: Saturday", "Monday 18 January 2027")
    chair.fills(day="18 Jan").sees("becomes Monday 18 January 2027", "09:30 becomes 10:30").presses("Confirm move")
    chair.says("meeting next cdop").sees("Monday 18 January 2027, 10:30 to 13:30")


def test_a_typed_mistake_is_put_right_in_a_form_and_nothing_is_lost(scenario: Opens) -> None:
    office = scenario("gloucestershire", at="2027-01-04 09:00")
    manager = office.as_("Business Manager")
    manager.says("action add Write the protocol for the nurses by 32 January")
    manager.sees("Write the protocol", "Nothing has changed")
    manager.presses("Put it right").fills(owner="Designated Nurse Safeguarding Children", due="29 January")
    manager.sees("Action 1 is entered", "Write the protocol", "Friday 29 January 2027")
