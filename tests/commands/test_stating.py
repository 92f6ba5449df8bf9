"""Still in this post? None this month: true? What is asked now and then, of whom, and what follows from the answers."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from commands import stating
from storage.records import people, statements
from storage.records.message import Button, Message
from storage.records.scope import Scope
from storage.records.statements import Statement
from tests.offices import Office, an_office

MANAGER = "business-manager"
TOLD = ["assistant-chief-constable", "chief-nurse", "director-childrens-services"]
STILL = "OSCP: are you still in the post Chief Nurse?"
NONE = "OSCP: no serious incident in January 2027, is that right?"
FACTS = {"aware": "2027-01-19T08:00:00+00:00"}


@pytest.fixture
def february(office: Office) -> Office:
    """The office on 31 January 2027 at noon, after four quiet weeks in which the bot stood still."""
    office.moves_to("2027-01-31 12:00")
    return office


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office(opened="2026-12-31 06:00") as office:
        yield office


def asked(office: Office, post: str, title: str) -> list[Message]:
    return [message for message in office.sent_to(post) if message.title == title]


def button(message: Message, label: str) -> Button:
    return next(each for each in message.buttons if each.label == label)


def press(office: Office, post: str, title: str, label: str) -> Message:
    """What whoever is in a post is answered when they press a button of what they were asked."""
    pressed = button(asked(office, post, title)[-1], label)
    return office.done(post, pressed.does, **pressed.form)


def statement(office: Office, kind: str, part: str, post: str) -> Statement:
    with office.reading() as scope:
        found = statements.find(scope, kind, part, post)
        assert found is not None
        scope.session.expunge(found)
        return found


def lines(office: Office, which: str) -> list[str]:
    with office.looking(MANAGER) as work:
        return getattr(stating, which)(work)  # type: ignore[no-any-return]


# still in this post?


def test_whoever_hears_of_incidents_is_asked_on_the_first_working_day_of_the_quarter_at_nine(office: Office) -> None:
    office.run_to("2027-01-04 08:59")  # Friday 1 January is a bank holiday
    assert asked(office, "chief-nurse", STILL) == []
    office.run_to("2027-01-04 09:00:30")
    [message] = asked(office, "chief-nurse", STILL)
    assert [each.label for each in message.buttons] == ["Yes, I am still in this post", "No, I have left it"]
    for post in [*TOLD, "head-of-safeguarding", MANAGER]:
        assert [m for m in office.sent_to(post) if "are you still in the post" in m.title], post
    for post in ("scrutineer", "head-teacher"):
        assert not [m for m in office.sent_to(post) if "are you still in the post" in m.title], post


def test_each_quarter_has_one_question_and_the_next_quarter_another() -> None:
    with an_office(opened="2027-03-25 16:00") as office:
        office.run_to("2027-03-31 23:00")
        assert len(asked(office, "chief-nurse", STILL)) == 1
        office.run_to("2027-04-01 09:01")
        assert len(asked(office, "chief-nurse", STILL)) == 2
        assert statement(office, "in-post", "2027-Q2", "chief-nurse").answer == ""


def test_in_mid_quarter_they_are_asked_on_the_next_working_morning_never_by_night() -> None:
    with an_office(opened="2027-02-12 16:00") as office:  # a Friday
        office.run_to("2027-02-15 08:59")
        assert asked(office, "chief-nurse", STILL) == []
        office.run_to("2027-02-15 09:01")
        assert len(asked(office, "chief-nurse", STILL)) == 1


def test_nobody_is_asked_while_incidents_cannot_be_notified_here(office: Office) -> None:
    office.done(MANAGER, "incident.switch-off")
    office.run_to("2027-01-05 12:00")
    office.moves_to("2027-01-31 12:00")
    office.run_to("2027-02-02 12:00")
    titles = [title for post in (*TOLD, MANAGER) for title in office.told(post)]
    assert not [title for title in titles if "still in the post" in title or "is that right" in title]


def test_yes_is_recorded_and_nobody_else_hears_of_it(office: Office) -> None:
    office.run_to("2027-01-04 12:00")
    before = len(office.sent_to(MANAGER))
    assert press(office, "chief-nurse", STILL, "Yes, I am still in this post").title == "Thank you"
    office.deliver()
    assert statement(office, "in-post", "2027-Q1", "chief-nurse").answer == "yes"
    assert len(office.sent_to(MANAGER)) == before


def test_who_says_that_they_have_left_is_named_to_the_handler_once(office: Office) -> None:
    office.run_to("2027-01-04 12:00")
    for _ in range(2):
        press(office, "chief-nurse", STILL, "No, I have left it")
        office.deliver()
    assert office.told(MANAGER).count("OSCP: the Chief Nurse has left") == 1
    assert lines(office, "left_or_silent") == ["Chief Nurse: has said that they left; enter whoever is in the post now"]


def test_who_has_not_answered_is_named_after_two_weeks_until_they_do(office: Office) -> None:
    office.run_to("2027-01-18 09:00")
    assert lines(office, "left_or_silent") == []
    office.run_to("2027-01-18 09:01")
    said = lines(office, "left_or_silent")
    assert (
        'Chief Nurse: was asked on Mon 4 Jan 2027 "still in this post?" and has not answered, '
        "so counts as not to be reached"
    ) in said
    press(office, "chief-nurse", STILL, "Yes, I am still in this post")
    assert len(lines(office, "left_or_silent")) == len(said) - 1


def test_a_successor_is_not_doubted_for_what_the_one_before_did_not_answer(office: Office) -> None:
    office.run_to("2027-01-25 09:00")
    assert [line for line in lines(office, "left_or_silent") if line.startswith("Head of Safeguarding")]
    succeeds(office, "head-of-safeguarding", "new@ours.example")
    assert not [line for line in lines(office, "left_or_silent") if line.startswith("Head of Safeguarding")]


def succeeds(office: Office, post: str, email: str) -> None:
    """Somebody else holds a post from today on, as two people have agreed."""
    with office.runner.store.writing() as session:
        scope = Scope(session, office.partnership)
        for holding in people.holdings(scope, office.today, posts=[post]):
            holding.until = office.today - timedelta(days=1)
            session.add(holding)
        new = people.enter(session, name="Successor", email=email, now=office.now)
        people.enter_holding(
            scope, post=post, person=new.id, capacity="holder", agency="", since=office.today, until=None
        )


def test_nobody_answers_for_a_post_of_others_but_the_business_manager_may_enter_what_was_said(office: Office) -> None:
    office.run_to("2027-01-04 12:00")
    form = {"post": "chief-nurse", "part": "2027-Q1", "answer": "yes"}
    said = office.refused("head-teacher", "watch.in-post", **form)
    assert said.startswith("This can be done by ")
    assert said == office.refused("head-teacher", "watch.in-post", **form | {"post": "nobody-at-all"})
    unasked = {"post": "head-teacher", "part": "2027-Q1", "answer": "yes"}
    assert office.refused("head-teacher", "watch.in-post", **unasked) == "Nothing of this kind is asked of you."
    office.done(MANAGER, "watch.in-post", **form)
    assert statement(office, "in-post", "2027-Q1", "chief-nurse").answer == "yes"


def test_a_pa_answers_no_question_about_incidents_for_their_officer(office: Office) -> None:
    with office.runner.store.writing() as session:
        pa = people.enter(session, name="PA", email="pa@ours.example", now=office.now)
        scope, today = Scope(session, office.partnership), office.today
        people.enter_holding(scope, post="chief-nurse", person=pa.id, capacity="pa", agency="", since=today, until=None)
    office.run_to("2027-01-04 12:00")
    form = {"post": "chief-nurse", "part": "2027-Q1", "answer": "yes"}
    assert office.refused("pa@ours.example", "watch.in-post", **form) == "Nothing of this kind is asked of you."


# none this month: true?


def test_after_a_month_without_an_incident_each_partner_is_asked_on_its_first_working_day(february: Office) -> None:
    office = february
    office.run_to("2027-02-01 08:59")
    assert asked(office, "chief-nurse", NONE) == []
    office.run_to("2027-02-01 09:01")
    for post in TOLD:
        assert len(asked(office, post, NONE)) == 1, post
    assert asked(office, MANAGER, NONE) == []


def test_of_a_month_in_which_it_was_switched_on_nothing_is_asked(office: Office) -> None:
    office.run_to("2027-01-05 12:00")
    titles = [title for post in TOLD for title in office.told(post)]
    assert not [title for title in titles if "is that right" in title], "it was on for one day of December"


def test_after_a_month_with_an_incident_nobody_is_asked(office: Office) -> None:
    office.moves_to("2027-01-19 09:00")
    office.done(MANAGER, "incident.start", pathway="serious-incident", facts=FACTS)
    office.moves_to("2027-02-01 03:00")
    office.tick()
    office.tick("2027-02-01 09:00")
    with office.reading() as scope:
        assert statements.of_kind(scope, "none-this-month") == []


def test_none_is_recorded_and_who_does_not_answer_stands_in_the_digest_after_a_week(february: Office) -> None:
    office = february
    office.run_to("2027-02-01 10:00")
    press(office, "chief-nurse", NONE, "Yes, there was none")
    office.run_to("2027-02-08 09:00")
    assert lines(office, "month_unconfirmed") == []
    office.run_to("2027-02-08 09:01")
    unconfirmed = '"none in January 2027", asked on Monday 1 February 2027'
    assert lines(office, "month_unconfirmed") == [
        f"Ourshire Council has not confirmed {unconfirmed}",
        f"Ourshire Police has not confirmed {unconfirmed}",
    ]


def test_who_says_that_there_was_one_is_led_to_the_form_and_the_handler_hears_of_it(february: Office) -> None:
    office = february
    office.run_to("2027-02-01 10:00")
    answer = press(office, "chief-nurse", NONE, "There was one")
    assert [each.does for each in answer.buttons] == ["incident.notify"]
    office.deliver()
    assert "OSCP: an incident of January 2027 is not known here" in office.told(MANAGER)
    said = "NHS Ourshire says that there was an incident in January 2027 that is not known here"
    assert said in lines(office, "month_unconfirmed")


def test_the_question_goes_only_where_somebody_has_confirmed_who_they_are(february: Office) -> None:
    office = february
    with office.runner.store.writing() as session:
        for identity in people.identities(session, office.person("chief-nurse")):
            identity.state = "proposed"
            session.add(identity)
    office.run_to("2027-02-01 10:00")
    assert asked(office, "chief-nurse", NONE) == []
    assert len(asked(office, "assistant-chief-constable", NONE)) == 1
    refused = office.runner.perform(
        office.actor("chief-nurse", confirmed=False),
        "watch.none",
        {"post": "chief-nurse", "part": "2027-01", "answer": "none"},
        None,
        office.now,
    )
    assert "confirmed who you are" in str(refused.refusals[0])
