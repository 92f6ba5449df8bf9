"""Reads a definition: its text or its mapping becomes Arrangements, and every mistake of shape a plain sentence."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from .findings import Finding, Findings, did_you_mean, is_within, quoted
from .partnership import Arrangements

__all__ = ["Finding", "Findings", "Salvage", "read", "read_text", "salvage", "toml_mapping"]

Loc = tuple[int | str, ...]

# What pydantic calls an error, what we say about the value, and what we want instead.
_PLAIN = {
    "string_type": ("should be words", 'words in quotation marks: "..."'),
    "int_type": ("should be a whole number", "a whole number, without quotation marks"),
    "int_parsing": ("should be a whole number", "a whole number, without quotation marks"),
    "int_from_float": ("should be a whole number", "a whole number"),
    "bool_type": ("should be true or false", "true or false, without quotation marks"),
    "bool_parsing": ("should be true or false", "true or false, without quotation marks"),
    "date_type": ("should be a date", "a date like 2026-04-01, without quotation marks"),
    "date_parsing": ("should be a date", "a date like 2026-04-01, without quotation marks"),
    "date_from_datetime_parsing": ("should be a date", "a date like 2026-04-01, without quotation marks"),
    "date_from_datetime_inexact": ("should be a date without a time", "a date like 2026-04-01"),
    "time_type": ("should be a time of day", "a time like 09:30:00, without quotation marks"),
    "time_parsing": ("should be a time of day", "a time like 09:30:00, without quotation marks"),
    "tuple_type": ("should be a list", "a list: [ ... ]"),
    "dict_type": ("should be a table", "a table with keys and values"),
    "model_type": ("should be a table", "a table with keys and values"),
    "model_attributes_type": ("should be a table", "a table with keys and values"),
}


def read(mapping: Mapping[str, Any]) -> tuple[Arrangements | None, Findings]:
    """The arrangements of a definition, or None with every mistake of shape, all in one run."""
    try:
        return Arrangements.model_validate(mapping), Findings()
    except ValidationError as error:
        errors = sorted({_finding(detail, mapping) for detail in error.errors()})
        return None, Findings(errors=tuple(errors))


def read_text(text: str) -> tuple[Arrangements | None, Findings]:
    """The same from TOML text; text that is no TOML is one error, with its line."""
    mapping, findings = toml_mapping(text)
    return (None, findings) if mapping is None else read(mapping)


def toml_mapping(text: str) -> tuple[dict[str, Any] | None, Findings]:
    """The mapping of a TOML text, or None with the one error that stopped it."""
    try:
        return tomllib.loads(text), Findings()
    except tomllib.TOMLDecodeError as error:
        match = re.search(r"(.*) \(at line (\d+), column (\d+)\)", str(error))
        what, line, column = match.groups() if match else (str(error), str(text.count("\n") + 1), "1")
        what = what.replace(" (at end of document)", "")
        sentence = f"This is no TOML from line {line}, column {column} on: {what}."
        return None, Findings(errors=(Finding(f"line {line}", sentence, "text in the form of TOML"),))


def _finding(detail: ErrorDetails, mapping: Mapping[str, Any]) -> Finding:
    """One of pydantic's errors as a sentence."""
    kind, loc, context = detail["type"], detail["loc"], detail.get("ctx", {})
    place = place_of(loc, mapping)
    key, value = str(loc[-1]) if loc else "", detail.get("input")
    if kind == "extra_forbidden":
        known = sorted(_keys_at(loc[:-1]))
        return Finding(place, f'"{key}" is no known key here.{did_you_mean(key, known)}', f"one of {quoted(known)}")
    if kind == "missing":
        return Finding(place, f'"{key}" is missing.', f"{key} = ...")
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        known = sorted(_kinds_at(loc))
        said = value.get("kind") if isinstance(value, Mapping) else None
        wrong = f'"{said}" is no known kind.{did_you_mean(str(said), known)}'
        sentence = '"kind" is missing.' if said is None else wrong
        return Finding(f"{place}.kind", sentence, f"one of {quoted(known)}")
    if kind == "literal_error":
        words = re.findall(r"'([^']+)'", str(context.get("expected", ""))) or [str(context.get("expected", ""))]
        sentence = f"{_shown(value)} is not one of the words for this.{did_you_mean(str(value), words)}"
        return Finding(place, sentence, f"one of {quoted(words)}" if len(words) > 1 else words[0])
    if kind in ("greater_than_equal", "less_than_equal"):
        bound = f"at least {context['ge']}" if kind == "greater_than_equal" else f"at most {context['le']}"
        return Finding(place, f"{_shown(value)} is out of range.", f"a number of {bound}")
    if kind == "string_pattern_mismatch":
        want = 'small letters, digits and dashes, a letter first: "north-shire"'
        return Finding(place, f"{_shown(value)} is no id.", want)
    if kind == "value_error":
        sentence = str(context.get("error", detail["msg"]))
        return Finding(place, f"{sentence[0].upper()}{sentence[1:].rstrip('.')}.", "a value of that form")
    said, want = _PLAIN.get(kind, ("is not right", detail["msg"]))
    return Finding(place, f"{_shown(value)} {said}.", want)


def _shown(value: object) -> str:
    """A value as the file has it, short."""
    if isinstance(value, str):
        return f'"{value}"' if len(value) <= 60 else f'"{value[:57]}..."'
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "A table"
    if isinstance(value, list | tuple):
        return "A list"
    return str(value)


def _is_tag(part: int | str, here: object) -> bool:
    """Whether that part of a location is not in the file but the kind that pydantic chose for the entry."""
    return isinstance(part, str) and isinstance(here, Mapping) and part not in here and here.get("kind") == part


