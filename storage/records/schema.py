"""Brings the tables of a database up to date at the first start, and refuses one that a newer Convenor has changed."""

from pathlib import Path

from sqlalchemy import Connection, MetaData, inspect, text
from sqlmodel import SQLModel

from . import (
    arrivals,
    attended,
    case_lists,
    codes,
    conversations,
    delivery,
    drafts,
    duties,
    incidents,
    installations,
    invited,
    kept,
    keys,
    ledger,
    links,
    meetings,
    notes,
    notifications,
    outbox,
    partnerships,
    people,
    polls,
    proposals,
    raised,
    registers,
    requests,
    returns,
    statements,
    switched,
    tellings,
    undone,
)
from .store import Store

MIGRATIONS = Path(__file__).with_name("migrations")
VERSION_TABLE = "convenor_schema"
"""Holds the revision of the tables. Not Alembic's own name: another program may share the PostgreSQL database."""

_LOCK = 0x436F6E76
"""The number of PostgreSQL's advisory lock under which tables are changed."""

HOLD_TABLES = (
    arrivals,
    attended,
    case_lists,
    codes,
    conversations,
    delivery,
    drafts,
    duties,
    incidents,
    installations,
    invited,
    kept,
    keys,
    ledger,
    links,
    meetings,
    notes,
    notifications,
    outbox,
    partnerships,
    people,
    polls,
    proposals,
    raised,
    registers,
    requests,
    returns,
    statements,
    switched,
    tellings,
    undone,
)
"""Every module with a table; a test finds one that is forgotten."""


class DatabaseRefused(Exception):
    """A database that must not be touched; its words say why and what to do next."""


class NewerDatabase(DatabaseRefused):
    """The tables were changed by a newer Convenor than this one."""


class StrangeDatabase(DatabaseRefused):
    """It has tables of ours, but nothing says of which revision."""


def tables() -> MetaData:
    """Every table of the records, as the code has them now."""
    return SQLModel.metadata


def revisions() -> list[str]:
    """The revisions that this Convenor knows, oldest first: the numbers with which the migrations' files begin."""
    return sorted(file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))


def bring_up_to_date(store: Store) -> str:
    """Makes the tables of an empty database, or migrates those of an older one; returns what was done, as a sentence.

    Two processes may start at once: one does it, the other waits and finds it done. All of it happens in one
    transaction. Raises NewerDatabase or StrangeDatabase, with nothing changed.
    """
    newest = revisions()[-1]
    with store.reading() as session:
        found = _revision(session.connection())
    if found == newest:
        return _up_to_date(newest)
    with store.engine.begin() as connection:  # on SQLite this begins IMMEDIATE: other writers wait
        if not store.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        found = _revision(connection)
        if found == newest:
            return _up_to_date(newest)
        _refuse_what_is_not_older(connection, found)
        _migrate(connection)
    if found is None:
        return f"The database was empty; its tables are made, revision {newest}."
    return f"The database is brought from revision {found} to {newest}."


def _up_to_date(newest: str) -> str:
    return f"The database is up to date, revision {newest}."


def _revision(connection: Connection) -> str | None:
    """The revision of the tables, or None where no migration has ever run."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    found: str | None = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()
    return found


def _refuse_what_is_not_older(connection: Connection, found: str | None) -> None:
    if found is not None and found not in revisions():
        raise NewerDatabase(
            f"This database has tables of revision {found}; this Convenor knows none after {revisions()[-1]}. "
            "Start the newer Convenor again, or restore a backup from before it."
        )
    ours = set(tables().tables) & set(inspect(connection).get_table_names())
    if found is None and ours:
        raise StrangeDatabase(
            f"This database has tables named {', '.join(sorted(ours))}, but no note of their revision. "
            "Name an empty database in CONVENOR_DATABASE_URL, or restore a backup."
        )


def _migrate(connection: Connection) -> None:
    # Alembic takes a quarter of a second to import, and is needed on the day of an update only.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
