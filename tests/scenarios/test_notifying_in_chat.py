"""A nurse notifies in chat: the form by door, what is wrong said beside it, and nothing about a child anywhere else."""

from collections.abc import Callable

from tests.scenarios.language import Scenario

Opens = Callable[..., Scenario]

FILLED = {
    "ticked": "understood",
    "kind": "serious-harm",
    "aware": "12 Jan 2027",
    "aware_hour": "16:00",
    "area": "own",
    "children": "1",
    "flags": "looked-after,nhs-wales",
    "ring_who": "Designated Doctor on call",
    "ring_number": "01234 500777",
}
CANARY = "Canarywing"


def test_a_nurse_fills_in_the_form_and_hears_that_the_partners_are_told(scenario: Opens) -> None:
    office = scenario("ourshire", at="2027-01-13 11:00")
    nurse = office.as_("Head Teacher")
    nurse.says("notify").sees("ring 999", "for no words about the case").presses("Open the form")
    nurse.sees("This is not the way to get help for a child").fills(**FILLED)
    nurse.sees("received, CASE-1", "The partners are told.").does_not_see("500777", "Chief Nurse")


def test_what_is_wrong_is_said_beside_its_blank_and_only_there(scenario: Opens) -> None:
    office = scenario("ourshire", at="2027-01-13 11:00")
    nurse = office.as_("Head Teacher")
    nurse.says(f"notify {CANARY}").does_not_see(CANARY).presses("Open the form")
    nurse.fills(**FILLED | {"aware": "14 Jan 2027", "authority_reference": CANARY, "children": "5"})
    nurse.sees("This lies ahead.", "This is no case reference.", "second notification")
    nurse.fills(aware="12 Jan 2027", authority_reference="LS-31", children="4").sees("received, CASE-1")
    nurse.does_not_see(CANARY)
    nurse.receives_nothing(CANARY)


def test_somebody_told_of_in_a_blank_as_being_hurt_is_met_with_where_to_ring(scenario: Opens) -> None:
    office = scenario("ourshire", at="2027-01-13 11:00")
    nurse = office.as_("Head Teacher")
    nurse.says("notify").presses("Open the form").fills(**FILLED | {"ring_who": "my child is being hurt"})
    nurse.sees("ring 999 now", "nothing of it has been kept").does_not_see("hurt")
