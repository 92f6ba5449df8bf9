"""What Teams sends is read tolerantly: as Teams writes it, and whatever else may come."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.teams.activities import Activity, read, tenants, without_thread
from tests.standins.teams import ODD, Person, StandIn, Tenant
from tests.standins.teams import activities as made

NAMES = st.sampled_from(
    ["id", "name", "type", "text", "tenant", "tenantId", "aadObjectId", "mentioned", "contentType", "conversationType"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=8,
)
FIELDS = (
    "type",
    "name",
    "id",
    "channelId",
    "serviceUrl",
    "from",
    "conversation",
    "recipient",
    "channelData",
    "entities",
    "attachments",
    "membersAdded",
    "text",
    "value",
    "replyToId",
    "action",
)


@pytest.fixture(scope="module")
def standin() -> Iterator[StandIn]:
    with StandIn() as opened:
        yield opened


@pytest.fixture(scope="module")
def tenant(standin: StandIn) -> Tenant:
    return standin.add_tenant("Ourshire Council")


@pytest.fixture(scope="module")
def nurse(tenant: Tenant) -> Person:
    return tenant.user(tenant.add_user("Designated Nurse", "designated.nurse@ours.example"))


# As Teams writes it


def test_a_message_in_the_personal_chat_is_read(standin: StandIn, tenant: Tenant, nurse: Person) -> None:
    said = standin.message(nurse, "what do I owe")
    assert read(said) == Activity(
        type="message",
        id=said["id"],
        tenant=tenant.id,
        user=nurse.id,
        member=nurse.member,
        conversation=nurse.chat.id,
        thread=nurse.chat.id,
        scope="personal",
        service=standin.service_url,
        text="what do I owe",
        channel="msteams",
        bot=standin.bot_id,
    )


def test_a_mention_in_a_channel_is_read_without_the_bot_s_name(standin: StandIn, tenant: Tenant, nurse: Person) -> None:
    channel = tenant.channels[tenant.add_channel("Board")]
    found = read(made.mention(standin, nurse.record, channel, "help me, please"))
    assert (found.scope, found.text, found.conversation) == ("channel", "help me, please", channel.id)
    assert found.thread == f"{channel.id};messageid={found.id}" and not found.attachments and not found.targeted


def test_a_group_is_no_personal_chat(standin: StandIn, tenant: Tenant, nurse: Person) -> None:
    group = tenant.channels[tenant.add_group("Three of us")]
    assert read(made.mention(standin, nurse.record, group, "help")).scope == "group"


def test_a_slash_command_is_targeted(standin: StandIn, tenant: Tenant, nurse: Person) -> None:
    channel = tenant.channels[tenant.add_channel("Board")]
    assert read(made.slash(standin, nurse.record, channel, "help")).targeted


def test_who_comes_and_that_the_app_comes_are_read(standin: StandIn, tenant: Tenant, nurse: Person) -> None:
    channel = tenant.channels[tenant.add_channel("Board")]
    came = read(made.members(standin, nurse.record, channel, added=[nurse.member, standin.bot_id]))
    assert came.added == (nurse.member, standin.bot_id) and came.bot in came.added
    installed = read(made.installation(standin, nurse.record, channel, "add-upgrade"))
    assert (installed.type, installed.action) == ("installationUpdate", "add-upgrade")


def test_a_press_is_read_with_what_it_carries(standin: StandIn, nurse: Person) -> None:
    value = {"action": {"type": "Action.Execute", "verb": "show", "data": {"a": "b"}}, "trigger": "manual"}
    found = read(made.invoke(standin, nurse.record, nurse.chat, "adaptiveCard/action", value, "1700000000000"))
    assert (found.type, found.name, found.value) == ("invoke", "adaptiveCard/action", value)
    assert found.reply_to == "1700000000000"


@pytest.mark.parametrize("kind", ODD)
def test_odd_activities_are_read_too(standin: StandIn, nurse: Person, kind: str) -> None:
    said = ODD[kind](standin, nurse.record, nurse.chat)
    assert read(said).type == said["type"]
    assert read(json.loads(json.dumps(said))) == read(said)


# Words


def words(text: str, *mentions: tuple[str, str], name: str = "Convenor") -> str:
    """What is read of a text, with mentions: ids and what stands for them in the text."""
    entities = [{"type": "mention", "mentioned": {"id": id_}, "text": as_text} for id_, as_text in mentions]
    return read({"text": text, "entities": entities, "recipient": {"id": "28:bot", "name": name}}).text


def test_only_the_bot_s_mentions_are_taken_out() -> None:
    assert words("<at>Convenor</at>\u00a0help\n", ("28:bot", "<at>Convenor</at>")) == "help"
    assert words("<at>Convenor</at> ask <at>Designated Nurse</at>", ("28:bot", "<at>Convenor</at>"), ("29:x", "")) == (
        "ask Designated Nurse"
    )


def test_the_bot_is_known_by_the_name_by_which_it_is_called_there() -> None:
    assert words("<at>The office</at> help", ("28:bot", "<at>The office</at>")) == "help"
    assert words("<at>Convenor</at> help") == "help"
    assert words("<at>Somebody</at> help") == "Somebody help"


def test_several_mentions_and_their_attributes_are_taken_out() -> None:
    assert words('<at id="0">Convenor</at> help <AT>Convenor</AT>', ("28:bot", "<at>Convenor</at>")) == "help"


def test_what_html_writes_is_read_as_it_was_typed() -> None:
    assert words("health &amp; care &lt;3&nbsp;days") == "health & care <3 days"
    assert words("a < b & c") == "a < b & c"
    assert words("&lt;at&gt;Convenor&lt;/at&gt;") == "<at>Convenor</at>"


def test_files_are_seen_and_the_html_of_the_words_is_none() -> None:
    of_the_words = {"contentType": "text/html", "content": "<p>words</p>"}
    assert not read({"attachments": [of_the_words]}).attachments
    upload = {"contentType": "application/vnd.microsoft.teams.file.download.info", "name": "a.pdf"}
    assert read({"attachments": [of_the_words, upload]}).attachments


# Tenants, threads, scopes


def in_tenants(data: object, conversation: object) -> dict[str, Any]:
    return {"channelData": {"tenant": {"id": data}}, "conversation": {"tenantId": conversation}}


def test_tenants_that_are_given_have_to_agree() -> None:
    assert read(in_tenants("AAAA", "aaaa")).tenant == "aaaa"
    assert read(in_tenants("aaaa", None)).tenant == read(in_tenants(None, "aaaa")).tenant == "aaaa"
    assert read(in_tenants("aaaa", "bbbb")).tenant == "" and tenants(in_tenants("aaaa", "bbbb")) == {"aaaa", "bbbb"}
    assert read({}).tenant == read(in_tenants("", {})).tenant == ""


def test_a_thread_is_cut_off() -> None:
    assert without_thread("19:a@thread.tacv2;messageid=17") == "19:a@thread.tacv2"
    assert without_thread("a:1x") == "a:1x"


@pytest.mark.parametrize(
    ("conversation", "scope"),
    [
        ({"conversationType": "personal", "id": "a:1"}, "personal"),
        ({"conversationType": "groupChat", "id": "19:x"}, "group"),
        ({"conversationType": "channel", "id": "19:x"}, "channel"),
        ({"conversationType": "somethingNew", "id": "a:1"}, "group"),
        ({"isGroup": True, "id": "a:1"}, "group"),
        ({"id": "19:x@thread.v2"}, "group"),
        ({"id": "a:1"}, "personal"),
    ],
)
def test_where_several_may_read_counts_as_a_group(conversation: dict[str, object], scope: str) -> None:
    assert read({"conversation": conversation}).scope == scope


# Whatever else


def test_ids_in_capitals_are_the_same_person() -> None:
    assert read({"from": {"aadObjectId": "ABCD"}}).user == "abcd"


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, JSON)))
def test_nothing_that_is_json_breaks_the_reading(raw: dict[str, Any]) -> None:
    found = read(raw)
    assert all(isinstance(each, str) for each in (found.type, found.text, found.user, found.tenant, *found.added))
    assert found.scope in ("personal", "group", "channel") and isinstance(found.targeted, bool)
