"""Buckinghamshire, from a doctor's mail on a Friday evening to publication, in Slack, by mail and on our own pages.

The days are those of `incident_days`, worked by hand.
"""

from datetime import timedelta
from pathlib import Path

import pytest

from commands.definitions import Definition, load, read_definition
from tests.scenarios.incident_days import BUCKINGHAMSHIRE, Course, played
from tests.scenarios.incident_doors import REFERENCE, Everywhere, everywhere
from tests.scenarios.language import plain

MANAGER, TEAM, CHAIR, LCSPR = "business-manager", "council-notification-team", "independent-chair", "lcspr-chair"
POLICE, NHS = "head-of-protecting-vulnerable-people", "director-of-commissioning-and-delivery"
COUNCIL = "service-director-childrens-social-care"
PARTNERS = (POLICE, NHS, COUNCIL)
DOCTOR, DEPUTY = "consultant.paediatrician@hospital.example", "deputy@health.example"
REVIEW = "a review is required"

PEOPLE = (
    f"Deputy Director of Commissioning,{DEPUTY},,Director of Commissioning and Delivery,01234 500601",
    "Chair from outside,chair@independent.example,Independent Chair,,01234 500602",
)
ALERT = "has been notified to the partnership"

CLOSED = '[planning]\nclosures = [{ from = 2026-12-30, until = 2026-12-31, why = "The office is closed." }]\n'


def with_an_office_closed_at_christmas() -> Definition:
    """The county with its office closed on the two working days between Christmas and New Year that follow."""
    return read_definition(load("buckinghamshire").text.replace("[planning]\n", CLOSED, 1))


@pytest.mark.slow
@pytest.mark.ids("PATH-BUCKS-SI-D1", "PATH-BUCKS-SI-D2", "PATH-BUCKS-SI-D10", "PATH-BUCKS-SI-D12", "PATH-BUCKS-SI-D14")
@pytest.mark.parametrize("course", played(BUCKINGHAMSHIRE))
def test_from_a_mail_on_friday_to_publication(tmp_path: Path, course: Course) -> None:
    county = with_an_office_closed_at_christmas() if course.name == "christmas" else load("buckinghamshire")
    with everywhere(tmp_path, county, at=course.at("typed in", "08:30")) as office:
        office.people_are_entered(POLICE, *PEOPLE)
        office.driver.joins(office.partnership, CHAIR)
        office.time_passes_to(course.at("typed in", "10:05"))
        it_is_typed_in_and_five_are_told(office, course)
        each_agency_answers(office, course)
        the_days_are_those_worked_by_hand(office, course)
        it_is_notified_and_reviewed(office, course)
        it_is_decided_and_only_the_decision_is_fed_back(office, course)
        it_is_written_and_published(office, course, to_the_day=course.name == "easter")
        the_record_says_who_knew_when(office, course)


def test_while_the_chair_is_vacant_it_is_said_at_once_and_somebody_is_asked_to_ring(tmp_path: Path) -> None:
    course = BUCKINGHAMSHIRE[1]
    with everywhere(tmp_path, "buckinghamshire", at=course.at("typed in", "10:05")) as office:
        manager = office.as_(MANAGER).says("notify").presses("Enter it for somebody else").fills(**filled(course))
        manager.sees(f"received, {REFERENCE}")
        status = office.status()
        assert "Independent Chair nobody is in the post, so nobody could be told; somebody is asked to ring" in status
        assert "nobody is in the post Independent Chair, and nobody stands in" in status
        manager.finds("please ring the Independent Chair", "use the agency's switchboard")
        for post in (*PARTNERS, LCSPR):
            office.as_(post).receives(ALERT, times=1)


def filled(course: Course) -> dict[str, str]:
    """The form as the business manager fills it in on behalf of the doctor."""
    return {
        "ticked": "understood",
        "came_by": "mail",
        "received": course.typed("received"),
        "received_hour": "18:10",
        "notifier_name": "Consultant Paediatrician",
        "notifier_email": DOCTOR,
        "kind": "serious-harm",
        "aware": course.typed("received"),
        "aware_hour": "15:30",
        "area": "own",
        "children": "1",
        "ring_who": "Designated Doctor on call",
        "ring_number": "01234 500777",
    }


def it_is_typed_in_and_five_are_told(office: Everywhere, course: Course) -> None:
    manager = office.as_(MANAGER).says("notify").presses("Enter it for somebody else")
    manager.sees("This is not the way to get help for a child", "999", "01234 500500")
    manager.fills(**filled(course))
    manager.sees(f"received, {REFERENCE}", "The partners are told.", "Whoever told of it is written to.")
    office.waits()
    for post in (*PARTNERS, CHAIR, LCSPR):
        told = office.as_(post).finds(ALERT).sees(REFERENCE, "ring 999", "Designated Doctor on call, 01234 500777")
        told.sees(
            "Conference call",
            f"Day 1: five are notified; conference call and information gathering: {course.words('Day 1')}",
        )
        told.receives(ALERT, times=1)
    office.as_(TEAM).receives_nothing(ALERT)
    assert "500777" not in office.letter_to(DOCTOR, f"received under the reference {REFERENCE}")


