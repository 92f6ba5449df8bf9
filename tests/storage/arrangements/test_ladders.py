"""Who is told next: the steps come in their order by day and by night, also where the clocks change."""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from storage.arrangements.ladders import CHOSEN, Ladder, Step

LONDON = ZoneInfo("Europe/London")
SPRING = datetime(2027, 3, 28, 1, tzinfo=UTC)
AUTUMN = datetime(2027, 10, 31, 1, tzinfo=UTC)
"""When British clocks go an hour on, and an hour back."""


def ladder(*minutes: int | tuple[int, int], **more: Any) -> Ladder:
    """Asks the person again at those minutes (by day, or by day and by night), and rings at the last of them."""
    pairs = [each if isinstance(each, tuple) else (each, None) for each in minutes]
    steps = [Step(how="again", minutes=by_day, night=night) for by_day, night in pairs[:-1]]
    by_day, night = pairs[-1]
    return Ladder(steps=(*steps, Step(how="ring", minutes=by_day, night=night)), **more)


def local(text: str) -> datetime:
    """A local time such as "2027-03-28 07:30"."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def minutes_of(found: Ladder, told: datetime) -> list[int]:
    """After how many minutes, as a stopwatch has them, each step comes."""
    return [int((rung.at - told.astimezone(UTC)).total_seconds() // 60) for rung in found.from_when(told, LONDON)]


# Moments near both changes as often as any others.
moments = st.one_of(
    st.integers(0, 22 * 365 * 24 * 60).map(
        lambda minutes: datetime(2019, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    ),
    st.integers(-36 * 60, 36 * 60).map(lambda minutes: SPRING + timedelta(minutes=minutes)),
    st.integers(-36 * 60, 36 * 60).map(lambda minutes: AUTUMN + timedelta(minutes=minutes)),
)
times = st.times().map(lambda at: at.replace(second=0, microsecond=0))


@st.composite
def ladders(draw: st.DrawFn) -> Ladder:
    """Ladders of one to six steps, whose minutes by night are never fewer than the one before."""
    by_day = sorted(draw(st.lists(st.integers(1, 600), min_size=1, max_size=6)))
    by_night = [each + draw(st.integers(0, 1)) * 15 * (place + 1) for place, each in enumerate(by_day)]
    by_night.sort()
    pairs = list(zip(by_day, by_night, strict=True))
    return ladder(*pairs, night_from=draw(times), night_until=draw(times))


@given(ladders(), moments)
def test_steps_come_in_their_order_after_somebody_was_told_and_a_human_is_rung_last(
    found: Ladder, told: datetime
) -> None:
    rungs = found.from_when(told, LONDON)
    assert [rung.how for rung in rungs] == [step.how for step in found.steps]
    assert rungs[-1].how == "ring"
    assert all(rung.at.astimezone(UTC) > told for rung in rungs)
    assert all(one.at.astimezone(UTC) <= other.at.astimezone(UTC) for one, other in pairwise(rungs))


@given(ladders(), moments)
def test_minutes_are_those_of_a_stopwatch_whatever_the_clocks_do(found: Ladder, told: datetime) -> None:
    by_night = found.is_night(told, LONDON)
    wanted = [(step.night or step.minutes) if by_night else step.minutes for step in found.steps]
    assert minutes_of(found, told) == wanted
    assert minutes_of(found, told.astimezone(LONDON)) == wanted, "the zone in which the time is given changes nothing"


@given(ladders(), moments)
def test_the_morning_after_lies_ahead_within_a_day_at_the_end_of_the_night(found: Ladder, moment: datetime) -> None:
    morning = found.morning_after(moment, LONDON)
    assert moment < morning.astimezone(UTC) <= moment + timedelta(hours=25)
    assert morning.time() == found.night_until


def test_a_night_that_ends_in_the_hour_that_comes_twice_ends_ahead() -> None:
    early = ladder(10, night_until=time(1, 30))
    second = datetime(2027, 10, 31, 1, 10, tzinfo=UTC)  # 01:10 on the wall, for the second time
    assert early.morning_after(second, LONDON).astimezone(UTC) == datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
    assert early.morning_after(second - timedelta(hours=1), LONDON).astimezone(UTC) == datetime(
        2027, 10, 31, 0, 30, tzinfo=UTC
    )


@given(ladders(), moments)
def test_it_is_night_from_its_beginning_to_its_end_and_at_no_other_hour(found: Ladder, moment: datetime) -> None:
    at = moment.astimezone(LONDON).time()
    since_night = (at.hour * 60 + at.minute - found.night_from.hour * 60 - found.night_from.minute) % (24 * 60)
    length = (
        found.night_until.hour * 60 + found.night_until.minute - found.night_from.hour * 60 - found.night_from.minute
    ) % (24 * 60)
    assert found.is_night(moment, LONDON) is (since_night < length)


@pytest.mark.parametrize(
    ("at", "night"),
    [
        ("2027-01-04 21:59", False),
        ("2027-01-04 22:00", True),
        ("2027-01-05 00:00", True),
        ("2027-01-05 07:29", True),
        ("2027-01-05 07:30", False),
    ],
)
def test_the_chosen_night_is_from_ten_to_half_past_seven(at: str, night: bool) -> None:
    assert CHOSEN.is_night(local(at), LONDON) is night


@pytest.mark.parametrize(
    ("told", "steps"),
    [
        ("2027-01-04 14:00", ["14:10 again", "14:20 deputy", "14:30 written", "14:45 senior", "15:00 ring"]),
        # By night the last two wait a quarter of an hour longer, also where morning comes between.
        ("2027-01-04 23:50", ["00:00 again", "00:10 deputy", "00:20 written", "00:50 senior", "01:05 ring"]),
        ("2027-01-05 07:29", ["07:39 again", "07:49 deputy", "07:59 written", "08:29 senior", "08:44 ring"]),
        # Sunday 28 March 2027: one o'clock is two. Sunday 31 October 2027: two o'clock is one again.
        ("2027-03-28 00:45", ["00:55 again", "02:05 deputy", "02:15 written", "02:45 senior", "03:00 ring"]),
        ("2027-10-31 00:45", ["00:55 again", "01:05 deputy", "01:15 written", "01:45 senior", "01:00 ring"]),
    ],
)
def test_the_chosen_steps_by_the_clock_on_the_wall(told: str, steps: list[str]) -> None:
    rungs = CHOSEN.from_when(local(told).astimezone(UTC), LONDON)
    assert [f"{rung.at.astimezone(LONDON):%H:%M} {rung.how}" for rung in rungs] == steps


@pytest.mark.parametrize(
    ("at", "morning"),
    [
        ("2027-01-04 22:00", "2027-01-05T07:30:00+00:00"),
        ("2027-01-05 00:10", "2027-01-05T07:30:00+00:00"),
        ("2027-01-05 07:30", "2027-01-06T07:30:00+00:00"),
        ("2027-03-27 23:00", "2027-03-28T07:30:00+01:00"),
        ("2027-10-30 23:00", "2027-10-31T07:30:00+00:00"),
        ("2028-02-28 22:30", "2028-02-29T07:30:00+00:00"),
    ],
)
def test_what_is_silent_by_night_is_loud_at_half_past_seven(at: str, morning: str) -> None:
    assert CHOSEN.morning_after(local(at), LONDON).isoformat() == morning


def test_the_chosen_steps_say_that_they_are_chosen_and_end_with_a_human_asked_hourly() -> None:
    assert (CHOSEN.source, CHOSEN.steps[-1].how, CHOSEN.ring_every) == ("chosen", "ring", 60)


def test_a_night_that_ends_before_it_begins_on_the_clock_and_one_that_does_not() -> None:
    afternoon = ladder(10, night_from=time(13), night_until=time(15))
    assert [afternoon.is_night(local(f"2027-01-04 {hour}:00"), LONDON) for hour in ("12", "13", "14", "15")] == [
        False,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("steps", "says"),
    [
        ([], "human with a telephone number"),
        ([{"how": "ring", "minutes": 10}, {"how": "again", "minutes": 20}], "human with a telephone number"),
        ([{"how": "again", "minutes": 20}, {"how": "ring", "minutes": 10}], "after the one before it"),
        ([{"how": "again", "minutes": 5, "night": 90}, {"how": "ring", "minutes": 60}], "after the one before it"),
        ([{"how": "ring", "minutes": 0}], "greater than or equal to 1"),
        ([{"how": "shout", "minutes": 5}], "'again', 'deputy', 'written', 'senior' or 'ring'"),
    ],
)
def test_a_ladder_that_cannot_be_climbed_is_refused(steps: list[dict[str, object]], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        Ladder.model_validate({"steps": steps})
