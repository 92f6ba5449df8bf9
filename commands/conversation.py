"""The conversation, the same at every door: a typed line or a press comes in, a neutral message goes back.

Nothing here knows a platform. What reads, reads in a transaction that cannot write; what does something goes through
the runner, once for each key. Whatever we do not know how to answer gets a reference; the log has the trace with it,
and never a word of what somebody typed.
"""

import logging
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.arrangements.partnership import Arrangements
from storage.records import delivery
from storage.records.message import Button, Message
from storage.records.scope import Scope

from . import danger, grammar, helping, made_steps, notifying_forms, reading, speakers, steps, terms
from .grammar import HelpAsked, NotUnderstood
from .outcomes import Outcome
from .permissions import Actor, Role
from .refusals import Refusal, Refused
from .returning_words import FOR_THEM, SAVE
from .runner import Runner
from .saying import SAY, Do, Meaning, Typed
from .speakers import Known, Speaker
from .splitting import LONGEST, cleaned
from .steps import AGAIN, SHOWN, STEPS, SURE, Step
from .tracing import trace_of
from .words_people_type.incidents import OF_INCIDENTS

log = logging.getLogger(__name__)

INSIDE = "in"
"""In a press's form: the partnership that it is about. Doors put it on the buttons of what was delivered."""

LEAVE = "leave"
"""The press that leaves everything as it is."""

TELLS_OF_CHILDREN = frozenset({SAVE, FOR_THEM})
"""The actions whose forms speak of children by their nature: reports and audits. What is filled in is kept, and where
to ring stands above the answer."""

AT_ONCE = timedelta(minutes=1)
"""How long the repeat of a press is the same press: a double one, or one that was delivered twice."""

SPOKE_LASTS = timedelta(hours=1)
"""Where somebody spoke is noted once in this time, for each account: what they say is not held up by it."""


