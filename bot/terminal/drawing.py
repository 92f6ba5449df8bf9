"""Draws neutral messages as plain text: wrapped to a width, never cut, buttons with the number that presses them."""

import textwrap
from collections.abc import Sequence
from datetime import datetime

from storage.records.message import Blank, Message

NARROWEST = 40
WIDEST = 100

MOST_LISTED = 100
"""How many answers on offer are listed."""


def drawn(message: Message, width: int, first: int = 1) -> list[str]:
    """The lines of a message; its buttons are numbered from `first` on."""
    width = max(NARROWEST, min(width, WIDEST))
    lines = [*_title(message, width)]
    if message.text:
        lines += wrapped(message.text, width)
    if message.fields:
        lines += ["", *(line for f in message.fields for line in _hanging(f"{f.label}: ", f.value, width))]
    if message.buttons:
        lines += ["", *(f"  [{number}] {button.label}" for number, button in enumerate(message.buttons, first))]
    return lines


def _title(message: Message, width: int) -> list[str]:
    title = wrapped(message.title, width)
    if message.tone == "alert":
        rule = "=" * min(width, max(len(line) for line in title))
        return [rule, *title, rule]
    return [*title, "-" * min(width, max(len(line) for line in title))]


def blank(asked: Blank, width: int) -> list[str]:
    """A blank as it is asked: label, what is wrong with what is there, hint, and the answers on offer."""
    lines = wrapped(asked.label + ("" if asked.needed else " (may be left empty)"), width)
    if asked.problem:
        lines += wrapped(asked.problem, width, "  ")
    elif asked.hint:
        lines += wrapped(asked.hint, width, "  ")
    if len(asked.choices) > MOST_LISTED:
        return [*lines, f"  Write one of {len(asked.choices)} names."]
    lines += [f"  {number} {choice.label}" for number, choice in enumerate(asked.choices, 1)]
    if asked.kind == "choices" and len(asked.choices) > 1:
        lines += wrapped("Several: write their numbers with commas between.", width, "  ")
    return lines


def arrived(at: datetime, partnership: str) -> str:
    """The line above a message that came in by itself: local time and partnership."""
    return f"<< {at:%H:%M on %a} {at.day} {at:%b %Y}, {partnership}"


def wrapped(text: str, width: int, indent: str = "") -> list[str]:
    """The lines of a text, each wrapped by itself; what follows a dash or a number hangs under its first word."""
    lines: list[str] = []
    for line in text.splitlines():
        if not line.strip():
            lines.append("")
            continue
        mark, rest = _mark(line)
        lines += _hanging(indent + mark, rest, width)
    return lines


def _mark(line: str) -> tuple[str, str]:
    """A list's mark at the start of a line ("- ", "12. ") and the rest."""
    spaces = line[: len(line) - len(line.lstrip())]
    first, _, rest = line.lstrip().partition(" ")
    if rest and (first == "-" or (first.endswith(".") and first[:-1].isdigit())):
        return f"{spaces}{first} ", rest
    return spaces, line.lstrip()


def _hanging(mark: str, text: str, width: int) -> list[str]:
    first, *others = text.splitlines() or [""]
    under = " " * (len(mark) if len(mark) <= width // 2 else 2)
    found = textwrap.wrap(first, width, initial_indent=mark, subsequent_indent=under) or [mark.rstrip()]
    for other in others:
        found += textwrap.wrap(other, width, initial_indent=under, subsequent_indent=under) or [""]
    return found


def joined(lines: Sequence[str]) -> str:
    """Lines as one text."""
    return "\n".join(lines)
