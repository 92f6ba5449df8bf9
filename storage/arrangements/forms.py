"""Forms as data: sections and questions that many answer. A new kind of return is a form file and a few lines.

A form says what is asked and what an answer has to have; what each door makes of it is the door's. Where a document
prints the questions, `source` says where; a scale or a wording that is ours says "chosen".
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, Self

from pydantic import Field, model_validator

from .entries import Entry, Value

ID = r"^[a-z][a-z0-9-]{0,40}$"

Kind = Literal[
    "short", "long", "one of", "several of", "rating", "yes or no", "date", "number", "person", "rows", "evidence"
]
"""What an answer is: a line, a text, one or several options, a rating with descriptors, yes or no, a day, a whole
number, somebody in a post, rows of several columns, or evidence by reference or link (rows of its own two columns)."""

Fills = Literal["open actions", "last promises", "still blocked"]
"""What an answer begins with: the group's open actions, what was promised last time, what is still blocked."""

Becomes = Literal["actions", "promises", "escalations"]
"""What an answer turns into once it is sent in: actions of the register, what the next form asks after, or what stands
on the next agenda of whoever receives it."""

YES, NO = "yes", "no"

TAKEN = frozenset({
    "report", "place", "who", "section", "then", "seen", "shown", "what", "in", "sure", "again", "step", "mark", "once",
    "autosave", "because", "key", "form",
})  # fmt: skip
"""What no question may be called: the doors send these beside the answers."""


class Option(Value):
    """One of the answers on offer. `rank` orders a rating, 1 being the lowest; `descriptor` says what it means."""

    id: str = Field(pattern=ID)
    label: str
    rank: int | None = Field(default=None, ge=1, le=10)
    descriptor: str = ""


class Column(Value):
    """One column of a question that is answered in rows. A "reference" is one in somebody's own system, or a link."""

    id: str = Field(pattern=ID)
    text: str
    kind: Literal["short", "long", "date", "number", "person", "one of", "reference"] = "short"
    required: bool = False
    options: tuple[Option, ...] = ()


EVIDENCE = (
    Column(id="what", text="What it is", required=True),
    Column(id="where", text="Its reference in your own system, or a link", kind="reference"),
)
"""The columns of evidence: nothing is uploaded, documents stay with whoever has them."""


class ShownIf(Value):
    """A question is asked only if another one of the same form was answered so."""

    question: str
    answers: tuple[str, ...]


class Question(Entry):
    """One thing that is asked.

    `can_not_apply`: "not applicable, because" is an answer. `why`: after which answers of "yes or no" or "one of" a
    reason is needed. `scale`: the options of a rating are the form's scale of that name. `contact`: the answer is a
    contact of somebody at work, so that the check of free text takes it for one. `most` is for rows, of which one is
    called `row` ("Action"); `longest` is in characters, for each text.
    """

    id: str = Field(pattern=ID)
    text: str
    kind: Kind = "long"
    required: bool = False
    can_not_apply: bool = False
    guidance: str = ""
    options: tuple[Option, ...] = ()
    scale: str = ""
    why: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    row: str = ""
    most: int = Field(default=20, ge=1, le=50)
    longest: int = Field(default=2000, ge=1, le=8000)
    contact: bool = False
    shown_if: ShownIf | None = None
    fills: Fills | None = None
    becomes: Becomes | None = None

    @model_validator(mode="after")
    def _has_what_its_kind_needs(self) -> Self:
        if self.kind in ("one of", "several of") and not self.options:
            raise ValueError(f"question {self.id} is answered by choosing, so it needs options")
        if self.kind == "rating" and not (self.options or self.scale):
            raise ValueError(f"question {self.id} is a rating, so it needs a scale or options")
        if self.kind == "rows" and not self.columns:
            raise ValueError(f"question {self.id} is answered in rows, so it needs columns")
        if any(column.kind == "one of" and not column.options for column in self.columns):
            raise ValueError(f"a column of question {self.id} is answered by choosing, so it needs options")
        return self

    @property
    def rows(self) -> tuple[Column, ...]:
        """The columns of an answer in rows, evidence included; none where it is no such answer."""
        return EVIDENCE if self.kind == "evidence" else self.columns

    @property
    def one_row(self) -> str:
        """What one row of the answer is called."""
        return self.row or ("Evidence" if self.kind == "evidence" else "Row")


