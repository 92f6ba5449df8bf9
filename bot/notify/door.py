"""The doors through GOV.UK Notify: text messages, and mail where there is no mail server.

What was sent carries our reference, made of the message's key and its words, so an unsure try is looked up before it
is sent again (docs/doors.md). Nothing can be changed or taken back: newer words go as another message.
"""

import hashlib
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.mail import letters
from bot.mail.door import ALERT, LATER, NO_ADDRESS, NOT_BY_MAIL, SOON, no_page, plain_head
from bot.mail.letters import Letterhead
from commands.delivering import Finds
from scheduler.doors import Gone, NotLooked, Parcel, Result, RetryAt, Sent, Unsure

from .client import Notify, NotTaken, Why

log = logging.getLogger(__name__)

TEXT = "text"
MAIL = "mail"

MINUTE = timedelta(minutes=1)
"""When Notify is asked again that wants fewer messages in a minute."""

NO_ENTRY = "This mail goes through GOV.UK Notify, which takes no files, so its calendar entry could not come with it."

_PASSES: frozenset[Why] = frozenset({"busy", "reach", "limit", "silence", "broken"})
"""What is over by itself; all else somebody has to mend."""

_NUMBER = re.compile(r"(?:\+44|0044|44|0)(7[0-9]{9})")
_REFERENCE = re.compile(r"[0-9a-f]{20}\.[0-9a-f]{20}")


def number(text: str) -> str:
    """A UK mobile number as Notify takes it, such as 07700900123. Raises ValueError where it is none."""
    found = _NUMBER.fullmatch(re.sub(r"\(0\)|[\s().-]", "", text))
    if found is None or not text.isascii():
        raise ValueError("is no UK mobile number")
    return f"0{found[1]}"


def reference(key: str, *words: str) -> str:
    """Our reference of a message at Notify: the same for each try with the same words, and telling nothing of them."""
    marks = (hashlib.sha256(part.encode()).hexdigest()[:20] for part in (key, "\0".join((key, *words))))
    return ".".join(marks)


def result(failure: NotTaken, parcel: Parcel, now: datetime) -> Result:
    """What a failure means for delivery."""
    if failure.why == "recipient":
        return Gone(failure.sentence)
    if failure.perhaps:
        return Unsure(failure.sentence)
    if parcel.lane == "alert":
        return RetryAt(now + ALERT, failure.sentence)
    if failure.why == "limit":
        return RetryAt(now + MINUTE, failure.sentence)
    return RetryAt(now + (SOON if failure.why in _PASSES else LATER), failure.sentence)


class _ThroughNotify:
    """What both doors have in common: what was sent is looked up by our reference, and stays."""

    notify: Notify

    def _found(self, sought: str, parcel: Parcel, now: datetime) -> str | None:
        if not sought:
            return None
        try:
            return sought if self.notify.has(sought) else None
        except NotTaken as failure:
            _note(failure, parcel, "find")
            wait = ALERT if parcel.lane == "alert" else SOON
            raise NotLooked(RetryAt(now + wait, failure.sentence)) from None

    def delete(self, parcel: Parcel, reference: str) -> None:
        """Does nothing: what was sent can't be taken back."""


def _note(failure: NotTaken, parcel: Parcel, action: str) -> None:
    log.warning("notify did not take it", extra={"action": action, "kind": parcel.kind, "error": str(failure)})


@dataclass(frozen=True)
class TextDoor(_ThroughNotify):
    """The door to UK mobile numbers. Only what has words for a text message goes. It may be used by many threads.

    `template` and `sender` are ids at Notify; without a sender it is the service's own.
    """

    notify: Notify
    template: str
    sender: str = ""
    name: str = TEXT
    can_find: bool = True
    finds: Finds = "telephone"

    def send(self, parcel: Parcel, now: datetime) -> Result:
        """Sends a text message. It counts as sent when Notify has taken it; `watching` hears what becomes of it."""
        words = _text(parcel)
        if not words:
            return Gone("a text message says nothing of this")
        try:
            to = number(parcel.address)
        except ValueError:
            return Gone("no text message can be sent to this number")
        mark = reference(parcel.key, words)
        try:
            self.notify.text(to, self.template, words, reference=mark, sender=self.sender)
        except NotTaken as failure:
            _note(failure, parcel, TEXT)
            return result(failure, parcel, now)
        return Sent(mark)

    def edit(self, parcel: Parcel, reference: str, now: datetime) -> Result:
        """Sends newer words as another text message; words that are the same are not sent again."""
        return Sent(reference) if reference == _text_mark(parcel) else self.send(parcel, now)

    def find(self, parcel: Parcel, now: datetime) -> str | None:
        """The reference of a text message with this key and these words that Notify has taken. Raises NotLooked."""
        return self._found(_text_mark(parcel), parcel, now)


def _text(parcel: Parcel) -> str:
    return " ".join(parcel.message.by_text.split())


def _text_mark(parcel: Parcel) -> str:
    return reference(parcel.key, _text(parcel))


@dataclass(frozen=True)
class NotifyMailDoor(_ThroughNotify):
    """The door to mail addresses where there is no mail server. It may be used by many threads.

    `template` and `reply_to` are ids at Notify; `head` gives a partnership's letterhead by its id, `url_of` the address
    of a personal link by its id.
    """

    notify: Notify
    template: str
    reply_to: str = ""
    head: Callable[[str], Letterhead] = field(default=plain_head)
    url_of: Callable[[str], str] = field(default=no_page)
    name: str = MAIL
    can_find: bool = True
    finds: Finds = "address"

    def send(self, parcel: Parcel, now: datetime) -> Result:
        """Sends a mail. It counts as sent when Notify has taken it; `watching` hears what becomes of it."""
        return self._post(parcel, now, follows="")

    def edit(self, parcel: Parcel, reference: str, now: datetime) -> Result:
        """Sends newer words as another mail; words that are the same are not sent again."""
        if not _REFERENCE.fullmatch(reference):
            return self._post(parcel, now, follows="")  # it first went by another door
        if reference in (_mail_mark(parcel, ""), _mail_mark(parcel, letters.CHANGED)):
            return Sent(reference)
        return self._post(parcel, now, follows=letters.CHANGED)

    def find(self, parcel: Parcel, now: datetime) -> str | None:
        """The reference of a mail with this key and these words that Notify has taken. Raises NotLooked."""
        return self._found(_mail_mark(parcel, ""), parcel, now)

    def _post(self, parcel: Parcel, now: datetime, *, follows: str) -> Result:
        words = letters.for_mail(parcel.message, about_case=parcel.about_case)
        if words is None:
            return Gone(NOT_BY_MAIL)
        try:
            to = letters.recipient(parcel.address)
        except ValueError:
            return Gone(NO_ADDRESS)
        if words.attached:
            words = words.model_copy(update={"text": f"{words.text}\n\n{NO_ENTRY}"})
        body = letters.plain(words, self.head(parcel.partnership), self.url_of(words.link) if words.link else "")
        subject, mark = letters.subject(words, follows), _mail_mark(parcel, follows)
        try:
            self.notify.mail(to, self.template, subject, body, reference=mark, reply_to=self.reply_to)
        except NotTaken as failure:
            _note(failure, parcel, MAIL)
            return result(failure, parcel, now)
        return Sent(mark)


def _mail_mark(parcel: Parcel, follows: str) -> str:
    words = letters.for_mail(parcel.message, about_case=parcel.about_case)
    if words is None:
        return ""
    # The link's id stands for its address, which may be signed anew each time.
    return reference(parcel.key, follows, letters.subject(words), letters.plain(words, Letterhead(), words.link))
