"""Forms as Slack's views, what comes back of them, and answers in their place."""

import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.slack.blocks import read_button
from bot.slack.forms import Filled, as_answer_modal, as_modal, carry, errors_for, pages, read_modal
from storage.records.message import Blank, Button, Choice, Message, MessageField, Moment, Sheet
from tests.bot.slack.words import (
    Keeping,
    buttons_of,
    forms,
    letters,
    messages,
    said_by,
    short,
    small_words_of,
    texts,
    words_of,
)
from tests.standins.slack.limits import check_view

thorough = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))

kinds = st.sampled_from(("day", "hour", "words", "text", "number", "choice"))
choices = st.one_of(
    st.lists(st.builds(Choice, value=st.one_of(st.text(max_size=8), texts), label=short), max_size=8),
    st.integers(90, 350).map(lambda many: [Choice(value=f"v{n}", label=f"Choice {n}") for n in range(many)]),
).map(tuple)
blanks = st.builds(
    Blank,
    name=st.text("abcdefghij-", min_size=1, max_size=20),
    label=short,
    kind=kinds,
    value=st.one_of(st.just(""), texts, st.just("v7")),
    hint=short,
    problem=st.one_of(st.just(""), texts),
    needed=st.booleans(),
    choices=choices,
)
sheets = st.builds(
    Sheet,
    does=st.text(min_size=1, max_size=20),
    label=short,
    form=forms,
    blanks=st.lists(blanks, max_size=12, unique_by=lambda blank: blank.name).map(tuple),
)


def sent_in(view: dict[str, Any], typed: dict[str, str] | None = None) -> dict[str, Any]:
    """The view as Slack sends it in: what was typed (or chosen, by its words), else what stood there."""
    values: dict[str, Any] = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            place, name = block["element"], block["block_id"]
            said = (typed or {}).get(name)
            if place["type"] == "static_select":
                option = place.get("initial_option")
                if said is not None:
                    option = next(each for each in options_of(place) if each["text"]["text"] == said)
                state = {"type": "static_select", "selected_option": option}
            else:
                state = {"type": place["type"], "value": said if said is not None else place.get("initial_value")}
            values[name] = {place["action_id"]: state}
    return {**view, "state": {"values": values}}


def options_of(place: dict[str, Any]) -> list[dict[str, Any]]:
    groups = place.get("option_groups") or [{"options": place["options"]}]
    return [option for group in groups for option in group["options"]]


