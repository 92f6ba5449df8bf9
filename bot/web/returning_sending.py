"""What is done with a report as a whole on its page: sent in, nothing by exception, not for us, signed off, taken back.

Each takes a tick or words that nothing sets by itself, so that whoever merely follows links and sends in forms as they
stand does none of it. Sent in twice it counts once.
"""

import secrets
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from starlette.responses import Response

from commands import returning_words
from commands.refusals import Refusal
from commands.return_pages import Desk
from storage.records.message import Blank, Choice

from .common import AGAIN
from .guard import SECTION
from .looks import Fill, Page, Params
from .returning_at import At
from .returning_sent import answers, shown

ONCE = "_once"
"""The field by which a form that is sent in twice counts once."""

TICK = "_tick"
"""The field of what has to be ticked."""

BECAUSE = "because"

TICKS_NEEDED = "Please tick this once it is so."


class Whole(ABC):
    """Something that is done with the whole: a page that says what it means, and does it once that is sent in."""

    action: ClassVar[str]
    done: ClassVar[str]

    @abstractmethod
    def may(self, desk: Desk) -> bool:
        """Whether it can be done now; else the link's first page says how things stand."""

    @abstractmethod
    def page(self, at: At, desk: Desk) -> Page:
        """The page, with its form."""

    def form(self, at: At, desk: Desk) -> dict[str, object]:
        """What the action is called with."""
        return {**desk.opened.about, "came_by": "web"}

    def missing(self, at: At, desk: Desk) -> list[Refusal]:
        """What has to be ticked or written and is not."""
        ticked = set(at.asked.form.get(TICK, ()))
        page = self.page(at, desk)
        wanted = {c.value for b in (page.form.blanks if page.form else ()) if b.name == TICK for c in b.choices}
        return [] if wanted <= ticked else [Refusal(TICKS_NEEDED, TICK)]

    def answer(self, at: At, desk: Desk, problems: Sequence[Refusal] = ()) -> Response:
        """The page, with what is wrong beside its field and what was typed still in it."""
        page = self.page(at, desk)
        filled = replace(page, form=_filled(at, page.form, problems)) if page.form is not None else page
        names = {blank.name for blank in filled.form.blanks} if filled.form is not None else set()
        whole = tuple(str(each) for each in problems if each.field not in names)
        return at.answer(desk, replace(filled, problems=whole), 422 if problems else 200)

    def show(self, at: At) -> Response:
        """The page. Nothing is changed by looking at it."""
        with at.desk() as desk:
            return self.answer(at, desk) if self.may(desk) else at.to()

    def send(self, at: At) -> Response:
        """Does it, and says what became of it; a second time it says the same."""
        once = at.asked.one(ONCE)
        with at.desk() as desk:
            if self.may(desk):
                problems = [] if at.asked.genuine else [Refusal(AGAIN)]
                problems = problems or self.missing(at, desk)
                if problems:
                    return self.answer(at, desk, problems)
            elif not (once and at.asked.genuine):
                return at.to()  # what may not be done now is answered only where the same form did it before
            form = self.form(at, desk)
        outcome = at.performs(self.action, form, at.key(self.action, once) if once else None)
        with at.desk() as desk:
            if outcome.answer is None:
                return self.answer(at, desk, list(outcome.refusals)) if self.may(desk) else at.to()
            page = Page(
                self.done.format(name=desk.opened.name),
                outcome.answer.text,
                panel=True,
                links=(("See how it stands", at.path()), ("Keep a copy", at.path("copy"))),
            )
            return at.answer(desk, page)


@dataclass(frozen=True)
class Sending(Whole):
    """What was answered, to be looked through, and sent in once nothing is wanting."""

    action = returning_words.SEND
    done = "{name} is sent in"

    def may(self, desk: Desk) -> bool:
        """While it can be filled in."""
        return desk.can_be_filled_in

    def page(self, at: At, desk: Desk) -> Page:
        """The form, where nothing is wanting."""
        names = returning_words.asked_back(desk.work, desk.opened, desk.filled)
        ticks = [("read", "I have read the answers through")]
        ticks += [("names", "I have looked at these words, and none of them names a child or their family")] * bool(
            names
        )
        form = None if desk.wanting else pressed_once("Send it in", [_ticks("Before it is sent in", ticks, names)])
        return Page("Check your answers", "Nothing has been sent in yet.", form=form)

    def missing(self, at: At, desk: Desk) -> list[Refusal]:
        """Ticks; and what is wanting is said by the page itself."""
        return super().missing(at, desk) if not desk.wanting else [Refusal("Something still has to be answered.")]

    def answer(self, at: At, desk: Desk, problems: Sequence[Refusal] = ()) -> Response:
        """All answers with a way to change each, and what is wanting."""
        page = self.page(at, desk)
        form = _filled(at, page.form, problems) if page.form is not None else None
        page = replace(page, form=form, problems=tuple(str(each) for each in problems if each.field != TICK))
        change = {each.id: at.path(SECTION, each.id) for each in desk.sections}
        return at.answer(
            desk,
            page,
            422 if problems else 200,
            template="return_check",
            parts=answers(desk.said, change),
            wanting=_wanting(desk, change),
        )


