"""People at the stand-in Slack and a real Bolt app: commands, presses, homes, messages, shortcuts."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from tests.standins.conftest import Connect, a_bolt_app, hang_up
from tests.standins.slack import Person, StandIn, Workspace, buttons, rendered

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


# Commands


def test_a_command_is_answered_in_the_acknowledgement_to_one_person(app: App, connect: Connect, nurse: Person) -> None:
    heard = []

    @app.command("/convenor")
    def answers(ack: Callable[..., None], command: Json) -> None:
        heard.append((command["text"], command["user_id"], command["channel_name"]))
        ack(text="The SOG meets", blocks=[{"type": "actions", "elements": [button("Move", "move")]}])

    connect(app)
    answer = nurse.types_command("/convenor", "meeting next")
    assert heard == [("meeting next", nurse.id, "directmessage")]
    assert answer.text == "[Move]" and answer.buttons == ["Move"]
    assert rendered(nurse.ephemerals()) == "[Move]" and nurse.told() == []


def test_what_the_app_does_while_and_after_it_answers_is_seen(app: App, connect: Connect, nurse: Person) -> None:
    @app.command("/convenor")
    def answers(ack: Callable[..., None], command: Json, client: WebClient) -> None:
        client.chat_postMessage(channel=nurse.id, text="While")
        where = {"channel": command["channel_id"], "user": nurse.id, "text": "After"}
        threading.Timer(0.2, lambda: client.chat_postEphemeral(**where)).start()
        ack()

    connect(app)
    answer = nurse.types_command("/convenor", "help")
    assert answer.text == "While"
    answer.wait_for(lambda answer: "After" in answer.text)
    assert answer.text == "While\nAfter"


def test_a_command_that_nobody_acknowledges_in_time_fails_before_the_person(
    app: App, connect: Connect, nurse: Person
) -> None:
    @app.command("/convenor")
    def sleeps(ack: Callable[..., None]) -> None:
        time.sleep(1.5)
        ack("Too late")

    nobody = nurse.types_command("/convenor", "help")
    assert (nobody.failed, nobody.reason) == (True, "dispatch_failed")
    connect(app)
    late = nurse.types_command("/convenor", "help")
    assert (late.failed, late.reason) == (True, "operation_timeout")
    time.sleep(0.8)
    assert nurse.ephemerals() == []


def test_a_command_that_the_app_does_not_have_goes_nowhere(
    app: App, connect: Connect, workspace: Workspace, nurse: Person
) -> None:
    workspace.app.commands = {"/convenor"}
    connect(app)
    assert nurse.types_command("/report").reason == "invalid_command"
    workspace.scopes.discard("commands")
    assert nurse.types_command("/convenor").reason == "invalid_command"


def test_an_answer_that_breaks_a_limit_is_trouble(app: App, connect: Connect, standin: StandIn, nurse: Person) -> None:
    @app.command("/convenor")
    def answers(ack: Callable[..., None]) -> None:
        ack(text="Words", blocks=[{"type": "header", "text": plain("x" * 151)}])

    connect(app)
    answer = nurse.types_command("/convenor")
    assert answer.reason == "invalid_command_response" and nurse.ephemerals() == []
    assert "/blocks/0/text/text" in standin.problems[0]


# Response URLs


def test_a_response_url_is_good_five_times_within_thirty_minutes() -> None:
    now = 1_800_000_000.0
    with StandIn(clock=lambda: now, burst=100) as standin:
        workspace = standin.add_workspace("Ourshire")
        nurse = workspace.person("Designated Nurse")
        app = a_bolt_app(standin, workspace)
        urls = []

        @app.command("/convenor")
        def answers(ack: Callable[..., None], command: Json) -> None:
            urls.append(command["response_url"])
            ack("Now")

        handler = SocketModeHandler(app, standin.app.app_token)
        handler.connect()
        try:
            standin.wait_for_links(1)
            nurse.types_command("/convenor")
            later = WebhookClient(urls[0])
            assert later.send(text="Instead", replace_original=True).status_code == 200
            assert rendered(nurse.ephemerals()) == "Instead"
            assert later.send(text="").status_code == 400
            assert [later.send(text=f"Number {number}").status_code for number in range(5)] == [200] * 4 + [404]
            nurse.types_command("/convenor")
            now += 1801
            assert WebhookClient(urls[1]).send(text="Late").body == "expired_url"
        finally:
            hang_up(standin, handler)


def test_a_pressed_message_can_be_replaced_or_taken_away_through_its_response_url(
    app: App, connect: Connect, client: WebClient, nurse: Person
) -> None:
    @app.action("done")
    def done(ack: Callable[..., None], respond: Callable[..., Any]) -> None:
        respond(text="It is done", replace_original=True)
        ack()

    @app.action("leave")
    def leave(ack: Callable[..., None], respond: Callable[..., Any]) -> None:
        respond(delete_original=True)
        ack()

    connect(app)
    row = {"type": "actions", "elements": [button("Done", "done"), button("Leave it", "leave")]}
    for _ in range(2):
        client.chat_postMessage(channel=nurse.id, text="Papers", blocks=[row])
    nurse.presses(nurse.sees()[0], "Done")
    nurse.presses(nurse.sees()[1], "Leave it")
    assert rendered(nurse.sees()) == "It is done"


# Presses


def test_a_press_tells_the_app_what_and_where(
    app: App, connect: Connect, standin: StandIn, client: WebClient, nurse: Person
) -> None:
    heard: list[Json] = []

    @app.action("move")
    def moves(ack: Callable[..., None], body: Json) -> None:
        heard.append(body)
        ack()

    connect(app)
    asked = {"title": plain("Sure?"), "text": plain("It moves"), "confirm": plain("Yes"), "deny": plain("No")}
    row = {"type": "actions", "block_id": "row", "elements": [button("Move", "move", "{}", confirm=asked)]}
    posted = client.chat_postMessage(channel=nurse.id, text="Meeting", blocks=[row])
    answer = nurse.presses(nurse.sees()[0], "Move")
    assert answer.acknowledged and answer.asked == "Sure?: It moves" and standin.problems == []
    (body,) = heard
    assert body["user"]["id"] == nurse.id and body["message"]["ts"] == posted["ts"]
    assert body["container"]["channel_id"] == posted["channel"]
    (action,) = body["actions"]
    assert (action["block_id"], action["value"]) == ("row", "{}")
    with pytest.raises(AssertionError, match="not among"):
        nurse.presses(nurse.sees()[0], "Cancel")


def test_a_press_on_an_old_copy_still_reaches_the_app(
    app: App, connect: Connect, client: WebClient, nurse: Person
) -> None:
    heard = []

    @app.action("done")
    def done(ack: Callable[..., None], action: Json) -> None:
        heard.append(action["value"])
        ack()

    connect(app)
    row = {"type": "actions", "elements": [button("Done", "done", "7")]}
    posted = client.chat_postMessage(channel=nurse.id, text="Papers", blocks=[row])
    (old,) = nurse.sees()
    client.chat_delete(channel=posted["channel"], ts=posted["ts"])
    nurse.presses(old, "Done")
    assert heard == ["7"]


def test_an_answer_in_the_acknowledgement_of_a_press_is_noted_since_slack_ignores_it(
    app: App, connect: Connect, standin: StandIn, client: WebClient, nurse: Person
) -> None:
    @app.action("done")
    def done(ack: Callable[..., None]) -> None:
        ack({"text": "Done"})

    connect(app)
    row = {"type": "actions", "elements": [button("Done", "done")]}
    client.chat_postMessage(channel=nurse.id, text="Papers", blocks=[row])
    nurse.presses(nurse.sees()[0], "Done")
    assert len(standin.problems) == 1


# Homes, messages, mentions, shortcuts


def test_a_home_is_published_when_it_is_opened_and_its_buttons_work(
    app: App, connect: Connect, client: WebClient, nurse: Person
) -> None:
    row = {"type": "actions", "elements": [button("Papers are out", "papers")]}
    pressed = []

    @app.event("app_home_opened")
    def opened(event: Json, client: WebClient) -> None:
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [row]})

    @app.action("papers")
    def papers(ack: Callable[..., None], body: Json) -> None:
        pressed.append(body["view"]["type"])
        ack()

    connect(app)
    assert nurse.home() is None
    answer = nurse.opens_home()
    assert answer.acknowledged and rendered(answer.home) == "[Papers are out]"
    nurse.presses("home", "Papers are out")
    assert pressed == ["home"]


def test_a_home_has_its_own_checks(standin: StandIn, client: WebClient, nurse: Person) -> None:
    home = {"type": "home", "blocks": []}
    published = client.views_publish(user_id=nurse.id, view=home)["view"]
    client.views_publish(user_id=nurse.id, view=home, hash=published["hash"])
    for call, error in (
        ({"user_id": nurse.id, "view": home, "hash": published["hash"]}, "hash_conflict"),
        ({"user_id": "U404", "view": home}, "user_not_found"),
        ({"user_id": nurse.id, "view": a_modal()}, "invalid_arguments"),
    ):
        with pytest.raises(SlackApiError) as caught:
            client.views_publish(**call)
        assert caught.value.response["error"] == error
    standin.app.home_tab = False
    with pytest.raises(SlackApiError) as caught:
        client.views_publish(user_id=nurse.id, view=home)
    assert caught.value.response["error"] == "not_enabled"


def test_what_is_written_to_the_bot_arrives_escaped_and_is_answered(app: App, connect: Connect, nurse: Person) -> None:
    heard = []

    @app.event("message")
    def hears(event: Json, say: Callable[..., Any]) -> None:
        heard.append((event["text"], event["channel_type"]))
        say("Noted")

    connect(app)
    answer = nurse.writes_in_dm("papers <now> & then")
    assert heard == [("papers &lt;now&gt; &amp; then", "im")]
    assert answer.text == "Noted"
    assert rendered(nurse.sees()) == "papers <now> & then\nNoted"


def test_a_mention_reaches_the_app_and_other_words_in_a_channel_do_not(
    app: App, connect: Connect, workspace: Workspace, nurse: Person
) -> None:
    heard = []
    app.event("app_mention")(lambda event: heard.append(event["text"]))
    connect(app)
    channel = workspace.add_channel("sog", [nurse.id])
    assert nurse.mentions_in(channel, "help").acknowledged
    assert heard == [f"<@{workspace.bot_user_id}> help"]
    with pytest.raises(AssertionError):
        workspace.person("CDOP Chair").mentions_in(channel, "help")


def test_events_come_only_as_subscribed_and_with_their_scope(
    app: App, connect: Connect, workspace: Workspace, nurse: Person
) -> None:
    heard = []
    app.event("message")(lambda event: heard.append(event["text"]))
    connect(app)
    workspace.scopes.discard("im:history")
    assert nurse.writes_in_dm("Without the scope").delivery is None
    workspace.scopes.add("im:history")
    workspace.app.events.discard("message.im")
    assert nurse.writes_in_dm("Without the subscription").delivery is None
    workspace.app.events.add("message.im")
    assert nurse.writes_in_dm("With both").acknowledged
    assert heard == ["With both"]


def test_the_app_hears_that_it_is_uninstalled(app: App, connect: Connect, workspace: Workspace) -> None:
    heard = []
    app.event("app_uninstalled")(lambda event: heard.append(event["type"]))
    connect(app)
    workspace.uninstall()
    workspace.standin.wait_for(lambda: heard == ["app_uninstalled"])


def test_a_shortcut_on_a_message_carries_it(app: App, connect: Connect, client: WebClient, nurse: Person) -> None:
    heard = []

    @app.shortcut("keep")
    def keeps(ack: Callable[..., None], shortcut: Json) -> None:
        heard.append(shortcut["message"]["text"])
        ack()

    connect(app)
    client.chat_postMessage(channel=nurse.id, text="Worth keeping")
    assert nurse.message_shortcut("keep", nurse.sees()[0]).acknowledged
    assert heard == ["Worth keeping"]
    nurse.workspace.app.shortcuts = {"other"}
    assert nurse.shortcut("keep").reason == "invalid_shortcut"


def test_who_has_left_does_nothing_any_more(workspace: Workspace, nurse: Person) -> None:
    workspace.deactivate_user(nurse.id)
    with pytest.raises(AssertionError, match="deactivated"):
        nurse.types_command("/convenor")


# Reading


@pytest.mark.parametrize(
    ("mrkdwn", "words"),
    [
        ("*Papers* are _due_ &amp; late", "Papers are due & late"),
        ("see <https://example.org|the page>", "see the page"),
        ("at <!date^1800000000^{time}|09:30>", "at 09:30"),
        ("2 * 3 * 4 and snake_case_name", "2 * 3 * 4 and snake_case_name"),
        ("<@U123> &lt;not a link&gt;", "@U123 <not a link>"),
    ],
)
def test_words_are_read_as_slack_shows_them(mrkdwn: str, words: str) -> None:
    assert rendered({"text": mrkdwn}) == words


def test_buttons_are_listed_in_order(client: WebClient, nurse: Person) -> None:
    blocks = [
        {"type": "section", "text": plain("Words"), "accessory": button("Show", "show")},
        {"type": "actions", "elements": [button("Move", "move"), button("Cancel", "cancel")]},
    ]
    client.chat_postMessage(channel=nurse.id, text="Words", blocks=blocks)
    assert buttons(nurse.sees()) == ["Show", "Move", "Cancel"]
