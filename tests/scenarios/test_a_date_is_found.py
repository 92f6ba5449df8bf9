"""South Gloucestershire's Executive looks for a date, and the Senior Officers Group moves with it.

The group meets 28 days before the Executive. On Thursday 8 April 2027 the Executive stands on Tuesday 8 June and the
group on Tuesday 11 May, both confirmed. The Executive is found on Tuesday 22 June; 28 days before it is Tuesday 25 May.
"""

from collections.abc import Callable

import pytest

from commands.definitions import Definition, load
from tests.offices import a_definition
from tests.scenarios.language import Scenario

Opens = Callable[..., Scenario]

MANAGER, CHAIR = "business-manager", "executive-chair"
COUNCIL, NHS, POLICE = "director-cah", "director-of-nursing", "area-commander"
COMPLEX = "bs-complex-chair"

EXECUTIVE, SOG = "Children's Partnership Executive", "Senior Officers Group"
OFFERED = ("Tuesday 18 May 2027", "Tuesday 25 May 2027", "Tuesday 1 June 2027", "Tuesday 15 June 2027")
FOUND, SOG_FOUND = "Tuesday 22 June 2027", "Tuesday 25 May 2027"


@pytest.mark.slow
@pytest.mark.ids("CYC-SGLOS-SOG", "AMB-SGLOS-4WEEKS", "GRP-SGLOS-EXEC-DECIDERS", "POLL-SGLOS-QUORUM")
def test_a_date_poll_moves_the_executive_and_the_group_that_meets_four_weeks_before_it(scenario: Opens) -> None:
    office = scenario(without_incidents(), at="2027-04-08 09:00")
    both_are_confirmed(office)
    a_date_is_asked_for(office)
    each_seat_says_when_it_can(office)
    the_chair_is_asked_to_choose(office)
    the_date_is_taken_and_what_follows_it_moves(office)
    everybody_is_told(office)


def without_incidents() -> Definition:
    """The partnership; incidents are another story."""
    found = load("south-gloucestershire").arrangements
    planning = found.planning.model_copy(update={"attendance_days": 0})
    return a_definition(found.model_copy(update={"pathways": (), "planning": planning}))


def both_are_confirmed(office: Scenario) -> None:
    manager = office.as_(MANAGER)
    manager.says("meeting confirm sog").sees("Tuesday 11 May 2027")
    manager.says("meeting confirm executive").sees("Tuesday 8 June 2027")


def a_date_is_asked_for(office: Scenario) -> None:
    manager = office.as_(MANAGER)
    manager.says("poll date executive until 12 April").sees(
        "This is what would change", *OFFERED, FOUND, "Nothing has changed yet"
    )
    manager.sees("Answers are asked for until: Monday 12 April 2027", "Outlook was not seen")
    manager.presses("Ask them").sees("Asked: A date for the Children's Partnership Executive")
    manager.says("poll date executive").sees("A date for it is looked for already")
    office.time_passes_to("2027-04-08 09:05")
    for post in (CHAIR, COUNCIL, NHS, POLICE):
        office.as_(post).receives("when can you come?", *OFFERED, FOUND, times=1)
    office.as_("cabinet-member").receives_nothing("when can you come?")


def each_seat_says_when_it_can(office: Scenario) -> None:
    council = office.as_(COUNCIL).says("poll answer executive").presses("Say when I can")
    council.fills(s1="Yes", s2="Yes", s3="No", s4="No", s5="If need be").sees(
        "Tuesday 22 June 2027, 10:00 to 12:00: if"
    )
    nhs = office.as_(NHS).says("poll answer executive").presses("Say when I can")
    nhs.fills(s1="Yes", s2="No", s3="Yes", s4="No", s5="Yes").sees("You can change it until a date is taken")
    office.as_(CHAIR).says("poll answer executive all").sees("Your answer")
    office.as_(COMPLEX).says("poll answer executive all").sees("This can be done by")
    manager = office.as_(MANAGER).says("poll told executive Area Commander for South Gloucestershire")
    manager.presses("Say when I can").fills(s1="No", s2="Yes", s3="Yes", s4="No", s5="Yes").sees("as told")
    manager.says("poll dates executive").sees("4 of 5 have answered", "3 of 3 who decide and 1 of 2 others can come")


def the_chair_is_asked_to_choose(office: Scenario) -> None:
    office.time_passes_to("2027-04-12 17:05")
    office.as_("strategic-safeguarding-manager").receives("please say by Monday 12 April 2027", on="2027-04-09")
    office.as_(COUNCIL).receives_nothing("please say by Monday 12 April 2027")
    best = f"Business can be done best on {FOUND}, 10:00 to 12:00"
    office.as_(CHAIR).receives("please choose", best, "No answer yet: Strategic Safeguarding Manager", on="2027-04-12")
    office.as_(CHAIR).receives("4 of 5 have answered", times=2)  # the message that is kept true is one of them


def the_date_is_taken_and_what_follows_it_moves(office: Scenario) -> None:
    office.as_(POLICE).says("poll confirm executive 22 June").sees("This can be done by the business manager")
    chair = office.as_(CHAIR).says("poll dates executive").presses("Take Tue 22 Jun 2027, 10:00")
    chair.sees(
        f"{EXECUTIVE} (2027-1): Tuesday 8 June 2027 becomes {FOUND}",
        f"{SOG} (2027-1): Tuesday 11 May 2027 becomes {SOG_FOUND}",
        "Nothing has changed yet",
    )
    chair.presses("Take this date").sees("The date is found", FOUND)
    office.as_(MANAGER).says("meeting show sog 2027-1").sees(SOG_FOUND, "confirmed")
    office.as_(COUNCIL).says("poll answer executive all").sees("No date poll of that group is open")


def everybody_is_told(office: Scenario) -> None:
    office.time_passes_to("2027-04-13 07:30")
    for post in (COUNCIL, NHS, POLICE):
        office.as_(post).receives(f"{EXECUTIVE} has moved to {FOUND}", times=1).has_in_calendar(EXECUTIVE, "2027-06-22")
        office.as_(post).receives_nothing("You had not said")
    office.as_("strategic-safeguarding-manager").receives(f"the date is {FOUND}", "You had not said", times=1)
    office.as_(COMPLEX).receives(f"{SOG} has moved to {SOG_FOUND}", times=1).has_in_calendar(SOG, "2027-05-25")
