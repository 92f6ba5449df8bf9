"""Slack's door under faults: nothing is lost, nothing comes twice, and who is gone is reached by the next door."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.slack.answers import OF_THE_PERSON, OF_THE_WORKSPACE
from bot.slack.door import A_SECOND, ANOTHER_EDIT, EDITS_AT_ONCE
from scheduler.delivery import Delivery
from scheduler.doors import Parcel, RetryAt, Sent
from storage.records.message import Attached, Message
from tests.standins.slack import Faults, File, Posted, plain, rendered

from .offices import A_MOMENT, SlackOffice, a_slack_office

NURSE, MANAGER, DOCTOR = "designated-nurse", "business-manager", "designated-doctor"

Breaks = Callable[[Faults, str], None]

TAKEN: dict[str, Breaks] = {
    "closes after taking": lambda faults, method: faults.closes_after_taking(method),
    "hangs after taking": lambda faults, method: faults.hangs_after_taking(method, seconds=30),
    "says 503 after taking": lambda faults, method: faults.answers_after_taking(method),
    "says 500 after taking": lambda faults, method: faults.answers_after_taking(method, 500),
}
"""What may go wrong once Slack has taken a request."""

NOT_TAKEN: dict[str, Breaks] = {
    "closes without taking": lambda faults, method: faults.closes_without_taking(method),
    "says 503 without taking": lambda faults, method: faults.answers_without_taking(method),
    "says 500 without taking": lambda faults, method: faults.answers_without_taking(method, 500),
    "asks to wait": lambda faults, method: faults.limits(method, 7),
    "refuses for a reason we do not know": lambda faults, method: faults.refuses(method, "a_new_error"),
}
"""What may go wrong before that."""

ANYHOW = TAKEN | NOT_TAKEN
LINE = "Line {} of the digest, which says what is due, late, at risk or unwatched."
LONG = "\n".join(LINE.format(number) for number in range(150))
ENTRY = Attached(name="meeting.ics", kind="calendar", text="BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")


@pytest.fixture
def slack_office() -> Iterator[SlackOffice]:
    with a_slack_office(timeout=1) as opened:
        yield opened


def posted(slack_office: SlackOffice) -> list[Posted]:
    """Every message that Slack ever accepted."""
    return list(slack_office.workspace.posted())


def standing(slack_office: SlackOffice) -> list[str]:
    """The words of what stands of them, oldest first."""
    return [plain(one.now["text"]) for one in posted(slack_office) if not one.deleted]


def all_of_it_once(slack_office: SlackOffice, post: str = NURSE) -> None:
    """Each line of the long digest stands in somebody's direct message, once and in order."""
    lines = [line for line in "\n".join(slack_office.told(post)).splitlines() if line.startswith("Line ")]
    assert lines == LONG.splitlines()


# A message


@pytest.mark.parametrize("how", TAKEN)
def test_a_message_that_was_taken_is_looked_up_and_not_sent_again(slack_office: SlackOffice, how: str) -> None:
    TAKEN[how](slack_office.standin.faults, "chat.postMessage")
    key = slack_office.says(NURSE, "Bring your diary")
    slack_office.deliver()
    assert len(posted(slack_office)) == len(slack_office.told(NURSE)) == 1
    assert len(slack_office.standin.called("chat.postMessage")) == 1
    assert slack_office.row(key).state == "sent"


def test_a_message_that_was_taken_is_looked_up_however_long_the_bot_was_away(slack_office: SlackOffice) -> None:
    slack_office.standin.faults.closes_after_taking("chat.postMessage")
    slack_office.says(NURSE, "Ring the Head of Safeguarding", lane="alert")
    slack_office.deliver_once()
    slack_office.office.now += timedelta(days=3)
    slack_office.begins_anew()
    slack_office.deliver()
    assert len(posted(slack_office)) == 1


@pytest.mark.parametrize("how", NOT_TAKEN)
def test_a_message_that_was_not_taken_is_sent_again(slack_office: SlackOffice, how: str) -> None:
    NOT_TAKEN[how](slack_office.standin.faults, "chat.postMessage")
    key = slack_office.says(NURSE, "Bring your diary")
    slack_office.deliver()
    assert len(posted(slack_office)) == len(slack_office.told(NURSE)) == 1
    assert slack_office.row(key).state == "sent"


