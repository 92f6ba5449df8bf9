"""Forms as values: what a form file has to have, and which of its questions hang on which."""

import tomllib
from typing import Any

import pytest
from pydantic import ValidationError

from storage.arrangements.forms import EVIDENCE, Form, Given, Question, is_shown

OPTIONS = [{"id": "low", "label": "Low", "rank": 1}, {"id": "high", "label": "High", "rank": 2}]


def a_form(*questions: dict[str, Any], **given: Any) -> Form:
    """A form with one section of those questions."""
    every = [{"text": "What?", **question} for question in questions]
    return Form.model_validate({
        "id": "trial", "name": "Trial", "sections": [{"id": "all", "title": "All", "questions": every}], **given,
    })  # fmt: skip


@pytest.mark.parametrize(
    ("questions", "sentence"),
    [
        ([{"id": "a", "kind": "one of"}], "answered by choosing, so it needs options"),
        ([{"id": "a", "kind": "several of"}], "answered by choosing, so it needs options"),
        ([{"id": "a", "kind": "rating"}], "a rating, so it needs a scale or options"),
        ([{"id": "a", "kind": "rows"}], "answered in rows, so it needs columns"),
        ([{"id": "a", "kind": "rows", "columns": [{"id": "b", "text": "B", "kind": "one of"}]}], "it needs options"),
        ([{"id": "a"}, {"id": "a"}], "there twice: a"),
        ([{"id": "a", "kind": "rating", "scale": "risk"}], "the scale risk, which the form does not have"),
        ([{"id": "a", "shown_if": {"question": "b", "answers": ["yes"]}}], "hangs on b, which is not asked"),
        (
            [{"id": "a", "shown_if": {"question": "b", "answers": ["yes"]}}, {"id": "b", "kind": "yes or no"}],
            "hangs on b, which comes after it",
        ),
        ([{"id": "a", "shown_if": {"question": "a", "answers": ["yes"]}}], "hangs on a, which comes after it"),
        (
            [{"id": "b", "kind": "yes or no"}, {"id": "a", "shown_if": {"question": "b", "answers": ["maybe"]}}],
            "an answer that b does not offer",
        ),
        ([{"id": "A b"}], "pattern"),
        ([{"id": "section"}], "no question may be called section"),
    ],
)
def test_a_form_that_could_not_be_filled_in_is_refused(questions: list[dict[str, Any]], sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        a_form(*questions)


def test_options_are_the_questions_own_or_those_of_its_scale_or_yes_and_no() -> None:
    form = a_form(
        {"id": "own", "kind": "one of", "options": OPTIONS[:1]},
        {"id": "rated", "kind": "rating", "scale": "risk"},
        {"id": "really", "kind": "yes or no"},
        {"id": "words"},
        scales={"risk": OPTIONS},
    )
    offered = {question.id: [option.id for option in form.options_of(question)] for question in form.questions()}
    assert offered == {"own": ["low"], "rated": ["low", "high"], "really": ["yes", "no"], "words": []}


def test_evidence_is_answered_in_rows_of_its_own_two_columns() -> None:
    evidence = Question(id="a", text="What shows it?", kind="evidence")
    assert (evidence.rows, evidence.one_row) == (EVIDENCE, "Evidence")
    assert Question(id="a", text="What?").rows == ()


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (Given(), False),
        (Given(value="low"), False),
        (Given(value="high"), True),
        (Given(many=("low", "high")), True),
        (Given(many=("low",)), False),
    ],
)
def test_what_hangs_on_an_answer_is_shown_with_that_answer_only(given: Given, shown: bool) -> None:
    question = Question.model_validate(
        {"id": "why", "text": "Why?", "shown_if": {"question": "risk", "answers": ["high"]}}
    )
    assert is_shown(question, {"risk": given}) is shown


def test_a_form_is_the_same_after_it_was_kept() -> None:
    text = """
id = "trial"
name = "Trial"
scales.risk = [{ id = "low", label = "Low", rank = 1 }]
[[sections]]
id = "all"
title = "All"
board = "adults"
[[sections.questions]]
id = "rated"
text = "How great is it?"
kind = "rating"
scale = "risk"
"""
    form = Form.model_validate(tomllib.loads(text))
    assert Form.model_validate(form.model_dump(mode="json")) == form
    assert form.for_boards(joint=False) == ()
    assert form.for_boards(joint=True) == form.sections
