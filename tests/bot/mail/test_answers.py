"""What calendar programs answer to our invitations counts as what people say; whatever else lies there is left."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from urllib.parse import quote

import pytest

from bot import settings, wiring
from bot.mail.answers import AGAIN, Answers
from bot.mail.mailbox import Mailbox
from bot.running import Loops
from storage.records import meetings, people, polls
from storage.records.meetings import MeetingRow
from storage.records.polls import Seat
from tests.calendar_program import CalendarProgram, read
from tests.offices import Office, an_office
from tests.standins.imap import PASSWORD, USER, Kept, StandIn

MANAGER, NURSE, CHAIR = "business-manager", "chief-nurse", "director-childrens-services"
PA = "pa-of-the-chief-nurse@ours.example"


@pytest.fixture
def office() -> Iterator[Office]:
    """An office whose invitations are answered to the mailbox, with the Executive of March confirmed."""
    with an_office(incidents=False) as found:
        found.runner = replace(found.runner, answers_to=USER)
        confirms(found)
        yield found


@pytest.fixture
def standin() -> Iterator[StandIn]:
    with StandIn() as found:
        yield found


@pytest.fixture
def taking(office: Office, standin: StandIn) -> Answers:
    """What takes the answers."""
    return Answers(Mailbox("127.0.0.1", standin.port, USER, PASSWORD, tls="none", timeout=2), office.runner)


def confirms(office: Office) -> None:
    office.done(MANAGER, "meeting.confirm", group="executive", place=the_meeting(office).place)
    office.deliver()


def the_meeting(office: Office) -> MeetingRow:
    with office.reading() as scope:
        row = meetings.upcoming(scope, "executive", office.at("2027-03-01").date())
        assert row is not None
        scope.session.expunge(row)
        return row


def calendar_of(office: Office, post: str) -> CalendarProgram:
    """The calendar of whoever is in a post, with all that they were sent."""
    person = office.person(post)
    with office.reading() as scope:
        found = people.get(scope.session, person)
        assert found is not None
        program = CalendarProgram(found.email)
    for _, parcel in office.notebook.sent:
        if parcel.person == person:
            for each in parcel.message.attached:
                program.takes(each.text)
    return program


def uid_of(calendar: CalendarProgram) -> str:
    [uid] = calendar.shows()
    return uid


def a_reply(text: str, sender: str, number: int = 1) -> bytes:
    """The letter in which a calendar program answers."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, USER, "Accepted: Executive"
    made["Message-ID"] = f"<{number}@ours.example>"
    made.set_content("")
    made.add_alternative(text, subtype="calendar", params={"method": "REPLY"})
    return made.as_bytes()


def answers(office: Office, standin: StandIn, said: str, post: str = NURSE, sender: str = "", number: int = 1) -> Kept:
    """Somebody's calendar program answers, and the letter lies in the mailbox."""
    calendar = calendar_of(office, post)
    text = calendar.answers(uid_of(calendar), said)
    return standin.comes(a_reply(text, sender or calendar.owner, number), office.now)


def seat(office: Office, post: str = NURSE) -> Seat | None:
    """How a seat stands; None while there is no attendance poll."""
    with office.reading() as scope:
        poll = polls.find(scope, polls.ATTENDANCE, f"executive.{the_meeting_place(office)}")
        found = [each for each in polls.seats(scope, poll) if each.post == post] if poll is not None else []
        for each in found:
            scope.session.expunge(each)
        return found[0] if found else None


def the_meeting_place(office: Office) -> str:
    return uid_of(calendar_of(office, CHAIR)).partition("@")[0].rpartition(".")[2]


def value(office: Office, post: str = NURSE) -> str:
    found = seat(office, post)
    return found.value if found is not None else ""


# The invitation


