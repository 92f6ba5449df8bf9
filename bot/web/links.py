"""Personal links: whatever stands behind one, or the one page of those that lead nowhere any more.

Ended, revoked, unknown, a leaver's: all look the same, and all offer to send a new one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from starlette.responses import Response

from commands import links
from commands.permissions import time
from commands.refusals import Refused
from storage.records.links import Link
from storage.records.links import get as get_link

from .answering import Answering
from .asking import Asked
from .common import AGAIN, GONE, Web
from .confirming import Confirming
from .guard import Rates
from .looks import Fill, Page
from .recording import Recording

ANEW = "anew"

NOWHERE = (
    "It has ended, or it was replaced, or what it is about is no longer yours to see. Nothing has changed.\n\n"
    "If it was yours, we can send a new one to your mail address."
)


def token_rates() -> Rates:
    """The forms that may be sent in with one link: a code cannot be tried fast."""
    return Rates(12, 0.1)


class Behind(Protocol):
    """The pages behind links of one purpose."""

    def show(self, asked: Asked, link: Link) -> Response:
        """The page. Nothing is changed by looking at it."""

    def send(self, asked: Asked, link: Link) -> Response:
        """The answer to what was sent in."""


@dataclass(frozen=True)
class Links:
    """Every page behind a personal link."""

    web: Web
    sent: Rates = field(default_factory=token_rates)

    @property
    def purposes(self) -> Mapping[str, Behind]:
        """What stands behind a link, by its purpose."""
        return {"answer": Answering(self.web), "record": Recording(self.web), "notified": Confirming(self.web)}

    def page(self, asked: Asked) -> Response:
        """The page behind a link, or what was sent in on it."""
        link = self._open(asked)
        behind = self.purposes.get(link.purpose) if link is not None else None
        if link is None or behind is None:
            return self._nowhere(asked)
        if asked.method == "POST" and not self.sent.allows(link.id):
            page = Page("Please wait a minute", "This page was sent in too often. Nothing has changed.")
            return self.web.answer(asked, page, 429)
        try:
            answer = behind.send(asked, link) if asked.method == "POST" else behind.show(asked, link)
        except Refused:
            return self._nowhere(asked)
        if asked.method == "POST" and answer.status_code == 422 and self._open(asked) is None:
            return self._nowhere(asked)  # the code was tried too often
        return answer

    def word(self, asked: Asked) -> Response:
        """The process record behind a link as a Word document."""
        link = self._open(asked)
        if link is None or link.purpose != "record":
            return self._nowhere(asked)
        try:
            return Recording(self.web).word(asked, link)
        except Refused:
            return self._nowhere(asked)

    def _open(self, asked: Asked) -> Link | None:
        id_ = self.web.addresses.link_of(asked.params["token"])
        if id_ is None:
            return None
        with self.web.runner.store.reading() as session:
            found = links.open_link(session, id_, self.web.now())
            if found is not None:
                session.expunge(found)  # it is looked at after this transaction
            return found

    def _nowhere(self, asked: Asked) -> Response:
        if asked.method == "POST" and asked.one(ANEW):
            return self._anew(asked)
        return self._offer(asked)

    def _offer(self, asked: Asked, whole: str = "") -> Response:
        """The one page of links that lead nowhere, with the button that asks for a new one."""
        plain = self.web.plain(GONE, NOWHERE)
        page = replace(plain, form=Fill("Send me a new one", carries={ANEW: "yes"}), problems=(whole,) if whole else ())
        return self.web.answer(asked, page, 422 if whole else 410)

    def _anew(self, asked: Asked) -> Response:
        if not asked.genuine:
            return self._offer(asked, AGAIN)
        id_ = self.web.addresses.link_of(asked.params["token"])
        with self.web.runner.store.reading() as session:
            found = get_link(session, id_) if id_ is not None else None
            partnership = found.partnership if found is not None else ""
        if partnership:
            self.web.runner.perform(time(partnership), links.RENEW.name, {"id": id_}, None, self.web.now())
        return self.web.answer(asked, self.web.plain(links.SENT.title, links.SENT.text))
