"""What every page of ours has at hand: the runner, the signing, the looks; and how a page becomes an answer."""

import logging
import secrets
import uuid
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

import anyio
import anyio.to_thread
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from commands import links
from commands.danger import not_the_way
from commands.link_pages import CODE
from commands.permissions import Actor, time
from commands.refusals import Refusal
from commands.runner import Runner
from commands.terms import of as terms_of
from commands.tracing import trace_of
from commands.work import Work
from storage.arrangements.partnership import Arrangements
from storage.records import partnerships
from storage.records.links import Link
from storage.records.scope import Scope

from . import looks
from .addresses import Addresses
from .asking import MARK, MOST, Asked, Most, NotRead, form_of
from .looks import Page

log = logging.getLogger(__name__)

AT_ONCE = 20
"""How many pages are worked on at once."""

ASSETS = "/assets/"

AGAIN = "This page was open for long, or twice in this browser. Nothing has been sent yet: please send it again."
"""What stands over a form that did not come from the page it was shown on; everything typed is still in it."""

GONE = "This link leads nowhere any more"


@dataclass(frozen=True)
class Web:
    """The pages' tools. `now` is the clock."""

    runner: Runner
    addresses: Addresses
    now: Callable[[], datetime]

    def answer(self, asked: Asked, page: Page, status: int = 200, template: str = "page", **more: object) -> Response:
        """The page as an answer; a form on it is bound to this browser by a cookie."""
        cookie = asked.cookies.get(self.cookie, "")
        new = "" if cookie else secrets.token_urlsafe(24)
        mark = self.addresses.mark(cookie or new, asked.path)
        shown = looks.drawn(page, mark=mark, assets=f"{self.addresses.prefix}{ASSETS}", template=template, **more)
        response = HTMLResponse(shown, status)
        if new and page.form is not None:
            self.keep(response, self.cookie, new)
        return response

    def keep(self, response: Response, name: str, value: str, seconds: int | None = None) -> None:
        """Has the browser keep something for us alone, until it is closed or for so many seconds."""
        private = self.addresses.is_private
        response.set_cookie(name, value, max_age=seconds, path="/", secure=private, httponly=True, samesite="strict")

    @property
    def cookie(self) -> str:
        """The name of the cookie that forms are bound to."""
        return f"{self.cookie_prefix}convenor"

    @property
    def cookie_prefix(self) -> str:
        """Browsers take a cookie with this prefix from nobody but this host, by https."""
        return "__Host-" if self.addresses.is_private else ""

    # Looking, and trying a code

    @contextmanager
    def looking(self, partnership: str, actor: Actor) -> Iterator[Work]:
        """A transaction in hand for reading, as somebody; nothing is kept."""
        with self.runner.store.reading() as session:
            yield self.runner.work(Scope(session, partnership), actor, self.now())

    def wrong_code(self, link: Link, code: str) -> Refusal | None:
        """Why this is not the code of a link; None where it is. A wrong one is counted."""
        if not code:
            return Refusal("This is needed.", CODE)
        form: dict[str, object] = {"id": link.id, "code": code}
        outcome = self.runner.perform(time(link.partnership), links.CODE.name, form, None, self.now())
        if outcome.answer == links.RIGHT:
            return None
        return Refusal(outcome.answer.text if outcome.answer else str(outcome.refusals[0]), CODE)

    # Whose page it is

    def served(self) -> list[Arrangements]:
        """The arrangements of every partnership here: for pages that belong to none."""
        with self.runner.store.reading() as session:
            scopes = [Scope(session, each.id) for each in partnerships.every(session)]
            return [terms_of(scope).arrangements for scope in scopes if partnerships.number_in_force(scope)]

    def dressed(self, page: Page, work: Work) -> Page:
        """The page with its partnership's name, and where help for a child is to be had, said once."""
        standing = not_the_way([work.arrangements])
        return replace(page, name=work.arrangements.name, standing=standing, text=page.text.replace(standing, ""))

    def plain(self, title: str, text: str) -> Page:
        """A page of no partnership in particular. Where help is to be had stands on it, if it is the same for all."""
        served = self.served()
        standing = not_the_way(served if len(served) == 1 else [])
        return Page(title, text, standing=standing)


Handler = Callable[[Asked], Response]


def endpoint(web: Web, handler: Handler, most: Most = MOST) -> Callable[[Request], Awaitable[Response]]:
    """What Starlette calls: the form is read here, and the page is made in a thread, since the core waits.

    `most` is what the page's form may have at most.
    """
    limiter: list[anyio.CapacityLimiter] = []

    async def called(request: Request) -> Response:
        if not limiter:
            limiter.append(anyio.CapacityLimiter(AT_ONCE))  # it belongs to the loop that runs now
        try:
            form = await form_of(request, most)
        except NotRead as refused:
            page = Page("Nothing has been sent", refused.sentence, standing=not_the_way([]))
            response = web.answer(_asked(web, request, {}), page, refused.status)
            response.headers["Connection"] = "close"
            return response
        asked = _asked(web, request, form)
        return await anyio.to_thread.run_sync(_guarded, web, handler, asked, limiter=limiter[0])

    return called


def _asked(web: Web, request: Request, form: dict[str, tuple[str, ...]]) -> Asked:
    path = request.url.path
    mark = form.get(MARK, ("",))[-1]
    genuine = web.addresses.is_marked(request.cookies.get(web.cookie, ""), path, mark)
    return Asked(request.method, path, dict(request.path_params), form, dict(request.cookies), genuine)


def _guarded(web: Web, handler: Handler, asked: Asked) -> Response:
    """The handler's answer; what breaks has a reference for people, and its trace in the log without a word of it."""
    try:
        return handler(asked)
    except Exception as error:
        number = uuid.uuid4().hex[:12]
        log.error("a page broke", extra={"action": "web", "error": number, "trace": trace_of(error)})
        text = (
            "We do not know whether what you sent has arrived. Go back and look; if it is urgent, ring.\n\n"
            f"If it stays so, tell the administrator this number: {number}"
        )
        page = Page("Something went wrong on our side", text, standing=not_the_way([]))
        return web.answer(asked, page, 500)
