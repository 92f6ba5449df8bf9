"""The stand-in Teams' connector: messages, rosters, and each thing that it refuses."""

from collections.abc import Iterator

import pytest

from tests.standins.teams import Person, rendered
from tests.standins.teams.small_bot import Stage, blank, card, execute, message, stage, text, words


@pytest.fixture
def teams() -> Iterator[Stage]:
    with stage() as teams:
        yield teams


def _created(teams: Stage, member: str, **more: object) -> tuple[int, str]:
    asked = {"members": [{"id": member}], "tenantId": teams.tenant.id, **more}
    answer = teams.bot.asks("POST", "/v3/conversations", asked)
    said = answer.json()
    return answer.status_code, said["id"] if answer.status_code == 201 else said["error"]["code"]


def _sent(teams: Stage, conversation: str, activity: dict[str, object] | None = None, query: str = "") -> object:
    """The code of the refusal with its status, or the status alone."""
    path = f"/v3/conversations/{conversation}/activities{query}"
    answer = teams.bot.asks("POST", path, activity or text("Good day"))
    return (answer.status_code, answer.json()["error"]["code"]) if answer.status_code != 201 else 201


# Messages


def test_a_message_is_sent_changed_and_deleted(teams: Stage) -> None:
    chat = teams.nurse.chat.id
    id_ = teams.bot.sends(chat, message(card(body=[words("On Monday")])))
    assert [(one.id, one.edited, rendered(one)) for one in teams.nurse.told()] == [(id_, 0, "On Monday")]
    assert teams.bot.changes(chat, id_, message(card(body=[words("On Tuesday")]))).json() == {"id": id_}
    assert [(one.id, one.edited, rendered(one)) for one in teams.nurse.told()] == [(id_, 1, "On Tuesday")]
    assert teams.bot.asks("DELETE", f"/v3/conversations/{chat}/activities/{id_}").status_code == 200
    assert teams.nurse.told() == []
    assert [post.deleted for post in teams.standin.posted] == [True]
    assert teams.standin.problems == []


def test_a_message_is_stamped_by_the_clock_and_the_next_has_a_later_id(teams: Stage) -> None:
    first, second = (int(teams.bot.sends(teams.nurse.chat.id, text("Good day"))) for _ in range(2))
    assert second > first
    assert [one.at.timestamp() for one in teams.nurse.told()] == teams.time * 2


def test_a_typing_sign_leaves_nothing(teams: Stage) -> None:
    teams.bot.sends(teams.nurse.chat.id, {"type": "typing"})
    assert teams.nurse.told() == []


def test_a_personal_chat_is_created_once_and_by_either_id(teams: Stage) -> None:
    status, first = _created(teams, teams.nurse.member)
    assert (status, first[:3]) == (201, "a:1")
    assert _created(teams, teams.nurse.id, activity=text("Good day")) == (201, first)
    assert [one.text for one in teams.nurse.told()] == ["Good day"]


def test_nobody_else_sees_a_personal_chat(teams: Stage) -> None:
    colleague = teams.tenant.person("Board manager")
    teams.bot.sends(teams.nurse.chat.id, text("Good day"))
    assert colleague.told() == []
    assert colleague.posts() == []


def test_a_channel_takes_new_threads_and_replies(teams: Stage) -> None:
    channel = teams.tenant.add_channel("Board")
    first = teams.bot.sends(channel, text("One"))
    teams.bot.sends(f"{channel};messageid={first}", text("Two"))
    assert [(one.text, one.thread) for one in teams.nurse.sees_in(channel)] == [("One", first), ("Two", first)]
    assert _sent(teams, f"{channel};messageid=77") == (404, "ConversationNotFound")


def test_a_group_is_seen_by_its_members_only(teams: Stage) -> None:
    colleague = teams.tenant.person("Board manager")
    group = teams.tenant.add_group("Two of us", [teams.nurse.id])
    teams.bot.sends(group, text("Good day"))
    assert len(teams.nurse.sees_in(group)) == 1
    assert colleague.sees_in(group) == []


