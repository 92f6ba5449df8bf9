"""A stand-in Slack with one workspace, and real Bolt apps that talk to it."""

import contextlib
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from slack_bolt import App, BoltRequest
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from tests.standins.slack import Person, StandIn, Workspace

HERE = Path(__file__).parent


@pytest.fixture
def standin() -> Iterator[StandIn]:
    with StandIn(ack_timeout=1.0) as standin:
        yield standin


@pytest.fixture
def workspace(standin: StandIn) -> Workspace:
    return standin.add_workspace("Ourshire")


@pytest.fixture
def nurse(workspace: Workspace) -> Person:
    return workspace.person("Designated Nurse", "Designated.Nurse@ourshire.example")


@pytest.fixture
def client(standin: StandIn, workspace: Workspace) -> WebClient:
    return WebClient(workspace.bot_token, base_url=standin.url, retry_handlers=[], timeout=5)


def a_bolt_app(standin: StandIn, workspace: Workspace, **settings: Any) -> App:
    """A Bolt app as the project makes one: acknowledged after the work, no retries of the SDK's."""
    logger = logging.getLogger("bolt under test")
    logger.setLevel(logging.CRITICAL)
    client = WebClient(workspace.bot_token, base_url=standin.url, retry_handlers=[], logger=logger)
    return App(
        client=client,
        token=workspace.bot_token,
        signing_secret=workspace.app.signing_secret,
        process_before_response=True,
        logger=logger,
        **settings,
    )


def an_app_that_hears(standin: StandIn, workspace: Workspace) -> tuple[App, list[dict[str, Any]]]:
    """An app that notes each event of a message, with the number of the attempt."""
    app, heard = a_bolt_app(standin, workspace), []

    @app.event("message")
    def hears(event: dict[str, Any], body: dict[str, Any], request: BoltRequest) -> None:
        attempt = request.headers.get("x-slack-retry-num", ["0"])[0]
        heard.append({"text": event["text"], "id": body["event_id"], "attempt": attempt})

    return app, heard


Connect = Callable[..., SocketModeHandler]


@pytest.fixture
def connect(standin: StandIn) -> Iterator[Connect]:
    """Connects a Bolt app through Socket Mode, over the standard client; closed at the end."""
    handlers: list[SocketModeHandler] = []

    def connect(app: App, **settings: Any) -> SocketModeHandler:
        before = len(standin.links())
        handler = SocketModeHandler(app, standin.app.app_token, **settings)
        handlers.append(handler)
        handler.connect()
        standin.wait_for_links(before + 1)
        return handler

    yield connect
    for handler in handlers:
        hang_up(standin, handler)


def hang_up(standin: StandIn, handler: SocketModeHandler) -> None:
    """Closes a client at once: by itself it waits for its reads, three seconds of the socket and one of its queue."""
    handler.client.auto_reconnect_enabled = handler.client.default_auto_reconnect_enabled = False
    standin.end_links()
    with contextlib.suppress(AssertionError):  # one whose line was cut does not notice the end
        standin.wait_for(lambda: not handler.client.is_connected(), 1)
    handler.client.closed = True
    handler.client.message_queue.put(None)  # type: ignore[arg-type] # the client itself passes over it
    handler.close()


KEPT = ("test_the_stand_in_slack.py", "test_the_stand_in_notify.py", "test_teams_sdk.py", "test_teams_tokens.py")
"""What `make test` plays of the stand-ins' own tests: that they are there and answer. They change seldom."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leaves the other tests of the stand-ins to `make test-long`."""
    for item in items:
        if item.path.parent == HERE and item.path.name not in KEPT:
            item.add_marker(pytest.mark.long)
