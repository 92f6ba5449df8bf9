"""The measurements run, and what they measure can't grow: a quiet tick looks at what is open, never at what is done."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from bench.filling import NOW, Behind, used_database
from commands.catalogue import ACTIONS
from commands.runner import Runner
from scheduler.delivery import Delivery
from scheduler.tick import tick

ROOT = Path(__file__).resolve().parents[1]


def plans_of_a_quiet_tick(folder: Path) -> list[str]:
    """How SQLite finds the rows for each query of a tick and a delivery with nothing to do."""
    store = used_database(folder, 3, Behind(closed_duties=200, sent_messages=400, open_duties=20))
    runner = Runner(store, b"a key for tests", ACTIONS, lambda: "")
    asked: list[tuple[str, Any]] = []

    @event.listens_for(store.engine, "before_cursor_execute")
    def hear(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        asked.append((statement, parameters))

    tick(runner, NOW)
    Delivery(runner, {}).deliver(lambda: NOW)
    event.remove(store.engine, "before_cursor_execute", hear)
    with store.engine.connect() as connection:
        plans = [
            row[-1]
            for statement, parameters in asked
            if statement.startswith("SELECT")
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]
    store.close()
    return plans


@pytest.mark.parametrize(("table", "index"), [("duty", "duty_next"), ("outbox", "outbox_next")])
def test_a_quiet_tick_reads_only_the_index_of_what_is_open(tmp_path: Path, table: str, index: str) -> None:
    of_the_table = [plan for plan in plans_of_a_quiet_tick(tmp_path) if plan.split()[1] == table]

    assert of_the_table
    assert [plan for plan in of_the_table if f"INDEX {index}" not in plan] == []


@pytest.mark.slow
@pytest.mark.long
def test_the_measurements_run_and_print_their_figures() -> None:
    done = subprocess.run([sys.executable, "-m", "bench", "--quick"], cwd=ROOT, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    parts = {"quiet_tick", "commands", "year", "returns", "polls", "imports", "slack"}
    assert set(figures) == {"python", "sqlite", "cores", "quick"} | parts
    assert set(figures["quiet_tick"]["partnerships"]) == {"1", "10"}
    assert figures["commands"]["rows_a_command"] > 5
    assert len(figures["year"]["each"]) == 5
    for half in ("at_once", "each_post_100_ms_later"):
        assert set(figures["slack"][half]) == {"1", "4"}
        assert all(level["read_beside_echo"] > 0 for level in figures["slack"][half].values())
    assert figures["slack"]["first_answer_s"]["convenor"] > 0
    assert figures["returns"]["owe"] >= 10
    assert figures["returns"]["letters"] >= 10
    assert set(figures["returns"]["other_message"]) == {"opening", "reminding", "p95_beside_without"}
    assert figures["polls"]["counted"] == figures["polls"]["presses"] == 50
    assert figures["polls"]["p95_beside_alone"] > 0
    assert "Filling a database" in done.stderr
