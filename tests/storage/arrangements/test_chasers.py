"""The steps of chasing fall on open working days, in their order, whatever the day on which something is due."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.arrangements.calendars import WorkingDays, england
from storage.arrangements.plannings import Closure
from storage.arrangements.returns import AUDIT_CHASERS, REPORT_CHASERS, Chaser, Return

DAYS = england(2026, 2030).with_closures(
    [Closure.model_validate({"from": date(2027, 12, 25), "until": date(2028, 1, 2), "why": "the office is closed"})]
)
SOME_DAY = st.dates(date(2027, 1, 1), date(2029, 6, 30))
STEP = st.builds(
    Chaser,
    when=st.sampled_from(("before", "on", "after")),
    days=st.integers(0, 60),
    to=st.sampled_from(("lead", "senior")),
)


def between(first: date, last: date, days: WorkingDays) -> int:
    """How many working days lie after the first up to the last, counted one by one."""
    found, day = 0, first
    while day < last:
        day += timedelta(days=1)
        found += days.is_working(day)
    return found


@given(SOME_DAY, STEP)
def test_a_step_falls_on_an_open_day_so_many_working_days_from_the_day_due(due: date, step: Chaser) -> None:
    day = step.day(due, DAYS)
    if step.when == "on":
        assert DAYS.is_working(day) and day <= due and between(day, due, DAYS) == 0
    elif not step.days:
        assert day == due
    elif step.when == "after":
        assert DAYS.is_working(day) and day > due and between(due, day, DAYS) == step.days
    else:
        one = timedelta(days=1)
        assert DAYS.is_working(day) and day < due and between(day - one, due - one, DAYS) == step.days


@pytest.mark.parametrize("steps", [AUDIT_CHASERS, REPORT_CHASERS], ids=["audits", "reports"])
@given(due=SOME_DAY)
def test_our_own_steps_come_one_after_the_other_and_none_two_on_a_day(steps: tuple[Chaser, ...], due: date) -> None:
    chasers = [step.model_dump() for step in steps]
    report = Return.model_validate({"id": "audit", "name": "Audit", "source": "chosen", "chasers": chasers})
    found = report.days_of_chasing(due, DAYS)
    days = [day for _, day, _ in found]
    assert days == sorted(set(days))
    assert [number for number, _, _ in found] == list(range(1, len(steps) + 1))
