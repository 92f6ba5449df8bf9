"""Taking one's own latest step back: a new fact, with its own permission, while its ground still stands."""

from collections.abc import Iterator

import pytest

from commands import undoing
from storage.records import ledger, meetings
from storage.records.meetings import MeetingRow
from tests.offices import Office, an_office


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office(incidents=False) as office:
        yield office


def next_meeting(office: Office, group: str) -> MeetingRow:
    with office.reading() as scope:
        row = meetings.upcoming(scope, group, office.today)
        assert row is not None
        scope.session.expunge(row)
        return row


def which(office: Office, group: str) -> dict[str, str]:
    return {"group": group, "place": next_meeting(office, group).place}


def test_the_latest_step_is_taken_back_and_then_the_one_before(office: Office) -> None:
    executive, policies = which(office, "executive"), which(office, "policies")
    office.done("business-manager", "meeting.confirm", **executive)
    office.done("business-manager", "meeting.confirm", **policies)
    first = office.done("business-manager", "undo")
    assert first.title == "Taken back: confirming the Policies Group of Thursday 14 January 2027"
    office.done("business-manager", "undo")
    assert next_meeting(office, "executive").status == next_meeting(office, "policies").status == "planned"
    assert office.refused("business-manager", "undo") == "There is nothing of yours to take back."


def test_a_move_is_taken_back_with_what_followed_it(office: Office) -> None:
    executive, practice = next_meeting(office, "executive"), next_meeting(office, "practice")
    office.done("business-manager", "meeting.move", **which(office, "executive"), day="2027-03-23")
    assert next_meeting(office, "practice").day > practice.day
    office.done("business-manager", "undo")
    assert next_meeting(office, "executive").day == executive.day
    assert next_meeting(office, "practice").day == practice.day
    assert office.refused("business-manager", "undo") == "There is nothing of yours to take back."


def test_the_preview_says_what_would_be_undone_and_undoes_nothing(office: Office) -> None:
    office.done("business-manager", "meeting.move", **which(office, "executive"), day="2027-03-23")
    outcome = office.preview("business-manager", "undo")
    assert [str(change) for change in outcome.changes if "Executive" in change.what] == [
        "Executive (2026-4): Tuesday 23 March 2027 becomes Tuesday 16 March 2027"
    ]
    with office.looking("business-manager") as work:
        assert undoing.what_can_be_undone(work) == "moving the Executive of Tuesday 16 March 2027"
    assert str(next_meeting(office, "executive").day) == "2027-03-23"


def test_nobody_takes_back_what_somebody_else_did(office: Office) -> None:
    office.done("business-manager", "meeting.confirm", **which(office, "practice"))
    assert office.refused("designated-nurse", "undo") == "There is nothing of yours to take back."


def test_a_step_is_taken_back_within_a_day_only(office: Office) -> None:
    office.done("business-manager", "meeting.confirm", **which(office, "practice"))
    office.moves_to("2027-01-05 06:00")
    assert not office.preview("business-manager", "undo").refused
    office.moves_to("2027-01-05 06:01")
    said = office.refused("business-manager", "undo")
    assert "is more than 24 hours old. Change it by hand instead." in said
    with office.looking("business-manager") as work:
        assert undoing.what_can_be_undone(work) is None


def test_a_step_whose_ground_somebody_else_has_changed_is_refused(office: Office) -> None:
    office.done("business-manager", "meeting.papers", **which(office, "practice"))
    office.moves_to("2027-01-04 06:05")
    office.done("designated-nurse", "meeting.move", **which(office, "practice"), day="2027-02-23")
    assert office.refused("business-manager", "undo").startswith("Somebody else has changed this since: the papers of")


def test_what_time_does_meanwhile_changes_no_ground(office: Office) -> None:
    office.done("business-manager", "meeting.confirm", **which(office, "practice"))
    office.run_to("2027-01-05 05:00")
    office.done("business-manager", "undo")
    assert next_meeting(office, "practice").status == "planned"


def test_a_step_that_has_been_reversed_by_hand_is_refused_by_the_action_itself(office: Office) -> None:
    office.done("business-manager", "meeting.confirm", **which(office, "practice"))
    office.done("business-manager", "meeting.unconfirm", **which(office, "practice"))
    assert "is not confirmed" in office.refused("business-manager", "undo")


def test_who_may_no_longer_do_the_reverse_may_not_undo(office: Office) -> None:
    nurse = office.actor("designated-nurse")
    office.done(nurse, "meeting.confirm", **which(office, "practice"))
    office.moves_to("2027-01-04 12:00")
    office.done("business-manager", "people.leave", post="designated-nurse", until="2027-01-04")
    office.moves_to("2027-01-05 05:00")
    assert office.refused(nurse, "undo").startswith("This can be done by the business manager, the chair or")


def test_undoing_is_a_fact_of_its_own_in_the_ledger(office: Office) -> None:
    practice = which(office, "practice")
    office.done("business-manager", "meeting.confirm", **practice)
    office.done("business-manager", "undo")
    with office.reading() as scope:
        done, undone = list(ledger.entries(scope))[-2:]
        assert (done.action, undone.action) == ("meeting.confirm", "undo")
        assert done.record == undone.record and undone.ids["undone"] == "meeting.unconfirm"


def test_a_repeated_press_undoes_once(office: Office) -> None:
    for group in ("executive", "policies"):
        office.done("business-manager", "meeting.confirm", **which(office, group))
    office.press("business-manager", "undo", "press-1")
    assert office.press("business-manager", "undo", "press-1").repeated
    assert next_meeting(office, "executive").status == "confirmed"


def test_an_old_undo_button_takes_no_other_step(office: Office) -> None:
    answer = office.done("business-manager", "meeting.confirm", **which(office, "policies"))
    old = next(button for button in answer.buttons if button.does == "undo").form
    office.done("business-manager", "meeting.confirm", **which(office, "executive"))
    said = office.refused("business-manager", "undo", **old)
    assert said.startswith("That is not your latest step any more, which is confirming the Executive")
    office.done("business-manager", "undo")
    office.done("business-manager", "undo", **old)
    assert next_meeting(office, "policies").status == "planned"