# Targeted messages


def _targeted(person: Person, said: str = "For you") -> dict[str, object]:
    return text(said) | {"recipient": {"id": person.member}}


def test_a_targeted_message_is_seen_by_one_and_goes_after_a_day(teams: Stage) -> None:
    colleague, channel = teams.tenant.person("Board manager"), teams.tenant.add_channel("Board")
    assert _sent(teams, channel, _targeted(teams.nurse), "?isTargetedActivity=true") == 201
    assert [(one.text, one.targeted) for one in teams.nurse.sees_in(channel)] == [("For you", True)]
    assert colleague.sees_in(channel) == []
    id_ = teams.nurse.sees_in(channel)[0].id
    path = f"/v3/conversations/{channel}/activities/{id_}"
    assert teams.bot.asks("PUT", path, text("Other")).status_code == 404
    assert teams.bot.asks("PUT", path + "?isTargetedActivity=true", text("Other")).status_code == 200
    assert [one.text for one in teams.nurse.sees_in(channel)] == ["Other"]
    teams.time[0] += 24 * 3600
    assert teams.nurse.sees_in(channel) == []
    assert teams.bot.asks("DELETE", path + "?isTargetedActivity=true").status_code == 404


def test_a_targeted_message_is_deleted_by_its_own_route(teams: Stage) -> None:
    channel = teams.tenant.add_channel("Board")
    _sent(teams, channel, _targeted(teams.nurse), "?isTargetedActivity=true")
    path = f"/v3/conversations/{channel}/activities/{teams.nurse.sees_in(channel)[0].id}"
    assert teams.bot.asks("DELETE", path).status_code == 404
    assert teams.bot.asks("DELETE", path + "?isTargetedActivity=true").status_code == 200
    assert teams.nurse.sees_in(channel) == []


def test_a_targeted_message_needs_a_group_and_somebody_in_it(teams: Stage) -> None:
    outsider, query = teams.tenant.person("Board manager"), "?isTargetedActivity=true"
    group = teams.tenant.add_group("Us", [teams.nurse.id])
    assert _sent(teams, group, _targeted(outsider), query) == (400, "BadArgument")
    assert _sent(teams, group, text("For nobody"), query) == (400, "BadArgument")
    assert _sent(teams, teams.nurse.chat.id, _targeted(teams.nurse), query) == (400, "BadArgument")


# Refusals


def test_an_unknown_or_deleted_conversation_is_404(teams: Stage) -> None:
    channel = teams.tenant.add_channel("Board")
    teams.tenant.delete_channel(channel)
    assert _sent(teams, channel) == _sent(teams, "19:nowhere@thread.v2") == (404, "ConversationNotFound")
    assert teams.bot.asks("GET", "/v3/conversations/a:nowhere/members/x").status_code == 404


def test_somebody_without_the_app_is_403(teams: Stage) -> None:
    teams.nurse.record.installed = False
    assert _sent(teams, teams.nurse.chat.id) == (403, "BotNotInConversationRoster")
    assert _created(teams, teams.nurse.member) == (403, "ForbiddenOperationException")
    channel = teams.tenant.add_channel("Board", installed=False)
    assert _sent(teams, channel) == (403, "BotNotInConversationRoster")
    roster = teams.bot.asks("GET", f"/v3/conversations/{channel}/pagedMembers")
    assert roster.status_code == 403


def test_somebody_who_blocked_the_bot_and_a_tenant_that_switched_it_off_are_403(teams: Stage) -> None:
    teams.nurse.blocks_bot()
    assert _sent(teams, teams.nurse.chat.id) == (403, "ConversationBlockedByUser")
    teams.nurse.blocks_bot(False)
    teams.tenant.disabled = True
    assert _sent(teams, teams.nurse.chat.id) == (403, "BotDisabledByAdmin")


def test_somebody_who_left_is_not_found(teams: Stage) -> None:
    chat = teams.nurse.chat.id
    teams.tenant.remove_user(teams.nurse.id)
    assert _sent(teams, chat) == (404, "ConversationNotFound")
    assert _created(teams, teams.nurse.member) == (400, "BadArgument")


