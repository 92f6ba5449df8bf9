"""Meetings, lines of notes, items and requests: each under its own key, each partnership its own."""

from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError

from storage.records import meetings, notes, registers, requests, undone
from storage.records.meetings import record_key
from storage.records.notes import NoteLine
from storage.records.store import Store

from .rows import HOUR, NOON, OURS, THEIRS, a_meeting, reading, writing

MARCH, JUNE, SEPTEMBER = date(2027, 3, 16), date(2027, 6, 15), date(2027, 9, 21)


@pytest.fixture
def year(store: Store) -> Store:
    with writing(store) as scope:
        scope.session.add_all(
            [
                a_meeting("2027-2", JUNE),
                a_meeting("2027-1", MARCH),
                a_meeting("2027-3", SEPTEMBER, status="cancelled"),
                a_meeting("2027-1", JUNE, group="cdop"),
                a_meeting("2027-1", JUNE, partnership=THEIRS),
            ]
        )
    return store


def test_a_meeting_is_found_by_group_and_place_whatever_its_date(year: Store) -> None:
    with writing(year) as scope:
        found = meetings.find(scope, "executive", "2027-2")
        assert found is not None
        found.day = SEPTEMBER
    with reading(year) as scope:
        moved = meetings.find(scope, "executive", "2027-2")
        assert moved is not None
        assert (moved.day, moved.record) == (SEPTEMBER, record_key("executive", "2027-2"))
        assert meetings.find(scope, "executive", "2027-9") is None


def test_both_days_of_a_stretch_belong_to_it_and_meetings_come_by_day_and_group(year: Store) -> None:
    with reading(year) as scope:
        found = [(row.day, row.group) for row in meetings.between(scope, MARCH, JUNE)]
        assert found == [(MARCH, "executive"), (JUNE, "cdop"), (JUNE, "executive")]
        assert [row.day for row in meetings.between(scope, MARCH, JUNE, "executive")] == [MARCH, JUNE]
        assert len(meetings.every(scope)) == 4


@pytest.mark.parametrize(("today", "day"), [(MARCH, MARCH), (date(2027, 3, 17), JUNE), (SEPTEMBER, None)])
def test_the_next_meeting_is_todays_or_a_later_one_that_takes_place(year: Store, today: date, day: date | None) -> None:
    with reading(year) as scope:
        found = meetings.upcoming(scope, "executive", today)
        assert (found.day if found else None) == day


def test_a_place_in_a_series_is_taken_once(year: Store) -> None:
    with pytest.raises(IntegrityError), writing(year) as scope:
        scope.session.add(a_meeting("2027-1", SEPTEMBER))


def a_line(key: str, day: date = MARCH, person: str = "nurse") -> NoteLine:
    return NoteLine(
        partnership=OURS, person=person, key=key, day=day, kind="agenda", post="designated-nurse", record="r", text=key
    )


def test_a_line_is_written_once_and_a_days_lines_come_by_their_keys(store: Store) -> None:
    with writing(store) as scope:
        assert notes.write(scope, a_line("b"))
        assert notes.write(scope, a_line("a"))
        assert not notes.write(scope, a_line("b", JUNE)), "not even on another day"
        assert notes.write(scope, a_line("b", person="doctor"))
    with reading(store) as scope:
        assert [line.key for line in notes.of_day(scope, "nurse", MARCH)] == ["a", "b"]
        assert notes.of_day(scope, "nurse", JUNE) == []


def test_items_count_up_within_their_register_and_come_by_due_date(store: Store) -> None:
    entered = [("actions", JUNE), ("actions", None), ("priorities", SEPTEMBER), ("actions", MARCH)]
    with writing(store) as scope:
        numbers = [
            registers.add(scope, register=register, title="t", owner="business-manager", due=due, now=NOON).number
            for register, due in entered
        ]
        assert numbers == [1, 2, 1, 3]
    with reading(store) as scope:
        assert [item.number for item in registers.items(scope, "actions")] == [3, 1, 2]
        assert len(registers.items(scope)) == 4
        found = registers.find(scope, "actions", 3)
        assert found is not None and found.record == "item:actions:3"


def test_a_closed_item_is_listed_only_when_all_are_asked_for(store: Store) -> None:
    with writing(store) as scope:
        item = registers.add(scope, register="actions", title="t", owner="business-manager", due=None, now=NOON)
        item.state = "done"
    with reading(store) as scope:
        assert registers.items(scope) == []
        assert len(registers.items(scope, state=None)) == 1


def test_a_request_is_remembered_in_its_partnership_only(store: Store) -> None:
    with writing(store) as scope:
        requests.remember(scope, "press-1", {"title": "Done", "text": ""}, NOON)
    with reading(store) as scope:
        found = requests.find(scope, "press-1")
        assert found is not None and found.answer["title"] == "Done"
    with reading(store, THEIRS) as scope:
        assert requests.find(scope, "press-1") is None


def test_the_last_step_that_was_not_taken_back_is_the_one_to_undo(store: Store) -> None:
    with writing(store) as scope:
        for number, undone_at in enumerate([None, None, NOON]):
            scope.session.add(
                undone.Step(
                    partnership=OURS,
                    person="manager",
                    at=NOON + number * HOUR,
                    record="meeting.confirm",
                    back="meeting.unconfirm",
                    form={"place": str(number)},
                    words="confirmed",
                    undone_at=undone_at,
                )
            )
    with reading(store) as scope:
        latest = undone.latest(scope, "manager")
        assert latest is not None and latest.form == {"place": "1"}
        assert undone.latest(scope, "nurse") is None
