"""A database with all tables, for tests of what is stored: once on SQLite and once on PostgreSQL."""

from collections.abc import Iterator

import pytest

from storage.records import schema
from storage.records.store import Store


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A store with empty tables; test_schema.py shows that migrations make the same ones."""
    opened = Store(database_url)
    schema.tables().create_all(opened.engine)
    yield opened
    opened.close()


@pytest.fixture
def memory() -> Iterator[Store]:
    """A store in memory with empty tables."""
    opened = Store("sqlite://")
    schema.tables().create_all(opened.engine)
    yield opened
    opened.close()


@pytest.fixture
def postgres_store(postgres_url: str) -> Iterator[Store]:
    """A store on PostgreSQL, for what only a database with several writers can show."""
    opened = Store(postgres_url)
    schema.tables().create_all(opened.engine)
    yield opened
    opened.close()
