"""A date poll: asked of every seat, answered and changed, shown to whoever chairs, and taken with all that follows."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from storage.records import duties, links, meetings, people, polls
from storage.records.message import Message
from storage.records.scope import Scope
from tests.commands.chased import by_mail_only, letters, lines, stored
from tests.offices import ALL_WAYS, Office, an_office

from .examples_of_dates import slot_keys

MANAGER, CHAIR, NURSE, POLICE = (
    "business-manager", "director-childrens-services", "chief-nurse", "assistant-chief-constable",
)  # fmt: skip
SCRUTINEER, LAY = "scrutineer", "lay-member"
TABLE = (CHAIR, NURSE, POLICE, SCRUTINEER, LAY)
RECORD = "poll:date:executive.1"
OFFERED = ["Tue 16 Feb", "Tue 2 Mar", "Tue 9 Mar", "Tue 23 Mar", "Tue 30 Mar"]
"""The Executive stands on Tuesday 16 March 2027, the third Tuesday; its rule allows January to March."""


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office(opened="2027-01-04 09:00", incidents=False) as office:
        yield office


@pytest.fixture
def asked(office: Office) -> Office:
    """A date is looked for for the Executive's next meeting, and everybody has been asked."""
    office.done(MANAGER, "date.open", group="executive")
    office.deliver()
    return office


def answers(office: Office, who: str, *said: str, **more: object) -> Message:
    """Somebody answers each slot, with "y", "n" or "m" (if need be)."""
    words = {"y": "yes", "n": "no", "m": "if need be"}
    each = {f"s{number}": words[one] for number, one in enumerate(said[0], 1)}
    return office.done(who, "date.answer", group="executive", **each, **more)


def status(office: Office, who: str = MANAGER) -> Message:
    office.deliver()
    return next(m for m in reversed(office.sent_to(who)) if "have answered" in m.title)


def best(office: Office) -> str:
    return next((f.label for f in status(office).fields if f.value.startswith("Best so far")), "")


def keys(office: Office) -> list[str]:
    with office.reading() as scope:
        return slot_keys(scope, "executive")


def seat(office: Office, post: str) -> polls.Seat:
    with office.reading() as scope:
        poll = polls.find(scope, polls.DATE, "executive.1")
        assert poll is not None
        found = polls.seats(scope, poll)
        scope.session.expunge_all()
        return next(row for row in found if row.post == post)


def days(office: Office, group: str) -> list[tuple[str, str]]:
    """The group's meetings of the spring: their days and how they stand."""
    with office.reading() as scope:
        found = meetings.between(scope, date(2027, 1, 5), date(2027, 4, 30), group)
        return [(f"{row.day:%a %-d %b}", row.status) for row in found]


def left(office: Office, *posts: str) -> None:
    """Somebody leaves each of these posts today, and it is the day after."""
    for post in posts:
        office.done(MANAGER, "people.leave", post=post, until="2027-01-04")
    office.moves_to("2027-01-05 09:00")


# Asked


def test_every_seat_is_asked_once_about_five_dates_of_the_rule_and_outlook_is_said_not_to_be_seen(
    asked: Office,
) -> None:
    assert [row.person for row in stored(asked, "date-asked")] == [
        asked.person(post) for post in (POLICE, NURSE, CHAIR, LAY, SCRUTINEER)
    ]
    [message] = letters(asked, asked.person(NURSE), "date-asked")
    listed = [line[2:] for line in message.text.splitlines() if line.startswith("- ")]
    assert [f"{line.split()[0][:3]} {line.split()[1]} {line.split()[2][:3]}" for line in listed] == OFFERED
    assert "Outlook was not seen" in message.text
    assert [button.label for button in message.buttons] == ["Say when I can", "All of them suit me", "None of them"]


def test_what_is_asked_is_shown_first_and_nothing_is_kept_of_it(office: Office) -> None:
    shown = [str(each) for each in office.preview(MANAGER, "date.open", group="executive").changes]
    assert shown[0].startswith("Tuesday 16 February 2027, 14:00 to 16:00")
    assert shown[-2:] == [
        "Answers are asked for until: Monday 11 January 2027",
        "Only our own meetings were looked at. Outlook was not seen: nobody's calendar was.",
    ]
    assert stored(office, "date-asked") == []


