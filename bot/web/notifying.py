"""The page on which somebody without an account notifies: the same form as in chat, with who they are.

Nothing is notified here: what is filled in waits, encrypted, until the letter to the address given is answered.
"""

import secrets
from dataclasses import dataclass, replace

from starlette.responses import PlainTextResponse, Response

from commands import notifying, notifying_forms, steps
from commands.permissions import time
from commands.refusals import Refusal
from commands.work import Work
from storage.records import partnerships
from storage.records.message import Message
from storage.records.scope import Scope

from .asking import Asked
from .common import AGAIN, Web
from .looks import Fill, Page

ONCE = "once"
"""The field by which a form that is sent in twice counts once."""

LONGEST_ONCE = 40


@dataclass(frozen=True)
class Notifying:
    """The page /notify/PARTNERSHIP."""

    web: Web

    def page(self, asked: Asked) -> Response:
        """The form, or the answer to it."""
        partnership = asked.params["partnership"]
        with self.web.runner.store.reading() as session:
            scope = Scope(session, partnership)
            if partnership not in {each.id for each in partnerships.every(session)}:
                return PlainTextResponse("There is nothing here.\n", 404)
            if not partnerships.number_in_force(scope):
                return PlainTextResponse("There is nothing here.\n", 404)
            work = self.web.runner.work(scope, time(partnership), self.web.now())
            if not notifying.open_here(work) or not {"mail", "pages"} <= work.ways:
                said = notifying.offered(work) if not notifying.open_here(work) else _no_mail(work)
                return self.web.answer(asked, self.web.dressed(Page(said.title, said.text), work), 503)
            step = notifying_forms.step(work.arrangements, outside=True, today=work.today)
            if asked.method != "POST":
                return self._form(asked, work, step, [], 200)
            if not asked.genuine:
                return self._form(asked, work, step, [Refusal(AGAIN)], 422)
            filled = steps.read(work, step, asked.raw)
            if filled.problems:
                return self._form(asked, work, step, filled.problems, 422)
        key = f"web:{step.action}:{asked.one(ONCE)[:LONGEST_ONCE]}" if asked.one(ONCE) else None
        outcome = self.web.runner.perform(time(partnership), step.action, filled.form, key, self.web.now())
        with self.web.looking(partnership, time(partnership)) as work:
            if outcome.answer is None:
                return self._form(asked, work, step, list(outcome.refusals), 422)
            page = Page(outcome.answer.title, outcome.answer.text)
            return self.web.answer(asked, self.web.dressed(page, work))

    def _form(self, asked: Asked, work: Work, step: steps.Step, problems: list[Refusal], status: int) -> Response:
        """The form with whatever was typed, each mistake beside its field."""
        message = steps.sheet(work, step, asked.raw, problems)
        assert message.sheet is not None
        names = {blank.name for blank in message.sheet.blanks}
        once = asked.one(ONCE) or secrets.token_urlsafe(12)
        page = Page(
            message.title,
            _ABOVE,
            form=Fill(message.sheet.label, message.sheet.blanks, {ONCE: once}),
            problems=tuple(str(each) for each in problems if each.field not in names),
            private=False,
        )
        dressed = self.web.dressed(page, work)  # where help is to be had is the form's first line, to be ticked
        return self.web.answer(asked, replace(dressed, standing=""), status)


_ABOVE = (
    "For professionals. The form asks for facts only: no name of a child, no date of birth, no NHS number.\n\n"
    "We write to your work address, and nothing is notified before you have confirmed it there."
)


def _no_mail(work: Work) -> Message:
    handlers = [pathway.handler for pathway in notifying.open_here(work)]
    text = (
        "This page cannot write to you, so nothing can be notified on it. Use your arrangements' own form and ring the "
        f"{work.arrangements.title(handlers[0])}."
    )
    return Message(title="Incidents cannot be notified on this page", text=text)
