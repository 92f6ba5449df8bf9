"""docs/commands.md is made from the grammar: `make docs` writes it anew."""

from pathlib import Path

from commands.catalogue import ACTIONS
from commands.helping import table
from commands.words_people_type import WORDS

PAGE = Path(__file__).parents[2] / "docs" / "commands.md"


def test_the_page_is_what_the_grammar_says() -> None:
    assert PAGE.read_text("utf-8") == table(ACTIONS), "make it anew with: make docs"


def test_every_word_that_does_something_has_an_action() -> None:
    assert {word.action for word in WORDS if word.action} <= ACTIONS.keys()


if __name__ == "__main__":
    PAGE.write_text(table(ACTIONS), "utf-8")
