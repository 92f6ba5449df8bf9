"""The process record: who knew when, what was met or late because, who opened it, and that nobody changed it."""

import ast
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from commands import alerting, answering, link_pages, links, merging, process_records, told_next
from commands.cases import facts_told
from commands.process_records import ProcessRecord, Row
from commands.process_words import SAID, moment, who
from storage.arrangements.pathways import FLAGS
from storage.records import case_lists, incidents, ledger, outbox, people
from storage.records.incidents import Case
from storage.records.scope import Scope
from tests.commands import notified
from tests.offices import ALL_WAYS, LEDGER_KEY, SEAL, Office, an_office

MANAGER, SCRUTINEER = "business-manager", "scrutineer"
CHIEF, NURSE, DIRECTOR = "assistant-chief-constable", "chief-nurse", "director-childrens-services"
TEST = "TEST-1"
NHS, POLICE = "NHS Ourshire (Chief Nurse)", "Ourshire Police (Assistant Chief Constable)"


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office() as office:
        office.moves_to("2027-01-05 09:00")
        facts = {"aware": "2027-01-05T08:00:00+00:00"}
        office.done(MANAGER, "incident.start", pathway="serious-incident", facts=facts)
        yield office


def record(office: Office, reference: str = TEST) -> ProcessRecord:
    with office.looking(MANAGER) as work:
        found = incidents.find(work.scope, reference)
        assert found is not None
        return process_records.read(work, found)


def rows(office: Office, part: str, reference: str = TEST) -> list[Row]:
    return list(next(each for each in record(office, reference).parts if each.id == part).rows)


def in_words(found: ProcessRecord) -> str:
    """All that stands in a record."""
    parts = [" ".join((part.heading, part.words, part.nothing, *part.columns)) for part in found.parts]
    cells = [cell for part in found.parts for row in part.rows for cell in row]
    return "\n".join((found.title, found.partnership, found.kind, *found.notices, *parts, *cells))


def about(office: Office, *parts: str) -> dict[str, str]:
    """The two-column rows of some parts, by what they are about."""
    return {row[0]: row[1] for part in parts for row in rows(office, part)}


def changed(office: Office, **values: object) -> None:
    """Has the case be what another part of the bot makes of it."""
    with office.runner.store.writing() as session:
        case = session.get(Case, (office.partnership, TEST))
        assert case is not None
        for name, value in values.items():
            setattr(case, name, value)
        session.add(case)


def answers(office: Office, post: str, answer: str, **more: object) -> None:
    office.done(post, "incident.answer", reference=TEST, post=post, answer=answer, **more)


def lapsed_and_rung(office: Office) -> None:
    """The nurse does not ring as promised, and answers again; the police are silent until they are rung."""
    office.run_to("2027-01-05 09:05")
    answers(office, NURSE, "have", within=30)
    answers(office, DIRECTOR, "pass")
    office.run_to("2027-01-05 09:40")
    answers(office, NURSE, "known")
    office.done(NURSE, "incident.knows-child", reference=TEST, post=NURSE)
    office.run_to("2027-01-05 11:30")
    office.done(MANAGER, "incident.said", reference=TEST, post=CHIEF, said="has-it")


# What it is


def test_its_head_says_what_it_is_how_it_came_and_when_each_knew_of_it_apart(office: Office) -> None:
    changed(office, received_at=office.at("2027-01-05 08:30"), came_by="telephone", woken_because="risk")
    found = record(office)
    assert (found.title, found.made) == ("TEST-1: the process record", "09:00, Tue 5 Jan 2027")
    assert found.partnership == "Ourshire Safeguarding Children Partnership" and found.notices == ()
    said = about(office, "about", "times")
    assert said["Reference"] == TEST and said["Handled by"] == "Business Manager"
    assert said["How it came"] == "by telephone" and said["Entered by"] == "Business Manager"
    assert said["How the alerts went out"] == "at once, because somebody may still be at risk"
    assert said["Guidance version"] == "2026" and said["Closed"] == "not closed"
    times = [row[1] for row in rows(office, "times")]
    assert times == ["08:00, Tue 5 Jan 2027", "08:30, Tue 5 Jan 2027", "09:00, Tue 5 Jan 2027"]


