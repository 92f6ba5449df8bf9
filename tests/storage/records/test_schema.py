"""The tables that migrations make are those of the code, on both databases, and starting is safe."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from storage.records import schema
from storage.records.schema import NewerDatabase, StrangeDatabase, bring_up_to_date
from storage.records.store import Store


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    opened = Store(database_url)
    yield opened
    opened.close()


def test_an_empty_database_gets_its_tables_and_says_so(store: Store) -> None:
    assert bring_up_to_date(store) == f"The database was empty; its tables are made, revision {newest()}."
    assert set(schema.tables().tables) <= set(inspect(store.engine).get_table_names())


def test_migrating_twice_is_nothing(store: Store) -> None:
    bring_up_to_date(store)
    before = shape(store)
    assert bring_up_to_date(store) == f"The database is up to date, revision {newest()}."
    assert shape(store) == before


def test_a_database_in_memory_can_be_migrated_too() -> None:
    store = Store("sqlite://")
    bring_up_to_date(store)
    assert "duty" in inspect(store.engine).get_table_names()
    store.close()


def test_alembic_finds_no_difference_between_migrations_and_tables(store: Store) -> None:
    """When this fails, it names what a new migration must do; env.py says how one is made."""
    bring_up_to_date(store)
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": schema.VERSION_TABLE})
        assert compare_metadata(context, schema.tables()) == []


def test_keys_indexes_and_their_conditions_are_those_of_the_tables(
    store: Store, database_url: str, tmp_path: Path
) -> None:
    """What Alembic does not compare: primary keys, the order of columns, the conditions of partial indexes."""
    bring_up_to_date(store)
    migrated = shape(store)
    with store.engine.begin() as connection:
        drop_everything(connection)
        schema.tables().create_all(connection)
    assert migrated == shape(store)


def test_the_open_duties_and_waiting_messages_have_partial_indexes(store: Store) -> None:
    bring_up_to_date(store)
    found = {name: condition for _, indexes in shape(store)["indexes"] for name, _, _, condition in indexes}
    assert "open" in found["duty_next"]
    assert "waiting" in found["outbox_next"]


def test_a_database_of_a_newer_convenor_is_refused_and_left_alone(store: Store) -> None:
    bring_up_to_date(store)
    with store.engine.begin() as connection:
        connection.execute(text(f"UPDATE {schema.VERSION_TABLE} SET version_num = '9999'"))
    with pytest.raises(NewerDatabase, match=r"revision 9999; .* Start the newer Convenor again"):
        bring_up_to_date(store)
    with store.engine.connect() as connection:
        assert revision(connection) == "9999"


def test_tables_of_ours_without_a_revision_are_refused(store: Store) -> None:
    with store.engine.begin() as connection:
        connection.execute(text("CREATE TABLE duty (a INTEGER)"))
    with pytest.raises(StrangeDatabase, match=r"duty.*no note of their revision"):
        bring_up_to_date(store)


def test_a_migration_that_fails_half_way_leaves_nothing(store: Store) -> None:
    with store.engine.begin() as connection:
        connection.execute(text("CREATE TABLE somebody_elses (a INTEGER)"))
        connection.execute(text("CREATE INDEX duty_record ON somebody_elses (a)"))
    with pytest.raises(Exception, match=r"duty_record.* already exists"):
        bring_up_to_date(store)
    assert inspect(store.engine).get_table_names() == ["somebody_elses"]


def test_four_threads_that_start_at_once_make_the_tables_once(database_url: str) -> None:
    stores = [Store(database_url) for _ in range(4)]
    together = threading.Barrier(len(stores))
    said: list[str] = []

    def start(store: Store) -> None:
        together.wait()
        said.append(bring_up_to_date(store).partition(",")[0])
        store.close()

    threads = [threading.Thread(target=start, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["The database is up to date"] * 3 + ["The database was empty; its tables are made"]


START = """
import sys, time
from storage.records.schema import bring_up_to_date
from storage.records.store import Store
print("ready", flush=True)
sys.stdin.readline()
print(bring_up_to_date(Store(sys.argv[1])).partition(",")[0])
"""


def test_two_processes_that_start_at_once_make_the_tables_once(database_url: str) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", START, database_url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    for process in processes:
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    said = sorted(process.communicate(timeout=60)[0].strip() for process in processes)
    assert said == ["The database is up to date", "The database was empty; its tables are made"]


def test_a_start_with_nothing_to_do_does_not_import_alembic(store: Store, database_url: str) -> None:
    bring_up_to_date(store)
    code = (
        "import sys; from storage.records.schema import bring_up_to_date; from storage.records.store import Store\n"
        "bring_up_to_date(Store(sys.argv[1])); print('alembic' in sys.modules)"
    )
    result = subprocess.run([sys.executable, "-c", code, database_url], capture_output=True, text=True, check=True)
    assert result.stdout == "False\n"


def test_the_numbers_of_the_migrations_are_their_order() -> None:
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    config.set_main_option("path_separator", "os")
    history = ScriptDirectory.from_config(config).walk_revisions()
    assert [script.revision for script in history] == schema.revisions()[::-1]


def newest() -> str:
    return schema.revisions()[-1]


def revision(connection: Connection) -> str:
    return str(connection.execute(text(f"SELECT version_num FROM {schema.VERSION_TABLE}")).scalar())


def drop_everything(connection: Connection) -> None:
    schema.tables().drop_all(connection)
    connection.execute(text(f"DROP TABLE {schema.VERSION_TABLE}"))


def shape(store: Store) -> dict[str, list[tuple[str, Any]]]:
    """Everything that the database knows of our tables, in an order that can be compared."""
    looking = inspect(store.engine)
    names = sorted(schema.tables().tables)
    return {
        "columns": [(n, [(c["name"], str(c["type"]), c["nullable"]) for c in looking.get_columns(n)]) for n in names],
        "keys": [(name, looking.get_pk_constraint(name)["constrained_columns"]) for name in names],
        "unique": [(n, sorted(u["column_names"] for u in looking.get_unique_constraints(n))) for n in names],
        "foreign": [(n, sorted(f["constrained_columns"] for f in looking.get_foreign_keys(n))) for n in names],
        "indexes": [(name, sorted(_index(index) for index in looking.get_indexes(name))) for name in names],
    }


def _index(index: Any) -> tuple[str, list[str], bool, str]:
    options = index.get("dialect_options", {})
    condition = options.get("sqlite_where", options.get("postgresql_where", ""))
    return index["name"], index["column_names"], bool(index["unique"]), str(condition)
