"""The app's manifest: it is what the code registers and needs, no more and no less."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.slack import manifest as module
from bot.slack.app import EVENTS, SHORTCUTS
from bot.slack.manifest import COMMAND, FILE, SCOPES, as_text, beyond, lacking, manifest
from tests.bot.slack.sites import Site, a_site
from tests.standins.slack import StandIn

FOLDER = Path(module.__file__).parent

NEEDS = {
    "apps_connections_open": "",  # of the app's own token: connections:write
    "auth_test": "",
    "oauth_v2_access": "",
    "views_open": "",
    "views_publish": "",
    "views_update": "",
    "chat_postMessage": "chat:write",
    "chat_postEphemeral": "chat:write",
    "chat_update": "chat:write",
    "chat_delete": "chat:write",
    "conversations_open": "im:write",
    "conversations_history": "im:history",
    "files_getUploadURLExternal": "files:write",
    "files_completeUploadExternal": "files:write",
    "users_info": "users:read",
    "users_lookupByEmail": "users:read.email",
}
"""The methods of Slack's that the code uses, each with the scope that it needs, as Slack's reference says."""

EVENTS_NEED = {"app_mention": "app_mentions:read", "message.im": "im:history"}
"""Events that come only with a scope; the others come to every app that asks for them."""


@pytest.fixture(autouse=True)
def _on_a_monday() -> Iterator[None]:
    """The real clock: a server and its sockets need one that goes."""
    yield


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A bot over HTTP at an app that knows what the manifest says, and nothing else."""
    with a_site(tmp_path) as site:
        as_manifest(site.standin, manifest())
        site.standin.add_workspace("Newshire", installed=False)
        assert site.installs().status == 200
        yield site


def as_manifest(standin: StandIn, made: dict[str, Any]) -> None:
    """Makes the app at Slack as the manifest says."""
    standin.app.events = set(made["settings"]["event_subscriptions"]["bot_events"])
    standin.app.commands = {each["command"] for each in made["features"]["slash_commands"]}
    standin.app.shortcuts = {each["callback_id"] for each in made["features"]["shortcuts"]}
    standin.app.home_tab = made["features"]["app_home"]["home_tab_enabled"]
    standin.app.messages_tab = made["features"]["app_home"]["messages_tab_enabled"]


# The file


def test_the_file_in_the_repository_is_what_the_code_makes() -> None:
    assert FILE.read_text("utf-8") == as_text(manifest()), "python -m bot.slack.manifest writes it anew"


def test_the_file_in_the_repository_asks_for_socket_mode_and_has_no_addresses() -> None:
    made = json.loads(FILE.read_text("utf-8"))
    assert made["settings"]["socket_mode_enabled"] is True and "http" not in FILE.read_text("utf-8")
    assert made["oauth_config"]["scopes"] == {"bot": sorted(SCOPES)}


def test_over_http_everything_goes_to_one_address() -> None:
    made = manifest("/ours", "https://bot.ours.example/", http=True)
    assert made["settings"]["socket_mode_enabled"] is False
    assert set(re.findall(r"https?://[^\"]+", as_text(made))) == {"https://bot.ours.example/slack/events"}
    assert as_text(made).count("/slack/events") == 3
    assert made["features"]["slash_commands"][0]["command"] == "/ours"
    assert "redirect_urls" not in made["oauth_config"]


def test_for_several_workspaces_slack_sends_back_to_us_also_with_socket_mode() -> None:
    made = manifest(COMMAND, "https://bot.ours.example", several=True)
    assert made["oauth_config"]["redirect_urls"] == ["https://bot.ours.example/slack/oauth_redirect"]
    assert made["settings"]["socket_mode_enabled"] is True and "/slack/events" not in as_text(made)


def test_the_manifest_keeps_slack_s_limits() -> None:
    about = manifest()["display_information"]
    assert len(about["name"]) <= 35 and len(about["description"]) <= 140
    assert 174 <= len(about["long_description"]) <= 4000
    shortcuts = manifest()["features"]["shortcuts"]
    assert len(shortcuts) <= 5 and all(len(each["name"]) <= 24 for each in shortcuts)
    assert all(len(each["description"]) <= 150 for each in shortcuts)


# What it asks for


def test_every_scope_and_event_has_its_reason() -> None:
    assert all(len(reason.split()) > 2 for reason in [*SCOPES.values(), *EVENTS.values()])


def test_what_is_lacking_is_named_with_what_it_is_for_and_what_is_too_much_too() -> None:
    given = ",".join((*sorted(set(SCOPES) - {"files:write"}), "channels:history"))
    assert lacking(given) == {"files:write": SCOPES["files:write"]} and beyond(given) == ["channels:history"]
    assert (lacking(",".join(SCOPES)), beyond(",".join(SCOPES))) == ({}, [])
    assert set(lacking("")) == set(SCOPES) and beyond("") == []


