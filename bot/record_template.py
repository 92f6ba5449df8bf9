"""Makes the Word template of the process record: templates/documents/process-record.docx.

python -m bot.record_template        writes it anew, from the project's folder

The template holds the looks (letter-size text, a header, page numbers, headings, marked header rows, British English)
and the places where the words go, as docxtpl reads them; a partnership's own may be laid beside it in Word.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from docx import Document
from docx.document import Document as Opened
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Row
from docx.text.paragraph import Paragraph

FILE = Path("templates/documents/process-record.docx")

FONT = "Arial"
LANGUAGE = "en-GB"
WIDE = Cm(17)
"""The width of the text on A4 with margins of two centimetres."""

COLUMNS = range(2, 6)
"""The numbers of columns that a table of the record may have; there is a table for each."""

_DARK = RGBColor(0x0B, 0x0C, 0x0C)
_HEAD, _LINE = "E8EDF1", "8A949B"
_MADE = datetime(2026, 11, 22, tzinfo=UTC)
"""Stands in the template alone; a record has its own time."""


def build() -> bytes:
    """The template as a file."""
    document = Document()
    set_page(document)
    add_styles(document)
    _head_and_foot(document)
    _body(document)
    set_properties(document, "The process record")
    content = BytesIO()
    document.save(content)
    return content.getvalue()


def set_page(document: Opened) -> None:
    """A4 with margins of two centimetres."""
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    section.top_margin = section.bottom_margin = Cm(2.2)
    section.header_distance = section.footer_distance = Cm(1.1)


def add_styles(document: Opened) -> None:
    """The looks of headings, texts and cells, in British English."""
    for name, size, before, after, bold in (
        ("Normal", 10.5, 0, 6, False),
        ("Title", 22, 0, 4, True),
        ("Subtitle", 13, 0, 10, False),
        ("Heading 1", 14, 18, 4, True),
        ("Header", 8.5, 0, 0, False),
        ("Footer", 8.5, 0, 0, False),
    ):
        set_style(document.styles[name], size, before, after, bold)
    document.styles["Heading 1"].paragraph_format.keep_with_next = True
    _border_below(document.styles["Title"], wanted=False)
    for name, size, bold in (("Cell", 9.5, False), ("Column heading", 9.5, True), ("Notice", 10.5, True)):
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = document.styles["Normal"]
        set_style(style, size, 2 if name != "Notice" else 0, 2 if name != "Notice" else 6, bold)
    for found in document.styles.element.iter(qn("w:lang")):
        found.set(qn("w:val"), LANGUAGE)


def set_style(style: ParagraphStyle, size: float, before: float, after: float, bold: bool) -> None:
    """One plain font everywhere, with a size and the space around, in points."""
    font = style.font
    font.name, font.size, font.bold, font.italic, font.color.rgb = FONT, Pt(size), bold, False, _DARK
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for which in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(which), None)
    for which in ("w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(which), FONT)
    for spacing in style.element.rPr.findall(qn("w:spacing")):
        style.element.rPr.remove(spacing)
    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
    style.paragraph_format.line_spacing = 1.1


def _border_below(style: ParagraphStyle, *, wanted: bool) -> None:
    found = style.element.pPr.find(qn("w:pBdr"))
    if found is not None and not wanted:
        style.element.pPr.remove(found)


def _head_and_foot(document: Opened) -> None:
    made = "Made {{ record.made }}. For those on the list of {{ record.reference }} alone."
    head_and_foot(document, "{{ record.partnership }}\t{{ record.reference }}", made)


def head_and_foot(document: Opened, above: str, below: str) -> None:
    """What stands above and below every page: words, and at the right end below which page of how many it is."""
    section = document.sections[0]
    head, foot = section.header.paragraphs[0], section.footer.paragraphs[0]
    for paragraph in (head, foot):
        stops = paragraph.paragraph_format.tab_stops
        stops.add_tab_stop(WIDE, WD_TAB_ALIGNMENT.RIGHT)
        for style_stop in list(paragraph.style.paragraph_format.tab_stops):
            stops.add_tab_stop(style_stop.position, WD_TAB_ALIGNMENT.CLEAR)
    head.add_run(above)
    foot.add_run(f"{below}\tPage ")
    add_field(foot, "PAGE")
    foot.add_run(" of ")
    add_field(foot, "NUMPAGES")


def add_field(paragraph: Paragraph, instruction: str) -> None:
    """A field that Word works out, such as the number of the page."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), instruction)
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)


