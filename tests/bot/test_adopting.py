"""`convenor keys`, `init`, `plan` and `apply`: from nothing to a partnership that runs."""

import csv
from pathlib import Path

import pytest

from bot import settings
from bot.terminal.adopting import fresh_keys
from tests.bot.conftest import OURSHIRE, Shell


def change_the_slot() -> None:
    Path("ourshire.toml").write_text(OURSHIRE.read_text().replace('"2nd thursday"', '"3rd thursday"'))


def test_keys_are_lines_for_the_file_of_settings_and_fresh_each_time(shell: Shell) -> None:
    said = shell("keys")
    Path(".env").write_text(said.out)
    assert settings.read().missing_keys == ()
    assert shell("keys").out != said.out


# init


def test_init_makes_a_folder_that_works(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    assert shell("init", "gloucestershire", "ours").code == 0
    monkeypatch.chdir("ours")
    assert settings.read().missing_keys == ()
    assert settings.read().definitions == ("gloucestershire.toml",)
    assert Path(".env").stat().st_mode & 0o077 == 0
    assert shell("check", "gloucestershire.toml").code == 0
    assert "convenor apply gloucestershire.toml" in Path("NEXT-STEPS.txt").read_text()


def test_the_people_file_of_init_has_a_row_for_each_post_that_somebody_can_hold(shell: Shell) -> None:
    shell("init", "buckinghamshire", "ours")
    with Path("ours/people.csv").open() as file:
        rows = list(csv.DictReader(file))
    posts = [row["post"] for row in rows]
    assert list(rows[0]) == ["name", "email", "agency", "post", "from", "until", "covers"]
    assert "business-manager" in posts
    assert "independent-chair" not in posts, "the document itself calls that post vacant"


def test_init_writes_over_nothing(shell: Shell) -> None:
    shell("init", "gloucestershire", "ours")
    before = Path("ours/.env").read_text()
    said = shell("init", "gloucestershire", "ours")
    assert said.code == 2
    assert "nothing is written over" in said.err
    assert Path("ours/.env").read_text() == before


def test_init_of_an_unknown_partnership_makes_no_folder(shell: Shell) -> None:
    assert shell("init", "glocestershire", "ours").code == 2
    assert not Path("ours").exists()


# plan and apply


def test_apply_without_keys_refuses_and_says_how_to_make_them(shell: Shell) -> None:
    said = shell("apply", str(OURSHIRE))
    assert said.code == 1
    assert "Make fresh ones with `convenor keys`" in said.err
    assert list(Path().iterdir()) == []


def test_plan_shows_a_first_year_and_makes_no_database(shell: Shell) -> None:
    said = shell("plan", str(OURSHIRE))
    assert said.code == 0
    assert "Policies Group (n37) is planned for: Thursday 14 January 2027" in said.out.splitlines()
    assert list(Path().iterdir()) == []


def test_apply_puts_it_in_force_and_a_second_time_does_nothing(shell: Shell) -> None:
    Path(".env").write_text(fresh_keys())
    assert "version 1 is in force" in shell("apply", str(OURSHIRE)).out
    again = shell("apply", str(OURSHIRE))
    assert (again.code, again.out) == (0, "This is what runs already; nothing is to be done.\n")


@pytest.mark.usefixtures("installed")
def test_plan_shows_what_a_changed_file_would_move_and_changes_nothing(shell: Shell) -> None:
    change_the_slot()
    before = Path("convenor.db").read_bytes()
    said = shell("plan", "ourshire.toml")
    assert "Policies Group (n37): Thursday 14 January 2027 becomes Thursday 21 January 2027" in said.out.splitlines()
    assert Path("convenor.db").read_bytes() == before


@pytest.mark.usefixtures("installed")
def test_apply_of_a_changed_file_does_what_plan_said(shell: Shell) -> None:
    change_the_slot()
    planned = shell("plan", "ourshire.toml").out.splitlines()[:-1]
    applied = shell("apply", "ourshire.toml").out.splitlines()
    assert applied[0].endswith("version 2 is in force")
    assert applied[1:-1] == planned


@pytest.mark.parametrize("command", ["plan", "apply"])
def test_a_file_with_mistakes_is_refused_with_all_of_them(shell: Shell, command: str) -> None:
    Path(".env").write_text(fresh_keys())
    text = OURSHIRE.read_text().replace('chair = "designated-nurse"', 'chair = "nobody-here"', 1)
    Path("ours.toml").write_text(text.replace('nature = "executive"', 'nature = "council"', 1))
    said = shell(command, "ours.toml")
    assert (said.code, len(said.err.splitlines())) == (2, 2)
