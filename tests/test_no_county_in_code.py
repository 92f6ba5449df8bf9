"""A county is a file: no line of code knows one by name."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from commands.definitions import load, shipped

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("bot", "scheduler", "commands", "templates", "storage")

PLAYS_ONE = {"bot/terminal/demo.py"}
"""The demonstration plays one county, and names it."""


def names_of_counties() -> set[str]:
    """How the shipped partnerships are called, in small letters: ids, short names and the words of both."""
    names: set[str] = set()
    for partnership in shipped():
        arrangements = load(partnership).arrangements
        names |= {partnership, arrangements.short.lower()}
        names |= {word for word in partnership.split("-") if word not in ("south", "and")}
    return names


def said_in_code(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every name and every text of a module with its line; docstrings and comments are for readers, not for the bot."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    for_readers = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in for_readers:
            yield node.lineno, node.value
        elif isinstance(node, ast.Name):
            yield node.lineno, node.id
        elif isinstance(node, ast.Attribute):
            yield node.lineno, node.attr
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.lineno, node.name


def named_in(source: str, counties: set[str]) -> list[tuple[int, str]]:
    """The lines that name a county, with what they say."""
    wanted = re.compile("|".join(rf"(?<![a-z]){re.escape(name)}(?![a-z])" for name in sorted(counties)))
    return [(line, said) for line, said in said_in_code(ast.parse(source)) if wanted.search(said.lower())]


@pytest.mark.ids("AMB-CARD-VS-DOCS")
def test_nothing_in_code_is_of_one_county() -> None:
    counties = names_of_counties()
    found = [
        f"{path.relative_to(ROOT)}:{line}: {said}"
        for room in ROOMS
        for path in sorted((ROOT / room).rglob("*.py"))
        if path.relative_to(ROOT).as_posix() not in PLAYS_ONE
        for line, said in named_in(path.read_text("utf-8"), counties)
    ]

    assert found == []


@pytest.mark.parametrize(
    "line",
    ['if partnership == "gloucestershire": pass', "def weeks_before_in_buckinghamshire(): pass", 'name = "Somerset"'],
)
def test_a_county_in_code_would_be_found(line: str) -> None:
    assert named_in(line, names_of_counties())


def test_a_docstring_may_name_a_county_as_its_example() -> None:
    assert named_in('def day_one():\n    """As in Buckinghamshire."""', names_of_counties()) == []
