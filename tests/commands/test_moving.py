"""What a move breaks is said before it is done and in its answer, and is kept; nothing of it is forbidden."""

from collections.abc import Iterator

import pytest

from storage.records.meetings import MeetingRow
from tests.commands.test_following_the_definition import TEXT, as_it_stands, meeting_after
from tests.offices import Office, an_office

MANAGER = "business-manager"
LATER = "This is later than meeting four times a year allows (latest Wednesday 31 March 2027)."


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office() as office:
        yield office


@pytest.fixture
def executive(office: Office) -> MeetingRow:
    return meeting_after(office, "executive", "2027-03-01")


def previewed(office: Office, row: MeetingRow, day: str) -> list[str]:
    return [str(each) for each in office.preview(MANAGER, "meeting.move", **_form(row, day)).changes]


def answered(office: Office, row: MeetingRow, day: str) -> list[str]:
    return office.done(MANAGER, "meeting.move", **_form(row, day)).text.splitlines()


def _form(row: MeetingRow, day: str) -> dict[str, object]:
    return {"group": row.group, "place": row.place, "day": day}


def test_the_preview_shows_the_new_papers_and_minutes_days(office: Office, executive: MeetingRow) -> None:
    said = previewed(office, executive, "2027-03-23")
    assert "Papers day: Tuesday 9 March 2027 becomes Tuesday 16 March 2027" in said
    assert "Minutes day: Tuesday 30 March 2027 becomes Tuesday 6 April 2027" in said


def test_a_move_within_the_rule_is_said_to_break_nothing(office: Office, executive: MeetingRow) -> None:
    said = previewed(office, executive, "2027-03-23")
    assert not any(words in line for line in said for words in ("This is", "arrangements", "gone by"))
    answered(office, executive, "2027-03-23")
    assert as_it_stands(office, executive).reason == "moved by hand"


def test_a_move_that_breaks_the_rule_says_so_before_and_after_and_keeps_it(
    office: Office, executive: MeetingRow
) -> None:
    assert LATER in previewed(office, executive, "2027-04-06")
    assert LATER in answered(office, executive, "2027-04-06")
    now = as_it_stands(office, executive)
    assert now.day.isoformat() == "2027-04-06"
    assert now.reason.startswith(f"moved by hand; this{LATER.removeprefix('This').removesuffix('.')}")


def test_taken_back_it_leaves_no_reason_behind(office: Office, executive: MeetingRow) -> None:
    answered(office, executive, "2027-04-06")
    office.done(MANAGER, "undo")
    now = as_it_stands(office, executive)
    assert (now.day, now.reason) == (executive.day, executive.reason)


def test_taken_back_to_a_day_that_broke_the_rule_it_keeps_that_once(office: Office, executive: MeetingRow) -> None:
    answered(office, executive, "2027-04-06")
    broken = as_it_stands(office, executive).reason
    answered(office, executive, "2027-04-13")
    office.done(MANAGER, "undo")
    assert as_it_stands(office, executive).reason == broken


def test_a_follower_that_cannot_keep_its_distance_is_named_in_the_preview(
    office: Office, executive: MeetingRow
) -> None:
    said = previewed(office, executive, "2027-01-19")
    assert any(line.startswith("The Practice Group of Monday 4 January 2027 is 15 days before") for line in said)


def test_a_follower_that_moves_by_itself_says_how_far_it_is_from_the_agreed_distance(office: Office) -> None:
    said = answered(office, meeting_after(office, "practice", "2027-02-01"), "2027-02-23")
    assert said[-1].startswith("This is 21 days before the Executive of Tuesday 16 March 2027; our arrangements say 28")


def test_a_papers_day_that_has_gone_by_is_said_unless_the_papers_are_out(office: Office, executive: MeetingRow) -> None:
    office.moves_to("2027-03-10 09:00")
    gone = "Its papers day has gone by already: Tuesday 9 March 2027."
    assert gone not in previewed(office, executive, "2027-03-18")
    assert "Its papers day has gone by already: Monday 8 March 2027." in previewed(office, executive, "2027-03-15")
    office.done(MANAGER, "meeting.papers", group="executive", place=executive.place)
    assert not any("gone by" in line for line in previewed(office, executive, "2027-03-15"))


def test_another_meeting_of_the_group_on_that_day_is_said(office: Office, executive: MeetingRow) -> None:
    office.done(MANAGER, "meeting.extra", group="executive", day="2027-03-18")
    said = previewed(office, executive, "2027-03-18")
    assert "The Executive has another meeting on that day (extra-1, confirmed)." in said


def test_a_follower_of_a_later_rule_comes_back_with_the_meeting_that_it_hangs_on() -> None:
    was = '[{ kind = "before", group = "executive", days = 28, source = "ours §6" }]'
    two = (
        '[{ kind = "before", group = "executive", days = 21, until = 2027-03-31 },'
        ' { kind = "before", group = "executive", days = 28, from = 2027-04-01 }]'
    )
    assert was in TEXT
    with an_office(definition=TEXT.replace(was, two)) as office:
        executive = meeting_after(office, "executive", "2027-06-01")
        practice = meeting_after(office, "practice", "2027-05-01")
        assert practice.place == f"{executive.place}.2"
        for action, status in (("cancel", "cancelled"), ("restore", "planned")):
            office.done(MANAGER, f"meeting.{action}", group="executive", place=executive.place)
            assert as_it_stands(office, practice).status == status
