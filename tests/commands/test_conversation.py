"""The conversation where no scenario reaches: what is logged, what is read without a trace, what a press may carry."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest
from sqlmodel import col, func, select

from commands import registers
from commands.conversation import Conversation
from commands.speakers import Speaker
from commands.work import Work
from storage.records.ledger import Entry
from storage.records.message import Message
from storage.records.requests import Request
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
