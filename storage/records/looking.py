"""One look at the records: what is read while somebody is answered, once each, until something is written.

Several rooms ask the same of whoever presses: who is it, what do they hold, which terms are in force. In one
transaction that only reads the answer is the same, so it is asked for once (Store.one_look). The next look asks anew:
what somebody may know is read from the database at each press.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sqlalchemy import Executable, Row
from sqlmodel import Session

Found = TypeVar("Found")

ONCE = "looked up"
"""Under this name a session has what was looked up in it; only sessions of one look have it (Store.one_look)."""


def once(session: Session, key: tuple[object, ...], ask: Callable[[], Found]) -> Found:
    """What `ask` finds; in one look it is asked once for each key. Nobody changes what is found."""
    seen = session.info.get(ONCE)
    if seen is None:
        return ask()
    if key not in seen:
        seen[key] = ask()
    found: Found = seen[key]
    return found


def is_one_look(session: Session) -> bool:
    """Whether nothing can have been changed in that transaction, so that the records are as the ledger's head says."""
    return ONCE in session.info


def rows(session: Session, query: Executable, params: dict[str, Any]) -> Sequence[Row[Any]]:
    """The rows of a query for a few columns.

    In one look past the ORM, which costs three times what SQLite does; nothing waits there to be flushed first.
    """
    if is_one_look(session):
        return session.connection().execute(query, params).all()
    return session.execute(query, params).all()