def test_a_silent_night_says_when_it_becomes_loud(office: Office) -> None:
    changed(office, wake_at=office.at("2027-01-06 07:30"))
    assert (
        about(office, "about")["How the alerts went out"] == "in silence by night, and aloud at 07:30, Wed 6 Jan 2027"
    )


def test_a_drill_and_what_was_emptied_say_so_before_anything_else(office: Office) -> None:
    changed(office, drill=True, emptied_at=office.now)
    assert record(office).notices == (
        "This was a drill: no incident happened, and the alerts were tried.",
        "What was told of it in facts has been deleted (09:00, Tue 5 Jan 2027). This record stays.",
    )


def test_a_second_telling_names_the_first_and_the_first_the_second(office: Office) -> None:
    facts = {"aware": "2027-01-05T08:00:00+00:00"}
    office.done(MANAGER, "incident.start", pathway="serious-incident", facts=facts)
    office.done(MANAGER, "incident.merge", newer="TEST-2", older=TEST)
    assert record(office, "TEST-2").notices == (f"This was told a second time, and is kept under {TEST}.",)
    assert record(office).notices == ("TEST-2 was a second telling of the same, and is kept here.",)
    assert "merged into TEST-1" in rows(office, "steps", "TEST-2")[-1][3]


# Who knew when


def test_who_knew_when_is_told_step_by_step_also_what_lapsed(office: Office) -> None:
    lapsed_and_rung(office)
    assert [(row[0], row[2]) for row in rows(office, "knew") if row[1] == NHS] == [
        ("09:00, Tue 5 Jan 2027", "Told: Chief Nurse"),
        ("09:05, Tue 5 Jan 2027", "Answered by Chief Nurse: I have this, I will ring by 09:35, Tue 5 Jan 2027"),
        (
            "09:35, Tue 5 Jan 2027",
            "The answer of Chief Nurse lapsed: nobody recorded that they had rung by 09:35, Tue 5 Jan 2027",
        ),
        ("09:35, Tue 5 Jan 2027", "Told: Chief Nurse"),
        ("09:40, Tue 5 Jan 2027", "Answered by Chief Nurse: known to us"),
        ("09:40, Tue 5 Jan 2027", "Chief Nurse said that the agency knows which child is meant"),
    ]
    police = [row[2] for row in rows(office, "knew") if row[1] == POLICE]
    assert police[0] == "Told: Assistant Chief Constable" and "No answer yet; the handler was asked to ring" in police
    assert police[-1] == "Rung, recorded by Business Manager: they have it"


def test_how_each_agency_stands_has_the_day_of_everything(office: Office) -> None:
    lapsed_and_rung(office)
    stands = {row[0]: row[1:] for row in rows(office, "agencies")}
    assert stands[NHS] == ("Answered 09:40, Tue 5 Jan 2027 by Chief Nurse: known to us", "09:40, Tue 5 Jan 2027")
    assert stands[POLICE] == ("Rung; recorded 11:30, Tue 5 Jan 2027 by Business Manager: they have it", "not recorded")


def test_a_promise_says_by_when_and_that_it_was_kept(office: Office) -> None:
    answers(office, NURSE, "have", within=30)
    assert dict(row[:2] for row in rows(office, "agencies"))[NHS].endswith("; will ring by 09:30, Tue 5 Jan 2027")
    office.moves_to("2027-01-05 09:20")
    office.done(NURSE, "incident.rang", reference=TEST, post=NURSE)
    assert dict(row[:2] for row in rows(office, "agencies"))[NHS].endswith(
        "said 09:20, Tue 5 Jan 2027 that they had rung"
    )


def test_what_was_sent_says_to_whom_and_by_which_way_and_what_has_not_gone_out(office: Office) -> None:
    assert {row[3] for row in rows(office, "sent")} == {"Not gone out yet"}
    office.deliver()
    sent = rows(office, "sent")
    assert ("09:00, Tue 5 Jan 2027", "Chief Nurse") in [row[:2] for row in sent]
    assert {row[3] for row in sent} == {"Notebook, kept true, last 09:00, Tue 5 Jan 2027"}


