"""The table of what is done of the catalogue of facts: docs/coverage.csv, made by `make coverage`.

A fact `works` where an entry of a shipped definition or form, or a test, cites its ID. An [[open]] entry tells people
that something is missing: that is all there is to do about a group, a cycle, a one-off action or an ambiguity, but a
return, pathway, poll, register or access rule that is only shown as missing does not work yet. How such facts, and
those that nothing cites, stand is said in docs/coverage_rules.toml.

The catalogue lies beside the repository on the machines where Convenor is made. Where it is absent, the IDs are those
of the table itself, so that the table can still be made anew and be found untrue. The rules of worked dates in the
catalogue go by IDs that have a row of their own.
"""

from __future__ import annotations

import ast
import csv
import io
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
CATALOGUE = ROOT.parent / "shared" / "REQUIREMENTS.md"
TABLE = ROOT / "docs" / "coverage.csv"
RULES = ROOT / "docs" / "coverage_rules.toml"

STANDINGS = ("works", "planned", "history", "not applicable")
SHOWN_AS_OPEN_IS_ENOUGH = ("GRP", "CYC", "ACT", "AMB", "AGY")
_ID = re.compile(r"(?:GRP|CYC|RET|PATH|POLL|REG|ACT|ACC|AMB|AGY)-[A-Z0-9-]+")
_ROW = re.compile(rf"\|\s*({_ID.pattern})\s*\|")


class Row(NamedTuple):
    """A line of the table: `by` says who cites it, which work will run it, or why nothing will."""

    id: str
    standing: str
    by: str


class Cited(NamedTuple):
    """A place that cites an ID: a file, and in a definition the entry."""

    file: str
    entry: str = ""

    @property
    def is_open(self) -> bool:
        """Whether the entry is one of what stands open."""
        return self.entry.startswith("open ")


class Untrue(Exception):
    """Why no table can be made: IDs that the catalogue has not, or that no rule covers, or rules without use."""


def table(ids: Iterable[str]) -> str:
    """The text of the table for those IDs. Raises Untrue with everything that is wrong."""
    known = sorted(set(ids))
    cited = citations()
    rules = tomllib.loads(RULES.read_text("utf-8"))["rules"]
    problems = [
        f"{id_} is cited by {said(places)}, and is not in the catalogue"
        for id_, places in cited.items()
        if id_ not in known
    ]
    lines, used = [], set()
    for id_ in known:
        row, pattern = _row(id_, cited.get(id_, []), rules)
        used.add(pattern)
        if row is None:
            problems.append(f"{id_} is cited nowhere, and no rule of docs/coverage_rules.toml covers it")
        else:
            lines.append(row)
    for pattern in (pattern for rule in rules for pattern in rule["ids"]):
        if pattern not in used:
            problems.append(f'"{pattern}" in docs/coverage_rules.toml says nothing about any fact: take it out')
    if problems:
        raise Untrue("\n".join(problems))
    return _as_csv(lines)


def _row(id_: str, places: list[Cited], rules: list[dict[str, Any]]) -> tuple[Row | None, str]:
    """The line of an ID and the pattern that decided it, if one did."""
    shown_as_open = said(place for place in places if place.is_open)
    if any(not place.is_open for place in places) or (places and id_.startswith(SHOWN_AS_OPEN_IS_ENOUGH)):
        return Row(id_, "works", said(places)), ""
    for rule in rules:
        for pattern in rule["ids"]:
            if fnmatchcase(id_, pattern):
                by = rule["by"] if rule["standing"] == "planned" else rule["reason"]
                until_then = f"; shown as open by {shown_as_open}" if shown_as_open else ""
                return Row(id_, rule["standing"], by + until_then), pattern
    return None, ""


def said(places: Iterable[Cited]) -> str:
    """Where an ID is cited, in words: each file once, with the entries of a definition in brackets."""
    entries: dict[str, list[str]] = {}
    for place in places:
        entries.setdefault(place.file, []).append(place.entry)
    return "; ".join(f"{file} ({', '.join(those)})" if any(those) else file for file, those in entries.items())


def _as_csv(rows: Iterable[Row]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(Row._fields)
    writer.writerows(rows)
    return text.getvalue()


def rows() -> list[Row]:
    """The lines of the table as it stands."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return [Row(*line) for line in list(csv.reader(file))[1:]]


def ids() -> list[str]:
    """The IDs of the catalogue; where that is absent, those of the table."""
    if CATALOGUE.is_file():
        return _ids_of(CATALOGUE.read_text("utf-8"))
    return [row.id for row in rows()]


def _ids_of(catalogue: str) -> list[str]:
    found = (_ROW.match(line) for line in catalogue.splitlines())
    return [match[1] for match in found if match]


# Who cites what


@cache
def citations() -> dict[str, list[Cited]]:
    """Every cited ID with the places that cite it: definitions first, then tests, by file and place in the file.

    Read once in a run: what cites does not change meanwhile.
    """
    found: dict[str, list[Cited]] = {}
    for id_, place in (*_in_definitions(), *_in_tests()):
        if place not in found.setdefault(id_, []):
            found[id_].append(place)
    return found


def _in_definitions() -> Iterator[tuple[str, Cited]]:
    """The shipped definitions, and the forms that ship with them."""
    for folder, whole in (("partnerships", "partnership"), ("forms", "form")):
        for path in sorted((ROOT / "templates" / folder).glob("*.toml")):
            file = path.relative_to(ROOT).as_posix()
            for id_, entry in _in_entry(tomllib.loads(path.read_text("utf-8")), ()):
                yield id_, Cited(file, entry or whole)


def _in_entry(entry: Any, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """The IDs of an entry and of those within it, each with its place: `groups.cdop.cycles`, `open pathways`."""
    if isinstance(entry, list):
        for one in entry:
            yield from _in_entry(one, path)
    if not isinstance(entry, dict):
        return
    if path == ("open",):
        here: tuple[str, ...] = (f"open {entry['place']}",)
    else:
        here = (*path, entry["id"]) if "id" in entry and path else path
    for id_ in entry.get("ids", ()):
        yield id_, ".".join(here)
    for key, value in entry.items():
        yield from _in_entry(value, (*here, key))


def _in_tests() -> Iterator[tuple[str, Cited]]:
    for path in sorted((ROOT / "tests").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.ids":
                for id_ in _values(node.args):
                    yield id_, Cited(path.relative_to(ROOT).as_posix())


def _values(arguments: list[ast.expr]) -> tuple[str, ...]:
    """The arguments of a mark: texts, or texts counted up with `range`."""
    whole = ast.fix_missing_locations(ast.Expression(ast.Tuple(arguments, ast.Load())))
    values: tuple[str, ...] = eval(compile(whole, "a mark", "eval"), {"__builtins__": {"range": range}})
    return values


if __name__ == "__main__":
    TABLE.write_text(table(ids()), encoding="utf-8")
    sys.stdout.write(f"{TABLE.relative_to(ROOT)} is made anew for {len(rows())} facts.\n")
