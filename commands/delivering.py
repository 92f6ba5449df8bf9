"""What delivery asks of the facts just before sending: still in post? by which door? and the words for a sandbox."""

from dataclasses import dataclass
from datetime import date, datetime

from storage.records import outbox, people
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
class Standing:
    """Whether the person of a message may still have it, and who is in the post instead."""

    entitled: bool
    successor: str | None = None


def standing(store: Store, row: Outgoing, now: datetime) -> Standing:
    """Looks again, at delivery: a message goes to whoever is in the post now, and never to a leaver."""
    with store.reading() as session:
        scope = Scope(session, row.partnership)
        day = now.astimezone(terms.of(scope).zone).date()
        if not row.post:
            return Standing(bool(people.holdings_of(scope, row.person, day)) or _covers(scope, row.person, day))
        person = people.in_post(scope, row.post, day)
        if person == row.person or row.person in people.all_in_post(scope, row.post, day):
            return Standing(True)
        return Standing(False, person)


def _covers(scope: Scope, person: str, day: date) -> bool:
    return any(cover.person == person for cover in people.covers_on(scope, day))


def place_of(store: Store, row: Outgoing, doors: tuple[str, ...]) -> tuple[str, str] | None:
    """The door and address at which a person is reached: a live message stays where it is."""
    if row.reference and row.door in doors:
        return row.door, row.address
    with store.reading() as session:
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


class Readdress(Form):
    """A message by its key."""

    key: str


def _readdress(work: Work, form: Readdress) -> Message:
    row = outbox.find(work.scope, form.key)
    if row is None:
        raise Refused("There is no such message.")
    person = people.in_post(work.scope, row.post, work.today)
    if person is None:
        raise Refused("Nobody is in that post.")
    work.note(row.record, key=row.key)
    new = Outgoing(
        **row.model_dump(
            include={"partnership", "lane", "shape", "kind", "record", "post", "message", "why", "source", "expires_at"}
        ),
        key=f"{row.key}:{person}",
        person=person,
        created_at=work.now,
        not_before=work.now,
    )
    outbox.put(work.scope, new)
    work.alerts += row.lane == "alert"
    return Message(title="Sent on", text="The message goes to whoever is in the post now.")


READDRESS = Action("message.readdress", Readdress, _readdress, TIME_ONLY, "send a message on to whoever is in the post")

ACTIONS = (READDRESS,)
