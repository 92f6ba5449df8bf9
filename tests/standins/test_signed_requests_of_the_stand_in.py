"""The stand-in Slack over HTTP: signed requests, spoilt ones, and events sent again."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from slack_bolt import App, BoltRequest
from slack_sdk import WebClient

from tests.standins.conftest import an_app_that_hears
from tests.standins.slack import Person, StandIn, Workspace

Json = dict[str, Any]


@pytest.fixture(autouse=True)
def in_a_hurry(standin: StandIn) -> None:
    standin.burst = 100


class Door:
    """The project's side of HTTP in its barest form: a server that hands each request to Bolt."""

    def __init__(self, app: App) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                headers: dict[str, Any] = {name.lower(): [value] for name, value in self.headers.items()}
                said = app.dispatch(BoltRequest(body=body, headers=headers))
                self.send_response(said.status)
                for name, values in said.headers.items():
                    self.send_header(name, values[0])
                self.end_headers()
                self.wfile.write((said.body or "").encode())

            def log_message(self, *_: Any) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = False
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/slack/events"

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def by_http(standin: StandIn, workspace: Workspace) -> Iterator[tuple[App, list[Json]]]:
    app, heard = an_app_that_hears(standin, workspace)
    door = Door(app)
    workspace.app.over_http(door.url)
    yield app, heard
    door.stop()


def test_commands_events_presses_and_modals_come_as_signed_requests(
    by_http: tuple[App, list[Json]], client: WebClient, nurse: Person
) -> None:
    app, heard = by_http
    question = {
        "type": "input",
        "block_id": "why",
        "label": {"type": "plain_text", "text": "Why"},
        "element": {"type": "plain_text_input", "action_id": "value"},
    }
    text = {"type": "plain_text", "text": "Words"}
    modal = {"type": "modal", "callback_id": "form", "title": text, "submit": text, "blocks": [question]}

    @app.command("/convenor")
    def opens(ack: Callable[..., None], body: Json, client: WebClient) -> None:
        client.views_open(trigger_id=body["trigger_id"], view=modal)
        ack("Opened")

    app.view("form")(lambda ack: ack(response_action="errors", errors={"why": "Say more."}))
    assert nurse.writes_in_dm("Good morning").status == 200 and len(heard) == 1
    answer = nurse.types_command("/convenor", "meeting move")
    assert answer.status == 200 and "Opened" in answer.text
    assert nurse.submits(answer.modal, {"why": "x"}).errors == {"why": "Say more."}


@pytest.mark.parametrize("how", ["wrong_signature", "stale", "missing_headers"])
def test_a_request_that_is_not_slacks_is_refused_by_bolt(
    standin: StandIn, by_http: tuple[App, list[Json]], nurse: Person, how: str
) -> None:
    _app, heard = by_http
    standin.spoil_next(how)
    answer = nurse.types_command("/convenor")
    assert (answer.status, answer.reason) == (401, "dispatch_failed") and heard == []


def test_a_huge_body_arrives_whole_and_signed(standin: StandIn, by_http: tuple[App, list[Json]], nurse: Person) -> None:
    app, _heard = by_http
    lengths = []

    @app.command("/convenor")
    def takes(ack: Callable[..., None], body: Json) -> None:
        lengths.append(len(body["padding"]))
        ack()

    standin.spoil_next("huge")
    assert nurse.types_command("/convenor").acknowledged and lengths == [3_000_000]


def test_a_request_may_come_twice_and_an_event_again(
    standin: StandIn, by_http: tuple[App, list[Json]], nurse: Person
) -> None:
    app, heard = by_http
    standin.spoil_next("twice")
    nurse.writes_in_dm("Good morning")
    standin.wait_for(lambda: len(heard) == 2)
    assert heard[0]["id"] == heard[1]["id"]
    standin.post_office.retry_waits = (0.0, 0.0, 0.0)
    failing = []

    @app.event("app_home_opened")
    def fails(request: BoltRequest) -> None:
        failing.append(request.headers.get("x-slack-retry-reason", ["first"])[0])
        if len(failing) < 3:
            raise RuntimeError("the database is away")

    opened = nurse.opens_home()
    assert opened.status == 500 and opened.delivery is not None
    standin.wait_for(opened.delivery.ended.is_set)
    assert failing == ["first", "http_error", "http_error"]


def test_nobody_at_the_url_is_seen_as_failed(workspace: Workspace, nurse: Person) -> None:
    workspace.app.over_http("http://127.0.0.1:9/slack")
    assert nurse.types_command("/convenor").reason == "dispatch_failed"