@pytest.mark.parametrize("method", ["conversations.open", "conversations.history", "users.info"])
@pytest.mark.parametrize("how", ANYHOW)
def test_trouble_with_what_comes_before_a_message_doubles_nothing(
    slack_office: SlackOffice, method: str, how: str
) -> None:
    ANYHOW[how](slack_office.standin.faults, method)
    slack_office.standin.faults.closes_after_taking("chat.postMessage")
    key = slack_office.says(NURSE, "Bring your diary")
    slack_office.deliver()
    assert len(posted(slack_office)) == 1
    assert slack_office.row(key).state == "sent"


def test_slacks_own_time_to_wait_is_kept(slack_office: SlackOffice) -> None:
    slack_office.standin.faults.limits("chat.postMessage", 77)
    key = slack_office.says(NURSE, "Bring your diary")
    began = slack_office.office.now
    slack_office.deliver_once()
    row = slack_office.row(key)
    assert (row.not_before, row.unsure) == (began + timedelta(seconds=77), False)


def test_slacks_own_time_to_wait_is_kept_when_a_message_is_looked_up(slack_office: SlackOffice) -> None:
    slack_office.standin.faults.closes_after_taking("chat.postMessage")
    slack_office.standin.faults.limits("conversations.history", 600)
    key = slack_office.says(NURSE, "Bring your diary")
    slack_office.deliver(timedelta(minutes=1))
    row = slack_office.row(key)
    assert row.unsure
    assert row.not_before >= slack_office.office.now + timedelta(seconds=600)
    slack_office.deliver()
    assert len(posted(slack_office)) == 1


def test_twenty_messages_to_one_person_never_meet_slacks_limit(slack_office: SlackOffice) -> None:
    for number in range(20):
        slack_office.says(NURSE, f"Word {number}", key=f"word-{number:02}")
    slack_office.deliver()
    assert [text.splitlines()[-1] for text in slack_office.told(NURSE)] == [f"Word {number}" for number in range(20)]
    assert not [call for call in slack_office.standin.calls if call.error]


@pytest.mark.long
def test_slack_out_of_reach_loses_nothing(slack_office: SlackOffice) -> None:
    slack_office.standin.outage()
    for post in (NURSE, DOCTOR, MANAGER):
        slack_office.says(post, "Bring your diary")
    slack_office.deliver(timedelta(hours=2))
    slack_office.standin.outage(False)
    slack_office.deliver(timedelta(hours=2))
    assert [len(slack_office.told(post)) for post in (NURSE, DOCTOR, MANAGER)] == [1, 1, 1]
    assert len(posted(slack_office)) == 3


# Long messages


@pytest.mark.parametrize("part", [0, 1, 2])
@pytest.mark.parametrize("how", ANYHOW)
def test_a_long_message_of_which_one_part_fails_comes_whole_and_once(
    slack_office: SlackOffice, how: str, part: int
) -> None:
    seen: list[int] = []

    def is_that_part(params: dict[str, object]) -> bool:
        seen.append(1)
        return params["metadata"]["event_payload"]["part"] == part  # type: ignore[index]

    faults = Faults()
    ANYHOW[how](faults, "chat.postMessage")
    for fault in faults.waiting:
        fault.when = is_that_part
    slack_office.standin.faults.waiting += faults.waiting
    slack_office.says(NURSE, LONG)
    slack_office.deliver()
    assert seen
    assert slack_office.standin.faults.waiting == []
    all_of_it_once(slack_office)
    assert len(posted(slack_office)) == len(slack_office.told(NURSE)) > 2


def test_a_long_message_goes_on_where_it_was_when_the_bot_begins_anew(slack_office: SlackOffice) -> None:
    slack_office.says(NURSE, LONG)
    slack_office.deliver_once()
    assert len(posted(slack_office)) == 1
    slack_office.begins_anew()
    slack_office.deliver()
    all_of_it_once(slack_office)


def test_the_parts_of_a_long_message_stand_in_order_among_others(slack_office: SlackOffice) -> None:
    slack_office.says(NURSE, LONG)
    slack_office.says(NURSE, "Bring your diary")
    slack_office.deliver()
    all_of_it_once(slack_office)
    assert sum("Bring your diary" in text for text in slack_office.told(NURSE)) == 1


# Messages that are kept true


