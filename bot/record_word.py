"""The process record as a Word document, through docxtpl (the extra `word`): the one module that fills it in.

The looks are in templates/documents/process-record.docx, which `bot.record_template` makes. What stands in it is the
same list of rows that the page shows.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.table import Table
from docxtpl import DocxTemplate
from jinja2 import Environment, StrictUndefined

from commands.process_records import ProcessRecord
from templates import document_bytes

TEMPLATE = "process-record.docx"

_WIDE = 9638
"""The width of a table in twentieths of a point: A4 less two margins of two centimetres."""

_NO_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""What no Word document can hold."""


def document(record: ProcessRecord) -> bytes:
    """The record as a .docx file: headings, tables with marked header rows, page numbers, British English."""
    template = DocxTemplate(BytesIO(document_bytes(TEMPLATE)))
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    template.render({"record": _clean(record)}, jinja_env=environment, autoescape=True)
    filled = template.docx
    for table, part in zip(filled.tables, (part for part in record.parts if part.rows), strict=True):
        dress(table, part.heading, part.widths)
    about = filled.core_properties
    about.title, about.author, about.subject = record.title, record.partnership, record.kind
    about.created = about.modified = record.made_at
    content = BytesIO()
    template.save(content)
    return content.getvalue()


def dress(table: Table, name: str, shares: Sequence[int]) -> None:
    """Gives a table its columns' shares of the page, and the name by which a screen reader finds it."""
    caption = OxmlElement("w:tblCaption")
    caption.set(qn("w:val"), name)
    table._tbl.tblPr.append(caption)
    widths = [_WIDE * share // sum(shares) for share in shares]
    for column, width in zip(table._tbl.tblGrid.gridCol_lst, widths, strict=True):
        column.set(qn("w:w"), str(width))
    for row in table._tbl.tr_lst:
        for cell, width in zip(row.tc_lst, widths, strict=True):
            size = cell.get_or_add_tcPr().get_or_add_tcW()
            size.set(qn("w:w"), str(width))
            size.set(qn("w:type"), "dxa")


def _clean(record: ProcessRecord) -> ProcessRecord:
    """The record without characters that no document can hold."""
    parts = tuple(
        replace(
            part,
            heading=text_of(part.heading),
            words=text_of(part.words),
            rows=tuple(tuple(text_of(cell) for cell in row) for row in part.rows),
        )
        for part in record.parts
    )
    return replace(
        record, partnership=text_of(record.partnership), notices=tuple(map(text_of, record.notices)), parts=parts
    )


def text_of(words: str) -> str:
    """Words without the characters that no document can hold."""
    return _NO_TEXT.sub("", words)
