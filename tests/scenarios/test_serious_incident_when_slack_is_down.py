"""Slack is down for six hours, and people press twice: all are told, no answer is lost, nothing counts twice."""

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import pytest
from sqlmodel import select

from storage.records.incidents import Case
from storage.records.tellings import Said
from tests.scenarios.incident_doors import REFERENCE, Everywhere, everywhere
from tests.scenarios.web import Browser, Shown

MANAGER = "business-manager"
POLICE, NURSE, COUNCIL = "assistant-chief-constable", "chief-nurse", "director-childrens-services"
PARTNERS = (POLICE, NURSE, COUNCIL)
DOCTOR = "consultant.paediatrician@hospital.example"
ALERT = "has been notified to the partnership"
DAY = "2027-03-30"

FILLED = {
    "ticked": "understood",
    "kind": "serious-incident",
    "aware": DAY,
    "aware_hour": "09:00",
    "area": "own",
    "children": "1",
    "ring_who": "Designated Doctor on call",
    "ring_number": "01234 500777",
}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Everywhere]:
    """Gloucestershire on a Tuesday morning at ten."""
    with everywhere(tmp_path, "gloucestershire", at=f"{DAY} 08:30") as office:
        yield office.time_passes_to(f"{DAY} 10:00")


def filled_in_on_the_page(office: Everywhere) -> tuple[Shown, str]:
    """A doctor without an account fills in the page; gives the page behind the letter that asks them, and its code."""
    base = office.driver.pages.settings.base_url
    page = Browser().gets(f"{base}/notify/{office.partnership}")
    who = {"notifier_name": "Consultant Paediatrician", "notifier_role": "Consultant", "notifier_email": DOCTOR}
    page = page.sends(**FILLED, **who)
    assert page.title == "Look into your mail", page.errors
    assert kept(office) == []
    return office.waits().page_of(DOCTOR, "Nothing has been notified yet")


def kept(office: Everywhere) -> list[str]:
    """The references of all cases."""
    with office.driver.store.reading() as session:
        return [case.reference for case in session.exec(select(Case))]


def said(office: Everywhere, what: str) -> int:
    """How often that was kept of telling people."""
    with office.driver.store.reading() as session:
        return len(list(session.exec(select(Said).where(Said.what == what))))


def by_mail(office: Everywhere, post: str, answer: str) -> str:
    """Whoever is in a post answers from their letter; gives the title of what comes."""
    page, code = office.page_of(f"{post}@gloucestershire.invalid", "please answer", REFERENCE)
    page = page.sends(answer=answer, code=code)
    assert page.title == "Check your answer", page.text
    return page.sends().title


@pytest.mark.long
def test_slack_is_down_for_six_hours_and_all_are_told_and_no_answer_is_lost(office: Everywhere) -> None:
    office.driver.standin.outage()
    confirming, code = filled_in_on_the_page(office)
    assert f"received, {REFERENCE}" in confirming.sends(code=code).title
    office.time_passes_to(f"{DAY} 10:35")
    assert "You have this" in by_mail(office, POLICE, "incident.answer:have")
    assert "Known to you" in by_mail(office, NURSE, "incident.answer:known")
    office.time_passes_to(f"{DAY} 11:00")
    assert "recorded" in by_mail(office, POLICE, "incident.rang")
    ring = office.letter_to(f"{MANAGER}@gloucestershire.invalid", "please ring the Director of Children's Services")
    assert "500777" not in ring
    office.time_passes_to(f"{DAY} 16:00")
    office.driver.standin.outage(False)

    office.driver.standin.wait_for_links(timeout=90)
    office.time_passes_to(f"{DAY} 16:15")

    office.as_(POLICE).receives(ALERT, "Your agency has answered.", times=1)
    office.as_(NURSE).receives(ALERT, "Your agency has answered.", times=1)
    office.as_(COUNCIL).receives(ALERT, "Please press what you will do.", times=1)
    status = office.status()
    assert "by Assistant Chief Constable: has this, and said at 11:00 that they rang" in status
    assert "by Chief Nurse: known to us" in status
    manager = office.as_(MANAGER).finds("please ring", "Director of Children's Services")
    manager.presses("Recorded: they have it").sees("they have it")
    assert "answered on the telephone 16:15: they have it" in office.status()
    assert (said(office, "have"), said(office, "known"), said(office, "rang")) == (1, 1, 1)


def test_an_answer_that_is_sent_twice_counts_once_in_slack_and_on_the_page(office: Everywhere) -> None:
    office.as_(MANAGER).says("notify").presses("Open the form").fills(**FILLED)
    office.waits()
    police = office.as_(POLICE).finds(ALERT).presses("Known to us").sees("Known to you")
    police.presses_again("Known to us").sees("Known to you")
    assert said(office, "known") == 1
    office.time_passes_to(f"{DAY} 10:30")
    page, code = office.page_of(f"{NURSE}@gloucestershire.invalid", "please answer", REFERENCE)
    chosen = page.sends(answer="incident.answer:have", code=code)
    first, second = chosen.sends(), chosen.sends()
    assert first.title == second.title
    assert said(office, "have") == 1


def test_a_notification_that_is_sent_twice_is_one(office: Everywhere) -> None:
    manager = office.as_(MANAGER).says("notify").presses("Open the form")
    seat = office.driver.seat_of(office.partnership, MANAGER)
    form = deepcopy(seat.modal())
    assert form is not None
    manager.fills(**FILLED).sees(f"received, {REFERENCE}")
    workspace = office.driver.workspace
    workspace.views[form.id] = form  # the very same once more: the first answer had not come yet
    workspace.stacks.setdefault(seat.id, []).append(form.id)
    assert not seat.submits(form, FILLED).failed
    assert kept(office.waits()) == [REFERENCE]
    for post in PARTNERS:
        office.as_(post).receives(ALERT, times=1)


def test_a_confirmation_that_is_sent_twice_is_one_and_says_so(office: Everywhere) -> None:
    confirming, code = filled_in_on_the_page(office)
    first, second = confirming.sends(code=code), confirming.sends(code=code)
    assert f"received, {REFERENCE}" in first.title
    assert REFERENCE in second.text, second.text
    assert kept(office) == [REFERENCE]
    office.waits()
    for post in PARTNERS:
        office.as_(post).receives(ALERT, times=1)
