"""The stand-in Slack itself: it starts, stops, runs beside another, and checks tokens, scopes and limits."""

import threading
import time
import warnings

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.standins.slack import Person, StandIn, Workspace


def refusal(caught: pytest.ExceptionInfo[SlackApiError]) -> str:
    return str(caught.value.response["error"])


def test_it_starts_at_once_and_leaves_nothing_behind() -> None:
    before = set(threading.enumerate())
    began = time.monotonic()
    with warnings.catch_warnings(), StandIn() as standin:
        warnings.simplefilter("error")
        workspace = standin.add_workspace("Ourshire")
        assert time.monotonic() - began < 1
        assert WebClient(workspace.bot_token, base_url=standin.url).auth_test()["team"] == "Ourshire"
    assert set(threading.enumerate()) == before
    standin.stop()


def test_two_run_side_by_side_and_do_not_know_each_others_tokens() -> None:
    with StandIn() as one, StandIn() as other:
        token = one.add_workspace("Ourshire").bot_token
        assert WebClient(token, base_url=one.url).auth_test()["ok"]
        with pytest.raises(SlackApiError) as caught:
            WebClient(token, base_url=other.url).auth_test()
    assert refusal(caught) == "invalid_auth"


@pytest.mark.parametrize(
    ("token", "error"), [(None, "not_authed"), ("xoxb-wrong", "invalid_auth"), ("xapp-wrong", "invalid_auth")]
)
def test_a_call_needs_a_good_token(standin: StandIn, token: str | None, error: str) -> None:
    with pytest.raises(SlackApiError) as caught:
        WebClient(token, base_url=standin.url).users_list()
    assert refusal(caught) == error


def test_each_kind_of_token_is_good_for_its_own_methods(standin: StandIn, workspace: Workspace) -> None:
    app_level = WebClient(workspace.app.app_token, base_url=standin.url)
    with pytest.raises(SlackApiError) as caught:
        app_level.users_list()
    assert refusal(caught) == "not_allowed_token_type"
    with pytest.raises(SlackApiError) as caught:
        app_level.apps_connections_open(app_token=workspace.bot_token)
    assert refusal(caught) == "not_allowed_token_type"
    opened = app_level.apps_connections_open(app_token=workspace.app.app_token)
    assert opened["url"].startswith(f"ws://127.0.0.1:{standin.port}/link/")


def test_a_token_dies_with_the_app_or_when_it_is_revoked(workspace: Workspace, client: WebClient) -> None:
    workspace.revoke_tokens()
    with pytest.raises(SlackApiError) as caught:
        client.auth_test()
    assert refusal(caught) == "token_revoked"
    workspace.uninstall()
    with pytest.raises(SlackApiError) as caught:
        client.auth_test()
    assert refusal(caught) == "account_inactive"
    old = client.token
    client.token = workspace.install()
    assert client.auth_test()["ok"] and client.token != old


def test_a_missing_scope_is_named_and_what_one_has_is_shown(workspace: Workspace, client: WebClient) -> None:
    workspace.scopes = {"chat:write"}
    with pytest.raises(SlackApiError) as caught:
        client.users_list()
    assert refusal(caught) == "missing_scope"
    assert caught.value.response["needed"] == "users:read"
    assert caught.value.response["provided"] == "chat:write"
    assert client.auth_test().headers["x-oauth-scopes"] == "chat:write"


def test_an_unknown_method_is_refused(client: WebClient) -> None:
    with pytest.raises(SlackApiError) as caught:
        client.api_call("chat.shout")
    assert refusal(caught) == "unknown_method"


def test_calls_are_remembered_without_their_token(standin: StandIn, client: WebClient, nurse: Person) -> None:
    client.users_info(user=nurse.id)
    (call,) = standin.called("users.info")
    assert call.params == {"user": nurse.id} and call.error == ""
    assert client.token not in str(standin.calls)


