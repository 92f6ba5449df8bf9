"""The running bot: the loops that read the real clock and call the tick, delivery and the auditor.

APScheduler only ticks; what is due and what was said stands in the database, so that a kill loses nothing.
"""

import logging
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from apscheduler.schedulers.background import BackgroundScheduler

from scheduler.auditor import BEATS, SILENCE, audit, tell
from scheduler.delivery import Delivery, DeliveryReport
from scheduler.tick import tick
from scheduler.weeks_ahead import WeeksAhead
from storage.records import delivery, outbox
from storage.records.outbox import ALERT, IN_TURN, POST

from . import clock
from .site import Site, open_site
from .terminal.reaching import open_everywhere
from .wiring import Installation

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")

TICK_SECONDS = 12
DELIVERY_SECONDS = 5
"""How long delivery sleeps when nothing wakes it: what waits for its time goes out that much later at most."""

SHORTEST_PAUSE = 0.2
"""How long delivery rests at least between two rounds, in seconds."""

HOMES_SECONDS = 2
REHEARSALS_SECONDS = 3
WATCH_SECONDS = 60
MAILBOX_SECONDS = 60
MEET_SECONDS = 300
LONGEST_MEETING = 30
"""Seconds for which delivery waits for the first look round; alerts never wait."""

AUDIT_SECONDS = 300
FIRST_AUDIT = timedelta(seconds=30)
"""When the first audit comes: after the first tick and the first round of delivery."""

BEAT = timedelta(minutes=1)
"""How often a loop notes that it lives: an empty round writes nothing else."""

HEARTBEAT_SECONDS = 60
"""How often the heartbeat address is called while all is well."""

HEARTBEAT_TIMEOUT = 5

LONGEST_STOP = 15
"""How long a stop waits for the loops, in seconds: longer than one call of a platform takes. What is cut off then is
taken up again at the next start."""


