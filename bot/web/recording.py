"""The process record behind a link: who knew when, what was due and when it was done; as a page and as Word.

It opens with the code from the letter, and each opening is written down. For half an hour it then stays open in that
browser, so that it can be read, printed and downloaded.
"""

from dataclasses import dataclass
from importlib.util import find_spec

from starlette.responses import RedirectResponse, Response

from commands import link_pages
from commands.process_records import read
from commands.refusals import Refusal
from storage.records.links import Link

from .answering import actor_of
from .asking import Asked
from .codes import Codes
from .common import Web
from .looks import Page

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


NO_WORD = 'The page can be printed instead. The administrator can install "convenor[word]".'


@dataclass(frozen=True)
class Recording:
    """The pages behind links of the purpose "record"."""

    web: Web

    def show(self, asked: Asked, link: Link) -> Response:
        """The record, where it has been opened in this browser; else the question for the code."""
        return self._record(asked, link) if self._codes.is_open(asked, link) else self._door(asked, link)

    def send(self, asked: Asked, link: Link) -> Response:
        """Opens it, where the code is right; that is written down."""
        refused = self._codes.refuses(asked, link, self._door)
        if refused is not None:
            return refused
        about: dict[str, object] = {"reference": _reference(link)}
        looked = self.web.runner.perform(actor_of(link), "incident.look", about, None, self.web.now())
        if looked.refused:
            return self._door(asked, link, whole=" ".join(map(str, looked.refusals)))
        return self._codes.opens(asked, link)

    def word(self, asked: Asked, link: Link) -> Response:
        """The record as a Word document, where it has been opened in this browser."""
        if not self._codes.is_open(asked, link):
            return RedirectResponse(f"{self.web.addresses.prefix}{asked.path.removesuffix('/word')}", 303)
        if not has_word():
            return self.web.answer(asked, self.web.plain("No Word document can be made here", NO_WORD), 503)
        from bot.record_word import document

        with self.web.looking(link.partnership, actor_of(link)) as work:
            content = document(read(work, link_pages.case_of(work, link)))
        named = {"Content-Disposition": f'attachment; filename="process-record-{_reference(link)}.docx"'}
        return Response(content, headers=named, media_type=WORD)

    def _record(self, asked: Asked, link: Link) -> Response:
        with self.web.looking(link.partnership, actor_of(link)) as work:
            record = read(work, link_pages.case_of(work, link))
            page = Page(f"{_reference(link)}: the process record")
            page = self.web.dressed(page, work)
        word = f"{self.web.addresses.prefix}{asked.path}/word" if has_word() else ""
        return self.web.answer(asked, page, template="record", record=record, word=word)

    def _door(self, asked: Asked, link: Link, problem: Refusal | None = None, whole: str = "") -> Response:
        text = "It opens with the code from the letter. That you opened it is written down."
        page = Page(f"{_reference(link)}: the process record", text)
        return self._codes.asks(asked, link, page, "Open it", problem, whole)

    @property
    def _codes(self) -> Codes:
        return Codes(self.web)


def has_word() -> bool:
    """Whether what makes Word documents is installed."""
    return find_spec("docxtpl") is not None


def _reference(link: Link) -> str:
    return link.record.split(":")[1]
