"""What Slack's refusals mean: come back later, unsure, or final for one account or a whole workspace."""

import socket
from datetime import UTC, datetime, timedelta
from http.client import IncompleteRead, RemoteDisconnected
from urllib.error import URLError

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.slack.answers import LOST, MOVING, NOT_TAKEN, OF_THE_PERSON, OF_THE_WORKSPACE, asked_to_wait, meaning
from scheduler.doors import Gone, RetryAt, Unsure

NOW = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)


def refused(error: str, status: int = 200, headers: dict[str, str] | None = None) -> SlackApiError:
    """A refusal as the library raises it."""
    response = SlackResponse(
        client=None,
        http_verb="POST",
        api_url="chat.postMessage",
        req_args={},
        data={"ok": False, "error": error},
        headers=headers or {},
        status_code=status,
    )
    return SlackApiError("refused", response)


@pytest.mark.parametrize("header", ["Retry-After", "retry-after"])
def test_the_time_to_wait_is_slacks_own(header: str) -> None:
    failure = refused("ratelimited", 429, {header: "12"})
    result = meaning(failure, NOW)
    assert isinstance(result, RetryAt)
    assert result.at == NOW + timedelta(seconds=12)
    assert asked_to_wait(failure) == 12


@pytest.mark.parametrize("said", ["", "soon", "0"])
def test_a_time_to_wait_that_says_nothing_is_still_a_while(said: str) -> None:
    result = meaning(refused("ratelimited", 429, {"Retry-After": said}), NOW)
    assert isinstance(result, RetryAt)
    assert result.at >= NOW + timedelta(seconds=1)


@pytest.mark.parametrize("error", sorted(NOT_TAKEN))
def test_what_was_not_taken_comes_again_later(error: str) -> None:
    assert isinstance(meaning(refused(error), NOW), RetryAt)


@pytest.mark.parametrize("error", sorted(OF_THE_PERSON))
def test_what_is_about_one_account_is_final_for_that_one(error: str) -> None:
    assert meaning(refused(error), NOW) == Gone(OF_THE_PERSON[error])


@pytest.mark.parametrize("error", sorted(OF_THE_WORKSPACE))
def test_what_is_about_the_workspace_is_final_for_all(error: str) -> None:
    assert meaning(refused(error), NOW) == Gone(OF_THE_WORKSPACE[error], whole=True)


@pytest.mark.parametrize("error", ["messages_tab_disabled", "ekm_access_denied"])
def test_what_nobody_in_a_workspace_can_be_sent_is_no_one_account_s(error: str) -> None:
    result = meaning(refused(error), NOW)
    assert isinstance(result, Gone) and result.whole


@pytest.mark.parametrize("error", ["team_added_to_org", "org_login_required"])
def test_a_workspace_that_is_being_moved_is_waited_for(error: str) -> None:
    result = meaning(refused(error), NOW)
    assert isinstance(result, RetryAt)
    assert result.at == NOW + timedelta(minutes=30)


@pytest.mark.parametrize(
    "failure",
    [
        refused("internal_error"),
        refused("fatal_error", 500),
        refused("an_error_of_next_year"),
        TimeoutError(),
        RemoteDisconnected(),
        ConnectionResetError(),
        IncompleteRead(b""),
        URLError(TimeoutError()),
    ],
    ids=repr,
)
def test_what_may_have_come_after_the_taking_is_unsure(failure: Exception) -> None:
    assert isinstance(meaning(failure, NOW), Unsure)
    assert asked_to_wait(failure) is None


@pytest.mark.parametrize(
    "failure", [ConnectionRefusedError(), URLError(ConnectionRefusedError()), URLError(socket.gaierror())], ids=repr
)
def test_what_never_reached_slack_was_not_taken(failure: Exception) -> None:
    assert isinstance(meaning(failure, NOW), RetryAt)


def test_a_failure_of_our_own_is_raised_and_not_taken_for_slacks() -> None:
    with pytest.raises(KeyError):
        meaning(KeyError("zone"), NOW)


def test_no_word_means_two_things() -> None:
    tables = [set(OF_THE_PERSON), set(OF_THE_WORKSPACE), set(MOVING), NOT_TAKEN, LOST]
    assert len(set().union(*tables)) == sum(map(len, tables))
