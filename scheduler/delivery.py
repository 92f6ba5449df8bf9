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
"""A message that is no alert ends as not delivered after at least so many tries and a day."""

LONGEST_WAIT = timedelta(hours=1)

LONGEST_TRYING = timedelta(days=1)
"""How long a message that is no alert is tried, or waits for somebody to have a door."""

NO_DOOR_WAIT = timedelta(minutes=10)


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

    `lane`: a worker for messages of one lane only, so that alerts never wait behind a batch of others. `lease`: how
    long a claimed message is ours, by the database's clock; longer than a batch takes.
    """

    runner: Runner
    doors: Mapping[str, Door]
    threads: int = 8
    sandbox: tuple[str, str] | None = None
    point: Point = no_point
    lease: timedelta = delivery.LEASE
    lane: str | None = None
    owner: str = field(default_factory=lambda: uuid.uuid4().hex)

    def deliver(self, clock: Callable[[], datetime]) -> DeliveryReport:
        """Sends everything that waits, until nothing is left whose time has come."""
        report = DeliveryReport()
        while claimed := delivery.claim(self.runner.store, self.owner, clock(), BATCH, self.lease, lane=self.lane):
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
            return self._over(claimed, now)
        look = delivering.look(self.runner.store, row, self.doors.keys(), now)
        if not look.entitled:
            return self._readdress(claimed, now)
        place = self.sandbox or look.place
        if place is None:
            return self._no_door(claimed, look.why_not, now)
        door, address = self.doors[place[0]], place[1]
        key, words = f"{row.partnership}:{row.key}", self._words(row)
        parcel = Parcel(key, row.partnership, row.person, address, words, row.lane, row.about_case)
        return self._through(claimed, door, parcel, now)

    def _words(self, row: Outgoing) -> Message:
        return row.words if self.sandbox is None else delivering.marked(self.runner.store, row)

    def _through(self, claimed: Claimed, door: Door, parcel: Parcel, now: datetime) -> str:
        row = claimed.row
        try:
            if claimed.look_first and not row.reference:
                if door.can_find:
                    found = door.find(parcel, now)
                    if found is not None and row.shape == "post":
                        return self._sent(claimed, door, parcel, found, now)
                    row.reference = found or ""  # a live message that got through may show older words: edit it
                elif row.lane != "alert":
                    reason = "it may have got through, and this door cannot be asked"
                    return self._failed(claimed, reason, now, perhaps_read=True)
            if not delivery.begin_try(self.runner.store, claimed, self.owner):
                return "waiting"
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
        """Puts a message back, to wait longer each time; one that is no alert ends after a day of it."""
        row = claimed.row
        if row.lane != "alert" and row.attempts >= TRIES and now - row.created_at >= LONGEST_TRYING:
            return self._failed(claimed, reason, now, perhaps_read=unsure)
        wait = min(timedelta(seconds=15) * 2 ** min(row.attempts, 8), LONGEST_WAIT)
        if row.lane == "alert":
            wait = min(wait, timedelta(minutes=1))
        delivery.note_waiting(self.runner.store, claimed, self.owner, until=now + wait, unsure=unsure, reason=reason)
        return "waiting"

    def _no_door(self, claimed: Claimed, reason: str, now: datetime) -> str:
        """Somebody cannot be reached yet: it waits for a door; of an alert the business manager hears at once."""
        if claimed.row.lane == "alert":
            self._tell_manager(claimed.row, reason, now)
        elif now - claimed.row.created_at >= LONGEST_TRYING:
            return self._failed(claimed, reason, now)
        wait = NO_DOOR_WAIT
        if claimed.row.lane == "alert":
            # Often at first, then less: the manager has been told, and each look is a writing.
            wait = max(timedelta(minutes=1), min((now - claimed.row.created_at) / 2, LONGEST_WAIT))
        delivery.note_waiting(self.runner.store, claimed, self.owner, until=now + wait, unsure=False, reason=reason)
        return "waiting"

    def _over(self, claimed: Claimed, now: datetime) -> str:
        """Ends a message whose time is over; what stood in a note goes into the next one first."""
        self._move_lines_on(claimed.row, now)
        return self._end(claimed, "dropped", "it was of no more use when it could have been sent")

    def _move_lines_on(self, row: Outgoing, now: datetime) -> None:
        if row.kind == "daily-note":
            self.runner.perform(delivering.time_of(row), "note.move-on", {"key": row.key}, None, now)

    def _end(self, claimed: Claimed, state: str, reason: str) -> str:
        delivery.note_ended(self.runner.store, claimed, self.owner, state=state, reason=reason)
        return state

    def _failed(self, claimed: Claimed, reason: str, now: datetime, *, perhaps_read: bool = False) -> str:
        """Ends a message as not delivered. What follows from that is stored first, so that a crash repeats it.

        `perhaps_read`: it may have got through, so the lines of a note are not said again: nags rather never.
        """
        if claimed.row.lane == "alert":
            self._tell_manager(claimed.row, reason, now)
        if not perhaps_read:
            self._move_lines_on(claimed.row, now)
        self.point("before-end")
        return self._end(claimed, "failed", reason)

    def _tell_manager(self, row: Outgoing, reason: str, now: datetime) -> None:
        """Tells the business manager, once, of an alert that reaches nobody; not of one about such an alert."""
        if row.kind != "not-delivered":
            form = {"key": row.key, "reason": reason}
            self.runner.perform(delivering.time_of(row), "message.not-delivered", form, None, now)

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
