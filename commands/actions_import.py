"""Last year's actions, from the file they were kept in: read in whole, all mistakes found with their cell.

Nobody is told of the past: an action that is open is reminded of from now on. Import as often as you like: an action
that is there already, with the same words, owner and day, is left alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from storage.arrangements.phrases import counted
from storage.records import registers as items
from storage.records.message import Message

from . import naming, registers
from .action import Action, Form
from .freetext import check_text
from .import_rows import IMPORTS, Columns, Row, attempt, day_in, noon, rows_of, unread_words
from .naming import plain
from .refusals import Refusal, Refused
from .words import short_day
from .work import Work

COLUMNS: Columns = {
    "what": ("what", "action", "title", "description", "what is to be done"),
    "owner": ("owner", "who", "lead", "responsible", "post", "action owner"),
    "due": ("due", "by when", "due date", "deadline", "target date"),
    "status": ("status", "state", "progress"),
    "said": ("said", "comment", "comments", "update", "notes"),
    "effect": ("effect", "impact", "what it changed for children"),
    "closed": ("closed", "closed on", "completed", "date completed", "done on"),
}
"""The columns of an action log, each with the words by which its heading is known. `what` and `owner` are needed."""

STATES: Mapping[str, tuple[str, ...]] = {
    "open": ("", "open", "in progress", "on track", "ongoing", "not started", "overdue", "outstanding", "delayed"),
    "done": ("done", "complete", "completed", "closed", "achieved"),
    "withdrawn": ("withdrawn", "cancelled", "superseded", "no longer needed"),
}
"""What stands under status, and what it means here. The words themselves are kept as what was said last."""


class Actions(Form):
    """The rows of an action log."""

    rows: tuple[Row, ...]
    unread: tuple[str, ...] = ()


def form_of(name: str, content: bytes) -> dict[str, object]:
    """The form of `action.import` for a file. Raises Refused where it cannot be read or has not the right columns."""
    return rows_of(name, content, COLUMNS, ("what", "owner"))


@dataclass(frozen=True)
class _Read:
    """A row as it was read."""

    title: str
    owner: str
    due: date | None
    state: str
    said: str
    effect: str
    closed_at: datetime | None


def _import_actions(work: Work, form: Actions) -> Message:
    problems: list[Refusal] = []
    read = [found for row in form.rows if (found := _action(work, row, problems)) is not None]
    if problems:
        raise Refused(*problems)
    known = {_key(item.title, item.owner, item.due) for item in items.items(work.scope, state=None)}
    added = 0
    for each in read:
        key = _key(each.title, each.owner, each.due)
        if key in known:
            continue
        known.add(key)
        item = registers.enter(
            work,
            title=each.title,
            owner=each.owner,
            due=each.due,
            state=each.state,
            said=each.said,
            effect=each.effect,
            closed_at=each.closed_at,
        )
        added += 1
        due = short_day(item.due) if item.due else "no date"
        work.changed(f"Action {item.number}", after=f"{item.title} ({work.arrangements.title(item.owner)}, {due})")
    left = len(read) - added
    work.note("actions", entered=added, left_alone=left)
    return Message(
        title=f"The action log: {counted(added, 'action')} entered, {left} there already",
        text="\n".join([*_lines(work), *unread_words(form.unread)]),
    )


def _lines(work: Work) -> list[str]:
    return [str(change) for change in work.changes] or ["Everything in it stands like that already."]


def _key(title: str, owner: str, due: date | None) -> tuple[str, str, date | None]:
    return plain(title), owner, due


def _action(work: Work, row: Row, problems: list[Refusal]) -> _Read | None:
    before = len(problems)
    if not row["what"]:
        problems.append(Refusal("It does not say what is to be done.", row.at("what")))
    for column in ("what", "said", "effect"):
        problems += check_text(row[column], row.at(column))
    for column in ("said", "effect"):
        if len(row[column]) > registers.LONGEST:
            words = f"This has {len(row[column])} characters; {registers.LONGEST} fit."
            problems.append(Refusal(words, row.at(column)))
    owner = attempt(problems, lambda: naming.post(work.arrangements, row["owner"], row.at("owner")).id)
    due = attempt(problems, lambda: day_in(work, row["due"], row.at("due")))
    closed = attempt(problems, lambda: day_in(work, row["closed"], row.at("closed")))
    state = _state(row, problems)
    if len(problems) > before:
        return None
    told = row["status"] if plain(row["status"]) not in ("", state) else ""
    return _Read(
        title=row["what"],
        owner=owner or "",
        due=due,
        state=state,
        said=row["said"] or told,
        effect=row["effect"],
        closed_at=noon(work, closed) if closed is not None else None,
    )


def _state(row: Row, problems: list[Refusal]) -> str:
    for state, words in STATES.items():
        if plain(row["status"]) in words:
            return state
    known = ", ".join(word for words in STATES.values() for word in words if word)
    problems.append(
        Refusal(f'"{row["status"]}" is no status that is known here.', row.at("status"), f"Write: {known}.")
    )
    return ""


IMPORT = Action("action.import", Actions, _import_actions, IMPORTS, "enter last year's actions from a file")
