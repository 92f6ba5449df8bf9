"""What people type about a case: the list, one of them, its forms; and that nothing else of such a line is kept."""

import logging
from collections.abc import Iterator

import pytest
from sqlmodel import col, func, select

from commands.conversation import Conversation
from commands.speakers import Speaker
from storage.records import ledger, people
from storage.records.ledger import Entry
from storage.records.message import Message
from tests.commands.case_offices import MANAGER, REFERENCE, in_buckinghamshire, in_gloucestershire, letters, rows
from tests.offices import Office

POLICE = "head-of-protecting-vulnerable-people"
CANARY = "Canarywing"
PANEL = "Day 2: the council's team notifies the national Panel"


@pytest.fixture
def office() -> Iterator[Office]:
    with in_buckinghamshire() as office:
        yield office


def voice(office: Office, post: str) -> Speaker:
    """Whoever is in a post, by an account that they have confirmed."""
    person = office.person(post)
    with office.runner.store.writing() as session:
        identity = people.identity(session, "notebook", office.partnership, person)
        if identity is None:
            identity = people.propose(
                session, door="notebook", tenant=office.partnership, user=person, person=person, now=office.now
            )
        identity.state = "confirmed"
        session.add(identity)
    return Speaker("notebook", office.partnership, person)


def says(office: Office, post: str, line: str) -> Message:
    talk = Conversation(office.runner, local_doors=("notebook",))
    return talk.answer(voice(office, post), line, None, office.now)


def presses(office: Office, post: str, does: str, **form: str) -> Message:
    talk = Conversation(office.runner, local_doors=("notebook",))
    return talk.press(voice(office, post), does, form, None, office.now)


def entries(office: Office) -> int:
    with office.reading() as scope:
        return scope.session.exec(select(func.count(col(Entry.seq)))).one()


# Looking


def test_the_list_has_what_one_may_see_with_what_is_next_and_looks_harmless(office: Office) -> None:
    before = entries(office)
    text = says(office, MANAGER, "incident list").text
    assert text == (
        f"{REFERENCE}: A child has been seriously harmed, and there are concerns about abuse or neglect. "
        "Next: Referral form to the support team, due 16:00 on Friday 8 January 2027."
    )
    assert entries(office) == before
    nothing = "There is no open incident on whose list you are."
    assert says(office, "ppp-chair", "incident list").text == nothing


def test_one_incident_shows_each_stage_with_how_its_date_came_about_and_that_it_was_opened_is_kept(
    office: Office,
) -> None:
    message = says(office, POLICE, f"incident show {REFERENCE.lower()}")
    stage = {field.label: field.value for field in message.fields}[PANEL]
    for said in (
        "due Monday 11 January 2027",
        'Counts from "the support team receives the referral form": Friday 8 January 2027 at 10:00.',
        "Not counted: 2 days at weekends.",
        "Earliest reading: Saturday 9 January 2027",
        "Latest reading: Thursday 14 January 2027",
        "Guidance version: Working Together to Safeguard Children 2026",
        "Seen to by: BCC team that notifies the national Panel",
    ):
        assert said in stage, said
    with office.reading() as scope:
        entry = list(ledger.entries(scope))[-1]
        kept = (entry.action, entry.record, entry.actor)
    assert kept == ("incident.show", f"incident:{REFERENCE}", office.person(POLICE))


def test_the_process_record_comes_by_a_personal_link_and_not_into_the_chat(office: Office) -> None:
    answer = says(office, POLICE, f"incident record {REFERENCE}")
    assert answer.title == f"{REFERENCE}: the process record" and not answer.fields
    [(_, letter)] = letters(office, "record-link")
    assert letter.link


def test_what_was_told_is_shown_to_those_on_the_list_only() -> None:
    with in_gloucestershire() as office:
        office.done(MANAGER, "incident.flag", reference=REFERENCE, flag="nhs-wales")
        shown = {field.label: field.value for field in says(office, MANAGER, f"incident show {REFERENCE}").fields}
        assert shown["Known"] == "a child registered with NHS Wales"
        absent = says(office, "education-chair", "incident show TEST-404")
        assert says(office, "education-chair", f"incident show {REFERENCE}") == absent


def test_somebody_who_has_not_confirmed_who_they_are_sees_no_case(office: Office) -> None:
    talk = Conversation(office.runner, local_doors=("notebook",))
    person = office.person(MANAGER)
    unsure = Speaker("notebook", office.partnership, person, vouched=False)
    voice(office, MANAGER)
    listed = talk.answer(unsure, "incident list", None, office.now)
    assert REFERENCE not in listed.model_dump_json()
    shown = talk.answer(unsure, f"incident show {REFERENCE}", None, office.now)
    assert shown == talk.answer(unsure, "incident show TEST-404", None, office.now)


# Nothing behind a reference


