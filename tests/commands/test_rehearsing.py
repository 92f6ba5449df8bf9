"""Whom a rehearsal puts in the posts: each is a person, as are the lead and the senior of agencies that are asked."""

from collections.abc import Iterator

import pytest

from commands import rehearsing
from commands.chasing_letters import has_chat
from storage.records import people, returns
from tests.offices import Office
from tests.returns_given import AGENCY, AUDIT, LEAD, SENIOR, a_partnership_of_reports, an_agency_owes

from .chased import by_mail_only, letters, settings


@pytest.fixture
def office() -> Iterator[Office]:
    with a_partnership_of_reports() as office:
        yield office


def rehearses(office: Office) -> None:
    """Fills the posts as at the beginning of a rehearsal."""
    rehearsing.open_office(office.runner, office.definition, office.now, office.notebook.name, agencies=True)


def in_posts(office: Office, *posts: str) -> dict[str, str]:
    with office.reading() as scope:
        return people.in_posts(scope, posts, office.today)


def test_the_lead_and_the_senior_of_an_agency_that_is_asked_are_called_by_their_posts_and_reached(
    office: Office,
) -> None:
    assert in_posts(office, LEAD, SENIOR) == {}
    rehearses(office)
    found = in_posts(office, LEAD, SENIOR)
    assert found == {post: rehearsing.person_of(office.partnership, post) for post in (LEAD, SENIOR)}
    with office.looking() as work:
        lead = people.get(work.scope.session, found[LEAD])
        assert lead is not None and lead.name.endswith("lead for its reports") and has_chat(work, lead.id)


def test_whoever_is_named_for_an_agency_stays(office: Office) -> None:
    named = by_mail_only(office, LEAD, "lead@fire.example")
    rehearses(office)
    assert in_posts(office, LEAD)[LEAD] == named


def test_nobody_stands_for_an_agency_of_which_nothing_is_asked(office: Office) -> None:
    others = [each.id for each in office.definition.arrangements.agencies if not each.section_11 and each.id != AGENCY]
    rehearses(office)
    assert others and in_posts(office, *map(returns.lead_post, others)) == {}


def test_a_setting_that_was_entered_has_its_lead_where_settings_of_its_duty_are_asked() -> None:
    with a_partnership_of_reports(audit={"from_agencies": [], "from_duty": "section-175"}) as office:
        settings(office, 2, leads=False)
        rehearses(office)
        assert set(in_posts(office, "lead:school-000", "senior:school-001")) == {"lead:school-000", "senior:school-001"}


def test_a_rehearsed_round_asks_the_lead_of_an_agency(office: Office) -> None:
    rehearses(office)
    given = an_agency_owes(office, AGENCY, report=AUDIT)
    [asked] = letters(office, rehearsing.person_of(office.partnership, LEAD), "report-asked")
    assert asked.buttons[0].form == given.about
