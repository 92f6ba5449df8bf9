"""The wheel is whole: in a fresh environment, outside the checkout, with nothing of it on the path, Convenor runs."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("bot", "scheduler", "commands", "templates", "storage")
BESIDES = ("pyproject.toml", "README.md", "LICENSE")


@dataclass(frozen=True)
class Installed:
    """The wheel, the environment it was installed into, and an empty folder to be in."""

    wheel: Path
    environment: Path
    folder: Path

    def runs(self, program: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Runs a program of that environment from the empty folder, with no setting and no path of ours."""
        ours = ("CONVENOR_", "PYTHON", "VIRTUAL_ENV")
        clean = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        return subprocess.run(
            [self.environment / "bin" / program, *arguments],
            cwd=self.folder,
            env={**clean, "PYTHONSAFEPATH": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
        )


def quietly(*command: str | Path) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def a_wheel(folder: Path) -> Path:
    """Built from a copy: setuptools leaves folders behind, and would take up what an earlier build left in them."""
    source = folder / "source"
    for room in ROOMS:
        shutil.copytree(ROOT / room, source / room, ignore=shutil.ignore_patterns("__pycache__"))
    for name in BESIDES:
        shutil.copy(ROOT / name, source / name)
    quietly(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder / "dist", source)
    [wheel] = (folder / "dist").glob("*.whl")
    return wheel


def an_environment(folder: Path, wheel: Path) -> Path:
    """A fresh environment that has `convenor` from the wheel, and borrows what it depends on from this one.

    A .pth file adds the folder, but runs no .pth file in it: so the editable install of the checkout stays behind.
    """
    venv.create(folder, symlinks=True)
    python = folder / "bin" / "python"
    quietly(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index", wheel)
    [packages] = (folder / "lib").glob("python*/site-packages")
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
    return folder


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    folder = tmp_path_factory.mktemp("wheel")
    wheel = a_wheel(folder)
    empty = folder / "empty"
    empty.mkdir()
    return Installed(wheel, an_environment(folder / "environment", wheel), empty)


@pytest.mark.parametrize(
    "pattern",
    [
        "templates/partnerships/*.toml",
        "templates/packs/*.toml",
        "templates/messages/*/*.j2",
        "storage/records/migrations/*.*",
        "storage/records/migrations/versions/*.py",
        "bot/slack/*.json",
        "bot/teams/*.png",
        "bot/teams/schema/*",
        *(f"{room}/**/*.py" for room in ROOMS),
    ],
)
def test_what_the_checkout_has_is_in_the_wheel(installed: Installed, pattern: str) -> None:
    inside = set(ZipFile(installed.wheel).namelist())
    wanted = {path.relative_to(ROOT).as_posix() for path in ROOT.glob(pattern)}

    assert wanted
    assert wanted - inside == set()


def test_no_test_and_no_measurement_is_in_the_wheel(installed: Installed) -> None:
    tops = {name.partition("/")[0] for name in ZipFile(installed.wheel).namelist()}

    assert {top for top in tops if not top.endswith(".dist-info")} == set(ROOMS)


def test_what_runs_is_the_wheel_and_not_the_checkout(installed: Installed) -> None:
    modules = ["bot.shell", "scheduler.tick", "commands.catalogue", "templates", "storage.records.schema"]
    looks = (
        "import importlib, json, sys; "
        "print(json.dumps([importlib.import_module(name).__file__ for name in sys.argv[1:]]))"
    )
    done = installed.runs("python", "-c", looks, *modules)

    assert done.returncode == 0, done.stderr
    files = json.loads(done.stdout)
    assert [file for file in files if not Path(file).is_relative_to(installed.environment)] == []


def test_the_shipped_definitions_are_checked_outside_the_checkout(installed: Installed) -> None:
    done = installed.runs("convenor", "check", "--format", "json")

    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["errors"] == []


def test_the_demonstration_runs_to_its_end_outside_the_checkout_and_leaves_nothing(installed: Installed) -> None:
    done = installed.runs("convenor", "demo", "--months", "2")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "Gloucestershire" in done.stdout
    assert list(installed.folder.iterdir()) == []
