"""Setting a partnership up: fresh keys, an editable copy of a definition, what it would change, putting it in force."""

import csv
import io
import os
import re
import secrets
from pathlib import Path

import click
from cryptography.fernet import Fernet

from bot import clock as real_clock
from bot import settings as settings_
from bot import wiring
from commands import adopting, definitions, permissions
from commands.catalogue import ACTIONS
from commands.definitions import Definition
from commands.people_import import COLUMNS
from commands.runner import Runner
from storage.arrangements.partnership import Arrangements
from storage.records import schema
from storage.records.scope import Scope
from storage.records.store import Store

from . import choosing
from .telling import Mistake, done

APPLY = "arrangements.apply"


@click.command(short_help="Print fresh keys for the settings.")
def keys() -> None:
    """Print fresh keys as lines for .env. Nothing is stored; keep a copy of them outside the machine."""
    click.echo(fresh_keys(), nl=False)


def fresh_keys() -> str:
    """Two lines of settings with new keys."""
    return (
        f"CONVENOR_ENCRYPTION_KEYS={Fernet.generate_key().decode()}\nCONVENOR_AUDIT_KEY={secrets.token_urlsafe(48)}\n"
    )


@click.command(short_help="Show what a definition would change here; nothing is changed.")
@choosing.NAME
def plan(name: str) -> None:
    """Show what would change if a definition were put in force now. Nothing is changed."""
    settings = settings_.read()
    definition = choosing.definition(name, settings)
    with wiring.existing(settings) as store:
        if store is not None:
            _print_plan(store, definition)
            return
    passing = Store("sqlite://")
    try:
        schema.bring_up_to_date(passing)
        _print_plan(passing, definition)
    finally:
        passing.close()


def _print_plan(store: Store, definition: Definition) -> None:
    if _runs_already(store, definition):
        click.echo("This is what runs already; nothing would change.")
        return
    # A preview is rolled back before anything is sealed, so it needs no key of the ledger.
    runner = Runner(store, b"", ACTIONS, wiring.new_reference)
    administrator = permissions.administrator(definition.arrangements.id)
    outcome = done(runner.preview(administrator, APPLY, {"text": definition.text}, real_clock.now()))
    click.echo("\n".join(str(change) for change in outcome.changes) or "No date would change.")
    click.echo("Nothing has been changed. `convenor apply FILE` does it.")


@click.command(short_help="Put a definition in force here.")
@choosing.NAME
def apply(name: str) -> None:
    """Put a definition in force: the first time, or a changed file in the place of what runs."""
    settings = settings_.read()
    definition = choosing.definition(name, settings)
    installation = wiring.open(settings)
    try:
        if _runs_already(installation.store, definition):
            click.echo("This is what runs already; nothing is to be done.")
            return
        administrator = permissions.administrator(definition.arrangements.id)
        form = {"text": definition.text}
        outcome = done(installation.runner.perform(administrator, APPLY, form, None, real_clock.now()))
        assert outcome.answer is not None
        click.echo(f"{outcome.answer.title}\n{outcome.answer.text}")
        click.echo("Next: `convenor people import FILE --in NAME`, then `convenor doctor`, then `convenor run`.")
    finally:
        installation.close()


def _runs_already(store: Store, definition: Definition) -> bool:
    with store.reading() as session:
        return adopting.runs_already(Scope(session, definition.arrangements.id), definition)


@click.command(short_help="Make a folder to begin with: definition, keys, people file, next steps.")
@click.argument("name", metavar="NAME")
@click.argument("folder", metavar="FOLDER", type=click.Path(file_okay=False, path_type=Path))
def init(name: str, folder: Path) -> None:
    """Make a folder with everything to begin with. Nothing that is there already is written over."""
    text = definitions.definition_text(name)
    arrangements = definitions.read_definition(text).arrangements
    files = {
        f"{arrangements.id}.toml": text,
        ".env": _environment(arrangements.id),
        "people.csv": people_template(arrangements),
        "NEXT-STEPS.txt": _next_steps(arrangements),
    }
    there = [file for file in files if (folder / file).exists()]
    if there:
        raise Mistake(f"{folder} holds {', '.join(there)} already, and nothing is written over. Name another folder.")
    folder.mkdir(parents=True, exist_ok=True)
    for file, content in files.items():
        # The keys are for the owner's eyes only, from the first moment on.
        handle = os.open(folder / file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if file == ".env" else 0o644)
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(content)
    click.echo(f"Made in {folder}:")
    click.echo("\n".join(f"  {file}" for file in files))
    click.echo(f"\n{_next_steps(arrangements)}", nl=False)


def _environment(id_: str) -> str:
    return (
        "# Settings of this installation. The two keys were made for it: keep a copy outside the machine.\n"
        "# Without the first nothing encrypted can be read again; without the second the ledger cannot be verified.\n"
        f"{fresh_keys()}\n"
        f"CONVENOR_DEFINITIONS={id_}.toml\n"
        "CONVENOR_DATABASE_URL=sqlite:///convenor.db\n\n"
        "# While you try it out, all messages can go to one place:\n"
        "# CONVENOR_SANDBOX=terminal:sandbox\n"
    )


def people_template(arrangements: Arrangements) -> str:
    """The people file with a row for each post, to be filled in: name and address stand empty."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(COLUMNS)
    for post in arrangements.posts:
        if not post.vacant:
            rows.writerow(("", "", post.agency or "", post.id, "", "", ""))
    return out.getvalue()


def _next_steps(arrangements: Arrangements) -> str:
    id_ = arrangements.id
    return re.sub(
        r"^ {8}",
        "",
        f"""\
        Next steps for {arrangements.name}, in this folder:

        1. Read {id_}.toml. What your own arrangements say differently, change there; then: convenor check {id_}.toml
        2. See a year of it, with nobody told: convenor rehearse {id_} --format html > year.html
        3. Put it in force: convenor apply {id_}.toml
        4. Fill in people.csv, one row for each person and post. Delete the rows that you do not fill.
           Try it: convenor people import people.csv --in {id_} --dry-run
           Do it:  convenor people import people.csv --in {id_}
        5. See what is still to do: convenor doctor
        6. Start it: convenor run
        """,
        flags=re.MULTILINE,
    )
