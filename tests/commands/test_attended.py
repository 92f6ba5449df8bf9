"""The day itself: who is there, who leaves, and what that does to whether the meeting can do its business."""

from collections.abc import Iterator
from datetime import date

import pytest

from storage.records import attended, meetings
from storage.records.attended import Attended
from tests.offices import OURSHIRE, Office, an_office

DAY, HOUR = "2027-03-16", "2027-03-16 14:05"
MANAGER, CHAIR, NURSE, POLICE = (
    "business-manager", "director-childrens-services", "chief-nurse", "assistant-chief-constable",
)  # fmt: skip
ALL_HERE = {CHAIR: "present", NURSE: "online", POLICE: "present"}
DEPUTY = "deputy@ours.example"


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office(opened="2027-03-15 09:00") as office:
        enters_a_deputy(office)
        office.moves_to(HOUR)
        yield office


def enters_a_deputy(office: Office, post: str = NURSE, address: str = DEPUTY) -> None:
    name = "Deputy Chief Nurse"
    office.by_two(MANAGER, "people.enter", name=name, email=address, post=post, capacity="deputy")


def about(office: Office, group: str = "executive", day: str = DAY) -> dict[str, object]:
    with office.reading() as scope:
        [row] = meetings.between(scope, date.fromisoformat(day), date.fromisoformat(day), group)
        return {"group": group, "place": row.place}


def records(office: Office, seats: dict[str, str], who: str = MANAGER, **which: object) -> str:
    """Records seats, and gives what was answered."""
    form = (which or about(office)) | {f"seat.{post}": how for post, how in seats.items()}
    return office.done(who, "attended.record", **form).text


def on_record(office: Office) -> dict[str, Attended]:
    form = about(office)
    with office.reading() as scope:
        found = attended.at(scope, str(form["group"]), str(form["place"]))
        for each in found.values():
            scope.session.expunge(each)
        return found


@pytest.mark.parametrize(
    ("value", "how", "person"),
    [
        ("present", "present", NURSE),
        ("Online", "online", NURSE),
        ("a deputy who is not entered", "deputy", ""),
        ("Instead: Deputy Chief Nurse", "deputy", DEPUTY),
        ("deputy", "deputy", DEPUTY),
        ("apologies", "apologies", ""),
        ("Not here, no apologies", "absent", ""),
    ],
)
def test_a_seat_is_recorded_by_value_or_by_the_words_on_the_form(
    office: Office, value: str, how: str, person: str
) -> None:
    records(office, {NURSE: value})
    found = on_record(office)[NURSE]
    meant = office.actor(person).person if person else ""
    assert (found.how, found.person, found.agency) == (how, meant, "NHS Ourshire")


def test_every_mistake_is_found_at_once_each_beside_its_seat(office: Office) -> None:
    form = about(office) | {f"seat.{CHAIR}": "perhaps", "seat.head-teacher": "present", f"seat.{POLICE}": "present"}
    outcome = office.perform(MANAGER, "attended.record", **form)
    assert {refusal.field for refusal in outcome.refusals} == {f"seat.{CHAIR}", "seat.head-teacher"}
    assert on_record(office) == {}


def test_an_empty_seat_stays_as_it_is(office: Office) -> None:
    records(office, ALL_HERE)
    records(office, {CHAIR: "apologies", NURSE: ""})
    assert {post: each.how for post, each in on_record(office).items()} == ALL_HERE | {CHAIR: "apologies"}


def test_before_its_day_nothing_is_recorded_and_of_a_cancelled_meeting_nothing_either(office: Office) -> None:
    with an_office(opened="2027-03-15 09:00") as early:
        assert "lies ahead" in early.refused(MANAGER, "attended.record", **about(early), **{f"seat.{NURSE}": "present"})
    form = about(office)
    office.done(MANAGER, "meeting.cancel", **form)
    assert "was cancelled" in office.refused(MANAGER, "attended.record", **form, **{f"seat.{NURSE}": "present"})


def test_when_somebody_leaves_it_is_said_that_the_number_is_not_reached_any_more(office: Office) -> None:
    assert "3 of 3 representatives are needed, 3 are here: the meeting is quorate." in records(office, ALL_HERE)
    office.moves_to("2027-03-16 15:10")
    said = office.done(MANAGER, "attended.left", **about(office), seat=NURSE, at="15:00")
    assert said.title == "Chief Nurse left at 15:00"
    assert said.text.startswith("The meeting is not quorate any more.")
    assert "3 of 3 representatives are needed, 2 are here: the meeting is not quorate." in said.text
    office.deliver()
    assert office.told(CHAIR)[-1] == "Executive: the meeting is not quorate any more"
    assert not any("quorate" in title for title in office.told(MANAGER))


