"""The wiring: settings become a bot, on both databases; what keeps it from starting is said."""

import re
from pathlib import Path

import pytest

from bot import clock, settings, wiring
from bot.terminal.adopting import fresh_keys
from commands import definitions, permissions
from scheduler.tick import tick
from storage.records.schema import NewerDatabase
from tests.bot.conftest import OURSHIRE, Shell


def a_bot(monkeypatch: pytest.MonkeyPatch, url: str) -> wiring.Installation:
    Path(".env").write_text(fresh_keys())
    monkeypatch.setenv("CONVENOR_DATABASE_URL", url)
    return wiring.open(settings.read())


def test_a_bot_runs_on_either_database(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    bot = a_bot(monkeypatch, database_url)
    assert "its tables are made" in bot.schema
    text = OURSHIRE.read_text()
    bot.runner.perform(permissions.administrator("ourshire"), "arrangements.apply", {"text": text}, None, clock.now())
    assert tick(bot.runner, clock.now()).failed == 0
    wiring.check_definitions(bot.store, [definitions.load(str(OURSHIRE))])
    with wiring.existing(settings.read()) as store:
        assert wiring.runs_here(store, "ourshire")
        assert not wiring.runs_here(store, "gloucestershire")
    bot.close()


def test_a_database_of_a_newer_convenor_is_refused_with_a_sentence(
    database_url: str, monkeypatch: pytest.MonkeyPatch, shell: Shell
) -> None:
    bot = a_bot(monkeypatch, database_url)
    with bot.store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE convenor_schema SET version_num = '9999'")
    bot.close()
    with pytest.raises(NewerDatabase):
        wiring.open(settings.read())
    said = shell("calendar", "gloucestershire", "--from", "2027-01-01", "--to", "2027-01-31")
    assert said.code == 1
    assert "A newer Convenor has changed the database" in said.err


def test_a_file_that_was_never_applied_keeps_the_bot_from_starting(monkeypatch: pytest.MonkeyPatch) -> None:
    bot = a_bot(monkeypatch, "sqlite:///ours.db")
    with pytest.raises(wiring.NotReady, match="ourshire is not in force yet"):
        wiring.check_definitions(bot.store, [definitions.load(str(OURSHIRE))])
    bot.close()


def test_references_are_easy_to_read_out_and_do_not_count_up() -> None:
    references = [wiring.new_reference() for _ in range(200)]
    assert all(re.fullmatch(r"[B-DF-HJKMNP-TV-XZ]{3}-[B-DF-HJKMNP-TV-XZ]{3}", one) for one in references)
    assert len(set(references)) > 190
    assert references != sorted(references)


@pytest.mark.parametrize(
    ("url", "file"),
    [
        ("sqlite:///convenor.db", "convenor.terminal.jsonl"),
        ("sqlite:////srv/ours/bot.db", "/srv/ours/bot.terminal.jsonl"),
        ("postgresql://ours@db/convenor", "convenor.terminal.jsonl"),
    ],
)
def test_the_terminal_file_lies_beside_the_database(url: str, file: str) -> None:
    assert wiring.terminal_file(url) == Path(file)


def test_a_passing_bot_reads_no_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONVENOR_SANDBOX", "slack:nowhere")
    bot = wiring.passing(tmp_path)
    assert bot.delivery.sandbox is None
    assert (tmp_path / "convenor.db").exists()
    bot.close()