def test_new_words_take_the_place_of_the_old(slack_office: SlackOffice) -> None:
    slack_office.keeps(NURSE, "one light is on")
    slack_office.deliver()
    slack_office.keeps(NURSE, "two lights are on")
    slack_office.deliver()
    assert len(posted(slack_office)) == 1
    assert "two lights are on" in slack_office.told(NURSE)[0]


def test_changes_keep_slacks_pace_and_those_of_alerts_wait_for_nothing(slack_office: SlackOffice) -> None:
    door, now = slack_office.door, slack_office.office.now
    for number in range(EDITS_AT_ONCE + 1):
        parcel = Parcel(
            f"key {number}",
            slack_office.office.partnership,
            "",
            slack_office.workspace.add_channel(f"channel-{number}"),
            Message(title="Lights", text="one is on"),
            "post",
            tenant=slack_office.workspace.id,
        )
        posted_ = door.send(parcel, now)
        assert isinstance(posted_, Sent)
        result = door.edit(parcel, posted_.reference, now)
        assert isinstance(result, Sent) == (number < EDITS_AT_ONCE), number
    assert result == RetryAt(now + ANOTHER_EDIT, "fifty changes a minute")
    assert isinstance(door.edit(replace(parcel, lane="alert"), posted_.reference, now), Sent)
    later = now + ANOTHER_EDIT
    assert isinstance(door.edit(parcel, posted_.reference, later), Sent)
    again = door.edit(parcel, posted_.reference, later + A_MOMENT)
    assert again == RetryAt(later + A_SECOND, "one change a second")


@pytest.mark.parametrize("how", ANYHOW)
def test_new_words_are_right_in_the_end_whatever_happens_to_the_change(slack_office: SlackOffice, how: str) -> None:
    slack_office.keeps(NURSE, "one light is on")
    slack_office.deliver()
    ANYHOW[how](slack_office.standin.faults, "chat.update")
    slack_office.keeps(NURSE, "two lights are on")
    slack_office.deliver()
    assert len(posted(slack_office)) == 1
    assert "two lights are on" in slack_office.told(NURSE)[0]


@pytest.mark.parametrize("how", TAKEN)
def test_words_that_changed_before_an_unsure_message_was_looked_up_are_the_new_ones(
    slack_office: SlackOffice, how: str
) -> None:
    TAKEN[how](slack_office.standin.faults, "chat.postMessage")
    slack_office.keeps(NURSE, "one light is on")
    slack_office.deliver_once()
    slack_office.keeps(NURSE, "two lights are on")
    slack_office.deliver()
    assert len(posted(slack_office)) == 1
    assert "two lights are on" in slack_office.told(NURSE)[0]


@pytest.mark.parametrize(("first", "then"), [("one light is on", LONG), (LONG, "one light is on")])
@pytest.mark.parametrize("unsure", [False, True])
def test_words_that_grow_or_shrink_stand_whole_and_once(
    slack_office: SlackOffice, first: str, then: str, unsure: bool
) -> None:
    if unsure:
        slack_office.standin.faults.closes_after_taking("chat.postMessage")
        slack_office.keeps(NURSE, first)
        slack_office.deliver_once()
    else:
        slack_office.keeps(NURSE, first)
        slack_office.deliver()
    slack_office.keeps(NURSE, then)
    slack_office.deliver()
    text = "\n".join(slack_office.told(NURSE))
    assert [line for line in text.splitlines() if line.startswith(("Line ", "one light"))] == then.splitlines()
    assert len(slack_office.told(NURSE)) == len(standing(slack_office))


def test_a_part_that_got_through_with_older_words_is_put_right(slack_office: SlackOffice) -> None:
    slack_office.keeps(NURSE, LONG)
    slack_office.deliver_once()  # the first part stands
    slack_office.keeps(NURSE, LONG.replace("digest", "letter"))
    slack_office.begins_anew()
    slack_office.deliver()
    text = "\n".join(slack_office.told(NURSE))
    assert "digest" not in text
    assert text.count("of the letter") == 150


