"""Who answers for an agency; settings beside the definition; confirmed by name."""

from collections.abc import Iterator

import pytest

from commands import respondents, return_forms
from commands.catalogue import ACTIONS
from storage.records import ledger, people
from tests.offices import Office
from tests.returns_given import (
    AUDIT,
    LIFE,
    REPORT,
    a_partnership_of_reports,
    an_agency_owes,
    an_owed_report,
    owed,
)

from .chased import MANAGER, letters, settings

AGENCY = "constabulary"


@pytest.fixture
def office() -> Iterator[Office]:
    with a_partnership_of_reports("2027-01-18 10:00", lead_days=None) as office:
        yield office


def in_posts(office: Office, post: str) -> list[tuple[str, str]]:
    with office.reading() as scope:
        held = people.holdings(scope, office.today, posts=[post])
        found = [(people.get(scope.session, h.person), h.capacity) for h in held]
        return sorted((person.email, capacity) for person, capacity in found if person is not None)


def name_lead(office: Office, email: str = "lead@constabulary.example", **more: object) -> None:
    given = {"name": "Head of Safeguarding", **more}
    office.done(MANAGER, "return.contact", agency=AGENCY, role="lead", email=email, **given)


# Contacts


def test_everybody_of_an_agency_is_in_a_post_named_after_it_and_no_post_of_the_definition_changes(
    office: Office,
) -> None:
    before = in_posts(office, "area-commander")
    name_lead(office)
    for role in ("substitute", "contributor", "senior"):
        given = {"agency": AGENCY, "role": role, "email": f"{role}@constabulary.example", "name": role.capitalize()}
        office.done(MANAGER, "return.contact", **given)
    assert in_posts(office, f"lead:{AGENCY}") == [
        ("contributor@constabulary.example", "pa"),
        ("lead@constabulary.example", "holder"),
        ("substitute@constabulary.example", "deputy"),
    ]
    assert in_posts(office, f"senior:{AGENCY}") == [("senior@constabulary.example", "holder")]
    assert in_posts(office, "area-commander") == before


def test_a_new_lead_takes_the_place_of_the_one_before_and_undo_brings_that_one_back(office: Office) -> None:
    name_lead(office)
    office.moves_to("2027-01-19 10:00")
    name_lead(office, "new@constabulary.example", name="Superintendent")
    assert in_posts(office, f"lead:{AGENCY}") == [("new@constabulary.example", "holder")]
    office.done(MANAGER, "undo")
    assert in_posts(office, f"lead:{AGENCY}") == [("lead@constabulary.example", "holder")]


def test_a_shared_mailbox_is_named_like_a_person_and_may_answer(office: Office) -> None:
    name_lead(office, "safeguarding@constabulary.example", name="Safeguarding mailbox")
    given = an_agency_owes(office, AGENCY, report=AUDIT)
    mailbox = people.person_id("safeguarding@constabulary.example")
    [asked] = letters(office, mailbox, "report-asked")
    assert asked.link
    with office.looking(MANAGER) as work:
        assert respondents.may_answer(work, mailbox, owed(office, given))


def test_whoever_is_named_while_something_is_open_is_asked_at_once(office: Office) -> None:
    given = an_agency_owes(office, AGENCY, report=AUDIT)
    answer = office.done(
        MANAGER, "return.contact", agency=AGENCY, role="lead", email="lead@constabulary.example", name="Lead"
    )
    assert "Asked now: Audit 2027." in answer.text
    [asked] = letters(office, people.person_id("lead@constabulary.example"), "report-asked")
    assert asked.link and given.who == f"agency.{AGENCY}"


def test_every_mistake_in_a_contact_is_told_at_once(office: Office) -> None:
    given = {"agency": "Atlantis", "role": "lead", "email": "nobody", "telephone": "12"}
    said = office.refused(MANAGER, "return.contact", **given)
    assert all(words in said for words in ('"Atlantis"', "no e-mail address", "A name is missing"))


