"""The line to Slack: whatever becomes of it, there is soon a new one; and it ends cleanly."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from bot.slack.line import Line
from tests.standins.slack import Answer, Link

from .offices import COMMAND, SlackOffice, a_slack_office

NURSE = "designated-nurse"
QUICKLY = {"silent": 3.0, "looks": 0.1, "pings": 0.2}
"""Seconds, where in earnest it is half a minute, and five."""


@pytest.fixture(autouse=True)
def _on_a_monday() -> None:
    """In the place of the fixture that stops the clock: here seconds pass."""


@pytest.fixture
def slack_office() -> Iterator[SlackOffice]:
    with a_slack_office() as opened:
        opened.standin.post_office.ack_timeout = 10.0
        yield opened


@pytest.fixture
def line(slack_office: SlackOffice) -> Iterator[Line]:
    standin = slack_office.standin
    line = Line(slack_office.slack.app, standin.app.app_token, standin.url, **QUICKLY)
    yield line
    line.stop()


def answers(slack_office: SlackOffice) -> bool:
    """Whether the bot answers to a command."""
    answer = slack_office.user(NURSE).types_command(COMMAND, "me")
    return "Your posts" in answer.text


def a_new_one(slack_office: SlackOffice, old: Link) -> Link:
    """The line that stands in the place of another."""
    new = slack_office.standin.wait_for(
        lambda: [link for link in slack_office.standin.links() if link is not old and link.open], 20
    )
    slack_office.standin.wait_for(lambda: answers(slack_office), 20)
    return (slack_office.standin.links() or new)[-1]


TROUBLE: dict[str, Callable[[Link], None]] = {
    "dropped": lambda link: link.drop(),
    "closed": lambda link: link.close(),
    "silent": lambda link: link.go_silent(),
    "asked to go": lambda link: link.disconnect("refresh_requested"),
}


@pytest.mark.parametrize("how", TROUBLE)
def test_a_line_that_is_lost_is_replaced(slack_office: SlackOffice, line: Line, how: str) -> None:
    line.start()
    slack_office.standin.wait_for_links(1)
    slack_office.standin.wait_for(lambda: answers(slack_office), 20)  # a busy machine may have taken a new line already
    link = slack_office.standin.links()[-1]
    TROUBLE[how](link)
    a_new_one(slack_office, link)


def test_a_warning_that_the_line_will_go_is_followed_by_a_new_one(slack_office: SlackOffice, line: Line) -> None:
    line.start()
    (link,) = slack_office.standin.wait_for_links(1)
    link.disconnect("warning")  # the library takes a new line at once; a command at that very moment gets no answer
    slack_office.standin.wait_for(lambda: link not in slack_office.standin.links(), 20)
    a_new_one(slack_office, link)


def test_in_earnest_a_silent_line_is_noticed_and_looked_at_within_a_minute() -> None:
    assert Line.silent + Line.looks + Line.pings < 60


def test_slack_down_when_the_bot_starts_is_tried_until_it_is_there(slack_office: SlackOffice, line: Line) -> None:
    slack_office.standin.outage()
    line.start()
    slack_office.standin.stopping.wait(0.5)
    assert not line.is_up
    slack_office.standin.outage(False)
    slack_office.standin.wait_for_links(1, 20)
    assert answers(slack_office)


def test_a_token_that_slack_refuses_is_tried_again_and_stops_nothing(slack_office: SlackOffice, line: Line) -> None:
    slack_office.standin.faults.refuses("apps.connections.open", "invalid_auth", times=2)
    line.start()
    slack_office.standin.wait_for_links(1, 20)
    assert answers(slack_office)


def test_each_new_line_is_in_the_log(slack_office: SlackOffice, line: Line, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")

    def told() -> int:
        return sum(record.getMessage() == "a line to Slack is open" for record in caplog.records)

    line.start()
    (link,) = slack_office.standin.wait_for_links(1)
    slack_office.standin.wait_for(lambda: told() == 1)
    link.drop()
    slack_office.standin.wait_for(lambda: told() == 2, 20)


@pytest.mark.long
def test_two_hours_without_slack_lose_nothing_and_double_nothing(slack_office: SlackOffice, line: Line) -> None:
    line.start()
    (link,) = slack_office.standin.wait_for_links(1)
    slack_office.standin.outage()
    for post in (NURSE, "designated-doctor"):
        slack_office.says(post, "Bring your diary")
    slack_office.deliver(timedelta(hours=2))
    assert slack_office.told(NURSE) == []
    slack_office.standin.outage(False)
    slack_office.deliver(timedelta(hours=2))
    assert len(slack_office.told(NURSE)) == len(slack_office.told("designated-doctor")) == 1
    assert slack_office.mail.sent == []
    a_new_one(slack_office, link)


def test_no_thread_is_left_when_the_line_has_stopped(slack_office: SlackOffice) -> None:
    standin = slack_office.standin
    before = set(threading.enumerate())
    line = Line(slack_office.slack.app, standin.app.app_token, standin.url, **QUICKLY)
    line.start()
    standin.wait_for_links(1)
    assert answers(slack_office)
    line.stop()

    def left() -> set[str]:
        """Ours and the library's; Bolt's own hands and the stand-in's stay."""
        return {
            thread.name
            for thread in set(threading.enumerate()) - before
            if "stand-in" not in thread.name and "process_request" not in thread.name
        }

    standin.wait_for(lambda: not {name for name in left() if not name.startswith("ThreadPoolExecutor")}, 10)
    assert not standin.links()


def test_what_is_in_hand_when_the_line_stops_is_finished_and_acknowledged() -> None:
    begun, goes_on = threading.Event(), threading.Event()

    def point(name: str) -> None:
        if name == "before-commit" and armed:
            begun.set()
            goes_on.wait(10)

    armed: list[bool] = []
    with a_slack_office(point=point) as slack_office:
        standin = slack_office.standin
        standin.post_office.ack_timeout = 10.0
        line = Line(slack_office.slack.app, standin.app.app_token, standin.url, **QUICKLY)
        line.start()
        standin.wait_for_links(1)
        told: list[Answer] = []
        entry = "action add Write the protocol for Designated Nurse by 8 January 2027"
        armed.append(True)
        types = threading.Thread(
            target=lambda: told.append(slack_office.user("business-manager").types_command(COMMAND, entry))
        )
        types.start()
        assert begun.wait(10)
        stops = threading.Thread(target=line.stop)
        stops.start()
        stops.join(0.5)
        goes_on.set()
        stops.join(15)
        types.join(15)
        assert not stops.is_alive()
        assert "Action 1 is entered" in told[0].text


def test_a_stop_does_not_wait_for_as_long_as_slack_asks_to(slack_office: SlackOffice, line: Line) -> None:
    slack_office.standin.faults.limits("apps.connections.open", retry_after=30, times=None)
    line.start()
    slack_office.standin.wait_for(lambda: slack_office.standin.called("apps.connections.open"))
    slack_office.standin.stopping.wait(0.3)  # the answer is there, and the pause begun
    began = time.monotonic()
    line.stop()
    assert time.monotonic() - began < 4
    assert len(slack_office.standin.called("apps.connections.open")) == 1
