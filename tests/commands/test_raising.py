"""What was raised: on whose agenda it stands, told at once, sent on, closed; reports that go on to another group."""

from collections.abc import Iterator

import pytest

from commands import becoming, standing
from storage.arrangements.forms import Given
from storage.records import meetings, outbox
from storage.records.message import Message
from tests.commands.business import (
    CHAIR,
    MANAGER,
    an_office_with_reports,
    opens,
    place_of,
    raised_in,
    rows,
    sends,
)
from tests.offices import Office

BLOCKED: dict[str, Given] = {"raised": rows({"what": "No data from the hospital", "ask": "Write to them"})}
PRACTICE, EXECUTIVE, NEXT = "2027-02-16", "2027-03-16", "2027-05-18"
SAID = "No data from the hospital; What you ask of the group that receives this: Write to them"
LINE = f"Raised 1, by Policies Group: {SAID}"


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office_with_reports(opened="2027-02-08 06:00") as office:
        yield office


def on_agenda(office: Office, group: str, day: str) -> list[str]:
    with office.looking(MANAGER) as work:
        row = meetings.find(work.scope, group, place_of(office, group, day))
        assert row is not None
        return becoming.standing(work, row)


def held(office: Office, group: str, day: str) -> None:
    office.moves_to(f"{day} 16:00")
    office.done(MANAGER, "meeting.held", group=group, place=place_of(office, group, day))


def notes_of(office: Office, post: str) -> str:
    return "\n".join(message.text for message in office.sent_to(post) if message.title.startswith("To do"))


def told(office: Office, post: str, kind: str) -> list[Message]:
    with office.reading() as scope:
        found = outbox.of_person(scope, office.person(post))
        return [Message.model_validate(each.message) for each in found if each.kind == kind]


# The agenda


def test_it_stands_on_the_next_agenda_alone_and_on_the_one_after_once_that_was_held(office: Office) -> None:
    sends(office, opens(office), BLOCKED)
    assert on_agenda(office, "practice", PRACTICE) == [LINE]
    assert on_agenda(office, "practice", NEXT) == []
    held(office, "practice", PRACTICE)
    assert on_agenda(office, "practice", PRACTICE) == []
    assert LINE in on_agenda(office, "practice", NEXT)


def test_a_cancelled_meeting_passes_it_on(office: Office) -> None:
    sends(office, opens(office), BLOCKED)
    office.done(MANAGER, "meeting.cancel", group="practice", place=place_of(office, "practice", PRACTICE))
    assert on_agenda(office, "practice", NEXT) == [LINE]


def test_the_agenda_and_the_chairs_brief_have_it(office: Office) -> None:
    sends(office, opens(office), BLOCKED)
    office.run_to("2027-02-09 09:05")
    (agenda,) = told(office, "head-teacher", "agenda")
    assert f"- {LINE}" in agenda.text
    office.moves_to("2027-02-15 07:59")
    office.run_to("2027-02-15 08:05")
    (brief,) = told(office, "designated-nurse", "chairs-brief")
    assert "Raised for this meeting, or sent on by another group" in brief.text
    assert "- Raised 1, by Policies Group: No data from the hospital" in brief.text


def test_an_agenda_with_nothing_raised_is_as_it_always_was(office: Office) -> None:
    office.run_to("2027-02-09 09:05")
    (agenda,) = told(office, "head-teacher", "agenda")
    assert "Raised" not in agenda.text
    assert "\n\n\n" not in agenda.text


def test_where_papers_stay_outside_only_the_number_and_who_raised_it_stand_there(office: Office) -> None:
    sends(office, opens(office), BLOCKED)
    with office.looking(MANAGER) as work:
        row = meetings.find(work.scope, "practice", place_of(office, "practice", PRACTICE))
        assert row is not None
        outside = work.arrangements.groups_by_id["practice"].model_copy(update={"content_outside": True})
        work.arrangements.groups_by_id["practice"] = outside
        try:
            assert standing.standing(work, row) == ["Raised 1, by Policies Group"]
        finally:
            work.arrangements.groups_by_id["practice"] = outside.model_copy(update={"content_outside": False})


# Who may see it


