"""The forms of date polls: what is asked about, an answer for each slot, which slot is taken. Made anew each time."""

from collections.abc import Callable, Mapping

from storage.records.message import Blank, Button, Choice
from storage.records.polls import Poll

from . import date_polls_standing as stands
from . import date_polls_words as words
from . import date_slots, naming
from .date_polls import ANSWER, CLOSE, NONE_OPEN, OPEN, Open, meant
from .date_polls_taking import CONFIRM
from .date_slots import MOST_TYPED
from .dates import WANT_DAY
from .refusals import Refusal, Refused
from .steps import AGAIN, GROUP, SHOWN, WHICH, Asked, Step
from .work import Work

ABOUT = ("group", "number")

_CHOICES = tuple(Choice(value=value, label=label) for value, label in words.LABELS.items())


def _open(work: Work, raw: Mapping[str, str]) -> Step:
    """The form that asks for a date: what is proposed stands in it, and can be changed before anybody is asked."""
    slots = Blank(
        name="slots",
        label="The dates",
        kind="text",
        value=raw.get("slots") or _proposed(work, raw),
        hint=f"A day and an hour each, with semicolons or lines between, {MOST_TYPED} at most. Empty: we propose some. "
        f"{words.NOT_SEEN}",
        needed=False,
    )
    closes = Asked("closes", "Answers until, that day included", "day", False, f"Empty: five working days. {WANT_DAY}")
    again = Button(label="Fill in a form", does=OPEN.name, form={**raw, SHOWN: "yes", AGAIN: "yes"})
    return Step(
        OPEN.name,
        "Ask for a date",
        "Show what is asked",
        (GROUP, closes) if raw.get("extra") else (GROUP, WHICH, closes),
        sure="Ask them",
        carries=("extra",),
        blanks=(slots,),
        fixed={SHOWN: "yes"},
        ways_on=(again,),
    )


def _proposed(work: Work, raw: Mapping[str, str]) -> str:
    """The dates that are proposed for the group that is named; none where it is not one, or none can be."""
    try:
        return with_proposed(work, {**raw, "group": naming.group(work.arrangements, raw.get("group", "")).id})["slots"]
    except Refused:
        return ""


def with_proposed(work: Work, raw: Mapping[str, str]) -> dict[str, str]:
    """What was typed with the dates that are proposed, so that what is shown first is what is asked. Raises Refused."""
    if raw.get("slots"):
        return dict(raw)
    form = Open(group=raw["group"], place=raw.get("place", ""), extra="yes" if raw.get("extra") else "")
    return {**raw, "slots": date_slots.as_text(date_slots.proposed(work, meant(work, form)))}


def found(work: Work, raw: Mapping[str, str]) -> Poll:
    """The date poll that a press or a form names. Raises Refused."""
    number = raw.get("number", "0")
    poll = stands.find(work, raw.get("group", ""), int(number) if number.isdigit() else 0)
    if poll is None:
        raise Refused(Refusal(NONE_OPEN, "number", "See them with: poll dates"))
    return poll


def _answer(work: Work, raw: Mapping[str, str]) -> Step | None:
    """The form of an answer, a blank for each slot, with what was answered before; none for one that says all alike."""
    if raw.get("every"):
        return None
    poll = found(work, raw)
    before = _before(work, poll, raw.get("post", ""))
    blanks = tuple(
        Blank(
            name=f"s{number}",
            label=words.slot_words(work, slot),
            kind="choice",
            value=before.get(slot.key, ""),
            hint="; ".join(slot.against),
            choices=_CHOICES,
        )
        for number, slot in enumerate(stands.slots_of(poll), 1)
    )
    head = f"{words.about(work, poll)} You can change your answer until a date is taken.\n{words.NOT_SEEN}"
    name = poll.name
    return Step(
        ANSWER.name,
        "Say when you can",
        "Send",
        (),
        carries=(*ABOUT, "post", "came_by"),
        headed=lambda _work, _raw: (name, head),
        blanks=blanks,
        fixed={SHOWN: "yes"},
    )


def _before(work: Work, poll: Poll, post: str) -> Mapping[str, str]:
    """What was answered before for a seat, or for the actor's own."""
    person = work.actor.person or ""
    for seat in stands.standing(work, poll).seats:
        if seat.answers and (seat.post == post or (not post and seat.person == person)):
            return seat.answers
    return {}


def _take(work: Work, raw: Mapping[str, str]) -> Step:
    """Taking a date: all that moves is shown first. Which one is asked where none was named."""
    poll = found(work, raw)
    choices = tuple(Choice(value=slot.key, label=words.short_words(work, slot)) for slot in stands.slots_of(poll))
    name, head = poll.name, words.about(work, poll)
    return Step(
        CONFIRM.name,
        "Take a date",
        "Show what moves",
        (Asked("slot", "Which date", "choice", choices=choices),),
        sure="Take this date",
        carries=ABOUT,
        headed=lambda _work, _raw: (name, head),
    )


def _close(work: Work, raw: Mapping[str, str]) -> Step:
    """Closing without a date, with a reason for whoever was asked."""
    name = found(work, raw).name
    because = Asked("because", "Why", "words", False, "A few words; whoever was asked is told them.")
    return Step(
        CLOSE.name,
        "Close without a date",
        "Close it",
        (because,),
        carries=ABOUT,
        quiet=True,
        headed=lambda _work, _raw: (name, "Nobody is asked any more. The meeting stays where it is."),
    )


MADE: Mapping[str, Callable[[Work, Mapping[str, str]], Step | None]] = {
    OPEN.name: _open,
    ANSWER.name: _answer,
    CONFIRM.name: _take,
    CLOSE.name: _close,
}
"""The maker of each action's step, by the action's name."""
