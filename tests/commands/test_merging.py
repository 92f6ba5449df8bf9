"""The same incident told twice: shown to its handler alone, who merges; answers count for both, nobody is alarmed."""

from collections.abc import Iterator

import pytest

from commands import merging
from storage.records import duties, incidents, outbox, tellings
from storage.records.message import Message
from storage.records.tellings import Telling
from tests.commands.notified import an_open_office, case_of, sends
from tests.offices import Office

TOLD = ("council-lead", "police-lead", "health-lead")
PAIR = {"newer": "TEST-2", "older": "TEST-1"}


@pytest.fixture
def office() -> Iterator[Office]:
    with an_open_office() as office:
        yield office


def match_words(office: Office) -> list[Message]:
    office.deliver()
    return [message for message in office.sent_to("business-manager") if message.title.startswith("Perhaps told twice")]


def told(office: Office, reference: str) -> dict[str, Telling]:
    with office.reading() as scope:
        found = {row.post: row for row in tellings.of_case(scope, reference)}
        scope.session.expunge_all()
    return found


def open_duties(office: Office, reference: str) -> list[str]:
    records = [f"incident:{reference}", *(f"incident:{reference}:{post}" for post in TOLD)]
    with office.reading() as scope:
        return [duty.kind for record in records for duty in duties.of_record(scope, record)]


def twice(office: Office, **second: str) -> None:
    """Notified by the doctor, and an hour later by the duty desk."""
    sends(office, "doctor")
    office.deliver()
    office.moves_to("2027-01-13 12:00")
    sends(office, "desk", **second)
    office.deliver()


# Shown


@pytest.mark.parametrize(
    ("first", "second", "shown"),
    [
        ({}, {}, True),
        ({}, {"aware": "10 Jan 2027"}, True),
        ({}, {"aware": "8 Jan 2027"}, False),
        ({}, {"kind": "child-has-died"}, False),
        ({}, {"area": "other", "other_area": "wirral"}, False),
        ({"authority_reference": "LS-1"}, {"authority_reference": "ls-1", "kind": "child-has-died"}, True),
        ({"authority_reference": "LS-1"}, {"authority_reference": "LS-2", "kind": "child-has-died"}, False),
    ],
)
def test_a_likely_second_telling_is_shown_to_the_handler_alone(
    office: Office, first: dict[str, str], second: dict[str, str], shown: bool
) -> None:
    sends(office, "doctor", **first)
    sends(office, "desk", **second)
    found = match_words(office)
    assert len(found) == shown
    if shown:
        assert found[0].title == "Perhaps told twice: TEST-2 and TEST-1"
        assert [(button.label, button.form) for button in found[0].buttons] == [("Merge", PAIR), ("Not the same", PAIR)]
    for post in (*TOLD, "doctor", "desk"):
        assert not [message for message in office.sent_to(post) if "Perhaps" in message.title]


def test_what_is_closed_is_no_match(office: Office) -> None:
    twice(office)
    office.done("business-manager", "incident.merge", **PAIR)
    sends(office, "doctor")
    assert [message.title for message in match_words(office)][1:] == ["Perhaps told twice: TEST-3 and TEST-1"]


def test_an_older_case_that_cannot_be_opened_keeps_nobody_from_notifying(office: Office) -> None:
    sends(office, "doctor")
    with office.runner.store.writing() as session:
        found = session.get(incidents.Case, (office.partnership, "TEST-1"))
        assert found is not None
        found.sealed = "sealed with another key"
        session.add(found)
    assert sends(office, "desk").title == "OSCP: received, TEST-2"


# Merged


def test_the_newer_is_kept_under_the_older_whichever_way_they_are_named(office: Office) -> None:
    for pair in (PAIR, {"newer": "TEST-1", "older": "TEST-2"}):
        with office.copy() as there:
            twice(there)
            answer = there.done("business-manager", "incident.merge", **pair)
            assert answer.title == "TEST-2 is kept under TEST-1"
            newer, older = case_of(there, "TEST-2"), case_of(there, "TEST-1")
            assert (newer.merged_into, newer.closed_at, older.closed_at) == ("TEST-1", there.now, None)
            assert {row.state for row in told(there, "TEST-2").values()} == {"ended"}
            assert not open_duties(there, "TEST-2") and open_duties(there, "TEST-1")


def test_whoever_was_told_of_both_hears_of_it_once_and_quietly(office: Office) -> None:
    twice(office)
    before = {post: len(office.sent_to(post)) for post in TOLD}
    office.done("business-manager", "incident.merge", **PAIR)
    with office.reading() as scope:
        rows = outbox.about(scope, "incident:TEST-1", [merging.MERGED])
        scope.session.expunge_all()
    assert sorted(row.post for row in rows) == sorted(TOLD) and {row.lane for row in rows} == {"post"}
    office.deliver()
    for post in TOLD:
        new = office.sent_to(post)[before[post] :]
        assert [message.title for message in new if message.tone == "alert"] == []
        assert office.told(post).count("TEST-2 is kept under TEST-1") == 1


