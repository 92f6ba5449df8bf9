"""`convenor returns enrol`: settings and who answers for them, from a file."""

from pathlib import Path

import click

from bot import clock as real_clock
from bot import settings as settings_
from bot import wiring
from commands import permissions
from commands.refusals import Refusal, Refused
from commands.return_settings import IMPORT, form_of

from . import choosing
from .telling import Mistake


@click.command("enrol", short_help="Enter settings, and who answers for them, from a file.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--in", "name", metavar="NAME", help="The partnership; needed where several run here.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
def enrol(file: Path, name: str | None, dry_run: bool) -> None:
    """Enter settings from a CSV file or an Excel workbook, with who answers for each.

    The columns are: name, sector, duty (section 11, section 175, both or none), partner, lead, email, telephone,
    substitute, "substitute email", senior, "senior email". Name and duty are needed. Read it in as often as you like:
    only what changed is changed, and settings that are not in it are left alone.
    """
    try:
        form = form_of(file.name, file.read_bytes())
    except Refused as refused:
        raise Mistake(*(_at(each) for each in refused.refusals)) from None
    installation = wiring.open(settings_.read())
    try:
        runner, now = installation.runner, real_clock.now()
        administrator = permissions.administrator(choosing.running(installation.store, name))
        if dry_run:
            outcome = runner.preview(administrator, IMPORT.name, form, now)
        else:
            outcome = runner.perform(administrator, IMPORT.name, form, None, now)
        if outcome.refused:
            raise Mistake(*(_at(each) for each in outcome.refusals), "Nothing has been changed.")
        assert outcome.answer is not None
        click.echo(f"{outcome.answer.title}\n{outcome.answer.text}")
        if dry_run:
            click.echo("Nothing has been changed. The same without --dry-run does it.")
    finally:
        installation.close()


def _at(refusal: Refusal) -> str:
    return f"{refusal.field}: {refusal}" if refusal.field else str(refusal)
