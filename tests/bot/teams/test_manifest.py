"""The app's manifest for Teams: least permissions, words that people can type, one id for good."""

import http.client
import json
import socket
import uuid
from typing import Any

import pytest
from markupsafe import escape

from bot.teams import about
from bot.teams.manifest import (
    ASKED_FOR,
    FEATURES,
    PERMISSIONS,
    PERSONAL,
    SCOPES,
    SHARED,
    VERSION,
    app_id,
    manifest,
)
from bot.teams.package import SCHEMA
from bot.teams.typed import is_home
from bot.web.serving import Server, application
from commands.words_people_type import WORDS

CLIENT_ID = "0A0b0c0d-0000-4000-8000-000000000001"
BASE = "https://bot.ours.example/"


@pytest.fixture
def made() -> dict[str, Any]:
    return manifest(CLIENT_ID, BASE, "1.2.3")


def everything(value: Any) -> list[str]:
    """Every name and every text in a manifest."""
    if isinstance(value, dict):
        return [text for name, each in value.items() for text in (name, *everything(each))]
    if isinstance(value, list):
        return [text for each in value for text in everything(each)]
    return [value] if isinstance(value, str) else []


def test_it_is_of_the_version_whose_schema_stands_beside_it(made: dict[str, Any]) -> None:
    schema = json.loads(SCHEMA.read_text("utf-8-sig"))
    assert schema["properties"]["manifestVersion"]["const"] == made["manifestVersion"] == VERSION
    assert made["$schema"].endswith(f"/v{VERSION}/MicrosoftTeams.schema.json")


def test_nothing_is_asked_for_that_has_no_reason(made: dict[str, Any]) -> None:
    [bot] = made["bots"]
    switched_on = {name for name, value in bot.items() if value is True}
    assert {*bot["scopes"], *made["permissions"], *switched_on} == ASKED_FOR.keys()
    assert ASKED_FOR.keys() == SCOPES.keys() | PERMISSIONS.keys() | FEATURES.keys()
    assert all(len(reason.split()) > 5 for reason in ASKED_FOR.values())


def test_it_may_read_no_channel_no_chat_and_no_file_and_signs_nobody_in(made: dict[str, Any]) -> None:
    texts = " ".join(everything(made))
    for right in ("ChannelMessage", "ChatMessage", ".Read.", "Files.", "resourceSpecific", "authorization"):
        assert right not in texts
    for name in ("webApplicationInfo", "authorization", "devicePermissions", "staticTabs", "composeExtensions"):
        assert name not in made
    assert made["validDomains"] == []


def test_the_commands_are_words_that_people_can_type_and_no_list_has_more_than_twelve(made: dict[str, Any]) -> None:
    words = {word.name for word in WORDS} | {"help"}
    lists = made["bots"][0]["commandLists"]
    assert [len(each["commands"]) <= 12 for each in lists] == [True, True]
    for each in lists:
        for command in each["commands"]:
            assert command["title"] in words or is_home(command["title"]), command["title"]
    assert [command["title"] for command in lists[0]["commands"]] == list(PERSONAL)
    assert not any(is_home(word) for word in SHARED)


def test_slash_commands_are_offered_where_others_read_along_and_every_scope_has_its_list(made: dict[str, Any]) -> None:
    [bot] = made["bots"]
    own, shared = bot["commandLists"]
    assert (own["scopes"], "triggers" in own) == (["personal"], False)
    assert (set(shared["scopes"]), shared["triggers"]) == ({"team", "groupChat"}, ["mention", "slash"])
    assert {*own["scopes"], *shared["scopes"]} == set(bot["scopes"])
    assert bot["supportsTargetedMessages"] is True


def test_one_registration_has_one_app_for_good_which_is_not_the_bot_itself(made: dict[str, Any]) -> None:
    assert (
        made["id"] == app_id(CLIENT_ID.lower()) == app_id(CLIENT_ID.upper()) == "b90fdcb4-ef15-5ba0-b643-e0d26467562c"
    )
    assert made["bots"][0]["botId"] == CLIENT_ID.lower() != made["id"]
    assert app_id(str(uuid.UUID(int=1))) != app_id(str(uuid.UUID(int=2)))


def test_it_says_that_it_is_not_the_way_to_get_help_for_a_child(made: dict[str, Any]) -> None:
    assert "not the way to get help for a child" in made["description"]["full"]
    assert "999" in made["description"]["full"]


def test_every_address_is_ours_and_leads_to_a_page(made: dict[str, Any]) -> None:
    developer = made["developer"]
    led_to = {developer[name].removeprefix(BASE.rstrip("/")) for name in ("websiteUrl", "privacyUrl", "termsOfUseUrl")}
    assert led_to == about.PAGES.keys()
    assert "999" in str(about.PAGES[about.ABOUT]) and "999" in str(about.PAGES[about.TERMS])


def test_the_pages_are_shown_and_load_nothing() -> None:
    server = Server(application(about.routes()), socket.create_server(("127.0.0.1", 0)))
    try:
        for path, (title, sentences) in about.PAGES.items():
            answer, text = asked(server, "GET", path)
            assert answer.status == 200 and title in text and escape(sentences[0]) in text
            assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert asked(server, "POST", about.ABOUT)[0].status == 404
    finally:
        server.stop()


def asked(server: Server, method: str, path: str) -> tuple[http.client.HTTPResponse, str]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request(method, path)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer, text
