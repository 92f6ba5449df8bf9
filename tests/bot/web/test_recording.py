"""The process record behind a link: it opens with the code, each opening is written down, and Word is beside it."""

from datetime import timedelta

import pytest

from storage.records import ledger
from tests.offices import Office
from tests.scenarios.web import Letter, Shown, Site

NURSE = "chief-nurse"


@pytest.fixture
def letter(office: Office, site: Site) -> Letter:
    """A letter with a link to the record of TEST-1."""
    office.done(NURSE, "incident.record-link", reference="TEST-1")
    return site.mailed("record-link")


def looks(office: Office) -> int:
    with office.reading() as scope:
        return sum(entry.action == "incident.look" for entry in ledger.about(scope, "incident:TEST-1"))


def opened(site: Site, letter: Letter) -> Shown:
    return site.browser().follows(letter.url).sends(code=letter.code)


def test_before_the_code_nothing_of_it_is_shown_and_nothing_is_written_down(
    site: Site, office: Office, letter: Letter
) -> None:
    page = site.browser().follows(letter.url)
    assert "Who knew when" not in page.text
    assert page.sends().errors == ["This is needed."]
    assert "below the link" in page.sends(code="x").text
    assert site.browser().gets(f"{letter.url}/word").title == page.title
    assert looks(office) == 0


def test_with_the_code_the_whole_record_is_there_and_that_is_written_down_once(
    site: Site, office: Office, letter: Letter
) -> None:
    page = opened(site, letter)
    assert page.status == 200
    for heading in ("Who knew when", "Stages and their dates", "That nobody changed it", "convenor audit verify"):
        assert heading in page.text
    assert looks(office) == 1
    assert page.browser.gets(letter.url).text[:200] == page.text[:200]
    assert looks(office) == 1


def test_it_shuts_after_half_an_hour_and_in_every_other_browser(site: Site, office: Office, letter: Letter) -> None:
    page = opened(site, letter)
    assert "Who knew when" not in site.browser().gets(letter.url).text
    office.moves_to(office.now + timedelta(minutes=31))
    assert "Who knew when" not in page.browser.gets(letter.url).text


def test_it_is_downloaded_as_word(site: Site, letter: Letter) -> None:
    page = opened(site, letter).leads("Download as Word")
    assert page.status == 200
    assert page.body.startswith(b"PK")
    assert page.headers["Content-Disposition"] == 'attachment; filename="process-record-TEST-1.docx"'
    assert page.headers["Cache-Control"] == "no-store"
