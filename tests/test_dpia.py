"""docs/dpia: what the data protection officer reads is all there is, scope by scope and table by table."""

from pathlib import Path

from bot.slack.manifest import SCOPES
from bot.teams.manifest import ASKED_FOR
from storage.records import schema
from tests.test_docs import table

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "dpia"
PAGE = FOLDER / "slack.md"


def test_every_scope_stands_there_with_the_reason_that_the_manifest_gives_and_what_is_lost_without_it() -> None:
    rows = table(PAGE, "What the bot may do in a workspace")
    assert {scope: row[0] for scope, row in rows.items()} == SCOPES
    assert all(row[1] for row in rows.values())


def test_all_that_the_app_in_teams_asks_for_stands_there_with_the_manifest_s_reason_and_what_is_lost() -> None:
    rows = table(FOLDER / "teams.md", "What the app asks for")
    assert {asked: row[0] for asked, row in rows.items()} == ASKED_FOR
    assert all(row[1] for row in rows.values())


def test_every_table_of_the_database_stands_there_with_what_it_holds_and_for_how_long() -> None:
    rows = table(PAGE, "What the bot keeps")
    assert rows.keys() == set(schema.tables().tables)
    assert all(len(row) == 3 and all(row) for row in rows.values())


def test_exactly_the_tables_with_something_sealed_are_said_to_be_encrypted() -> None:
    rows = table(PAGE, "What the bot keeps")
    sealed = {name for name, found in schema.tables().tables.items() if "sealed" in found.columns}
    assert {name for name, row in rows.items() if row[2] in ("yes", "the token", "what was told")} == sealed
