"""Buckinghamshire's stages run: started through the runner, since no word starts an incident yet."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tests.scenarios.language import Scenario

Opens = Callable[..., Scenario]


@pytest.mark.ids("PATH-BUCKS-SCI")
def test_the_partners_are_told_owners_are_reminded_and_late_is_kept_with_its_reason(scenario: Opens) -> None:
    office = scenario("buckinghamshire", at="2027-01-11 09:00")
    aware = datetime(2027, 1, 7, 16, 0, tzinfo=UTC)
    received = datetime(2027, 1, 8, 10, 0, tzinfo=UTC)
    title = office.starts("incident.start", pathway="serious-incident", facts={"aware": aware, "received": received})
    assert title == "CASE-1 is open"
    manager, chair = office.as_("Business Manager"), office.as_("independent-chair")
    chair.receives("CASE-1", times=1)
    office.as_("head-of-protecting-vulnerable-people").receives("CASE-1", times=1)
    manager.receives("CASE-1", "overdue, was due Friday 8 January 2027", times=1)

    office.time_passes_to("2027-01-13 12:00")
    manager.receives("CASE-1", "overdue", on="2027-01-13")
    assert office.starts("incident.done", reference="CASE-1", stage="alert", because="The form came on a Friday") == (
        "CASE-1: The three Safeguarding Partners and the subgroup's chair are alerted is done"
    )
    manager.receives("CASE-1", "late because The form came on a Friday", times=1)
    manager.says("meeting list").does_not_see("CASE-1")
    manager.says("me").does_not_see("CASE-1")
    chair.says("incident CASE-1").sees("Incidents cannot be entered here yet").does_not_see("CASE-1")