def test_a_chat_with_somebody_of_another_tenant_several_people_or_no_tenant_is_400(teams: Stage) -> None:
    other = teams.standin.add_tenant("Elsewhere")
    colleague = teams.tenant.person("Board manager")
    assert _created(teams, teams.nurse.member, tenantId=other.id) == (400, "BadArgument")
    assert _created(teams, teams.nurse.member, tenantId="") == (400, "BadArgument")
    assert _created(teams, "", members=[{"id": teams.nurse.id}, {"id": colleague.id}]) == (400, "BadArgument")
    assert _created(teams, teams.nurse.member, isGroup=True) == (400, "BadArgument")


def test_what_is_not_the_bots_cannot_be_changed(teams: Stage) -> None:
    teams.nurse.types("help")
    answer = teams.bot.changes(teams.nurse.chat.id, teams.bot.heard[0]["id"], text("Other"))
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "NotEnoughPermissions")


def test_a_message_that_is_gone_cannot_be_changed(teams: Stage) -> None:
    chat = teams.nurse.chat.id
    id_ = teams.bot.sends(chat, text("Good day"))
    teams.bot.asks("DELETE", f"/v3/conversations/{chat}/activities/{id_}")
    answer = teams.bot.changes(chat, id_, text("Other"))
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "ActivityNotFoundInConversation")


def test_a_message_over_80_kb_in_utf_16_is_413(teams: Stage) -> None:
    assert _sent(teams, teams.nurse.chat.id, text("x" * 40_000)) == 201
    assert _sent(teams, teams.nurse.chat.id, text("x" * 41_000)) == (413, "MessageSizeTooBig")
    assert teams.standin.problems == ["a message over 80 KB"]


@pytest.mark.parametrize(
    ("activity", "problem"),
    [
        ({"text": "Good day"}, "without a type"),
        ({"type": "message"}, "nothing in it"),
        (message({"type": "HeroCard"}), "no AdaptiveCard"),
        (message(card() | {"version": "1.6"}), "version '1.6'"),
        (message(card(body=[{"type": "Carousel"}])), "against the schema"),
        (message(card(*[execute(str(n)) for n in range(7)])), "more than 6 actions"),
        (message(card({"type": "Action.Execute", "title": "Yes"})), "without a verb: 'Yes'"),
        (message(card({"type": "Action.Execute", "verb": "yes"})), "without a title"),
        (message(card(body=[{"type": "Input.Text", "id": "b.day"}])), "without a label: 'b.day'"),
        (message(card(body=[{"type": "Input.Text", "label": "Day"}])), "without an id"),
        (message(card(body=[blank("day"), blank("day")])), "two inputs with the id 'b.day'"),
        ({"type": "message", "attachments": [{"content": {}}]}, "without a content type"),
    ],
)
def test_what_the_client_could_not_show_is_refused(teams: Stage, activity: dict[str, object], problem: str) -> None:
    assert _sent(teams, teams.nurse.chat.id, activity) == (400, "BadSyntax")
    assert any(problem in one for one in teams.standin.problems), teams.standin.problems
    assert teams.nurse.told() == []


def test_what_is_no_json_is_refused(teams: Stage) -> None:
    assert teams.bot.asks("POST", "/v3/conversations/", [1]).status_code == 400  # type: ignore[arg-type]


# Rosters


def test_the_roster_names_a_member_by_either_id_with_mail_and_role(teams: Stage) -> None:
    elsewhere = teams.standin.add_tenant("A trust")
    guest = teams.tenant.user(teams.tenant.add_user("Head", "head@trust.example", guest=True, home=elsewhere))
    channel = teams.tenant.add_channel("Board")
    for person in (teams.nurse, guest):
        found = [
            teams.bot.asks("GET", f"/v3/conversations/{channel}/members/{id_}").json()
            for id_ in (person.id, person.member)
        ]
        assert found[0] == found[1]
        assert (found[0]["aadObjectId"], found[0]["email"]) == (person.id, person.record.email)
    assert (found[0]["userRole"], found[0]["tenantId"]) == ("guest", elsewhere.id)
    assert "#EXT#" in found[0]["userPrincipalName"]