def test_an_alert_that_has_not_gone_out_is_not_sent_any_more(office: Office) -> None:
    sends(office, "doctor")
    office.deliver()
    sends(office, "desk")
    office.done("business-manager", "incident.merge", **PAIR)
    office.deliver()
    for post in TOLD:
        assert not [message for message in office.sent_to(post) if "TEST-2" in message.title], post


def test_an_answer_to_either_counts_for_both(office: Office) -> None:
    twice(office)
    office.done("police-lead", "incident.answer", reference="TEST-2", post="police-lead", answer="known")
    office.done("council-lead", "incident.answer", reference="TEST-2", post="council-lead", answer="have", within=30)
    office.done("health-lead", "incident.answer", reference="TEST-1", post="health-lead", answer="known")
    office.done("business-manager", "incident.merge", **PAIR)
    found = told(office, "TEST-1")
    assert {post: (row.state, row.answer) for post, row in found.items()} == {
        "police-lead": ("answered", "known"),
        "council-lead": ("answered", "have"),
        "health-lead": ("answered", "known"),
    }
    assert found["police-lead"].answered_by == office.person("police-lead")
    with office.reading() as scope:
        left = {duty.kind for duty in duties.of_record(scope, "incident:TEST-1:council-lead")}
    assert left == {"alert-lapse"}


def test_a_post_that_was_told_of_the_newer_alone_is_told_of_the_older() -> None:
    died = {"id": "child-has-died", "name": "A child has died", "told": ["doctor"]}
    harmed = {"id": "serious-harm", "name": "A child has been seriously harmed"}
    with an_open_office(kinds=[died, harmed]) as office:
        for reference, kind in (("TEST-1", "serious-harm"), ("TEST-2", "child-has-died")):
            sends(office, "desk", kind=kind, authority_reference="LS-1")
            assert ("doctor" in told(office, reference)) is (kind == "child-has-died")
        office.done("business-manager", "incident.merge", **PAIR)
        assert told(office, "TEST-1")["doctor"].state == "told"
        assert office.done("doctor", "incident.answer", reference="TEST-1", post="doctor", answer="known")


def test_what_is_silent_until_the_morning_is_loud_when_people_were_woken_for_the_other() -> None:
    with an_open_office("2027-01-13 23:30", speed="morning") as office:
        sends(office, "doctor")
        office.deliver()
        came = {"came_by": "telephone", "received": "13 Jan 2027", "received_hour": "23:00", "notifier_name": "A nurse"}
        woken = {"notifier_telephone": "01234 500501", "speed": "now", "because": "risk"}
        sends(office, "desk", "incident.notify-for", **came, **woken)
        assert {row.state for row in told(office, "TEST-1").values()} == {"silent"}
        office.done("police-lead", "incident.answer", reference="TEST-2", post="police-lead", answer="known")
        office.done("business-manager", "incident.merge", **PAIR)
        older = case_of(office)
        assert (older.speed, older.wake_at, older.woken_because) == ("now", None, "risk")
        states = {post: row.state for post, row in told(office, "TEST-1").items()}
        assert states == {"police-lead": "answered", "council-lead": "told", "health-lead": "told"}


def test_only_the_handler_merges_and_others_learn_nothing(office: Office) -> None:
    twice(office)
    assert "who handles it" in office.refused("police-lead", "incident.merge", **PAIR)
    nothing = office.refused("doctor", "incident.merge", **PAIR)
    assert nothing == office.refused("doctor", "incident.merge", newer="TEST-404", older="TEST-405")
    unsure = office.actor("business-manager", confirmed=False)
    assert office.runner.perform(unsure, "incident.merge", PAIR, None, office.now).refused


def test_what_cannot_be_one_is_refused(office: Office) -> None:
    twice(office)
    assert "one and the same" in office.refused("business-manager", "incident.merge", newer="TEST-1", older="TEST-1")
    office.done("business-manager", "incident.merge", **PAIR)
    assert "kept under TEST-1 already" in office.refused("business-manager", "incident.merge", **PAIR)
    sends(office, "doctor")
    assert "is closed" in office.refused("business-manager", "incident.merge", newer="TEST-3", older="TEST-2")


def test_two_that_are_not_the_same_both_stay_open(office: Office) -> None:
    twice(office)
    assert office.done("business-manager", "incident.not-same", **PAIR).title == "Both stay open"
    assert case_of(office, "TEST-2").closed_at is None and not case_of(office, "TEST-2").merged_into


def test_an_earlier_time_of_the_newer_is_pointed_out(office: Office) -> None:
    twice(office, aware="11 Jan 2027", authority_aware="12 Jan 2027", authority_aware_hour="09:00")
    answer = office.done("business-manager", "incident.merge", **PAIR)
    assert "earlier or further time (aware, authority-aware)" in answer.text


def test_both_notifiers_still_hear_of_the_decision(office: Office) -> None:
    twice(office)
    office.done("business-manager", "incident.merge", **PAIR)
    both = [office.person("doctor"), office.person("desk")]
    with office.looking("business-manager") as work:
        case = incidents.find(work.scope, "TEST-1")
        assert case is not None
        assert merging.notifiers(work, case) == both
