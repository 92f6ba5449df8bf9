"""Duties: what is due comes in its order, by an index of the open ones, and each is handled by one worker."""

from datetime import timedelta

import pytest
from sqlmodel import text

from storage.records import delivery, duties
from storage.records.duties import Key
from storage.records.store import Store

from .rows import DAY, HOUR, NOON, OURS, THEIRS, a_duty, at_once, plans, reading, writing


def close(store: Store, key: Key) -> bool:
    """What a worker does: takes the duty and closes it, or finds that it cannot."""
    with store.writing() as session:
        duty = duties.lock(session, key)
        if duty is None:
            return False
        duties.close(duty, "told", NOON)
        session.add(duty)
        return True


def test_what_is_due_comes_in_the_order_in_which_it_fell_due_of_all_partnerships(store: Store) -> None:
    with writing(store) as scope:
        scope.session.add_all(
            [
                a_duty(part="third", due_at=NOON),
                a_duty(part="later", due_at=NOON + timedelta(microseconds=1)),
                a_duty(part="first", due_at=NOON - DAY),
                a_duty(part="second", due_at=NOON - HOUR, partnership=THEIRS),
                a_duty(part="closed", due_at=NOON - DAY, state="closed"),
                a_duty(part="dead", due_at=NOON - DAY, state="not-handled"),
            ],
        )
    with store.reading() as session:
        assert [key.part for key in duties.due(session, NOON, 10)] == ["first", "second", "third"]
        assert [key.part for key in duties.due(session, NOON, 2)] == ["first", "second"]
        assert duties.next_time(session) == NOON - DAY


def test_with_nothing_open_there_is_no_next_time(store: Store) -> None:
    with writing(store) as scope:
        scope.session.add_all([a_duty(state="closed")])
    with store.reading() as session:
        assert duties.next_time(session) is None


def test_a_key_reads_as_one_line() -> None:
    assert str(a_duty().key) == "ourshire/meeting:executive:2027-1/papers-due/on/1"


def test_of_several_workers_at_once_one_closes_a_duty(store: Store) -> None:
    duty = a_duty()
    key = duty.key
    with writing(store) as scope:
        scope.session.add_all([duty])
    closed: list[bool] = []
    assert at_once(6, lambda _: closed.append(close(store, key))) == []
    assert sorted(closed) == [False] * 5 + [True]


@pytest.mark.postgres
def test_a_duty_that_another_worker_has_is_left_to_it_without_waiting(postgres_store: Store) -> None:
    mine, other = a_duty(part="before-1"), a_duty(part="on")
    mine_key, other_key = mine.key, other.key
    with writing(postgres_store) as scope:
        scope.session.add_all([mine, other])
    with postgres_store.writing() as first, postgres_store.writing() as second:
        second.execute(text("SET LOCAL statement_timeout = '5s'"))
        assert duties.lock(first, mine_key) is not None
        assert duties.lock(second, mine_key) is None
        assert duties.lock(second, other_key) is not None
    assert close(postgres_store, mine_key), "it was not closed, so it is there for the next"


def test_a_closed_duty_is_not_taken_again(store: Store) -> None:
    duty = a_duty()
    key = duty.key
    with writing(store) as scope:
        scope.session.add_all([duty])
    assert close(store, key)
    assert not close(store, key)


def many_closed_duties(store: Store) -> None:
    with writing(store) as scope:
        closed = [a_duty(part=f"on-{n}", due_at=NOON - n * HOUR, state="closed", closed_at=NOON) for n in range(1000)]
        dead_ends = [a_duty(part="dead", state="not-handled", closed_at=NOON)]
        scope.session.add_all([*closed, *dead_ends, a_duty(part="open"), a_duty(part="next", due_at=NOON + DAY)])
    with store.engine.connect() as connection:
        connection.execute(text("ANALYZE"))
        connection.commit()


def test_what_is_due_is_found_by_the_index_of_open_duties(store: Store) -> None:
    many_closed_duties(store)

    def as_the_tick_does() -> None:
        with store.reading() as session:
            assert len(duties.due(session, NOON, 200)) == 1
            assert duties.next_time(session) == NOON

    assert plans(store, as_the_tick_does).count("duty_next") == 2


def test_dead_ends_are_found_by_their_own_index(store: Store) -> None:
    many_closed_duties(store)

    def as_the_digest_does() -> None:
        with reading(store) as scope:
            assert [duty.part for duty in duties.not_handled(scope)] == ["dead"]

    assert "duty_dead_end" in plans(store, as_the_digest_does)


def test_the_duties_of_a_record_are_its_own(store: Store) -> None:
    with writing(store) as scope:
        scope.session.add_all(
            [
                a_duty(part="on", due_at=NOON + HOUR),
                a_duty(part="before-1", due_at=NOON),
                a_duty(part="told", state="closed"),
                a_duty("meeting:executive:2027-2"),
                a_duty(partnership=THEIRS),
            ],
        )
    with reading(store) as scope:
        record = "meeting:executive:2027-1"
        assert [duty.part for duty in duties.of_record(scope, record)] == ["before-1", "on"]
        assert {duty.part for duty in duties.of_record(scope, record, state=None)} == {"before-1", "on", "told"}


def test_both_ends_of_a_stretch_of_time_belong_to_it(store: Store) -> None:
    times = {"before": -HOUR, "first": 0 * HOUR, "last": 2 * HOUR, "after": 3 * HOUR}
    with writing(store) as scope:
        scope.session.add_all([a_duty(part=part, due_at=NOON + offset) for part, offset in times.items()])
    with reading(store) as scope:
        assert [d.part for d in duties.open_between(scope, NOON, NOON + 2 * HOUR)] == ["first", "last"]


def test_a_failure_is_noted_and_tried_again_at_its_time(store: Store) -> None:
    duty = a_duty()
    key = duty.key
    with writing(store) as scope:
        scope.session.add_all([duty])
    assert delivery.note_failed_duty(store, key, next_at=NOON + HOUR, error="e1") == 1
    assert delivery.note_failed_duty(store, key, next_at=NOON + 2 * HOUR, error="e2") == 2
    with store.reading() as session:
        assert duties.due(session, NOON + HOUR, 10) == []
        assert duties.due(session, NOON + 2 * HOUR, 10) == [key]
        found = duties.find(session, key)
        assert found is not None
        assert (found.attempts, found.error, found.due_at) == (2, "e2", NOON)


def test_a_failure_of_a_duty_that_somebody_closed_meanwhile_is_not_noted(store: Store) -> None:
    duty = a_duty(state="closed")
    key = duty.key
    with writing(store) as scope:
        scope.session.add_all([duty])
    assert delivery.note_failed_duty(store, key, next_at=NOON, error="e1") == 0
    assert delivery.note_failed_duty(store, Key(OURS, "none", "agenda", "", 1), next_at=NOON, error="e1") == 0
