"""What people type and press about date polls, as every door hands it in."""

from collections.abc import Iterator

import pytest

from storage.records import polls
from storage.records.message import Message
from tests.commands.test_answering_in_conversation import Talk
from tests.commands.test_date_polls import CHAIR, LAY, MANAGER, NURSE, POLICE
from tests.offices import Office, an_office


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office(opened="2027-01-04 09:00", incidents=False) as office:
        yield office


@pytest.fixture
def manager(office: Office) -> Talk:
    return Talk(office, MANAGER)


@pytest.fixture
def asked(manager: Talk) -> Talk:
    manager.labelled(manager.types("poll date executive"), "Ask them")
    return manager


def opened(office: Office) -> list[tuple[str, str, int]]:
    """The date polls that are open: of which group, for which meeting, about how many dates."""
    with office.reading() as scope:
        found = polls.every(scope, kind=polls.DATE)
        return [(each.group, each.meeting, len(each.question["slots"])) for each in found]  # type: ignore[arg-type]


def labels(message: Message) -> list[str]:
    return [button.label for button in message.buttons]


def test_what_was_shown_first_is_what_is_asked(office: Office, manager: Talk) -> None:
    shown = manager.types("poll date executive")
    assert shown.title == "This is what would change" and labels(shown) == ["Ask them", "Leave it"]
    assert opened(office) == []
    office.done(MANAGER, "meeting.move", group="executive", place="2026-4", day="2027-03-17")  # meanwhile
    said = manager.labelled(shown, "Ask them").text
    assert "- Tuesday 16 February" not in said and "Tuesday 16 February 2027, 14:00 to 16:00" in said
    assert opened(office) == [("executive", "2026-4", 5)]


@pytest.mark.parametrize(
    ("line", "of"),
    [
        ("poll date executive 2026-4 on 2 March 2027 10am; 9 March 2027 until Thu 7 Jan", ("executive", "2026-4", 2)),
        ("poll date the Practice Group", ("practice", "2026-4", 5)),
        ("poll date executive new", ("executive", "", 5)),
        ("poll date policies new on 9/3/2027 9:30; 10/3/2027; 11/3/2027 14:00", ("policies", "", 3)),
    ],
)
def test_a_line_names_the_meeting_the_dates_and_the_last_day(
    office: Office, manager: Talk, line: str, of: tuple[str, str, int]
) -> None:
    manager.labelled(manager.types(line), "Ask them")
    assert opened(office) == [of]


def test_the_form_has_what_is_proposed_in_it_and_mistakes_beside_their_fields(office: Office, manager: Talk) -> None:
    form = manager.presses(manager.types("poll date").buttons[0])
    assert form.sheet is not None
    wrong = manager.sends(form, group="executive", slots="Sat 6 March 2027", closes="yesterday")
    assert wrong.sheet is not None
    beside = {blank.name: blank.problem for blank in wrong.sheet.blanks if blank.problem}
    assert beside["slots"].startswith("Saturday 6 March 2027 is no working day")
    right = manager.sends(wrong, slots="Tue 9 March 2027; Wed 10 March 2027", closes="Thu 7 Jan 2027")
    manager.labelled(right, "Ask them")
    assert opened(office) == [("executive", "2026-4", 2)]


def test_a_mistyped_line_changes_nothing_and_its_dates_come_back_in_the_form(office: Office, manager: Talk) -> None:
    wrong = manager.types("poll date executive on Sat 6 March 2027; Tue 9 March 2027")
    assert "is no working day" in wrong.text
    form = manager.labelled(wrong, "Fill in a form")
    assert form.sheet is not None
    assert {b.name: b.value for b in form.sheet.blanks}["slots"] == "Sat 6 March 2027; Tue 9 March 2027"
    assert opened(office) == []


def test_a_seat_answers_in_its_form_which_shows_what_it_answered_before(office: Office, asked: Talk) -> None:
    nurse = Talk(office, NURSE)
    form = nurse.labelled(nurse.types("poll answer executive"), "Say when I can")
    assert form.sheet is not None and len(form.sheet.blanks) == 5
    wrong = nurse.sends(form, s1="Yes", s2="If need be", s3="No", s4="No")
    assert wrong.sheet is not None
    assert [blank.name for blank in wrong.sheet.blanks if blank.problem] == ["s5"]
    done = nurse.sends(wrong, s5="no")
    assert "- Tuesday 2 March 2027, 14:00 to 16:00: if need be" in done.text
    again = nurse.labelled(done, "Change it")
    assert again.sheet is not None
    assert [blank.value for blank in again.sheet.blanks] == ["yes", "if need be", "no", "no", "no"]


def test_all_and_none_need_no_form_and_who_told_the_manager_is_recorded_so(office: Office, asked: Talk) -> None:
    assert ": yes" in Talk(office, POLICE).types("poll answer executive 1 all").text
    assert ": yes" not in Talk(office, NURSE).types("poll answer executive none").text
    told = asked.types("poll told executive Lay Member")
    assert "Recorded for the Lay Member, as told." in asked.labelled(told, "All of them suit me").text
    assert "is not asked in this date poll" in asked.types("poll told executive Head Teacher").text


def test_who_has_a_part_sees_how_it_stands_and_who_has_none_does_not(office: Office, asked: Talk) -> None:
    Talk(office, POLICE).types("poll answer executive all")
    for who, takes in ((CHAIR, True), (MANAGER, True), (LAY, False)):
        seen = Talk(office, who).types("poll dates")
        assert seen.text.startswith("1 of 5 have answered.")
        assert ("Close without a date" in labels(seen)) is takes
    assert Talk(office, "head-teacher").types("poll dates").text.startswith("No date poll is open in which you")
    assert "No date poll of that group is open" in Talk(office, "head-teacher").types("poll dates executive 1").text


def test_several_polls_are_listed_each_with_the_line_that_shows_it(office: Office, asked: Talk) -> None:
    asked.labelled(asked.types("poll date executive new"), "Ask them")
    listed = asked.types("poll dates executive")
    assert "Write: poll dates executive 2" in listed.text
    assert asked.presses(listed.buttons[1]).title == "A date for the Executive, an extra meeting"
    assert "say which number" in asked.types("poll answer executive").text


@pytest.mark.parametrize("line", ["poll confirm executive 2 March", "poll confirm executive 1 Tue 2 Mar 2027"])
def test_a_date_is_taken_by_its_day_and_what_moves_is_shown_first(office: Office, asked: Talk, line: str) -> None:
    Talk(office, POLICE).types("poll answer executive all")
    shown = Talk(office, CHAIR).types(line)
    assert "Executive (2026-4): Tuesday 16 March 2027 becomes Tuesday 2 March 2027" in shown.text
    assert Talk(office, CHAIR).labelled(shown, "Take this date").title == "The date is found: Executive"
    assert "This date poll is over" in asked.types("poll close executive 1").text


def test_it_is_closed_with_a_reason_and_a_reason_with_a_childs_number_is_refused(office: Office, asked: Talk) -> None:
    refused = asked.types("poll close executive because of 943 476 5919")
    assert "NHS number" in str(refused.fields) + refused.text and opened(office) != []
    assert "Nobody is asked any more" in asked.types("poll close executive because it stays").text
    assert opened(office) == []


def test_what_one_owes_has_an_open_date_poll_until_it_is_answered(office: Office, asked: Talk) -> None:
    police = Talk(office, POLICE)
    assert "when you can: A date for the Executive (2026-4)" in police.types("me").text
    police.types("poll answer executive all")
    assert "when you can" not in police.types("me").text