def test_ending_a_contact_leaves_nobody_and_can_be_taken_back(office: Office) -> None:
    name_lead(office)
    office.done(MANAGER, "return.contact-ends", agency=AGENCY, role="lead")
    assert in_posts(office, f"lead:{AGENCY}") == []
    office.done(MANAGER, "undo")
    assert in_posts(office, f"lead:{AGENCY}") == [("lead@constabulary.example", "holder")]


def test_the_people_file_takes_leads_and_seniors_of_agencies_too(office: Office) -> None:
    rows = [
        {"place": "line 2", "cells": {"name": "Lead", "email": "lead@x.example", "post": f"lead:{AGENCY}"}},
        {"place": "line 3", "cells": {"name": "Senior", "email": "senior@x.example", "post": f"senior:{AGENCY}"}},
        {"place": "line 4", "cells": {"name": "Other", "email": "other@x.example", "post": "lead:atlantis"}},
    ]
    assert "lead:atlantis" in office.refused(MANAGER, "people.import", rows=rows)
    office.done(MANAGER, "people.import", rows=rows[:2])
    assert in_posts(office, f"lead:{AGENCY}") == [("lead@x.example", "holder")]
    with office.looking(MANAGER) as work:
        assert "lead for its reports" in respondents.title_of(work, f"lead:{AGENCY}")


# Settings beside the definition, confirmed by name


def test_a_setting_is_entered_named_and_taken_off_the_list(office: Office) -> None:
    office.done(MANAGER, "return.enrol", name="Oak Primary School", duty="section-175", sector="school")
    with office.looking(MANAGER) as work:
        assert respondents.agency_name(work, "oak-primary-school") == "Oak Primary School"
        assert respondents.title_of(work, "lead:oak-primary-school") == "Oak Primary School, lead for its reports"
    said = office.refused(MANAGER, "return.enrol", name="The Oak Primary School", duty="both")
    assert "is on the list already" in said
    office.moves_to("2027-01-19 10:00")
    office.done(MANAGER, "return.enrol-ends", agency="Oak Primary School")
    with office.looking(MANAGER) as work:
        assert respondents.agency_name(work, "oak-primary-school") == ""
    office.done(MANAGER, "undo")
    with office.looking(MANAGER) as work:
        assert respondents.agency_name(work, "oak-primary-school") == "Oak Primary School"


def test_confirmed_by_name_goes_before_what_the_arrangements_say_of_a_class(office: Office) -> None:
    settings(office, 3, leads=False)
    office.done(MANAGER, "return.owes", report=AUDIT, who="School 001", owes="no", because="It has closed")
    office.done(MANAGER, "return.owes", report=AUDIT, who="School 002", owes="yes")
    with office.looking(MANAGER) as work:
        report = return_forms.find(work.arrangements, AUDIT)
        assert report is not None
        of_class = report.model_copy(update={"from_agencies": (), "from_duty": "section-175"})
        found = {each.who: each.confirmed for each in respondents.who_owes(work, of_class)}
    assert found == {"agency.school-000": False, "agency.school-002": True}
    office.done(MANAGER, "return.owes", report=AUDIT, who="School 001", owes="rule")
    with office.looking(MANAGER) as work:
        assert len(respondents.who_owes(work, of_class)) == 3


def test_that_somebody_does_not_owe_needs_a_reason(office: Office) -> None:
    assert "Say why" in office.refused(MANAGER, "return.owes", report=AUDIT, who="constabulary", owes="no")


# Everybody who may


@pytest.mark.parametrize("name", [name for name in ACTIONS if name.startswith("return.")])
def test_no_action_on_returns_is_open_to_somebody_without_a_post(office: Office, name: str) -> None:
    action = ACTIONS[name]
    assert action.words and (action.allowed or action.own)


def test_the_ledger_says_who_was_named_by_id_only(office: Office) -> None:
    name_lead(office)
    an_owed_report(office, LIFE, report=REPORT, due="2027-02-12")
    with office.reading() as scope:
        entries = "".join(str(entry.model_dump()) for entry in ledger.entries(scope))
    assert people.person_id("lead@constabulary.example") in entries and "lead@constabulary" not in entries