@dataclass(frozen=True)
class Conversation:
    """Answers what people type and press. At a local door every partnership of the installation can be spoken of."""

    runner: Runner
    local_doors: Sequence[str] = ("terminal",)

    def answer(self, speaker: Speaker, text: str, key: str | None, now: datetime) -> Message:
        """The answer to a typed line. `key` is the same for each delivery of one line, so that it counts once."""
        try:
            who = self._known(speaker, now)
            answer = self._answer(who, text, key, now)
        except Exception as error:
            in_danger = _is_about_danger(cleaned(text), ())
            return _unknown_error(error, "answer", speaker, in_danger=in_danger)
        self._spoke(who, now)
        return answer

    def press(self, speaker: Speaker, action: str, form: Mapping[str, str], key: str | None, now: datetime) -> Message:
        """The answer to a press, or to a form that was sent in: what a button or a sheet `does`, with its form.

        The form may hold `in`, the partnership; the answers of a conversation put it on their own buttons.
        """
        try:
            who = self._known(speaker, now)
            answer = self._press(who, action, dict(form), key, now)
        except Exception as error:
            name, in_danger = action if action in self.runner.actions else "press", _tells_of_danger(form.values(), ())
            return _unknown_error(error, name, speaker, in_danger=in_danger)
        self._spoke(who, now)
        return answer

    def newest_counts(self, action: str) -> bool:
        """Whether a button that does this is pressed anew when it is pressed later: see `Action.newest`."""
        found = self.runner.actions.get(action)
        return found is not None and found.newest

    def opens_form(self, action: str, form: Mapping[str, str]) -> bool:
        """Whether a press of a button that does this is answered by a form that is to be filled in.

        For doors that have to say so on the button, before it is pressed. It reads no database, so that now and then
        words come where a form was promised.
        """
        return made_steps.opens(action, form)

    def danger_in(self, speaker: Speaker, texts: Iterable[str], now: datetime, does: str = "") -> Message | None:
        """Where to ring, if something that is being filled into a form tells of a child in danger; else None.

        For doors that hold what is filled in before it is sent in. It writes nothing. A form that speaks of children by
        its nature (`does`) is gone on with: its answer says where to ring.
        """
        if does in TELLS_OF_CHILDREN:
            return None
        texts = list(texts)
        try:
            who = self._known(speaker, now)
        except Exception as error:
            in_danger = _tells_of_danger(texts, ())
            return _unknown_error(error, "danger", speaker, in_danger=True) if in_danger else None
        return danger.ring_999(who.served) if _tells_of_danger(texts, who.served) else None

    def spoke(self, speaker: Speaker, now: datetime) -> None:
        """Notes where somebody spoke, for a door that answers something by itself."""
        self._spoke(self._known(speaker, now), now)

    def _spoke(self, who: Known, now: datetime) -> None:
        """Notes where somebody spoke, for where messages go first: hourly at most, so that few answers wait for it.

        Not of strangers, nor where the door does not vouch for who it is. Where it fails, the answer stands.
        """
        account = who.account
        if account is None or not who.own or (who.spoke_at is not None and now - who.spoke_at < SPOKE_LASTS):
            return
        try:
            delivery.note_spoke(self.runner.store, account.door, account.tenant, account.user, now)
        except Exception as error:
            number = uuid.uuid4().hex[:12]
            about = {"action": "note-spoke", "error": number, "trace": trace_of(error)}
            log.error("where somebody spoke could not be noted", extra=about)

    def _known(self, speaker: Speaker, now: datetime) -> Known:
        with self.runner.store.reading() as session:
            return speakers.known(session, speaker, now, self.local_doors)

    # What is typed

    def _answer(self, who: Known, text: str, key: str | None, now: datetime) -> Message:
        line = cleaned(text)
        if _is_about_danger(line, who.served):
            return danger.ring_999(who.served)
        if not who.own:
            return helping.for_strangers(who.served)
        if len(line) > LONGEST:
            return _too_long()
        understood, inside = grammar.read(line, who.names)
        of_a_child = danger.speaks_of_a_child(_without_groups(line, who.served))
        match understood:
            case HelpAsked(path, unknown, near):
                return (
                    helping.no_such_word(near, who.own, of_a_child=of_a_child) if unknown else helping.on(path, who.own)
                )
            case NotUnderstood():
                return helping.not_understood(understood, who.own, of_a_child=of_a_child)
        chosen = _chosen(who, inside)
        if chosen is None:
            word = understood.word
            return _which_partnership(who, word.name if word.path[0] in OF_INCIDENTS else line, inside)
        actor = who.actor(chosen.id)
        return stamped(_or_refused(lambda: self._typed(actor, understood, key, now)), chosen.id)

    def _typed(self, actor: Actor, typed: Typed, key: str | None, now: datetime) -> Message:
        word = typed.word
        meaning: Meaning = reading.ask(self.runner, actor, lambda work: word.means(work, typed), now, word.allowed)
        if isinstance(meaning, Message):
            return meaning
        step = self._step(actor, meaning.action, meaning.raw, now)
        if step is None:
            return self._said(actor, self.runner.perform(actor, meaning.action, meaning.raw, key, now), now)
        if step.asks and not meaning.raw:
            return steps.to_fill_in(step, word.written)
        return self._do(actor, step, meaning, key, now, sure=False, by_form=False)

    # What is pressed

    def _press(self, who: Known, action: str, form: dict[str, str], key: str | None, now: datetime) -> Message:
        in_danger = _tells_of_danger(form.values(), who.served)
        if in_danger and action not in TELLS_OF_CHILDREN:
            return danger.ring_999(who.served)
        if not who.own:
            return helping.for_strangers(who.served)
        if in_danger:
            return danger.above(self._done(who, action, form, key, now), who.served)
        return self._done(who, action, form, key, now)

    def _done(self, who: Known, action: str, form: dict[str, str], key: str | None, now: datetime) -> Message:
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
        step = self._step(actor, action, form, now)
        if step is None:
            return self._said(actor, self.runner.perform(actor, action, form, key, now), now)
        blank = any(asked.needed and asked.name not in form for asked in step.asks)
        if step.quiet:  # its form is long: whoever has begun with it is told all that is wrong at once
            blank = blank and not any(asked.name in form for asked in step.asks)
        blank = blank or bool(step.blanks and SHOWN not in form)
        if again or blank:
            return self._sheet(actor, step, form, (), now)
        return self._do(actor, step, Do(action, form), key, now, sure=sure, by_form=True)

    # Both

    def _step(self, actor: Actor, action: str, form: Mapping[str, str], now: datetime) -> Step | None:
        """What an action asks people for; None where nothing is asked."""
        made = made_steps.MADE.get(action)
        if made is None:
            return STEPS.get(action)
        return reading.ask(self.runner, actor, lambda work: made(work, form), now)

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
                return steps.remarked(steps.shown_first(step, filled, outcome), filled.remarks)
        else:
            outcome = self.runner.perform(actor, do.action, filled.form, key, now)
        if outcome.refused:
            return self._put_right(actor, step, do.raw, outcome.refusals, now, by_form)
        return steps.remarked(self._said(actor, outcome, now), filled.remarks)

    def _said(self, actor: Actor, outcome: Outcome, now: datetime) -> Message:
        """What the runner answered: words, or every reason why not. A late repeat says when it was answered first."""
        if outcome.refused:
            return steps.refused(outcome.refusals)
        if outcome.answer is None:
            return Message(title="That is being done", text="It came in twice, and counts once.")
        if outcome.first_at is None or now - outcome.first_at <= AT_ONCE:
            return outcome.answer
        with self.runner.store.reading() as session:
            zone = terms.of(Scope(session, actor.partnership)).zone
        return steps.answered_before(outcome.answer, outcome.first_at, zone)

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
        if by_form and (step.blanks or any(problem.field in step.names for problem in problems)):
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


