"""The chair's brief: on the working day before, to whoever chairs, with what they should know and no more."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from storage.records import duties
from storage.records.message import Message
from tests.commands.test_following_the_definition import TEXT, as_it_stands, meeting_after, owed
from tests.offices import Office, an_office, everybody_has_answered

CHAIR = "director-childrens-services"
MANAGER = "business-manager"
BEFORE = "2027-03-15 06:00"
"""The Monday before the Executive of Tuesday 16 March 2027, before the note of the day."""


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office(opened="2027-03-01 06:00", incidents=False) as office:
        yield office


@pytest.fixture(scope="module")
def _on_that_monday() -> Office:
    office = an_office(opened="2027-03-01 06:00", incidents=False)
    office.run_to(BEFORE)
    return office


@pytest.fixture
def near(_on_that_monday: Office) -> Iterator[Office]:
    """The same office two weeks later, on the Monday of the brief before its note: run there once for all."""
    with _on_that_monday.copy() as office:
        yield office


def briefs(office: Office, post: str = CHAIR) -> list[Message]:
    return [message for message in office.sent_to(post) if message.title.startswith("Brief for the chair")]


def the_brief(office: Office, post: str = CHAIR) -> str:
    """What the brief for the Executive of 16 March says."""
    office.run_to("2027-03-15 09:00")
    (found,) = [each for each in briefs(office, post) if "Executive" in each.title]
    return found.text


def executive(office: Office, action: str, who: str = MANAGER, **form: object) -> Message:
    return office.done(who, f"meeting.{action}", group="executive", place="2026-4", **form)


# When, and to whom


def test_it_goes_to_the_chair_with_the_note_of_the_working_day_before_and_once(near: Office) -> None:
    near.run_to("2027-03-15 07:59")
    assert briefs(near) == []
    near.run_to("2027-03-17 09:00")
    assert [each.title for each in briefs(near)] == ["Brief for the chair: Executive, Tuesday 16 March 2027"]
    assert briefs(near, "chief-nurse") == []


def test_a_partnership_can_choose_more_working_days_and_it_is_shown_as_chosen() -> None:
    text = TEXT.replace("year_starts = 4", "year_starts = 4\nchairs_brief_days = 3")
    with an_office(definition=text, opened="2027-03-01 06:00", incidents=False) as office:
        (duty,) = owed(office, "meeting:executive:2026-4", "chairs-brief")
        assert duty.due_at == office.at("2027-03-11 08:00")
        assert duty.why == "chosen: 3 working days before the meeting"


def test_where_nobody_is_in_the_chairs_post_the_business_manager_has_it_and_it_says_so(office: Office) -> None:
    office.done(MANAGER, "people.leave", post=CHAIR, until="2027-03-02")
    assert "For the Director of Children's Services: nobody is in that post." in the_brief(office, MANAGER)


def test_whoever_covers_the_chair_has_it(near: Office) -> None:
    cover = {"post": CHAIR, "person": "chief-nurse", "since": "2027-03-15", "until": "2027-03-19"}
    near.done(MANAGER, "people.cover", **cover)
    near.run_to("2027-03-15 09:00")
    assert len(briefs(near, "chief-nurse")) == 1
    assert "Standing in: Chief Nurse for the Director of Children's Services." in briefs(near, "chief-nurse")[0].text


def test_a_moved_meeting_has_its_brief_before_the_new_day_and_none_before_the_old_one(office: Office) -> None:
    executive(office, "move", day="2027-03-23")
    office.run_to("2027-03-22 07:59")
    assert briefs(office) == []
    office.run_to("2027-03-22 09:00")
    assert [each.title for each in briefs(office)] == ["Brief for the chair: Executive, Tuesday 23 March 2027"]


def test_a_meeting_that_moves_after_its_brief_has_another_one(near: Office) -> None:
    near.run_to("2027-03-15 09:00")
    executive(near, "move", day="2027-03-23")
    near.run_to("2027-03-22 09:00")
    assert len(briefs(near)) == 2


@pytest.mark.parametrize("action", ["cancel", "held"])
def test_a_meeting_that_is_cancelled_or_was_held_has_none(office: Office, action: str) -> None:
    office.moves_to("2027-03-16 07:00" if action == "held" else "2027-03-12 09:00")
    executive(office, action)
    office.run_to("2027-03-18 09:00")
    assert briefs(office) == []


@pytest.mark.parametrize(("back", "sent"), [("2027-03-16 13:00", 1), ("2027-03-16 14:00", 0), ("2027-03-17 09:00", 0)])
def test_after_a_power_cut_it_still_goes_until_the_meeting_begins(near: Office, back: str, sent: int) -> None:
    near.tick(back)
    near.deliver()
    assert len(briefs(near)) == sent
    with near.reading() as scope:
        (duty,) = [d for d in duties.of_record(scope, "meeting:executive:2026-4", None) if d.kind == "chairs-brief"]
        assert duty.state == "closed"
        assert sent or duty.reason == "not sent: the meeting has begun or has been"


# What it says


def test_it_says_when_whether_it_is_confirmed_and_that_attendance_is_not_asked(near: Office) -> None:
    said = the_brief(near)
    first = "Tuesday 16 March 2027 at 14:00, to 16:00. It is planned, not confirmed. Where it meets is not kept here."
    assert said.splitlines()[0] == first
    assert "- Nobody has been asked yet whether they come: attendance is not asked here so far." in said
    assert "On every agenda: Serious incidents." in said
    assert "Quorum: 3 of 3 representatives. Whether deputies count, our arrangements do not say." in said
    (message,) = briefs(near)
    assert [moment.at for moment in message.times] == [near.at("2027-03-16 14:00")]
    assert message.times[0].words in message.text


def test_a_confirmed_meeting_is_not_called_planned(near: Office) -> None:
    executive(near, "confirm")
    assert "planned" not in the_brief(near)


def test_papers_are_overdue_until_they_are_out(office: Office) -> None:
    before = office.copy()
    assert "Papers: not recorded as out; due Tuesday 9 March 2027, overdue." in the_brief(office)
    assert "- the papers of this meeting, due Tue 9 Mar 2027" in the_brief(office)
    labels = [button.label for button in briefs(office)[0].buttons]
    assert labels == ["Show: Executive, Tue 16 Mar", "Papers are out: Executive, Tue 16 Mar"]
    with before as other:
        other.done(MANAGER, "meeting.papers", group="executive", place="2026-4", on="2027-03-01")
        said = the_brief(other)
        assert "Papers: out since Monday 1 March 2027." in said
        assert "Late for this group\n- nothing that we watch" in said
        assert [button.label for button in briefs(other)[0].buttons] == ["Show: Executive, Tue 16 Mar"]


def test_its_buttons_do_what_they_say(near: Office) -> None:
    the_brief(near)
    papers = briefs(near)[0].buttons[1]
    near.done(CHAIR, papers.does, **papers.form)
    assert as_it_stands(near, meeting_after(near, "executive", "2027-03-16")).papers_sent_on == near.today


def test_open_actions_of_the_groups_register_and_of_its_members_stand_there_the_overdue_first(office: Office) -> None:
    for title, owner, due in (
        ("Write the protocol", "chief-nurse", "2027-03-20"),
        ("Review thresholds", "head-teacher", "2027-03-10"),
        ("Publish the plan", "lay-member", None),
    ):
        office.done(MANAGER, "action.add", title=title, owner=owner, due=due)
    office.done(MANAGER, "action.add", title="Close the old log", owner=MANAGER)
    office.done(MANAGER, "action.done", number=4)
    promises = the_brief(office).split("Last time's promises\n")[1].split("\n\n")[0].splitlines()
    assert promises == [
        "- 2. Review thresholds (Head Teacher, due Wed 10 Mar 2027, overdue)",
        "- 1. Write the protocol (Chief Nurse, due Sat 20 Mar 2027)",
        "- 3. Publish the plan (Lay Member, no date)",
    ]
    assert "Late for this group\n- the papers of this meeting, due Tue 9 Mar 2027\n- 1 action\n" in the_brief(office)


def test_another_groups_chair_sees_the_actions_of_its_own_members_only() -> None:
    with an_office(opened="2027-02-08 06:00") as office:
        office.done(MANAGER, "action.add", title="Write the protocol", owner="chief-nurse")
        office.done(MANAGER, "action.add", title="Review thresholds", owner="head-teacher")
        office.run_to("2027-02-15 09:00")
        (said,) = [each.text for each in briefs(office, "designated-nurse")]
        assert "Review thresholds" in said and "Write the protocol" not in said


@pytest.mark.long
def test_minutes_of_the_last_meeting_are_said_and_those_of_earlier_ones_when_they_are_late(office: Office) -> None:
    assert "No earlier meeting is on record." in the_brief(office)
    office.run_to("2027-06-14 09:00")
    said = briefs(office)[-1].text
    assert "Minutes of Tuesday 16 March 2027: not recorded as out; due Tuesday 30 March 2027, overdue." in said
    assert "- minutes of Tue 16 Mar 2027, due Tue 30 Mar 2027" in said


def test_seats_with_nobody_and_agencies_with_nobody_are_named() -> None:
    with an_office(opened="2027-03-01 06:00", incidents=False) as office:
        office.done(MANAGER, "people.leave", post="assistant-chief-constable", until="2027-03-02")
        office.done(MANAGER, "people.leave", post="lay-member", until="2027-03-02")
        said = the_brief(office)
        assert "- 3 of 5 posts at the table have somebody." in said
        assert "- Nobody is in: Assistant Chief Constable and Lay Member." in said
        assert "- Nobody at all from: Ourshire Police." in said


def test_where_no_quorum_is_declared_it_says_that_our_arrangements_do_not_say() -> None:
    with an_office(opened="2027-02-08 06:00") as office:
        office.run_to("2027-02-15 09:00")
        assert "- Quorum: our arrangements do not say." in briefs(office, "designated-nurse")[0].text


def test_it_holds_nothing_about_a_case() -> None:
    with an_office(opened="2027-03-01 06:00") as office:
        facts = {"aware": "2027-03-01T05:00:00+00:00"}
        office.done(MANAGER, "incident.start", pathway="serious-incident", facts=facts)
        everybody_has_answered(office, "TEST-1")
        assert "TEST-1" not in the_brief(office)


def test_it_stays_short_however_much_is_open(office: Office) -> None:
    for number in range(12):
        due = (office.today + timedelta(days=number)).isoformat()
        office.done(MANAGER, "action.add", title=f"Action of the group {number}", owner="chief-nurse", due=due)
    said = the_brief(office)
    assert "- and 7 more" in said
    assert len(said.splitlines()) <= 30
