"""What reached nobody: listed for the business manager, sent again where that is of use, put aside when seen."""

from collections.abc import Iterator

import pytest

from commands.conversation import Conversation
from commands.speakers import Speaker
from commands.undelivered import listed
from storage.records import outbox
from storage.records.message import Message
from storage.records.outbox import Outgoing
from tests.offices import Office, an_office


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office(opened="2027-03-05 09:00", incidents=False) as office:
        yield office


def lose(office: Office, key: str = "lost", **more: object) -> None:
    """A message to the head teacher that reached nobody."""
    given: dict[str, object] = {
        "partnership": office.partnership,
        "key": key,
        "kind": "meeting-moved",
        "record": "meeting",
        "person": office.person("head-teacher"),
        "post": "head-teacher",
        "message": Message(title="Moved", text="Secret words").model_dump(mode="json"),
        "state": "failed",
        "reason": "this person has no door through which they can be reached",
        "created_at": office.now,
        "not_before": office.now,
    }
    with office.runner.store.writing() as session:
        session.add(Outgoing(**given | more))


def the_list(office: Office) -> Message:
    with office.looking("business-manager") as work:
        return listed(work)


def state(office: Office, key: str = "lost") -> tuple[str, bool]:
    with office.reading() as scope:
        row = outbox.find(scope, key)
        assert row is not None
        return row.state, row.unsure


def labels(message: Message) -> list[str]:
    return [button.label for button in message.buttons]


def test_the_word_is_the_business_managers_alone(office: Office) -> None:
    lose(office)
    conversation = Conversation(office.runner, local_doors=("notebook",))

    def says(post: str) -> Message:
        return conversation.answer(
            Speaker("notebook", office.partnership, office.person(post)), "undelivered", None, office.now
        )

    assert says("business-manager").title == "Not delivered: 1"
    assert "the business manager" in says("head-teacher").text


def test_each_is_said_with_its_kind_post_and_reason_and_never_its_words(office: Office) -> None:
    lose(office)
    said = the_list(office)
    assert "a confirmed meeting has moved, to the Head Teacher" in said.text
    assert "Why: this person has no door" in said.text
    assert "Secret words" not in said.model_dump_json()


def test_of_a_case_it_says_only_that_it_was_one(office: Office) -> None:
    lose(office, "incident-alert:TEST-1:x", kind="incident-alert", about_case=True)
    said = the_list(office)
    assert "a message about a case, to the Head Teacher" in said.text
    assert "TEST-1" not in said.text and "serious" not in said.text


def test_nothing_lost_says_so(office: Office) -> None:
    assert the_list(office).title == "Not delivered" and not the_list(office).buttons


def test_sent_again_it_goes_out(office: Office) -> None:
    lose(office)
    assert labels(the_list(office)) == ["Send again: 1", "Seen: 1", "All seen"]
    office.done("business-manager", "message.again", **the_list(office).buttons[0].form)
    office.deliver()
    assert "Moved" in office.told("head-teacher")
    assert the_list(office).title == "Not delivered"


def test_what_may_have_got_through_is_sent_again_only_when_she_says_so(office: Office) -> None:
    lose(office, unsure=True)
    assert "It may have got through" in office.refused("business-manager", "message.again", key="lost")
    there = the_list(office)
    assert labels(there)[0] == "Send anyway: 1"
    office.done("business-manager", "message.again", **there.buttons[0].form)
    assert state(office) == ("waiting", False)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"kind": "daily-note"}, "stands in their next note"),
        ({"secret": True}, "kept nowhere"),
        ({"expires_at": "past"}, "Its time is over."),
    ],
)
def test_what_is_of_no_more_use_has_no_such_button_and_is_refused(
    office: Office, more: dict[str, object], why: str
) -> None:
    lose(office, **{name: office.now if value == "past" else value for name, value in more.items()})
    assert labels(the_list(office)) == ["Seen: 1", "All seen"]
    assert why in the_list(office).text
    assert why in office.refused("business-manager", "message.again", key="lost")
    assert state(office)[0] == "failed"


def test_of_somebody_who_has_left_it_says_to_enter_who_follows_and_then_goes_to_them(office: Office) -> None:
    lose(office)
    office.done("business-manager", "people.leave", post="head-teacher", until="2027-03-05")
    office.moves_to("2027-03-06 09:00")
    assert "Enter whoever follows" in the_list(office).text
    office.done("business-manager", "people.hold", person="designated-doctor", post="head-teacher", since="2027-03-06")
    assert "Somebody else is in the post now" in the_list(office).text
    office.done("business-manager", "message.again", key="lost")
    office.deliver()
    assert "Moved" in office.told("designated-doctor")


def test_what_was_seen_is_no_longer_listed_and_cannot_be_sent(office: Office) -> None:
    lose(office)
    lose(office, "later")
    office.done("business-manager", "message.seen", key="lost")
    assert the_list(office).title == "Not delivered: 1"
    assert "not among the messages" in office.refused("business-manager", "message.again", key="lost")
    last = the_list(office).buttons[-1]
    lose(office, "after the list")
    office.done("business-manager", "message.seen", **last.form)
    assert the_list(office).title == "Not delivered: 1"
    assert state(office, "after the list")[0] == "failed"


def test_a_long_list_is_told_a_part_at_a_time(office: Office) -> None:
    for number in range(12):
        lose(office, f"lost {number}")
    said = the_list(office)
    assert said.title == "Not delivered: 12" and "There are 4 more." in said.text
    assert len(said.buttons) <= 25