def test_when_they_come_back_it_is_said_too_and_how_long_they_were_away(office: Office) -> None:
    records(office, ALL_HERE)
    office.moves_to("2027-03-16 15:30")
    office.done(CHAIR, "attended.left", **about(office), seat=NURSE, at="15:00")
    said = office.done(CHAIR, "attended.came", **about(office), seat=NURSE, at="15:20")
    assert said.text.startswith("The meeting is quorate now.")
    found = on_record(office)[NURSE]
    assert (found.left_at, found.because) == (None, "away from 15:00 to 15:20")
    office.deliver()
    assert not any("quorate" in title for title in office.told(CHAIR)), "whoever recorded it knows"


def test_with_a_deputy_both_readings_are_said_and_the_word_only_once_one_is_confirmed(office: Office) -> None:
    said = records(office, ALL_HERE | {NURSE: "deputy"})
    assert "2 of 3 without deputies, 3 needed; 3 of 3 with deputies, 3 needed: our arrangements do not say." in said
    assert "quorate" not in said
    office.done(CHAIR, "quorum.confirm", **about(office), what="deputies", counts="yes")
    assert "the meeting is quorate" in records(office, {POLICE: "online"})


@pytest.mark.parametrize(
    ("at", "told"),
    [("13:00", "before it. The meeting began at 14:00"), ("16:00", "lies ahead"), ("14:03", "")],
)
def test_an_hour_lies_between_the_beginning_and_now(office: Office, at: str, told: str) -> None:
    records(office, ALL_HERE)
    form = about(office) | {"seat": NURSE, "at": at}
    outcome = office.perform(MANAGER, "attended.left", **form)
    assert told in " ".join(map(str, outcome.refusals)) and outcome.refused == bool(told)


def test_the_day_after_the_hour_is_needed_and_the_chair_is_not_told_any_more(office: Office) -> None:
    records(office, ALL_HERE)
    office.moves_to("2027-03-17 09:00")
    form = about(office) | {"seat": NURSE}
    assert "Give the hour" in office.refused(MANAGER, "attended.left", **form)
    office.done(MANAGER, "attended.left", **form, at="15:00")
    office.deliver()
    assert not any("quorate" in title for title in office.told(CHAIR))


def test_nobody_leaves_who_is_not_here_nor_twice_nor_comes_who_is(office: Office) -> None:
    records(office, ALL_HERE | {POLICE: "apologies"})
    form = about(office)
    assert "Nobody is recorded as here" in office.refused(MANAGER, "attended.left", **form, seat=POLICE)
    assert "is recorded as here already" in office.refused(MANAGER, "attended.came", **form, seat=NURSE)
    office.done(MANAGER, "attended.left", **form, seat=NURSE)
    assert "gone since 14:05" in office.refused(MANAGER, "attended.left", **form, seat=NURSE)


def test_a_guest_has_no_seat_and_makes_no_number(office: Office) -> None:
    records(office, {CHAIR: "present"})
    form = about(office)
    said = office.done(MANAGER, "attended.guest", **form, name="Visiting auditor", agency="Ofsted", how="online").text
    assert "Here: 2, 1 online, 1 as guests." in said
    assert "3 of 3 representatives are needed, 1 is here" in said
    assert "recorded already" in office.refused(MANAGER, "attended.guest", **form, name="Visiting auditor")
    assert "NHS number" in office.refused(MANAGER, "attended.guest", **form, name="943 476 5919")


def test_what_was_recorded_is_taken_back_as_it_was(office: Office) -> None:
    records(office, ALL_HERE)
    before = on_record(office)
    office.done(MANAGER, "attended.left", **about(office), seat=NURSE)
    office.done(MANAGER, "undo")
    records(office, {NURSE: "apologies", "scrutineer": "present"})
    office.done(MANAGER, "undo")
    kept = ("how", "person", "agency", "left_at", "came_at", "sheet_at")
    found = on_record(office)
    assert {s: [getattr(e, n) for n in kept] for s, e in found.items()} == {
        s: [getattr(e, n) for n in kept] for s, e in before.items()
    }


def test_members_do_not_record_it_but_whoever_sees_to_the_minutes_does() -> None:
    text = OURSHIRE.read_text("utf-8").replace('minutes_by = "business-manager"', 'minutes_by = "head-teacher"')
    with an_office(definition=text, opened="2027-03-16 14:05") as office:
        assert "whoever sees to its papers or minutes" in office.refused(
            POLICE, "attended.record", **about(office), **{f"seat.{NURSE}": "present"}
        )
        assert "Here: 1" in records(office, {NURSE: "present"}, who="head-teacher")


def test_that_a_meeting_was_held_says_where_to_record_who_was_there_until_it_is(office: Office) -> None:
    form = about(office)
    assert "meeting here executive" in office.done(MANAGER, "meeting.held", **form).text
    office.done(MANAGER, "undo")
    records(office, ALL_HERE)
    assert "meeting here" not in office.done(MANAGER, "meeting.held", **form).text
