"""`setup`: what the arrangements leave open is answered in forms, and the year runs by the answers at once."""

from collections.abc import Callable

from tests.scenarios.language import Scenario, Voice

Opens = Callable[..., Scenario]

AGREED = {"by": "Executive of 3 March"}


def the_business_manager(scenario: Opens) -> Voice:
    office = scenario("buckinghamshire", at="2027-03-04 09:00")
    return office.as_("Business manager of the partnership support team")


def answers(manager: Voice, about: str, **values: str) -> Voice:
    """Opens the form of a question, fills it in, and confirms what it shows first."""
    manager.says(f"setup about {about}").presses("Answer").fills(**AGREED, **values)
    return manager.sees("This is what would change", "Nothing has changed yet").presses("Confirm").sees("Entered")


def test_buckinghamshire_is_set_up_from_nothing_until_its_executive_has_a_date(scenario: Opens) -> None:
    manager = the_business_manager(scenario)
    manager.says("meeting next executive").does_not_see("2027")
    manager.says("setup").sees(
        "What is open: 67", "The front door: 2 (setup front-door)", "incidents cannot be switched"
    )

    manager.presses("Go on: the front door's telephone number").fills(telephone="01296 383962", **AGREED)
    manager.presses("Confirm").sees("Entered: the front door's telephone number", "Still open: 66")
    manager.presses("Go on: the front door's out-of-hours number").fills(telephone="0800 999 7677", **AGREED)
    manager.presses("Confirm").sees("Still open: 65", "how often")

    manager.presses("Go on: meetings of the Executive partnership group")
    manager.fills(rule="So many times a year", number="4", **AGREED).presses("Confirm")
    manager.sees("Next: There is an agreed rule for the Executive partnership group, but nothing is chosen yet")
    manager.presses("Go on: dates of the Executive partnership group")
    manager.fills(
        months="June, September, December, March", slot="second Tuesday", starts="2pm", minutes="120", **AGREED
    )
    manager.sees("This is what would change", "is planned for: Tuesday 9 March 2027").presses("Confirm")

    answers(manager, "groups.executive.chair", post="Independent Chair")
    answers(manager, "groups.executive.papers", days="7", unit="Working days")
    answers(manager, "groups.executive.minutes", days="14")
    answers(manager, "groups.executive.quorum", rule="So many must be there", number="3", deputies="They count")

    manager.says("meeting next executive").sees("Tuesday 9 March 2027", "14:00")
    manager.says("help").sees("01296 383962", "0800 999 7677")
    manager.says("setup quorum").sees("vacant posts count for the quorum of the Executive").does_not_see(
        "have no quorum for the Executive"
    )


def test_wrong_answers_come_back_beside_their_fields_and_nothing_typed_is_lost(scenario: Opens) -> None:
    manager = the_business_manager(scenario)
    answers(manager, "groups.executive.cycles[0]", rule="So many times a year", number="4")
    manager.says("setup about planning.groups.executive").presses("Answer")
    manager.fills(months="June, July, August, Smarch", slot="5th Tuesday", **AGREED)
    manager.sees('"Smarch" is no month', "A slot is written like")
    manager.fills(months="June, July, August, March", slot="2nd Tuesday")
    manager.sees("not one in each of the year's 4 parts", "one month in each part of the year")
    manager.fills(months="June, September, December, March")
    manager.sees("This is what would change", "2nd Tuesday", "Executive of 3 March").presses("Confirm").sees("Entered")


def test_an_answer_is_taken_back_by_its_undo(scenario: Opens) -> None:
    manager = the_business_manager(scenario)
    answers(manager, "front_door.telephone", telephone="01296 383962").presses("Undo").sees("Taken back")
    manager.says("setup").sees("What is open: 67", "The front door's telephone number is not set")
    answers(manager, "front_door.telephone", telephone="01296 383962").sees("Still open: 66")


def test_a_question_is_passed_over_or_left_open_with_its_reason(scenario: Opens) -> None:
    manager = the_business_manager(scenario)
    manager.says("setup").presses("Not now").sees("The front door's out-of-hours number", "is not set")
    manager.presses("Not now").sees("how often the Executive partnership group should meet").presses("It stays open")
    manager.fills(said="The Executive decides in May", **AGREED).presses("Confirm")
    manager.sees("It stays open: meetings of the Executive", "Still open: 66")
    manager.says("setup left").sees("Left open on purpose: 1", "The Executive decides in May (Executive of 3 March")
    answers(manager, "groups.executive.cycles[0]", rule="Only when a meeting is called")
    manager.says("setup left").sees("Nothing is open here")


def test_what_no_form_can_write_is_settled_with_a_sentence_and_what_follows_from_others_says_so(
    scenario: Opens,
) -> None:
    manager = the_business_manager(scenario)
    manager.says("setup about returns.subgroup-report.to_group").sees("answer how often it meets")
    manager.may_press("Not now")
    manager.says("setup rest").presses("Answer 67").sees("goes into the definition file")
    manager.fills(
        rule="It is settled, and nothing has to be watched for it", said="The review was held in 2020", **AGREED
    )
    manager.presses("Confirm").sees("Still open: 66")


