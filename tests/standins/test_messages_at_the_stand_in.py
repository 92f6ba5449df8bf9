"""Messages at the stand-in Slack: posted, changed, deleted, looked up again, private ones, and files."""

import urllib.error
import urllib.request

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.standins.slack import Person, StandIn, Workspace, rendered

BUTTON = {"type": "button", "text": {"type": "plain_text", "text": "Done"}, "action_id": "done", "value": "7"}
BLOCKS = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "Papers &amp; minutes"}},
    {"type": "actions", "elements": [BUTTON]},
]


def refusal(caught: pytest.ExceptionInfo[SlackApiError]) -> str:
    return str(caught.value.response["error"])


@pytest.fixture(autouse=True)
def in_a_hurry(standin: StandIn) -> None:
    standin.burst = 100


def test_a_person_sees_what_is_posted_changed_and_deleted_in_their_direct_message(
    client: WebClient, nurse: Person
) -> None:
    channel = client.conversations_open(users=nurse.id)["channel"]["id"]
    first = client.chat_postMessage(channel=channel, text="The SOG meets", blocks=BLOCKS)
    second = client.chat_postMessage(channel=channel, text="The CDOP meets")
    assert rendered(nurse.sees()) == "Papers & minutes\n[Done]\nThe CDOP meets"
    client.chat_update(channel=channel, ts=first["ts"], text="The SOG has met")
    client.chat_delete(channel=channel, ts=second["ts"])
    assert rendered(nurse.sees()) == "The SOG has met"
    assert client.conversations_open(users=nurse.id)["already_open"] is True


def test_a_user_id_will_do_as_channel_and_everything_ever_posted_is_remembered(
    standin: StandIn, client: WebClient, nurse: Person
) -> None:
    posted = client.chat_postMessage(channel=nurse.id, text="First words")
    client.chat_update(channel=posted["channel"], ts=posted["ts"], text="Second words")
    client.chat_delete(channel=posted["channel"], ts=posted["ts"])
    (one,) = standin.posted
    assert (one.first["text"], one.now["text"], one.deleted) == ("First words", "Second words", True)
    assert nurse.sees() == []


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ({"channel": "C404", "text": "Words"}, "channel_not_found"),
        ({"channel": "own"}, "no_text"),
        ({"channel": "own", "text": "x" * 40_001}, "msg_too_long"),
        ({"channel": "own", "text": "Words", "blocks": "no list"}, "invalid_blocks_format"),
        ({"channel": "own", "text": "Words", "metadata": {"event_type": "x"}}, "invalid_metadata_format"),
        ({"channel": "own", "text": "Words", "thread_ts": "1.000001"}, "thread_not_found"),
        ({"channel": "foreign", "text": "Words"}, "not_in_channel"),
        ({"channel": "hidden", "text": "Words"}, "channel_not_found"),
        ({"channel": "old", "text": "Words"}, "is_archived"),
        ({"channel": "robot", "text": "Words"}, "cannot_dm_bot"),
    ],
)
def test_a_message_is_refused(
    workspace: Workspace, client: WebClient, nurse: Person, message: dict[str, object], error: str
) -> None:
    known = {
        "own": workspace.add_channel("own", [nurse.id]),
        "foreign": workspace.add_channel("foreign", bot=False),
        "hidden": workspace.add_channel("hidden", private=True, bot=False),
        "old": workspace.add_channel("old"),
        "robot": workspace.add_user("Robot", bot=True),
    }
    workspace.archive_channel(known["old"])
    with pytest.raises(SlackApiError) as caught:
        client.api_call("chat.postMessage", json=message | {"channel": known.get(str(message["channel"]), "C404")})
    assert refusal(caught) == error


def test_who_has_left_can_not_be_reached(workspace: Workspace, client: WebClient, nurse: Person) -> None:
    channel = client.conversations_open(users=nurse.id)["channel"]["id"]
    workspace.deactivate_user(nurse.id)
    with pytest.raises(SlackApiError) as caught:
        client.conversations_open(users=nurse.id)
    assert refusal(caught) == "user_disabled"
    for place in (channel, nurse.id):
        with pytest.raises(SlackApiError) as caught:
            client.chat_postMessage(channel=place, text="Words")
        assert refusal(caught) == "channel_not_found"


