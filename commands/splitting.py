"""Turns a typed or pasted line into words, tolerantly: phones and word processors change quotes, dashes and spaces."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

LONGEST = 3000
"""How many characters a line may have; more is a pasted document."""

_APOSTROPHES = dict.fromkeys(map(ord, "‘’‚‛ʼ´`"), "'")
_QUOTES = dict.fromkeys(map(ord, "“”„‟«»"), '"')
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")
_UNSEEN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad"), None)
_ALIKE = _APOSTROPHES | _QUOTES | _UNSEEN
_CALLED = re.compile(r"^[/@]?convenor\b[:,]?\s*", re.IGNORECASE)
_OPTION = re.compile(r"^-{1,2}([a-z][a-z-]+)$", re.IGNORECASE)
_HELP = {"-h", "-?", "--?", "?", "/?"}


@dataclass(frozen=True)
class Line:
    """A line in words. `options` has what stood after each `--name`, up to the next one, by name."""

    words: tuple[str, ...]
    options: dict[str, str]

    @property
    def asks_for_help(self) -> bool:
        """Whether it asks how a word is used: `--help`, `-h` or a question mark anywhere, or "help" at its end."""
        return "help" in self.options or (len(self.words) > 1 and self.words[-1].casefold() == "help")


def cleaned(text: str) -> str:
    """The text on one line: plain apostrophes and quotes, ordinary spaces, nothing unseen, no call of the bot."""
    plain = unicodedata.normalize("NFC", text).translate(_ALIKE)
    plain = " ".join(plain.split())  # also non-breaking spaces, tabs and pasted line breaks
    return _CALLED.sub("", plain)


def split(text: str, known_options: Iterable[str] = ()) -> Line:
    """The words of a line, quoted ones as one, and its options.

    A dash of any kind before one of `known_options` makes an option ("—help"); two dashes do before any word.
    """
    tokens = _tokens(cleaned(text))
    known = set(known_options) | {"help"}
    words: list[str] = []
    options: dict[str, list[str]] = {}
    into: list[str] = words
    for token, quoted in tokens:
        name = None if quoted else _option(token, known)
        if name is not None:
            into = options.setdefault(name, [])
        else:
            into.append(token)
    return Line(tuple(_without_end(words)), {name: " ".join(_without_end(found)) for name, found in options.items()})


def _option(token: str, known: set[str]) -> str | None:
    if token in _HELP:
        return "help"
    plain = token.translate(_DASHES)
    found = _OPTION.match(plain.rstrip(".,;:!?"))
    if found is None:
        return None
    name = found[1].casefold()
    return name if name in known or plain.startswith("--") else None


def _tokens(text: str) -> list[tuple[str, bool]]:
    """The tokens of a line, each with whether it stood in quotes; a quote that is not closed is left out."""
    found: list[tuple[str, bool]] = []
    rest = text
    while rest := rest.lstrip():
        quote = re.match(r'"([^"]*)"(?=[\s.,;:!?]|$)', rest) or re.match(r"'([^']*)'(?=[\s.,;:!?]|$)", rest)
        if quote is not None:
            found.append((quote[1].strip(), True))
            rest = rest[quote.end() :].lstrip(".,;:!?")
            continue
        word, _, rest = rest.partition(" ")
        if word.strip('"'):
            found.append((word.strip('"'), False))
    return [(token, quoted) for token, quoted in found if token]


def _without_end(words: list[str]) -> list[str]:
    """The words without the punctuation that ends a sentence."""
    if not words:
        return words
    last = words[-1].rstrip(".,;:!?")
    return [*words[:-1], last] if last else words[:-1]
