"""What came out: each text with the place where it did and who saw it, and the canaries that must not stand there."""

import logging
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.logs import AsJson

from .canaries import OUTSIDE, Canaries

WEB = "web"
"""The action that the lines of the access log have."""


@dataclass(frozen=True)
class Seen:
    """One text that came out: at which place, before whom, and where exactly, in words without anything typed."""

    place: str
    by: str
    where: str
    text: str


@dataclass(frozen=True)
class Leak:
    """A canary that came out where it must not."""

    place: str
    by: str
    where: str
    canary: str

    def __str__(self) -> str:
        return f'"{self.canary}" came out: {self.where}, before {self.by}'


@dataclass
class Record:
    """All that came out in a drill; added to by the story, the doors, the pages' thread and the log."""

    canaries: Canaries
    seen: list[Seen] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, place: str, by: str, where: str, text: str) -> None:
        """Keeps a text that came out."""
        with self._lock:
            self.seen.append(Seen(place, by, where, text))

    def at(self, place: str) -> list[Seen]:
        """What came out at a place."""
        return [each for each in self.seen if each.place == place]

    def leaks(self) -> list[Leak]:
        """Each canary that came out where it must not, once for each way in which it did."""
        found: dict[Leak, None] = {}
        find = self.canaries.finder()
        for each in self.seen:
            for canary in find(each.text):
                if not canary.may_be_seen(each.place, each.by):
                    found[Leak(each.place, each.by, each.where, canary.name)] = None
        return list(found)


LOG, ACCESS_LOG = "log", "access log"

DATABASE = "sqlalchemy"
"""This library alone is heard from "warning" on, as in earnest: below that it writes out what it reads, row by row."""


class InRecord(logging.Handler):
    """The log as it would be written, line by line; the lines about pages are the access log."""

    def __init__(self, record: Record) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(AsJson())
        self._record = record

    def emit(self, record: logging.LogRecord) -> None:
        """Keeps one line."""
        place = ACCESS_LOG if record.__dict__.get("action") == WEB else LOG
        self._record.add(place, OUTSIDE, f"a line of {record.name}", self.format(record))


@dataclass
class Listening:
    """The whole process's log, from "debug" on, kept for as long as the drill goes on; nothing of it is printed."""

    record: Record
    _before: list[tuple[logging.Logger, int, list[logging.Handler], bool]] = field(default_factory=list)

    def __enter__(self) -> None:
        names = {*(name for name in logging.root.manager.loggerDict if _is_logger(name)), DATABASE}
        for logger in (logging.root, *(logging.getLogger(name) for name in names)):
            self._before.append((logger, logger.level, list(logger.handlers), logger.propagate))
            logger.setLevel(logging.DEBUG if logger is logging.root else logging.NOTSET)
            logger.handlers, logger.propagate = [], True
        logging.root.addHandler(InRecord(self.record))
        logging.getLogger(DATABASE).setLevel(logging.WARNING)

    def __exit__(self, *_: object) -> None:
        for logger, level, handlers, propagate in self._before:
            logger.setLevel(level)
            logger.handlers, logger.propagate = handlers, propagate


def _is_logger(name: str) -> bool:
    return isinstance(logging.root.manager.loggerDict[name], logging.Logger)


def lines(texts: Iterable[object]) -> str:
    """Several texts as one, a line each."""
    return "\n".join(str(text) for text in texts)