@dataclass
class Loops:
    """The loops of one installation. `now` is the real clock."""

    installation: Installation
    now: Callable[[], datetime] = clock.now
    stopping: threading.Event = field(default_factory=threading.Event)
    _beats: dict[str, datetime] = field(default_factory=dict)
    _scheduler: BackgroundScheduler = field(init=False)
    _delivery: threading.Thread = field(init=False)
    _alerts: threading.Thread = field(init=False)
    _in_turn: threading.Thread = field(init=False)
    _homes: threading.Thread = field(init=False)
    _rehearsals: threading.Thread = field(init=False)
    _site: Site | None = None
    _met: threading.Event = field(default_factory=threading.Event)
    _well: bool = False

    def __post_init__(self) -> None:
        self._scheduler = BackgroundScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1}
        )
        self._delivery = self._thread("delivery", self._deliver)
        self._alerts = self._thread("alerts", self._deliver_alerts)
        self._in_turn = self._thread("in turn", self._deliver_in_turn)
        self._homes = self._thread("homes", self._keep_homes)
        self._rehearsals = self._thread("rehearsals", self._rehearse)

    def start(self) -> None:
        """Starts the loops: the first tick and the first round of delivery come at once, and find everybody's door."""
        first = self.now()
        self._site = open_site(self.installation)
        if self.installation.by_terminal:
            open_everywhere(self.installation.runner, first)
        self._scheduler.add_job(self.tick_once, "interval", seconds=TICK_SECONDS, next_run_time=first)
        self._scheduler.add_job(self.audit_once, "interval", seconds=AUDIT_SECONDS, next_run_time=first + FIRST_AUDIT)
        self._scheduler.add_job(self.heartbeat_once, "interval", seconds=HEARTBEAT_SECONDS)
        self._scheduler.add_job(self.meet_once, "interval", seconds=MEET_SECONDS, next_run_time=first)
        if self.installation.watch is not None:
            self._scheduler.add_job(self.watch_once, "interval", seconds=WATCH_SECONDS, next_run_time=first)
        if self.installation.mailbox is not None:
            self._scheduler.add_job(self.mailbox_once, "interval", seconds=MAILBOX_SECONDS, next_run_time=first)
        self._scheduler.start()
        for thread in self._threads:
            thread.start()
        for chat in self.installation.chats:
            chat.start()

    def stop(self) -> None:
        """Stops them cleanly: nothing new is begun, and what is under way is finished, as long as that takes no longer
        than LONGEST_STOP."""
        self.stopping.set()
        self._met.set()
        self.installation.woken.set()
        self.installation.alerted.set()
        if self._site is not None:
            self._site.stop()
        for chat in self.installation.chats:
            chat.stop()
        ticking = self._thread("stopping", self._scheduler.shutdown)
        ticking.start()
        until = time.monotonic() + LONGEST_STOP
        for thread in (ticking, *self._threads):
            thread.join(max(until - time.monotonic(), 0))
            if thread.is_alive():
                log.warning("a loop did not stop in time", extra={"action": "stop", "loop": thread.name})

    @staticmethod
    def _thread(name: str, does: Callable[[], None]) -> threading.Thread:
        """A thread that does not keep the process from ending."""
        return threading.Thread(target=does, name=name, daemon=True)

    @property
    def _threads(self) -> tuple[threading.Thread, ...]:
        return (self._delivery, self._alerts, self._in_turn, self._homes, self._rehearsals)

    def tick_once(self) -> None:
        """One tick; what it has to say is delivered at once."""
        report = tick(self.installation.runner, self.now())
        self._note_beat("tick")
        if report.handled or report.failed:
            log.info("ticked", extra={"action": "tick", "handled": report.handled})
            self.installation.woken.set()

    def audit_once(self) -> None:
        """One audit; where not all is well the business manager hears of it, and the heartbeat address nothing."""
        runner = self.installation.runner
        if self.installation.by_terminal:
            open_everywhere(runner, self.now())
        self._well = False  # should the audit itself break
        report = audit(runner, self.now())
        self._well = report.all_well
        if not report.all_well:
            tell(runner, report, self.now())
            log.warning("not all is well", extra={"action": "audit", "findings": len(report.findings)})

    def heartbeat_once(self) -> None:
        """Calls the heartbeat address: while the last audit found all well, and tick and delivery live since.

        Whoever watches that address misses us when we stop, and is the only one who can.
        """
        url = self.installation.settings.heartbeat_url
        if url is None or not self._well:
            return
        with self.installation.store.reading() as session:
            beats = delivery.last_beats(session, BEATS)
        if all(name in beats and self.now() - beats[name] <= SILENCE for name in BEATS):
            self._call(url)

    def meet_once(self) -> None:
        """Looks for who is who at the chat platforms: new people in post get their first word there."""
        for chat in self.installation.chats:
            try:
                chat.look_round()
            except Exception:
                log.exception("a look round broke", extra={"action": "meet"})
        self._met.set()

    def watch_once(self) -> None:
        """Asks what became of messages whose service tells of failures only when asked; who is next is told at once."""
        if self.installation.watch is None:
            return
        try:
            if self.installation.watch(self.now()):
                self.tick_once()
        except Exception:
            log.exception("a look at what was sent broke", extra={"action": "watch"})

    def mailbox_once(self) -> None:
        """Takes what calendar programs have answered; what follows from it is delivered at once."""
        if self.installation.mailbox is None:
            return
        try:
            if self.installation.mailbox(self.now()):
                self.installation.woken.set()
        except Exception:
            log.exception("a look into the mailbox broke", extra={"action": "mailbox"})

    def _note_beat(self, name: str) -> None:
        """Notes now and then that a loop lives; the auditor looks for it."""
        now = self.now()
        if now - self._beats.get(name, datetime.min.replace(tzinfo=UTC)) >= BEAT:
            delivery.beat(self.installation.store, name, now)
            self._beats[name] = now

    def _call(self, url: str) -> None:
        try:
            with urllib.request.urlopen(url, timeout=HEARTBEAT_TIMEOUT):
                pass
        except (urllib.error.URLError, OSError):
            log.warning("the heartbeat address did not answer", extra={"action": "heartbeat"})

    def deliver_once(self) -> bool:
        """One round of delivery, of whatever waits; whether there was anything."""
        report = self._round(self.installation.posts)
        if report is not None:
            self._note_beat("delivery")
        return report is None or bool(report)

    def _round(self, worker: Delivery) -> DeliveryReport | None:
        """A round of one worker. One that breaks (None) is begun again: what it held comes free when its lease ends."""
        try:
            report = worker.deliver(self.now, self.stopping.is_set)
            if report.sent or report.failed:
                log.info("delivered", extra={"action": "deliver", "sent": report.sent})
        except Exception:
            log.exception("a round of delivery broke", extra={"action": "deliver"})
            return None
        return report

    def _deliver(self) -> None:
        self._wait_for_the_first_look_round()
        self._loop(self.installation.woken, self.deliver_once, SHORTEST_PAUSE)

    def _wait_for_the_first_look_round(self) -> None:
        """Before it nobody new is known in a chat, and mail would be taken."""
        if self.installation.chats:
            self._met.wait(LONGEST_MEETING)

    def _deliver_alerts(self) -> None:
        """A worker for alerts alone, so that none waits behind a batch of something else."""
        self._loop(self.installation.alerted, lambda: self._round(self.installation.alerts))

    def _deliver_in_turn(self) -> None:
        """A worker for what many are sent at once: one after the other, so that nothing else waits for it."""
        self._wait_for_the_first_look_round()
        while not self.stopping.wait(self._turn("deliver", lambda: self._pause((IN_TURN,))) or DELIVERY_SECONDS):
            self._turn("deliver", lambda: self._round(self.installation.in_turn))

    def _keep_homes(self) -> None:
        """Keeps true what people start from, some seconds after something has changed."""
        while not self.stopping.wait(HOMES_SECONDS):
            self._turn("homes", self.keep_homes_once)

    def keep_homes_once(self) -> None:
        """One round of keeping homes true; what has changed is delivered at once."""
        if self.installation.homes.keep(self.now()):
            self.installation.woken.set()

    def _rehearse(self) -> None:
        """Works out what business managers have asked to see in advance; what is begun when we stop is begun again."""
        while not self.stopping.wait(REHEARSALS_SECONDS):
            self.rehearse_once()

    def rehearse_once(self) -> None:
        """Works out whatever was asked for. One round that breaks is followed by the next."""
        try:
            if WeeksAhead(self.installation.runner, self.stopping.is_set).work_out(self.now()).handled:
                self.installation.woken.set()
        except Exception:
            log.exception("a round of rehearsals broke", extra={"action": "rehearse"})

    def _loop(self, woken: threading.Event, once: Callable[[], object], rest: float = 0.0) -> None:
        """Rounds until the end: each when woken, or when something's time has come; with a rest after one that sent."""
        while not self.stopping.is_set():
            woken.clear()
            if self._turn("deliver", once):
                self.stopping.wait(rest)
            woken.wait(self._turn("deliver", self._pause) or DELIVERY_SECONDS)

    def _turn(self, action: str, does: Callable[[], Answer]) -> Answer | None:
        """One turn of a loop. None where it broke, as when the database is away: the next one follows."""
        try:
            return does()
        except Exception:
            log.exception("a turn broke", extra={"action": action})
            return None

    def _pause(self, lanes: Sequence[str] = (ALERT, POST)) -> float:
        """Seconds until something waits for its time, such as the second that Slack wants between two messages."""
        with self.installation.store.reading() as session:
            following = outbox.next_time(session, lanes)
        if following is None:
            return DELIVERY_SECONDS
        return min(max((following - self.now()).total_seconds(), SHORTEST_PAUSE), DELIVERY_SECONDS)