@dataclass(frozen=True)
class Nothing(Whole):
    """Nothing by exception: what it means, and then it is sent in."""

    action = returning_words.NOTHING
    done = "{name} is sent in"

    def may(self, desk: Desk) -> bool:
        """While it can be filled in, where the form has such an answer."""
        return desk.can_be_filled_in and bool(desk.form.nothing)

    def page(self, at: At, desk: Desk) -> Page:
        """What it means."""
        means = "\n".join(f"- {each}" for each in desk.what_nothing_means())
        ticks = _ticks("", [("sure", f"Yes: {desk.form.nothing[:1].lower()}{desk.form.nothing[1:]}")])
        return Page(desk.form.nothing, f"This is what it means:\n\n{means}", form=pressed_once("Send it in", [ticks]))


@dataclass(frozen=True)
class Declining(Whole):
    """This is not for us, because: a request, which somebody answers."""

    action = "return.not-us"
    done = "You have said that this is not for you"

    def may(self, desk: Desk) -> bool:
        """While it can be filled in and nobody has asked yet."""
        return desk.can_be_filled_in and desk.owed.not_us != "asked"

    def form(self, at: At, desk: Desk) -> dict[str, object]:
        """With the reason."""
        return {**desk.opened.about, BECAUSE: at.asked.one(BECAUSE)}

    def page(self, at: At, desk: Desk) -> Page:
        """What happens then."""
        text = (
            f"The {desk.manager()} hears of it and answers. Until then it is still asked of you. If a colleague of "
            "yours should answer in your place, say in which post."
        )
        hint = "Please leave out the names and details of children and families."
        why = Blank(name=BECAUSE, label="It is not for us, because", kind="text", hint=hint)
        return Page("This is not for us", text, form=pressed_once("Say that it is not for us", [why]))

    def missing(self, at: At, desk: Desk) -> list[Refusal]:
        """The reason."""
        return [] if at.asked.one(BECAUSE) else [Refusal("This is needed.", BECAUSE)]


@dataclass(frozen=True)
class Signing(Whole):
    """The agency's senior signs off what was sent in."""

    action = returning_words.SIGN
    done = "{name} is signed off"

    def may(self, desk: Desk) -> bool:
        """While it waits for whoever looks at it."""
        return desk.signs and desk.opened.waits_for_signature

    def form(self, at: At, desk: Desk) -> dict[str, object]:
        """What it is about."""
        return dict(desk.opened.about)

    def page(self, at: At, desk: Desk) -> Page:
        """What it means; the answers stand on the first page."""
        ticks = _ticks("", [("sure", "I have read the answers, and sign them off for my agency")])
        text = "It counts as answered once you sign it off. To have it changed, tell whoever filled it in."
        return Page(
            "Sign it off", text, form=pressed_once("Sign it off", [ticks]), back=("Back to the answers", at.path())
        )


@dataclass(frozen=True)
class TakingBack(Whole):
    """What was sent in is taken back by those who answer for it, until it is approved."""

    action = returning_words.TAKE_BACK
    done = "{name} is taken back"

    def may(self, desk: Desk) -> bool:
        """While it is sent in and neither approved nor closed."""
        return shown(desk).can_be_taken_back

    def form(self, at: At, desk: Desk) -> dict[str, object]:
        """What it is about."""
        return dict(desk.opened.about)

    def page(self, at: At, desk: Desk) -> Page:
        """What it means."""
        ticks = _ticks("", [("sure", "Yes, take it back")])
        text = (
            "It counts as not sent in, and is asked of you again. What was answered is kept, for you to change. What "
            "became of it already, such as actions, is withdrawn until you send it in again."
        )
        return Page(
            "Take it back", text, form=pressed_once("Take it back", [ticks]), back=("Leave it as it is", at.path())
        )


def pressed_once(send: str, blanks: Iterable[Blank]) -> Fill:
    """A form of some blanks that counts once, however often it is sent in."""
    return Fill(send, tuple(blanks), {ONCE: secrets.token_urlsafe(12)})


def _ticks(label: str, choices: Iterable[tuple[str, str]], hint: str = "") -> Blank:
    """What has to be ticked, all of it."""
    offered = tuple(Choice(value=value, label=words) for value, words in choices)
    return Blank(name=TICK, label=label or "Please confirm", kind="choices", hint=hint, choices=offered)


def _filled(at: At, form: Fill, problems: Iterable[Refusal]) -> Fill:
    """A form with what was typed and ticked in it, and what is wrong beside it."""
    beside = {each.field: str(each) for each in problems}
    blanks = [
        blank.model_copy(update={"value": at.asked.raw.get(blank.name, ""), "problem": beside.get(blank.name, "")})
        for blank in form.blanks
    ]
    once = at.asked.one(ONCE)
    return replace(form, blanks=tuple(blanks), carries={ONCE: once} if once else form.carries)


def _wanting(desk: Desk, change: dict[str, str]) -> list[Params]:
    """What is still wanting, each with the way to its field."""
    found = []
    for each in desk.wanting:
        section = desk.section_of(each)
        text = desk.form.question(each.field.partition(".")[0]).text
        words = f"{text.rstrip(':')}{'' if text.endswith('?') else ':'} {each}"
        found.append(
            {"text": words, "href": f"{change[section.id]}#{_field_of(desk, each)}"} if section else {"text": words}
        )
    return found


def _field_of(desk: Desk, refusal: Refusal) -> str:
    """The id on the section's page of the field that a refusal is about."""
    question = desk.form.question(refusal.field.partition(".")[0])
    return f"{question.id}.1.{question.rows[0].id}" if question.rows else refusal.field
