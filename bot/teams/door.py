"""Teams' door: messages as cards in somebody's personal chat, kept true where they stand.

Teams cannot be asked whether a message stands there. A message may be several cards; which of them have gone out is
remembered while the bot runs, so that a try that follows a wait sends only those that are missing.
"""

import hashlib
import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from bot.chat.carrying import Keep
from commands.delivering import Finds
from scheduler.doors import Gone, Parcel, Result, RetryAt, Sent
from storage.records.message import Message
from storage.records.outbox import ALERT

from .answers import NO_CHANNEL, asked_to_wait, is_lost, meaning
from .cards import TOLD, Opens, as_activity, as_cards
from .connector import Connector, Place, Refused
from .consenting import asks_for
from .marks import mark_of, marked
from .pace import Pace
from .reaching import Reaching, is_channel
from .tenants import NAME

MOST_BEGUN = 1000
"""How many messages are remembered of which only some cards have gone out."""

NOT_ATTACHED = "A calendar entry belongs to this message. In a channel it cannot be offered."

T = TypeVar("T")
Activity = dict[str, Any]
Made = Sequence[Callable[[], Activity]]
"""What a message is sent as, one after the other; a calendar entry's card is made, and kept, only where it is sent."""


@dataclass(frozen=True)
class Standing:
    """A card that stands in a conversation: its id, empty where Teams gave none, and the sum of its message."""

    id: str
    sum: str


class _Waits(Exception):
    """What is missing would come too soon."""

    def __init__(self, until: datetime) -> None:
        super().__init__("too soon")
        self.until = until


