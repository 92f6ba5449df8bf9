"""Slack's limits on messages and views: which blocks may stand where, how many, how long.

From Slack's reference of Block Kit, of views and of chat.postMessage. Where Slack counts characters the stand-in counts
code points. The cumulative limit of a message (`msg_blocks_too_long`) is not in the reference: it was measured by
others at about 13,200 characters (slackapi/bolt-js, issues 2509 and 2867: 12,000 of text and a buffer for the
containers; one message was refused with 11,341 characters of text in many small blocks), so what is counted here is
the text of all blocks and 40 characters for each object that holds text.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from .elements import (
    ANY_TEXT,
    IN_ACTIONS,
    IN_INPUT,
    PLAIN,
    at,
    element,
    items,
    length,
    text,
)
from .errors import Refused

MOST_BLOCKS = {"message": 50, "modal": 100, "home": 100}
MOST_TEXT = 40_000
MOST_IN_BLOCKS = 13_200
MOST_VIEW_BYTES = 250_000
MOST_METADATA_BYTES = 8_000
MOST_VIEWS_IN_A_STACK = 3


def _section(block: dict[str, Any], place: str) -> Iterator[str]:
    if "text" not in block and "fields" not in block:
        yield at("must define either `text` or `fields`", place)
    yield from text(block.get("text"), f"{place}/text", 3000, ANY_TEXT, needed=False)
    if "fields" in block:
        yield from items(block["fields"], f"{place}/fields", 10)
        for number, field in enumerate(block["fields"] if isinstance(block["fields"], list) else ()):
            yield from text(field, f"{place}/fields/{number}", 2000, ANY_TEXT)
    if "accessory" in block:
        accessory = block["accessory"]
        if isinstance(accessory, dict) and accessory.get("type") == "image":
            yield from _image(accessory, f"{place}/accessory")
        else:
            yield from element(accessory, f"{place}/accessory", IN_ACTIONS)


def _header(block: dict[str, Any], place: str) -> Iterator[str]:
    yield from text(block.get("text"), f"{place}/text", 150, PLAIN)


def _divider(_block: dict[str, Any], _place: str) -> Iterator[str]:
    yield from ()


def _context(block: dict[str, Any], place: str) -> Iterator[str]:
    inside = block.get("elements")
    yield from items(inside, f"{place}/elements", 10)
    for number, one in enumerate(inside if isinstance(inside, list) else ()):
        if isinstance(one, dict) and one.get("type") == "image":
            yield from _image(one, f"{place}/elements/{number}")
        else:
            yield from text(one, f"{place}/elements/{number}", 3000, ANY_TEXT)


def _actions(block: dict[str, Any], place: str) -> Iterator[str]:
    inside = block.get("elements")
    yield from items(inside, f"{place}/elements", 25)
    for number, one in enumerate(inside if isinstance(inside, list) else ()):
        yield from element(one, f"{place}/elements/{number}", IN_ACTIONS)


def _input(block: dict[str, Any], place: str) -> Iterator[str]:
    yield from text(block.get("label"), f"{place}/label", 2000)
    yield from text(block.get("hint"), f"{place}/hint", 2000, needed=False)
    yield from element(block.get("element"), f"{place}/element", IN_INPUT)


def _image(block: dict[str, Any], place: str) -> Iterator[str]:
    if ("image_url" in block) == ("slack_file" in block):
        yield at("must define either image_url or slack_file", place)
    if "image_url" in block:
        yield from length(block["image_url"], f"{place}/image_url", 3000, least=1)
    yield from length(block.get("alt_text"), f"{place}/alt_text", 2000, least=1)
    yield from text(block.get("title"), f"{place}/title", 2000, needed=False)


def _rich_text(block: dict[str, Any], place: str) -> Iterator[str]:
    yield from items(block.get("elements"), f"{place}/elements", 1000)


CHECKS = {
    "section": _section,
    "header": _header,
    "divider": _divider,
    "context": _context,
    "actions": _actions,
    "input": _input,
    "image": _image,
    "rich_text": _rich_text,
}
"""Every kind of block the stand-in knows."""


def blocks_wrong(blocks: Any, surface: str) -> list[str]:
    """What Slack would refuse about these blocks on a surface: message, modal or home. Empty: nothing."""
    return list(_blocks_wrong(blocks, surface))


def _blocks_wrong(blocks: Any, surface: str) -> Iterator[str]:
    yield from items(blocks, "/blocks", MOST_BLOCKS[surface], least=0)
    if not isinstance(blocks, list):
        return
    for number, block in enumerate(blocks):
        place = f"/blocks/{number}"
        kind = block.get("type") if isinstance(block, dict) else None
        if kind not in CHECKS or (kind == "input" and surface == "message"):
            yield at(f"unsupported type: {kind}", f"{place}/type")
            continue
        if "block_id" in block:
            yield from length(block["block_id"], f"{place}/block_id", 255, least=1)
        yield from CHECKS[kind](block, place)
        yield from _same_twice(_action_ids(block), f"{place}", "action_id")
    named = [block.get("block_id") for block in blocks if isinstance(block, dict)]
    yield from _same_twice([name for name in named if isinstance(name, str)], "/blocks", "block_id")


def _same_twice(names: Sequence[str], pointer: str, what: str) -> Iterator[str]:
    for name, times in Counter(names).items():
        if times > 1:
            yield at(f"`{what}` {name} already exists", pointer)


def _action_ids(block: dict[str, Any]) -> list[str]:
    return [one["action_id"] for one in elements_of(block) if isinstance(one.get("action_id"), str)]


def elements_of(block: dict[str, Any]) -> list[dict[str, Any]]:
    """The interactive elements of a block, in order."""
    inside: list[Any] = []
    match block.get("type"):
        case "actions":
            inside = block.get("elements") or []
        case "section":
            inside = [block.get("accessory")]
        case "input":
            inside = [block.get("element")]
    return [one for one in inside if isinstance(one, dict) and one.get("type") != "image"]


def _weight(thing: Any) -> int:
    """Characters of text below this, with 40 for each object that holds some."""
    if isinstance(thing, list):
        return sum(map(_weight, thing))
    if not isinstance(thing, dict):
        return 0
    own = thing.get("text")
    weight = 40 + len(own) if isinstance(own, str) else 0
    return weight + sum(_weight(value) for value in thing.values())


def check_message(text_: Any, blocks: Any, metadata: Any = None) -> None:
    """Refuses a message as chat.postMessage does: no_text, msg_too_long, invalid_blocks, msg_blocks_too_long, ...

    Slack cuts a text of more than 40,000 characters; the stand-in refuses it, so that a test notices.
    """
    if not text_ and not blocks:
        raise Refused("no_text")
    if text_ is not None and not isinstance(text_, str):
        raise Refused("invalid_arguments", messages=[at("must be a string", "/text")])
    if len(text_ or "") > MOST_TEXT:
        raise Refused("msg_too_long")
    if blocks is not None and not isinstance(blocks, list):
        raise Refused("invalid_blocks_format")
    wrong = blocks_wrong(blocks or [], "message")
    if wrong:
        raise Refused("invalid_blocks", messages=wrong)
    if _weight(blocks or []) > MOST_IN_BLOCKS:
        raise Refused("msg_blocks_too_long")
    if metadata:
        check_metadata(metadata)


def check_metadata(metadata: Any) -> None:
    """Refuses metadata without a type and a payload, or of more than 8 kB."""
    good = isinstance(metadata, dict) and isinstance(metadata.get("event_type"), str)
    if not good or not isinstance(metadata.get("event_payload"), dict):
        raise Refused("invalid_metadata_format")
    if len(json.dumps(metadata)) > MOST_METADATA_BYTES:
        raise Refused("metadata_too_large")


def view_wrong(view: Any) -> list[str]:
    """What Slack would refuse about a view, its size aside. Empty: nothing."""
    return list(_view_wrong(view))


def _view_wrong(view: Any) -> Iterator[str]:
    kind = view.get("type") if isinstance(view, dict) else None
    if kind not in ("modal", "home"):
        yield at("must be one of the types modal, home", "/type")
        return
    if "blocks" not in view:
        yield at("missing required field", "/blocks")
    else:
        yield from _blocks_wrong(view["blocks"], kind)
    for key, most in (("private_metadata", 3000), ("callback_id", 255), ("external_id", 255)):
        if key in view:
            yield from length(view[key], f"/{key}", most)
    titles = ("title", "submit", "close")
    if kind == "home":
        yield from (at(f"no more properties are allowed: {key}", "/") for key in titles if key in view)
        return
    for key in titles:
        yield from text(view.get(key), f"/{key}", 24, needed=key == "title")
    blocks = view.get("blocks")
    inputs = [one for one in blocks if isinstance(one, dict) and one.get("type") == "input"] if blocks else []
    if inputs and "submit" not in view:
        yield at("missing required field: a view with inputs needs it", "/submit")
    focused = [one for one in inputs if (one.get("element") or {}).get("focus_on_load")]
    if len(focused) > 1:
        yield at("only one element may have focus_on_load", "/blocks")


def check_view(view: Any, kind: str) -> None:
    """Refuses a view as views.open and its siblings do. `kind` is modal or home."""
    if not isinstance(view, dict):
        raise Refused("invalid_arguments", messages=[at("must be provided", "/view")])
    if view.get("type") != kind:
        raise Refused("invalid_arguments", messages=[at(f"must be of type {kind}", "/view/type")])
    if len(json.dumps(view, ensure_ascii=False).encode()) > MOST_VIEW_BYTES:
        raise Refused("view_too_large")
    wrong = view_wrong(view)
    if wrong:
        raise Refused(
            "invalid_arguments", messages=[one.replace("json-pointer:", "json-pointer:/view") for one in wrong]
        )
