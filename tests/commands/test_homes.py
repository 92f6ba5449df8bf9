"""Home: what somebody owes with the presses that do it, the next meetings, and what the business manager looks at."""

from collections.abc import Iterator

import pytest

from commands import homes
from commands.catalogue import ACTIONS
from commands.conversation import Conversation
from commands.speakers import Speaker
from storage.records import outbox, people
from storage.records.message import Button, Message
from tests.offices import Office, an_office


@pytest.fixture
def office() -> Iterator[Office]:
    """Opened on Friday 5 March 2027: papers of the Executive of 16 March are due on Tuesday 9 March."""
    with an_office(opened="2027-03-05 09:00") as office:
        yield office


def home(office: Office, post: str, *, confirmed: bool = True, sandbox: bool = False) -> Message:
    with office.looking("time") as work:
        return homes.home(work, office.person(post), confirmed=confirmed, sandbox=sandbox)


def part(message: Message, head: str) -> list[str]:
    """The lines under a heading."""
    blocks = [block.splitlines() for block in message.text.split("\n\n")]
    return next(([line.removeprefix("- ") for line in lines[1:]] for lines in blocks if lines[0] == head), [])


def button(message: Message, label: str) -> Button:
    found = [each for each in message.buttons if each.label == label]
    assert len(found) == 1, [each.label for each in message.buttons]
    return found[0]


def press(office: Office, post: str, pressed: Button) -> Message:
    speaker = Speaker("notebook", office.partnership, office.person(post))
    conversation = Conversation(office.runner, local_doors=("notebook",))
    return conversation.press(speaker, pressed.does, {"in": office.partnership} | pressed.form, None, office.now)


def test_papers_that_are_owed_stand_there_until_their_button_is_pressed(office: Office) -> None:
    before = home(office, "business-manager")
    assert "Tue 9 Mar 2027: papers of the Executive of Tue 16 Mar 2027" in part(before, "Asked of you now")
    press(office, "business-manager", button(before, "Papers are out: Executive, Tue 16 Mar"))
    after = home(office, "business-manager")
    assert "papers of the Executive" not in after.text
    assert not any(each.label.startswith("Papers are out: Executive") for each in after.buttons)


def test_papers_and_minutes_that_are_late_say_so(office: Office) -> None:
    office.moves_to("2027-03-11 09:00")
    assert (
        "Tue 9 Mar 2027: papers of the Executive of Tue 16 Mar 2027, overdue" in home(office, "business-manager").text
    )
    office.moves_to("2027-04-02 09:00")
    late = home(office, "business-manager")
    assert "Tue 30 Mar 2027: minutes of the Executive of Tue 16 Mar 2027, overdue" in late.text
    assert "papers of the Executive" not in late.text
    press(office, "business-manager", button(late, "Minutes are out: Executive, Tue 16 Mar"))
    assert "minutes of the Executive" not in home(office, "business-manager").text


def test_an_action_stands_with_whoever_owns_it_and_is_closed_by_its_button(office: Office) -> None:
    office.done("business-manager", "action.add", title="Write the protocol", owner="head-teacher", due="2027-03-09")
    there = home(office, "head-teacher")
    assert part(there, "Asked of you now") == ["Tue 9 Mar 2027: action 1, Write the protocol"]
    assert "Write the protocol" not in home(office, "detective-superintendent").text
    press(office, "head-teacher", button(there, "Done: action 1"))
    assert part(home(office, "head-teacher"), "Asked of you now") == ["nothing"]


def test_a_milestone_and_an_unconfirmed_meeting_are_done_from_the_home(office: Office) -> None:
    office.moves_to("2027-03-25 09:00")
    there = home(office, "business-manager")
    assert any(line.startswith("Wed 31 Mar 2027: ") for line in part(there, "Asked of you now"))
    done = [each for each in there.buttons if each.does == "milestone.done"]
    assert press(office, "business-manager", done[0]).title == "Recorded as done"
    confirm = [each for each in there.buttons if each.does == "meeting.confirm"]
    assert press(office, "business-manager", confirm[0]).title == "Confirmed"
    after = home(office, "business-manager")
    assert not any(each.does == "milestone.done" for each in after.buttons)
    assert len([each for each in after.buttons if each.does == "meeting.confirm"]) == len(confirm) - 1


def test_the_next_meetings_are_those_of_ones_own_groups_with_their_hours(office: Office) -> None:
    there = home(office, "head-of-safeguarding")
    lines = part(there, "Your next meetings")
    assert lines and len(lines) <= homes.MEETINGS and all("Polic" in line for line in lines)
    for moment in there.times:
        assert any(line.startswith(moment.words) for line in lines)
    everything = part(home(office, "business-manager"), "Your next meetings")
    assert any("Executive" in line for line in everything) and any("Practice" in line for line in everything)


def test_the_buttons_of_a_meeting_show_it_and_move_it_where_one_may(office: Office) -> None:
    show = next(each for each in home(office, "designated-nurse").buttons if each.label.startswith("Show: "))
    assert press(office, "designated-nurse", show).title in show.label or show.form["line"].startswith("meeting show")
    assert "Status" in [field.label for field in press(office, "designated-nurse", show).fields]
    move = [each for each in home(office, "business-manager").buttons if each.does == "meeting.move"]
    assert press(office, "business-manager", move[0]).sheet is not None
    assert not any(each.does == "meeting.move" for each in home(office, "lay-member").buttons)


