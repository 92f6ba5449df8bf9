"""Answering a report or an audit: saved by section, sent in, nothing by exception, taken back, and what follows."""

import json
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlmodel import col, select

from commands import chasing, links, returning_forms, returning_opened, returning_words
from commands.permissions import Actor
from commands.runner import sentence_of_who_may
from storage.records import duties, ledger, outbox, people, raised, returns
from storage.records.message import Message
from storage.records.requests import Request
from storage.records.returns import Moderated
from storage.records.scope import Scope
from tests.offices import Office
from tests.returns_given import (
    AGENCY,
    AUDIT,
    CHAIR,
    COMPLEX,
    LEAD,
    MANAGER,
    SENIOR,
    VULNERABLE,
    Given,
    a_partnership_of_reports,
    an_agency_owes,
    an_owed_report,
    filled_so_far,
    in_the_post,
    owed,
    saves,
    says_nothing,
    sends_in,
    the_round,
)

OTHER_CHAIR = "bs-vulnerable-chair"
WHO_MAY = sentence_of_who_may({}, "owed")
NHS_NUMBER = "943 476 5919"
SECRET = "Quokkas were counted"


@pytest.fixture
def office() -> Iterator[Office]:
    with a_partnership_of_reports() as office:
        yield office


@pytest.fixture
def given(office: Office) -> Given:
    return an_owed_report(office)


def saved(office: Office, given: Given, question: str) -> str:
    return filled_so_far(office, given)[question].value


def save(office: Office, who: str | Actor, given: Given, **fields: str) -> Message:
    return office.done(who, "return.save", **given.about, **fields)


def told(office: Office, given: Given, kind: str) -> list[tuple[str, Message]]:
    """What is stored of a kind about what one owes, each with the person it is for."""
    with office.reading() as scope:
        return [(row.person, row.words) for row in outbox.about(scope, given.record, [kind])]


def asked_still(office: Office, given: Given) -> bool:
    """Whether they will be reminded of it."""
    with office.reading() as scope:
        return any(each.kind in chasing.KINDS for each in duties.of_record(scope, given.record))


# Saving


def test_a_section_that_was_saved_is_there_again_and_is_not_sent_in(office: Office, given: Given) -> None:
    answer = save(office, CHAIR, given, achieved="Two protocols")
    assert "counts once you send it in" in answer.text and "Two protocols" in answer.text
    assert saved(office, given, "achieved") == "Two protocols"
    assert owed(office, given).state == "draft" and owed(office, given).sent == 0


def test_a_mistake_is_said_beside_its_field_and_nothing_of_the_section_is_saved(office: Office, given: Given) -> None:
    fields = {"achieved": f"See {NHS_NUMBER}", "actions.1.what": "Write", "actions.1.due": "32 January"}
    outcome = office.perform(CHAIR, "return.save", **given.about, **fields)
    assert {refusal.field for refusal in outcome.refusals} == {"achieved", "actions.1.due"}
    assert owed(office, given).state == "nothing"


def test_a_draft_may_be_incomplete_but_is_not_sent_in_so(office: Office, given: Given) -> None:
    save(office, CHAIR, given)
    outcome = office.perform(CHAIR, "return.send", **given.about)
    assert [refusal.field for refusal in outcome.refusals] == ["achieved"]
    assert owed(office, given).state == "draft"


def test_each_saved_section_leads_to_the_next_and_the_last_to_the_summary() -> None:
    with a_partnership_of_reports() as office:
        in_the_post(office, LEAD, "lead@police.example")
        given = an_agency_owes(office, AGENCY, report=AUDIT)
        lead = office.actor(LEAD)
        first = save(office, lead, given, section="leadership", **{"leadership-met": "met"})
        assert first.sheet is not None and first.sheet.form["section"] == "training"
        last = save(office, lead, given, section="listening", **{"listening-met": "met"})
        assert last.sheet is None and "Still needed" in last.text and "How far training is met" in last.text
        assert last.buttons[0].label == "Fill in: Training"
        checked = save(office, lead, given, section="training", then="check", **{"training-met": "not-met"})
        assert checked.sheet is None and checked.buttons[0].label == "Send it in"