def _body(document: Opened) -> None:
    document.add_paragraph("{{ record.title }}", "Title")
    document.add_paragraph("{{ record.partnership }}: {{ record.kind }}", "Subtitle")
    document.add_paragraph("As it stood {{ record.made }}.")
    add_lines(document, "{%p for notice in record.notices %}")
    document.add_paragraph("{{ notice }}", "Notice")
    add_lines(document, "{%p endfor %}", "{%p for part in record.parts %}")
    document.add_paragraph("{{ part.heading }}", "Heading 1")
    add_lines(document, "{%p if part.words %}")
    document.add_paragraph("{{ part.words }}").paragraph_format.keep_with_next = True
    add_lines(document, "{%p endif %}", "{%p if not part.rows %}")
    document.add_paragraph("{{ part.nothing }}")
    add_lines(document, "{%p endif %}")
    for count in COLUMNS:
        add_lines(document, f"{{%p if part.rows and part.columns|length == {count} %}}")
        add_table(document, count)
        add_lines(document, "{%p endif %}")
    add_lines(document, "{%p endfor %}")


def add_lines(document: Opened, *tags: str) -> None:
    """What docxtpl reads, each in a paragraph of its own, which it takes away."""
    for tag in tags:
        document.add_paragraph(tag)


def add_table(document: Opened, count: int, of: str = "part") -> None:
    """A table of so many columns, filled from the `columns` and `rows` of what is called so."""
    table = document.add_table(rows=4, cols=count)
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.LEFT, False
    _looks(table)
    head, begins, body, ends = table.rows
    _words(head, "Column heading", (f"{{{{ {of}.columns[{n}] }}}}" for n in range(count)))
    _words(begins, "Cell", [f"{{%tr for row in {of}.rows %}}", *[""] * (count - 1)])
    _words(body, "Cell", (f"{{{{ row[{n}] }}}}" for n in range(count)))
    _words(ends, "Cell", ["{%tr endfor %}", *[""] * (count - 1)])
    _mark(head, "w:tblHeader")
    for row in (head, body):
        _mark(row, "w:cantSplit")
    for cell in head.cells:
        shade = OxmlElement("w:shd")
        for name, value in (("w:val", "clear"), ("w:color", "auto"), ("w:fill", _HEAD)):
            shade.set(qn(name), value)
        cell._tc.get_or_add_tcPr().append(shade)


def _words(row: _Row, style: str, texts: Iterable[str]) -> None:
    for cell, text in zip(row.cells, texts, strict=True):
        cell.paragraphs[0].text = text
        cell.paragraphs[0].style = style


def _mark(row: _Row, name: str) -> None:
    """Marks a row as one that is repeated as header, or that no page divides."""
    row._tr.get_or_add_trPr().append(OxmlElement(name))


def _looks(table: Table) -> None:
    """Thin lines between rows, and a first row that is marked as header."""
    properties = table._tbl.tblPr
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "bottom", "insideH"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", _LINE)):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    look = properties.find(qn("w:tblLook"))
    if look is None:
        properties.append(borders)
        return
    look.addprevious(borders)
    for name in list(look.attrib):
        del look.attrib[name]
    for name, value in (("firstRow", "1"), ("lastRow", "0"), ("firstColumn", "1"), ("lastColumn", "0")):
        look.set(qn(f"w:{name}"), value)
    look.set(qn("w:val"), "00A0")
    look.set(qn("w:noHBand"), "1")
    look.set(qn("w:noVBand"), "1")


def set_properties(document: Opened, title: str) -> None:
    """The properties of a template, which a filled-in document replaces by its own."""
    about = document.core_properties
    about.title, about.author, about.comments, about.language = title, "", "", LANGUAGE
    about.created = about.modified = _MADE
    package = document.part.package
    for id_, relation in list(package.rels.items()):
        if relation.reltype == RELATIONSHIP_TYPE.THUMBNAIL:
            del package.rels[id_]


if __name__ == "__main__":
    FILE.write_bytes(build())
