"""What people read of a form that they answer: what stands above each section, the summary, what became of it."""

from collections.abc import Iterable, Mapping

from storage.arrangements.forms import Given, Section
from storage.records import people
from storage.records.message import Button, Message
from storage.records.returns import Owed, agency_of, senior_post

from . import filling, respondents, returning_opened
from .filling import Said
from .refusals import Refusal
from .returning_opened import Opened
from .steps import SURE
from .words import hour, long_day
from .work import Work

SAVE, SEND, NOTHING = "return.save", "return.send", "return.nothing"
TAKE_BACK, FOR_THEM, OTHER_WAY = "return.take-back", "return.for-them", "return.other-way"
COLLEAGUE, COLLEAGUE_ENDS = "return.colleague", "return.colleague-ends"
APPROVE, REOPEN, SIGN, MODERATE = "return.approve", "return.reopen", "return.sign-off", "return.moderate"

WITHOUT_NAMES = "Please leave out the names and details of children and families."
KEPT = "It is kept as it is, and counts once you send it in."
IS_A_PERSON = "Is one of these a child, or somebody in a family?"
"""Asked of words that may name somebody; it is a question, and that nothing was found is never said."""

LABELS: Mapping[str, str] = {
    "nothing": "nothing yet",
    "draft": "begun, not sent in",
    "answered": "sent in",
    "reopened": "opened again",
    "approved": "approved",
    "other-way": "answered in another way",
    "not-us": "not asked of them",
}
"""The states of what is owed, in words."""

_WAYS = {
    "on-behalf": "filled in for them by the secretariat",
    "visit": "answered at a visit",
    "workshop": "answered at a workshop",
    "once": "answered once, for another partnership that asks the same",
}


def state(work: Work, opened: Opened) -> str:
    """How far it is, in words: with its day once it is in, how it came where that was no answer of their own."""
    owed = opened.owed
    if opened.waits_for_signature:
        return _told(owed, f"sent in{_when(work, owed)}; it waits for signature by {senior(work, opened)}")
    words = LABELS[owed.state]
    if owed.state in ("answered", "approved", "other-way"):
        words = f"{words}{_when(work, owed)}" if owed.state != "approved" else f"{words}, sent in{_when(work, owed)}"
        words += f', "{opened.form.nothing.lower()}"' if owed.by_exception else ""
    if owed.state == "reopened" and owed.reopened_because:
        words += f", because: {owed.reopened_because}"
    return _told(owed, words)


def _when(work: Work, owed: Owed) -> str:
    if owed.answered_at is None:
        return ""
    return f" on {long_day(owed.answered_at.astimezone(work.terms.zone).date())}"


def _told(owed: Owed, words: str) -> str:
    way = _WAYS.get(owed.came_by, "") if owed.is_in else ""
    return f"{words} ({way})" if way else words


def senior(work: Work, opened: Opened) -> str:
    """The title of the agency's senior, who signs it off."""
    return respondents.title_of(work, senior_post(agency_of(opened.owed.who)))


def about(opened: Opened) -> str:
    """For what it is and until when, under its title."""
    return f"{opened.round_.name}. Due {opened.due}."


# A section


def head(work: Work, opened: Opened, section: Section, place: int, of: int) -> tuple[str, str]:
    """The title and the words above the form of a section: which it is, until when, what was said last time."""
    day, _ = returning_opened.last_time(work, opened)
    parts = [f"{opened.title}. {about(opened)}"]
    if of > 1:
        parts.append(f"Section {place} of {of}. What you fill in is saved with each section.")
    if opened.owed.state == "reopened" and opened.owed.reopened_because:
        parts.append(f"It was opened again, because: {opened.owed.reopened_because}")
    if day:
        parts.append(f"What was answered for {day} stands under each question.")
    parts += [section.guidance] if section.guidance else []
    return section.title, "\n".join([*parts, WITHOUT_NAMES])


def changed_meanwhile(work: Work, opened: Opened, section: Section, filled: Mapping[str, Given]) -> Refusal:
    """Somebody else has saved the section since it was shown: what is saved now, and what sending it again does."""
    row = returning_opened.saved(work, opened.owed)
    by = people.get(work.scope.session, row.person) if row is not None else None
    at = f" at {hour(row.at, work.terms.zone)}" if row is not None else ""
    said = [each for each in _said(work, opened, filled) if each.section_id == section.id and each.answer]
    return Refusal(
        f"{by.name if by else 'Somebody'} saved this section{at}, after it was shown to you. Saved now is:\n"
        f"{_in_lines(said) or '(nothing)'}\n"
        "Yours stands below and is not saved yet. Put together what should stay; sending it in again saves it."
    )


# The summary


def _said(work: Work, opened: Opened, filled: Mapping[str, Given]) -> list[Said]:
    return filling.in_words(work, opened.form, filled, joint=opened.joint)


