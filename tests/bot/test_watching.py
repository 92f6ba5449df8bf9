"""`convenor doctor` and `convenor audit`: whether all is well, and proof that nobody changed what happened."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.bot.conftest import OURSHIRE, Shell


def to_do(out: str) -> list[str]:
    return [line.removeprefix("to do  ") for line in out.splitlines() if line.startswith("to do")]


def change(sql: str) -> None:
    with closing(sqlite3.connect("convenor.db")) as connection, connection:
        connection.execute(sql)


# doctor


def test_in_an_empty_folder_the_doctor_says_what_to_do_first(shell: Shell) -> None:
    said = shell("doctor")
    assert said.code == 1
    assert [line.partition(":")[0] for line in to_do(said.out)] == ["keys", "database"]
    assert list(Path().iterdir()) == []


def test_wrong_settings_are_lines_of_the_doctor(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONVENOR_AUDIT_KEY", "short")
    said = shell("doctor")
    assert (said.code, len(to_do(said.out))) == (1, 1)


@pytest.mark.usefixtures("installed")
def test_the_doctor_names_posts_without_people_and_that_the_bot_does_not_run(shell: Shell) -> None:
    said = shell("doctor")
    assert said.code == 1
    bot, posts = to_do(said.out)
    assert bot == "the bot: It does not run: start it with `convenor run`."
    assert "posts have nobody: " in posts


@pytest.mark.usefixtures("installed")
def test_the_doctor_sees_a_changed_file(shell: Shell) -> None:
    Path("ourshire.toml").write_text(OURSHIRE.read_text().replace('"2nd thursday"', '"3rd thursday"'))
    assert any(line.startswith("definitions: The file of ourshire") for line in to_do(shell("doctor").out))


@pytest.mark.usefixtures("installed")
def test_the_doctor_sees_people_without_a_door_and_what_reached_nobody(shell: Shell) -> None:
    change("DELETE FROM identity")
    change("UPDATE duty SET state = 'not-handled', reason = 'failed; error 0a1b' WHERE kind = 'plan-ahead'")
    lines = to_do(shell("doctor").out)
    assert any("2 people have no door: Business Manager; Designated Nurse" in line for line in lines)
    assert any("1 reminder was not handled: plan-ahead (failed; error 0a1b)" in line for line in lines)


@pytest.mark.usefixtures("installed")
def test_the_doctor_sees_a_clock_that_went_back(shell: Shell) -> None:
    change("UPDATE ledger SET at = '2027-02-01 09:00:00.000000'")
    assert any(line.startswith("clock: It shows 09:00 UTC") for line in to_do(shell("doctor").out))


@pytest.mark.usefixtures("installed")
def test_the_doctor_sees_tables_of_another_revision(shell: Shell) -> None:
    change("UPDATE convenor_schema SET version_num = '9999'")
    (line,) = to_do(shell("doctor").out)
    assert "A newer Convenor has changed the database" in line


def test_a_database_that_cannot_be_opened_is_a_sentence(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("folder.db").mkdir()
    Path(".env").write_text(shell("keys").out)
    monkeypatch.setenv("CONVENOR_DATABASE_URL", "sqlite:///folder.db")
    said = shell("apply", str(OURSHIRE))
    assert said.code == 1
    assert said.err.startswith("The database cannot be used.")


# audit


@pytest.mark.usefixtures("installed")
def test_a_ledger_that_nobody_touched_is_whole(shell: Shell) -> None:
    said = shell("audit", "verify")
    assert said.code == 0
    assert [line.partition(":")[0] for line in said.out.splitlines()] == ["ourshire", "installation"]


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("UPDATE ledger SET actor = 'somebody' WHERE partnership = 'ourshire' AND seq = 2", "Entry 2 is not what"),
        ("DELETE FROM ledger WHERE partnership = 'ourshire' AND seq = 1", "Entry 1 is missing"),
        ("UPDATE ledger_head SET seq = seq - 1 WHERE partnership = 'ourshire'", "The chain was cut"),
    ],
)
def test_a_ledger_that_somebody_changed_is_found_with_exit_code_1(shell: Shell, sql: str, says: str) -> None:
    change(sql)
    said = shell("audit", "verify", "ourshire")
    assert said.code == 1
    assert says in said.out


@pytest.mark.usefixtures("installed")
def test_a_head_that_was_noted_shows_a_tail_that_was_cut(shell: Shell) -> None:
    head = shell("audit", "head", "ourshire").out.split()[1]
    assert shell("audit", "verify", "ourshire", "--head", head).code == 0
    change("DELETE FROM ledger WHERE partnership = 'ourshire' AND seq > 1")
    seal = "SELECT seal FROM ledger WHERE partnership = 'ourshire' AND seq = 1"
    change(f"UPDATE ledger_head SET seq = 1, seal = ({seal}) WHERE partnership = 'ourshire'")
    assert shell("audit", "verify", "ourshire").code == 0
    assert shell("audit", "verify", "ourshire", "--head", head).code == 1


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("words", [("ourshire", "--head", "17"), ("--head", "1:ab"), ("ourshir",)])
def test_a_head_that_is_none_and_a_chain_that_is_not_said_are_mistakes(shell: Shell, words: tuple[str, ...]) -> None:
    assert shell("audit", "verify", *words).code == 2


def test_without_a_database_there_is_no_ledger(shell: Shell) -> None:
    Path(".env").write_text(shell("keys").out)
    said = shell("audit", "head")
    assert (said.code, said.out) == (1, "")