class Section(Entry):
    """Questions that are shown together: one page, one form in chat.

    `board`: in a joint round, which of the two boards asks; None for both. `standard`: the section is a standard that
    is rated, and a row of the heat map.
    """

    id: str = Field(pattern=ID)
    title: str
    guidance: str = ""
    board: Literal["children", "adults"] | None = None
    standard: bool = False
    questions: tuple[Question, ...]


class Form(Entry):
    """One form. `nothing`: "nothing by exception" is a whole answer, and these are the words for it.

    `partnerships`: whose form it is, by id; empty where any may use it. `scales`: named lists of options for ratings.
    """

    format: Literal[1] = 1
    id: str = Field(pattern=ID)
    name: str
    about: str = ""
    nothing: str = ""
    partnerships: tuple[str, ...] = ()
    scales: Mapping[str, tuple[Option, ...]] = {}
    sections: tuple[Section, ...]

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        ids = [question.id for question in self.questions()]
        twice = sorted({id_ for id_ in ids if ids.count(id_) > 1})
        if twice:
            raise ValueError(f"these questions are there twice: {', '.join(twice)}")
        for question in self.questions():
            if question.id in TAKEN:
                raise ValueError(f"no question may be called {question.id}: the word has a meaning of its own")
            if question.scale and question.scale not in self.scales:
                raise ValueError(f"question {question.id} has the scale {question.scale}, which the form does not have")
            if question.shown_if is not None:
                self._hangs_on_an_answer(question.id, question.shown_if, ids)
        return self

    def _hangs_on_an_answer(self, id_: str, shown_if: ShownIf, ids: Sequence[str]) -> None:
        """What hangs on a question comes after it, and hangs on answers that it offers."""
        if shown_if.question not in ids:
            raise ValueError(f"question {id_} hangs on {shown_if.question}, which is not asked")
        if ids.index(shown_if.question) >= ids.index(id_):
            raise ValueError(f"question {id_} hangs on {shown_if.question}, which comes after it")
        offered = {option.id for option in self.options_of(self.question(shown_if.question))}
        if not shown_if.answers or not offered.issuperset(shown_if.answers):
            raise ValueError(f"question {id_} hangs on an answer that {shown_if.question} does not offer")

    def questions(self) -> Iterator[Question]:
        """Every question, in order."""
        for section in self.sections:
            yield from section.questions

    def question(self, id_: str) -> Question:
        """The question with that id; KeyError if there is none."""
        for question in self.questions():
            if question.id == id_:
                return question
        raise KeyError(id_)

    def section(self, id_: str) -> Section:
        """The section with that id; KeyError if there is none."""
        for section in self.sections:
            if section.id == id_:
                return section
        raise KeyError(id_)

    def options_of(self, question: Question) -> tuple[Option, ...]:
        """What may be chosen as the answer to a question; yes and no where it asks for that."""
        if question.kind == "yes or no":
            return (Option(id=YES, label="Yes"), Option(id=NO, label="No"))
        return question.options or self.scales.get(question.scale, ())

    def for_boards(self, *, joint: bool) -> tuple[Section, ...]:
        """The sections that are asked: in a joint round all, else not those that only the adults' board asks."""
        return tuple(each for each in self.sections if joint or each.board != "adults")


class Given(Value):
    """The answer to one question. `value`: text, option or day (2027-01-14); `many`: options; `rows`: rows by column.

    `because` is the reason beside it; `not_applicable`: the question does not apply, for that reason.
    """

    value: str = ""
    many: tuple[str, ...] = ()
    rows: tuple[Mapping[str, str], ...] = ()
    because: str = ""
    not_applicable: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing was answered at all."""
        return not (self.value or self.many or self.rows or self.because or self.not_applicable)


Filled = dict[str, Given]
"""What was filled into a form, by question."""


def is_shown(question: Question, filled: Mapping[str, Given]) -> bool:
    """Whether a question is asked, as the form is filled in so far."""
    if question.shown_if is None:
        return True
    given = filled.get(question.shown_if.question, Given())
    return bool({given.value, *given.many} & set(question.shown_if.answers))
