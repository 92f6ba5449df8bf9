"""What came in is answered once: taken by one, marked when it is answered, taken again where that one died."""

from datetime import timedelta

import pytest
from sqlmodel import select

from storage.records import arrivals, delivery
from storage.records.arrivals import LASTS, WORKS_FOR, Arrival
from storage.records.store import Store

from .rows import NOON, at_once

ONE = ("teams", "a:chat", "1700000000001")
A_MOMENT = timedelta(seconds=1)


def kept(store: Store) -> list[tuple[str, bool]]:
    with store.reading() as session:
        return [(each.delivered, each.answered) for each in session.exec(select(Arrival))]


def test_what_comes_twice_is_taken_once(store: Store) -> None:
    assert delivery.arrive(store, *ONE, NOON)
    assert not delivery.arrive(store, *ONE, NOON)
    assert not delivery.arrive(store, *ONE, NOON + WORKS_FOR - A_MOMENT)


def test_the_same_id_in_another_conversation_or_at_another_door_is_something_else(store: Store) -> None:
    door, conversation, delivered = ONE
    assert delivery.arrive(store, *ONE, NOON)
    assert delivery.arrive(store, door, "a:another", delivered, NOON)
    assert delivery.arrive(store, "another", conversation, delivered, NOON)


def test_what_was_answered_is_never_taken_again(store: Store) -> None:
    delivery.arrive(store, *ONE, NOON)
    delivery.answered(store, *ONE)
    assert not delivery.arrive(store, *ONE, NOON + WORKS_FOR)
    assert kept(store) == [(ONE[2], True)]


def test_what_nobody_answered_is_taken_again_once_whoever_took_it_must_have_died(store: Store) -> None:
    delivery.arrive(store, *ONE, NOON)
    assert delivery.arrive(store, *ONE, NOON + WORKS_FOR)
    assert not delivery.arrive(store, *ONE, NOON + WORKS_FOR + A_MOMENT)  # and is held anew


@pytest.mark.parametrize("before", [False, True], ids=["new", "left behind"])
def test_of_several_that_take_it_at_once_one_wins(store: Store, before: bool) -> None:
    """`before`: it was taken long ago, by a process that died."""
    for number in range(10):
        one = ("teams", "a:chat", str(number))
        if before:
            delivery.arrive(store, *one, NOON - WORKS_FOR)
        won: list[int] = []

        def takes(thread: int, one: tuple[str, str, str] = one, won: list[int] = won) -> None:
            if delivery.arrive(store, *one, NOON):
                won.append(thread)

        assert at_once(2, takes) == []
        assert len(won) == 1


def test_marking_what_never_came_makes_nothing(store: Store) -> None:
    delivery.answered(store, *ONE)
    assert kept(store) == []


def test_what_cannot_come_again_is_forgotten(store: Store) -> None:
    delivery.arrive(store, *ONE, NOON)
    delivery.arrive(store, "teams", "a:chat", "later", NOON + A_MOMENT)
    delivery.answered(store, *ONE)
    delivery.forget_old(store, NOON + LASTS)
    assert kept(store) == [("later", False)]


def test_taking_and_marking_stand_in_the_transaction_of_whoever_does_it(store: Store) -> None:
    with pytest.raises(RuntimeError), store.writing() as session:
        assert arrivals.arrive(session, *ONE, NOON)
        raise RuntimeError
    assert delivery.arrive(store, *ONE, NOON)
