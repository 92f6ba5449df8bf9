"""A colleague is named on the page of an audit, gets a letter with a page of their own, and can be taken back there."""

from collections.abc import Iterator

import pytest

from tests.bot.web.reports import an_office_of_reports, opened, page_of
from tests.commands.chased import by_mail_only, letters, stored
from tests.offices import Office
from tests.returns_given import REPORT, Given, an_agency_owes, an_owed_report, owed
from tests.scenarios.web import Shown, Site, a_site

AGENCY = "constabulary"
LEAD, COLLEAGUE = "lead@constabulary.example", "colleague@constabulary.example"
NAMED = {"name": "Detective Inspector", "email": COLLEAGUE}


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office_of_reports() as found:
        by_mail_only(found, f"lead:{AGENCY}", LEAD)
        yield found


@pytest.fixture
def given(office: Office) -> Given:
    return an_agency_owes(office, AGENCY, report=REPORT)


@pytest.fixture
def site(office: Office, given: Given) -> Iterator[Site]:
    with a_site(office) as found:
        yield found


def naming(site: Site, given: Given) -> Shown:
    """The page on which the lead names a colleague."""
    return opened(site, given, LEAD).leads("Ask a colleague to help")


def test_a_colleague_is_named_and_their_own_page_opens_with_what_is_filled_in(
    site: Site, office: Office, given: Given
) -> None:
    page = naming(site, given)
    assert "may fill it in and send it in as you may" in page.text
    done = page.sends(**NAMED)
    assert done.title == "Your colleague is asked" and "You can take it back" in done.text
    theirs = opened(site, given, COLLEAGUE)
    assert theirs.title == "Exception report 2027" and "Detective Inspector (contributes)" in theirs.text
    [letter] = letters(office, office.actor(COLLEAGUE).person or "", "report-shared")
    assert page_of(site, given, COLLEAGUE) == site.pages.addresses.url_of(letter.link)


def test_sent_in_twice_it_is_asked_once_and_says_the_same(site: Site, office: Office, given: Given) -> None:
    page = naming(site, given)
    assert [page.sends(**NAMED).title for _ in range(2)] == ["Your colleague is asked"] * 2
    assert len(stored(office, "report-shared")) == 1


def test_mistakes_come_back_beside_their_fields_and_what_was_typed_stays(
    site: Site, office: Office, given: Given
) -> None:
    page = naming(site, given)
    assert page.sends().errors == ["This is needed.", "This is needed."]
    wrong = page.sends(name="Detective Inspector", email="colleague@elsewhere.example")
    assert wrong.status == 422 and "theirs at constabulary.example" in wrong.text
    assert ("name", "Detective Inspector") in wrong.form.fields
    assert stored(office, "report-shared") == []


def test_it_is_taken_back_on_the_page_and_their_link_leads_nowhere(site: Site, given: Given) -> None:
    naming(site, given).sends(**NAMED)
    theirs = page_of(site, given, COLLEAGUE)
    page = naming(site, given)
    assert "Asked already: Detective Inspector." in page.text
    back = page.leads("Take back that a colleague was asked")
    assert back.sends().errors == ["This is needed."]
    assert back.sends(email=COLLEAGUE).title == "Your colleague is not asked any more"
    assert site.browser().follows(theirs).title == "This link leads nowhere any more"
    assert "Asked already" not in naming(site, given).text


def test_where_nobody_was_asked_there_is_no_page_to_take_it_back(site: Site, given: Given) -> None:
    page = opened(site, given, LEAD)
    assert page.browser.gets(f"{page.url}/colleague-back").title == page.title


def test_for_what_a_group_owes_the_page_says_to_arrange_cover_and_takes_nobody(site: Site, office: Office) -> None:
    given = an_owed_report(office)
    page = opened(site, given).leads("Ask a colleague to help")
    assert "people cover" in page.text and "PA or staff officer" in page.text and not page.forms
    said = page.browser.posts(page.url, list(NAMED.items()))
    assert said.status in (200, 422) and stored(office, "report-shared") == []


def test_once_it_is_in_nobody_is_named(site: Site, office: Office, given: Given) -> None:
    page = naming(site, given)
    opened(site, given, LEAD).leads("Nothing to report by exception").sends(_tick="sure")
    assert owed(office, given).state == "answered"
    assert page.sends(**NAMED).title != "Your colleague is asked"
    assert stored(office, "report-shared") == []