def test_everybody_has_the_posts_that_they_held_then(office: Office) -> None:
    with office.runner.store.writing() as session:
        person = people.get(session, office.person(NURSE))
        assert person is not None
        person.name = "Somebody Who Left"
        for holding in session.exec(people.select(people.Holding).where(people.Holding.person == person.id)):
            holding.until = office.at("2027-01-31 12:00").date()
            session.add(holding)
        session.add(person)
        id_ = person.id
    office.moves_to("2027-03-01 09:00")
    assert ("09:00, Tue 5 Jan 2027", NHS, "Told: Somebody Who Left (Chief Nurse)") in rows(office, "knew")
    with office.looking() as work:
        assert who(work, id_, office.now) == "Somebody Who Left"


def test_the_hour_that_autumn_has_twice_says_by_which_clock(office: Office) -> None:
    with office.looking() as work:
        first, second = (datetime.fromisoformat(f"2027-10-31T0{hour}:30:00+00:00") for hour in (0, 1))
        assert [moment(work, at) for at in (first, second)] == [
            "01:30 BST, Sun 31 Oct 2027",
            "01:30 GMT, Sun 31 Oct 2027",
        ]


def test_every_word_that_is_kept_while_somebody_is_told_is_a_sentence_here() -> None:
    kept = {
        word for module in (alerting, answering, merging, told_next) for word in _noted(Path(module.__file__ or ""))
    }
    assert len(kept) > 12
    assert kept - SAID.keys() == {"said:", ": nobody"}  # the beginning and the end of words that are put together


