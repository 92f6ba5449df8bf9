"""Files in which something was kept before: columns by the words of their headings, each mistake with its cell."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import TypeVar

from .action import Form
from .dates import WANT_DAY as TYPED_DAY
from .dates import parse_day
from .naming import plain
from .permissions import Allowed, Role, Where
from .refusals import Refusal, Refused
from .sheets import read_sheet
from .work import Work

IMPORTS: Allowed = {Role.BUSINESS_MANAGER: Where.EVERYWHERE, Role.ADMINISTRATOR: Where.EVERYWHERE}

WANT_DAY = "Write it with its year, like 14/01/2026 or 2026-01-14."

_NOON = time(12, 0)

Found = TypeVar("Found")

Columns = Mapping[str, tuple[str, ...]]
"""The columns of a file by our names, each with the words by which its heading is known."""


class Row(Form):
    """A row of a file: its place, its cells by our name of the column, and the cells' places."""

    place: str
    cells: dict[str, str]
    places: dict[str, str]

    def __getitem__(self, column: str) -> str:
        """What stands in a cell; empty where the file has no such column."""
        return self.cells.get(column, "")

    def at(self, column: str) -> str:
        """The place of a cell."""
        return self.places.get(column, self.place)


def rows_of(name: str, content: bytes, columns: Columns, needed: Sequence[str]) -> dict[str, object]:
    """The rows of a file, each as a Row holds it, and the names of columns that we do not know and did not read.

    Columns may stand in any order.

    Raises Refused where it cannot be read, or a column that is needed is not there.
    """
    sheet = read_sheet(name, content)
    ours = {plain(word): name for name, words in columns.items() for word in words}
    known = {column: ours[plain(column)] for column in sheet.columns if plain(column) in ours}
    missing = [each for each in needed if each not in known.values()]
    twice = sorted({name for name in known.values() if list(known.values()).count(name) > 1})
    problems = [
        Refusal(f'No column is called "{name}", or any of: {", ".join(columns[name])}.', "first row")
        for name in missing
    ]
    problems += [Refusal(f'Several columns could be "{name}".', "first row", "Leave one of them.") for name in twice]
    if not sheet.rows and not problems:
        problems.append(Refusal("There is nothing in it.", "second row"))
    if problems:
        raise Refused(*problems)
    rows = [
        {
            "place": row.place,
            "cells": {ours_: row.cells[theirs] for theirs, ours_ in known.items()},
            "places": {ours_: row.places[theirs] for theirs, ours_ in known.items()},
        }
        for row in sheet.rows
    ]
    return {"rows": rows, "unread": [column for column in sheet.columns if column and column not in known]}


def unread_words(unread: Sequence[str]) -> list[str]:
    """The sentence that says which columns of a file were not read; none where all were."""
    return [f"Columns that were not read: {', '.join(unread)}."] if unread else []


def attempt(problems: list[Refusal], does: Callable[[], Found]) -> Found | None:
    """What `does` finds; None where it refuses, with its reasons added to `problems`."""
    try:
        return does()
    except Refused as refused:
        problems += refused.refusals
        return None


def day_in(work: Work, text: str, place: str) -> date | None:
    """A day with its year, in British order; None where nothing stands there."""
    bare = re.sub(r"[ T]00:00(:00)?$", "", text)
    if not bare:
        return None
    if not re.search(r"\d{4}|\d/\d{1,2}/\d{2}$", bare):
        raise Refused(Refusal(f'"{text}" is no date that can be read without guessing.', place, WANT_DAY))
    try:
        return parse_day(bare, work.today)
    except Refused as refused:
        sentence = refused.refusals[0].sentence.removesuffix(TYPED_DAY).rstrip()
        raise Refused(Refusal(sentence, place, WANT_DAY)) from None


def noon(work: Work, day: date) -> datetime:
    """Noon of a day of which no hour is known, local, as UTC."""
    return datetime.combine(day, _NOON, work.terms.zone).astimezone(UTC)