@pytest.mark.parametrize("how", [None, *TAKEN])
def test_a_message_that_somebody_deleted_in_slack_is_posted_anew_and_once(
    slack_office: SlackOffice, how: str | None
) -> None:
    slack_office.keeps(NURSE, "one light is on")
    slack_office.deliver()
    workspace, channel = slack_office.workspace, slack_office.user(NURSE).dm
    workspace.drop(channel, channel.messages[0])
    if how is not None:
        TAKEN[how](slack_office.standin.faults, "chat.postMessage")
    slack_office.keeps(NURSE, "two lights are on")
    slack_office.deliver()
    assert len(slack_office.told(NURSE)) == 1
    assert "two lights are on" in slack_office.told(NURSE)[0]
    slack_office.keeps(NURSE, "all lights are on")
    slack_office.deliver()
    assert len(slack_office.told(NURSE)) == 1
    assert "all lights are on" in slack_office.told(NURSE)[0]


def test_a_message_that_can_be_changed_no_more_is_replaced(slack_office: SlackOffice) -> None:
    slack_office.keeps(NURSE, "one light is on")
    slack_office.deliver()
    slack_office.standin.faults.refuses("chat.update", "edit_window_closed")
    slack_office.keeps(NURSE, "two lights are on")
    slack_office.deliver()
    assert len(slack_office.told(NURSE)) == 1
    assert "two lights are on" in slack_office.told(NURSE)[0]


# Files


@pytest.mark.parametrize("how", ANYHOW)
@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "files.completeUploadExternal", "chat.postMessage"])
def test_a_calendar_entry_is_there_once_whatever_happens_on_the_way(
    slack_office: SlackOffice, method: str, how: str
) -> None:
    ANYHOW[how](slack_office.standin.faults, method)
    slack_office.sends(NURSE, Message(title="The Executive meets", text="On Tuesday", attached=(ENTRY,)))
    slack_office.deliver()
    (message,) = slack_office.user(NURSE).told()
    (file,) = message["files"]
    content = slack_office.workspace.files[file["id"]].content
    assert content is not None
    assert content.decode() == ENTRY.text
    assert file["permalink"] in message["text"].splitlines()


def test_the_link_that_shares_a_file_stands_bare_and_is_unfolded_and_no_other_is(slack_office: SlackOffice) -> None:
    slack_office.sends(NURSE, Message(title="The Executive meets", text="On Tuesday", attached=(ENTRY,)))
    slack_office.says(DOCTOR, "See https://elsewhere.example")
    slack_office.deliver()
    with_file, without = [call.params for call in slack_office.standin.called("chat.postMessage")]
    (file,) = slack_office.workspace.files.values()
    last = with_file["blocks"][-1]["text"]
    assert (last["type"], last["verbatim"]) == ("mrkdwn", False)
    assert file.permalink in last["text"].splitlines()
    assert with_file["unfurl_links"] and with_file["unfurl_media"]
    assert not without["unfurl_links"] and not without["unfurl_media"]


def test_a_file_is_uploaded_once_for_all_tries_and_changes(slack_office: SlackOffice) -> None:
    slack_office.standin.faults.answers_without_taking("chat.postMessage")
    words = Message(title="The Executive meets", text="On Tuesday", attached=(ENTRY,))
    slack_office.sends(NURSE, words)
    slack_office.deliver()
    slack_office.sends(DOCTOR, words)
    slack_office.deliver()
    assert len(slack_office.standin.called("files.getUploadURLExternal")) == 2


class FirstIsRefused(dict[str, File]):
    """Files of a workspace, of which the first is not taken: its length is never the one that was announced."""

    def __setitem__(self, id_: str, file: File) -> None:
        file.length += not self
        super().__setitem__(id_, file)


def test_an_upload_that_breaks_is_begun_again(slack_office: SlackOffice) -> None:
    slack_office.workspace.files = files = FirstIsRefused()
    slack_office.sends(NURSE, Message(title="The Executive meets", text="On Tuesday", attached=(ENTRY,)))
    slack_office.deliver()
    (message,) = slack_office.user(NURSE).told()
    assert [file["id"] for file in message["files"]] == [list(files)[-1]]
    assert len(files) == 2


@pytest.mark.parametrize("error", ["missing_scope", "file_uploads_disabled", "storage_limit_reached"])
def test_where_slack_will_not_have_a_file_the_message_comes_without_it(slack_office: SlackOffice, error: str) -> None:
    slack_office.standin.faults.refuses("files.getUploadURLExternal", error, times=None)
    slack_office.sends(NURSE, Message(title="The Executive meets", text="On Tuesday", attached=(ENTRY,)))
    slack_office.deliver()
    (text,) = slack_office.told(NURSE)
    assert "On Tuesday" in text
    assert "could not be attached" in text
    assert not any("no longer reaches" in title for title in slack_office.mailed(MANAGER))


