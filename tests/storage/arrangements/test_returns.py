"""When a report or an audit is due and whom its steps tell: worked by hand, with weekdays in the cells."""

from datetime import date
from typing import Any

import pytest

from storage.arrangements.calendars import england
from storage.arrangements.returns import AUDIT_CHASERS, REPORT_CHASERS, Return

OPEN = england(2026, 2028)


def a_return(**given: Any) -> Return:
    """A return of the groups, owed before the meetings of one above."""
    return Return.model_validate({"id": "report", "name": "Report", "from_groups": ["practice"], **given})


@pytest.mark.parametrize(
    ("meets", "days", "day"),
    [
        (date(2027, 3, 16), 7, "Tue 9 Mar 2027"),
        (date(2027, 4, 8), 10, "Thu 25 Mar 2027"),  # ten days before is Easter Monday
        (date(2027, 1, 19), 10, "Fri 8 Jan 2027"),  # a Saturday
        (date(2027, 3, 16), 0, "Tue 16 Mar 2027"),
    ],
)
def test_a_report_is_due_so_many_days_before_the_meeting_or_on_the_open_day_before(
    meets: date, days: int, day: str
) -> None:
    due = a_return(to_group="executive", lead_days=days).due_before(meets, OPEN)
    assert due is not None
    assert f"{due:%a %-d %b %Y}" == day


def test_a_report_without_a_lead_time_has_no_day() -> None:
    assert a_return(to_group="executive").due_before(date(2027, 3, 16), OPEN) is None


@pytest.mark.parametrize(
    ("given", "year", "day"),
    [
        ({"month": 5}, 2027, "Fri 28 May 2027"),  # Monday 31 May is a bank holiday
        ({"month": 12}, 2027, "Fri 31 Dec 2027"),
        ({"month": 5, "every_years": 3, "first_year": 2026}, 2026, "Fri 29 May 2026"),
        ({"month": 5, "every_years": 3, "first_year": 2026}, 2027, None),
        ({"month": 5, "first_year": 2028}, 2027, None),
        ({"month": 5, "every_years": 3}, 2027, None),  # nobody has said which years
        ({}, 2027, None),
    ],
)
def test_an_audit_is_due_on_the_last_open_day_of_its_month_in_its_years(
    given: dict[str, Any], year: int, day: str | None
) -> None:
    due = Return.model_validate({"id": "audit", "name": "Audit", "from_duty": "section-11", **given}).due_in(year, OPEN)
    assert (f"{due:%a %-d %b %Y}" if due is not None else None) == day


@pytest.mark.parametrize(
    ("given", "before_meetings", "yearly", "days"),
    [
        ({"to_group": "executive"}, True, False, 14),
        ({"to_group": "executive", "lead_days": 7}, True, False, 14),
        ({"to_group": "executive", "yearly": True}, False, True, 42),
        ({"to_group": "executive", "month": 3}, False, True, 42),
        ({"to_group": "executive", "by_hand": True}, False, False, 42),
        ({"from_groups": [], "from_duty": "section-11", "to_group": "executive"}, False, True, 42),
        ({"from_groups": [], "from_agencies": ["fire"]}, False, True, 42),
        ({"to_group": "executive", "lead_days": 7, "opens_days": 21}, True, False, 21),
    ],
)
def test_a_return_is_owed_before_meetings_or_in_years_or_when_it_is_opened(
    given: dict[str, Any], before_meetings: bool, yearly: bool, days: int
) -> None:
    found = a_return(**given)
    assert (found.before_meetings, found.is_yearly, found.days_open) == (before_meetings, yearly, days)
    assert found.steps == (REPORT_CHASERS if before_meetings else AUDIT_CHASERS)


def test_the_steps_count_working_days_and_stand_in_order_of_their_days() -> None:
    chasers = [
        {"when": "after", "days": 2, "to": "senior"},
        {"when": "on"},
        {"when": "before", "days": 3},
    ]
    due = date(2027, 3, 25)  # the Thursday before Good Friday
    found = a_return(to_group="executive", chasers=chasers).days_of_chasing(due, OPEN)
    assert [(number, f"{day:%a %-d %b %Y}", to) for number, day, to in found] == [
        (3, "Mon 22 Mar 2027", "lead"),
        (2, "Thu 25 Mar 2027", "lead"),
        (1, "Wed 31 Mar 2027", "senior"),  # Easter Monday is the 29th
    ]
