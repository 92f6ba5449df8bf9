"""The shell as people use it: words in, exit code and both streams out; in a folder and at a time of its own."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import time_machine

from bot import settings
from bot.shell import main
from bot.terminal.adopting import fresh_keys

OURSHIRE = Path(__file__).parents[1] / "ourshire.toml"
MONDAY = "2027-01-04 09:00:00+00:00"
"""When the shell is used unless a test says otherwise: a Monday, a working day."""

PEOPLE = """name,email,agency,post,from,until,covers
Business Manager,business.manager@ours.example,council,business-manager,2027-01-01,,
Designated Nurse,designated.nurse@ours.example,nhs,designated-nurse,2027-01-01,,
"""


@dataclass(frozen=True)
class Said:
    """What the shell answered."""

    code: int
    out: str
    err: str


Shell = Callable[..., Said]


@pytest.fixture(autouse=True)
def _on_a_monday() -> Iterator[None]:
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture(autouse=True)
def _an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in os.environ:
        if name.startswith("CONVENOR_") and not name.startswith("CONVENOR_TEST_"):
            monkeypatch.delenv(name)
    for name in settings.names():  # those of Microsoft's library are called as anybody's might be
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str]) -> Shell:
    """Runs a command line in the working folder: `shell("check", "ourshire.toml")`."""

    def run(*words: str) -> Said:
        capsys.readouterr()
        code = answered(*words)
        out, err = capsys.readouterr()
        return Said(code, out, err)

    return run


def answered(*words: str) -> int:
    """The exit code of a command line."""
    try:
        main(words, prog_name="convenor")
    except SystemExit as end:
        return int(end.code or 0)
    raise AssertionError("the shell always ends with an exit code")


@pytest.fixture(scope="session")
def _installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which Ourshire runs, with a business manager and a designated nurse: made once, then copied."""
    folder = tmp_path_factory.mktemp("installed")
    before = Path.cwd()
    os.chdir(folder)
    try:
        with time_machine.travel(MONDAY, tick=False):
            shutil.copy(OURSHIRE, "ourshire.toml")
            Path(".env").write_text(f"{fresh_keys()}CONVENOR_DEFINITIONS=ourshire.toml\n")
            Path(".env").chmod(0o600)
            Path("people.csv").write_text(PEOPLE)
            assert answered("apply", "ourshire.toml") == 0
            assert answered("people", "import", "people.csv") == 0
    finally:
        os.chdir(before)
    return folder


@pytest.fixture
def installed(_installed: Path, tmp_path: Path) -> Path:
    """The working folder, with Ourshire running in it."""
    shutil.copytree(_installed, tmp_path, dirs_exist_ok=True)
    return tmp_path
