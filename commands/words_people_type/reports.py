"""`report …`, `audit …` and `return …`: answering, and what follows after an answer."""

from collections.abc import Callable

from commands import (
    return_contents,
    returning_after,
    returning_colleagues,
    returning_forms,
    returning_found,
    returning_opened,
    steps,
)
from commands import returning_words as words
from commands.danger import not_the_way
from commands.refusals import Refused
from commands.returning_found import May
from commands.returning_opened import Opened
from commands.saying import SAY, Do, Meaning, Typed, Word
from commands.work import Work
from storage.records.message import Button, Message

from .report_heads import HEADS, called, of_head, under_each

MOST_BUTTONS = 10

ACTIONS = {each.name: each for each in (*returning_after.ACTIONS, *returning_colleagues.ACTIONS)}


# What one owes


def _mine(work: Work, typed: Typed) -> Meaning:
    """What one owes of that kind; of a single one the form at once, where the door can show it."""
    every = returning_found.owed_by(work, [each.id for each in of_head(work, typed)])
    found = [each for each in every if not typed.words or returning_found.is_meant(work, each, typed.words)]
    what = called(typed.word.path[0])
    safety = not_the_way([work.arrangements])
    if not found:
        return Message(title=f"You owe no {what}", text=_owes_nothing(work, every, typed, safety))
    open_ones = [each for each in found if not each.is_locked]
    if len(found) > 1 or not open_ones:
        lines = [f"- {each.title}. {words.about(each)} {_capital(words.state(work, each))}." for each in found]
        buttons = [each for opened in found for each in _buttons(opened, several=len(found) > 1)]
        text = "\n".join([*lines, "", safety])
        return Message(title=f"What you owe: {what}s", text=text, buttons=tuple(buttons[:MOST_BUTTONS]))
    return _form_of(work, open_ones[0], safety)


def _owes_nothing(work: Work, every: list[Opened], typed: Typed, safety: str) -> str:
    if every:
        names = "; ".join(each.title for each in every)
        said = f"Nothing of that name is asked of you. Asked of you: {names}."
    else:
        said = "Nothing is open at the moment that you answer for. You are told when something is asked of you."
    return f"{safety}\n\n{said}\nWrite help {typed.word.path[0]} to see what else there is."


def _form_of(work: Work, opened: Opened, safety: str) -> Message:
    """The form of the one thing that is owed, with the same behind a button for a door that opens none by itself."""
    raw = opened.about
    form = steps.sheet(work, returning_forms.section_step(work, opened, raw), raw)
    text = f"{words.about(opened)} {_capital(words.state(work, opened))}.\n\n{safety}"
    return Message(title=opened.title, text=text, buttons=tuple(_buttons(opened)), sheet=form.sheet)


def _buttons(opened: Opened, *, several: bool = False) -> list[Button]:
    """What whoever answers for it can do with it now."""
    if opened.is_locked:
        if opened.owed.state != "answered" or opened.round_.state != "open":
            return []
        return [Button(label=_named("Take it back", opened, several), does=words.TAKE_BACK, form=opened.about)]
    begun = opened.owed.state in ("draft", "reopened")
    found = [words.fill_in_button(opened, _named("Go on with it" if begun else "Fill it in", opened, several))]
    if opened.form.nothing:
        nothing = words.nothing_button(opened)
        found.append(nothing.model_copy(update={"label": _named(nothing.label, opened, several)}))
    if not several:
        found.append(Button(label="This is not for us", does="return.not-us", form=opened.about))
    if not several and opened.is_of_agency:
        found.append(Button(label="Ask a colleague", does=words.COLLEAGUE, form=opened.about))
    return found


def _named(label: str, opened: Opened, several: bool) -> str:
    return f"{label}: {opened.owed.name}" if several else label


# What was sent in


def _show(work: Work, typed: Typed) -> Meaning:
    found = _meant(work, typed, returning_opened.may_read, closed=True)
    if len(found) > 1:
        return _which(typed, found, lambda each: Button(label=each.title, does=SAY, form={"line": _again(typed, each)}))
    opened = found[0]
    if not opened.owed.sent:
        return Message(
            title=opened.title,
            text=f"{words.about(opened)} {_capital(words.state(work, opened))}: nothing was sent in.",
        )
    filled = return_contents.sent(work, opened.owed)
    return Message(title=opened.title, text=words.shown(work, opened, filled), buttons=tuple(_after(work, opened)))


_AFTER = (
    (words.SIGN, "Sign it off"),
    (words.APPROVE, "Approve it"),
    (words.REOPEN, "Open it again"),
    (words.MODERATE, "Look at the ratings again"),
)


def _after(work: Work, opened: Opened) -> list[Button]:
    """What the actor may do with something that was sent in, as it stands."""
    person = work.actor.person or ""
    possible = {
        words.SIGN: opened.waits_for_signature,
        words.APPROVE: opened.owed.state == "answered" and not opened.waits_for_signature,
        words.REOPEN: opened.owed.state in ("answered", "approved", "other-way"),
        words.MODERATE: opened.owed.state in ("answered", "approved") and bool(returning_after.ratings(opened.form)),
    }
    found = _buttons(opened) if returning_opened.may_fill_in(work, opened) else []
    if opened.round_.state != "open":
        return []
    return found + [
        Button(label=label, does=action, form=opened.about)
        for action, label in _AFTER
        if possible[action] and returning_found.can(ACTIONS[action])(work, person, opened)
    ]


