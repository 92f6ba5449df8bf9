"""Who may, who is not known, what is never taken in: and that nobody mistakes this for a way to get help."""

from collections.abc import Callable

import pytest

from tests.scenarios.language import Scenario, plain

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


def test_whoever_writes_of_a_child_in_danger_is_told_to_ring(scenario: Opens) -> None:
    office = scenario("ourshire", at="2027-01-04 09:00")
    for line in [
        "My child is in danger",
        "a baby is being hurt next door",
        "999",
        "action add a girl at our school says she is being abused",
        "help my son was hit by his father",
        "meeting move executive the child is not safe",
        "meeting cancel executive because the child was hurt",
        "help my child is crying and alone",
        "Help! please help me: my niece will not come home",
        "help 999",
        "/convenor my baby will not wake up",
        "I am worried about my little boy",
        "the girl next door says she is alone at night",
        "people are hurting my baby",
        "my child help",
    ]:
        nurse = office.as_("Chief Nurse")
        nurse.says(line).sees("ring 999 now", FRONT_DOOR, "nothing of it has been kept")
        nurse.says("action list").sees("No action is open")


def test_work_about_children_in_general_is_not_taken_for_an_emergency(scenario: Opens) -> None:
    office = scenario("gloucestershire", at="2027-01-04 09:00")
    manager = office.as_("Business Manager")
    manager.says("action add Review the child abuse referrals guide for Chief Nurse").sees("Action 1 is entered")
    manager.says("meeting next Child Exploitation and Missing Subgroup").sees("Wednesday 20 January 2027")
    manager.says("our child protection conference").sees("That is no word I know").does_not_see("ring 999 now")


def test_what_is_filled_into_a_form_is_met_as_a_line_is_and_not_said_again(scenario: Opens) -> None:
    office = scenario("ourshire", at="2027-01-04 09:00")
    for what in ["The child is being hurt at home", "my daughter told me she was raped"]:
        manager = office.as_("Business Manager")
        manager.says("action add").presses("Fill in a form").fills(title=what, owner="no such post", due="never")
        manager.sees("ring 999 now", FRONT_DOOR, "nothing of it has been kept").does_not_see("hurt", "raped", "no post")
        manager.says("meeting cancel executive").presses("Leave it")
        manager.says("meeting cancel").presses("Fill in a form").fills(group="executive", because=what)
        manager.sees("ring 999 now").may_press()
        manager.says("action list").sees("No action is open")
        manager.says("meeting next executive").sees("planned")


def test_work_about_children_can_be_filled_into_a_form(scenario: Opens) -> None:
    office = scenario("ourshire", at="2027-01-04 09:00")
    manager = office.as_("Business Manager")
    manager.says("action add").presses("Fill in a form")
    manager.fills(title="Review the child abuse policy", owner="Chief Nurse").sees("Action 1 is entered")


def test_to_notify_is_met_as_an_incident_is(scenario: Opens) -> None:
    office = scenario("ourshire", at="2027-01-04 09:00")
    for word in ["incident", "notify", "Notify:"]:
        nurse = office.as_("Chief Nurse")
        nurse.says(f"{word} Riverside School, aged seven").sees("ring 999", FRONT_DOOR, "ring the Business Manager")
        nurse.does_not_see("Riverside", "seven", "That is no word I know")


def test_to_notify_is_offered_in_each_partnership_without_what_stood_behind_it(scenario: Opens) -> None:
    office = scenario("south-gloucestershire", "gloucestershire", at="2027-01-04 09:00")
    form = {"name": "Business Manager", "email": "business-manager@south-gloucestershire.invalid", "post": "lado"}
    office.driver.start("gloucestershire", "people.enter", form | {"capacity": "deputy"})
    manager = office.as_("Business Manager")
    manager.says("notify Riverside School").sees("Which partnership is meant?").does_not_see("Riverside")
    manager.may_press("GSCP", "South Glos").presses("GSCP")
    manager.sees("Incidents cannot be notified here yet", "Nothing has been kept of what you wrote")


def test_help_on_what_is_no_word_says_so_with_the_near_ones_and_the_short_list(scenario: Opens) -> None:
    office = scenario("ourshire", at="2027-01-04 09:00")
    nurse = office.as_("Chief Nurse")
    nurse.says("help wibble").sees("That is no word I know", "meeting: next, list, show", NOT_THE_WAY)
    nurse.does_not_see("wibble", "Did you mean", "Write it like")
    nurse.says("help meting").sees("Did you mean: meeting?", "action: add, list, say or done")
    nurse.says("wibble --help").sees("That is no word I know")
    seen = nurse.says("help child").sees("That is no word I know").seen.text
    assert plain(seen).index("ring 999") < plain(seen).index("You can write")
    nurse.says("children missing from our list?").sees("ring 999 now")


def test_help_is_a_short_list_and_more_is_said_about_each_word(scenario: Opens) -> None:
    office = scenario("ourshire", at="2027-01-04 09:00")
    nurse = office.as_("Chief Nurse")
    nurse.says("help").sees("What you can write", "meeting: next, list, show", "help WORD", NOT_THE_WAY)
    nurse.does_not_see("GROUP", "papers are out; nobody is asked")
    nurse.says("help meeting").sees("meeting papers GROUP [WHICH] [on DAY]: records that the papers are out")
    nurse.says("help meeting plan").sees("YEAR: Write it like 2027 or 2027/28.")


