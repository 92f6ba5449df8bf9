"""Personal links: whatever stands behind one, or the one page of those that lead nowhere any more.

Ended, revoked, unknown, a leaver's: all look the same, and all offer to send a new one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from starlette.responses import Response

from commands import links, pack_links, poll_links, return_links, round_status
from commands.permissions import time
from commands.refusals import Refused
from storage.records.links import Link
from storage.records.links import get as get_link

from .answering import Answering
from .asking import Asked
from .common import AGAIN, GONE, Web
from .confirming import Confirming
from .guard import SECTION, Rates
from .looks import Fill, Page
from .pack_page import PackPage
from .polling import Polling
from .recording import Recording
from .returning import Returning
from .rounds_page import RoundPage

ANEW = "anew"

NOWHERE = (
    "It has ended, or it was replaced, or what it is about is no longer yours to see. Nothing has changed.\n\n"
    "If it was yours, we can send a new one to your mail address."
)


def token_rates() -> Rates:
    """The forms that may be sent in with one link: a code cannot be tried fast."""
    return Rates(12, 0.1)


def saving_rates() -> Rates:
    """The sections that may be saved with one link, most of them by themselves while somebody writes."""
    return Rates(120, 1)


class Behind(Protocol):
    """The pages behind links of one purpose."""

    def show(self, asked: Asked, link: Link) -> Response:
        """The page. Nothing is changed by looking at it."""

    def send(self, asked: Asked, link: Link) -> Response:
        """The answer to what was sent in."""


class Further(Protocol):
    """Pages behind links of one purpose that are several."""

    def within(self, asked: Asked, link: Link) -> Response:
        """A page further in, or what was sent in on it."""


@dataclass(frozen=True)
class Links:
    """Every page behind a personal link."""

    web: Web
    sent: Rates = field(default_factory=token_rates)
    saved: Rates = field(default_factory=saving_rates)

    @property
    def purposes(self) -> Mapping[str, Behind]:
        """What stands behind a link, by its purpose."""
        return {
            "answer": Answering(self.web),
            "record": Recording(self.web),
            "notified": Confirming(self.web),
            return_links.PURPOSE: Returning(self.web),
            round_status.PURPOSE: RoundPage(self.web),
            pack_links.PURPOSE: PackPage(self.web),
            poll_links.PURPOSE: Polling(self.web),
        }

    @property
    def _with_pages(self) -> Mapping[str, Further]:
        """What has further pages behind the first one, by the link's purpose."""
        return {
            return_links.PURPOSE: Returning(self.web),
            round_status.PURPOSE: RoundPage(self.web),
            pack_links.PURPOSE: PackPage(self.web),
        }

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
        """What stands behind a link as a Word document: a process record, a round, or a pack."""
        link = self._open(asked)
        if link is None or link.purpose not in ("record", round_status.PURPOSE, pack_links.PURPOSE):
            return self._nowhere(asked)
        try:
            if link.purpose == pack_links.PURPOSE:
                return PackPage(self.web).word(asked, link)
            if link.purpose == round_status.PURPOSE:
                return RoundPage(self.web).within(asked, link)
            return Recording(self.web).word(asked, link)
        except Refused:
            return self._nowhere(asked)

    def within(self, asked: Asked) -> Response:
        """A page further in behind a link to a report or a round, or what was sent in on it."""
        link = self._open(asked)
        behind = self._with_pages.get(link.purpose) if link is not None else None
        if link is None or behind is None:
            return self._nowhere(asked)
        if asked.method == "POST" and not (self.saved if SECTION in asked.params else self.sent).allows(link.id):
            page = Page("Please wait a minute", "This page was sent in too often. Nothing has changed.")
            return self.web.answer(asked, page, 429)
        try:
            return behind.within(asked, link)
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
