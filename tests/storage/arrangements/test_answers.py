"""Every question that `setup` asks, in all shipped definitions: its answer closes it, and leaves the text as it was."""

import re
import tomllib
from collections.abc import Callable
from datetime import date, time
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from commands.definitions import Definition, definition_text, read_definition, shipped
from storage.arrangements import answers
from storage.arrangements.answers import Answer, Unfit
from storage.arrangements.partnership import Arrangements
from storage.arrangements.questions import NOTED, STAYS, Question, find, questions
from storage.arrangements.rewriting import Write, rewritten
from tests.builders import a_group, an_arrangement
from tests.offices import OURSHIRE, as_toml

ROOT = Path(__file__).resolve().parents[3]
WHO = {"by": "Executive of 3 March", "on": date(2027, 3, 4)}
AGREED = "agreed by Executive of 3 March on 4 March 2027"

TEXTS = {name: definition_text(name) for name in shipped()} | {"ourshire": OURSHIRE.read_text("utf-8")}


reading = cache(read_definition)
"""Definitions are read once in these tests: a text does not change."""


def a_post(arrangements: Arrangements, question: Question) -> str:
    return next(post.id for post in arrangements.posts if post.id not in question.parts)


GIVEN: dict[str, Callable[[Arrangements, Question], dict[str, Any]]] = {
    "telephone": lambda _a, _q: {"telephone": "01234 500500"},
    "cycle": lambda _a, _q: {"rule": "yearly", "number": 4},
    "dates": lambda _a, _q: {
        "months": [6, 9, 12, 3], "slot": ["2nd tuesday"], "first": date(2027, 4, 1), "days": -7, "starts": time(9, 30),
        "minutes": 90,
    },
    "outside": lambda _a, _q: {"dates": [date(2027, 5, 4), date(2027, 9, 7)]},
    "year": lambda _a, _q: {"months": [4]},
    "chair": lambda a, q: {"post": a_post(a, q)},
    "term": lambda _a, _q: {"number": 24},
    "order": lambda _a, _q: {"rule": "in-turn"},
    "papers": lambda a, q: {"days": 7, "unit": "working", "post": a_post(a, q)},
    "minutes": lambda _a, _q: {"days": 14},
    "quorum": lambda _a, _q: {"rule": "fraction", "number": 66, "deputies": "count", "vacancies": "do not count"},
    "counts": lambda _a, _q: {"rule": "do not count"},
    "stand-in": lambda a, q: {"post": a_post(a, q)},
    "lead": lambda _a, _q: {"days": 10},
    "month": lambda _a, _q: {"months": [5]},
    "first-year": lambda _a, _q: {"number": 2027},
    "dial-in": lambda _a, _q: {"telephone": "01234 500700"},
    "overdue-told": lambda a, q: {"post": a_post(a, q)},
    "keep-years": lambda _a, _q: {"number": 25},
    "section-11": lambda a, _q: {"rule": "owes", "agencies": answers.undecided(a)},
    NOTED: lambda _a, _q: {"rule": "settled", "said": "It was settled"},
    STAYS: lambda _a, _q: {"rule": "stays", "said": "The Executive decides in May"},
}  # fmt: skip
"""For each form an answer that fits."""


def form_of(question: Question) -> str:
    return question.form.partition(":")[0]


def answered(text: str, question: Question, form: str = "", **given: Any) -> Definition:
    """The definition after an answer."""
    arrangements = reading(text).arrangements
    values = given or GIVEN[(form or question.form).partition(":")[0]](arrangements, question)
    changed = answers.writes(arrangements, question, form or question.form, Answer(**WHO, **values))
    return reading(rewritten(text, changed))


@cache
def answered_once(name: str, id_: str) -> Definition:
    """The shipped definition of that name after the answer that fits to one question; worked out once."""
    question = find(reading(TEXTS[name]).arrangements, id_)
    assert question is not None
    return answered(TEXTS[name], question)


def asked(text: str) -> list[Question]:
    return [question for question in questions(reading(text).arrangements) if question.form]


_SMALL = ("ourshire", "somerset")


def some_of_each_form(text: str) -> dict[str, bool]:
    """The ids of the first and the last question of each form, and whether it is the first."""
    first = {form_of(question): question.id for question in reversed(asked(text))}
    last = {form_of(question): question.id for question in asked(text)}
    return dict.fromkeys(first.values(), True) | {id_: id_ in first.values() for id_ in last.values()}


