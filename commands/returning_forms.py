"""The forms in which a report or an audit is answered: one section at a time, made anew from its own questions."""

from collections.abc import Iterator, Mapping
from typing import Any

from storage.arrangements.forms import Filled, Section
from storage.records.message import Blank, Message

from . import filling, returning_opened, steps
from . import returning_words as words
from .refusals import Refusal, Refused
from .returning_opened import Opened
from .runner import sentence_of_who_may
from .steps import SEEN, SHOWN, Step
from .work import Work

LONGEST_LAST = 300
"""How much of last time's answer stands under a question; all of it stands in what was sent in then."""

EMPTY_ROWS = 3
"""How many empty rows a form has after those that are filled in; saving it and opening it again gives as many more."""

ABOUT = ("report", "place", "who")

WHO_MAY = sentence_of_who_may({}, "owed")
"""What the action itself says to somebody who does not answer for it, also where there is no such thing."""


def made_save(work: Work, raw: Mapping[str, str]) -> Step:
    """The form of a section that one answers oneself. Raises Refused as the action would."""
    opened = returning_opened.find(work, raw)
    if opened is None or not returning_opened.may_fill_in(work, opened):
        raise Refused(WHO_MAY)
    return section_step(work, opened, raw)


def section_step(work: Work, opened: Opened, raw: Mapping[str, str], action: str = words.SAVE) -> Step:
    """The form of one section: the one that is named, else the first in which something is still wanting.

    Raises Refused where nothing can be filled in any more; what was typed before that is shown with the reason.
    """
    if SHOWN not in raw:
        refuse_locked(work, opened)
    filled = returning_opened.begun(work, opened)
    asked = filling.sections(opened.form, filled, joint=opened.joint)
    section = _meant(work, opened, filled, asked, raw.get("section", ""))
    place = asked.index(section) + 1
    then = raw.get("then", "on")
    title, text = words.head(work, opened, section, place, len(asked))
    last = then != "on" or place == len(asked)
    typed = raw if SHOWN in raw else None
    return Step(
        action,
        opened.title,
        "Save and look it through" if last else "Save and go on",
        (),
        carries=(*ABOUT, "what"),
        headed=lambda _work, _raw: (title, text),
        quiet=True,
        checks=_meanwhile(opened, section, filled, raw),
        blanks=tuple(_blanks(work, opened, section, filled, typed)),
        fixed={
            "section": section.id,
            "then": then,
            SEEN: returning_opened.mark(section, filled),
            SHOWN: "yes",
        },
    )


def refuse_locked(work: Work, opened: Opened) -> None:
    """Raises Refused where nothing can be filled in: it is in, is not asked any more, or the round has ended."""
    if opened.round_.state != "open":
        raise Refused(
            f"{opened.name} for {opened.round_.name} is closed, and nothing more is taken in. "
            "If something should still be known, tell the business manager."
        )
    if opened.owed.is_in:
        raise Refused(
            f"{opened.title} is {words.state(work, opened)}. To change something in it, have it opened again: "
            "whoever sent it in can take it back until it is approved, and the business manager can open it."
        )


def _meant(work: Work, opened: Opened, filled: Filled, asked: list[Section], id_: str) -> Section:
    if not asked:
        raise Refused(f"{opened.title}: no question is asked.")
    named = next((each for each in asked if each.id == id_), None)
    if named is not None:
        return named
    if returning_opened.saved(work, opened.owed) is None:
        return asked[0]  # what was carried forward is looked at first
    wanting = {each.field for each in filling.wanting(work, opened.form, filled, joint=opened.joint)}
    return next((each for each in asked if wanting & {question.id for question in each.questions}), asked[0])


def _blanks(
    work: Work, opened: Opened, section: Section, filled: Filled, raw: Mapping[str, str] | None
) -> Iterator[Blank]:
    """The section's blanks, each with what was answered last time; a draft may be saved with any of them empty."""
    day, before = returning_opened.last_time(work, opened)
    for blank in filling.blanks(work, opened.form, section, filled, rows=EMPTY_ROWS, raw=raw):
        said = [blank.hint]
        if blank.needed:
            said.append("Needed before it is sent in.")
        if last := before.get(blank.name) or before.get(blank.name.removesuffix(_first_of(section, blank.name))):
            said.append(f"Answered for {day}: {_short(last)}")
        yield blank.model_copy(update={"needed": False, "hint": " ".join(filter(None, said))})


