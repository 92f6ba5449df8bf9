"""A round as an Excel workbook, through openpyxl (the extra `xlsx`): who has answered, what was sent in, the ratings.

Whatever somebody wrote is text there, however it begins: a cell that a program could take for a formula is none.
"""

import re
from collections.abc import Sequence
from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from commands.round_tables import Report, Table

MEDIA = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

WIDEST, NARROWEST = 60, 12
"""In characters, as Excel counts columns."""

LONGEST = 32_767
"""The characters that a cell of Excel holds."""

CUT = " … (cut: a cell holds no more; the whole of it stands in the report itself)"

_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""What no workbook can hold."""

_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "|", "%")
"""How a text begins that a spreadsheet program may take for a formula when it is pasted on or saved as CSV."""


def workbook(report: Report) -> bytes:
    """The round as a .xlsx file, a sheet for each table; the answers only where `report` has them."""
    book = Workbook()
    book.remove(book.worksheets[0])
    about(book, report.title, report.partnership, report.made, report.lines)
    add_table(book, "Who has answered", report.states)
    if report.answers is not None:
        add_table(book, "Answers", report.answers)
    add_table(book, "Ratings", report.ratings)
    add_table(book, "Ratings counted", report.tallies)
    return saved(book, report.title, report.partnership)


def saved(book: Workbook, title: str, partnership: str) -> bytes:
    """The file of a workbook."""
    book.properties.title, book.properties.creator = _clean(title), _clean(partnership)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def about(book: Workbook, title: str, partnership: str, made: str, told: Sequence[str]) -> None:
    """Adds the first sheet: what the workbook is, as it stood when, and the sentences above its tables."""
    sheet = book.create_sheet("About")
    lines = (title, partnership, f"As it stood on {made}", "", *told)
    for number, line in enumerate(lines, 1):
        _write(sheet, number, 1, line)
    sheet.cell(1, 1).font = Font(bold=True, size=14)
    sheet.column_dimensions["A"].width = 90


def add_table(book: Workbook, name: str, table: Table) -> None:
    """Adds a table as a sheet of that name, its first row marked and filtered."""
    sheet: Worksheet = book.create_sheet(name)
    for number, heading in enumerate(table.columns, 1):
        _write(sheet, 1, number, heading)
        cell = sheet.cell(1, number)
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", start_color="E8EDF1")
        width = max([len(heading) // 2, *(_widest(row[number - 1]) for row in table.rows)])
        sheet.column_dimensions[get_column_letter(number)].width = min(WIDEST, max(NARROWEST, width + 2))
    for at, row in enumerate(table.rows or ((table.nothing,),), 2):
        for number, text in enumerate(row, 1):
            _write(sheet, at, number, text)
    sheet.freeze_panes = "B2"
    if table.rows:
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(table.columns))}{len(table.rows) + 1}"


def _widest(text: str) -> int:
    return max((len(line) for line in text.splitlines()), default=0)


def _write(sheet: Worksheet, row: int, column: int, text: str) -> None:
    """Writes a text as text. One that begins like a formula has Excel's own mark of a text, which is no part of it."""
    cell = sheet.cell(row, column)
    safe = _clean(text)
    cell.value = safe
    cell.data_type = "s"
    cell.quotePrefix = safe.lstrip(" \n").startswith(_BEGINS_A_FORMULA)
    cell.alignment = Alignment(vertical="top", wrap_text=True)


def _clean(text: str) -> str:
    clean = _NO_TEXT.sub("", text)
    return clean if len(clean) <= LONGEST else f"{clean[: LONGEST - len(CUT)]}{CUT}"
