"""`convenor teams-package` and `convenor teams`: the app package, and which tenant serves whom."""

import json
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest

from bot import clock, keycheck, wiring
from bot import settings as settings_
from bot.teams.tenants import Tenants, allowed
from bot.terminal.running import where_messages_go
from bot.wiring import Installation
from storage.records import installations, partnerships
from tests.bot.conftest import Shell

pytestmark = pytest.mark.usefixtures("installed")

CLIENT_ID = "00000000-0000-4000-8000-000000000001"
TENANT = "11111111-1111-4111-8111-11111111111a"
POLICE = "22222222-2222-4222-8222-22222222222b"
BASE = "https://bot.ours.example"


@pytest.fixture(autouse=True)
def _for_teams(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (
        ("CLIENT_ID", CLIENT_ID),
        ("CLIENT_SECRET", "hush-hush"),
        ("TENANT_ID", TENANT),
        ("CONVENOR_TEAMS_TENANTS", f"{POLICE}=police.example"),
        ("CONVENOR_BASE_URL", BASE),
    ):
        monkeypatch.setenv(name, value)


@pytest.fixture
def bot() -> Iterator[Installation]:
    found = wiring.open(settings_.read())
    yield found
    found.close()


def settle(bot: Installation) -> None:
    """What the bot does at its start: the tenants of the settings serve Ourshire."""
    settings = settings_.read()
    Tenants(bot.runner, keycheck.seal(settings), allowed(settings), CLIENT_ID).settle(clock.now())


# The package


def test_the_package_is_made_for_the_settings_and_says_what_is_next(shell: Shell) -> None:
    said = shell("teams-package")
    assert (said.code, said.out) == (0, "convenor-teams.zip\n")
    with ZipFile("convenor-teams.zip") as zipped:
        made = json.loads(zipped.read("manifest.json"))
    assert made["bots"][0]["botId"] == CLIENT_ID
    assert made["developer"]["websiteUrl"].startswith(f"{BASE}/")
    assert made["version"] == "0.1.0"
    assert f"{BASE}/api/messages" in said.err and "Upload new app" in said.err and "convenor run" in said.err


def test_the_package_goes_where_it_is_wanted_with_a_higher_version_and_holds_no_secret(shell: Shell) -> None:
    said = shell("teams-package", "--to", "ours.zip", "--app-version", "1.4.0")
    assert said.out == "ours.zip\n"
    with ZipFile("ours.zip") as zipped:
        text = zipped.read("manifest.json").decode()
    assert json.loads(text)["version"] == "1.4.0"
    assert "hush-hush" not in text + said.err


@pytest.mark.parametrize(
    ("without", "address", "says"),
    [
        (["CLIENT_ID", "CLIENT_SECRET", "TENANT_ID", "CONVENOR_TEAMS_TENANTS"], BASE, "CLIENT_ID is not set"),
        (["CONVENOR_BASE_URL"], "", "CONVENOR_BASE_URL is not set"),
        ([], "http://bot.ours.example", "CONVENOR_BASE_URL must begin with https://"),
    ],
)
def test_what_the_package_needs_and_lacks_is_said(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, without: list[str], address: str, says: str
) -> None:
    monkeypatch.setenv("CONVENOR_BASE_URL", address)
    for name in without:
        monkeypatch.delenv(name)
    said = shell("teams-package")
    assert (said.code, said.out) == (2, "") and says in said.err
    assert not Path("convenor-teams.zip").exists()


def test_a_package_that_teams_would_refuse_is_not_made(shell: Shell) -> None:
    said = shell("teams-package", "--app-version", "1." * 200)
    assert said.code == 2 and "version: " in said.err
    assert not Path("convenor-teams.zip").exists()


def test_a_place_that_cannot_be_written_is_a_sentence(shell: Shell) -> None:
    said = shell("teams-package", "--to", "nowhere/ours.zip")
    assert said.code == 1 and said.err.startswith("nowhere/ours.zip cannot be written: ")


# What a start says


def test_a_start_says_by_which_doors_messages_go(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    assert where_messages_go(settings_.read()) == ["Messages go by Teams. Stop with Ctrl-C."]
    for name, value in {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("SMTP_URL", "smtp://mail.ours.example:587")
    monkeypatch.setenv("CONVENOR_MAIL_FROM", "convenor@ours.example")
    assert where_messages_go(settings_.read()) == ["Messages go by Slack, Teams and mail. Stop with Ctrl-C."]
    monkeypatch.setenv("CONVENOR_SANDBOX", "teams:19:trial@thread.tacv2")
    [said] = where_messages_go(settings_.read())
    assert said == "The sandbox is on: every message goes to teams:19:trial@thread.tacv2, to nobody else."


# tenants, serve, end


def test_where_the_bot_is_in_no_tenant_it_says_so(shell: Shell) -> None:
    said = shell("teams", "tenants")
    assert (said.code, said.out) == (1, "") and "in no tenant yet" in said.err


def test_tenants_are_listed_with_whom_they_serve_and_their_domains(shell: Shell, bot: Installation) -> None:
    settle(bot)
    lines = shell("teams", "tenants").out.splitlines()
    assert [line for line in lines if not line.startswith(" ")] == [
        f"{TENANT}  {TENANT}, since Monday 4 January 2027",
        f"{POLICE}  police.example, since Monday 4 January 2027",
    ]
    assert lines.count("  serves Ourshire Safeguarding Children Partnership") == 2
    assert "  mail domains: police.example" in lines
    assert any("no mail domain is set for it in CONVENOR_TEAMS_TENANTS" in line for line in lines)


def test_a_tenant_that_the_settings_name_no_more_is_listed_as_such_and_can_be_ended(
    shell: Shell, bot: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(bot)
    why_not = shell("teams", "end", POLICE, "ourshire")
    assert why_not.code == 2 and "CONVENOR_TEAMS_TENANTS names this tenant" in why_not.err
    monkeypatch.delenv("CONVENOR_TEAMS_TENANTS")
    assert "the settings do not name it: nobody there is answered" in shell("teams", "tenants").out
    said = shell("teams", "end", POLICE.upper(), "ourshire")
    assert said.out == "police.example serves nobody now.\n" and "admin centre of that tenant" in said.err
    with bot.store.reading() as session:
        assert partnerships.of_workspace(session, "teams", POLICE) == []
        assert installations.find(session, "teams", POLICE) is None


def test_the_bot_s_own_tenant_is_not_ended_behind_the_back_of_the_settings(shell: Shell, bot: Installation) -> None:
    settle(bot)
    said = shell("teams", "end", TENANT, "ourshire")
    assert said.code == 2 and "It is the tenant of TENANT_ID" in said.err
    with bot.store.reading() as session:
        assert partnerships.of_workspace(session, "teams", TENANT) == ["ourshire"]


def test_a_tenant_serves_again_and_an_unknown_one_or_partnership_is_refused(shell: Shell, bot: Installation) -> None:
    settle(bot)
    assert shell("teams", "serve", POLICE, "ourshire").out.startswith("police.example serves Ourshire")
    unknown = shell("teams", "serve", CLIENT_ID, "ourshire")
    assert f"The bot is in no tenant {CLIENT_ID}. It is in: {TENANT} ({TENANT}); {POLICE}" in unknown.err
    assert '"elsewhere" does not run here' in shell("teams", "serve", POLICE, "elsewhere").err
    assert "in no workspace" in shell("slack", "serve", POLICE, "ourshire").err
