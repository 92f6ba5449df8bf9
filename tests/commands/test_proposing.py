"""What takes two people: proposed by one, agreed to by another, and who hears of it."""

from collections.abc import Iterator

import pytest

from storage.records import ledger, outbox, people, proposals
from storage.records.message import Message
from storage.records.proposals import Proposal
from tests.offices import Office, an_office

MANAGER, NURSE, DIRECTOR = "business-manager", "chief-nurse", "director-childrens-services"
NEW = {"name": "Acting Chief Nurse", "email": "acting@nhs.example", "post": NURSE, "capacity": "deputy"}
FACTS = {"aware": "2027-01-05T08:00:00+00:00"}
WAITS = "This waits for a second person"


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office() as office:
        office.moves_to("2027-01-05 09:00")
        yield office


def the_one(office: Office) -> Proposal:
    """The proposal that waits."""
    with office.reading() as scope:
        (found,) = proposals.open_ones(scope)
        scope.session.expunge(found)
        return found


def agree(office: Office, who: str) -> Message:
    return office.done(who, "proposal.agree", proposal=the_one(office).id)


def kinds_to(office: Office, post: str) -> list[str]:
    with office.reading() as scope:
        return [row.kind for row in outbox.of_person(scope, office.person(post))]


def started(office: Office) -> str:
    return office.done(MANAGER, "incident.start", pathway="serious-incident", facts=FACTS).title.split()[0]


def deputies(office: Office, post: str = NURSE) -> list[str]:
    with office.reading() as scope:
        return [h.person for h in people.holdings(scope, posts=[post]) if h.capacity == "deputy"]


def test_somebody_enters_a_post_that_hears_of_cases_only_once_a_second_person_agrees(office: Office) -> None:
    assert office.done(MANAGER, "people.enter", **NEW).title == WAITS
    assert deputies(office) == []
    answer = agree(office, DIRECTOR)
    assert answer.title == "Agreed: Entered" and not answer.buttons
    assert deputies(office) == [people.person_id("acting@nhs.example")]


def test_the_ledger_holds_both_of_them_and_no_name(office: Office) -> None:
    office.done(MANAGER, "people.enter", **NEW)
    office.done(DIRECTOR, "proposal.agree", proposal=the_one(office).id)
    manager, director = office.person(MANAGER), office.person(DIRECTOR)
    with office.reading() as scope:
        entry = list(ledger.entries(scope))[-1]
        assert (entry.action, entry.actor) == ("proposal.agree", director)
        assert entry.ids["proposed_by"] == manager and entry.ids["agreed"] == "people.enter"
        assert "acting@nhs.example" not in str(entry.ids)


def test_whoever_proposed_cannot_agree_nor_can_the_one_who_would_see_more(office: Office) -> None:
    office.done(MANAGER, "people.cover", post=NURSE, person=DIRECTOR, until="2027-01-08")
    number = the_one(office).id
    assert "You proposed this yourself" in office.refused(MANAGER, "proposal.agree", proposal=number)
    assert "what you yourself would see" in office.refused(DIRECTOR, "proposal.agree", proposal=number)
    office.done(NURSE, "proposal.agree", proposal=number)
    assert office.person(NURSE) == office.person(DIRECTOR)


def test_a_second_person_who_is_not_confirmed_and_one_who_hears_of_no_case_agree_to_nothing(office: Office) -> None:
    office.done(MANAGER, "people.enter", **NEW)
    number = the_one(office).id
    unsure = office.actor(DIRECTOR, confirmed=False)
    assert "once you have confirmed" in office.refused(unsure, "proposal.agree", proposal=number)
    elsewhere = office.refused("head-teacher", "proposal.agree", proposal=number)
    assert elsewhere == office.refused("head-teacher", "proposal.agree", proposal="0000000000")
    assert deputies(office) == []


def test_whoever_is_not_confirmed_proposes_nothing_that_takes_two(office: Office) -> None:
    unsure = office.actor(MANAGER, confirmed=False)
    assert "both must have confirmed" in office.refused(unsure, "people.enter", **NEW)


