"""The stand-in Slack failing as it is told to: calls, outages, sockets, events sent again."""

import contextlib
import http.client
import socket
import time
from collections.abc import Callable
from typing import Any

import pytest
from slack_bolt import BoltRequest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import (
    ConnectionErrorRetryHandler,
    RateLimitErrorRetryHandler,
    ServerErrorRetryHandler,
)
from slack_sdk.http_retry.handler import RetryHandler
from websockets.sync.client import connect as open_websocket

from tests.standins.conftest import Connect, a_bolt_app, an_app_that_hears, hang_up
from tests.standins.slack import Person, StandIn, Workspace

Json = dict[str, Any]


@pytest.fixture(autouse=True)
def in_a_hurry(standin: StandIn) -> None:
    standin.burst = 100


# Calls: the table of PROBES.md, section 6

HANDLERS: dict[str, Callable[[], list[RetryHandler] | None]] = {
    "none": list,
    "default": lambda: None,
    "all three": lambda: [ConnectionErrorRetryHandler(), RateLimitErrorRetryHandler(), ServerErrorRetryHandler()],
    "rate limit": lambda: [RateLimitErrorRetryHandler()],
}


def goes_wrong(standin: StandIn, how: str) -> None:
    faults = standin.faults
    {
        "closes": lambda: faults.closes_after_taking("chat.postMessage"),
        "hangs": lambda: faults.hangs_after_taking("chat.postMessage"),
        "503": lambda: faults.answers_after_taking("chat.postMessage", 503),
        "429": lambda: faults.limits("chat.postMessage", retry_after=1),
    }[how]()


@pytest.mark.parametrize(
    ("how", "handlers", "posted", "outcome"),
    [
        ("closes", "none", 1, "RemoteDisconnected"),
        ("closes", "default", 2, "ok"),
        ("closes", "all three", 2, "ok"),
        ("closes", "rate limit", 1, "RemoteDisconnected"),
        ("hangs", "none", 1, "TimeoutError"),
        ("hangs", "default", 1, "TimeoutError"),
        ("hangs", "all three", 1, "TimeoutError"),
        ("503", "none", 1, "SlackApiError"),
        ("503", "default", 1, "SlackApiError"),
        ("503", "all three", 2, "ok"),
        ("503", "rate limit", 1, "SlackApiError"),
        ("429", "none", 0, "SlackApiError"),
        ("429", "default", 0, "SlackApiError"),
        ("429", "all three", 1, "ok"),
        ("429", "rate limit", 1, "ok"),
    ],
)
def test_a_message_ends_up_posted_as_often_as_was_probed(
    standin: StandIn, workspace: Workspace, nurse: Person, how: str, handlers: str, posted: int, outcome: str
) -> None:
    client = WebClient(workspace.bot_token, base_url=standin.url, timeout=1, retry_handlers=HANDLERS[handlers]())
    goes_wrong(standin, how)
    try:
        client.chat_postMessage(channel=nurse.id, text="Words")
        seen = "ok"
    except (SlackApiError, OSError, http.client.HTTPException) as error:
        seen = type(error).__name__
    assert (seen, len(standin.posted)) == (outcome, posted)


def test_what_was_not_taken_has_not_happened(standin: StandIn, client: WebClient, nurse: Person) -> None:
    standin.faults.answers_without_taking("chat.*", 500)
    standin.faults.refuses("chat.postMessage", "fatal_error")
    standin.faults.closes_without_taking("chat.postMessage")
    for error, word in ((SlackApiError, "service_unavailable"), (SlackApiError, "fatal_error"), (OSError, "")):
        with pytest.raises(error) as caught:
            client.chat_postMessage(channel=nurse.id, text="Words")
        assert word in str(caught.value)
    assert standin.posted == []
    assert client.chat_postMessage(channel=nurse.id, text="Words")["ok"]
    assert [call.error for call in standin.called("chat.postMessage")] == [
        "fault: status-before",
        "fault: error",
        "fault: reset",
        "",
    ]