def each_agency_answers(office: Everywhere, course: Course) -> None:
    """Police at once, the NHS through its deputy by mail, the council not before it has been rung."""
    police = office.as_(POLICE).finds(ALERT).presses("I have this, I will ring within the hour")
    police.sees("You will ring by 11:05")
    for post in (CHAIR, LCSPR):
        office.as_(post).finds(ALERT).presses("Known to us").sees("Nothing more is asked of you")
    office.as_(NHS).finds(ALERT).presses("Not me tonight: pass to the deputy").sees("is told now")
    office.waits()
    letter = office.letter_to(DEPUTY, f"please answer {REFERENCE}")
    assert "harmed" not in letter and "500777" not in letter
    page, code = office.page_of(DEPUTY, REFERENCE)
    page = page.sends(answer="incident.answer:have", code=code)
    assert (page.title, "Nothing has changed yet" in page.text) == ("Check your answer", True)
    assert "You have this" in page.sends().title
    office.time_passes_to(course.at("typed in", "10:50"))
    police.finds(ALERT).presses("I have rung").sees("It is recorded that you rang")
    page, code = office.page_of(DEPUTY, REFERENCE)
    assert "It is recorded that you rang" in page.sends(answer="incident.rang", code=code).sends().text
    the_silent_one_is_rung(office, course)


def the_silent_one_is_rung(office: Everywhere, course: Course) -> None:
    title = "Service Director Childrens Social Care"
    office.as_(COUNCIL).receives("not answered yet", "since 10:05", times=1)
    assert "What it is about stands in no mail" in office.letter_to(f"{COUNCIL}@buckinghamshire.invalid", REFERENCE)
    office.time_passes_to(course.at("typed in", "11:06"))
    manager = office.as_(MANAGER).finds("please ring", title)
    manager.presses("Recorded: nobody answered the telephone").sees("You are asked again")
    manager.receives("please ring", title, times=1)
    office.time_passes_to(course.at("typed in", "12:00"))
    manager.receives("please ring", title, times=2)
    manager.finds("please ring", title).presses("Recorded: they have it").sees("they have it")
    office.time_passes_to(course.at("typed in", "15:00"))
    manager.receives("please ring", times=2)
    status = office.status()
    for words in (
        "has this, and said at 10:50 that they rang",
        "by Deputy Director of Commissioning: has this, and said at 10:50 that they rang",
        "answered on the telephone 12:00: they have it",
    ):
        assert words in status, status
    assert status.count("known to us") == 2
    assert "not answered yet" not in status


def the_days_are_those_worked_by_hand(office: Everywhere, course: Course) -> None:
    shown = office.as_(MANAGER).says(f"incident show {REFERENCE}")
    shown.sees(f"receives the referral form: 18:10 on {course.words('received')}", "Entered here: 10:05")
    for stage in ("Day 1", "Day 2", "Day 10", "Day 12", "Day 14", "Day 15"):
        named = [line for line in shown.seen.text.splitlines() if line.startswith(f"{stage}: ")]
        assert [course.words(stage) in line for line in named] == [True], named
    shown.sees(f"Final report of the review: target {course.words('report')}, provisional")
    shown.does_not_see("The office is closed")


def it_is_notified_and_reviewed(office: Everywhere, course: Course) -> None:
    late = course.day("Day 1") < course.day("typed in")
    done = {"day": course.typed("typed in"), "evidence": "SM 2027/14", "ticked": "call,strategy-minutes"}
    if late:
        office.stage(MANAGER, "done", "alert", **done).sees("so it is late").fills(**done, because="entered-late")
    else:
        office.stage(MANAGER, "done", "alert", **done)
    office.as_(MANAGER).says(f"incident show {REFERENCE}").sees("Ticked: Strategy minutes, or an equivalent")
    assert ("late because it was entered late" in office.status()) == late

    done = {"day": course.typed("typed in"), "evidence": "P-2027-31"}
    if course.day("Day 2") < course.day("typed in"):
        done["because"] = "entered-late"
    office.stage(TEAM, "done", "panel", **done).sees("You tell them yourself", "Ofsted")
    office.as_(MANAGER).says(f"incident show {REFERENCE}").sees("(P-2027-31)")
    refused = office.as_(LCSPR).says(f"incident done {REFERENCE} submission").presses("Open the form")
    refused.fills(day=course.typed("typed in")).sees("This is done by the Business manager")

    office.time_passes_to(course.at("Day 10", "11:00"))
    for post in PARTNERS:
        office.stage(post, "view", "rapid-review", view=REVIEW, because="criteria-met").sees("the view is recorded")
    decided = {"decision": REVIEW, "day": course.typed("Day 10"), "evidence": "RR 2027/3"}
    office.stage(MANAGER, "decide", "rapid-review", **decided).sees(f"Head of Protecting Vulnerable People: {REVIEW}")
    office.time_passes_to(course.at("Day 12", "11:00"))
    office.stage(MANAGER, "done", "submission", day=course.typed("Day 12")).sees("Told of it: Independent Chair")


