"""The plain words that somebody reads in a message or a view, and the labels of the buttons there."""

import re
from collections.abc import Iterator
from typing import Any

from .elements import choices_of
from .errors import Json
from .inputs import STATEFUL, fields, key_of, label_of, state
from .limits import elements_of
from .things import View

_TOKEN = re.compile(r"<([^<>\n]*)>")
_MARKED = re.compile(r"(?<![\w*_~`])([*_~`])(?=\S)([^\n]*?\S)\1(?![\w*_~`])")


def plain(mrkdwn: str) -> str:
    """What Slack shows of text with mark-up: links by label, dates by their fallback, no marks of bold or italics."""
    text = _TOKEN.sub(_said, mrkdwn)
    for _level in range(3):
        text = _MARKED.sub(r"\2", text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _said(token: re.Match[str]) -> str:
    inside = token[1]
    _target, bar, label = inside.rpartition("|")
    if bar:
        return label
    return inside if inside[:1] in ("@", "#") else inside.removeprefix("!").removeprefix("mailto:")


def words(text: Any) -> str:
    """The words of a text object."""
    if not isinstance(text, dict):
        return ""
    said = str(text.get("text", ""))
    return plain(said) if text.get("type") == "mrkdwn" else said


def rendered(thing: Any) -> str:
    """The words a person reads, line by line: of a message, a view, an answer, or several of them."""
    return "\n".join(line for line in _lines(thing) if line)


def buttons(thing: Any) -> list[str]:
    """The labels of the buttons, in order; of a view also submit and close."""
    if isinstance(thing, list | tuple):
        return [label for one in thing for label in buttons(one)]
    if hasattr(thing, "everything"):
        return buttons(thing.everything())
    blocks = thing.blocks if isinstance(thing, View) else (thing or {}).get("blocks") or []
    inside = [words(one.get("text")) for block in blocks for one in elements_of(block) if one["type"] == "button"]
    body = thing.body if isinstance(thing, View) else {}
    return inside + [words(body[key]) for key in ("submit", "close") if body.get(key)]


def _lines(thing: Any) -> Iterator[str]:
    if isinstance(thing, list | tuple):
        for one in thing:
            yield from _lines(one)
    elif isinstance(thing, View):
        yield from _view_lines(thing)
    elif hasattr(thing, "everything"):
        yield from _lines(thing.everything())
    elif thing:
        yield from _message_lines(thing)


def _message_lines(message: Json) -> Iterator[str]:
    if message.get("type") in ("modal", "home"):
        yield words(message.get("title"))
    if message.get("blocks"):
        for block in message["blocks"]:
            yield from _block_lines(block)
    else:
        yield plain(str(message.get("text") or ""))
    for file in message.get("files", ()):
        yield f"(file) {file.get('title', 'gone')}"


def _view_lines(view: View) -> Iterator[str]:
    yield view.title
    values = state(view)
    inputs = {block["block_id"]: element for block, element in fields(view) if block["type"] == "input"}
    for block in view.blocks:
        if block["block_id"] not in inputs:
            yield from _block_lines(block)
            continue
        element = inputs[block["block_id"]]
        value = values[block["block_id"]][element["action_id"]][key_of(element["type"])]
        yield f"{label_of(block)}: {_value(value)}".rstrip()
        if choices_of(element) and element["type"] in ("checkboxes", "radio_buttons"):
            yield ", ".join(words(option["text"]) for option in choices_of(element))
        yield words(block.get("hint"))
        yield view.errors.get(block["block_id"], "")
    yield " ".join(f"[{words(view.body[key])}]" for key in ("submit", "close") if view.body.get(key))


def _value(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_value(one) for one in value)
    if isinstance(value, dict):
        return words(value.get("text"))
    return str(value or "")


def _block_lines(block: Json) -> Iterator[str]:
    match block["type"]:
        case "header":
            yield words(block["text"])
        case "section":
            yield words(block.get("text"))
            for field in block.get("fields", ()):
                yield words(field)
            yield _element(block.get("accessory"))
        case "context":
            yield " ".join(words(one) or one.get("alt_text", "") for one in block["elements"])
        case "actions":
            yield " ".join(_element(one) for one in block["elements"])
        case "input":
            yield label_of(block)
            yield words(block.get("hint"))
        case "image":
            yield words(block.get("title")) or str(block.get("alt_text", ""))
        case "rich_text":
            yield _rich(block)


def _rich(thing: Any) -> str:
    if isinstance(thing, list):
        return "".join(map(_rich, thing))
    return str(thing.get("text", "")) + _rich(thing.get("elements") or [])


def _element(element: Json | None) -> str:
    if not element:
        return ""
    if element["type"] == "button":
        return f"[{words(element['text'])}]"
    if element["type"] in STATEFUL:
        return f"[{words(element.get('placeholder')) or words((element.get('initial_option') or {}).get('text'))}]"
    return str(element.get("alt_text", ""))