def test_a_fault_can_be_for_one_message_only_for_several_calls_and_can_be_cleared(
    standin: StandIn, client: WebClient, nurse: Person
) -> None:
    standin.faults.refuses("chat.postMessage", "fatal_error", times=2, when=lambda params: params["text"] == "One")
    client.chat_postMessage(channel=nurse.id, text="Another")
    for _ in range(2):
        with pytest.raises(SlackApiError):
            client.chat_postMessage(channel=nurse.id, text="One")
    client.chat_postMessage(channel=nurse.id, text="One")
    standin.faults.refuses("*", "fatal_error", times=None)
    with pytest.raises(SlackApiError):
        client.auth_test()
    standin.faults.clear()
    assert client.auth_test()["ok"]


def test_calls_can_be_slow(standin: StandIn, client: WebClient) -> None:
    standin.faults.delays("auth.test", 0.2)
    began = time.monotonic()
    client.auth_test()
    client.auth_test()
    assert time.monotonic() - began >= 0.4


def test_nothing_gets_through_an_outage_and_all_does_after_it(
    standin: StandIn, workspace: Workspace, connect: Connect, client: WebClient
) -> None:
    connect(a_bolt_app(standin, workspace), auto_reconnect_enabled=False)
    standin.outage()
    for error in (OSError, SlackApiError, OSError, SlackApiError):
        with pytest.raises(error):
            client.auth_test()
    standin.wait_for_links(0)
    standin.outage(False)
    assert client.auth_test()["ok"]


# Sockets


def test_a_dropped_connection_is_opened_again_by_the_client(
    standin: StandIn, workspace: Workspace, connect: Connect, nurse: Person
) -> None:
    app, heard = an_app_that_hears(standin, workspace)
    connect(app, ping_interval=0.3)
    (link,) = standin.links()
    link.drop()
    standin.wait_for(lambda: standin.links() and standin.links()[0] is not link)
    assert nurse.writes_in_dm("Good morning").acknowledged and len(heard) == 1


def test_an_event_that_nobody_took_is_sent_again_when_somebody_is_there(
    standin: StandIn, workspace: Workspace, connect: Connect, nurse: Person
) -> None:
    standin.post_office.retry_waits = (0.0, 20.0, 20.0)
    missed = nurse.writes_in_dm("Is anybody there?")
    assert missed.failed and missed.delivery is not None
    app, heard = an_app_that_hears(standin, workspace)
    standin.wait_for(lambda: len(missed.delivery.receipts) == 2)
    connect(app)
    standin.wait_for(missed.delivery.ended.is_set)
    assert [event["text"] for event in heard] == ["Is anybody there?"] and heard[0]["attempt"] == "2"


def test_an_event_is_sent_four_times_at_most_and_then_given_up(
    standin: StandIn, workspace: Workspace, connect: Connect, nurse: Person
) -> None:
    standin.post_office.retry_waits = (0.0, 0.0, 0.0)
    standin.post_office.ack_timeout = 0.3
    attempts = []
    app = a_bolt_app(standin, workspace)

    @app.event("message")
    def fails(body: Json, request: BoltRequest) -> None:
        retry = {name: request.headers.get(f"x-slack-retry-{name}") for name in ("num", "reason")}
        attempts.append((body["event_id"], retry["num"], retry["reason"]))
        raise RuntimeError("the database is away")

    connect(app)
    answer = nurse.writes_in_dm("Good morning")
    assert answer.delivery is not None
    standin.wait_for(answer.delivery.ended.is_set)
    assert standin.post_office.given_up() == [answer.delivery]
    assert len({event_id for event_id, _num, _reason in attempts}) == 1
    assert [(num, reason) for _id, num, reason in attempts] == [
        (["0"], [""]),
        (["1"], ["timeout"]),
        (["2"], ["timeout"]),
        (["3"], ["timeout"]),
    ]


