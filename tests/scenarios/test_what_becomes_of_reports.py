"""What becomes of a report, as people meet it: agenda, outcome, sending on, at once, actions, packs."""

from collections.abc import Callable

from commands.definitions import read_definition
from tests.commands.business import RETURNS
from tests.offices import OURSHIRE
from tests.scenarios.language import Scenario

Opens = Callable[..., Scenario]


def opened(scenario: Opens) -> Scenario:
    return scenario(read_definition(OURSHIRE.read_text("utf-8") + RETURNS), at="2027-02-08 09:00", letters=True)


def test_something_is_raised_shown_sent_on_and_closed(scenario: Opens) -> None:
    office = opened(scenario)
    safeguarding, nurse, teacher = (
        office.as_(each) for each in ("Head of Safeguarding", "Designated Nurse", "Head Teacher")
    )
    director = office.as_("Director of Children's Services")
    safeguarding.says("report raise No figures come from the hospital with practice")
    safeguarding.sees("Raised 1", "It stands on the agenda of the Practice Group of Tuesday 16 February 2027")
    teacher.says("meeting show practice").sees("On its agenda", "Raised 1, by Policies Group: No figures come")
    office.as_("Police Duty Desk").says("meeting show practice").does_not_see("No figures come")
    office.as_("Police Duty Desk").says("report outcome 1 Nothing").sees("There is nothing raised under that number")
    teacher.says("report outcome 1 The hospital sends them").sees("This can be done by the business manager")
    nurse.says("report raised").sees("Raised 1, by Policies Group").presses("Send on: 1")
    nurse.sees("Raised 1 is sent on", "It stands on the agenda of the Executive of Tuesday 16 March 2027")
    director.says("report outcome 1").presses("Put it right").fills(outcome="The Chief Nurse has written to them")
    director.sees("Raised 1 is closed", "The Chief Nurse has written to them")
    nurse.says("report raised").sees("Nothing that you may see is open")
    director.says("undo").sees("Taken back")
    nurse.says("report raised").sees("Raised 1, by Policies Group, sent on by the Practice Group")


def test_the_chair_above_is_told_at_once_after_it_was_shown_who_that_is(scenario: Opens) -> None:
    office = opened(scenario)
    safeguarding = office.as_("Head of Safeguarding")
    safeguarding.says("report raise Nobody can be recruited with practice")
    safeguarding.says("report tell-now 1").sees(
        "This is what would change", "is told at once, which cannot be taken back"
    )
    safeguarding.presses("Tell them now").sees("Raised 1 is told at once", "who chairs the Executive, is told now")
    office.time_passes_to("2027-02-08 09:02")
    office.as_("Director of Children's Services").receives("For you at once: raised 1 by Policies Group", times=1)


def test_the_pack_is_looked_at_in_chat_and_mailed(scenario: Opens) -> None:
    office = opened(scenario)
    teacher = office.as_("Head Teacher")
    teacher.says("report pack practice").sees("Practice Group: pack for Tuesday 16 February 2027", "Nothing is raised.")
    teacher.presses("Send me the pack").sees("A personal link to it is on its way to your mail address")
    office.as_("Head of Safeguarding").says("report pack practice").sees("This pack is for those at the table")


def test_an_action_is_spoken_of_and_done(scenario: Opens) -> None:
    office = opened(scenario)
    manager, nurse = office.as_("Business Manager"), office.as_("Designated Nurse")
    manager.says("action add Write the protocol for Designated Nurse by 1 March").sees("Action 1 is entered")
    nurse.says("action say 1 Half of it is written").sees("Action 1: noted", "How it stands: Half of it is written")
    manager.says("action list").sees("how it stands: Half of it is written")
    nurse.says("action done 1 Parents hear the same from everybody").sees(
        "Action 1 is done", "What it changed: Parents hear the same from everybody"
    )
