"""Putting a definition in force: the first time, or a changed file in the place of the one that runs."""

import difflib

from pydantic import ConfigDict

from storage.arrangements.calendars import WorkingDays, england
from storage.records import partnerships
from storage.records.message import Message

from . import planning
from .action import Action, Form
from .definitions import read_definition
from .permissions import Role, Where
from .refusals import Refusal, Refused
from .work import Work

CALENDAR_YEARS = (2015, 2041)
"""The years of the calendar that is stored with a version: the documents' history and fifteen years ahead."""


class Adopt(Form):
    """A definition's whole text, to the last line break: its hash is the file's."""

    model_config = ConfigDict(str_strip_whitespace=False)

    text: str


def calendar() -> WorkingDays:
    """The calendar of working days as the installed library knows it now; stored with the version that adopts it."""
    return england(*CALENDAR_YEARS)


def _adopt(work: Work, form: Adopt) -> Message:
    definition = read_definition(form.text)
    if definition.arrangements.id != work.scope.partnership:
        raise Refused(Refusal(f"This file is for {definition.arrangements.id}.", "id"))
    running = partnerships.version(work.scope)
    if running is not None and running.hash == definition.hash:
        raise Refused("This is what runs already; nothing is to be done.")
    if running is not None:
        for line in difference(running.text, form.text):
            work.changed("arrangements", after=line)
    stored = partnerships.adopt(
        work.scope,
        name=definition.arrangements.name,
        hash_=definition.hash,
        text=form.text,
        calendar=calendar().to_json(),
        now=work.now,
    )
    work.scope.session.flush()
    work.note("partnership", version=stored.number, hash=stored.hash)
    planning.plan_ahead(work, settled_only=True)
    planning.owe_terms(work)
    planning.owe_milestones(work)
    planning.owe_rounds(work)
    title = f"{definition.arrangements.name}: version {stored.number} is in force"
    return Message(title=title, text="\n".join(str(change) for change in work.changes))


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
