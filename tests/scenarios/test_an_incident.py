"""Buckinghamshire's stages run, at every door: started by times that are known already."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tests.scenarios.language import Scenario

Opens = Callable[..., Scenario]

AWARE = datetime(2027, 1, 7, 16, 0, tzinfo=UTC)
RECEIVED = datetime(2027, 1, 8, 10, 0, tzinfo=UTC)
FORM = {"pathway": "serious-incident", "facts": {"aware": AWARE, "received": RECEIVED}}


@pytest.mark.ids("PATH-BUCKS-SI-D1")
def test_the_partners_are_told_owners_are_reminded_and_late_is_kept_with_its_reason(long_scenario: Opens) -> None:
    office = long_scenario("buckinghamshire", at="2027-01-11 09:00", incidents=True)
    assert office.starts("incident.start", **FORM) == "CASE-1 is open"
    manager, chair = office.as_("Business Manager"), office.as_("lcspr-chair")
    chair.receives("CASE-1", times=1)
    office.as_("head-of-protecting-vulnerable-people").receives("CASE-1", times=1)
    manager.receives("CASE-1", "overdue, was due Friday 8 January 2027", times=1)

    office.time_passes_to("2027-01-13 12:00")
    manager.receives("CASE-1", "overdue", on="2027-01-13")
    assert office.starts("incident.done", reference="CASE-1", stage="alert", because="entered-late") == (
        "CASE-1: Day 1: five are notified; conference call and information gathering is done"
    )
    manager.receives("CASE-1", "late because it was entered late", times=1)
    manager.says("meeting list").does_not_see("CASE-1")
    chair.says("incident CASE-1").sees("Notify a serious incident").does_not_see("CASE-1")
