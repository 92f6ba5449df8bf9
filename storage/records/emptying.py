"""What is deleted of a case when its time of keeping is over, and what stays."""

from datetime import datetime

from sqlalchemy import delete, update
from sqlmodel import col, or_, select

from .incidents import Case, Words
from .links import Link
from .message import Message
from .notifications import Notification
from .outbox import Outgoing
from .scope import Scope

EMPTIED = "What was said here is no longer kept."


def empty(scope: Scope, case: Case, now: datetime) -> None:
    """Deletes what was told of a case: structured facts, words, whom to ring, who notified, links, texts of messages.

    Dates, stages, overdues, who was told when and answered what, the list and the ledger stay.
    """
    case.sealed, case.notifier, case.emptied_at = "", "", now
    scope.session.add(case)
    scope.session.execute(
        delete(Words).where(col(Words.partnership) == scope.partnership, col(Words.reference) == case.reference)
    )
    scope.session.execute(
        delete(Link).where(col(Link.partnership) == scope.partnership, col(Link.record) == case.record)
    )
    scope.session.execute(
        update(Notification)
        .where(col(Notification.partnership) == scope.partnership, col(Notification.reference) == case.reference)
        .values(sealed="", address="")
    )
    _empty_messages(scope, case)
    scope.session.flush()


def _empty_messages(scope: Scope, case: Case) -> None:
    """An alert says whom to ring, so of what went out about the case only that it did is kept."""
    query = select(Outgoing).where(
        Outgoing.partnership == scope.partnership,
        or_(Outgoing.record == case.record, col(Outgoing.record).startswith(f"{case.record}:", autoescape=True)),
    )
    for row in scope.session.exec(query):
        row.message = Message(title=case.reference, text=EMPTIED).model_dump(mode="json")
        if row.state in ("waiting", "failed"):
            row.state, row.reason = "dropped", "the case has been emptied"
        scope.session.add(row)
