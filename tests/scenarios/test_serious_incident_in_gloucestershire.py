"""Gloucestershire, from a doctor's mail on a Friday evening to publication or the rationale for not publishing.

The partners do not agree on a review, so the Executive's chair sets out an independent oversight solution first. The
days are those of `incident_days`, worked by hand.
"""

from pathlib import Path

import pytest

from commands.definitions import Definition, load, read_definition
from tests.scenarios.incident_days import GLOUCESTERSHIRE, Course, played
from tests.scenarios.incident_doors import REFERENCE, Everywhere, everywhere

MANAGER, CHAIR, QIIP = "business-manager", "executive-chair", "qiip-chair"
POLICE, NURSE, COUNCIL = "assistant-chief-constable", "chief-nurse", "director-childrens-services"
PARTNERS = (POLICE, NURSE, COUNCIL)
DOCTOR, DEPUTY = "consultant.paediatrician@hospital.example", "deputy@health.example"
COMMENCED, NOT_COMMENCED = "a local review is commenced", "no local review is commenced"
PUBLISHED, NOT_PUBLISHED = "the report is published", "the report is not published"

PEOPLE = (f"Deputy Chief Nurse,{DEPUTY},,Chief Nurse,01234 500601",)
ALERT = "has been notified to the partnership"
CLOSED = '[planning]\nclosures = [{ from = 2026-12-30, until = 2026-12-31, why = "The office is closed." }]\n'

PUBLISHES = ("easter", "spring")
"""The courses whose report is published; of the others the Executive decides that it is not."""


def with_an_office_closed_at_christmas() -> Definition:
    """The county with its office closed on the two working days before New Year."""
    return read_definition(load("gloucestershire").text.replace("[planning]\n", CLOSED, 1))


@pytest.mark.slow
@pytest.mark.ids("PATH-GLOS-SI-FLOW", "PATH-GLOS-SI-5WD", "PATH-GLOS-RR-15", "PATH-GLOS-LCSPR-SPLIT")
@pytest.mark.parametrize("course", played(GLOUCESTERSHIRE))
def test_from_a_mail_on_friday_to_publication_or_the_rationale(tmp_path: Path, course: Course) -> None:
    county = with_an_office_closed_at_christmas() if course.name == "christmas" else load("gloucestershire")
    with everywhere(tmp_path, county, at=course.at("typed in", "08:30")) as office:
        office.people_are_entered(POLICE, *PEOPLE)
        office.time_passes_to(course.at("typed in", "10:05"))
        it_is_typed_in_and_three_are_told(office, course)
        each_agency_answers(office, course)
        the_panel_is_notified_and_the_days_are_those_worked_by_hand(office, course)
        what_has_no_time_is_done(office, course)
        it_is_reviewed(office, course)
        they_do_not_agree_and_the_chair_settles_it(office, course)
        if course.name in PUBLISHES:
            it_is_published(office, course, to_the_day=course.name == "spring")
        else:
            it_is_not_published_and_that_is_explained(office, course)
        assert "All stages have ended." in office.status()
        the_record_says_who_knew_when(office)


def it_is_typed_in_and_three_are_told(office: Everywhere, course: Course) -> None:
    manager = office.as_(MANAGER).says("notify").presses("Enter it for somebody else")
    manager.fills(
        ticked="understood",
        came_by="mail",
        received=course.typed("received"),
        received_hour="18:10",
        notifier_name="Consultant Paediatrician",
        notifier_email=DOCTOR,
        kind="serious-incident",
        aware=course.typed("received"),
        aware_hour="15:30",
        area="own",
        children="1",
        flags="nhs-wales",
        ring_who="Designated Doctor on call",
        ring_number="01234 500777",
    )
    manager.sees(f"received, {REFERENCE}", "The partners are told.")
    office.waits()
    for post in PARTNERS:
        told = office.as_(post).finds(ALERT).sees(REFERENCE, "ring 999", "Designated Doctor on call, 01234 500777")
        told.sees(f"National Panel notified, on the online form: {course.words('Panel')}")
        told.receives(ALERT, times=1).does_not_see("Wales")
    for post in (CHAIR, QIIP):
        office.as_(post).receives_nothing(ALERT)
    assert "500777" not in office.letter_to(DOCTOR, f"received under the reference {REFERENCE}")