# Homes


def opened(slack_office: SlackOffice, post: str) -> None:
    """Somebody has come to their home."""
    account = ("slack", slack_office.workspace.id, slack_office.user(post).id)
    slack_office.homes.open("ourshire", slack_office.office.person(post), account, slack_office.office.now)


@pytest.mark.parametrize("how", ANYHOW)
def test_a_home_is_shown_whatever_happens_on_the_way(slack_office: SlackOffice, how: str) -> None:
    ANYHOW[how](slack_office.standin.faults, "views.publish")
    opened(slack_office, NURSE)
    slack_office.deliver()
    home = slack_office.user(NURSE).home()
    assert home is not None
    assert slack_office.told(NURSE) == []


def test_a_home_that_cannot_be_shown_is_no_news_to_anybody(slack_office: SlackOffice) -> None:
    slack_office.standin.faults.refuses("views.publish", "not_enabled", times=None)
    opened(slack_office, NURSE)
    slack_office.deliver()
    assert posted(slack_office) == []
    assert slack_office.mail.sent == []


def test_a_home_tells_its_times_by_the_reader_s_clock_too(slack_office: SlackOffice) -> None:
    nurse = slack_office.user(NURSE)
    slack_office.workspace.users[nurse.id].tz = "Asia/Kolkata"
    opened(slack_office, NURSE)
    slack_office.deliver()
    assert "where you are" in rendered(nurse.home())


def test_of_two_workers_that_show_one_home_the_one_with_newer_words_comes_last(slack_office: SlackOffice) -> None:
    opened(slack_office, NURSE)
    slack_office.deliver()
    door, nurse = slack_office.door, slack_office.user(NURSE)
    read, go_on, words = threading.Event(), threading.Event(), ["older words"]

    def homes(tenant: str, person: str) -> list[tuple[str, Message]]:
        found = [("", Message(title="Home", text=words[0]))]
        if words[0] == "older words":
            read.set()
            go_on.wait(10)
        return found

    door.homes = homes
    parcel = Parcel(
        "key", "ourshire", "", nurse.id, Message(title="", text=""), "", tenant=slack_office.workspace.id, kind="home"
    )
    first, second = [threading.Thread(target=door.send, args=(parcel, slack_office.office.now)) for _ in range(2)]
    first.start()
    assert read.wait(10)
    words[0] = "newer words"
    second.start()
    second.join(0.5)
    go_on.set()
    first.join(10)
    second.join(10)
    assert "newer words" in rendered(nurse.home())


# Who is gone


@pytest.mark.parametrize("error", sorted(OF_THE_PERSON))
def test_whom_slack_reaches_no_more_is_reached_by_mail_and_the_business_manager_hears_once(
    slack_office: SlackOffice, error: str
) -> None:
    nurse = slack_office.user(NURSE).id
    slack_office.standin.faults.refuses(
        "conversations.open", error, times=None, when=lambda params: params.get("users") == nurse
    )
    slack_office.says(NURSE, "First word")
    slack_office.says(NURSE, "Second word")
    slack_office.deliver()
    assert slack_office.mailed(NURSE) == ["A word", "A word"]
    (told,) = slack_office.told(MANAGER)
    assert OF_THE_PERSON[error] in told
    slack_office.says(NURSE, "Third word")
    slack_office.deliver()
    assert len(slack_office.mailed(NURSE)) == 3
    assert len(slack_office.told(MANAGER)) == 1


def test_a_leaver_whose_direct_message_is_open_is_reached_by_mail(slack_office: SlackOffice) -> None:
    slack_office.says(NURSE, "First word")
    slack_office.deliver()
    slack_office.workspace.deactivate_user(slack_office.user(NURSE).id)
    slack_office.says(NURSE, "Second word")
    slack_office.deliver()
    assert len(slack_office.mailed(NURSE)) == 1
    assert len(slack_office.told(MANAGER)) == 1


