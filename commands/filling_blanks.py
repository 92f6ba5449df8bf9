"""The blanks of a form, neutral, so that chat and page ask the same: one section of it at a time."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from storage.arrangements.forms import Form, Given, Question, Section
from storage.records.message import Blank, Choice

from . import filling_values as values
from .dates import WANT_DAY
from .filling_values import Wanted
from .filling_words import is_asked, wanted_by, wanted_in
from .refusals import Refusal
from .work import Work

BECAUSE, NA, YES = "because", "na", "yes"

_KINDS: Mapping[str, Literal["day", "text", "number", "choice", "choices"]] = {
    "long": "text",
    "one of": "choice",
    "several of": "choices",
    "rating": "choice",
    "yes or no": "choice",
    "date": "day",
    "number": "number",
}

_HINTS = {"date": WANT_DAY, "person": values.WANT_POST, "number": values.WANT_NUMBER}

LONGEST_NAMED = 80
"""How much of a question's text stands in the label of what is beside its answer."""


def blanks(
    work: Work,
    form: Form,
    section: Section,
    filled: Mapping[str, Given],
    problems: Iterable[Refusal] = (),
    *,
    rows: int = 3,
    raw: Mapping[str, str] | None = None,
) -> tuple[Blank, ...]:
    """The blanks of one section, filled in with what is kept, or with `raw`: what was typed and could not be read.

    A question in rows has `rows` empty ones after those that are filled in, up to its most. A blank is `needed` where
    its question has to be answered before the form can be sent in; a draft may leave it empty. A question that hangs
    on another of the same section has its blanks too, with a hint that says when it is asked.
    """
    beside: dict[str, str] = {}
    for problem in problems:
        beside[problem.field] = f"{beside.get(problem.field, '')} {problem}".strip()
    found: list[Blank] = []
    for question in section.questions:
        if not _can_be_asked_here(form, section, question, filled):
            continue
        given = filled.get(question.id, Given())
        if question.rows:
            made = _in_rows(work, form, question, given, _how_many(question, given, rows, raw))
        else:
            made = _single(work, form, question, given)
        found += [_with(blank, raw, beside) for blank in (*made, *_beside(form, question, given))]
    return tuple(found)


def row_numbers(question: Question, raw: Mapping[str, str]) -> list[int]:
    """The numbers of the rows of a question in which something was filled in, in order."""
    found = set()
    for name, value in raw.items():
        id_, _, rest = name.partition(".")
        number, _, column = rest.partition(".")
        if id_ == question.id and column and value.strip() and number.isascii() and number.isdigit():
            found.add(int(number[:4]))
    return sorted(found - {0})


def _with(blank: Blank, raw: Mapping[str, str] | None, beside: Mapping[str, str]) -> Blank:
    value = blank.value if raw is None else raw.get(blank.name, "")
    return blank.model_copy(update={"value": value, "problem": beside.get(blank.name, "")})


def _can_be_asked_here(form: Form, section: Section, question: Question, filled: Mapping[str, Given]) -> bool:
    """Whether it is asked, or would be after another answer to a question of the same section."""
    here = {each.id: each for each in section.questions}
    if question.shown_if is not None and question.shown_if.question in here:
        return _can_be_asked_here(form, section, here[question.shown_if.question], filled)
    return is_asked(form, question, filled)


def _single(work: Work, form: Form, question: Question, given: Given) -> Iterator[Blank]:
    wanted = wanted_by(form, question)
    several = question.kind == "several of"
    yield Blank(
        name=question.id,
        label=question.text,
        kind=_KINDS.get(question.kind, "words"),
        value=",".join(given.many) if several else values.typed(work, wanted, given.value),
        hint=_hint(form, question, wanted),
        needed=question.required and not question.can_not_apply and question.shown_if is None,
        choices=wanted.choices,
    )


def _how_many(question: Question, given: Given, empty: int, raw: Mapping[str, str] | None) -> int:
    there = max([len(given.rows), *(row_numbers(question, raw) if raw is not None else [])])
    return max(min(there + empty, question.most), there)


def _in_rows(work: Work, form: Form, question: Question, given: Given, count: int) -> Iterator[Blank]:
    for number in range(1, count + 1):
        kept = given.rows[number - 1] if number <= len(given.rows) else {}
        for place, column in enumerate(question.rows):
            wanted = wanted_in(question, column)
            about = _hint(form, question, Wanted("rows")) if (number, place) == (1, 0) else ""
            about = f"{question.text.rstrip('.')}. {about}" if (number, place) == (1, 0) else ""
            yield Blank(
                name=f"{question.id}.{number}.{column.id}",
                label=f"{question.one_row} {number}: {column.text[:1].lower()}{column.text[1:]}",
                kind=_KINDS.get(column.kind, "words"),
                value=values.typed(work, wanted, kept.get(column.id, "")),
                hint=" ".join(filter(None, (about.strip(), _HINTS.get(column.kind, "")))),
                needed=False,
                choices=wanted.choices,
            )


def _beside(form: Form, question: Question, given: Given) -> Iterator[Blank]:
    """The blanks beside an answer: that it does not apply, and the reason."""
    named = question.text if len(question.text) <= LONGEST_NAMED else f"{question.text[: LONGEST_NAMED - 1].rstrip()}…"
    if question.can_not_apply:
        yield Blank(
            name=f"{question.id}.{NA}",
            label=f"Not applicable: {named}",
            kind="choices",
            value=YES if given.not_applicable else "",
            needed=False,
            choices=(Choice(value=YES, label="It does not apply to us"),),
        )
    if question.can_not_apply or question.why:
        after = [each.label for each in form.options_of(question) if each.id in question.why]
        when = [f"the answer is {' or '.join(after)}"] if after else []
        when += ["it does not apply"] if question.can_not_apply else []
        yield Blank(
            name=f"{question.id}.{BECAUSE}",
            label=f"Why: {named}",
            kind="text",
            value=given.because,
            hint=f"Needed where {', or where '.join(when)}.",
            needed=False,
        )


def _hint(form: Form, question: Question, wanted: Wanted) -> str:
    """Guidance, when the question is asked, what the options mean, and how it is written."""
    parts = [question.guidance, _when_asked(form, question), values.offered(wanted.options)]
    return " ".join(filter(None, [*parts, _HINTS.get(question.kind, "")]))


def _when_asked(form: Form, question: Question) -> str:
    if question.shown_if is None:
        return ""
    other = form.question(question.shown_if.question)
    labels = [each.label for each in form.options_of(other) if each.id in question.shown_if.answers]
    return f'Only if the answer to "{other.text}" is {" or ".join(labels)}.'
