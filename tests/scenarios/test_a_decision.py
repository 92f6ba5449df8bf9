"""Decisions: consensus is sought, dissent named; it goes on only where the arrangements say; or between meetings.

South Gloucestershire's three partners find no consensus, and the chief executives and the chief constable are asked, as
the document says. In the region the Executive recommends. Gloucestershire's Policies and Procedures Subgroup decides
between its two meetings of the year and ratifies on the next agenda.
"""

from collections.abc import Callable

import pytest

from tests.scenarios.language import Scenario

Opens = Callable[..., Scenario]

MANAGER = "business-manager"
PLAN = "We adopt the priorities of 2027 with one more family worker in each locality"
REASON = "The Constabulary has no money for it before April"


@pytest.mark.ids("POLL-SGLOS-EXEC", "PATH-SGLOS-ESC")
def test_three_partners_find_no_consensus_and_it_goes_where_the_document_says(scenario: Opens) -> None:
    office = scenario("south-gloucestershire", at="2027-03-01 09:00")
    manager = office.as_(MANAGER)
    manager.says(f"decision open executive by 5 March: {PLAN}")
    manager.sees("This is what would change", "Our arrangements ask for consensus (000 §5 Executive)")
    manager.sees("17:00 on Friday 5 March 2027", "Nothing has changed yet.")
    manager.presses("Ask them now").sees("Asked: Decision 1 of the Children's Partnership Executive")
    office.wait_until(lambda: bool(office.driver.messages("south-gloucestershire", "area-commander")))

    police = office.as_("area-commander").receives("Your decision is asked for by 17:00", PLAN, times=1)
    office.as_("strategic-safeguarding-manager").receives_nothing("Your decision is asked for")
    for partner in ("director-cah", "director-of-nursing"):
        office.as_(partner).says("decision show executive 1").presses("Agree").sees("Your answer counts")
    police.says("decision answer executive 1 disagree").sees("This is needed.")
    police.says("decision show executive 1").presses("Disagree").fills(because=REASON)
    police.sees("The Area Commander for South Gloucestershire disagrees", REASON)
    office.time_passes_to("2027-03-01 09:10")
    manager.receives("2 agree, 1 disagrees", REASON, times=1)
    office.as_("cabinet-member").says("decision list").sees("No decision is open that you may see")

    office.time_passes_to("2027-03-05 17:05")
    for partner in ("director-cah", "director-of-nursing", "area-commander"):
        office.as_(partner).receives("Not agreed: Decision 1", f"disagrees, because: {REASON}", times=1)
    manager.receives("it may go to the Chief Executive, South Gloucestershire Council; the Chief Executive, BNSSG")
    office.time_passes_to("2027-03-08 09:30")
    manager.says("decision send-on executive 1").sees("They describe no vote and name no further step.")
    manager.presses("Ask them now").sees("Sent on: Decision 1")

    chiefs = ("chief-executive-council", "chief-executive-ccg", "chief-constable")
    office.time_passes_to("2027-03-08 09:40")
    for chief in chiefs:
        office.as_(chief).receives("Decision 2, sent on by the Children's Partnership Executive", REASON, times=1)
        office.as_(chief).says("decision answer executive 2 agree").sees("Your answer counts")
    manager.says("decision close executive 2").sees("It is agreed: of 3 seats, 3 agree.")
    manager.presses("Close it").sees("Agreed: Decision 2, sent on")
    office.time_passes_to("2027-03-08 09:50")
    for post in ("area-commander", "chief-constable"):
        office.as_(post).receives("Agreed: Decision 2, sent on by the Children's Partnership Executive", times=1)
    police.says("decision show executive 1").sees("Not agreed", "as decision 2", "The record is as it was sealed.")


@pytest.mark.ids("GRP-ASSSP-EXEC-POWER")
def test_in_the_region_the_executive_only_recommends(scenario: Opens) -> None:
    office = scenario("avon-and-somerset", at="2027-03-01 09:00")
    manager = office.as_(MANAGER)
    manager.says("decision open executive We use one form for return interviews.")
    manager.sees("What is agreed here is a recommendation. It recommends to its member organisations").presses(
        "Ask them now"
    )
    office.time_passes_to("2027-03-01 09:10")
    police = office.as_("police-representative").receives("Your recommendation is asked for", times=1)
    police.says("decision answer executive 1 agree").sees("Your answer counts")
    office.time_passes_to("2027-03-08 17:05")
    police.receives("Not settled: Decision 1", "Nobody disagrees.")
    manager.says("decision show executive 1").does_not_see("It is agreed", "It is recommended")


@pytest.mark.ids("POLL-GLOS-VIRTUAL", "POLL-GLOS-POLAGREE")
def test_a_subgroup_decides_between_its_meetings_and_ratifies_on_its_next_agenda(scenario: Opens) -> None:
    office = scenario("gloucestershire", at="2027-05-05 09:00")
    manager = office.as_(MANAGER)
    manager.says("decision open policies by 7 May: We adopt the revised policy on return interviews")
    manager.sees("This group may decide between its meetings (004 App 8 §4)").presses("Ask them now")
    for post in ("policies-ccg", "policies-social-care", "policies-police", MANAGER):
        office.as_(post).says("decision answer policies 1 agree").sees("Your answer counts")
    office.time_passes_to("2027-05-07 17:05")
    office.as_("policies-police").receives("Agreed: Decision 1", "It stands on the next agenda", "to be ratified")
    line = "Decision 1, agreed on Friday 7 May 2027, to be ratified (4 agree): We adopt the revised policy"
    office.as_("policies-ccg").says("meeting show policies").sees("On its agenda:", line)
    manager.says("decision ratify policies 1").sees("has not met since it was closed", "Tuesday 11 May 2027")
    office.time_passes_to("2027-05-11 16:30")
    manager.receives("Brief for the chair: Policies and Procedures Subgroup", "Decision 1, agreed", times=1)
    manager.says("decision ratify policies 1").sees("Ratified: Decision 1")
    manager.says("meeting show policies 2027-1").does_not_see("Decision 1")
    office.as_("policies-police").says("decision show policies 1").sees(
        "It was ratified at the meeting of Tuesday 11 May 2027.", "The record is as it was sealed."
    )