def test_no_message_goes_where_the_messages_tab_is_off(workspace: Workspace, client: WebClient, nurse: Person) -> None:
    workspace.app.messages_tab = False
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel=nurse.id, text="Words")
    assert refusal(caught) == "messages_tab_disabled"


def test_the_bot_can_be_taken_out_of_a_channel(workspace: Workspace, client: WebClient) -> None:
    channel = workspace.add_channel("sog")
    client.chat_postMessage(channel=channel, text="Words")
    workspace.remove_bot(channel)
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel=channel, text="Words")
    assert refusal(caught) == "not_in_channel"


def test_only_ones_own_messages_can_be_changed(workspace: Workspace, client: WebClient, nurse: Person) -> None:
    nurse.writes_in_dm("Good morning")
    theirs = nurse.sees()[0]
    for call, error in (
        (client.chat_delete, "cant_delete_message"),
        (client.chat_update, "cant_update_message"),
    ):
        words = {"text": "Words"} if call == client.chat_update else {}
        with pytest.raises(SlackApiError) as caught:
            call(channel=theirs["channel"], ts=theirs["ts"], **words)
        assert refusal(caught) == error
    with pytest.raises(SlackApiError) as caught:
        client.chat_update(channel=theirs["channel"], ts="1.000001", text="Words")
    assert refusal(caught) == "message_not_found"


def test_metadata_is_shown_only_to_who_asks(client: WebClient, nurse: Person) -> None:
    key = {"event_type": "convenor", "event_payload": {"key": "outbox-7"}}
    channel = client.chat_postMessage(channel=nurse.id, text="Words", metadata=key)["channel"]
    assert "metadata" not in client.conversations_history(channel=channel)["messages"][0]
    found = client.conversations_history(channel=channel, include_all_metadata=True)["messages"]
    assert found[0]["metadata"] == key


def test_history_comes_newest_first_between_times_and_page_by_page(client: WebClient, nurse: Person) -> None:
    posted = [client.chat_postMessage(channel=nurse.id, text=f"Message {number}") for number in range(5)]
    channel = posted[0]["channel"]
    pages = [
        [message["text"] for message in page["messages"]]
        for page in client.conversations_history(channel=channel, limit=2)
    ]
    assert pages == [["Message 4", "Message 3"], ["Message 2", "Message 1"], ["Message 0"]]
    later = client.conversations_history(channel=channel, oldest=posted[2]["ts"])["messages"]
    assert [message["text"] for message in later] == ["Message 4", "Message 3"]
    edge = client.conversations_history(channel=channel, oldest=posted[3]["ts"], inclusive=True)["messages"]
    assert [message["text"] for message in edge] == ["Message 4", "Message 3"]
    before = client.conversations_history(channel=channel, latest=posted[1]["ts"])["messages"]
    assert [message["text"] for message in before] == ["Message 0"]


def test_history_needs_the_scope_of_its_kind_of_channel(workspace: Workspace, client: WebClient, nurse: Person) -> None:
    channel = client.chat_postMessage(channel=nurse.id, text="Words")["channel"]
    workspace.scopes.discard("im:history")
    with pytest.raises(SlackApiError) as caught:
        client.conversations_history(channel=channel)
    assert caught.value.response["needed"] == "im:history"


def test_replies_stand_in_their_thread_and_not_in_history(client: WebClient, nurse: Person) -> None:
    first = client.chat_postMessage(channel=nurse.id, text="Question")
    client.chat_postMessage(channel=nurse.id, text="Answer", thread_ts=first["ts"])
    history = client.conversations_history(channel=first["channel"])["messages"]
    assert [message["text"] for message in history] == ["Question"]
    thread = client.conversations_replies(channel=first["channel"], ts=first["ts"])["messages"]
    assert [message["text"] for message in thread] == ["Question", "Answer"]


def test_a_channel_tells_of_itself_and_its_members(workspace: Workspace, client: WebClient, nurse: Person) -> None:
    channel = workspace.add_channel("sog", [nurse.id])
    assert client.conversations_info(channel=channel)["channel"]["is_member"] is True
    assert set(client.conversations_members(channel=channel)["members"]) == {nurse.id, workspace.bot_user_id}