def test_those_at_the_table_see_it_and_all_others_see_nothing(office: Office) -> None:
    sends(office, opens(office), BLOCKED)
    seeing = {"designated-nurse", "head-teacher", MANAGER, "scrutineer"}
    for post in (*seeing, "lay-member", "police-duty-desk"):
        with office.looking(post) as work:
            assert standing.actor_may_see(work, "practice") == (post in seeing), post


# By hand


def test_a_chair_raises_something_by_hand_and_takes_it_back(office: Office) -> None:
    answer = office.done("designated-nurse", "raised.add", to="executive", text="Two posts cannot be filled")
    assert answer.text.endswith("It stands on the agenda of the Executive of Tuesday 16 March 2027.")
    assert raised_in(office)[0].who == "group.practice"
    office.done("designated-nurse", "undo")
    assert (raised_in(office)[0].state, raised_in(office)[0].outcome) == ("closed", "taken back")


def test_a_text_with_an_nhs_number_is_refused(office: Office) -> None:
    said = office.refused(MANAGER, "raised.add", to="executive", text="The child 943 476 5919")
    assert "NHS number" in said
    assert raised_in(office) == []


# What came of it


def test_after_the_meeting_the_manager_is_asked_what_came_of_it_once(office: Office) -> None:
    sends(office, opens(office), BLOCKED)
    held(office, "practice", PRACTICE)
    office.run_to("2027-02-17 08:05")
    question = "Raised 1, by Policies Group, stood on the agenda of the Practice Group of Tuesday 16 February 2027"
    assert notes_of(office, MANAGER).count(question) == 1


@pytest.mark.parametrize("how", ["closed", "sent on", "not held"])
def test_nothing_is_asked_where_it_was_closed_or_sent_on_or_the_meeting_was_not_held(office: Office, how: str) -> None:
    sends(office, opens(office), BLOCKED)
    held(office, "practice", PRACTICE)
    if how == "closed":
        office.done("designated-nurse", "raised.close", which="practice.1", outcome="The hospital sends it")
    elif how == "sent on":
        office.done("designated-nurse", "raised.send-on", which="practice.1")
    else:
        office.done(MANAGER, "undo")
    office.run_to("2027-02-17 08:05")
    assert "What came of it?" not in notes_of(office, MANAGER)


def test_a_line_that_was_written_is_struck_out_where_it_is_closed_before_the_note_goes(office: Office) -> None:
    sends(office, opens(office), BLOCKED)
    held(office, "practice", PRACTICE)
    office.run_to("2027-02-17 07:30")
    office.done("designated-nurse", "raised.close", which="practice.1", outcome="The hospital sends it")
    office.run_to("2027-02-17 08:05")
    assert "What came of it?" not in notes_of(office, MANAGER)


def test_held_recorded_again_after_it_was_taken_back_asks_after_all(office: Office) -> None:
    sends(office, opens(office), BLOCKED)
    held(office, "practice", PRACTICE)
    office.done(MANAGER, "undo")
    office.done(MANAGER, "meeting.held", group="practice", place=place_of(office, "practice", PRACTICE))
    office.run_to("2027-02-17 08:05")
    assert notes_of(office, MANAGER).count("What came of it?") == 1


def test_what_is_closed_stands_nowhere_and_closing_can_be_taken_back(office: Office) -> None:
    sends(office, opens(office), BLOCKED)
    office.done("designated-nurse", "raised.close", which="practice.1", outcome="The hospital sends it")
    assert on_agenda(office, "practice", PRACTICE) == []
    assert "Raised 1 is closed: The hospital" in office.refused(
        MANAGER, "raised.close", which="practice.1", outcome="Again"
    )
    office.done("designated-nurse", "undo")
    assert on_agenda(office, "practice", PRACTICE) == [LINE]


def test_a_group_treats_only_what_stands_with_it(office: Office) -> None:
    sends(office, opens(office), BLOCKED)
    nothing = "There is nothing raised under that number."
    assert office.refused("head-of-safeguarding", "raised.close", which="policies.1", outcome="No") == nothing
    assert office.refused(MANAGER, "raised.close", which="practice.7", outcome="No") == nothing
    assert "This can be done by" in office.refused(CHAIR, "raised.close", which="practice.1", outcome="No")


# Sent on


