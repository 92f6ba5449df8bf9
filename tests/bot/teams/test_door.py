"""Teams' door: what is sent, changed and taken away, in several cards where it is long. Faults: test_faults."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.teams.answers import NO_CHANNEL, OF_THE_PERSON, OF_US
from bot.teams.connector import Place, Refused
from bot.teams.consenting import asked_for, asks_for, consent_card
from bot.teams.door import MOST_BEGUN, NOT_ATTACHED, read_reference, write_reference
from scheduler.delivery import Delivery
from scheduler.doors import Gone, Parcel, RetryAt, Sent
from storage.records.message import Attached, Button, Message
from tests.standins.teams import buttons, rendered

from .offices import TeamsOffice, a_teams_office

NURSE, MANAGER, DOCTOR = "designated-nurse", "business-manager", "designated-doctor"
LINE = "Line {} of the digest, which says what is due, late, at risk or unwatched."
LONG = "\n".join(LINE.format(number) for number in range(330))
ENTRY = Attached(name="meeting.ics", kind="calendar", text="BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")


@pytest.fixture
def teams_office() -> Iterator[TeamsOffice]:
    with a_teams_office(timeout=20) as opened:
        yield opened


def lines(teams_office: TeamsOffice, post: str = NURSE) -> list[str]:
    """The lines of the digest that stand before somebody, in order."""
    return [line for line in "\n".join(teams_office.told(post)).splitlines() if line.startswith("Line ")]


def a_parcel(teams_office: TeamsOffice, text: str = "one light is on", **more: object) -> Parcel:
    """A message to the Designated Nurse, as delivery hands it to the door."""
    parcel = Parcel(
        "ourshire:key",
        teams_office.office.partnership,
        "",
        teams_office.user(NURSE).id,
        Message(title="Lights", text=text),
        "post",
        tenant=teams_office.tenant.id,
    )
    return replace(parcel, **more)  # type: ignore[arg-type]


# A message


def test_a_message_stands_in_the_personal_chat_with_its_buttons_and_says_in_a_line_what_it_is(
    teams_office: TeamsOffice,
) -> None:
    button = Button(label="Confirm", does="meeting.confirm", form={"group": "executive"})
    teams_office.sends(NURSE, Message(title="The Executive meets", text="On Tuesday", buttons=(button,)))
    teams_office.deliver()
    (message,) = teams_office.user(NURSE).told()
    assert rendered(message).splitlines() == ["The Executive meets", "On Tuesday", "[Confirm]"]
    assert message.activity["summary"] == "The Executive meets"
    assert buttons(message) == ["Confirm"]


def test_where_a_message_stands_is_remembered_by_address_conversation_and_ids(teams_office: TeamsOffice) -> None:
    key = teams_office.says(NURSE, "Bring your diary")
    teams_office.deliver()
    place, ids = read_reference(teams_office.row(key).reference)
    (message,) = teams_office.user(NURSE).told()
    assert (place.service, place.conversation) == (teams_office.standin.service_url, message.conversation)
    assert ids == [message.id]
    assert write_reference(place, ids) == teams_office.row(key).reference


def test_the_door_cannot_be_asked_and_says_so(teams_office: TeamsOffice) -> None:
    door, parcel = teams_office.door, a_parcel(teams_office)
    assert (door.name, door.can_find, door.finds) == ("teams", False, "workspace")
    assert isinstance(door.send(parcel, teams_office.office.now), Sent)
    assert door.find(parcel, teams_office.office.now) is None


def test_twenty_messages_to_one_person_never_meet_teams_limit(teams_office: TeamsOffice) -> None:
    for number in range(20):
        teams_office.says(NURSE, f"Word {number}", key=f"word-{number:02}")
    teams_office.deliver()
    assert [text.splitlines()[-1] for text in teams_office.told(NURSE)] == [f"Word {number}" for number in range(20)]
    assert len(teams_office.standin.called("POST", "/activities")) == 20


def test_changes_count_in_the_pace_and_an_alert_finds_a_place(teams_office: TeamsOffice) -> None:
    door, now = teams_office.door, teams_office.office.now
    sent = door.send(a_parcel(teams_office), now)
    assert isinstance(sent, Sent)
    changes = [door.edit(a_parcel(teams_office, f"{n} lights are on"), sent.reference, now) for n in range(8)]
    assert [isinstance(each, Sent) for each in changes] == [True] * 5 + [False] * 3
    assert changes[-1] == RetryAt(now + timedelta(seconds=1), "only so many messages fit into a conversation at once")
    alert = a_parcel(teams_office, "Ring the Head of Safeguarding", key="ourshire:alert", lane="alert")
    assert isinstance(door.send(alert, now), Sent)


# Long messages


def test_a_long_message_is_several_cards_and_no_line_of_it_is_lost(teams_office: TeamsOffice) -> None:
    key = teams_office.says(NURSE, LONG)
    teams_office.deliver()
    assert lines(teams_office) == LONG.splitlines()
    told = teams_office.user(NURSE).told()
    assert len(told) == 3
    assert read_reference(teams_office.row(key).reference)[1] == [message.id for message in told]


@pytest.mark.parametrize(("part", "status"), [(0, 412), (1, 429), (1, 502), (2, 429), (2, 504)])
def test_after_a_wait_only_the_cards_that_are_missing_are_sent(
    teams_office: TeamsOffice, status: int, part: int
) -> None:
    busy_at(teams_office, part, status)
    key = teams_office.says(NURSE, LONG)
    teams_office.deliver()
    assert lines(teams_office) == LONG.splitlines()
    assert len(teams_office.posted(NURSE)) == len(teams_office.user(NURSE).told())
    assert teams_office.row(key).state == "sent"


def busy_at(teams_office: TeamsOffice, part: int, status: int) -> None:
    """Teams refuses one card of the next long message, once. The one before it lets the fault through."""
    send, seen = teams_office.teams.connector.send, []

    def sends(place: Place, activity: dict[str, object]) -> str:
        seen.append(1)
        if len(seen) == part + 1:
            raise Refused(status, "Throttled", 3)
        return send(place, activity)

    teams_office.door.connector = Hand(teams_office, sends)  # type: ignore[assignment]


class Hand:
    """The connector, but for how a message is sent."""

    def __init__(self, teams_office: TeamsOffice, sends: Callable[..., str]) -> None:
        self.send = sends
        self.update = teams_office.teams.connector.update
        self.delete = teams_office.teams.connector.delete


def test_an_alert_of_which_one_card_is_unsure_says_that_one_twice_at_most(teams_office: TeamsOffice) -> None:
    whole = teams_office.says(DOCTOR, LONG, lane="alert")
    teams_office.deliver()
    cards = len(teams_office.posted(DOCTOR))
    teams_office.standin.faults.drop(times=1)
    key = teams_office.says(NURSE, LONG, lane="alert")
    teams_office.deliver()
    assert teams_office.row(whole).state == teams_office.row(key).state == "sent"
    assert len(teams_office.posted(NURSE)) == cards + 1
    assert set(lines(teams_office)) == set(LONG.splitlines())


def test_what_is_remembered_of_messages_half_sent_is_bounded(teams_office: TeamsOffice) -> None:
    door, now = teams_office.door, teams_office.office.now
    for number in range(MOST_BEGUN + 5):
        door._begun_of(Place("", ""), a_parcel(teams_office, key=f"ourshire:{number}"))
    assert len(door._begun) == MOST_BEGUN
    assert isinstance(door.send(a_parcel(teams_office), now), Sent)


# Messages that are kept true


def test_new_words_take_the_place_of_the_old(teams_office: TeamsOffice) -> None:
    key = teams_office.keeps(NURSE, "one light is on")
    teams_office.deliver()
    before = teams_office.row(key).reference
    teams_office.keeps(NURSE, "two lights are on")
    teams_office.deliver()
    assert len(teams_office.posted(NURSE)) == 1
    assert "two lights are on" in teams_office.told(NURSE)[0]
    assert teams_office.row(key).reference == before


@pytest.mark.parametrize(
    ("first", "then", "busy"),
    [("one light is on", LONG, "send"), ("one light is on", LONG, "delete"), (LONG, "one light is on", "delete")],
)
def test_words_that_grow_or_shrink_stand_whole_and_once(
    teams_office: TeamsOffice, first: str, then: str, busy: str
) -> None:
    teams_office.keeps(NURSE, first)
    teams_office.deliver()
    teams_office.standin.faults.next(502, route=busy)
    key = teams_office.keeps(NURSE, then)
    teams_office.deliver()
    text = "\n".join(teams_office.told(NURSE))
    assert [line for line in text.splitlines() if line.startswith(("Line ", "one light"))] == then.splitlines()
    ids = read_reference(teams_office.row(key).reference)[1]
    assert ids == [message.id for message in teams_office.user(NURSE).told()]


def test_a_card_that_is_not_there_any_more_is_posted_anew_and_kept_true(teams_office: TeamsOffice) -> None:
    teams_office.keeps(NURSE, "one light is on")
    teams_office.deliver()
    teams_office.posted(NURSE)[0].deleted = True
    for words in ("two lights are on", "all lights are on"):
        teams_office.keeps(NURSE, words)
        teams_office.deliver()
        assert len(teams_office.told(NURSE)) == 1
        assert words in teams_office.told(NURSE)[0]
    assert len(teams_office.posted(NURSE)) == 2


def test_a_card_that_may_not_be_changed_is_taken_away_and_posted_anew(teams_office: TeamsOffice) -> None:
    teams_office.keeps(NURSE, "one light is on")
    teams_office.deliver()
    teams_office.standin.faults.next(403, "NotEnoughPermissions", route="update")
    teams_office.keeps(NURSE, "two lights are on")
    teams_office.deliver()
    assert len(teams_office.told(NURSE)) == 1
    assert "two lights are on" in teams_office.told(NURSE)[0]


def test_a_long_message_of_which_one_card_is_gone_stands_whole_and_once(teams_office: TeamsOffice) -> None:
    teams_office.keeps(NURSE, LONG)
    teams_office.deliver()
    teams_office.posted(NURSE)[1].deleted = True
    teams_office.keeps(NURSE, LONG.replace("digest", "letter"))
    teams_office.deliver()
    assert lines(teams_office) == LONG.replace("digest", "letter").splitlines()


def test_cards_of_older_words_that_were_sent_before_a_wait_are_put_right(teams_office: TeamsOffice) -> None:
    busy_at(teams_office, 1, 429)
    teams_office.keeps(NURSE, LONG)
    teams_office.deliver_once()
    assert len(teams_office.posted(NURSE)) == 1
    teams_office.keeps(NURSE, LONG.replace("digest", "letter"))
    teams_office.deliver()
    assert lines(teams_office) == LONG.replace("digest", "letter").splitlines()
    assert len(teams_office.posted(NURSE)) == len(teams_office.told(NURSE))


def test_words_that_shrink_before_all_of_them_were_sent_leave_nothing_behind(teams_office: TeamsOffice) -> None:
    busy_at(teams_office, 2, 429)
    teams_office.keeps(NURSE, LONG)
    teams_office.deliver_once()
    assert len(teams_office.told(NURSE)) == 2
    teams_office.keeps(NURSE, "one light is on")
    teams_office.deliver()
    assert ["one light is on" in text for text in teams_office.told(NURSE)] == [True]


def test_a_home_is_a_message_like_others_and_kept_true(teams_office: TeamsOffice) -> None:
    office, nurse = teams_office.office, teams_office.user(NURSE)
    account = ("teams", teams_office.tenant.id, nurse.id)
    assert teams_office.homes.open(office.partnership, office.person(NURSE), account, office.now)
    teams_office.deliver()
    (before,) = nurse.told()
    office.moves_to("2027-03-05 09:00")  # another day: other things are asked of them
    teams_office.homes.keep(office.now)
    teams_office.deliver()
    (after,) = [message for message in nurse.told() if message.id == before.id]
    assert (before.edited, after.edited) == (0, 1)
    assert rendered(after) != rendered(before)


# No id in the answer


def test_words_without_an_id_are_sent_once_and_newer_ones_follow_as_another_message(teams_office: TeamsOffice) -> None:
    teams_office.standin.faults.placeholder()
    key = teams_office.keeps(NURSE, "one light is on")
    teams_office.deliver()
    assert teams_office.row(key).state == "sent"
    assert read_reference(teams_office.row(key).reference)[1] == [""]
    for words in ("two lights are on", "all lights are on"):
        teams_office.keeps(NURSE, words)
        teams_office.deliver()
    told = teams_office.told(NURSE)
    assert [text.splitlines()[-1] for text in told] == ["one light is on", "all lights are on"]


def test_a_message_without_an_id_cannot_be_taken_back_and_nothing_is_tried(teams_office: TeamsOffice) -> None:
    teams_office.standin.faults.placeholder()
    parcel = a_parcel(teams_office)
    sent = teams_office.door.send(parcel, teams_office.office.now)
    assert isinstance(sent, Sent)
    teams_office.door.delete(parcel, sent.reference)
    assert teams_office.standin.called("DELETE", "") == []


# Calendar entries


def test_a_calendar_entry_is_offered_below_the_words_and_holds_what_was_kept(teams_office: TeamsOffice) -> None:
    key = teams_office.sends(NURSE, Message(title="The Executive meets", text="On Tuesday", attached=(ENTRY,)))
    teams_office.deliver()
    words, offer = teams_office.user(NURSE).told()
    assert "On Tuesday" in rendered(words)
    (consent,) = offer.consents
    assert (consent["name"], consent["content"]["sizeInBytes"]) == (ENTRY.name, len(ENTRY.text.encode()))
    kept = teams_office.teams.keeping.kept
    assert asked_for(consent["content"]["acceptContext"], kept) == ENTRY
    assert asked_for(consent["content"]["declineContext"], kept) == ENTRY
    assert ENTRY.text not in str(offer.activity)
    assert len(read_reference(teams_office.row(key).reference)[1]) == 2


def test_after_a_wait_the_offer_alone_is_sent(teams_office: TeamsOffice) -> None:
    busy_at(teams_office, 1, 429)
    teams_office.sends(NURSE, Message(title="The Executive meets", text="On Tuesday", attached=(ENTRY,)))
    teams_office.deliver()
    assert len(teams_office.posted(NURSE)) == 2


def test_a_message_with_an_entry_that_changes_is_posted_anew(teams_office: TeamsOffice) -> None:
    door, now = teams_office.door, teams_office.office.now
    parcel = a_parcel(teams_office, message=Message(title="It meets", text="On Tuesday", attached=(ENTRY,)))
    sent = door.send(parcel, now)
    assert isinstance(sent, Sent)
    later = ENTRY.model_copy(update={"text": "BEGIN:VCALENDAR\r\nSEQUENCE:1\r\nEND:VCALENDAR\r\n"})
    changed = replace(parcel, message=Message(title="It meets", text="On Friday", attached=(later,)))
    again = door.edit(changed, sent.reference, now)
    assert isinstance(again, Sent)
    words, offer = teams_office.user(NURSE).told()
    assert "On Friday" in rendered(words)
    assert asked_for(offer.consents[0]["content"]["acceptContext"], teams_office.teams.keeping.kept) == later


@pytest.mark.parametrize("ours", [None, "", "x", {}, {"kept": "unknown"}, {"kept": 1}])
def test_an_answer_about_nothing_of_ours_gives_no_entry(ours: object) -> None:
    assert asked_for({"convenor": ours}, lambda token: None) is None
    assert asked_for(ours, lambda token: None) is None


def test_what_is_kept_of_something_else_is_no_entry() -> None:
    assert asked_for({"convenor": {"kept": "token"}}, lambda token: '{"does":"x","form":{}}') is None


def test_the_offer_carries_a_token_alone() -> None:
    texts: list[str] = []

    def keep(text: str) -> str:
        texts.append(text)
        return "token"

    assert asks_for(ENTRY, keep) == consent_card(ENTRY.name, len(ENTRY.text.encode()), "token")
    assert asked_for({"convenor": {"kept": "token"}}, lambda token: texts[0]) == ENTRY


# Who is gone


def test_whom_teams_reaches_no_more_is_reached_by_mail_and_the_business_manager_hears_once(
    teams_office: TeamsOffice,
) -> None:
    teams_office.user(NURSE).blocks_bot()
    for word in ("First word", "Second word", "Third word"):
        teams_office.says(NURSE, word)
        teams_office.deliver()
    assert teams_office.mailed(NURSE) == ["A word"] * 3
    (told,) = teams_office.told(MANAGER)
    assert OF_THE_PERSON["ConversationBlockedByUser"] in told


def test_a_leaver_whose_personal_chat_was_begun_is_reached_by_mail(teams_office: TeamsOffice) -> None:
    teams_office.says(NURSE, "First word")
    teams_office.deliver()
    teams_office.tenant.remove_user(teams_office.user(NURSE).id)
    teams_office.says(NURSE, "Second word")
    teams_office.deliver()
    assert teams_office.mailed(NURSE) == ["A word"]
    (told,) = teams_office.told(MANAGER)
    assert OF_THE_PERSON["ConversationNotFound"] in told


def test_with_no_other_door_the_message_is_on_the_list_of_what_was_not_delivered() -> None:
    with a_teams_office(mail=False) as teams_office:
        teams_office.user(NURSE).blocks_bot()
        key = teams_office.says(NURSE, "Bring your diary")
        teams_office.deliver()
        assert teams_office.row(key).state == "failed"
        assert len(teams_office.told(MANAGER)) == 1


def test_a_new_secret_opens_the_tenant_again_at_the_next_start(teams_office: TeamsOffice) -> None:
    teams_office.entra.refuses = "AADSTS7000222"
    teams_office.says(NURSE, "First word")
    teams_office.deliver()
    assert teams_office.mailed(NURSE) == ["A word"]
    (told,) = [p.message for _, p in teams_office.mail.sent if p.kind == "door-shut"]
    assert OF_US["AADSTS7000222"] in told.text
    teams_office.entra.refuses = ""
    teams_office.begins_anew()
    teams_office.says(NURSE, "Second word")
    teams_office.deliver()
    assert len(teams_office.told(NURSE)) == 1


# The sandbox


def test_in_the_sandbox_everything_stands_in_one_channel_and_says_for_whom_it_is() -> None:
    with a_teams_office(sandbox=True) as teams_office:
        teams_office.says(NURSE, "Bring your diary", to_post=True)
        teams_office.sends(DOCTOR, Message(title="It meets", text="On Tuesday", attached=(ENTRY,)))
        teams_office.deliver()
        seen = [rendered(message) for message in teams_office.user(NURSE).sees_in(teams_office.channel)]
        assert "[sandbox, for: Designated Nurse]" in seen[0]
        assert NOT_ATTACHED in seen[1]
        assert len(seen) == 2
        assert teams_office.told(NURSE) == teams_office.told(DOCTOR) == []
        assert teams_office.mail.sent == []


@pytest.mark.parametrize("gone", ["deleted", "removed"])
def test_a_sandbox_without_the_app_in_it_is_said_to_be_one(gone: str) -> None:
    with a_teams_office(sandbox=True) as teams_office:
        if gone == "deleted":
            teams_office.tenant.delete_channel(teams_office.channel)
        else:
            teams_office.tenant.channels[teams_office.channel].installed = False
        key = teams_office.says(NURSE, "Bring your diary")
        teams_office.deliver()
        assert (teams_office.row(key).state, teams_office.row(key).reason) == ("failed", NO_CHANNEL)


# Two workers, and what breaks


def test_a_late_worker_takes_back_what_another_one_has_sent_too(teams_office: TeamsOffice) -> None:
    key, office = teams_office.says(NURSE, "Ring the Head of Safeguarding", lane="alert"), teams_office.office
    once = threading.Lock()

    def late(point: str) -> None:
        if point == "after-send" and once.acquire(blocking=False):
            teams_office.standin.stopping.wait(0.2)
            office.now += timedelta(seconds=2)
            teams_office.deliver_once()

    lease = timedelta(milliseconds=100)
    worker = Delivery(office.runner, teams_office.delivery.doors, threads=0, point=late, lease=lease)
    worker.deliver(lambda: office.now)
    assert len(teams_office.posted(NURSE)) == 2
    (left,) = teams_office.user(NURSE).told()
    assert read_reference(teams_office.row(key).reference)[1] == [left.id]


def test_what_is_taken_back_and_is_not_there_any_more_is_no_trouble(teams_office: TeamsOffice) -> None:
    parcel = a_parcel(teams_office)
    sent = teams_office.door.send(parcel, teams_office.office.now)
    assert isinstance(sent, Sent)
    for _ in range(2):
        teams_office.door.delete(parcel, sent.reference)
    assert teams_office.told(NURSE) == []


def test_a_failure_of_our_own_is_raised_and_not_taken_for_teams(teams_office: TeamsOffice) -> None:
    def cannot(_text: str) -> str:
        raise KeyError("keep")

    teams_office.door.keep = cannot
    long = Button(label="Go on", does="meeting.confirm", form={"group": "x" * 5000})
    with pytest.raises(KeyError):
        teams_office.door.send(
            a_parcel(teams_office, message=Message(title="", text="", buttons=(long,))), teams_office.office.now
        )


def test_somebody_of_whom_nothing_was_heard_is_gone_until_they_write() -> None:
    with a_teams_office(heard_of=False) as teams_office:
        result = teams_office.door.send(a_parcel(teams_office), teams_office.office.now)
        assert isinstance(result, Gone) and not result.whole