def test_the_administrator_agrees_at_the_machine_but_not_to_what_they_proposed(office: Office) -> None:
    office.done("administrator", "people.leave", post=NURSE, until="2027-01-31")
    number = the_one(office).id
    assert "You proposed this yourself" in office.refused("administrator", "proposal.agree", proposal=number)
    office.done(MANAGER, "proposal.agree", proposal=number)
    office.done(MANAGER, "people.enter", **NEW)
    assert agree(office, "administrator").title == "Agreed: Entered"


def test_while_nothing_is_switched_on_one_person_does_it() -> None:
    with an_office(incidents=False) as office:
        assert office.done(MANAGER, "people.enter", **NEW).title == "Entered"


def test_a_case_that_is_open_takes_two_people_also_after_switching_off(office: Office) -> None:
    started(office)
    office.done("administrator", "incident.switch-off")
    assert office.done(MANAGER, "people.enter", **NEW).title == WAITS


def test_a_post_that_hears_of_no_case_and_a_pa_take_one_person(office: Office) -> None:
    assert office.done(MANAGER, "people.enter", **NEW | {"post": "head-teacher"}).title == "Entered"
    assert office.done(MANAGER, "people.enter", **NEW | {"capacity": "pa"}).title == "Entered"


def test_whoever_may_agree_is_asked_with_buttons_and_the_letter_says_nothing_of_it(office: Office) -> None:
    office.done(MANAGER, "people.enter", **NEW)
    with office.reading() as scope:
        (row,) = [r for r in outbox.of_person(scope, office.person(DIRECTOR)) if r.kind == "proposal-waits"]
        scope.session.expunge_all()
    assert [button.does for button in row.words.buttons] == ["proposal.agree", "proposal.refuse"]
    assert "Acting Chief Nurse" in row.words.text
    assert row.words.by_mail is not None and "Acting" not in row.words.by_mail.title + row.words.by_mail.text
    assert "proposal-waits" not in kinds_to(office, "head-teacher") + kinds_to(office, MANAGER)


def test_everybody_on_an_open_case_hears_who_hears_of_it_now(office: Office) -> None:
    reference = started(office)
    office.done(MANAGER, "people.enter", **NEW)
    agree(office, DIRECTOR)
    with office.reading() as scope:
        rows = [r for r in outbox.of_person(scope, office.person(NURSE)) if r.kind == "who-hears-changed"]
        new = outbox.of_person(scope, people.person_id("acting@nhs.example"))
        scope.session.expunge_all()
    assert len(rows) == 1 and rows[0].about_case and reference in rows[0].words.text
    assert rows[0].words.by_mail is not None and reference not in rows[0].words.by_mail.text
    assert "who-hears-changed" in {row.kind for row in new}
    assert "who-hears-changed" not in kinds_to(office, DIRECTOR) + kinds_to(office, MANAGER)
    assert kinds_to(office, MANAGER)[-1] == "proposal-ended"


def test_what_was_refused_changes_nothing_and_cannot_be_agreed_to_later(office: Office) -> None:
    office.done(MANAGER, "people.enter", **NEW)
    number = the_one(office).id
    office.done(DIRECTOR, "proposal.refuse", proposal=number)
    assert "did not agree" in office.refused(NURSE, "proposal.agree", proposal=number)
    assert deputies(office) == [] and kinds_to(office, MANAGER)[-1] == "proposal-ended"


def test_only_whoever_proposed_withdraws(office: Office) -> None:
    office.done(MANAGER, "people.enter", **NEW)
    number = the_one(office).id
    assert "by whoever proposed it" in office.refused(DIRECTOR, "proposal.withdraw", proposal=number)
    office.done(MANAGER, "proposal.withdraw", proposal=number)
    assert "no longer proposed" in office.refused(DIRECTOR, "proposal.agree", proposal=number)


def test_a_proposal_is_forgotten_after_three_days_and_its_proposer_hears(office: Office) -> None:
    office.done(MANAGER, "people.enter", **NEW)
    number = the_one(office).id
    office.tick("2027-01-08 09:00")
    assert "no longer proposed" in office.refused(DIRECTOR, "proposal.agree", proposal=number)
    assert "proposal-ended" in kinds_to(office, MANAGER)
    assert office.done(MANAGER, "people.enter", **NEW).title == WAITS


