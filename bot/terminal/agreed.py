"""What was agreed, from a definition alone: check it, its year as a calendar, and the clocks of its pathways."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

import click

from bot import clock as real_clock
from bot import settings as settings_
from bot import wiring
from commands import agreed_year, clocks, definitions, permissions, planning
from commands.adopting import calendar as working_days
from commands.definitions import Definition, pack, shipped
from commands.work import Work
from storage.arrangements.clocks import clock as deadlines
from storage.arrangements.findings import Finding, Findings
from storage.arrangements.meetings import Year
from storage.arrangements.partnership import Arrangements
from storage.arrangements.years import plan
from storage.records import partnerships
from storage.records.scope import Scope
from storage.records.store import Store

from . import choosing, themes
from .telling import DAY, MOMENT, Mistake, formats, note, print_json


@click.command(short_help="Check a definition: mistakes, what stands open.")
@click.argument("name", metavar="[FILE|NAME]", required=False)
@click.option("--all", "whole", is_flag=True, help="Each thing that stands open with its place, not by theme.")
@formats("text", "json")
@click.pass_context
def check(ctx: click.Context, name: str | None, whole: bool, format_: str) -> None:
    """Check a definition: mistakes, what stands open, what is worth a look. Without one: all that are shipped."""
    found = _findings(name)
    if format_ == "json":
        print_json(definitions.check_rows(found))
    else:
        click.echo(_findings_text(found, whole))
    ctx.exit(2 if found.errors else 0)


def _findings(name: str | None) -> Findings:
    try:
        if name is not None:
            return definitions.look_over(choosing.text(name))
    except definitions.DefinitionRefused as refused:
        return refused.findings
    found = Findings()
    for id_ in shipped():
        found += _of(id_, definitions.look_over(definitions.definition_text(id_)))
    return found


def _of(id_: str, found: Findings) -> Findings:
    """The findings with the definition's id before each place, where several are checked in one run."""

    def placed(ones: tuple[Finding, ...]) -> tuple[Finding, ...]:
        return tuple(replace(one, place=f"{id_}: {one.place}") for one in ones)

    return Findings(placed(found.errors), placed(found.open), placed(found.warnings))


FEW = 10
"""So many findings of a sort are shown one by one even without --all."""


def _findings_text(found: Findings, whole: bool) -> str:
    """Mistakes one by one, the rest by theme, or one by one where that is asked for or they are few."""
    parts = (("Mistakes", found.errors), ("Standing open", found.open), ("Worth a look", found.warnings))
    short = {title for title, ones in parts if len(ones) > FEW and not whole and title != "Mistakes"}
    paragraphs = [
        themes.by_theme(title, ones) if title in short else _one_by_one(title, ones) for title, ones in parts if ones
    ]
    if not found.errors:
        paragraphs.append("No mistakes.")
    if short:
        paragraphs.append("Each with its place: the same with --all.")
    return "\n\n".join(paragraphs)


def _one_by_one(title: str, ones: Sequence[Finding]) -> str:
    return "\n".join([f"{title} ({len(ones)}):", *(f"  {one.place}\n      {themes.sentence(one)}" for one in ones)])


@click.command(short_help="Print a partnership's meetings, with papers and minutes days.")
@choosing.NAME
@click.option("--from", "first", type=DAY, required=True, help="The first day.")
@click.option("--to", "last", type=DAY, required=True, help="The last day, included.")
@formats("table", "json", "ics")
def calendar(name: str, first: date, last: date, format_: str) -> None:
    """A partnership's meetings from one day to another, with papers and minutes days, and what has no date."""
    if last < first:
        raise Mistake(f"The last day, {last}, lies before the first, {first}.")
    arrangements, year = _year(name, first, last)
    if format_ == "json":
        print_json(agreed_year.calendar_rows(arrangements, year))
    elif format_ == "ics":
        click.echo(agreed_year.calendar_ics(arrangements, year), nl=False)
    else:
        click.echo(agreed_year.calendar_table(arrangements, year), nl=False)


def _year(name: str, first: date, last: date) -> tuple[Arrangements, Year]:
    """The year as it runs here, where this partnership does; else by the definition alone."""
    settings = settings_.read()
    definition = choosing.definition(name, settings)
    with wiring.existing(settings) as store:
        if store is not None and wiring.runs_here(store, definition.arrangements.id):
            found = _running_year(store, name, definition, first, last)
            if found is not None:
                return found
            note(["This file is not what runs here, so recorded meetings are left out: see `convenor plan FILE`."])
    return definition.arrangements, plan(definition.arrangements, working_days(), first, last)


def _running_year(
    store: Store, name: str, definition: Definition, first: date, last: date
) -> tuple[Arrangements, Year] | None:
    """The year as it stands in the database; None for a file that differs from what is in force there."""
    with store.reading() as session:
        scope = Scope(session, definition.arrangements.id)
        in_force = partnerships.version(scope)
        if in_force is None or (choosing.is_file(name) and in_force.hash != definition.hash):
            return None
        work = Work(scope, permissions.administrator(scope.partnership), real_clock.now(), wiring.new_reference)
        return work.arrangements, planning.year(work, first, last)


FACTS = {
    "aware": "a professional became aware",
    "authority-aware": "the local authority became aware; if not given, as --aware",
    "received": "the form was received",
    "notified": "the notification was sent",
    "decided": "the decision was made",
    "publish": "the report is published",
    "meeting": "the meeting that it is for",
}
"""The facts that a clock may start from, each with what happened."""


def _facts(command: click.Command) -> click.Command:
    for name, words in FACTS.items():
        only_day = name in ("publish", "meeting")
        command.params.append(
            click.Option(
                [f"--{name}"], type=DAY if only_day else MOMENT, metavar="DATE" if only_day else "TIME", help=words
            )
        )
    return command


@_facts
@click.command(short_help="By when must we? The deadlines of a pathway.")
@choosing.NAME
@click.argument("pathway")
@formats("table", "json")
def clock(name: str, pathway: str, format_: str, **facts: date | datetime | None) -> None:
    """By when must we? Every stage of a pathway with its deadline, its readings, its owner and its working.

    A TIME is 2027-01-14T16:00, local unless it has an offset, or a bare date.
    """
    given: Mapping[str, date | datetime] = {
        fact.replace("_", "-"): when for fact, when in facts.items() if when is not None
    }
    arrangements = choosing.definition(name).arrangements
    found = deadlines(arrangements, pathway, given, working_days(), pack())
    if format_ == "json":
        print_json(clocks.clock_rows(found))
    else:
        click.echo(clocks.clock_table(found, arrangements, given))
