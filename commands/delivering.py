"""What delivery asks of the facts just before sending: still in post? by which door? and the words for a sandbox."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

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
class Look:
    """What stands just before a message is sent: still for this person? and by which door? `why_not` if by none."""

    entitled: bool
    place: tuple[str, str] | None
    why_not: str = ""


def look(store: Store, row: Outgoing, doors: Collection[str], now: datetime) -> Look:
    """Looks again, at delivery: a message goes to whoever is in the post now, and never to a leaver."""
    with store.reading() as session:
        place = _place(session, row, doors)
        why_not = _why_not(session, row, doors) if place is None else ""
        return Look(_entitled(Scope(session, row.partnership), row, now), place, why_not)


def _entitled(scope: Scope, row: Outgoing, now: datetime) -> bool:
    day = now.astimezone(terms.of(scope).zone).date()
    if row.post:
        return row.person in people.all_in_post(scope, row.post, day)
    return bool(people.holdings_of(scope, row.person, day)) or any(
        cover.person == row.person for cover in people.covers_on(scope, day)
    )


def _place(session: Session, row: Outgoing, doors: Collection[str]) -> tuple[str, str] | None:
    """The door and address at which a person is reached: a live message stays where it is.

    What may hold the reference of a case goes, and stays true, only where the person has confirmed who they are.
    """
    known = people.identities(session, row.person)
    places = [(i.door, i.user) for i in known if i.door in doors and (i.state == "confirmed" or not row.about_case)]
    if row.reference and row.door in doors:
        stays = row.door, row.address
        return stays if stays in places or not row.about_case else None
    return places[0] if places else None


def _why_not(session: Session, row: Outgoing, doors: Collection[str]) -> str:
    """Why somebody is reached by no door, as the business manager reads it."""
    if row.about_case and any(identity.door in doors for identity in people.identities(session, row.person)):
        return "this person has not confirmed who they are"
    return "this person has no door through which they can be reached"


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


_SENT_ON = {"partnership", "lane", "shape", "kind", "record", "about_case", "message", "why", "source"}


def _readdress(work: Work, form: Stored) -> Message:
    row = _find(work, form)
    person, absent = work.reach(row.post)
    post = work.arrangements.secretariat.business_manager if absent else row.post
    if person is None or person == row.person:
        raise Refused("Nobody else is in that post.")
    new = Outgoing(
        **row.model_dump(include=_SENT_ON),
        key=f"{row.key.removesuffix(f':{row.person}')}:{person}",
        person=person,
        post=post,
        expires_at=row.expires_at,
        created_at=work.now,
        not_before=work.now,
    )
    if row.shape == "live":
        outbox.keep_true(work.scope, new, work.now)
    else:
        outbox.put(work.scope, new)
    work.alerts += row.lane == "alert"
    return Message(title="Sent on", text="The message goes to whoever is in the post now.")


class Ended(Stored):
    """A message by its key, and why it reached nobody."""

    reason: str


def _not_delivered(work: Work, form: Ended) -> Message:
    row = _find(work, form)
    told = work.say(
        "not-delivered",
        post=work.arrangements.secretariat.business_manager,
        key=f"not-delivered:{row.key}",
        record=row.record,
        data={"title": work.arrangements.title(row.post), "reason": form.reason},
        why="an alert reached nobody",
        source="",
        lane="alert",
        tone="warning",
    )
    return Message(title="Not delivered", text=told)


def _moved_on(work: Work, form: Stored) -> Message:
    """The lines of a note that will not be sent any more join the person's next note, where they are still of use."""
    row = _find(work, form)
    if row.kind != "daily-note":
        raise Refused("This is no note.")
    _, person, day = row.key.split(":")
    work.carry_over(person, date.fromisoformat(day))
    return Message(title="Moved on", text="What is still of use stands in the next note.")


READDRESS = Action("message.readdress", Stored, _readdress, TIME_ONLY, "send a message on to whoever is in the post")
MOVED_ON = Action("note.move-on", Stored, _moved_on, TIME_ONLY, "put a note's lines into the next note")
NOT_DELIVERED = Action(
    "message.not-delivered", Ended, _not_delivered, TIME_ONLY, "tell the business manager of an alert not delivered"
)

ACTIONS = (READDRESS, NOT_DELIVERED, MOVED_ON)
