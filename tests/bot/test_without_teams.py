"""Where Teams is not set up, nothing that it brings is imported: the bot starts as fast, and needs no more memory."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

HEAVY = {"microsoft_teams", "fastapi", "httpx", "msal", "jsonschema"}

WIRED = "import bot.wiring, bot.shell, bot.doctor, bot.running, bot.settings"

DEMO = """
from click.testing import CliRunner
from bot.shell import main
result = CliRunner().invoke(main, ["demo", "--months", "1"])
assert result.exit_code == 0, (result.output, result.exception)
"""

CHATS = "import bot.slack.opening, bot.chat, bot.teams.cards, bot.teams.forms"
"""The drill and the tests look at cards without the library."""


def imported(code: str, folder: Path) -> set[str]:
    """The packages that are imported after some code was run in a process of its own."""
    told = "import sys; print(' '.join({name.partition('.')[0] for name in sys.modules}))"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{told}"],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize("code", [WIRED, CHATS])
def test_importing_the_bot_brings_nothing_of_teams(code: str, tmp_path: Path) -> None:
    found = imported(code, tmp_path)
    assert "sqlmodel" in found or "bot" in found
    assert found & HEAVY == set()


@pytest.mark.slow
@pytest.mark.long
def test_the_demonstration_brings_nothing_of_teams(tmp_path: Path) -> None:
    found = imported(DEMO, tmp_path)
    assert "commands" in found
    assert found & HEAVY == set()


def test_it_would_be_seen(tmp_path: Path) -> None:
    assert imported("import httpx", tmp_path) & HEAVY == {"httpx"}
