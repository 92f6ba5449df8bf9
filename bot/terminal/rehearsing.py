"""`convenor rehearse`: a stretch of time in advance, by the real engine, with nobody told."""

import sys
from collections.abc import Callable
from datetime import date

import click
from dateutil.relativedelta import relativedelta

from bot import clock as real_clock
from bot import printing, rehearsed, wiring
from bot import settings as settings_
from commands.definitions import Definition
from scheduler.rehearsal import Rehearsal
from scheduler.rehearsal import rehearse as rehearse_
from storage.records.copying import copy_partnership
from storage.records.store import Store

from . import choosing
from .telling import DAY, formats, print_json

LONGEST = 36
"""Months; the calendar of bank holidays is not sure beyond three years."""


@click.command(short_help="Rehearse a year: every meeting and message, to whom, when and why.")
@choosing.NAME
@click.option("--from", "first", type=DAY, help="The first day; today if not given.")
@click.option("--months", type=click.IntRange(1, LONGEST), default=12, show_default=True, help="How long.")
@formats("table", "json", "html")
def rehearse(name: str, first: date | None, months: int, format_: str) -> None:
    """Rehearse a partnership: every meeting and message, to which post, when and why. Nobody is told anything.

    Where the partnership runs here, its people, cover and confirmed meetings are taken along.
    """
    settings = settings_.read()
    definition = choosing.definition(name, settings)
    with wiring.existing(settings) as store:
        definition = choosing.in_force(store, name, definition)
        begins = first or real_clock.today(definition.arrangements.zone)
        rehearsal = _rehearse(definition, begins, months, _live(store, definition))
    if format_ == "json":
        print_json(rehearsed.rehearsal_rows(definition, rehearsal))
    elif format_ == "html":
        last = begins + relativedelta(months=months, days=-1)
        click.echo(printing.page(definition, rehearsal, begins, last))
    else:
        click.echo(rehearsed.rehearsal_table(definition, rehearsal), nl=False)


def _live(store: Store | None, definition: Definition) -> Callable[[Store], None] | None:
    """What copies the running partnership into a rehearsal; None where it does not run here."""
    id_ = definition.arrangements.id
    if store is None or not wiring.runs_here(store, id_):
        return None
    source = store

    def copy(target: Store) -> None:
        copy_partnership(source, target, id_)

    return copy


def _rehearse(definition: Definition, first: date, months: int, live: Callable[[Store], None] | None) -> Rehearsal:
    days = ((first + relativedelta(months=months)) - first).days
    with click.progressbar(length=days, label="Rehearsing", file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:

        def on_day(day: date) -> None:
            bar.update((day - first).days - bar.pos)

        return rehearse_(definition, first, months, on_day=on_day, live=live)
