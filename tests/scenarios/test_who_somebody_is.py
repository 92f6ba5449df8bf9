"""Who somebody is and how they are reached, as it is typed at any door."""

from collections.abc import Callable

from tests.scenarios.language import Scenario

Opens = Callable[..., Scenario]


def test_somebody_reads_their_posts_and_whether_they_are_confirmed(scenario: Opens) -> None:
    office = scenario("ourshire", at="2027-01-04 09:00")
    office.as_("Head Teacher").says("me").sees("Your posts", "- Head Teacher", "confirmed")


def test_what_is_no_code_confirms_nobody(scenario: Opens) -> None:
    office = scenario("ourshire", at="2027-01-04 09:00")
    teacher = office.as_("Head Teacher")
    teacher.says("confirm AAAA BBBB").does_not_see("This account is Head Teacher")
    teacher.says("confirm executive").does_not_see("This account is Head Teacher", "That is not the code")
    teacher.says("help confirm").sees("confirm [CODE]")


def test_a_cover_stands_under_me_with_whoever_covers_and_whoever_is_covered(scenario: Opens) -> None:
    office = scenario("ourshire", at="2027-01-04 09:00")
    manager = office.as_("Business Manager")
    manager.says("people cover Head Teacher by Designated Doctor until 15 January 2027").sees("Covered")
    office.as_("Designated Doctor").says("me").sees("Head Teacher, covering until Fri 15 Jan 2027")
    office.as_("Head Teacher").says("me").sees("Head Teacher is covered by Designated Doctor until Fri 15 Jan 2027")


def test_what_is_owed_stands_under_me_until_it_is_done_also_when_it_is_late(scenario: Opens) -> None:
    office = scenario("ourshire", at="2027-01-04 09:00")
    manager, teacher = office.as_("Business Manager"), office.as_("Head Teacher")
    manager.says("action add Write the protocol for Head Teacher by 8 January 2027").sees("Action 1 is entered")
    teacher.says("me").sees("Fri 8 Jan 2027: action 1, Write the protocol")
    office.time_passes_to("2027-01-20 09:00")
    teacher.says("me").sees("Fri 8 Jan 2027: action 1, Write the protocol, overdue")
    teacher.says("action done 1")
    teacher.says("me").does_not_see("Fri 8 Jan 2027: action 1")


def test_the_business_manager_sees_where_somebody_is_known_and_nobody_else_does(scenario: Opens) -> None:
    office = scenario("ourshire", at="2027-01-04 09:00")
    office.as_("Business Manager").says("people whois Designated Nurse").sees("Designated Nurse", "known at")
    office.as_("Head Teacher").says("people whois Designated Nurse").sees("Designated Nurse").does_not_see("known at")


def test_what_reached_nobody_is_the_business_managers_to_see(scenario: Opens) -> None:
    office = scenario("ourshire", at="2027-01-04 09:00")
    office.as_("Business Manager").says("undelivered").sees("Every message that was to be sent has reached somebody")
    office.as_("Head Teacher").says("undelivered").sees("This can be done by the business manager")
