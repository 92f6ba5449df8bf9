"""Undo and restore bring back what was: reminders, what a meeting follows, its status, and what people are told."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from storage.records.meetings import MeetingRow
from tests.commands.test_following_the_definition import TEXT, as_it_stands, meeting_after, owed
from tests.offices import Office, an_office


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office() as office:
        yield office


@pytest.fixture
def executive(office: Office) -> MeetingRow:
    return meeting_after(office, "executive", "2027-06-01")


@pytest.fixture
def practice(office: Office) -> MeetingRow:
    """Hangs on that meeting of the Executive."""
    return meeting_after(office, "practice", "2027-05-01")


def does(office: Office, action: str, row: MeetingRow, **form: object) -> None:
    office.done("business-manager", f"meeting.{action}", group=row.group, place=row.place, **form)


def moves(office: Office, row: MeetingRow, days: int) -> None:
    does(office, "move", row, day=(row.day + timedelta(days=days)).isoformat())


def undo(office: Office) -> None:
    office.done("business-manager", "undo")


def status(office: Office, row: MeetingRow) -> str:
    return as_it_stands(office, row).status


def test_a_confirmation_taken_back_is_asked_for_again(office: Office, executive: MeetingRow) -> None:
    does(office, "confirm", executive)
    assert owed(office, executive.record, "not-confirmed") == []
    undo(office)
    assert len(owed(office, executive.record, "not-confirmed")) == 1


def test_a_follower_whose_move_is_taken_back_follows_again(
    office: Office, executive: MeetingRow, practice: MeetingRow
) -> None:
    moves(office, practice, 1)
    undo(office)
    moves(office, executive, 7)
    assert as_it_stands(office, practice).day == practice.day + timedelta(days=7)


def test_a_move_taken_back_leaves_reason_and_hour_as_they_were() -> None:
    text = TEXT.replace(
        '[planning.groups.executive]\nmonths = [6, 9, 12, 3]\nslot = "3rd tuesday"\nstarts = 14:00:00\nminutes = 120',
        '[planning.groups.executive]\nmonths = [6, 9, 12, 3]\nslot = "3rd tuesday"',
    )
    with an_office(definition=text) as office:
        executive = meeting_after(office, "executive", "2027-06-01")
        assert executive.starts_at is None
        does(office, "move", executive, day=executive.day.isoformat(), starts="09:00")
        assert as_it_stands(office, executive).starts_at is not None
        undo(office)
        now = as_it_stands(office, executive)
        assert (now.starts_at, now.ends_at, now.own, now.reason) == (None, None, False, executive.reason)


def test_a_follower_restored_by_hand_stands_by_itself_while_its_anchor_is_cancelled(
    office: Office, executive: MeetingRow, practice: MeetingRow
) -> None:
    does(office, "cancel", executive)
    does(office, "restore", practice)
    does(office, "confirm", practice)
    moves(office, meeting_after(office, "policies", "2027-07-01"), 5)
    assert status(office, practice) == "confirmed"


def test_a_follower_restored_by_hand_still_follows_an_anchor_that_takes_place(
    office: Office, executive: MeetingRow, practice: MeetingRow
) -> None:
    does(office, "cancel", practice)
    does(office, "restore", practice)
    moves(office, executive, 7)
    assert as_it_stands(office, practice).day == practice.day + timedelta(days=7)


def test_a_meeting_called_off_by_hand_does_not_come_back_with_its_anchor(
    office: Office, executive: MeetingRow, practice: MeetingRow
) -> None:
    does(office, "cancel", executive)
    does(office, "restore", practice)
    does(office, "cancel", practice, because="half term")
    does(office, "restore", executive)
    assert status(office, practice) == "cancelled"


def test_a_confirmed_follower_is_confirmed_again_with_its_anchor_and_its_seats_are_told(
    office: Office, executive: MeetingRow, practice: MeetingRow
) -> None:
    does(office, "confirm", practice)
    office.deliver()
    does(office, "cancel", executive)
    assert status(office, practice) == "cancelled"
    office.deliver()
    undo(office)
    office.deliver()
    assert status(office, practice) == "confirmed"
    cancelled, confirmed = office.sent_to("head-teacher")[-2:]
    assert "cancelled" in cancelled.title
    assert "The date is confirmed." in confirmed.text
    assert owed(office, practice.record, "meeting-tomorrow") != []
