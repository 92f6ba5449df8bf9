"""The shell as a whole: what it offers, and that its demonstration ends by itself."""

import os
import subprocess
import sys

import click
import pytest

from bot.shell import main
from tests.bot.conftest import OURSHIRE, Shell


def test_help_says_that_this_is_not_the_way_to_get_help_for_a_child(shell: Shell) -> None:
    said = shell("--help")
    assert said.code == 0
    assert "999" in said.out


def test_every_command_says_what_it_does_in_its_help(shell: Shell) -> None:
    for name, command in main.commands.items():
        assert command.help or command.short_help, name
        assert shell(name, "--help").code == 0
        if isinstance(command, click.Group):
            assert all(each.help for each in command.commands.values())


def test_an_unknown_command_has_exit_code_2(shell: Shell) -> None:
    assert shell("remind-everybody").code == 2


@pytest.mark.slow
@pytest.mark.long
def test_the_demonstration_ends_by_itself_without_a_terminal() -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CONVENOR_")}
    ended = subprocess.run(
        [sys.executable, "-c", "from bot.shell import main; main()", "demo", "--months", "1"],
        env=environment | {"PYTHONPATH": str(OURSHIRE.parents[1])},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "meetings held" in ended.stdout
    assert "daily notes" in ended.stdout
    assert "Where to go next:" in ended.stdout
