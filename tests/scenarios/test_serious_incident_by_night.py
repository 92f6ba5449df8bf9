"""Notified by night, as the clocks change: hours that are missing or come twice are counted as they pass."""

from pathlib import Path

import pytest

from storage.records import incidents
from storage.records.scope import Scope
from tests.scenarios.incident_doors import REFERENCE, Everywhere, everywhere

MANAGER, POLICE = "business-manager", "head-of-protecting-vulnerable-people"
ALERT = "has been notified to the partnership"

NIGHTS = (
    # The clocks go forward: one o'clock is two.
    ("2027-03-27", "2027-03-28", "02:40", ["02:35", "03:35"], ["03:40"], "2027-03-28T23:30:00+01:00"),
    # The clocks go back: the hour from one to two comes twice.
    ("2027-10-30", "2027-10-31", "01:40", ["01:35", "01:35"], ["01:40"], "2027-10-31T21:30:00+00:00"),
)
"""The eve and the day of the change; by when somebody rings who says so at 00:40; when the handler is asked to ring
whoever has not answered since 00:35, and whoever did not ring; when the form was due of which somebody became aware at
22:30 on the eve, twenty-four hours of the clock before. Where no senior is entered,
somebody is rung after an hour."""


@pytest.mark.slow
@pytest.mark.parametrize(("eve", "day", "promised", "silent", "lapsed", "form"), NIGHTS, ids=("forward", "back"))
def test_hours_are_counted_as_they_pass(
    tmp_path: Path, eve: str, day: str, promised: str, silent: list[str], lapsed: list[str], form: str
) -> None:
    with everywhere(tmp_path, "buckinghamshire", at=f"{eve} 12:00") as office:
        office.time_passes_to(f"{day} 00:35")
        notify(office, eve)
        office.time_passes_to(f"{day} 00:40")
        police = office.as_(POLICE).finds(ALERT).presses("I have this, I will ring within the hour")
        police.sees(f"You will ring by {promised}")
        office.time_passes_to(f"{day} 03:58")
        assert asked_to_ring(office, "Service Director")[:2] == silent
        assert asked_to_ring(office, "Head of Protecting")[:1] == lapsed
        assert due(office, "referral") == form


def asked_to_ring(office: Everywhere, title: str) -> list[str]:
    """At what hours the handler was asked to ring somebody, by the clock on the wall."""
    told = office.driver.messages(office.partnership, MANAGER)
    return [f"{each.at:%H:%M}" for each in told if f"please ring the {title}" in each.text]


def due(office: Everywhere, stage: str) -> str:
    """When a stage was due, as it is kept."""
    with office.driver.store.reading() as session:
        found = incidents.stage(Scope(session, office.partnership), REFERENCE, stage)
        assert found is not None and found.due is not None
        return found.due


def notify(office: Everywhere, eve: str) -> None:
    """A duty officer notifies what became known on the eve at half past ten in the evening."""
    form = office.as_(MANAGER).says("notify").presses("Open the form")
    form.fills(
        ticked="understood",
        kind="serious-harm",
        aware=eve,
        aware_hour="22:30",
        area="own",
        children="1",
        ring_who="Designated Doctor on call",
        ring_number="01234 500777",
    )
    form.sees(f"received, {REFERENCE}")
    office.waits()
