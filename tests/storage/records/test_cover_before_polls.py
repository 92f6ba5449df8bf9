"""Rows of cover survive the migration that gives them a group and hours (0005), on both databases."""

from collections.abc import Iterator
from datetime import date

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text
from sqlmodel import Session

from storage.records import people, schema
from storage.records.people import Cover
from storage.records.scope import Scope
from storage.records.store import Store

PERSON = (
    "INSERT INTO person (id, name, email, created_at, telephone) "
    "VALUES ('p', 'Designated Doctor', 'd@x.example', '2027-01-01', '')"
)
COVER = (
    "INSERT INTO cover (partnership, post, person, since, until, withdrawn) "
    "VALUES ('ours', :post, 'p', '2027-01-04', '2027-01-08', :withdrawn)"
)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    opened = Store(database_url)
    yield opened
    opened.close()


def migrate(store: Store, revision: str) -> None:
    """Brings the tables to a revision, as schema.py does to the newest."""
    with store.engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(schema.MIGRATIONS).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def test_rows_of_cover_are_the_same_after_it_and_new_ones_follow(store: Store) -> None:
    migrate(store, "0004")
    with store.engine.begin() as connection:
        connection.execute(text(PERSON))
        for post, withdrawn in (("chief-nurse", False), ("head-teacher", True)):
            connection.execute(text(COVER), {"post": post, "withdrawn": withdrawn})
        before = connection.execute(text("SELECT id, post, person, since, until FROM cover ORDER BY id")).all()
    schema.bring_up_to_date(store)
    with store.engine.begin() as connection:
        assert connection.execute(text("SELECT id, post, person, since, until FROM cover ORDER BY id")).all() == before
    with store.writing() as session:
        scope = Scope(session, "ours")
        [kept] = people.covers_on(scope, date(2027, 1, 6))
        assert (kept.post, kept.group, kept.starts, kept.ends, kept.withdrawn) == ("chief-nurse", "", "", "", False)
        assert session.get_one(Cover, before[1][0]).withdrawn
        assert _next(session, scope) > before[1][0]


def _next(session: Session, scope: Scope) -> int:
    """The number that a new row has: the same post, person and day for a group alone is another row."""
    day = date(2027, 1, 4)
    new = people.enter_cover(scope, post="chief-nurse", person="p", since=day, until=day, group="executive")
    session.flush()
    assert new.id is not None
    return new.id
