"""Makes the Word template of the pack for a meeting: templates/documents/pack.docx.

python -m bot.pack_template        writes it anew, from the project's folder

It has the looks of the process record (record_template), and shows the blocks of a pack one after the other.
"""

from io import BytesIO
from pathlib import Path

from docx import Document
from docx.document import Document as Opened
from docx.enum.style import WD_STYLE_TYPE

from commands.pack_blocks import MOST_COLUMNS

from .record_template import add_lines, add_styles, add_table, head_and_foot, set_page, set_properties, set_style

FILE = Path("templates/documents/pack.docx")

QUESTION = "Question"
STYLES = {
    "heading": "Heading 1",
    "name": "Heading 2",
    "section": "Heading 3",
    "question": QUESTION,
    "text": "Normal",
    "point": "List Bullet",
    "notice": "Notice",
}
"""In which style each kind of block stands; tables apart."""


def build() -> bytes:
    """The template as a file."""
    document = Document()
    set_page(document)
    add_styles(document)
    for name, size, before, after, bold in (
        ("Heading 2", 12.5, 14, 3, True), ("Heading 3", 11, 10, 2, True), ("List Bullet", 10.5, 0, 3, False)
    ):  # fmt: skip
        set_style(document.styles[name], size, before, after, bold)
    question = document.styles.add_style(QUESTION, WD_STYLE_TYPE.PARAGRAPH)
    question.base_style = document.styles["Normal"]
    set_style(question, 10.5, 8, 3, True)
    question.paragraph_format.keep_with_next = True
    below = "Made at {{ pack.made }}. For those at the table of this group."
    head_and_foot(document, "{{ pack.partnership }}\t{{ pack.group }}", below)
    _body(document)
    set_properties(document, "The pack for a meeting")
    content = BytesIO()
    document.save(content)
    return content.getvalue()


def _body(document: Opened) -> None:
    document.add_paragraph("{{ pack.title }}", "Title")
    document.add_paragraph("{{ pack.partnership }}", "Subtitle")
    when = "{{ pack.day }}{% if pack.hours %}, {{ pack.hours }}{% endif %}"
    document.add_paragraph(f"{{{{ pack.group }}}}, {when}. As it stood at {{{{ pack.made }}}}.")
    add_lines(document, "{%p for block in blocks %}")
    for kind, style in STYLES.items():
        add_lines(document, f'{{%p if block.kind == "{kind}" %}}')
        document.add_paragraph("{{ block.words }}", style)
        add_lines(document, "{%p endif %}")
    for count in range(1, MOST_COLUMNS + 1):
        add_lines(document, f"{{%p if block.columns|length == {count} %}}")
        add_table(document, count, "block")
        add_lines(document, "{%p endif %}")
    add_lines(document, "{%p endfor %}")


if __name__ == "__main__":
    FILE.write_bytes(build())
