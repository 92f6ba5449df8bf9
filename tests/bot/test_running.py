"""`convenor run` and `convenor tick`: the bot at work, by the real clock or by hand."""

import json
import logging
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from bot import clock, settings, wiring
from bot.logs import AsJson, on_stderr
from bot.running import HOMES_SECONDS, Loops
from commands.permissions import Actor
from storage.records.message import Message
from storage.records.outbox import IN_TURN, Outgoing
from storage.records.people import person_id
from tests.bot.conftest import OURSHIRE, Shell

LONGEST = 60


def messages(folder: Path = Path()) -> list[dict[str, object]]:
    file = folder / "convenor.terminal.jsonl"
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def titles() -> list[str]:
    return [message["message"]["title"] for message in messages()]  # type: ignore[index]


def puts_in_turn(title: str) -> None:
    """Stores a message to the business manager in the lane of what goes in turn."""
    installation = wiring.open(settings.read())
    new = Outgoing(
        partnership="ourshire",
        key="in-turn",
        person=person_id("business.manager@ours.example"),
        kind="report-reminder",
        record="meeting:executive:in-turn",
        lane=IN_TURN,
        message=Message(title=title, text="It is due on Friday.").model_dump(mode="json"),
        why="a test",
        source="",
        created_at=clock.now(),
        not_before=clock.now(),
    )
    with installation.store.writing() as session:
        session.add(new)
    installation.close()


def entries() -> int:
    with closing(sqlite3.connect("convenor.db")) as connection:
        return int(connection.execute("SELECT count(*) FROM ledger").fetchone()[0])


# run


def test_run_without_keys_refuses_and_says_how_to_make_them(shell: Shell) -> None:
    said = shell("run")
    assert said.code == 1
    assert "Make fresh ones with `convenor keys`" in said.err


@pytest.mark.usefixtures("installed")
def test_run_refuses_a_file_that_is_not_what_runs_with_the_difference(shell: Shell) -> None:
    Path("ourshire.toml").write_text(OURSHIRE.read_text().replace('"2nd thursday"', '"3rd thursday"'))
    said = shell("run")
    assert said.code == 1
    assert '  -slot = "2nd thursday"' in said.err.splitlines()
    assert '  +slot = "3rd thursday"' in said.err.splitlines()


def test_run_refuses_where_no_partnership_was_set_up(shell: Shell) -> None:
    Path(".env").write_text(shell("keys").out)
    said = shell("run")
    assert said.code == 1
    assert "convenor init NAME FOLDER" in said.err


