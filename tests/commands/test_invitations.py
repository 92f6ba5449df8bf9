"""Who is told of a meeting's date, once, and what stands in their calendar in the end."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from storage.arrangements.groups import Group
from storage.records import meetings, outbox, people
from storage.records.invited import Invited
from storage.records.meetings import MeetingRow
from storage.records.message import Message
from storage.records.outbox import Outgoing
from tests.calendar_program import CalendarProgram, read
from tests.commands.test_following_the_definition import as_it_stands, meeting_after
from tests.offices import OURSHIRE, Office, an_office

TEXT = OURSHIRE.read_text("utf-8")
MANAGER = "business-manager"
NEW = {"name": "New Head Teacher", "email": "new-head-teacher@ours.example", "post": "head-teacher"}


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office(incidents=False) as office:
        yield office


@pytest.fixture
def executive(office: Office) -> MeetingRow:
    return meeting_after(office, "executive", "2027-06-01")


@pytest.fixture
def practice(office: Office) -> MeetingRow:
    """Hangs on that meeting of the Executive."""
    return meeting_after(office, "practice", "2027-05-01")


def does(office: Office, action: str, row: MeetingRow, who: str = MANAGER, **form: object) -> Message:
    return office.done(who, f"meeting.{action}", group=row.group, place=row.place, **form)


def moves(office: Office, row: MeetingRow, days: int, **form: object) -> Message:
    return does(office, "move", row, day=(row.day + timedelta(days=days)).isoformat(), **form)


def undo(office: Office) -> None:
    office.done(MANAGER, "undo")


def texts_for(office: Office, person: str) -> list[str]:
    """The calendar texts that a person was sent, in the order of their coming."""
    parcels = [parcel for _, parcel in office.notebook.sent if parcel.person == person]
    return [each.text for parcel in parcels for each in parcel.message.attached]


def calendar_of(office: Office, person: str, order: Random | None = None) -> CalendarProgram:
    """The calendar of somebody who opens every entry, in the order of coming or in any other."""
    with office.reading() as scope:
        found = people.get(scope.session, person)
        assert found is not None
        program = CalendarProgram(found.email)
    texts = texts_for(office, person)
    if order is not None:
        order.shuffle(texts)
    for text in texts:
        program.takes(text)
    return program


def days_of(office: Office, post: str) -> list[date]:
    """The days on which something stands in the calendar of whoever is in a post."""
    return sorted(_day(start) for start, _ in calendar_of(office, office.person(post)).shows().values())


def _day(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def waiting(office: Office) -> list[str]:
    """The kinds of messages that wait."""
    with office.reading() as scope:
        return sorted(scope.session.exec(select(Outgoing.kind).where(Outgoing.state == "waiting")))


# What an entry holds


def the_entry(office: Office, post: str) -> tuple[str, Any]:
    (text,) = texts_for(office, office.person(post))
    return read(text)


def test_an_invitation_is_a_request_with_the_meetings_hours_and_no_childs_details(
    office: Office, executive: MeetingRow
) -> None:
    does(office, "confirm", executive)
    office.deliver()
    method, event = the_entry(office, "scrutineer")
    assert method == "REQUEST"
    assert str(event["UID"]) == f"ourshire.executive.{executive.place}@convenor.invalid"
    assert executive.day.isoformat() not in str(event["UID"])
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (executive.starts_at, executive.ends_at)
    assert str(event["SUMMARY"]) == "OSCP: Executive"
    assert event["DTSTAMP"].dt == office.now
    assert event["ORGANIZER"] == "mailto:business-manager@ourshire.invalid"
    assert event["ORGANIZER"].params["CN"] == "Safeguarding Unit"
    assert event["ATTENDEE"] == "mailto:scrutineer@ourshire.invalid"
    assert event["ATTENDEE"].params["RSVP"] == "FALSE"
    said = str(event["DESCRIPTION"])
    assert "You are invited as Independent Scrutineer." in said
    assert "Papers: Tuesday 8 June 2027." in said
    assert said.endswith("This follows the meeting in Convenor.")


def test_the_message_says_what_to_do_and_when_its_hour_is(office: Office, executive: MeetingRow) -> None:
    does(office, "confirm", executive)
    office.deliver()
    (message,) = office.sent_to("scrutineer")
    assert "Open the attached entry and your calendar follows." in message.text
    ((name, kind),) = ((each.name, each.kind) for each in message.attached)
    assert (name, kind) == (f"executive-{executive.place}.ics", "calendar")
    (moment,) = message.times
    assert moment.words in message.text and moment.words == "Tuesday 15 June 2027 at 14:00"
    assert moment.at == executive.starts_at


def test_a_meeting_without_an_hour_stands_as_a_whole_day_that_keeps_nobody_busy() -> None:
    with an_office(definition=TEXT.replace("starts = 14:00:00\nminutes = 120\n", "", 1)) as office:
        executive = meeting_after(office, "executive", "2027-06-01")
        does(office, "confirm", executive)
        office.deliver()
        _, event = the_entry(office, "scrutineer")
        assert (event["DTSTART"].dt, event["DTEND"].dt) == (executive.day, executive.day + timedelta(days=1))
        assert event["TRANSP"] == "TRANSPARENT"
        assert "No hour is set yet." in str(event["DESCRIPTION"])
        assert office.sent_to("scrutineer")[0].times == ()


def test_a_meeting_without_a_length_keeps_two_hours_and_says_so() -> None:
    with an_office(definition=TEXT.replace("starts = 14:00:00\nminutes = 120\n", "starts = 14:00:00\n", 1)) as office:
        executive = meeting_after(office, "executive", "2027-06-01")
        does(office, "confirm", executive)
        office.deliver()
        _, event = the_entry(office, "scrutineer")
        assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(hours=2)
        assert "do not say how long it lasts; this keeps 2 hours free" in str(event["DESCRIPTION"])


def test_an_entry_keeps_the_organiser_under_which_it_began(office: Office, executive: MeetingRow) -> None:
    does(office, "confirm", executive)
    office.deliver()
    administrator = office.actor("administrator")
    office.done(administrator, "people.leave", post=MANAGER, until="2027-01-04")
    office.moves_to("2027-01-05 09:00")
    office.done(administrator, "people.enter", name="New Manager", email="new@ours.example", post=MANAGER)
    moves(office, executive, 1)
    office.deliver()
    organisers = {str(read(text)[1]["ORGANIZER"]) for text in texts_for(office, office.person("scrutineer"))}
    assert organisers == {"mailto:business-manager@ourshire.invalid"}


def test_a_long_name_is_folded_and_marks_of_the_format_are_escaped() -> None:
    name = "Executive; of chiefs, councillors and commissioners \\ all of the county of Ourshire and its boroughs – Süd"
    escaped = name.replace("\\", "\\\\")
    with an_office(definition=TEXT.replace('name = "Executive"', f'name = "{escaped}"')) as office:
        does(office, "confirm", meeting_after(office, "executive", "2027-06-01"))
        office.deliver()
        assert str(the_entry(office, "scrutineer")[1]["SUMMARY"]) == f"OSCP: {name}"


# What is told after a change


def test_a_confirmation_undone_before_it_went_out_is_told_to_nobody(office: Office, executive: MeetingRow) -> None:
    does(office, "confirm", executive)
    assert "meeting-confirmed" in waiting(office)
    undo(office)
    assert waiting(office) == []
    office.deliver()
    assert office.notebook.sent == []


def test_a_confirmation_undone_after_it_went_out_is_followed_by_its_end(office: Office, executive: MeetingRow) -> None:
    does(office, "confirm", executive)
    office.deliver()
    undo(office)
    office.deliver()
    assert office.told("scrutineer") == [
        "Executive: Tuesday 15 June 2027",
        "Executive of Tuesday 15 June 2027 is no longer confirmed",
    ]
    assert days_of(office, "scrutineer") == []


def test_one_that_is_confirmed_again_at_once_is_told_once(office: Office, executive: MeetingRow) -> None:
    does(office, "confirm", executive)
    undo(office)
    does(office, "confirm", executive)
    office.deliver()
    assert office.told("scrutineer") == ["Executive: Tuesday 15 June 2027"]


def test_two_moves_that_wait_are_told_as_one_from_the_day_that_people_know(
    office: Office, executive: MeetingRow
) -> None:
    does(office, "confirm", executive)
    office.deliver()
    moves(office, executive, 1)
    moves(office, executive, 2)
    office.deliver()
    _, moved = office.sent_to("scrutineer")
    assert moved.text.startswith("The Executive of Tuesday 15 June 2027 is now on Thursday 17 June 2027 at 14:00.")
    assert days_of(office, "scrutineer") == [date(2027, 6, 17)]


def test_a_move_before_the_confirmation_went_out_is_told_as_the_confirmed_date(
    office: Office, executive: MeetingRow
) -> None:
    does(office, "confirm", executive)
    moves(office, executive, 1)
    office.deliver()
    assert office.told("scrutineer") == ["Executive: Wednesday 16 June 2027"]


def test_a_move_taken_back_before_it_went_out_is_told_to_nobody(office: Office, executive: MeetingRow) -> None:
    does(office, "confirm", executive)
    office.deliver()
    moves(office, executive, 1)
    undo(office)
    office.deliver()
    assert office.told("scrutineer") == ["Executive: Tuesday 15 June 2027"]
    assert days_of(office, "scrutineer") == [executive.day]


def test_a_cancellation_right_after_a_confirmation_leaves_nothing_to_say(office: Office, executive: MeetingRow) -> None:
    does(office, "confirm", executive)
    does(office, "cancel", executive)
    office.deliver()
    assert office.told("scrutineer") == []


def test_another_hour_on_the_same_day_is_told_as_one(office: Office, executive: MeetingRow) -> None:
    does(office, "confirm", executive)
    office.deliver()
    moves(office, executive, 0, starts="09:30")
    office.deliver()
    _, moved = office.sent_to("scrutineer")
    assert moved.title == "Executive of Tuesday 15 June 2027: another hour"
    assert "is now on Tuesday 15 June 2027 at 09:30, until 11:30." in moved.text


def test_what_is_on_its_way_when_it_changes_is_followed_by_what_became_of_it(
    office: Office, executive: MeetingRow
) -> None:
    does(office, "confirm", executive)
    keys = _on_their_way(office, unsure=True)
    does(office, "cancel", executive)
    assert waiting(office).count("meeting-cancelled") == len(keys)
    office.deliver()
    # The door finds nothing of the first try; it is not tried again, since it says what is no longer so.
    assert office.told("scrutineer") == ["Executive of Tuesday 15 June 2027 is cancelled"]


def test_what_a_platform_surely_did_not_take_counts_as_never_said(office: Office, executive: MeetingRow) -> None:
    does(office, "confirm", executive)
    _on_their_way(office, unsure=False)
    does(office, "cancel", executive)
    assert waiting(office) == []


def test_an_invitation_that_was_given_up_for_a_move_is_said_again_when_the_move_is_undone(
    office: Office, executive: MeetingRow
) -> None:
    does(office, "confirm", executive)
    _on_their_way(office, unsure=True)
    moves(office, executive, 3)
    undo(office)
    office.run_to("2027-01-06 12:00")
    # The door finds nothing of the first try, and the move has ended it.
    assert office.told("scrutineer").count("Executive: Tuesday 15 June 2027") == 1
    assert days_of(office, "scrutineer") == [executive.day]


def test_a_calling_off_that_was_given_up_is_said_again_when_the_meeting_is_cancelled_again(
    office: Office, executive: MeetingRow
) -> None:
    does(office, "confirm", executive)
    office.deliver()
    does(office, "cancel", executive)
    _on_their_way(office, unsure=True, kind="meeting-cancelled")
    undo(office)
    does(office, "cancel", executive)
    office.run_to("2027-01-06 12:00")
    assert office.told("scrutineer").count("Executive of Tuesday 15 June 2027 is cancelled") == 1
    assert days_of(office, "scrutineer") == []


def _on_their_way(office: Office, *, unsure: bool, kind: str = "meeting-confirmed") -> list[str]:
    """Marks all of a kind as tried once, without an answer or with the answer to come back later."""
    with office.runner.store.writing() as session:
        rows = list(session.exec(select(Outgoing).where(Outgoing.kind == kind)))
        for row in rows:
            row.attempts, row.unsure = 1, unsure
            session.add(row)
        return [row.key for row in rows]


def test_every_telling_has_a_higher_sequence_than_all_before(office: Office, executive: MeetingRow) -> None:
    does(office, "confirm", executive)
    office.deliver()
    moves(office, executive, 0, starts="09:30")
    office.deliver()
    does(office, "papers", executive)
    does(office, "papers-not-out", executive)
    does(office, "cancel", executive)
    office.deliver()
    undo(office)
    office.deliver()
    does(office, "unconfirm", executive)
    office.deliver()
    told = [read(text) for text in texts_for(office, office.person("scrutineer"))]
    assert [method for method, _ in told] == ["REQUEST", "REQUEST", "CANCEL", "REQUEST", "CANCEL"]
    sequences = [int(event["SEQUENCE"]) for _, event in told]
    assert sequences == sorted(set(sequences))
    assert len({str(event["UID"]) for _, event in told}) == 1


def test_a_meeting_that_was_held_ends_in_nobodys_calendar(office: Office) -> None:
    row = meeting_after(office, "practice", "2027-02-01")
    does(office, "confirm", row)
    office.run_to(f"{row.day} 18:00")
    does(office, "held", row)
    office.done(MANAGER, "people.leave", post="head-teacher", until=row.day.isoformat())
    office.run_to(f"{row.day + timedelta(days=1)} 12:00")
    assert [title for title in office.told(MANAGER) if "cancel" in title] == []
    texts = texts_for(office, people.person_id("head-teacher@ourshire.invalid"))
    assert [read(text)[0] for text in texts] == ["REQUEST"]


# Who is at the table


WITHOUT_SEATS = TEXT.replace(
    '    { post = "director-childrens-services", decides = true, source = "ours §4.1" },\n', ""
).replace('    { post = "chief-nurse", decides = true, source = "ours §4.1" },\n', "")


@pytest.mark.long
def test_a_chair_and_a_vice_chair_without_seats_are_told_and_reminded() -> None:
    assert WITHOUT_SEATS != TEXT
    with an_office(definition=WITHOUT_SEATS) as office:
        executive = meeting_after(office, "executive", "2027-06-01")
        answer = does(office, "confirm", executive)
        assert "Director of Children's Services, Chief Nurse" in answer.text
        office.run_to("2027-06-14 12:00")
        for post in ("director-childrens-services", "chief-nurse"):
            assert "Executive: Tuesday 15 June 2027" in office.told(post)
            assert "Agenda: Executive, Tuesday 15 June 2027" in office.told(post)
            assert "The Executive meets on Tuesday 15 June 2027 at 14:00" in office.sent_to(post)[-1].text


@pytest.mark.long
def test_somebody_with_two_seats_has_one_message_one_agenda_and_one_line(office: Office, practice: MeetingRow) -> None:
    office.done(MANAGER, "people.leave", post="designated-doctor", until="2027-01-04")
    office.run_to("2027-01-05 09:00")
    office.done(MANAGER, "people.hold", person="Designated Nurse", post="designated-doctor")
    does(office, "confirm", practice)
    office.run_to(f"{practice.day} 06:00")
    told = [m for m in office.sent_to("designated-nurse") if "18 May 2027" in m.title + m.text]
    assert [m.title for m in told if m.title.startswith("Practice Group:")] == ["Practice Group: Tuesday 18 May 2027"]
    assert [m.title for m in told if m.title.startswith("Agenda")] == ["Agenda: Practice Group, Tuesday 18 May 2027"]
    notes = "\n".join(m.text for m in told if m.title.startswith("To do, Monday 17 May"))
    assert notes.count("The Practice Group meets on Tuesday 18 May 2027") == 1
    (text,) = texts_for(office, office.person("designated-nurse"))
    assert "Designated Nurse and Designated Doctor" in str(read(text)[1]["DESCRIPTION"])


VACANT = ("head-teacher", "designated-doctor")


@pytest.fixture
def with_vacancies(office: Office) -> Office:
    for post in VACANT:
        office.done(MANAGER, "people.leave", post=post, until="2027-01-04")
    office.run_to("2027-01-05 09:00")
    return office


@pytest.mark.long
def test_seats_with_nobody_are_one_message_and_one_line_for_the_business_manager(
    with_vacancies: Office, practice: MeetingRow
) -> None:
    office = with_vacancies
    does(office, "confirm", practice, who="designated-nurse")
    office.run_to(f"{practice.day} 06:00")
    told = office.sent_to(MANAGER)
    (seats,) = [m for m in told if m.title == "Practice Group of Tuesday 18 May 2027: seats with nobody"]
    assert "These seats have nobody, so nobody is told for them: Head Teacher; Designated Doctor." in seats.text
    assert seats.attached == ()
    (agenda,) = [m for m in told if m.title == "Agenda: Practice Group, Tuesday 18 May 2027"]
    nobody = "the Head Teacher and the Designated Doctor: nobody is in these posts"
    assert agenda.text.startswith(f"For {nobody}.")
    (note,) = [m for m in told if m.title == "To do, Monday 17 May 2027"]
    assert note.text.count("The Practice Group meets on Tuesday 18 May 2027") == 1
    assert f"(for {nobody})" in note.text


def test_the_answer_names_who_is_told_and_the_seats_with_nobody(with_vacancies: Office, practice: MeetingRow) -> None:
    office = with_vacancies
    answer = does(office, "confirm", practice)
    assert "Everybody at the table is told: Designated Nurse, Detective Superintendent." in answer.text
    assert "These seats have nobody: Head Teacher, Designated Doctor." in answer.text
    office.deliver()
    assert not [title for title in office.told(MANAGER) if "seats with nobody" in title], "the answer has said it"


def test_what_becomes_of_seats_with_nobody_is_told_once_too(with_vacancies: Office, practice: MeetingRow) -> None:
    office = with_vacancies
    does(office, "confirm", practice, who="designated-nurse")
    office.deliver()
    does(office, "move", practice, who="designated-nurse", day="2027-05-19")
    office.deliver()
    does(office, "cancel", practice, who="designated-nurse")
    office.deliver()
    told = [m.text for m in office.sent_to(MANAGER) if m.title.endswith("seats with nobody")]
    assert [text.split(".")[0] for text in told] == [
        "The Practice Group meets on Tuesday 18 May 2027 at 10:00",
        "The Practice Group of Tuesday 18 May 2027 is now on Wednesday 19 May 2027 at 10:00",
        "The Practice Group of Wednesday 19 May 2027 does not take place",
    ]


# Who comes and goes


def test_a_successor_is_invited_once_and_the_leaver_called_off(office: Office, practice: MeetingRow) -> None:
    does(office, "confirm", practice)
    office.deliver()
    leaver = office.person("head-teacher")
    office.done(MANAGER, "people.leave", post="head-teacher", until="2027-01-04")
    office.done(MANAGER, "people.enter", **NEW, since="2027-01-05")
    office.deliver()
    assert calendar_of(office, leaver).shows() == {}
    at_door(office)
    office.run_to("2027-01-08 12:00")
    assert office.told("head-teacher").count("Practice Group: Tuesday 18 May 2027") == 1
    assert days_of(office, "head-teacher") == [practice.day]


def test_a_leaver_who_still_sits_there_by_another_post_keeps_the_entry(office: Office, practice: MeetingRow) -> None:
    office.done(MANAGER, "people.leave", post="designated-doctor", until="2027-01-04")
    office.run_to("2027-01-05 09:00")
    office.done(MANAGER, "people.hold", person="Designated Nurse", post="designated-doctor")
    does(office, "confirm", practice)
    office.deliver()
    nurse = office.person("designated-nurse")
    office.done(MANAGER, "people.leave", post="designated-doctor", until="2027-01-06")
    office.run_to("2027-01-08 12:00")
    assert len(texts_for(office, nurse)) == 1


def test_somebody_who_covers_on_the_day_of_the_meeting_has_it_and_whoever_is_covered_has_not(
    office: Office, practice: MeetingRow
) -> None:
    does(office, "confirm", practice)
    office.deliver()
    day = practice.day.isoformat()
    office.done(MANAGER, "people.cover", post="head-teacher", person="Lay Member", since=day, until=day)
    office.deliver()
    assert (days_of(office, "head-teacher"), days_of(office, "lay-member")) == ([], [practice.day])
    undo(office)
    office.deliver()
    assert (days_of(office, "head-teacher"), days_of(office, "lay-member")) == ([practice.day], [])


def test_cover_for_days_without_the_meeting_changes_nothing(office: Office, practice: MeetingRow) -> None:
    does(office, "confirm", practice)
    office.deliver()
    office.done(MANAGER, "people.cover", post="head-teacher", person="Lay Member", until="2027-01-08")
    office.run_to("2027-01-12 12:00")
    assert [t for t in office.told("lay-member") if t.startswith("Practice Group:")] == []
    assert len(texts_for(office, office.person("head-teacher"))) == 1


def test_nobody_is_told_again_in_the_night(office: Office, practice: MeetingRow, executive: MeetingRow) -> None:
    does(office, "confirm", practice)
    does(office, "confirm", executive)
    office.run_to("2027-01-20 12:00")
    with office.reading() as scope:
        given_out = list(scope.session.exec(select(Invited).order_by(col(Invited.sequence))))
        kinds = list(scope.session.exec(select(Outgoing.kind).where(col(Outgoing.kind).startswith("meeting-"))))
    assert len(given_out) == len(kinds) and set(kinds) == {"meeting-confirmed"}


def newcomer(office: Office) -> str:
    """A new Head Teacher, in post today and known at the door, the one before having left the day before."""
    office.done(MANAGER, "people.leave", post="head-teacher", until="2027-01-04")
    office.run_to("2027-01-05 09:00")
    return comes(office)


def comes(office: Office, **how: str) -> str:
    office.done(MANAGER, "people.enter", **NEW, **how)
    at_door(office)
    return office.person("head-teacher")


def test_somebody_whose_entry_was_undone_before_it_was_told_is_told_when_entered_again(
    office: Office, practice: MeetingRow
) -> None:
    does(office, "confirm", practice)
    person = newcomer(office)
    undo(office)
    office.deliver()
    assert texts_for(office, person) == []
    comes(office)
    office.run_to("2027-01-07 12:00")
    assert days_of(office, "head-teacher") == [practice.day]
    assert len(texts_for(office, person)) == 1


def test_somebody_whose_entry_was_undone_after_it_was_told_is_sent_nothing_more(
    office: Office, practice: MeetingRow
) -> None:
    does(office, "confirm", practice)
    person = newcomer(office)
    office.deliver()
    undo(office)
    moves(office, practice, 7)
    does(office, "cancel", practice)
    office.run_to("2027-01-07 12:00")
    assert len(texts_for(office, person)) == 1, "who is in no post is sent nothing, not even what ends an entry"


@pytest.mark.parametrize(("what", "ends_on"), [("moved", [date(2027, 5, 25)]), ("cancelled", []), ("unconfirmed", [])])
def test_what_has_become_of_a_meeting_is_told_to_whoever_is_entered_again(
    office: Office, practice: MeetingRow, what: str, ends_on: list[date]
) -> None:
    does(office, "confirm", practice)
    person = newcomer(office)
    office.deliver()
    undo(office)
    if what == "moved":
        moves(office, practice, 7)
    else:
        does(office, "cancel" if what == "cancelled" else "unconfirm", practice)
    office.deliver()
    comes(office)
    office.run_to("2027-01-07 12:00")
    assert days_of(office, "head-teacher") == ends_on
    assert len(texts_for(office, person)) == 2


def test_what_still_waits_for_a_leaver_at_midnight_is_said_when_they_are_in_a_post_again(
    office: Office, practice: MeetingRow
) -> None:
    does(office, "confirm", practice)
    person = newcomer(office)
    office.deliver()
    office.done(MANAGER, "people.leave", post="head-teacher")
    office.tick("2027-01-06 04:00")  # no delivery in the evening: that it is no longer theirs has not gone out
    office.run_to("2027-01-06 09:00")
    assert len(texts_for(office, person)) == 1
    comes(office, until="2027-03-31")
    office.deliver()
    assert office.told("head-teacher")[-1] == "Practice Group of Tuesday 18 May 2027: no longer yours"
    assert days_of(office, "head-teacher") == []


def at_door(office: Office, email: str = NEW["email"]) -> None:
    """The new Head Teacher, or whoever has an address, is known at the door of the office."""
    office.perform(
        "administrator",
        "identity.propose",
        door=office.notebook.name,
        tenant=office.partnership,
        user=people.person_id(email),
        email=email,
    )


# Whatever happens, each person's calendar ends right


WHICH = (("executive", "2027-06-01"), ("practice", "2027-05-01"))
"""Two meetings, of which the second follows the first; both are confirmed and told to begin with."""

OF_A_MEETING = ("confirm", "cancel", "restore", "unconfirm", "papers-not-out", "undo", "covers")
OF_ITSELF = ("a day passes", "enters", "leaves", "takes a second seat", "gives it up")
A_MOVE = st.tuples(
    st.just("move"), st.booleans(), st.sampled_from(WHICH), st.integers(1, 9), st.sampled_from(["", "09:15"])
)
A_STEP = st.one_of(
    A_MOVE,
    st.tuples(st.sampled_from(OF_A_MEETING), st.booleans(), st.sampled_from(WHICH)),
    st.tuples(st.sampled_from(OF_ITSELF), st.booleans()),
)
"""What happens, whether what waits then goes out at once, to which meeting, and how."""


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(steps=st.lists(A_STEP, min_size=5, max_size=15), order=st.randoms(use_true_random=False))
@pytest.mark.long
def test_every_calendar_ends_as_the_meetings_stand(steps: list[tuple[Any, ...]], order: Random) -> None:
    every_calendar_ends_right(steps, order)


def every_calendar_ends_right(steps: list[tuple[Any, ...]], order: Random) -> None:
    with an_office() as office:
        rows = {which: meeting_after(office, *which) for which in WHICH}
        for row in rows.values():
            does(office, "confirm", row)
        office.deliver()
        keeps: dict[str, dict[str, tuple[date, date]]] = {}
        for what, at_once, *how in steps:
            before = in_a_post(office)
            takes(office, what, *([rows[how[0]], *how[1:]] if how else []))
            after = in_a_post(office)
            if what == "undo":
                keeps |= {person: calendar_of(office, person).shows() for person in before - after}
            keeps = {person: shows for person, shows in keeps.items() if person not in after}
            if at_once:
                office.deliver()
        office.run_to(office.now + timedelta(days=1))
        office.deliver()
        with office.reading() as scope:
            everybody = [person.id for person in people.known_in(scope)]
        for person in everybody:
            # Whoever an undoing has put out of every post at once is sent nothing from then on (docs/doors.md).
            wanted = keeps[person] if person in keeps else should_hold(office, person)
            assert calendar_of(office, person).shows() == wanted
            assert calendar_of(office, person, order).shows() == wanted, "the order of coming made a difference"


def without_a_door(office: Office) -> list[str]:
    """The addresses of those in a post today who are known at no door."""
    now_in = in_a_post(office)
    with office.reading() as scope:
        known = [person for person in people.known_in(scope) if person.id in now_in]
        return [person.email for person in known if not people.identities(scope.session, person.id)]


def in_a_post(office: Office) -> set[str]:
    """Everybody who is in a post today, or covers one."""
    with office.reading() as scope:
        held = {holding.person for holding in people.holdings(scope, office.today)}
        return held | {cover.person for cover in people.covers_on(scope, office.today)}


@pytest.mark.long
def test_every_calendar_ends_right_where_an_entry_is_undone_after_its_invitations_went_out() -> None:
    executive, practice = WHICH
    steps: list[tuple[Any, ...]] = [
        ("move", False, practice, 8, ""),
        ("leaves", False),
        ("confirm", False, executive),
        ("a day passes", False),
        ("confirm", True, executive),
        ("move", False, executive, 3, ""),
        ("move", False, executive, 5, ""),
        ("move", True, executive, 9, ""),
        ("a day passes", True),
        ("enters", False),
        ("enters", False),
        ("restore", True, executive),
        ("undo", False, executive),
        ("restore", True, practice),
        ("move", False, practice, 1, "09:15"),
    ]
    for seed in range(3):
        every_calendar_ends_right(steps, Random(seed))


def takes(office: Office, what: str, row: MeetingRow | None = None, *how: Any) -> None:
    """One step; what cannot be done is refused, and nothing has happened."""
    now = as_it_stands(office, row) if row else None
    which = {"group": now.group, "place": now.place} if now else {}
    match what, now, how:
        case "a day passes", _, _:
            office.run_to(office.now + timedelta(days=1))
        case "undo", _, _:
            office.perform(MANAGER, "undo")
            for email in without_a_door(office):  # the account of whoever had left ended in the night
                at_door(office, email)
        case "move", MeetingRow(), (days, starts):
            day = (now.day + timedelta(days=days)).isoformat()
            office.perform(MANAGER, "meeting.move", **which, day=day, **({"starts": starts} if starts else {}))
        case "enters", _, _:
            office.perform(MANAGER, "people.enter", **NEW)
            at_door(office)
        case "leaves", _, _:
            office.perform(MANAGER, "people.leave", post="head-teacher")
            office.deliver()  # nothing may go to a leaver on the day after
        case "takes a second seat", _, _:
            office.perform(MANAGER, "people.hold", person="Lay Member", post="head-teacher")
        case "gives it up", _, _:
            office.perform(MANAGER, "people.leave", post="head-teacher", person="Lay Member")
        case "covers", MeetingRow(), _:
            form = {"post": "detective-superintendent", "person": "Scrutineer"}
            office.perform(MANAGER, "people.cover", **form, since=now.day.isoformat(), until=now.day.isoformat())
        case _:
            office.perform(MANAGER, f"meeting.{what}", **which)


def should_hold(office: Office, person: str) -> dict[str, tuple[date, date]]:
    """What should stand in a person's calendar, worked out from the records by rules written down here once more."""
    found: dict[str, tuple[date, date]] = {}
    with office.reading() as scope:
        for row in meetings.every(scope):
            group = office.definition.arrangements.groups_by_id[row.group]
            if row.status == "confirmed" and person in {
                people.in_post(scope, post, row.day) for post in posts_of(group)
            }:
                assert row.starts_at is not None and row.ends_at is not None
                uid = f"{row.partnership}.{row.group}.{row.place}@convenor.invalid"
                found[uid] = (row.starts_at.astimezone(UTC), row.ends_at.astimezone(UTC))
    return found


