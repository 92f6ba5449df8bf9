"""What a word that people type is: how it is written, what it does, who may, and what a line with it means."""

from collections.abc import Callable
from dataclasses import dataclass, field

from storage.records.message import Message

from .permissions import Allowed
from .work import Work

SAY = "say"
"""The press that says a line again: `line` in its form, inside a partnership."""


@dataclass(frozen=True)
class Do:
    """A line that comes down to doing something: the action, and what was typed by field, not yet read."""

    action: str
    raw: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Typed:
    """A line as the grammar understood it: which word, what stood after it, and its options."""

    word: "Word"
    words: tuple[str, ...] = ()
    options: dict[str, str] = field(default_factory=dict)

    @property
    def rest(self) -> str:
        """Everything after the word, as one text."""
        return " ".join(self.words)


Meaning = Do | Message


@dataclass(frozen=True)
class Word:
    """A word of the conversation, alone ("note") or with a second one ("meeting move").

    `means` reads a line with it and writes nothing. `action` is the action behind it, whose permission holds;
    `allowed` is for words that only read, None for anybody in a post. `options` may be written `--name`. `catches`: a
    line with its first word alone, or with no word of ours behind that, means this one.
    """

    path: tuple[str, ...]
    does: str
    means: Callable[[Work, Typed], Meaning]
    usage: str = ""
    action: str = ""
    allowed: Allowed | None = None
    options: tuple[str, ...] = ()
    catches: bool = False

    @property
    def name(self) -> str:
        """The word as it is typed."""
        return " ".join(self.path)

    @property
    def written(self) -> str:
        """The word with what comes after it."""
        return f"{self.name} {self.usage}".strip()


def keyed(typed: Typed, keys: dict[str, str]) -> tuple[list[str], dict[str, str]]:
    """The words before the first of some keys, and what stands after each key, by the field that it fills.

    `keys` maps a key ("by") to a field ("due"); an option of the same name comes before the word in the line. A key
    counts only from the second word on, so that a title may begin with it.
    """
    found: dict[str, list[str]] = {}
    before: list[str] = []
    into = before
    for number, word in enumerate(typed.words):
        name = keys.get(word.casefold()) if number else None
        if name is not None and name not in found:
            into = found[name] = []
        else:
            into.append(word)
    fields = {name: " ".join(words) for name, words in found.items() if words}
    fields |= {keys[name]: value for name, value in typed.options.items() if name in keys and value}
    return before, fields
