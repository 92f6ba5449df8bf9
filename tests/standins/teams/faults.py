"""What can be made to go wrong with the requests that the bot makes, by route and for the next so many requests.

Routes: send, targeted, update, delete, create, member, members, upload, keys, metadata; also with stars: `*`.
`taken` says whether it has happened all the same and only the answer is lost.
"""

import threading
from dataclasses import dataclass, field
from fnmatch import fnmatchcase


@dataclass
class Fault:
    """One thing that goes wrong. `times` None: until cleared."""

    how: str
    """status, drop, hang or placeholder"""
    route: str
    times: int | None = 1
    taken: bool = False
    status: int = 0
    code: str = ""
    retry_after: float | str | None = None
    seconds: float = 0.0


@dataclass
class Faults:
    """The faults in store, used one after the other by the requests that fit."""

    waiting: list[Fault] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def next(
        self,
        status: int,
        code: str = "",
        retry_after: float | str | None = None,
        times: int | None = 1,
        route: str = "send",
        taken: bool = False,
    ) -> None:
        """Answers with this status. `retry_after` in seconds (or a date as HTTP writes it); None: no such header."""
        self._add(Fault("status", route, times, taken, status, code, retry_after))

    def drop(self, times: int | None = 1, route: str = "send", taken: bool = True) -> None:
        """Cuts the connection without an answer."""
        self._add(Fault("drop", route, times, taken))

    def hang(self, seconds: float, times: int | None = 1, route: str = "send", taken: bool = True) -> None:
        """Says nothing for so many seconds of the real clock, then cuts the connection."""
        self._add(Fault("hang", route, times, taken, seconds=seconds))

    def placeholder(self, times: int | None = 1, route: str = "send") -> None:
        """Takes the message, and answers without an id."""
        self._add(Fault("placeholder", route, times, taken=True))

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        with self.lock:
            self.waiting.clear()

    def next_for(self, route: str) -> Fault | None:
        """What goes wrong with this request, used up by it."""
        with self.lock:
            for fault in self.waiting:
                if fnmatchcase(route, fault.route):
                    self._use(fault)
                    return fault
        return None

    def _use(self, fault: Fault) -> None:
        if fault.times is not None:
            fault.times -= 1
            if fault.times == 0:
                self.waiting.remove(fault)

    def _add(self, fault: Fault) -> None:
        with self.lock:
            self.waiting.append(fault)
