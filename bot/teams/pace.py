"""How fast Teams takes messages in one conversation: what comes sooner waits here instead of being refused there."""

import threading
from collections import defaultdict, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

WINDOWS = (
    (7, timedelta(seconds=1)),
    (8, timedelta(seconds=2)),
    (60, timedelta(seconds=30)),
    (1800, timedelta(hours=1)),
)
"""So many messages, new and changed ones together, in so long: Microsoft, "Optimize your bot with rate limiting"."""

MOST, LONGEST = WINDOWS[-1]

PUT_BACK = timedelta(seconds=10)
"""Two workers' clocks may differ a little; where ours is further behind what was noted, it was put back."""


@dataclass
class Pace:
    """What each conversation has taken of late, as far as this process knows, and until when it takes nothing."""

    _taken: dict[str, deque[datetime]] = field(default_factory=lambda: defaultdict(lambda: deque(maxlen=MOST)))
    _shut: dict[str, datetime] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, conversation: str, now: datetime, *, alert: bool) -> datetime | None:
        """Takes a place for one message now: None, or when to ask again.

        What is no alert leaves a tenth of the places, and at least one, so that an alert waits only where Teams itself
        would refuse it.
        """
        with self._lock:
            until = self._next(conversation, now, alert)
            if until is None:
                self._taken[conversation].append(now)
            return until

    def hold(self, conversation: str, until: datetime) -> None:
        """Teams takes nothing in a conversation before that time, alerts included."""
        with self._lock:
            self._shut[conversation] = until

    def _next(self, conversation: str, now: datetime, alert: bool) -> datetime | None:
        shut = self._shut.get(conversation)
        if shut is not None and now < shut:
            return shut
        self._shut.pop(conversation, None)
        taken = self._taken[conversation]
        if taken and taken[-1] - now > PUT_BACK:
            taken.clear()
        while taken and taken[0] <= now - LONGEST:
            taken.popleft()
        waits = [
            taken[-most] + within
            for all_, within in WINDOWS
            if (most := all_ if alert else all_ - max(1, all_ // 10)) <= len(taken) and taken[-most] > now - within
        ]
        return max(waits, default=None)
