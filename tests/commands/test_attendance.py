"""Whether people come: seats are asked, answer by one press, change it; what was told is recorded as told."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlmodel import select

from commands import attendance_asking
from storage.records import ledger, links, people, polls
from tests.commands.nine import (
    ASKED,
    CHAIR,
    MANAGER,
    OFFERED,
    REMINDED,
    SEATS,
    about,
    an_office_of_nine,
    asked_office_of_nine,
    comes_to,
    live,
    says,
    seat,
    stands,
    the_nine,
    told,
)
from tests.offices import ALL_WAYS, Office, an_office

ASKS = "attendance-asked"


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office_of_nine() as office:
        yield office


@pytest.fixture
def asked() -> Iterator[Office]:
    with asked_office_of_nine() as office:
        yield office


def enters(office: Office, email: str, post: str, capacity: str = "holder", **more: object) -> None:
    office.done(
        MANAGER, "people.enter", email=email, name=email.partition("@")[0], post=post, capacity=capacity, **more
    )


# Asked


def test_each_seat_is_asked_once_three_weeks_before_with_a_press_for_each_answer(office: Office) -> None:
    comes_to(office, "2027-03-30 08:59")
    assert told(office, "seat-5", ASKS) == []
    comes_to(office, ASKED)
    assert [len(told(office, post, ASKS)) for post in SEATS] == [1] * 9
    [message] = told(office, "seat-5", ASKS)
    assert message.title == "Executive, Tue 20 Apr 2027: do you come?"
    assert [button.label for button in message.buttons] == ["Yes", "My deputy comes", "No", "Not sure"]
    assert told(office, "auditor", ASKS) == []


def test_who_has_said_it_before_is_not_asked(office: Office) -> None:
    says(office, "seat-5", "no")
    comes_to(office, ASKED)
    assert told(office, "seat-5", ASKS) == []
    assert seat(office, "seat-5").comes == "no"


def test_nobody_is_asked_where_that_was_chosen_and_the_chair_hears_what_is_needed() -> None:
    planning = the_nine().planning.model_copy(update={"attendance_days": 0})
    with an_office_of_nine(the_nine().model_copy(update={"planning": planning})) as office:
        comes_to(office, OFFERED)
        assert told(office, "seat-5", ASKS) == []
        [offer] = told(office, CHAIR, "quorum-needed")
        assert "needs 6 of 9 representatives" in offer.text and offer.buttons == ()


def test_a_meeting_that_is_not_confirmed_is_not_asked_about() -> None:
    with an_office(definition=the_nine(), opened="2027-03-29 06:00") as office:
        comes_to(office, OFFERED)
        assert told(office, "seat-5", ASKS) == []


def test_a_group_may_have_days_of_its_own() -> None:
    chosen = the_nine().planning.model_copy(update={"attendance_days": 0})
    own = {"executive": chosen.groups["executive"].model_copy(update={"attendance_days": 21})}
    planning = chosen.model_copy(update={"groups": own})
    with an_office_of_nine(the_nine().model_copy(update={"planning": planning})) as office:
        comes_to(office, ASKED)
        assert len(told(office, "seat-5", ASKS)) == 1


def test_who_is_outside_chat_has_a_personal_link_that_stays_theirs(office: Office) -> None:
    office.runner = replace(office.runner, ways=ALL_WAYS)
    office.done(MANAGER, "people.leave", post="seat-2", until="2027-03-29")
    enters(office, "outside@agency.example", "seat-2", since="2027-03-30")
    comes_to(office, ASKED)
    record = f"poll:attendance:executive.{about(office)['place']}"
    with office.reading() as scope:
        [link] = scope.session.exec(select(links.Link).where(links.Link.purpose == "poll")).all()
        assert link.person == people.person_id("outside@agency.example")
        assert link.record == record


def test_who_has_not_answered_has_one_line_two_weeks_before(asked: Office) -> None:
    says(asked, "seat-5", "unsure")
    comes_to(asked, REMINDED)
    notes = {post: "\n".join(each.text for each in told(asked, post, "daily-note")) for post in ("seat-5", "seat-6")}
    assert "there is no answer yet whether you come" in notes["seat-6"]
    assert "whether you come" not in notes["seat-5"]


def test_who_comes_into_a_seat_is_asked_and_what_the_leaver_said_counts_no_more(asked: Office) -> None:
    says(asked, "seat-2", "yes")
    asked.done(MANAGER, "people.leave", post="seat-2", until="2027-04-01")
    assert seat(asked, "seat-2").vacant
    assert live(asked).title == "Executive, Tue 20 Apr 2027: 0 of 8 come; of 9 with vacant posts"
    enters(asked, "new@agency.example", "seat-2", since="2027-04-02")
    assert seat(asked, "seat-2").comes == ""
    comes_to(asked, "2027-04-02 09:30")
    assert len(told(asked, "seat-2", ASKS)) == 1
    says(asked, "seat-2", "yes")
    assert seat(asked, "seat-2").comes == "yes"


# Answering


def test_the_newest_answer_counts_and_what_was_said_before_stays(office: Office) -> None:
    for value, because in (("yes", ""), ("no", "annual leave"), ("unsure", "")):
        says(office, "seat-4", value, because=because)
    with office.reading() as scope:
        [poll] = polls.every(scope, kind=polls.ATTENDANCE)
        said = [(each.value, each.because) for each in polls.said(scope, poll, "seat-4")]
    assert said == [("yes", ""), ("no", "annual leave"), ("unsure", "")]
    assert seat(office, "seat-4").comes == "unsure"


def test_a_double_press_counts_once(office: Office) -> None:
    form = {**about(office), "post": "seat-4", "value": "yes"}
    first, second = (office.press("seat-4", "attendance.answer", "one-press", **form) for _ in range(2))
    assert second.repeated and second.answer == first.answer
    with office.reading() as scope:
        [poll] = polls.every(scope, kind=polls.ATTENDANCE)
        assert len(polls.said(scope, poll, "seat-4")) == 1


def test_whom_a_seat_does_not_concern_is_told_so_and_nothing_changes(office: Office) -> None:
    for who, post in (("seat-5", "seat-4"), ("auditor", "seat-4"), (MANAGER, "seat-4"), ("seat-5", "auditor")):
        said = office.refused(who, "attendance.answer", **about(office), post=post, value="yes")
        assert said.startswith("This can be done by whoever is in that seat")
    assert stands(office).poll is None


def test_a_pa_answers_for_the_officer_and_it_says_so(office: Office) -> None:
    enters(office, "pa@agency.example", "seat-3", "pa")
    says(office, "pa@agency.example", "yes", post="seat-3")
    found = seat(office, "seat-3")
    assert (found.comes, found.came_by, found.who) == ("yes", "pa", office.person("seat-3"))
    with office.looking() as work:
        line = attendance_asking.attendance_status.quorum_words.seat_line(work, found)
    assert line == "Seat 3: comes, answered by the PA or staff officer, pa"


def test_what_was_told_by_telephone_is_recorded_as_told_by_whoever_recorded_it(office: Office) -> None:
    answer = office.done(MANAGER, "attendance.told", **about(office), post="seat-3", value="no", because="in court")
    assert answer.title == "Recorded: Executive, Tuesday 20 April 2027"
    assert (
        "Seat 3: does not come, because in court, told by telephone, recorded by Business manager on Mon 29 Mar 2027"
        in answer.text
    )
    office.done(CHAIR, "attendance.told", **about(office), post="seat-3", value="yes")
    refused = office.refused("seat-5", "attendance.told", **about(office), post="seat-3", value="no")
    assert refused.startswith("This can be done by the business manager")
    assert (seat(office, "seat-3").comes, seat(office, "seat-3").came_by) == ("yes", "told")


def test_a_deputy_who_says_yes_comes_as_deputy_and_does_not_speak_for_the_holder(office: Office) -> None:
    enters(office, "deputy@agency.example", "seat-3", "deputy")
    refused = office.refused("deputy@agency.example", "attendance.answer", **about(office), post="seat-3", value="no")
    assert refused.startswith("You stand in for the Seat 3: whether they come is theirs to say.")
    says(office, "deputy@agency.example", "yes", post="seat-3")
    found = seat(office, "seat-3")
    assert (found.comes, found.who) == ("deputy", people.person_id("deputy@agency.example"))


def test_a_seat_that_sends_a_deputy_is_asked_who_unless_one_is_entered(office: Office) -> None:
    assert [button.label for button in says(office, "seat-3", "deputy").buttons] == ["Say who comes"]
    enters(office, "deputy@agency.example", "seat-4", "deputy")
    assert "deputy comes as deputy" in says(office, "seat-4", "deputy").text
    says(office, "seat-4", "deputy", who="seat-9")
    assert seat(office, "seat-4").who == office.person("seat-9")


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"because": "about 943 476 5919"}, "This holds an NHS number."),
        ({"value": "no", "who": "seat-9"}, "Who comes is said only where a deputy comes."),
        ({"asked": "2027-04-13"}, "The meeting has moved to Tuesday 20 April 2027 since this was asked."),
        ({"place": "n99"}, "This can be done by whoever is in that seat"),
        ({"value": "perhaps"}, "Input should be 'yes'"),
    ],
)
def test_what_cannot_be_taken_is_refused_beside_its_field(office: Office, form: dict[str, object], said: str) -> None:
    given = {**about(office), "post": "seat-4", "value": "yes", **form}
    assert office.refused("seat-4", "attendance.answer", **given).startswith(said)


def test_answers_change_until_the_meeting_begins_and_not_once_it_is_cancelled(office: Office) -> None:
    office.moves_to("2027-04-20 09:59")
    says(office, "seat-4", "yes")
    office.moves_to("2027-04-20 10:00")
    form = {**about(office), "post": "seat-4", "value": "no"}
    assert "has begun or has been" in office.refused("seat-4", "attendance.answer", **form)
    with an_office_of_nine() as other:
        other.done(MANAGER, "meeting.cancel", **(about(other)))
        form["place"] = form["place"]
        assert "is cancelled" in other.refused("seat-4", "attendance.answer", **form)


def test_the_ledger_has_the_ids_and_never_what_was_written(office: Office) -> None:
    says(office, "seat-4", "no", because="a long holiday")
    record = f"poll:attendance:executive.{about(office)['place']}"
    with office.reading() as scope:
        newest = list(ledger.entries(scope))[-1]
        assert (newest.action, newest.record, newest.ids) == (
            "attendance.answer",
            record,
            {"post": "seat-4", "answers": 1},
        )


def test_who_leaves_before_the_day_does_not_say_that_they_come(office: Office) -> None:
    office.done(MANAGER, "people.leave", post="seat-2", until="2027-04-10")
    form = {**about(office), "post": "seat-2", "value": "yes"}
    assert "nobody is in the post of the Seat 2 on that day" in office.refused("seat-2", "attendance.answer", **form)
    enters(office, "next@agency.example", "seat-2", since="2027-04-11")
    assert "you are not the Seat 2 on that day" in office.refused("seat-2", "attendance.answer", **form)
    comes_to(office, ASKED)
    assert told(office, "seat-2", ASKS) == []
    comes_to(office, "2027-04-12 09:30")
    assert len(told(office, "seat-2", ASKS)) == 1


def test_who_covers_today_is_asked_beside_who_is_there_on_the_day(office: Office) -> None:
    office.done(MANAGER, "people.cover", post="seat-2", person="auditor", until="2027-04-05")
    comes_to(office, ASKED)
    assert len(told(office, "auditor", ASKS)) == 1
    says(office, "auditor", "yes", post="seat-2")
    assert (seat(office, "seat-2").comes, seat(office, "seat-2").covers) == ("yes", "")


# When the meeting changes


def test_a_moved_meeting_is_asked_anew_and_an_old_press_counts_for_nothing(asked: Office) -> None:
    [press, *_] = told(asked, "seat-4", ASKS)[0].buttons
    asked.done("seat-4", press.does, **press.form)
    asked.done(MANAGER, "meeting.move", **about(asked), day="2027-04-19")
    assert seat(asked, "seat-4").comes == ""
    assert "has moved to Monday 19 April 2027" in asked.refused("seat-4", press.does, **press.form)
    asked.deliver()
    newest = told(asked, "seat-4", ASKS)[-1]
    assert newest.title == "Executive, Mon 19 Apr 2027: do you come?" and "has moved" in newest.text


def test_what_was_said_counts_again_once_a_move_is_taken_back(asked: Office) -> None:
    says(asked, "seat-4", "deputy", because="on leave")
    asked.done(MANAGER, "meeting.move", **about(asked), day="2027-04-19")
    asked.done(MANAGER, "undo")
    found = seat(asked, "seat-4")
    assert (found.comes, found.because) == ("deputy", "on leave")
    assert len(told(asked, "seat-4", ASKS)) == 1, "what would have asked for the other day was taken back"


def test_a_meeting_that_moves_far_ahead_is_asked_three_weeks_before_its_new_day(asked: Office) -> None:
    asked.done(MANAGER, "meeting.move", **about(asked), day="2027-06-15")
    comes_to(asked, "2027-04-30 09:30")
    assert len(told(asked, "seat-4", ASKS)) == 1
    comes_to(asked, "2027-05-25 09:30")
    assert told(asked, "seat-4", ASKS)[-1].title == "Executive, Tue 15 Jun 2027: do you come?"


def test_a_cancelled_meeting_closes_its_poll_and_a_restored_one_opens_it_with_what_was_said(office: Office) -> None:
    says(office, "seat-4", "yes")
    office.done(MANAGER, "meeting.cancel", **about(office))
    assert "the meeting is cancelled" in live(office).text
    office.done(MANAGER, "undo")
    assert seat(office, "seat-4").comes == "yes" and "kept true" in live(office).text


def test_the_poll_is_closed_the_night_after_the_meeting(office: Office) -> None:
    says(office, "seat-4", "yes")
    comes_to(office, "2027-04-21 04:00")
    with office.reading() as scope:
        [poll] = polls.every(scope, kind=polls.ATTENDANCE, state=None)
        found = (poll.state, poll.ended_because)
    assert found == ("closed", "the day of the meeting is over")


def test_a_press_that_says_what_stands_already_is_a_double_one(asked: Office) -> None:
    for value in ("yes", "yes", "no", "yes", "yes"):
        says(asked, "seat-2", value)
    with asked.reading() as scope:
        [poll] = polls.every(scope, kind=polls.ATTENDANCE)
        assert [each.value for each in polls.said(scope, poll, "seat-2")] == ["yes", "no", "yes"]