def _too_long() -> Message:
    return Message(
        title="Nothing has changed",
        text=f"That is longer than the {LONGEST} characters a line may have. Documents stay in your own system.",
        tone="warning",
    )


def _is_about_danger(line: str, served: Sequence[Arrangements]) -> bool:
    """Whether a typed line tells of a child in danger; a call for help at its beginning is no word of ours then."""
    rest = grammar.without_help(line)
    return danger.is_about_danger(_without_groups(rest, served), known_word=grammar.is_known(rest))


def _tells_of_danger(texts: Iterable[str], served: Sequence[Arrangements]) -> bool:
    """Whether something filled into a form does; what a form asks for stands behind a known word.

    A kind of incident that was chosen tells of a child by its own name, and is what the form is there for.
    """
    offered = notifying_forms.kinds_offered(served)
    told = [text for text in texts if text not in offered]
    return any(danger.is_about_danger(_without_groups(cleaned(text), served), known_word=True) for text in told)


def _without_groups(line: str, served: Sequence[Arrangements]) -> str:
    """The line without the names of groups, some of which speak of missing children."""
    plain = line.casefold()
    for arrangements in served:
        for group in arrangements.groups:
            for name in sorted(group.names(), key=len, reverse=True):
                if " " in name:
                    plain = plain.replace(name.casefold(), " ")
    return plain


def _unknown_error(error: Exception, action: str, speaker: Speaker, *, in_danger: bool) -> Message:
    """A reference for people; for the log the places in our code that the error went through, without its words.

    Whoever told of a child in danger is told where to ring, whatever went wrong here.
    """
    number = uuid.uuid4().hex[:12]
    # A speaker's user id may be an address, so the log has the door only.
    log.error("a line could not be answered", extra={"action": action, "error": number, "trace": trace_of(error)})
    if in_danger:
        return danger.ring_999(())
    return Message(
        title="Something went wrong on our side",
        text=f"Nothing has changed. Please try again; if it stays so, tell the administrator this number: {number}",
        tone="warning",
    )
