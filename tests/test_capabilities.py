"""docs/capabilities.md: what each door can do is what its code does, and each gap has a reason."""

import importlib
import re
from pathlib import Path

import pytest

from tests.capabilities import CAPABILITIES, COLUMNS, Capability, Listed, code

PAGE = Path(__file__).resolve().parents[1] / "docs" / "capabilities.md"

COUNTS_FOR = {"chat": ("slack", "teams"), "commands": COLUMNS, "settings": COLUMNS}
"""For which doors a name in the code speaks that is not in a door's own folder."""

EACH = pytest.mark.parametrize("capability", CAPABILITIES, ids=lambda each: each.name)


def rows() -> dict[str, list[str]]:
    """The rows of the page: a cell for each door, then the names in the code."""
    lines = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ")][1:]
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    found = {row[0].strip(): row[1:] for row in cells}
    assert len(found) == len(cells), "something stands there twice"
    return found


def test_the_page_has_a_row_for_every_capability_and_no_other() -> None:
    assert list(rows()) == [each.name for each in CAPABILITIES]
    assert {len(cells) for cells in rows().values()} == {len(COLUMNS) + 1}


@EACH
def test_a_cell_says_what_the_code_of_the_door_shows(capability: Capability | Listed) -> None:
    cells = dict(zip(COLUMNS, rows()[capability.name], strict=False))
    shown = {door: capability.has(door) for door in COLUMNS}
    assert {door: cell.startswith("yes") for door, cell in cells.items()} == shown


@EACH
def test_every_gap_has_its_reason(capability: Capability | Listed) -> None:
    for cell in rows()[capability.name][:-1]:
        assert re.match(r"(yes$|yes: |no: )", cell), cell
        assert cell.startswith("yes") or len(cell.split()) >= 4, f"this says too little: {cell}"


@EACH
def test_what_a_row_names_in_the_code_is_there_and_speaks_for_each_door_that_has_it(
    capability: Capability | Listed,
) -> None:
    *cells, names = rows()[capability.name]
    named = re.findall(r"`([\w.]+)`", names)
    spoken_for: set[str] = set()
    for name in named:
        assert is_there(name if name.startswith("commands.") else f"bot.{name}"), f"{name} is not in the code"
        room = name.partition(".")[0]
        spoken_for |= set(COUNTS_FOR.get(room, (room,)))
    have_it = {door for door, cell in zip(COLUMNS, cells, strict=True) if cell.startswith("yes")}
    assert have_it <= spoken_for, f"nothing is named for {sorted(have_it - spoken_for)}"
    own = {name.partition(".")[0] for name in named} & set(COLUMNS)
    assert own <= have_it, f"a name speaks for a door that has it not: {sorted(own - have_it)}"


def is_there(name: str) -> bool:
    """Whether a dotted name leads to a module, or to something in one."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found: object = importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for part in parts[length:]:
            found = getattr(found, part, None)
        return found is not None
    return False


def test_names_that_are_not_there_are_noticed() -> None:
    assert is_there("bot.slack.desk.Desk.press") and is_there("bot.slack.answers")
    assert not is_there("bot.slack.desk.Desk.dances") and not is_there("bot.pigeon.coop")


def test_no_sign_is_found_in_prose_or_by_every_door_without_meaning_to() -> None:
    assert "ring 999" not in code("slack") + code("web")
    assert not Capability("", "this sign is nowhere").has("slack")
    assert Capability("", "class SlackDoor").has("slack")
    assert not Capability("", "class SlackDoor", never="class Desk").has("slack")
    assert Capability("", "(?!)", {"teams": "class TeamsDoor"}).has("teams")
