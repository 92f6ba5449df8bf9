"""Turns at writing: first come, first served; one thread may take its turn again while it has it."""

import threading
import time

import pytest

from storage.records.turns import Turns


def wait_until(waiting: int, turns: Turns) -> None:
    """Until so many threads stand in line."""
    end = time.monotonic() + 10
    while len(turns._waiting) != waiting:
        assert time.monotonic() < end, "nobody came"
        time.sleep(0.001)


def test_whoever_has_waited_longest_is_next_even_if_the_one_before_asks_again_at_once() -> None:
    turns, came = Turns(), []

    def comes(name: str) -> None:
        with turns:
            came.append(name)

    with turns:
        threads = []
        for number in range(5):
            threads.append(threading.Thread(target=comes, args=(f"number {number}",)))
            threads[-1].start()
            wait_until(number + 1, turns)
    with turns:
        came.append("the first one again")
    for thread in threads:
        thread.join(10)
    assert came == ["number 0", "number 1", "number 2", "number 3", "number 4", "the first one again"]


def test_a_thread_that_has_its_turn_may_take_it_again_and_keeps_it_until_it_has_let_go_as_often() -> None:
    turns = Turns()
    other = threading.Thread(target=lambda: turns.__enter__())
    with turns:
        with turns:
            other.start()
            wait_until(1, turns)
        assert other.is_alive()
    other.join(10)
    assert not other.is_alive()


def test_only_one_writes_at_a_time() -> None:
    turns, inside, most = Turns(), [0], [0]

    def writes() -> None:
        for _ in range(50):
            with turns:
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                time.sleep(0)
                inside[0] -= 1

    threads = [threading.Thread(target=writes) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert most == [1] and not turns._waiting


def test_an_error_lets_go() -> None:
    turns = Turns()
    with pytest.raises(ZeroDivisionError), turns:
        _ = 1 / 0
    other = threading.Thread(target=lambda: turns.__enter__())
    other.start()
    other.join(10)
    assert not other.is_alive()
