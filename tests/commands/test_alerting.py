"""Alerts: told, answered, passed on, and who is told next until a human has been rung."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from commands import incidents
from storage.records import outbox, people, tellings
from storage.records.message import Message
from storage.records.scope import Scope
from storage.records.tellings import Telling
from tests.offices import Office, an_office

MANAGER = "business-manager"
FACTS = {"aware": "2027-01-05T08:00:00+00:00"}


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office() as office:
        office.moves_to("2027-01-05 09:00")
        yield office


def started(office: Office) -> str:
    """A case that was opened just now; its reference."""
    return office.done(MANAGER, "incident.start", pathway="serious-incident", facts=FACTS).title.split()[0]


def telling(office: Office, reference: str, post: str) -> Telling:
    with office.reading() as scope:
        found = tellings.find(scope, reference, post)
        assert found is not None
        scope.session.expunge(found)
        return found


def posts_told(office: Office, reference: str) -> list[str]:
    with office.reading() as scope:
        return [each.post for each in tellings.of_case(scope, reference)]


def alert(office: Office, post: str) -> Message:
    """The alert as it stands with whoever is in a post."""
    with office.reading() as scope:
        rows = [row for row in outbox.of_person(scope, office.person(post)) if row.kind == "incident-alert"]
        return rows[-1].words


def labels(message: Message) -> list[str]:
    return [button.label for button in message.buttons]


def facts(message: Message) -> dict[str, str]:
    return {field.label: field.value for field in message.fields}


def said(office: Office, reference: str, post: str) -> list[str]:
    with office.reading() as scope:
        return [each.what for each in tellings.said(scope, reference) if each.post == post]


def kinds_sent(office: Office, post: str) -> list[str]:
    """What whoever is in a post was sent about the case, oldest first."""
    person = office.person(post)
    return [p.kind for _, p in office.notebook.sent if p.person == person and p.kind.startswith("incident")]


def answers(office: Office, post: str, answer: str, **more: object) -> Message:
    return office.done(post, "incident.answer", reference="TEST-1", post=post, answer=answer, **more)


CHIEF, NURSE, DIRECTOR = "assistant-chief-constable", "chief-nurse", "director-childrens-services"
DEPUTY = "head-of-safeguarding"


# Told


def test_exactly_those_whom_the_arrangements_name_are_told_each_by_a_message_of_their_own(office: Office) -> None:
    reference = started(office)
    assert posts_told(office, reference) == [CHIEF, NURSE, DIRECTOR]
    office.deliver()
    told = {p.person for _, p in office.notebook.sent if p.kind == "incident-alert"}
    assert told == {office.person(post) for post in (CHIEF, NURSE, DIRECTOR)}


def test_an_alert_says_whom_to_ring_by_when_what_and_that_it_helps_no_child(office: Office) -> None:
    started(office)
    message = alert(office, NURSE)
    assert message.tone == "alert" and message.title == "OSCP: TEST-1"
    assert "If a child is in danger now, ring 999." in message.text and "01234 500500" in message.text
    assert facts(message)["Ring"] == "the Business Manager"
    assert facts(message)["By when"] == "The national Panel is notified: Tuesday 12 January 2027"
    assert labels(message) == [
        "I have this, I will ring within the hour",
        "Known to us",
        "Not me tonight: pass to the deputy",
    ]


def test_a_letter_about_it_says_less_and_names_no_kind(office: Office) -> None:
    started(office)
    letter = alert(office, NURSE).by_mail
    assert letter is not None and "TEST-1" in letter.title
    assert "Panel" not in letter.text and "child" not in letter.text.casefold().replace("safeguarding children", "")


def test_nothing_begins_while_the_pathway_is_switched_off(office: Office) -> None:
    office.done(MANAGER, "incident.switch-off")
    refused = office.refused(MANAGER, "incident.start", pathway="serious-incident", facts=FACTS)
    assert "It is not switched on here." in refused and "ring the Business Manager" in refused


def test_it_is_switched_on_only_where_somebody_would_notice_its_stopping() -> None:
    with an_office(ways=frozenset()) as office:
        office.done(MANAGER, "incident.switch-off")
        assert "CONVENOR_HEARTBEAT_URL is not set" in office.refused(MANAGER, "incident.switch-on")


# Answered


def test_whoever_has_it_is_asked_no_more_and_the_others_see_it(office: Office) -> None:
    started(office)
    office.moves_to("2027-01-05 09:05")
    answer = answers(office, NURSE, "have")
    assert answer.title == "TEST-1: You have this" and "You will ring by 10:05" in answer.text
    assert "Ring: the Business Manager." in answer.text
    assert facts(alert(office, CHIEF))["NHS Ourshire (Chief Nurse), answer"] == (
        "answered 09:05 by Chief Nurse: has this, and will ring by 10:05"
    )
    office.run_to("2027-01-05 09:50")
    assert kinds_sent(office, NURSE) == ["incident-alert"]
    assert labels(alert(office, NURSE)) == ["I have rung", "We know which child is meant"]


def test_a_promise_that_is_kept_ends_it(office: Office) -> None:
    started(office)
    answers(office, NURSE, "have")
    office.done(NURSE, "incident.rang", reference="TEST-1", post=NURSE)
    office.run_to("2027-01-05 14:00")
    assert said(office, "TEST-1", NURSE) == ["told", "have", "rang"]
    assert telling(office, "TEST-1", NURSE).state == "answered"


def test_a_promise_that_is_not_kept_lapses_and_telling_begins_anew(office: Office) -> None:
    started(office)
    answers(office, NURSE, "have", within=30)
    office.run_to("2027-01-05 09:45")
    assert said(office, "TEST-1", NURSE) == ["told", "have", "lapsed", "told", "again"]
    found = telling(office, "TEST-1", NURSE)
    assert (found.state, found.round, found.answer) == ("told", 2, "")


def test_what_is_known_to_an_agency_is_asked_no_more(office: Office) -> None:
    started(office)
    answers(office, NURSE, "known")
    office.run_to("2027-01-06 09:00")
    assert said(office, "TEST-1", NURSE) == ["told", "known"]


def test_what_is_known_to_somebody_and_said_again_on_a_later_message_counts_once(office: Office) -> None:
    started(office)
    answers(office, NURSE, "known")
    office.moves_to("2027-01-05 09:30")
    assert "Known to you" in answers(office, NURSE, "known").title
    assert said(office, "TEST-1", NURSE) == ["told", "known"]


def test_passed_on_the_deputy_is_told_and_it_stays_open(office: Office) -> None:
    started(office)
    office.moves_to("2027-01-05 09:03")
    assert "Head of Safeguarding is told now" in answers(office, DIRECTOR, "pass").text
    office.deliver()
    assert kinds_sent(office, DEPUTY) == ["incident-alert"]
    assert telling(office, "TEST-1", DIRECTOR).state == "told"
    office.done(DEPUTY, "incident.answer", reference="TEST-1", post=DIRECTOR, answer="known")
    assert telling(office, "TEST-1", DIRECTOR).answered_by == office.person(DEPUTY)


def test_it_cannot_be_passed_to_nobody(office: Office) -> None:
    started(office)
    refused = office.refused(NURSE, "incident.answer", reference="TEST-1", post=NURSE, answer="pass")
    assert "Nobody else is entered for this post" in refused
    assert telling(office, "TEST-1", NURSE).round == 1


@pytest.mark.parametrize("minutes", [5, 90, 24 * 60])
def test_a_promise_may_be_for_up_to_a_day(office: Office, minutes: int) -> None:
    started(office)
    answers(office, NURSE, "have", within=minutes)
    promised = telling(office, "TEST-1", NURSE).promised_at
    assert promised is not None and promised - office.now == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("by", "sentence"),
    [
        ("2027-01-05T08:00:00+00:00", "This time is past."),
        ("2027-01-06T10:00:00+00:00", "This is more than a day ahead."),
        ("2027-01-05T10:00:00", "This time needs its zone."),
    ],
)
def test_a_promise_for_no_time_is_refused(office: Office, by: str, sentence: str) -> None:
    started(office)
    form = {"reference": "TEST-1", "post": NURSE, "answer": "have", "by": by}
    assert sentence in office.refused(NURSE, "incident.answer", **form)
    assert telling(office, "TEST-1", NURSE).state == "told"


def test_a_press_that_comes_in_twice_counts_once(office: Office) -> None:
    started(office)
    form = {"reference": "TEST-1", "post": NURSE, "answer": "have"}
    first, second = (office.press(NURSE, "incident.answer", "press-1", **form) for _ in range(2))
    assert second.repeated and first.answer == second.answer
    assert said(office, "TEST-1", NURSE) == ["told", "have"]


def test_which_child_is_meant_is_an_answer_of_its_own(office: Office) -> None:
    started(office)
    answers(office, NURSE, "known")
    office.done(NURSE, "incident.knows-child", reference="TEST-1", post=NURSE)
    with office.reading() as scope:
        status = [r for r in outbox.of_person(scope, office.person(MANAGER)) if r.kind == "incident-status"][-1].words
    assert facts(status)["NHS Ourshire (Chief Nurse)"] == (
        "answered 09:00 by Chief Nurse: known to us; knows which child since 09:00"
    )


# May not


def test_another_agency_does_not_answer_for_one(office: Office) -> None:
    started(office)
    refused = office.refused(CHIEF, "incident.answer", reference="TEST-1", post=NURSE, answer="known")
    assert "This is answered by the Chief Nurse" in refused


def test_what_one_may_not_know_looks_like_what_does_not_exist(office: Office) -> None:
    started(office)
    form = {"post": NURSE, "answer": "known"}
    there = office.refused("head-teacher", "incident.answer", reference="TEST-1", **form)
    assert there == office.refused("head-teacher", "incident.answer", reference="TEST-9", **form)
    proposed = office.perform(office.actor(NURSE, confirmed=False), "incident.answer", reference="TEST-1", **form)
    absent = office.perform(office.actor(NURSE, confirmed=False), "incident.answer", reference="TEST-9", **form)
    assert proposed.refusals == absent.refusals and proposed.refused


# Who is told next


def test_the_steps_come_in_their_minutes_until_a_human_is_asked_to_ring(office: Office) -> None:
    started(office)
    office.run_to("2027-01-05 10:25")  # a step with nobody in it goes on to the next at once
    assert said(office, "TEST-1", DIRECTOR) == [
        "told",
        "again",
        "deputy",
        "written: nobody",
        "senior: nobody",
        "asked to ring",
    ]
    office.run_to("2027-01-05 12:00")
    assert kinds_sent(office, MANAGER).count("incident-ring") >= 6


def test_what_asks_to_ring_is_of_no_more_use_once_the_next_one_is_due(office: Office) -> None:
    started(office)
    for hour in ("10:05", "11:06", "12:07", "13:08"):  # nothing goes out meanwhile, as when nobody can be reached
        office.tick(f"2027-01-05 {hour}")
    with office.reading() as scope:
        rows = [row for row in outbox.of_person(scope, office.person(MANAGER)) if row.kind == "incident-ring"]
        made = [row.created_at for row in rows]
        assert len(rows) > 3 and all(row.expires_at == row.created_at + timedelta(hours=1) for row in rows)
    office.deliver()
    assert kinds_sent(office, MANAGER).count("incident-ring") == made.count(office.now)


def test_asking_to_ring_ends_only_when_somebody_was_reached(office: Office) -> None:
    started(office)
    office.run_to("2027-01-05 10:30")
    office.done(MANAGER, "incident.said", reference="TEST-1", post=NURSE, said="nobody")
    office.run_to("2027-01-05 12:30")
    asked = said(office, "TEST-1", NURSE).count("asked to ring")
    office.done(MANAGER, "incident.said", reference="TEST-1", post=NURSE, said="has-it")
    office.run_to("2027-01-06 12:30")
    assert said(office, "TEST-1", NURSE).count("asked to ring") == asked
    assert telling(office, "TEST-1", NURSE).state == "recorded"


def test_the_successor_of_somebody_who_left_is_told_at_the_next_step(office: Office) -> None:
    office.moves_to("2027-01-05 23:55")
    started(office)
    before = office.person(NURSE)
    with office.runner.store.writing() as session:
        for held in people.holdings(Scope(session, office.partnership), posts=[NURSE]):
            held.until = office.today
            session.add(held)
        new = people.enter(session, name="Chief Nurse who follows", email="next-nurse@ourshire.example", now=office.now)
        people.enter_holding(
            Scope(session, office.partnership),
            post=NURSE, person=new.id, capacity="holder", agency="nhs", since=date(2027, 1, 6), until=None,
        )  # fmt: skip
        following = new.id
    office.run_to("2027-01-06 00:30")
    with office.reading() as scope:
        again = [row for row in outbox.of_person(scope, following) if row.kind == "incident-again"]
        assert again and not [r for r in outbox.of_person(scope, before) if r.kind == "incident-again"]


def test_an_alert_that_reaches_nobody_moves_to_the_next_step_at_once(office: Office) -> None:
    started(office)
    office.done("time", "incident.not-reached", reference="TEST-1", post=DIRECTOR, reason="no such account")
    office.tick("2027-01-05 09:01")
    assert said(office, "TEST-1", DIRECTOR) == ["told", "not delivered", "again"]


# Silent until the morning


def at_night(office: Office) -> None:
    """The pathway by night, silent unless somebody decides otherwise."""
    office.moves_to("2027-01-05 23:30")
    with office.looking(MANAGER) as work:
        pathway = work.arrangements.pathway("serious-incident")
    opening = incidents.Opening(facts={"aware": office.at("2027-01-05 22:00")}, speed="morning")
    with office.runner.store.writing() as session:
        work = office.runner.work(Scope(session, office.partnership), office.actor(MANAGER), office.now)
        incidents.open_case(work, pathway, opening)


def test_what_is_silent_by_night_is_told_aloud_in_the_morning(office: Office) -> None:
    at_night(office)
    assert "Nobody is woken by this. It is told aloud at 07:30" in alert(office, NURSE).text
    office.run_to("2027-01-06 07:00")
    assert said(office, "TEST-1", NURSE) == ["told in silence"]
    office.run_to("2027-01-06 07:45")
    assert said(office, "TEST-1", NURSE) == ["told in silence", "told", "again"]


def test_the_handler_can_wake_people_before_the_morning(office: Office) -> None:
    at_night(office)
    office.moves_to("2027-01-06 02:00")
    assert "only" not in office.done(MANAGER, "incident.wake", reference="TEST-1").text
    assert said(office, "TEST-1", NURSE) == ["told in silence", "told"]
    office.run_to("2027-01-06 07:31")
    assert said(office, "TEST-1", NURSE).count("told") == 1


def test_an_answer_by_night_to_what_is_silent_counts(office: Office) -> None:
    at_night(office)
    answers(office, NURSE, "known")
    office.run_to("2027-01-06 09:00")
    assert said(office, "TEST-1", NURSE) == ["told in silence", "known"]
