"""Putting a changed definition in force: what stays on its day gets the new rules, and what is gone is called off."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from commands.adopting import CALENDAR_YEARS
from storage.arrangements.calendars import england
from storage.records import duties, meetings, partnerships
from storage.records.duties import Duty
from storage.records.meetings import MeetingRow
from tests.offices import OURSHIRE, Office, an_office

TEXT = OURSHIRE.read_text("utf-8")
WITHOUT_POLICIES = re.sub(
    r"\[planning\.groups\.policies\].*\Z",
    "",
    re.sub(r'\[\[groups\]\]\nid = "policies".*?(?=\[\[pathways)', "", TEXT, flags=re.DOTALL),
    flags=re.DOTALL,
)


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office() as office:
        yield office


def meeting_after(office: Office, group: str, day: str) -> MeetingRow:
    with office.reading() as scope:
        row = next(r for r in meetings.every(scope) if r.group == group and r.day >= date.fromisoformat(day))
        scope.session.expunge(row)
        return row


def as_it_stands(office: Office, row: MeetingRow) -> MeetingRow:
    with office.reading() as scope:
        found = meetings.find(scope, row.group, row.place)
        assert found is not None
        scope.session.expunge(found)
        return found


def owed(office: Office, record: str, kind: str) -> list[Duty]:
    with office.reading() as scope:
        found = [duty for duty in duties.of_record(scope, record) if duty.kind == kind]
        for duty in found:
            scope.session.expunge(duty)
        return found


def apply(office: Office, text: str) -> str:
    return office.done("administrator", "arrangements.apply", text=text).text


# What stays on its day


def test_another_number_of_papers_days_reaches_meetings_that_keep_their_day(office: Office) -> None:
    executive = meeting_after(office, "executive", "2027-06-01")
    said = apply(office, TEXT.replace('papers = { days = 7, source = "ours §4.3" }', "papers = { days = 14 }"))
    now = as_it_stands(office, executive)
    assert (now.day, now.papers_due) == (executive.day, date(2027, 6, 1))
    assert {duty.part: duty.due_at.date() for duty in owed(office, now.record, "papers-due")}["on"] == now.papers_due
    assert f"Executive ({now.place}), papers: Tuesday 8 June 2027 becomes Tuesday 1 June 2027" in said


def test_another_day_of_the_call_for_papers_reaches_them_too(office: Office) -> None:
    executive = meeting_after(office, "executive", "2027-06-01")
    apply(office, TEXT.replace("year_starts = 4", "year_starts = 4\npapers_call_days = 28"))
    (call,) = owed(office, executive.record, "papers-call")
    assert call.due_at.date() == date(2027, 5, 11)
    assert call.why == "chosen: 28 days before the papers day"


def test_another_owner_of_the_papers_is_asked(office: Office) -> None:
    executive = meeting_after(office, "executive", "2027-06-01")
    apply(office, TEXT.replace('papers_by = "business-manager"', 'papers_by = "chief-nurse"', 1))
    assert {duty.post for duty in owed(office, executive.record, "papers-due")} == {"chief-nurse"}


def test_another_hour_reaches_planned_meetings_and_not_confirmed_ones(office: Office) -> None:
    confirmed, planned = (
        meeting_after(office, "executive", "2027-03-01"),
        meeting_after(office, "executive", "2027-06-01"),
    )
    office.done("business-manager", "meeting.confirm", group="executive", place=confirmed.place)
    apply(office, TEXT.replace("starts = 14:00:00", "starts = 13:00:00"))
    assert as_it_stands(office, confirmed).starts_at == confirmed.starts_at
    assert planned.starts_at is not None
    assert as_it_stands(office, planned).starts_at == planned.starts_at - timedelta(hours=1)


def test_a_milestone_that_is_moved_is_asked_on_its_new_day_only(office: Office) -> None:
    apply(office, TEXT.replace("date = 2027-03-31", "date = 2027-09-30"))
    assert [duty.due_at.date() for duty in owed(office, "milestone:new-arrangements", "milestone-due")] == [
        date(2027, 9, 30)
    ]


@pytest.mark.long
def test_a_milestone_that_was_said_and_is_put_off_is_said_again(office: Office) -> None:
    office.run_to("2027-04-01 12:00")
    assert owed(office, "milestone:new-arrangements", "milestone-due") == []
    apply(office, TEXT.replace("date = 2027-03-31", "date = 2027-09-30"))
    (again,) = owed(office, "milestone:new-arrangements", "milestone-due")
    assert again.due_at.date() == date(2027, 9, 30)


# Beyond the horizon


def test_meetings_planned_beyond_the_horizon_get_the_new_rule(office: Office) -> None:
    office.done("business-manager", "meeting.plan", year=2028)
    apply(office, TEXT.replace('slot = "3rd tuesday"', 'slot = "2nd wednesday"'))
    with office.reading() as scope:
        ahead = [r.day for r in meetings.every(scope) if r.group == "executive" and r.status == "planned"]
    assert max(ahead) > date(2028, 12, 1)
    assert {day.strftime("%A") for day in ahead if day > office.today} == {"Wednesday"}


def test_a_follower_beyond_the_horizon_moves_with_its_anchor(office: Office) -> None:
    office.done("business-manager", "meeting.plan", year=2028)
    practice, executive = (
        meeting_after(office, "practice", "2028-08-01"),
        meeting_after(office, "executive", "2028-09-01"),
    )
    later = executive.day + timedelta(days=7)
    office.done("business-manager", "meeting.move", group="executive", place=executive.place, day=later.isoformat())
    assert as_it_stands(office, practice).day == practice.day + timedelta(days=7)


# A group that is gone


@pytest.mark.long
def test_a_definition_without_a_group_cancels_its_meetings_and_tells_only_where_they_were_confirmed(
    office: Office,
) -> None:
    confirmed, planned = (
        meeting_after(office, "policies", "2027-03-01"),
        meeting_after(office, "policies", "2027-05-01"),
    )
    office.done("business-manager", "meeting.confirm", group="policies", place=confirmed.place)
    office.deliver()
    said = apply(office, WITHOUT_POLICIES)
    office.deliver()
    assert as_it_stands(office, confirmed).status == as_it_stands(office, planned).status == "cancelled"
    assert f"Policies Group ({planned.place})" in said
    told = [title for title in office.told("head-teacher") if "cancelled" in title]
    assert len(told) == 1
    assert "Policies Group" in told[0]
    office.run_to("2027-03-20 12:00")
    assert office.refused("business-manager", "meeting.restore", group="policies", place=planned.place).endswith(
        "has no place in the arrangements any more."
    )


def test_what_is_outstanding_of_a_dropped_groups_past_meeting_is_still_said(office: Office) -> None:
    chair = 'chair = "head-of-safeguarding"\n'
    minutes = TEXT.replace(chair, f'{chair}minutes_by = "head-of-safeguarding"\nminutes = {{ days = 14 }}\n')
    apply(office, minutes)
    office.run_to("2027-01-15 12:00")
    apply(office, WITHOUT_POLICIES)
    office.run_to("2027-02-02 12:00")
    asked = [line for m in office.sent_to("head-of-safeguarding") for line in m.text.splitlines()]
    assert any("Policies Group" in line and "inutes" in line for line in asked)


def test_a_group_that_comes_back_has_its_meetings_again(office: Office) -> None:
    planned = meeting_after(office, "policies", "2027-05-01")
    apply(office, WITHOUT_POLICIES)
    apply(office, TEXT)
    assert (as_it_stands(office, planned).status, as_it_stands(office, planned).day) == ("planned", planned.day)
    assert owed(office, planned.record, "meeting-tomorrow") != []


# Versions and calendars


def test_a_preview_leaves_nothing_behind_for_the_version_that_takes_its_number(office: Office) -> None:
    office.preview("administrator", "arrangements.apply", text=TEXT.replace("days = 28", "days = 21"))
    apply(office, TEXT.replace('name = "Executive"', 'name = "Executive Board"', 1))
    with office.looking() as work:
        assert work.arrangements.groups_by_id["executive"].name == "Executive Board"


def with_a_calendar_from_before_the_proclamation(office: Office) -> None:
    """As the running version would be, had it been adopted when a day of May was not yet a bank holiday."""
    with office.runner.store.writing() as session:
        stored = session.get(partnerships.Version, (office.partnership, 1))
        assert stored is not None
        stored.calendar = england(*CALENDAR_YEARS, removed=[date(2027, 5, 31)]).to_json()
        session.add(stored)


def test_the_same_text_with_a_newly_proclaimed_bank_holiday_is_put_in_force_and_names_the_day(office: Office) -> None:
    with_a_calendar_from_before_the_proclamation(office)
    said = apply(office, TEXT)
    assert "Bank holiday, Monday 31 May 2027: a working day becomes Spring Bank Holiday" in said
    with office.looking() as work:
        assert not work.terms.working_days.is_working(date(2027, 5, 31))


def test_the_same_text_with_the_same_calendar_is_refused(office: Office) -> None:
    said = office.refused("administrator", "arrangements.apply", text=TEXT)
    assert said == "This is what runs already; nothing is to be done."
