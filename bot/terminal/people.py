"""`convenor people import`: the people file, from the command line."""

from pathlib import Path

import click

from bot import clock as real_clock
from bot import settings as settings_
from bot import wiring
from commands import permissions
from commands.people_import import form_of
from commands.refusals import Refusal, Refused

from . import choosing
from .reaching import open_to_everybody
from .telling import Mistake


@click.group(short_help="Who is in which post.")
def people() -> None:
    """Who is in which post."""


@people.command("import", short_help="Enter people from a file.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--in", "name", metavar="NAME", help="The partnership; needed where several run here.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
def import_(file: Path, name: str | None, dry_run: bool) -> None:
    """Enter people from a CSV file or an Excel workbook: name, email, agency, post, from, until, covers, telephone.

    Import it as often as you like: only what changed is changed, and people who are not in it are left alone.
    """
    try:
        form = form_of(file.name, file.read_bytes())
    except Refused as refused:
        raise Mistake(*(_beside(each) for each in refused.refusals)) from None
    installation = wiring.open(settings_.read())
    try:
        runner, now = installation.runner, real_clock.now()
        administrator = permissions.administrator(choosing.running(installation.store, name))
        if dry_run:
            outcome = runner.preview(administrator, "people.import", form, now)
        else:
            outcome = runner.perform(administrator, "people.import", form, None, now)
        if outcome.refused:
            raise Mistake(*(_beside(each) for each in outcome.refusals), "Nothing has been changed.")
        assert outcome.answer is not None
        click.echo(f"{outcome.answer.title}\n{outcome.answer.text}")
        if dry_run:
            click.echo("Nothing has been changed. The same without --dry-run does it.")
        else:
            open_to_everybody(installation.runner, administrator.partnership, now)
    finally:
        installation.close()


def _beside(refusal: Refusal) -> str:
    return f"{refusal.field}: {refusal}" if refusal.field else str(refusal)
