"""Personal links to what is owed: one for each person and return, while they may answer; renewed without a code."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from commands import links, return_links
from storage.records import links as records
from storage.records import people
from storage.records.links import Link
from storage.records.scope import Scope
from tests.offices import Office
from tests.returns_given import AUDIT, Given, a_partnership_of_reports, an_agency_owes, owed, the_round

from .chased import MANAGER, by_mail_only, letters, stored

AGENCY = "constabulary"
LEAD = f"lead:{AGENCY}"


@pytest.fixture
def office() -> Iterator[Office]:
    with a_partnership_of_reports("2027-01-18 10:00", lead_days=None) as office:
        yield office


@pytest.fixture
def lead(office: Office) -> str:
    return by_mail_only(office, LEAD, "lead@constabulary.example")


@pytest.fixture
def given(office: Office, lead: str) -> Given:
    return an_agency_owes(office, AGENCY, report=AUDIT)


def its_link(office: Office, person: str) -> str:
    [asked] = letters(office, person, "report-asked")
    return asked.link


def is_open(office: Office, id_: str) -> bool:
    with office.reading() as scope:
        return links.open_link(scope.session, id_, office.now) is not None


def test_a_link_that_leads_there_is_used_again_and_has_no_code(office: Office, lead: str, given: Given) -> None:
    row_owed, id_ = owed(office, given), its_link(office, lead)
    with office.runner.store.writing() as session:
        work = office.runner.work(Scope(session, office.partnership), office.actor("time"), office.now)
        assert return_links.link_for(work, row_owed, lead) == (id_, "")
        row = session.get(Link, id_)
        assert row is not None and row.code == "" and not links.fits(row, "")


def test_it_ends_sixty_days_after_the_day_due(office: Office, lead: str, given: Given) -> None:
    id_, due = its_link(office, lead), the_round(office, given).due
    office.moves_to(f"{due + timedelta(days=59)} 12:00")
    assert is_open(office, id_)
    office.moves_to(f"{due + timedelta(days=61)} 12:00")
    assert not is_open(office, id_)


def test_it_leads_nowhere_once_its_person_has_left_the_post(office: Office, lead: str, given: Given) -> None:
    id_ = its_link(office, lead)
    assert is_open(office, id_)
    office.moves_to("2027-01-19 10:00")
    office.done(
        MANAGER, "return.contact", agency=AGENCY, role="lead", email="new@constabulary.example", name="New lead"
    )
    assert not is_open(office, id_)
    assert is_open(office, its_link(office, people.person_id("new@constabulary.example")))


def test_it_leads_nowhere_once_the_round_is_cancelled_and_for_some_time_after_it_was_closed(
    office: Office, lead: str, given: Given
) -> None:
    id_ = its_link(office, lead)
    office.done(MANAGER, "return.close")
    assert is_open(office, id_)  # to read what was sent in
    office.moves_to(office.now + timedelta(days=61))
    assert not is_open(office, id_)
    office.done(MANAGER, "return.open-again", round=the_round(office, given).record)
    office.done(MANAGER, "return.cancel", because="it is asked for in the autumn")
    assert not is_open(office, id_)


def test_a_new_link_comes_by_mail_with_words_that_speak_of_no_code(office: Office, lead: str, given: Given) -> None:
    id_ = its_link(office, lead)
    office.done("time", "link.renew", id=id_)
    [renewed] = stored(office, "link-renewed")
    words = renewed.words
    assert words.link not in ("", id_) and words.link_code == "" and "code" not in words.text
    assert is_open(office, words.link) and not is_open(office, id_)


def test_a_wrong_code_opens_nothing_where_there_is_none(office: Office, lead: str, given: Given) -> None:
    said = office.done("time", "link.code", id=its_link(office, lead), code="")
    assert said.title == "That is not the code"


def test_the_page_of_one_leads_to_all_that_its_letter_was_about(office: Office, lead: str, given: Given) -> None:
    other = an_agency_owes(office, AGENCY, report=AUDIT, place="2027-again")
    with office.looking() as work:
        row = work.scope.session.get(Link, its_link_of(office, lead, given))
        assert row is not None
        assert [owed_.record for _, owed_ in return_links.others_of(work, row)] == [other.record]


def its_link_of(office: Office, person: str, given: Given) -> str:
    with office.reading() as scope:
        return next(each.id for each in records.of_record(scope, given.record) if each.person == person)
