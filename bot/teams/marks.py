"""What tells one press from another: each showing of a card has a mark, which all of its buttons carry.

Teams says with a press on which message it was, and not in which state that message stood. So a card that stands again
as it once stood has another mark, and a press on it counts anew; the same press on the same card has the same one,
however often it comes.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from commands.speakers import Speaker
from storage.records.columns import canonical

from .elements import Card

STATE = "state"
"""Where the mark stands in a button's data."""


def mark_of(what: str) -> str:
    """A mark for what makes a card stand as it does: what was answered, when it was changed."""
    return hashlib.sha256(what.encode()).hexdigest()[:12]


def marked(card: Card, mark: str) -> Card:
    """The card with a mark in the data of each of its buttons."""
    found: Card = _marked(card, mark)
    return found


def _marked(part: Any, mark: str) -> Any:
    if isinstance(part, list):
        return [_marked(each, mark) for each in part]
    if not isinstance(part, dict):
        return part
    if str(part.get("type", "")).startswith("Action.") and isinstance(part.get("data"), dict):
        return {**part, "data": {**part["data"], STATE: mark}}
    return {name: _marked(value, mark) for name, value in part.items()}


def key_of(speaker: Speaker, message: str, data: Mapping[str, Any], does: str, form: Mapping[str, str]) -> str:
    """The key of a press, the same for each time that it comes in: who, on which message, in which state, and what."""
    asked = canonical([does, dict(form), str(data.get(STATE, "")), str(data.get("where", ""))])
    digest = hashlib.sha256(asked.encode()).hexdigest()[:20]
    return f"{speaker.door}:{speaker.tenant}:{speaker.user}:{message}:{digest}"