def test_only_the_business_manager_sees_what_the_bot_waits_for_and_what_reached_nobody(office: Office) -> None:
    lose(office, "head-teacher")
    office.done("business-manager", "people.leave", post="lay-member", until="2027-03-05")
    office.moves_to("2027-03-06 09:00")
    there = home(office, "business-manager")
    assert "1 message reached nobody" in part(there, "Not delivered")
    assert any("1 post with nobody in it" in line for line in part(there, "What I wait for"))
    assert press(office, "business-manager", button(there, "Not delivered")).title == "Not delivered: 1"
    assert press(office, "business-manager", button(there, "Setup")).title
    other = home(office, "designated-nurse")
    for head in ("Not delivered", "What I wait for", "What nobody watches"):
        assert not part(other, head)


def lose(office: Office, post: str) -> None:
    """A message to a post that reached nobody."""
    with office.runner.store.writing() as session:
        session.add(
            outbox.Outgoing(
                partnership=office.partnership,
                key="lost",
                kind="meeting-moved",
                record="meeting",
                person=office.person(post),
                post=post,
                message={"title": "Moved", "text": "To another day"},
                state="failed",
                created_at=office.now,
                not_before=office.now,
            )
        )


def test_a_pause_and_a_trial_are_said_and_the_pause_is_ended_there_by_whoever_may(office: Office) -> None:
    office.done("business-manager", "partnership.pause")
    there = home(office, "business-manager", sandbox=True)
    assert "Sending is paused since 09:00 on Friday 5 March 2027" in there.text
    assert "This is a trial" in there.text
    assert not any(each.label == "Resume" for each in home(office, "head-teacher").buttons)
    press(office, "business-manager", button(there, "Resume"))
    assert "paused" not in home(office, "business-manager").text


def test_everybody_reads_where_help_for_a_child_is_and_who_they_are(office: Office) -> None:
    for post in ("business-manager", "head-teacher", "lay-member"):
        there = home(office, post)
        assert "ring 999" in there.text and "01234 500500" in there.text
        assert press(office, post, button(there, "Help")).title == "What you can write"
    assert "You have confirmed who you are." in home(office, "head-teacher").text
    assert "write: confirm" in home(office, "head-teacher", confirmed=False).text


def test_who_covers_a_post_and_who_is_covered_both_see_it_and_what_is_owed_moves(office: Office) -> None:
    office.done("business-manager", "action.add", title="Write the protocol", owner="head-teacher", due="2027-03-09")
    teacher = office.person("head-teacher")
    office.done("business-manager", "people.cover", post="head-teacher", person="designated-doctor", until="2027-03-12")
    assert "Head Teacher, covering until Fri 12 Mar 2027" in home(office, "designated-doctor").text
    assert "Write the protocol" in home(office, "designated-doctor").text
    with office.looking("time") as work:
        covered = homes.home(work, teacher, confirmed=True)
    assert "Head Teacher is covered by Designated Doctor until Fri 12 Mar 2027" in covered.text
    assert "Write the protocol" not in covered.text


def test_a_case_stands_there_by_number_only_and_for_the_confirmed_only(office: Office) -> None:
    office.done(
        "business-manager", "incident.start", pathway="serious-incident", facts={"aware": "2027-03-04T10:00:00+00:00"}
    )
    there = home(office, "business-manager")
    assert "of an incident: due" in there.text
    assert "TEST-1" not in there.model_dump_json()
    assert "incident:" not in home(office, "business-manager", confirmed=False).text


def test_however_much_is_owed_there_are_no_more_than_25_buttons_and_each_can_be_pressed(office: Office) -> None:
    for number in range(30):
        office.done(
            "business-manager", "action.add", title=f"Task {number}", owner="business-manager", due="2027-03-09"
        )
    office.by_two("business-manager", "people.leave", post="head-of-safeguarding", until="2027-03-05")
    office.done("business-manager", "partnership.pause")
    lose(office, "head-teacher")
    office.moves_to("2027-03-06 09:00")
    there = home(office, "business-manager")
    assert len(there.buttons) == 25
    assert "more; to see them, write: me" in there.text
    assert all(len(each.label) <= 75 and (each.does == "say" or each.does in ACTIONS) for each in there.buttons)
    assert {"Help", "Setup", "Resume", "Not delivered", "Digest"} <= {each.label for each in there.buttons}
    assert len({each.label for each in there.buttons}) == len(there.buttons)


def test_who_has_no_post_reads_only_where_help_for_a_child_is(office: Office) -> None:
    teacher = office.person("head-teacher")
    office.done("business-manager", "people.leave", post="head-teacher", until="2027-03-05")
    office.moves_to("2027-03-06 09:00")
    with office.looking("time") as work:
        left = homes.home(work, teacher, confirmed=True)
    assert left.title == "You have no post here today" and "ring 999" in left.text
    assert not left.buttons and "Head Teacher" not in left.text


def test_home_is_opened_for_the_account_of_that_person_only(office: Office) -> None:
    person, other = office.person("head-teacher"), office.person("lay-member")
    account = {"door": "notebook", "tenant": office.partnership}
    assert "not known here" in office.refused("time", "home.open", person=person, user=other, **account)
    said = office.done("time", "home.open", person=person, user=person, **account)
    with office.reading() as scope:
        row = outbox.find(scope, homes.key_of("notebook", office.partnership, person))
        assert row is not None and (row.shape, row.kind, row.through) == ("live", "home", "notebook")
        assert row.words == said
        assert homes.standing(scope.session, "notebook", office.partnership, person) == [("OSCP", said)]


def test_a_home_says_confirmed_only_where_the_account_at_that_door_is(office: Office) -> None:
    person = office.person("head-teacher")
    with office.runner.store.writing() as session:
        for identity in people.identities(session, person):
            identity.state = "proposed"
    said = office.done("time", "home.open", person=person, user=person, door="notebook", tenant=office.partnership)
    assert "Who you are is not confirmed" in said.text
