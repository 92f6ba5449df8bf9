"""The process record as a Word document, through docxtpl (the extra `word`): the one module that fills it in.

The looks are in templates/documents/process-record.docx, which `bot.record_template` makes. What stands in it is the
same list of rows that the page shows.
"""

import re
from dataclasses import replace
from io import BytesIO

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.table import Table
from docxtpl import DocxTemplate
from jinja2 import Environment, StrictUndefined

from commands.process_records import Part, ProcessRecord
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
        _set(table, part)
    about = filled.core_properties
    about.title, about.author, about.subject = record.title, record.partnership, record.kind
    about.created = about.modified = record.made_at
    content = BytesIO()
    template.save(content)
    return content.getvalue()


def _set(table: Table, part: Part) -> None:
    """Gives a table the widths of its part, and the name by which a screen reader finds it."""
    caption = OxmlElement("w:tblCaption")
    caption.set(qn("w:val"), part.heading)
    table._tbl.tblPr.append(caption)
    widths = [_WIDE * share // sum(part.widths) for share in part.widths]
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
            heading=_text(part.heading),
            words=_text(part.words),
            rows=tuple(tuple(_text(cell) for cell in row) for row in part.rows),
        )
        for part in record.parts
    )
    return replace(
        record, partnership=_text(record.partnership), notices=tuple(map(_text, record.notices)), parts=parts
    )


def _text(words: str) -> str:
    return _NO_TEXT.sub("", words)
