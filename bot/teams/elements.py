"""Words as elements of an Adaptive Card, so that what is read is what was written.

Running words are a RichTextBlock of TextRuns: a TextRun knows no Markdown in any client, and wraps without being told
to. A line is a block of its own, because not every client breaks a line inside a run. Only headings, the titles of
choices and what is said of an empty input cannot be such; in those, signs that Markdown would take for its own are set
apart by a space that nobody sees (`unformatted`). Nowhere is `{{DATE(...)}}` or `{{TIME(...)}}` left whole.
"""

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

from bot.chat.cutting import shown

Card = dict[str, Any]
Element = dict[str, Any]

LONGEST_LINE = 2500
"""In a run; a longer line goes on in the next block."""

_HAIR, _NOTHING = "\N{HAIR SPACE}", "\N{ZERO WIDTH SPACE}"
_UNSAID = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
"""What no client can show, and some would refuse the whole card for."""

_STARTS = re.compile(r"^(?=[ \t]*([-+*#>=|]|\d+[.)]))")
"""Where a line would begin a list, a heading, a quotation, a table."""
_APART = re.compile(r"[*_]")
_BROKEN = re.compile(r"(?<=\{)(?=\{)|(?<=\])(?=[\[(:])|(?<=[<\\])|(?<=&)(?=#?\w)|(?<=~)(?=~)|(?<=!)(?=\[)")
_GRAVE = "\N{MODIFIER LETTER GRAVE ACCENT}"


def visible(text: str) -> str:
    """The words without what cannot be shown; in its place stands the sign for that."""
    return _UNSAID.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n").replace("\r", "\n"))


def unformatted(line: str) -> str:
    """One line for a place that reads Markdown, so that nothing in it is formatted."""
    apart = _APART.sub(lambda sign: f"{_HAIR}{sign[0]}{_HAIR}", _BROKEN.sub(_NOTHING, visible(line)))
    return _STARTS.sub(_NOTHING, apart.replace("`", _GRAVE))


def undated(text: str) -> str:
    """Words for a place that reads no Markdown but works out dates, such as a label."""
    return visible(text).replace("{{", "{" + _NOTHING + "{")


def runs(text: str, **looks: object) -> list[Element]:
    """A text as runs: more than one where it would be taken for a date to be worked out, which stands in braces."""
    pieces = re.split(r"(?<=\{)(?=\{)", visible(text))
    return [{"type": "TextRun", "text": piece, **looks} for piece in pieces if piece]


def line(*inlines: Element, **more: object) -> Element:
    """One line of words."""
    return {"type": "RichTextBlock", "inlines": list(inlines), **more}


def lines(text: str, *, first: str = "default", **looks: object) -> list[Element]:
    """A text line by line, with a space where it has an empty line; `first` is the space above it."""
    found: list[Element] = []
    spacing = first
    for words in visible(text).strip("\n").split("\n"):
        if not words.strip():
            spacing = "default"
            continue
        for piece in shown(words.rstrip(), LONGEST_LINE):
            found.append(line(*runs(_indented(piece), **looks), spacing=spacing))
            spacing = "none"
    return found


def _indented(words: str) -> str:
    """Spaces in front of a line, kept where a client would drop them."""
    bare = words.lstrip(" ")
    return "\N{NO-BREAK SPACE}" * (len(words) - len(bare)) + bare


def fact(label: str, value: str) -> list[Element]:
    """A short fact: its label in bold and its value behind it, further lines below."""
    label, (head, *rest) = " ".join(label.split()), (value.strip().split("\n") or [""])
    pieces = shown(label, LONGEST_LINE)
    over, last = lines("\n".join(pieces[:-1]), first="small", weight="bolder"), pieces[-1] if pieces else ""
    begins, *goes_on = shown(head, LONGEST_LINE) or [""]
    named = runs(f"{last}: " if begins or rest else last, weight="bolder") if last else []
    made = [*over, line(*named, *runs(begins), spacing="none" if over else "small")] if named or begins else over
    return [*made, *lines("\n".join([*goes_on, *rest]), first="none")]


def heading(text: str) -> Element:
    """A title of one line, however long."""
    return {
        "type": "TextBlock",
        "text": unformatted(" ".join(text.split())),
        "wrap": True,
        "style": "heading",
        "size": "medium",
        "weight": "bolder",
    }


def small(text: str) -> Element:
    """Words that go with others."""
    return line(*runs(text, isSubtle=True, size="small"))


def weight(thing: object) -> int:
    """How many bytes something takes in a card as it is sent."""
    text = json.dumps(thing, ensure_ascii=False, separators=(",", ":"))
    return len(text.encode("utf-8", "surrogatepass"))


def fitting(parts: Iterable[Sequence[Element]], room: int) -> tuple[list[Element], bool]:
    """The elements of the first parts that fit into so many bytes, and whether that is all."""
    found: list[Element] = []
    for part in parts:
        room -= weight(list(part)) + 1
        if room < 0:
            return found, False
        found += part
    return found, True
