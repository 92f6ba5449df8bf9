"""The plain words that somebody reads in a message, a card or a dialog, and the labels of the buttons there."""

import re
from collections.abc import Iterator
from typing import Any

from .errors import Json
from .inputs import blank, label, standing
from .outcomes import Answer
from .things import CARD, CONSENT, FILE_INFO, Dialog, Message, Toast
from .walking import actions, title
from .walking import inputs as inputs_of

_LINK = re.compile(r"(?<!\\)\[([^\]\n]*)\]\(([^)\n]*)\)")
_MARKED = re.compile(r"(?<![\w\\*_~])(\*\*|__|~~|\*|_)(?=\S)([^\n]*?[^\s\\])\1(?![\w*_~])")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!>~|])")


def plain(markdown: str) -> str:
    """What Teams shows of text with mark-up: links by their words, no marks, no backslashes before marks."""
    text = _LINK.sub(r"\1", markdown)
    for _level in range(3):
        text = _MARKED.sub(r"\2", text)
    return _ESCAPED.sub(r"\1", text)


def rendered(thing: Any) -> str:
    """The words a person reads, line by line: of a message, a dialog, a card, an answer, or several of them."""
    return "\n".join(line for line in _lines(thing) if line)


def buttons(thing: Any) -> list[str]:
    """The labels of the buttons that can be seen, in order."""
    return [title(one) for card in _cards(thing) for one in actions(card)]


def blanks(thing: Any) -> list[str]:
    """The names of the blanks that can be filled in, in order, without `b.`."""
    return [blank(one) for card in _cards(thing) for one in inputs_of(card)]


def _cards(thing: Any) -> list[Json]:
    match thing:
        case list() | tuple():
            return [card for one in thing for card in _cards(one)]
        case Message() | Dialog():
            return thing.cards
        case Answer():
            return _cards([*thing.messages, *thing.everything()])
        case dict():
            return [thing]
    return []


def _lines(thing: Any) -> Iterator[str]:
    match thing:
        case list() | tuple():
            for one in thing:
                yield from _lines(one)
        case Message():
            yield plain(thing.text)
            for attachment in thing.attachments:
                yield from _attachment(attachment)
        case Dialog():
            yield thing.title
            yield from _inside(thing.card, thing.typed)
        case Toast():
            yield thing.text
        case Answer():
            yield from _lines([*thing.messages, *thing.everything()])
        case dict():
            yield from _inside(thing, {})


def _attachment(attachment: Json) -> Iterator[str]:
    match attachment.get("contentType"):
        case kind if kind == CARD:
            yield from _inside(attachment["content"], {})
        case kind if kind == CONSENT:
            yield f"(file) {attachment.get('name', '')}"
            yield str(attachment["content"].get("description") or "")
        case kind if kind == FILE_INFO:
            yield f"(file) {attachment.get('name', '')}"


def _inside(card: Json, typed: dict[str, str]) -> Iterator[str]:
    for element in card.get("body") or card.get("items") or []:
        yield from _element(element, typed)
    if card.get("actions"):
        yield _row(card["actions"])


def _row(found: list[Json]) -> str:
    return " ".join(f"[{title(one)}]" for one in found)


def _element(element: Json, typed: dict[str, str]) -> Iterator[str]:
    if not element.get("isVisible", True):
        return
    match str(element.get("type")):
        case "TextBlock":
            yield plain(str(element.get("text") or ""))
        case "RichTextBlock":
            yield "".join(one if isinstance(one, str) else str(one.get("text") or "") for one in element["inlines"])
        case "FactSet":
            for fact in element.get("facts") or []:
                yield f"{plain(fact['title']).removesuffix(':')}: {plain(fact['value'])}"
        case "ColumnSet":
            columns = [[*_inside(one, typed)] for one in element.get("columns") or [] if one.get("isVisible", True)]
            yield from _side_by_side(columns)
        case "Table":
            for row in element.get("rows") or []:
                yield from _side_by_side([[*_inside(cell, typed)] for cell in row.get("cells") or []])
        case "ActionSet":
            yield _row(element.get("actions") or [])
        case "Image":
            yield str(element.get("altText") or "")
        case "Container" | "Column":
            yield from _inside(element, typed)
        case kind if kind.startswith("Input."):
            yield from _input(element, typed)


def _side_by_side(columns: list[list[str]]) -> Iterator[str]:
    """Columns of one line each are read as one line; longer ones after each other."""
    if all(len(one) <= 1 for one in columns):
        yield " ".join(line for one in columns for line in one if line)
        return
    for one in columns:
        yield from one


def _input(element: Json, typed: dict[str, str]) -> Iterator[str]:
    value = standing(element, typed)
    choices = {one["value"]: one["title"] for one in element.get("choices") or []}
    if element["type"] == "Input.Toggle":
        yield f"{label(element)}: {'yes' if value == element.get('valueOn', 'true') else 'no'}"
        yield str(element.get("title") or "") if element.get("label") else ""
        return
    said = ", ".join(choices.get(one, one) for one in value.split(",")) if choices else value
    yield f"{label(element)}: {said}".rstrip()
    if choices and element.get("style") == "expanded":
        yield ", ".join(choices.values())
    yield "" if value else str(element.get("placeholder") or "")