def test_an_invitation_asks_for_an_answer_to_the_mailbox_where_there_is_one_and_for_none_elsewhere() -> None:
    with an_office(incidents=False) as office:
        confirms(office)
        _, before = read(office.sent_to(NURSE)[-1].attached[0].text)
    assert before["ATTENDEE"].params["RSVP"] == "FALSE" and USER not in str(before["ORGANIZER"])
    with an_office(incidents=False) as office:
        office.runner = replace(office.runner, answers_to=USER)
        confirms(office)
        _, event = read(office.sent_to(NURSE)[-1].attached[0].text)
    assert (event["ATTENDEE"].params["RSVP"], str(event["ORGANIZER"])) == ("TRUE", f"mailto:{USER}")
    assert "that says whether you come" in str(event["DESCRIPTION"])


# Counted


@pytest.mark.parametrize(
    ("said", "counts"),
    [("ACCEPTED", "yes"), ("DECLINED", "no"), ("TENTATIVE", "unsure"), ("DELEGATED", "deputy")],
)
def test_what_a_calendar_program_answers_counts_for_the_seat(
    office: Office, standin: StandIn, taking: Answers, said: str, counts: str
) -> None:
    letter = answers(office, standin, said)
    assert taking.look(office.now) == 1
    found = seat(office)
    assert found is not None
    assert (found.value, found.came_by, found.answered_by) == (counts, "calendar", office.person(NURSE))
    assert letter.seen and value(office, CHAIR) == ""


def test_the_same_letter_counts_once_whatever_is_forgotten(office: Office, standin: StandIn, taking: Answers) -> None:
    letter = answers(office, standin, "ACCEPTED")
    taking.look(office.now)
    letter.seen = False  # it was copied, or marked as unread by hand
    standin.renumber()
    again = Answers(taking.mailbox, taking.runner)
    again.look(office.now)
    found = seat(office)
    assert found is not None and found.answers == 1


def test_of_several_answers_the_last_counts_and_none_that_is_older_than_what_was_said_since(
    office: Office, standin: StandIn, taking: Answers
) -> None:
    answers(office, standin, "DECLINED", number=1)
    answers(office, standin, "ACCEPTED", number=2)
    office.moves_to(office.now + timedelta(minutes=5))
    assert taking.look(office.now) == 2 and value(office) == "yes"
    row = the_meeting(office)
    late = answers(office, standin, "ACCEPTED", number=3)
    office.moves_to(office.now + timedelta(minutes=1))
    office.done(NURSE, "attendance.answer", group=row.group, place=row.place, post=NURSE, value="no")
    office.moves_to(office.now + timedelta(minutes=1))
    taking.look(office.now)
    assert value(office) == "no" and late.seen


def test_a_pa_who_answers_for_the_officer_counts_as_their_pa_and_nobody_else_answers_for_anybody(
    office: Office, standin: StandIn, taking: Answers
) -> None:
    office.done(MANAGER, "people.enter", name="PA of the Chief Nurse", email=PA, post=NURSE, capacity="pa")
    calendar = calendar_of(office, NURSE)
    text = calendar.answers(uid_of(calendar), "ACCEPTED")
    standin.comes(a_reply(text, PA, 1), office.now)
    assert taking.look(office.now) == 0 and value(office) == ""
    for number, sender in enumerate((PA, "head-teacher@ourshire.invalid"), 2):
        named = text.replace("ATTENDEE;", f'ATTENDEE;SENT-BY="mailto:{sender}";')
        standin.comes(a_reply(named, sender, number), office.now)
    assert taking.look(office.now) == 1
    found = seat(office)
    assert found is not None and (found.value, found.came_by, found.answers) == ("yes", "pa", 1)


# Left


