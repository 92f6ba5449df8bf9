"""Personal links: made, opened, tried, ended and renewed."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import TypeVar

import pytest
from sqlmodel import select

from commands import identities, links
from commands.permissions import Actor
from commands.work import Work
from storage.records import links as rows
from storage.records import outbox, people
from storage.records.links import Link
from storage.records.people import Holding, Identity
from storage.records.scope import Scope
from tests.offices import ALL_WAYS, Office, an_office

Given = TypeVar("Given")

LEAD, MANAGER = "director-childrens-services", "business-manager"


def told(office: Office) -> tuple[str, str]:
    """Has an incident notified; the id and the code of the link that the lead was sent."""
    office.done(MANAGER, "incident.start", pathway="serious-incident", facts={"aware": office.now})
    office.deliver()
    return letter(office)


@pytest.fixture
def office() -> Office:
    found = an_office(ways=ALL_WAYS)
    told(found)
    return found


def letter(office: Office, post: str = LEAD) -> tuple[str, str]:
    """The id and the code of the newest link that somebody was sent."""
    message = [each for each in office.sent_to(post) if each.link][-1]
    return message.link, message.link_code


def opened(office: Office, id_: str, now: datetime | None = None) -> Link | None:
    with office.reading() as scope:
        found = links.open_link(scope.session, id_, now or office.now)
        if found is not None:
            scope.session.expunge(found)
        return found


def letters(office: Office) -> list[tuple[str, str]]:
    """The ids and codes of what waits to be sent as a new link, oldest first."""
    with office.reading() as scope:
        found = outbox.about(scope, "incident:TEST-1", [links.RENEWED])
        return [(each.words.link, each.words.link_code) for each in found]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


def test_a_link_stores_neither_its_code_nor_anything_that_is_told_of_the_case(office: Office) -> None:
    id_, code = letter(office)
    with office.reading() as scope:
        row = rows.get(scope.session, id_)
        assert row is not None
        assert code not in row.code and len(code) == links.DIGITS
        assert (row.purpose, row.record, row.about) == ("answer", "incident:TEST-1", LEAD)


def test_a_link_leads_somewhere_until_its_end(office: Office) -> None:
    id_, _ = letter(office)
    assert opened(office, id_) is not None
    assert opened(office, id_, office.now + timedelta(hours=links.HOURS, seconds=-1)) is not None
    assert opened(office, id_, office.now + timedelta(hours=links.HOURS)) is None
    assert opened(office, "no-such-link") is None


def test_the_code_fits_however_it_is_spaced_and_another_link_s_code_does_not(office: Office) -> None:
    id_, code = letter(office)
    _, other = letter(office, "chief-nurse")
    right = office.done("time", "link.code", id=id_, code=f" {code[:3]} {code[3:]}")
    assert right == links.RIGHT
    if other != code:
        assert office.done("time", "link.code", id=id_, code=other) != links.RIGHT
    assert office.done("time", "link.code", id=id_, code="") != links.RIGHT


def test_five_wrong_codes_end_a_link_and_the_right_one_helps_no_more(office: Office) -> None:
    id_, code = letter(office)
    said = [office.done("time", "link.code", id=id_, code=wrong(code)).text for _ in range(links.TRIES)]
    assert "4 more times" in said[0] and "1 more time." in said[3] and "new one" in said[4]
    assert opened(office, id_) is None
    assert "new one" in office.refused("time", "link.code", id=id_, code=code)


def test_guesses_that_come_all_at_once_are_counted_one_by_one(database_url: str) -> None:
    with an_office(database_url, ways=ALL_WAYS) as office:
        id_, code = told(office)
        guesses = [wrong(code)] * 12
        with ThreadPoolExecutor(6) as threads:
            answers = list(threads.map(lambda each: office.perform("time", "link.code", id=id_, code=each), guesses))
        assert sum(answer.refused for answer in answers) == len(guesses) - links.TRIES
        assert office.perform("time", "link.code", id=id_, code=code).refused


def test_nobody_compares_codes_or_renews_links_but_the_pages(office: Office) -> None:
    id_, code = letter(office)
    for who in (LEAD, MANAGER, "administrator"):
        office.refused(who, "link.code", id=id_, code=code)
        office.refused(who, "link.renew", id=id_)


def test_a_link_shuts_for_a_leaver_and_for_whoever_is_taken_off_the_list_and_sends_them_no_new_one(
    office: Office,
) -> None:
    id_, code = letter(office)
    office.moves_to("2027-01-05 09:00")
    leaver = office.person(LEAD)
    with office.runner.store.writing() as session:
        for row in session.exec(select(Holding).where(Holding.person == leaver)):
            row.until = office.today - timedelta(days=1)
            session.add(row)
    assert opened(office, id_) is None
    office.refused("time", "link.code", id=id_, code=code)
    assert office.done("time", "link.renew", id=id_) == links.SENT
    assert letters(office) == []


def test_a_new_link_goes_by_mail_to_the_same_person_and_the_old_one_ends(office: Office) -> None:
    old, _ = letter(office)
    assert office.done("time", "link.renew", id=old) == links.SENT
    [(new, code)] = letters(office)
    assert opened(office, old) is None
    link = opened(office, new)
    assert link is not None and (link.purpose, link.about) == ("answer", LEAD)
    assert office.done("time", "link.code", id=new, code=code) == links.RIGHT
    lead = office.person(LEAD)
    with office.reading() as scope:
        [row] = outbox.about(scope, "incident:TEST-1", [links.RENEWED])
        assert (row.through, row.person) == ("mail", lead)
        assert row.words.by_mail is not None and "TEST-1" not in row.words.by_mail.text + row.words.by_mail.title


def test_asked_again_within_ten_minutes_no_further_letter_goes_and_the_answer_is_the_same(office: Office) -> None:
    old, _ = letter(office)
    answers = [office.done("time", "link.renew", id=old)]
    [(new, _)] = letters(office)
    office.moves_to(office.now + timedelta(minutes=9))
    answers += [office.done("time", "link.renew", id=each) for each in (old, new, "no-such-link")]
    assert answers == [links.SENT] * 4
    assert len(letters(office)) == 1
    office.moves_to(office.now + timedelta(minutes=1))
    office.done("time", "link.renew", id=old)
    assert len(letters(office)) == 2
    assert opened(office, new) is None


def test_a_link_of_another_partnership_is_not_there(office: Office) -> None:
    id_, code = letter(office)
    elsewhere = Actor("elsewhere", role=office.actor("time").role, confirmed=True)
    outcome = office.runner.perform(elsewhere, "link.code", {"id": id_, "code": wrong(code)}, None, office.now)
    assert outcome.refused
    link = opened(office, id_)
    assert link is not None and link.tries == 0


def test_the_business_manager_ends_all_links_of_somebody(office: Office) -> None:
    id_, _ = letter(office)
    other, _ = letter(office, "chief-nurse")
    assert office.done(MANAGER, "link.revoke", person=LEAD).title == "Ended"
    assert opened(office, id_) is None
    assert opened(office, other) is not None
    assert office.done(MANAGER, "link.revoke", person=LEAD).title == "Nothing has changed"
    office.refused("chief-nurse", "link.revoke", person=MANAGER)


# Leavers


def holds(office: Office) -> list[str]:
    """The people who have a link that was not revoked."""
    with office.reading() as scope:
        return sorted({row.person for row in scope.session.exec(select(Link)) if row.revoked_at is None})


def changed(office: Office, how: Callable[[Work], Given]) -> Given:
    """Does something within a transaction, and gives what it gave."""
    with office.runner.store.writing() as session:
        return how(office.runner.work(Scope(session, office.partnership), office.actor("time"), office.now))


@pytest.mark.parametrize("known", [True, False], ids=["known in the chat", "known by mail only"])
def test_in_the_night_after_somebody_s_last_day_their_links_end_and_nobody_else_s_do(
    office: Office, *, known: bool
) -> None:
    leaver, nurse = office.person(LEAD), office.person("chief-nurse")
    assert {leaver, nurse} <= set(holds(office))
    with office.runner.store.writing() as session:
        for identity in session.exec(select(Identity).where(Identity.person == leaver)):
            session.delete(identity)
        if known:
            people.propose(session, door="slack", tenant="T1", user="U1", person=leaver, now=office.now)
        for row in session.exec(select(Holding).where(Holding.person == leaver)):
            row.until = office.today
            session.add(row)
    changed(office, identities.end_of_leavers)
    assert leaver in holds(office), "it is still their last day"
    office.moves_to("2027-01-05 03:00")
    assert (leaver in changed(office, identities.end_of_leavers)) is known
    assert leaver not in holds(office)
    assert nurse in holds(office)


def test_the_link_of_somebody_who_never_had_a_post_here_is_no_leaver_s(office: Office) -> None:
    with office.runner.store.writing() as session:
        name, address = "Consultant Paediatrician", "consultant@hospital.example"
        outside = people.enter(session, name=name, email=address, now=office.now).id
    changed(office, lambda work: links.make(work, outside, "notified", "notification:N", hours=24))
    office.moves_to("2027-01-05 03:00")
    changed(office, identities.end_of_leavers)
    assert outside in holds(office)


def test_links_end_at_once_where_a_last_post_is_taken_back(office: Office) -> None:
    leaver = office.person(LEAD)
    with office.runner.store.writing() as session:
        for row in session.exec(select(Holding).where(Holding.person == leaver)):
            row.until = row.since - timedelta(days=1)
            session.add(row)
    changed(office, lambda work: identities.end_if_left(work, leaver))
    assert leaver not in holds(office)
    changed(office, lambda work: identities.end_if_left(work, office.person("chief-nurse")))
    assert office.person("chief-nurse") in holds(office)
