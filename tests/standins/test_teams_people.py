"""The stand-in Teams' people: what they type, what comes of it, and what they see."""

import threading
from collections.abc import Iterator

import pytest

from tests.standins.teams import ODD, buttons, rendered
from tests.standins.teams.small_bot import Stage, card, execute, message, stage, text, words


@pytest.fixture
def teams() -> Iterator[Stage]:
    with stage() as teams:
        yield teams


# What they type


def test_typed_words_come_as_teams_sends_them(teams: Stage) -> None:
    answer = teams.nurse.types("meeting <next>")
    (heard,) = teams.bot.heard
    assert (answer.status, answer.failed) == (200, False)
    assert (heard["type"], heard["channelId"], heard["text"]) == ("message", "msteams", "meeting <next>")
    who = {"id": teams.nurse.member, "name": "Designated Nurse", "aadObjectId": teams.nurse.id}
    assert heard["from"] == who
    assert heard["recipient"]["id"] == f"28:{teams.standin.client_id}"
    chat = {"conversationType": "personal", "tenantId": teams.tenant.id, "id": teams.nurse.chat.id}
    assert heard["conversation"] == chat
    assert heard["channelData"]["tenant"] == {"id": teams.tenant.id}
    assert heard["attachments"] == [{"contentType": "text/html", "content": "<p>meeting &lt;next&gt;</p>"}]
    assert (heard["entities"][0]["type"], heard["localTimezone"]) == ("clientInfo", "Europe/London")
    assert heard["timestamp"] == "2027-01-15T08:00:00.000Z"


def test_a_mention_comes_with_its_mark_a_no_break_space_and_a_line_end(teams: Stage) -> None:
    channel = teams.tenant.add_channel("Board")
    teams.nurse.mentions(channel, "help")
    heard = teams.bot.heard[0]
    assert heard["text"] == "<at>Convenor</at>\u00a0help\n"
    assert heard["entities"][0]["mentioned"]["id"] == teams.standin.bot_id
    assert heard["conversation"]["id"] == f"{channel};messageid={heard['id']}"
    assert (heard["conversation"]["conversationType"], heard["conversation"]["isGroup"]) == ("channel", True)
    assert heard["channelData"]["channel"] == {"id": channel}
    assert heard["attachments"][0]["contentType"] == "text/html"
    teams.nurse.mentions(channel, "more", thread=heard["id"])
    assert teams.bot.heard[1]["conversation"]["id"] == heard["conversation"]["id"]


def test_a_group_has_no_threads(teams: Stage) -> None:
    group = teams.tenant.add_group("Us", [teams.nurse.id])
    teams.nurse.mentions(group, "help")
    assert teams.bot.heard[0]["conversation"]["id"] == group
    assert teams.bot.heard[0]["conversation"]["conversationType"] == "groupChat"


def test_the_bot_can_answer_in_the_thread_that_somebody_began(teams: Stage) -> None:
    channel = teams.tenant.add_channel("Board")
    answer = teams.nurse.mentions(channel, "help")
    teams.bot.sends(teams.bot.heard[0]["conversation"]["id"], text("See our own chat"))
    assert [one.text for one in teams.nurse.sees_in(channel)] == ["See our own chat"]
    assert [one.thread for one in answer.messages] == [teams.bot.heard[0]["id"]]


@pytest.mark.parametrize("typed", ["meeting next", "/meeting next"])
def test_a_slash_command_is_targeted_at_the_bot(teams: Stage, typed: str) -> None:
    teams.nurse.slashes(teams.tenant.add_channel("Board"), typed)
    heard = teams.bot.heard[0]
    assert (heard["text"], heard["recipient"]["isTargeted"]) == ("/meeting next", True)


def test_the_same_activity_can_come_twice(teams: Stage) -> None:
    teams.nurse.types("help", twice=True)
    first, second = teams.bot.heard
    assert first == second


def test_somebody_without_an_aad_id_has_none_in_what_they_send(teams: Stage) -> None:
    aad = teams.tenant.add_user("Visitor", has_aad=False)
    teams.tenant.user(aad).types("help")
    assert set(teams.bot.heard[0]["from"]) == {"id", "name"}


def test_an_error_of_the_bots_is_noted(teams: Stage) -> None:
    teams.bot.replies = lambda activity: (500, None)
    answer = teams.nurse.types("help")
    assert (answer.failed, answer.reason, answer.status) == (True, "the bot answered 500", 500)


def test_a_bot_that_says_nothing_or_is_not_there_is_noted(teams: Stage) -> None:
    waits = threading.Event()
    teams.standin.answer_timeout = 0.1
    teams.bot.replies = lambda activity: (200, waits.wait(5))
    assert teams.nurse.types("help").reason == "no answer in 0.1 seconds"
    waits.set()
    teams.standin.reaches("http://127.0.0.1:1/api/messages")
    assert "nobody there" in teams.nurse.types("help").reason


def test_before_the_bot_is_anywhere_nothing_can_be_sent(teams: Stage) -> None:
    teams.standin.reaches("")
    with pytest.raises(AssertionError, match="where the bot is"):
        teams.nurse.types("help")


# What they see


def test_an_answer_shows_what_came_since_and_what_changed(teams: Stage) -> None:
    chat = teams.nurse.chat.id
    before = teams.bot.sends(chat, text("Before"))
    teams.bot.replies = lambda activity: (200, teams.bot.sends(chat, message(card(execute("Move")))) and None)
    answer = teams.nurse.types("meeting")
    teams.bot.changes(chat, before, text("Changed"))
    assert (rendered(answer), buttons(answer)) == ("Who is to come?\n[Move]", ["Move"])
    assert [one.text for one in answer.changed] == ["Changed"]
    assert answer.everything() == []