def posts_of(group: Group) -> set[str]:
    """Everybody who sits there: in Ourshire all seats are, and always have been."""
    return {seat.post for seat in group.seats} | {post for post in (group.chair, group.vice_chair) if post}


def test_a_message_that_was_taken_back_says_why(office: Office, executive: MeetingRow) -> None:
    does(office, "confirm", executive)
    undo(office)
    with office.reading() as scope:
        key = f"meeting-confirmed:{executive.record}:0:{office.person('scrutineer')}"
        row = outbox.find(scope, key)
        assert row is not None
        assert (row.state, row.reason) == ("dropped", "taken back: what it said has changed since")


# Whoever could not be reached, and can be now


def without_an_account(office: Office, post: str) -> str:
    """Somebody at the table whom no door reaches."""
    person = office.person(post)
    with office.runner.store.writing() as session:
        for each in people.identities(session, person):
            session.delete(each)
    return person


def ended_for_want_of_a_door(office: Office, row: MeetingRow, post: str) -> str:
    person = without_an_account(office, post)
    does(office, "confirm", row)
    office.run_to("2027-01-05 12:00")
    assert texts_for(office, person) == []
    with office.reading() as scope:
        (ended,) = [each for each in outbox.not_delivered(scope) if each.person == person]
        assert ended.kind == "meeting-confirmed"
    return person


