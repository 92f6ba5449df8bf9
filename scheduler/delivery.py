"""Delivery: what waits in the outbox goes out, alerts before all else, in order within one place.

What "once" means is one table (docs/doors.md): where a door can look, an unsure message is looked up before it is
sent again; elsewhere an alert is rather sent twice, and all else rather never.
"""

import logging
import uuid
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from commands import delivering
from commands.runner import Point, Runner, no_point
from commands.tracing import trace_of
from storage.records import delivery
from storage.records.delivery import Claimed
from storage.records.message import Message
from storage.records.outbox import Outgoing

from .doors import Door, Gone, Parcel, RetryAt, Sent

log = logging.getLogger(__name__)

BATCH = 50
TRIES = 8
"""After so many tries a message that is no alert ends as not delivered."""

LONGEST_WAIT = timedelta(hours=1)


@dataclass
class DeliveryReport:
    """What one round of delivery did."""

    sent: int = 0
    waiting: int = 0
    dropped: int = 0
    failed: int = 0

    def add(self, ending: str) -> None:
        """Counts one message by how its try ended."""
        setattr(self, ending, getattr(self, ending) + 1)


@dataclass
class Delivery:
    """One worker's delivery. `threads` 0 sends in the caller's own thread, as rehearsals do.

    `lease`: how long a claimed message is ours, by the database's clock; longer than a batch takes.
    """

    runner: Runner
    doors: Mapping[str, Door]
    threads: int = 8
    sandbox: tuple[str, str] | None = None
    point: Point = no_point
    lease: timedelta = delivery.LEASE
    owner: str = field(default_factory=lambda: uuid.uuid4().hex)

    def deliver(self, clock: Callable[[], datetime]) -> DeliveryReport:
        """Sends everything that waits, until nothing is left whose time has come."""
        report = DeliveryReport()
        while claimed := delivery.claim(self.runner.store, self.owner, clock(), BATCH, self.lease):
            self.point("after-claim")
            places = _by_place(claimed)
            if self.threads:
                with ThreadPoolExecutor(self.threads) as pool:
                    endings = [e for batch in pool.map(lambda b: self._send_all(b, clock), places) for e in batch]
            else:
                endings = [e for batch in places for e in self._send_all(batch, clock)]
            for ending in endings:
                report.add(ending)
        return report

    def _send_all(self, batch: Iterable[Claimed], clock: Callable[[], datetime]) -> list[str]:
        return [self._send(claimed, clock()) for claimed in batch]

    def _send(self, claimed: Claimed, now: datetime) -> str:
        """Sends one message and notes how it ended: "sent", "waiting", "dropped" or "failed"."""
        row = claimed.row
        if row.expires_at is not None and row.expires_at <= now:
            return self._end(claimed, "dropped", "it was of no more use when it could have been sent")
        look = delivering.look(self.runner.store, claimed, self.owner, self.doors.keys(), now)
        if not look.mine:
            return "waiting"
        if not look.entitled:
            return self._readdress(claimed, now)
        place = self.sandbox or look.place
        if place is None:
            return self._failed(claimed, "this person has no door through which they can be reached", now)
        door, address = self.doors[place[0]], place[1]
        parcel = Parcel(
            f"{row.partnership}:{row.key}", row.partnership, row.person, address, self._words(row), row.lane
        )
        return self._through(claimed, door, parcel, now)

    def _words(self, row: Outgoing) -> Message:
        return row.words if self.sandbox is None else delivering.marked(self.runner.store, row)

    def _through(self, claimed: Claimed, door: Door, parcel: Parcel, now: datetime) -> str:
        row = claimed.row
        try:
            if claimed.look_first and not row.reference:
                if door.can_find:
                    found = door.find(parcel, now)
                    if found is not None:
                        return self._sent(claimed, door, parcel, found, now)
                elif row.lane != "alert":
                    return self._failed(claimed, "it may have got through, and this door cannot be asked", now)
            self.point("before-send")
            result = door.edit(parcel, row.reference, now) if row.reference else door.send(parcel, now)
            self.point("after-send")
        except Exception as failure:
            error = uuid.uuid4().hex[:12]
            about = {"action": "deliver", "kind": row.kind, "error": error, "trace": trace_of(failure)}
            log.error("a sending failed", extra=about)
            return self._again(claimed, now, unsure=True, reason=f"error {error}")
        match result:
            case Sent(reference):
                return self._sent(claimed, door, parcel, reference, now)
            case RetryAt(at, reason):
                delivery.note_waiting(self.runner.store, claimed, self.owner, until=at, unsure=False, reason=reason)
                return "waiting"
            case Gone(reason):
                return self._failed(claimed, reason, now)
            case unsure:
                return self._again(claimed, now, unsure=True, reason=unsure.reason)

    def _sent(self, claimed: Claimed, door: Door, parcel: Parcel, reference: str, now: datetime) -> str:
        mine = delivery.note_sent(
            self.runner.store,
            claimed,
            self.owner,
            door=door.name,
            address=parcel.address,
            reference=reference,
            now=now,
        )
        self.point("after-note")
        if not mine:
            door.delete(parcel, reference)
            return "waiting"
        return "sent"

    def _again(self, claimed: Claimed, now: datetime, *, unsure: bool, reason: str) -> str:
        row = claimed.row
        if row.lane != "alert" and row.attempts >= TRIES:
            return self._failed(claimed, reason, now)
        wait = min(timedelta(seconds=15) * 2 ** min(row.attempts, 8), LONGEST_WAIT)
        if row.lane == "alert":
            wait = min(wait, timedelta(minutes=1))
        delivery.note_waiting(self.runner.store, claimed, self.owner, until=now + wait, unsure=unsure, reason=reason)
        return "waiting"

    def _end(self, claimed: Claimed, state: str, reason: str) -> str:
        delivery.note_ended(self.runner.store, claimed, self.owner, state=state, reason=reason)
        return state

    def _failed(self, claimed: Claimed, reason: str, now: datetime) -> str:
        """Ends a message as not delivered; an alert's end is told to the business manager at once."""
        ending = self._end(claimed, "failed", reason)
        if claimed.row.lane == "alert":
            form = {"key": claimed.row.key}
            self.runner.perform(delivering.time_of(claimed.row), "message.not-delivered", form, None, now)
        return ending

    def _readdress(self, claimed: Claimed, now: datetime) -> str:
        """Sends a message on to whoever is in the post now; a note to a leaver just ends."""
        row = claimed.row
        if row.post:
            actor = delivering.time_of(row)
            outcome = self.runner.perform(actor, "message.readdress", {"key": row.key}, None, now)
            if not outcome.refused:
                return self._end(claimed, "dropped", "somebody else is in the post, who is told instead")
        if row.lane == "alert":
            return self._failed(claimed, "nobody entitled was left in the post", now)
        return self._end(claimed, "dropped", "nobody entitled was left in the post")


def _by_place(claimed: Iterable[Claimed]) -> list[list[Claimed]]:
    """Messages grouped by the person they go to, each group in its order, alerts' groups first."""
    places: dict[str, list[Claimed]] = {}
    for one in claimed:
        places.setdefault(one.row.person, []).append(one)
    return sorted(places.values(), key=lambda batch: batch[0].row.lane)
