"""Tables that people made elsewhere, as rows of text: CSV as Excel and others write it, or an Excel workbook.

Whatever looks like a formula is text here: nothing is worked out. Each cell knows its place, for sentences about it.
"""

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from io import StringIO

from storage.arrangements.findings import did_you_mean

from .refusals import Refusal, Refused

LARGEST = 5_000_000
"""The largest file that is read, in bytes: a partnership's people fit into a hundredth of it."""

MOST_ROWS = 5_000

_BOMS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))


@dataclass(frozen=True)
class SheetRow:
    """One row that is not empty: its place ("line 3" or "row 3"), its cells by column, and the cells' places."""

    place: str
    cells: dict[str, str]
    places: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Sheet:
    """A table: its columns as the first row names them, and its rows."""

    columns: tuple[str, ...]
    rows: tuple[SheetRow, ...]


def read_sheet(name: str, content: bytes) -> Sheet:
    """The table in a file; its name says which kind it is. Raises Refused for what cannot be read."""
    if len(content) > LARGEST:
        raise Refused("This file is larger than 5 MB. Is it the right one? Give the list of people only.")
    if name.casefold().endswith((".xlsx", ".xlsm")):
        return _from_workbook(content)
    if name.casefold().endswith(".xls"):
        raise Refused(
            'This is Excel\'s old form. Save it as "Excel Workbook (.xlsx)" or as "CSV UTF-8", and give that.'
        )
    return read_csv(content)


def check_columns(sheet: Sheet, columns: Sequence[str], needed: Iterable[str], *, called: str, empty: Refusal) -> None:
    """Raises Refused with all that is wrong with a table's columns, or with `empty` where it has no row.

    `called` says what the table is: "the people file".
    """
    want = f"The first row is: {','.join(columns)}"
    problems = [
        Refusal(f'"{column}" is no column of {called}.{did_you_mean(column, columns)}', "first row", want)
        for column in sheet.columns
        if column not in columns
    ]
    problems += [
        Refusal(f'The column "{column}" is missing.', "first row", want)
        for column in needed
        if column not in sheet.columns
    ]
    if len(set(sheet.columns)) < len(sheet.columns):
        problems.append(Refusal("Two columns have the same name.", "first row", want))
    if not sheet.rows and not problems:
        problems.append(empty)
    if problems:
        raise Refused(*problems)


def read_csv(content: bytes) -> Sheet:
    """The table in a CSV file: UTF-8 with or without a mark, or as Excel for Windows writes it; , ; or tab between."""
    found = _csv_rows(_decoded(content))
    return as_table(found, "line", _line_place)


def read_pasted(text: str, columns: Sequence[str], is_heading: Callable[[Sequence[str]], bool]) -> Sheet:
    """The table in rows that somebody has pasted, from a workbook (with tabs) or from a CSV file.

    `columns`: their names where the first row is no heading. Raises Refused for what cannot be read.
    """
    found = _csv_rows(text.replace("\r\n", "\n").replace("\r", "\n"), tabs_first=True)
    first = next(([cell.strip() for cell in cells] for _, cells in found if any(map(str.strip, cells))), [])
    if not is_heading(first):
        found.insert(0, (0, list(columns)))
    return as_table(found, "line", _line_place)


def _line_place(_index: int, column: str, line: int) -> str:
    return f"line {line}, {column}"


def _csv_rows(text: str, *, tabs_first: bool = False) -> list[tuple[int, list[str]]]:
    """The rows of a CSV text with their lines' numbers. `tabs_first`: where the first line has a tab, tabs divide."""
    first, _, rest = text.partition("\n")
    said = first.strip()[4:5] if first.strip().casefold().startswith("sep=") else ""
    skipped = 1 if said else 0
    body = rest if said else text
    head = body.lstrip("\n").partition("\n")[0]
    between = said or ("\t" if tabs_first and "\t" in head else max(",;\t", key=head.count))
    reader = csv.reader(StringIO(body, newline=""), delimiter=between, strict=True)
    found: list[tuple[int, list[str]]] = []
    number = 1 + skipped
    try:
        for cells in reader:
            found.append((number, cells))
            number = reader.line_num + 1 + skipped  # a quoted text may run over several lines
            if len(found) > MOST_ROWS:
                raise Refused(f"This file has more than {MOST_ROWS} rows. Give the list of people only.")
    except csv.Error:
        words = (
            f"Line {number} cannot be read: a quotation mark there is not closed, or stands in the middle of a text."
        )
        raise Refused(words) from None
    return found


def _decoded(content: bytes) -> str:
    encoding = next((name for mark, name in _BOMS if content.startswith(mark)), "utf-8")
    for name in (encoding, "cp1252"):
        try:
            text = content.decode(name)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Refused('This is no text file. Save the list as "CSV UTF-8" or as an Excel workbook (.xlsx), and give that.')


def _from_workbook(content: bytes) -> Sheet:
    try:
        from .workbooks import rows_of
    except ImportError:
        words = 'Excel workbooks cannot be read here: install "convenor[xlsx]", or save the list as "CSV UTF-8".'
        raise Refused(words) from None
    return as_table(rows_of(content, MOST_ROWS), "row", lambda index, _column, row: f"cell {letters(index)}{row}")


def letters(index: int) -> str:
    """The letters of a workbook's column, counted from 0: A, B, ... Z, AA."""
    return (letters(index // 26 - 1) if index >= 26 else "") + chr(ord("A") + index % 26)


CellPlace = Callable[[int, str, int], str]
"""What the place of a cell is called, from its column's number and name and its row's number."""


def as_table(found: Iterable[tuple[int, Sequence[str]]], unit: str, place: CellPlace) -> Sheet:
    """Makes a table of numbered rows of text: the first that is not empty names the columns, in any case."""
    filled = [(number, [cell.strip() for cell in cells]) for number, cells in found]
    filled = [(number, cells) for number, cells in filled if any(cells)]
    if not filled:
        raise Refused("This file is empty. Its first row names the columns.")
    columns = [name.casefold() for name in filled[0][1]]
    while not columns[-1]:
        columns.pop()
    rows, problems = [], []
    for number, cells in filled[1:]:
        if any(cells[len(columns) :]):
            words = f"{unit.capitalize()} {number} has more cells than there are columns."
            problems.append(Refusal(words, want="Put a text that has commas into quotation marks."))
        padded = [*cells, *[""] * len(columns)][: len(columns)]
        places = {column: place(index, column, number) for index, column in enumerate(columns)}
        rows.append(SheetRow(f"{unit} {number}", dict(zip(columns, padded, strict=True)), places))
    if problems:
        raise Refused(*problems)
    return Sheet(tuple(columns), tuple(rows))
