"""Forms as Adaptive Cards, and what comes back of them."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.chat.filling import Filled, one_page, page_of_mistakes
from bot.teams.cards import DIALOG, TOLD, Pressed, read_press
from bot.teams.forms import (
    LEFT_EMPTY,
    MOST_TICKS,
    MOST_UNFILTERED,
    NOT_ALL,
    NOTHING,
    TO_LEAVE,
    as_form,
    pages,
    read_form,
)
from commands.conversation import LEAVE
from storage.records.message import Blank, Button, Choice, Message, Sheet
from tests.bot.slack.test_forms import sheets
from tests.bot.slack.words import Keeping, short, texts

from .cards_read import Card, buttons_of, checked, elements_of, inputs_of, sent_in, words_of

thorough = settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))

MOVE = Sheet(
    does="meeting.move",
    label="Show what moves",
    form={"in": "ours"},
    blanks=(
        Blank(name="group", label="Group", kind="choice", choices=(Choice(value="ex", label="Executive"),)),
        Blank(name="day", label="New day", kind="day", hint="Such as Fri 21 Jan."),
        Blank(name="because", label="Why", kind="text", needed=False),
    ),
)


def many(number: int) -> tuple[Choice, ...]:
    return tuple(Choice(value=f"v{each}", label=f"Choice {each}") for each in range(number))


def form(sheet: Sheet, *, text: str = "", title: str = "Move a meeting", **more: Any) -> Card:
    return checked(as_form(Message(title=title, text=text, sheet=sheet), keep=Keeping().keep, **more))


def one(**blank: Any) -> Sheet:
    return Sheet(does="a", label="Send", blanks=(Blank.model_validate({"name": "it", "label": "It", **blank}),))


def filled(sheet: Sheet, **typed: str) -> dict[str, str]:
    """What comes back of a form in which something was typed."""
    keeping = Keeping()
    card = checked(as_form(Message(title="T", text="", sheet=sheet), keep=keeping.keep))
    found = read_form(sent_in(card, typed), keeping.kept)
    assert found is not None
    return found.form


# For any form


@thorough
@given(sheet=sheets, title=short, text=texts)
@example(sheet=Sheet(does="a", label="", blanks=()), title="", text="")
@example(
    sheet=Sheet(
        does="a",
        label="b" * 900,
        form={"text": "long " * 900},
        blanks=tuple(
            Blank(name=f"b{n}", label="漢" * 2000, value="漢" * 3000, hint="漢" * 2000, problem="漢" * 2000)
            for n in range(4)
        ),
    ),
    title="é" * 9000,
    text="é" * 60_000,
)
def test_any_form_is_valid_and_small_and_comes_back_as_it_went(sheet: Sheet, title: str, text: str) -> None:
    keeping = Keeping()
    came_back: dict[str, str] = {}
    shown = pages(sheet)
    for number, page in enumerate(shown):
        message = Message(title=title, text=text, sheet=page)
        card = checked(as_form(message, page=number, of=len(shown), where=DIALOG, keep=keeping.keep))
        found = read_form(sent_in(card), keeping.kept)
        assert found is not None
        assert (found.does, found.page, found.of, found.where) == (sheet.does, number, len(shown), DIALOG)
        assert found.goes_on == (number + 1 < len(shown))
        came_back |= found.form
    assert [blank for page in shown for blank in page.blanks] == list(sheet.blanks)
    for blank in sheet.blanks:
        if not blank.value.strip():
            assert blank.name not in came_back
        elif blank.kind != "choice":
            assert came_back[blank.name] == blank.value
        elif blank.name in came_back:
            assert came_back[blank.name] in {blank.value, *(choice.value for choice in blank.choices)}
    names = {blank.name for blank in sheet.blanks}
    others = {name: value for name, value in came_back.items() if name not in names}
    assert others == {name: value for name, value in sheet.form.items() if name not in names}


@thorough
@given(choices=st.lists(st.builds(Choice, value=texts, label=short), min_size=1, max_size=8), data=st.data())
def test_each_answer_on_offer_comes_back_as_its_value(choices: list[Choice], data: st.DataObject) -> None:
    sheet = one(kind="choice", choices=tuple(choices))
    card = form(sheet)
    number = data.draw(st.integers(0, len(choices) - 1))
    value = inputs_of(card)["b.it"]["choices"][number]["value"]
    found = filled(sheet, it=value).get("it", "")
    assert found == (choices[number].value if choices[number].value.strip() else "")


@thorough
@given(typed=st.dictionaries(st.sampled_from(["group", "day", "because"]), texts))
def test_whatever_is_typed_comes_back_as_it_was_typed(typed: dict[str, str]) -> None:
    sheet = MOVE.model_copy(update={"blanks": tuple(b.model_copy(update={"kind": "text"}) for b in MOVE.blanks)})
    assert filled(sheet, **typed) == {"in": "ours"} | {name: value for name, value in typed.items() if value.strip()}


# Inputs


def test_every_blank_is_an_input_with_its_label_and_its_hint_in_it() -> None:
    found = inputs_of(form(MOVE))
    assert list(found) == ["b.group", "b.day", "b.because"]
    assert found["b.group"]["type"] == "Input.ChoiceSet" and found["b.group"]["style"] == "compact"
    assert found["b.day"]["type"] == found["b.because"]["type"] == "Input.Text"
    assert found["b.day"]["label"] == "New day\nSuch as Fri 21 Jan."
    assert found["b.because"]["isMultiline"] is True and "isMultiline" not in found["b.day"]


def test_no_date_is_worked_out_of_a_label_or_a_choice() -> None:
    dated = "{{TIME(2027-02-14T06:08:39Z)}}"
    card = form(one(label=dated, hint=dated, problem=dated, kind="choice", choices=(Choice(value="a", label=dated),)))
    assert "{{" not in json.dumps([element for element in elements_of(card) if element["type"] != "ActionSet"])


def test_what_is_needed_says_what_to_do_where_it_is_empty() -> None:
    found = inputs_of(form(MOVE))
    assert found["b.group"]["errorMessage"] == "Please choose one."
    assert found["b.day"]["errorMessage"] == "Please write something here."
    assert "isRequired" not in found["b.because"]
    ticks = inputs_of(form(one(kind="choices", choices=many(3))))["b.it"]
    assert ticks["errorMessage"] == "Please tick at least one."


@pytest.mark.parametrize("kind", ["day", "hour", "words", "number"])
def test_days_hours_and_numbers_are_typed(kind: str) -> None:
    assert inputs_of(form(one(kind=kind, value="Fri 21 Jan")))["b.it"]["value"] == "Fri 21 Jan"
    assert filled(one(kind=kind), it="next Friday, 3pm") == {"it": "next Friday, 3pm"}


def test_what_is_wrong_stands_right_above_its_input_in_words() -> None:
    card = form(one(kind="day", value="Fri 32 Jan", problem="There is no such day."))
    before, place = list(elements_of(card))[1:3]
    assert words_of([{"body": [before]}]) == ["Please look: There is no such day."]
    assert before["inlines"][0]["color"] == "attention"
    assert place["value"] == "Fri 32 Jan"


def test_few_choices_are_listed_and_many_can_be_searched() -> None:
    few = inputs_of(form(one(kind="choice", choices=many(MOST_UNFILTERED))))["b.it"]
    more = inputs_of(form(one(kind="choice", choices=many(MOST_UNFILTERED + 1))))["b.it"]
    assert (few["style"], more["style"]) == ("compact", "filtered")
    assert len(more["choices"]) == MOST_UNFILTERED + 1


def test_few_ticks_stand_in_the_open_and_many_are_chosen_from_a_list() -> None:
    few = inputs_of(form(one(kind="choices", value="v1,v3", choices=many(MOST_TICKS))))["b.it"]
    more = inputs_of(form(one(kind="choices", choices=many(MOST_TICKS + 1))))["b.it"]
    assert few["isMultiSelect"] is True and few["style"] == "expanded" and few["value"] == "v1,v3"
    assert more["isMultiSelect"] is True and more["style"] == "compact"
    assert filled(one(kind="choices", choices=many(4)), it="v0,v2") == {"it": "v0,v2"}


def test_a_choice_that_may_stay_empty_offers_that_too() -> None:
    sheet = one(kind="choice", value="v1", choices=many(3), needed=False)
    assert inputs_of(form(sheet))["b.it"]["choices"][-1] == {"title": LEFT_EMPTY, "value": NOTHING}
    assert filled(sheet) == {"it": "v1"}
    assert filled(sheet, it=NOTHING) == {}


def test_more_choices_than_a_card_holds_are_typed() -> None:
    assert inputs_of(form(one(kind="choice", choices=many(900))))["b.it"]["type"] == "Input.Text"


def test_answers_that_would_not_come_through_go_by_number() -> None:
    choices = (Choice(value="a,b", label="Both"), Choice(value="c", label="One"))
    place = inputs_of(form(one(kind="choice", value="c", choices=choices)))["b.it"]
    assert [choice["value"] for choice in place["choices"]] == ["#0", "#1"] and place["value"] == "#1"
    assert filled(one(kind="choice", choices=choices), it="#0") == {"it": "a,b"}
    assert filled(one(kind="choice", choices=choices), it="#7") == {}


def test_a_choice_typed_in_words_is_chosen_and_what_is_no_choice_is_told() -> None:
    assert inputs_of(form(one(kind="choice", value="choice 2", choices=many(3))))["b.it"]["value"] == "v2"
    card = form(one(kind="choice", value="Something else", choices=many(3)))
    assert "You wrote: Something else" in words_of([card])


def test_what_is_too_long_to_be_shown_is_kept_unless_something_else_is_written() -> None:
    sheet = one(kind="text", value="very long " * 900)
    assert any("longer than can be shown" in words for words in words_of([form(sheet)]))
    assert filled(sheet) == {"it": sheet.blanks[0].value}
    assert filled(sheet, it="short") == {"it": "short"}


def test_an_emptied_blank_is_left_out() -> None:
    assert filled(one(value="there"), it="") == {}


# The whole card


def test_a_form_is_sent_or_left_by_its_last_row() -> None:
    send, leave = buttons_of(form(MOVE))
    assert (send["title"], send["type"], send["style"]) == ("Show what moves", "Action.Submit", "positive")
    assert (leave["title"], leave["associatedInputs"]) == (TO_LEAVE, "none")
    assert read_press(leave["data"], Keeping().kept) == Pressed(LEAVE, {}, DIALOG)
    assert read_form(leave["data"], Keeping().kept) is None


def test_in_the_chat_a_form_is_sent_by_an_execute_with_its_verb() -> None:
    send, leave = buttons_of(form(MOVE, where=TOLD))
    assert (send["type"], send["verb"], leave["verb"]) == ("Action.Execute", "meeting.move", LEAVE)
    assert send["data"]["where"] == TOLD


def test_other_buttons_stand_above_and_send_nothing_that_was_typed() -> None:
    buttons = (
        Button(label="Wake people now", does="incident.wake"),
        Button(label="Move a meeting", does="meeting.move"),
    )
    card = checked(as_form(Message(title="T", text="", sheet=MOVE, buttons=buttons)))
    wake, send, leave = buttons_of(card)
    assert (wake["title"], wake["associatedInputs"]) == ("Wake people now", "none")
    assert send["data"]["convenor"]["does"] == "meeting.move" and leave["title"] == TO_LEAVE


def test_words_that_leave_no_room_for_the_form_are_told_to_be_more() -> None:
    card = form(MOVE, text="A line of words.\n" * 3000)
    assert NOT_ALL in words_of([card])
    assert list(inputs_of(card)) == ["b.group", "b.day", "b.because"]


def test_a_long_form_has_pages_that_carry_what_stands_on_the_others() -> None:
    blanks = tuple(Blank(name=f"n{n}", label=f"Number {n}", value=f"{n}") for n in range(90))
    sheet = Sheet(does="a", label="Send", blanks=blanks, form={"in": "ours"})
    sheets_ = pages(sheet)
    assert len(sheets_) > 2
    keeping = Keeping()
    page = one_page(sheet, sheets_, 1)
    card = checked(as_form(Message(title="T", text="", sheet=page), page=1, of=len(sheets_), keep=keeping.keep))
    assert f"Page 2 of {len(sheets_)}" in words_of([card])
    assert buttons_of(card)[0]["title"] == "Go on"
    first = page.blanks[0].name
    found = read_form(sent_in(card, {first: "another"}), keeping.kept)
    assert found is not None and found.goes_on and found.page == 1
    assert found.form == {"in": "ours", **{blank.name: blank.value for blank in blanks}, first: "another"}


def test_mistakes_are_looked_for_page_by_page() -> None:
    fine, wrong = one(value="x"), one(problem="No.")
    assert page_of_mistakes([fine, wrong, wrong]) == 1
    assert page_of_mistakes([fine, fine]) == 1


def test_what_is_no_form_is_refused() -> None:
    with pytest.raises(ValueError, match="as_cards"):
        as_form(Message(title="T", text=""))
    blanks = tuple(Blank(name=f"n{n}", label="N") for n in range(90))
    with pytest.raises(ValueError, match="too long for one card"):
        as_form(Message(title="T", text="", sheet=Sheet(does="a", label="Send", blanks=blanks)))


CARRIED = {"does": "a", "form": {}, "page": 0, "of": 1, "blanks": ["it"]}


def test_what_was_carried_is_read() -> None:
    found = read_form({"convenor": CARRIED, "where": "dialog", "b.it": "x"}, Keeping().kept)
    assert found == Filled("a", {"it": "x"}, 0, 1, "dialog")


@pytest.mark.parametrize(
    "data",
    [
        None, [], {}, {"convenor": {"does": "a", "form": {}}}, {"convenor": {**CARRIED, "page": "0"}},
        {"convenor": {**CARRIED, "form": {"a": 1}}}, {"convenor": {**CARRIED, "blanks": "it"}},
        {"convenor": {**CARRIED, "stands": {"it": 3}}}, {"convenor": {**CARRIED, "numbered": {"it": "abc"}}},
        {"convenor": {**CARRIED, "numbered": []}}, {"convenor": {"kept": "nothing"}},
    ],
)  # fmt: skip
def test_what_is_not_ours_is_no_form(data: object) -> None:
    assert read_form(data, Keeping().kept) is None


@pytest.mark.parametrize("value", [None, 3, True, ["x"], {"x": "y"}, NOTHING, "  "])
def test_a_value_that_is_no_text_is_no_value(value: object) -> None:
    found = read_form({"convenor": CARRIED, "b.it": value}, Keeping().kept)
    assert found is not None and found.form == {}


def test_half_a_character_becomes_the_sign_for_that() -> None:
    found = read_form({"convenor": CARRIED, "b.it": "a\ud800"}, Keeping().kept)
    assert found is not None and found.form == {"it": "a\ufffd"}