def test_a_year_that_will_not_do_is_met_in_plain_words(scenario: Opens) -> None:
    office = scenario("ourshire", at="2027-01-04 09:00")
    for line, words in [
        ("meeting plan 2050", "The year 2050 lies too far ahead"),
        ("meeting list 2045", "The year 2045 lies too far ahead"),
        ("meeting list executive 1890", "The year 1890 lies too far back"),
        ("meeting plan 27", '"27" is no year that can be read without guessing. Write it like 2027 or 2027/28.'),
        ("meeting plan 2027/29", "the second does not follow the first"),
        ("meeting plan 2025", "is over. Plan this year or one to come"),
        ("meeting list 2030", "No meeting is on record for that year. Plan it with: meeting plan 2030"),
    ]:
        office.as_("Business Manager").says(line).sees(words).does_not_see("Input should", "no group called")


@pytest.mark.parametrize("year", ["2027", "2027/28", "2027-2028", "2027 to 28", "the year 2027–28"])
def test_a_year_is_the_one_that_begins_in_april_where_years_begin_then(scenario: Opens, year: str) -> None:
    office = scenario("ourshire", at="2027-01-04 09:00")
    manager = office.as_("Business Manager")
    manager.says(f"meeting plan {year}").sees("14 meetings from Thursday 1 April 2027")
    manager.says("meeting list executive 2027/28").sees("from Thursday 1 April 2027 to Friday 31 March 2028", "2027-4")
    manager.does_not_see("2026-4", "Policies")


def test_a_day_of_another_year_that_had_to_be_supplied_is_said(scenario: Opens) -> None:
    office = scenario("ourshire", at="2027-11-15 09:00")
    manager = office.as_("Business Manager")
    manager.says("action add Write the plan for Chief Nurse by 3 Feb").sees(
        "Action 1 is entered", '"3 Feb" is taken as Thursday 3 February 2028.'
    )
    manager.says("meeting move executive Tue 11 Jan").sees(
        "Nothing has changed yet", "taken as Tuesday 11 January 2028"
    )
    manager.says("action add Write it again for Chief Nurse by 3 Dec").does_not_see("taken as")
    manager.says("action add Write it again for Chief Nurse by 3 Feb 2028").does_not_see("taken as")
    manager.says("action add Write it again for Chief Nurse by Fri 3 Feb").sees("is a Thursday, not a Friday")


def test_why_a_meeting_is_on_its_day_is_said_once(scenario: Opens) -> None:
    office = scenario("ourshire", at="2027-01-04 09:00")
    manager = office.as_("Business Manager")
    for day in ("23 March", "24 March", "25 March"):
        manager.says(f"meeting move executive {day}").presses("Confirm move")
    seen = manager.says("meeting show executive").sees("to Thursday 25 March 2027 (moved by hand).").seen.text
    assert plain(seen).count("moved by hand") == 1 and "moved on its own" not in plain(seen)
    seen = manager.says("meeting show practice").sees("Thursday 25 February 2027").seen.text
    assert plain(seen).count("28 days before the Executive of Thursday 25 March 2027") == 1
    manager.says("meeting cancel policies because too few can come").presses("Confirm cancellation")
    seen = manager.says("meeting show policies n37").sees("cancelled").seen.text
    assert plain(seen).count("too few can come") == 1


def test_a_refusal_says_of_which_group_the_chair_is_meant(scenario: Opens) -> None:
    office = scenario("ourshire", at="2027-01-04 09:00")
    office.as_("Lay Member").says("meeting confirm executive").sees(
        "This can be done by the business manager, the chair or the vice chair of that group."
    )


def test_an_incident_is_met_with_the_form_and_not_said_again(scenario: Opens) -> None:
    office = scenario("ourshire", at="2027-01-04 09:00")
    nurse = office.as_("Chief Nurse")
    nurse.says("incident Riverside School, aged seven, fracture")
    nurse.sees("ring 999", FRONT_DOOR, "ring the Business Manager").does_not_see("Riverside", "seven", "fracture")
    nurse.may_press("Open the form")


def test_an_unknown_word_is_met_with_the_nearest_one_and_is_not_said_again(scenario: Opens) -> None:
    office = scenario("ourshire", at="2027-01-04 09:00")
    nurse = office.as_("Chief Nurse")
    nurse.says("meting next").sees("Did you mean: meeting next?", NOT_THE_WAY, FRONT_DOOR)
    nurse.says("cancel executive").sees("Did you mean: meeting cancel or drill cancel or report cancel?")
    nurse.says("Wintergreen House rota").sees("Write help", NOT_THE_WAY).does_not_see("Wintergreen")


def test_help_is_the_same_however_it_is_asked_for(scenario: Opens) -> None:
    office = scenario("ourshire", at="2027-01-04 09:00")
    for line in [
        "meeting move executive — help",
        "meeting move —help",
        "Meeting Move -h",
        "help meeting move",
        "meeting move ?",
    ]:
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


def test_a_report_says_first_where_to_ring_about_a_child(scenario: Opens) -> None:
    office = scenario("gloucestershire", at="2027-01-04 09:00")
    for line in ["report abuse of a child", "report", "audit", "return"]:
        office.as_("Business Manager").says(line).sees("999")
