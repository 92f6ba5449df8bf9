"""A letter about a report that waited while its post changed hands: worded and linked for whoever is there now."""

from collections.abc import Iterator

import pytest

from commands import links
from storage.records import people
from storage.records.links import Link
from storage.records.message import Message
from storage.records.outbox import Outgoing
from storage.records.scope import Scope
from tests.offices import Office
from tests.returns_given import (
    AUDIT,
    Given,
    a_partnership_of_reports,
    an_agency_owes,
    in_the_post,
    owed,
    sends_in,
)

from .chased import MANAGER, by_mail_only, letters, stored

AGENCY = "constabulary"
LEAD, SENIOR = f"lead:{AGENCY}", f"senior:{AGENCY}"
FIRE = "lead:avon-fire-and-rescue"
OLD, NEW = "old@constabulary.example", "new@constabulary.example"


@pytest.fixture
def office() -> Iterator[Office]:
    with a_partnership_of_reports("2027-01-18 20:00", audit={"signed_off": True}, lead_days=None) as office:
        yield office


@pytest.fixture
def given(office: Office) -> Given:
    """An audit that was opened in the evening, so that what asks for it waits for the morning."""
    by_mail_only(office, LEAD, OLD)
    return an_agency_owes(office, AGENCY, report=AUDIT)


def leaves(office: Office, post: str, person: str) -> None:
    """Ends that somebody is in a post, as of yesterday."""
    with office.runner.store.writing() as session:
        for held in people.holdings(Scope(session, office.partnership), posts=[post], person=person):
            people.take_back(held)
            session.add(held)


def follows(office: Office, post: str, email: str = NEW, *, chat: bool = False) -> str:
    """Has somebody else be in a post whose first holder has gone; gives their id."""
    leaves(office, post, people.person_id(OLD))
    return in_the_post(office, post, email) if chat else by_mail_only(office, post, email)


def is_open(office: Office, id_: str) -> bool:
    with office.reading() as scope:
        return links.open_link(scope.session, id_, office.now) is not None


def of(office: Office, person: str, kind: str = "report-asked") -> Message:
    [found] = letters(office, person, kind)
    return found


def row_of(office: Office, person: str, kind: str) -> Outgoing:
    [found] = [row for row in stored(office, kind) if row.person == person]
    return found


def test_what_asks_goes_on_with_a_link_of_the_new_ones_own_and_the_old_one_leads_nowhere(
    office: Office, given: Given
) -> None:
    old = of(office, people.person_id(OLD))
    new = follows(office, LEAD)
    office.deliver("2027-01-19 07:30")
    asked = of(office, new)
    assert asked.link not in ("", old.link) and asked.title == old.title
    assert is_open(office, asked.link) and not is_open(office, old.link)
    assert row_of(office, people.person_id(OLD), "report-asked").state == "dropped"


def test_the_old_link_stays_shut_for_one_who_comes_back_and_gets_a_new_one(office: Office, given: Given) -> None:
    old = of(office, people.person_id(OLD))
    new = follows(office, LEAD)
    office.deliver("2027-01-19 07:30")
    leaves(office, LEAD, new)
    by_mail_only(office, LEAD, OLD)
    assert not is_open(office, old.link)
    office.done(MANAGER, "return.remind")
    reminder = of(office, people.person_id(OLD), "report-reminder")
    assert reminder.link != old.link and is_open(office, reminder.link)


def test_whoever_follows_and_has_chat_is_asked_by_buttons_and_not_for_a_link(office: Office, given: Given) -> None:
    new = follows(office, LEAD, chat=True)
    office.deliver("2027-01-19 07:30")
    asked = of(office, new)
    assert not asked.link and "link" not in asked.text
    assert [button.label for button in asked.buttons] == ["Fill it in", "This is not for us"]


def test_whoever_follows_one_who_had_chat_gets_a_letter_with_a_link(office: Office) -> None:
    in_the_post(office, LEAD, OLD)
    an_agency_owes(office, AGENCY, report=AUDIT)
    assert of(office, people.person_id(OLD)).buttons
    new = follows(office, LEAD)
    office.deliver("2027-01-19 07:30")
    asked = of(office, new)
    assert is_open(office, asked.link) and not asked.buttons and "The link below is yours alone" in asked.text


def test_whoever_was_asked_by_name_already_is_not_asked_again(office: Office, given: Given) -> None:
    office.done(MANAGER, "return.contact", agency=AGENCY, email=NEW, name="Head of Safeguarding")
    office.deliver("2027-01-19 07:30")
    assert is_open(office, of(office, people.person_id(NEW)).link)