def test_a_section_that_somebody_else_saved_meanwhile_is_not_overwritten_unseen(office: Office, given: Given) -> None:
    in_the_post(office, CHAIR, "pa@council.example", name="Staff Officer", capacity="pa")
    with office.looking(CHAIR) as work:
        seen = returning_forms.made_save(work, given.about).fixed["seen"]
    save(office, "pa@council.example", given, achieved="By the staff officer", seen=seen)
    outcome = office.perform(CHAIR, "return.save", **given.about, achieved="By the chair", seen=seen)
    (refusal,) = outcome.refusals
    assert "Staff Officer" in str(refusal) and "By the staff officer" in str(refusal)
    assert saved(office, given, "achieved") == "By the staff officer"
    save(office, CHAIR, given, achieved="By the staff officer", seen=seen)
    save(office, CHAIR, given, achieved="By the chair")
    assert saved(office, given, "achieved") == "By the chair"


def test_words_that_may_name_somebody_are_asked_back_before_it_is_sent_in(office: Office, given: Given) -> None:
    answer = save(office, CHAIR, given, achieved="The work with Zinnia Quill went well")
    assert 'Is one of these a child, or somebody in a family? "Zinnia Quill"' in answer.text
    shown = office.preview(CHAIR, "return.send", **given.about)
    assert any("Zinnia Quill" in str(change) and "child" in str(change) for change in shown.changes)
    plain = save(office, CHAIR, given, achieved="the work went well")
    assert "found" not in plain.text and "child, or somebody" not in plain.text


# Who may


@pytest.mark.parametrize("action", ["return.save", "return.send", "return.nothing", "return.take-back"])
def test_what_others_owe_looks_as_if_it_did_not_exist(office: Office, given: Given, action: str) -> None:
    not_there = {**given.about, "place": "sog.1999-1"}
    assert office.refused(OTHER_CHAIR, action, **given.about) == WHO_MAY
    assert office.refused(OTHER_CHAIR, action, **not_there) == office.refused(CHAIR, action, **not_there) == WHO_MAY


def test_whoever_has_left_the_post_may_not_answer_any_more(office: Office, given: Given) -> None:
    leaver = office.actor(CHAIR)
    office.done(MANAGER, "people.leave", post=CHAIR, until="2027-01-05")
    office.moves_to("2027-01-06 09:00")
    assert office.refused(leaver, "return.save", **given.about, achieved="Late") == WHO_MAY


def test_who_covers_the_post_answers_for_it(office: Office, given: Given) -> None:
    office.done(MANAGER, "people.cover", post=CHAIR, person=OTHER_CHAIR, until="2027-01-31")
    save(office, OTHER_CHAIR, given, achieved="For a colleague")
    assert saved(office, given, "achieved") == "For a colleague"


# Sending in


def test_what_is_sent_in_counts_and_is_not_asked_for_any_more(office: Office, given: Given) -> None:
    assert asked_still(office, given)
    answer = sends_in(office, CHAIR, given)
    row = owed(office, given)
    assert "is sent in" in answer.title
    assert (row.state, row.sent, row.came_by, row.answered_at) == ("answered", 1, "chat", office.now)
    assert row.answered_by == office.person(CHAIR) and not asked_still(office, given)


def test_sending_in_twice_counts_once(office: Office, given: Given) -> None:
    saves(office, CHAIR, given)
    first = office.press(CHAIR, "return.send", "press-1", **given.about)
    again = office.press(CHAIR, "return.send", "press-1", **given.about)
    assert again.repeated and again.answer == first.answer
    assert "is sent in on Monday 4 January 2027" in office.refused(CHAIR, "return.send", **given.about)
    assert owed(office, given).sent == 1


def test_after_it_is_in_nothing_is_saved_unless_it_is_taken_back(office: Office, given: Given) -> None:
    sends_in(office, CHAIR, given, achieved="First")
    assert "take it back" in office.refused(CHAIR, "return.save", **given.about, achieved="Second")
    answer = office.done(CHAIR, "return.take-back", **given.about)
    assert owed(office, given).state == "reopened" and asked_still(office, given)
    assert answer.buttons[0].does == "return.save" and saved(office, given, "achieved") == "First"
    sends_in(office, CHAIR, given, achieved="Second")
    assert owed(office, given).sent == 2 and saved(office, given, "achieved") == "Second"


