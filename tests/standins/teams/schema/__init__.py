"""The official schema of Adaptive Cards 1.5, and what it says of a card.

`adaptive-card-1.5.0.json` is schemas/1.5.0/adaptive-card.json of the repository microsoft/AdaptiveCards as it was last
changed there (commit 93695cf, November 2021); MIT licence, see LICENSE.txt.
"""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from jsonschema import Draft6Validator
from jsonschema.exceptions import ValidationError

FILE = Path(__file__).with_name("adaptive-card-1.5.0.json")

FILTERED = "filtered"
"""A list that can be searched is part of version 1.5, as schemas/src/enums/ChoiceInputStyle.json of that repository has
it and the official renderer too; the file that was made of those sources left it out."""


def valid(card: object) -> list[str]:
    """What is wrong with a card, a line for each fault: where, and what. Empty where it is valid."""
    return [line for error in _validator().iter_errors(card) for line in _told(error, card)]


@cache
def _validator() -> Draft6Validator:
    schema = json.loads(FILE.read_text("utf-8"))
    schema["definitions"]["ChoiceInputStyle"]["anyOf"].append({"enum": [FILTERED]})
    return Draft6Validator(schema)


def _told(error: ValidationError, card: object) -> Iterator[str]:
    """The fault at its deepest: an element may be one of many kinds, and what is said of the others helps nobody."""
    if not error.context:
        where = "/".join(str(step) for step in error.absolute_path) or "the card"
        yield f"{where}: {error.message[:300]}"
        return
    kinds: dict[object, list[ValidationError]] = {}
    for inner in error.context:
        kinds.setdefault(inner.schema_path[0], []).append(inner)
    meant = [found for found in kinds.values() if not any(map(_is_another_kind, found))]
    for inner in max(meant or kinds.values(), key=_depth):
        yield from _told(inner, card)


def _is_another_kind(error: ValidationError) -> bool:
    """Whether a fault says that an element is of another kind than the one that was tried."""
    return error.validator == "enum" and bool(error.absolute_path) and error.absolute_path[-1] == "type"


def _depth(errors: list[ValidationError]) -> int:
    return max(len(leaf.absolute_path) for error in errors for leaf in _leaves(error))


def _leaves(error: ValidationError) -> Iterator[ValidationError]:
    if not error.context:
        yield error
    for inner in error.context or ():
        yield from _leaves(inner)
