"""Three cards in a real browser, drawn by Microsoft's renderer; `make look` draws every kind of card there is."""

from collections.abc import Iterator

import pytest

from tests.bot.web.chromium import MISSING, PROGRAM, REQUIRED

from .cards_read import letters
from .examples import MADE_UP, SIGNS
from .looking import cards_of
from .looks import PHONE, Looks, a_look

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def look() -> Iterator[Looks]:
    """A browser as wide as the smallest telephone."""
    if PROGRAM is None:
        if REQUIRED:
            pytest.fail(f"CONVENOR_TEST_REQUIRE names browser. {MISSING}", pytrace=False)
        pytest.skip(MISSING)
    with a_look(PHONE) as found:
        yield found


@pytest.mark.parametrize("name", ["made up: signs", "made up: a form of signs", "made up: a form of long lists"])
def test_a_card_is_drawn_whole_and_nothing_is_wrong_with_it(look: Looks, name: str) -> None:
    for card in cards_of(name, MADE_UP[name]):
        assert look.faults(card) == []


def test_signs_are_read_as_they_were_written(look: Looks) -> None:
    look.draws(*cards_of("made up: signs", MADE_UP["made up: signs"]))
    # the title, the text's three lines, a fact's label and value, a button's words above it and the cut ones on it
    assert letters(look.read()).count(letters(SIGNS)) == 7


def test_no_date_is_worked_out_of_what_stands_in_braces(look: Looks) -> None:
    look.draws(
        *(card for name in ("made up: signs", "made up: a form of signs") for card in cards_of(name, MADE_UP[name]))
    )
    assert "February" not in look.read()
    # in the message; in the form what is wrong, label and hint of four blanks; two choices; the words of its button
    assert letters(look.read()).count("DATE(2027-02-14T060839Z,LONG)") == 7 + 3 * 4 + 2 + 1


def test_the_look_finds_what_is_wrong(look: Looks) -> None:
    body = [
        {"type": "TextBlock", "text": "It is **bold** and " + "W" * 90, "wrap": False},
        {"type": "Input.Text", "id": "b.x"},
        {"type": "ActionSet", "actions": [{"type": "Action.Execute", "title": "W" * 34}]},
        {"type": "Unheard", "of": "it"},
    ]
    found = "\n".join(look.faults({"type": "AdaptiveCard", "version": "1.5", "body": body}))
    for fault in ("this is formatted", "an input has no label", "a button is cut off", "it is not understood", "axe: "):
        assert fault in found


def test_a_card_that_is_too_wide_is_found(look: Looks) -> None:
    words = {"type": "TextBlock", "text": "The Executive", "wrap": True}
    wide = {"type": "ColumnSet", "columns": [{"type": "Column", "width": "900px", "items": [words]}]}
    found = look.faults({"type": "AdaptiveCard", "version": "1.5", "body": [wide]})
    assert "it is wider than the window" in found
