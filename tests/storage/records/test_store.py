"""The store: reading never writes, writers wait for each other, an acknowledgement survives a power cut."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import select

from storage.records import schema
from storage.records.partnerships import Partnership
from storage.records.store import Store

from .rows import a_partnership, at_once


def names(store: Store) -> list[str]:
    with store.reading() as session:
        return [partnership.id for partnership in session.exec(select(Partnership))]


def test_what_is_written_can_be_read(store: Store) -> None:
    with store.writing() as session:
        session.add(a_partnership())
    assert names(store) == ["ourshire"]


def test_reading_never_writes_even_what_is_added_and_flushed(store: Store) -> None:
    with store.reading() as session:
        session.add(a_partnership())
        session.flush()
        assert session.get(Partnership, "ourshire") is not None
    assert names(store) == []


def test_reading_never_writes_in_memory_either(memory: Store) -> None:
    with memory.reading() as session:
        session.add(a_partnership())
        session.flush()
    assert names(memory) == []


def test_an_error_takes_everything_back(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.writing() as session:
        session.add(a_partnership())
        session.flush()
        _ = 1 / 0
    assert names(store) == []


@pytest.fixture
def on_disk(tmp_path: Path) -> Path:
    return tmp_path / "convenor.sqlite"


@pytest.fixture
def sqlite(on_disk: Path) -> Store:
    store = Store(f"sqlite:///{on_disk}")
    schema.tables().create_all(store.engine)
    return store


def somebody_else_may_write(file: Path) -> bool:
    connection = sqlite3.connect(file, timeout=0, isolation_level=None)
    try:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("ROLLBACK")
    except sqlite3.OperationalError:
        return False
    finally:
        connection.close()
    return True


def test_a_writer_on_sqlite_holds_the_database_before_it_has_read_anything(sqlite: Store, on_disk: Path) -> None:
    with sqlite.writing() as session:
        session.connection()
        assert not somebody_else_may_write(on_disk)
    assert somebody_else_may_write(on_disk)
    sqlite.close()


def test_a_reader_on_sqlite_keeps_nobody_from_writing(sqlite: Store, on_disk: Path) -> None:
    with sqlite.reading() as session:
        session.exec(select(Partnership)).all()
        assert somebody_else_may_write(on_disk)
    sqlite.close()


def test_sqlite_keeps_a_log_ahead_and_syncs_each_commit(sqlite: Store) -> None:
    with sqlite.reading() as session:
        connection = session.connection()
        pragmas = {p: connection.exec_driver_sql(f"PRAGMA {p}").scalar() for p in ("journal_mode", "synchronous")}
    assert pragmas == {"journal_mode": "wal", "synchronous": 2}
    sqlite.close()


def test_twenty_threads_that_read_and_then_write_are_never_told_that_the_database_is_locked(
    sqlite: Store, on_disk: Path
) -> None:
    """In two stores, as two processes have, so that it is not the process's own lock that helps."""
    with sqlite.writing() as session:
        session.add(a_partnership(version=0))
    stores = [sqlite, Store(f"sqlite:///{on_disk}")]

    def count_up(number: int) -> None:
        for _ in range(20):
            with stores[number % 2].writing() as session:
                row = session.get(Partnership, "ourshire")
                assert row is not None
                row.version += 1

    assert at_once(20, count_up) == []
    with sqlite.reading() as session:
        assert session.exec(select(Partnership.version)).one() == 400
    for store in stores:
        store.close()


def test_only_a_database_in_memory_is_filled_with_copies(memory: Store, store: Store) -> None:
    with memory.filling() as session:
        session.add(a_partnership())
    assert names(memory) == ["ourshire"]
    with pytest.raises(ValueError, match="in memory"), store.filling() as session:
        session.add(a_partnership())
    assert names(store) == []


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_the_files_of_a_new_database_are_for_their_owner_alone(tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        with closing(Store(f"sqlite:///{tmp_path / 'new.db'}")) as store:
            with store.engine.begin() as connection:
                connection.execute(text("CREATE TABLE thing (name TEXT)"))
            files = sorted(tmp_path.iterdir())
            assert [file.name for file in files] == ["new.db", "new.db-shm", "new.db-wal"]
            assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    finally:
        os.umask(before)


def test_a_database_that_is_there_keeps_the_rights_that_somebody_gave_it(tmp_path: Path) -> None:
    file = tmp_path / "old.db"
    file.touch()
    file.chmod(0o640)
    with closing(Store(f"sqlite:///{file}")) as store, store.engine.begin() as connection:
        connection.execute(text("CREATE TABLE thing (name TEXT)"))
    assert file.stat().st_mode & 0o777 == 0o640
