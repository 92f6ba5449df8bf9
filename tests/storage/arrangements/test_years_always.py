"""What holds of every plan, whatever was chosen: tried on made-up definitions over 2019 to 2040."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.arrangements.calendars import WorkingDays, england
from storage.arrangements.partnership import Arrangements
from storage.arrangements.plannings import GroupPlanning
from storage.arrangements.years import Known, Meeting, plan
from tests.builders import a_group, an_arrangement

CALENDAR = england(2018, 2042)
SOME = settings(max_examples=25, deadline=None)
"""Each example plans 22 years, so some are enough; a failure once found is kept and tried first."""
FIRST, LAST = date(2019, 1, 1), date(2040, 12, 31)

weekdays = st.sampled_from(["monday", "tuesday", "wednesday", "thursday", "friday"])
slots = st.builds(lambda nth, day: f"{nth} {day}", st.sampled_from(["1st", "2nd", "3rd", "4th", "last"]), weekdays)
days = st.dates(FIRST, LAST)


@st.composite
def closures(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Up to six closures of at most nine days each, not all in one stretch."""
    starts = draw(st.lists(days, max_size=6, unique_by=lambda day: (day.year, day.month // 4)))
    return [
        {"from": start, "until": start + timedelta(days=draw(st.integers(0, 8))), "why": "Closed"} for start in starts
    ]


@st.composite
def yearly(draw: st.DrawFn) -> Arrangements:
    times = draw(st.sampled_from([1, 2, 3, 4, 6, 12]))
    starts = draw(st.integers(1, 12))
    length = 12 // times
    months = [(starts - 1 + length * part + draw(st.integers(0, length - 1))) % 12 + 1 for part in range(times)]
    slot = draw(slots) if draw(st.booleans()) else [draw(slots) for _ in months]
    order = draw(st.permutations(range(times)))
    chosen = {
        "months": [months[i] for i in order],
        "slot": slot if isinstance(slot, str) else [slot[i] for i in order],
    }
    group = a_group("executive", {"kind": "yearly", "times": times})
    return an_arrangement([group], {"executive": chosen}, year_starts=starts, closures=draw(closures()))


@st.composite
def monthly(draw: st.DrawFn) -> Arrangements:
    group = a_group("executive", {"kind": "months", "every": draw(st.integers(1, 12))})
    chosen = {"first": draw(st.dates(FIRST, date(2022, 1, 1))), "slot": draw(slots)}
    return an_arrangement([group], {"executive": chosen}, closures=draw(closures()))


@st.composite
def gaps(draw: st.DrawFn) -> Arrangements:
    group = a_group("executive", {"kind": "gap", "months": draw(st.integers(1, 6))})
    first = draw(st.dates(FIRST, date(2022, 1, 1)))
    return an_arrangement([group], {"executive": {"first": first}}, closures=draw(closures()))


series = st.one_of(yearly(), monthly(), gaps())


def with_followers(arrangements: Arrangements, lead: int, distance: int, which: str) -> Arrangements:
    """The same with a group before the Executive, one beside it, and one before that."""
    more = (
        a_group("sog", {"kind": "before", "group": "executive", "days": lead}),
        a_group("districts", {"kind": "beside", "group": "executive", "which": which}),
        a_group("pre", {"kind": "before", "group": "sog", "days": 7}),
    )
    chosen = {**arrangements.planning.groups, "districts": GroupPlanning(days=distance)}
    planning = arrangements.planning.model_copy(update={"groups": chosen})
    return arrangements.model_copy(update={"groups": (*arrangements.groups, *more), "planning": planning})


followed = st.builds(
    with_followers,
    series,
    st.integers(1, 60),
    st.integers(-30, 30),
    st.sampled_from(["each", "first of each quarter", "last of each quarter"]),
)


def meetings(arrangements: Arrangements, group: str = "", first: date = FIRST, last: date = LAST) -> list[Meeting]:
    year = plan(arrangements, CALENDAR, first, last)
    assert year.undated == ()
    return [meeting for meeting in year.meetings if group in ("", meeting.group)]


def closed(arrangements: Arrangements) -> WorkingDays:
    return CALENDAR.with_closures(arrangements.planning.closures)


@SOME
@given(yearly())
def test_exactly_one_meeting_in_each_part_of_every_year(arrangements: Arrangements) -> None:
    (cycle,) = arrangements.groups[0].cycles
    length = relativedelta(months=12 // cycle.times)  # type: ignore[union-attr]
    part = date(2019, arrangements.planning.year_starts, 1)
    dates = [meeting.date for meeting in meetings(arrangements)]
    while part + length <= date(2041, 1, 1):
        inside = [day for day in dates if part <= day < part + length]
        assert len(inside) == 1, (part, inside)
        part += length


@SOME
@given(yearly())
def test_a_yearly_meeting_keeps_its_weekday(arrangements: Arrangements) -> None:
    by_part: dict[str, set[int]] = {}
    for meeting in meetings(arrangements):
        by_part.setdefault(meeting.place.partition("-")[2], set()).add(meeting.date.weekday())
    assert all(len(weekdays_) == 1 for weekdays_ in by_part.values())


@SOME
@given(monthly())
def test_exactly_one_meeting_in_each_month_whose_turn_it_is(arrangements: Arrangements) -> None:
    (cycle,) = arrangements.groups[0].cycles
    first = arrangements.planning.groups["executive"].first
    assert first is not None
    found = meetings(arrangements)
    months = [meeting.date.year * 12 + meeting.date.month for meeting in found]
    begin = first.year * 12 + first.month
    assert months == list(range(begin, 2040 * 12 + 13, cycle.every))  # type: ignore[union-attr]
    assert [meeting.place for meeting in found] == [f"n{n}" for n in range(1, len(found) + 1)]


@SOME
@given(gaps())
def test_no_gap_is_longer_than_agreed_nor_shorter_than_it_must_be(arrangements: Arrangements) -> None:
    (cycle,) = arrangements.groups[0].cycles
    longest = relativedelta(months=cycle.months)  # type: ignore[union-attr]
    found = meetings(arrangements)
    ours = closed(arrangements)
    for before, after in pairwise(found):
        assert before.date < after.date <= before.date + longest
        assert after.latest == before.date + longest
        # Any longer step by whole weeks would be too long, or fall on a day when nobody works.
        later = after.date + timedelta(days=7)
        while (after.date - before.date).days % 7 == 0 and later <= before.date + longest:
            assert not ours.is_working(later)
            later += timedelta(days=7)


@SOME
@given(followed)
def test_no_meeting_is_on_a_closed_day_and_none_is_late(arrangements: Arrangements) -> None:
    ours = closed(arrangements)
    found = meetings(arrangements)
    assert {meeting.group for meeting in found} == {"executive", "sog", "districts", "pre"}
    for meeting in found:
        assert ours.is_working(meeting.date), meeting
        assert meeting.latest is None or meeting.date <= meeting.latest, meeting


@SOME
@given(followed)
def test_a_follower_is_the_last_working_day_at_least_so_many_days_before(arrangements: Arrangements) -> None:
    ours = closed(arrangements)
    (cycle,) = next(group for group in arrangements.groups if group.id == "sog").cycles
    lead = timedelta(days=cycle.days)  # type: ignore[union-attr]
    executive = {meeting.place: meeting.date for meeting in meetings(arrangements, "executive", last=date(2041, 6, 30))}
    sog = {meeting.place: meeting.date for meeting in meetings(arrangements, "sog")}
    for place, day in sog.items():
        exact = executive[place] - lead
        assert day <= exact
        assert not any(ours.is_working(day + timedelta(days=n + 1)) for n in range((exact - day).days))
    due = {place for place, day in executive.items() if FIRST + lead + timedelta(days=35) <= day <= LAST}
    assert due <= set(sog)


@SOME
@given(followed, days, st.integers(0, 500))
def test_a_window_shows_exactly_its_part_of_the_whole(arrangements: Arrangements, first: date, length: int) -> None:
    last = min(first + timedelta(days=length), LAST)
    whole = [(m.group, m.place, m.date) for m in meetings(arrangements) if first <= m.date <= last]
    assert [(m.group, m.place, m.date) for m in meetings(arrangements, first=first, last=last)] == whole


@SOME
@given(followed)
def test_no_two_meetings_share_a_place(arrangements: Arrangements) -> None:
    keys = [(meeting.group, meeting.place) for meeting in meetings(arrangements)]
    assert len(keys) == len(set(keys))


@SOME
@given(followed, st.data())
def test_telling_the_plan_what_it_said_changes_no_day(arrangements: Arrangements, data: st.DataObject) -> None:
    said = meetings(arrangements, first=date(2025, 1, 1), last=date(2027, 12, 31))
    known = [
        Known(m.group, m.place, m.date, data.draw(st.sampled_from(["planned", "confirmed", "held"])), m.starts)
        for m in said
        if data.draw(st.booleans())
    ]
    again = plan(arrangements, CALENDAR, date(2025, 1, 1), date(2027, 12, 31), known=known).meetings
    assert [(m.group, m.place, m.date) for m in again] == [(m.group, m.place, m.date) for m in said]


@SOME
@given(followed, st.data())
@pytest.mark.ids("AMB-SGLOS-4WEEKS")
def test_moving_one_meeting_moves_only_it_and_what_hangs_on_it(arrangements: Arrangements, data: st.DataObject) -> None:
    if arrangements.groups[0].cycles[0].kind == "gap":
        return  # a gap series counts on from the day that moved, so all later ones move
    first, last = date(2025, 1, 1), date(2027, 12, 31)
    before = {(m.group, m.place): m.date for m in meetings(arrangements, first=first, last=last)}
    moved = data.draw(st.sampled_from([place for group, place in before if group == "executive"]))
    to = CALENDAR.on_or_after(before["executive", moved] + timedelta(days=data.draw(st.integers(-20, 20))))
    known = [Known("executive", moved, to, "confirmed")]
    after = {(m.group, m.place): m.date for m in plan(arrangements, CALENDAR, first, last, known=known).meetings}
    changed = {key for key in before.keys() & after.keys() if before[key] != after[key]}
    assert {place for _, place in changed} <= {moved}
    assert {place for _, place in before.keys() ^ after.keys()} <= {moved}
