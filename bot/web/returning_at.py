"""One request to the pages behind a link to a report: where they are, what stands there, and how they are answered."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

from starlette.responses import RedirectResponse, Response

from commands.outcomes import Outcome
from commands.return_pages import Desk, desk_of
from storage.records.links import Link

from .addresses import LINK
from .answering import actor_of
from .asking import Asked
from .common import Web
from .looks import Page

DO, SEEN, AUTOSAVE = "_do", "_seen", "_autosave"
"""Fields of our own in a form; no question can be called so, since their ids begin with a letter."""


@dataclass(frozen=True)
class At:
    """A request to one of the pages."""

    web: Web
    asked: Asked
    link: Link

    def path(self, *parts: str) -> str:
        """The path of a page behind this link; without parts of the first one."""
        return "/".join([f"{self.web.addresses.prefix}{LINK}{self.asked.params['token']}", *parts])

    def to(self, *parts: str, at: str = "") -> Response:
        """Leads to a page behind this link, and there to a field."""
        return RedirectResponse(f"{self.path(*parts)}{f'#{at}' if at else ''}", 303)

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        """What stands behind the link now. Raises Refused where it is not this person's."""
        with self.web.looking(self.link.partnership, actor_of(self.link)) as work:
            yield desk_of(work, self.link)

    def performs(self, action: str, form: Mapping[str, object], key: str | None = None) -> Outcome:
        """Does something as the link's person; a repeated key counts once."""
        return self.web.runner.perform(actor_of(self.link), action, form, key, self.web.now())

    def key(self, what: str, once: str) -> str:
        """What makes a press count once: the link, what it does, and the form that it came from."""
        return f"web:{self.link.id}:{what}:{once[:40]}"

    def answer(self, desk: Desk, page: Page, status: int = 200, template: str = "page", **more: object) -> Response:
        """A page as an answer; each but the first has a way back to it."""
        dressed = self.web.dressed(page, desk.work)
        if self.asked.params.keys() != {"token"} and page.back is None:
            dressed = replace(dressed, back=("Back to the list of sections", self.path()))
        return self.web.answer(self.asked, dressed, status, template, **more)
