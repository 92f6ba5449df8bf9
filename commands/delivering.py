"""What delivery asks of the facts just before sending: still in post? by which door? and the words for a sandbox."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from storage.records import outbox, people
from storage.records.delivery import Claimed, still_mine
from storage.records.message import Message
from storage.records.outbox import Outgoing
from storage.records.scope import Scope
from storage.records.store import Store

from . import permissions, terms
from .action import Action, Form
from .permissions import TIME_ONLY, Actor
from .refusals import Refused
from .work import Work


@dataclass(frozen=True)
class Look:
    """What stands just before a message is sent: still ours to send, still for this person, and by which door."""

    mine: bool
    entitled: bool
    place: tuple[str, str] | None


def look(store: Store, claimed: Claimed, owner: str, doors: Collection[str], now: datetime) -> Look:
    """Looks again, at delivery: a message goes to whoever is in the post now, and never to a leaver."""
    row = claimed.row
    with store.reading() as session:
        if not still_mine(session, claimed, owner):
            return Look(False, False, None)
        return Look(True, _entitled(Scope(session, row.partnership), row, now), _place(session, row, doors))


def _entitled(scope: Scope, row: Outgoing, now: datetime) -> bool:
    day = now.astimezone(terms.of(scope).zone).date()
    if row.post:
        return row.person in people.all_in_post(scope, row.post, day)
    return bool(people.holdings_of(scope, row.person, day)) or any(
        cover.person == row.person for cover in people.covers_on(scope, day)
    )


def _place(session: Session, row: Outgoing, doors: Collection[str]) -> tuple[str, str] | None:
    """The door and address at which a person is reached: a live message stays where it is."""
    if row.reference and row.door in doors:
        return row.door, row.address
    for identity in people.identities(session, row.person):
        if identity.door in doors:
            return identity.door, identity.user
    return None


def marked(store: Store, row: Outgoing) -> Message:
    """The words for the sandbox: marked with whom they are really for."""
    with store.reading() as session:
        scope = Scope(session, row.partnership)
        title = terms.of(scope).arrangements.title(row.post) if row.post else "somebody's own note"
    words = row.words
    return words.model_copy(update={"title": f"[sandbox, for: {title}] {words.title}"})


def time_of(row: Outgoing) -> Actor:
    """Time as the actor of what delivery causes in a message's partnership."""
    return permissions.time(row.partnership)


class Stored(Form):
    """A message by its key."""

    key: str


def _find(work: Work, form: Stored) -> Outgoing:
    row = outbox.find(work.scope, form.key)
    if row is None:
        raise Refused("There is no such message.")
    work.note(row.record, key=row.key)
    return row


def _readdress(work: Work, form: Stored) -> Message:
    row = _find(work, form)
    person, absent = work.reach(row.post)
    post = work.arrangements.secretariat.business_manager if absent else row.post
    if person is None or person == row.person:
        raise Refused("Nobody else is in that post.")
    new = Outgoing(
        **row.model_dump(include={"partnership", "lane", "shape", "kind", "record", "message", "why", "source"}),
        key=f"{row.key}:{person}",
        person=person,
        post=post,
        expires_at=row.expires_at,
        created_at=work.now,
        not_before=work.now,
    )
    outbox.put(work.scope, new)
    work.alerts += row.lane == "alert"
    return Message(title="Sent on", text="The message goes to whoever is in the post now.")


def _not_delivered(work: Work, form: Stored) -> Message:
    row = _find(work, form)
    told = work.say(
        "not-delivered",
        post=work.arrangements.secretariat.business_manager,
        key=f"not-delivered:{row.key}",
        record=row.record,
        data={"title": work.arrangements.title(row.post), "reason": row.reason},
        why="an alert reached nobody",
        source="",
        tone="warning",
    )
    return Message(title="Not delivered", text=told)


READDRESS = Action("message.readdress", Stored, _readdress, TIME_ONLY, "send a message on to whoever is in the post")
NOT_DELIVERED = Action(
    "message.not-delivered", Stored, _not_delivered, TIME_ONLY, "tell the business manager of an alert not delivered"
)

ACTIONS = (READDRESS, NOT_DELIVERED)
