"""What phones and clients make of a line, and what the bot makes of that."""

import pytest

from bot.teams.activities import read
from bot.teams.typed import as_typed, is_home
from commands.grammar import read as understood_of
from commands.saying import Typed

BOT = {"id": "28:00000000-0000-0000-0000-000000000001", "name": "Convenor"}


def typed(text: str, *, mentioned: bool = False) -> str:
    """The line that comes of a text as Teams sends it."""
    mention = {"type": "mention", "mentioned": BOT, "text": "<at>Convenor</at>"}
    raw = {"type": "message", "text": text, "recipient": BOT, "entities": [mention] if mentioned else []}
    return as_typed(read(raw).text)


@pytest.mark.parametrize(
    "text",
    [
        "meeting next",
        "meeting next\n",
        "\u00a0meeting\u00a0next \r\n",
        "/meeting next",
        "/ meeting next",
        "\uff4d\uff45\uff45\uff54\uff49\uff4e\uff47 next",
        "meeting\u2003next\u200b",
        "meeting&nbsp;next",
        "/convenor meeting next",
        "/Convenor: meeting next",
        "convenor meeting next",
    ],
)
def test_a_line_means_the_same_however_a_client_writes_it(text: str) -> None:
    assert words_of(typed(text)) == ("meeting next", ())


@pytest.mark.parametrize(
    "text",
    [
        "<at>Convenor</at>\u00a0meeting next\n",
        "<at>Convenor</at> /meeting next",
        "<at>Convenor</at>&nbsp;/convenor meeting next",
        "meeting next <at>Convenor</at>",
    ],
)
def test_the_bots_own_mention_is_no_part_of_the_line(text: str) -> None:
    assert words_of(typed(text, mentioned=True)) == ("meeting next", ())


def test_curly_quotes_and_long_dashes_are_read_as_what_they_were_typed_as() -> None:
    line = typed("meeting next \u201cchild death\u201d \u2014in ourshire")
    understood, inside = understood_of(line, frozenset({"ourshire"}))
    assert isinstance(understood, Typed)
    assert understood.words == ("child death",)
    assert inside == "ourshire"


def test_what_looks_like_html_is_text() -> None:
    assert typed("<b>meeting</b> next") == "<b>meeting</b> next"


def test_a_question_mark_after_a_stroke_still_asks_for_help() -> None:
    assert as_typed("/?") == "/?"


@pytest.mark.parametrize("line", ["home", "Home", " HOME. "])
def test_the_word_home_is_known_however_it_is_written(line: str) -> None:
    assert is_home(line)


@pytest.mark.parametrize("line", ["", "go home", "homes", "home help"])
def test_other_words_are_not_home(line: str) -> None:
    assert not is_home(line)


def words_of(line: str) -> tuple[str, tuple[str, ...]]:
    """The word that a line is understood as, and what stands after it."""
    understood, _ = understood_of(line, frozenset())
    assert isinstance(understood, Typed), understood
    return understood.word.name, tuple(understood.words)
