"""A reader of cards that knows nothing of how they were made: it reads a card as a person does, and sends it in."""

import json
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from bot.teams.cards import MOST_BUTTONS, MOST_BYTES, TONES
from storage.records.message import Message
from tests.standins.teams.schema import valid

Card = dict[str, Any]

KINDS = {"TextBlock", "RichTextBlock", "Container", "ActionSet", "Input.Text", "Input.ChoiceSet"}


def checked(card: Card) -> Card:
    """The card, which is valid, small, and of the kinds of elements that every client has."""
    assert valid(card) == []
    text = json.dumps(card, ensure_ascii=False, separators=(",", ":"))
    assert len(text.encode()) < MOST_BYTES
    assert len(text.encode("utf-16-le")) < 80_000
    for element in elements_of(card):
        assert element["type"] in KINDS
        if element["type"] == "ActionSet":
            assert 0 < len(element["actions"]) <= MOST_BUTTONS
    assert card["version"] == "1.5" and card["fallbackText"]
    return card


def elements_of(card: Card) -> Iterator[Card]:
    """Every element, those in containers behind them."""
    waiting = list(card["body"])
    while waiting:
        element = waiting.pop(0)
        yield element
        waiting = [*element.get("items", ()), *waiting]


def words_of(cards: Iterable[Card]) -> list[str]:
    """The words of each element, in order."""
    return [words for card in cards for element in elements_of(card) if (words := _words(element)) is not None]


def _words(element: Card) -> str | None:
    if element["type"] == "TextBlock":
        assert element["wrap"] is True
        return str(element["text"])
    if element["type"] == "RichTextBlock":
        return "".join(run["text"] for run in element["inlines"])
    return None


def buttons_of(*cards: Card) -> list[Card]:
    """The buttons, in order."""
    sets = (element for card in cards for element in elements_of(card) if element["type"] == "ActionSet")
    return [button for each in sets for button in each["actions"]]


def inputs_of(card: Card) -> dict[str, Card]:
    """The inputs by their ids."""
    return {element["id"]: element for element in elements_of(card) if element["type"].startswith("Input.")}


def sent_in(card: Card, typed: dict[str, str] | None = None) -> Card:
    """The data with which Teams sends a form in: what was typed, else what stood there; what is empty is left out."""
    stood = {id_: element.get("value", "") for id_, element in inputs_of(card).items()}
    filled = stood | {f"b.{name}": value for name, value in (typed or {}).items()}
    return {**buttons_of(card)[-2]["data"], **{id_: value for id_, value in filled.items() if value}}


def letters(*texts: str) -> str:
    """Texts without what may be lost or added: spaces, what nobody sees, and the colon after a label."""
    kept = (
        sign for sign in "".join(texts) if not sign.isspace() and unicodedata.category(sign) not in ("Cc", "Cf", "Cs")
    )
    return (
        "".join(kept)
        .replace(":", "")
        .replace("\N{REPLACEMENT CHARACTER}", "")
        .replace("\N{MODIFIER LETTER GRAVE ACCENT}", "`")
    )


def said_by(message: Message) -> str:
    """All letters of a message, in order."""
    tone = TONES[message.tone][1] if message.tone in TONES else ""
    facts = (part for field in message.fields for part in (field.label, field.value))
    return letters(tone, message.title, message.text, *facts)
