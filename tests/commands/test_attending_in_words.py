"""What is typed about attendance: `meeting attend`, `poll` and `poll quorum`, and the forms behind their buttons."""

from collections.abc import Iterator

import pytest

from commands.conversation import Conversation
from commands.speakers import Speaker
from storage.records.message import Button, Message
from tests.commands.nine import CHAIR, MANAGER, about, asked_office_of_nine, says, seat, stands, told
from tests.offices import Office


@pytest.fixture
def office() -> Iterator[Office]:
    with asked_office_of_nine() as office:
        yield office


def types(office: Office, who: str, line: str) -> Message:
    speaker = Speaker("notebook", office.partnership, office.person(who))
    return Conversation(office.runner, local_doors=("notebook",)).answer(speaker, line, f"key {who} {line}", office.now)


def presses(office: Office, speaking: str, button: Button, **filled: str) -> Message:
    speaker = Speaker("notebook", office.partnership, office.person(speaking))
    form = {**button.form, **filled}
    conversation = Conversation(office.runner, local_doors=("notebook",))
    return conversation.press(speaker, button.does, form, f"key {speaking} {button.label} {form}", office.now)


@pytest.mark.parametrize(
    ("line", "comes", "because"),
    [
        ("meeting attend executive yes", "yes", ""),
        ("meeting attend executive 20 April 2027 no because in court", "no", "in court"),
        ("meeting attend executive not sure", "unsure", ""),
        ("meeting attend the Executive my deputy", "deputy", ""),
        ("meeting attend executive deputy seat-9 because on leave", "deputy", "on leave"),
        ('meeting attend executive no --because "in court"', "no", "in court"),
    ],
)
def test_one_line_answers_for_ones_own_seat(office: Office, line: str, comes: str, because: str) -> None:
    answer = types(office, "seat-4", line)
    assert answer.title == "Answered: Executive, Tuesday 20 April 2027"
    assert (seat(office, "seat-4").comes, seat(office, "seat-4").because) == (comes, because)
    if "seat-9" in line:
        assert seat(office, "seat-4").who == office.person("seat-9")


def test_a_line_for_another_seat_is_recorded_as_told_by_those_who_may_and_by_nobody_else(office: Office) -> None:
    assert "told by telephone" in types(office, MANAGER, "meeting attend executive yes for seat-4").text
    assert seat(office, "seat-4").came_by == "told"
    assert "This can be done by" in types(office, "seat-5", "meeting attend executive no for seat-4").text
    assert "You have no seat in the Executive." in types(office, "auditor", "meeting attend executive yes").text
    assert seat(office, "seat-4").comes == "yes"


def test_a_press_under_the_message_is_all_it_takes(office: Office) -> None:
    [message] = told(office, "seat-4", "attendance-asked")
    yes, _, no, _ = message.buttons
    assert presses(office, "seat-4", yes).title.startswith("Answered")
    assert "does not come" in presses(office, "seat-4", no).text
    refused = presses(office, "seat-5", yes)
    assert refused.title == "Nothing has changed" and "whoever is in that seat" in refused.text
    assert seat(office, "seat-4").comes == "no"


def test_whoever_sends_a_deputy_can_say_who_comes_in_a_form(office: Office) -> None:
    [message] = told(office, "seat-4", "attendance-asked")
    answer = presses(office, "seat-4", message.buttons[1])
    [say_who] = answer.buttons
    form = presses(office, "seat-4", say_who)
    assert form.sheet is not None and [blank.name for blank in form.sheet.blanks] == ["value", "who", "because"]
    wrong = presses(
        office, "seat-4", Button(label="", does=form.sheet.does, form=form.sheet.form), value="deputy", who="x"
    )
    assert wrong.sheet is not None and any(blank.problem for blank in wrong.sheet.blanks)
    sent = Button(label="", does=form.sheet.does, form=form.sheet.form)
    assert "Seat 9 comes as deputy" in presses(office, "seat-4", sent, value="deputy", who="seat-9").text


def test_poll_shows_what_ones_seats_are_asked_and_nothing_to_who_has_none(office: Office) -> None:
    mine = types(office, "seat-4", "poll")
    assert "Do you come: Executive of Tuesday 20 April 2027. Seat 4: no answer yet" in mine.text
    assert [button.label for button in mine.buttons] == ["Yes", "My deputy comes", "No", "Not sure"]
    presses(office, "seat-4", mine.buttons[0])
    again = types(office, "seat-4", "poll")
    assert "Seat 4: comes" in again.text and again.buttons == ()
    assert types(office, "auditor", "poll").text == "Nothing is asked of your seats at the moment."


def test_somebody_with_several_seats_chooses_which(office: Office) -> None:
    cover = {"post": "seat-5", "person": "seat-4", "until": "2027-04-30"}
    office.done(MANAGER, "people.cover", **cover)
    shown = types(office, "seat-4", "meeting attend executive yes")
    assert [button.label for button in shown.buttons] == ["Yes: Seat 4", "Yes: Seat 5"]
    presses(office, "seat-4", shown.buttons[1])
    assert (seat(office, "seat-5").comes, seat(office, "seat-5").who) == ("deputy", office.person("seat-4"))
    assert seat(office, "seat-4").comes == ""


def test_poll_quorum_shows_every_seat_to_those_at_the_table_with_what_they_may_do(office: Office) -> None:
    says(office, "seat-2", "no")
    shown = types(office, CHAIR, "poll quorum executive")
    assert shown.title == "Executive, Tuesday 20 April 2027: 0 of 9 come"
    assert "Not coming:\n- Seat 2: does not come" in shown.text and "No answer yet:\n- Seat 1" in shown.text
    assert [button.label for button in shown.buttons] == [
        "Remind who has not answered (8)",
        "Ask for deputies (1)",
        "Find another date",
        "Defer it",
        "Record what was told by telephone",
    ]
    assert [button.label for button in types(office, "seat-3", "poll quorum executive").buttons] == []
    assert "shown to those at its table" in types(office, "auditor", "poll quorum executive").text


def test_deferring_shows_first_what_follows_and_confirming_asks_how(office: Office) -> None:
    says(office, "seat-2", "deputy")
    confirm, *_, defer, _ = types(office, CHAIR, "poll quorum executive").buttons
    form = presses(office, CHAIR, defer)
    assert form.sheet is not None
    sent = Button(label="", does=form.sheet.does, form=form.sheet.form)
    shown = presses(office, CHAIR, sent, because="numbers")
    assert shown.title == "This is what would change" and shown.buttons[0].label == "Defer it"
    assert stands(office).row is not None and seat(office, "seat-2").comes == "deputy"
    asked = presses(office, CHAIR, confirm)
    assert asked.sheet is not None and "0 without deputies, 1 with" in asked.text
    sent = Button(label="", does=asked.sheet.does, form=asked.sheet.form)
    answer = presses(office, CHAIR, sent, counts="They count", for_good="For this meeting")
    assert "That deputies count was confirmed for this meeting by Seat 1" in answer.text
    assert [one.here for one in stands(office).readings] == [1]


def test_the_form_of_what_was_told_asks_whose_seat_it_is(office: Office) -> None:
    button = Button(label="", does="attendance.told", form={name: str(value) for name, value in about(office).items()})
    form = presses(office, MANAGER, button)
    assert form.sheet is not None and [blank.name for blank in form.sheet.blanks] == ["post", "value", "who", "because"]
    sent = Button(label="", does=form.sheet.does, form=form.sheet.form)
    assert "recorded by Business manager" in presses(office, MANAGER, sent, post="seat-4", value="yes").text
