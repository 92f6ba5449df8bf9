"""Excel workbooks as rows of text, through openpyxl: the one module that imports it (the extra `xlsx`)."""

from collections.abc import Iterator
from datetime import date, datetime
from io import BytesIO
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from .refusals import Refused


def rows_of(content: bytes, most: int) -> Iterator[tuple[int, list[str]]]:
    """The rows of a workbook's first sheet, numbered as Excel does. Raises Refused for what is no workbook.

    A formula is its text ("=A1"), never its result.
    """
    try:
        book = load_workbook(BytesIO(content), read_only=True, data_only=False, keep_links=False)
    except (BadZipFile, InvalidFileException, KeyError, ValueError, OSError):
        raise Refused(
            "This is no Excel workbook, or it is protected by a password. Save it anew without one."
        ) from None
    try:
        sheet = book.worksheets[0]
        for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
            if number > most:
                raise Refused(f"This sheet has more than {most} rows. Give the list of people only.")
            yield number, [_text(value) for value in cells]
    finally:
        book.close()


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case float() if value.is_integer():
            return str(int(value))
    return str(value)