def each_agency_answers(office: Everywhere, course: Course) -> None:
    """Police at once, the NHS through its deputy by mail, the council not before it has been rung."""
    police = office.as_(POLICE).finds(ALERT).presses("I have this, I will ring within the hour")
    office.as_(NURSE).finds(ALERT).presses("Not me tonight: pass to the deputy").sees("Deputy Chief Nurse is told now")
    office.waits()
    page, code = office.page_of(DEPUTY, f"please answer {REFERENCE}")
    page = page.sends(answer="incident.answer:known", code=code)
    assert page.title == "Check your answer"
    assert "Known to you" in page.sends().title
    office.time_passes_to(course.at("typed in", "10:50"))
    police.finds(ALERT).presses("I have rung")
    manager, title = office.as_(MANAGER), "Director of Children's Services"
    office.time_passes_to(course.at("typed in", "12:00"))
    manager.receives("please ring", title, times=2)
    manager.finds("please ring", title).presses("Recorded: it is known to them")
    office.time_passes_to(course.at("typed in", "15:00"))
    manager.receives("please ring", times=2)
    status = office.status()
    for words in (
        "by Assistant Chief Constable: has this, and said at 10:50 that they rang",
        "by Deputy Chief Nurse: known to us",
        "answered on the telephone 12:00: it is known to them",
    ):
        assert words in status, status
    assert "not answered yet" not in status


def the_panel_is_notified_and_the_days_are_those_worked_by_hand(office: Everywhere, course: Course) -> None:
    shown = office.as_(MANAGER).says(f"incident show {REFERENCE}")
    shown.sees(f"on the online form: due {course.words('Panel')}", f"Received: 18:10 on {course.words('received')}")
    shown.sees(f"sent to the national Panel: due {course.words('15 from aware')}, provisional")
    office.time_passes_to(course.at("notified", "11:00"))
    done = office.stage(COUNCIL, "done", "panel", day=course.typed("notified"), evidence="P-2027-31")
    done.sees(f"{course.words('15 from aware')} becomes {course.words('15 from notified')}")
    shown.says(f"incident show {REFERENCE}").sees(
        "(P-2027-31)",
        f"sent to the national Panel: due {course.words('15 from notified')}",
        f"Earliest reading: {course.words('15 from aware')}",
        f"Latest reading: {course.words('15 working')}",
    )
    shown.does_not_see("The office is closed")


def what_has_no_time_is_done(office: Everywhere, course: Course) -> None:
    wales = "The NHS partner is in touch with the agency of NHS Wales, for the partners"
    assert f"{wales} to be done; our arrangements state no time for it" in office.status()
    office.stage(NURSE, "done", "nhs-wales", day=course.typed("notified"), evidence="NW 1").sees("is done")
    office.stage(MANAGER, "done", "channel-panel", day=course.typed("notified"), evidence="CP 3").sees("Channel Panel")
    assert "A joint process with the Domestic Homicide Review not needed" in office.status()


def it_is_reviewed(office: Everywhere, course: Course) -> None:
    office.time_passes_to(course.at("15 from aware", "09:00"))
    office.as_(MANAGER).receives(f"{REFERENCE}: Rapid review", f"due {course.words('15 from notified')}")
    done = office.stage(MANAGER, "done", "rapid-review", day=course.typed("15 from aware"), evidence="RR 3")
    done.sees("You tell them yourself: national Child Safeguarding Practice Review Panel")


