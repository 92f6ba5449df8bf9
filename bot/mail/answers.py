"""What calendar programs answer, taken from the mailbox: only replies to our own invitations, all else is left alone.

Nothing of a letter is logged or kept but what counts of it; the rest is a number.
"""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import Message
from email.utils import parseaddr
from typing import Any

from commands import calendar_answers
from commands.calendar_answers import Became, Reply
from commands.runner import Runner
from commands.tracing import trace_of

from .mailbox import Letter, Mailbox, NotRead, Opened, opened

log = logging.getLogger(__name__)

BACK = timedelta(days=400)
"""How far back unread letters are looked at: invitations go out for a year and more."""

AGAIN = timedelta(hours=1)
"""When an answer that was refused, since nobody is asked yet, say, is tried again."""


@dataclass(frozen=True)
class Looked:
    """What one look found: answers that counted, and unread letters that were left as they are."""

    counted: int = 0
    left: int = 0


@dataclass
class Answers:
    """The answers that come to one mailbox. One thread uses it; what it remembers only saves fetching again."""

    mailbox: Mailbox
    runner: Runner
    _validity: str = ""
    _left: dict[int, datetime | None] = field(default_factory=dict)

    def look(self, now: datetime) -> int:
        """Takes what has come in; gives how many answers counted. Called now and then, a minute apart.

        Where the mailbox cannot be read, the next call looks for the same.
        """
        try:
            with opened(self.mailbox) as box:
                looked = self._look(box, now)
        except NotRead as failure:
            log.warning("the mailbox was not read", extra={"action": "mailbox", "error": failure.stage})
            return 0
        if looked.counted:
            sentence = f"calendar answers: {looked.counted} counted, {looked.left} letters left"
            log.info(sentence, extra={"action": "mailbox"})
        return looked.counted

    def _look(self, box: Opened, now: datetime) -> Looked:
        if box.validity != self._validity:
            self._validity, self._left = box.validity, {}
        unread = box.unread((now - BACK).date())
        new = [number for number in unread if number not in self._left]
        wanted = set(box.with_entry(new)) | set(self._again(unread, now, at_once=bool(new)))
        self._left = {number: self._left.get(number) for number in unread}
        counted = 0
        for number in sorted(wanted):
            became = self._take(box, number, now)
            if became == "counted":
                box.mark_read(number)
                counted += 1
            else:
                self._left[number] = now + AGAIN if became == "refused" else None
        return Looked(counted, len(unread) - counted)

    def _again(self, unread: Iterable[int], now: datetime, *, at_once: bool) -> Iterator[int]:
        """What is tried again: with whatever is new all that was refused, so that answers count in their order."""
        for number in unread:
            at = self._left.get(number)
            if at is not None and (at_once or at <= now):
                yield number

    def _take(self, box: Opened, number: int, now: datetime) -> Became:
        """Takes an answer; says what became of it."""
        letter = box.letter(number)
        reply = read(letter) if letter is not None else None
        if letter is None or reply is None:
            return "left"
        try:
            return calendar_answers.take(self.runner, reply, _once(letter), now)
        except Exception as error:  # one letter holds up no other
            log.error("a calendar's answer broke", extra={"action": "mailbox", "trace": trace_of(error)})
            return "refused"


def read(letter: Letter) -> Reply | None:
    """The answer that a letter holds; None where it holds none, or what no calendar program writes.

    A reply has one attendee, whose answer it is, and is sent by them or by whoever it says acts for them (RFC 5546,
    3.2.3; RFC 6047, 2.3).
    """
    message = message_from_bytes(letter.content)
    sender = parseaddr(str(message.get("From", "")))[1].casefold()
    for event in _answered(message):
        attendees = event.get("ATTENDEE")
        if attendees is None or isinstance(attendees, list) or event.get("RECURRENCE-ID") is not None:
            return None
        attendee, params = _address(attendees), getattr(attendees, "params", {})
        if not sender or sender not in (attendee, _address(params.get("SENT-BY", ""))):
            return None
        sequence = str(event.get("SEQUENCE", "0"))
        return Reply(
            uid=str(event.get("UID", "")),
            attendee=attendee,
            sender=sender,
            said=str(params.get("PARTSTAT", "")),
            sequence=int(sequence) if sequence.isdecimal() else 0,
            came_at=letter.came_at,
        )
    return None


def _answered(message: Message) -> Iterator[Any]:
    """The events that are answered in a letter."""
    from icalendar import Calendar  # only those who have a mailbox need it, and it takes long to load

    for part in message.walk():
        if part.get_content_type() not in ("text/calendar", "application/ics"):
            continue
        content = part.get_payload(decode=True)
        try:
            calendar = Calendar.from_ical(content if isinstance(content, bytes) else b"")
            is_reply = str(calendar.get("METHOD", "")).upper() == "REPLY"
            yield from calendar.walk("VEVENT")[:1] if is_reply else []
        except (ValueError, IndexError, KeyError):
            continue


def _address(written: object) -> str:
    """The address behind "mailto:", in small letters."""
    text = str(written).strip().strip('"').casefold()
    return text.removeprefix("mailto:")


def _once(letter: Letter) -> str:
    """What tells a letter from all others, wherever it lies."""
    head = message_from_bytes(letter.content).get("Message-ID")
    return str(head) if head else letter.content.decode("latin-1")
