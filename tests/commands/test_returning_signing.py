"""A senior who does not sign off: reminded twice, five working days apart; then the business manager hears, once."""

from collections.abc import Iterator

import pytest

from commands import returning_signing
from storage.records import duties, people
from tests.offices import Office
from tests.returns_given import AUDIT, Given, a_partnership_of_reports, an_agency_owes, in_the_post, owed, sends_in

from .chased import MANAGER, by_mail_only, letters, lines, stored

AGENCY, OTHER = "constabulary", "avon-fire-and-rescue"
LEAD, SENIOR = f"lead:{AGENCY}", f"senior:{AGENCY}"
SENT, FIRST, SECOND, THIRD = "2027-03-22", "2027-03-31", "2027-04-07", "2027-04-14"
"""Sent in on a Monday before Easter: Good Friday (26 March) and Easter Monday are no working days."""


@pytest.fixture
def office() -> Iterator[Office]:
    with a_partnership_of_reports(f"{SENT} 10:00", audit={"signed_off": True}, lead_days=None) as office:
        in_the_post(office, LEAD, "lead@constabulary.example")
        yield office


@pytest.fixture
def senior(office: Office) -> str:
    return by_mail_only(office, SENIOR, "senior@constabulary.example")


def an_answer(office: Office, agency: str = AGENCY, place: str = "2027") -> Given:
    """What an agency has sent in, and waits for signature."""
    given = an_agency_owes(office, agency, report=AUDIT, due="2027-05-28", place=place)
    sends_in(office, office.actor(f"lead:{agency}"), given)
    return given


def the_mornings_of(office: Office, *days: str) -> None:
    """A tick in the morning of each of some days, before the note of the day."""
    for day in days:
        office.tick(f"{day} 07:30")


def reminded(office: Office, person: str) -> list[str]:
    """The days on which somebody was reminded to sign."""
    rows = [row for row in stored(office, "signature-due") if row.person == person]
    return [row.created_at.astimezone(office.zone).date().isoformat() for row in rows]


def heard(office: Office) -> list[tuple[str, str]]:
    return lines(office, office.person(MANAGER), "signature-ended")


def open_steps(office: Office, given: Given) -> list[str]:
    """The days of the reminders that are still to come."""
    with office.reading() as scope:
        found = [each for each in duties.of_record(scope, given.record) if each.kind in returning_signing.KINDS]
        return [each.due_at.astimezone(office.zone).date().isoformat() for each in found]


def test_a_senior_is_reminded_twice_and_then_the_business_manager_hears_once(office: Office, senior: str) -> None:
    given = an_answer(office)
    assert open_steps(office, given) == [FIRST, SECOND, THIRD]
    the_mornings_of(office, FIRST, SECOND, THIRD)
    assert reminded(office, senior) == [FIRST, SECOND]
    [(day, line)] = heard(office)
    assert day == THIRD and "Audit 2027: sent in and still waiting for signature" in line
    the_mornings_of(office, "2027-04-21", "2027-04-28")
    assert len(reminded(office, senior)) == 2 and len(heard(office)) == 1


def test_each_reminder_has_the_seniors_own_link_and_says_what_waits(office: Office, senior: str) -> None:
    an_answer(office)
    the_mornings_of(office, FIRST, SECOND)
    [asked] = letters(office, senior, "report-to-sign")
    reminders = letters(office, senior, "signature-due")
    assert {reminder.link for reminder in reminders} == {asked.link} != {""}
    assert all("still to be signed off" in reminder.title for reminder in reminders)
    assert [button.does for button in reminders[0].buttons] == ["return.sign-off"]


@pytest.mark.parametrize("how", ["signed", "opened again", "taken back", "closed", "cancelled"])
def test_nobody_is_reminded_any_more_once_it_is_signed_opened_again_or_the_round_has_ended(
    office: Office, senior: str, how: str
) -> None:
    given = an_answer(office)
    the_mornings_of(office, FIRST)
    if how == "signed":
        office.done("senior@constabulary.example", "return.sign-off", **given.about)
    elif how == "opened again":
        office.done(MANAGER, "return.reopen", **given.about, because="a page is missing")
    elif how == "taken back":
        office.done(office.actor(LEAD), "return.take-back", **given.about)
    elif how == "closed":
        office.done(MANAGER, "return.close")
    else:
        office.done(MANAGER, "return.cancel", because="it is asked for in the autumn")
    the_mornings_of(office, SECOND, THIRD)
    assert reminded(office, senior) == [FIRST] and heard(office) == []
    assert open_steps(office, given) == []


def test_sent_in_again_it_is_asked_for_and_counted_anew(office: Office, senior: str) -> None:
    given = an_answer(office)
    the_mornings_of(office, FIRST)
    office.done(office.actor(LEAD), "return.take-back", **given.about)
    sends_in(office, office.actor(LEAD), given)
    assert open_steps(office, given) == ["2027-04-07", "2027-04-14", "2027-04-21"]
    assert len(letters(office, senior, "report-to-sign")) == 2


def test_a_senior_who_is_named_later_is_asked_and_reminded_from_then_on(office: Office) -> None:
    given = an_answer(office)
    [told] = letters(office, office.person(MANAGER), "report-to-sign")
    assert "Nobody is named as" in told.text
    office.moves_to(f"{FIRST} 10:00")
    answer = office.done(
        MANAGER, "return.contact", agency=AGENCY, role="senior", email="new@constabulary.example", name="Chief Officer"
    )
    assert "Asked now: Audit 2027." in answer.text
    [asked] = letters(office, people.person_id("new@constabulary.example"), "report-to-sign")
    assert asked.link and open_steps(office, given) == [SECOND, THIRD, "2027-04-21"]


def test_with_no_senior_the_business_manager_is_not_told_three_times(office: Office) -> None:
    an_answer(office)
    the_mornings_of(office, FIRST, SECOND, THIRD)
    assert len(letters(office, office.person(MANAGER), "report-to-sign")) == 1
    assert stored(office, "signature-due") == []
    [(_, line)] = heard(office)
    assert "nobody is named as its senior" in line


def test_after_a_pause_one_reminder_is_said_and_not_both(office: Office, senior: str) -> None:
    an_answer(office)
    office.moves_to(f"{SECOND} 09:00")
    office.tick()
    assert reminded(office, senior) == [SECOND]


def test_all_of_a_round_stand_in_one_line_with_where_their_seniors_are_rung(office: Office, senior: str) -> None:
    in_the_post(office, f"lead:{OTHER}", "lead@fire.example")
    office.done(MANAGER, "return.open", report=AUDIT, due="2027-05-28", only=f"{AGENCY}; {OTHER}")
    office.done(
        MANAGER, "return.contact", agency=AGENCY, role="senior", email="senior@constabulary.example",
        telephone="01234 500500",
    )  # fmt: skip
    for agency in (AGENCY, OTHER):
        given = Given(AUDIT, "audit-may-2027", f"agency.{agency}")
        sends_in(office, office.actor(f"lead:{agency}"), given)
    the_mornings_of(office, FIRST, SECOND, THIRD)
    [(_, line)] = heard(office)
    assert "Constabulary (01234 500500)" in line and "Avon Fire and Rescue" in line


def test_a_line_about_what_was_signed_meanwhile_is_struck_out(office: Office, senior: str) -> None:
    given = an_answer(office)
    office.moves_to(f"{THIRD} 07:30")
    office.tick()
    assert len(heard(office)) == 1
    office.done("senior@constabulary.example", "return.sign-off", **given.about)
    office.run_to(f"{THIRD} 08:05")
    assert heard(office) == []
    assert owed(office, given).signed_off_at is not None
