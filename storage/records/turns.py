"""Whoever comes first goes first: a lock for the one writer, which one thread may take again while it has it."""

import threading
from collections import deque
from types import TracebackType


class Turns:
    """A re-entrant lock that is handed to whoever has waited longest.

    `threading.RLock` gives it back to whoever lets go and asks again at once, so that a thread with much to write (four
    hundred reminders) keeps all others waiting, alerts too.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[tuple[int, threading.Lock]] = deque()
        self._whose: int | None = None
        self._depth = 0

    def __enter__(self) -> None:
        me = threading.get_ident()
        with self._guard:
            if self._whose in (None, me):  # while somebody waits, it is handed on and never free
                self._whose, self._depth = me, self._depth + 1
                return
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append((me, turn))
        try:
            turn.acquire()
        except BaseException:
            self._give_up(me, turn)
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._guard:
            self._depth -= 1
            if not self._depth:
                self._hand_on()

    def _hand_on(self) -> None:
        if not self._waiting:
            self._whose = None
            return
        self._whose, turn = self._waiting.popleft()
        self._depth = 1
        turn.release()

    def _give_up(self, me: int, turn: threading.Lock) -> None:
        """Somebody was interrupted while waiting: they wait no more, or hand on what they were just given."""
        with self._guard:
            if (me, turn) in self._waiting:
                self._waiting.remove((me, turn))
            elif self._whose == me:
                self._depth = 0
                self._hand_on()
