"""The recipes in docs/recipes are followed, word by word, on a copy of the repository; then the tests pass there.

What a block is for stands in the words right before it: see docs/recipes/README.md.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[1]
RECIPES = sorted(path for path in (ROOT / "docs" / "recipes").glob("*.md") if path.name != "README.md")

INSTRUCTIONS = {
    "create": re.compile(r"Create `([^`]+)`:$"),
    "change": re.compile(r"Change `([^`]+)`:$"),
    "run": re.compile(r"Run():$"),
    "fails": re.compile(r"Run, and see it fail with `([^`]+)`:$"),
}

WHAT_FORGETTING_SHOWS = {
    "add-a-command": "meeting agenda",
    "add-a-county": "westmarch",
    "add-a-door": "CONVENOR_PAPER",
    "add-a-form": "what-children-said",
    "add-a-reminder": "room-booking",
}
"""What a test says before the last steps of each recipe are done."""

CHECKS = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    (
        "pytest",
        "-m",
        "not slow and not crash and not postgres",
        "-n",
        "2",
        "--dist",
        "worksteal",
        "-q",
        # What a recipe can touch: the tests of tables, names and pages, and those that try every action.
        "tests/test_docs.py",
        "tests/test_house_rules.py",
        "tests/test_coverage_table.py",
        "tests/test_no_county_in_code.py",
        "tests/test_agreed_years_2026_to_2034.py",
        "tests/commands/test_message_table.py",
        "tests/commands/test_commands_page.py",
        "tests/commands/test_permissions.py",
        "tests/commands/test_definitions.py",
        "tests/commands/test_agreed_year.py",
        "tests/storage/arrangements/test_checks.py",
        "tests/templates",
        "tests/bot/test_settings.py",
        "tests/bot/test_wiring.py",
    ),
)


class Step(NamedTuple):
    """One block of a recipe: what is done with it, to which file or with which words, and the block."""

    does: str
    what: str
    block: str


def steps(recipe: Path) -> list[Step]:
    """The blocks of a recipe in their order."""
    return [_step(recipe, before, block) for before, block in _blocks(recipe.read_text("utf-8"))]


def _blocks(text: str) -> Iterator[tuple[str, str]]:
    """Every fenced block with the paragraph before it, as one line."""
    paragraph: list[str] = []
    block: list[str] | None = None
    ended = False
    for line in text.splitlines():
        if block is None and line.startswith("```"):
            block = []
        elif block is None:
            paragraph = [line] if ended and line else paragraph + [line] * bool(line)
            ended = not line
        elif line == "```":
            yield " ".join(paragraph), "".join(f"{one}\n" for one in block)
            block, paragraph = None, []
        else:
            block.append(line)


def _step(recipe: Path, before: str, block: str) -> Step:
    for does, words in INSTRUCTIONS.items():
        found = words.search(before)
        if found:
            return Step(does, found[1], block)
    raise AssertionError(f'{recipe.name}: nobody knows what to do with the block after "{before}"')


def changed(text: str, diff: str, where: str) -> str:
    """A file's text with a change made; what the change leaves or takes away stands there exactly once."""
    lines = [(line[:1] or " ", line[1:]) for line in diff.splitlines()]
    assert {mark for mark, _ in lines} <= set(" +-"), f"{where}: a line of a diff starts with a space, + or -"
    old = "".join(f"{rest}\n" for mark, rest in lines if mark != "+")
    new = "".join(f"{rest}\n" for mark, rest in lines if mark != "-")
    assert f"\n{text}".count(f"\n{old}") == 1, f"{where} has not exactly once:\n{old}"
    return f"\n{text}".replace(f"\n{old}", f"\n{new}")[1:]


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda path: path.stem)
def test_a_recipe_fits_the_code_as_it_is(recipe: Path) -> None:
    texts: dict[str, str] = {}
    for step in steps(recipe):
        if step.does == "create":
            assert not (ROOT / step.what).exists(), f"{recipe.name} creates {step.what}, which is there"
            texts[step.what] = step.block
        elif step.does == "change":
            text = texts.get(step.what) or (ROOT / step.what).read_text("utf-8")
            texts[step.what] = changed(text, step.block, f"{recipe.name}: {step.what}")


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda path: path.stem)
def test_a_recipe_lets_a_test_name_what_is_forgotten_and_ends_with_a_line_in_the_changelog(recipe: Path) -> None:
    done = [(step.does, step.what) for step in steps(recipe)]
    assert ("fails", WHAT_FORGETTING_SHOWS[recipe.stem]) in done
    assert ("change", "CHANGELOG.md") in done
    assert done[-1][0] == "run"


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda path: path.stem)
def test_the_steps_of_a_recipe_are_numbered(recipe: Path) -> None:
    numbers = re.findall(r"^## (\d+)\. ", recipe.read_text("utf-8"), re.MULTILINE)
    assert numbers == [str(number) for number in range(1, len(numbers) + 1)]


# On a copy


@dataclass(frozen=True)
class Copy:
    """A copy of the repository, in which the programs of this environment run its code and not ours."""

    folder: Path

    def runs(self, *command: str) -> "subprocess.CompletedProcess[str]":
        """Runs a command there, with the copy's rooms before the installed ones."""
        ours = ("CONVENOR_", "PYTEST_", "PYTHON", "MAKE")
        clean = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        return subprocess.run(
            command,
            cwd=self.folder,
            env={**clean, "PYTHONPATH": str(self.folder), "PYTHONSAFEPATH": "1", "COLUMNS": "120"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=1800,
        )

    def follows(self, recipe: Path) -> None:
        """Does every step of a recipe."""
        for step in steps(recipe):
            FOLLOWED[step.does](self, step)

    def creates(self, step: Step) -> None:
        path = self.folder / step.what
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(step.block, "utf-8")

    def changes(self, step: Step) -> None:
        path = self.folder / step.what
        path.write_text(changed(path.read_text("utf-8"), step.block, step.what), "utf-8")

    def succeeds(self, step: Step) -> None:
        for command in step.block.splitlines():
            done = self.types(command)
            assert done.returncode == 0, f"{command}\n{done.stdout}"

    def fails(self, step: Step) -> None:
        done = self.types(step.block.strip())
        assert done.returncode != 0, f"{step.block} should fail, and did not"
        assert step.what in done.stdout, f"{step.block} does not say {step.what}:\n{done.stdout}"

    def types(self, command: str) -> "subprocess.CompletedProcess[str]":
        """A line as somebody types it; make is told that the environment is there, so that it installs nothing."""
        return self.runs("sh", "-c", re.sub(r"^make ", "make DEV_STAMP=pyproject.toml ", command))


FOLLOWED: dict[str, Callable[[Copy, Step], None]] = {
    "create": Copy.creates,
    "change": Copy.changes,
    "run": Copy.succeeds,
    "fails": Copy.fails,
}


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    """What is under version control, or about to be; with this environment as its own."""
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    folder = tmp_path / "convenor"
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    (folder / ".venv").symlink_to(sys.prefix)
    return Copy(folder)


@pytest.mark.slow
@pytest.mark.long
def test_whoever_follows_every_recipe_has_a_repository_whose_tests_pass(copy: Copy) -> None:
    where = copy.runs(sys.executable, "-c", "import storage; print(storage.__file__)")
    assert Path(where.stdout.strip()).is_relative_to(copy.folder)
    for recipe in RECIPES:
        copy.follows(recipe)
    for check in CHECKS:
        done = copy.runs(sys.executable, "-m", *check)
        assert done.returncode == 0, f"{' '.join(check)}\n{done.stdout[-6000:]}"
