"""What an answer writes into a definition: for each form of `setup` the entries that change, and who agreed to it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time

from .partnership import Arrangements
from .phrases import month_words
from .questions import NOTED, STAYS, Question, entries_of
from .rewriting import Value, Write


class Unfit(ValueError):
    """An answer that lacks something, or holds what cannot be: a sentence for the field that it is about."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field
        self.sentence = sentence


@dataclass(frozen=True)
class Answer:
    """What was filled in, each field None or empty where it was left out. `by` and `on`: who agreed to it, and when."""

    by: str
    on: date
    telephone: str = ""
    rule: str = ""
    number: int | None = None
    group: str = ""
    post: str = ""
    days: int | None = None
    unit: str = ""
    deputies: str = ""
    vacancies: str = ""
    months: Sequence[int] = ()
    slot: Sequence[str] = ()
    first: date | None = None
    starts: time | None = None
    minutes: int | None = None
    dates: Sequence[date] = ()
    turns: Sequence[str] = ()
    agencies: Sequence[str] = ()
    said: str = ""

    def __str__(self) -> str:
        return f"{self.by} on {self.on.day} {month_words(self.on)}"


@dataclass(frozen=True)
class Form:
    """How a form is written: `writes` gives the entries, `beside` the field for a mistake found at a key of them."""

    writes: Callable[[Arrangements, Question, Answer], list[Write]]
    beside: Mapping[str, str]
    chosen: bool = False


def writes(arrangements: Arrangements, question: Question, form: str, answer: Answer) -> list[Write]:
    """The entries that an answer changes. Raises Unfit where it lacks something."""
    found = FORMS[form.partition(":")[0]].writes(arrangements, question, answer)
    if form in (NOTED, STAYS) or not _is_whole(arrangements, form, answer):
        return found
    settled = f"{'chosen' if FORMS[form.partition(':')[0]].chosen else 'agreed'} by {answer}"
    own = entries_of(arrangements, question)
    return found + [Write(("open", str(number)), {"answered": settled, "stays": None}) for number in own]


def field_at(form: str, place: str) -> str:
    """The field beside which a mistake at a place of the definition is shown; "" for the whole form."""
    beside = FORMS[form.partition(":")[0]].beside
    last = place.rpartition(".")[2].partition("[")[0]
    return beside.get(last, beside.get("", ""))


def undecided(arrangements: Arrangements) -> list[str]:
    """The ids of the agencies of which the arrangements do not say whether they owe a Section 11 audit."""
    return [agency.id for agency in arrangements.agencies if agency.section_11 is None]


def _is_whole(arrangements: Arrangements, form: str, answer: Answer) -> bool:
    """Whether nothing of the question is left: a list of agencies may be answered in parts."""
    return form != "section-11" or set(undecided(arrangements)) <= set(answer.agencies)


# Each form


def _agreed(answer: Answer, what: str = "") -> dict[str, str]:
    return {"source": f"{what}: agreed by {answer}" if what else f"agreed by {answer}"}


def _chosen(answer: Answer) -> dict[str, str]:
    return {"why": f"chosen by {answer}"}


def _needed(field: str, value: int | None, sentence: str) -> int:
    if value is None:
        raise Unfit(field, sentence)
    return value


def _telephone(_all: Arrangements, question: Question, answer: Answer) -> list[Write]:
    key = question.parts[1]
    words = {"telephone": "telephone", "out_of_hours": "out of hours"}[key]
    return [Write(("front_door",), {key: answer.telephone}, _agreed(answer, words))]


ONE_BY_ONE = "its dates are entered one by one"


def _cycle(arrangements: Arrangements, question: Question, answer: Answer) -> list[Write]:
    group = question.parts[1]
    number = question.parts[3] if len(question.parts) > 3 else str(len(arrangements.groups_by_id[group].cycles))
    values: dict[str, Value | None]
    if answer.rule in ("as-required", "one-by-one"):
        values = {"kind": "as-required", "want": None}
        if answer.rule == "one-by-one":
            values["note"] = ONE_BY_ONE
    else:
        wanted = {"yearly": "times", "months": "every", "gap": "months", "before": "days"}[answer.rule]
        values = {"kind": answer.rule, wanted: _needed("number", answer.number, _NUMBERS[answer.rule]), "want": None}
        if answer.rule == "before":
            if not answer.group or answer.group == group:
                raise Unfit("group", "Choose the other group before whose meetings it meets.")
            values["group"] = answer.group
    return [Write(("groups", group, "cycles", number), values, _agreed(answer))]