def methods_in_the_code() -> set[str]:
    """Every method of Slack's that is called in the folder."""
    families = (
        "apps",
        "auth",
        "bots",
        "chat",
        "conversations",
        "files",
        "oauth",
        "reactions",
        "team",
        "users",
        "views",
    )
    found = set()
    for path in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr.partition("_")[0] in families and "_" in node.attr:
                found.add(node.attr)
            assert not (isinstance(node, ast.Attribute) and node.attr == "api_call"), f"{path.name}: use its own name"
    return found & _all_methods()


def _all_methods() -> set[str]:
    from slack_sdk import WebClient

    return {name for name in dir(WebClient) if not name.startswith("_")}


def test_each_method_that_is_called_has_its_scope_and_no_scope_is_for_nothing() -> None:
    assert methods_in_the_code() == NEEDS.keys()
    needed = {*NEEDS.values(), *EVENTS_NEED.values(), "commands"} - {""}
    assert needed == SCOPES.keys()


# What is registered


def registered(kind: str) -> set[str]:
    """What app.py registers with `@app.KIND("name")`."""
    found = set()
    for node in ast.walk(ast.parse((FOLDER / "app.py").read_text("utf-8"))):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="app"), attr=name), args=[what]) if name == kind:
                found.add(what.value if isinstance(what, ast.Constant) else ast.unparse(what))
    return found


def test_nothing_is_registered_that_the_manifest_lacks() -> None:
    assert registered("event") == {event.partition(".")[0] for event in EVENTS}
    assert registered("command") == {"front.command"} and registered("global_shortcut") == {"each.callback"}
    assert registered("shortcut") == registered("message_shortcut") == registered("options") == set()


def test_every_event_of_the_manifest_is_acknowledged_by_a_listener(site: Site) -> None:
    [workspace] = site.standin.workspaces.values()
    nurse = workspace.person("Designated Nurse", "nurse@elsewhere.example")
    channel = workspace.add_channel("board", [nurse.id])
    does = {
        "app_home_opened": lambda: nurse.opens_home(),
        "message.im": lambda: nurse.writes_in_dm("help"),
        "app_mention": lambda: nurse.mentions_in(channel, "help"),
    }
    for event in EVENTS.keys() - {"app_uninstalled", "tokens_revoked"}:
        answer = does[event]()
        assert answer.acknowledged and answer.status == 200, event
    for event in ("tokens_revoked", "app_uninstalled"):
        told = workspace.tell({"type": event, "tokens": {"bot": [workspace.bot_user_id]}, "event_ts": "1.0"})
        assert told is not None and told.ended.wait(10) and told.first.status == 200, event


def test_the_command_and_every_shortcut_of_the_manifest_are_answered(site: Site) -> None:
    [workspace] = site.standin.workspaces.values()
    nurse = workspace.person("Designated Nurse", "nurse@elsewhere.example")
    assert nurse.types_command(COMMAND, "help").acknowledged
    assert nurse.types_command("/another", "help").reason == "invalid_command"
    for each in SHORTCUTS:
        answer = nurse.shortcut(each.callback)
        assert answer.acknowledged, each.callback
        assert answer.wait_for(lambda answer: answer.modal), each.callback


def test_what_no_listener_is_for_is_not_acknowledged(site: Site) -> None:
    """So that the tests above can fail."""
    [workspace] = site.standin.workspaces.values()
    nurse = workspace.person("Designated Nurse", "nurse@elsewhere.example")
    site.standin.app.commands = site.standin.app.shortcuts = None
    assert nurse.types_command("/another", "help").status == 404
    assert nurse.shortcut("another").status == 404


def test_with_exactly_these_scopes_slack_refuses_nothing(site: Site) -> None:
    [workspace] = site.standin.workspaces.values()
    assert workspace.scopes == set(SCOPES)
    nurse = workspace.person("Designated Nurse", "designated-nurse@ourshire.invalid")
    site.bot.look_round()
    nurse.types_command(COMMAND, "me")
    nurse.writes_in_dm("meeting next")
    nurse.opens_home()
    refused = [(call.method, call.error) for call in site.standin.calls if call.error]
    assert [each for each in refused if each[1] != "users_not_found"] == []


def test_with_socket_mode_only_what_installs_is_reached_over_http() -> None:
    with a_site(slack_app_token=SecretStr("xapp-1-none")) as site:
        assert [route.path for route in site.bot.routes()] == ["/slack/install", "/slack/oauth_redirect"]
    with a_site(slack_client_id=None) as site:
        assert [route.path for route in site.bot.routes()] == ["/slack/events"]
