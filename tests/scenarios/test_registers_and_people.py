"""Actions, cover, pausing: who owes what, and where it goes meanwhile."""

from collections.abc import Callable

from tests.scenarios.language import Scenario

Opens = Callable[..., Scenario]


def test_an_action_is_entered_chased_done_and_opened_again(scenario: Opens) -> None:
    office = scenario("gloucestershire", at="2027-01-04 09:00")
    manager, nurse = office.as_("Business Manager"), office.as_("chief-nurse")
    manager.says("action add Write the protocol for safe sleeping for Chief Nurse by Thu 14 Jan")
    manager.sees(
        "Action 1 is entered", "Write the protocol for safe sleeping", "Chief Nurse, by Thursday 14 January 2027"
    )
    manager.says("action list").sees("1. Write the protocol for safe sleeping (Chief Nurse, Thu 14 Jan 2027)")
    nurse.says("me").sees("Thu 14 Jan 2027: action 1, Write the protocol for safe sleeping")
    office.time_passes_to("2027-01-14 12:00")
    nurse.receives("Write the protocol", times=2)
    nurse.says("action done 1").sees("Action 1 is done").presses("Undo").sees("Taken back: closing action 1")
    nurse.says("action list").sees("1. Write the protocol")
    nurse.says("action done #1").sees("Action 1 is done")
    office.time_passes_to("2027-01-21 12:00")
    nurse.receives_nothing("Write the protocol", on="2027-01-15")
    nurse.says("action done 1").sees("Action 1 is done already")
    nurse.says("action done 7").sees("no action with that number")


def test_registers_and_milestones_are_listed_and_recorded(scenario: Opens) -> None:
    office = scenario("gloucestershire", at="2027-01-04 09:00")
    manager = office.as_("Business Manager")
    manager.says("register list").sees("kept by the Safeguarding Business Manager", "vision-ends")
    manager.says("register done vision-ends").sees("Recorded as done")
    manager.says("register list").does_not_see("vision-ends")


def test_all_that_is_owed_goes_to_whoever_covers_and_comes_back(scenario: Opens) -> None:
    office = scenario("gloucestershire", at="2027-01-04 09:00")
    manager, secretary = office.as_("Business Manager"), office.as_("CDOP Administrator")
    cover = office.as_("ssu-senior-administrator")
    manager.says("people cover CDOP Administrator by ssu-senior-administrator from today until Thu 7 January")
    manager.sees("Covered", "Senior Administrator, Safeguarding Support Unit covers the Child Death Review CDOP")
    cover.says("me").sees("Child Death Review CDOP Administrator, covering until Thu 7 Jan 2027", "papers of the Child")
    secretary.says("me").sees("covered by Senior Administrator", "What you owe until Monday 18 January 2027 - nothing")
    office.time_passes_to("2027-01-07 12:00")
    cover.receives("Papers for the Child Death Overview Panel", times=2)
    secretary.receives_nothing("Papers for the Child Death Overview Panel")
    cover.says("meeting papers cdop").sees("Papers are out")
    office.time_passes_to("2027-01-29 12:00")
    secretary.receives("Minutes of the Child Death Overview Panel", on="2027-01-28")
    cover.receives_nothing("Minutes of the Child Death Overview Panel")


def test_pausing_stops_all_reminders_and_resuming_goes_on(scenario: Opens) -> None:
    office = scenario("gloucestershire", at="2027-01-04 09:00")
    manager, secretary = office.as_("Business Manager"), office.as_("CDOP Administrator")
    manager.says("pause").sees("Paused").may_press("Resume")
    office.time_passes_to("2027-01-07 12:00")
    secretary.receives_nothing("Papers for the Child Death Overview Panel")
    manager.says("pause").sees("It was paused at 09:00 on Monday 4 January 2027")
    manager.says("resume").sees("Resumed")
    office.time_passes_to("2027-01-08 09:00")
    secretary.receives("Papers for the Child Death Overview Panel")
    manager.says("resume").sees("Nothing is paused")


def test_people_are_found_by_post_name_and_group(scenario: Opens) -> None:
    office = scenario("gloucestershire", at="2027-01-04 09:00")
    manager = office.as_("Business Manager")
    manager.says("people whois executive nurse").sees("Chief Nurse")
    manager.says("people list resolution").sees("Designated Safeguarding Lead", "Detective Chief Inspector, PPB")
    manager.says("people whois nobody at all").sees("Nothing has changed", "no person or post called")
    manager.says("people import people.csv").sees("convenor people import FILE.csv")


def test_the_business_manager_reads_the_digest_and_others_are_told_whose_it_is(scenario: Opens) -> None:
    office = scenario("gloucestershire", at="2027-01-04 09:00")
    manager, chair = office.as_("Business Manager"), office.as_("CDOP Chair")
    manager.says("digest").sees(
        "the week from Monday 4 January 2027",
        "Thu 7 Jan 2027: papers of the Child Death Overview Panel",
        "is not confirmed",
    )
    chair.says("digest").sees("This can be done by the business manager")
    chair.says("setup").sees("What is open", "The front door's telephone number is not set")
    chair.says("about").sees("Gloucestershire Safeguarding Children Partnership", "version 1")