def test_what_they_see_is_a_copy(teams: Stage) -> None:
    seen = teams.gives(execute("Yes"))
    seen.card["body"].clear()
    teams.bot.changes(teams.nurse.chat.id, seen.id, text("Changed"))
    assert seen.text == ""
    assert rendered(teams.nurse.told()) == "Changed"


def test_people_of_another_tenant_see_nothing_of_a_channel(teams: Stage) -> None:
    stranger = teams.standin.add_tenant("Elsewhere").person("Stranger")
    channel = teams.tenant.add_channel("Board")
    teams.bot.sends(channel, text("Good day"))
    assert stranger.sees_in(channel) == []


def test_their_own_words_are_not_among_what_they_are_told(teams: Stage) -> None:
    teams.nurse.types("help")
    assert teams.nurse.told() == []


# The app comes and goes


def test_installing_and_taking_away_tells_the_bot(teams: Stage) -> None:
    teams.nurse.record.installed = False
    assert teams.nurse.installs().accepted
    added, joined = teams.bot.heard
    assert (added["type"], added["action"]) == ("installationUpdate", "add")
    assert joined["membersAdded"] == [{"id": teams.standin.bot_id}]
    teams.bot.sends(teams.nurse.chat.id, text("Good day"))
    teams.nurse.uninstalls()
    assert teams.bot.heard[2]["action"] == "remove"
    answer = teams.bot.asks("POST", f"/v3/conversations/{teams.nurse.chat.id}/activities", text("Good day"))
    assert answer.status_code == 403


def test_a_team_takes_the_app_and_loses_it(teams: Stage) -> None:
    channel = teams.tenant.add_channel("Board", installed=False)
    teams.tenant.adds_app(channel)
    assert [one["type"] for one in teams.bot.heard] == ["installationUpdate", "conversationUpdate"]
    assert {one["conversation"]["id"] for one in teams.bot.heard} == {channel}
    assert teams.bot.heard[1]["channelData"]["eventType"] == "teamMemberAdded"
    teams.bot.sends(channel, text("Good day"))
    teams.tenant.removes_app(channel)
    assert teams.bot.asks("POST", f"/v3/conversations/{channel}/activities", text("x")).status_code == 403


# Odd activities


@pytest.mark.parametrize("kind", ODD)
def test_each_odd_activity_is_signed_and_names_its_tenant(teams: Stage, kind: str) -> None:
    assert teams.standin.odd(kind, teams.nurse).accepted
    heard = teams.bot.heard[0]
    assert (heard["channelId"], heard["serviceUrl"]) == ("msteams", teams.standin.service_url)
    assert "tenant" in heard["channelData"] or kind.startswith("message ")


def test_odd_activities_are_what_they_are_called(teams: Stage) -> None:
    for kind in ("add-upgrade", "unknown type", "reaction", "mention without mentioned", "unknown invoke", "typing"):
        teams.standin.odd(kind, teams.nurse)
    upgrade, unknown, reaction, mention, invoke, typing = teams.bot.heard
    assert (upgrade["type"], upgrade["action"]) == ("installationUpdate", "add-upgrade")
    assert unknown["type"] == "holographicUpdate"
    assert reaction["reactionsAdded"] == [{"type": "like"}]
    assert mention["entities"][0]["type"] == "mention" and "mentioned" not in mention["entities"][0]
    assert (invoke["type"], invoke["name"]) == ("invoke", "composeExtension/somethingNew")
    assert typing["type"] == "typing"


def test_an_odd_activity_can_be_changed_further(teams: Stage) -> None:
    teams.standin.odd("typing", teams.nurse, channelId="directline")
    assert teams.bot.heard[0]["channelId"] == "directline"


def test_an_activity_can_be_made_without_being_sent(teams: Stage) -> None:
    made = teams.standin.message(teams.nurse, "help")
    assert teams.bot.heard == []
    teams.standin.post(made | {"channelId": "webchat"})
    assert (teams.bot.heard[0]["text"], teams.bot.heard[0]["channelId"]) == ("help", "webchat")


# What is read


def test_words_are_read_as_the_client_shows_them() -> None:
    shown = card(
        execute("Yes"),
        body=[
            words("**Bold** and _slanted_, [a page](https://ourshire.example), 3 \\* 4, a_b_c"),
            words("Hidden") | {"isVisible": False},
            {"type": "RichTextBlock", "inlines": ["As *it* is", {"type": "TextRun", "text": ", all of it"}]},
            {"type": "FactSet", "facts": [{"title": "Where:", "value": "Town Hall"}]},
            {
                "type": "ColumnSet",
                "columns": [
                    {"type": "Column", "items": [words("Left")]},
                    {"type": "Column", "items": [words("Right")]},
                ],
            },
            {"type": "Container", "items": [words("Inside")]},
            {"type": "Image", "url": "https://ourshire.example/a.png", "altText": "A map"},
            {"type": "Input.Toggle", "id": "b.sure", "label": "Sure", "title": "I am sure", "value": "true"},
            {
                "type": "Input.ChoiceSet",
                "id": "b.day",
                "label": "Day",
                "style": "expanded",
                "value": "mon",
                "choices": [{"title": "Monday", "value": "mon"}, {"title": "Friday", "value": "fri"}],
            },
            {"type": "Input.Text", "id": "b.note", "label": "Note", "placeholder": "In a few words"},
        ],
    )
    assert rendered(shown).splitlines() == [
        "Bold and slanted, a page, 3 * 4, a_b_c",
        "As *it* is, all of it",
        "Where: Town Hall",
        "Left Right",
        "Inside",
        "A map",
        "Sure: yes",
        "I am sure",
        "Day: Monday",
        "Monday, Friday",
        "Note:",
        "In a few words",
        "[Yes]",
    ]
