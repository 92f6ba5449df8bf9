"""Teams opened by the wiring: alone or beside Slack, from settings; begun and ended without waiting for anybody."""

import time
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr

from bot import wiring
from bot.settings import Settings
from bot.teams.marks import key_of, mark_of, marked
from bot.teams.opening import Teams
from commands.speakers import Speaker
from tests.standins.teams import StandIn, rendered

from .offices import a_teams_office
from .talking import MANAGER, people_talking, types

SLACK = {
    "slack_bot_token": SecretStr("xoxb-not-a-token"),
    "slack_signing_secret": SecretStr("not a secret"),
    "slack_api_url": "https://slack.invalid/api/",
}


@pytest.fixture(autouse=True)
def _on_a_monday() -> None:
    """In the place of the fixture that stops the clock: here seconds pass, and tokens end."""


def settings(folder: Path, standin: StandIn, **more: object) -> Settings:
    """The settings of a bot that has Teams."""
    told = {
        "database_url": f"sqlite:///{folder / 'convenor.db'}",
        "audit_key": SecretStr("a key for the ledger that is long enough"),
        "encryption_keys": (SecretStr(Fernet.generate_key().decode()),),
        "client_id": standin.client_id,
        "client_secret": SecretStr("a secret that only Entra would ask for"),
        "tenant_id": standin.add_tenant("Ourshire Council").id,
        "managed_identity_client_id": None,
        "teams_openid_metadata_url": standin.metadata_url,
        "teams_tenants": (),
        "teams_hosts": (),
    }
    return Settings.model_construct(**told | more)


@pytest.mark.parametrize("with_slack", [False, True], ids=["alone", "beside Slack"])
def test_the_wiring_opens_teams_where_it_is_set_up(tmp_path: Path, with_slack: bool) -> None:
    with StandIn() as standin:
        bot = wiring.open(settings(tmp_path, standin, **(SLACK if with_slack else {})))
        assert [chat.door.name for chat in bot.chats] == (["slack", "teams"] if with_slack else ["teams"])
        assert "teams" in bot.doors and not bot.by_terminal
        paths = [route.path for chat in bot.chats for route in chat.routes()]
        assert "/api/messages" in paths
        assert ("/slack/events" in paths) is with_slack
        for chat in bot.chats:
            chat.stop()
        bot.close()
        assert standin.calls == []


def test_where_teams_is_not_set_up_nothing_of_it_is_opened(tmp_path: Path) -> None:
    bot = wiring.passing(tmp_path)
    assert bot.chats == ()
    bot.close()


def test_a_start_has_the_keys_fetched_and_waits_for_nobody() -> None:
    with a_teams_office() as teams_office:
        standin = teams_office.standin
        standin.faults.hang(2, route="metadata", taken=False)
        standin.faults.hang(2, route="keys", taken=False)
        began = time.monotonic()
        teams_office.teams.start()
        assert time.monotonic() - began < 1
        standin.wait_for(lambda: "GET" in {method for method, path in standin.calls if "well-known" in path}, 5)


def test_a_look_round_before_any_partnership_runs_does_nothing(tmp_path: Path) -> None:
    with StandIn() as standin:
        bot = wiring.open(settings(tmp_path, standin))
        (teams,) = bot.chats
        assert isinstance(teams, Teams)
        teams.look_round()
        assert [path for _, path in standin.calls if "well-known" not in path] == []
        teams.stop()
        bot.close()


def test_what_is_being_shown_is_finished_before_a_stop(tmp_path: Path) -> None:
    with people_talking(tmp_path) as teams_office:
        manager = teams_office.user(MANAGER)
        teams_office.standin.faults.next(status=429, retry_after=1)
        manager.types("me")
        teams_office.teams.stop()
        assert "Your posts" in rendered(manager.told()[-1])


def test_a_bot_that_was_stopped_answers_that_it_cannot_take_anything(tmp_path: Path) -> None:
    with people_talking(tmp_path) as teams_office:
        manager = teams_office.user(MANAGER)
        types(teams_office, manager, "me")
        teams_office.teams.stop()
        assert manager.types("me").status == 500


# What tells one press from another

SPEAKER = Speaker("teams", "t", "u")
EXECUTE = {"type": "Action.Execute", "data": {"a": 1}}
CARD = {
    "type": "AdaptiveCard",
    "body": [
        {"type": "Container", "items": [{"type": "ActionSet", "actions": [EXECUTE]}]},
        {"type": "TextBlock", "text": "Action.Execute"},
    ],
    "actions": [{"type": "Action.Submit", "data": {"b": {"type": "Action.Submit", "data": {}}}}],
}


def test_every_button_of_a_card_carries_its_mark_and_nothing_else_of_it_changes() -> None:
    once = marked(CARD, mark_of("one"))
    data = [once["body"][0]["items"][0]["actions"][0]["data"], once["actions"][0]["data"]]
    assert [each.pop("state") for each in data] == [mark_of("one")] * 2
    assert once == CARD


def test_a_press_on_another_showing_of_the_same_card_has_another_key() -> None:
    def key(state: str, message: str = "1", does: str = "x") -> str:
        return key_of(SPEAKER, message, {"state": mark_of(state)}, does, {"a": "b"})

    assert key("one") == key("one")
    assert len({key("one"), key("another"), key("one", message="2"), key("one", does="y")}) == 4
