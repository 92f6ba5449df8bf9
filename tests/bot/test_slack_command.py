"""`convenor slack`: manifest, links, and which workspace serves whom."""

import json
import re
from collections.abc import Iterator

import pytest

from bot import settings as settings_
from bot import wiring
from bot.slack.manifest import FILE, SCOPES
from bot.slack.workspaces import Workspaces
from bot.wiring import Installation
from storage.records import delivery, partnerships
from tests.bot.conftest import Shell

pytestmark = pytest.mark.usefixtures("installed")

BASE = "https://bot.ours.example"


@pytest.fixture(autouse=True)
def _for_several_workspaces(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (
        ("SLACK_CLIENT_ID", "1.2"),
        ("SLACK_CLIENT_SECRET", "a client's secret"),
        ("SLACK_SIGNING_SECRET", "a signing secret"),
        ("SLACK_API_URL", "http://127.0.0.1:9/"),
        ("CONVENOR_BASE_URL", BASE),
    ):
        monkeypatch.setenv(name, value)


@pytest.fixture
def bot() -> Iterator[Installation]:
    found = wiring.open(settings_.read())
    yield found
    found.close()


def install(bot: Installation, team: str = "T1", token: str = "xoxb-1", scopes: str = ",".join(SCOPES)) -> None:
    """Puts the bot into a workspace that serves Ourshire."""
    from bot import clock, keycheck

    workspaces = Workspaces(bot.runner, keycheck.seal(bot.settings), bot.settings.slack_api_url)
    workspaces.put(
        tenant=team,
        name="Ours Council",
        app="A1",
        bot_user="U1",
        scopes=scopes,
        token=token,
        serves=["ourshire"],
        now=clock.now(),
    )


# manifest


def test_the_manifest_is_that_of_the_repository(shell: Shell) -> None:
    said = shell("slack", "manifest")
    assert (said.code, said.out, said.err) == (0, FILE.read_text("utf-8"), "")


def test_the_manifest_is_made_for_the_settings(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONVENOR_COMMAND", "/ours")
    made = json.loads(shell("slack", "manifest", "--http", "--several").out)
    assert made["features"]["slash_commands"][0] == {
        "command": "/ours",
        "description": "Meetings, what you owe, cover and more",
        "usage_hint": "help",
        "should_escape": False,
        "url": f"{BASE}/slack/events",
    }
    assert made["oauth_config"]["redirect_urls"] == [f"{BASE}/slack/oauth_redirect"]


@pytest.mark.parametrize("words", [("manifest", "--http"), ("manifest", "--several"), ("install-link", "ourshire")])
def test_an_address_that_slack_does_not_take_is_refused(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setenv("CONVENOR_BASE_URL", "http://bot.ours.example")
    said = shell("slack", *words)
    assert (said.code, said.out) == (2, "") and "must begin with https://" in said.err


def test_a_manifest_without_an_address_says_which_setting_is_missing(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("CONVENOR_BASE_URL", "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_SIGNING_SECRET"):
        monkeypatch.delenv(name)
    assert "CONVENOR_BASE_URL is not set" in shell("slack", "manifest", "--http").err
    assert shell("slack", "manifest").code == 0


# install-link


def test_a_link_is_the_one_line_of_the_answer_and_is_good_for_those_partnerships(
    shell: Shell, bot: Installation
) -> None:
    said = shell("slack", "install-link", "ourshire", "ourshire")
    found = re.fullmatch(rf"{BASE}/slack/install\?state=([A-Za-z0-9_-]{{43}})\n", said.out)
    assert said.code == 0 and found is not None and "30 minutes" in said.err
    assert delivery.take_installing(bot.store, found[1], "slack", bot.now()) == ["ourshire"]


def test_each_link_is_another(shell: Shell) -> None:
    assert shell("slack", "install-link", "ourshire").out != shell("slack", "install-link", "ourshire").out


def test_a_link_for_a_partnership_that_does_not_run_here_is_refused(shell: Shell) -> None:
    said = shell("slack", "install-link", "ourshire", "elsewhere")
    assert (said.code, said.out) == (2, "") and '"elsewhere" does not run here' in said.err


def test_a_link_needs_a_client_id(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_SIGNING_SECRET"):
        monkeypatch.delenv(name)
    said = shell("slack", "install-link", "ourshire")
    assert said.code == 2 and "SLACK_CLIENT_ID and SLACK_CLIENT_SECRET are not set" in said.err


# workspaces, serve, end


def test_where_the_bot_is_in_no_workspace_it_says_so(shell: Shell) -> None:
    said = shell("slack", "workspaces")
    assert (said.code, said.out) == (1, "") and "in no workspace yet" in said.err


def test_workspaces_are_listed_with_whom_they_serve_and_what_is_missing(shell: Shell, bot: Installation) -> None:
    install(bot, scopes=",".join(set(SCOPES) - {"files:write"}))
    name, serves, missing = shell("slack", "workspaces").out.splitlines()
    assert name.startswith("T1  Ours Council, since ") and "4 January 2027" in name
    assert serves == "  serves Ourshire Safeguarding Children Partnership"
    assert missing == f"  missing: files:write ({SCOPES['files:write']})"
    assert "xoxb" not in shell("slack", "workspaces").out


def test_a_workspace_that_removed_the_bot_is_listed_as_not_reached(shell: Shell, bot: Installation) -> None:
    from commands import permissions

    install(bot)
    lost = {"door": "slack", "tenant": "T1", "address": "", "person": "", "reason": "it was removed", "whole": True}
    bot.runner.perform(permissions.time("ourshire"), "account.gone", lost, None, bot.now())
    assert "  not reached for ourshire: it was removed" in shell("slack", "workspaces").out.splitlines()


def test_a_workspace_ends_and_serves_again(shell: Shell, bot: Installation) -> None:
    install(bot)
    assert shell("slack", "serve", "t1", "ourshire").out.startswith("Ours Council serves Ourshire")
    said = shell("slack", "end", "T1", "ourshire")
    assert said.out == "Ours Council serves nobody now.\n" and "token there is forgotten" in said.err
    with bot.store.reading() as session:
        assert partnerships.of_workspace(session, "slack", "T1") == []
    assert "in no workspace T1" in shell("slack", "serve", "T1", "ourshire").err


def test_a_workspace_that_does_not_serve_it_cannot_end(shell: Shell, bot: Installation) -> None:
    install(bot)
    assert "is in no workspace T2. It is in: T1 (Ours Council)." in shell("slack", "end", "T2", "ourshire").err
    assert '"elsewhere" does not run here' in shell("slack", "end", "T1", "elsewhere").err


def test_the_workspace_of_the_settings_own_token_is_not_ended_behind_their_back(
    shell: Shell, bot: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would serve everybody again at the next start."""
    install(bot, token="xoxb-of-the-settings")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-of-the-settings")
    said = shell("slack", "end", "T1", "ourshire")
    assert said.code == 2 and "Take SLACK_BOT_TOKEN out of the settings first" in said.err
    with bot.store.reading() as session:
        assert partnerships.of_workspace(session, "slack", "T1") == ["ourshire"]


# doctor


def test_the_doctor_has_lines_for_slack_and_stops_at_none(shell: Shell, bot: Installation) -> None:
    install(bot)
    said = shell("doctor")
    assert said.code == 1
    lines = [line for line in said.out.splitlines() if "Slack" in line]
    assert any(line.startswith("wrong  Slack: Slack cannot be reached at http://127.0.0.1:9/") for line in lines)
    assert any(
        "No account is known for whoever is in 2 posts: Business Manager; Designated Nurse." in line for line in lines
    )