def test_an_answer_to_a_day_that_has_changed_since_is_none(office: Office, standin: StandIn, taking: Answers) -> None:
    letter = answers(office, standin, "ACCEPTED")
    row = the_meeting(office)
    office.done(MANAGER, "meeting.move", group=row.group, place=row.place, day=(row.day + timedelta(1)).isoformat())
    office.deliver()
    assert taking.look(office.now) == 0
    assert not letter.seen and value(office) == ""
    answers(office, standin, "ACCEPTED", number=2)
    assert taking.look(office.now) == 1 and value(office) == "yes"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("METHOD:REPLY", "METHOD:COUNTER"),
        ("PARTSTAT=ACCEPTED", "PARTSTAT=NEEDS-ACTION"),
        ("UID:ourshire.executive", "UID:elsewhere.executive"),
        ("UID:ourshire.executive", "UID:ourshire.practice"),
        ("ATTENDEE;PARTSTAT=ACCEPTED:mailto:chief-nurse@", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:nobody-here@"),
        ("END:VEVENT", "ATTENDEE:mailto:somebody@ours.example\r\nEND:VEVENT"),
        ("END:VEVENT", "RECURRENCE-ID:20270316T140000Z\r\nEND:VEVENT"),
        ("BEGIN:VEVENT", "BEGIN:VNONSENSE"),
    ],
)
def test_whatever_is_no_answer_to_an_invitation_of_ours_is_left_unread_and_not_fetched_again(
    office: Office, standin: StandIn, taking: Answers, before: str, after: str
) -> None:
    calendar = calendar_of(office, NURSE)
    text = calendar.answers(uid_of(calendar), "ACCEPTED")
    assert before in text
    letter = standin.comes(a_reply(text.replace(before, after), calendar.owner), office.now)
    assert taking.look(office.now) == taking.look(office.now + AGAIN) == 0
    assert not letter.seen and letter.fetched == 1 and value(office) == ""


def test_an_answer_that_is_refused_is_tried_again_and_comes_before_whatever_is_newer(
    office: Office, standin: StandIn, taking: Answers
) -> None:
    """A group whose people sign first, say: once that is on record, what they answered counts."""
    row = the_meeting(office)
    real = office.runner.actions["attendance.answer"]
    refuses = replace(real, own=None)
    taking.runner = replace(office.runner, actions={**office.runner.actions, real.name: refuses})
    letter = answers(office, standin, "DECLINED", number=1)
    assert taking.look(office.now) == 0 and not letter.seen
    assert taking.look(office.now) == 0 and letter.fetched == 1
    taking.runner = office.runner
    answers(office, standin, "ACCEPTED", number=2)
    assert taking.look(office.now) == 2
    assert letter.seen and value(office) == "yes" and row.group == "executive"


def test_the_log_has_numbers_and_no_word_of_a_letter(
    office: Office, standin: StandIn, taking: Answers, caplog: pytest.LogCaptureFixture
) -> None:
    standin.comes(a_reply("BEGIN:VCALENDAR\r\nThe boy from Mill Lane", "stranger@ours.example", 9), office.now)
    answers(office, standin, "ACCEPTED")
    with caplog.at_level(logging.DEBUG):
        taking.look(office.now)
        standin.answers["SEARCH"] = "drop"
        assert taking.look(office.now) == 0
    said = [record.getMessage() for record in caplog.records if record.name.startswith("bot.mail")]
    assert said == ["calendar answers: 1 counted, 1 letters left", "the mailbox was not read"]


# In the running bot


@pytest.mark.usefixtures("installed")
def test_a_bot_with_a_mailbox_reads_it_and_asks_for_answers_to_it(
    monkeypatch: pytest.MonkeyPatch, standin: StandIn
) -> None:
    """Delivery is woken only where something counted; what breaks there does not stop the loop."""
    signs_in = f"{quote(USER, safe='')}:{quote(PASSWORD, safe='')}"
    monkeypatch.setenv("CONVENOR_MAILBOX_URL", f"imap://{signs_in}@127.0.0.1:{standin.port}?tls=none")
    monkeypatch.setenv("CONVENOR_MAILBOX_ADDRESS", USER)
    bot = wiring.open(settings.read())
    try:
        assert bot.runner.answers_to == USER and bot.mailbox is not None
        loops = Loops(bot)
        loops.mailbox_once()
        assert standin.asked[1:3] == ["LOGIN", 'SELECT "INBOX"'] and not bot.woken.is_set()
        bot.mailbox = lambda _now: 1
        loops.mailbox_once()
        assert bot.woken.is_set()
        bot.mailbox = lambda _now: 1 // 0
        loops.mailbox_once()
    finally:
        bot.close()
