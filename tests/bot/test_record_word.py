"""The process record as Word: the same rows as the page, marked so that a screen reader finds its way."""

import re
from html.parser import HTMLParser
from io import BytesIO
from zipfile import ZipFile

import docx
import pytest
from docx.oxml.ns import qn

from bot import record_template
from bot.record_word import TEMPLATE, document
from bot.web.looks import Page, drawn
from commands import process_records
from commands.process_records import Part, ProcessRecord
from storage.records import incidents, outbox
from templates import document_bytes
from tests.offices import ALL_WAYS, Office, an_office
from tests.scenarios.web import a_site

MANAGER, NURSE, CHIEF = "business-manager", "chief-nurse", "assistant-chief-constable"
TEST = "TEST-1"


def a_case(office: Office) -> None:
    """A case with an answer, a lapse, a late stage and a correction."""
    office.moves_to("2027-01-05 09:00")
    facts = {"aware": "2027-01-05T08:00:00+00:00"}
    office.done(MANAGER, "incident.start", pathway="serious-incident", facts=facts)
    office.done(NURSE, "incident.answer", reference=TEST, post=NURSE, answer="have", within=30)
    office.done(CHIEF, "incident.answer", reference=TEST, post=CHIEF, answer="known")
    office.run_to("2027-01-05 10:00")
    office.moves_to("2027-01-14 10:00")
    office.done(MANAGER, "incident.done", reference=TEST, stage="panel", evidence="P-17", because="information")
    office.done(MANAGER, "incident.fact", reference=TEST, fact="aware", at="2027-01-04T08:00:00+00:00")


@pytest.fixture(scope="module")
def record() -> ProcessRecord:
    with an_office() as office:
        a_case(office)
        with office.looking(MANAGER) as work:
            case = incidents.find(work.scope, TEST)
            assert case is not None
            return process_records.read(work, case)


def opened(record: ProcessRecord) -> docx.document.Document:
    return docx.Document(BytesIO(document(record)))


def tables_in_word(record: ProcessRecord) -> list[list[tuple[str, ...]]]:
    return [[tuple(cell.text for cell in row.cells) for row in table.rows] for table in opened(record).tables]