LINES = [
    f"incident show {REFERENCE} {CANARY}",
    f"incident list {CANARY}",
    f"incident done {REFERENCE} {CANARY}",
    f"incident done {REFERENCE} alert {CANARY}",
    f"incident decide {REFERENCE} {CANARY}",
    f"incident not-needed {REFERENCE} alert because {CANARY}",
    f"incident flag {REFERENCE} {CANARY}",
    f"incident fact {REFERENCE} {CANARY}",
    f"incident fact {REFERENCE} received {CANARY}",
    f"incident fact {REFERENCE} received 7 January 09:00 {CANARY}",
    f"incident {REFERENCE} {CANARY}",
    f"incident {CANARY} {REFERENCE}",
]


@pytest.mark.parametrize("line", LINES)
def test_words_behind_a_reference_are_refused_and_neither_kept_nor_said_again(
    office: Office, line: str, caplog: pytest.LogCaptureFixture
) -> None:
    before = entries(office)
    with caplog.at_level(logging.DEBUG):
        answer = says(office, MANAGER, line)
    assert CANARY.casefold() not in answer.model_dump_json().casefold()
    assert CANARY not in caplog.text
    assert entries(office) == before
    assert rows(office)["alert"].state == "open"


@pytest.mark.parametrize("line", LINES[2:8])
def test_a_line_about_a_case_that_one_may_not_know_is_answered_as_one_about_none(office: Office, line: str) -> None:
    absent = says(office, "ppp-chair", line.replace(REFERENCE, "TEST-404"))
    assert says(office, "ppp-chair", line) == absent
    assert absent.text == "There is nothing under that reference."


# Forms


def test_a_stage_is_recorded_by_a_form_that_asks_step_by_step(office: Office) -> None:
    answer = says(office, MANAGER, "incident done")
    [button] = answer.buttons
    first = presses(office, MANAGER, button.does, **button.form)
    assert first.sheet is not None and [choice.value for choice in first.sheet.blanks[0].choices] == [REFERENCE]
    second = presses(office, MANAGER, button.does, reference=REFERENCE)
    assert second.sheet is not None
    offered = [choice.value for choice in second.sheet.blanks[0].choices]
    assert "alert" in offered and "decision" not in offered and "rapid-review" not in offered
    third = presses(office, MANAGER, button.does, reference=REFERENCE, stage="alert")
    assert third.sheet is not None
    assert [blank.name for blank in third.sheet.blanks] == ["day", "hour", "evidence", "ticked", "because"]
    assert not [blank for blank in third.sheet.blanks if blank.kind == "text"]
    done = presses(
        office, MANAGER, button.does, reference=REFERENCE, stage="alert", day="today", ticked="call,recorded"
    )
    assert "is done" in done.title
    assert rows(office)["alert"].ticked == ["call", "recorded"]


def test_a_mistake_comes_back_in_the_form_beside_its_field_with_what_was_typed(office: Office) -> None:
    form = {"reference": REFERENCE, "stage": "alert", "day": "today", "evidence": "what the mother said"}
    again = presses(office, MANAGER, "incident.done", **form)
    assert again.sheet is not None
    blanks = {blank.name: blank for blank in again.sheet.blanks}
    assert blanks["evidence"].value == "what the mother said"
    assert blanks["evidence"].problem.startswith("This is no reference.")
    assert "mother" not in again.text + again.title


def test_a_time_that_is_typed_shows_what_moves_and_a_press_records_it(office: Office) -> None:
    shown = says(office, MANAGER, f"incident fact {REFERENCE} received 7 January 17:00")
    moved = f"{PANEL}: Monday 11 January 2027 becomes Friday 8 January 2027"
    assert shown.title == "This is what would change" and moved in shown.text
    sure = shown.buttons[0]
    assert sure.label == "Record it"
    assert presses(office, MANAGER, sure.does, **sure.form).title == f"{REFERENCE}: recorded"


def test_a_decision_and_a_view_are_chosen_among_the_words_of_the_stage(office: Office) -> None:
    says(office, MANAGER, f"incident decide {REFERENCE} rapid-review")
    sheet = presses(office, MANAGER, "incident.decide", reference=REFERENCE, stage="rapid-review").sheet
    assert sheet is not None
    assert [choice.value for choice in sheet.blanks[0].choices] == ["a review is required", "no review is required"]
    viewed = presses(office, POLICE, "incident.view", reference=REFERENCE, stage="rapid-review").sheet
    assert viewed is not None and [blank.name for blank in viewed.blanks] == ["post", "view", "because", "dissents"]


def test_a_form_about_a_case_that_one_may_not_know_does_not_open(office: Office) -> None:
    absent = presses(office, "ppp-chair", "incident.done", reference="TEST-404", again="yes")
    assert presses(office, "ppp-chair", "incident.done", reference=REFERENCE, again="yes") == absent
    none = presses(office, "ppp-chair", "incident.done", again="yes")
    assert REFERENCE not in none.model_dump_json() and "There is no open incident that you may see." in none.text


def test_what_somebody_can_do_is_behind_the_buttons_of_the_incident(office: Office) -> None:
    handler = [button.does for button in says(office, MANAGER, f"incident show {REFERENCE}").buttons]
    assert handler == ["incident.done", "incident.decide", "incident.view", "incident.fact", "incident.flag"]
    partner = [button.does for button in says(office, POLICE, f"incident show {REFERENCE}").buttons]
    assert "incident.fact" not in partner
