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
from commands import adopting, definitions, naming, permissions, setting_up
from commands.catalogue import ACTIONS
from commands.definitions import Definition
from commands.people_import import COLUMNS
from commands.runner import Runner
from storage.arrangements.agencies import Post
from storage.arrangements.partnership import Arrangements
from storage.arrangements.phrases import counted
from storage.records import partnerships, schema
from storage.records.scope import Scope
from storage.records.store import Store

from . import choosing
from .telling import Mistake, Trouble, done, note

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
    lacking = _lacking(store, definition)
    if lacking:
        note([*lacking, "`convenor apply` refuses such a file unless it is told --anyway.", ""])
    # A preview is rolled back before anything is sealed, so it needs no key of the ledger.
    runner = Runner(store, b"", ACTIONS, wiring.new_reference)
    administrator = permissions.administrator(definition.arrangements.id)
    outcome = done(runner.preview(administrator, APPLY, {"text": definition.text}, real_clock.now()))
    click.echo("\n".join(str(change) for change in outcome.changes) or "No date would change.")
    click.echo("Nothing has been changed. `convenor apply FILE` does it.")


@click.command(short_help="Put a definition in force here.")
@choosing.NAME
@click.option("--anyway", is_flag=True, help="Also where the file lacks answers that were given in chat.")
def apply(name: str, anyway: bool) -> None:
    """Put a definition in force: the first time, or a changed file in the place of what runs."""
    settings = settings_.read()
    definition = choosing.definition(name, settings)
    installation = wiring.open(settings)
    try:
        if _runs_already(installation.store, definition):
            click.echo("This is what runs already; nothing is to be done.")
            return
        lacking = _lacking(installation.store, definition)
        if lacking and not anyway:
            raise Mistake(*lacking, "To take the answers back all the same, add --anyway.")
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


def _lacking(store: Store, definition: Definition) -> list[str]:
    """What to say of a file that would take back answers given in chat; nothing where it holds them all."""
    id_ = definition.arrangements.id
    with store.reading() as session:
        lost = setting_up.would_take_back(Scope(session, id_), definition)
    if not lost:
        return []
    head = f"This file lacks {counted(len(lost), 'answer')} given in chat, which putting it in force would take back:"
    how = f"`convenor export {id_} --to FILE` writes what runs into a file; make your changes there."
    return [head, *(f"  {about}" for about in lost), how]


@click.command(short_help="Print the definition that runs, with the answers given in chat.")
@click.argument("name", metavar="NAME")
@click.option("--to", "to", type=click.Path(dir_okay=False, path_type=Path), help="Write it to this file instead.")
def export(name: str, to: Path | None) -> None:
    """Print the text of the definition that runs. A file is written over only if it holds an earlier version of it."""
    with wiring.existing(settings_.read()) as store:
        if store is None:
            raise Trouble("There is no database yet, so nothing runs here: `convenor apply FILE` makes it.")
        id_ = choosing.running(store, name)
        with store.reading() as session:
            stored = partnerships.versions(Scope(session, id_))
            text = stored[-1].text  # the newest is in force
            number, texts = stored[-1].number, {one.text for one in stored}
    if to is None:
        click.echo(text, nl=False)
        return
    if to.exists():
        there = _text_of(to)
        if there == text:
            click.echo(f"{to} holds what runs already; nothing is to be done.")
            return
        if there not in texts:
            raise Mistake(
                f"{to} holds something else than an earlier version of {id_}, and nothing is written over. "
                "Name another file, and compare."
            )
    _write(to, text)
    click.echo(f"Written to {to}: version {number} of {id_}, as it runs.")


def _text_of(path: Path) -> str | None:
    """What a file holds, read as definitions are; None where it is no text."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def _write(path: Path, text: str) -> None:
    """Writes a file so that it holds the old text or the new one, whatever happens meanwhile."""
    if not path.parent.is_dir():
        raise Mistake(f"There is no folder {path.parent}.")
    passing = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        passing.write_text(text, encoding="utf-8")
        if path.exists():
            passing.chmod(path.stat().st_mode & 0o777)
        passing.replace(path)
    finally:
        passing.unlink(missing_ok=True)


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
            rows.writerow(("", "", post.agency or "", _word_for(arrangements, post), "", "", ""))
    return out.getvalue()


def _word_for(arrangements: Arrangements, post: Post) -> str:
    """The title of a post, by which people know it; its id where the title means another one too."""
    return post.title if naming.post(arrangements, post.title) == post else post.id


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