def test_sending_in_can_be_undone(office: Office, given: Given) -> None:
    sends_in(office, CHAIR, given)
    answer = office.done(CHAIR, "undo")
    assert answer.title.startswith("Taken back: sending in Exception report")
    assert owed(office, given).state == "reopened"


def test_what_is_approved_is_not_taken_back_but_can_be_opened_again(office: Office, given: Given) -> None:
    sends_in(office, CHAIR, given)
    assert "cannot be approved" in office.refused(MANAGER, "return.approve", **an_owed_report(office, COMPLEX).about)
    office.done(MANAGER, "return.approve", **given.about)
    assert owed(office, given).state == "approved" and owed(office, given).approved_by == office.person(MANAGER)
    assert "is approved" in office.refused(CHAIR, "return.take-back", **given.about)
    office.done(MANAGER, "return.reopen", **given.about, because="a figure is missing")
    assert owed(office, given).state == "reopened"


def test_in_a_round_that_is_closed_nothing_is_taken_in(office: Office, given: Given) -> None:
    saves(office, CHAIR, given)
    with office.runner.store.writing() as session:
        round_ = session.get_one(returns.Round, (office.partnership, given.report, given.place))
        round_.state = "closed"
        session.add(round_)
    for action in ("return.save", "return.send", "return.nothing"):
        assert "is closed" in office.refused(CHAIR, action, **given.about)


# Nothing by exception


def test_nothing_by_exception_says_first_what_it_means_and_then_counts(office: Office, given: Given) -> None:
    with office.runner.store.writing() as session:
        raised.add(Scope(session, office.partnership), group="sog", who=given.who, text="No room", now=office.now)
    save(office, CHAIR, given, achieved="Half of it")
    shown = "\n".join(str(change) for change in office.preview(CHAIR, "return.nothing", **given.about).changes)
    assert "Nothing to report by exception" in shown and "1 escalation of yours: stays open" in shown
    assert "is not sent, and is kept" in shown and owed(office, given).state == "draft"
    says_nothing(office, CHAIR, given)
    row = owed(office, given)
    assert (row.state, row.by_exception, row.sent) == ("answered", True, 1)
    office.done(CHAIR, "return.take-back", **given.about)
    assert saved(office, given, "achieved") == "Half of it"


def test_a_form_without_that_answer_is_not_answered_by_nothing() -> None:
    with a_partnership_of_reports() as office:
        in_the_post(office, LEAD, "lead@police.example")
        given = an_agency_owes(office, AGENCY, report=AUDIT)
        assert "has no such answer" in office.refused(office.actor(LEAD), "return.nothing", **given.about)


# Opened again, signed, looked at again


def test_what_is_opened_again_is_kept_asked_for_and_whoever_answers_hears_why(office: Office, given: Given) -> None:
    sends_in(office, CHAIR, given, achieved="First")
    assert "Say why" in office.refused(MANAGER, "return.reopen", **given.about, because="")
    office.done(MANAGER, "return.reopen", **given.about, because="the figures are of last year")
    assert saved(office, given, "achieved") == "First" and asked_still(office, given)
    ((person, message),) = told(office, given, "report-reopened")
    assert person == office.person(CHAIR) and "the figures are of last year" in message.text
    assert message.link and message.buttons[0].does == "return.save"


def test_the_chair_of_the_group_that_receives_it_opens_it_again_and_nobody_elses_chair() -> None:
    with a_partnership_of_reports() as office:
        arrangements = office.definition.arrangements
        chair = arrangements.groups_by_id["sog"].chair
        given = an_owed_report(office)
        sends_in(office, CHAIR, given)
        assert "the chair of the group" in office.refused(OTHER_CHAIR, "return.reopen", **given.about, because="x")
        if chair is not None:
            office.done(chair, "return.reopen", **given.about, because="a page is missing")
            assert owed(office, given).state == "reopened"


