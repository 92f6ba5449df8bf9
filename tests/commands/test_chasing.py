"""Chasing: the steps in their days, to whom each goes, once for a person; it stops when nothing is asked any more."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

import pytest

from commands import chasing
from storage.records import links, people, returns
from storage.records.scope import Scope
from tests.offices import Office
from tests.returns_given import (
    AUDIT,
    COMPLEX,
    LIFE,
    VULNERABLE,
    a_partnership_of_reports,
    an_agency_owes,
    an_owed_report,
    in_the_post,
    owed,
    says_nothing,
)

from .chased import MANAGER, by_mail_only, due_times, letters, lines, mornings_to, stored

AGENCY = "constabulary"
LEAD, SENIOR = f"lead:{AGENCY}", f"senior:{AGENCY}"

DUE = "2027-02-26"
"""A Friday. Ours for audits: 10 and 3 working days before, the day, 3 after; 5 the substitute, 10 the senior, 15 the
partner's lead."""


@pytest.fixture
def office() -> Iterator[Office]:
    with a_partnership_of_reports() as office:
        yield office


@pytest.fixture
def audits() -> Iterator[Office]:
    """The same two weeks before the audit is due, without reports for meetings."""
    with a_partnership_of_reports("2027-02-11 06:00", lead_days=None) as office:
        yield office


def days(found: list[tuple[str, str]]) -> list[str]:
    return [day for day, _ in found]


def test_an_agency_that_never_answers_is_chased_to_the_end_of_the_steps(audits: Office) -> None:
    lead = in_the_post(audits, LEAD, "lead@constabulary.example")
    substitute = in_the_post(audits, LEAD, "substitute@constabulary.example", capacity="deputy")
    senior = in_the_post(audits, SENIOR, "senior@constabulary.example")
    an_agency_owes(audits, AGENCY, report=AUDIT, due=DUE)
    mornings_to(audits, "2027-04-01")
    assert days(lines(audits, lead)) == ["2027-02-12", "2027-02-23", "2027-02-26", "2027-03-03", "2027-03-05"]
    assert days(lines(audits, substitute)) == ["2027-03-05"]
    assert days(lines(audits, senior)) == ["2027-03-12"]
    assert days(lines(audits, audits.person("area-commander"))) == ["2027-03-19"]
    [ended] = lines(audits, audits.person(MANAGER), chasing.ENDED)
    assert ended[0] == "2027-03-22" and "Audit 2027" in ended[1]


def test_the_words_to_seniors_name_what_is_not_in_and_blame_nobody(audits: Office) -> None:
    in_the_post(audits, LEAD, "lead@constabulary.example", name="Head of Safeguarding")
    senior = in_the_post(audits, SENIOR, "senior@constabulary.example")
    an_agency_owes(audits, AGENCY, report=AUDIT, due=DUE)
    mornings_to(audits, "2027-03-13")
    [(_, said)] = lines(audits, senior)
    assert said.startswith("Not in yet: Audit 2027, from ") and "Head of Safeguarding" in said
    assert "may need help" in said
    assert not any(word in said.casefold() for word in ("failed", "must", "breach", "still not"))


def test_whoever_has_no_chat_gets_a_letter_with_a_link_of_their_own_and_no_code(audits: Office) -> None:
    lead = by_mail_only(audits, LEAD, "lead@constabulary.example")
    given = an_agency_owes(audits, AGENCY, report=AUDIT, due=DUE)
    mornings_to(audits, "2027-03-04")
    [asked] = letters(audits, lead, "report-asked")
    reminders = letters(audits, lead, "report-reminder")
    assert len(reminders) == 4 and lines(audits, lead) == []
    assert {m.link for m in reminders} == {asked.link} != {""}
    assert {m.link_code for m in (asked, *reminders)} == {""} and not asked.buttons
    with audits.reading() as scope:
        [link] = links.of_record(scope, given.record)
        assert (link.person, link.purpose, link.id) == (lead, "return", asked.link)


def test_one_letter_a_day_tells_of_everything_that_somebody_owes(audits: Office) -> None:
    lead = by_mail_only(audits, LEAD, "lead@constabulary.example")
    an_agency_owes(audits, AGENCY, report=AUDIT, due=DUE)
    an_agency_owes(audits, AGENCY, report=AUDIT, due=DUE, place="2027-again")
    mornings_to(audits, "2027-02-12")
    [letter] = letters(audits, lead, "report-reminder")
    assert "Audit 2027 (" in letter.text and "Audit 2027-again (" in letter.text
    assert "its page leads to the others" in letter.text


