"""The handover list: what stands on it, when it is sent, to whom, and who may see it."""

from collections.abc import Iterator

import pytest

from commands import rehearsing
from commands.conversation import Conversation
from commands.speakers import Speaker
from storage.records import duties, outbox, people
from storage.records.links import Link
from storage.records.message import Message
from tests.offices import Office, an_office

MANAGER, POST = "business-manager", "designated-nurse"
NEW = {"name": "Next Designated Nurse", "email": "next.nurse@nhs.example"}


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office(incidents=False) as office:
        yield office


def owed(office: Office, state: str | None = "open") -> list[str]:
    """The day of each list that is to be sent, and whether it is for who leaves or who follows."""
    with office.reading() as scope:
        found = duties.of_record(scope, f"handover:{POST}", state=state)
        return sorted(f"{d.part.partition(':')[0]} {d.due_at.astimezone(office.zone):%Y-%m-%d}" for d in found)


def lists(office: Office, person: str) -> list[Message]:
    """The lists that were stored for somebody, oldest first."""
    with office.reading() as scope:
        return [row.words for row in outbox.of_person(scope, person) if row.kind == "handover"]


def says(office: Office, post: str, line: str) -> Message:
    """What somebody is answered who types a line."""
    speaker = Speaker("notebook", office.partnership, office.person(post))
    return Conversation(office.runner, local_doors=("notebook",)).answer(speaker, line, None, office.now)


def leaves_in_spring(office: Office, *, followed: bool = True) -> None:
    office.done(MANAGER, "people.leave", post=POST, until="2027-03-31")
    if followed:
        office.done(MANAGER, "people.enter", **NEW, post=POST, since="2027-04-01")


def test_it_is_sent_two_weeks_before_the_last_day_and_on_the_first(office: Office) -> None:
    leaves_in_spring(office)
    assert owed(office) == ["leaver 2027-03-17", "successor 2027-04-01"]
    leaver, manager = office.person(POST), office.person(MANAGER)
    handle(office)
    follower = people.person_id(NEW["email"])
    assert [len(lists(office, each)) for each in (leaver, follower, manager)] == [1, 1, 0]
    [words] = lists(office, leaver)
    assert words.title == "Handover: Designated Nurse"
    assert words.text.startswith(
        "Designated Nurse is in the post until Wednesday 31 March 2027. Next Designated Nurse follows from Thursday 1 "
        "April 2027."
    )


def handle(office: Office) -> list[str]:
    """Has each list handled in its time; gives what became of it."""
    said = []
    with office.reading() as scope:
        keys = [
            (d.due_at, {"record": d.record, "kind": d.kind, "part": d.part, "generation": d.generation})
            for d in duties.of_record(scope, f"handover:{POST}")
        ]
    for at, key in sorted(keys, key=lambda pair: pair[0]):
        office.moves_to(max(at, office.now))
        said.append(office.done("time", "duty.handle", duties=[key]).text)
    return said


def test_where_nobody_follows_the_business_manager_has_it_too(office: Office) -> None:
    leaves_in_spring(office, followed=False)
    leaver, manager = office.person(POST), office.person(MANAGER)
    assert handle(office) == ["told"]
    assert [len(lists(office, each)) for each in (leaver, manager)] == [1, 1]
    assert "Nobody is entered who follows." in lists(office, manager)[0].text


def test_a_last_day_that_has_changed_is_looked_at_again_and_sent_once(office: Office) -> None:
    leaves_in_spring(office, followed=False)
    office.done(MANAGER, "people.leave", post=POST, until="2027-04-30")
    assert owed(office) == ["leaver 2027-03-17", "leaver 2027-04-16"]
    assert handle(office) == ["not sent: it has changed who is in the post", "told"]


def test_who_goes_on_in_a_post_hands_nothing_over(office: Office) -> None:
    office.done(MANAGER, "people.leave", post=POST, until="2027-03-31")
    office.done(MANAGER, "people.hold", person="designated-nurse@ourshire.invalid", post=POST, since="2027-04-01")
    assert handle(office) == ["not sent: whoever holds the post goes on in it"]
    assert lists(office, office.person(POST)) == []


def test_everything_of_the_post_stands_on_it(office: Office) -> None:
    office.done(MANAGER, "action.add", title="Write the protocol", owner=POST, due="2027-02-01")
    office.done(MANAGER, "action.add", title="Train the duty team", owner=POST)
    office.done(MANAGER, "people.cover", post=POST, person="head-teacher", until="2027-01-08", group="practice")
    office.done(MANAGER, "people.enter", **NEW, post=POST, capacity="deputy")
    leaver = rehearsing.person_of(office.partnership, POST)
    with office.runner.store.writing() as session:
        for number, about in enumerate((POST, "head-teacher")):
            session.add(
                Link(
                    id=f"link-{number}", partnership=office.partnership, person=leaver,
                    purpose="poll", record="poll:date:practice.1", about=about, made_at=office.now,
                    expires_at=office.at("2027-02-01"),
                )
            )  # fmt: skip
    lines = says(office, MANAGER, "people handover Designated Nurse").text.splitlines()
    assert {
        "- chairs the Practice Group",
        "- member of the Practice Group",
        "- action 1, Write the protocol, until Mon 1 Feb 2027",
        "- action 2, Train the duty team",
        "- covered by Head Teacher from Mon 4 Jan 2027 to Fri 8 Jan 2027, for what concerns the Practice Group only",
        "- Next Designated Nurse, as deputy",
        "- 1 link of Designated Nurse; whoever follows gets their own, these end with the post",
    } <= set(lines)
    assert not any("incident" in line.casefold() for line in lines)


def test_it_is_sent_by_hand_and_who_follows_later_has_it_on_their_first_day(office: Office) -> None:
    leaves_in_spring(office)
    answer = office.done(POST, "people.handover", post=POST)
    assert answer.text == (
        "The list goes to Designated Nurse. Next Designated Nurse is in no post yet, and gets it on Thursday 1 April "
        "2027."
    )
    office.done(MANAGER, "people.hold", person="next.nurse@nhs.example", post="lay-member", capacity="deputy")
    assert office.done(POST, "people.handover", post=POST).text == (
        "The list goes to Designated Nurse and Next Designated Nurse."
    )
    assert len(lists(office, people.person_id(NEW["email"]))) == 1


def test_it_is_seen_by_who_holds_the_post_and_who_keeps_the_list_and_nobody_else(office: Office) -> None:
    for who in (POST, MANAGER):
        assert says(office, who, "people handover Designated Nurse").title == "Handover: Designated Nurse"
    refused = says(office, "head-teacher", "people handover Designated Nurse")
    assert refused.text.startswith("This can be done by the business manager or whoever holds the post")
