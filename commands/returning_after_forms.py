"""The forms of what follows after an answer, of asking a colleague, and of filling something in for somebody."""

from collections.abc import Mapping

from storage.arrangements.forms import Given
from storage.records.message import Choice

from . import return_contents, returning_after, returning_colleagues, returning_forms, returning_opened
from . import returning_words as words
from .dates import WANT_DAY
from .naming import plain
from .refusals import Refused
from .returning_opened import NOT_THERE, About, Opened
from .runner import check
from .steps import Asked, Step
from .work import Work

ABOUT = returning_forms.ABOUT
_ACTIONS = {each.name: each for each in returning_after.ACTIONS}

WAYS = (Choice(value="visit", label="A visit"), Choice(value="workshop", label="A workshop"))


def _allowed(work: Work, action: str, raw: Mapping[str, str]) -> Opened:
    """What the form is about, once it is sure that the actor may do that to it. Raises Refused as the action would."""
    check(work, _ACTIONS[action], About(**{name: raw.get(name, "") for name in ABOUT}))
    opened = returning_opened.find(work, raw)
    if opened is None:
        raise Refused(NOT_THERE)
    return opened


def made_sign(work: Work, raw: Mapping[str, str]) -> Step:
    """Signing off: what was sent in is shown first."""
    opened = _allowed(work, words.SIGN, raw)
    return Step(words.SIGN, opened.title, "Sign it off", (), sure="Sign it off", carries=ABOUT, quiet=True)


def made_reopen(work: Work, raw: Mapping[str, str]) -> Step:
    """Opening again asks why."""
    opened = _allowed(work, words.REOPEN, raw)
    because = Asked("because", "Why", "text", hint="A few words, shown to whoever answered. Without names.")
    head = (f"{opened.title}", f"{words.about(opened)} It is {words.state(work, opened)}.")
    return Step(
        words.REOPEN, opened.title, "Open it again", (because,), carries=ABOUT, headed=lambda _w, _r: head, quiet=True
    )


def made_moderate(work: Work, raw: Mapping[str, str]) -> Step:
    """Another rating: first which question, then the rating and why, with their own above."""
    opened = _allowed(work, words.MODERATE, raw)
    questions = {each.id: each for each in returning_after.ratings(opened.form)}
    if not questions:
        raise Refused(f"{opened.name} asks for no ratings.")
    named = {id_: returning_after.rating_named(opened.form, each) for id_, each in questions.items()}
    said = raw.get("question", "")
    question = questions.get(said) or next((questions[id_] for id_ in named if plain(named[id_]) == plain(said)), None)
    if question is None:
        offered = tuple(Choice(value=id_, label=label) for id_, label in named.items())
        which = Asked("question", "Which rating", "choice", choices=offered)
        return Step(words.MODERATE, opened.title, "Go on", (which,), carries=ABOUT, quiet=True)
    options = opened.form.options_of(question)
    own = (return_contents.sent(work, opened.owed) or {}).get(question.id, Given()).value
    label = next((each.label for each in options if each.id == own), "none")
    head = (f"{opened.title}", f"{named[question.id]}\nTheir own rating: {label}. It stays as they gave it.")
    return Step(
        words.MODERATE,
        opened.title,
        "Record it",
        (
            Asked("rating", "The rating", "choice", choices=tuple(Choice(value=o.id, label=o.label) for o in options)),
            Asked("because", "Why", "text", hint="A few words, shown to whoever answered. Without names."),
        ),
        carries=ABOUT,
        headed=lambda _work, _raw: head,
        quiet=True,
        fixed={"question": question.id},
    )


def made_for_them(work: Work, raw: Mapping[str, str]) -> Step:
    """The same forms as for whoever owes it, said to be for them."""
    opened = _allowed(work, words.FOR_THEM, raw)
    what = raw.get("what", "save")
    if what == "send":
        return returning_forms.send_step(work, opened, words.FOR_THEM)
    if what == "nothing":
        return returning_forms.nothing_step(work, opened, words.FOR_THEM)
    return returning_forms.section_step(work, opened, raw, words.FOR_THEM)


def made_other_way(work: Work, raw: Mapping[str, str]) -> Step:
    """A visit or a workshop: which, on what day, a reference, what came of it."""
    opened = _allowed(work, words.OTHER_WAY, raw)
    returning_forms.refuse_locked(work, opened)
    head = (opened.title, f"{words.about(opened)} {words.WITHOUT_NAMES}")
    return Step(
        words.OTHER_WAY,
        opened.title,
        "Record it",
        (
            Asked("how", "How it was answered", "choice", choices=WAYS),
            Asked("day", "On which day", "day", hint=WANT_DAY, past=True),
            Asked("evidence", "Reference of the note in your own system", "words", False),
            Asked("outcome", "What came of it, in a few words", "text", False),
        ),
        carries=ABOUT,
        headed=lambda _work, _raw: head,
        quiet=True,
    )


def made_colleague(work: Work, raw: Mapping[str, str]) -> Step:
    """Asking a colleague to help: their name and address; with what a group or a post owes, what to do instead."""
    opened = returning_opened.find(work, raw)
    if opened is None or not returning_opened.may_fill_in(work, opened):
        raise Refused(returning_forms.WHO_MAY)
    returning_forms.refuse_locked(work, opened)
    if why_not := returning_colleagues.not_by_name(work, opened):
        raise Refused(why_not)
    head = (f"{opened.title}: ask a colleague", f"{words.about(opened)} {returning_colleagues.WHAT_IT_MEANS}")
    return Step(
        words.COLLEAGUE,
        opened.title,
        "Ask them",
        (Asked("name", "Their name", "words"), Asked("email", "Their e-mail address at work", "words")),
        carries=ABOUT,
        headed=lambda _work, _raw: head,
        quiet=True,
    )


MADE = {
    words.COLLEAGUE: made_colleague,
    words.SIGN: made_sign,
    words.REOPEN: made_reopen,
    words.MODERATE: made_moderate,
    words.FOR_THEM: made_for_them,
    words.OTHER_WAY: made_other_way,
}
"""The maker of each action's step, by the action's name."""
