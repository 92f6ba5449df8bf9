"""Modals at the stand-in Slack and a real Bolt app: opened, filled in, answered with errors, stacked, closed."""

from collections.abc import Callable
from typing import Any

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.standins.conftest import Connect, a_bolt_app, hang_up
from tests.standins.slack import Person, StandIn, Workspace, rendered

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def button(label: str, action_id: str, value: str = "1", **more: Any) -> Json:
    return {"type": "button", "text": plain(label), "action_id": action_id, "value": value, **more}


def a_modal(*blocks: Json, title: str = "Form", callback_id: str = "form", **more: Any) -> Json:
    ends = {"submit": plain("Send in"), "close": plain("Not now")}
    return {
        "type": "modal",
        "title": plain(title),
        "callback_id": callback_id,
        "blocks": list(blocks),
        **ends,
        **more,
    }


def asks(block_id: str, label: str, element: Json, **more: Any) -> Json:
    element = {"action_id": "value", **element}
    return {"type": "input", "block_id": block_id, "label": plain(label), "element": element, **more}


QUESTIONS = (
    asks("day", "Day", {"type": "datepicker", "initial_date": "2027-01-14"}),
    asks("why", "Why", {"type": "plain_text_input", "max_length": 20}, hint=plain("In a few words")),
    asks(
        "room",
        "Room",
        {
            "type": "static_select",
            "options": [{"text": plain(label), "value": label[:1].lower()} for label in ("Aspen", "Birch")],
        },
        optional=True,
    ),
)


@pytest.fixture
def app(standin: StandIn, workspace: Workspace) -> App:
    standin.burst = 100
    return a_bolt_app(standin, workspace)


def opens(app: App, view: Json) -> list[Json]:
    """An app that opens this view at a command; gives the list of the responses."""
    opened: list[Json] = []

    @app.command("/convenor")
    def open_it(ack: Callable[..., None], command: Json, client: WebClient) -> None:
        opened.append(dict(client.views_open(trigger_id=command["trigger_id"], view=view).data))
        ack()

    return opened


def test_a_modal_is_filled_in_and_sent_with_what_was_there_at_first(app: App, connect: Connect, nurse: Person) -> None:
    opens(app, a_modal(*QUESTIONS))
    sent = []

    @app.view("form")
    def takes(ack: Callable[..., None], view: Json) -> None:
        sent.append(view["state"]["values"])
        ack()

    connect(app)
    modal = nurse.types_command("/convenor").modal
    assert rendered(modal) == "Form\nDay: 2027-01-14\nWhy:\nIn a few words\nRoom:\n[Send in] [Not now]"
    answer = nurse.submits(modal, {"why": "The chair is away", "Room": "Birch"})
    assert answer.acknowledged and nurse.modals() == []
    (values,) = sent
    assert values["day"]["value"]["selected_date"] == "2027-01-14"
    assert values["why"]["value"]["value"] == "The chair is away"
    assert values["room"]["value"]["selected_option"]["value"] == "b"


def test_slacks_own_client_refuses_what_is_required_or_too_long(app: App, connect: Connect, nurse: Person) -> None:
    opens(app, a_modal(*QUESTIONS))
    connect(app)
    modal = nurse.types_command("/convenor").modal
    assert nurse.submits(modal).refused == {"why": "Please complete this required field."}
    assert "why" in nurse.submits(modal, {"why": "x" * 21}).refused
    assert "Must be no longer" in rendered(modal)
    with pytest.raises(AssertionError, match="not offered"):
        nurse.submits(modal, {"room": "Cedar"})


def test_errors_stand_beside_their_inputs_and_nothing_typed_is_lost(app: App, connect: Connect, nurse: Person) -> None:
    opens(app, a_modal(*QUESTIONS))
    sent = []

    @app.view("form")
    def takes(ack: Callable[..., None], view: Json) -> None:
        sent.append(view["state"]["values"]["why"]["value"]["value"])
        if len(sent) == 1:
            ack(response_action="errors", errors={"day": "That is a Sunday."})
        else:
            ack()

    connect(app)
    modal = nurse.types_command("/convenor").modal
    answer = nurse.submits(modal, {"why": "Because"})
    assert answer.errors == {"day": "That is a Sunday."} and "That is a Sunday." in rendered(modal)
    nurse.submits(modal, {"day": "2027-01-15"})
    assert sent == ["Because", "Because"] and nurse.modals() == []


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"nowhere": "Words"}},
        {"response_action": "errors", "errors": {}},
        {"response_action": "shout"},
        {"response_action": "update", "view": {"type": "modal", "title": plain("x" * 25), "blocks": []}},
    ],
)
def test_an_answer_that_slack_can_not_take_is_trouble_and_the_modal_stays(
    app: App, connect: Connect, standin: StandIn, nurse: Person, answer: Json
) -> None:
    opens(app, a_modal(*QUESTIONS))
    app.view("form")(lambda ack: ack(answer))
    connect(app)
    modal = nurse.types_command("/convenor").modal
    assert nurse.submits(modal, {"why": "Because"}).reason == "invalid_response_action"
    assert nurse.modals() == [modal] and len(standin.problems) == 1


