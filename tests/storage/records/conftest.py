"""A database with all tables, for tests of what is stored: once on SQLite and once on PostgreSQL.

test_schema.py shows that migrations make the same tables. On PostgreSQL they are made once and emptied after each test:
a new database for each would take longer than most tests.
"""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.records import schema
from storage.records.store import Store
from tests.postgres import PostgresServer


@pytest.fixture(scope="session")
def postgres_tables(postgres_server: PostgresServer) -> Iterator[Store]:
    """A store on PostgreSQL for all tests of this process."""
    url = postgres_server()
    with closing(Store(url)) as store:
        schema.tables().create_all(store.engine)
        yield store
    postgres_server.drop(url)


@pytest.fixture
def postgres_store(postgres_tables: Store) -> Iterator[Store]:
    """A store on PostgreSQL with empty tables, for what only a database with several writers can show."""
    yield postgres_tables
    names = ", ".join(f'"{name}"' for name in schema.tables().tables)
    with postgres_tables.engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY"))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A store with empty tables; the test runs once on each database."""
    if request.param == "postgres":
        yield request.getfixturevalue("postgres_store")
        return
    with closing(Store(f"sqlite:///{tmp_path / 'convenor.sqlite'}")) as opened:
        schema.tables().create_all(opened.engine)
        yield opened


@pytest.fixture
def memory() -> Iterator[Store]:
    """A store in memory with empty tables."""
    with closing(Store("sqlite://")) as opened:
        schema.tables().create_all(opened.engine)
        yield opened
