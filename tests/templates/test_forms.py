"""The forms that ship: each can be filled in, says where its questions come from, and fits the doors."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from commands.definitions import shipped, shipped_forms
from commands.filling_words import to_send
from commands.return_forms import shipped_form
from storage.arrangements.forms import Form, Given, Option, Question, Section
from templates import form_ids

ROOT = Path(__file__).resolve().parents[2]
FORMS = form_ids()
LONGEST_IN_CHAT = 3000
LONGEST_LABEL = 75
"""What a blank and an option may have in Slack, whose limits are the smallest."""


@cache
def form(id_: str) -> Form:
    return shipped_form(id_)


def questions(becomes: str) -> Iterator[tuple[str, Question]]:
    for id_ in FORMS:
        yield from ((id_, question) for question in form(id_).questions() if question.becomes == becomes)


@pytest.mark.parametrize("id_", FORMS)
def test_a_form_is_called_as_its_file_and_belongs_to_partnerships_that_ship(id_: str) -> None:
    assert form(id_).id == id_
    assert set(form(id_).partnerships) <= set(shipped())
    assert shipped_forms()[id_] == form(id_).partnerships


@pytest.mark.parametrize("id_", FORMS)
def test_every_question_says_where_it_stands_or_that_it_is_chosen(id_: str) -> None:
    assert [question.id for question in form(id_).questions() if not question.source] == []
    assert form(id_).source


@pytest.mark.parametrize("id_", FORMS)
def test_what_is_asked_fits_into_chat(id_: str) -> None:
    options = [option for question in form(id_).questions() for option in form(id_).options_of(question)]
    assert [option.id for option in options if len(option.label) > LONGEST_LABEL] == []
    assert [question.id for question in form(id_).questions() if question.longest > LONGEST_IN_CHAT] == []


@pytest.mark.parametrize("id_", FORMS)
def test_words_are_plain_and_blame_nobody(id_: str) -> None:
    words = [word for section in form(id_).sections for word in _words(form(id_), section)]
    assert [word for word in words if "!" in word or "fail" in word.casefold()] == []


def _words(form: Form, section: Section) -> Iterator[str]:
    yield from (section.title, section.guidance)
    for question in section.questions:
        yield from (question.text, question.guidance, question.row, *(column.text for column in question.columns))
        yield from (word for option in form.options_of(question) for word in (option.label, option.descriptor))


@pytest.mark.parametrize("id_", FORMS)
def test_a_standard_has_one_rating_from_lowest_to_highest(id_: str) -> None:
    for section in form(id_).sections:
        ratings = [question for question in section.questions if question.kind == "rating"]
        assert len(ratings) == int(section.standard)
        for question in ratings:
            ranks = [option.rank for option in form(id_).options_of(question)]
            assert ranks == [1, 2, 3, 4]


def test_an_action_has_what_owner_and_due_and_an_escalation_what_it_is() -> None:
    for id_, question in questions("actions"):
        kinds = {column.id: column.kind for column in question.columns}
        assert kinds | {"what": "short", "owner": "person", "due": "date"} == kinds, (id_, question.id)
        assert {"what", "due"} <= {column.id for column in question.columns if column.required}
    for id_, question in questions("escalations"):
        assert question.columns[0].id == "what" and question.columns[0].required, (id_, question.id)
        assert "ask" in {column.id for column in question.columns}
    for id_, question in questions("promises"):
        assert question.kind == "long", (id_, question.id)


@pytest.mark.parametrize("id_", FORMS)
def test_a_form_begins_with_each_thing_that_came_before_once_only(id_: str) -> None:
    fills = Counter(question.fills for question in form(id_).questions() if question.fills)
    assert set(fills.values()) <= {1}
    asks = {question.becomes for question in form(id_).questions()}
    assert "promises" not in asks or "last promises" in fills, "what is promised is asked after in the next form"


def test_the_page_for_secretariats_names_every_form_that_ships_and_whose_it_is() -> None:
    page = (ROOT / "docs" / "forms.md").read_text("utf-8").partition("## Use one")[0]
    rows = re.findall(r"^\| `([a-z0-9-]+)` \| .+ \| (.+) \|$", page, re.MULTILINE)
    whose = {id_: {one for one in shipped() if one.replace("-", " ") in words.casefold()} for id_, words in rows}
    whose = {id_: _longest(ids) for id_, ids in whose.items()}
    assert whose == {id_: set(form(id_).partnerships) for id_ in FORMS}
    assert len(rows) == len(FORMS)


def _longest(ids: set[str]) -> set[str]:
    """Without what is only a part of another one's name: Gloucestershire, where South Gloucestershire is meant."""
    return {one for one in ids if not any(one != other and one in other for other in ids)}


@pytest.mark.ids(*(f"RET-ASSSP-S11-STD{number:02}" for number in range(1, 11)), "AMB-SECTION11-STANDARDS")
@pytest.mark.parametrize("id_", ["section-11", "section-11-light"])
def test_section_11_has_the_ten_arrangements_in_the_order_of_the_guidance(id_: str) -> None:
    standards = [section for section in form(id_).sections if section.standard]
    assert [section.ids for section in standards] == [(f"RET-ASSSP-S11-STD{number:02}",) for number in range(1, 11)]


@pytest.mark.ids("RET-ASSSP-S11-LIGHT")
def test_the_lighter_form_asks_less_than_the_full_one() -> None:
    full, light = (list(form(id_).questions()) for id_ in ("section-11", "section-11-light"))
    assert len(light) < len(full)
    assert sum(question.required for question in light) < sum(question.required for question in full)


@pytest.mark.ids("RET-GLOS-S11-STD", "RET-GLOS-S11-THEMATIC")
def test_the_thematic_audit_has_the_countys_four_standards_and_not_the_ten() -> None:
    titles = [section.title for section in form("section-11-thematic").sections if section.standard]
    assert titles == [
        "Leadership and Accountability",
        "Staff Safe Recruitment, Induction, Training and Development",
        "Safeguarding Policies and Procedures",
        "Listening to Children and Young People",
    ]


def test_an_empty_form_sends_nothing_and_what_is_hidden_is_left_out() -> None:
    thematic = form("section-11-thematic")
    assert to_send(thematic, {}, joint=False) == {}
    filled = {"known": Given(value="no"), "done": Given(value="words")}
    assert to_send(thematic, filled, joint=False) == {"known": Given(value="no")}


def test_options_that_mean_something_say_it_without_a_full_stop() -> None:
    options: list[Option] = [option for id_ in FORMS for scale in form(id_).scales.values() for option in scale]
    assert [option.id for option in options if option.descriptor.endswith(".")] == []
