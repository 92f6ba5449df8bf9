"""A pause holds all but alerts; on resuming each thing that waited is looked at again."""

from collections.abc import Iterator

import pytest

from commands import rehearsing
from commands.definitions import load
from commands.permissions import administrator
from scheduler.auditor import audit
from scheduler.rehearsal import next_time
from storage.records import duties, meetings, outbox
from tests.offices import Office, an_office, everybody_has_answered

PAPERS = "Papers for the Executive"


@pytest.fixture
def office() -> Iterator[Office]:
    """Opened on Friday 5 March 2027: papers of the Executive of 16 March are due on Tuesday 9 March."""
    with an_office(opened="2027-03-05 06:00") as office:
        yield office


def lines(office: Office, post: str) -> list[str]:
    return [line for message in office.sent_to(post) for line in message.text.splitlines() if line.startswith("- ")]


def test_nothing_but_alerts_goes_out_while_paused(office: Office) -> None:
    office.done("business-manager", "partnership.pause")
    office.done(
        "business-manager", "incident.start", pathway="serious-incident", facts={"aware": "2027-03-04T10:00:00+00:00"}
    )
    office.deliver()
    everybody_has_answered(office, "TEST-1")
    office.run_to("2027-03-09 18:00")
    assert {parcel.lane for _, parcel in office.notebook.sent} == {"alert"}
    assert office.told("chief-nurse") == ["OSCP: TEST-1"]


def test_the_night_goes_on_planning_while_paused(office: Office) -> None:
    office.done("business-manager", "partnership.pause")
    office.run_to("2027-03-09 18:00")
    with office.reading() as scope:
        latest = duties.latest(scope, "partnership", "plan-ahead")
        assert latest is not None and latest.part == "2027-03-10"


def test_what_waits_for_the_end_of_a_pause_keeps_no_clock_running(office: Office) -> None:
    office.done("business-manager", "partnership.pause")
    office.run_to("2027-03-09 18:00")
    assert next_time(office.runner.store) == office.at("2027-03-10 03:00")


def test_on_resuming_what_is_still_of_use_is_said_in_the_note_of_that_day(office: Office) -> None:
    office.moves_to("2027-03-08 06:00")
    office.done("business-manager", "partnership.pause")
    office.run_to("2027-03-10 11:00")
    assert office.told("business-manager") == []
    office.done("business-manager", "partnership.resume")
    office.run_to("2027-03-10 12:00")
    assert [title for title in office.told("business-manager") if title.startswith("To do")] == [
        "To do, Wednesday 10 March 2027"
    ]
    assert any(PAPERS in line for line in lines(office, "business-manager"))


def test_what_was_done_meanwhile_is_not_asked_on_resuming(office: Office) -> None:
    office.moves_to("2027-03-08 06:00")
    office.done("business-manager", "partnership.pause")
    office.run_to("2027-03-10 11:00")
    with office.looking() as work:
        place = meetings.between(work.scope, office.today, office.at("2027-03-20").date(), "executive")[0].place
    office.done("business-manager", "meeting.papers", group="executive", place=place)
    office.done("business-manager", "partnership.resume")
    office.run_to("2027-03-10 12:00")
    assert not any(PAPERS in line for line in lines(office, "business-manager"))


def test_a_note_whose_day_has_passed_is_not_sent_on_resuming(office: Office) -> None:
    office.tick("2027-03-08 08:00")
    office.done("business-manager", "partnership.pause")
    office.run_to("2027-03-10 11:00")
    office.done("business-manager", "partnership.resume")
    office.run_to("2027-03-10 12:00")
    assert "To do, Monday 8 March 2027" not in office.told("business-manager")
    person = rehearsing.person_of("ourshire", "business-manager")
    with office.reading() as scope:
        states = {row.key: row.state for row in outbox.of_person(scope, person) if row.kind == "daily-note"}
        assert states[f"daily-note:{person}:2027-03-08"] == "dropped"


def test_lines_of_a_note_that_was_never_written_join_the_next_one(office: Office) -> None:
    office.tick("2027-03-08 07:30")
    office.done("business-manager", "partnership.pause")
    office.run_to("2027-03-11 11:00")
    office.done("business-manager", "partnership.resume")
    office.run_to("2027-03-11 12:00")
    asked = [line for line in lines(office, "business-manager") if PAPERS in line]
    assert len(asked) == 2, "that they are due the next day, and that they are due that day, both said late"


def test_a_message_that_waited_goes_out_on_resuming(office: Office) -> None:
    office.done("business-manager", "partnership.pause")
    office.done("business-manager", "people.cover", post="head-teacher", person="designated-nurse", until="2027-03-12")
    office.deliver("2027-03-08 09:00")
    assert office.told("designated-nurse") == []
    office.done("business-manager", "partnership.resume")
    office.deliver("2027-03-08 09:01")
    assert office.told("designated-nurse") == ["Head Teacher: covered from Fri 5 Mar 2027 to Fri 12 Mar 2027"]


def test_a_pause_is_no_finding_of_the_auditor(office: Office) -> None:
    office.done("business-manager", "partnership.pause")
    office.run_to("2027-03-09 18:00")
    found = {finding.found.problem for finding in audit(office.runner, office.now).findings}
    assert found == {"heartbeat"}, "no part of the bot beats in this test"


def test_pausing_twice_and_resuming_what_is_not_paused_are_refused(office: Office) -> None:
    assert office.refused("business-manager", "partnership.resume") == "Nothing is paused."
    office.done("business-manager", "partnership.pause")
    said = office.refused("business-manager", "partnership.pause")
    assert said.startswith("It was paused at 06:00 on Friday 5 March 2027.")


def test_a_pause_can_be_taken_back(office: Office) -> None:
    office.done("business-manager", "partnership.pause")
    office.done("business-manager", "undo")
    assert office.refused("business-manager", "partnership.resume") == "Nothing is paused."


def test_only_one_partnership_is_paused(office: Office) -> None:
    rehearsing.open_office(office.runner, load("somerset"), office.now, "notebook")
    office.runner.perform(administrator("somerset"), "partnership.pause", {}, None, office.now)
    office.run_to("2027-03-08 12:00")
    assert {parcel.partnership for _, parcel in office.notebook.sent} == {"ourshire"}