def answers(work: Work, opened: Opened, filled: Mapping[str, Given]) -> str:
    """Every answer that was given, by section, as people read it."""
    sections: dict[str, list[Said]] = {}
    for each in _said(work, opened, filled):
        if each.answer:
            sections.setdefault(each.section, []).append(each)
    if len(sections) == 1:
        return _in_lines(next(iter(sections.values())))
    return "\n\n".join(f"{title}\n{_in_lines(said)}" for title, said in sections.items())


def _in_lines(said: Iterable[Said]) -> str:
    return "\n".join(
        f"- {_asked(each)}\n{_indented(each.answer)}" if "\n" in each.answer else f"- {_asked(each)} {each.answer}"
        for each in said
    )


def _asked(said: Said) -> str:
    """The question before its answer: with a colon, unless it ends with a mark of its own."""
    return said.question if said.question.endswith("?") else f"{said.question}:"


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())


def missing(opened: Opened, problems: Iterable[Refusal]) -> list[str]:
    """What stands in the way of sending it in, each sentence with its question's words before it."""
    return [f"{opened.form.question(each.field).text}: {each}" for each in problems]


def asked_back(work: Work, opened: Opened, filled: Mapping[str, Given]) -> str:
    """The question about words that may name somebody; empty where there are none to ask about."""
    names = filling.asked_back(work, opened.form, filled)
    if not names:
        return ""
    quoted = ", ".join(f'"{name}"' for name in names)
    return f"{IS_A_PERSON} {quoted}. If so, change it before you send it in."


def summary(work: Work, opened: Opened, filled: Mapping[str, Given], *, for_them: bool = False) -> Message:
    """What is filled in, to be looked through: what is still wanting, the names asked back, and the buttons."""
    problems = filling.wanting(work, opened.form, filled, joint=opened.joint)
    names = asked_back(work, opened, filled)
    parts = [about(opened), answers(work, opened, filled) or "Nothing is filled in yet."]
    parts += ["\n".join(["Still needed:", *(f"- {each}" for each in missing(opened, problems))])] if problems else []
    parts += [names] if names else []
    parts.append(KEPT)
    buttons = change_buttons(opened, filled, problems, for_them=for_them)
    if not problems:
        buttons.insert(0, send_button(opened, for_them=for_them))
    return Message(title=f"{opened.title}: look it through", text="\n\n".join(parts), buttons=tuple(buttons))


def send_button(opened: Opened, *, for_them: bool = False) -> Button:
    """Sends it in, under a summary that has just shown what that is."""
    if for_them:
        return Button(label="Send it in for them", does=FOR_THEM, form={**opened.about, "what": "send", SURE: "yes"})
    return Button(label="Send it in", does=SEND, form={**opened.about, SURE: "yes"})


def fill_in_button(opened: Opened, label: str = "Fill it in") -> Button:
    """Opens the form: its first section, or the first in which something is still wanting."""
    return Button(label=label, does=SAVE, form=opened.about)


def nothing_button(opened: Opened) -> Button:
    """Says that there is nothing by exception; what that means is shown first."""
    return Button(label="Nothing by exception", does=NOTHING, form=opened.about)


def change_buttons(
    opened: Opened, filled: Mapping[str, Given], problems: Iterable[Refusal] = (), *, for_them: bool = False
) -> list[Button]:
    """A button to each section, those first in which something is still wanting; back to the summary from there."""
    wanting = {each.field for each in problems}
    asked = filling.sections(opened.form, filled, joint=opened.joint)
    incomplete = [each for each in asked if wanting & {question.id for question in each.questions}]
    ordered = [*incomplete, *(each for each in asked if each not in incomplete)]
    form = {**opened.about, "then": "check"} | ({"what": "save"} if for_them else {})
    return [
        Button(
            label=f"{'Fill in' if each in incomplete else 'Change'}: {each.title}",
            does=FOR_THEM if for_them else SAVE,
            form={**form, "section": each.id},
        )
        for each in ordered
    ]


# What was sent in


def shown(work: Work, opened: Opened, filled: Mapping[str, Given] | None) -> str:
    """What was sent in, in words, with how far it is: for whoever may read it."""
    parts = [f"{about(opened)} {_capital(state(work, opened))}."]
    if opened.owed.state == "other-way":
        outcome = filled.get(OUTCOME, Given()).value if filled else ""
        parts.append("\n".join(filter(None, (f"Reference: {opened.owed.reference or 'none given'}", outcome))))
    elif opened.owed.by_exception:
        parts.append(opened.form.nothing)
    elif filled is None:
        parts.append("What was sent in cannot be opened with the keys that are set here.")
    else:
        parts.append(answers(work, opened, filled) or "Nothing was filled in.")
    return "\n\n".join(parts)


OUTCOME = "outcome-of-another-way"
"""Under this stands, sealed, what a visit or a workshop found; no form has a question of that name."""


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
