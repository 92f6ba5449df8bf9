"""A round behind a link: who has answered and who has not, the ratings, and the same for Excel and Word.

It opens with the code from the letter, as a process record does. Which rows are shown stands in the address, so that
no script is needed. Nothing is changed by looking.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec

from starlette.responses import PlainTextResponse, RedirectResponse, Response

from commands import round_looking, round_tables
from commands.refusals import Refusal
from commands.round_analysis import RatingsTable
from commands.round_figures import STATES, State
from commands.round_looking import Look
from commands.work import Work
from storage.records.links import Link

from .answering import actor_of
from .asking import Asked
from .codes import Codes
from .common import Web
from .looks import Page

EXCEL, WORD = "excel", "word"

TONES: Mapping[int | None, str] = {
    None: "govuk-tag--grey",
    0: "govuk-tag--orange",
    1: "govuk-tag--yellow",
    2: "govuk-tag--light-blue",
    3: "govuk-tag--blue",
}
"""How a rating looks, from the lowest to the highest. Its letters stand in it, so that the colour says nothing new."""


@dataclass(frozen=True)
class RoundPage:
    """The pages behind links of the purpose "round"."""

    web: Web

    def show(self, asked: Asked, link: Link) -> Response:
        """The round, where it has been opened in this browser; else the question for the code."""
        return self._round(asked, link) if self._codes.is_open(asked, link) else self._door(asked, link)

    def send(self, asked: Asked, link: Link) -> Response:
        """Opens it, where the code is right."""
        return self._codes.lets_in(asked, link, self._door)

    def within(self, asked: Asked, link: Link) -> Response:
        """The rows in one state, or a file: what stands in the path after the link."""
        part = asked.path.rpartition("/")[2]
        if part not in (EXCEL, WORD, *STATES) or asked.path.count("/") != _DEPTH:
            return PlainTextResponse("There is nothing here.\n", 404)
        if asked.method == "POST" or not self._codes.is_open(asked, link):
            return RedirectResponse(self._base(asked, part), 303)
        if part in (EXCEL, WORD):
            return self._file(asked, link, part)
        return self._round(asked, link, next(each for each in STATES if each == part))

    def _round(self, asked: Asked, link: Link, state: State | None = None) -> Response:
        base = self._base(asked, state or "")
        with self.web.looking(link.partnership, actor_of(link)) as work:
            look = self._look(work, link)
            report = round_tables.report(look)
            counted = round_tables.summary(look)
            everybody = (f"Everybody ({len(look.standings)})", base, state is None)
            filters = [(f"{words} ({number})", f"{base}/{id_}", id_ == state) for id_, words, number in counted]
            page = self.web.dressed(Page(look.name), work)
            return self.web.answer(
                asked,
                page,
                template="round",
                report=report,
                shown=round_tables.states(look, state),
                filters=[everybody, *filters],
                ratings=RatingsTable(look),
                tones=TONES,
                files=[(label, f"{base}/{part}") for part, label, module in _FILES if find_spec(module) is not None],
            )

    def _file(self, asked: Asked, link: Link, part: str) -> Response:
        module = next(module for id_, _, module in _FILES if id_ == part)
        if find_spec(module) is None:
            words = f'The page can be printed instead. The administrator can install "convenor[{_EXTRAS[part]}]".'
            return self.web.answer(asked, self.web.plain("No such file can be made here", words), 503)
        with self.web.looking(link.partnership, actor_of(link)) as work:
            look = self._look(work, link)
            report = round_tables.report(look)
            if part == EXCEL:
                from bot.round_excel import MEDIA as EXCEL_MEDIA
                from bot.round_excel import workbook

                content, media, ending = workbook(report), EXCEL_MEDIA, "xlsx"
            else:
                from bot.round_word import MEDIA, document

                content, media, ending = document(look, report), MEDIA, "docx"
            name = f"{look.round.report}-{look.round.place}.{ending}"
        return Response(content, headers={"Content-Disposition": f'attachment; filename="{name}"'}, media_type=media)

    def _door(self, asked: Asked, link: Link, problem: Refusal | None = None, whole: str = "") -> Response:
        with self.web.looking(link.partnership, actor_of(link)) as work:
            name = self._look(work, link).name
        return self._codes.asks(
            asked, link, Page(name, "It opens with the code from the letter."), "Open it", problem, whole
        )

    def _look(self, work: Work, link: Link) -> Look:
        """The round, for the link's person. Raises Refused where they may not see it any more."""
        return round_looking.find(work, link.record)

    def _base(self, asked: Asked, part: str) -> str:
        return f"{self.web.addresses.prefix}{asked.path.removesuffix(f'/{part}') if part else asked.path}"

    @property
    def _codes(self) -> Codes:
        return Codes(self.web)


_DEPTH = 3
"""How many slashes the path of a page further in has: /l/TOKEN/PART."""

_FILES = ((EXCEL, "Download for Excel", "openpyxl"), (WORD, "Download as Word", "docx"))
"""The files: what stands in the path, the words of the link, and what has to be installed."""

_EXTRAS = {EXCEL: "xlsx", WORD: "word"}