EVERY = [
    pytest.param(name, id_, id=f"{name}:{id_}", marks=() if first else pytest.mark.long)
    for name, text in TEXTS.items()
    for id_, first in some_of_each_form(text).items()
]
"""The first of each form in `make test`; the last of it too in `make test-long`, for each takes a third of a second."""


def comments(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip().startswith("#")]


@pytest.mark.parametrize(("name", "id_"), EVERY)
def test_an_answered_question_is_open_no_more_and_all_others_stay(name: str, id_: str) -> None:
    text = TEXTS[name]
    before = {one.id: one for one in questions(reading(text).arrangements)}
    after = answered_once(name, id_)
    now = {one.id: one for one in questions(after.arrangements)}
    assert id_ not in now or now[id_].stays
    followed = {f"planning.groups.{before[id_].parts[1]}"} if form_of(before[id_]) == "cycle" else set()
    gone = {one.id for one in before.values() if one.form == ""}  # a report whose group has dates now
    assert before.keys() - now.keys() - gone <= {id_}
    assert now.keys() - before.keys() <= followed | {id_}


def test_what_is_asked_in_a_report_stays_word_for_word_when_its_day_is_answered() -> None:
    page = (ROOT / "docs" / "definition-format.md").read_text("utf-8")
    text = page.partition("```toml\n")[2].partition("```")[0].replace("lead_days = 10\n", "").replace("month = 5\n", "")
    before = reading(text).arrangements
    for id_, form in (("returns.group-report.lead_days", "lead"), ("returns.section-11.month", "month")):
        question = find(reading(text).arrangements, id_)
        assert question is not None
        text = answered(text, question, form).text
    after = reading(text).arrangements
    assert [(each.lead_days, each.month) for each in after.returns] == [(10, None), (None, 5)]
    assert after.forms == before.forms != ()


@pytest.mark.parametrize("name", _SMALL)
def test_all_questions_answered_one_after_the_other_leave_nothing_but_what_follows_from_them(name: str) -> None:
    text, steps = TEXTS[name], 0
    while left := [one for one in asked(text) if not one.stays]:
        text, steps = answered(text, left[0]).text, steps + 1
        assert steps < 200
    arrangements = reading(text).arrangements
    assert [one.id for one in questions(arrangements) if not one.stays and one.form] == []
    lines = iter(text.splitlines())
    kept = [line for line in TEXTS[name].splitlines() if re.match(r"\s*(#|\[|$)", line)]
    assert all(line in lines for line in kept), "every comment and every header is there, in its order"


@pytest.mark.parametrize(("name", "id_"), EVERY)
def test_an_answer_changes_nothing_else_in_the_text(name: str, id_: str) -> None:
    text = TEXTS[name]
    after = answered_once(name, id_).text
    new = set(after.splitlines())
    touched = r'(.*\{|(kind = "unset"|order_agreed = false)$|(want|source|why|year_starts|dates) = |\w+ = "open"$)'
    assert [line for line in text.splitlines() if line not in new and not re.match(touched, line)] == []
    assert comments(after) == comments(text)


@pytest.mark.parametrize("form", [form for form in answers.FORMS if form not in (NOTED, STAYS)])
def test_who_agreed_stands_in_the_entry_and_what_is_chosen_stands_in_planning(form: str) -> None:
    found = next(((n, q) for n, t in TEXTS.items() for q in asked(t) if form_of(q) == form), None)
    if found is None:
        pytest.skip("no shipped definition asks this")
    name, question = found
    before, after = TEXTS[name], answered_once(name, question.id).text
    lines = set(before.splitlines())
    words = "\n".join(line for line in after.splitlines() if line not in lines)
    assert "Executive of 3 March on 4 March 2027" in words
    assert (AGREED in words) != answers.FORMS[form].chosen
    if answers.FORMS[form].chosen:
        was = tomllib.loads(before)
        changed = {key for key, value in tomllib.loads(after).items() if value != was.get(key)}
        assert changed <= {"planning", "open"}


def test_every_form_is_asked_for_by_a_shipped_definition_or_tried_below() -> None:
    asked_for = {form_of(question) for text in TEXTS.values() for question in asked(text)}
    assert answers.FORMS.keys() - asked_for <= {"dates", "counts", "stand-in"}


# Where a rule needs more than one thing, and what does not fit


def a_text(*cycles: dict[str, Any], **given: Any) -> str:
    posts = [{"id": "business-manager", "title": "Business manager"}, {"id": "lead", "title": "Lead"}]
    groups = [a_group("executive", *cycles, **given), a_group("sog", {"kind": "unset"}, chair="lead")]
    return as_toml(an_arrangement(groups, posts=posts))


