"""What a report becomes: actions in the register, escalations on an agenda, and what the next form begins with."""

from collections.abc import Iterator
from datetime import date

import pytest

from commands import becoming
from storage.arrangements.forms import Given
from storage.records import duties, returns
from tests.commands.business import (
    MANAGER,
    SECOND,
    WHO,
    action,
    actions_of,
    an_office_with_reports,
    begins,
    opens,
    owed_in,
    raised_in,
    rows,
    sends,
    writing,
)
from tests.offices import Office

PROTOCOL = action("Write the protocol for safe sleeping")
TRAINING = action("Plan the training", "head-teacher", "2027-04-20")
BLOCKED = {"what": "No data from the hospital", "ask": "Write to the hospital"}


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office_with_reports() as office:
        yield office


def states(office: Office) -> list[tuple[int, str, str]]:
    return [(item.number, item.title, item.state) for item in actions_of(office)]


def reminders_of(office: Office, number: int) -> list[tuple[str, str]]:
    """The open reminders of an action: for whom, and on which day."""
    with office.reading() as scope:
        found = duties.of_record(scope, f"item:actions:{number}")
        return [(duty.post, str(duty.due_at.date())) for duty in found]


# Actions


def test_actions_enter_the_register_with_owner_and_day_and_are_chased(office: Office) -> None:
    place = opens(office)
    assert sends(office, place, {"actions": rows(PROTOCOL, TRAINING)}) == "2 actions are entered: 1 and 2."
    first, second = actions_of(office)
    assert (first.title, first.owner, first.due) == (PROTOCOL["what"], "designated-nurse", date(2027, 3, 1))
    assert first.came_from == f"owed:exception-report:{place}:{WHO}"
    assert second.owner == "head-teacher"
    assert ("designated-nurse", "2027-03-01") in reminders_of(office, 1)


def test_an_action_whose_day_is_past_is_not_asked_for_before_it_was_entered(office: Office) -> None:
    place = opens(office)
    office.moves_to("2027-02-10 09:00")
    sends(office, place, {"actions": rows(action("Look at the audit", due="2027-02-01"))})
    assert all(day > "2027-02-10" for _, day in reminders_of(office, 1))


def test_sent_in_twice_alike_nothing_is_entered_twice(office: Office) -> None:
    place = opens(office)
    filled = {"actions": rows(PROTOCOL), "raised": rows(BLOCKED)}
    sends(office, place, filled)
    assert sends(office, place, filled) == ""
    assert len(actions_of(office)) == len(raised_in(office)) == 1


def test_sent_in_again_only_what_differs_changes_and_what_was_taken_out_is_withdrawn(office: Office) -> None:
    place = opens(office)
    sends(office, place, {"actions": rows(PROTOCOL, TRAINING)})
    moved = PROTOCOL | {"due": "2027-03-15"}
    said = sends(office, place, {"actions": rows(moved, action("Ask the schools", due="2027-05-01"))})
    assert said.splitlines() == [
        "1 action is entered: 3.",
        "Action 1 is due on Monday 15 March 2027 from now on.",
        "1 action is withdrawn: 2.",
    ]
    assert states(office) == [
        (1, PROTOCOL["what"], "open"), (2, TRAINING["what"], "withdrawn"), (3, "Ask the schools", "open"),
    ]  # fmt: skip
    assert {day for _, day in reminders_of(office, 1)} >= {"2027-03-15"}
    assert reminders_of(office, 2) == []


def test_an_action_whose_words_are_put_right_is_still_the_same(office: Office) -> None:
    place = opens(office)
    sends(office, place, {"actions": rows(PROTOCOL)})
    assert sends(office, place, {"actions": rows(PROTOCOL | {"what": "Write the protocol"})}) == ""
    assert states(office) == [(1, "Write the protocol", "open")]


def test_what_was_taken_out_and_is_put_in_again_is_open_again(office: Office) -> None:
    place = opens(office)
    sends(office, place, {"actions": rows(PROTOCOL)})
    sends(office, place, {})
    assert sends(office, place, {"actions": rows(PROTOCOL)}) == "Action 1 is open again."
    assert states(office) == [(1, PROTOCOL["what"], "open")]


def test_what_is_done_meanwhile_stays_done_when_the_form_is_sent_in_again(office: Office) -> None:
    place = opens(office)
    sends(office, place, {"actions": rows(PROTOCOL)})
    office.done(MANAGER, "action.done", number=1, effect="Parents are told the same by everybody")
    assert sends(office, place, {}) == ""
    assert states(office) == [(1, PROTOCOL["what"], "done")]


def test_an_action_that_is_another_ones_is_not_changed_by_writing_its_number(office: Office) -> None:
    office.done(MANAGER, "action.add", title="Print the leaflet", owner="lay-member", due="2027-03-01")
    place = opens(office)
    sends(office, place, {"actions": rows(action("Action 1: Something else", due="2027-06-01"))})
    mine, other = actions_of(office)[0], actions_of(office)[1]
    assert (mine.title, mine.due) == ("Print the leaflet", date(2027, 3, 1))
    assert other.title == "Something else"


def test_who_does_it_is_whoever_answers_where_no_post_is_named(office: Office) -> None:
    place = opens(office)
    sends(office, place, {"actions": rows(action("Ask the schools", owner=""))})
    assert actions_of(office)[0].owner == "head-of-safeguarding"