def inputs_of(view: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {block["block_id"]: block for block in view["blocks"] if block["type"] == "input"}


def modal(sheet: Sheet, *, text: str = "", title: str = "Move a meeting", **more: Any) -> dict[str, Any]:
    message = Message(title=title, text=text, sheet=sheet)
    view = as_modal(message, meta=carry(sheet, Keeping().keep), **more)
    check_view(view, "modal")
    return view


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


# For any form


@thorough
@given(sheet=sheets, title=short, text=texts)
@example(sheet=Sheet(does="a", label="", blanks=()), title="", text="")
@example(
    sheet=Sheet(
        does="a",
        label="b",
        blanks=tuple(Blank(name=f"b{n}", label="é" * 2000, value="é" * 3000, hint="é" * 2000) for n in range(60)),
    ),
    title="é" * 9000,
    text="é" * 100_000,
)
def test_any_form_keeps_all_limits_and_comes_back_as_it_went(sheet: Sheet, title: str, text: str) -> None:
    keeping = Keeping()
    came_back: dict[str, str] = {}
    shown = pages(sheet)
    for number, page in enumerate(shown):
        message = Message(title=title, text=text, sheet=page)
        view = as_modal(message, meta=carry(page, keeping.keep, number), page=number, of=len(shown))
        check_view(view, "modal")
        filled = read_modal(sent_in(view), keeping.kept)
        assert filled is not None and (filled.does, filled.page) == (sheet.does, number)
        came_back |= filled.form
    assert [blank for page in shown for blank in page.blanks] == list(sheet.blanks)
    for blank in sheet.blanks:
        if not blank.value.strip():
            assert blank.name not in came_back
        elif blank.kind != "choice":
            assert came_back[blank.name] == blank.value
        elif blank.name in came_back:
            assert came_back[blank.name] in {blank.value, *(choice.value for choice in blank.choices)}
    names = {blank.name for blank in sheet.blanks}
    assert {k: v for k, v in came_back.items() if k not in names} == {
        k: v for k, v in sheet.form.items() if k not in names
    }


@thorough
@given(choices=choices.filter(bool), data=st.data())
def test_each_answer_on_offer_comes_back_as_its_value(choices: tuple[Choice, ...], data: st.DataObject) -> None:
    keeping = Keeping()
    blank = Blank(name="which", label="Which", kind="choice", choices=choices)
    sheet = Sheet(does="a", label="Send", blanks=(blank,))
    view = as_modal(Message(title="T", text="", sheet=sheet), meta=carry(sheet, keeping.keep))
    place = inputs_of(view)["which"]["element"]
    number = data.draw(st.integers(0, len(choices) - 1))
    option = options_of(place)[number]
    values = {"which": {place["action_id"]: {"type": "static_select", "selected_option": option}}}
    filled = read_modal({**view, "state": {"values": values}}, keeping.kept)
    value = choices[number].value
    assert filled is not None and filled.form == ({"which": value} if value.strip() else {})


@thorough
@given(view=st.fixed_dictionaries({}, optional={"private_metadata": st.none() | st.text(), "state": st.none()}))
@example(view={"private_metadata": '{"does":"a","form":{"b":1},"page":0}'})
@example(view={"private_metadata": '{"does":"a","form":{}}'})
@example(view={"private_metadata": '{"does":"a","form":{},"page":"0"}'})
@example(view={"private_metadata": '{"kept":"gone"}'})
def test_what_is_no_form_of_ours_is_not_read(view: dict[str, Any]) -> None:
    assert read_modal(view, {}.get) is None


# How a form looks


def test_a_form_has_its_title_its_labels_and_a_way_to_leave_it() -> None:
    view = modal(MOVE, text="The Executive meets on Fri 15 Jan.")
    assert (view["title"]["text"], view["submit"]["text"], view["close"]["text"], view["callback_id"]) == (
        "Move a meeting",
        "Show what moves",
        "Leave it",
        "convenor-form",
    )
    assert words_of(view["blocks"]) == ["The Executive meets on Fri 15 Jan."]
    inputs = inputs_of(view)
    assert [(i["label"]["text"], i["element"]["type"], i["optional"]) for i in inputs.values()] == [
        ("Group", "static_select", False),
        ("New day", "plain_text_input", False),
        ("Why", "plain_text_input", True),
    ]
    assert inputs["day"]["hint"]["text"] == "Such as Fri 21 Jan."
    assert [inputs[name]["element"]["multiline"] for name in ("day", "because")] == [False, True]


def test_a_title_too_long_for_a_view_stands_whole_inside() -> None:
    view = modal(MOVE, title="Record that the minutes of a meeting are out")
    assert view["title"]["text"] == "Record that the minutes…"
    assert words_of(view["blocks"]) == ["Record that the minutes of a meeting are out"]
    assert not words_of(modal(MOVE, title="Enter somebody in a post")["blocks"])
    assert modal(MOVE, title="Named elsewhere as this is")["title"]["text"] == "Named elsewhere as this…"


def test_what_is_wrong_with_a_draft_stands_right_above_its_blank() -> None:
    wrong = MOVE.blanks[1].model_copy(update={"value": "31 Feb", "problem": "There is no such day."})
    view = modal(MOVE.model_copy(update={"blanks": (MOVE.blanks[0], wrong)}))
    assert [block["type"] for block in view["blocks"]] == ["input", "context", "input"]
    assert small_words_of(view["blocks"]) == ["Please look: There is no such day."]
    assert inputs_of(view)["day"]["element"]["initial_value"] == "31 Feb"


@pytest.mark.parametrize("value", ["ex", "EXECUTIVE", " executive "])
def test_a_choice_stands_as_it_was_chosen_or_typed(value: str) -> None:
    view = modal(MOVE.model_copy(update={"blanks": (MOVE.blanks[0].model_copy(update={"value": value}),)}))
    assert inputs_of(view)["group"]["element"]["initial_option"]["value"] == "ex"


def test_what_was_typed_and_is_not_on_offer_is_said_above_the_choice() -> None:
    view = modal(MOVE.model_copy(update={"blanks": (MOVE.blanks[0].model_copy(update={"value": "exec"}),)}))
    assert small_words_of(view["blocks"]) == ["You wrote: exec"]
    assert "initial_option" not in inputs_of(view)["group"]["element"]


def test_more_than_a_hundred_choices_stand_in_groups() -> None:
    many = tuple(Choice(value=f"g{n}", label=f"Group {n}") for n in range(250))
    view = modal(Sheet(does="a", label="b", blanks=(Blank(name="g", label="G", kind="choice", choices=many),)))
    groups = inputs_of(view)["g"]["element"]["option_groups"]
    assert [(group["label"]["text"], len(group["options"])) for group in groups] == [
        ("1 to 100", 100),
        ("101 to 200", 100),
        ("201 to 250", 50),
    ]


@pytest.mark.parametrize("choices", [(), tuple(Choice(value=f"g{n}", label="Group " * 12) for n in range(900))])
def test_a_choice_of_nothing_or_of_more_than_a_view_holds_is_typed(choices: tuple[Choice, ...]) -> None:
    blank = Blank(name="g", label="G", kind="choice", choices=choices, value="g3")
    place = inputs_of(modal(Sheet(does="a", label="b", blanks=(blank,))))["g"]["element"]
    assert (place["type"], place["initial_value"]) == ("plain_text_input", "g3")


def test_a_text_too_long_for_its_blank_is_kept_unless_something_else_is_written() -> None:
    keeping = Keeping()
    long = "What was promised. " * 300
    sheet = Sheet(does="report", label="Send", blanks=(Blank(name="said", label="Said", kind="text", value=long),))
    view = as_modal(Message(title="T", text="", sheet=sheet), meta=carry(sheet, keeping.keep))
    assert "It begins: What was promised." in small_words_of(view["blocks"])[0]
    assert inputs_of(view)["said"]["optional"] is True
    assert read_modal(sent_in(view), keeping.kept) == Filled("report", {"said": long})
    assert read_modal(sent_in(view, {"said": "Done."}), keeping.kept) == Filled("report", {"said": "Done."})


def test_places_of_two_forms_are_never_the_same_so_that_one_does_not_fill_the_other() -> None:
    other = MOVE.model_copy(update={"does": "meeting.cancel"})
    places = [inputs_of(modal(sheet))["group"]["element"]["action_id"] for sheet in (MOVE, other)]
    assert places[0] != places[1]


# What comes back


def test_what_is_filled_in_comes_back_with_what_the_form_carried() -> None:
    view = modal(MOVE)
    typed = sent_in(view, {"group": "Executive", "day": "Fri 21 Jan", "because": "  "})
    assert read_modal(typed, {}.get) == Filled("meeting.move", {"in": "ours", "group": "ex", "day": "Fri 21 Jan"}, 0)


def test_a_blank_that_was_emptied_does_not_get_back_what_the_form_held_for_it() -> None:
    view = modal(MOVE.model_copy(update={"form": {"because": "Half-term", "in": "ours"}}))
    assert read_modal(sent_in(view, {"because": ""}), {}.get) == Filled("meeting.move", {"in": "ours"}, 0)


def test_what_a_form_cannot_carry_is_kept_or_refused_but_not_lost() -> None:
    sheet = MOVE.model_copy(update={"form": {"line": "x" * 4000}})
    keeping = Keeping()
    assert json.loads(carry(sheet, keeping.keep)) == {"kept": "token-0"}
    with pytest.raises(ValueError, match="nowhere to keep it"):
        carry(sheet)
    assert json.loads(carry(MOVE, page=2)) == {"does": "meeting.move", "form": {"in": "ours"}, "page": 2}


def test_what_is_wrong_is_said_beside_the_blanks_of_the_open_form() -> None:
    wrong = MOVE.blanks[1].model_copy(update={"problem": "There is no such day."})
    sheet = MOVE.model_copy(update={"blanks": (MOVE.blanks[0], wrong)})
    message = Message(title="Move a meeting", text="", sheet=sheet)
    assert errors_for(message) == {"day": "There is no such day."}
    assert errors_for(message, {"group", "day"}) == {"day": "There is no such day."}
    assert errors_for(message, {"group"}) is None
    assert errors_for(message.model_copy(update={"text": "The year is closed."})) is None
    assert errors_for(message.model_copy(update={"sheet": MOVE})) is None
    assert errors_for(message.model_copy(update={"sheet": None})) is None


# Pages


def test_a_long_form_is_shown_in_pages_and_sent_on_with_go_on() -> None:
    long = Sheet(does="a", label="Send", blanks=tuple(Blank(name=f"q{n}", label=f"Question {n}") for n in range(95)))
    shown = pages(long)
    assert [(len(page.blanks), page.label) for page in shown] == [(40, "Go on"), (40, "Go on"), (15, "Send")]
    assert small_words_of(modal(shown[1], page=1, of=3)["blocks"]) == ["Page 2 of 3"]
    assert [len(page.blanks) for page in pages(long, 50)] == [50, 45]
    assert pages(MOVE) == [MOVE]
    with pytest.raises(ValueError, match="pages"):
        modal(long)


def test_a_form_full_of_mistakes_has_shorter_pages() -> None:
    blanks = tuple(Blank(name=f"q{n}", label="Q", problem="This is needed.") for n in range(40))
    assert [len(page.blanks) for page in pages(Sheet(does="a", label="Send", blanks=blanks))] == [30, 10]


def test_a_message_without_a_form_and_a_blank_without_a_name_are_refused() -> None:
    with pytest.raises(ValueError, match="as_answer_modal"):
        as_modal(Message(title="T", text=""), meta="")
    with pytest.raises(ValueError, match="255"):
        modal(Sheet(does="a", label="b", blanks=(Blank(name="x" * 256, label="X"),)))


# Answers


@thorough
@given(message=messages, leaves=st.booleans())
@example(message=Message(title="T", text="word " * 70_000), leaves=False)
@example(message=Message(title="", text=""), leaves=True)
@example(message=Message(title="The Executive meets.", text="The Executive meets."), leaves=False)
def test_any_answer_is_a_view_within_limits_or_announced_by_one(message: Message, leaves: bool) -> None:
    keeping = Keeping()
    buttons = (*message.buttons[:1], Button(label="Leave it", does="leave")) if leaves else message.buttons
    message = message.model_copy(update={"buttons": buttons})
    answer = as_answer_modal(message, keep=keeping.keep)
    check_view(answer.view, "modal")
    if answer.rest is not None:
        assert answer.rest == message
        assert "comes to you as a message" in words_of(answer.view["blocks"])[0]
        return
    title = letters(message.title)
    stands_above = letters(answer.view["title"]["text"]) == title
    said = said_by(message).removeprefix(title) if stands_above else said_by(message)
    assert letters(*words_of(answer.view["blocks"])).startswith(said)
    carried = [button["value"] for button in buttons_of(answer.view["blocks"])]
    if "submit" in answer.view:
        assert not carried
        carried = [answer.view["private_metadata"]]
        buttons = buttons[:1]
    assert [read_button(value, keeping.kept) for value in carried] == [(button.does, button.form) for button in buttons]


def test_a_question_with_one_way_on_and_one_out_has_them_as_the_views_own_buttons() -> None:
    message = Message(
        title="This is what would change",
        text="- SOG follows",
        fields=(MessageField(label="Was", value="15 Jan"),),
        buttons=(
            Button(label="Confirm move", does="meeting.move", form={"sure": "yes"}),
            Button(label="Leave it", does="leave"),
        ),
    )
    view = as_answer_modal(message).view
    assert (view["callback_id"], view["submit"]["text"], view["close"]["text"]) == (
        "convenor-press",
        "Confirm move",
        "Leave it",
    )
    assert read_button(view["private_metadata"], {}.get) == ("meeting.move", {"sure": "yes"})
    assert words_of(view["blocks"]) == ["This is what would change", "- SOG follows", "Was\n15 Jan"]
    assert not buttons_of(view["blocks"])


def test_other_buttons_stand_in_the_view() -> None:
    message = Message(title="Done", text="", buttons=(Button(label="Undo", does="undo"),))
    view = as_answer_modal(message).view
    assert "submit" not in view and view["close"]["text"] == "Close"
    assert [button["text"]["text"] for button in buttons_of(view["blocks"])] == ["Undo"]


def test_what_a_views_own_button_cannot_carry_is_kept() -> None:
    keeping = Keeping()
    form = {"line": "x" * 4000}
    buttons = (Button(label="Do it", does="a", form=form), Button(label="Leave it", does="leave"))
    view = as_answer_modal(Message(title="T", text="Sure?", buttons=buttons), keep=keeping.keep).view
    assert read_button(view["private_metadata"], keeping.kept) == ("a", form)


def test_times_are_told_by_the_readers_clock_in_views_too() -> None:
    at = datetime(2027, 1, 15, 10, tzinfo=UTC)
    message = Message(title="T", text="It is at 10:00.", times=(Moment(words="10:00", at=at),))
    where = {"zone": ZoneInfo("Europe/London"), "reader": "Europe/Madrid"}
    told = ["It is at 10:00 (where you are: Fri 15 Jan 2027, 11:00)."]
    assert words_of(as_answer_modal(message, **where).view["blocks"]) == told
    with_form = as_modal(message.model_copy(update={"sheet": MOVE}), meta=carry(MOVE), **where)
    assert words_of(with_form["blocks"]) == told