@pytest.mark.parametrize(
    ("cycle", "form"),
    [
        ({"kind": "yearly", "times": 4}, "dates:months,slot"),
        ({"kind": "months", "every": 2}, "dates:slot,first"),
        ({"kind": "gap", "months": 3}, "dates:first"),
        ({"kind": "beside", "group": "sog"}, "dates:days"),
    ],
)
def test_what_has_to_be_chosen_for_a_rule_is_one_question(cycle: dict[str, Any], form: str) -> None:
    text = a_text(cycle)
    question = find(reading(text).arrangements, "planning.groups.executive")
    assert question is not None and question.form == form
    keys = form.partition(":")[2].split(",")
    full = GIVEN["dates"](reading(text).arrangements, question)
    after = answered(text, question, **{key: full[key] for key in keys})
    assert find(after.arrangements, question.id) is None
    assert after.arrangements.planning.groups["executive"].why == "chosen by Executive of 3 March on 4 March 2027"


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ({"rule": "yearly", "number": 4}, "yearly"),
        ({"rule": "months", "number": 2}, "months"),
        ({"rule": "gap", "number": 3}, "gap"),
        ({"rule": "before", "number": 28, "group": "sog"}, "before"),
        ({"rule": "as-required"}, "as-required"),
        ({"rule": "one-by-one"}, "as-required"),
    ],
)
@pytest.mark.parametrize("there", [[], [{"kind": "unset"}], [{"kind": "yearly", "times": 6, "proposed": True}]])
def test_how_often_is_answered_by_each_rule(given: dict[str, Any], kind: str, there: list[dict[str, Any]]) -> None:
    text = a_text(*there)
    arrangements = reading(text).arrangements
    question = next(q for q in questions(arrangements) if q.form == "cycle" and q.parts[1] == "executive")
    cycles = answered(text, question, **given).arrangements.groups_by_id["executive"].cycles
    assert (cycles[-1].kind, cycles[-1].source) == (kind, AGREED)
    assert [cycle.proposed for cycle in cycles[:-1]] == [True] * (len(cycles) - 1)


@pytest.mark.parametrize(
    ("form", "given", "field"),
    [
        ("cycle", {"rule": "yearly"}, "number"),
        ("cycle", {"rule": "before", "number": 28}, "group"),
        ("cycle", {"rule": "before", "number": 28, "group": "executive"}, "group"),
        ("quorum", {"rule": "number"}, "number"),
        ("quorum", {"rule": "fraction"}, "number"),
        ("papers", {}, "days"),
    ],
)
def test_an_answer_that_lacks_something_names_the_field(form: str, given: dict[str, Any], field: str) -> None:
    arrangements = read_definition(a_text()).arrangements
    question = next(q for q in questions(arrangements) if q.form == form and q.parts[1] == "executive")
    with pytest.raises(Unfit) as unfit:
        answers.writes(arrangements, question, form, Answer(**WHO, **given))
    assert unfit.value.field == field


def test_a_rotation_can_be_left_to_a_group_that_appoints() -> None:
    text = a_text(chair="lead", chairing={"takes_turns": ["lead", "business-manager"], "term_months": 12})
    question = find(reading(text).arrangements, "groups.executive.chairing.order_agreed")
    assert question is not None
    appointed = answered(text, question, rule="appointed", group="sog").arrangements
    assert find(appointed, question.id) is None
    turns = answered(text, question, rule="in-turn", turns=["business-manager", "lead"]).arrangements
    chairing = turns.groups_by_id["executive"].chairing
    assert chairing is not None and chairing.takes_turns == ("business-manager", "lead")
    with pytest.raises(Unfit, match="each of those who take turns"):
        answered(text, question, rule="in-turn", turns=["lead"])


def test_agencies_can_be_answered_for_one_by_one() -> None:
    text = TEXTS["buckinghamshire"]
    question = find(reading(text).arrangements, "agencies")
    assert question is not None
    after = answered(text, question, rule="owes", agencies=["nurseries", "cafcass"])
    said = {a.id: a.section_11 for a in after.arrangements.agencies if a.section_11 is not None}
    assert said == {"nurseries": True, "cafcass": True}
    left = find(after.arrangements, "agencies")
    assert left is not None
    rest = answered(after.text, left, rule="owes-none", agencies=answers.undecided(after.arrangements))
    assert find(rest.arrangements, "agencies") is None