def _step(here: object, part: int | str) -> object:
    if isinstance(here, Mapping):
        return here.get(str(part))
    if isinstance(here, list | tuple) and isinstance(part, int) and part < len(here):
        return here[part]
    return None


def _real(loc: Loc, mapping: Mapping[str, Any]) -> Loc:
    """The location without the kinds that pydantic puts in."""
    here: object = mapping
    real: list[int | str] = []
    for part in loc:
        if not _is_tag(part, here):
            real.append(part)
            here = _step(here, part)
    return tuple(real)


def place_of(loc: Loc, mapping: Mapping[str, Any]) -> str:
    """A place for people: entries by their id where they have one, else by their number from 0."""
    here: object = mapping
    place = ""
    for part in _real(loc, mapping):
        here = _step(here, part)
        if isinstance(part, int):
            id_ = here.get("id") if isinstance(here, Mapping) else None
            place += f".{id_}" if isinstance(id_, str) and id_ else f"[{part}]"
        else:
            place += f".{part}" if place else part
    return place


def _models_in(annotation: object) -> Iterator[type[BaseModel]]:
    """The models named anywhere in a field's type."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)


def _models_at(loc: Loc) -> list[type[BaseModel]]:
    """The models that may stand at a location, found by walking the format along it."""
    models: list[type[BaseModel]] = [Arrangements]
    free_key = False
    for part in loc:
        if isinstance(part, int):
            continue
        if free_key:
            free_key = False
            continue
        tagged = [model for model in models if part in _kinds(model)]
        if tagged:
            models = tagged
            continue
        fields = [
            field
            for model in models
            for name, field in model.model_fields.items()
            if part in (field.alias or name, name)
        ]
        free_key = any(get_origin(field.annotation) in (dict, Mapping) for field in fields)
        models = [model for field in fields for model in _models_in(field.annotation)]
    return models


def _kinds(model: type[BaseModel]) -> tuple[str, ...]:
    """The words of a model's `kind`, if it is one of several that are told apart by it."""
    field = model.model_fields.get("kind")
    annotation = field.annotation if field else None
    return get_args(annotation) if get_origin(annotation) is Literal else ()


def _kinds_at(loc: Loc) -> set[str]:
    return {kind for model in _models_at(loc) for kind in _kinds(model)}


def _keys_at(loc: Loc) -> set[str]:
    return {field.alias or name for model in _models_at(loc) for name, field in model.model_fields.items()}


class Salvage:
    """What could be read of a definition with mistakes of shape.

    `lost` are the places that were left out, `ids` every id that the text has: nothing that is only missing
    because it was left out may be reported as missing.
    """

    def __init__(self, arrangements: Arrangements, lost: tuple[str, ...], ids: frozenset[str]) -> None:
        self.arrangements = arrangements
        self.lost = lost
        self.ids = ids

    def is_lost(self, place: str) -> bool:
        """Whether a finding at that place would only tell of what was left out."""
        return any(is_within(place, lost) or is_within(lost, place) for lost in self.lost)


# Without these a definition cannot be read at all; while salvaging, they are filled in and never reported on.
_NEEDED: dict[str, Any] = {
    "format": 1,
    "id": "unreadable",
    "name": "unreadable",
    "short": "unreadable",
    "from": "2000-01-01",
    "secretariat": {"name": "unreadable", "business_manager": "unreadable"},
}


def salvage(mapping: Mapping[str, Any]) -> Salvage | None:
    """Reads what can be read: wrong keys are left out, entries that lack something needed wholly.

    None where that does not lead to a readable definition.
    """
    rest: dict[str, Any] = deepcopy(dict(mapping))
    lost: list[str] = []
    # Every round leaves something out, and an entry is at most four levels deep.
    for _ in range(10):
        try:
            arrangements = Arrangements.model_validate(rest)
        except ValidationError as error:
            for loc in _worst_first(error, rest):
                lost.append(_leave_out(rest, loc))
            continue
        return Salvage(arrangements, tuple(dict.fromkeys(lost)), frozenset(_ids(mapping)))
    return None


def _worst_first(error: ValidationError, mapping: Mapping[str, Any]) -> list[Loc]:
    """Where to cut: the key itself, or, where it is missing, the entry that needs it; later list entries first."""
    cuts: set[Loc] = set()
    for detail in error.errors():
        loc = _real(detail["loc"], mapping)
        if detail["type"] == "missing" and len(loc) > 1 and loc[0] not in _NEEDED:
            loc = loc[:-1]
        elif loc and loc[0] in _NEEDED:
            loc = loc[:1]
        cuts.add(loc)
    outer = [loc for loc in cuts if not any(loc[: len(cut)] == cut and loc != cut for cut in cuts)]
    return sorted(outer, key=_in_order, reverse=True)


def _in_order(loc: Loc) -> tuple[str, ...]:
    """For sorting: entries of one list by their number."""
    return tuple(str(part).zfill(6) for part in loc)


def _leave_out(mapping: dict[str, Any], loc: Loc) -> str:
    """Takes that place out of the mapping, or fills in what a definition cannot be without; tells the place."""
    place = place_of(loc, mapping)
    parent: object = mapping
    for part in loc[:-1]:
        parent = _step(parent, part)
    last = loc[-1] if loc else ""
    if len(loc) == 1 and last in _NEEDED:
        mapping[str(last)] = _NEEDED[str(last)]
    elif isinstance(parent, dict):
        parent.pop(last, None)
    elif isinstance(parent, list) and isinstance(last, int) and last < len(parent):
        parent.pop(last)
    return place


def _ids(value: object) -> Iterator[str]:
    """Every id anywhere in the text."""
    if isinstance(value, Mapping):
        if isinstance(value.get("id"), str):
            yield value["id"]
        for inner in value.values():
            yield from _ids(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _ids(inner)