def it_is_decided_and_only_the_decision_is_fed_back(office: Everywhere, course: Course) -> None:
    office.time_passes_to(course.at("Day 14", "11:00"))
    early = office.stage(MANAGER, "done", "feedback", day=course.typed("Day 14"))
    early.sees("waits for: Day 14: the Independent Chair decides")
    decided = {"decision": f"signed off: {REVIEW}", "day": course.typed("Day 14"), "evidence": "IC 2027/3"}
    office.stage(CHAIR, "decide", "decision", **decided).sees(f"Decision: signed off: {REVIEW}")
    office.stage(MANAGER, "done", "decision-notification", day=course.typed("Day 14"), evidence="P-2027-44")
    assert f"Final report of the review target {course.words('report')}" in office.status()
    assert "provisional" not in office.status()
    office.time_passes_to(course.at("Day 15", "11:00"))
    office.stage(MANAGER, "done", "feedback", day=course.typed("Day 15")).sees("the decision only")
    office.waits()
    letter = office.letter_to(DOCTOR, "It has been decided")
    assert f"signed off: {REVIEW}" in plain(letter)
    assert len(office.letters_to(DOCTOR)) == 2
    for word in ("harmed", "neglect", "500777", "Day 1", "/l/"):
        assert word not in letter


def it_is_written_and_published(office: Everywhere, course: Course, *, to_the_day: bool) -> None:
    """`to_the_day`: time goes on to each of these days; else all of it is recorded on Day 15."""
    if to_the_day:
        office.time_passes_to(course.at("written", "11:00"))
    today = "written" if to_the_day else "Day 15"
    office.stage(LCSPR, "done", "report", day=course.typed(today), evidence="LCSPR 7", ticked="happened,prevented")
    manager, near = office.as_(MANAGER), course.day(today) + timedelta(days=2)
    manager.says(f"incident fact {REFERENCE} publish {near}").sees("This day is too near", "The earliest day is")
    manager.says(f"incident fact {REFERENCE} publish {course.typed('publish')}")
    manager.sees("Copy of the final report", f"becomes {course.words('copy')}", "Nothing has changed yet")
    manager.presses("Record it").sees(f"becomes {course.words('copy')}")
    if to_the_day:
        office.time_passes_to(course.at("copy", "11:00"))
        manager.receives(f"{REFERENCE}: Copy of the final report", f"due {course.words('copy')}")
        today = "copy"
    sent = office.stage(MANAGER, "done", "advance-copy", day=course.typed(today), evidence="P-2027-90")
    sent.sees("You tell them yourself", "All stages have ended, so it is closed.")
    assert "All stages have ended." in office.status()
    office.as_(POLICE).receives(ALERT, times=0).receives(
        f"Buckinghamshire: {REFERENCE}", "Nothing more is asked of you"
    )


def the_record_says_who_knew_when(office: Everywhere, course: Course) -> None:
    office.as_(MANAGER).says(f"incident record {REFERENCE}").sees("A personal link to it is on its way")
    office.waits()
    page, code = office.page_of(f"{MANAGER}@buckinghamshire.invalid", "the process record")
    assert "Who knew when" not in page.text
    record = page.sends(code=code)
    assert record.title == f"{REFERENCE}: the process record"
    for words in (
        f"The secretariat had it 18:10, {short(course, 'received')}",
        f"It was entered here 10:05, {short(course, 'typed in')}",
        "Answered by Head of Protecting Vulnerable People: I have this, I will ring by 11:05",
        f"Passed to the deputy by Director of Commissioning and Delivery, by {office.chat}",
        "Answered by Deputy Director of Commissioning (Director of Commissioning and Delivery): I have this",
        "by our own page",
        "Rung, recorded by Business manager of the partnership support team: nobody answered the telephone",
        "Rung, recorded by Business manager of the partnership support team: they have it",
        f"{REVIEW} the criteria are met",
        "convenor audit verify",
    ):
        assert words in record.text, record.text
    assert "500777" not in record.text
    assert record.leads("Download as Word").body.startswith(b"PK")


def short(course: Course, name: str) -> str:
    """A day as the record has it beside an hour."""
    day = course.day(name)
    return f"{day:%a} {day.day} {day:%b %Y}"