@pytest.fixture
def audited() -> Iterator[Office]:
    with a_partnership_of_reports(audit={"signed_off": True}) as office:
        in_the_post(office, LEAD, "lead@police.example", name="Lead of the Police")
        in_the_post(office, SENIOR, "senior@police.example", name="Senior of the Police")
        yield office


def test_an_audit_that_is_signed_off_is_held_until_the_senior_signs_it(audited: Office) -> None:
    given = an_agency_owes(audited, AGENCY, report=AUDIT)
    answer = sends_in(audited, audited.actor(LEAD), given)
    assert "counts once it is signed off" in answer.text and not asked_still(audited, given)
    ((person, message),) = told(audited, given, "report-to-sign")
    assert person == audited.person(SENIOR) and message.buttons[0].does == "return.sign-off" and message.link
    assert "waits for signature" in audited.refused(MANAGER, "return.approve", **given.about)
    assert audited.refused(audited.actor(LEAD), "return.sign-off", **given.about).startswith("This can be done by the")
    shown = audited.preview(audited.actor(SENIOR), "return.sign-off", **given.about)
    assert any("How far leadership is met" in str(change) for change in shown.changes)
    audited.done(audited.actor(SENIOR), "return.sign-off", **given.about)
    assert owed(audited, given).signed_off_by == audited.person(SENIOR)
    assert [person for person, _ in told(audited, given, "report-signed")] == [audited.person(LEAD)]
    assert "does not wait" in audited.refused(audited.actor(SENIOR), "return.sign-off", **given.about)


def test_who_answers_for_the_senior_as_a_pa_does_not_sign(audited: Office) -> None:
    in_the_post(audited, SENIOR, "pa@police.example", capacity="pa")
    given = an_agency_owes(audited, AGENCY, report=AUDIT)
    sends_in(audited, audited.actor(LEAD), given)
    assert "senior who signs it off" in audited.refused("pa@police.example", "return.sign-off", **given.about)


def test_a_signature_is_gone_when_it_is_opened_again(audited: Office) -> None:
    given = an_agency_owes(audited, AGENCY, report=AUDIT)
    sends_in(audited, audited.actor(LEAD), given)
    audited.done(audited.actor(SENIOR), "return.sign-off", **given.about)
    audited.done(MANAGER, "return.reopen", **given.about, because="the second standard is empty")
    sends_in(audited, audited.actor(LEAD), given)
    assert owed(audited, given).signed_off_at is None and len(told(audited, given, "report-to-sign")) == 2


def test_another_rating_stands_beside_their_own_and_they_hear_of_it_once_a_day(audited: Office) -> None:
    given = an_agency_owes(audited, AGENCY, report=AUDIT)
    rating = {"question": "training-met", "rating": "met", "because": "it was seen at a visit"}
    assert "has no ratings" in audited.refused(MANAGER, "return.moderate", **given.about, **rating)
    sends_in(audited, audited.actor(LEAD), given, **{"training-met": "not-met"})
    answer = audited.done(MANAGER, "return.moderate", **given.about, **rating)
    assert "Their own: Not met. After another look: Met." in answer.text
    audited.done(MANAGER, "return.moderate", **given.about, **{**rating, "rating": "not-met"})
    with audited.reading() as scope:
        rows = scope.session.exec(select(Moderated)).all()
        assert [(row.question, row.rating) for row in rows] == [("training-met", "not-met")]
    assert [person for person, _ in told(audited, given, "report-moderated")] == [audited.person(LEAD)]
    wrong = audited.perform(MANAGER, "return.moderate", **given.about, question="training-met", rating="x", because="")
    assert {refusal.field for refusal in wrong.refusals} == {"rating", "because"}


# For them, and in another way


def test_what_the_secretariat_fills_in_for_somebody_says_so_and_they_are_told(office: Office, given: Given) -> None:
    office.done(MANAGER, "return.for-them", **given.about, what="save", achieved="As told by telephone")
    answer = office.done(MANAGER, "return.for-them", **given.about, what="send")
    assert "filled in for them by the secretariat" in answer.text
    assert owed(office, given).came_by == "on-behalf"
    ((person, message),) = told(office, given, "report-in")
    assert person == office.person(CHAIR) and "for you" in message.text
    with office.looking(CHAIR) as work:
        opened = returning_opened.find(work, given.about)
        assert opened is not None and "by the secretariat" in returning_words.state(work, opened)