def joins(office: Office, post: str) -> None:
    account = {"door": "notebook", "tenant": "ourshire", "user": f"new-{post}"}
    office.done("administrator", "identity.propose", email=f"{post}@ourshire.invalid", **account)


def test_an_invitation_that_reached_nobody_comes_when_they_have_an_account(
    office: Office, executive: MeetingRow
) -> None:
    person = ended_for_want_of_a_door(office, executive, "scrutineer")
    joins(office, "scrutineer")
    office.deliver()
    assert days_of(office, "scrutineer") == [executive.day]
    office.run_to("2027-01-07 12:00")
    assert len(texts_for(office, person)) == 1, "and once"


def test_it_comes_in_the_night_where_the_account_came_some_other_way(office: Office, executive: MeetingRow) -> None:
    person = ended_for_want_of_a_door(office, executive, "scrutineer")
    with office.runner.store.writing() as session:
        people.propose(session, door="notebook", tenant="ourshire", user="n", person=person, now=office.now)
    office.run_to("2027-01-06 04:00")
    assert days_of(office, "scrutineer") == [executive.day]


def test_only_what_stands_now_is_told_to_whoever_joins_late(office: Office, executive: MeetingRow) -> None:
    person = ended_for_want_of_a_door(office, executive, "scrutineer")
    moves(office, executive, 7)
    office.run_to("2027-01-07 12:00")
    joins(office, "scrutineer")
    office.deliver()
    assert days_of(office, "scrutineer") == [executive.day + timedelta(days=7)]
    assert len(texts_for(office, person)) == 1


@pytest.mark.long
def test_a_meeting_that_is_over_is_told_to_nobody_who_joins_late(office: Office) -> None:
    soon = meeting_after(office, "policies", "2027-01-10")
    person = ended_for_want_of_a_door(office, soon, "head-teacher")
    office.run_to("2027-01-15 09:00")
    joins(office, "head-teacher")
    office.deliver()
    assert texts_for(office, person) == []