def test_what_is_sent_on_stands_with_the_group_above_and_its_carrier_hears(office: Office) -> None:
    sends(office, opens(office), BLOCKED)
    answer = office.done("designated-nurse", "raised.send-on", which="practice.1")
    assert "It stands on the agenda of the Executive of Tuesday 16 March 2027." in answer.text
    assert on_agenda(office, "practice", PRACTICE) == []
    carried = "Raised 1, by Policies Group, sent on by the Practice Group, carried by the Independent Scrutineer"
    assert on_agenda(office, "executive", EXECUTIVE) == [f"{carried}: {SAID}"]
    (heard,) = told(office, "scrutineer", "raised-sent-on")
    assert heard.title == "To be carried to the Executive: raised 1 by Policies Group"
    assert "You" not in heard.title and "on the agenda of the Executive of Tuesday 16 March 2027" in heard.text


def test_sending_on_can_be_taken_back_by_whoever_did_it(office: Office) -> None:
    sends(office, opens(office), BLOCKED)
    office.done("designated-nurse", "raised.send-on", which="practice.1")
    office.done("designated-nurse", "undo")
    assert on_agenda(office, "practice", PRACTICE) == [LINE]
    assert on_agenda(office, "executive", EXECUTIVE) == []


# At once


def test_the_chair_above_is_told_at_once_outside_the_daily_note(office: Office) -> None:
    sends(office, opens(office), BLOCKED)
    answer = office.done(CHAIR, "raised.tell-now", number=1)
    assert "The Director of Children's Services, who chairs the Executive, is told now" in answer.text
    (message,) = told(office, "director-childrens-services", "raised-now")
    assert message.title == "For you at once: raised 1 by Policies Group"
    assert "No data from the hospital" in message.text
    office.deliver()
    assert message.title in office.told("director-childrens-services")
    assert "That was told at" in office.refused(MANAGER, "raised.tell-now", number=1)
    assert len(told(office, "director-childrens-services", "raised-now")) == 1


def test_nobody_but_who_raised_it_and_the_manager_has_it_told_at_once(office: Office) -> None:
    sends(office, opens(office), BLOCKED)
    who_may = "This can be done by the business manager or whoever raised it."
    assert office.refused("head-teacher", "raised.tell-now", number=1).startswith(who_may)
    assert office.refused("head-teacher", "raised.tell-now", number=99).startswith(who_may)


# A report that goes on


def test_a_report_that_goes_on_stands_on_the_next_groups_agenda_with_the_comments_of_the_first(office: Office) -> None:
    place = opens(office)
    assert on_agenda(office, "executive", EXECUTIVE) == []
    held(office, "practice", PRACTICE)
    named = "Exception report, with the comments of the Practice Group"
    assert on_agenda(office, "executive", EXECUTIVE) == [f"{named}, which are not here yet"]
    office.done("scrutineer", "raised.comment", carried=f"exception-report:{place}", text="We ask for figures by ward")
    assert on_agenda(office, "executive", EXECUTIVE) == [f"{named}: We ask for figures by ward"]
    held(office, "executive", EXECUTIVE)
    assert on_agenda(office, "executive", "2027-06-15") == []


def test_its_carrier_is_asked_for_the_comments_before_the_papers_day_unless_they_are_here(office: Office) -> None:
    place = opens(office)
    held(office, "practice", PRACTICE)
    other = office.copy()
    office.moves_to("2027-03-02 06:59")
    office.run_to("2027-03-02 08:05")
    asked = "The Practice Group has received the Exception report, which goes on to the Executive of Tuesday 16 March"
    assert notes_of(office, "scrutineer").count(asked) == 1
    other.done("designated-nurse", "raised.comment", carried=f"exception-report:{place}", text="We ask for figures")
    other.moves_to("2027-03-02 06:59")
    other.run_to("2027-03-02 08:05")
    assert asked not in notes_of(other, "scrutineer")


def test_comments_are_put_right_until_the_meeting_has_taken_them(office: Office) -> None:
    place = f"exception-report:{opens(office)}"
    held(office, "practice", PRACTICE)
    for words in ("We ask for figures", "We ask for figures by ward"):
        office.done("designated-nurse", "raised.comment", carried=place, text=words)
    assert [each.text for each in raised_in(office)] == ["We ask for figures by ward"]
    held(office, "executive", EXECUTIVE)
    assert "taken at the meeting" in office.refused("designated-nurse", "raised.comment", carried=place, text="Late")
