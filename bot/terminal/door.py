"""The terminal door: messages as lines of a file beside the database, so that nothing is lost and anybody can look.

The file is only ever added to: a line for each message, each newer revision and each deletion, synced before the
platform (this file) counts as having taken it. `convenor console` shows what stands in it for somebody.
"""

import json
import os
import threading
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from commands.delivering import Finds
from scheduler.doors import Gone, Parcel, Result, Sent
from storage.records.message import Message

NAME = "terminal"
TENANT = "local"
"""The tenant of every identity at this door: there is one terminal for an installation."""


@dataclass(frozen=True)
class Line:
    """One line of the file: a message, its newest words (`revision` 2 and up), or that it was taken back."""

    reference: str
    key: str
    revision: int
    at: str
    partnership: str
    person: str
    address: str
    lane: str
    about_case: bool
    message: dict[str, object] | None

    @property
    def words(self) -> Message | None:
        """The message; None where it was taken back."""
        return None if self.message is None else Message.model_validate(self.message)


class Lines(Protocol):
    """Where lines are kept."""

    def add(self, line: Line) -> None:
        """Adds a line at the end; it is safe when this returns."""

    def __iter__(self) -> Iterator[Line]:
        """All lines from the first on."""


class InMemory(list[Line]):
    """Lines of a passing installation: a demonstration's or a test's."""

    add = list.append


class InFile:
    """Lines of a file. Several processes may add to it; a line that a power cut tore is passed over."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()

    def add(self, line: Line) -> None:
        """Writes a line in one piece and syncs it."""
        text = json.dumps(asdict(line), ensure_ascii=False, separators=(",", ":"))
        with self._lock:
            handle = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                torn = not _ends_a_line(handle)
                os.write(handle, (("\n" if torn else "") + text + "\n").encode())
                os.fsync(handle)
            finally:
                os.close(handle)

    def __iter__(self) -> Iterator[Line]:
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            for text in file:
                try:
                    yield Line(**json.loads(text))
                except (ValueError, TypeError):
                    continue


def _ends_a_line(handle: int) -> bool:
    size = os.fstat(handle).st_size
    return size == 0 or os.pread(handle, 1, size - 1) == b"\n"


@dataclass
class TerminalDoor:
    """The door to the console. It can be asked whether a message got through."""

    lines: Lines
    name: str = NAME
    can_find: bool = True
    finds: Finds = "account"

    def send(self, parcel: Parcel, now: datetime) -> Result:
        """Writes a message down."""
        return self._write(parcel, uuid.uuid4().hex, 1, now)

    def edit(self, parcel: Parcel, reference: str, now: datetime) -> Result:
        """Writes newer words down; the message stays in its place."""
        standing = _standing(line for line in self.lines if line.reference == reference)
        if not standing:
            return Gone("the message is no longer there")
        return self._write(parcel, reference, standing[0].revision + 1, now)

    def find(self, parcel: Parcel, now: datetime) -> str | None:
        """The reference of a message with that key that stands in the file."""
        standing = _standing(line for line in self.lines if line.key == parcel.key)
        return standing[0].reference if standing else None

    def delete(self, parcel: Parcel, reference: str) -> None:
        """Notes that a message is taken back."""
        for line in _standing(line for line in self.lines if line.reference == reference):
            self.lines.add(Line(**(asdict(line) | {"revision": line.revision + 1, "message": None})))

    def shown_to(self, person: str, last: int = 20) -> list[Line]:
        """The latest messages to a person as they stand now, oldest first, each with its newest words."""
        return _standing(line for line in self.lines if line.person == person)[-last:]

    def _write(self, parcel: Parcel, reference: str, revision: int, now: datetime) -> Sent:
        line = Line(
            reference=reference,
            key=parcel.key,
            revision=revision,
            at=now.astimezone(UTC).isoformat(),
            partnership=parcel.partnership,
            person=parcel.person,
            address=parcel.address,
            lane=parcel.lane,
            about_case=parcel.about_case,
            message=parcel.message.model_dump(mode="json"),
        )
        self.lines.add(line)
        return Sent(reference)


def _standing(lines: Iterable[Line]) -> list[Line]:
    """The newest line of each message that has not been taken back, in the order in which they first came."""
    newest: dict[str, Line] = {}
    for line in lines:
        newest[line.reference] = line
    return [line for line in newest.values() if line.message is not None]
