"""Polls answered on their page: attendance, a date, a decision, for each seat that somebody answers for.

Looking changes nothing, a scanner answers nothing, what is wrong is said beside its field, and nothing typed is lost.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from storage.records import ledger, polls
from storage.records.polls import Poll
from storage.records.scope import Scope
from tests.bot.web.polls import (
    CHAIR,
    MANAGER,
    NURSE,
    PA,
    POLICE,
    PROPOSAL,
    a_date,
    a_decision,
    an_office_of_polls,
    answers,
    covers_the_police,
    opened,
    seat,
    who_comes,
    with_a_pa,
)
from tests.offices import Office
from tests.scenarios.web import Shown, Site, a_site

GONE = "This link leads nowhere any more"
NHS_NUMBER = "943 476 5919"

Makes = Callable[[Office], Poll]
EVERY: tuple[Makes, ...] = (who_comes, a_date, a_decision)


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office_of_polls() as found:
        yield found


@pytest.fixture
def site(office: Office) -> Iterator[Site]:
    with a_site(office) as found:
        yield found


def fills(page: Shown, post: str, **filled: str) -> Shown:
    """Sends the page in with these fields of a seat."""
    return page.sends(**{f"{post}.{name}": value for name, value in filled.items()})


def state(office: Office, poll: Poll) -> str:
    said = answers(office, poll)
    with office.reading() as scope:
        return f"{ledger.head(scope)} {said}"


# Answered


def test_who_comes_is_answered_by_one_press_and_can_be_changed(site: Site, office: Office) -> None:
    poll = who_comes(office)
    page = opened(site, poll)
    assert (page.status, page.title) == (200, "Executive of Tuesday 16 March 2027: who comes")
    for words in ("14:00", "0 of 3 come", "Chief Nurse", "ring 999", "until the meeting begins"):
        assert words in page.text
    said = fills(page, NURSE, value="yes")
    assert said.title == "Answered: Executive, Tuesday 16 March 2027"
    row = seat(office, poll, NURSE)
    assert (row.value, row.came_by, row.answered_by) == ("yes", "mail", office.person(NURSE))
    page = said.leads("See it, or change your answer")
    assert "Yes. Answered by you, on this page, at 06:00 on Monday 4 January 2027." in page.text
    assert (f"{NURSE}.value", "yes") in page.form.fields
    fills(page, NURSE, value="no", because="In court")
    row = seat(office, poll, NURSE)
    assert (row.value, row.because, row.answers) == ("no", "In court", 2)


def test_when_somebody_can_is_answered_for_each_slot(site: Site, office: Office) -> None:
    poll = a_date(office)
    page = opened(site, poll)
    assert page.status == 200 and "Outlook was not seen" in page.text
    assert "Tuesday 9 March 2027, 10:00 to 12:00" in page.text
    said = fills(page, NURSE, s1="yes", s2="if need be", s3="no")
    assert said.title == f"Your answer: {poll.name}"
    row = seat(office, poll, NURSE)
    assert (list(row.slots.values()), row.came_by) == (["yes", "if need be", "no"], "mail")
    page = said.leads("See it, or change your answer")
    assert (f"{NURSE}.s2", "if need be") in page.form.fields


def test_a_seat_decides_and_a_disagreement_without_its_reason_is_asked_for_it_beside_its_field(
    site: Site, office: Office
) -> None:
    poll = a_decision(office)
    page = opened(site, poll)
    assert page.title == poll.name and PROPOSAL in page.text
    wrong = fills(page, NURSE, value="disagree")
    assert wrong.status == 422 and len(wrong.errors) == 1 and "reason" in wrong.errors[0]
    assert (f"{NURSE}.value", "disagree") in wrong.form.fields
    assert answers(office, poll) == 0
    said = fills(wrong, NURSE, because="there is no money for it")
    assert said.title == f"Your answer counts: {poll.name}"
    assert (seat(office, poll, NURSE).value, seat(office, poll, NURSE).came_by) == ("disagree", "mail")
    assert "because: there is no money for it" in said.leads("See it, or change your answer").text


def test_one_page_has_every_seat_of_somebody_and_each_is_answered_for_itself(site: Site, office: Office) -> None:
    covers_the_police(office)
    poll = who_comes(office)
    page = opened(site, poll)
    assert page.form.names.count(f"{NURSE}.value") == page.form.names.count(f"{POLICE}.value") == 4
    page = fills(page, NURSE, value="unsure").leads("See it, or change your answer")
    assert [seat(office, poll, post).answers for post in (NURSE, POLICE)] == [1, 0]
    fills(page, POLICE, value="no")
    assert [seat(office, poll, post).value for post in (NURSE, POLICE)] == ["unsure", "no"]
    assert seat(office, poll, NURSE).answers == 1


def test_a_pa_answers_whether_the_officer_comes_and_never_a_decision(site: Site, office: Office) -> None:
    with_a_pa(office)
    poll = who_comes(office)
    fills(opened(site, poll, PA), NURSE, value="yes")
    row = seat(office, poll, NURSE)
    assert (row.value, row.came_by) == ("yes", "pa")
    assert "Answered by PA of the Chief Nurse, by the PA or staff officer" in opened(site, poll).text
    assert opened(site, a_decision(office), PA).title == GONE


# Looking, and scanners


@pytest.mark.parametrize("makes", EVERY)
def test_looking_changes_nothing_and_a_form_that_is_sent_in_as_it_stands_answers_nothing(
    site: Site, office: Office, makes: Makes
) -> None:
    poll = makes(office)
    before = state(office, poll)
    page = opened(site, poll)
    assert not [name for name, value in page.form.fields if value and not name.startswith("_") and name != "mark"]
    assert page.sends().errors == ["Choose an answer."]
    assert state(office, poll) == before


def test_a_scanner_that_sends_in_an_answer_again_as_it_stands_does_not_make_it_its_own(
    site: Site, office: Office
) -> None:
    with_a_pa(office)
    poll = who_comes(office)
    fills(opened(site, poll, PA), NURSE, value="deputy", because="On leave")
    before = state(office, poll)
    again = opened(site, poll).sends()
    assert (again.status, again.title) == (200, "This is what stands there already")
    assert state(office, poll) == before


def test_a_form_that_is_sent_in_twice_counts_once_and_one_from_elsewhere_not_at_all(site: Site, office: Office) -> None:
    poll = who_comes(office)
    page = opened(site, poll)
    fills(page, NURSE, value="yes")
    assert fills(page, NURSE, value="yes").title == "This is what stands there already"
    assert seat(office, poll, NURSE).answers == 1
    stranger = site.browser().posts(page.url, [(f"{NURSE}.value", "no")])
    assert stranger.status == 422 and "please send it again" in stranger.text
    assert seat(office, poll, NURSE).value == "yes"


@pytest.mark.parametrize("makes", EVERY)
def test_no_address_and_no_title_holds_whose_page_it_is(site: Site, office: Office, makes: Makes) -> None:
    page = opened(site, makes(office))
    title = page.html.partition("<title>")[2].partition("</title>")[0]
    assert "Nurse" not in title and "nurse" not in page.url
    assert page.headers["Cache-Control"] == "no-store"


# What is wrong


@pytest.mark.parametrize(
    ("makes", "filled", "errors"),
    [
        (who_comes, {"value": "no", "because": f"See {NHS_NUMBER}"}, ["NHS number"]),
        (who_comes, {"value": "yes", "who": "somebody"}, ["only where a deputy comes"]),
        (who_comes, {"value": "deputy", "who": "nobody-we-know"}, ["nobody"]),
        (who_comes, {"because": "On leave"}, ["Choose an answer."]),
        (a_date, {"s1": "yes"}, ["Choose an answer.", "Choose an answer."]),
        (a_decision, {"value": "agree", "because": f"See {NHS_NUMBER}"}, ["NHS number"]),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_stays_typed(
    site: Site, office: Office, makes: Makes, filled: dict[str, str], errors: list[str]
) -> None:
    poll = makes(office)
    wrong = fills(opened(site, poll), NURSE, **filled)
    assert wrong.status == 422 and len(wrong.errors) == len(errors)
    for said, words in zip(wrong.errors, errors, strict=True):
        assert words in said
    for name, value in filled.items():
        assert (f"{NURSE}.{name}", value) in wrong.form.fields
    assert answers(office, poll) == 0


def test_words_that_may_name_somebody_are_asked_back_before_they_count(site: Site, office: Office) -> None:
    poll = a_decision(office)
    asked = fills(opened(site, poll), NURSE, value="reservation", because="We wait for Alex Example to answer")
    assert asked.status == 422 and '"Alex Example"' in asked.text and "a child" in asked.text
    assert answers(office, poll) == 0
    said = asked.sends(_tick=["names"])
    assert said.title == f"Your answer counts: {poll.name}" and answers(office, poll) == 1


def test_an_answer_about_a_day_from_which_the_meeting_has_moved_is_not_taken_for_the_new_one(
    site: Site, office: Office
) -> None:
    poll = who_comes(office)
    page = opened(site, poll)
    office.done(MANAGER, "meeting.move", group="executive", place=poll.meeting, day="2027-03-23")
    asked = fills(page, NURSE, value="yes")
    assert asked.status == 422 and "has changed since" in asked.text and "Tuesday 23 March 2027" in asked.text
    assert (f"{NURSE}.value", "yes") in asked.form.fields and answers(office, poll) == 0
    assert asked.sends().title == "Answered: Executive, Tuesday 23 March 2027"


# Whose it is, and when it is over


def test_the_page_of_somebody_who_has_left_the_post_leads_nowhere_and_says_nothing(site: Site, office: Office) -> None:
    poll = who_comes(office)
    page = opened(site, poll)
    office.done(MANAGER, "people.leave", post=NURSE, person="chief-nurse@ourshire.invalid")
    office.moves_to(office.now + timedelta(days=1))
    gone = page.browser.gets(page.url)
    assert (gone.status, gone.title) == (410, GONE) and "Executive" not in gone.text
    assert fills(page, NURSE, value="yes").title == GONE
    assert answers(office, poll) == 0


def test_once_the_meeting_has_begun_the_page_shows_what_was_answered_and_takes_nothing(
    site: Site, office: Office
) -> None:
    poll = who_comes(office)
    page = opened(site, poll)
    fills(page, NURSE, value="yes")
    office.moves_to("2027-03-16 14:00")
    over = page.browser.gets(page.url)
    assert over.forms == [] and "Answers change no more." in over.text and "Yes." in over.text
    late = page.browser.posts(page.url, [(f"{NURSE}.value", "no")])
    assert late.status == 422 and "no answers are taken any more" in late.text
    office.moves_to("2027-06-01 09:00")
    assert page.browser.gets(page.url).title == GONE


def test_what_came_of_a_decision_and_of_a_date_stands_on_their_pages(site: Site, office: Office) -> None:
    decision, date = a_decision(office), a_date(office)
    pages = [opened(site, poll) for poll in (decision, date)]
    for post in (CHAIR, NURSE, POLICE):
        office.done(post, "decision.answer", group="executive", number=1, post=post, value="agree")
    office.done(CHAIR, "decision.close", group="executive", number=1)
    slot = str(date.question["slots"][0]["at"])  # type: ignore[index]
    office.done(CHAIR, "date.confirm", group="executive", number=1, slot=slot)
    texts = [page.browser.gets(page.url) for page in pages]
    assert [page.forms for page in texts] == [[], []]
    assert "agreed" in texts[0].text and "The date is found: Tuesday 9 March 2027, 10:00" in texts[1].text


def test_a_poll_that_was_withdrawn_leads_nowhere(site: Site, office: Office) -> None:
    poll = a_decision(office)
    page = opened(site, poll)
    office.done(CHAIR, "decision.withdraw", group="executive", number=1, because="It was asked twice")
    assert page.browser.gets(page.url).title == GONE


def test_a_page_leads_to_whatever_else_the_same_person_has_a_letter_for(site: Site, office: Office) -> None:
    coming, decision = who_comes(office), a_decision(office)
    opened(site, decision)
    page = opened(site, coming)
    assert page.leads(f"Also asked of you: {decision.name}").title == decision.name
    fills(page, NURSE, value="yes")
    with office.runner.store.writing() as session:
        row = polls.find(Scope(session, office.partnership), polls.DECISION, decision.place)
        assert row is not None
        row.state = "closed"
        session.add(row)
    assert not [words for words, _ in page.browser.gets(page.url).links if words.startswith("Also asked")]