def test_whoever_has_mail_only_has_a_personal_link_and_a_seat_with_nobody_is_named(office: Office) -> None:
    office.runner = replace(office.runner, ways=ALL_WAYS)
    left(office, SCRUTINEER, LAY)
    lay = by_mail_only(office, LAY, "lay@ours.example")
    said = office.done(MANAGER, "date.open", group="executive").text
    assert "Nobody is in these seats: Independent Scrutineer" in said
    [letter] = letters(office, lay, "date-asked")
    assert letter.buttons == () and "yours alone" in letter.text
    with office.reading() as scope:
        link = scope.session.get(links.Link, letter.link)
        assert link is not None and (link.person, link.record) == (lay, RECORD)


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"group": "nobody"}, "There is no such group."),
        ({"place": "2031-9"}, "The Executive has no such meeting ahead."),
        ({"closes": "2027-01-01"}, "That day is past."),
        ({"slots": "2 March 2027"}, "One date is no choice."),
        ({"slots": "6 March 2027; 9 March 2027"}, "Saturday 6 March 2027 is no working day: Saturday."),
        ({"slots": "9 March 2027; 11 January 2027"}, "is no later than the last day of answers."),
        ({"slots": "9 March 2027; soon"}, '"soon" is no day that can be read without guessing.'),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_sentence(office: Office, form: dict[str, str], says: str) -> None:
    assert says in office.refused(MANAGER, "date.open", **{"group": "executive", **form})


def test_what_is_wrong_is_said_all_at_once_and_for_one_meeting_one_date_is_looked_for(asked: Office) -> None:
    assert "A date for it is looked for already" in asked.refused(MANAGER, "date.open", group="executive")
    wrong = asked.refused(
        MANAGER, "date.open", group="practice", closes="2027-01-01", slots="6 March 2027; 7 March 2027"
    )
    assert len(wrong.splitlines()) == 3


def test_dates_that_are_typed_are_asked_about_with_what_speaks_against_them(office: Office) -> None:
    typed = "Tue 6 April 2027 10:00; 2027-03-16 9am; 2027-03-17"
    said = office.done(CHAIR, "date.open", group="executive", slots=typed).text.splitlines()
    assert said[:3] == [
        "Tuesday 16 March 2027, 09:00 to 11:00",
        "Wednesday 17 March 2027, 14:00 to 16:00",
        "Tuesday 6 April 2027, 10:00 to 12:00: later than our arrangements allow (latest Wednesday 31 March 2027)",
    ]


def test_our_own_meetings_of_the_same_people_are_looked_at(office: Office) -> None:
    teacher = office.person("head-teacher")
    left(office, LAY)
    with office.runner.store.writing() as session:
        scope = Scope(session, office.partnership)
        people.enter_holding(
            scope, post=LAY, person=teacher, capacity="holder", agency="", since=office.today, until=None
        )
    office.done(MANAGER, "meeting.extra", group="policies", day="2027-03-02", starts="15:00")
    said = office.done(MANAGER, "date.open", group="executive", slots="2 March 2027; 9 March 2027").text
    assert "Tuesday 2 March 2027, 14:00 to 16:00: the Policies Group meets then too, with 1 person" in said
    assert "Tuesday 9 March 2027, 14:00 to 16:00\n" in said


# Answered


def test_the_newest_answer_counts_and_what_was_said_before_stays(asked: Office) -> None:
    answers(asked, NURSE, "yynnm")
    assert best(asked) == "Tue 16 Feb 2027, 14:00"
    answers(asked, NURSE, "nynnm")
    assert best(asked) == "Tue 2 Mar 2027, 14:00"
    row = seat(asked, NURSE)
    assert (row.answers, row.came_by, list(row.slots.values())) == (2, "chat", ["no", "yes", "no", "no", "if need be"])
    with asked.reading() as scope:
        poll = polls.find(scope, polls.DATE, "executive.1")
        assert poll is not None
        assert [next(iter(each.slots.values())) for each in polls.said(scope, poll, NURSE)] == ["yes", "no"]


