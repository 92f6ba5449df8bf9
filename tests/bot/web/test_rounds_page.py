"""A round behind a link: it opens with the code, is filtered without a script, and is downloaded for Excel and Word."""

from collections.abc import Iterator
from io import BytesIO

import pytest
from openpyxl import load_workbook

from commands.work import Work
from storage.records import people
from storage.records.scope import Scope
from tests.offices import Office
from tests.rounds_given import a_round, an_office_with_an_audit, begins, sends, stands, the_round, writes
from tests.scenarios.web import Letter, Shown, Site, a_site

MANAGER = "business-manager"


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office_with_an_audit() as office:
        record = a_round(office)
        sends(office, record, "agency.nhs", {"line-rating": "partly"}, texts={"line-how": "<script>no</script>"})
        begins(office, record, "agency.fire")
        stands(office, record, "agency.schools", not_us="asked")
        yield office


@pytest.fixture
def site(office: Office) -> Iterator[Site]:
    with a_site(office) as found:
        yield found


@pytest.fixture
def letter(office: Office, site: Site) -> Letter:
    return asked_for(office, site)


def asked_for(office: Office, site: Site, who: str = MANAGER) -> Letter:
    office.done(who, "return.page", round="round:section-11:2027")
    return site.mailed("round-link")


def opened(site: Site, letter: Letter) -> Shown:
    return site.browser().follows(letter.url).sends(code=letter.code)


def test_before_the_code_nothing_of_it_is_shown_whatever_part_is_asked_for(site: Site, letter: Letter) -> None:
    page = site.browser().follows(letter.url)
    assert page.title == "Section 11 audit 2027" and "NHS Ourshire" not in page.text
    for part in ("excel", "word", "overdue"):
        assert "NHS Ourshire" not in site.browser().gets(f"{letter.url}/{part}").text
    assert page.sends(code="000000" if letter.code != "000000" else "111111").errors


def test_with_the_code_everybody_stands_there_with_how_they_stand(site: Site, letter: Letter) -> None:
    page = opened(site, letter)
    assert page.status == 200
    for words in (
        "Answered: 1 of 5 (20%), of those who owe.",
        "Ourshire Fire and Rescue Fire Begun, not sent in",
        "Ourshire Schools Forum Education Said that it is not theirs to answer, not decided",
        "NHS Ourshire Partner Answered",
        "1. A clear line of accountability 1 partly met",
    ):
        assert words in page.text, words
    assert "Partly met" in page.text and "PM" in page.text


def test_a_state_is_chosen_by_a_link_and_no_script(site: Site, letter: Letter) -> None:
    page = opened(site, letter).leads("Begun, not sent in (1)")
    rows = page.text.partition("Who has answered")[2].partition("How many gave")[0]
    assert "Ourshire Fire and Rescue" in rows and "NHS Ourshire" not in rows
    assert "NHS Ourshire" in page.leads("Everybody (5)").text
    assert page.browser.gets(f"{letter.url}/elsewhere").status == 404


def test_it_is_downloaded_for_excel_and_word(site: Site, letter: Letter) -> None:
    page = opened(site, letter)
    excel = page.leads("Download for Excel")
    assert excel.headers["Content-Disposition"] == 'attachment; filename="section-11-2027.xlsx"'
    assert excel.headers["Cache-Control"] == "no-store"
    assert "Answers" in load_workbook(BytesIO(excel.body)).sheetnames
    word = page.leads("Download as Word")
    assert word.headers["Content-Disposition"] == 'attachment; filename="section-11-2027.docx"'
    assert word.body.startswith(b"PK")


def test_the_scrutineers_workbook_has_no_answers(office: Office, site: Site) -> None:
    excel = opened(site, asked_for(office, site, "scrutineer")).leads("Download for Excel")
    assert "Answers" not in load_workbook(BytesIO(excel.body)).sheetnames


def test_whoever_leaves_the_post_finds_that_it_leads_nowhere(office: Office, site: Site, letter: Letter) -> None:
    page = opened(site, letter)

    person = office.person(MANAGER)
    with office.runner.store.writing() as session:
        for held in people.holdings(Scope(session, office.partnership), person=person):
            held.until = office.today.replace(year=2026)
            session.add(held)
    for url in (letter.url, f"{letter.url}/excel", f"{letter.url}/word", f"{letter.url}/nothing"):
        found = page.browser.gets(url)
        assert found.status == 410, url
        assert "Section 11" not in found.text


def test_a_cancelled_round_leads_nowhere(office: Office, site: Site, letter: Letter) -> None:
    def cancels(work: Work) -> None:
        the_round(work, "round:section-11:2027").state = "cancelled"

    page = opened(site, letter)
    writes(office, cancels)
    assert page.browser.gets(letter.url).status == 410


def test_a_link_to_a_round_opens_nothing_of_a_record_and_no_form_can_be_sent_within(site: Site, letter: Letter) -> None:
    page = opened(site, letter)
    assert page.browser.posts(f"{letter.url}/overdue", [("mark", "x")]).status == 200
    assert page.browser.gets(f"{letter.url}/section/line").status in (404, 410)
