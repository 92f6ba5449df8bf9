"""What the night does beside planning: requests and steps that are of no more use are removed."""

from collections.abc import Iterator

import pytest
from sqlmodel import select

from storage.records import requests, undone
from storage.records.requests import Request
from storage.records.scope import Scope
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


def at_night(office: Office, when: str) -> tuple[int, int]:
    with office.runner.store.writing() as session:
        scope = Scope(session, office.partnership)
        requests.forget_old(scope, office.at(when))
        undone.forget_old(scope, office.at(when))
    return kept(office)


def test_a_press_is_known_for_four_hundred_days_and_a_step_for_thirty(office: Office) -> None:
    assert kept(office) == (1, 1)
    assert at_night(office, "2027-02-03 02:00") == (1, 1)
    assert at_night(office, "2027-02-04 04:00") == (1, 0)
    assert at_night(office, "2028-02-08 02:00") == (1, 0)
    assert at_night(office, "2028-02-09 04:00") == (0, 0)


def test_what_is_old_is_forgotten_every_night(office: Office) -> None:
    office.run_to("2027-02-04 04:00")
    assert kept(office) == (1, 0)


def test_what_another_partnership_keeps_is_left_to_its_own_night(office: Office) -> None:
    with office.runner.store.writing() as session:
        session.add(Request(partnership="theirs", key="a press", at=office.now, answer={}))
    assert at_night(office, "2029-01-19 04:00")[0] == 1
