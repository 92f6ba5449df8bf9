"""Commands a second through the runner, beside a bare transaction that writes the same rows.

What the runner adds is the point: the key of the request, permission, the ledger's chain, undo. Both write files in
one run and take turns, so that the ratio holds on any machine.
"""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState
from sqlmodel import Session, SQLModel

from commands import rehearsing
from commands.catalogue import ACTIONS
from commands.definitions import load
from commands.permissions import Actor
from commands.runner import Runner
from storage.records import schema
from storage.records.store import Store

from .measuring import say, seconds_of

PARTNERSHIP = "gloucestershire"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
IN_A_TURN = 20

Values = tuple[type[SQLModel], dict[str, object]]
"""A row as its table and its columns."""


@dataclass
class Written:
    """What one command wrote: rows that were not there before, and rows that were."""

    new: list[Values] = field(default_factory=list)
    changed: list[Values] = field(default_factory=list)


def commands_and_bare(count: int) -> dict[str, object]:
    """Commands a second through the runner (an action is entered, with its reminders), and as bare transactions."""
    say(f"{count} commands through the runner, and their rows in bare transactions")
    with tempfile.TemporaryDirectory(prefix="convenor-bench-") as folder:
        through, watched, bare = (_office(Path(folder) / name) for name in ("runner", "watched", "bare"))
        written = [_written_by(watched, number) for number in range(count)]
        runner_seconds = bare_seconds = 0.0
        for start in range(0, count, IN_A_TURN):
            turn = range(start, min(start + IN_A_TURN, count))
            runner_seconds += seconds_of(partial(_enter_all, through, turn))
            bare_seconds += seconds_of(partial(_write_all, bare.store, written[turn.start : turn.stop]))
        for runner in (through, watched, bare):
            runner.store.close()
    return {
        "commands": count,
        "rows_a_command": len(written[-1].new) + len(written[-1].changed),
        "runner_a_second": round(count / runner_seconds),
        "bare_a_second": round(count / bare_seconds),
        "ratio": round(bare_seconds / runner_seconds, 3),
    }


def _office(path: Path) -> Runner:
    store = Store(f"sqlite:///{path}.sqlite")
    schema.bring_up_to_date(store)
    runner = Runner(store, b"a key for measuring", ACTIONS, lambda: "")
    rehearsing.open_office(runner, load(PARTNERSHIP), NOW, "notebook")
    return runner


def _enter_all(runner: Runner, numbers: Iterable[int]) -> None:
    for number in numbers:
        _enter(runner, number)


def _enter(runner: Runner, number: int) -> None:
    manager = Actor(PARTNERSHIP, person=rehearsing.person_of(PARTNERSHIP, "business-manager"), confirmed=True)
    form = {"title": "Send the dashboard to the Management Group", "owner": "business-manager", "due": date(2027, 3, 1)}
    outcome = runner.perform(manager, "action.add", form, f"press-{number}", NOW)
    if outcome.refused:
        raise RuntimeError(str(outcome.refusals[0]))


def _write_all(store: Store, each: Iterable[Written]) -> None:
    """Bare transactions: the same rows with SQLModel, and nothing asked."""
    for written in each:
        with Session(store.engine) as session, session.begin():
            session.add_all([table(**values) for table, values in written.new])
            for table, values in written.changed:
                session.merge(table(**values))


def _written_by(runner: Runner, number: int) -> Written:
    """Performs a command and tells what it wrote, with the values that were committed."""
    with _rows_of_flushes() as (new, changed):
        _enter(runner, number)
    return Written([_values(row) for row in new], [_values(row) for row in changed if row not in new])


def _values(row: SQLModel) -> Values:
    return type(row), row.model_dump()


@contextmanager
def _rows_of_flushes() -> Iterator[tuple[list[SQLModel], list[SQLModel]]]:
    """Hears of every row that any session writes: the new ones, flushed or at one go, and the changed ones, once."""
    new: list[SQLModel] = []
    changed: list[SQLModel] = []

    def hear(session: Session, _context: object, _instances: object) -> None:
        new.extend(session.new)
        changed.extend(row for row in session.dirty if session.is_modified(row) and row not in changed)

    def hear_at_one_go(state: ORMExecuteState) -> None:
        if state.is_insert and state.bind_mapper is not None and isinstance(state.parameters, list):
            new.extend(state.bind_mapper.class_(**values) for values in state.parameters)

    event.listen(Session, "before_flush", hear)
    event.listen(Session, "do_orm_execute", hear_at_one_go)
    try:
        yield new, changed
    finally:
        event.remove(Session, "before_flush", hear)
        event.remove(Session, "do_orm_execute", hear_at_one_go)
