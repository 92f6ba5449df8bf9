"""Slack's limits on blocks and views: each is kept at its edge and refused one beyond, with the place."""

from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.standins.slack import Person, blocks_wrong, view_wrong

Json = dict[str, Any]


Row = tuple[str, Json, Json, str]
"""What is limited, what just keeps it, what just does not, and where."""


def rows(table: list[Row]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(("good", "bad", "place"), [row[1:] for row in table], ids=[row[0] for row in table])


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def button(label: str = "Done", **more: Any) -> Json:
    return {"type": "button", "text": plain(label), **more}


def option(number: int = 0, label: str = "", **more: Any) -> Json:
    return {"text": plain(label or f"Option {number}"), "value": str(number), **more}


def select(count: int = 1, **more: Any) -> Json:
    return {"type": "static_select", "options": [option(number) for number in range(count)], **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def section(text: str = "Words", **more: Any) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def field(element: Json, **more: Any) -> Json:
    return {"type": "input", "label": plain("Question"), "element": element, **more}


def written(**more: Any) -> Json:
    return {"type": "plain_text_input", **more}


def modal(*blocks: Json, **more: Any) -> Json:
    return {"type": "modal", "title": plain("Title"), "submit": plain("Send"), "blocks": list(blocks), **more}


IN_MESSAGES: list[Row] = [
    ("section text", section("x" * 3000), section("x" * 3001), "/blocks/0/text/text"),
    ("section empty", section("x"), section(""), "/blocks/0/text/text"),
    ("section bare", section(), {"type": "section"}, "/blocks/0"),
    (
        "fields",
        {"type": "section", "fields": [plain("x")] * 10},
        {"type": "section", "fields": [plain("x")] * 11},
        "/blocks/0/fields",
    ),
    (
        "field text",
        {"type": "section", "fields": [plain("x" * 2000)]},
        {"type": "section", "fields": [plain("x" * 2001)]},
        "/blocks/0/fields/0/text",
    ),
    (
        "header",
        {"type": "header", "text": plain("x" * 150)},
        {"type": "header", "text": plain("x" * 151)},
        "/blocks/0/text/text",
    ),
    (
        "header kind",
        {"type": "header", "text": plain("x")},
        {"type": "header", "text": {"type": "mrkdwn", "text": "x"}},
        "/blocks/0/text/type",
    ),
    (
        "context",
        {"type": "context", "elements": [plain("x")] * 10},
        {"type": "context", "elements": [plain("x")] * 11},
        "/blocks/0/elements",
    ),
    ("actions", actions(*[button()] * 25), actions(*[button()] * 26), "/blocks/0/elements"),
    ("no actions", actions(button()), actions(), "/blocks/0/elements"),
    ("button text", actions(button("x" * 75)), actions(button("x" * 76)), "/blocks/0/elements/0/text/text"),
    (
        "button value",
        actions(button(value="x" * 2000)),
        actions(button(value="x" * 2001)),
        "/blocks/0/elements/0/value",
    ),
    (
        "action_id",
        actions(button(action_id="x" * 255)),
        actions(button(action_id="x" * 256)),
        "/blocks/0/elements/0/action_id",
    ),
    (
        "action_id twice",
        actions(button(action_id="a"), button(action_id="b")),
        actions(button(action_id="a"), button(action_id="a")),
        "/blocks/0",
    ),
    ("style", actions(button(style="danger")), actions(button(style="warning")), "/blocks/0/elements/0/style"),
    (
        "confirm",
        actions(button(confirm={k: plain("x" * 30) for k in ("title", "text", "confirm", "deny")})),
        actions(button(confirm={k: plain("x" * 31) for k in ("title", "text", "confirm", "deny")})),
        "/blocks/0/elements/0/confirm/confirm/text",
    ),
    ("options", actions(select(100)), actions(select(101)), "/blocks/0/elements/0/options"),
    ("no options", actions(select(1)), actions(select(0)), "/blocks/0/elements/0/options"),
    (
        "option text",
        actions(select(options=[option(label="x" * 75)])),
        actions(select(options=[option(label="x" * 76)])),
        "/blocks/0/elements/0/options/0/text/text",
    ),
    (
        "option value",
        actions(select(options=[option() | {"value": "x" * 150}])),
        actions(select(options=[option() | {"value": "x" * 151}])),
        "/blocks/0/elements/0/options/0/value",
    ),
    (
        "option description",
        actions(select(options=[option(description=plain("x" * 75))])),
        actions(select(options=[option(description=plain("x" * 76))])),
        "/blocks/0/elements/0/options/0/description/text",
    ),
    (
        "initial option",
        actions(select(3, initial_option=option(2))),
        actions(select(3, initial_option=option(3))),
        "/blocks/0/elements/0/initial_option",
    ),
    (
        "groups",
        actions({"type": "static_select", "option_groups": [{"label": plain("x" * 75), "options": [option()]}] * 100}),
        actions({"type": "static_select", "option_groups": [{"label": plain("x"), "options": [option()]}] * 101}),
        "/blocks/0/elements/0/option_groups",
    ),
    (
        "group label",
        actions({"type": "static_select", "option_groups": [{"label": plain("x" * 75), "options": [option()]}]}),
        actions({"type": "static_select", "option_groups": [{"label": plain("x" * 76), "options": [option()]}]}),
        "/blocks/0/elements/0/option_groups/0/label/text",
    ),
    ("block_id", section(block_id="x" * 255), section(block_id="x" * 256), "/blocks/0/block_id"),
    ("kind", section(), {"type": "carousel"}, "/blocks/0/type"),
    ("input", section(), field(written()), "/blocks/0/type"),
    ("written in actions", actions(button()), actions(written()), "/blocks/0/elements/0/type"),
    ("accessory", section(accessory=button()), section(accessory=written()), "/blocks/0/accessory/type"),
]


@pytest.mark.parametrize(
    ("good", "bad", "place"), [row[1:] for row in IN_MESSAGES], ids=[row[0] for row in IN_MESSAGES]
)
def test_a_limit_of_blocks_in_messages_is_kept(good: Json, bad: Json, place: str) -> None:
    assert blocks_wrong([good], "message") == []
    assert any(wrong.endswith(f"[json-pointer:{place}]") for wrong in blocks_wrong([bad], "message"))


IN_MODALS: list[Row] = [
    ("label", field(written(), label=plain("x" * 2000)), field(written(), label=plain("x" * 2001)), "label/text"),
    ("hint", field(written(), hint=plain("x" * 2000)), field(written(), hint=plain("x" * 2001)), "hint/text"),
    ("max_length", field(written(max_length=3000)), field(written(max_length=3001)), "element/max_length"),
    (
        "initial_value",
        field(written(initial_value="x" * 3000)),
        field(written(initial_value="x" * 3001)),
        "element/initial_value",
    ),
    (
        "initial_value within max_length",
        field(written(initial_value="xxx", max_length=3)),
        field(written(initial_value="xxxx", max_length=3)),
        "element/initial_value",
    ),
    (
        "placeholder",
        field(written(placeholder=plain("x" * 150))),
        field(written(placeholder=plain("x" * 151))),
        "element/placeholder/text",
    ),
    (
        "checkboxes",
        field({"type": "checkboxes", "options": [option(n) for n in range(10)]}),
        field({"type": "checkboxes", "options": [option(n) for n in range(11)]}),
        "element/options",
    ),
    (
        "radio buttons",
        field({"type": "radio_buttons", "options": [option(n) for n in range(10)]}),
        field({"type": "radio_buttons", "options": [option(n) for n in range(11)]}),
        "element/options",
    ),
    (
        "initial options",
        field(select(2, type="multi_static_select", initial_options=[option(1)])),
        field(select(2, type="multi_static_select", initial_options=[option(2)])),
        "element/initial_options",
    ),
    (
        "date",
        field({"type": "datepicker", "initial_date": "2027-01-31"}),
        field({"type": "datepicker", "initial_date": "31.1.2027"}),
        "element/initial_date",
    ),
    (
        "time",
        field({"type": "timepicker", "initial_time": "09:30"}),
        field({"type": "timepicker", "initial_time": "9.30"}),
        "element/initial_time",
    ),
    (
        "number",
        field({"type": "number_input", "is_decimal_allowed": False}),
        field({"type": "number_input"}),
        "element/is_decimal_allowed",
    ),
    ("button as input", field(select(1)), field(button()), "element/type"),
]


@rows(IN_MODALS)
def test_a_limit_of_inputs_is_kept(good: Json, bad: Json, place: str) -> None:
    assert view_wrong(modal(good)) == []
    assert any(wrong.endswith(f"[json-pointer:/blocks/0/{place}]") for wrong in view_wrong(modal(bad)))


VIEWS: list[Row] = [
    ("title", modal(title=plain("x" * 24)), modal(title=plain("x" * 25)), "/title/text"),
    ("submit", modal(submit=plain("x" * 24)), modal(submit=plain("x" * 25)), "/submit/text"),
    ("close", modal(close=plain("x" * 24)), modal(close=plain("x" * 25)), "/close/text"),
    ("metadata", modal(private_metadata="x" * 3000), modal(private_metadata="x" * 3001), "/private_metadata"),
    ("callback_id", modal(callback_id="x" * 255), modal(callback_id="x" * 256), "/callback_id"),
    ("blocks", modal(*[section()] * 100), modal(*[section()] * 101), "/blocks"),
    (
        "submit is needed",
        modal(field(written())),
        {k: v for k, v in modal(field(written())).items() if k != "submit"},
        "/submit",
    ),
    (
        "one focus",
        modal(field(written(focus_on_load=True)), field(written())),
        modal(field(written(focus_on_load=True)), field(written(focus_on_load=True))),
        "/blocks",
    ),
    ("home", {"type": "home", "blocks": [section()]}, {"type": "home", "blocks": [], "title": plain("x")}, "/"),
    (
        "home blocks",
        {"type": "home", "blocks": [section()] * 100},
        {"type": "home", "blocks": [section()] * 101},
        "/blocks",
    ),
    (
        "block ids",
        modal(section(block_id="a"), section(block_id="b")),
        modal(section(block_id="a"), section(block_id="a")),
        "/blocks",
    ),
]


@rows(VIEWS)
def test_a_limit_of_views_is_kept(good: Json, bad: Json, place: str) -> None:
    assert view_wrong(good) == []
    assert any(wrong.endswith(f"[json-pointer:{place}]") for wrong in view_wrong(bad))


def test_fifty_blocks_make_a_message_and_fifty_one_do_not() -> None:
    divider = {"type": "divider"}
    assert blocks_wrong([divider] * 50, "message") == []
    assert blocks_wrong([divider] * 51, "message") == ["no more than 50 items allowed [json-pointer:/blocks]"]


def test_a_refused_message_names_the_places(client: WebClient, nurse: Person) -> None:
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel=nurse.id, text="Words", blocks=[section(), section("x" * 3001)])
    assert caught.value.response["error"] == "invalid_blocks"
    assert caught.value.response["response_metadata"]["messages"] == [
        "[ERROR] must be less than 3001 characters [json-pointer:/blocks/1/text/text]"
    ]
    assert nurse.sees() == []


def test_all_blocks_together_may_not_be_too_long(client: WebClient, nurse: Person) -> None:
    client.chat_postMessage(channel=nurse.id, text="Words", blocks=[section("x" * 3000)] * 4)
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel=nurse.id, text="Words", blocks=[section("x" * 3000)] * 5)
    assert caught.value.response["error"] == "msg_blocks_too_long"


def test_a_home_of_more_than_250_kilobytes_is_refused(client: WebClient, nurse: Person) -> None:
    fields = [plain("x" * 2000)] * 10
    blocks = [{"type": "section", "fields": fields}] * 13
    with pytest.raises(SlackApiError) as caught:
        client.views_publish(user_id=nurse.id, view={"type": "home", "blocks": blocks})
    assert caught.value.response["error"] == "view_too_large"
    client.views_publish(user_id=nurse.id, view={"type": "home", "blocks": blocks[:12]})
