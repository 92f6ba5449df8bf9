"""The conversation, the same at every door: a typed line or a press comes in, a neutral message goes back.

Nothing here knows a platform. What reads, reads in a transaction that cannot write; what does something goes through
the runner, once for each key. Whatever we do not know how to answer gets a reference; the log has the trace with it,
and never a word of what somebody typed.
"""

import logging
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from storage.arrangements.partnership import Arrangements
from storage.records.message import Button, Message

from . import danger, grammar, helping, reading, speakers, steps
from .grammar import HelpAsked, NotUnderstood
from .outcomes import Outcome
from .permissions import Actor, Role
from .refusals import Refusal, Refused
from .runner import Runner
from .saying import Do, Meaning, Typed
from .speakers import Known, Speaker
from .splitting import LONGEST, cleaned
from .steps import AGAIN, STEPS, SURE, Step
from .tracing import trace_of
from .words_people_type.later import INCIDENT

log = logging.getLogger(__name__)

INSIDE = "in"
"""In a press's form: the partnership that it is about. Doors put it on the buttons of what was delivered."""

LEAVE = "leave"
"""The press that leaves everything as it is."""

SAY = "say"
"""The press that says a line again, inside a partnership."""


@dataclass(frozen=True)
class Conversation:
    """Answers what people type and press. At a local door every partnership of the installation can be spoken of."""

    runner: Runner
    local_doors: Sequence[str] = ("terminal",)

    def answer(self, speaker: Speaker, text: str, key: str | None, now: datetime) -> Message:
        """The answer to a typed line. `key` is the same for each delivery of one line, so that it counts once."""
        try:
            return self._answer(self._known(speaker, now), text, key, now)
        except Exception as error:
            return _unknown_error(error, "answer", speaker)

    def press(self, speaker: Speaker, action: str, form: Mapping[str, str], key: str | None, now: datetime) -> Message:
        """The answer to a press, or to a form that was sent in: what a button or a sheet `does`, with its form.

        The form may hold `in`, the partnership; the answers of a conversation put it on their own buttons.
        """
        try:
            return self._press(self._known(speaker, now), action, dict(form), key, now)
        except Exception as error:
            return _unknown_error(error, action if action in self.runner.actions else "press", speaker)

    def _known(self, speaker: Speaker, now: datetime) -> Known:
        with self.runner.store.reading() as session:
            return speakers.known(session, speaker, now, self.local_doors)

    # What is typed

    def _answer(self, who: Known, text: str, key: str | None, now: datetime) -> Message:
        line = cleaned(text)
        if danger.is_about_danger(_without_groups(line, who), known_word=grammar.is_known(line)):
            return danger.ring_999(who.served)
        if not who.own:
            return helping.for_strangers(who.served)
        if len(line) > LONGEST:
            return _too_long()
        understood, inside = grammar.read(line, who.names)
        match understood:
            case HelpAsked(path):
                return helping.on(path, who.own)
            case NotUnderstood():
                return helping.not_understood(understood, who.own)
        chosen = _chosen(who, inside)
        if chosen is None:
            return _which_partnership(who, "" if understood.word is INCIDENT else line, inside)
        actor = who.actor(chosen.id)
        return stamped(_or_refused(lambda: self._typed(actor, understood, key, now)), chosen.id)

    def _typed(self, actor: Actor, typed: Typed, key: str | None, now: datetime) -> Message:
        word = typed.word
        meaning: Meaning = reading.ask(self.runner, actor, lambda work: word.means(work, typed), now, word.allowed)
        if isinstance(meaning, Message):
            return meaning
        step = STEPS.get(meaning.action)
        if step is None:
            return _said(self.runner.perform(actor, meaning.action, meaning.raw, key, now))
        if step.asks and not meaning.raw:
            return steps.to_fill_in(step, word.written)
        return self._do(actor, step, meaning, key, now, sure=False, by_form=False)

    # What is pressed

    def _press(self, who: Known, action: str, form: dict[str, str], key: str | None, now: datetime) -> Message:
        if not who.own:
            return helping.for_strangers(who.served)
        inside = form.pop(INSIDE, "")
        if action == LEAVE:
            return Message(title="Left as it was", text="Nothing has changed.")
        if action == SAY:
            return self._answer(who, f"{form.get('line', '')} --in {inside}", key, now)
        chosen = _chosen(who, inside)
        if chosen is None or not self._is_for_people(action):
            return steps.refused([Refusal("This button can no longer be pressed here. Write help to see what can.")])
        actor = who.actor(chosen.id)
        return stamped(_or_refused(lambda: self._pressed(actor, action, form, key, now)), chosen.id)

    def _is_for_people(self, action: str) -> bool:
        """Whether anybody but time and the administrator may do it at all."""
        found = self.runner.actions.get(action)
        return found is not None and bool(found.own or found.allowed.keys() - {Role.TIME, Role.ADMINISTRATOR})

    def _pressed(self, actor: Actor, action: str, form: dict[str, str], key: str | None, now: datetime) -> Message:
        sure, again = bool(form.pop(SURE, "")), bool(form.pop(AGAIN, ""))
        step = STEPS.get(action)
        if step is None:
            return _said(self.runner.perform(actor, action, form, key, now))
        blank = any(asked.needed and asked.name not in form for asked in step.asks)
        if again or blank:
            return self._sheet(actor, step, form, (), now)
        return self._do(actor, step, Do(action, form), key, now, sure=sure, by_form=True)

    # Both

    def _do(
        self, actor: Actor, step: Step, do: Do, key: str | None, now: datetime, *, sure: bool, by_form: bool
    ) -> Message:
        """Reads the fields, shows what it leads to where that comes first, and does it."""
        filled = reading.ask(self.runner, actor, lambda work: steps.read(work, step, do.raw), now)
        if filled.problems:
            return self._put_right(actor, step, do.raw, filled.problems, now, by_form)
        if step.sure and not sure:
            outcome = self.runner.preview(actor, do.action, filled.form, now)
            if not outcome.refused:
                return steps.shown_first(step, filled, outcome)
        else:
            outcome = self.runner.perform(actor, do.action, filled.form, key, now)
        if outcome.refused:
            return self._put_right(actor, step, do.raw, outcome.refusals, now, by_form)
        return _said(outcome)

    def _put_right(
        self,
        actor: Actor,
        step: Step,
        raw: Mapping[str, str],
        problems: Sequence[Refusal],
        now: datetime,
        by_form: bool,
    ) -> Message:
        """What was typed comes back: in the form that was sent in, or behind a button after a typed line."""
        beside = {asked.name for asked in step.asks}
        if by_form and any(problem.field in beside for problem in problems):
            return self._sheet(actor, step, raw, problems, now)
        return steps.not_done(step, raw, problems)

    def _sheet(
        self, actor: Actor, step: Step, raw: Mapping[str, str], problems: Sequence[Refusal], now: datetime
    ) -> Message:
        return reading.ask(self.runner, actor, lambda work: steps.sheet(work, step, raw, problems), now)


