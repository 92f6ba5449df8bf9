"""What can be made to go wrong with calls of the Web API, by method and for the next so many calls.

`before` means that Slack never took the request: nothing has happened. `after` means that it has happened, and only the
answer is lost.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from .errors import Json

When = Callable[[Json], bool]


@dataclass
class Fault:
    """One thing that goes wrong. `times` None: until cleared."""

    how: str
    method: str
    times: int | None = 1
    when: When | None = None
    status: int = 0
    error: str = ""
    seconds: float = 0.0

    def fits(self, method: str, params: Json) -> bool:
        return fnmatchcase(method, self.method) and (self.when is None or self.when(params))


@dataclass
class Faults:
    """The faults in store. `method` may hold a star: `chat.*`. Several that fit are used one after the other.

    A delay does not use up a call: it goes together with whatever else fits.
    """

    waiting: list[Fault] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def closes_after_taking(self, method: str, times: int | None = 1, when: When | None = None) -> None:
        """Takes the request and closes the connection without an answer."""
        self._add(Fault("close", method, times, when))

    def hangs_after_taking(
        self, method: str, times: int | None = 1, when: When | None = None, seconds: float = 60.0
    ) -> None:
        """Takes the request and says nothing for so long, then closes."""
        self._add(Fault("hang", method, times, when, seconds=seconds))

    def answers_after_taking(
        self, method: str, status: int = 503, times: int | None = 1, when: When | None = None
    ) -> None:
        """Takes the request and answers 503 or another status as if it had not."""
        self._add(Fault("status-after", method, times, when, status=status))

    def answers_without_taking(
        self, method: str, status: int = 503, times: int | None = 1, when: When | None = None
    ) -> None:
        """Answers 503, 500 or another status; nothing has happened."""
        self._add(Fault("status-before", method, times, when, status=status))

    def closes_without_taking(self, method: str, times: int | None = 1, when: When | None = None) -> None:
        """Closes the connection; nothing has happened."""
        self._add(Fault("reset", method, times, when))

    def limits(self, method: str, retry_after: int = 1, times: int | None = 1, when: When | None = None) -> None:
        """Answers 429 with Retry-After in seconds; nothing has happened."""
        self._add(Fault("limit", method, times, when, seconds=retry_after))

    def refuses(self, method: str, error: str, times: int | None = 1, when: When | None = None) -> None:
        """Answers with one of Slack's errors by name; nothing has happened."""
        self._add(Fault("error", method, times, when, error=error))

    def delays(self, method: str, seconds: float, times: int | None = None, when: When | None = None) -> None:
        """Waits so long before it takes each request."""
        self._add(Fault("delay", method, times, when, seconds=seconds))

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        with self.lock:
            self.waiting.clear()

    def _add(self, fault: Fault) -> None:
        with self.lock:
            self.waiting.append(fault)

    def delay_for(self, method: str, params: Json) -> float:
        """Seconds to wait before taking this call."""
        fault = self._next(method, params, delays=True)
        return fault.seconds if fault else 0.0

    def next_for(self, method: str, params: Json) -> Fault | None:
        """What goes wrong with this call, used up by it."""
        return self._next(method, params, delays=False)

    def _next(self, method: str, params: Json, delays: bool) -> Fault | None:
        with self.lock:
            for fault in self.waiting:
                if (fault.how == "delay") == delays and fault.fits(method, params):
                    if fault.times is not None:
                        fault.times -= 1
                        if fault.times == 0:
                            self.waiting.remove(fault)
                    return fault
        return None