@pytest.mark.slow
def test_run_ticks_sends_and_stops_cleanly_when_it_is_told_to(installed: Path) -> None:
    """By the real clock: what fell due since it was set up is sent, or said to be too late, and one stop ends it."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CONVENOR_")}
    with subprocess.Popen(
        [sys.executable, "-c", "from bot.shell import main; main()", "run"],
        cwd=installed,
        env=environment | {"PYTHONPATH": str(OURSHIRE.parents[1])},
        stderr=subprocess.PIPE,
        text=True,
    ) as bot:
        assert bot.stderr is not None
        for line in bot.stderr:
            if line == "Convenor is running.\n":
                break
        until = time.monotonic() + LONGEST
        while not _has_ticked(installed) and time.monotonic() < until:
            time.sleep(0.1)
        bot.send_signal(signal.SIGTERM)
        rest = bot.stderr.read()
        assert bot.wait(LONGEST) == 0
    assert "Stopping; what is under way is finished first." in rest
    assert _has_ticked(installed)


def _has_ticked(folder: Path) -> bool:
    with closing(sqlite3.connect(folder / "convenor.db")) as connection:
        names = {name for (name,) in connection.execute("SELECT name FROM heartbeat")}
    return names == {"tick", "delivery"}


def test_the_log_is_on_stderr_only_while_the_bot_runs(capsys: pytest.CaptureFixture[str]) -> None:
    ours, before = logging.getLogger("bot.running"), logging.root.handlers[:]
    with on_stderr():
        ours.info("ticked", extra={"action": "tick"})
        logging.getLogger("sqlalchemy").info("of no interest")
    ours.info("somebody else's")
    [line] = capsys.readouterr().err.splitlines()
    assert (json.loads(line)["what"], json.loads(line)["action"]) == ("ticked", "tick")
    assert logging.root.handlers == before and not ours.isEnabledFor(logging.INFO)


def test_a_run_that_is_refused_leaves_the_log_as_it_was(shell: Shell) -> None:
    Path(".env").write_text(shell("keys").out)
    before = logging.root.handlers[:]
    assert shell("run").code == 1
    assert logging.root.handlers == before


# tick


@pytest.mark.usefixtures("installed")
def test_a_tick_by_hand_does_what_is_due_now(shell: Shell) -> None:
    said = shell("tick")
    assert said.code == 0
    assert {message["address"] for message in messages()} == {"business.manager@ours.example"}


@pytest.mark.usefixtures("installed")
def test_a_tick_by_hand_sends_what_goes_in_turn_too(shell: Shell) -> None:
    puts_in_turn("A reminder of a report")
    assert shell("tick").code == 0
    assert "A reminder of a report" in titles()


@pytest.mark.usefixtures("installed")
def test_a_tick_at_a_later_time_is_a_preview_and_tells_nobody(shell: Shell) -> None:
    before = Path("convenor.db").read_bytes()
    said = shell("tick", "--at", "2027-01-13T12:00")
    assert said.code == 0
    assert "Policies Group meets on Thursday 14 January 2027" in said.out
    assert said.out.endswith("nobody has been told, and nothing has changed.\n")
    assert Path("convenor.db").read_bytes() == before
    assert messages() == []


@pytest.mark.usefixtures("installed")
def test_with_the_sandbox_on_a_tick_at_a_later_time_is_played_into_it(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONVENOR_SANDBOX", "terminal:sandbox")
    puts_in_turn("A reminder of a report")
    assert shell("tick", "--at", "2027-01-11", "--yes").code == 0
    assert {message["address"] for message in messages()} == {"sandbox"}
    assert all(title.startswith("[sandbox, for: ") for title in titles())
    assert [title for title in titles() if title.endswith("A reminder of a report")]


@pytest.mark.usefixtures("installed")
def test_a_database_is_played_on_only_by_somebody_who_means_it(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONVENOR_SANDBOX", "terminal:sandbox")
    before = entries()
    said = shell("tick", "--at", "2027-01-11")
    assert said.code == 2
    assert "this plays the database itself on to Mon 11 Jan 2027" in said.err
    assert "add --yes" in said.err
    assert (entries(), messages()) == (before, [])


@pytest.mark.usefixtures("installed")
def test_nobody_looks_or_plays_further_ahead_than_the_year_that_is_planned(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    for sandbox in ("", "terminal:sandbox"):
        monkeypatch.setenv("CONVENOR_SANDBOX", sandbox)
        said = shell("tick", "--at", "2028-02-09", "--yes")
        assert (said.code, messages()) == (2, [])
        assert "give a time until Tue 8 Feb 2028, 400 days from now" in said.err


@pytest.mark.usefixtures("installed")
def test_of_a_database_that_was_played_on_the_doctor_says_what_may_have_happened(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONVENOR_SANDBOX", "terminal:sandbox")
    assert shell("tick", "--at", "2027-02-01", "--yes").code == 0
    lines = shell("doctor").out.splitlines()
    clock = next(line for line in lines if "  clock: " in line)
    assert clock.startswith("wrong  clock: It shows 09:00 UTC on Monday 4 January 2027, and the newest entry")
    assert "28 days ahead" in clock or "27 days ahead" in clock
    assert "`convenor tick --at` has played this database on" in clock
    assert not any("the bot: It runs" in line for line in lines)


@pytest.mark.usefixtures("installed")
def test_a_tick_in_the_past_is_refused(shell: Shell) -> None:
    said = shell("tick", "--at", "2026-12-01")
    assert said.code == 2
    assert "That time is past." in said.err


# the loops


class Watch(BaseHTTPRequestHandler):
    """A heartbeat address that counts its calls."""

    calls: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.calls.append(self.path)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Says nothing on the terminal."""


