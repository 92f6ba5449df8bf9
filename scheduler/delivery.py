"""Delivery: what waits in the outbox goes out, alerts before all else, in order within one place.

What "once" means is one table (docs/doors.md): where a door can look, an unsure message is looked up before it is
sent again; elsewhere an alert is rather sent twice, and all else rather never.
"""

import logging
import time
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from commands import delivering, permissions
from commands.delivering import Finds, Place
from commands.runner import Point, Runner, no_point
from commands.tracing import trace_of
from storage.records import delivery
from storage.records.delivery import Claimed
from storage.records.message import Message
from storage.records.outbox import HOME, LANES, Outgoing

from .doors import Door, Gone, NotLooked, Parcel, Result, RetryAt, Sent

log = logging.getLogger(__name__)

BATCH = 50
TRIES = 8
"""A message that is no alert ends as not delivered after at least so many tries and a day."""

LONGEST_WAIT = timedelta(hours=1)

LONGEST_TRYING = timedelta(days=1)
"""How long a message that is no alert is tried, or waits for somebody to have a door."""

LONGEST_HELD = timedelta(minutes=5)
"""After so long of a platform's asking to wait, the business manager hears of an alert."""

LONGEST_UNSURE = timedelta(minutes=10)
"""How long an alert waits between tries that may each be read, once the business manager has heard of it."""

AFTER_ALERTS = timedelta(seconds=1)
"""How long what is no alert waits while alerts to the same person are on their way."""

UNTRIED = timedelta(hours=6)
"""Longer than this after its time, a try is no longer one of those before it: nobody tried meanwhile."""

NO_DOOR_WAIT = timedelta(minutes=10)

_NO_CASES: Mapping[Finds, str] = {
    "address": "a case is not told by mail",
    "workspace": "a case is not shown in a channel",
}
"""Why a case does not go to the one place of a sandbox, by how its door knows where somebody is."""

LONGEST_TAKE_BACK = 10.0
A_LOOK = 0.1
"""How long a late worker waits for the one that has taken its message over, and how often it looks, in seconds."""


@dataclass
class DeliveryReport:
    """What one round of delivery did."""

    sent: int = 0
    waiting: int = 0
    dropped: int = 0
    failed: int = 0

    def __bool__(self) -> bool:
        """Whether anything was tried at all."""
        return any((self.sent, self.waiting, self.dropped, self.failed))

    def add(self, ending: str) -> None:
        """Counts one message by how its try ended."""
        setattr(self, ending, getattr(self, ending) + 1)


