"""The page behind the letter to somebody who has filled in a notification: it is notified once this is confirmed."""

from dataclasses import dataclass

from starlette.responses import Response

from commands.link_pages import CODE
from commands.permissions import time
from commands.refusals import Refusal
from storage.records import notifications
from storage.records.links import Link

from .asking import Asked
from .codes import Codes
from .common import AGAIN, Web
from .looks import Page

TEXT = (
    "Somebody has filled in the notification form with your address. If it was you, type the code from the letter and "
    "confirm: only then are the partners told.\n\n"
    "If it was not you, close this page. Nothing has been notified, and what was filled in is not kept."
)


@dataclass(frozen=True)
class Confirming:
    """The page behind links of the purpose "notified"."""

    web: Web

    def show(self, asked: Asked, link: Link) -> Response:
        """What is to be confirmed, without a word of what was filled in."""
        return self._shown(asked, link)

    def send(self, asked: Asked, link: Link) -> Response:
        """Notifies, where the code is right; sent in twice it says the same twice."""
        if not asked.genuine:
            return self._shown(asked, link, whole=AGAIN)
        if wrong := self.web.wrong_code(link, asked.one(CODE)):
            return self._shown(asked, link, wrong)
        runner, now = self.web.runner, self.web.now()
        about: dict[str, object] = {"notification": link.record.partition(":")[2]}
        done = runner.perform(time(link.partnership), "notification.confirm", about, f"web:{link.id}", now)
        if done.answer is None:
            return self._shown(asked, link, whole=" ".join(map(str, done.refusals)))
        return self._page(asked, link, Page(done.answer.title, done.answer.text, panel=True))

    def _shown(self, asked: Asked, link: Link, problem: Refusal | None = None, whole: str = "") -> Response:
        if self._is_done(link):
            text = "This has been confirmed, and the partners are told. The letter about it has its reference."
            return self._page(asked, link, Page("Confirmed already", text))
        page = Page("Confirm your notification", TEXT)
        return Codes(self.web).asks(asked, link, page, "Confirm and notify", problem, whole)

    def _is_done(self, link: Link) -> bool:
        with self.web.runner.store.reading() as session:
            found = notifications.get(session, link.record.partition(":")[2])
            return found is not None and bool(found.reference)

    def _page(self, asked: Asked, link: Link, page: Page) -> Response:
        with self.web.looking(link.partnership, time(link.partnership)) as work:
            page = self.web.dressed(page, work)
        return self.web.answer(asked, page)