def they_do_not_agree_and_the_chair_settles_it(office: Everywhere, course: Course) -> None:
    today = course.typed("15 from aware")
    office.stage(NURSE, "view", "review-decision", view=COMMENCED, because="learning").does_not_see("do not agree")
    against = {"view": NOT_COMMENCED, "because": "known-learning", "dissents": "yes"}
    office.stage(POLICE, "view", "review-decision", **against).sees(
        "The partners do not agree. Now to be done: The partners do not agree: an independent oversight solution."
    )
    settled = {"day": today, "evidence": "EX 4", "ticked": "consulted,chairs-agency,solution"}
    office.stage(CHAIR, "done", "oversight", **settled, agency="council").sees("Told of it: Safeguarding Business")
    office.as_(MANAGER).says(f"incident show {REFERENCE}").sees("comes from Gloucestershire County Council")
    decided = {"decision": COMMENCED, "day": today, "evidence": "EX 5", "ticked": "findings,qiip"}
    office.stage(CHAIR, "decide", "review-decision", **decided).sees(
        f"Assistant Chief Constable: {NOT_COMMENCED}, because the learning is known already; they dissent.",
        f"Chief Nurse: {COMMENCED}",
        "No view is recorded of: Director of Children's Services.",
    )
    agreed = {"day": today, "evidence": "TOR 1", "ticked": "terms,methodology,reviewer"}
    office.stage(QIIP, "done", "terms-of-reference", **agreed).sees("is done")


def publication_is_planned(office: Everywhere, course: Course) -> None:
    manager = office.as_(MANAGER).says(f"incident fact {REFERENCE} publish {course.typed('publish')}")
    manager.sees("Copy of the report", f"becomes {course.words('copy')}").presses("Record it")


def it_is_published(office: Everywhere, course: Course, *, to_the_day: bool) -> None:
    """`to_the_day`: time goes on to each of these days; else all of it is recorded at once."""
    today = "15 from aware"
    if to_the_day:
        office.time_passes_to(course.at("written", "11:00"))
        today = "written"
    publication_is_planned(office, course)
    office.stage(CHAIR, "decide", "publishing", decision=PUBLISHED, day=course.typed(today), evidence="EX 6")
    assert f"ahead of publication due {course.words('copy')}" in office.status()
    if to_the_day:
        office.time_passes_to(course.at("copy", "11:00"))
        office.as_(CHAIR).receives(f"{REFERENCE}: Copy of the report", f"due {course.words('copy')}")
        today = "copy"
    sent = office.stage(CHAIR, "done", "advance-copy", day=course.typed(today), evidence="P-2027-90")
    sent.sees("Department for Education", "All stages have ended, so it is closed.")


def it_is_not_published_and_that_is_explained(office: Everywhere, course: Course) -> None:
    publication_is_planned(office, course)
    today = course.typed("15 from aware")
    office.stage(CHAIR, "decide", "publishing", decision=NOT_PUBLISHED, day=today, evidence="EX 6").sees(
        "The rationale for not publishing, to the national Panel and the DfE: is needed now"
    )
    assert f"to the national Panel and the DfE due {course.words('copy')}" in office.status()
    sent = office.stage(CHAIR, "done", "rationale", day=today, evidence="P-2027-90")
    sent.sees("Department for Education", "All stages have ended, so it is closed.")


def the_record_says_who_knew_when(office: Everywhere) -> None:
    office.as_(MANAGER).says(f"incident record {REFERENCE}").sees("A personal link to it is on its way")
    office.waits()
    page, code = office.page_of(f"{MANAGER}@gloucestershire.invalid", "the process record")
    record = page.sends(code=code)
    for words in (
        "Answered by Deputy Chief Nurse (Chief Nurse): known to us, by our own page",
        "the learning is known already",
        "comes from Gloucestershire County Council",
        "convenor audit verify",
    ):
        assert words in record.text, record.text
    assert "500777" not in record.text
    assert record.leads("Download as Word").body.startswith(b"PK")
