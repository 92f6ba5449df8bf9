"""Who may, who is not known, what is never taken in: and that nobody mistakes this for a way to get help."""

from collections.abc import Callable

import pytest

from tests.scenarios.language import Scenario

Opens = Callable[..., Scenario]

NOT_THE_WAY = "This is not the way to get help for a child. If a child is in danger now, ring 999."
FRONT_DOOR = "Otherwise ring Ourshire front door on 01234 500500 (out of hours 01234 500999)."


def test_a_member_who_may_not_is_told_who_may(scenario: Opens) -> None:
    office = scenario("gloucestershire", at="2027-01-04 09:00")
    member = office.as_("CDOP Paediatrician")
    member.says("meeting next cdop").sees("Thursday 14 January 2027").may_press()
    member.says("meeting move cdop Thu 21 Jan")
    member.sees("Nothing has changed", "by the business manager, the chair or the vice chair")
    office.as_("CDOP Chair").says("meeting next cdop").sees("Thursday 14 January 2027")


def test_somebody_unknown_gets_help_and_nothing_else(scenario: Opens) -> None:
    office = scenario("ourshire", at="2027-01-04 09:00")
    stranger = office.as_("somebody@example.org")
    stranger.partnership = ""
    for line in ("meeting list", "people list", "me", "help", "action add Look in"):
        stranger.says(line).sees("We do not know you here", NOT_THE_WAY, FRONT_DOOR).does_not_see("Executive")


@pytest.mark.parametrize(
    "line",
    [
        "My child is in danger",
        "a baby is being hurt next door",
        "999",
        "action add a girl at our school says she is being abused",
        "help my son was hit by his father",
        "meeting move executive the child is not safe",
    ],
)
def test_whoever_writes_of_a_child_in_danger_is_told_to_ring(scenario: Opens, line: str) -> None:
    office = scenario("ourshire", at="2027-01-04 09:00")
    nurse = office.as_("Chief Nurse")
    nurse.says(line).sees("ring 999 now", FRONT_DOOR, "nothing of it has been kept")
    nurse.says("action list").sees("No action is open")


def test_work_about_children_in_general_is_not_taken_for_an_emergency(scenario: Opens) -> None:
    office = scenario("gloucestershire", at="2027-01-04 09:00")
    manager = office.as_("Business Manager")
    manager.says("action add Review the child abuse referrals guide for Chief Nurse").sees("Action 1 is entered")
    manager.says("meeting next Child Exploitation and Missing Subgroup").sees("Wednesday 20 January 2027")


def test_an_incident_is_refused_and_not_said_again(scenario: Opens) -> None:
    office = scenario("ourshire", at="2027-01-04 09:00")
    nurse = office.as_("Chief Nurse")
    nurse.says("incident Riverside School, aged seven, fracture")
    nurse.sees("ring 999", FRONT_DOOR, "ring the Business Manager").does_not_see("Riverside", "seven", "fracture")
    nurse.may_press()


@pytest.mark.parametrize(
    "line", ["report cdop", "audit mine", "poll date", "decision x", "return", "meeting attend exec"]
)
def test_words_that_come_later_say_what_to_do_until_then(scenario: Opens, line: str) -> None:
    office = scenario("ourshire", at="2027-01-04 09:00")
    office.as_("Chief Nurse").says(line).sees("not here yet", "comes with the work on", "Until then")


def test_an_unknown_word_is_met_with_the_nearest_one_and_is_not_said_again(scenario: Opens) -> None:
    office = scenario("ourshire", at="2027-01-04 09:00")
    nurse = office.as_("Chief Nurse")
    nurse.says("meting next").sees("Did you mean: meeting next?", NOT_THE_WAY, FRONT_DOOR)
    nurse.says("cancel executive").sees("Did you mean: meeting cancel?")
    nurse.says("Wintergreen House rota").sees("Write help", NOT_THE_WAY).does_not_see("Wintergreen")


@pytest.mark.parametrize(
    "line",
    [
        "meeting move executive — help",
        "meeting move —help",
        "Meeting Move -h",
        "help meeting move",
        "meeting move ?",
    ],
)
def test_help_is_the_same_however_it_is_asked_for(scenario: Opens, line: str) -> None:
    office = scenario("ourshire", at="2027-01-04 09:00")
    if "— help" in line:
        line = line.replace("— help", "help")
    office.as_("Chief Nurse").says(line).sees("Help: meeting move", "first shows what else moves", NOT_THE_WAY)


def test_pasted_and_typographic_characters_are_read_as_they_are_meant(scenario: Opens) -> None:
    office = scenario("ourshire", at="2027-01-04 09:00")
    chair = office.as_("Director of Children’s Services")
    chair.says("“meeting”\u00a0next\u00a0‘Executive’.").sees("Tuesday 16 March 2027")
    chair.says("/convenor action add “Write, then send: the plan” —for Director of Children’s Services\n—by 14 Jan.")
    chair.sees("Write, then send: the plan", "Director of Children's Services, by Thursday 14 January 2027")
    chair.says("MEETING MOVE executive Tue 23rd March 2027, 2.30pm").sees(
        "becomes Tuesday 23 March 2027", "14:00 becomes 14:30"
    )


def test_two_partnerships_in_one_place_are_told_apart(scenario: Opens) -> None:
    office = scenario("south-gloucestershire", "gloucestershire", at="2027-01-04 09:00")
    office.driver.start(
        "gloucestershire",
        "people.enter",
        {
            "name": "Business Manager",
            "email": "business-manager@south-gloucestershire.invalid",
            "post": "lado",
            "capacity": "deputy",
        },
    )
    manager = office.as_("Business Manager")
    manager.says("meeting next executive").sees("Which partnership is meant?").may_press("South Glos", "GSCP")
    manager.presses("South Glos").sees("Children's Partnership Executive", "Tuesday 9 March 2027")
    manager.says("meeting --in gscp next cdop").sees("Thursday 14 January 2027").may_press()
    manager.says("meeting next --in South Glos executive").sees("Children's Partnership Executive").presses("Confirm")
    manager.sees("Confirmed")
    manager.says("meeting next --in Somerset executive").sees('no post in a partnership called "Somerset"')
    office.as_("CDOP Chair", "gloucestershire").says("meeting next cdop").sees("Thursday 14 January 2027")


@pytest.mark.parametrize("line", ["report abuse of a child", "audit", "return", "poll", "decision"])
def test_a_word_that_comes_later_says_first_where_to_ring_about_a_child(scenario: Opens, line: str) -> None:
    office = scenario("gloucestershire", at="2027-01-04 09:00")
    office.as_("Business Manager").says(line).sees("999")
