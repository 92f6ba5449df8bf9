"""docs/slack.md, the set-up: its pictures show what the bot says today, and the sentences it explains are ours."""

import ast
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.slack.manifest import FILE, manifest
from storage.records import schema
from tests import slack_pictures
from tests.standins.slack import StandIn
from tests.standins.slack.__main__ import Trial, opened

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "slack.md"
ROOMS = ("bot", "scheduler", "commands", "storage")


# The pictures


def test_the_pictures_show_what_the_bot_says_today() -> None:
    for name, drawn in slack_pictures.drawn().items():
        there = (slack_pictures.FOLDER / f"{name}.svg").read_text("utf-8")
        assert there == drawn, f"{name}.svg: draw it anew with: make docs"


def test_every_picture_says_that_it_is_drawn() -> None:
    page = PAGE.read_text("utf-8")
    assert all(alt.startswith("Drawn") for alt in re.findall(r"!\[([^\]]*)\]\(pictures/", page))
    assert all("Drawn, not a photograph." in path.read_text() for path in slack_pictures.FOLDER.glob("slack-*.svg"))


# What can go wrong


def said() -> list[str]:
    """Every text in the code of the rooms, with a sign in the place of what is put in."""
    found = []
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            found += list(_texts(ast.parse(path.read_text("utf-8"))))
    return found + [path.read_text("utf-8") for path in (ROOT / "templates" / "messages").rglob("*.j2")]


def _texts(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "\0" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def sentences(page: Path) -> list[str]:
    """What a page's table quotes: in straight quotes and not in italics, which are the platform's own words."""
    _, _, section = page.read_text("utf-8").partition("## What can go wrong\n")
    rows = [line for line in section.partition("\n## ")[0].splitlines() if line.startswith("| ") and '"' in line]
    return [words for row in rows for words in re.findall(r'(?<!\*)"([^"]+)"(?!\*)', row.split(" | ")[0])]


@pytest.mark.parametrize("page", [PAGE, ROOT / "docs" / "teams.md"], ids=lambda page: page.stem)
def test_every_sentence_that_the_page_explains_is_one_that_the_bot_says(page: Path) -> None:
    texts, quoted = said(), sentences(page)
    assert len(quoted) > 20
    pieces = {words: [piece.strip() for piece in words.split("…")] for words in quoted}
    nobody_says = [words for words, parts in pieces.items() if not any(_holds(text, parts) for text in texts)]
    assert nobody_says == []


def _holds(text: str, parts: list[str]) -> bool:
    at = 0
    for part in parts:
        at = text.find(part, at)
        if at < 0:
            return False
    return True


def test_the_page_shows_the_revision_that_a_start_names() -> None:
    assert f"revision {schema.revisions()[-1]}." in PAGE.read_text("utf-8")


# The stand-in that it can be followed against


@pytest.fixture
def trial() -> Iterator[tuple[Trial, io.StringIO]]:
    screen = io.StringIO()
    with StandIn() as standin:
        workspace = opened(standin, manifest(), [("manager@trial.example", "Business Manager")])
        yield Trial(standin, workspace, lambda line: print(line, file=screen)), screen


def test_the_trial_has_the_app_that_the_manifest_describes(trial: tuple[Trial, io.StringIO]) -> None:
    app = trial[0].standin.app
    assert FILE.read_text("utf-8").count(next(iter(app.commands or ()))) > 0
    assert app.events == set(manifest()["settings"]["event_subscriptions"]["bot_events"])
    assert trial[0].workspace.scopes == set(manifest()["oauth_config"]["scopes"]["bot"])


def test_the_trial_shows_what_comes_to_people_and_says_what_it_does_not_understand(
    trial: tuple[Trial, io.StringIO],
) -> None:
    hands, screen = trial
    hands.take("dm hello")
    assert "! say first who you are: as ADDRESS" in screen.getvalue()
    hands.take("as manager@trial.example")
    person = hands.person
    assert person is not None
    hands.workspace.post(person.dm, {"user": hands.workspace.bot_user_id, "text": "Good morning."})
    hands.take("fly away")
    hands.show()
    assert "--- message, for manager@trial.example\nGood morning." in screen.getvalue()
    assert "! no such word: fly" in screen.getvalue()
    hands.take("/convenor help")
    assert "! Slack says: /convenor failed because of the error dispatch_failed" in screen.getvalue()
