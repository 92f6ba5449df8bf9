"""The page where an alert is answered from a letter: opened with its code, chosen, checked, confirmed.

A scanner that opens the link learns its reference and nothing more, and one that sends in forms learns and answers
nothing: the code stands in the letter only, no answer is chosen, and what was chosen is asked once more before it
counts. GET changes nothing.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.responses import Response

from commands import link_pages
from commands.cases import clock_words
from commands.link_pages import ANSWER, BY, CODE, HAVE, LOOK, AlertPage
from commands.permissions import Account, Actor
from commands.refusals import Refusal, Refused
from commands.work import Work
from storage.records.links import Link
from storage.records.message import Blank, MessageField

from .asking import Asked
from .codes import Codes
from .common import AGAIN, Web
from .looks import Fill, Page

DOOR = "web"

PROOF = "proof"
LASTS = timedelta(minutes=30)
"""How long somebody may look at what they have chosen before they confirm it."""

SHUT = "This page stays open for half an hour. Nothing has been sent: please type the code again, and then choose."
CHANGED = "This is no longer asked: somebody has answered meanwhile, or nothing more is needed."


def actor_of(link: Link) -> Actor:
    """Whoever has a link, as an actor: the letter went to their own address, and its code was typed."""
    return Actor(link.partnership, link.person, confirmed=True, account=Account(DOOR, "", link.person))


@dataclass(frozen=True)
class Answering:
    """The page behind links of the purpose "answer"."""

    web: Web

    def show(self, asked: Asked, link: Link) -> Response:
        """The alert and its answers, where it has been opened in this browser; else the question for the code."""
        return self._again(asked, link) if self._codes.is_open(asked, link) else self._door(asked, link)

    def send(self, asked: Asked, link: Link) -> Response:
        """What was sent in: the code, an answer to be checked, or one that has been checked."""
        answers = bool({ANSWER, PROOF} & asked.form.keys())
        if not self._codes.is_open(asked, link) or (CODE in asked.form and not answers):
            return self._tried(asked, link, answers)
        if not asked.genuine:
            return self._again(asked, link, [Refusal(AGAIN)])
        if proof := asked.one(PROOF):
            return self._answered(asked, link, proof)
        return self._chosen(asked, link)

    def _again(self, asked: Asked, link: Link, problems: list[Refusal] | None = None) -> Response:
        with self.web.looking(link.partnership, actor_of(link)) as work:
            found = link_pages.alert_page(work, link)
            page = self.web.dressed(_page(found, asked, problems or []), work)
        return self.web.answer(asked, page, 422 if problems else 200)

    # Opened

    def _tried(self, asked: Asked, link: Link, answers: bool) -> Response:
        """Opens the page, where the code is right; it may be open already, when the letter's link is followed twice."""
        if not asked.genuine:
            return self._door(asked, link, whole=AGAIN)
        if answers and not asked.one(CODE):
            return self._door(asked, link, whole=SHUT)
        if wrong := self.web.wrong_code(link, asked.one(CODE)):
            return self._door(asked, link, wrong)
        return self._codes.opens(asked, link)

    def _door(self, asked: Asked, link: Link, problem: Refusal | None = None, whole: str = "") -> Response:
        with self.web.looking(link.partnership, actor_of(link)) as work:
            words = link_pages.before_the_code(work, link)
        return self._codes.asks(asked, link, Page(words.title, words.text), "Continue", problem, whole)

    @property
    def _codes(self) -> Codes:
        return Codes(self.web)

    # Chosen

    def _chosen(self, asked: Asked, link: Link) -> Response:
        with self.web.looking(link.partnership, actor_of(link)) as work:
            found = link_pages.alert_page(work, link)
            problems, by = _problems(work, found, asked)
        if problems:
            return self._again(asked, link, problems)
        if asked.one(ANSWER) == LOOK:
            return self._told(asked, link)
        return self._to_check(asked, link, found, by)

    def _to_check(self, asked: Asked, link: Link, found: AlertPage, by: datetime | None) -> Response:
        """What was chosen, to be confirmed; nothing has changed yet."""
        now = self.web.now()
        button = found.buttons[asked.one(ANSWER)]
        content = {"link": link.id, ANSWER: asked.one(ANSWER), "once": secrets.token_urlsafe(12)}
        if by is not None:
            content[BY] = by.isoformat()
        fields = [MessageField(label="Your answer", value=button.label)]
        with self.web.looking(link.partnership, actor_of(link)) as work:
            if by is not None:
                fields.append(MessageField(label="You will ring by", value=clock_words(work, by)))
            page = Page(
                "Check your answer",
                "Nothing has changed yet.",
                fields=tuple(fields),
                form=Fill("Confirm", carries={PROOF: self.web.addresses.proof("answer", now, content)}),
                links=(("Choose another answer", ""),),
            )
            page = self.web.dressed(page, work)
        return self.web.answer(asked, page)

    def _told(self, asked: Asked, link: Link) -> Response:
        """What was told of the case. That somebody looked is written down."""
        now = self.web.now()
        reference = link.record.split(":")[1]
        outcome = self.web.runner.perform(actor_of(link), "incident.look", {"reference": reference}, None, now)
        if outcome.refused:
            return self._again(asked, link, list(outcome.refusals))
        with self.web.looking(link.partnership, actor_of(link)) as work:
            told = link_pages.what_was_told(work, link_pages.case_of(work, link))
            fields = (*told["facts"], *told["words"])
            text = "" if fields else "Nothing is kept here beyond what the alert says. Ring whom it names."
            page = Page(f"{reference}: what was told of it", text, fields=fields, links=(("Answer", ""),))
            page = self.web.dressed(page, work)
        return self.web.answer(asked, page)

    # Confirmed

    def _answered(self, asked: Asked, link: Link, proof: str) -> Response:
        now = self.web.now()
        content = self.web.addresses.proven("answer", now, proof, LASTS)
        if content is None or content.get("link") != link.id:
            return self._again(asked, link, [Refusal("This was chosen too long ago. Please choose again.")])
        with self.web.looking(link.partnership, actor_of(link)) as work:
            button = link_pages.buttons_of(work, link).get(content[ANSWER])
        if button is None:
            return self._again(asked, link, [Refusal(CHANGED)])
        form: dict[str, object] = dict(button.form)
        if BY in content:
            form[BY] = datetime.fromisoformat(content[BY])
        outcome = self.web.runner.perform(actor_of(link), button.does, form, f"web:{link.id}:{content['once']}", now)
        if outcome.answer is None:
            return self._again(asked, link, list(outcome.refusals))
        page = Page(
            outcome.answer.title, outcome.answer.text, panel=True, links=(("What stands now, and what is next", ""),)
        )
        with self.web.looking(link.partnership, actor_of(link)) as work:
            page = self.web.dressed(page, work)
        return self.web.answer(asked, page)


