"""Pages that open with the code from the letter: nothing of a case is shown before it, and then for half an hour.

That somebody typed the code is kept by their browser as a cookie that we signed, for one link alone. A scanner that
follows links or sends in forms does not know the code, so it sees nothing but the field for it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from starlette.responses import RedirectResponse, Response

from commands.link_pages import CODE, CODE_BLANK
from commands.permissions import time
from commands.refusals import Refusal
from storage.records.links import Link

from .asking import Asked
from .common import AGAIN, Web
from .looks import Fill, Page

STAYS_OPEN = timedelta(minutes=30)
"""How long a page stays open in the browser where its code was typed."""

_OPENED = "opened"

Door = Callable[[Asked, Link, Refusal | None, str], Response]
"""Shows the question for the code of one page: with what is wrong beside the field, or above all."""


@dataclass(frozen=True)
class Codes:
    """What stands before a page that opens with its code."""

    web: Web

    def is_open(self, asked: Asked, link: Link) -> bool:
        """Whether the code of this link was typed in this browser within the last half hour."""
        proof = asked.cookies.get(self._cookie(link), "")
        found = self.web.addresses.proven(_OPENED, self.web.now(), proof, STAYS_OPEN) if proof else None
        return found is not None and found.get("link") == link.id

    def lets_in(self, asked: Asked, link: Link, door: Door) -> Response:
        """Opens the page where the code that was sent in is right; else its door again, with what is wrong."""
        return self.refuses(asked, link, door) or self.opens(asked, link)

    def refuses(self, asked: Asked, link: Link, door: Door) -> Response | None:
        """The door again, with what is wrong with the code that was sent in; None where it is right."""
        if not asked.genuine:
            return door(asked, link, None, AGAIN)
        if wrong := self.web.wrong_code(link, asked.one(CODE)):
            return door(asked, link, wrong, "")
        return None

    def opens(self, asked: Asked, link: Link) -> Response:
        """Leads to the page, which is open in this browser from now on. The code was compared before."""
        response = RedirectResponse(f"{self.web.addresses.prefix}{asked.path}", 303)
        opened = self.web.addresses.proof(_OPENED, self.web.now(), {"link": link.id})
        self.web.keep(response, self._cookie(link), opened, int(STAYS_OPEN.total_seconds()))
        return response

    def asks(
        self, asked: Asked, link: Link, page: Page, send: str, problem: Refusal | None = None, whole: str = ""
    ) -> Response:
        """The question for the code below the words of `page`, with what is wrong beside the field or above all."""
        blank = CODE_BLANK.model_copy(update={"value": asked.one(CODE), "problem": str(problem) if problem else ""})
        problems = (whole,) if whole else ()
        with self.web.looking(link.partnership, time(link.partnership)) as work:
            words = Page(page.title, page.text, form=Fill(send, (blank,)), problems=problems)
            shown = self.web.dressed(words, work)
        return self.web.answer(asked, shown, 422 if shown.is_wrong else 200)

    def _cookie(self, link: Link) -> str:
        """Its name: one for each link, so that two letters can be open at once."""
        return f"{self.web.cookie_prefix}{_OPENED}-{sha256(link.id.encode()).hexdigest()[:12]}"