def test_a_double_press_counts_once(asked: Office) -> None:
    for _ in range(2):
        asked.press(NURSE, "date.answer", "press-1", group="executive", number=1, every="yes")
    assert seat(asked, NURSE).answers == 1


def test_where_business_can_be_done_best_comes_before_where_most_can_come(asked: Office) -> None:
    answers(asked, CHAIR, "nymnn")
    answers(asked, NURSE, "nyynn")
    answers(asked, POLICE, "ynynn")
    for post in (SCRUTINEER, LAY):
        answers(asked, post, "yynnn")
    assert best(asked) == "Tue 9 Mar 2027, 14:00"
    found = {field.label: field.value for field in status(asked).fields}
    assert found["Tue 9 Mar 2027, 14:00"] == (
        "Best so far. 3 of 3 who decide and 0 of 2 others can come. 3 of 3 are needed, 3 can. "
        "If need be: Director of Children's Services. Not: Lay Member and Independent Scrutineer."
    )
    assert found["Tue 2 Mar 2027, 14:00"].startswith("2 of 3 who decide and 2 of 2 others can come. 3 of 3 are needed,")
    assert status(asked).buttons[0].label == "Take Tue 9 Mar 2027, 14:00"


def test_the_message_is_kept_true_for_the_chair_and_the_manager_only(asked: Office) -> None:
    answers(asked, NURSE, "yyyyy")
    for post in (CHAIR, MANAGER):
        assert status(asked, post).title.endswith("1 of 5 have answered")
    assert {row.person for row in stored(asked, "date-status")} == {asked.person(CHAIR), asked.person(MANAGER)}


def test_a_pa_answers_for_the_officer_and_what_was_told_is_recorded_as_told(asked: Office) -> None:
    who = {"name": "PA", "email": "pa@ours.example"}
    asked.done(MANAGER, "people.enter", **who, post=NURSE, capacity="pa")
    assert "For the Chief Nurse." in answers(asked, "pa@ours.example", "yyyyy").text
    assert (seat(asked, NURSE).came_by, seat(asked, NURSE).who) == ("pa", asked.person(NURSE))
    said = answers(asked, CHAIR, "nnnny", post=POLICE).text
    assert said.startswith("Recorded for the Assistant Chief Constable, as told.")
    row = seat(asked, POLICE)
    assert (row.came_by, row.answered_by) == ("told", asked.person(CHAIR))


def test_whoever_covers_the_seat_for_this_group_answers_and_others_are_refused(asked: Office) -> None:
    teacher = asked.person("head-teacher")
    with asked.runner.store.writing() as session:
        scope = Scope(session, asked.partnership)
        people.enter_cover(
            scope, post=LAY, person=teacher, since=asked.today, until=date(2027, 1, 8), group="executive"
        )
    answers(asked, "head-teacher", "yyyyy")
    assert (seat(asked, LAY).value, seat(asked, LAY).came_by) == ("in", "chat")
    refused = asked.refused("designated-nurse", "date.answer", group="executive", every="yes")
    assert "whoever is asked, stands in or covers" in refused
    assert "This can be done by" in asked.refused(POLICE, "date.answer", group="executive", post=NURSE, every="yes")


def test_an_answer_without_a_word_for_each_date_is_refused_beside_each(asked: Office) -> None:
    outcome = asked.perform(NURSE, "date.answer", group="executive", s1="yes", s2="perhaps", s9="yes")
    assert [refusal.field for refusal in outcome.refusals] == ["s2", "s3", "s4", "s5", "s9"]


def test_the_answer_of_somebody_who_has_left_the_post_counts_no_longer(asked: Office) -> None:
    answers(asked, NURSE, "yyyyy")
    left(asked, NURSE)
    asked.done(MANAGER, "people.enter", name="Next Chief Nurse", email="next@ours.example", post=NURSE)
    answers(asked, POLICE, "yyyyy")
    assert status(asked).title.endswith("1 of 5 have answered")
    assert "No answer yet: Chief Nurse" in status(asked).text


# Reminded