def test_a_themes_questions_come_a_few_at_a_time_and_by_number(scenario: Opens) -> None:
    manager = the_business_manager(scenario)
    manager.says("setup papers").sees("Papers and minutes: 22", "18. Our arrangements do not say when papers")
    manager.presses("More").sees("23. Our arrangements").does_not_see("18. Our").presses("Answer 23")
    manager.fills(days="14", **AGREED).sees("Minutes of the Policy").presses("Confirm").sees("Still open: 66")
    manager.says("setup 18").sees("papers for the Executive").says("setup 900").sees("numbered from 1 to 66")
    manager.says("setup cake").sees("no theme", "front-door, meetings, dates")


def test_others_read_what_is_open_and_do_not_answer_it(scenario: Opens) -> None:
    office = scenario("buckinghamshire", at="2027-03-04 09:00")
    chair = office.as_("LCSPR Group Chair")
    chair.says("setup").sees("What is open: 67", "The business manager answers").may_press()
    chair.says("setup front door").sees("telephone number is not set").may_press()
    chair.says("setup 1").may_press()


# People pasted in, and the year rehearsed before anything is sent


def test_people_are_pasted_with_two_mistakes_put_right_and_owe_from_then_on(scenario: Opens) -> None:
    office = scenario("ourshire", at="2027-01-04 07:00")
    manager = office.as_("Business Manager")
    manager.says("people import").sees("Without a heading they are: name, email, post, from, until")
    leaves = "Head Teacher\thead-teacher@ourshire.invalid\tHead Teacher\t\t2027-01-10"
    comes = "Lay Member\tlay-member@ourshire.invalid\tHead Teacher\t2027-01-11\t"
    wrong = f"{leaves.replace('2027-01-10', '10/01/27')}\n{comes.replace('Head Teacher', 'Head Techer')}"
    manager.presses("Enter several people").fills(pasted=wrong)
    manager.sees('Line 1, until: "10/01/27" is no date', 'Line 2, post: There is no post called "Head Techer"')
    manager.fills(pasted=f"{leaves}\n{comes}")
    manager.sees("This is what would change", "Lay Member as Head Teacher from Mon 11 Jan 2027", "to Sun 10 Jan 2027")
    manager.sees("Nothing has changed yet").presses("Confirm").sees("1 added, 1 changed, 0 left alone")

    office.time_passes_to("2027-01-13 09:00")
    office.as_("Lay Member").receives("The Policies Group meets on Thursday 14 January 2027", on="2027-01-13")


def test_people_are_not_entered_by_others(scenario: Opens) -> None:
    chair = scenario("ourshire", at="2027-01-04 07:00").as_("Head of Safeguarding")
    chair.says("people import").sees("This can be done by the business manager").may_press()


def test_what_is_rehearsed_comes_as_a_message_and_is_what_is_sent(scenario: Opens) -> None:
    office = scenario("ourshire", at="2027-01-04 07:00")
    manager, head = office.as_("Business Manager"), office.as_("Head of Safeguarding")
    head.says("rehearse").sees("This can be done by the business manager")
    manager.says("rehearse 61").sees("Write a number from 1 to 60")
    manager.says("rehearse 2 weeks").sees("The next 2 weeks will be rehearsed", "in a minute or so")
    manager.says("rehearse").sees("asked for at 07:00 is being worked out")

    office.time_passes_to("2027-01-04 07:02")
    manager.receives("the next 2 weeks rehearsed", "Nobody has been told anything.", times=1)
    digest = "OSCP: the week from Monday 11 January 2027"
    brief = "Brief for the chair: Policies Group, Thursday 14 January 2027"
    near = "The Policies Group meets on Thursday 14 January 2027 at 09:30"
    manager.receives(f"- Mon 11 Jan, 08:00, to Business Manager: {digest}")
    manager.receives(f"- Wed 13 Jan, 08:00, to Head of Safeguarding: {brief}")
    manager.receives(f"- Wed 13 Jan, 08:00, to Head of Safeguarding and Head Teacher: {near}")
    manager.receives("- Meeting: Thu 14 Jan, 09:30: Policies Group, planned")
    head.receives_nothing("rehearsed")
    head.receives_nothing(near)

    office.time_passes_to("2027-01-18 00:00")
    manager.receives(digest, on="2027-01-11", times=1)
    head.receives(brief, on="2027-01-13", times=1)
    for who in ("Head of Safeguarding", "Head Teacher"):
        office.as_(who).receives(near, on="2027-01-13", times=1)
    for who in ("Chief Nurse", "Lay Member"):
        office.as_(who).receives_nothing("Policies Group")
    manager.receives("rehearsed", times=1)


def test_who_starts_can_pause_look_and_begin(long_scenario: Opens) -> None:
    office = long_scenario("ourshire", at="2027-01-04 07:00")
    manager = office.as_("Business Manager")
    manager.says("setup").sees("Nothing has been sent yet. Pause until you have looked").presses("Pause").sees("Paused")
    manager.says("setup").sees("Sending is paused").presses("Rehearse the next quarter").sees("next 13 weeks")

    office.time_passes_to("2027-01-04 09:00")
    manager.receives("Sending is paused. This is what would happen if you resumed now.")
    manager.receives_nothing("The week from Monday 4 January 2027 ", "Late")
    manager.says("setup").presses("Resume").sees("Resumed")
    office.time_passes_to("2027-01-04 09:05")
    manager.receives("OSCP: the week from Monday 4 January 2027", "At risk", times=1)
    manager.says("setup").does_not_see("Nothing has been sent yet", "is paused")
