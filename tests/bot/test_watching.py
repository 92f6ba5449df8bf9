"""`convenor doctor` and `convenor audit`: whether all is well, and proof that nobody changed what happened."""

import os
import sqlite3
import tomllib
from contextlib import closing
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot import clock, doctor, settings
from bot.check import Check
from tests.bot.conftest import OURSHIRE, Shell


def to_do(out: str) -> list[str]:
    """The lines of the doctor that are not well, each with its state."""
    return [line for line in out.splitlines() if line.startswith(("look ", "wrong"))]


def line_of(out: str, words: str) -> str:
    """The one line of the doctor with these words."""
    (found,) = [line for line in out.splitlines() if words in line]
    return found


def change(sql: str) -> None:
    with closing(sqlite3.connect("convenor.db")) as connection, connection:
        connection.execute(sql)


# doctor


def test_in_an_empty_folder_the_doctor_says_what_to_do_first(shell: Shell) -> None:
    said = shell("doctor")
    assert said.code == 1
    assert [line.partition(":")[0] for line in to_do(said.out)] == ["wrong  keys", "wrong  database"]
    assert "`convenor apply FILE` makes it." in said.out
    assert list(Path().iterdir()) == []


def test_wrong_settings_are_lines_of_the_doctor(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONVENOR_AUDIT_KEY", "short")
    said = shell("doctor")
    assert (said.code, len(to_do(said.out))) == (1, 1)


@pytest.mark.usefixtures("installed")
def test_the_doctor_names_posts_without_people_and_that_the_bot_has_not_run(shell: Shell) -> None:
    said = shell("doctor")
    assert said.code == 1
    bot, posts = to_do(said.out)
    assert bot == "look   the bot: It has never run here. Start it with `convenor run`."
    assert posts.startswith("look   OSCP: ") and " posts have nobody: Director of Children's Services; " in posts
    assert said.out.endswith("\n2 things to look at.\n")


@pytest.mark.usefixtures("installed")
def test_each_thing_is_one_line(shell: Shell) -> None:
    Path("ourshire.toml").write_text(OURSHIRE.read_text().replace('"2nd thursday"', '"3rd thursday"'))
    lines = shell("doctor").out.splitlines()[:-2]
    assert all(line.startswith(("OK     ", "look   ", "wrong  ")) for line in lines)


@pytest.mark.usefixtures("installed")
def test_the_doctor_sees_a_changed_file(shell: Shell) -> None:
    Path("ourshire.toml").write_text(OURSHIRE.read_text().replace('"2nd thursday"', '"3rd thursday"'))
    assert any(line.startswith("wrong  definitions: The file of ourshire") for line in to_do(shell("doctor").out))


@pytest.mark.usefixtures("installed")
def test_the_doctor_sees_posts_that_no_door_reaches_and_what_reached_nobody(shell: Shell) -> None:
    change("DELETE FROM identity")
    change("UPDATE duty SET state = 'not-handled', reason = 'failed; error 0a1b' WHERE kind = 'plan-ahead'")
    out = shell("doctor").out
    assert "whoever is in 2 posts: Business Manager; Designated Nurse." in line_of(out, "No door reaches")
    ended = line_of(out, "1 reminder not handled")
    assert "for the Business Manager (failed; error 0a1b)" in ended and "Everybody in post" not in out


@pytest.mark.usefixtures("installed")
def test_an_account_that_has_ended_reaches_nobody(shell: Shell) -> None:
    change("UPDATE identity SET gone = 'the account was closed' WHERE \"user\" LIKE 'designated%'")
    assert line_of(shell("doctor").out, "No door reaches").startswith(
        "wrong  OSCP: No door reaches whoever is in 1 post"
    )


@pytest.mark.usefixtures("installed")
def test_with_nobody_in_post_nobody_is_said_to_be_reached(shell: Shell) -> None:
    change("DELETE FROM holding")
    out = shell("doctor").out
    assert line_of(out, "Nobody is in any post").startswith("wrong  OSCP: ")
    assert "can be reached." not in out.replace("It can be reached", "")


def test_of_many_posts_ten_are_named_and_the_rest_counted(shell: Shell) -> None:
    shell("init", "gloucestershire", "ours")
    os.chdir("ours")
    assert shell("apply", "gloucestershire.toml").code == 0
    posts = tomllib.loads(Path("gloucestershire.toml").read_text())["posts"]
    row = f"Business Manager,business.manager@ours.example,{posts[0]['id']}\n"
    Path("one.csv").write_text(f"name,email,post\n{row}")
    assert shell("people", "import", "one.csv").code == 0
    line = line_of(shell("doctor").out, "posts have nobody")
    assert line.count(";") == 9
    rest = sum(not post.get("vacant") for post in posts) - 1
    assert f"{rest} posts have nobody: " in line and f" and {rest - 10} more. What they owe" in line


@pytest.mark.usefixtures("installed")
def test_the_doctor_sees_a_clock_that_went_back(shell: Shell) -> None:
    change("UPDATE ledger SET at = '2027-01-04 10:00:00.000000'")
    line = line_of(shell("doctor").out, "  clock: ")
    assert line.startswith("wrong  clock: It shows 09:00 UTC") and line.endswith("Set it right.")


@pytest.mark.usefixtures("installed")
def test_signs_of_life_of_a_time_to_come_do_not_show_that_it_runs(shell: Shell) -> None:
    for name in ("tick", "delivery"):
        change(f"INSERT INTO heartbeat (name, at) VALUES ('{name}', '2027-02-01 09:00:00.000000')")
    assert line_of(shell("doctor").out, "  the bot: ").startswith("look   the bot: Its signs of life are of a time")


@pytest.mark.usefixtures("installed")
def test_the_doctor_tells_a_bot_that_runs_from_one_that_has_stopped(shell: Shell) -> None:
    for name in ("tick", "delivery"):
        change(f"INSERT INTO heartbeat (name, at) VALUES ('{name}', '2027-01-04 08:59:00.000000')")
    assert line_of(shell("doctor").out, "  the bot: ") == (
        "OK     the bot: It runs; its last sign of life was at 08:59 UTC on Monday 4 January 2027."
    )
    change("UPDATE heartbeat SET at = '2027-01-04 07:00:00.000000'")
    assert line_of(shell("doctor").out, "  the bot: ").startswith("wrong  the bot: It does not run; its last sign")


@pytest.mark.usefixtures("installed")
def test_the_doctor_sees_what_should_have_gone_long_ago(shell: Shell) -> None:
    change("INSERT INTO heartbeat (name, at) VALUES ('tick', '2027-01-04 08:59:00.000000')")
    change("UPDATE duty SET next_at = '2027-01-04 08:00:00.000000' WHERE kind = 'plan-ahead'")
    assert line_of(shell("doctor").out, "should have gone by now").startswith("wrong  OSCP: ")


@pytest.mark.usefixtures("installed")
def test_the_sandbox_and_a_pause_are_lines_to_look_at(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONVENOR_SANDBOX", "terminal:sandbox")
    change("UPDATE partnership SET paused_since = '2027-01-04 08:00:00.000000'")
    out = shell("doctor").out
    assert line_of(out, "every message goes to terminal:sandbox").startswith("look   sandbox: ")
    assert line_of(out, "Paused since 08:00").startswith("look   OSCP: ")


@pytest.mark.usefixtures("installed")
def test_files_that_others_can_read_are_a_line_with_what_to_do(shell: Shell) -> None:
    Path("convenor.db").chmod(0o644)
    assert line_of(shell("doctor").out, "  files: ").endswith("Do: chmod 600 convenor.db")


@pytest.mark.usefixtures("installed")
def test_the_doctor_sees_tables_of_another_revision(shell: Shell) -> None:
    change("UPDATE convenor_schema SET version_num = '9999'")
    (line,) = to_do(shell("doctor").out)
    assert "A newer Convenor has changed the database" in line


@pytest.mark.usefixtures("installed")
def test_tables_that_differ_under_the_same_revision_are_named_and_nothing_else_is_claimed(shell: Shell) -> None:
    change("ALTER TABLE outbox DROP COLUMN tenant")
    change("DROP TABLE kept")
    out = shell("doctor").out
    (line,) = to_do(out)
    assert line.startswith("wrong  database: ") and "it lacks kept, outbox.tenant." in line
    assert "definitions" not in out


# keys


def with_other_keys(**keys: str) -> None:
    lines = Path(".env").read_text().splitlines()
    kept = [line for line in lines if line.partition("=")[0] not in keys]
    Path(".env").write_text("\n".join([*kept, *(f"{name}={value}" for name, value in keys.items())]))


def entries() -> int:
    with closing(sqlite3.connect("convenor.db")) as connection:
        return int(connection.execute("SELECT count(*) FROM ledger").fetchone()[0])


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("words", [("run",), ("tick",), ("people", "import", "people.csv"), ("apply", "ourshire.toml")])
def test_nothing_is_done_with_an_audit_key_that_is_not_this_ledgers(shell: Shell, words: tuple[str, ...]) -> None:
    with_other_keys(CONVENOR_AUDIT_KEY="k" * 40)
    before = entries()
    said = shell(*words)
    assert said.code == 1
    assert "is not the key with which the ledger of this database was sealed. Put the right key back" in said.err
    assert entries() == before


@pytest.mark.usefixtures("installed")
def test_a_wrong_audit_key_is_a_line_of_the_doctor_and_no_change_of_the_ledger(shell: Shell) -> None:
    with_other_keys(CONVENOR_AUDIT_KEY="k" * 40)
    assert line_of(shell("doctor").out, "CONVENOR_AUDIT_KEY").startswith("wrong  keys: ")
    said = shell("audit", "verify")
    assert said.code == 1
    assert "ourshire: The key does not fit: not one of its" in said.out
    assert "Put the key of this ledger back" in said.err and "was changed" not in said.out.partition("\n")[0]


@pytest.mark.usefixtures("installed")
def test_one_changed_entry_does_not_stop_the_bot(shell: Shell) -> None:
    change("UPDATE ledger SET actor = 'somebody' WHERE partnership = 'ourshire' AND seq = 1")
    assert shell("tick").code == 0


@pytest.mark.usefixtures("installed")
def test_nothing_is_done_with_encryption_keys_that_open_nothing_here(shell: Shell) -> None:
    with_other_keys(CONVENOR_ENCRYPTION_KEYS=Fernet.generate_key().decode())
    said = shell("tick")
    assert said.code == 1
    assert "None of CONVENOR_ENCRYPTION_KEYS opens what is stored encrypted in this database." in said.err
    assert line_of(shell("doctor").out, "CONVENOR_ENCRYPTION_KEYS").startswith("wrong  keys: ")


@pytest.mark.usefixtures("installed")
def test_an_encryption_key_is_changed_by_writing_the_new_one_first_and_starting_once(shell: Shell) -> None:
    old = next(line for line in Path(".env").read_text().splitlines() if "ENCRYPTION" in line).partition("=")[2]
    new = Fernet.generate_key().decode()
    with_other_keys(CONVENOR_ENCRYPTION_KEYS=f"{new},{old}")
    assert shell("tick").code == 0
    with_other_keys(CONVENOR_ENCRYPTION_KEYS=new)
    assert shell("tick").code == 0
    with_other_keys(CONVENOR_ENCRYPTION_KEYS=old)
    assert shell("tick").code == 1


def test_a_door_adds_its_own_checks_and_one_that_breaks_stops_none_of_the_others(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path(".env").write_text(shell("keys").out)

    def breaks() -> list[Check]:
        raise KeyError("what somebody wrote")

    found = doctor.checks(settings.read(), clock.now(), [breaks, lambda: [Check("slack", "OK", "It answers.")]])
    assert found[-1] == Check("slack", "OK", "It answers.")
    assert (found[-2].state, found[-2].sentence) == ("wrong", "This could not be looked at (KeyError).")


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
