"""docs/definition-format.md and the code that reads definitions know the same keys."""

import re
from collections.abc import Iterator, Mapping
from datetime import time
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args, get_origin

import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from commands.definitions import look_over
from storage.arrangements.entries import Entry
from storage.arrangements.partnership import Arrangements

PAGE = Path(__file__).resolve().parents[1] / "docs" / "definition-format.md"
TOP, EVERYWHERE = "top of the file", "every entry"

Keys = dict[str, list[FieldInfo]]


class Row(NamedTuple):
    """A key on the page: whether it is shown as needed, and all that is said of it."""

    needed: bool
    said: str


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models that a value of this type holds."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from models_in(inner)


def tables_of(model: type[BaseModel], path: str = "") -> Iterator[tuple[str, type[BaseModel]]]:
    """Every table of the format with its path: `groups.cycles` once for each kind of cycle."""
    yield path or TOP, model
    for name, field in model.model_fields.items():
        for inner in models_in(field.annotation):
            yield from tables_of(inner, f"{path}.{field.alias or name}".lstrip("."))


def in_code() -> dict[str, Keys]:
    """The keys of every table, by its path; what every entry takes stands apart."""
    found: dict[str, Keys] = {EVERYWHERE: {name: [field] for name, field in Entry.model_fields.items()}}
    for path, model in tables_of(Arrangements):
        keys = found.setdefault(path, {})
        for name, field in model.model_fields.items():
            if not (issubclass(model, Entry) and name in Entry.model_fields):
                keys.setdefault(field.alias or name, []).append(field)
    return found


def on_page() -> dict[str, dict[str, Row]]:
    """The same from the page."""
    found: dict[str, dict[str, Row]] = {}
    for section in PAGE.read_text("utf-8").split("\n### ")[1:]:
        heading, _, text = section.partition("\n")
        rows = re.findall(r"^\| (\*\*)?`(\w+)`(?:\*\*)? \|(.+)\|$", text, re.MULTILINE)
        for path in re.findall(r"`([^`]+)`", heading) or [heading]:
            found[path] = {key: Row(bool(bold), said) for bold, key, said in rows}
            assert len(found[path]) == len(rows), f"a key stands twice under {path}"
    return found


TABLES = in_code()


def test_the_page_has_every_table_of_the_format_and_no_other() -> None:
    assert on_page().keys() == TABLES.keys()


@pytest.mark.parametrize("path", TABLES)
def test_a_table_on_the_page_has_every_key_and_no_other(path: str) -> None:
    assert on_page()[path].keys() == TABLES[path].keys(), f"docs/definition-format.md, under {path}"


@pytest.mark.parametrize("path", TABLES)
def test_the_page_says_which_keys_are_needed_what_they_may_be_and_what_they_are_when_left_out(path: str) -> None:
    for key, fields in TABLES[path].items():
        row = on_page()[path][key]
        assert row.needed == all(field.is_required() for field in fields), f"{path}.{key}"
        for word in (word for field in fields for word in (*choices(field.annotation), *standing(field))):
            assert word in re.findall(r'`"?([^`"]+)"?`', row.said) or path == TOP, f"{path}.{key} does not say {word}"


def choices(annotation: Any) -> Iterator[str]:
    """The words that a key may have, where it is one of some."""
    if get_origin(annotation) is Literal:
        yield from (str(word) for word in get_args(annotation))
    else:
        for inner in get_args(annotation):
            yield from choices(inner)


def standing(field: FieldInfo) -> Iterator[str]:
    """What a key stands for when it is left out, where that is a number, a time or a word of its own."""
    if isinstance(field.default, int | time) and not isinstance(field.default, bool):
        yield str(field.default)
    elif isinstance(field.default, str) and field.default and not list(choices(field.annotation)):
        yield field.default


def example() -> str:
    return PAGE.read_text("utf-8").partition("```toml\n")[2].partition("```")[0]


def test_the_example_on_the_page_has_no_mistake_and_nothing_worth_a_look() -> None:
    found = look_over(example())
    assert found.errors == ()
    assert found.warnings == ()


def test_the_example_on_the_page_shows_every_table() -> None:
    shown = set(re.findall(r"^\[+([\w.]+)\]", example(), re.MULTILINE)) | {"documents"}
    tables: Mapping[str, FieldInfo] = {
        name: field for name, field in Arrangements.model_fields.items() if list(models_in(field.annotation))
    }
    assert tables.keys() - shown == set()
