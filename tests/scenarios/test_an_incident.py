"""Buckinghamshire's stages run: started through the runner, since no word starts an incident yet."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from commands.definitions import load
from commands.permissions import administrator
from commands.runner import Runner
from scheduler.rehearsal import Event, rehearse
from storage.records import people
from storage.records.scope import Scope
from tests.scenarios.language import Scenario

Opens = Callable[..., Scenario]

AWARE = datetime(2027, 1, 7, 16, 0, tzinfo=UTC)
RECEIVED = datetime(2027, 1, 8, 10, 0, tzinfo=UTC)
STARTED = datetime(2027, 1, 11, 9, 0, tzinfo=UTC)
FORM = {"pathway": "serious-incident", "facts": {"aware": AWARE, "received": RECEIVED}}


@pytest.mark.ids("PATH-BUCKS-SI-D1")
def test_the_partners_are_told_owners_are_reminded_and_late_is_kept_with_its_reason(scenario: Opens) -> None:
    office = scenario("buckinghamshire", at="2027-01-11 09:00", incidents=True)
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


@pytest.mark.slow
def test_the_stages_that_a_rehearsal_shows_are_the_ones_their_owners_hear_of(scenario: Opens) -> None:
    def starts(runner: Runner, now: datetime) -> None:
        manager = administrator("buckinghamshire")
        with runner.store.reading() as session:
            person = people.in_post(Scope(session, "buckinghamshire"), "business-manager", now.date())
        assert not runner.perform(replace(manager, person=person, role=None), "incident.start", FORM, None, now).refused

    rehearsed = rehearse(load("buckinghamshire"), date(2027, 1, 11), 1, events=[Event(STARTED, starts)])
    stages = [m for m in rehearsed.messages if m.kind in ("stage-due", "stage-overdue")]
    assert len({m.post for m in stages}) > 1

    office = scenario("buckinghamshire", at="2027-01-11 09:00")
    office.starts("incident.start", **FORM)
    office.time_passes_to("2027-02-10 23:00")
    for message in stages:
        words = message.text.replace("REHEARSED-1", "CASE-1")
        who = "business-manager" if "nobody is in that post" in words else message.post
        office.as_(who).receives(words, on=message.day.isoformat(), times=1)