@dataclass
class Delivery:
    """One worker's delivery. `threads` 0 sends in the caller's own thread, as rehearsals do.

    `lanes`: a worker for messages of these only, so that alerts never wait behind a batch of others. `lease`: how
    long a claimed message is ours, by the database's clock; longer than a batch takes.
    """

    runner: Runner
    doors: Mapping[str, Door]
    threads: int = 8
    sandbox: tuple[str, str] | None = None
    point: Point = no_point
    lease: timedelta = delivery.LEASE
    lanes: Sequence[str] = LANES
    owner: str = field(default_factory=lambda: uuid.uuid4().hex)
    _paced: dict[int | None, datetime] = field(default_factory=dict)

    def deliver(self, clock: Callable[[], datetime], is_stopping: Callable[[], bool] = lambda: False) -> DeliveryReport:
        """Sends everything that waits, until nothing is left whose time has come.

        Once `is_stopping`, what is under way is finished, and what is held besides is let go.
        """
        report = DeliveryReport()
        while not is_stopping():
            claimed = delivery.claim(self.runner.store, self.owner, clock(), BATCH, self.lease, lanes=self.lanes)
            if not claimed:
                break
            self.point("after-claim")
            places = _by_place(claimed)
            if self.threads:
                with ThreadPoolExecutor(self.threads) as pool:
                    endings = [
                        e for batch in pool.map(lambda b: self._send_all(b, clock, is_stopping), places) for e in batch
                    ]
            else:
                endings = [e for batch in places for e in self._send_all(batch, clock, is_stopping)]
            for ending in endings:
                report.add(ending)
        return report

    def _send_all(
        self, batch: Sequence[Claimed], clock: Callable[[], datetime], is_stopping: Callable[[], bool]
    ) -> list[str]:
        """Sends what goes to one person, in order, until the platform takes no more for a moment."""
        endings = []
        for number, claimed in enumerate(batch):
            endings.append(self._let_go(claimed) if is_stopping() else self._send(claimed, clock()))
            until = self._paced.pop(claimed.row.id, None)
            if until is not None and (rest := batch[number + 1 :]):
                delivery.put_off(self.runner.store, rest, self.owner, until)
                return [*endings, *("waiting" for _ in rest)]
        return endings

    def _let_go(self, claimed: Claimed) -> str:
        delivery.give_back(self.runner.store, claimed, self.owner)
        return "waiting"

    def _send(self, claimed: Claimed, now: datetime) -> str:
        """Sends one message and notes how it ended: "sent", "waiting", "dropped" or "failed"."""
        row = claimed.row
        if row.expires_at is not None and row.expires_at <= now:
            return self._over(claimed, now)
        if row.lane != "alert" and (alert := delivery.alert_before(self.runner.store, row.person, now)) is not None:
            return self._after_the_alerts(claimed, max(alert, now + AFTER_ALERTS))
        look = delivering.look(self.runner.store, row, self.finds, now)
        if not look.entitled:
            return self._readdress(claimed, now)
        if not_shown := self._not_shown_in_a_sandbox(row):
            return self._end(claimed, "dropped", not_shown)
        place = self._sandboxed(row) or look.place
        if place is None:
            return self._no_door(claimed, look.why_not, now)
        self._also_by_mail(row, place, now)
        if row.reference and (row.door, row.address) != (place.door, place.address):
            row.reference = ""  # a live message that goes to another place begins there anew
        parcel = Parcel(
            key=f"{row.partnership}:{row.key}",
            partnership=row.partnership,
            person=row.person,
            address=place.address,
            message=self._words(row),
            lane=row.lane,
            about_case=row.about_case,
            tenant=place.tenant,
            kind=row.kind,
            since=row.created_at,
        )
        return self._through(claimed, self.doors[place.door], parcel, now)

    def _after_the_alerts(self, claimed: Claimed, until: datetime) -> str:
        """Waits a moment, untried, so that the alerts to the same person go first."""
        row = claimed.row
        delivery.note_waiting(
            self.runner.store,
            claimed,
            self.owner,
            until=until,
            unsure=row.unsure,
            reason="an alert goes first",
            held_since=row.held_since,
        )
        return "waiting"

    @property
    def finds(self) -> dict[str, Finds]:
        """How each open door knows where somebody is."""
        return {name: door.finds for name, door in self.doors.items()}

    def _sandboxed(self, row: Outgoing) -> Place | None:
        """The one place, where there is one; a home is looked at, not sent, and says itself that this is a trial."""
        if self.sandbox is None or row.kind == HOME:
            return None
        return delivering.sandbox_place(self.runner.store, row, self.sandbox, self.finds[self.sandbox[0]])

    def _not_shown_in_a_sandbox(self, row: Outgoing) -> str:
        """Why a message does not go to the one place, which others read too; empty where it may.

        A code opens an account, and no case goes to an address or a channel, not even on trial.
        """
        if self.sandbox is None or row.kind == HOME:
            return ""
        if row.secret:
            return "a code is sent to nobody else"
        return _NO_CASES.get(self.finds[self.sandbox[0]], "") if row.about_case else ""

    def _also_by_mail(self, row: Outgoing, place: Place, now: datetime) -> None:
        """A calendar entry goes by mail too where that is set up: stored first, so that no crash loses it."""
        if self.sandbox is not None or delivering.MAIL not in self.doors or place.door == delivering.MAIL:
            return
        if row.words.attached and not delivering.goes_by_mail_too(self.runner.store, row):
            self.runner.perform(delivering.time_of(row), "message.by-mail-too", {"key": row.key}, None, now)

    def _words(self, row: Outgoing) -> Message:
        return row.words if self.sandbox is None or row.kind == HOME else delivering.marked(self.runner.store, row)

    def _through(self, claimed: Claimed, door: Door, parcel: Parcel, now: datetime) -> str:
        row = claimed.row
        try:
            if claimed.look_first and not row.reference:
                ended = self._look(claimed, door, parcel, now)
                if ended is not None:
                    return ended
            place = (door.name, parcel.tenant, parcel.address)
            if not delivery.begin_try(self.runner.store, claimed, self.owner, place):
                return "waiting"
            self.point("before-send")
            result = door.edit(parcel, row.reference, now) if row.reference else door.send(parcel, now)
            self.point("after-send")
        except Exception as failure:
            error = uuid.uuid4().hex[:12]
            about = {"action": "deliver", "kind": row.kind, "error": error, "trace": trace_of(failure)}
            log.error("a sending failed", extra=about)
            return self._again(claimed, door, now, reason=f"error {error}")
        return self._ended(claimed, door, parcel, result, now)

    def _look(self, claimed: Claimed, door: Door, parcel: Parcel, now: datetime) -> str | None:
        """Looks up what may have got through: how it ended, or None where it is to be sent again, or put right."""
        row, may_look, found = claimed.row, door.can_find, None
        if may_look:
            try:
                found = door.find(parcel, now)
            except NotLooked as told:
                if told.result is not None:
                    return self._ended(claimed, door, parcel, told.result, now, looked=True)
                may_look = False
        changed = row.shape == "live" and row.attempts == 0  # newer words than those of the unsure try repeat nothing
        if not may_look and row.lane != "alert" and not changed:
            reason = "it may have got through, and this door cannot be asked"
            return self._failed(claimed, reason, now, perhaps_read=True)
        if found is not None and row.shape == "post":
            return self._sent(claimed, door, parcel, found, now)
        row.reference = found or ""  # a live message that got through may show older words: edit it
        return None

    def _ended(
        self, claimed: Claimed, door: Door, parcel: Parcel, result: Result, now: datetime, *, looked: bool = False
    ) -> str:
        """Notes what came of a try. `looked`: it was only looked up, so that it may have got through as before."""
        match result:
            case Sent(reference):
                return self._sent(claimed, door, parcel, reference, now)
            case RetryAt(at, reason):
                return self._held(claimed, at, reason, now, unsure=looked)
            case Gone():
                return self._gone(claimed, door, parcel, result, now, perhaps_read=looked)
            case unsure:
                return self._again(claimed, door, now, reason=unsure.reason)

    def _sent(self, claimed: Claimed, door: Door, parcel: Parcel, reference: str, now: datetime) -> str:
        mine = delivery.note_sent(
            self.runner.store,
            claimed,
            self.owner,
            place=(door.name, parcel.tenant, parcel.address),
            reference=reference,
            now=now,
        )
        self.point("after-note")
        if not mine:
            self._take_back(claimed, door, parcel, reference)
            return "waiting"
        return "sent"

    def _take_back(self, claimed: Claimed, door: Door, parcel: Parcel, reference: str) -> None:
        """Deletes what was sent though another worker had taken the message over.

        Not where that one has found it or changed it in its place. While the other is still at it, it is waited for;
        where that takes too long, ours stays: rather twice than never.
        """
        row = claimed.row
        for _ in range(int(LONGEST_TAKE_BACK / A_LOOK)):
            busy, noted = delivery.stands(self.runner.store, row.partnership, row.key)
            if noted == reference:
                return
            if not busy:
                break
            time.sleep(A_LOOK)
        else:
            return
        try:
            door.delete(parcel, reference)
        except Exception as failure:
            about = {"action": "take-back", "kind": row.kind, "error": uuid.uuid4().hex[:12]}
            log.error("a message too many was not taken back", extra=about | {"trace": trace_of(failure)})

    def _held(self, claimed: Claimed, until: datetime, reason: str, now: datetime, *, unsure: bool) -> str:
        """Waits as long as the platform asks, but not for ever: somebody hears of an alert soon, and the rest ends.

        Where nothing was tried for long, as in a pause, it counts from now.
        """
        row = claimed.row
        since = row.held_since if row.held_since is not None and now - row.not_before < UNTRIED else now
        if row.lane == "alert" and now - since >= LONGEST_HELD:
            self._tell_manager(row, reason, now)
            self.point("before-end")
        elif row.lane != "alert" and now - since >= LONGEST_TRYING:
            return self._failed(claimed, reason, now, perhaps_read=unsure)
        if until - now <= delivery.A_MOMENT:
            self._paced[row.id] = until
        store, owner = self.runner.store, self.owner
        delivery.note_waiting(store, claimed, owner, until=until, unsure=unsure, reason=reason, held_since=since)
        return "waiting"

    def _again(self, claimed: Claimed, door: Door, now: datetime, *, reason: str) -> str:
        """Puts back a message that may have got through, to wait longer each time; no alert ends after a day of it.

        Of an alert the business manager hears after some tries. At a door that cannot look each further one may be
        read, so that they are fewer from then on.
        """
        row = claimed.row
        often = row.attempts >= TRIES
        if row.lane != "alert" and often and now - row.created_at >= LONGEST_TRYING:
            return self._failed(claimed, reason, now, perhaps_read=True)
        wait = min(timedelta(seconds=15) * 2 ** min(row.attempts, 8), LONGEST_WAIT)
        if row.lane == "alert":
            wait = min(wait, LONGEST_UNSURE if often and not door.can_find else timedelta(minutes=1))
            if often:
                self._tell_manager(row, reason, now)
                self.point("before-end")
        delivery.note_waiting(self.runner.store, claimed, self.owner, until=now + wait, unsure=True, reason=reason)
        return "waiting"

    def _no_door(self, claimed: Claimed, reason: str, now: datetime) -> str:
        """Somebody cannot be reached yet: it waits for a door; of an alert the business manager hears at once.

        A home has no other place: it ends, and waits again as soon as its words change or it is opened.
        """
        if claimed.row.kind == HOME:
            return self._failed(claimed, reason, now)
        if claimed.row.lane == "alert":
            self._tell_manager(claimed.row, reason, now)
            self.point("before-end")
        elif now - claimed.row.created_at >= LONGEST_TRYING:
            return self._failed(claimed, reason, now, perhaps_read=claimed.look_first)
        wait = NO_DOOR_WAIT
        if claimed.row.lane == "alert":
            # Often at first, then less: the manager has been told, and each look is a writing.
            wait = max(timedelta(minutes=1), min((now - claimed.row.created_at) / 2, LONGEST_WAIT))
        unsure = claimed.look_first
        delivery.note_waiting(self.runner.store, claimed, self.owner, until=now + wait, unsure=unsure, reason=reason)
        return "waiting"

    def _gone(
        self, claimed: Claimed, door: Door, parcel: Parcel, gone: Gone, now: datetime, *, perhaps_read: bool
    ) -> str:
        """Takes the next door, once the business manager is told that this one reaches somebody no more.

        A home has no other place, and that it cannot be shown is no news to anybody.
        """
        if self.sandbox is not None or claimed.row.kind == HOME:
            return self._failed(claimed, gone.reason, now, perhaps_read=perhaps_read)
        row = claimed.row
        shut = Place(door.name, parcel.tenant, parcel.address)
        instead = delivering.elsewhere(self.runner.store, row, self.finds, shut, whole=gone.whole)
        form = {
            "door": door.name,
            "tenant": parcel.tenant,
            "address": parcel.address,
            "person": row.person,
            "reason": gone.reason,
            "whole": gone.whole,
            "instead": instead.door if instead else "",
        }
        others = [] if gone.whole else delivering.also_there(self.runner.store, row, shut, door.finds, now)
        for other in others:  # told first, since what is marked already is told to nobody
            self.runner.perform(permissions.time(other), "account.gone", form | {"marks": False}, None, now)
        self.runner.perform(delivering.time_of(row), "account.gone", form, None, now)
        if instead is None and row.lane != "alert":
            return self._failed(claimed, gone.reason, now, perhaps_read=perhaps_read)
        delivery.note_waiting(
            self.runner.store, claimed, self.owner, until=now, unsure=False, reason=gone.reason, elsewhere=True
        )
        return "waiting"

    def _over(self, claimed: Claimed, now: datetime) -> str:
        """Ends a message whose time is over; what stood in a note goes into the next one first."""
        self._move_lines_on(claimed.row, now)
        return self._end(claimed, "dropped", "it was of no more use when it could have been sent")

    def _move_lines_on(self, row: Outgoing, now: datetime) -> None:
        if row.kind == "daily-note":
            self.runner.perform(delivering.time_of(row), "note.move-on", {"key": row.key}, None, now)

    def _end(self, claimed: Claimed, state: str, reason: str, *, unsure: bool | None = None) -> str:
        delivery.note_ended(self.runner.store, claimed, self.owner, state=state, reason=reason, unsure=unsure)
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
        return self._end(claimed, "failed", reason, unsure=perhaps_read)

    def _tell_manager(self, row: Outgoing, reason: str, now: datetime) -> None:
        """Tells the business manager, once, of an alert that reaches nobody; not of one about such an alert."""
        if row.kind != "not-delivered" and not delivering.manager_knows(self.runner.store, row):
            form = {"key": row.key, "reason": reason}
            self.runner.perform(delivering.time_of(row), "message.not-delivered", form, None, now)
            if (answered_for := delivering.waits_for_answer(row)) is not None:
                self.runner.perform(delivering.time_of(row), "incident.not-reached", answered_for, None, now)

    def _readdress(self, claimed: Claimed, now: datetime) -> str:
        """Sends a message on to whoever is in the post now; a note to a leaver just ends."""
        row = claimed.row
        if row.post:
            actor = delivering.time_of(row)
            outcome = self.runner.perform(actor, "message.readdress", {"key": row.key}, None, now)
            if not outcome.refused:
                return self._end(claimed, "dropped", "somebody else is in the post, who is told instead")
        if row.lane == "alert":
            reason = "nobody entitled was left in the post"
            return self._failed(claimed, reason, now, perhaps_read=claimed.look_first)
        return self._end(claimed, "dropped", "nobody entitled was left in the post")


def _by_place(claimed: Iterable[Claimed]) -> list[list[Claimed]]:
    """Messages grouped by the person they go to, each group in its order, alerts' groups first."""
    places: dict[str, list[Claimed]] = {}
    for one in claimed:
        places.setdefault(one.row.person, []).append(one)
    return sorted(places.values(), key=lambda batch: batch[0].row.lane)