class _Tables(HTMLParser):
    """The tables of a page: a list of rows of cells each; a line break is one."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[list[tuple[str, ...]]] = []
        self._row: list[str] = []
        self._in_cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        match tag:
            case "table":
                self.tables.append([])
            case "tr":
                self._row = []
            case "th" | "td":
                self._row.append("")
                self._in_cell = True
            case "br" if self._in_cell:
                self._row[-1] += "\n"

    def handle_endtag(self, tag: str) -> None:
        if tag in ("th", "td"):
            self._in_cell = False
        elif tag == "tr":
            self.tables[-1].append(tuple(self._row))

    def handle_data(self, data: str) -> None:
        if self._in_cell:
            self._row[-1] += data


def page_of(record: ProcessRecord, word: str = "/l/a/word") -> str:
    return drawn(Page(record.title), mark="", assets="/assets/", template="record", record=record, word=word)


def tables_on_page(record: ProcessRecord) -> list[list[tuple[str, ...]]]:
    reader = _Tables()
    reader.feed(page_of(record))
    return reader.tables


def test_page_and_word_hold_the_same_rows_and_all_of_them(record: ProcessRecord) -> None:
    wanted = [[part.columns, *part.rows] for part in record.parts if part.rows]
    assert len(wanted) > 9
    assert tables_in_word(record) == wanted
    assert tables_on_page(record) == wanted


def test_every_heading_word_and_empty_part_is_on_both(record: ProcessRecord) -> None:
    paragraphs = [each.text for each in opened(record).paragraphs]
    page = page_of(record)
    for part in record.parts:
        assert part.heading in paragraphs and f">{part.heading}</h2>" in page
        for words in filter(None, (part.words, "" if part.rows else part.nothing)):
            assert words in paragraphs and f">{words}</p>" in page
    assert any(not part.rows for part in record.parts)
    assert not [each for each in paragraphs if "{" in each or not each]


def test_the_page_offers_word_only_where_it_can_be_made(record: ProcessRecord) -> None:
    assert 'href="/l/a/word"' in page_of(record)
    assert "Download as Word" not in page_of(record, word="")


def test_a_screen_reader_finds_headings_header_rows_names_of_tables_and_the_language(record: ProcessRecord) -> None:
    found = opened(record)
    styles = {each.text: each.style.name for each in found.paragraphs if each.style is not None}
    assert styles[record.title] == "Title"
    assert {styles[part.heading] for part in record.parts} == {"Heading 1"}
    captions = []
    for table in found.tables:
        first, *others = table.rows
        assert first._tr.trPr is not None and first._tr.trPr.find(qn("w:tblHeader")) is not None
        assert not [
            row for row in others if row._tr.trPr is not None and row._tr.trPr.find(qn("w:tblHeader")) is not None
        ]
        captions.append(table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val")))
    assert captions == [part.heading for part in record.parts if part.rows]
    languages = {each.get(qn("w:val")) for each in found.styles.element.iter(qn("w:lang"))}
    assert languages == {"en-GB"} and found.core_properties.language == "en-GB"
    assert found.core_properties.title == record.title


def test_every_page_names_the_partnership_and_the_reference_and_counts_itself(record: ProcessRecord) -> None:
    section = opened(record).sections[0]
    assert section.header.paragraphs[0].text == f"{record.partnership}\t{TEST}"
    foot = section.footer.paragraphs[0]
    assert "For those on the list of TEST-1 alone." in foot.text
    fields = [each.get(qn("w:instr")) for each in foot._p.iter(qn("w:fldSimple"))]
    assert fields == ["PAGE", "NUMPAGES"]


def test_columns_have_the_shares_of_their_part_and_fill_the_page(record: ProcessRecord) -> None:
    for table, part in zip(opened(record).tables, (p for p in record.parts if p.rows), strict=True):
        widths = [int(each.get(qn("w:w"))) for each in table._tbl.tblGrid.gridCol_lst]
        assert sum(widths) == pytest.approx(9638, abs=5)
        assert [round(100 * each / sum(widths)) for each in widths] == list(part.widths)


def test_the_shares_of_every_part_make_a_whole(record: ProcessRecord) -> None:
    for part in record.parts:
        assert sum(part.widths) == 100 and len(part.widths) == len(part.columns), part.id
        assert len(part.columns) in record_template.COLUMNS
        assert {len(row) for row in part.rows} <= {len(part.columns)}


def with_cell(record: ProcessRecord, text: str) -> ProcessRecord:
    part = Part("one", "One", ("What", "How"), (50, 50), (("a", text),), "")
    return ProcessRecord(record.reference, record.partnership, record.kind, record.made, record.made_at, (), (part,))


@pytest.mark.parametrize(
    "text", ["a < b & c > d", "{{ record.made }}", "{% if %}", "“it’s” – é", "one\ntwo", '"quoted"']
)
def test_whatever_somebody_is_called_stands_there_as_it_is(record: ProcessRecord, text: str) -> None:
    assert tables_in_word(with_cell(record, text))[0][1] == ("a", text)
    assert tables_on_page(with_cell(record, text))[0][1] == ("a", text)


def test_what_no_document_can_hold_is_left_out(record: ProcessRecord) -> None:
    assert tables_in_word(with_cell(record, "a\x00b\x07c\x0cd\x1fe"))[0][1] == ("a", "abcde")


def test_notices_stand_before_the_first_part(record: ProcessRecord) -> None:
    noticed = ProcessRecord(
        record.reference,
        record.partnership,
        record.kind,
        record.made,
        record.made_at,
        ("This was a drill.",),
        record.parts,
    )
    paragraphs = [each.text for each in opened(noticed).paragraphs]
    assert paragraphs.index("This was a drill.") < paragraphs.index(record.parts[0].heading)
    assert "This was a drill." in re.sub(r"<[^>]+>", "", page_of(noticed))


def test_the_template_in_the_package_is_the_one_that_is_made() -> None:
    """Where this fails: python -m bot.record_template"""
    made, kept = ZipFile(BytesIO(record_template.build())), ZipFile(BytesIO(document_bytes(TEMPLATE)))
    assert made.namelist() == kept.namelist()
    assert [name for name in made.namelist() if made.read(name) != kept.read(name)] == []


def test_there_is_no_template_of_another_name() -> None:
    with pytest.raises(KeyError):
        document_bytes("letter.docx")


def test_it_opens_with_the_code_is_written_down_and_is_downloaded_as_word() -> None:
    with an_office(ways=ALL_WAYS) as office:
        a_case(office)
        office.done(NURSE, "incident.record-link", reference=TEST)
        with office.reading() as scope:
            [letter] = [each.words for each in outbox.about(scope, f"incident:{TEST}", ["record-link"])]
        with a_site(office) as site:
            door = site.browser().follows(site.letter_of(letter).url)
            assert "who knew when" not in door.text.casefold()
            page = door.sends(code=letter.link_code)
            assert page.status == 200 and "Who knew when" in page.text and "P-17" in page.text
            assert "Open what is kept of an incident" in page.text
            word = page.leads("Download as Word")
    assert word.status == 200 and word.headers["Content-Disposition"].endswith('process-record-TEST-1.docx"')
    text = "\n".join(each.text for each in docx.Document(BytesIO(word.body)).paragraphs)
    assert "Who knew when" in text
