"""How Alembic reaches the database, at start-up (through schema.py) and for whoever writes a migration.

A new migration, after the tables in storage/records have changed (number and words are yours to choose):

    alembic -c storage/records/migrations/alembic.ini -x database=sqlite:///old.sqlite upgrade head
    alembic -c storage/records/migrations/alembic.ini -x database=sqlite:///old.sqlite \
        revision --autogenerate --rev-id 0002 -m "what it is for"

The first one can be made anew as long as nobody runs it: delete versions/0001_*.py, then

    alembic -c storage/records/migrations/alembic.ini revision --autogenerate --rev-id 0001 -m "All tables"

Then `ruff format storage/records/migrations`, read what it wrote, and run tests/storage/records/test_schema.py: it says
what differs from the tables. Numbers count up and file names begin with them, since schema.py goes by that. Migrations
go forward only; the way back is a backup. A migration must not import our code, which will have moved on. SQLite
changes a column only through `op.batch_alter_table`.
"""

from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection, create_engine
from sqlmodel.sql.sqltypes import AutoString

from storage.records import schema
from storage.records.columns import Structure, UtcTime

PLAIN = {UtcTime: "sa.DateTime(timezone=True)", Structure: "sa.Text()", AutoString: "sa.String()"}
"""How our column types are written down in a migration."""


def written(kind: str, item: Any, _context: object) -> str | Literal[False]:
    """A column type as a migration has it; False leaves it to Alembic."""
    return PLAIN.get(type(item), False) if kind == "type" else False


def migrate(connection: Connection) -> None:
    """Runs the migrations, or compares, on a connection, in the transaction that it is in."""
    context.configure(
        connection=connection,
        target_metadata=schema.tables(),
        version_table=schema.VERSION_TABLE,
        render_item=written,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    with create_engine(context.get_x_argument(as_dictionary=True).get("database", "sqlite://")).begin() as own:
        migrate(own)
