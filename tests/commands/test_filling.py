"""One reading of a form for every door: what is kept, what is refused beside its blank, what is still wanting."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commands import filling
from commands.filling import Read
from commands.permissions import time
from commands.refusals import Refusal
from commands.work import Work
from storage.arrangements.forms import Form, Given
from storage.arrangements.partnership import Arrangements
from storage.records.scope import Scope
from tests.builders import a_group, an_arrangement
from tests.offices import Office, an_office

NOW = datetime(2027, 1, 4, 9, tzinfo=ZoneInfo("UTC"))

MET = [
    {"id": "not-met", "label": "Not met", "rank": 1},
    {"id": "met", "label": "Met", "rank": 4, "descriptor": "it is done everywhere"},
]
LINKS = [{"id": "health", "label": "Health, all of it"}, {"id": "schools", "label": "Schools"}]


def a_form(*questions: Mapping[str, Any], **given: Any) -> Form:
    """A form with one section of those questions, and the scale "met"."""
    sections = [{"id": "all", "title": "All of it", "questions": questions}]
    entry = {"id": "trial", "name": "Trial", "scales": {"met": MET}, "sections": sections, **given}
    return Form.model_validate(entry)


def a_question(id_: str, kind: str = "long", **given: Any) -> dict[str, Any]:
    """A question of that kind with what the kind needs."""
    needs: dict[str, Any] = {"one of": {"options": LINKS}, "several of": {"options": LINKS}, "rating": {"scale": "met"}}
    needs["rows"] = {
        "columns": [
            {"id": "what", "text": "What is to be done", "required": True},
            {"id": "owner", "text": "Who does it", "kind": "person"},
            {"id": "due", "text": "By when", "kind": "date"},
            {"id": "cost", "text": "What it costs", "kind": "number"},
        ],
        "row": "Action",
    }
    return {"id": id_, "text": f"About {id_}?", "kind": kind, **needs.get(kind, {}), **given}


EVERY_KIND = a_form(
    *(
        a_question(kind.replace(" ", "-"), kind)
        for kind in ("short", "long", "one of", "several of", "rating", "date", "number", "person", "rows", "evidence")
    ),
    a_question("really", "yes or no", why=["no"], can_not_apply=True),
)


@contextmanager
def work_of(office: Office) -> Iterator[Work]:
    """A transaction of that office, for looking."""
    with office.runner.store.reading() as session:
        yield Work(Scope(session, office.partnership), time(office.partnership), office.now, lambda: "")


@pytest.fixture(scope="module")
def work() -> Iterator[Work]:
    with an_office(definition=ours(), opened="2027-01-04 09:00") as office, work_of(office) as found:
        yield found


def ours() -> Arrangements:
    """A partnership with two posts whose titles are alike, an agency and a group."""
    posts = [
        {"id": "business-manager", "title": "Business Manager"},
        {"id": "nurse", "title": "Designated Nurse", "aliases": ["DN"]},
        {"id": "doctor", "title": "Designated Doctor"},
    ]
    agencies = [{"id": "fire", "name": "Fire and Rescue Service"}]
    return an_arrangement([a_group("executive")], posts=posts, agencies=agencies)


def read(work: Work, form: Form, **raw: str) -> Read:
    """What is read of the form's only section; a dot in a field's name is written as two underscores."""
    return filling.read(work, form, form.sections[0], {name.replace("__", "."): text for name, text in raw.items()})


def problems(work: Work, form: Form, **raw: str) -> dict[str, str]:
    """What is wrong, by the field beside which it stands."""
    return {each.field: each.sentence for each in read(work, form, **raw).problems}


# What is kept


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("short", "  two\nlines ", "two lines"),
        ("long", " two\r\nlines ", "two\nlines"),
        ("long", "a\x00b\x0bc", "abc"),
        ("one of", "Health, all of it", "health"),
        ("rating", "met", "met"),
        ("yes or no", "No", "no"),
        ("date", "14 Jan", "2027-01-14"),
        ("date", "14/1/2028", "2028-01-14"),
        ("number", "£12,500", "12500"),
        ("person", "designated nurse", "nurse"),
        ("person", "DN", "nurse"),
        ("person", "Fire and Rescue Service, lead for its reports", "lead:fire"),
    ],
)
def test_an_answer_is_kept_alike_however_it_was_typed(work: Work, kind: str, typed: str, kept: str) -> None:
    found = read(work, a_form(a_question("asked", kind)), asked=typed)
    assert found.problems == ()
    assert found.filled["asked"].value == kept


def test_several_answers_are_kept_in_the_order_of_the_form_and_a_comma_in_a_label_does_not_divide_it(
    work: Work,
) -> None:
    found = read(work, a_form(a_question("asked", "several of")), asked="schools, Health, all of it")
    assert found.filled["asked"].many == ("health", "schools")


def test_rows_in_which_nothing_is_filled_in_are_left_out_and_the_others_keep_their_order(work: Work) -> None:
    found = read(
        work, a_form(a_question("asked", "rows")), asked__2__what="Second", asked__1__what=" ", asked__10__what="Tenth"
    )
    assert [row["what"] for row in found.filled["asked"].rows] == ["Second", "Tenth"]


def test_what_was_emptied_is_empty_in_what_was_read_so_that_the_draft_forgets_it(work: Work) -> None:
    found = read(work, a_form(a_question("asked")), asked="  ")
    assert found.filled["asked"].is_empty


def test_a_draft_may_leave_out_what_is_needed(work: Work) -> None:
    found = read(work, a_form(a_question("asked", required=True), a_question("rows", "rows")), rows__1__due="14 Jan")
    assert found.problems == ()


# What is refused, and where


@pytest.mark.parametrize(
    ("kind", "typed", "sentence"),
    [
        ("date", "31 Febuary", "This is no day that can be read without guessing."),
        ("number", "about ten", "This is no whole number."),
        ("number", "12.5", "This is no whole number."),
        ("number", "1234567890123", "This is no whole number."),
        ("person", "Somebody Else", "This is no single post on our list."),
        ("one of", "neither", "This is none of the answers."),
        ("several of", "schools, neither", "This is none of the answers."),
        ("rating", "excellent", "This is none of the answers."),
        ("short", "a" * 251, "This has 251 characters; 250 fit."),
        ("long", "Her number is 943 476 5919.", "This holds an NHS number."),
        ("short", "born 3/4/2019", "This holds a date of birth."),
        ("number", "9434765919", "This holds an NHS number."),
    ],
)
def test_a_mistake_is_said_beside_its_blank_without_what_was_typed(
    work: Work, kind: str, typed: str, sentence: str
) -> None:
    found = read(work, a_form(a_question("asked", kind)), asked=typed)
    assert [(each.field, each.sentence) for each in found.problems] == [("asked", sentence)]
    assert "asked" not in found.filled


def test_all_mistakes_are_found_at_once_in_rows_and_reasons_too(work: Work) -> None:
    form = a_form(a_question("one", "date"), a_question("two", "yes or no", why=["no"]), a_question("many", "rows"))
    found = problems(
        work,
        form,
        one="soon",
        two="no",
        two__because="NHS number 9434765919",
        many__1__due="whenever",
        many__3__what="dob 3 April 2019",
        many__3__cost="much",
    )
    assert found == {
        "one": "This is no day that can be read without guessing.",
        "two.because": "This holds an NHS number.",
        "many.1.due": "This is no day that can be read without guessing.",
        "many.3.what": "This holds a date of birth.",
        "many.3.cost": "This is no whole number.",
    }


def test_a_contact_may_hold_a_telephone_number_and_still_no_nhs_number(work: Work) -> None:
    number = "+44 943 476 5919"  # what follows the country's code would pass for an NHS number
    assert problems(work, a_form(a_question("asked", "short")), asked=number) == {"asked": "This holds an NHS number."}
    contact = a_form(a_question("asked", "short", contact=True))
    assert problems(work, contact, asked=number) == {}
    assert problems(work, contact, asked="943 476 5919") == {"asked": "This holds an NHS number."}


def test_more_rows_than_fit_are_refused(work: Work) -> None:
    form = a_form(a_question("asked", "rows", most=2))
    assert problems(work, form, asked__1__what="a", asked__2__what="b") == {}
    found = problems(work, form, asked__1__what="a", asked__2__what="b", asked__3__what="c")
    assert found == {"asked.1.what": "There are 3 rows; 2 fit."}


@pytest.mark.parametrize(
    "where", ["POL/12", "Safeguarding policy, section 4", "https://ours.example/policy?id=12", "HTTP://ours.example/"]
)
def test_evidence_is_a_reference_or_a_link(work: Work, where: str) -> None:
    form = a_form(a_question("asked", "evidence"))
    assert problems(work, form, asked__1__what="The policy", asked__1__where=where) == {}


@pytest.mark.parametrize(
    "where",
    [
        "javascript:alert(1)",
        "data:text/html,hello",
        "file:///etc/passwd",
        "ftp://ours.example/policy",
        "see ftp://ours.example/policy",
        r"\\server\share\policy.docx",
        "https://",
        "https://somebody:secret@ours.example/",
        "https://ours.example/a page",
    ],
)
def test_evidence_is_nothing_else(work: Work, where: str) -> None:
    form = a_form(a_question("asked", "evidence"))
    assert list(problems(work, form, asked__1__what="The policy", asked__1__where=where)) == ["asked.1.where"]


# Names


@pytest.mark.parametrize(
    ("text", "back"),
    [
        ("Attendance has risen. The Designated Nurse told the Executive.", []),
        ("We worked with Casey on this.", ["Casey"]),
        ("Alex Morgan moved to Oakfield Primary School in May.", ["Alex Morgan", "Oakfield Primary School"]),
        ("All of MARAC and MASH agreed.", []),
        ("- Casey came\n2. Morgan went", []),
        ("I'm sure that St Mary's helped.", ["St Mary's"]),
    ],
)
def test_words_that_may_be_a_name_are_given_back(work: Work, text: str, back: list[str]) -> None:
    assert list(read(work, a_form(a_question("asked")), asked=text).asked_back) == back


def test_a_contact_is_not_asked_back_and_a_link_of_evidence_is(work: Work) -> None:
    form = a_form(a_question("asked", "short", contact=True), a_question("proof", "evidence"))
    found = read(work, form, asked="ask for Morgan", proof__1__what="minutes that Morgan wrote")
    assert found.asked_back == ("Morgan",)
    assert read(work, form, asked="ask for Morgan").asked_back == ()


# What is asked, and what is still wanting

HANGING = a_form(
    a_question("first", "yes or no", required=True),
    a_question("second", "yes or no", required=True, shown_if={"question": "first", "answers": ["yes"]}),
    a_question("third", required=True, shown_if={"question": "second", "answers": ["yes"]}),
)


def wanting(work: Work, form: Form, *, joint: bool = False, **filled: Given) -> list[tuple[str, str]]:
    """What is still wanting, by question."""
    return [(each.field, each.sentence) for each in filling.wanting(work, form, filled, joint=joint)]


def test_what_hangs_on_a_question_is_asked_with_its_answer_only(work: Work) -> None:
    yes, no = Given(value="yes"), Given(value="no")
    assert wanting(work, HANGING) == [("first", "This is needed.")]
    assert wanting(work, HANGING, first=no) == []
    assert wanting(work, HANGING, first=yes) == [("second", "This is needed.")]
    assert wanting(work, HANGING, first=yes, second=yes) == [("third", "This is needed.")]
    assert wanting(work, HANGING, first=no, second=yes) == [], "what hangs on a hidden question is hidden too"


def test_what_was_hidden_again_is_not_sent_in(work: Work) -> None:
    filled = {"first": Given(value="no"), "second": Given(value="yes"), "third": Given(value="words")}
    assert filling.to_send(HANGING, filled, joint=False) == {"first": Given(value="no")}


def test_a_question_that_hangs_on_one_of_its_section_has_its_blank_and_says_when_it_is_asked(work: Work) -> None:
    blanks = filling.blanks(work, HANGING, HANGING.sections[0], {})
    assert [(blank.name, blank.needed) for blank in blanks] == [("first", True), ("second", False), ("third", False)]
    assert blanks[1].hint == 'Only if the answer to "About first?" is Yes.'


def test_a_question_that_hangs_on_another_section_is_left_out_until_it_is_asked(work: Work) -> None:
    first, second = a_question("first", "yes or no"), a_question("second")
    second["shown_if"] = {"question": "first", "answers": ["yes"]}
    sections = [{"id": id_, "title": id_, "questions": [question]} for id_, question in (("a", first), ("b", second))]
    form = a_form(sections=sections)
    assert [each.id for each in filling.sections(form, {}, joint=False)] == ["a"]
    assert filling.blanks(work, form, form.section("b"), {}) == ()
    answered = {"first": Given(value="yes")}
    assert [each.id for each in filling.sections(form, answered, joint=False)] == ["a", "b"]
    assert [blank.name for blank in filling.blanks(work, form, form.section("b"), answered)] == ["second"]


def test_what_only_the_adults_board_asks_is_asked_in_a_joint_round_only(work: Work) -> None:
    sections = [
        {"id": "ours", "title": "Ours", "questions": [a_question("one", required=True)]},
        {"id": "theirs", "title": "Theirs", "board": "adults", "questions": [a_question("two", required=True)]},
    ]
    form = a_form(sections=sections)
    assert wanting(work, form) == [("one", "This is needed.")]
    assert wanting(work, form, joint=True) == [("one", "This is needed."), ("two", "This is needed.")]


NOT_FOR_ALL = a_form(
    a_question("asked", "yes or no", required=True, can_not_apply=True, why=["no"]), a_question("rows", "rows")
)


@pytest.mark.parametrize(
    ("answer", "sentences"),
    [
        (Given(), ["This is needed."]),
        (Given(value="yes"), []),
        (Given(value="no"), ["Please say why."]),
        (Given(value="no", because="we are new"), []),
        (Given(not_applicable=True), ["Please say why it does not apply."]),
        (Given(not_applicable=True, because="we have no staff"), []),
        (
            Given(value="yes", not_applicable=True, because="so"),
            ["This has an answer, and it says that it does not apply. Please leave one of them out."],
        ),
    ],
)
def test_a_reason_is_asked_for_where_the_form_says_so(work: Work, answer: Given, sentences: list[str]) -> None:
    assert wanting(work, NOT_FOR_ALL, asked=answer) == [("asked", each) for each in sentences]


def test_a_row_that_was_begun_has_to_be_whole(work: Work) -> None:
    rows = Given(rows=({"what": "Train", "due": "2027-02-01"}, {"what": "", "due": "2027-02-01"}))
    found = wanting(work, NOT_FOR_ALL, asked=Given(value="yes"), rows=rows)
    assert found == [("rows", "Action 2: this is needed: What is to be done.")]


def test_a_post_that_has_gone_since_it_was_written_down_is_asked_for_again(work: Work) -> None:
    rows = Given(rows=({"what": "Train", "owner": "archivist"}, {"what": "Train", "owner": "lead:fire"}))
    [found] = wanting(work, NOT_FOR_ALL, asked=Given(value="yes"), rows=rows)
    assert found == ("rows", "Action 1: the post is not on our list any more.")


# Blanks


def test_nothing_that_was_typed_is_lost_when_it_could_not_be_read(work: Work) -> None:
    form = a_form(a_question("one", "date"), a_question("many", "rows"))
    raw = {"one": "soon", "many.5.due": "whenever"}
    found = filling.read(work, form, form.sections[0], raw)
    blanks = {
        blank.name: blank for blank in filling.blanks(work, form, form.sections[0], {}, found.problems, rows=1, raw=raw)
    }
    assert (blanks["one"].value, blanks["many.5.due"].value) == ("soon", "whenever")
    assert blanks["one"].problem.startswith("This is no day that can be read")
    assert blanks["many.5.due"].problem.startswith("This is no day that can be read")
    assert "many.6.due" in blanks, "an empty row is still there"
    assert "many.7.due" not in blanks


def test_there_are_three_empty_rows_after_those_that_are_filled_in_and_no_more_than_fit(work: Work) -> None:
    form = a_form(a_question("many", "rows", most=5))

    def numbers(count: int) -> int:
        filled = {"many": Given(rows=tuple({"what": "a"} for _ in range(count)))}
        return len([b for b in filling.blanks(work, form, form.sections[0], filled) if b.name.endswith(".what")])

    assert [numbers(count) for count in (0, 1, 2, 4, 5)] == [3, 4, 5, 5, 5]


def test_blanks_have_labels_that_tell_them_apart_and_the_first_of_rows_has_the_question(work: Work) -> None:
    blanks = filling.blanks(work, EVERY_KIND, EVERY_KIND.sections[0], {})
    labels = [blank.label for blank in blanks]
    assert len(set(labels)) == len(labels)
    first = next(blank for blank in blanks if blank.name == "rows.1.what")
    assert first.label == "Action 1: what is to be done"
    assert "About rows?" in first.hint


def test_what_the_options_of_a_rating_mean_stands_beside_it(work: Work) -> None:
    form = a_form(a_question("asked", "rating"))
    [rated] = filling.blanks(work, form, form.sections[0], {})
    assert rated.hint == "Met: it is done everywhere."
    assert [choice.label for choice in rated.choices] == ["Not met", "Met"]


# In words


def test_answers_are_said_in_words(work: Work) -> None:
    filled = {
        "several-of": Given(many=("health", "schools")),
        "rating": Given(value="met"),
        "date": Given(value="2027-01-14"),
        "number": Given(value="12500"),
        "person": Given(value="nurse"),
        "rows": Given(rows=({"what": "Train", "owner": "lead:fire", "due": "2027-02-01", "cost": ""},)),
        "evidence": Given(rows=({"what": "Policy", "where": "POL/12"},)),
        "really": Given(value="no", because="we are new"),
    }
    said = {each.id: each.answer for each in filling.in_words(work, EVERY_KIND, filled, joint=False)}
    assert said == {
        "short": "",
        "long": "",
        "one-of": "",
        "several-of": "Health, all of it; Schools",
        "rating": "Met",
        "date": "Thu 14 Jan 2027",
        "number": "12,500",
        "person": "Designated Nurse",
        "rows": "1. Train; Who does it: Fire and Rescue Service, lead for its reports; By when: Mon 1 Feb 2027",
        "evidence": "1. Policy; Its reference in your own system, or a link: POL/12",
        "really": "No\nBecause: we are new",
    }


def test_what_does_not_apply_is_said_with_its_reason(work: Work) -> None:
    filled = {"really": Given(not_applicable=True, because="we have no staff")}
    said = filling.in_words(work, EVERY_KIND, filled, joint=False)
    assert said[-1].answer == "Not applicable, because: we have no staff"


# Always

_TEXTS = st.text(st.characters(blacklist_categories=["Cs"]), max_size=60)
_POSTS = st.sampled_from(["nurse", "doctor", "lead:fire", "senior:fire", "Business Manager", "DN"])
_DAYS = st.dates(min_value=NOW.date().replace(year=2020), max_value=NOW.date().replace(year=2040)).map(str)
_NUMBERS = st.integers(0, 10**12 - 1).map(str)
_CELLS = {"what": _TEXTS, "owner": _POSTS, "due": _DAYS, "cost": _NUMBERS}
_FIELDS = {
    "short": _TEXTS,
    "long": _TEXTS,
    "one-of": st.sampled_from(["health", "schools"]),
    "several-of": st.sampled_from(["health", "schools,health", "schools"]),
    "rating": st.sampled_from(["met", "Not met"]),
    "date": _DAYS,
    "number": _NUMBERS,
    "person": _POSTS,
    "really": st.sampled_from(["yes", "no"]),
    "really.na": st.sampled_from(["", "yes"]),
    "really.because": _TEXTS,
    **{f"rows.{number}.{column}": texts for number in (1, 3, 7) for column, texts in _CELLS.items()},
    **{f"evidence.{number}.what": _TEXTS for number in (2, 4)},
}


@given(raw=st.fixed_dictionaries({}, optional=_FIELDS))
@settings(max_examples=150, deadline=None)
def test_what_is_read_from_what_the_blanks_show_is_the_same_again(work: Work, raw: dict[str, str]) -> None:
    section = EVERY_KIND.sections[0]
    first = filling.read(work, EVERY_KIND, section, raw).filled
    shown = {blank.name: blank.value for blank in filling.blanks(work, EVERY_KIND, section, first)}
    again = filling.read(work, EVERY_KIND, section, shown)
    assert again.problems == ()
    assert {id_: again.filled[id_] for id_ in first} == first


@given(raw=st.fixed_dictionaries({}, optional={name: st.text(max_size=40) for name in _FIELDS}))
@settings(max_examples=150, deadline=None)
def test_every_question_is_either_read_or_has_a_mistake_and_each_mistake_has_its_blank(
    work: Work, raw: dict[str, str]
) -> None:
    section = EVERY_KIND.sections[0]
    found = filling.read(work, EVERY_KIND, section, raw)
    wrong = {each.field.partition(".")[0] for each in found.problems}
    assert wrong | set(found.filled) == {question.id for question in section.questions}
    assert not wrong & set(found.filled)
    names = {blank.name for blank in filling.blanks(work, EVERY_KIND, section, {}, found.problems, raw=raw)}
    assert {each.field for each in found.problems} <= names


_ANSWERS = st.sampled_from(["", "yes", "no"])


@given(answers=st.tuples(_ANSWERS, _ANSWERS, _ANSWERS))
def test_a_question_that_is_not_asked_never_stands_in_the_way(work: Work, answers: tuple[str, str, str]) -> None:
    filled = dict(zip(("first", "second", "third"), (Given(value=each) for each in answers), strict=True))
    asked = {question.id for _, question in filling.asked(HANGING, filled, joint=False)}
    said = {each.id for each in filling.in_words(work, HANGING, filled, joint=False)}
    missing = {each.field for each in filling.wanting(work, HANGING, filled, joint=False)}
    assert missing <= asked == said
    assert missing == {id_ for id_ in asked if filled[id_].is_empty}


def test_a_refusal_without_a_field_of_the_section_is_shown_nowhere_by_mistake(work: Work) -> None:
    form = a_form(a_question("asked"))
    [blank] = filling.blanks(work, form, form.sections[0], {}, [Refusal("Something.", "elsewhere")])
    assert blank.problem == ""