def test_the_silent_are_reminded_the_day_before_and_the_chair_chooses_on_the_last_day(asked: Office) -> None:
    answers(asked, NURSE, "yyyyy")
    asked.run_to("2027-01-11 16:59")
    reminded = {post: [day for day, _ in lines(asked, asked.person(post), "date-due")] for post in TABLE}
    assert reminded == {post: [] if post == NURSE else ["2027-01-08"] for post in TABLE}
    assert stored(asked, "date-closes") == []
    asked.run_to("2027-01-11 17:01")
    [message] = letters(asked, asked.person(CHAIR), "date-closes")
    assert "1 of 5 have answered. Business can be done best on Tuesday 16 February 2027" in message.text
    assert message.buttons[0].label == "Take Tue 16 Feb 2027, 14:00"
    answers(asked, POLICE, "nnnny")  # until a date is taken


def test_once_everybody_has_answered_the_chair_is_asked_at_once_and_only_once(asked: Office) -> None:
    for post in TABLE:
        assert stored(asked, "date-closes") == []
        answers(asked, post, "nynnn")
        asked.run_to(asked.now)
    answers(asked, LAY, "yyyyy")
    asked.run_to("2027-01-12 09:00")
    assert [row.person for row in stored(asked, "date-closes")] == [asked.person(CHAIR)]
    assert all(not lines(asked, asked.person(post), "date-due") for post in TABLE)


# Taken


@pytest.fixture
def answered(asked: Office) -> Office:
    """All who decide can on Tuesday 9 March only, the Lay Member not then; the Scrutineer has not said."""
    for post in (CHAIR, NURSE, POLICE):
        answers(asked, post, "nnynn")
    answers(asked, LAY, "ynnnn")
    return asked


def take(office: Office, who: str = CHAIR) -> Message:
    return office.done(who, "date.confirm", group="executive", number=1, slot=keys(office)[2])


def test_what_moves_is_shown_first_and_taking_a_date_moves_and_confirms_it_with_what_follows(answered: Office) -> None:
    assert days(answered, "executive") == [("Tue 16 Mar", "planned")]
    assert days(answered, "practice")[0] == ("Tue 16 Feb", "planned")
    slot = keys(answered)[2]
    shown = [str(c) for c in answered.preview(CHAIR, "date.confirm", group="executive", slot=slot).changes]
    assert "Executive (2026-4): Tuesday 16 March 2027 becomes Tuesday 9 March 2027" in shown
    assert "Practice Group (2026-4): Tuesday 16 February 2027 becomes Tuesday 9 February 2027" in shown
    assert days(answered, "executive") == [("Tue 16 Mar", "planned")]
    assert take(answered).title == "The date is found: Executive"
    assert days(answered, "executive") == [("Tue 9 Mar", "confirmed")]
    assert days(answered, "practice")[0] == ("Tue 9 Feb", "planned")
    with answered.reading() as scope:
        row = meetings.between(scope, date(2027, 3, 9), date(2027, 3, 9), "executive")[0]
        assert row.papers_due == date(2027, 3, 2)
        assert row.reason == "found by a date poll"
        assert {d.due_at.date() for d in duties.of_record(scope, row.record) if d.kind == "meeting-tomorrow"} == {
            date(2027, 3, 8)
        }


def test_everybody_is_invited_and_only_those_whom_it_does_not_suit_hear_more(answered: Office) -> None:
    take(answered)
    answered.deliver()
    invited = {row.person for row in stored(answered, "meeting-confirmed")}
    assert invited == {answered.person(post) for post in TABLE}
    told = {row.person: row.words.text for row in stored(answered, "date-found")}
    assert told.keys() == {answered.person(LAY), answered.person(SCRUTINEER)}
    assert told[answered.person(LAY)].startswith("You had said of this date: no.")
    assert told[answered.person(SCRUTINEER)].startswith("You had not said whether this date suits you.")
    assert status(answered).title.endswith("found") and status(answered).buttons == ()
    assert answered.refused(NURSE, "date.answer", group="executive", number=1, every="no").startswith(
        "This date poll is"
    )
    answered.run_to("2027-01-12 09:00")
    assert stored(answered, "date-closes") == []


def test_taken_back_the_meeting_stands_as_before_and_the_poll_is_open_with_its_answers(answered: Office) -> None:
    take(answered)
    answered.done(CHAIR, "undo")
    assert days(answered, "executive") == [("Tue 16 Mar", "planned")]
    assert days(answered, "practice")[0] == ("Tue 16 Feb", "planned")
    assert best(answered) == "Tue 9 Mar 2027, 14:00"
    take(answered, MANAGER)
    assert days(answered, "executive") == [("Tue 9 Mar", "confirmed")]