def _first_of(section: Section, name: str) -> str:
    """The part of a blank's name behind its question, where it is the first blank of an answer in rows."""
    for question in section.questions:
        if question.rows and name == f"{question.id}.1.{question.rows[0].id}":
            return name.removeprefix(question.id)
    return " "  # no name ends so


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_LAST else f"{line[:LONGEST_LAST].rsplit(' ', 1)[0]} …"


def _meanwhile(opened: Opened, section: Section, filled: Filled, raw: Mapping[str, str]) -> steps.Checks:
    """Finds that somebody else has saved the section since it was shown, and something else than is filled in now."""
    seen = raw.get(SEEN, "")

    def found(work: Work, form: Mapping[str, Any]) -> Iterator[Refusal]:
        if seen and is_another(work, opened, section, filled, seen, {k: str(v) for k, v in form.items()}):
            yield words.changed_meanwhile(work, opened, section, filled)

    return found


def is_another(work: Work, opened: Opened, section: Section, filled: Filled, seen: str, raw: Mapping[str, str]) -> bool:
    """Whether what is saved in a section is neither what was seen nor what is filled in now."""
    now = returning_opened.mark(section, filled)
    if not seen or returning_opened.same_section(seen, now):
        return False
    read = filling.read(work, opened.form, section, raw)
    return bool(read.problems) or not returning_opened.same_section(returning_opened.mark(section, read.filled), now)


def next_form(work: Work, opened: Opened, section: str, action: str = words.SAVE) -> Message:
    """The form of a section, shown as the answer to the one before."""
    raw = {**opened.about, "section": section} | ({"what": "save"} if action == words.FOR_THEM else {})
    return steps.sheet(work, section_step(work, opened, raw, action), raw)


# Sending it in


def made_send(work: Work, raw: Mapping[str, str]) -> Step:
    """Sending in: what it holds is shown first; what is still wanting has a button to its section."""
    opened = returning_opened.find(work, raw)
    if opened is None or not returning_opened.may_fill_in(work, opened):
        raise Refused(WHO_MAY)
    return send_step(work, opened, words.SEND)


def send_step(work: Work, opened: Opened, action: str) -> Step:
    """The step that sends in what is filled in, for oneself or for somebody else."""
    refuse_locked(work, opened)
    filled = returning_opened.begun(work, opened)
    problems = filling.wanting(work, opened.form, filled, joint=opened.joint)
    for_them = action == words.FOR_THEM

    def wanting(_work: Work, _form: Mapping[str, Any]) -> Iterator[Refusal]:
        yield from (Refusal(sentence) for sentence in words.missing(opened, problems))

    return Step(
        action,
        opened.title,
        "Send it in",
        (),
        sure="Send it in for them" if for_them else "Send it in",
        carries=(*ABOUT, "what"),
        quiet=True,
        checks=wanting,
        ways_on=tuple(words.change_buttons(opened, filled, problems, for_them=for_them)),
    )


def made_nothing(work: Work, raw: Mapping[str, str]) -> Step:
    """Nothing by exception: what it means is shown first."""
    opened = returning_opened.find(work, raw)
    if opened is None or not returning_opened.may_fill_in(work, opened):
        raise Refused(WHO_MAY)
    return nothing_step(work, opened, words.NOTHING)


def nothing_step(work: Work, opened: Opened, action: str) -> Step:
    """The step that says there is nothing by exception, for oneself or for somebody else."""
    refuse_locked(work, opened)
    return Step(
        action,
        opened.title,
        "Send it in",
        (),
        sure="Send in: nothing",
        carries=(*ABOUT, "what"),
        quiet=True,
        ways_on=(words.fill_in_button(opened),) if action == words.NOTHING else (),
    )


MADE = {words.SAVE: made_save, words.SEND: made_send, words.NOTHING: made_nothing}
"""The maker of each action's step, by the action's name."""