def test_somebody_without_a_mail_address_has_none_in_the_roster(teams: Stage) -> None:
    person = teams.tenant.person("Caretaker")
    found = teams.bot.asks("GET", f"/v3/conversations/{person.chat.id}/members/{person.id}").json()
    assert "email" not in found


def test_the_roster_comes_in_pages(teams: Stage) -> None:
    for number in range(129):
        teams.tenant.add_user(f"Person {number}")
    channel, token, pages = teams.tenant.add_channel("Board"), "0", []
    while token:
        query = f"?pageSize=10&continuationToken={token}"
        page = teams.bot.asks("GET", f"/v3/conversations/{channel}/pagedmembers{query}").json()
        pages.append([one["aadObjectId"] for one in page["members"]])
        token = page.get("continuationToken")
    assert [len(page) for page in pages] == [50, 50, 30]  # 50 is the least
    assert [one for page in pages for one in page] == list(teams.tenant.users)


def test_the_roster_of_a_chat_and_a_group_has_their_people_only(teams: Stage) -> None:
    colleague = teams.tenant.person("Board manager")
    group = teams.tenant.add_group("Us", [colleague.id])
    asked = {
        place: teams.bot.asks("GET", f"/v3/conversations/{place}/members") for place in (group, teams.nurse.chat.id)
    }
    assert [[one["id"] for one in each.json()["members"]] for each in asked.values()] == [
        [colleague.member],
        [teams.nurse.member],
    ]
    missing = teams.bot.asks("GET", f"/v3/conversations/{group}/members/{teams.nurse.id}")
    assert (missing.status_code, missing.json()["error"]["code"]) == (404, "MemberNotFoundInConversation")


# Windows


def test_seven_messages_a_second_and_eight_in_two_fit_in_a_conversation(teams: Stage) -> None:
    chat, other = teams.nurse.chat.id, teams.tenant.person("Board manager").chat.id
    for _ in range(7):
        teams.bot.sends(chat, text("Good day"))
    answer = teams.bot.asks("POST", f"/v3/conversations/{chat}/activities", text("Good day"))
    assert (answer.status_code, answer.json()["error"]["code"]) == (429, "Throttled")
    assert answer.headers["Retry-After"] == "1"
    teams.bot.sends(other, text("Good day"))
    teams.time[0] += 1.1
    teams.bot.sends(chat, text("Good day"))
    answer = teams.bot.asks("POST", f"/v3/conversations/{chat}/activities", text("Good day"))
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "1")
    teams.time[0] += 1
    teams.bot.sends(chat, text("Good day"))


def test_changes_count_in_the_windows_too(teams: Stage) -> None:
    id_ = teams.bot.sends(teams.nurse.chat.id, text("Good day"))
    codes = [teams.bot.changes(teams.nurse.chat.id, id_, text("Other")).status_code for _ in range(7)]
    assert codes == [200] * 6 + [429]


def test_fifty_requests_a_second_fit_in_a_tenant(teams: Stage) -> None:
    people = [teams.tenant.person(f"Person {number}") for number in range(51)]
    found = [_sent(teams, person.chat.id) for person in people]
    assert found == [201] * 50 + [(429, "Throttled")]


def test_fourteen_looks_a_second_fit_at_a_roster(teams: Stage) -> None:
    path = f"/v3/conversations/{teams.nurse.chat.id}/members"
    assert [teams.bot.asks("GET", path).status_code for _ in range(15)] == [200] * 14 + [429]


def test_the_windows_can_be_made_wider(teams: Stage) -> None:
    teams.standin.windows.burst = 2
    assert [_sent(teams, teams.nurse.chat.id) for _ in range(15)] == [201] * 14 + [(429, "Throttled")]
