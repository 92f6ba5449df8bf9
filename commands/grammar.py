"""The grammar of what people type: Click finds the word and its options; a line that fits none is told what does.

Click parses only, in `standalone_mode=False`: its echo and its test runner are not safe with several threads.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

import click

from . import naming, splitting
from .saying import Typed, Word
from .words_people_type import WORDS

IN = "in"
"""The option that names the partnership, anywhere in a line."""


@dataclass(frozen=True)
class HelpAsked:
    """A line that asks for help, on words that begin so; () is on all of them.

    `unknown`: it asks about something that is no word of ours; `near` are words that may have been meant.
    """

    path: tuple[str, ...] = ()
    unknown: bool = False
    near: tuple[str, ...] = ()


@dataclass(frozen=True)
class NotUnderstood:
    """A line that fits no word. `near` are words that may have been meant; nothing of the line is in here."""

    near: tuple[str, ...] = ()
    options: tuple[str, ...] = ()


Understood = Typed | HelpAsked | NotUnderstood


def read(text: str, partnerships: Collection[str] = ()) -> tuple[Understood, str]:
    """What a line means, and the partnership that it names with `--in`, or "".

    `partnerships` are the names that `--in` may be followed by, as names are compared (naming.plain).
    """
    line = splitting.split(text, _option_names())
    options = {name: value for name, value in line.options.items() if name not in (IN, "help")}
    inside, after = _named(line.options.get(IN, ""), partnerships)
    words = (*line.words, *after)
    if not words or words[0].casefold() == "help" or line.asks_for_help:
        return _help([word for word in words if word.casefold() != "help"]), inside
    return _parsed(words, options), inside


def is_known(text: str) -> bool:
    """Whether a line begins with one of our words."""
    words = splitting.split(text).words
    return bool(words) and words[0].casefold() in _first_words()


def without_help(text: str) -> str:
    """A line without the calls for help that it begins with: "help" may be the cry itself, and not our word."""
    words = text.split()
    while words and words[0].casefold().strip(".,;:!?-") in ("help", "please", "me"):
        words = words[1:]
    return " ".join(words)


def _help(words: Sequence[str]) -> HelpAsked:
    path = _path(words)
    if words and not path:
        return HelpAsked(unknown=True, near=near([word.casefold() for word in words[:2]]))
    return HelpAsked(path)


def _named(after: str, partnerships: Collection[str]) -> tuple[str, list[str]]:
    """The partnership's name, the longest that fits, else one word; what follows is the line's own."""
    words = after.split()
    for size in range(len(words), 0, -1):
        if naming.plain(" ".join(words[:size])) in partnerships:
            return " ".join(words[:size]), words[size:]
    return " ".join(words[:1]), words[1:]


def _path(words: Sequence[str]) -> tuple[str, ...]:
    """The longest beginning of the words that is, or begins, one of ours."""
    paths = {word.path[:size] for word in WORDS for size in (1, 2)}
    typed = tuple(word.casefold() for word in words[:2])
    return next((typed[:size] for size in (2, 1) if typed[:size] in paths), ())


def _parsed(words: Sequence[str], options: dict[str, str]) -> Understood:
    first = words[0].casefold().rstrip(".,;:!?")
    catching = next((word for word in WORDS if word.catches and word.path[0] == first), None)
    if len(words) == 1 and catching is None and first in {word.path[0] for word in WORDS if len(word.path) == 2}:
        return HelpAsked((first,))
    depth = 2 if first in {word.path[0] for word in WORDS if len(word.path) == 2} else 1
    path = [word.casefold().rstrip(",;:") for word in words[:depth]]
    path[0] = first
    if catching is not None and tuple(path) not in _commands():
        path, depth = list(catching.path), 1
    given = [part for name, value in options.items() for part in (f"--{name}", value)]
    command = _commands().get(tuple(path))
    if command is None:
        return NotUnderstood(near([word.casefold() for word in words[:2]]))
    try:
        typed: Typed = command.main([*given, "--", *words[depth:]], "convenor", standalone_mode=False)
    except click.NoSuchOption:
        word = next((w for w in WORDS if w.path == tuple(path)), None)
        return NotUnderstood((word.name,) if word else (), word.options if word else ())
    except click.UsageError:
        return NotUnderstood(near([word.casefold() for word in words[:2]]))
    return typed


def near(path: Sequence[str]) -> tuple[str, ...]:
    """The words that are most like what was typed, at most three."""
    if path[0] in _first_words():
        seconds = [word.path[1] for word in WORDS if word.path[0] == path[0] and len(word.path) == 2]
        found = get_close_matches(path[1], seconds, 2, 0.6) if len(path) > 1 else []
        return tuple(f"{path[0]} {word}" for word in found)
    alone = [word.name for word in WORDS if len(word.path) == 2 and word.path[1] == path[0]]
    if alone:
        return tuple(alone[:3])
    found = get_close_matches(path[0], _first_words(), 2, 0.6)
    whole = [word.name for word in WORDS if word.path[:1] == tuple(found[:1]) and word.path[1:] == tuple(path[1:2])]
    return tuple(whole or found)


@cache
def _first_words() -> tuple[str, ...]:
    return (*dict.fromkeys(word.path[0] for word in WORDS), "help")


@cache
def _option_names() -> tuple[str, ...]:
    return (IN, *{name for word in WORDS for name in word.options})


@cache
def _commands() -> dict[tuple[str, ...], click.Command]:
    """The words as Click's commands, found by their path: groups of Click's would parse a line once for each level."""
    return {word.path: _command(word) for word in WORDS}


def _command(word: Word) -> click.Command:
    def understood(words: tuple[str, ...], **options: str | None) -> Typed:
        given = {name.removesuffix("_"): value for name, value in options.items() if value is not None}
        return Typed(word, words, given)

    # A trailing underscore keeps names such as "from" and "for" usable as parameters.
    params: list[click.Parameter] = [click.Option([f"--{name}", f"{name}_"]) for name in word.options]
    params.append(click.Argument(["words"], nargs=-1))
    return click.Command(word.path[-1], callback=understood, params=params, add_help_option=False)
