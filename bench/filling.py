"""Databases as they look after years of use: each partnership with closed duties and sent messages behind it.

Through the runner this would take hours. The first partnership's rows go in with Core executemany, and the database
copies them for the others.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from sqlalchemy import insert, inspect, literal, select
from sqlmodel import SQLModel, col

from storage.records import schema
from storage.records.duties import KINDS, Duty
from storage.records.message import Message, MessageField
from storage.records.outbox import Outgoing
from storage.records.partnerships import Partnership
from storage.records.store import Store

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""The moment of the measurements: a Monday morning, with all that was due done."""

DUTIES_OF_A_RECORD = 20
_TOGETHER = 5_000
_KINDS = tuple(KINDS)


@dataclass(frozen=True)
class Behind:
    """What one partnership has behind it, and how many duties it still owes, all of them later than `NOW`."""

    closed_duties: int = 10_000
    sent_messages: int = 20_000
    open_duties: int = 200


def used_database(folder: Path, partnerships: int, behind: Behind) -> Store:
    """A SQLite file with that many partnerships; nothing in it is due and nothing waits to be sent."""
    store = Store(f"sqlite:///{folder / f'{partnerships}-partnerships.sqlite'}")
    schema.bring_up_to_date(store)
    names = [f"partnership-{number:03}" for number in range(1, partnerships + 1)]
    _insert(store, Partnership, ({"id": name, "name": name, "version": 1} for name in names))
    _insert(store, Duty, _duties(names[0], behind))
    _insert(store, Outgoing, _messages(names[0], behind.sent_messages))
    for name in names[1:]:
        _copy(store, Duty, names[0], name)
        _copy(store, Outgoing, names[0], name)
    return store


def _copy(store: Store, table: type[Duty | Outgoing], of: str, to: str) -> None:
    columns = [column for column in inspect(table).columns if column.name not in ("id", "partnership")]
    rows = select(literal(to), *columns).where(col(table.partnership) == of)
    with store.engine.begin() as connection:
        connection.execute(insert(table).from_select(["partnership", *(column.name for column in columns)], rows))


def _insert(store: Store, table: type[SQLModel], rows: Iterable[dict[str, object]]) -> None:
    waiting = iter(rows)
    with store.engine.begin() as connection:
        while together := list(islice(waiting, _TOGETHER)):
            connection.execute(insert(table), together)


def _duties(partnership: str, behind: Behind) -> Iterator[dict[str, object]]:
    for number in range(behind.closed_duties + behind.open_duties):
        is_open = number >= behind.closed_duties
        due = NOW + timedelta(hours=number - behind.closed_duties + (1 if is_open else -1))
        yield {
            "partnership": partnership,
            "record": f"meeting:executive:{number // DUTIES_OF_A_RECORD:05}",
            "kind": _KINDS[number % len(_KINDS)],
            "part": f"part-{number % DUTIES_OF_A_RECORD:02}",
            "generation": 1,
            "post": "business-manager",
            "due_at": due,
            "next_at": due,
            "state": "open" if is_open else "closed",
            "reason": "" if is_open else "told in the daily note",
            "closed_at": None if is_open else due,
            "attempts": 0,
            "error": "",
            "why": "papers are due seven days before the meeting",
            "source": "terms of reference, section 7",
        }


def _messages(partnership: str, count: int) -> Iterator[dict[str, object]]:
    words = Message(
        title="What you owe today",
        text="Papers for the Executive are due on Monday 30 November. The minutes of the last meeting are overdue.",
        fields=(MessageField(label="Meeting", value="Executive, Monday 7 December 2026, 14:00"),),
    ).model_dump(mode="json")
    for number in range(count):
        at = NOW - timedelta(hours=count - number)
        yield {
            "partnership": partnership,
            "key": f"daily-note:person-{number % 40:02}:{number:06}",
            "lane": "post",
            "shape": "post",
            "kind": "daily-note",
            "record": f"person:person-{number % 40:02}",
            "person": f"person-{number % 40:02}",
            "post": "business-manager",
            "message": words,
            "why": "one note a day with all that is asked",
            "source": "chosen",
            "wanted": 1,
            "sent": 1,
            "state": "sent",
            "unsure": False,
            "attempts": 0,
            "created_at": at,
            "not_before": at,
            "expires_at": None,
            "sent_at": at,
            "lease_owner": "",
            "lease_until": None,
            "door": "slack",
            "address": f"U{number % 40:08}",
            "reference": f"{number:016}",
            "reason": "",
        }