# Open on purpose


def test_what_stays_open_is_still_told_and_can_be_answered_later() -> None:
    text = TEXTS["buckinghamshire"]
    question = find(reading(text).arrangements, "groups.pqi.papers")
    assert question is not None
    stays = answered(text, question, STAYS)
    [left] = [one for one in questions(stays.arrangements) if one.stays]
    assert (left.id, left.form) == ("groups.pqi.papers", "papers")
    assert "It stays open: The Executive decides in May (Executive of 3 March on 4 March 2027)." in left.sentence
    later = answered(stays.text, left)
    assert find(later.arrangements, left.id) is None
    assert later.arrangements.open[-1].answered == AGREED
    assert later.arrangements.open[-1].stays == ""


def test_dates_that_stay_open_are_one_question_still() -> None:
    text = a_text({"kind": "yearly", "times": 4})
    question = find(reading(text).arrangements, "planning.groups.executive")
    assert question is not None
    stays = answered(text, question, STAYS)
    left = find(stays.arrangements, "planning.groups.executive")
    assert left is not None and left.stays and left.form == "dates:months,slot"
    full = {"months": [6, 9, 12, 3], "slot": ["2nd tuesday"]}
    assert find(answered(stays.text, left, **full).arrangements, left.id) is None


# The text


@pytest.mark.parametrize(
    ("text", "write", "expected"),
    [
        (
            '[[groups]]\nid = "a"\nname = "A"  # first\n\n# Its seats\n[[groups.seats]]\npost = "p"\n',
            Write(("groups", "a"), {"chair": "p"}),
            '[[groups]]\nid = "a"\nname = "A"  # first\nchair = "p"\n\n# Its seats\n[[groups.seats]]\npost = "p"\n',
        ),
        (
            '[[groups]]\nid = "a"\n\n# The second\n[[groups]]\nid = "b"\n',
            Write(("groups", "a", "papers"), {"days": 7}),
            '[[groups]]\nid = "a"\npapers = {days = 7}\n\n# The second\n[[groups]]\nid = "b"\n',
        ),
        (
            '[planning]\nwhy = "x"\n\n[planning.groups.a]\ndays = 1\n\n# Outside\n[planning.outside.o]\nname = "O"\n',
            Write(("planning", "groups", "b"), {"days": 2}),
            '[planning]\nwhy = "x"\n\n[planning.groups.a]\ndays = 1\n\n[planning.groups.b]\ndays = 2\n\n# Outside\n'
            '[planning.outside.o]\nname = "O"\n',
        ),
        (
            'id = "x"\n\n[secretariat]\nname = "S"\n\n# Partners\n[[partners]]\nid = "p"\n',
            Write(("front_door",), {"telephone": "1"}),
            'id = "x"\n\n[secretariat]\nname = "S"\n\n[front_door]\ntelephone = "1"\n\n'
            '# Partners\n[[partners]]\nid = "p"\n',
        ),
        (
            'cycles = [{ kind = "unset", want = "w" }]\n',
            Write(("cycles", "0"), {"kind": "yearly", "times": 2, "want": None}),
            'cycles = [{ kind = "yearly",  times = 2}]\n',  # tomlkit's own spaces
        ),
        (
            '[a]\nwant = "w"  # ask again\nb = 1\n',
            Write(("a",), {"want": None}),
            "[a]\n# ask again\nb = 1\n",
        ),
        ('[a]\nsource = "x"\n', Write(("a",), {}, {"source": "y"}), '[a]\nsource = "x; y"\n'),
        ('id = "x"\n', Write(("planning", "groups", "b"), {"days": 2}), 'id = "x"\n\n[planning.groups.b]\ndays = 2\n'),
    ],
)
def test_an_entry_is_written_where_a_person_would_write_it(text: str, write: Write, expected: str) -> None:
    assert rewritten(text, [write]) == expected


def test_words_with_quotes_and_signs_come_back_as_they_were() -> None:
    said = 'He said: "no" \\ [x] = #1 \u2019 \u00e9'
    after = rewritten("[a]\nb = 1\n", [Write(("a",), {"said": said})])
    assert tomllib.loads(after)["a"] == {"b": 1, "said": said}


def test_an_entry_that_is_not_there_is_no_place_to_write() -> None:
    with pytest.raises(LookupError):
        rewritten('[[groups]]\nid = "a"\n', [Write(("groups", "b"), {"x": 1})])