def test_a_silent_connection_swallows_what_is_sent_and_answers_no_ping(
    standin: StandIn, workspace: Workspace, connect: Connect, nurse: Person
) -> None:
    app, heard = an_app_that_hears(standin, workspace)
    connect(app, ping_interval=0.3)
    (link,) = standin.links()
    standin.wait_for(lambda: link.pings >= 2)
    link.go_silent()
    assert nurse.types_command("/convenor").reason == "operation_timeout"
    assert nurse.writes_in_dm("Good morning").failed and heard == []
    standin.wait_for(lambda: link not in standin.links())
    standin.wait_for(lambda: [event["text"] for event in heard] == ["Good morning"])


def test_a_connection_may_answer_pings_and_yet_bring_no_events(
    standin: StandIn, workspace: Workspace, connect: Connect, nurse: Person
) -> None:
    app, heard = an_app_that_hears(standin, workspace)
    connect(app, ping_interval=0.2)
    (link,) = standin.links()
    link.stop_events()
    assert nurse.writes_in_dm("Good morning").failed
    time.sleep(1.2)
    assert standin.links() == [link] and heard == []
    link.speak_again()
    assert nurse.writes_in_dm("Good evening").acknowledged


def test_a_disconnect_makes_the_client_open_a_new_connection(
    standin: StandIn, workspace: Workspace, connect: Connect, nurse: Person
) -> None:
    app, heard = an_app_that_hears(standin, workspace)
    connect(app)
    (link,) = standin.links()
    link.disconnect("refresh_requested")
    standin.wait_for(lambda: standin.links() and link not in standin.links())
    assert nurse.writes_in_dm("Good morning").acknowledged and len(heard) == 1


def test_envelopes_go_to_the_connections_in_turn(
    standin: StandIn, workspace: Workspace, connect: Connect, nurse: Person
) -> None:
    heard: list[list[Json]] = []
    for _ in range(2):
        app, own = an_app_that_hears(standin, workspace)
        heard.append(own)
        connect(app)
    for number in range(4):
        nurse.writes_in_dm(f"Message {number}")
    assert [len(own) for own in heard] == [2, 2]


@pytest.mark.parametrize("how", ["twice", "two_links"])
def test_an_envelope_may_come_twice(
    standin: StandIn, workspace: Workspace, connect: Connect, nurse: Person, how: str
) -> None:
    heard: list[list[Json]] = []
    for _ in range(2):
        app, own = an_app_that_hears(standin, workspace)
        heard.append(own)
        connect(app)
    standin.spoil_next(how)
    nurse.writes_in_dm("Good morning")
    standin.wait_for(lambda: sum(map(len, heard)) == 2)
    assert sorted(map(len, heard)) == ([0, 2] if how == "twice" else [1, 1])
    assert len({event["id"] for own in heard for event in own}) == 1


def test_ten_connections_are_taken_and_the_eleventh_is_sent_away(standin: StandIn, workspace: Workspace) -> None:
    client = WebClient(base_url=standin.url)
    with contextlib.ExitStack() as open_ones:
        for number in range(11):
            url = client.apps_connections_open(app_token=workspace.app.app_token)["url"]
            said = str(open_ones.enter_context(open_websocket(url)).recv())
            assert f'"num_connections": {number + 1}' in said if number < 10 else "too_many_websockets" in said
        assert len(standin.links()) == 10


def test_no_connection_without_the_apps_id_and_none_where_socket_mode_is_off(
    standin: StandIn, workspace: Workspace
) -> None:
    with socket.create_connection(("127.0.0.1", standin.port)) as bare:
        bare.sendall(b"GET /link/?app_id=A404 HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b" 404 " in bare.recv(1000)
    workspace.app.over_http("http://127.0.0.1:9/slack")
    with pytest.raises(SlackApiError) as caught:
        WebClient(base_url=standin.url).apps_connections_open(app_token=workspace.app.app_token)
    assert caught.value.response["error"] == "socket_mode_not_enabled"


def test_hanging_up_is_quick(standin: StandIn, workspace: Workspace, connect: Connect) -> None:
    handler = connect(a_bolt_app(standin, workspace))
    began = time.monotonic()
    hang_up(standin, handler)
    assert time.monotonic() - began < 2.5
