"""What the database ends for the sake of another transaction is tried again, as a whole, and never counts twice."""

import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import OperationalError
from sqlmodel import func, select

from commands import registers
from commands.runner import TRIES_AGAIN, Runner
from commands.work import Work
from storage.records.ledger import Entry
from storage.records.message import Message
from storage.records.registers import Item
from tests.offices import Office, an_office

PATIENCE = 20
FORM: dict[str, object] = {"title": "Write the plan", "owner": "chief-nurse"}


def tried(office: Office, before: Callable[[Work, int], None]) -> tuple[Runner, list[int]]:
    """A runner whose `action.add` does something first, given the number of its try; and the tries so far."""
    tries: list[int] = []

    def adds(work: Work, form: registers.Add) -> Message:
        tries.append(len(tries) + 1)
        before(work, tries[-1])
        return registers.ADD.does(work, form)

    return replace(office.runner, actions={**office.runner.actions, "action.add": replace(registers.ADD, does=adds)}), (
        tries
    )


def count(office: Office, table: type[Entry] | type[Item]) -> int:
    with office.reading() as scope:
        return scope.session.exec(select(func.count()).select_from(table)).one()


@dataclass
class Rival:
    """A second session that locks a person, and then waits for the partnership, which the runner holds by then."""

    url: str
    has_person: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)
    ended: list[str] = field(default_factory=list)

    def __call__(self) -> None:
        engine = create_engine(self.url)
        try:
            with engine.begin() as connection:
                # The one that looks for a deadlock first is ended: let that be the runner's session.
                connection.execute(text("SET LOCAL deadlock_timeout = '60s'"))
                connection.execute(text("SELECT id FROM person ORDER BY id LIMIT 1 FOR UPDATE")).all()
                self.has_person.set()
                assert self.go_on.wait(PATIENCE)
                connection.execute(text("SELECT id FROM partnership FOR UPDATE")).all()
            self.ended.append("well")
        finally:
            self.has_person.set()
            engine.dispose()


@pytest.mark.postgres
def test_a_transaction_that_met_a_deadlock_is_tried_again_and_counts_once(postgres_url: str) -> None:
    with an_office(postgres_url) as office:
        entries, rival = count(office, Entry), Rival(postgres_url)
        thread = threading.Thread(target=rival)

        def meets_the_rival(work: Work, number: int) -> None:
            if number == 1:
                thread.start()
                assert rival.has_person.wait(PATIENCE)
                rival.go_on.set()
            work.scope.session.connection().execute(text("SELECT id FROM person ORDER BY id LIMIT 1 FOR UPDATE")).all()

        runner, tries = tried(office, meets_the_rival)
        outcome = runner.perform(office.actor("business-manager"), "action.add", FORM, "press-1", office.now)
        thread.join(PATIENCE)
        assert outcome.answer is not None and not outcome.repeated
        assert tries == [1, 2] and rival.ended == ["well"]
        assert count(office, Item) == 1 and count(office, Entry) == entries + 1
        assert runner.perform(office.actor("business-manager"), "action.add", FORM, "press-1", office.now).repeated


@pytest.mark.postgres
@pytest.mark.parametrize("state", ["40P01", "40001"])
def test_after_so_many_tries_it_is_an_unknown_error_and_nothing_has_changed(postgres_url: str, state: str) -> None:
    with an_office(postgres_url) as office:
        entries = count(office, Entry)
        raises = text(f"DO $$ BEGIN RAISE EXCEPTION 'for another' USING ERRCODE = '{state}'; END $$")
        runner, tries = tried(office, lambda work, _: work.scope.session.connection().execute(raises) and None)
        with pytest.raises(OperationalError):
            runner.perform(office.actor("business-manager"), "action.add", FORM, "press-1", office.now)
        assert len(tries) == 1 + TRIES_AGAIN == 4
        assert count(office, Item) == 0 and count(office, Entry) == entries


@pytest.mark.postgres
def test_what_will_not_pass_is_not_tried_again(postgres_url: str) -> None:
    with an_office(postgres_url) as office:
        full = text("DO $$ BEGIN RAISE EXCEPTION 'no room' USING ERRCODE = '53100'; END $$")
        runner, tries = tried(office, lambda work, _: work.scope.session.connection().execute(full) and None)
        with pytest.raises(OperationalError):
            runner.perform(office.actor("business-manager"), "action.add", FORM, None, office.now)
        assert tries == [1]


def impatient(office: Office) -> list[str]:
    """Has SQLite wait for a fifth of a second only, and notes each connection that is asked for."""
    asked: list[str] = []

    def waits_less(raw: sqlite3.Connection, *_: object) -> None:
        raw.execute("PRAGMA busy_timeout=200")
        asked.append("once")

    event.listen(office.runner.store.engine, "checkout", waits_less)
    return asked


def test_a_file_that_another_program_has_locked_for_a_moment_is_tried_again(tmp_path: Path) -> None:
    with an_office(tmp_path) as office:
        manager, asked = office.actor("business-manager"), impatient(office)
        other = sqlite3.connect(tmp_path / "office.sqlite", isolation_level=None, check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")
        threading.Timer(0.4, lambda: other.execute("ROLLBACK")).start()
        outcome = office.press(manager, "action.add", "press-1", **FORM)
        assert outcome.answer is not None and not outcome.repeated and len(asked) > 1
        other.close()
        assert count(office, Item) == 1


def test_a_file_that_stays_locked_is_an_unknown_error_in_the_end(tmp_path: Path) -> None:
    with an_office(tmp_path) as office:
        manager, asked = office.actor("business-manager"), impatient(office)
        other = sqlite3.connect(tmp_path / "office.sqlite", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError, match="database is locked"):
            office.press(manager, "action.add", "press-1", **FORM)
        assert len(asked) == 1 + TRIES_AGAIN
        other.execute("ROLLBACK")
        other.close()
        assert count(office, Item) == 0
