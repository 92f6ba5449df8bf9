"""Reads which of the answers on offer are meant: by value or by label, however it was typed."""

import re
from collections.abc import Sequence

from storage.arrangements.findings import did_you_mean
from storage.records.message import Choice

from . import naming
from .refusals import Refused

MOST_TOLD = 30
"""How many answers on offer are said where none of them was meant; of more the nearest are."""


def one(choices: Sequence[Choice], text: str) -> str:
    """The value of the answer that is meant. Raises Refused with what is on offer."""
    for choice in choices:
        if naming.plain(text) in (naming.plain(choice.value), naming.plain(choice.label)):
            return choice.value
    raise Refused(f'"{text}" is none of the answers. {_on_offer(choices, text, "Choose one of")}')


def several(choices: Sequence[Choice], text: str) -> list[str]:
    """The values of those that are meant, with commas, semicolons or lines between; a label may hold commas itself.

    Raises Refused with what is on offer.
    """
    values: list[str] = []
    for line in re.split(r"[;\n]+", text):
        parts = [part.strip() for part in line.split(",") if part.strip()]
        while parts:
            size, value = _longest(choices, parts)
            values.append(value)
            parts = parts[size:]
    return list(dict.fromkeys(values))


def _longest(choices: Sequence[Choice], parts: Sequence[str]) -> tuple[int, str]:
    """The answer that the first parts make, as many as fit, and how many those are."""
    known = {naming.plain(word): choice.value for choice in choices for word in (choice.value, choice.label)}
    for size in range(len(parts), 0, -1):
        found = known.get(naming.plain(", ".join(parts[:size])))
        if found is not None:
            return size, found
    raise Refused(f'"{parts[0]}" is none of the answers. {_on_offer(choices, parts[0], "Choose among")}')


def _on_offer(choices: Sequence[Choice], text: str, verb: str) -> str:
    labels = [choice.label for choice in choices]
    if len(labels) > MOST_TOLD:
        return did_you_mean(text, labels).strip() or "Write it as it stands in the list."
    return f"{verb}: {'; '.join(labels)}."
