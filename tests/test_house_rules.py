"""Rules of the house that nobody sees broken until it hurts: who writes, what is keyed how, what importing does."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import Table, UniqueConstraint

from storage.records import schema

ROOT = Path(__file__).parents[1]
ROOMS = ("bot", "scheduler", "commands", "templates", "storage")


def modules(*rooms: str) -> Iterator[Path]:
    for room in rooms:
        yield from sorted((ROOT / room).rglob("*.py"))


def places(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


# Who writes

OPENERS = {"commands/runner.py", "storage/records/delivery.py"}
MAKES_SESSIONS = {"storage/records/store.py"}
CHANGES_TABLES = {"storage/records/schema.py", "storage/records/migrations/env.py"}


@cache
def calls(path: Path) -> frozenset[str]:
    """The names of what a module calls: the last part of each, `writing` for `self.store.writing()`."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            match node.func:
                case ast.Attribute(attr=name) | ast.Name(id=name):
                    found.add(name)
    return frozenset(found)


def those_who_call(*names: str) -> set[str]:
    return {places(path) for path in modules(*ROOMS) if calls(path) & set(names)}


def test_writing_transactions_are_opened_by_the_runner_and_by_the_bookkeeping_of_delivery_and_by_nobody_else() -> None:
    assert those_who_call("writing") - MAKES_SESSIONS == OPENERS


def test_nobody_goes_round_the_store_to_the_database() -> None:
    around = those_who_call("Session", "sessionmaker", "scoped_session", "begin", "connect", "create_engine")
    assert around - MAKES_SESSIONS == CHANGES_TABLES


def test_copies_are_filled_in_by_copying_only() -> None:
    assert those_who_call("filling") == {"storage/records/copying.py"}


# What is keyed how

GLOBAL = {
    "person",
    "identity",
    "code",
    "heartbeat",
    "keysample",
    "draft",
    "kept",
    "installation",
    "installing",
    "arrival",
    "conversation",
}
"""Persons, who they are at a door and where they are reached there belong to nobody, nor do their drafts; a heartbeat,
the sample of the keys, what came in at a door and the long buttons that a door keeps (sealed, under a token that nobody
guesses), to the machine. A workspace in which the bot is installed may serve several partnerships: `workspace` says
which."""

COUNTED = {
    "step",
    "incident_listed",
    "incident_said",
    "incident_words",
    "link",
    "notification",
    "proposal",
    "switched",
}
"""Have a number, or an id that nobody guesses, as their key; every query names the partnership too, but for links and
notifications, whose signed address or letter leads to the one row and says of which partnership it is."""


@pytest.mark.parametrize("table", schema.tables().sorted_tables, ids=lambda table: table.name)
def test_every_table_has_its_partnership_in_its_keys_unless_it_is_of_everybody(table: Table) -> None:
    keys = [set(table.primary_key.columns.keys())]
    keys += [set(c.columns.keys()) for c in table.constraints if isinstance(c, UniqueConstraint)]
    named = any("partnership" in key for key in keys)
    if table.name == "partnership":
        assert keys == [{"id"}]
    elif table.name in GLOBAL:
        assert "partnership" not in table.columns
    elif table.name in COUNTED:
        assert not table.columns["partnership"].nullable
    else:
        assert named, f"{table.name} would mix partnerships: put `partnership` into its primary or a unique key"


def test_the_tables_of_every_module_are_among_those_that_are_migrated() -> None:
    holding = {
        path.stem
        for path in modules("storage/records")
        if any(
            isinstance(node, ast.ClassDef) and _is_table(node) for node in ast.walk(ast.parse(path.read_text("utf-8")))
        )
    }
    assert {module.__name__.rpartition(".")[2] for module in schema.HOLD_TABLES} == holding


def _is_table(node: ast.ClassDef) -> bool:
    return any(keyword.arg == "table" for keyword in node.keywords)


# What importing does

IMPORT_EVERYTHING = """
import importlib, pkgutil, sys

does = []

def watch(event, arguments):
    if event in ("sqlite3.connect", "socket.connect", "socket.bind", "subprocess.Popen", "_thread.start_new_thread"):
        does.append(f"{event} {arguments}")
    elif event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
        does.append(f"writes {arguments[0]}")

sys.dont_write_bytecode = True
sys.addaudithook(watch)
for room in sys.argv[1:]:
    package = importlib.import_module(room)
    for module in pkgutil.walk_packages(package.__path__, f"{room}."):
        importlib.import_module(module.name)
engines = sys.modules["storage.records.store"].Store
import gc
does += [f"made {thing!r}" for thing in gc.get_objects() if isinstance(thing, engines)]
print("\\n".join(does))
"""


def test_importing_every_module_opens_no_database_no_connection_no_thread_and_no_file_to_write() -> None:
    result = subprocess.run(
        [sys.executable, "-c", IMPORT_EVERYTHING, *ROOMS], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == ""


MAKERS = {"Store", "create_engine", "BackgroundScheduler", "BlockingScheduler", "WebClient", "Runner", "Thread"}


def at_import(path: Path) -> Iterator[str]:
    """What a module calls while it is being imported: not inside a function."""
    waiting: list[ast.AST] = [ast.parse(path.read_text("utf-8"))]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            yield node.func.id if isinstance(node.func, ast.Name) else node.func.attr
        waiting.extend(ast.iter_child_nodes(node))


def test_no_module_makes_an_engine_a_client_or_a_scheduler_at_import() -> None:
    made = {places(path): sorted(MAKERS & set(at_import(path))) for path in modules(*ROOMS)}
    runs_by_design = "storage/records/migrations/env.py"  # a script of Alembic's; nobody imports it
    assert {place: names for place, names in made.items() if names and place != runs_by_design} == {}
