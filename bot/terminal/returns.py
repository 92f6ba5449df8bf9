"""`convenor returns`: reports, audits and forms that many owe, from the command line.

A command of another idea lives in its own file and is added in bot/shell.py, as `convenor people code` is.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import click

from bot import clock as real_clock
from bot import settings as settings_
from bot import wiring
from commands import actions_import, permissions, returns_import, round_looking, round_status, round_tables
from commands.refusals import Refusal, Refused
from commands.round_looking import Look
from storage.records.returns import Round
from storage.records.scope import Scope

from . import choosing
from .telling import DAY, Mistake, Shell, Trouble

FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
IN = click.option("--in", "name", metavar="NAME", help="The partnership; needed where several run here.")
DRY = click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")


@click.group(cls=Shell, short_help="Reports, audits and forms: how they stand, and last year's.")
def returns() -> None:
    """Reports, audits and every form that many owe by a date."""


# Looking


@returns.command(short_help="How a round stands.")
@click.argument("name", metavar="NAME")
@click.argument("report", metavar="REPORT")
@click.argument("place", metavar="[PLACE]", required=False)
def status(name: str, report: str, place: str | None) -> None:
    """How a round of REPORT stands in the partnership NAME: who has answered, and who has not, since when.

    Without PLACE the round that is open is meant, else the latest.
    """
    with _look(name, report, place) as look:
        said = round_status.status(look)
        click.echo(f"{said.title}\n{said.text}")


@returns.command(short_help="A round as an Excel workbook.")
@click.argument("name", metavar="NAME")
@click.argument("report", metavar="REPORT")
@click.argument("place", metavar="[PLACE]", required=False)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="The file; else one named after the round."
)
def excel(name: str, report: str, place: str | None, out: Path | None) -> None:
    """Write a round as an Excel workbook: who has answered, what was sent in, the ratings.

    What was sent in is in it in clear. Keep the file where the partnership keeps such things.
    """
    try:
        from bot.round_excel import workbook
    except ImportError:
        raise Trouble('Excel workbooks need "convenor[xlsx]".') from None
    with _look(name, report, place) as look:
        to = out or Path(f"{look.round.report}-{look.round.place}.xlsx")
        if to.exists():
            raise Mistake(f"{to} is there already. Give another name with --out.")
        to.write_bytes(workbook(round_tables.report(look)))
    click.echo(f"Written to {to}. It holds what was sent in, in clear.")


@contextmanager
def _look(name: str, report: str, place: str | None) -> Iterator[Look]:
    installation = wiring.open(settings_.read())
    try:
        partnership = choosing.running(installation.store, name)
        with installation.store.reading() as session:
            scope = Scope(session, partnership)
            now = real_clock.now()
            work = installation.runner.work(scope, permissions.administrator(partnership), now)
            yield Look(work, _round(round_looking.seen(work), report, place))
    finally:
        installation.close()


def _round(every: list[Round], report: str, place: str | None) -> Round:
    """The round that is meant. Raises Mistake with what there is."""
    found = [each for each in every if each.report == report and (place is None or each.place == place)]
    running = [each for each in found if each.state == "open"]
    if not found:
        there = ", ".join(f"{each.report} {each.place}" for each in every) or "none yet"
        raise Mistake(f"There is no such round. There are: {there}.")
    return (running or found)[-1]


# Last year's


@returns.command("import-actions", short_help="Enter last year's actions from a file.")
@FILE
@IN
@DRY
def import_actions(file: Path, name: str | None, dry_run: bool) -> None:
    """Enter an action log from a CSV file or an Excel workbook.

    The columns are what, owner, due, status, and where there are any comment, effect and closed; in any order, also
    under other usual names. What and owner are needed; the owner is a post. Import it as often as you like: an action
    that is there already is left alone.
    """
    try:
        form = actions_import.form_of(file.name, file.read_bytes())
    except Refused as refused:
        raise Mistake(*(_at(each) for each in refused.refusals)) from None
    _enter(actions_import.IMPORT.name, form, name, dry_run)


@returns.command("import-audit", short_help="Enter an earlier audit's answers from a file.")
@FILE
@click.option("--report", default="", metavar="REPORT", help="Which audit; needed where there are several.")
@click.option("--place", required=True, metavar="NAME", help="What the round is called, such as 2025.")
@click.option("--due", required=True, type=DAY, metavar="DAY", help="The day on which it was due.")
@IN
@DRY
def import_audit(file: Path, report: str, place: str, due: date, name: str | None, dry_run: bool) -> None:
    """Enter what agencies answered in an earlier year, from a CSV file or an Excel workbook.

    The columns are agency, standard, rating, comment and answered; in any order, also under other usual names. One row
    is one agency's rating of one standard, named by its number or its title. The round is entered as closed, and nobody
    is told; this year's answers show it beside them.
    """
    try:
        form = returns_import.form_of(file.name, file.read_bytes(), report=report, place=place, due=due)
    except Refused as refused:
        raise Mistake(*(_at(each) for each in refused.refusals)) from None
    _enter(returns_import.IMPORT.name, form, name, dry_run)


def _enter(action: str, form: dict[str, object], name: str | None, dry_run: bool) -> None:
    installation = wiring.open(settings_.read())
    try:
        runner, now = installation.runner, real_clock.now()
        administrator = permissions.administrator(choosing.running(installation.store, name))
        if dry_run:
            outcome = runner.preview(administrator, action, form, now)
        else:
            outcome = runner.perform(administrator, action, form, None, now)
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
