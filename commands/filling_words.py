"""What of a form is asked, as it is filled in so far, and the answers in words: for summaries, prints, packs."""

from collections.abc import Mapping
from dataclasses import dataclass

from storage.arrangements.forms import Column, Filled, Form, Given, Question, Section, is_shown

from . import filling_values as values
from .filling_values import LONGEST_LINE, Wanted
from .work import Work

NOT_APPLICABLE = "Not applicable"


@dataclass(frozen=True)
class Said:
    """One answer in words. `section` and `question` are what people read, `answer` is empty where none was given.

    `rows` has the same where it was answered in rows: for each row the column's text and what stands in it.
    `section_id` and `id` are those of the form.
    """

    section: str
    question: str
    answer: str
    rows: tuple[tuple[tuple[str, str], ...], ...] = ()
    section_id: str = ""
    id: str = ""


# What is asked


def is_asked(form: Form, question: Question, filled: Mapping[str, Given]) -> bool:
    """Whether a question is asked as the form is filled in so far; nothing that hangs on one which is not."""
    return is_shown(question, filled) and (
        question.shown_if is None or is_asked(form, form.question(question.shown_if.question), filled)
    )


def sections(form: Form, filled: Mapping[str, Given], *, joint: bool) -> list[Section]:
    """The sections that are asked now: in a joint round both boards', and none of which no question is asked."""
    found = form.for_boards(joint=joint)
    return [section for section in found if any(is_asked(form, each, filled) for each in section.questions)]


def asked(form: Form, filled: Mapping[str, Given], *, joint: bool) -> list[tuple[Section, Question]]:
    """Every question that is asked now, each with its section, in order."""
    return [
        (section, question)
        for section in sections(form, filled, joint=joint)
        for question in section.questions
        if is_asked(form, question, filled)
    ]


def to_send(form: Form, filled: Mapping[str, Given], *, joint: bool) -> Filled:
    """What is sent in: the answers to what is asked, without those that were hidden again and without empty ones."""
    every = {question.id: filled.get(question.id, Given()) for _, question in asked(form, filled, joint=joint)}
    return {id_: given for id_, given in every.items() if not given.is_empty}


# What an answer has to be


def wanted_by(form: Form, question: Question) -> Wanted:
    """What the answer to a question has to be."""
    longest = min(question.longest, LONGEST_LINE) if question.kind == "short" else question.longest
    return Wanted(question.kind, form.options_of(question), longest)


def wanted_in(question: Question, column: Column) -> Wanted:
    """What stands in a column of an answer in rows."""
    longest = question.longest if column.kind == "long" else min(question.longest, LONGEST_LINE)
    return Wanted(column.kind, column.options, longest)


# In words


def in_words(work: Work, form: Form, filled: Mapping[str, Given], *, joint: bool) -> list[Said]:
    """Every question that is asked, with what was answered, in people's words."""
    return [
        _said(work, form, section, question, filled.get(question.id, Given()))
        for section, question in asked(form, filled, joint=joint)
    ]


def _said(work: Work, form: Form, section: Section, question: Question, given: Given) -> Said:
    rows = tuple(_row(work, question, row) for row in given.rows)
    return Said(section.title, question.text, _answer(work, form, question, given, rows), rows, section.id, question.id)


def _row(work: Work, question: Question, row: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (column.text, values.said(work, wanted_in(question, column), row.get(column.id, "")))
        for column in question.rows
    )


def _answer(
    work: Work, form: Form, question: Question, given: Given, rows: tuple[tuple[tuple[str, str], ...], ...]
) -> str:
    if given.not_applicable:
        return f"{NOT_APPLICABLE}, because: {given.because}" if given.because else NOT_APPLICABLE
    wanted = wanted_by(form, question)
    if question.rows:
        words = "\n".join(f"{number}. {_line(row)}" for number, row in enumerate(rows, 1))
    elif question.kind == "several of":
        words = "; ".join(values.said(work, wanted, each) for each in given.many)
    else:
        words = values.said(work, wanted, given.value)
    return "\n".join(filter(None, (words, f"Because: {given.because}" if given.because else "")))


def _line(row: tuple[tuple[str, str], ...]) -> str:
    (_, first), *rest = row
    more = [f"{text}: {words}" for text, words in rest if words]
    return "; ".join([(first.removesuffix(".") if more else first) or "(nothing)", *more])
