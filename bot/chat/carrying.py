"""What buttons and forms carry through a chat and back: what to do, and with what; kept here where it is too long."""

import json
from collections.abc import Callable
from typing import Any

from commands.conversation import INSIDE
from storage.records.message import Button

from .cutting import size

Keep = Callable[[str], str]
"""Stores a text that is too long for a chat to carry, and gives the short token that finds it again."""

Kept = Callable[[str], str | None]
"""The text under such a token, or None when there is none any more."""

LONGEST_VALUE = 2000
"""What a button may carry."""


def carried(button: Button, partnership: str, keep: Keep | None, most: int) -> str:
    """What a button carries, in at most `most` characters, with the partnership on it. `read_button` reads it."""
    form = {INSIDE: partnership, **button.form} if partnership else button.form
    return fitting(compact({"does": button.does, "form": form}), keep, most)


def fitting(value: str, keep: Keep | None, most: int) -> str:
    """The value where it fits, else the token under which it was kept. Raises ValueError without somewhere to keep."""
    if size(value) <= most:
        return value
    if keep is None:
        raise ValueError(f"What this carries has more than {most} characters, and there is nowhere to keep it.")
    return compact({"kept": keep(value)})


def compact(value: object) -> str:
    """JSON in few characters. Slack gives &, < and > back escaped in places, so they are never sent as themselves."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def read_button(value: object, kept: Kept) -> tuple[str, dict[str, str]] | None:
    """What a pressed button does, and its form; None for what cannot be read, or is kept no longer."""
    match opened(value, kept):
        case {"does": str(does), "form": dict(form)} if does and strings(form):
            return does, form
    return None


def opened(value: object, kept: Kept) -> dict[str, Any] | None:
    """The JSON object that was carried, as text or as it is, fetched from where it was kept; None for anything else."""
    match _object(value):
        case {"kept": str(token), **others} if not others:
            return _object(kept(token))
        case found:
            return found


def _object(text: object) -> dict[str, Any] | None:
    if isinstance(text, dict):
        return text
    if not isinstance(text, str):
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def strings(form: dict[Any, Any]) -> bool:
    """Whether all names and values of a form are text."""
    return all(isinstance(name, str) and isinstance(value, str) for name, value in form.items())
