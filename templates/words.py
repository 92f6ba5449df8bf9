"""The words of messages, as text: one folder for one kind of message, one file for each part of it.

`line.j2` is a line of the daily note; `title.j2` and `text.j2` make a message of its own.
"""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Words:
    """The template texts of one kind; a part that the kind does not have is None."""

    kind: str
    title: str | None
    text: str | None
    line: str | None


@cache
def message_kinds() -> tuple[str, ...]:
    """Every kind of message that has words, in order."""
    folder = files(__package__) / "messages"
    return tuple(sorted(entry.name for entry in folder.iterdir() if entry.is_dir() and entry.name[0] not in "._"))


@cache
def words(kind: str) -> Words:
    """The template texts of a kind. Raises KeyError when nobody has written them."""
    folder = files(__package__) / "messages" / kind

    def part(name: str) -> str | None:
        entry = folder / f"{name}.j2"
        return entry.read_text("utf-8").strip() if entry.is_file() else None

    found = Words(kind, part("title"), part("text"), part("line"))
    if found.line is None and (found.title is None or found.text is None):
        raise KeyError(f"there are no words for messages of the kind {kind}")
    return found
