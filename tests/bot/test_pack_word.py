"""The pack for a meeting as Word and as a page: the same blocks, marked so that a screen reader finds its way."""

import re
from io import BytesIO
from zipfile import ZipFile

import docx
import pytest
from docx.oxml.ns import qn

from bot import pack_template
from bot.pack_word import TEMPLATE, document
from bot.web.looks import Page, drawn
from commands import pack_blocks, packs_for_meetings
from commands.packs_for_meetings import Pack
from storage.arrangements.forms import Given
from storage.records import meetings, outbox
from templates import document_bytes
from tests.commands.business import MANAGER, action, an_office_with_reports, opens, place_of, rows, sends
from tests.offices import Office
from tests.scenarios.web import a_site

PRACTICE = "2027-02-16"
AWKWARD = "a < b & c > d {{ pack.title }} {% if %} “it’s” \x07here"
FILLED = {
    "achieved": Given(value=f"The threshold guide is out\n{AWKWARD}"),
    "raised": rows({"what": "No data from the hospital", "ask": "Write to them"}),
    "actions": rows(action("Write the protocol"), action("Ask the schools")),
}


def with_a_report() -> Office:
    """An office in which the report has come in, and one of its actions is done."""
    office = an_office_with_reports(opened="2027-02-08 06:00")
    sends(office, opens(office), FILLED)
    office.done("designated-nurse", "action.done", number=2, effect="All schools know whom to ring")
    return office


@pytest.fixture(scope="module")
def pack() -> Pack:
    with with_a_report() as office, office.looking(MANAGER) as work:
        row = meetings.find(work.scope, "practice", place_of(office, "practice", PRACTICE))
        assert row is not None
        return packs_for_meetings.contents(work, row)


def opened(pack: Pack) -> docx.document.Document:
    return docx.Document(BytesIO(document(pack)))


def page_of(pack: Pack, word: str = "/l/a/word") -> str:
    page = Page(pack.title, name=pack.partnership)
    return drawn(
        page, mark="", assets="/assets/", template="pack", pack=pack, blocks=pack_blocks.blocks(pack), word=word
    )


def clean(words: str) -> str:
    return words.replace("\x07", "")


def test_every_block_stands_in_word_and_on_the_page_in_the_same_order(pack: Pack) -> None:
    found = opened(pack)
    shown = pack_blocks.blocks(pack)
    wanted = [clean(each.words) for each in shown if each.kind != "table"]
    paragraphs = [each.text for each in found.paragraphs]
    assert paragraphs[-len(wanted) :] == wanted
    assert paragraphs[0] == pack.title
    tables = [[tuple(cell.text for cell in row.cells) for row in table.rows] for table in found.tables]
    assert tables == [[each.columns, *each.rows] for each in shown if each.kind == "table"]
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page_of(pack)))
    for each in shown:
        said = each.words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        assert re.sub(r"\s+", " ", said) in text, each.words


def test_a_screen_reader_finds_headings_header_rows_names_of_tables_and_the_language(pack: Pack) -> None:
    found, shown = opened(pack), pack_blocks.blocks(pack)
    styles = {each.text: each.style.name for each in found.paragraphs if each.style is not None}
    for block in shown:
        if block.kind in pack_template.STYLES:
            assert styles[clean(block.words)] == pack_template.STYLES[block.kind]
    for table, block in zip(found.tables, (each for each in shown if each.kind == "table"), strict=True):
        first, *others = table.rows
        assert first._tr.trPr is not None and first._tr.trPr.find(qn("w:tblHeader")) is not None
        assert not [r for r in others if r._tr.trPr is not None and r._tr.trPr.find(qn("w:tblHeader")) is not None]
        assert table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val")) == block.words
        widths = [int(each.get(qn("w:w"))) for each in table._tbl.tblGrid.gridCol_lst]
        assert sum(widths) == pytest.approx(9638, abs=7)
    languages = {each.get(qn("w:val")) for each in found.styles.element.iter(qn("w:lang"))}
    assert languages == {"en-GB"} and found.core_properties.language == "en-GB"
    assert found.core_properties.title == pack.title


def test_every_page_names_the_partnership_and_the_group_and_counts_itself(pack: Pack) -> None:
    section = opened(pack).sections[0]
    assert section.header.paragraphs[0].text == f"{pack.partnership}\t{pack.group}"
    fields = [each.get(qn("w:instr")) for each in section.footer.paragraphs[0]._p.iter(qn("w:fldSimple"))]
    assert fields == ["PAGE", "NUMPAGES"]


def test_no_tag_of_the_template_is_left_but_what_somebody_wrote(pack: Pack) -> None:
    left = [each.text for each in opened(pack).paragraphs if "{%" in each.text or "{{" in each.text]
    assert left == [clean(AWKWARD)]


def test_the_shares_of_columns_fit_their_number(pack: Pack) -> None:
    for block in pack_blocks.blocks(pack):
        assert len(block.widths) == len(block.columns) <= pack_blocks.MOST_COLUMNS
        assert {len(row) for row in block.rows} <= {len(block.columns)}


def test_the_template_in_the_package_is_the_one_that_is_made() -> None:
    """Where this fails: python -m bot.pack_template"""
    made, kept = ZipFile(BytesIO(pack_template.build())), ZipFile(BytesIO(document_bytes(TEMPLATE)))
    assert made.namelist() == kept.namelist()
    assert [name for name in made.namelist() if made.read(name) != kept.read(name)] == []


def test_the_page_offers_word_only_where_it_can_be_made(pack: Pack) -> None:
    assert 'href="/l/a/word"' in page_of(pack)
    assert "Download as Word" not in page_of(pack, word="")


def test_it_opens_with_the_code_is_downloaded_and_shuts_for_who_leaves_the_table() -> None:
    with with_a_report() as office:
        place = place_of(office, "practice", PRACTICE)
        office.done("head-teacher", "pack.send", group="practice", place=place)
        with office.reading() as scope:
            [letter] = [each.words for each in outbox.about(scope, f"pack:practice:{place}", ["pack-link"])]
        with a_site(office) as site:
            door = site.browser().follows(site.letter_of(letter).url)
            assert "threshold" not in door.text
            assert door.sends(code="x").status == 422
            assert site.browser().gets(f"{site.letter_of(letter).url}/word").title == door.title
            page = door.sends(code=letter.link_code)
            assert page.status == 200 and "The threshold guide is out" in page.text
            word = page.leads("Download as Word")
            assert word.headers["Content-Disposition"] == f'attachment; filename="pack-practice-{place}.docx"'
            office.done(MANAGER, "people.leave", post="head-teacher", until="2027-02-08")
            office.moves_to("2027-02-09 09:00")
            assert page.browser.gets(page.url).title == "This link leads nowhere any more"
    assert "No data from the hospital" in "\n".join(each.text for each in docx.Document(BytesIO(word.body)).paragraphs)