def test_a_private_message_is_seen_by_one_person_in_a_channel_they_are_in(
    workspace: Workspace, client: WebClient, nurse: Person
) -> None:
    chair = workspace.person("CDOP Chair")
    channel = workspace.add_channel("sog", [nurse.id])
    client.chat_postEphemeral(channel=channel, user=nurse.id, text="Only for you")
    assert rendered(nurse.ephemerals()) == "Only for you"
    assert chair.ephemerals() == [] and nurse.sees_in(channel) == []
    with pytest.raises(SlackApiError) as caught:
        client.chat_postEphemeral(channel=channel, user=chair.id, text="Only for you")
    assert refusal(caught) == "user_not_in_channel"


def test_blocks_without_text_are_taken_and_noted(standin: StandIn, client: WebClient, nurse: Person) -> None:
    client.api_call("chat.postMessage", json={"channel": nurse.id, "blocks": BLOCKS})
    assert standin.missing_text == ["chat.postMessage"]


def test_text_in_a_change_takes_the_blocks_away_and_blocks_stay_where_there_is_no_text(
    client: WebClient, nurse: Person
) -> None:
    posted = client.chat_postMessage(channel=nurse.id, text="Words", blocks=BLOCKS)
    client.chat_update(channel=posted["channel"], ts=posted["ts"], text="Other words", blocks=BLOCKS)
    assert len(nurse.sees()[0]["blocks"]) == 2
    client.chat_update(channel=posted["channel"], ts=posted["ts"], text="Bare words")
    assert "blocks" not in nurse.sees()[0]


# Files


def test_a_file_is_uploaded_and_shared_into_a_channel(workspace: Workspace, client: WebClient, nurse: Person) -> None:
    channel = client.conversations_open(users=nurse.id)["channel"]["id"]
    done = client.files_upload_v2(
        filename="meeting.ics", content="BEGIN:VCALENDAR", title="Meeting", channel=channel, initial_comment="For you"
    )
    assert rendered(nurse.sees()) == "For you\n(file) Meeting"
    file = workspace.files[done["file"]["id"]]
    assert file.content == b"BEGIN:VCALENDAR" and file.shared_in == [channel]


def test_a_file_of_ones_own_is_shared_by_its_link_in_a_message(client: WebClient, nurse: Person) -> None:
    done = client.files_upload_v2(filename="meeting.ics", content="BEGIN:VCALENDAR")
    link = client.files_info(file=done["file"]["id"])["file"]["permalink"]
    client.chat_postMessage(channel=nurse.id, text="Without")
    client.chat_postMessage(channel=nurse.id, text=f"With <{link}|meeting.ics>")
    assert [[file["name"] for file in message.get("files", [])] for message in nurse.sees()] == [[], ["meeting.ics"]]
    client.files_delete(file=done["file"]["id"])
    assert nurse.sees()[1]["files"][0]["mode"] == "tombstone"
    with pytest.raises(SlackApiError) as caught:
        client.files_info(file=done["file"]["id"])
    assert refusal(caught) == "file_not_found"


def test_an_upload_of_another_length_is_refused_and_an_upload_not_made_can_not_be_completed(
    client: WebClient,
) -> None:
    asked = client.files_getUploadURLExternal(filename="meeting.ics", length=10)
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(urllib.request.Request(asked["upload_url"], data=b"short"))
    caught.value.close()
    assert caught.value.code == 400
    with pytest.raises(SlackApiError) as refused:
        client.files_completeUploadExternal(files=[{"id": asked["file_id"], "title": "Meeting"}])
    assert refusal(refused) == "file_not_found"


def test_a_file_is_not_shared_where_the_bot_is_not(workspace: Workspace, client: WebClient) -> None:
    channel = workspace.add_channel("foreign", bot=False)
    with pytest.raises(SlackApiError) as caught:
        client.files_upload_v2(filename="meeting.ics", content="BEGIN:VCALENDAR", channel=channel)
    assert refusal(caught) == "not_in_channel"