def test_a_channel_takes_one_message_a_second_by_the_stand_ins_clock() -> None:
    now = 1_800_000_000.0
    with StandIn(clock=lambda: now) as standin:
        workspace = standin.add_workspace("Ourshire")
        client = WebClient(workspace.bot_token, base_url=standin.url, retry_handlers=[])
        one, other = workspace.add_channel("one"), workspace.add_channel("other")
        client.chat_postMessage(channel=one, text="First")
        client.chat_postMessage(channel=other, text="Another channel has its own pace")
        with pytest.raises(SlackApiError) as caught:
            client.chat_postMessage(channel=one, text="Too soon")
        assert caught.value.response.status_code == 429
        assert caught.value.response.headers["Retry-After"] == "1"
        now += 1
        assert client.chat_postMessage(channel=one, text="In time")["ts"] == "1800000001.000000"
        assert [posted.now["text"] for posted in standin.posted if posted.channel == one] == ["First", "In time"]


def test_a_burst_may_be_allowed_and_is_followed_by_the_pace() -> None:
    now = 1_800_000_000.0
    with StandIn(clock=lambda: now, burst=3) as standin:
        workspace = standin.add_workspace("Ourshire")
        client = WebClient(workspace.bot_token, base_url=standin.url, retry_handlers=[])
        channel = workspace.add_channel("one")
        for number in range(3):
            client.chat_postMessage(channel=channel, text=f"Message {number}")
        with pytest.raises(SlackApiError):
            client.chat_postMessage(channel=channel, text="The fourth")


def test_other_methods_are_limited_where_a_test_says_so(standin: StandIn, client: WebClient) -> None:
    standin.limit("users.list", 2, per=60)
    client.users_list()
    client.users_list()
    with pytest.raises(SlackApiError) as caught:
        client.users_list()
    assert refusal(caught) == "ratelimited"
    assert 1 <= int(caught.value.response.headers["Retry-After"]) <= 60


def test_people_are_told_about_page_by_page(workspace: Workspace, client: WebClient) -> None:
    ids = {workspace.add_user(f"Member {number}", f"member{number}@ourshire.example") for number in range(7)}
    pages = [[user["id"] for user in page["members"]] for page in client.users_list(limit=3)]
    assert [len(page) for page in pages] == [3, 3, 2]
    assert {user for page in pages for user in page} == ids | {workspace.bot_user_id}
    with pytest.raises(SlackApiError) as caught:
        client.users_list(cursor="made up")
    assert refusal(caught) == "invalid_cursor"


def test_users_are_told_apart(workspace: Workspace, client: WebClient) -> None:
    guest = workspace.add_user("Guest", "guest@else.example", guest="single")
    stranger = workspace.add_user("Stranger", "stranger@else.example", stranger=True)
    robot = workspace.add_user("Robot", bot=True)
    assert client.users_info(user=guest)["user"]["is_ultra_restricted"] is True
    elsewhere = client.users_info(user=stranger)["user"]
    assert elsewhere["is_stranger"] is True and elsewhere["team_id"] != workspace.id
    assert client.users_info(user=robot)["user"]["is_bot"] is True
    with pytest.raises(SlackApiError) as caught:
        client.users_info(user="U404")
    assert refusal(caught) == "user_not_found"


def test_somebody_is_found_by_address_in_any_case_unless_they_left_or_come_from_elsewhere(
    workspace: Workspace, client: WebClient, nurse: Person
) -> None:
    assert client.users_lookupByEmail(email="designated.nurse@OURSHIRE.example")["user"]["id"] == nurse.id
    workspace.add_user("Stranger", "stranger@else.example", stranger=True)
    workspace.deactivate_user(nurse.id)
    for address in ("designated.nurse@ourshire.example", "stranger@else.example", "nobody@ourshire.example"):
        with pytest.raises(SlackApiError) as caught:
            client.users_lookupByEmail(email=address)
        assert refusal(caught) == "users_not_found"


def test_addresses_are_shown_only_with_their_scope(workspace: Workspace, client: WebClient, nurse: Person) -> None:
    assert client.users_info(user=nurse.id)["user"]["profile"]["email"] == "Designated.Nurse@ourshire.example"
    workspace.scopes.discard("users:read.email")
    assert "email" not in client.users_info(user=nurse.id)["user"]["profile"]
