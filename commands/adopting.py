"""Putting a definition in force: the first time, or a changed file in the place of the one that runs."""

import difflib
from functools import cache

from pydantic import ConfigDict

from storage.arrangements.calendars import WorkingDays, england
from storage.records import partnerships
from storage.records.message import Message
from storage.records.partnerships import Version
from storage.records.scope import Scope

from . import chairing, invitations, milestones, nightly, planning
from .action import Action, Form
from .definitions import Definition, read_definition
from .permissions import Role, Where
from .refusals import Refusal, Refused
from .words import long_day
from .work import Work

CALENDAR_YEARS = (2015, 2041)
"""The years of the calendar that is stored with a version: the documents' history and fifteen years ahead."""


class Adopt(Form):
    """A definition's whole text, to the last line break: its hash is the file's."""

    model_config = ConfigDict(str_strip_whitespace=False)

    text: str


@cache
def calendar() -> WorkingDays:
    """The calendar of working days as the installed library knows it now; stored with the version that adopts it."""
    return england(*CALENDAR_YEARS)


def _adopt(work: Work, form: Adopt) -> Message:
    definition = read_definition(form.text)
    if definition.arrangements.id != work.scope.partnership:
        raise Refused(Refusal(f"This file is for {definition.arrangements.id}.", "id"))
    if runs_already(work.scope, definition):
        raise Refused("This is what runs already; nothing is to be done.")
    running = partnerships.version(work.scope)
    if running is not None:
        for line in difference(running.text, form.text):
            work.changed("arrangements", after=line)
        _say_changed_days(work, WorkingDays.from_json(running.calendar), calendar())
    stored = put_in_force(work, definition, calendar().to_json())
    work.note("partnership", version=stored.number, hash=stored.hash)
    title = f"{definition.arrangements.name}: version {stored.number} is in force"
    return Message(title=title, text="\n".join(str(change) for change in work.changes))


def put_in_force(work: Work, definition: Definition, days: str, made_by: str = "file") -> Version:
    """Stores a definition with its calendar of working days as the next version, and plans what follows from it."""
    stored = partnerships.adopt(
        work.scope,
        name=definition.arrangements.name,
        hash_=definition.hash,
        text=definition.text,
        calendar=days,
        now=work.now,
        made_by=made_by,
    )
    work.scope.session.flush()
    work.under_new_terms()
    planning.plan_ahead(work, planning.as_far_as_planned(work), settled_only=True)
    chairing.owe_terms(work)
    milestones.owe_milestones(work)
    nightly.owe_rounds(work)
    invitations.keep_ahead(work)
    return stored


def runs_already(scope: Scope, definition: Definition) -> bool:
    """Whether exactly this runs: the same text, with the calendar that would be stored beside it now."""
    running = partnerships.version(scope)
    return running is not None and (running.hash, running.calendar) == (definition.hash, calendar().to_json())


def _say_changed_days(work: Work, before: WorkingDays, after: WorkingDays) -> None:
    """Names the bank holidays that a newer calendar brings or takes away, within the days that both know."""
    first, last = max(before.first, after.first), min(before.last, after.last)
    for day in sorted(set(before.holidays) | set(after.holidays)):
        was, is_now = before.holidays.get(day, ""), after.holidays.get(day, "")
        if first <= day <= last and was != is_now:
            work.changed(f"Bank holiday, {long_day(day)}", was or "a working day", is_now or "a working day")
    if before.last != after.last:
        work.changed("Bank holidays are known to", long_day(before.last), long_day(after.last))


def difference(before: str, after: str) -> list[str]:
    """The lines of a definition that differ, each with + or - before it."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
    return [line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---")]


ADOPT = Action(
    "arrangements.apply",
    Adopt,
    _adopt,
    {Role.ADMINISTRATOR: Where.EVERYWHERE},
    "put a definition in force",
)

ACTIONS = (ADOPT,)