def test_where_nobody_follows_the_business_manager_hears_what_was_asked_and_gets_no_link(
    office: Office, given: Given
) -> None:
    leaves(office, LEAD, people.person_id(OLD))
    office.deliver("2027-01-19 07:30")
    asked = of(office, office.person(MANAGER))
    assert asked.text.startswith("Nobody is named as ") and "lead for its reports" in asked.text
    assert not asked.link and not asked.buttons and "link below" not in asked.text


def test_what_has_come_in_meanwhile_is_asked_of_nobody(office: Office, given: Given) -> None:
    office.done(MANAGER, "return.other-way", **given.about, how="visit", day="2027-01-18")
    new = follows(office, LEAD)
    office.deliver("2027-01-19 07:30")
    assert letters(office, new, "report-asked") == []


def test_a_reminder_that_waits_is_made_for_whoever_is_there_now_once_a_day(office: Office, given: Given) -> None:
    office.done(MANAGER, "return.remind")
    old = of(office, people.person_id(OLD), "report-reminder")
    new = follows(office, LEAD)
    office.deliver("2027-01-19 07:30")
    reminder = of(office, new, "report-reminder")
    assert reminder.link not in ("", old.link) and is_open(office, reminder.link)
    assert reminder.link == of(office, new).link


def test_a_reminder_with_nobody_to_go_to_is_the_business_managers(office: Office, given: Given) -> None:
    office.done(MANAGER, "return.remind")
    leaves(office, LEAD, people.person_id(OLD))
    office.deliver("2027-01-19 07:30")
    reminder = of(office, office.person(MANAGER), "report-reminder")
    assert "Nobody is named as" in reminder.text and not reminder.link and "link below" not in reminder.text


def test_a_letter_to_a_senior_goes_on_with_the_new_seniors_link(office: Office, given: Given) -> None:
    office.moves_to("2027-01-19 10:00")
    leaves(office, LEAD, people.person_id(OLD))
    in_the_post(office, LEAD, "lead@constabulary.example")
    before = by_mail_only(office, SENIOR, "senior@constabulary.example")
    sends_in(office, "lead@constabulary.example", given)
    old = of(office, before, "report-to-sign")
    leaves(office, SENIOR, before)
    new = by_mail_only(office, SENIOR, NEW)
    office.deliver("2027-01-19 10:05")
    told = of(office, new, "report-to-sign")
    assert told.text == old.text and told.buttons == old.buttons and told.link != old.link
    assert is_open(office, told.link) and not is_open(office, old.link)
    assert owed(office, given).signed_off_at is None


def test_who_still_answers_for_others_of_the_round_is_asked_for_those(office: Office) -> None:
    old = by_mail_only(office, LEAD, OLD)
    by_mail_only(office, FIRE, OLD)
    office.done(MANAGER, "return.open", report=AUDIT, due="2027-02-26", only="constabulary; avon-fire-and-rescue")
    assert "- Avon Fire and Rescue\n- Avon and Somerset Constabulary" in of(office, old).text
    new = follows(office, FIRE)
    office.deliver("2027-01-19 07:30")
    assert "You answer for: Avon Fire and Rescue." in of(office, new).text
    rest = letters(office, old, "report-asked")[-1]
    assert "You answer for: Avon and Somerset Constabulary." in rest.text and is_open(office, rest.link)


def test_a_link_to_another_page_that_is_sent_on_is_the_new_readers_own_with_a_code_of_its_own(office: Office) -> None:
    old = by_mail_only(office, LEAD, OLD)
    with office.runner.store.writing() as session:
        work = office.runner.work(Scope(session, office.partnership), office.actor("time"), office.now)
        id_, code = links.make(work, old, "pack", "pack:sog:2027-q1", hours=48)
        message = Message(title="The pack is ready", text="For the next meeting.", link=id_, link_code=code)
        work.send(old, "pack-ready", message, post=LEAD, key="pack-ready:1", record="pack:1", why="", source="")
    new = follows(office, LEAD)
    office.deliver("2027-01-19 07:30")
    told = of(office, new, "pack-ready")
    with office.reading() as scope:
        link = scope.session.get(Link, told.link)
        assert link is not None and (link.person, link.purpose, link.record) == (new, "pack", "pack:sog:2027-q1")
        assert told.link != id_ and links.fits(link, told.link_code) and not links.fits(link, code)
        assert link.expires_at == office.at("2027-01-20 20:00")
