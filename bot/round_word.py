"""A round as a Word document, through python-docx (the extra `word`): figures, ratings as picture and table, who owes.

The picture needs the extra `charts`; without it the table stands alone, and holds the same.
"""

import re
from collections.abc import Sequence
from importlib.util import find_spec
from io import BytesIO

from docx import Document
from docx.document import Document as Opened
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Inches, Pt, RGBColor
from docx.table import Table as WordTable
from docx.table import _Cell

from commands.round_analysis import RatingsTable
from commands.round_looking import Look
from commands.round_tables import Report, Table

MEDIA = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

FONT, LANGUAGE = "Arial", "en-GB"
WIDE = 25.7
"""The width of the text in centimetres: A4 across, less two margins of two."""

_TWIPS = 567
"""Twentieths of a point in a centimetre."""

_DARK, _HEAD, _LINE = RGBColor(0x0B, 0x0C, 0x0C), "E8EDF1", "8A949B"
_NO_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def document(look: Look, report: Report) -> bytes:
    """The round as a .docx file: headings, tables with marked header rows, pictures with words, British English."""
    made = Document()
    _page(made)
    _styles(made)
    made.add_paragraph(_clean(report.title), "Title")
    made.add_paragraph(_clean(f"{report.partnership}. As it stood on {report.made}."))
    for line in report.lines:
        made.add_paragraph(_clean(line.removeprefix("- ")), "List Bullet" if line.startswith("- ") else "Normal")
    made.add_heading(report.tallies.heading, 1)
    _table(made, report.tallies)
    made.add_heading(report.ratings.heading, 1)
    if report.ratings.rows:
        _key(made, report)
        _pictures(made, look)
    _table(made, report.ratings)
    made.add_heading(report.states.heading, 1)
    _table(made, report.states)
    about = made.core_properties
    about.title, about.author, about.comments = _clean(report.title), _clean(report.partnership), ""
    about.language = LANGUAGE
    about.created = about.modified = look.work.now
    content = BytesIO()
    made.save(content)
    return content.getvalue()


def has_charts() -> bool:
    """Whether what draws pictures is installed."""
    return find_spec("matplotlib") is not None


def _key(made: Opened, report: Report) -> None:
    words = "; ".join(f"{letters} is {label.lower()}" for letters, label in report.key)
    made.add_paragraph(_clean(f"Columns are the standards by their number in the table before. {words}."))


def _pictures(made: Opened, look: Look) -> None:
    if not has_charts():
        return
    from .round_picture import pictures

    for each in pictures(RatingsTable(look)):
        shape = made.add_picture(BytesIO(each.content), width=Inches(min(each.inches, WIDE / 2.54)))
        said = shape._inline.docPr
        said.set("descr", _clean(each.words))
        said.set("name", "Ratings by respondent and standard")


def _page(made: Opened) -> None:
    section = made.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2)


def _styles(made: Opened) -> None:
    for name, size, bold in (("Normal", 10.5, False), ("Title", 20, True), ("Heading 1", 14, True)):
        style = made.styles[name]
        style.font.name, style.font.size, style.font.bold, style.font.color.rgb = FONT, Pt(size), bold, _DARK
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(theme), None)
        for which in ("w:hAnsi", "w:eastAsia", "w:cs"):
            fonts.set(qn(which), FONT)
    for found in made.styles.element.iter(qn("w:lang")):
        found.set(qn("w:val"), LANGUAGE)


def _table(made: Opened, table: Table) -> None:
    if not table.rows:
        made.add_paragraph(_clean(table.nothing))
        return
    drawn = made.add_table(rows=1, cols=len(table.columns))
    drawn.autofit = False
    _fill(drawn.rows[0].cells, table.columns, bold=True)
    for row in table.rows:
        _fill(drawn.add_row().cells, row)
    head = drawn.rows[0]._tr.get_or_add_trPr()
    head.append(OxmlElement("w:tblHeader"))
    for each in drawn.rows:
        each._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    _looks(drawn, table)


def _fill(cells: Sequence[_Cell], texts: Sequence[str], *, bold: bool = False) -> None:
    for cell, text in zip(cells, texts, strict=True):
        run = cell.paragraphs[0].add_run(_clean(text))
        run.font.size, run.font.bold = Pt(9), bold
        if bold:
            shade = OxmlElement("w:shd")
            for name, value in (("w:val", "clear"), ("w:color", "auto"), ("w:fill", _HEAD)):
                shade.set(qn(name), value)
            cell._tc.get_or_add_tcPr().append(shade)


def _looks(drawn: WordTable, table: Table) -> None:
    """Thin lines, the widths of the columns, and the name by which a screen reader finds the table."""
    properties = drawn._tbl.tblPr
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "bottom", "insideH"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", _LINE)):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    look = properties.find(qn("w:tblLook"))
    look.addprevious(borders)
    caption = OxmlElement("w:tblCaption")
    caption.set(qn("w:val"), table.heading)
    properties.append(caption)
    shares = table.widths or tuple(1 for _ in table.columns)
    widths = [int(WIDE * _TWIPS) * share // sum(shares) for share in shares]
    for column, width in zip(drawn._tbl.tblGrid.gridCol_lst, widths, strict=True):
        column.set(qn("w:w"), str(width))
    for row in drawn._tbl.tr_lst:
        for cell, width in zip(row.tc_lst, widths, strict=True):
            size = cell.get_or_add_tcPr().get_or_add_tcW()
            size.set(qn("w:w"), str(width))
            size.set(qn("w:type"), "dxa")


def _clean(words: str) -> str:
    return _NO_TEXT.sub("", words)
