"""How long words are to Slack, and how long words become several pieces: at a paragraph, a line, a sentence, a word."""

import re

_ENDS = (re.compile(r"\n\s*\n"), re.compile(r"\n"), re.compile(r"[.?!]\s"), re.compile(r"\s"))
"""Where a text may be parted, the best place first."""


def escaped(text: str) -> str:
    """The words for a text that Slack reads as mark-up: what would be a link, a channel or a person stays words."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def size(text: str) -> int:
    """How many characters it is at most, however Slack counts: escaped, and in UTF-16 units."""
    units = len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
    return units + 4 * text.count("&") + 3 * text.count("<") + 3 * text.count(">")


def split(text: str, most: int) -> list[str]:
    """The text in pieces of at most `most` characters (see `size`); joined they are the text again."""
    pieces = []
    while (fits := _fitting(text, most)) < len(text):
        at = _boundary(text, fits)
        pieces.append(text[:at])
        text = text[at:]
    return [*pieces, text] if text else pieces


def _fitting(text: str, most: int) -> int:
    """How many characters of the text fit: all, or the most that do, but at least one."""
    if size(text[: most + 1]) <= most:
        return len(text)
    fits, too_many = 1, most + 1
    while too_many - fits > 1:
        middle = (fits + too_many) // 2
        fits, too_many = (middle, too_many) if size(text[:middle]) <= most else (fits, middle)
    return fits


def _boundary(text: str, fits: int) -> int:
    """The best place to part a text before `fits`, not so early that a small piece is left standing alone."""
    for end in _ENDS:
        found = [match.end() for match in end.finditer(text, fits // 3, fits)]
        if found:
            return found[-1]
    return fits


def shown(text: str, most: int) -> list[str]:
    """The pieces of a text as they are shown: without the empty lines between them, and none that is empty."""
    return [piece.strip("\r\n").rstrip() for piece in split(text, most) if piece.strip()]


def in_a_line(text: str, most: int) -> bool:
    """Whether the text is at most `most` characters long as one line."""
    return size(_line(text)) <= most


def _line(text: str) -> str:
    return " ".join(text.split())


def shortened(text: str, most: int) -> str:
    """One line of at most `most` characters: the first words, and "…" where there were more."""
    line = _line(text)
    if size(line) <= most:
        return line
    fits = _fitting(line, most - 1)
    word = line.rfind(" ", fits // 2, fits + 1)
    return line[: word if word > 0 else fits].rstrip() + "…"
