"""Behind a link to a poll: whether somebody comes, when they can, how their seat decides; one page for all their seats.

Whoever has the link may answer: no code is asked for, since it is about no case. Looking changes nothing, and a form
that is sent in as it stands changes nothing either: only what is said differently counts. It works without scripts.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from starlette.responses import Response

from commands import poll_pages
from commands.poll_pages import PollPage, SeatPage
from commands.refusals import Refusal
from commands.work import Work
from storage.records.links import Link
from storage.records.message import Blank, Choice, Message

from . import looks
from .addresses import LINK
from .answering import actor_of
from .asking import Asked
from .common import AGAIN, Web
from .looks import Fill, Page, Params

ONCE, ASKED, TICK, LOOKED = "_once", "_asked", "_tick", "names"
"""Fields of our own: by the first a form that is sent in twice counts once; the second says what was asked when it was
shown; the others are ticked where words may name somebody."""

SHUT = "Nothing was changed: no answers are taken any more."

UNCHANGED = "This is what stands there already"

MOVED = (
    "What is asked has changed since this page was opened. Nothing is sent yet: look at it, and send your answer again."
)

CHOOSE = "Choose an answer."

SIDE_BY_SIDE = 3
"""Up to so many answers stand side by side."""

Typed = Mapping[str, str]


@dataclass(frozen=True)
class _Turn:
    """One request to the page. `typed`: what stands in its fields, by their names on the page."""

    asked: Asked
    link: Link
    typed: Typed

    def filled(self, seat: SeatPage) -> dict[str, str]:
        """What was filled in for a seat, by the bare names of its fields."""
        return {blank.name: self.typed.get(_name(seat, blank), "").strip() for blank in seat.blanks}

    def said(self, page: PollPage) -> list[SeatPage]:
        """The seats for which something else was filled in than stands there."""
        return [seat for seat in page.seats if self.filled(seat) != _stands(seat)]


@dataclass(frozen=True)
class Polling:
    """The pages behind links of the purpose "poll"."""

    web: Web

    def show(self, asked: Asked, link: Link) -> Response:
        """The poll, with a form where answers are taken."""
        with self.web.looking(link.partnership, actor_of(link)) as work:
            page = poll_pages.shown(work, link)
            typed = {_name(seat, blank): _stands(seat)[blank.name] for seat in page.seats for blank in seat.blanks}
            return self._answer(work, page, _Turn(asked, link, typed))

    def send(self, asked: Asked, link: Link) -> Response:
        """Takes what was said of each seat, and says what became of it; what is wrong is said beside its field."""
        turn = _Turn(asked, link, asked.raw)
        with self.web.looking(link.partnership, actor_of(link)) as work:
            page = poll_pages.shown(work, link)
            changed = turn.said(page)
            filled = [turn.filled(seat) for seat in changed]
            names = poll_pages.asked_back(work, filled)
            problems = _problems(page, turn, names)
            if problems:
                return self._answer(work, page, turn, problems, names)
            if not changed:
                return self._stands(work, page, turn)
        answers: list[Message] = []
        for seat, raw in zip(changed, filled, strict=True):
            form = poll_pages.form_of(page, seat, raw)
            key = f"web:{link.id}:{page.action}:{seat.post}:{asked.one(ONCE)[:40]}"
            outcome = self.web.runner.perform(actor_of(link), page.action, form, key, self.web.now())
            if outcome.answer is not None:
                answers.append(outcome.answer)
            problems += [replace(each, field=f"{seat.post}.{each.field}") for each in outcome.refusals]
        with self.web.looking(link.partnership, actor_of(link)) as work:
            if problems:
                return self._answer(work, poll_pages.shown(work, link), turn, problems, names)
            return self._said(work, turn, answers)

    def _stands(self, work: Work, page: PollPage, turn: _Turn) -> Response:
        """The same was sent in as stands there: a second press, or nothing was changed."""
        text = "\n\n".join("\n".join((f"{seat.title}:", *seat.says)) for seat in page.seats if seat.says)
        drawn = Page(UNCHANGED, text, panel=True, links=self._links(work, turn))
        return self.web.answer(turn.asked, self.web.dressed(drawn, work))

    def _said(self, work: Work, turn: _Turn, answers: Sequence[Message]) -> Response:
        text = "\n\n".join(dict.fromkeys(each.text for each in answers))
        page = Page(answers[0].title, text, panel=True, links=self._links(work, turn))
        return self.web.answer(turn.asked, self.web.dressed(page, work))

    def _answer(
        self, work: Work, page: PollPage, turn: _Turn, problems: Sequence[Refusal] = (), names: str = ""
    ) -> Response:
        """The page; with what is wrong beside its field and what was typed still in it."""
        beside: dict[str, str] = {}
        for each in problems:
            beside[each.field] = " ".join(filter(None, (beside.get(each.field), str(each))))
        seats = [(seat, _blanks(seat, turn.typed, beside)) for seat in page.seats]
        ticks = [_tick(names, turn.asked, beside.get(TICK, ""))] if names else []
        blanks = (*(blank for _, found in seats for blank in found), *ticks)
        known = {blank.name for blank in blanks}
        whole = tuple(dict.fromkeys(str(each) for each in problems if each.field not in known))
        carried = {ONCE: turn.asked.one(ONCE) or secrets.token_urlsafe(12), ASKED: page.mark}
        form = Fill("Send your answer", blanks, carried)
        drawn = Page(
            page.title,
            page.text,
            fields=page.fields,
            form=form if page.takes_answers else None,
            problems=whole,
            links=self._others(work, turn.link),
        )
        return self.web.answer(
            turn.asked,
            self.web.dressed(drawn, work),
            422 if problems else 200,
            template="poll",
            seats=[_drawn(seat, found) for seat, found in seats],
            ticks=[looks.component(each) for each in ticks],
        )

    def _links(self, work: Work, turn: _Turn) -> tuple[tuple[str, str], ...]:
        path = f"{self.web.addresses.prefix}{LINK}{turn.asked.params['token']}"
        return (("See it, or change your answer", path), *self._others(work, turn.link))

    def _others(self, work: Work, link: Link) -> tuple[tuple[str, str], ...]:
        found = poll_pages.others(work, link)
        return tuple((f"Also asked of you: {name}", self.web.addresses.path_of(id_)) for name, id_ in found)


def _problems(page: PollPage, turn: _Turn, names: str) -> list[Refusal]:
    """What keeps the form from being taken at all."""
    if not page.takes_answers:
        return [Refusal(SHUT)]
    if not turn.asked.genuine:
        return [Refusal(AGAIN)]
    if turn.asked.one(ASKED) != page.mark:
        return [Refusal(MOVED)]
    changed = turn.said(page)
    if not changed and not any(seat.says for seat in page.seats):
        first = next(seat for seat in page.seats if seat.blanks)
        return [Refusal(CHOOSE, _name(first, first.blanks[0]))]
    found = [
        Refusal(CHOOSE, _name(seat, blank))
        for seat in changed
        for blank in seat.blanks
        if blank.kind == "choice" and not turn.filled(seat)[blank.name]
    ]
    if names and LOOKED not in turn.asked.form.get(TICK, ()):
        found.append(Refusal("Please tick this once it is so, or change the words.", TICK))
    return found


def _name(seat: SeatPage, blank: Blank) -> str:
    """What a field is called on the page, which may have several seats."""
    return f"{seat.post}.{blank.name}"


def _stands(seat: SeatPage) -> dict[str, str]:
    """What a seat says now, by the bare names of its fields."""
    return {blank.name: seat.filled.get(blank.name, "").strip() for blank in seat.blanks}


def _blanks(seat: SeatPage, typed: Typed, beside: Mapping[str, str]) -> tuple[Blank, ...]:
    names = [_name(seat, blank) for blank in seat.blanks]
    return tuple(
        blank.model_copy(update={"name": name, "value": typed.get(name, ""), "problem": beside.get(name, "")})
        for name, blank in zip(names, seat.blanks, strict=True)
    )


def _tick(names: str, asked: Asked, problem: str) -> Blank:
    """What has to be ticked where words may name somebody."""
    words = "I have looked at these words, and none of them names a child or their family"
    ticked = LOOKED if LOOKED in asked.form.get(TICK, ()) else ""
    offered = (Choice(value=LOOKED, label=words),)
    return Blank(name=TICK, label=names, kind="choices", value=ticked, problem=problem, choices=offered)


def _drawn(seat: SeatPage, blanks: Iterable[Blank]) -> Params:
    return {"title": seat.title, "says": seat.says, "components": [_component(each) for each in blanks]}


def _component(blank: Blank) -> Params:
    """A blank as it is drawn; a few short answers stand side by side where there is room."""
    drawn = looks.component(blank)
    if drawn["draws"] == "radios" and len(blank.choices) <= SIDE_BY_SIDE:
        drawn["params"]["classes"] = "govuk-radios--inline"
    return drawn
