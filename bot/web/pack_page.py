"""The pack for a meeting behind a link: what came in, what is missing, what was raised; as a page and as Word.

It opens with the code from the letter, as a process record does, and is made anew each time it is looked at.
"""

from dataclasses import dataclass

from starlette.responses import RedirectResponse, Response

from commands import pack_links, standing
from commands.pack_blocks import blocks
from commands.packs_for_meetings import Pack, contents
from commands.refusals import Refusal, Refused
from commands.work import Work
from storage.records.links import Link

from .answering import actor_of
from .asking import Asked
from .codes import Codes
from .common import Web
from .looks import Page
from .recording import NO_WORD, WORD, has_word


@dataclass(frozen=True)
class PackPage:
    """The pages behind links of the purpose "pack"."""

    web: Web

    def show(self, asked: Asked, link: Link) -> Response:
        """The pack, where it has been opened in this browser; else the question for the code."""
        return self._pack(asked, link) if self._codes.is_open(asked, link) else self._door(asked, link)

    def send(self, asked: Asked, link: Link) -> Response:
        """Opens it, where the code is right."""
        return self._codes.lets_in(asked, link, self._door)

    def word(self, asked: Asked, link: Link) -> Response:
        """The pack as a Word document, where it has been opened in this browser."""
        if not self._codes.is_open(asked, link):
            return RedirectResponse(f"{self.web.addresses.prefix}{asked.path.removesuffix('/word')}", 303)
        if not has_word():
            return self.web.answer(asked, self.web.plain("No Word document can be made here", NO_WORD), 503)
        from bot.pack_word import document

        with self.web.looking(link.partnership, actor_of(link)) as work:
            content = document(self._contents(work, link))
        _, group, place = link.record.split(":", 2)
        named = {"Content-Disposition": f'attachment; filename="pack-{group}-{place}.docx"'}
        return Response(content, headers=named, media_type=WORD)

    def _pack(self, asked: Asked, link: Link) -> Response:
        with self.web.looking(link.partnership, actor_of(link)) as work:
            pack = self._contents(work, link)
            page = self.web.dressed(Page(pack.title), work)
        word = f"{self.web.addresses.prefix}{asked.path}/word" if has_word() else ""
        return self.web.answer(asked, page, template="pack", pack=pack, blocks=blocks(pack), word=word)

    def _door(self, asked: Asked, link: Link, problem: Refusal | None = None, whole: str = "") -> Response:
        page = Page("The pack for a meeting", "It opens with the code from the letter.")
        return self._codes.asks(asked, link, page, "Open it", problem, whole)

    def _contents(self, work: Work, link: Link) -> Pack:
        """The pack, for the link's person. Raises Refused where they may not see it any more."""
        row = pack_links.meeting_of(work, link.record)
        if not standing.may_see(work, link.person, row.group):
            raise Refused(pack_links.NOT_YOURS)
        return contents(work, row)

    @property
    def _codes(self) -> Codes:
        return Codes(self.web)
