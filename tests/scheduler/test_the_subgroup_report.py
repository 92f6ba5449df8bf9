"""Buckinghamshire's subgroup report: open as shipped, and asked for once a date and a lead time have been agreed."""

from datetime import date

import pytest

from commands import rehearsing
from commands.definitions import load, read_definition
from commands.rehearsing import Told
from storage.arrangements.checks import check
from tests.offices import Office, an_office

pytestmark = pytest.mark.slow

LEAD = 'id = "subgroup-report"\nlead_days = 14\n'


def asked_for_reports(office: Office) -> list[Told]:
    with office.reading() as scope:
        return [told for told in rehearsing.told(scope) if told.kind == "report-due"]


@pytest.mark.ids("CYC-BUCKS-EXEC", "AMB-BUCKS-FREQ")
def test_as_shipped_nobody_is_asked_and_the_report_stands_open() -> None:
    places = {finding.place for finding in check(load("buckinghamshire").arrangements).open}
    assert {"groups.executive.cycles[0]", "returns.subgroup-report.lead_days"} <= places
    with an_office(definition=load("buckinghamshire"), opened="2027-01-04 06:00") as office:
        office.run_to("2027-03-01 12:00")
        assert not asked_for_reports(office)


@pytest.mark.ids("RET-BUCKS-SUB", "GRP-BUCKS-SUBS")
def test_with_one_date_and_a_lead_time_each_chair_is_asked_a_fortnight_before() -> None:
    text = load("buckinghamshire").text.replace('id = "subgroup-report"\n', LEAD)
    with an_office(definition=read_definition(text), opened="2027-01-04 06:00") as office:
        office.done("business-manager", "meeting.extra", group="executive", day="2027-02-17")
        office.run_to("2027-03-01 12:00")
        asked = asked_for_reports(office)
        assert {told.at.date() for told in asked} == {date(2027, 2, 3)}  # Wed 3 Feb, for Wed 17 Feb
        groups = {told.key.split("subgroup-report:")[1].split("/")[0] for told in asked}
        assert groups == {"pqi", "ppp", "lcspr", "exploitation", "education", "cdop"}
        assert all("the Executive partnership group of Wednesday 17 February 2027" in told.text for told in asked)