def test_an_unsure_message_to_somebody_who_is_gone_takes_the_next_door(slack_office: SlackOffice) -> None:
    nurse = slack_office.user(NURSE).id
    slack_office.standin.faults.closes_without_taking("chat.postMessage")
    slack_office.says(NURSE, "Bring your diary", lane="alert")
    slack_office.deliver_once()
    slack_office.workspace.deactivate_user(nurse)
    slack_office.begins_anew()
    slack_office.deliver()
    assert slack_office.mailed(NURSE) == ["A word"]


@pytest.mark.parametrize("error", sorted(OF_THE_WORKSPACE))
def test_a_workspace_that_is_gone_is_told_of_once_and_all_take_the_next_door(
    slack_office: SlackOffice, error: str
) -> None:
    slack_office.standin.faults.refuses("conversations.open", error, times=None)
    for post in (NURSE, DOCTOR, MANAGER):
        slack_office.says(post, "Bring your diary")
    slack_office.deliver()
    assert slack_office.mailed(NURSE) == slack_office.mailed(DOCTOR) == ["A word"]
    assert len(slack_office.mailed(MANAGER)) == 2
    (told,) = [p.message for _, p in slack_office.mail.sent if p.kind == "door-shut"]
    assert OF_THE_WORKSPACE[error] in told.text
    slack_office.says(NURSE, "Second word")
    slack_office.deliver()
    assert len(slack_office.mailed(NURSE)) == 2
    assert len(slack_office.mailed(MANAGER)) == 2


def test_a_workspace_into_which_the_bot_is_put_again_is_used_again(slack_office: SlackOffice) -> None:
    slack_office.workspace.revoke_tokens()
    slack_office.says(NURSE, "First word")
    slack_office.deliver()
    assert slack_office.mailed(NURSE) == ["A word"]
    slack_office.workspace.token_state = "live"
    slack_office.begins_anew()
    slack_office.says(NURSE, "Second word")
    slack_office.deliver()
    assert len(slack_office.told(NURSE)) == 1


def test_with_no_other_door_the_message_is_on_the_list_of_what_was_not_delivered() -> None:
    with a_slack_office(mail=False) as slack_office:
        slack_office.workspace.deactivate_user(slack_office.user(NURSE).id)
        key = slack_office.says(NURSE, "Bring your diary")
        slack_office.deliver()
        assert slack_office.row(key).state == "failed"
        assert len(slack_office.told(MANAGER)) == 1


# Two workers


def a_late_worker(slack_office: SlackOffice, meanwhile: Callable[[], None]) -> None:
    """Sends with a worker whose lease ends after its sending, while another does something."""
    once = threading.Lock()

    def late(point: str) -> None:
        if point == "after-send" and once.acquire(blocking=False):
            slack_office.standin.stopping.wait(0.2)
            meanwhile()

    office = slack_office.office
    worker = Delivery(
        office.runner, slack_office.delivery.doors, threads=0, point=late, lease=timedelta(milliseconds=100)
    )
    worker.deliver(lambda: office.now)


def test_a_late_worker_leaves_what_another_one_found(slack_office: SlackOffice) -> None:
    key = slack_office.says(NURSE, "Bring your diary")
    a_late_worker(slack_office, slack_office.deliver_once)
    assert len(slack_office.told(NURSE)) == 1
    assert slack_office.row(key).state == "sent"


def test_a_late_worker_takes_back_what_another_one_has_sent_too(slack_office: SlackOffice) -> None:
    key = slack_office.says(NURSE, "Bring your diary")

    def sends_too() -> None:
        faults = slack_office.standin.faults
        slack_office.standin.most_per_page = 1
        hidden = slack_office.user(NURSE).dm.messages
        kept, hidden[:] = list(hidden), []  # it looked before ours was there
        slack_office.office.now += timedelta(seconds=2)
        slack_office.deliver_once()
        hidden[:0] = kept
        assert faults.waiting == []

    a_late_worker(slack_office, sends_too)
    assert len(slack_office.told(NURSE)) == 1
    reference = slack_office.row(key).reference
    assert slack_office.user(NURSE).told()[0]["ts"] in reference


def test_a_late_worker_does_not_take_back_a_message_that_another_one_changed(slack_office: SlackOffice) -> None:
    slack_office.keeps(NURSE, "one light is on")
    slack_office.deliver()
    slack_office.keeps(NURSE, "two lights are on")
    a_late_worker(slack_office, slack_office.deliver_once)
    assert len(slack_office.told(NURSE)) == 1


