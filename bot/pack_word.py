"""The pack for a meeting, and the draft for its minutes, as Word documents, through docxtpl (the extra `word`).

The looks are in templates/documents/pack.docx, which `bot.pack_template` makes. What stands in the pack is the same
list of blocks that the page shows.
"""

from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO

from docxtpl import DocxTemplate
from jinja2 import Environment, StrictUndefined

from commands import minutes_drafts
from commands.minutes_drafts import MinutesDraft
from commands.pack_blocks import Block, blocks
from commands.packs_for_meetings import Pack
from templates import document_bytes

from .record_word import dress, text_of

TEMPLATE = "pack.docx"


def document(pack: Pack) -> bytes:
    """The pack as a .docx file: headings, tables with marked header rows, page numbers, British English."""
    return _filled(pack, blocks(pack), "Pack for a meeting")


def minutes(draft: MinutesDraft) -> bytes:
    """The draft for a meeting's minutes as a .docx file with the same looks, to be written on."""
    return _filled(draft, minutes_drafts.blocks(draft), "Draft for the minutes of a meeting")


def _filled(pack: Pack | MinutesDraft, all_blocks: Sequence[Block], subject: str) -> bytes:
    template = DocxTemplate(BytesIO(document_bytes(TEMPLATE)))
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    shown = [_clean(block) for block in all_blocks]
    template.render({"pack": pack, "blocks": shown}, jinja_env=environment, autoescape=True)
    filled = template.docx
    for table, block in zip(filled.tables, (each for each in shown if each.kind == "table"), strict=True):
        dress(table, block.words, block.widths)
    about = filled.core_properties
    about.title, about.author, about.subject = text_of(pack.title), text_of(pack.partnership), subject
    about.created = about.modified = pack.made_at
    content = BytesIO()
    template.save(content)
    return content.getvalue()


def _clean(block: Block) -> Block:
    """A block without characters that no document can hold."""
    rows = tuple(tuple(map(text_of, row)) for row in block.rows)
    return replace(block, words=text_of(block.words), columns=tuple(map(text_of, block.columns)), rows=rows)