def test_members_cannot_take_a_date(answered: Office) -> None:
    refused = answered.refused(POLICE, "date.confirm", group="executive", slot=keys(answered)[2])
    assert refused.startswith("This can be done by the business manager")


def test_a_meeting_that_was_moved_there_by_hand_meanwhile_is_confirmed(answered: Office) -> None:
    answered.done(MANAGER, "meeting.move", group="executive", place="2026-4", day="2027-03-09")
    assert "Tuesday 9 March 2027" in status(answered).text
    take(answered)
    assert days(answered, "executive") == [("Tue 9 Mar", "confirmed")]


def test_a_cancelled_meeting_ends_its_poll(answered: Office) -> None:
    answered.done(MANAGER, "meeting.cancel", group="executive", place="2026-4")
    assert "the meeting was cancelled" in status(answered).text
    answered.run_to("2027-01-12 09:00")
    assert stored(answered, "date-closes") == []


def test_closed_without_a_date_everybody_who_was_asked_hears_so_and_the_meeting_stays(answered: Office) -> None:
    said = answered.done(CHAIR, "date.close", group="executive", because="the hall is free on the old day").text
    assert said == "Nobody is asked any more. Told so: 5 people. The meeting stays on Tuesday 16 March 2027."
    told = stored(answered, "date-found")
    assert {row.person for row in told} == {answered.person(post) for post in TABLE}
    assert "the hall is free on the old day" in told[0].words.text
    assert days(answered, "executive") == [("Tue 16 Mar", "planned")]


def test_who_was_asked_in_error_and_has_not_read_it_hears_nothing(office: Office) -> None:
    office.done(MANAGER, "date.open", group="executive")
    office.done(MANAGER, "undo")
    office.deliver()
    assert [message.title for message in office.sent_to(NURSE)] == []


def test_a_new_meeting_is_added_beside_the_others_and_taken_away_again(office: Office) -> None:
    office.done(CHAIR, "date.open", group="executive", extra="yes")
    assert "beside the others" in letters(office, office.person(NURSE), "date-asked")[0].text
    answers(office, NURSE, "yyyyy")
    office.done(CHAIR, "date.confirm", group="executive", slot=keys(office)[0])
    [extra, series] = days(office, "executive")
    assert (extra[1], series) == ("confirmed", ("Tue 16 Mar", "planned"))
    office.done(CHAIR, "undo")
    assert days(office, "executive")[0] == (extra[0], "cancelled")


@pytest.mark.ids("CYC-SGLOS-SOG", "AMB-SGLOS-4WEEKS")
def test_with_south_gloucestershires_executive_its_senior_officers_group_moves_and_every_reminder_of_both() -> None:
    with an_office(definition="south-gloucestershire", opened="2027-04-08 09:00", incidents=False) as office:
        for group in ("sog", "executive"):
            office.done(MANAGER, "meeting.confirm", group=group, place="2027-1")
        before = owed(office, "sog", "2027-1") | owed(office, "executive", "2027-1")
        office.done(MANAGER, "date.open", group="executive")
        office.done("director-cah", "date.answer", group="executive", every="yes")
        slot = "2027-06-22T09:00:00+00:00"  # a Tuesday, a fortnight after the day on which it stands
        office.done(MANAGER, "date.confirm", group="executive", slot=slot)
        after = owed(office, "sog", "2027-1") | owed(office, "executive", "2027-1")
    assert {kind for _, kind, _ in before} >= {"meeting-tomorrow", "chairs-brief", "register-review", "quorum-needed"}
    assert after == {which: due + timedelta(days=14) for which, due in before.items()}


def owed(office: Office, group: str, place: str) -> dict[tuple[str, str, str], date]:
    """What a meeting asks, by record, kind and part: the day on which it does."""
    with office.reading() as scope:
        found = duties.of_record(scope, f"meeting:{group}:{place}")
        return {(duty.record, duty.kind, duty.part): duty.due_at.astimezone(office.zone).date() for duty in found}