@dataclass
class TeamsDoor:
    """Personal chats in Teams. `keep` stores what no button can carry, `opens` says which buttons open a dialog."""

    connector: Connector
    reaching: Reaching
    keep: Keep
    opens: Opens
    pace: Pace = field(default_factory=Pace)
    name: str = NAME
    can_find: bool = False
    finds: Finds = "workspace"
    _begun: dict[tuple[str, str], dict[int, Standing]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def send(self, parcel: Parcel, now: datetime) -> Result:
        """Posts a message, or what is missing of it."""
        return self._told(parcel, now, lambda: self._post(parcel, now))

    def edit(self, parcel: Parcel, reference: str, now: datetime) -> Result:
        """Puts new words in the place of the old; where those are gone, posts them anew."""
        return self._told(parcel, now, lambda: self._change(parcel, reference, now))

    def find(self, parcel: Parcel, now: datetime) -> str | None:
        """Never anything: Teams lets no bot look for what it wrote."""
        return None

    def delete(self, parcel: Parcel, reference: str) -> None:
        """Takes a message back, as far as Teams said where it stands."""
        place, ids = read_reference(reference)
        for id_ in ids:
            self._take_away(place, id_)

    def _told(self, parcel: Parcel, now: datetime, does: Callable[[], Result]) -> Result:
        try:
            return does()
        except _Waits as waits:
            return RetryAt(waits.until, "only so many messages fit into a conversation at once")
        except Exception as failure:
            return self._meaning(parcel, failure, now)

    def _meaning(self, parcel: Parcel, failure: Exception, now: datetime) -> Result:
        result = meaning(failure, now)
        if isinstance(result, Gone) and not result.whole:
            if isinstance(failure, Refused) and failure.status == 404:
                self.reaching.lost(parcel.tenant, parcel.address)
            if is_channel(parcel.address):
                return Gone(NO_CHANNEL)
        return result

    # Posting

    def _post(self, parcel: Parcel, now: datetime) -> Result:
        place = self.reaching.place_of(parcel.tenant, parcel.address)
        ids = self._put(place, parcel, self._made(parcel), now)
        self._all_there(place, parcel)
        return Sent(write_reference(place, ids))

    def _put(self, place: Place, parcel: Parcel, made: Made, now: datetime) -> list[str]:
        """Sends each card that does not stand there yet, puts right each that shows older words; gives their ids."""
        begun = self._begun_of(place, parcel)
        sum_ = _sum(parcel.message)
        for part, make in enumerate(made):
            stands = begun.get(part)
            if stands is None or not (stands.sum == sum_ or self._updated(place, stands.id, make(), parcel, now)):
                begun[part] = Standing(self._sent(place, make(), parcel, now), sum_)
            else:
                begun[part] = Standing(stands.id, sum_)
        for part in sorted(begun.keys() - set(range(len(made)))):
            self._take_away(place, begun[part].id)
            del begun[part]
        return [begun[part].id for part in range(len(made))]

    def _sent(self, place: Place, activity: Activity, parcel: Parcel, now: datetime) -> str:
        return self._in_time(place, parcel, now, lambda: self.connector.send(place, activity))

    def _in_time(self, place: Place, parcel: Parcel, now: datetime, does: Callable[[], T]) -> T:
        """Does something that Teams takes only so often in a conversation. Raises _Waits where that is too soon."""
        until = self.pace.take(place.conversation, now, alert=parcel.lane == ALERT)
        if until is not None:
            raise _Waits(until)
        try:
            return does()
        except Refused as failure:
            if failure.status == 429:
                self.pace.hold(place.conversation, now + timedelta(seconds=asked_to_wait(failure) or 0))
            raise

    # Changing

    def _change(self, parcel: Parcel, reference: str, now: datetime) -> Result:
        """Changes each card in its place; posts all anew where there are more or fewer, a file, or one is gone."""
        stood, ids = read_reference(reference)
        place = self.reaching.place_of(parcel.tenant, parcel.address)
        made = self._made(parcel, mark_of(now.isoformat()))
        as_it_was = place.conversation == stood.conversation and len(made) == len(ids) and not parcel.message.attached
        if as_it_was and not self._begun.get((place.conversation, parcel.key)):
            pairs = zip(ids, made, strict=True)
            if all(self._updated(place, id_, make(), parcel, now) for id_, make in pairs):
                return Sent(write_reference(place, ids))
        new = self._put(place, parcel, made, now)
        if self.reaching.is_there(stood):
            for id_ in set(ids) - set(new):
                self._take_away(stood, id_)
        self._all_there(place, parcel)
        return Sent(write_reference(place, new))

    def _updated(self, place: Place, id_: str, activity: Activity, parcel: Parcel, now: datetime) -> bool:
        """Changes a card; whether it is still there, and ours."""
        if not id_:
            return False
        try:
            self._in_time(place, parcel, now, lambda: self.connector.update(place, id_, activity))
        except Refused as failure:
            if not is_lost(failure):
                raise
            return False
        return True

    def _take_away(self, place: Place, id_: str) -> None:
        if not id_:
            return
        try:
            self.connector.delete(place, id_)
        except Refused as failure:
            if not is_lost(failure):
                raise

    # What a message is sent as

    def _made(self, parcel: Parcel, mark: str = "") -> Made:
        """The cards of a message, and one for each file, which only a personal chat can take.

        `mark`: of which change they are, so that a press counts anew on a card that says again what it once said.
        """
        message, files = parcel.message, parcel.message.attached
        if files and is_channel(parcel.address):
            message, files = message.model_copy(update={"text": f"{message.text}\n\n{NOT_ATTACHED}".lstrip()}), ()
        cards = as_cards(message, partnership=parcel.partnership, where=TOLD, keep=self.keep, opens=self.opens)
        cards = [marked(card, mark) for card in cards] if mark else cards
        shown = [_ready(as_activity(card, summary=message.title)) for card in cards]
        return [*shown, *(lambda file=file: asks_for(file, self.keep) for file in files)]

    # What is remembered

    def _begun_of(self, place: Place, parcel: Parcel) -> dict[int, Standing]:
        with self._lock:
            while len(self._begun) >= MOST_BEGUN:
                del self._begun[next(iter(self._begun))]
            return self._begun.setdefault((place.conversation, parcel.key), {})

    def _all_there(self, place: Place, parcel: Parcel) -> None:
        with self._lock:
            self._begun.pop((place.conversation, parcel.key), None)


def _ready(activity: Activity) -> Callable[[], Activity]:
    return lambda: activity


def _sum(message: Message) -> str:
    """What tells a message's words from other words. Not of its cards: what they keep has another token each time."""
    return hashlib.sha256(message.model_dump_json().encode()).hexdigest()[:16]


def write_reference(place: Place, ids: Sequence[str]) -> str:
    """What finds a message again: the service, the conversation, and the id of each of its cards; some may be empty."""
    return json.dumps([place.service, place.conversation, *ids], separators=(",", ":"))


def read_reference(reference: str) -> tuple[Place, list[str]]:
    """The place and the ids of a message's cards."""
    service, conversation, *ids = json.loads(reference)
    return Place(service, conversation), ids
