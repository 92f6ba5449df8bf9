"""The rows of a form that become business, read and written: actions, escalations, and what they are known by.

A row about something that is known already begins with its number: "Action 4: …", "Raised 2: …".
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from storage.arrangements.forms import Column, Form, Given, Question
from storage.records import registers
from storage.records.registers import Item
from storage.records.returns import Owed

from . import registers as actions
from .filling_values import LONGEST_LINE
from .work import Work

DONE = ("done", "complete", "completed", "closed", "finished")
"""The options of a column that say that an action is done."""

OF_ACTION = re.compile(r"Action (\d+): *")
OF_RAISED = re.compile(r"Raised (\d+): *")
"""What stands before a row that is known already, so that it is not entered twice."""


@dataclass(frozen=True)
class Promised:
    """One action as a form tells of it. `number`: the action that it says it is; `owner` is a post."""

    title: str
    owner: str
    due: date | None
    number: int | None = None
    done: bool = False
    effect: str = ""


def promised_in(work: Work, owed: Owed, question: Question, row: Mapping[str, str]) -> Promised:
    """The action that a row tells of; whoever answers does it where no post is named."""
    columns = question.rows
    said = first_of(row, (column for column in columns if column.kind in ("short", "long"))) if columns else row[""]
    number, title = apart(OF_ACTION, said)
    owner = first_of(row, (column for column in columns if column.kind == "person"))
    due = first_of(row, (column for column in columns if column.kind == "date"))
    return Promised(
        title=" ".join(title.split()),
        owner=owner if _is_post(work, owner) else owed.post,
        due=date.fromisoformat(due) if due else None,
        number=number,
        done=any(row.get(column.id) in DONE for column in columns if column.kind == "one of"),
        effect=next((row[column.id] for column in columns if column.id == "effect" and row.get(column.id)), ""),
    )


def _is_post(work: Work, word: str) -> bool:
    return word in work.arrangements.posts_by_id or word.startswith(("lead:", "senior:"))


def known_of(work: Work, owed: Owed) -> list[Item]:
    """The actions that a row of theirs may be about: those that they promised, and those of whoever answers."""
    own = {item.record: item for item in actions.promised_by(work, owed.who)}
    own |= {item.record: item for item in registers.items(work.scope) if item.owner == owed.post}
    return sorted(own.values(), key=lambda item: item.number)


def becoming(form: Form, what: str) -> list[Question]:
    """The questions of a form whose answers become something."""
    return [question for question in form.questions() if question.becomes == what]


def rows_of(question: Question, given: Given) -> Iterator[Mapping[str, str]]:
    """The rows of an answer that hold anything; an answer that is a text is one row without columns."""
    if given.not_applicable:
        return
    if question.rows:
        yield from (row for row in given.rows if any(value.strip() for value in row.values()))
    elif given.value.strip():
        yield {"": given.value.strip()}


def first_of(row: Mapping[str, str], columns: Iterable[Column]) -> str:
    """What stands in the first of some columns that holds anything."""
    return next((row[column.id].strip() for column in columns if row.get(column.id, "").strip()), "")


CUT = " …"
"""What stands behind words that do not fit beside their number."""


def numbered(question: Question, number: str, words: str) -> str:
    """Words behind their number, cut where the question has no room for both."""
    first = next((column for column in question.rows if column.kind in ("short", "long")), None)
    longest = question.longest if first is None or first.kind == "long" else min(question.longest, LONGEST_LINE)
    text = f"{number}: {words}"
    return text if len(text) <= longest else text[: longest - len(CUT)].rstrip() + CUT


def is_cut_from(text: str, whole: str) -> bool:
    """Whether a text is another one, or the beginning of it that was cut to fit beside its number."""
    begin, _, rest = text.partition(CUT)
    return text == whole or (CUT in text and whole.startswith(begin) and whole.endswith(rest.strip("\n")))


def apart(prefix: re.Pattern[str], text: str) -> tuple[int | None, str]:
    """The number of what is known already that a text begins with, and the rest of it."""
    found = prefix.match(text)
    return (int(found[1]), text[found.end() :]) if found else (None, text)


def as_text(question: Question, row: Mapping[str, str]) -> str:
    """A row as a text: its first column, then each other one on a line of its own behind its words."""
    if not question.rows:
        return row[""]
    filled = [(column, row.get(column.id, "").strip()) for column in question.rows]
    lines = [value if number == 0 else f"{column.text}: {value}" for number, (column, value) in enumerate(filled)
             if value]  # fmt: skip
    return "\n".join(lines)


def as_row(question: Question, text: str) -> dict[str, str]:
    """The row that makes this text, as far as its lines say which column they are."""
    if not question.rows:
        return {"": text}
    row: dict[str, str] = {}
    into = question.rows[0].id
    for line in text.splitlines():
        column = next((each for each in question.rows[1:] if line.startswith(f"{each.text}: ")), None)
        if column is not None:
            into, line = column.id, line.removeprefix(f"{column.text}: ")
        row[into] = f"{row[into]}\n{line}" if into in row else line
    return row