def _problems(work: Work, found: AlertPage, asked: Asked) -> tuple[list[Refusal], datetime | None]:
    """What is missing or wrong, and by when they will ring."""
    problems: list[Refusal] = []
    by: datetime | None = None
    chosen = asked.one(ANSWER)
    if not chosen:
        problems.append(Refusal("Choose what you will do.", ANSWER))
    elif chosen != LOOK and chosen not in found.buttons:
        problems.append(Refusal(CHANGED, ANSWER))
    if chosen == HAVE:
        try:
            by = link_pages.by_when(work, asked.one(BY))
        except Refused as refused:
            problems += refused.refusals
    return problems, by


def _page(found: AlertPage, asked: Asked, problems: list[Refusal]) -> Page:
    names = {blank.name for blank in found.blanks}
    blanks = tuple(_filled(blank, asked, problems) for blank in found.blanks)
    return Page(
        found.words.title,
        found.words.text,
        fields=found.words.fields,
        form=Fill("Continue", blanks),
        problems=tuple(str(each) for each in problems if each.field not in names),
        after="Nothing counts before you have confirmed it on the next page.",
    )


def _filled(blank: Blank, asked: Asked, problems: list[Refusal]) -> Blank:
    problem = " ".join(str(each) for each in problems if each.field == blank.name)
    return blank.model_copy(update={"value": asked.one(blank.name), "problem": problem})
