"""What stands for the minutes, and attendance over a year: from what was recorded, agencies and seats, never heads."""

from collections.abc import Iterator

import pytest

from commands import attendance_years, minutes_drafts
from commands.attendance_years import AttendanceYear
from commands.minutes_drafts import MinutesDraft
from storage.records import meetings
from storage.records.attended import Attended
from tests.commands.test_agreements import DEFINITION, signs
from tests.commands.test_attended import ALL_HERE, CHAIR, MANAGER, NURSE, POLICE, about, enters_a_deputy, records
from tests.offices import Office, an_office

FIRST = "2026-06-16"
"""The Executive's first meeting of the year that begins in April 2026."""


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office(opened="2027-03-15 09:00") as office:
        enters_a_deputy(office)
        office.moves_to("2027-03-16 15:30")
        yield office


def drafted(office: Office) -> MinutesDraft:
    form = about(office)
    with office.looking() as work:
        row = meetings.find(work.scope, str(form["group"]), str(form["place"]))
        assert row is not None
        return minutes_drafts.draft(work, row)


def the_year(office: Office) -> AttendanceYear:
    with office.looking() as work:
        return attendance_years.year(work, work.arrangements.groups_by_id["executive"])


def test_the_draft_says_who_was_there_when_they_left_and_from_when_it_was_not_enough(office: Office) -> None:
    records(office, ALL_HERE | {"scrutineer": "apologies"})
    office.done(MANAGER, "attended.left", **about(office), seat=NURSE, at="15:00")
    said = minutes_drafts.in_words(drafted(office)).text.splitlines()
    assert said[:6] == [
        "Present:",
        "- Director of Children's Services",
        "- Assistant Chief Constable",
        "- Chief Nurse (online, to 15:00)",
        "Apologies: Independent Scrutineer.",
        "Not recorded: Lay Member.",
    ]
    needed = "3 of 3 representatives are needed"
    assert f"At the beginning: {needed}, 3 are here: the meeting is quorate." in said
    assert f"From 15:00, when Chief Nurse left: {needed}, 2 are here: the meeting is not quorate." in said
    assert said[-2:] == ["On the agenda:", "- Serious incidents"]


def test_where_papers_stay_outside_the_draft_says_so_and_who_has_not_signed_the_sheet() -> None:
    text = DEFINITION.replace('name = "Executive"', 'name = "Executive"\ncontent_outside = true')
    with an_office(definition=text, opened="2027-03-16 14:05") as office:
        signs(office, CHAIR, NURSE)
        records(office, {CHAIR: "present", NURSE: "present"})
        office.done(MANAGER, "attended.sheet", **about(office), seats=CHAIR)
        said = minutes_drafts.in_words(drafted(office)).text
        assert "What was discussed stays outside this bot." in said
        assert "Attendance sheet (ours §4.6): not signed by Chief Nurse." in said


def test_before_anything_is_recorded_the_draft_says_that(office: Office) -> None:
    assert "Nothing is recorded yet of who was there." in minutes_drafts.in_words(drafted(office)).text


def test_a_year_counts_agencies_the_seat_that_came_furthest_and_names_what_is_not_recorded() -> None:
    two_of_the_nhs = DEFINITION.replace(
        '    { post = "lay-member", capacity = "observer", source = "ours §5" },',
        '    { post = "designated-nurse", source = "ours §5" },',
    )
    with an_office(definition=two_of_the_nhs, opened="2026-06-15 09:00") as office:
        signs(office, CHAIR, NURSE, "designated-nurse", on="2026-06-01")
        office.moves_to(f"{FIRST} 18:00")
        first = about(office, day=FIRST)
        records(office, {CHAIR: "present", NURSE: "apologies", "designated-nurse": "online", POLICE: "absent"}, **first)
        office.moves_to("2026-09-15 18:00")
        second = about(office, day="2026-09-15")
        records(office, {CHAIR: "apologies", NURSE: "apologies"}, **second)
        office.moves_to("2026-12-16 18:00")
        found = the_year(office)
    assert found.title == "Executive: attendance, Wednesday 1 April 2026 to Wednesday 16 December 2026"
    assert found.lines == (
        "3 meetings, of which 2 with a record of who was there.",
        "Nothing is recorded of: Tue 15 Dec 2026. These count nowhere.",
    )
    columns = found.by_agency.columns
    rows = {row[0]: dict(zip(columns[1:], row[1:], strict=True)) for row in found.by_agency.rows}
    assert rows["Ourshire Council"] == {
        "Meetings": "2", "Was there": "1", "By a deputy only": "0", "Apologies": "1", "Not there": "0",
        "Nothing recorded": "0",
    }  # fmt: skip
    assert (rows["NHS Ourshire"]["Was there"], rows["NHS Ourshire"]["Apologies"]) == ("1", "1")
    assert (rows["Ourshire Police"]["Not there"], rows["Ourshire Police"]["Nothing recorded"]) == ("1", "1")
    assert {row[0]: row[1:] for row in found.by_seat.rows}["Chief Nurse"] == ("apologies", "apologies")


def test_an_agency_that_changes_its_name_keeps_the_one_it_was_recorded_under(office: Office) -> None:
    records(office, {NURSE: "present"})
    place = str(about(office)["place"])
    with office.runner.store.writing() as session:
        row = session.get_one(Attended, (office.partnership, "executive", place, NURSE))
        row.agency = "NHS before"
        session.add(row)
    assert "NHS before" in [row[0] for row in the_year(office).by_agency.rows]