def stamped(message: Message, partnership: str) -> Message:
    """The message with the partnership on each of its buttons, and in its form, so that a press finds its way back."""
    buttons = tuple(b.model_copy(update={"form": {INSIDE: partnership, **b.form}}) for b in message.buttons)
    sheet = message.sheet
    if sheet is not None:
        sheet = sheet.model_copy(update={"form": {INSIDE: partnership, **sheet.form}})
    return message.model_copy(update={"buttons": buttons, "sheet": sheet})


def _chosen(who: Known, inside: str) -> Arrangements | None:
    """The partnership that a line or a press is about: the one named, or the only one."""
    if inside:
        return who.inside(inside)
    return who.own[0] if len(who.own) == 1 else None


def _which_partnership(who: Known, line: str, inside: str) -> Message:
    """Asks which partnership is meant. An empty line has nothing to say again, so it offers no buttons."""
    names = ", ".join(each.id for each in who.own)
    said = f'You have no post in a partnership called "{inside}". ' if inside else ""
    buttons = [Button(label=each.short, does=SAY, form={INSIDE: each.id, "line": line}) for each in who.own]
    return Message(
        title="Which partnership is meant?",
        text=f"{said}You have posts in several. Choose one, or write --in with one of: {names}.",
        buttons=tuple(buttons) if line and not inside else (),
    )


def _or_refused(answer: Callable[[], Message]) -> Message:
    """What is answered, or every known reason why not."""
    try:
        return answer()
    except Refused as refused:
        return steps.refused(refused.refusals)


def _said(outcome: Outcome) -> Message:
    """What the runner answered: words, or every reason why not."""
    if outcome.refused:
        return steps.refused(outcome.refusals)
    if outcome.answer is None:
        return Message(title="That is being done", text="It came in twice, and counts once.")
    return outcome.answer


def _too_long() -> Message:
    return Message(
        title="Nothing has changed",
        text=f"That is longer than the {LONGEST} characters a line may have. Documents stay in your own system.",
        tone="warning",
    )


def _without_groups(line: str, who: Known) -> str:
    """The line without the names of groups, some of which speak of missing children."""
    plain = line.casefold()
    for arrangements in who.served:
        for group in arrangements.groups:
            for name in sorted(group.names(), key=len, reverse=True):
                if " " in name:
                    plain = plain.replace(name.casefold(), " ")
    return plain


def _unknown_error(error: Exception, action: str, speaker: Speaker) -> Message:
    """A reference for people; for the log the places in our code that the error went through, without its words."""
    number = uuid.uuid4().hex[:12]
    # A speaker's user id may be an address, so the log has the door only.
    log.error("a line could not be answered", extra={"action": action, "error": number, "trace": trace_of(error)})
    return Message(
        title="Something went wrong on our side",
        text=f"Nothing has changed. Please try again; if it stays so, tell the administrator this number: {number}",
        tone="warning",
    )
