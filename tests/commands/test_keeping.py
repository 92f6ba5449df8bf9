"""How long a case is kept: its handler is asked, it can be held, and emptying it takes two people."""

from collections.abc import Iterator

import pytest
from sqlmodel import select

from commands import links
from commands.incidents import Opening, open_case
from commands.keeping import owe_retention
from storage.records import incidents, ledger, outbox, proposals, tellings
from storage.records.incidents import Case
from storage.records.links import Link
from storage.records.message import Message
from storage.records.scope import Scope
from tests.offices import OURSHIRE, SEAL, Office, an_office

MANAGER, NURSE, DIRECTOR = "business-manager", "chief-nurse", "director-childrens-services"
KEEPS = OURSHIRE.read_text("utf-8").replace(
    'handler = "business-manager"\n', 'handler = "business-manager"\nkeep_years = 1\n'
)
TOLD = {"children": 1, "ring_who": "Duty manager", "ring_number": "01234 567890"}


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office(definition=KEEPS) as office:
        office.moves_to("2027-01-05 09:00")
        yield office


def ended(office: Office) -> str:
    """A case with everything in it that is emptied one day, which ended just now; its reference."""
    manager, nurse, head = office.actor(MANAGER), office.person(NURSE), office.person("head-teacher")
    with office.runner.store.writing() as session:
        work = office.runner.work(Scope(session, office.partnership), manager, office.now)
        opening = Opening(facts={"aware": office.at("2027-01-05 08:00")}, told=TOLD, notifier=head)
        case = open_case(work, work.arrangements.pathway("serious-incident"), opening)
        links.make(work, nurse, "answer", case.record, NURSE)
        words = incidents.Words(
            partnership=office.partnership, reference=case.reference, person="x", sealed=SEAL.close({"a": 1}),
            at=office.now,
        )  # fmt: skip
        session.add(words)
        case.closed_at = office.now
        return case.reference


def case_of(office: Office, reference: str) -> Case:
    with office.reading() as scope:
        found = scope.session.get_one(Case, (office.partnership, reference))
        scope.session.expunge(found)
        return found


def night(office: Office, day: str) -> None:
    """The planning of one night, and what falls due on the day after."""
    office.moves_to(f"{day} 03:05")
    with office.runner.store.writing() as session:
        owe_retention(office.runner.work(Scope(session, office.partnership), office.actor("time"), office.now))


def asked(office: Office) -> list[Message]:
    with office.reading() as scope:
        rows = outbox.of_person(scope, office.person(MANAGER), 500)
        return [row.words for row in rows if row.kind == "retention-proposed"]


def number(office: Office) -> str:
    with office.reading() as scope:
        return proposals.open_ones(scope)[0].id


def test_the_handler_is_asked_when_its_time_is_over_and_again_three_months_on(office: Office) -> None:
    reference = ended(office)
    night(office, "2027-01-06")
    office.tick("2028-01-05 12:00")
    assert asked(office) == []
    office.tick("2028-01-06 12:00")
    (message,) = asked(office)
    assert message.title == f"{reference}: its time of keeping is over"
    assert "ended on Tuesday 5 January 2027" in message.text and "1 year" in message.text
    assert [button.does for button in message.buttons] == ["incident.empty", "incident.hold"]
    office.tick("2028-04-10 12:00")
    assert len(asked(office)) == 2


def test_nothing_is_proposed_where_the_arrangements_do_not_say_how_long() -> None:
    with an_office() as office:
        office.moves_to("2027-01-05 09:00")
        reference = ended(office)
        night(office, "2029-01-06")
        office.tick("2029-01-10 12:00")
        assert asked(office) == []
        assert "do not say how long" in office.refused(MANAGER, "incident.empty", reference=reference)


def test_a_case_is_not_emptied_before_its_time_nor_while_it_is_open_or_held(office: Office) -> None:
    reference = ended(office)
    office.moves_to("2028-01-05 09:00")
    assert "is kept until Wednesday 5 January 2028" in office.refused(MANAGER, "incident.empty", reference=reference)
    office.moves_to("2028-01-06 09:00")
    office.done(MANAGER, "incident.hold", reference=reference, because="court")
    assert "proceedings before a court" in office.refused(MANAGER, "incident.empty", reference=reference)
    facts = {"aware": "2027-01-05T08:00:00+00:00"}
    other = office.done(MANAGER, "incident.start", pathway="serious-incident", facts=facts).title.split()[0]
    assert "is open, so it is kept" in office.refused(MANAGER, "incident.empty", reference=other)


def test_what_is_held_is_not_asked_about_until_the_hold_is_released(office: Office) -> None:
    reference = ended(office)
    night(office, "2027-01-06")
    office.done(MANAGER, "incident.hold", reference=reference, because="inquiry")
    night(office, "2028-01-07")
    office.tick("2028-01-10 12:00")
    assert asked(office) == []
    office.done(MANAGER, "incident.release-hold", reference=reference)
    office.tick("2028-01-11 12:00")
    assert len(asked(office)) == 1


def test_only_the_handler_holds_and_releases(office: Office) -> None:
    reference = ended(office)
    assert "who handles it" in office.refused(NURSE, "incident.hold", reference=reference, because="court")
    assert "who handles it" in office.refused(NURSE, "incident.empty", reference=reference)


def test_emptying_takes_two_people_and_leaves_dates_stages_and_who_knew_when(office: Office) -> None:
    reference = ended(office)
    office.moves_to("2028-01-06 09:00")
    before = case_of(office, reference)
    assert office.done(MANAGER, "incident.empty", reference=reference).title == "This waits for a second person"
    assert case_of(office, reference).sealed
    office.done(NURSE, "proposal.agree", proposal=number(office))
    after = case_of(office, reference)
    assert (after.sealed, after.notifier, after.emptied_at) == ("", "", office.now)
    assert (after.facts, after.opened_at, after.closed_at) == (before.facts, before.opened_at, before.closed_at)
    with office.reading() as scope:
        assert incidents.words_of(scope, reference) == []
        assert scope.session.exec(select(Link).where(Link.record == after.record)).all() == []
        about = scope.session.exec(select(outbox.Outgoing).where(outbox.Outgoing.record == after.record)).all()
        assert about and all("567890" not in str(row.message) for row in about)
        assert incidents.stages(scope, reference) and tellings.said(scope, reference)
        assert any(entry.record == after.record for entry in ledger.entries(scope))
    assert "was emptied on" in office.refused(MANAGER, "incident.empty", reference=reference)


def test_an_alert_said_whom_to_ring_before_it_was_emptied(office: Office) -> None:
    reference = ended(office)
    with office.reading() as scope:
        about = outbox.about(scope, f"incident:{reference}", ["incident-alert"])
        assert any("567890" in str(row.message) for row in about)