def test_the_same_is_not_proposed_twice(office: Office) -> None:
    office.done(MANAGER, "people.enter", **NEW)
    assert "waits for a second person already" in office.refused(MANAGER, "people.enter", **NEW)


def test_what_can_no_longer_be_done_is_refused_on_agreeing_and_stays(office: Office) -> None:
    office.done(MANAGER, "people.leave", post=NURSE, until="2027-01-31")
    leaving = the_one(office).id
    office.moves_to("2027-01-05 10:00")
    office.by_two(MANAGER, "people.leave", post=NURSE, until="2027-01-20")
    office.done(DIRECTOR, "proposal.agree", proposal=leaving)
    office.done(MANAGER, "people.cover", post=NURSE, person="designated-nurse", until="2027-01-08")
    covering = the_one(office).id
    office.moves_to("2027-01-06 10:00")
    assert "That day is past" in office.refused(DIRECTOR, "proposal.agree", proposal=covering)
    assert the_one(office).id == covering


def test_undo_takes_two_people_too_and_then_counts_as_taken_back(office: Office) -> None:
    office.by_two(MANAGER, "people.enter", **NEW)
    assert office.done(MANAGER, "undo").title == WAITS
    assert len(deputies(office)) == 1
    agree(office, DIRECTOR)
    assert deputies(office) == []
    assert "nothing of yours" in office.refused(MANAGER, "undo")


def test_a_file_enters_the_others_at_once_and_proposes_who_hears_of_cases(office: Office) -> None:
    rows = [
        {"place": "line 2", "cells": {"name": "Acting", "email": "acting@nhs.example", "covers": NURSE}},
        {"place": "line 3", "cells": {"name": "Second Head", "email": "head@school.example", "covers": "head-teacher"}},
    ]
    answer = office.done(MANAGER, "people.import", rows=rows)
    assert answer.title == "The people file: 1 added, 0 changed, 0 left alone" and "Acting as deputy" in answer.text
    assert deputies(office) == [] and len(deputies(office, "head-teacher")) == 1
    assert "already" in office.done(MANAGER, "people.import", rows=rows).text
    agree(office, DIRECTOR)
    assert deputies(office) == [people.person_id("acting@nhs.example")]


def test_a_number_of_somebody_who_hears_of_cases_takes_two_people_and_stands_in_no_ledger(office: Office) -> None:
    assert office.done(NURSE, "people.telephone", person=NURSE, number="01234 567890").title == WAITS
    agree(office, MANAGER)
    with office.reading() as scope:
        person = people.get(scope.session, office.person(NURSE))
        assert person is not None and person.telephone == "01234 567890"
        assert all("567890" not in str(entry.ids) for entry in ledger.entries(scope))


def test_everybody_keeps_their_own_number_and_nobody_elses(office: Office) -> None:
    office.done("head-teacher", "people.telephone", person="head-teacher", number="01234 567890")
    assert "the person themselves" in office.refused(
        "head-teacher", "people.telephone", person="lay-member", number="01234 567890"
    )
    assert "no telephone number" in office.refused(
        "head-teacher", "people.telephone", person="head-teacher", number="12"
    )
    office.done(MANAGER, "people.telephone", person="head-teacher", number="none")


def test_an_account_is_confirmed_for_somebody_who_hears_of_cases_by_two_or_by_a_code(office: Office) -> None:
    account = {"door": "slack", "tenant": "T1", "user": "U1"}
    office.done("time", "identity.propose", **account, email=f"{NURSE}@ourshire.invalid")
    assert office.done("administrator", "identity.confirm", **account).title == WAITS
    code = office.perform("administrator", "identity.code", **account).secret
    assert office.done(NURSE, "identity.confirm", **account, code=code).title == "Confirmed"


def test_a_confirmed_account_is_ended_by_two_or_by_the_administrator_at_once(office: Office) -> None:
    account = {"door": "notebook", "tenant": office.partnership, "user": office.person(NURSE)}
    assert office.done(MANAGER, "identity.end", **account).title == WAITS
    assert office.done("administrator", "identity.end", **account).title == "Ended"
