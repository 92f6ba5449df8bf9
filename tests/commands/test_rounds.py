"""What the night does beside planning: requests and steps that are of no more use are removed."""

from collections.abc import Iterator

import pytest
from sqlmodel import select

from storage.records.requests import Request
from storage.records.undone import Step
from tests.offices import Office, an_office


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office() as office:
        office.press("business-manager", "meeting.extra", "a press", group="policies", day="2027-01-20")
        yield office


def kept(office: Office) -> tuple[int, int]:
    with office.reading() as scope:
        return len(scope.session.exec(select(Request)).all()), len(scope.session.exec(select(Step)).all())


def test_a_press_is_known_for_a_fortnight_and_a_step_for_thirty_days(office: Office) -> None:
    assert kept(office) == (1, 1)
    office.run_to("2027-01-18 04:00")
    assert kept(office) == (1, 1)
    office.run_to("2027-01-19 04:00")
    assert kept(office) == (0, 1)
    office.run_to("2027-02-03 02:00")
    assert kept(office) == (0, 1)
    office.run_to("2027-02-04 04:00")
    assert kept(office) == (0, 0)


def test_what_another_partnership_keeps_is_left_to_its_own_night(office: Office) -> None:
    with office.runner.store.writing() as session:
        session.add(Request(partnership="theirs", key="a press", at=office.now, answer={}))
    office.run_to("2027-01-19 04:00")
    assert kept(office)[0] == 1
