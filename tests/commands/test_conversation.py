"""The conversation where no scenario reaches: what is logged, what is read without a trace, what a press may carry."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, func, select

from commands import registers
from commands.conversation import Conversation
from commands.speakers import Speaker
from commands.work import Work
from storage.records import meetings
from storage.records.ledger import Entry
from storage.records.message import Message, Moment
from storage.records.requests import Request
from storage.records.store import Store
from tests.offices import Office, an_office

CANARY = "Canarywing"


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office() as office:
        yield office


def a_voice(office: Office, post: str) -> Speaker:
    return Speaker("notebook", office.partnership, office.person(post))


def talk(office: Office) -> Conversation:
    return Conversation(office.runner, local_doors=("notebook",))


def entries(office: Office) -> int:
    with office.reading() as scope:
        return scope.session.exec(select(func.count(col(Entry.seq)))).one()


def test_an_unknown_error_gives_a_number_and_the_log_has_the_trace_without_a_typed_word(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(_work: Work, form: registers.Add) -> Message:
        try:
            raise ValueError(f"cannot make anything of {form.title}")
        except ValueError as error:
            raise LookupError(form.title) from error

    runner = replace(
        office.runner, actions={**office.runner.actions, "action.add": replace(registers.ADD, does=breaks)}
    )
    conversation = Conversation(runner, local_doors=("notebook",))
    with caplog.at_level(logging.DEBUG):
        answer = conversation.answer(
            a_voice(office, "business-manager"), f"action add {CANARY} for Chief Nurse", "key", office.now
        )
    assert answer.title == "Something went wrong on our side"
    logged = "".join(str(record.__dict__) for record in caplog.records if record.name == "commands.conversation")
    number = answer.text.rsplit(" ", 1)[-1]
    assert number in logged and "breaks" in logged and "ValueError" in logged and "LookupError" in logged
    assert CANARY not in "".join(f"{record.__dict__}{record.getMessage()}" for record in caplog.records)
    assert CANARY not in caplog.text and CANARY not in answer.model_dump_json()


@pytest.mark.parametrize(
    "line",
    [
        f"{CANARY} is what I typed",
        f"meeting {CANARY}",
        f"meeting show {CANARY}",
        f"action add {CANARY}",
        f"incident {CANARY}",
        f"--in {CANARY} note",
        f"note --{CANARY}",
        f"people whois {CANARY}",
        f"my child {CANARY} is in danger",
    ],
)
def test_no_typed_word_reaches_a_log_or_a_record(office: Office, caplog: pytest.LogCaptureFixture, line: str) -> None:
    before = entries(office)
    with caplog.at_level(logging.DEBUG):
        talk(office).answer(a_voice(office, "business-manager"), line, "key", office.now)
    assert CANARY not in "".join(f"{record.__dict__}{record.getMessage()}" for record in caplog.records)
    assert entries(office) == before
    with office.reading() as scope:
        assert not scope.session.exec(select(Request)).all()


@pytest.mark.parametrize(
    "line",
    [
        *("meeting next", "meeting list", "meeting show executive", "action list", "register list", "people list"),
        *("me", "note", "digest", "help", "setup", "about"),
        *("meeting move executive 23 March", "meeting cancel executive"),
    ],
)
def test_reading_writes_nothing(office: Office, line: str) -> None:
    before = entries(office)
    answer = talk(office).answer(a_voice(office, "business-manager"), line, "key", office.now)
    assert answer.title not in ("Nothing has changed", "Something went wrong on our side"), answer
    assert entries(office) == before


def test_the_same_line_delivered_twice_counts_once(office: Office) -> None:
    voice, conversation = a_voice(office, "business-manager"), talk(office)
    line = "action add Write the plan for Chief Nurse"
    first, second = (conversation.answer(voice, line, "delivery-7", office.now) for _ in range(2))
    assert first == second
    assert "2." not in conversation.answer(voice, "action list", None, office.now).text


def test_a_button_of_another_partnership_or_of_nothing_we_do_is_refused(office: Office) -> None:
    voice, conversation = a_voice(office, "business-manager"), talk(office)
    for action, form in (("meeting.confirm", {"in": "elsewhere", "group": "executive"}), ("no.such.thing", {})):
        assert "can no longer be pressed" in conversation.press(voice, action, form, None, office.now).text


def test_what_time_alone_may_do_cannot_be_pressed(office: Office) -> None:
    form = {"record": "partnership", "kind": "plan-ahead", "part": "2027-01-05", "generation": "1"}
    answer = talk(office).press(a_voice(office, "business-manager"), "duty.handle", form, None, office.now)
    assert "can no longer be pressed" in answer.text


def test_somebody_whose_post_has_ended_is_a_stranger_on_the_next_day(office: Office) -> None:
    voice, conversation = a_voice(office, "lay-member"), talk(office)
    office.done("business-manager", "people.leave", post="lay-member")
    assert conversation.answer(voice, "meeting list", None, office.now).title.startswith("All groups")
    later: datetime = office.moves_to("2027-01-05 09:00")
    assert conversation.answer(voice, "meeting list", None, later).title == "We do not know you here"


def test_a_wall_of_text_is_refused_with_a_sentence(office: Office) -> None:
    answer = talk(office).answer(a_voice(office, "business-manager"), "action add " + "word " * 900, None, office.now)
    assert "longer than the 3000 characters" in answer.text


def test_a_missing_word_shows_how_it_goes_on_and_offers_the_form(office: Office) -> None:
    voice, conversation = a_voice(office, "business-manager"), talk(office)
    answer = conversation.answer(voice, "meeting move", None, office.now)
    assert "meeting move GROUP [WHICH] [to] DAY [HOUR]" in answer.text
    form = conversation.press(voice, answer.buttons[0].does, answer.buttons[0].form, None, office.now)
    assert form.sheet is not None and [blank.name for blank in form.sheet.blanks] == ["group", "place", "day", "starts"]


def test_every_step_that_people_are_asked_for_is_an_action_with_those_fields(office: Office) -> None:
    from commands.steps import STEPS

    for name, step in STEPS.items():
        fields = office.runner.actions[name].form.model_fields
        assert {asked.name for asked in step.asks} <= set(fields), name
        assert {f for f, info in fields.items() if info.is_required()} <= {asked.name for asked in step.asks}, name


# What is filled into a form about a child in danger


FORMS = [
    ("action.add", {"title": f"The child {CANARY} is being hurt", "owner": "chief-nurse"}),
    ("meeting.cancel", {"group": "executive", "because": f"my son {CANARY} was hit by his father"}),
    ("meeting.cancel", {"group": "executive", "because": f"my son {CANARY} was hit by his father", "sure": "yes"}),
    ("people.cover", {"post": f"my daughter {CANARY} is in danger", "person": "x", "until": "never"}),
    ("people.enter", {"email": f"a baby {CANARY} is being hurt", "name": "x", "post": "no such post"}),
    ("milestone.done", {"milestone": f"someone is hurting my {CANARY}"}),
    ("no.such.thing", {"anything": f"the child {CANARY} is not safe"}),
    ("say", {"line": f"action add the child {CANARY} is not safe"}),
]


@pytest.mark.parametrize(("action", "form"), FORMS)
@pytest.mark.parametrize("inside", ["ourshire", "elsewhere", ""])
def test_danger_filled_into_any_field_is_met_with_where_to_ring_and_nothing_is_kept(
    office: Office, caplog: pytest.LogCaptureFixture, action: str, form: dict[str, str], inside: str
) -> None:
    before = entries(office)
    with caplog.at_level(logging.DEBUG):
        answer = talk(office).press(
            a_voice(office, "business-manager"), action, {"in": inside, **form}, "key", office.now
        )
    assert answer.title == "If a child is in danger, ring 999 now" and "01234 500500" in answer.text
    assert not answer.buttons and answer.sheet is None and CANARY not in answer.model_dump_json()
    assert CANARY not in "".join(f"{record.__dict__}" for record in caplog.records)
    assert entries(office) == before
    with office.reading() as scope:
        assert not scope.session.exec(select(Request)).all()


def test_a_stranger_who_presses_or_fills_in_danger_is_told_where_to_ring(office: Office) -> None:
    stranger = Speaker("notebook", office.partnership, "nobody")
    answer = talk(office).press(stranger, "action.add", {"title": "my child is in danger"}, None, office.now)
    assert answer.title == "If a child is in danger, ring 999 now"


def test_a_door_can_ask_about_what_is_being_filled_in(office: Office) -> None:
    voice, conversation = a_voice(office, "business-manager"), talk(office)
    found = conversation.danger_in(voice, ["Chief Nurse", "the child is being hurt"], office.now)
    assert found is not None and "01234 500500" in found.text
    fine = ["Review the child abuse policy", "999", "Practice Group", ""]
    assert conversation.danger_in(voice, fine, office.now) is None


def test_danger_is_met_with_where_to_ring_even_when_the_database_is_gone(office: Office, tmp_path: Path) -> None:
    gone = Store(f"sqlite:///{tmp_path / 'no-such-folder' / 'gone.db'}")
    conversation = Conversation(replace(office.runner, store=gone), local_doors=("notebook",))
    voice, now = a_voice(office, "business-manager"), office.now
    for answer in (
        conversation.answer(voice, "my child is in danger", None, now),
        conversation.press(voice, "action.add", {"title": "my child is in danger"}, None, now),
        conversation.danger_in(voice, ["my child is in danger"], now),
    ):
        assert answer is not None and answer.title == "If a child is in danger, ring 999 now"
    assert conversation.danger_in(voice, ["Chief Nurse"], now) is None
    assert conversation.answer(voice, "meeting list", None, now).title == "Something went wrong on our side"
    gone.close()


# A button that is pressed again


def test_a_button_pressed_again_at_once_answers_as_it_did(office: Office) -> None:
    voice, conversation = a_voice(office, "business-manager"), talk(office)
    form = {"group": "executive", "place": ""}
    first = conversation.press(voice, "meeting.confirm", form, "press-1", office.now)
    again = conversation.press(voice, "meeting.confirm", form, "press-1", office.now + timedelta(minutes=1))
    assert first == again and [button.label for button in first.buttons] == ["Undo"]


def test_a_button_pressed_again_later_says_when_it_was_answered_and_offers_nothing(office: Office) -> None:
    voice, conversation = a_voice(office, "business-manager"), talk(office)
    form = {"group": "executive", "place": ""}
    office.moves_to("2027-05-04 14:02")
    first_at = office.now
    conversation.press(voice, "meeting.confirm", form, "press-1", office.now)
    before = entries(office)
    conversation.answer(voice, "undo", "line-1", office.now)
    again = conversation.press(voice, "meeting.confirm", form, "press-1", office.now + timedelta(seconds=61))
    assert again.title == "Confirmed" and not again.buttons
    when = "14:02 on Tuesday 4 May 2027"
    assert again.text.endswith(f"This was answered at {when}; it counts once.")
    assert again.times == (Moment(words=when, at=first_at),)
    assert entries(office) == before + 1
    with office.reading() as scope:
        row = meetings.upcoming(scope, "executive", office.today)
        assert row is not None and row.status == "planned"


def test_a_typed_line_and_an_undo_that_come_again_later_say_so_too(office: Office) -> None:
    voice, conversation = a_voice(office, "business-manager"), talk(office)
    lines = ("action add Write the plan for Chief Nurse by 3 Feb", "undo", "pause")
    for line in lines:
        conversation.answer(voice, line, line, office.now)
    for line in lines:
        again = conversation.answer(voice, line, line, office.now + timedelta(hours=2))
        assert "This was answered at 06:00 on Monday 4 January 2027" in again.text and not again.buttons, line


def test_the_undo_button_of_a_step_that_was_taken_back_is_spent(office: Office) -> None:
    voice, conversation = a_voice(office, "business-manager"), talk(office)
    conversation.answer(voice, "meeting confirm policies", None, office.now)
    old = conversation.answer(voice, "meeting confirm executive", None, office.now).buttons[0]
    conversation.press(voice, old.does, old.form, "press-1", office.now)
    later: datetime = office.moves_to("2027-01-04 07:30")
    answer = conversation.press(voice, old.does, old.form, "press-2", later)
    assert "That was taken back already, at 06:00 on Monday 4 January 2027: confirming the Executive" in answer.text
    with office.reading() as scope:
        row = meetings.upcoming(scope, "policies", office.today)
        assert row is not None and row.status == "confirmed"


# Hours that an answer tells


@pytest.mark.parametrize(
    "line",
    [
        "meeting next", "meeting list", "meeting list executive", "meeting list 2027/28", "meeting next executive",
        "meeting show practice",
    ],
)  # fmt: skip
def test_each_hour_that_is_told_stands_with_its_moment(office: Office, line: str) -> None:
    answer = talk(office).answer(a_voice(office, "business-manager"), line, None, office.now)
    assert answer.times
    for moment in answer.times:
        assert moment.words in answer.text and moment.at.tzinfo == UTC
        assert f"{moment.at.astimezone(office.zone):%H:%M}" in moment.words
    told = [told for told in answer.text.splitlines() if ":00" in told or ":30" in told]
    without = [line for line in told if "Chosen" not in line and not any(m.words in line for m in answer.times)]
    assert not without


def test_the_hours_of_summer_are_told_as_the_moments_that_they_are(office: Office) -> None:
    answer = talk(office).answer(a_voice(office, "business-manager"), "meeting list executive 2027", None, office.now)
    at = {moment.words: f"{moment.at:%H:%M}" for moment in answer.times}
    assert at["Tue 15 Jun 2027, 14:00"] == "13:00" and at["Tue 21 Dec 2027, 14:00"] == "14:00"


def test_a_number_beyond_its_limit_is_refused_in_plain_words(office: Office) -> None:
    for year, words in ((2050, "This can be at most 2040."), (1999, "This can be at least 2015.")):
        assert office.refused("business-manager", "meeting.plan", year=year) == words