def test_a_sending_that_is_taken_back_takes_back_what_became_of_it(office: Office) -> None:
    place = opens(office)
    sends(office, place, {"actions": rows(PROTOCOL), "raised": rows(BLOCKED)})
    with writing(office) as work:
        owed = owed_in(work, place)
        round_ = returns.find(work.scope, owed.report, owed.place)
        assert round_ is not None
        said = becoming.taken_back(work, round_, owed)
    assert said.splitlines() == ["1 action is withdrawn: 1.", "1 escalation is withdrawn: 1."]
    assert [each.state for each in (*actions_of(office), *raised_in(office))] == ["withdrawn", "closed"]


# Escalations


def test_an_escalation_stands_on_the_next_agenda_of_the_group_that_receives_it(office: Office) -> None:
    place = opens(office)
    said = sends(office, place, {"raised": rows(BLOCKED)})
    assert said == "1 escalation stands on the agenda of the Practice Group of Tuesday 16 February 2027: 1."
    (found,) = raised_in(office)
    assert found.text.splitlines() == [
        "No data from the hospital", "What you ask of the group that receives this: Write to the hospital",
    ]  # fmt: skip
    assert (found.group, found.who, found.question) == ("practice", WHO, "raised")


def test_an_escalation_that_is_taken_out_is_withdrawn_and_said(office: Office) -> None:
    place = opens(office)
    sends(office, place, {"raised": rows(BLOCKED)})
    assert sends(office, place, {}) == "1 escalation is withdrawn: 1."
    assert raised_in(office)[0].state == "closed"


def test_what_nobody_receives_stands_on_the_business_managers_list(office: Office) -> None:
    place = opens(office)
    with writing(office) as work:
        round_ = returns.find(work.scope, "exception-report", place)
        assert round_ is not None
        round_.group = round_.meeting = ""
        work.scope.session.add(round_)
    assert sends(office, place, {"raised": rows(BLOCKED)}) == "1 escalation stands on the business manager's list: 1."


# The next form


def test_the_next_form_begins_with_open_actions_what_became_of_promises_and_what_is_blocked(office: Office) -> None:
    place = opens(office)
    sends(office, place, {"actions": rows(PROTOCOL, TRAINING), "raised": rows(BLOCKED)})
    office.moves_to("2027-03-03 09:00")
    office.done("head-teacher", "action.done", number=2, effect="All schools know whom to ring")
    office.done("designated-nurse", "action.say", number=1, said="Waits for the hospital")
    following = begins(office, opens(office, SECOND))
    assert following["actions"].rows == (PROTOCOL | {"what": f"Action 1: {PROTOCOL['what']}"},)
    assert following["promised"].value.splitlines() == [
        f"Action 1, {PROTOCOL['what']}: overdue since Mon 1 Mar 2027; Waits for the hospital",
        f"Action 2, {TRAINING['what']}: done on Wed 3 Mar 2027; what it changed: All schools know whom to ring",
    ]
    assert following["raised"].rows == (BLOCKED | {"what": f"Raised 1: {BLOCKED['what']}"},)


def test_what_the_form_began_with_is_sent_in_without_being_entered_again(office: Office) -> None:
    sends(office, opens(office), {"actions": rows(PROTOCOL), "raised": rows(BLOCKED)})
    place = opens(office, SECOND)
    begun = begins(office, place)
    assert sends(office, place, begun) == ""
    assert len(actions_of(office)) == len(raised_in(office)) == 1
    (row,) = begun["actions"].rows
    later = begun | {"actions": rows({**row, "due": "2027-06-01"})}
    assert sends(office, place, later) == "Action 1 is due on Tuesday 1 June 2027 from now on."


def test_an_action_of_an_earlier_report_that_is_left_out_stays_open(office: Office) -> None:
    sends(office, opens(office), {"actions": rows(PROTOCOL), "raised": rows(BLOCKED)})
    assert sends(office, opens(office, SECOND), {}) == ""
    assert actions_of(office)[0].state == raised_in(office)[0].state == "open"


def test_a_first_form_begins_empty_but_for_what_its_chair_has_to_do(office: Office) -> None:
    place = opens(office)
    assert begins(office, place) == {}
    office.done(MANAGER, "action.add", title="Print the leaflet", owner="head-of-safeguarding")
    assert begins(office, place) == {
        "actions": Given(rows=({"what": "Action 1: Print the leaflet", "owner": "head-of-safeguarding"},))
    }


def test_words_that_do_not_fit_beside_their_number_are_cut_in_the_form_and_stay_whole_in_the_register(
    office: Office,
) -> None:
    long, blocked = "Write " * 41 + "it", "No data " * 249 + "yet"
    sends(office, opens(office), {"actions": rows(action(long)), "raised": rows({"what": blocked, "ask": "Help"})})
    place = opens(office, SECOND)
    begun = begins(office, place)
    assert len(begun["actions"].rows[0]["what"]) <= 250 and len(begun["raised"].rows[0]["what"]) <= 2000
    assert sends(office, place, begun) == ""
    assert actions_of(office)[0].title == long
    assert raised_in(office)[0].text.splitlines()[0] == blocked


def test_an_action_that_an_agencys_lead_does_begins_without_a_post_and_stays_theirs(office: Office) -> None:
    place = opens(office)
    with writing(office) as work:
        owed_in(work, place).post = "lead:police"
    sends(office, place, {"actions": rows(action("Train the desk", owner=""))})
    assert actions_of(office)[0].owner == "lead:police"
    following = opens(office, SECOND)
    with writing(office) as work:
        owed_in(work, following).post = "lead:police"
    begun = begins(office, following)
    assert "owner" not in begun["actions"].rows[0]
    assert sends(office, following, begun) == ""
    assert actions_of(office)[0].owner == "lead:police"
