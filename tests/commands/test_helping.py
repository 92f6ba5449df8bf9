"""Help: the short list is short and leads to every word."""

import re

from commands.grammar import HelpAsked, read
from commands.helping import on, short_list
from commands.words_people_type import WORDS


def test_the_short_list_fits_on_a_screen() -> None:
    lines = short_list()
    assert len(lines) <= 28  # two more say where help for a child is
    assert all(len(line) <= 110 for line in lines), max(lines, key=len)


def test_every_word_stands_in_the_short_list() -> None:
    by_first = {first: rest for first, _, rest in (line.partition(": ") for line in short_list())}
    for word in WORDS:
        line = by_first[word.path[0]]
        follow = re.split(", | or |with ", line)
        assert len(word.path) == 1 or word.path[1] in follow or line.endswith(" more"), word.name


def test_every_word_is_explained_by_help_on_it() -> None:
    for word in WORDS:
        understood, _ = read(f"help {word.name}")
        assert understood == HelpAsked(word.path)
        assert f"{word.written}: {word.does}" in on(word.path, ()).text.splitlines()
