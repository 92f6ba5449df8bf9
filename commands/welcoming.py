"""The first message to somebody at a chat: what this is, what it is not, how to begin. Once for each account."""

from datetime import UTC, date, datetime, time, timedelta

from storage.records import outbox, partnerships, people
from storage.records.message import Button, Message
from storage.records.outbox import Outgoing
from storage.records.people import Identity, Person
from storage.records.scope import Scope

from . import owing
from .danger import not_the_way
from .saying import SAY
from .words import rendered
from .work import Work

CHATS = frozenset({"slack", "teams"})
"""The doors at which somebody is welcomed: those where people talk with the bot."""

LASTS = timedelta(days=14)
"""After so long a welcome that could not be sent is of no more use."""

_MORNING = time(8, 0)


def welcome(work: Work, found: Identity, person: Person) -> None:
    """Stores the welcome for an account at a chat, unless this account has had one, in whichever partnership.

    Somebody whose first post begins later is welcomed on its first morning.
    """
    key = f"welcome:{found.door}:{found.digest}"
    every = (Scope(work.scope.session, each.id) for each in partnerships.every(work.scope.session))
    if found.door not in CHATS or any(outbox.find(scope, key) is not None for scope in every):
        return
    door, first = work.arrangements.front_door, _first_day(work, person.id)
    starts = work.now
    if first > work.today:
        starts = datetime.combine(first, _MORNING, work.terms.zone).astimezone(UTC)
    data: dict[str, object] = {
        "partnership": work.arrangements.name,
        "posts": owing.posts_of(work, person.id, max(first, work.today)),
        "safety": not_the_way([work.arrangements]),
        "front_door": door.name or "the front door",
        "telephone": door.telephone,
        "secretariat": work.arrangements.secretariat.name,
        "manages": person.id == people.in_post(work.scope, work.arrangements.secretariat.business_manager, work.today),
    }
    words = Message(
        title=rendered("welcome", "title", data),
        text=rendered("welcome", "text", data),
        buttons=tuple(Button(label=word.capitalize(), does=SAY, form={"line": word}) for word in ("help", "me")),
    )
    new = Outgoing(
        partnership=work.scope.partnership,
        key=key,
        kind="welcome",
        record=f"person:{person.id}",
        person=person.id,
        message=words.model_dump(mode="json"),
        why="somebody is known at a chat for the first time",
        through=found.door,
        tenant=found.tenant,
        created_at=work.now,
        not_before=starts,
        expires_at=starts + LASTS,
    )
    outbox.put(work.scope, new)


def _first_day(work: Work, person: str) -> date:
    """The first day, from today on, on which the person is in a post."""
    held = [h.since for h in people.holdings(work.scope, person=person) if h.until is None or h.until >= work.today]
    covered = [c.since for c in people.covers_from(work.scope, work.today) if c.person == person]
    return max(work.today, min([*held, *covered], default=work.today))
