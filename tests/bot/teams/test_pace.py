"""Teams' pace: never more in any window than Teams takes, and an alert waits only where Teams would refuse it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.teams.pace import WINDOWS, Pace

NOW = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
CHAT, OTHER = "a:nurse", "a:doctor"


def at(seconds: float) -> datetime:
    """So many seconds after nine."""
    return NOW + timedelta(seconds=seconds)


def taken(pace: Pace, times: int, now: datetime, *, alert: bool = True) -> int:
    """How many of so many messages are taken at one moment."""
    return sum(pace.take(CHAT, now, alert=alert) is None for _ in range(times))


@given(st.lists(st.tuples(st.floats(0, 2), st.booleans()), min_size=1, max_size=300))
def test_no_window_ever_holds_more_than_teams_takes(steps: list[tuple[float, bool]]) -> None:
    pace, now, sent = Pace(), NOW, []
    for wait, alert in steps:
        now += timedelta(seconds=wait)
        if pace.take(CHAT, now, alert=alert) is None:
            sent.append(now)
    for most, within in WINDOWS:
        for end in sent:
            assert sum(end - within < one <= end for one in sent) <= most


@given(st.lists(st.floats(0, 40), min_size=1, max_size=200), st.booleans())
def test_what_waits_until_the_time_it_was_told_is_taken_then(steps: list[float], alert: bool) -> None:
    pace, now = Pace(), NOW
    for wait in steps:
        now += timedelta(seconds=wait)
        until = pace.take(CHAT, now, alert=alert)
        if until is not None:
            assert until > now
            assert pace.take(CHAT, until, alert=alert) is None
            now = until


def test_an_alert_finds_a_place_that_nothing_else_takes() -> None:
    pace = Pace()
    assert taken(pace, 20, NOW, alert=False) == 6
    assert taken(pace, 20, NOW) == 1
    assert pace.take(CHAT, NOW, alert=True) == at(1)


def test_half_a_minute_and_an_hour_have_their_own_measure() -> None:
    pace = Pace()
    sent = [second for second in range(30) for _ in range(3) if pace.take(CHAT, at(second), alert=True) is None]
    assert len(sent) == 60
    pace = Pace()
    sent = [second for second in range(3600) if pace.take(CHAT, at(second), alert=True) is None]
    assert len(sent) == 1800
    assert pace.take(CHAT, at(3599.5), alert=True) == at(3600)


def test_each_conversation_has_its_own() -> None:
    pace = Pace()
    assert taken(pace, 7, NOW) == 7
    assert pace.take(OTHER, NOW, alert=False) is None


def test_a_conversation_in_which_teams_asked_to_wait_takes_nothing_before() -> None:
    pace = Pace()
    pace.hold(CHAT, at(20))
    assert pace.take(CHAT, at(19.9), alert=True) == at(20)
    assert pace.take(CHAT, at(20), alert=False) is None


@pytest.mark.parametrize("seconds", [60, 7200])
def test_a_clock_that_was_put_back_stops_nothing(seconds: int) -> None:
    pace = Pace()
    assert taken(pace, 7, at(seconds)) == 7
    assert pace.take(CHAT, NOW, alert=True) is None


def test_clocks_that_differ_a_little_are_no_way_round_it() -> None:
    pace = Pace()
    assert taken(pace, 7, at(0.2)) == 7
    assert pace.take(CHAT, NOW, alert=True) is not None