def _act(action: str, label: str) -> Callable[[Work, Typed], Meaning]:
    """[WHO]: opens the form of an action about one that was sent in, or is owed."""

    def means(work: Work, typed: Typed) -> Meaning:
        found = _meant(work, typed, returning_found.can(ACTIONS[action]))
        buttons = [Button(label=_named(label, each, len(found) > 1), does=action, form=each.about) for each in found]
        if len(found) > 1:
            return _which(typed, found, lambda each: buttons[found.index(each)])
        opened = found[0]
        return Message(
            title=opened.title,
            text=f"{words.about(opened)} {_capital(words.state(work, opened))}.",
            buttons=tuple(buttons),
        )

    return means


def _approve(work: Work, typed: Typed) -> Meaning:
    """WHO: approves at once what is named so, and nothing where more than one could be meant."""
    found = _meant(work, typed, returning_found.can(ACTIONS[words.APPROVE]))
    if len(found) == 1 and typed.words:
        return Do(words.APPROVE, found[0].about)
    return _which(
        typed, found, lambda each: Button(label=f"Approve: {each.owed.name}", does=words.APPROVE, form=each.about)
    )


def _colleague(work: Work, typed: Typed) -> Meaning:
    """[WHO]: opens the form that names a colleague; says who was named already, with a button that takes it back."""
    may = returning_found.can(ACTIONS[words.COLLEAGUE])
    found = [each for each in _meant(work, typed, may) if not each.is_locked]
    if not found:
        raise Refused("What you answer for is in, or closed, so nobody can be asked to help with it.")
    if len(found) > 1:
        return _which(typed, found, lambda each: Button(label=each.title, does=words.COLLEAGUE, form=each.about))
    opened = found[0]
    if why_not := returning_colleagues.not_by_name(work, opened):
        return Message(title=opened.title, text=why_not)
    helping = returning_colleagues.colleagues(work, opened)
    lines = [f"{each.name} ({each.email}) has been asked." for each in helping]
    back = [
        Button(label=f"Take back: {each.name}", does=words.COLLEAGUE_ENDS, form={**opened.about, "email": each.email})
        for each in helping
    ]
    return Message(
        title=opened.title,
        text="\n".join([words.about(opened), *lines, returning_colleagues.WHAT_IT_MEANS]),
        buttons=(Button(label="Ask a colleague", does=words.COLLEAGUE, form=opened.about), *back),
    )


def _meant(work: Work, typed: Typed, may: May, *, closed: bool = False) -> list[Opened]:
    reports = [each.id for each in of_head(work, typed)]
    if not reports:
        raise Refused(f"Our arrangements ask nobody for a {called(typed.word.path[0])}.")
    return returning_found.meant(work, reports, typed.words, may, closed=closed)


def _which(typed: Typed, found: list[Opened], button: Callable[[Opened], Button]) -> Message:
    """Asks which is meant, by buttons; of many the first, and how the others are named."""
    more = len(found) - MOST_BUTTONS
    text = f"Choose one, or write its name: {typed.word.name} NAME."
    text += f"\nThere are {more} more." if more > 0 else ""
    lines = [f"- {each.title}. {words.about(each)}" for each in found[:MOST_BUTTONS]]
    return Message(
        title="Which one is meant?", text="\n".join([text, *lines]), buttons=tuple(map(button, found[:MOST_BUTTONS]))
    )


def _again(typed: Typed, opened: Opened) -> str:
    return f"{typed.word.name} {' '.join(opened.about.values())}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


_FOR = "[GROUP or AGENCY]"

WORDS: tuple[Word, ...] = (
    *(
        Word((head,), f"{called(head)}s you owe", _mine, _FOR,
             catches=True)
        for head in HEADS
    ),
    *under_each("mine", "the same: what you owe, and its form where it is one", _mine),
    *under_each("show", "what was sent in, to those who answered, who receive it, sign or approve it", _show, _FOR),
    *under_each("approve", "approves a {what} that was sent in", _approve, _FOR, action=words.APPROVE),
    *under_each(
        "reopen", "opens a {what} again that was sent in, because", _act(words.REOPEN, "Open it again"), _FOR,
        action=words.REOPEN,
    ),
    *under_each(
        "sign", "signs off what your agency has sent in", _act(words.SIGN, "Read it and sign it off"), _FOR,
        action=words.SIGN,
    ),
    *under_each(
        "colleague", "asks a colleague at your agency to help with a {what}", _colleague, _FOR, action=words.COLLEAGUE,
    ),
    *under_each(
        "moderate", "gives another rating beside the one that was sent in, because",
        _act(words.MODERATE, "Look at the ratings again"), _FOR, action=words.MODERATE,
    ),
    *under_each(
        "fill-for", "fills in a {what} for somebody who owes it; that is said wherever it is shown",
        _act(words.FOR_THEM, "Fill it in for them"), _FOR, action=words.FOR_THEM,
    ),
    *under_each(
        "visit", "records that a {what} was answered at a visit or a workshop",
        _act(words.OTHER_WAY, "Record a visit or a workshop"), _FOR, action=words.OTHER_WAY,
    ),
)  # fmt: skip