# The sandbox, and fewer permissions


def test_in_the_sandbox_everything_stands_in_one_channel_and_says_for_whom_it_is() -> None:
    with a_slack_office(sandbox="trial") as slack_office:
        slack_office.says(NURSE, LONG)
        slack_office.says(DOCTOR, "Bring your diary", to_post=True)
        slack_office.deliver()
        channel = slack_office.workspace.channels[slack_office.delivery.sandbox[1]]  # type: ignore[index]
        texts = [plain(message["text"]) for message in channel.messages]
        assert sum(text.count("of the digest") for text in texts) == 150
        assert any("[sandbox, for: Designated Doctor]" in text for text in texts)
        assert slack_office.told(NURSE) == slack_office.told(DOCTOR) == []
        assert slack_office.mail.sent == []


def test_a_sandbox_without_the_bot_in_it_is_said_to_be_one() -> None:
    with a_slack_office(sandbox="trial") as slack_office:
        slack_office.workspace.remove_bot(slack_office.delivery.sandbox[1])  # type: ignore[index]
        key = slack_office.says(NURSE, "Bring your diary")
        slack_office.deliver()
        assert slack_office.row(key).state == "failed"
        assert "invite it with /invite, and look at CONVENOR_SANDBOX" in slack_office.row(key).reason


def test_without_the_permission_to_read_back_long_messages_come_whole() -> None:
    with a_slack_office() as slack_office:
        slack_office.workspace.scopes -= {"im:history"}
        slack_office.says(NURSE, LONG)
        slack_office.deliver()
        all_of_it_once(slack_office)


def test_without_the_permission_to_read_back_an_unsure_message_is_marked_and_an_alert_sent_again() -> None:
    with a_slack_office() as slack_office:
        slack_office.workspace.scopes -= {"im:history"}
        slack_office.standin.faults.closes_after_taking("chat.postMessage", times=2)
        word = slack_office.says(NURSE, "Bring your diary")
        alert = slack_office.says(DOCTOR, "Ring the Head of Safeguarding", lane="alert")
        slack_office.deliver()
        assert slack_office.row(word).state == "failed"
        assert "may have got through" in slack_office.row(word).reason
        assert slack_office.row(alert).state == "sent"
        assert len(slack_office.told(DOCTOR)) == 2
        assert len(slack_office.told(NURSE)) == 1
        assert slack_office.mail.sent == []


def test_a_workspace_that_takes_messages_again_gets_them_after_the_next_look_round() -> None:
    with a_slack_office(mail=True) as slack_office:
        slack_office.standin.faults.refuses("chat.postMessage", "account_inactive")
        slack_office.says("designated-nurse", "Bring your diary")
        slack_office.deliver()
        assert slack_office.mailed("designated-nurse") == ["A word"]
        slack_office.slack.look_round()
        slack_office.says("designated-nurse", "Bring your badge")
        slack_office.deliver()
        assert len(slack_office.told("designated-nurse")) == 1
        assert slack_office.mailed("designated-nurse") == ["A word"]


@pytest.mark.parametrize("error", ["missing_scope", "messages_tab_disabled"])
def test_what_an_accepted_token_says_nothing_of_is_tried_again_and_told_once_a_day(error: str) -> None:
    with a_slack_office() as slack_office:
        slack_office.standin.faults.refuses("chat.postMessage", error, times=None)

        def says(text: str) -> int:
            slack_office.says(NURSE, text)
            slack_office.deliver()
            return sum(parcel.kind == "door-shut" for _, parcel in slack_office.mail.sent)

        assert says("First word") == 1
        for text in ("Second word", "Third word"):
            slack_office.slack.look_round()
            assert says(text) == 1
        slack_office.office.now += timedelta(days=1)
        slack_office.slack.look_round()
        assert says("Fourth word") == 2


def test_a_permission_that_is_given_opens_the_workspace_at_the_next_look_round() -> None:
    with a_slack_office(lacks={"chat:write"}) as slack_office:
        slack_office.says(NURSE, "First word")
        slack_office.deliver()
        assert slack_office.mailed(NURSE) == ["A word"]
        slack_office.workspace.scopes |= {"chat:write"}
        slack_office.slack.look_round()
        slack_office.says(NURSE, "Second word")
        slack_office.deliver()
        assert len(slack_office.told(NURSE)) == 1