@pytest.mark.long
def test_no_more_than_three_letters_of_reminder_go_to_somebody_in_a_week(office: Office) -> None:
    lead = by_mail_only(office, LEAD, "lead@constabulary.example")
    for number in range(5):  # five rounds, each a day later, so that reminders would come every day
        due = ["2027-02-12", "2027-02-15", "2027-02-16", "2027-02-17", "2027-02-18"][number]
        an_agency_owes(office, AGENCY, report=AUDIT, due=due, place=f"r{number}")
    mornings_to(office, "2027-02-26")
    sent = [row.created_at.date() for row in stored(office, "report-reminder") if row.person == lead]
    assert len(sent) > 3
    for first in sent:
        assert sum(0 <= (day - first).days < 7 for day in sent) <= 3
    assert all((later - earlier).days > 0 for earlier, later in pairwise(sent))


def test_what_is_in_is_not_asked_for_and_its_reminders_are_closed(office: Office) -> None:
    given = an_owed_report(office, LIFE)
    mornings_to(office, "2027-01-22")
    says_nothing(office, "bs-life-chair", given)
    assert due_times(office, given.record) == [] == due_times(office, given.record, chasing.ENDED)
    told_before = len(lines(office, office.person("bs-life-chair")))
    mornings_to(office, "2027-02-12")
    assert len(lines(office, office.person("bs-life-chair"))) == told_before
    assert lines(office, office.person("bs-complex-chair"))


def test_a_group_without_a_vice_chair_has_the_business_manager_hear_that_nobody_stands_in(office: Office) -> None:
    for who in (LIFE, VULNERABLE, COMPLEX):
        given = an_owed_report(office, who)
    due = owed(office, given)
    assert due.state == "nothing"
    mornings_to(office, "2027-02-12")
    said = [text for _, text in lines(office, office.person(MANAGER)) if "stands in" in text]
    assert len(said) == 1, said
    assert all(name in said[0] for name in ("Best Start in Life", "Vulnerable", "Complex"))


def test_nobody_entered_for_many_agencies_is_one_line_for_the_business_manager(audits: Office) -> None:
    given = an_agency_owes(audits, AGENCY, report=AUDIT, due=DUE)
    other = an_agency_owes(audits, AGENCY, report=AUDIT, due=DUE)
    assert given == other
    [said] = letters(audits, audits.person(MANAGER), "round-opens")
    assert "nobody is asked" in said.text
    mornings_to(audits, "2027-02-13")
    [(day, line)] = lines(audits, audits.person(MANAGER))
    assert day == "2027-02-12" and line.startswith("Nobody is entered who would answer")


def test_after_a_pause_one_reminder_is_said_and_not_all_that_fell_into_it(audits: Office) -> None:
    lead = in_the_post(audits, LEAD, "lead@constabulary.example")
    an_agency_owes(audits, AGENCY, report=AUDIT, due=DUE)
    mornings_to(audits, "2027-02-11")
    audits.done(MANAGER, "partnership.pause")
    mornings_to(audits, "2027-03-04")
    audits.done(MANAGER, "partnership.resume")
    mornings_to(audits, "2027-03-04")
    assert len(lines(audits, lead)) == 1


def test_reminders_go_to_whoever_covers_and_come_back(audits: Office) -> None:
    lead = in_the_post(audits, LEAD, "lead@constabulary.example")
    an_agency_owes(audits, AGENCY, report=AUDIT, due=DUE)
    cover = audits.person("bs-life-chair")
    with audits.runner.store.writing() as session:
        scope = Scope(session, audits.partnership)
        people.enter_cover(scope, post=LEAD, person=cover, since=date(2027, 2, 22), until=date(2027, 2, 24))
    mornings_to(audits, "2027-02-27")
    assert days(lines(audits, cover)) == ["2027-02-23"]
    assert days(lines(audits, lead)) == ["2027-02-12", "2027-02-26"]


def test_the_note_of_the_day_has_the_button_that_files_it(office: Office) -> None:
    given = an_owed_report(office, LIFE)
    mornings_to(office, "2027-02-01")
    chair = office.person("bs-life-chair")
    notes = [note for note in letters(office, chair, "daily-note") if "Exception report" in note.text]
    assert len(notes) == 3  # three working days before, on the day, and the working day after
    pressed = [button for button in notes[0].buttons if button.does == "return.save"]
    assert [button.form for button in pressed] == [given.about]


def test_who_would_be_told_next_is_said_and_nobody_is_told_by_looking(office: Office) -> None:
    given = an_owed_report(office, LIFE)
    before = len(stored(office, "report-reminder", "report-asked"))
    with office.looking(MANAGER) as work:
        round_ = returns.of_record(work.scope, given.record)
        assert round_ is not None
        coming = [(each.owed.who, each.day.isoformat(), each.to) for each in chasing.first(work, round_)]
    day = coming[0][1]
    assert coming == [(who, day, "lead") for who in (COMPLEX, VULNERABLE, LIFE)]  # by name
    assert len(stored(office, "report-reminder", "report-asked")) == before