_NUMBERS = {
    "yearly": "How many times a year?",
    "months": "Every how many months?",
    "gap": "No more than how many months apart?",
    "before": "How many days before?",
}


def _dates(_all: Arrangements, question: Question, answer: Answer) -> list[Write]:
    values = {
        "months": list(answer.months) or None,
        "slot": (answer.slot[0] if len(answer.slot) == 1 else list(answer.slot)) if answer.slot else None,
        "first": answer.first,
        "days": answer.days,
        "starts": answer.starts,
        "minutes": answer.minutes,
    }
    given = {key: value for key, value in values.items() if value is not None}
    return [Write(("planning", "groups", question.parts[2]), given, _chosen(answer))]


def _outside(arrangements: Arrangements, question: Question, answer: Answer) -> list[Write]:
    id_ = question.parts[2]
    there = arrangements.planning.outside.get(id_)
    days = sorted({*(there.dates if there else ()), *answer.dates})
    values: dict[str, Value] = {"dates": days} if there else {"name": id_, "dates": days}
    return [Write(("planning", "outside", id_), values, {"why": f"dates given by {answer}"})]


def _year(_all: Arrangements, _question: Question, answer: Answer) -> list[Write]:
    if len(answer.months) != 1:
        raise Unfit("months", "The year starts in one month.")
    return [Write(("planning",), {"year_starts": answer.months[0]}, {"why": f"start of the year: chosen by {answer}"})]


def _chair(_all: Arrangements, question: Question, answer: Answer) -> list[Write]:
    return [Write(question.parts[:2], {"chair": answer.post}, _agreed(answer, "chair"))]


def _term(_all: Arrangements, question: Question, answer: Answer) -> list[Write]:
    number = _needed("number", answer.number, "How many months?")
    return [Write(question.parts[:-1], {"term_months": number}, _agreed(answer, "term"))]


def _order(arrangements: Arrangements, question: Question, answer: Answer) -> list[Write]:
    group = arrangements.groups_by_id[question.parts[1]]
    values: dict[str, Value]
    if answer.rule == "appointed":
        if not answer.group:
            raise Unfit("group", "Choose the group that appoints the chair.")
        values = {"appointed_by": answer.group}
    else:
        turns = group.chairing.takes_turns if group.chairing else ()
        if answer.turns and turns and set(answer.turns) != set(turns):
            raise Unfit("turns", f"Name each of those who take turns, once: {', '.join(turns)}.")
        if not answer.turns and not turns:
            raise Unfit("turns", "Write who takes turns, in their order.")
        values = {"order_agreed": True}
        if answer.turns:
            values["takes_turns"] = list(answer.turns)
    return [Write((*question.parts[:2], "chairing"), values, _agreed(answer, "order"))]


def _offset(_all: Arrangements, question: Question, answer: Answer) -> list[Write]:
    days = _needed("days", answer.days, "How many days?")
    values: dict[str, Value] = {"days": days, "unit": answer.unit or "calendar"}
    if answer.post:
        values["owner"] = answer.post
    return [Write(question.parts, values, _agreed(answer))]


def _quorum(_all: Arrangements, question: Question, answer: Answer) -> list[Write]:
    values: dict[str, str | int] = {"kind": answer.rule}
    if answer.rule == "fraction":
        values["percent"] = _needed("number", answer.number, "What percentage?")
    if answer.rule == "number":
        values["number"] = _needed("number", answer.number, "How many must be there?")
    values |= {key: said for key, said in (("deputies", answer.deputies), ("vacancies", answer.vacancies)) if said}
    return [Write(question.parts, values, _agreed(answer))]


def _counts(_all: Arrangements, question: Question, answer: Answer) -> list[Write]:
    key = question.parts[-1]
    return [Write(question.parts[:-1], {key: answer.rule}, _agreed(answer, key))]


def _stand_in(_all: Arrangements, question: Question, answer: Answer) -> list[Write]:
    if answer.post == question.parts[1]:
        raise Unfit("post", "That is the vacant post itself.")
    return [Write(question.parts[:2], {"stand_in": answer.post}, _agreed(answer, "stand-in"))]