@pytest.fixture
def watch() -> Iterator[str]:
    Watch.calls.clear()
    with HTTPServer(("127.0.0.1", 0), Watch) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/ping"
        server.shutdown()
        thread.join()


@pytest.mark.usefixtures("installed")
def test_the_heartbeat_address_is_called_when_all_is_well_and_only_then(
    watch: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONVENOR_HEARTBEAT_URL", watch)
    installation = wiring.open(settings.read())
    now = clock.now()
    loops = Loops(installation, lambda: now)
    loops.audit_once()
    loops.heartbeat_once()
    assert Watch.calls == [], "no loop has given a sign of life yet"
    loops.tick_once()
    loops.deliver_once()
    loops.heartbeat_once()
    assert Watch.calls == [], "no audit has found all well yet"
    loops.audit_once()
    loops.heartbeat_once()
    loops.heartbeat_once()
    assert Watch.calls == ["/ping", "/ping"]
    now += timedelta(minutes=6)
    loops.heartbeat_once()
    assert Watch.calls == ["/ping", "/ping"], "tick and delivery have been silent for more than five minutes"
    installation.close()


@pytest.mark.usefixtures("installed")
def test_a_heartbeat_address_that_is_out_of_reach_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONVENOR_HEARTBEAT_URL", "http://127.0.0.1:9/ping")
    installation = wiring.open(settings.read())
    loops = Loops(installation)
    loops.tick_once()
    loops.deliver_once()
    loops.audit_once()
    loops.heartbeat_once()
    installation.close()


@pytest.mark.usefixtures("installed")
def test_what_is_asked_for_in_advance_is_worked_out_beside_the_tick_and_by_hand_too(shell: Shell) -> None:
    installation = wiring.open(settings.read())
    loops = Loops(installation)
    manager = Actor("ourshire", person=person_id("business.manager@ours.example"))
    for weeks in (1, 2):
        asked = installation.runner.perform(manager, "rehearsal.ask", {"weeks": weeks}, None, loops.now())
        assert not asked.refused, asked.refusals
        loops.tick_once()
        assert not [one for one in messages() if f"the next {weeks} weeks rehearsed" in str(one)]
        if weeks == 1:
            loops.rehearse_once()
            loops.deliver_once()
    installation.close()
    assert shell("tick").code == 0
    titles = [message["message"]["title"] for message in messages()]  # type: ignore[index]
    assert [title for title in titles if "rehearsed" in title] == [
        "OSCP: the next week rehearsed",
        "OSCP: the next 2 weeks rehearsed",
    ]


@pytest.mark.usefixtures("installed")
def test_a_database_that_is_away_for_a_while_ends_no_loop() -> None:
    installation = wiring.open(settings.read())
    loops = Loops(installation)
    before = set(threading.enumerate())
    loops.start()
    with closing(sqlite3.connect("convenor.db", timeout=30)) as connection:
        for table in ("outbox", "partnership"):
            connection.execute(f"ALTER TABLE {table} RENAME TO away_{table}")
        installation.woken.set()
        installation.alerted.set()
        time.sleep(HOMES_SECONDS + 1)
        for table in ("outbox", "partnership"):
            connection.execute(f"ALTER TABLE away_{table} RENAME TO {table}")
    alive = {thread.name for thread in set(threading.enumerate()) - before}
    loops.stop()
    installation.close()
    assert {"delivery", "alerts", "in turn", "homes", "rehearsals"} <= alive


def test_a_log_line_holds_where_an_error_went_through_and_never_its_words() -> None:
    try:
        raise ValueError("what somebody wrote")
    except ValueError:
        record = logging.LogRecord("scheduler.tick", logging.ERROR, "", 1, "duty failed", None, sys.exc_info())
    record.__dict__["kind"] = "papers-due"
    line = AsJson().format(record)
    assert json.loads(line)["kind"] == "papers-due"
    assert json.loads(line)["trace"][-1] == "ValueError"
    assert "what somebody wrote" not in line
