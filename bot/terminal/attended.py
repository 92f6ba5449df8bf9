"""`convenor meetings`: what stands for a meeting's minutes, and attendance over a year, from the command line."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from bot import clock as real_clock
from bot import settings as settings_
from bot import wiring
from commands import attendance_years, minutes_drafts, naming, permissions
from commands.refusals import Refused
from commands.work import Work
from storage.records.scope import Scope

from . import choosing
from .telling import Mistake, Shell, Trouble

OUT = click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The file; else one named after it.")


@click.group(cls=Shell, short_help="Meetings: a draft for the minutes, attendance over a year.")
def meetings() -> None:
    """What was recorded of who was at meetings, as files."""


@meetings.command(short_help="What stands for a meeting's minutes, as a Word document.")
@click.argument("name", metavar="NAME")
@click.argument("group", metavar="GROUP")
@click.argument("meeting", metavar="[MEETING]", required=False, default="")
@OUT
def minutes(name: str, group: str, meeting: str, out: Path | None) -> None:
    """Write who was at a meeting of GROUP in the partnership NAME, and when enough were there, as a Word document.

    MEETING is its place in the series or its day; without it the last one is meant. Minutes are written on from there.
    """
    try:
        from bot.pack_word import minutes as document
    except ImportError:
        raise Trouble('Word documents need "convenor[word]".') from None
    with _looking(name) as work:
        row = naming.meeting(work, naming.group(work.arrangements, group), meeting, been=True)
        to = _free(out or Path(f"minutes-{row.group}-{row.place}.docx"))
        to.write_bytes(document(minutes_drafts.draft(work, row)))
    click.echo(f"Written to {to}.")


@meetings.command(short_help="Attendance by agency over a year, as an Excel workbook.")
@click.argument("name", metavar="NAME")
@click.argument("group", metavar="GROUP")
@click.argument("year", metavar="[YEAR]", required=False, type=int)
@OUT
def attendance(name: str, group: str, year: int | None, out: Path | None) -> None:
    """Write how often each agency was at the meetings of GROUP in the partnership NAME, as an Excel workbook.

    YEAR is the calendar year in which the partnership's year begins; without it the year that runs now is meant.
    """
    try:
        from bot.attendance_excel import workbook
    except ImportError:
        raise Trouble('Excel workbooks need "convenor[xlsx]".') from None
    with _looking(name) as work:
        entry = naming.group(work.arrangements, group)
        to = _free(out or Path(f"attendance-{entry.id}{f'-{year}' if year else ''}.xlsx"))
        to.write_bytes(workbook(attendance_years.year(work, entry, year)))
    click.echo(f"Written to {to}.")


def _free(to: Path) -> Path:
    if to.exists():
        raise Mistake(f"{to} is there already. Give another name with --out.")
    return to


@contextmanager
def _looking(name: str) -> Iterator[Work]:
    """The records of a running partnership, to look at; a refusal is a mistake of whoever typed."""
    installation = wiring.open(settings_.read())
    try:
        partnership = choosing.running(installation.store, name)
        with installation.store.reading() as session:
            administrator = permissions.administrator(partnership)
            yield installation.runner.work(Scope(session, partnership), administrator, real_clock.now())
    except Refused as refused:
        raise Mistake(*map(str, refused.refusals)) from None
    finally:
        installation.close()
