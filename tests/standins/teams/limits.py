"""How often and how much: Microsoft's windows of requests, by the stand-in's clock, and the size of a message.

Microsoft, "Optimize your bot with rate limiting": per bot and conversation so many in so many seconds; fifty requests
a second per app and tenant. "Format your bot messages": 100 KB in UTF-16, keep under 80 KB; here 80 is the limit.
"""

import json
import math
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from .errors import Json, Refused

SENDING = ((7, 1.0), (8, 2.0), (60, 30.0), (1800, 3600.0))
ROSTER = ((14, 1.0), (16, 2.0), (120, 30.0), (3600, 3600.0))
PER_TENANT = ((50, 1.0),)
MOST_BYTES = 80 * 1024


@dataclass
class Windows:
    """What has come in which window. `burst` multiplies every limit, for where the clock stands still."""

    clock: Callable[[], float]
    burst: int = 1
    came: dict[tuple[str, str], list[float]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, operation: str, place: str, tenant: str) -> None:
        """Counts one request. Operation: send, create or roster. Refused 429 with Retry-After where it is too many."""
        allowed = {"roster": ROSTER}.get(operation, SENDING)
        with self.lock:
            now = self.clock()
            wait = max(self._wait((operation, place), allowed, now), self._wait(("tenant", tenant), PER_TENANT, now))
            if wait:
                raise Refused(429, "Throttled", math.ceil(wait))
            self.came[operation, place].append(now)
            self.came["tenant", tenant].append(now)

    def _wait(self, key: tuple[str, str], allowed: tuple[tuple[int, float], ...], now: float) -> float:
        longest = max(seconds for _, seconds in allowed)
        times = self.came[key] = [at for at in self.came.get(key, []) if now - longest < at <= now]
        waits = [0.0]
        for most, seconds in allowed:
            inside = [at for at in times if at > now - seconds]
            if len(inside) >= most * self.burst:
                waits.append(inside[-most * self.burst] + seconds - now)
        return max(waits)


def too_big(activity: Json) -> bool:
    """Whether a message is larger than Teams takes."""
    return len(json.dumps(activity, ensure_ascii=False).encode("utf-16-le", "surrogatepass")) > MOST_BYTES
