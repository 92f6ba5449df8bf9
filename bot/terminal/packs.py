"""`convenor returns pack`: the pack for a meeting as a Word document, from the command line."""

from pathlib import Path

import click

from bot import clock as real_clock
from bot import settings as settings_
from bot import wiring
from commands import naming, permissions
from commands.packs_for_meetings import contents
from commands.refusals import Refused
from storage.records.scope import Scope

from . import choosing
from .telling import Mistake, Trouble


@click.command("pack", short_help="The pack for a meeting as a Word document.")
@click.argument("name", metavar="NAME")
@click.argument("group", metavar="GROUP")
@click.argument("meeting", metavar="[MEETING]", required=False, default="")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="The file; else one named after the meeting."
)
def pack(name: str, group: str, meeting: str, out: Path | None) -> None:
    """Write the pack for a meeting of GROUP in the partnership NAME: reports, what is missing, what was raised.

    MEETING is its place in the series or its day; without it the next one is meant. What was sent in is in it in
    clear. Keep the file where the partnership keeps such things.
    """
    try:
        from bot.pack_word import document
    except ImportError:
        raise Trouble('Word documents need "convenor[word]".') from None
    installation = wiring.open(settings_.read())
    try:
        partnership = choosing.running(installation.store, name)
        with installation.store.reading() as session:
            actor, now = permissions.administrator(partnership), real_clock.now()
            work = installation.runner.work(Scope(session, partnership), actor, now)
            row = naming.meeting(work, naming.group(work.arrangements, group), meeting)
            to = out or Path(f"pack-{row.group}-{row.place}.docx")
            if to.exists():
                raise Mistake(f"{to} is there already. Give another name with --out.")
            to.write_bytes(document(contents(work, row)))
    except Refused as refused:
        raise Mistake(*map(str, refused.refusals)) from None
    finally:
        installation.close()
    click.echo(f"Written to {to}. It holds what was sent in, in clear.")
