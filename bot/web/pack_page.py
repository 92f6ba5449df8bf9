"""The pack for a meeting behind a link: what came in, what is missing, what was raised; as a page and as Word.

Beside it stand the draft for the minutes, as Word, and the group's attendance over the year, as Excel.

It opens with the code from the letter, as a process record does, and is made anew each time it is looked at.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec

from starlette.responses import PlainTextResponse, RedirectResponse, Response

from commands import attendance_years, minutes_drafts, pack_links, standing
from commands.meeting_words import group_of
from commands.pack_blocks import blocks
from commands.packs_for_meetings import Pack, contents
from commands.refusals import Refusal, Refused
from commands.work import Work
from storage.records.links import Link
from storage.records.meetings import MeetingRow

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

    def within(self, asked: Asked, link: Link) -> Response:
        """The draft for the minutes or the year's attendance, as a file, where it has been opened in this browser."""
        part = asked.path.rpartition("/")[2]
        if part not in _FILES or asked.path.count("/") != _DEPTH:
            return PlainTextResponse("There is nothing here.\n", 404)
        if asked.method == "POST" or not self._codes.is_open(asked, link):
            return RedirectResponse(f"{self.web.addresses.prefix}{asked.path.removesuffix(f'/{part}')}", 303)
        _, module, extra, media, ending = _FILES[part]
        if find_spec(module) is None:
            words = f'The administrator can install "convenor[{extra}]".'
            return self.web.answer(asked, self.web.plain("No such file can be made here", words), 503)
        with self.web.looking(link.partnership, actor_of(link)) as work:
            content = _content(work, part, self._meeting(work, link))
        _, group, place = link.record.split(":", 2)
        name = f"{part}-{group}-{place}.{ending}"
        return Response(content, headers={"Content-Disposition": f'attachment; filename="{name}"'}, media_type=media)

    def _pack(self, asked: Asked, link: Link) -> Response:
        with self.web.looking(link.partnership, actor_of(link)) as work:
            pack = self._contents(work, link)
            page = self.web.dressed(Page(pack.title), work)
        word = f"{self.web.addresses.prefix}{asked.path}/word" if has_word() else ""
        files = self._files(asked)
        return self.web.answer(asked, page, template="pack", pack=pack, blocks=blocks(pack), word=word, files=files)

    def _files(self, asked: Asked) -> list[tuple[str, str]]:
        """The words and the addresses of what can be downloaded beside the pack."""
        base = f"{self.web.addresses.prefix}{asked.path}"
        return [(each[0], f"{base}/{part}") for part, each in _FILES.items() if find_spec(each[1]) is not None]

    def _door(self, asked: Asked, link: Link, problem: Refusal | None = None, whole: str = "") -> Response:
        page = Page("The pack for a meeting", "It opens with the code from the letter.")
        return self._codes.asks(asked, link, page, "Open it", problem, whole)

    def _contents(self, work: Work, link: Link) -> Pack:
        """The pack, for the link's person. Raises Refused where they may not see it any more."""
        return contents(work, self._meeting(work, link))

    def _meeting(self, work: Work, link: Link) -> MeetingRow:
        row = pack_links.meeting_of(work, link.record)
        if not standing.may_see(work, link.person, row.group):
            raise Refused(pack_links.NOT_YOURS)
        return row

    @property
    def _codes(self) -> Codes:
        return Codes(self.web)


MINUTES, ATTENDANCE = "minutes", "attendance"

_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_FILES: Mapping[str, tuple[str, str, str, str, str]] = {
    MINUTES: ("Draft for the minutes, as Word", "docx", "word", WORD, "docx"),
    ATTENDANCE: ("Attendance over the year, for Excel", "openpyxl", "xlsx", _EXCEL, "xlsx"),
}
"""What stands in the path: the link's words, what must be installed, by which extra, its kind, and how it ends."""

_DEPTH = 3
"""How many slashes the path of a file beside the pack has: /l/TOKEN/PART."""


def _content(work: Work, part: str, row: MeetingRow) -> bytes:
    if part == MINUTES:
        from bot.pack_word import minutes

        return minutes(minutes_drafts.draft(work, row))
    from bot.attendance_excel import workbook

    starts = work.arrangements.planning.year_starts
    return workbook(attendance_years.year(work, group_of(work, row), row.day.year - (row.day.month < starts)))