def test_modals_are_updated_pushed_closed_and_cleared(app: App, connect: Connect, nurse: Person) -> None:
    opens(app, a_modal(*QUESTIONS))
    closed = []
    further = a_modal(title="Further", callback_id="further", notify_on_close=True)
    app.view("form")(lambda ack: ack(response_action="push", view=further))
    app.view("further")(lambda ack: ack(response_action="update", view=a_modal(title="Other", callback_id="other")))
    app.view("other")(lambda ack: ack(response_action="clear"))
    app.view_closed("further")(lambda ack, view: (ack(), closed.append(view["callback_id"])))
    connect(app)
    nurse.types_command("/convenor")
    nurse.submits(values={"why": "Because"})
    assert [view.title for view in nurse.modals()] == ["Form", "Further"]
    nurse.closes()
    assert [view.title for view in nurse.modals()] == ["Form"] and closed == ["further"]
    nurse.submits()
    updated = nurse.submits()
    assert updated.modal is not None and updated.modal.title == "Other"
    assert [view.title for view in nurse.modals()] == ["Form", "Other"]
    nurse.submits()
    assert nurse.modals() == []


def test_at_most_three_modals_lie_on_one_another(app: App, connect: Connect, nurse: Person) -> None:
    row = {"type": "actions", "elements": [button("More", "more")]}
    opens(app, a_modal(row, title="1"))
    refused = []

    @app.action("more")
    def more(ack: Callable[..., None], body: Json, client: WebClient) -> None:
        try:
            title = str(1 + int(body["view"]["title"]["text"]))
            client.views_push(trigger_id=body["trigger_id"], view=a_modal(row, title=title))
        except SlackApiError as error:
            refused.append(error.response["error"])
        ack()

    connect(app)
    nurse.types_command("/convenor")
    for _ in range(3):
        nurse.presses(nurse.modal(), "More")
    assert [view.title for view in nurse.modals()] == ["1", "2", "3"] and refused == ["push_limit_reached"]


def test_a_trigger_is_good_once_and_for_three_seconds_and_pushes_only_from_a_modal() -> None:
    now = 1_800_000_000.0
    with StandIn(clock=lambda: now) as standin:
        workspace = standin.add_workspace("Ourshire")
        nurse = workspace.person("Designated Nurse")
        client = WebClient(workspace.bot_token, base_url=standin.url, retry_handlers=[])
        app = a_bolt_app(standin, workspace)
        triggers = []

        @app.shortcut("notify")
        def keeps(ack: Callable[..., None], shortcut: Json) -> None:
            triggers.append(shortcut["trigger_id"])
            ack()

        def refused(method: Callable[..., Any], trigger: str) -> str:
            with pytest.raises(SlackApiError) as caught:
                method(trigger_id=trigger, view=a_modal())
            return str(caught.value.response["error"])

        handler = SocketModeHandler(app, standin.app.app_token)
        handler.connect()
        try:
            standin.wait_for_links(1)
            for _ in range(3):
                nurse.shortcut("notify")
            assert refused(client.views_open, "1.2.made-up") == "invalid_trigger_id"
            assert refused(client.views_push, triggers[0]) == "invalid_trigger_id"
            assert client.views_open(trigger_id=triggers[0], view=a_modal())["ok"]
            assert refused(client.views_open, triggers[0]) == "exchanged_trigger_id"
            now += 3
            assert client.views_open(trigger_id=triggers[1], view=a_modal())["ok"]
            now += 0.1
            assert refused(client.views_open, triggers[2]) == "expired_trigger_id"
        finally:
            hang_up(standin, handler)


def test_a_view_is_updated_by_id_or_name_if_its_hash_is_still_right(
    app: App, connect: Connect, client: WebClient, nurse: Person
) -> None:
    opened = opens(app, a_modal(*QUESTIONS, external_id="move-7"))
    connect(app)
    modal = nurse.types_command("/convenor").modal
    assert modal is not None
    with pytest.raises(AssertionError):
        nurse.submits(modal, {"nowhere": "Words"})
    view = opened[0]["view"]
    assert nurse.submits(modal, {"room": "Aspen"}).refused
    client.views_update(external_id="move-7", hash=view["hash"], view=a_modal(*QUESTIONS, title="Newer"))
    assert modal.title == "Newer" and "Room: Aspen" in rendered(modal)
    for how, error in (
        ({"view_id": view["id"], "hash": view["hash"]}, "hash_conflict"),
        ({"view_id": "V404"}, "not_found"),
    ):
        with pytest.raises(SlackApiError) as caught:
            client.views_update(**how, view=a_modal())
        assert caught.value.response["error"] == error
    nurse.closes()
    with pytest.raises(SlackApiError) as caught:
        client.views_update(view_id=view["id"], view=a_modal())
    assert caught.value.response["error"] == "not_found"


def test_an_external_id_belongs_to_one_view(app: App, connect: Connect, nurse: Person, workspace: Workspace) -> None:
    chair = workspace.person("CDOP Chair")
    opens(app, a_modal(external_id="move-7"))
    connect(app)
    assert nurse.types_command("/convenor").modal is not None
    assert chair.types_command("/convenor").failed
