"""The reference of a case goes only where somebody has confirmed who they are, by whatever message."""

from collections.abc import Iterator

import pytest

from commands.identities import actor_at
from scheduler.delivery import Delivery
from scheduler.doors import Parcel
from scheduler.rehearsal import Notebook
from storage.records import outbox, people
from storage.records.outbox import Outgoing
from tests.offices import Office, an_office, everybody_has_answered

CASE = "TEST-1"
A_WEEK_LATER = "2027-01-12 12:00"
LEADS = ("director-childrens-services", "assistant-chief-constable", "chief-nurse")


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office() as office:
        yield office


def unconfirm(office: Office, *posts: str) -> None:
    """Makes whoever is in a post somebody who is only proposed at the notebook."""
    persons = [office.person(post) for post in posts]
    with office.runner.store.writing() as session:
        for person in persons:
            for identity in people.identities(session, person):
                identity.state = "proposed"


def starts(office: Office) -> None:
    office.done(
        "business-manager", "incident.start", pathway="serious-incident", facts={"aware": "2027-01-04T05:00:00+00:00"}
    )


def goes_on_answered(office: Office) -> None:
    """A week goes by after everybody who was told has answered."""
    office.deliver()
    everybody_has_answered(office, CASE)
    office.run_to(A_WEEK_LATER)


def parcels(office: Office, post: str) -> list[Parcel]:
    person = office.person(post)
    return [parcel for _, parcel in office.notebook.sent if parcel.person == person]


def naming_the_case(office: Office, post: str) -> set[str]:
    """The kinds of messages that name the case, of those that reached whoever is in a post."""
    return {p.key.split(":")[1] for p in parcels(office, post) if CASE in p.message.model_dump_json()}


def rows(office: Office, post: str, kind: str) -> list[Outgoing]:
    with office.reading() as scope:
        found = [row for row in outbox.of_person(scope, office.person(post), 1000) if row.kind == kind]
        scope.session.expunge_all()
    return found


def test_whoever_is_confirmed_hears_of_a_case_by_alert_status_note_and_digest(office: Office) -> None:
    starts(office)
    goes_on_answered(office)
    assert naming_the_case(office, "chief-nurse") == {"incident-alert"}
    assert naming_the_case(office, "business-manager") == {"incident-status", "daily-note", "weekly-digest"}
    of_cases = [p for p in parcels(office, "business-manager") if CASE in p.message.model_dump_json()]
    assert all(parcel.about_case for parcel in of_cases)


def test_whoever_is_only_proposed_is_named_no_case_in_any_message(office: Office) -> None:
    unconfirm(office, "business-manager")
    starts(office)
    goes_on_answered(office)
    assert not naming_the_case(office, "business-manager")
    assert {p.key.split(":")[1] for p in parcels(office, "business-manager")} >= {"daily-note", "weekly-digest"}


def test_where_nobody_is_confirmed_no_message_about_a_case_goes_out_at_all(office: Office) -> None:
    unconfirm(office, "business-manager", *LEADS)
    starts(office)
    office.deliver()
    assert not any(CASE in parcel.message.model_dump_json() for _, parcel in office.notebook.sent)


@pytest.mark.long
def test_the_note_of_whoever_is_only_proposed_says_once_that_something_is_due_about_a_case(office: Office) -> None:
    unconfirm(office, "business-manager")
    starts(office)
    goes_on_answered(office)
    office.run_to("2027-02-02 12:00")
    notes = [m.text.splitlines() for m in office.sent_to("business-manager") if m.title.startswith("To do")]
    said = "- Something is due about a case. Confirm who you are to see it."
    assert max(note.count(said) for note in notes) == 1
    assert any(len(note) > 1 and said in note for note in notes)


def test_an_alert_to_whoever_is_only_proposed_reaches_nobody_and_the_business_manager_is_told(office: Office) -> None:
    unconfirm(office, "chief-nurse")
    starts(office)
    office.deliver()
    assert not parcels(office, "chief-nurse")
    told = [m for m in office.sent_to("business-manager") if m.title == "An alert was not delivered"]
    assert [m.text.partition(".")[0] for m in told] == [
        "An alert to the Chief Nurse reached nobody: this person has not confirmed who they are"
    ]
    assert all(row.about_case for row in rows(office, "business-manager", "not-delivered"))


def test_a_message_that_is_kept_true_stays_as_it_was_where_somebody_is_no_longer_confirmed(office: Office) -> None:
    starts(office)
    office.deliver()
    before = [p.message for p in parcels(office, "business-manager") if "incident-status" in p.key]
    manager = office.actor("business-manager")
    unconfirm(office, "business-manager")
    office.done(manager, "incident.not-needed", reference=CASE, stage="panel", because="no-review")
    office.deliver("2027-01-04 06:10")
    assert [p.message for p in parcels(office, "business-manager") if "incident-status" in p.key] == before
    assert rows(office, "business-manager", "incident-status")[0].state != "sent"


def test_a_case_goes_to_the_confirmed_of_two_accounts(office: Office) -> None:
    nurse = office.person("chief-nurse")
    with office.runner.store.writing() as session:
        people.propose(session, door="a-door", tenant="", user="U1", person=nurse, now=office.now)
    other = Notebook("a-door")
    starts(office)
    Delivery(office.runner, {"a-door": other, "notebook": office.notebook}, threads=0).deliver(lambda: office.now)
    assert naming_the_case(office, "chief-nurse") == {"incident-alert"} and not other.sent


def test_an_alert_that_is_sent_on_to_a_successor_is_still_one_about_a_case(office: Office) -> None:
    starts(office)
    unconfirm(office, "designated-nurse")
    office.by_two("business-manager", "people.leave", post="chief-nurse", until="2027-01-04")
    office.by_two("business-manager", "people.hold", post="chief-nurse", person="designated-nurse", since="2027-01-05")
    office.deliver("2027-01-05 09:00")
    assert not naming_the_case(office, "chief-nurse")
    assert [row.about_case for row in rows(office, "chief-nurse", "incident-alert")] == [True]


def test_everybody_in_a_rehearsal_is_confirmed_at_its_door_and_at_no_other(office: Office) -> None:
    nurse = office.person("chief-nurse")
    assert actor_at(office.runner.store, "ourshire", "notebook", "ourshire", nurse).confirmed
    assert actor_at(office.runner.store, "ourshire", "terminal", "local", nurse).person is None
