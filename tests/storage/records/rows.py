"""Rows for tests of what is stored, with defaults for all that a test does not care about."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

from sqlalchemy import event

from storage.records import people
from storage.records.duties import Duty
from storage.records.meetings import MeetingRow
from storage.records.message import Message
from storage.records.outbox import Outgoing
from storage.records.partnerships import Partnership
from storage.records.people import Holding
from storage.records.scope import Scope
from storage.records.store import Store

OURS, THEIRS = "ourshire", "theirshire"
NOON = datetime(2027, 1, 14, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@contextmanager
def writing(store: Store, partnership: str = OURS) -> Iterator[Scope]:
    """A partnership's records, to prepare what a test looks at."""
    with store.writing() as session:
        yield Scope(session, partnership)


@contextmanager
def reading(store: Store, partnership: str = OURS) -> Iterator[Scope]:
    """A partnership's records, to look at."""
    with store.reading() as session:
        yield Scope(session, partnership)


def a_partnership(id_: str = OURS, **given: Any) -> Partnership:
    """A partnership that runs."""
    return Partnership(**{"id": id_, "name": id_.capitalize(), "version": 1} | given)


def a_duty(record: str = "meeting:executive:2027-1", kind: str = "papers-due", part: str = "on", **given: Any) -> Duty:
    """An open duty of the business manager, due at noon."""
    due = given.pop("due_at", NOON)
    values = {"partnership": OURS, "generation": 1, "post": "business-manager", "due_at": due, "next_at": due}
    return Duty(**{"record": record, "kind": kind, "part": part} | values | given)


def a_message(key: str = "agenda:1", **given: Any) -> Outgoing:
    """A message to the Designated Nurse that waits since noon."""
    words = Message(title=given.pop("title", "Agenda"), text="The agenda of the Executive.").model_dump(mode="json")
    values = {
        "partnership": OURS,
        "kind": "agenda",
        "record": "meeting:executive:2027-1",
        "person": people.person_id("designated-nurse@ourshire.invalid"),
        "post": "designated-nurse",
        "message": words,
        "created_at": NOON,
        "not_before": NOON,
    }
    return Outgoing(**values | {"key": key} | given)


def a_meeting(place: str = "2027-1", day: date = date(2027, 3, 16), **given: Any) -> MeetingRow:
    """A planned meeting of the Executive."""
    return MeetingRow(**{"partnership": OURS, "group": "executive", "place": place, "day": day} | given)


def somebody(scope: Scope, title: str) -> str:
    """The id of a person who is known by their post's title."""
    address = f"{title.lower().replace(' ', '-')}@ourshire.invalid"
    return people.enter(scope.session, name=title, email=address, now=NOON).id


def takes_post(
    scope: Scope, title: str, post: str, since: date, until: date | None = None, capacity: str = "holder"
) -> str:
    """Puts somebody into a post from one day to another; their id."""
    person = somebody(scope, title)
    scope.session.add(
        Holding(partnership=scope.partnership, post=post, person=person, capacity=capacity, since=since, until=until)
    )
    return person


def at_once(many: int, does: Callable[[int], None]) -> list[Exception]:
    """Runs something in several threads that start together; what went wrong in any of them."""
    together, errors = Barrier(many), list[Exception]()

    def run(number: int) -> None:
        together.wait()
        try:
            does(number)
        except Exception as error:
            errors.append(error)

    threads = [Thread(target=run, args=(number,)) for number in range(many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def plans(store: Store, does: Callable[[], object]) -> str:
    """How the database finds what is asked of it: the plans of every query on tables that something causes.

    `does` opens its own transactions.
    """
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith("SELECT") and "FROM" in statement:
            asked.append((statement, parameters))

    event.listen(store.engine, "before_cursor_execute", note)
    try:
        does()
    finally:
        event.remove(store.engine, "before_cursor_execute", note)
    explain = "EXPLAIN QUERY PLAN " if store.is_sqlite else "EXPLAIN "
    with store.engine.connect() as connection:
        found = [row for s, p in asked for row in connection.exec_driver_sql(explain + s, p)]
        connection.rollback()
    return "\n".join(str(row[-1]) for row in found)
