"""What is typed about rounds: `report open`, `audit chase`, `return contact` and their like."""

from collections.abc import Iterator

import pytest

from commands.conversation import Conversation
from commands.speakers import Speaker
from storage.records import returns
from storage.records.message import Button, Message
from tests.offices import Office
from tests.returns_given import AUDIT, LIFE, a_partnership_of_reports, an_agency_owes, an_owed_report, owed, the_round

from .chased import MANAGER, letters, stored


@pytest.fixture
def office() -> Iterator[Office]:
    with a_partnership_of_reports("2027-01-18 10:00") as office:
        yield office


def types(office: Office, line: str, who: str = MANAGER) -> Message:
    office.moves_to(office.now)
    speaker = Speaker("notebook", office.partnership, office.person(who))
    return Conversation(office.runner, local_doors=("notebook",)).answer(speaker, line, f"key {line}", office.now)


def presses(office: Office, button: Button, who: str = MANAGER, **filled: str) -> Message:
    speaker = Speaker("notebook", office.partnership, office.person(who))
    conversation = Conversation(office.runner, local_doors=("notebook",))
    form = {**button.form, **filled}
    return conversation.press(speaker, button.does, form, f"key {button.label} {form}", office.now)


def test_opening_shows_first_who_is_asked_and_a_press_asks_them(office: Office) -> None:
    shown = types(office, "report open Exception report by 12 March 2027")
    assert "asked of 3" in shown.text and "Nothing has changed yet." in shown.text
    assert stored(office, "report-asked") == []
    done = presses(office, shown.buttons[0])
    assert done.title == "Opened: Exception report, March 2027"
    assert len(stored(office, "report-asked")) == 3


def test_chase_shows_who_is_told_next_and_its_button_reminds_after_showing_whom(office: Office) -> None:
    an_owed_report(office)
    said = types(office, "report chase")
    assert "Tue 26 Jan 2027, to whoever answers: " in said.text and "Best Start in Life" in said.text
    assert "The steps: 3 working days before it is due" in said.text and "chosen" in said.text
    assert stored(office, "report-reminder") == []
    shown = presses(office, said.buttons[0])
    assert "reminded now" in shown.text and stored(office, "report-reminder") == []
    presses(office, shown.buttons[0])
    assert len(stored(office, "report-reminder")) == 3
    assert "(2 prompts in seven days)" in types(office, "report chase").text


def test_one_line_gives_somebody_another_day(office: Office) -> None:
    given = an_owed_report(office)
    said = types(office, "report extend Best Start in Life until 3 February 2027 because the chair is new in post")
    assert said.title == "Another day"
    assert f"{owed(office, given).due}" == "2027-02-03"


def test_a_form_asks_which_round_is_meant_where_several_are_open(office: Office) -> None:
    an_owed_report(office)
    an_agency_owes(office, "constabulary", report=AUDIT)
    asked = presses(office, Button(label="Extend", does="return.extend"))
    assert asked.sheet is not None
    [which] = asked.sheet.blanks
    values = [choice.value for choice in which.choices]
    assert [value.split(":")[1] for value in values] == ["exception-report", "audit"]
    then = presses(office, Button(label="Go on", does="return.extend"), round=values[0])
    assert then.sheet is not None and [blank.name for blank in then.sheet.blanks] == ["who", "due", "because"]
    assert LIFE in [choice.value for choice in then.sheet.blanks[0].choices]


def test_audit_means_audits_only(office: Office) -> None:
    an_owed_report(office)
    given = an_agency_owes(office, "constabulary", report=AUDIT)
    shown = types(office, "audit close")
    assert "Audit 2027" in shown.text
    presses(office, shown.buttons[0])
    assert the_round(office, given).state == "closed"
    with office.reading() as scope:
        assert [each.report for each in returns.rounds(scope, state="open")] == ["exception-report"]


def test_cancelling_needs_a_reason(office: Office) -> None:
    an_owed_report(office)
    assert "This is needed." in str(types(office, "report cancel").fields)
    shown = types(office, "report cancel because the meeting is by telephone")
    assert "cancelled" in shown.text


def test_a_contact_is_named_in_a_line_and_listed(office: Office) -> None:
    name = next(each.name for each in office.definition.arrangements.agencies if each.id == "constabulary")
    said = types(office, "return contact constabulary lead@constabulary.example Head of Safeguarding as lead")
    assert said.title == "Recorded"
    listed = types(office, "return contacts constabulary")
    assert listed.title == name and "Head of Safeguarding, lead@constabulary.example: answers" in listed.text


def test_a_setting_is_entered_in_a_line(office: Office) -> None:
    assert types(office, "return enrol Oak Primary School with section 175").title == "Entered"
    assert types(office, "return off-list Oak Primary School").title == "Off the list"


def test_not_us_is_a_form_that_keeps_what_was_typed_when_it_is_refused(office: Office) -> None:
    given = an_owed_report(office)
    [asked] = letters(office, office.person("bs-life-chair"), "report-asked")
    button = next(each for each in asked.buttons if each.does == "return.not-us")
    form = presses(office, button, "bs-life-chair")
    assert form.sheet is not None and [blank.name for blank in form.sheet.blanks] == ["because"]
    again = presses(office, button, "bs-life-chair", because="the child, born on 3.4.2019, has moved")
    assert again.sheet is not None
    [blank] = again.sheet.blanks
    assert blank.value.startswith("the child") and blank.problem
    presses(office, button, "bs-life-chair", because="This group does not meet any more")
    assert owed(office, given).not_us == "asked"
    [question] = letters(office, office.person(MANAGER), "not-us-asked")
    refusing = presses(office, question.buttons[1])
    assert refusing.sheet is not None and [blank.name for blank in refusing.sheet.blanks] == ["because"]
    assert presses(office, question.buttons[0]).title == "Agreed"


def test_nobody_but_the_business_manager_sees_who_is_told_next(office: Office) -> None:
    an_owed_report(office)
    assert "This can be done by the business manager" in types(office, "report chase", "bs-life-chair").text