def _lead(_all: Arrangements, question: Question, answer: Answer) -> list[Write]:
    days = _needed("days", answer.days, "How many days?")
    return [Write(question.parts[:2], {"lead_days": days}, _agreed(answer, "lead time"))]


def _month(_all: Arrangements, question: Question, answer: Answer) -> list[Write]:
    if len(answer.months) != 1:
        raise Unfit("months", "It is due in one month.")
    return [Write(question.parts[:2], {"month": answer.months[0]}, _agreed(answer, "month"))]


def _first_year(_all: Arrangements, question: Question, answer: Answer) -> list[Write]:
    year = _needed("number", answer.number, "Which year?")
    return [Write(question.parts[:2], {"first_year": year}, _agreed(answer, "first year"))]


def _dial_in(_all: Arrangements, question: Question, answer: Answer) -> list[Write]:
    return [Write(question.parts[:2], {"dial_in": answer.telephone}, _agreed(answer, "conference call"))]


def _overdue_told(_all: Arrangements, question: Question, answer: Answer) -> list[Write]:
    return [Write(question.parts[:2], {"overdue_told": [answer.post]}, _agreed(answer, "overdue stages"))]


def _keep_years(_all: Arrangements, question: Question, answer: Answer) -> list[Write]:
    years = _needed("number", answer.number, "How many years?")
    return [Write(question.parts[:2], {"keep_years": years}, _agreed(answer, "how long it is kept"))]


def _section_11(_all: Arrangements, _question: Question, answer: Answer) -> list[Write]:
    owes = answer.rule == "owes"
    return [Write(("agencies", id_), {"section_11": owes}, _agreed(answer, "Section 11")) for id_ in answer.agencies]


def _noted(arrangements: Arrangements, question: Question, answer: Answer) -> list[Write]:
    """Settled, without anything to run; or open on purpose, in an entry of its own for each place that has none yet."""
    said = f"{answer.said.rstrip('. ')} ({answer})"
    if answer.rule == "settled":
        values = {"answered": said, "stays": None}
        return [Write(("open", str(number)), values) for number in entries_of(arrangements, question)]
    known = entries_of(arrangements, question)
    there = {arrangements.open[number].place for number in known}
    new = [place for place in question.places if place not in there]
    words = {"sentence": question.sentence, "want": question.want, "stays": said}
    return [
        *(Write(("open", str(number)), {"stays": said}) for number in known),
        *(Write(("open", str(len(arrangements.open) + at)), {"place": place, **words}) for at, place in enumerate(new)),
    ]


_CYCLE = {"times": "number", "every": "number", "months": "number", "days": "number", "group": "group", "": "rule"}

FORMS: Mapping[str, Form] = {
    "telephone": Form(_telephone, {"": "telephone"}),
    "cycle": Form(_cycle, _CYCLE),
    "dates": Form(_dates, {key: key for key in ("months", "slot", "first", "days", "starts", "minutes")}, chosen=True),
    "outside": Form(_outside, {"": "dates"}, chosen=True),
    "year": Form(_year, {"": "months"}, chosen=True),
    "chair": Form(_chair, {"": "post"}),
    "term": Form(_term, {"": "number"}),
    "order": Form(_order, {"": "turns", "appointed_by": "group"}),
    "papers": Form(_offset, {"": "days", "unit": "unit", "owner": "post"}),
    "minutes": Form(_offset, {"": "days", "unit": "unit", "owner": "post"}),
    "quorum": Form(_quorum, {"": "rule", "percent": "number", "number": "number"}),
    "counts": Form(_counts, {"": "rule"}),
    "stand-in": Form(_stand_in, {"": "post"}),
    "lead": Form(_lead, {"": "days"}),
    "month": Form(_month, {"": "months"}),
    "first-year": Form(_first_year, {"": "number"}),
    "dial-in": Form(_dial_in, {"": "telephone"}),
    "overdue-told": Form(_overdue_told, {"": "post"}),
    "keep-years": Form(_keep_years, {"": "number"}),
    "section-11": Form(_section_11, {"": "agencies"}),
    NOTED: Form(_noted, {"": "said"}),
    STAYS: Form(_noted, {"": "said"}),
}
"""Every form of `setup`. `beside` is by the last key of a mistake's place; "" stands for all others."""
