"""Messages as plain text: wrapped, never cut, with the numbers that press their buttons."""

import pytest

from bot.terminal import drawing
from storage.records.message import Blank, Button, Choice, Message, MessageField

LONG = "Quality and Improvement in Practice Subgroup, its papers, and all that hangs on them. " * 40


@pytest.mark.parametrize("width", [10, 40, 80, 300])
def test_a_long_text_is_wrapped_to_the_width_and_nothing_is_cut(width: int) -> None:
    lines = drawing.drawn(Message(title="Papers", text=LONG, fields=(MessageField(label="Why", value=LONG),)), width)
    assert max(len(line) for line in lines) <= max(drawing.NARROWEST, min(width, drawing.WIDEST))
    assert " ".join(" ".join(lines).split()).count("Quality and Improvement in Practice Subgroup") == 80


def test_a_word_longer_than_the_line_is_broken_and_kept_whole() -> None:
    word = "x" * 130
    lines = drawing.drawn(Message(title="Link", text=word), 50)
    assert "".join(lines[2:]).replace(" ", "") == word


def test_lists_hang_under_their_first_word() -> None:
    lines = drawing.wrapped("- " + "word " * 20 + "\n\n12. " + "word " * 20, 40)
    assert lines[1].startswith("  word") and lines[4].startswith("12. word") and lines[5].startswith("    word")


def test_buttons_are_numbered_from_where_the_last_ones_ended() -> None:
    message = Message(
        title="Move", text="", buttons=(Button(label="Move", does="a"), Button(label="Leave it", does="b"))
    )
    assert drawing.drawn(message, 80, 5)[-2:] == ["  [5] Move", "  [6] Leave it"]


def test_an_alert_stands_between_rules() -> None:
    assert drawing.drawn(Message(title="Ring", text="now", tone="alert"), 80)[:3] == ["====", "Ring", "===="]


def test_a_blank_shows_what_is_wrong_with_it_and_what_may_be_chosen() -> None:
    blank = Blank(
        name="group", label="Group", problem="This is needed.", choices=(Choice(value="mg", label="Management"),)
    )
    assert drawing.blank(blank, 80) == ["Group", "  This is needed.", "  1 Management"]
