"""The draft for the minutes as Word and a year's attendance as Excel: made, from the shell, and beside the pack."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import docx
import pytest
from openpyxl import load_workbook

from bot.attendance_excel import workbook
from bot.pack_word import minutes
from tests.bot.conftest import Shell
from tests.commands.test_attended import ALL_HERE, CHAIR, MANAGER, POLICE, about, records
from tests.commands.test_minutes_drafts import drafted, the_year
from tests.offices import ALL_WAYS, Office, an_office
from tests.scenarios.web import a_site


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office(opened="2027-03-16 15:30", ways=ALL_WAYS) as office:
        yield office


def test_the_draft_is_a_word_document_of_the_same(office: Office) -> None:
    records(office, ALL_HERE | {POLICE: "deputy"})
    opened = docx.Document(BytesIO(minutes(drafted(office))))
    assert opened.paragraphs[0].text == "Executive: draft for the minutes of Tuesday 16 March 2027"
    [table] = opened.tables
    assert [cell.text for cell in table.rows[2].cells] == [
        "Assistant Chief Constable", "A deputy of the Assistant Chief Constable", "A deputy", "from beginning to end",
    ]  # fmt: skip
    assert "Whether the meeting could do its business" in [each.text for each in opened.paragraphs]
    assert opened.core_properties.subject == "Draft for the minutes of a meeting"


def test_the_year_is_an_excel_workbook_in_which_no_cell_is_a_formula(office: Office) -> None:
    records(office, ALL_HERE)
    book = load_workbook(BytesIO(workbook(the_year(office))))
    assert book.sheetnames == ["About", "By agency", "By seat and meeting"]
    assert [cell.value for cell in book["By agency"][2]][:3] == ["Ourshire Council", "1", "1"]
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}


@pytest.mark.parametrize(
    ("words", "file"),
    [
        (("minutes", "ourshire", "executive", "2027-03-16"), "minutes-executive-2026-4.docx"),
        (("attendance", "ourshire", "executive"), "attendance-executive.xlsx"),
        (("attendance", "ourshire", "executive", "2026"), "attendance-executive-2026.xlsx"),
    ],
)
@pytest.mark.usefixtures("installed")
def test_both_are_written_from_the_shell_and_nothing_is_written_over(
    shell: Shell, words: tuple[str, ...], file: str
) -> None:
    assert shell("meetings", *words).out == f"Written to {file}.\n"
    assert Path(file).read_bytes().startswith(b"PK")
    again = shell("meetings", *words)
    assert again.code != 0 and "is there already" in again.err


@pytest.mark.usefixtures("installed")
def test_a_group_that_is_not_there_is_said(shell: Shell) -> None:
    said = shell("meetings", "attendance", "ourshire", "nobody")
    assert said.code != 0 and "no group called" in said.err


def test_both_stand_beside_the_pack_behind_its_code_and_nobody_else_has_them(office: Office) -> None:
    records(office, {CHAIR: "present"})
    with a_site(office) as site:
        office.done(MANAGER, "pack.send", **about(office))
        letter = site.mailed("pack-link")
        for part in ("minutes", "attendance"):
            assert not site.browser().gets(f"{letter.url}/{part}").body.startswith(b"PK")
        page = site.browser().follows(letter.url).sends(code=letter.code)
        word = page.leads("Draft for the minutes, as Word")
        assert word.headers["Content-Disposition"] == 'attachment; filename="minutes-executive-2026-4.docx"'
        assert "Director of Children's Services" in docx.Document(BytesIO(word.body)).tables[0].rows[1].cells[0].text
        excel = page.leads("Attendance over the year, for Excel")
        assert "By agency" in load_workbook(BytesIO(excel.body)).sheetnames
        assert page.browser.gets(f"{letter.url}/elsewhere").status == 404