def test_nobody_else_fills_something_in_for_others(office: Office, given: Given) -> None:
    assert "the business manager" in office.refused(OTHER_CHAIR, "return.for-them", **given.about, achieved="Mine")


def test_a_visit_is_a_way_to_answer_with_its_day_and_what_came_of_it(office: Office, given: Given) -> None:
    office.moves_to("2027-01-20 10:00")
    ahead = office.perform(MANAGER, "return.other-way", **given.about, how="visit", day="2027-02-01")
    assert [refusal.field for refusal in ahead.refusals] == ["day"]
    office.done(
        MANAGER, "return.other-way", **given.about, how="visit", day="2027-01-18", evidence="V-7", outcome="All is met"
    )
    row = owed(office, given)
    assert (row.state, row.came_by, row.reference) == ("other-way", "visit", "V-7") and not asked_still(office, given)
    assert row.answered_at is not None and row.answered_at.date() == date(2027, 1, 18)
    office.done(MANAGER, "return.reopen", **given.about, because="the chair wants to answer")
    save(office, CHAIR, given, achieved="By ourselves")
    assert saved(office, given, "achieved") == "By ourselves"


def test_an_answer_from_the_page_is_acknowledged_by_mail_and_one_in_chat_is_not(office: Office, given: Given) -> None:
    saves(office, CHAIR, given)
    office.done(CHAIR, "return.send", **given.about, came_by="web")
    assert owed(office, given).came_by == "web"
    ((person, message),) = told(office, given, "report-in")
    assert person == office.person(CHAIR) and message.link and "has arrived" in message.text
    other = an_owed_report(office, VULNERABLE)
    sends_in(office, OTHER_CHAIR, other)
    assert told(office, other, "report-in") == []


# What it begins with


def test_last_times_answers_stand_beside_the_questions(office: Office, given: Given) -> None:
    sends_in(office, CHAIR, given, achieved="Two protocols")
    office.moves_to(f"{the_round(office, given).due + timedelta(days=40)} 09:00")
    following = an_owed_report(office)
    assert following.place != given.place
    with office.looking(CHAIR) as work:
        step = returning_forms.made_save(work, following.about)
        hints = {blank.name: blank.hint for blank in step.blanks}
        assert hints["achieved"].endswith("Two protocols")
        assert step.headed is not None and "What was answered for" in step.headed(work, {})[1]


# Secrecy


def test_what_is_filled_in_is_stored_nowhere_in_clear(office: Office, given: Given) -> None:
    office.press(CHAIR, "return.save", "press-1", **given.about, achieved=SECRET)
    office.press(CHAIR, "return.send", "press-2", **given.about)
    with office.reading() as scope:
        requests = scope.session.exec(select(Request).where(col(Request.key).like("press-%"))).all()
        assert len(requests) == 2 and all(set(row.answer) == {"sealed"} for row in requests)
        entries = [entry.model_dump_json() for entry in ledger.entries(scope)]
        rows = [json.dumps([row.sealed, row.plain]) for row in scope.session.exec(select(returns.Filled))]
    assert rows and entries and not [text for text in (*entries, *rows) if "Quokka" in text]
    assert "Quokka" in saved(office, given, "achieved")


def test_the_seniors_link_leads_to_what_is_to_be_signed_and_nobody_elses_does(audited: Office) -> None:
    given = an_agency_owes(audited, AGENCY, report=AUDIT)
    sends_in(audited, audited.actor(LEAD), given)
    ((_, message),) = told(audited, given, "report-to-sign")
    with audited.reading() as scope:
        assert links.open_link(scope.session, message.link, audited.now) is not None
    with audited.runner.store.writing() as session:
        held = people.holdings(Scope(session, audited.partnership), posts=[SENIOR])
        held[0].until = audited.today
        session.add(held[0])
    audited.moves_to("2027-01-06 09:00")
    with audited.reading() as scope:
        assert links.open_link(scope.session, message.link, audited.now) is None
