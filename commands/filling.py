"""A form as it is filled in: its blanks, one reading of them for every door, and what is still wanting.

Fields are named alike at every door: "q" holds a question's answer (of several options with commas between),
"q.because" the reason beside it, "q.na" is "yes" where it does not apply, and rows are "q.1.column", from 1.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from storage.arrangements.forms import Filled, Form, Given, Question, Section

from . import filling_values as values
from .filling_blanks import BECAUSE, NA, blanks, row_numbers
from .filling_values import Wanted
from .filling_words import Said, asked, in_words, is_asked, sections, to_send, wanted_by, wanted_in
from .freetext import check_text, may_name
from .refusals import Refusal, Refused
from .work import Work

__all__ = [
    "Read", "Said", "asked", "asked_back", "blanks", "in_words", "is_asked", "read", "sections", "to_send", "wanting",
]  # fmt: skip

LONGEST_REASON = 1000
NEEDED = "This is needed."
WHY = "Please say why."
WHY_NOT = "Please say why it does not apply."


@dataclass(frozen=True)
class Read:
    """A section as it was read.

    `filled` holds each question that could be read, an empty `Given` where nothing was filled in, so that laid over
    the draft it makes the new draft. `problems` stand beside their blanks. `asked_back` are words that may name
    somebody: "is one of these a person?".
    """

    filled: Filled
    problems: tuple[Refusal, ...]
    asked_back: tuple[str, ...]


# Reading


def read(work: Work, form: Form, section: Section, raw: Mapping[str, str]) -> Read:
    """Reads what was filled into one section, and finds every mistake in it at once; a draft may be incomplete.

    Nothing of a question with a mistake is in `filled`: what a text must not hold is not kept either.
    """
    filled: Filled = {}
    problems: list[Refusal] = []
    for question in section.questions:
        reading = _Reading(work, {name: values.cleaned(text) for name, text in raw.items()})
        given = reading.question(form, question)
        if reading.problems:
            problems += reading.problems
        else:
            filled[question.id] = given
    return Read(filled, tuple(problems), asked_back(work, form, filled))


@dataclass
class _Reading:
    """One question on its way from what was typed to what is kept."""

    work: Work
    raw: Mapping[str, str]
    problems: list[Refusal] = field(default_factory=list)

    def question(self, form: Form, question: Question) -> Given:
        """What was answered, with what is wrong noted."""
        id_ = question.id
        value: str = ""
        many: tuple[str, ...] = ()
        rows: tuple[Mapping[str, str], ...] = ()
        text = self.raw.get(id_, "")
        if question.rows:
            rows = tuple(self._rows(question))
        elif question.kind == "several of":
            many = self._several(wanted_by(form, question), id_, text)
        else:
            value = self._value(wanted_by(form, question), id_, text, contact=question.contact)
        because = self._value(Wanted("long", longest=LONGEST_REASON), f"{id_}.{BECAUSE}", self._beside(id_, BECAUSE))
        not_applicable = question.can_not_apply and self._beside(id_, NA).casefold() not in ("", "no")
        return Given(value=value, many=many, rows=rows, because=because, not_applicable=not_applicable)

    def _beside(self, id_: str, part: str) -> str:
        return self.raw.get(f"{id_}.{part}", "")

    def _rows(self, question: Question) -> Iterator[Mapping[str, str]]:
        numbers = row_numbers(question, self.raw)
        if len(numbers) > question.most:
            first = f"{question.id}.{numbers[0]}.{question.rows[0].id}"
            sentence = f"There are {len(numbers)} rows; {question.most} fit."
            self.problems.append(Refusal(sentence, first, "Please put some of them together."))
        for number in numbers:
            row = {}
            for column in question.rows:
                name = f"{question.id}.{number}.{column.id}"
                wanted = wanted_in(question, column)
                row[column.id] = self._value(wanted, name, self.raw.get(name, ""), contact=question.contact)
            yield row

    def _several(self, wanted: Wanted, name: str, text: str) -> tuple[str, ...]:
        try:
            return values.several(wanted, text) if text else ()
        except Refused as refused:
            self._note(refused, name)
            return ()

    def _value(self, wanted: Wanted, name: str, text: str, *, contact: bool = False) -> str:
        if not text:
            return ""
        if found := list(check_text(text, name, contact=contact)):
            self.problems += found
            return ""
        try:
            return values.read(self.work, wanted, text)
        except Refused as refused:
            self._note(refused, name)
            return ""

    def _note(self, refused: Refused, name: str) -> None:
        self.problems += [Refusal(each.sentence, name, each.want) for each in refused.refusals]


# Names


def asked_back(work: Work, form: Form, filled: Mapping[str, Given]) -> tuple[str, ...]:
    """Words in the texts of a form that may name somebody, a school or a place, each once; contacts are left out."""
    texts = [text for id_, given in filled.items() for text in _texts(form.question(id_), given)]
    return tuple(dict.fromkeys(name for text in texts for name in may_name(text, work.arrangements)))


def _texts(question: Question, given: Given) -> Iterator[str]:
    yield given.because
    if question.contact:
        return
    if question.kind in ("short", "long"):
        yield given.value
    for column in question.rows:
        if column.kind in ("short", "long", "reference"):
            yield from (row.get(column.id, "") for row in given.rows)


# What stands in the way of sending it in


def wanting(work: Work, form: Form, filled: Mapping[str, Given], *, joint: bool) -> list[Refusal]:
    """What still stands in the way of sending a form in, each with the id of its question; all of it at once."""
    return [
        Refusal(sentence, question.id)
        for _, question in asked(form, filled, joint=joint)
        for sentence in _wanting(work, question, filled.get(question.id, Given()))
    ]


def _wanting(work: Work, question: Question, given: Given) -> Iterator[str]:
    answered = bool(given.value or given.many or given.rows)
    if given.not_applicable:
        if answered:
            yield "This has an answer, and it says that it does not apply. Please leave one of them out."
        if not given.because:
            yield WHY_NOT
        return
    if question.required and not answered:
        yield NEEDED
    if given.value in question.why and not given.because:
        yield WHY
    for number, row in enumerate(given.rows, 1):
        missing = [column.text for column in question.rows if column.required and not row.get(column.id)]
        if missing:
            yield f"{question.one_row} {number}: this is needed: {'; '.join(missing)}."
        if any(column.kind == "person" and not _is_post(work, row.get(column.id, "")) for column in question.rows):
            yield f"{question.one_row} {number}: the post is not on our list any more."


def _is_post(work: Work, post: str) -> bool:
    """Whether a post is still there, or is that of an agency; empty is none that is gone."""
    return not post or work.arrangements.title(post) != post
