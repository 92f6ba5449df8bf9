"""Installing through OAuth at the stand-in Slack: the page of consent, codes, and what is refused."""

import http.client
import urllib.parse

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.standins.slack import StandIn, Workspace

BACK = "https://convenor.example/slack/oauth_redirect"


@pytest.fixture
def new(standin: StandIn) -> Workspace:
    standin.app.redirect_urls = {BACK}
    return standin.add_workspace("Newshire", installed=False)


def consents(standin: StandIn, **query: str) -> tuple[int, dict[str, str]]:
    """Visits the page of consent: status, and what stands in the address to which it sends one."""
    connection = http.client.HTTPConnection("127.0.0.1", standin.port)
    asked = {"client_id": standin.app.client_id, "scope": "chat:write,commands", "state": "s1", "redirect_uri": BACK}
    connection.request("GET", f"/oauth/v2/authorize?{urllib.parse.urlencode(asked | query)}")
    response = connection.getresponse()
    response.read()
    connection.close()
    parts = urllib.parse.urlsplit(response.headers.get("Location", ""))
    return response.status, dict(urllib.parse.parse_qsl(parts.query))


def test_an_app_is_installed_with_the_code_that_comes_back(standin: StandIn, new: Workspace) -> None:
    with pytest.raises(SlackApiError):
        WebClient(new.bot_token, base_url=standin.url).auth_test()
    installer = new.add_user("Business Manager")
    status, back = consents(standin, team=new.id, user=installer)
    assert status == 302 and back["state"] == "s1"
    app = {"client_id": standin.app.client_id, "client_secret": standin.app.client_secret}
    client = WebClient(base_url=standin.url, retry_handlers=[])
    got = client.oauth_v2_access(**app, code=back["code"], redirect_uri=BACK)
    assert got["team"]["id"] == new.id and got["scope"] == "chat:write,commands"
    assert got["authed_user"]["id"] == installer and got["bot_user_id"] == new.bot_user_id
    installed = WebClient(got["access_token"], base_url=standin.url).auth_test()
    assert installed["team_id"] == new.id and installed.headers["x-oauth-scopes"] == "chat:write,commands"
    with pytest.raises(SlackApiError) as caught:
        client.oauth_v2_access(**app, code=back["code"], redirect_uri=BACK)
    assert caught.value.response["error"] == "code_already_used"


def test_who_says_no_comes_back_with_an_error(standin: StandIn, new: Workspace) -> None:
    assert consents(standin, answer="no") == (302, {"state": "s1", "error": "access_denied"})
    assert new.token_state == "uninstalled"


def test_a_redirect_elsewhere_and_an_unknown_client_are_refused(standin: StandIn, new: Workspace) -> None:
    assert consents(standin, redirect_uri="https://elsewhere.example")[0] == 400
    assert consents(standin, client_id="1.2")[0] == 400


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"client_id": "1.2"}, "invalid_client_id"),
        ({"client_secret": "guessed"}, "bad_client_secret"),
        ({"code": "guessed"}, "invalid_code"),
        ({"redirect_uri": "https://elsewhere.example"}, "bad_redirect_uri"),
    ],
)
def test_an_exchange_is_refused(standin: StandIn, new: Workspace, wrong: dict[str, str], error: str) -> None:
    _status, back = consents(standin)
    right = {
        "client_id": standin.app.client_id,
        "client_secret": standin.app.client_secret,
        "code": back["code"],
        "redirect_uri": BACK,
    }
    with pytest.raises(SlackApiError) as caught:
        WebClient(base_url=standin.url, retry_handlers=[]).oauth_v2_access(**(right | wrong))
    assert caught.value.response["error"] == error


def test_a_code_is_good_for_ten_minutes() -> None:
    now = 1_800_000_000.0
    with StandIn(clock=lambda: now) as standin:
        standin.app.redirect_urls = {BACK}
        standin.add_workspace("Newshire", installed=False)
        codes = [consents(standin)[1]["code"] for _ in range(2)]
        app = {"client_id": standin.app.client_id, "client_secret": standin.app.client_secret}
        client = WebClient(base_url=standin.url, retry_handlers=[])
        now += 599
        assert client.oauth_v2_access(**app, code=codes[0])["ok"]
        now += 2
        with pytest.raises(SlackApiError) as caught:
            client.oauth_v2_access(**app, code=codes[1])
    assert caught.value.response["error"] == "invalid_code"