def _noted(path: Path) -> Iterator[str]:
    """The words with which a module keeps what happened, where they stand there whole."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            place = {"_note": 2, "note": 3}.get(name)
            if place is not None and len(node.args) > place:
                yield from (
                    each.value
                    for each in ast.walk(node.args[place])
                    if isinstance(each, ast.Constant) and isinstance(each.value, str)
                )


# The clock


def test_a_late_stage_says_why_and_its_date_stays_when_a_fact_is_corrected(office: Office) -> None:
    office.moves_to("2027-01-14 10:00")
    office.done(MANAGER, "incident.done", reference=TEST, stage="panel", evidence="P-17", because="information")
    [panel, *_] = rows(office, "stages")
    assert panel[2] == (
        "Done Thursday 14 January 2027 (P-17), late because information was awaited\nat 10:00, Thu 14 Jan 2027"
    )
    was_due = rows(office, "overdue")
    assert [row[1:] for row in was_due] == [
        ("Tuesday 12 January 2027", "10:00, Thu 14 Jan 2027", "information was awaited")
    ]
    office.done(MANAGER, "incident.fact", reference=TEST, fact="aware", at="2027-01-08T08:00:00+00:00")
    assert rows(office, "stages")[0][1].startswith("Friday 15 January 2027")
    assert rows(office, "overdue") == was_due
    [change] = rows(office, "changes")
    assert change[:2] == ("10:00, Thu 14 Jan 2027", "Business Manager")
    assert "becomes aware; is now 08:00, Fri 8 Jan 2027; was 08:00, Tue 5 Jan 2027" in change[2]


def test_what_was_done_without_evidence_was_only_declared(office: Office) -> None:
    office.done(MANAGER, "incident.done", reference=TEST, stage="panel")
    assert "(declared only" in rows(office, "stages")[0][2]


def test_every_date_has_its_readings_and_its_working() -> None:
    def counted(days: int, unit: str) -> dict[str, object]:
        return {"from": "aware", "days": days, "unit": unit}

    readings = {"earliest": [counted(5, "calendar")], "latest": [counted(6, "working")]}
    stage = {"id": "review", "name": "Review", "owner": "council-lead", "due": counted(5, "working"), **readings}
    facts = [{"id": "aware", "name": "a professional becomes aware"}]
    with notified.an_open_office(stages=[stage], facts=facts) as office:
        aware = {"aware": "2027-01-13T08:00:00+00:00"}
        office.done(MANAGER, "incident.start", pathway="serious-incident", facts=aware)
        [(_, due, _)] = rows(office, "stages")
        assert due.splitlines() == [
            "Wednesday 20 January 2027",
            "earliest reading: Monday 18 January 2027",
            "latest reading: Thursday 21 January 2027",
        ]
        [(name, working)] = rows(office, "workings")
        assert name == "Review" and "Rule: 5 working days after" in working and "Done by: Council lead" in working
        assert working.count("Another reading: ") == 2


def test_decisions_show_the_view_of_each_partner_the_reason_and_the_dissent() -> None:
    review = {"id": "review", "name": "Review", "owner": "council-lead", "decides": ["a review", "no review"]}
    stage = review | {"due": {"from": "aware", "days": 5, "unit": "working"}}
    facts = [{"id": "aware", "name": "a professional becomes aware"}]
    with notified.an_open_office(stages=[stage], facts=facts) as office:
        aware = {"aware": "2027-01-13T08:00:00+00:00"}
        office.done(MANAGER, "incident.start", pathway="serious-incident", facts=aware)
        about_it = {"reference": TEST, "stage": "review"}
        office.done("police-lead", "incident.view", **about_it, post="police-lead", view="a review", because="learning")
        office.done("health-lead", "incident.view", **about_it, post="health-lead", view="no review", dissents=True)
        office.done("council-lead", "incident.decide", **about_it, decision="a review")
        when = "11:00, Wed 13 Jan 2027"
        assert rows(office, "decisions") == [
            ("Review", "Council lead", "decided: a review", "", when),
            ("Review", "Health (Health lead)\nHealth lead", "no review, dissents", "no reason recorded", when),
            ("Review", "Police (Police lead)\nPolice lead", "a review", "there is learning for several agencies", when),
        ]


# The list, and every step


def test_the_list_over_time_has_who_came_and_left_and_the_two_who_agreed(office: Office) -> None:
    manager, nurse, chief = (office.person(post) for post in (MANAGER, NURSE, CHIEF))
    with office.runner.store.writing() as session:
        scope = Scope(session, office.partnership)
        row = case_lists.put(scope, TEST, f"post:{SCRUTINEER}", office.now, added_by=manager, agreed_by=nurse)
        row.until, row.ended_by = office.at("2027-01-05 10:00"), chief
    *_, last = rows(office, "list")
    assert last == (
        "Independent Scrutineer",
        "09:00, Tue 5 Jan 2027",
        "10:00, Tue 5 Jan 2027",
        "Business Manager\nChief Nurse",
        "Assistant Chief Constable",
    )
    assert {row[3] for row in rows(office, "list")[:-1]} == {"our arrangements"}


def test_whoever_looks_is_among_the_steps_and_reading_alone_writes_nothing(office: Office) -> None:
    before = record(office)
    assert record(office) == before
    office.done(NURSE, "incident.look", reference=TEST)
    *_, last = rows(office, "steps")
    assert last[1:] == ("09:00, Tue 5 Jan 2027", "Chief Nurse", "Open what is kept of an incident")


def test_the_steps_are_those_of_this_case_and_of_no_other(office: Office) -> None:
    facts = {"aware": "2027-01-05T08:00:00+00:00"}
    for number in range(2, 12):
        office.done(MANAGER, "incident.start", pathway="serious-incident", facts=facts)
        office.done(NURSE, "incident.look", reference=f"TEST-{number}")
    assert [row[3] for row in rows(office, "steps")] == ["Open a serious child safeguarding incident"]


def test_it_carries_the_head_of_the_chain_by_which_it_can_be_verified(office: Office) -> None:
    office.done(NURSE, "incident.look", reference=TEST)
    proof = about(office, "proof")
    head = proof["Head of the chain"]
    count = int(head.partition(":")[0])
    assert proof["Entries in the chain"] == f"{count}, 2 of them about this case"
    assert proof["To verify"] == f"convenor audit verify {office.partnership} --head {head}"
    office.done(CHIEF, "incident.look", reference=TEST)
    with office.reading() as scope:
        assert ledger.verify(scope, LEDGER_KEY, head).sentence == ""
        wrong = f"{count}:{'0' * 64}"
        assert ledger.verify(scope, LEDGER_KEY, wrong).broken_at == count


# No child's details


def test_nothing_that_was_told_in_facts_is_in_it() -> None:
    due = {"from": "aware", "days": 5, "unit": "working"}
    stages = [
        {"id": "liaison", "name": "Liaison", "owner": "council-lead", "due": due, "when": ["nhs-wales"]},
        {"id": "inquiry", "name": "Inquiry", "owner": "council-lead", "due": due, "unless": ["criminal"]},
    ]
    facts = [{"id": "aware", "name": "a professional becomes aware"}]
    with notified.an_open_office(stages=stages, facts=facts) as office:
        told = {"authority_reference": "LCS-778899", "flags": "criminal"}
        assert notified.sends(office, "doctor", **told).sheet is None
        stands = {row[0]: row[2] for row in rows(office, "stages")}
        assert set(stands.values()) == {"Not needed, because what was ticked about the incident does not call for it"}
        office.done(MANAGER, "incident.flag", reference=TEST, flag="nhs-wales")
        with office.looking(MANAGER) as work:
            case = incidents.find(work.scope, TEST)
            assert case is not None and facts_told(work, case)["authority_reference"] == "LCS-778899"
        words = in_words(record(office))
        assert "Police lead" in words
        secret = [
            "LCS-778899",
            "Designated Doctor on call",
            "01234 567890",
            FLAGS["criminal"],
            FLAGS["nhs-wales"],
        ]
        secret += ["criminal", "nhs-wales"]
        assert [each for each in secret if each in words] == []


def test_it_is_read_where_what_was_told_can_no_longer_be_opened() -> None:
    with notified.an_open_office() as office:
        notified.sends(office, "doctor")
        before = record(office)
        office.runner = replace(office.runner, seal=None)
        assert record(office) == before


# Opening it, and the link to it


def test_whoever_is_not_on_the_list_hears_what_they_would_hear_if_there_were_nothing(office: Office) -> None:
    for action in ("incident.look", "incident.record-link"):
        absent = office.refused(SCRUTINEER, action, reference="TEST-404")
        assert office.refused(SCRUTINEER, action, reference=TEST) == absent == "There is nothing under that reference."


@pytest.fixture
def written() -> Iterator[Office]:
    """The same where there are mail and pages."""
    with an_office(ways=ALL_WAYS) as office:
        office.moves_to("2027-01-05 09:00")
        facts = {"aware": "2027-01-05T08:00:00+00:00"}
        office.done(MANAGER, "incident.start", pathway="serious-incident", facts=facts)
        yield office


def letters(office: Office) -> list[outbox.Outgoing]:
    with office.reading() as scope:
        found = outbox.about(scope, f"incident:{TEST}", ["record-link"])
        for each in found:
            scope.session.expunge(each)
        return found


def test_somebody_on_the_list_has_a_link_sent_to_their_own_address(written: Office) -> None:
    answer = written.done(NURSE, "incident.record-link", reference=TEST)
    assert "on its way to your mail address" in answer.text
    [letter] = letters(written)
    assert (letter.person, letter.through) == (written.person(NURSE), "mail")
    assert letter.words.by_mail is not None and TEST in letter.words.by_mail.title
    nurse = written.person(NURSE)
    with written.looking() as work:
        link = links.open_link(work.scope.session, letter.words.link, written.now)
        assert link is not None and (link.purpose, link.person) == ("record", nurse)
        assert link_pages.case_of(work, link).reference == TEST and links.fits(link, letter.words.link_code)


def test_the_handler_has_one_sent_to_the_scrutineer_once_they_are_on_the_list(written: Office) -> None:
    refused = written.refused(MANAGER, "incident.record-link", reference=TEST, person=SCRUTINEER)
    assert "not on the list" in refused and "incident list-add" in refused and letters(written) == []
    with written.runner.store.writing() as session:
        scope = Scope(session, written.partnership)
        case_lists.put(scope, TEST, f"post:{SCRUTINEER}", written.now, added_by="one", agreed_by="another")
    written.done(MANAGER, "incident.record-link", reference=TEST, person=SCRUTINEER)
    assert [letter.person for letter in letters(written)] == [written.person(SCRUTINEER)]
    refused = written.refused(NURSE, "incident.record-link", reference=TEST, person=SCRUTINEER)
    assert "Business Manager, who handles it" in refused


def test_a_link_is_refused_where_there_is_no_page_to_lead_to(office: Office) -> None:
    assert "no page or no mail here" in office.refused(NURSE, "incident.record-link", reference=TEST)


def test_the_seal_of_the_tests_is_set() -> None:
    """Without it the tests about what is sealed would show nothing."""
    assert SEAL.open(SEAL.close({"a": 1})) == {"a": 1}
