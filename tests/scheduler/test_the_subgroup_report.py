"""Buckinghamshire's subgroup report: open as shipped, and asked for once a date and a lead time have been agreed."""

from datetime import date

import pytest

from commands import rehearsing
from commands.definitions import load, read_definition
from commands.rehearsing import Told
from scheduler.rehearsal import rehearse
from storage.arrangements.checks import check
from tests.offices import Office, an_office

pytestmark = pytest.mark.slow

LEAD = 'id = "subgroup-report"\nlead_days = 14\n'
GROUPS = ("pqi", "ppp", "lcspr", "exploitation", "education", "cdop")


def asked_for_reports(office: Office, *kinds: str) -> list[Told]:
    with office.reading() as scope:
        return [told for told in rehearsing.told(scope) if told.kind in kinds]


@pytest.mark.ids("CYC-BUCKS-EXEC", "AMB-BUCKS-FREQ")
def test_as_shipped_nobody_is_asked_and_the_report_stands_open() -> None:
    places = {finding.place for finding in check(load("buckinghamshire").arrangements).open}
    assert {"groups.executive.cycles[0]", "returns.subgroup-report.lead_days"} <= places
    with an_office(definition=load("buckinghamshire"), opened="2027-01-04 06:00") as office:
        office.run_to("2027-03-01 12:00")
        assert not asked_for_reports(office, "report-asked", "report-due", "report-reminder", "round-opens")


@pytest.mark.ids("RET-BUCKS-SUB", "GRP-BUCKS-SUBS")
@pytest.mark.long
def test_with_one_date_and_a_lead_time_each_chair_is_asked_and_chased_until_the_meeting() -> None:
    text = load("buckinghamshire").text.replace('id = "subgroup-report"\n', LEAD)
    with an_office(definition=read_definition(text), opened="2027-01-04 06:00") as office:
        office.done("business-manager", "meeting.extra", group="executive", day="2027-02-17")
        office.run_to("2027-03-01 12:00")
        chairs = {office.definition.arrangements.groups_by_id[group].chair for group in GROUPS}
        asked = asked_for_reports(office, "report-asked")
        assert {told.at.date() for told in asked} == {date(2027, 1, 20)}  # a fortnight before Wed 3 Feb, when it is due
        assert {told.post for told in asked} <= chairs | {"business-manager"}
        named = {group.name for group in office.definition.arrangements.groups if group.id in GROUPS}
        assert named == {name for name in named if any(name in told.text for told in asked)}
        assert all("Wednesday 17 February 2027" in told.title for told in asked)
        chased = asked_for_reports(office, "report-due")
        days = sorted({told.at.date() for told in chased})
        assert days == [date(2027, 1, 29), *(date(2027, 2, day) for day in (3, 4, 5, 8, 9))]
        [ended] = asked_for_reports(office, "chase-ended")
        assert (ended.at.date(), ended.post) == (date(2027, 2, 10), "business-manager")


def test_a_rehearsal_shows_every_step_of_a_round_that_nobody_answers() -> None:
    text = load("south-gloucestershire").text
    text = text.replace('id = "exception-report"\n', 'id = "exception-report"\nlead_days = 10\n')
    rehearsed = rehearse(read_definition(text), date(2027, 1, 11), 1)
    kinds = {message.kind for message in rehearsed.messages}
    assert {"report-asked", "report-due", "chase-ended"} <= kinds
    steps = {m.day for m in rehearsed.messages if m.kind == "report-due"}
    assert len(steps) == 6 and all(m.why and m.source for m in rehearsed.messages if m.kind == "report-due")
