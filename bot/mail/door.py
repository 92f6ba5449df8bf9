"""The mail door: messages as letters through the partnership's own mail server.

A letter that may have got through can't be looked up, none can be changed and none taken back: newer words of a live
message go as another letter that follows the first.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.headerregistry import Address

from commands.delivering import Finds
from scheduler.doors import Gone, Parcel, Result, RetryAt, Sent, Unsure

from . import letters, smtp
from .letters import Letterhead
from .smtp import Check, NotTaken, Server

log = logging.getLogger(__name__)

NAME = "mail"

SOON = timedelta(minutes=5)
"""When a busy, absent or greylisting server is asked again."""

LATER = timedelta(hours=1)
"""When a server is asked again that said no for good to something that is not the address: somebody has to mend it."""

ALERT = timedelta(minutes=1)
"""An alert never waits longer."""

NOT_BY_MAIL = "this about a case is not told by mail"
NO_ADDRESS = "no mail can be sent to this address"

_NO_SUCH_ADDRESS = (550, 551, 553)
_BY_POLICY = "5.7."
"""Such an answer is about us, not about the address, also where its short form is 550."""


def plain_head(partnership: str) -> Letterhead:
    """A letterhead without the partnership's name."""
    return Letterhead()


def no_page(link: str) -> str:
    """The address of a personal link where there are no pages: none."""
    return ""


@dataclass(frozen=True)
class MailDoor:
    """The door to mail addresses. `head` gives a partnership's letterhead by its id, `url_of` the address of a personal
    link by its id. It may be used by many threads."""

    server: Server
    sender: Address
    head: Callable[[str], Letterhead] = field(default=plain_head)
    url_of: Callable[[str], str] = field(default=no_page)
    name: str = NAME
    can_find: bool = False
    finds: Finds = "address"

    def send(self, parcel: Parcel, now: datetime) -> Result:
        """Sends a letter. It counts as sent when our server has taken it; what happens then, nobody tells us."""
        return self._post(parcel, now, follows="")

    def edit(self, parcel: Parcel, reference: str, now: datetime) -> Result:
        """Sends newer words as another letter that follows the first; words that are the same are not sent again."""
        if not letters.is_reference(reference):
            return self._post(parcel, now, follows="")
        words = letters.for_mail(parcel.message, about_case=parcel.about_case)
        if words is not None and letters.says_the_same(words, key=parcel.key, earlier=reference):
            return Sent(reference)
        return self._post(parcel, now, follows=reference)

    def find(self, parcel: Parcel, now: datetime) -> str | None:
        """Nothing: nobody can look into somebody's mail."""
        return None

    def delete(self, parcel: Parcel, reference: str) -> None:
        """Does nothing: a letter can't be taken back."""

    def check(self) -> Check:
        """Whether the server can be used: connects and signs in, sends nothing."""
        return smtp.check(self.server)

    def _post(self, parcel: Parcel, now: datetime, *, follows: str) -> Result:
        words = letters.for_mail(parcel.message, about_case=parcel.about_case)
        if words is None:
            return Gone(NOT_BY_MAIL)
        try:
            to = letters.recipient(parcel.address)
        except ValueError:
            return Gone(NO_ADDRESS)
        made = letters.letter(
            words,
            to=to,
            sender=self.sender,
            key=parcel.key,
            now=now,
            head=self.head(parcel.partnership),
            follows=follows,
            page=self.url_of(words.link) if words.link else "",
        )
        try:
            smtp.post(self.server, self.sender.addr_spec, to, made.as_bytes())
        except NotTaken as failure:
            log.warning("a letter was not taken", extra={"action": "mail", "kind": parcel.kind, "error": str(failure)})
            return _result(failure, parcel, now)
        return Sent(str(made["Message-ID"]))


def _result(failure: NotTaken, parcel: Parcel, now: datetime) -> Result:
    """What a failure means for delivery."""
    if failure.perhaps:
        return Unsure("no answer came back from the mail server")
    if failure.stage == "recipient" and failure.code in _NO_SUCH_ADDRESS and not failure.status.startswith(_BY_POLICY):
        return Gone(failure.sentence)
    if parcel.lane == "alert":
        return RetryAt(now + ALERT, failure.sentence)
    return RetryAt(now + (LATER if failure.code >= 500 else SOON), failure.sentence)
