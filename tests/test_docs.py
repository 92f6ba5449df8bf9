"""What the documents say is there: commands, words, settings, links; and what is there is in the documents.

Pages that are made from the code have tests beside it; `make docs` makes all of them anew.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from bot import settings
from bot.shell import main
from commands.definitions import shipped
from commands.words_people_type import WORDS
from tests import exchange_picture

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
PAGES = sorted(
    path
    for path in ROOT.rglob("*.md")
    if not any(part.startswith(".") or part == "build" for part in path.relative_to(ROOT).parts)
)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def table(page: Path, heading: str) -> dict[str, list[str]]:
    """The rows of the first table under a heading, by the code in their first cell."""
    section = re.split(r"^## ", page.read_text("utf-8"), flags=re.MULTILINE)
    [text] = [part for part in section if part.startswith(f"{heading}\n")]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:3] == "| `"]
    found = {row[0].strip("`"): row[1:] for row in rows}
    assert len(found) == len(rows), f"something stands twice under {heading}"
    assert all(row[-1] for row in found.values()), f"something is not explained under {heading}"
    return found


# Commands, words, settings


def commands(group: click.Group, path: tuple[str, ...] = ("convenor",)) -> Iterator[str]:
    """Every command that can be run, as it is typed."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield " ".join((*path, name))


def test_the_readme_names_every_command_of_the_shell_and_no_other() -> None:
    assert table(README, "The shell").keys() == set(commands(main))


def test_the_readme_names_every_word_that_people_type_and_no_other() -> None:
    documented = {
        f"{first} {second.removesuffix('nothing')}".strip()
        for first, row in table(README, "What people write").items()
        if first != "help"
        for second in row[0].split(", ")
    }
    assert documented == {word.name for word in WORDS}


def test_the_readme_names_every_setting_and_no_other() -> None:
    assert table(README, "Settings").keys() == set(settings.names())


def test_the_readme_names_every_definition_that_comes_with_it() -> None:
    told = README.read_text("utf-8").partition("## Try it")[2].partition("\n## ")[0]
    assert [name for name in shipped() if f"`{name}`" not in told] == []


def test_the_readme_says_where_help_for_a_child_is_before_it_says_how_to_run_anything() -> None:
    beginning = README.read_text("utf-8").partition("```")[0]
    assert "not the way to get help for a child" in beginning
    assert "999" in beginning


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_commands_and_targets_that_a_page_names_are_there(page: Path) -> None:
    text = page.read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"`(?:\.venv/bin/)?convenor ([a-z]+)", text)) - main.commands.keys() == set()
    assert (
        set(re.findall(r"^make ([a-z]+)|`make ([a-z]+)", text, re.MULTILINE))
        - {
            *((target, "") for target in targets),
            *(("", target) for target in targets),
        }
        == set()
    )


# Doors and rooms


def test_the_page_of_doors_says_what_once_means_at_each() -> None:
    rows = re.findall(r"^\| (\w+)(?: \(| \||, )", (ROOT / "docs" / "doors.md").read_text("utf-8"), re.MULTILINE)
    assert [door for door in settings.DOORS if door not in rows] == []


ROOMS = (
    "storage/arrangements",
    "storage/records",
    "commands",
    "scheduler",
    *("bot", "bot/chat", "bot/slack", "bot/teams", "bot/mail", "bot/web"),
)


@pytest.mark.parametrize("room", ROOMS)
def test_the_page_of_the_architecture_has_an_address_for_every_module(room: str) -> None:
    named = set(re.findall(r"`([a-z_]+)`", (ROOT / "docs" / "architecture.md").read_text("utf-8")))
    modules = {path.stem for path in (ROOT / room).glob("*.py")} - {"__init__"}
    assert sorted(modules - named) == []


def test_the_page_of_the_architecture_has_every_door() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    assert [door for door in settings.DOORS if f"| `bot/{door}` |" not in page] == []


# Links


def links(page: Path) -> Iterator[tuple[str, str]]:
    """Where a page leads: files beside it, each with the heading that is meant, or ""."""
    text = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"`[^`\n]+`(?!\])", "", text)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" not in target:
            file, _, heading = target.partition("#")
            yield file, heading


def headings(page: Path) -> set[str]:
    """The anchors of a page's headings."""
    titles = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_somewhere(page: Path) -> None:
    for file, heading in links(page):
        target = (page.parent / file).resolve() if file else page
        assert target.exists(), f"{name_of(page)} leads to {file}, which is not there"
        assert target.is_relative_to(ROOT), f"{name_of(page)} leads out of the repository: {file}"
        if heading:
            assert heading in headings(target), f"{name_of(page)} leads to {file}#{heading}, which is no heading"


@pytest.mark.parametrize("index", ["docs/README.md", "docs/recipes/README.md"])
def test_an_index_leads_to_every_page_of_its_folder(index: str) -> None:
    folder = (ROOT / index).parent
    led_to = {(folder / file).resolve() for file, _ in links(ROOT / index)}
    inside = {path for path in PAGES if path.is_relative_to(folder) and name_of(path) != index}
    if folder.name == "docs":  # the recipes have an index of their own
        inside = {path for path in inside if path.parent.name != "recipes" or path.name == "README.md"}
    assert {name_of(path) for path in inside - led_to} == set()


# The pictures


def test_the_picture_shows_what_the_console_says_today() -> None:
    drawn = exchange_picture.svg(exchange_picture.exchange())
    assert exchange_picture.PICTURE.read_text("utf-8") == drawn, "draw it anew with: make docs"


def test_every_picture_is_shown_with_words_for_whoever_cannot_see_it() -> None:
    texts = [page.read_text("utf-8") for page in PAGES]
    picture = re.compile(r"!\[([^\]]*)\]\([^)]*?([\w-]+\.(?:svg|webp))\)")
    shown = [(alt, name) for text in texts for alt, name in picture.findall(text)]
    assert {name for _, name in shown} == {path.name for path in (ROOT / "docs" / "pictures").iterdir()}
    assert [name for alt, name in shown if len(alt.split()) < 10] == []
