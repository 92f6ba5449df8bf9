"""The leak drill: it finds nothing, plays everything there is, and finds what somebody lets out at each of many places.

Whatever is let out here is let out by real means: an action, a door, a page or a line of the log that says too much.
"""

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, get_args

import pytest
from click.testing import CliRunner
from starlette.applications import Starlette
from starlette.types import Message as Asgi
from starlette.types import Receive, Scope, Send

from bot.leak_drill import drill, story, story_on_polls, story_on_reports
from bot.leak_drill.canaries import LIST, OTHERS, Canaries
from bot.leak_drill.drill import PLACES, Report
from bot.leak_drill.drilled import SCRUTINEER, TEACHER
from bot.leak_drill.seen import Leak, Listening, Record
from bot.leak_drill.stage import POINTS, Stage
from bot.shell import main
from commands.action import Form
from commands.catalogue import ACTIONS
from commands.conversation import Conversation
from commands.delivering import Finds
from commands.speakers import Speaker
from commands.words_people_type import WORDS
from commands.work import Work
from scheduler.doors import Door, Parcel, Result
from storage.records.incidents import Words
from storage.records.message import Less, Message
from storage.records.requests import Request

pytestmark = pytest.mark.slow

REFERENCE = "the council's case reference, told in chat"
NUMBER = "the number to ring, told in chat"
WHO = "who can be rung, told in chat"
KIND = "the kind of an incident"
HARM = "another kind of incident"
ERROR = "words in an error that we did not expect"
DRAFT = "words in a draft of a report"
SENT = "words in a report that was sent in"
BOUND_LINK = "the address of link 1"

log = logging.getLogger("bot.planted")


# What is let out, by real means


def exchanged(stage: Stage, name: str, does: Callable[[Work, Any, Callable[[], Message]], Message]) -> None:
    """Has an action do something besides."""
    action = stage.runner.actions[name]

    def both(work: Work, form: Form) -> Message:
        return does(work, form, lambda: action.does(work, form))

    stage.runner = replace(stage.runner, actions={**stage.runner.actions, name: replace(action, does=both)})


def in_the_ledger(stage: Stage) -> None:
    def noting(work: Work, _form: Form, answer: Callable[[], Message]) -> Message:
        said = answer()
        work.note(work.record, detail=stage.canaries[REFERENCE].text)
        return said

    exchanged(stage, "incident.tick", noting)


def in_a_stored_answer(stage: Stage) -> None:
    def storing(work: Work, _form: Form, answer: Callable[[], Message]) -> Message:
        said = answer()
        words = {"title": stage.canaries[REFERENCE].text, "text": ""}
        row = Request(partnership=work.scope.partnership, key="planted", at=work.now, answer=words)
        work.scope.session.add(row)
        return said

    exchanged(stage, "incident.rang", storing)


def to_somebody_on_no_list(stage: Stage) -> None:
    def saying(work: Work, _form: Form, answer: Callable[[], Message]) -> Message:
        said = answer()
        message = Message(title="For your information", text=stage.canaries[WHO].text)
        work.send(
            stage.person(TEACHER), "meeting-moved", message, post=TEACHER, key="planted", record="x", why="", source=""
        )
        return said

    exchanged(stage, "incident.knows-child", saying)


def in_a_plain_column(stage: Stage) -> None:
    def keeping(work: Work, form: Any, answer: Callable[[], Message]) -> Message:
        said = answer()
        text = stage.canaries[REFERENCE].text
        row = Words(partnership=work.scope.partnership, reference=form.reference, person="x", sealed=text, at=work.now)
        work.scope.session.add(row)
        return said

    exchanged(stage, "incident.reopen", keeping)


def a_draft_in_the_ledger(stage: Stage) -> None:
    def noting(work: Work, form: Any, answer: Callable[[], Message]) -> Message:
        said = answer()
        work.note(work.record, detail=form.raw.get("work", ""))
        return said

    exchanged(stage, "return.save", noting)


def a_report_to_somebody_who_does_not_receive_it(stage: Stage) -> None:
    def saying(work: Work, _form: Form, answer: Callable[[], Message]) -> Message:
        said = answer()
        message = Message(title="For your information", text=stage.canaries[SENT].text)
        work.send(
            stage.person(SCRUTINEER), "report-in", message, post=SCRUTINEER, key="sent", record="x", why="", source=""
        )
        return said

    exchanged(stage, "return.send", saying)


def a_disagreement_in_the_ledger(stage: Stage) -> None:
    def noting(work: Work, form: Any, answer: Callable[[], Message]) -> Message:
        said = answer()
        work.note(work.record, detail=form.because)
        return said

    exchanged(stage, "decision.answer", noting)


def why_somebody_does_not_come_to_another_member(stage: Stage) -> None:
    def saying(work: Work, form: Any, answer: Callable[[], Message]) -> Message:
        said = answer()
        message = Message(title="For your information", text=form.because)
        work.send(
            stage.person(TEACHER), "attendance-asked", message, post=TEACHER, key=f"told {form.because}",
            record="x", why="", source="",
        )  # fmt: skip
        return said

    exchanged(stage, "attendance.answer", saying)


@dataclass
class Through:
    """A door behind another one."""

    door: Any
    before: Callable[[Parcel], Parcel]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.door, name)

    def send(self, parcel: Parcel, now: datetime) -> Result:
        result: Result = self.door.send(self.before(parcel), now)
        return result

    def edit(self, parcel: Parcel, reference: str, now: datetime) -> Result:
        result: Result = self.door.edit(self.before(parcel), reference, now)
        return result


def a_door_that_logs(stage: Stage) -> None:
    def logs(parcel: Parcel) -> Parcel:
        log.debug("sending %s", parcel.message.fields)
        return parcel

    door: Door = Through(stage.doors["notebook"], logs)
    stage.doors["notebook"] = door


def letters_with_the_words_of_the_chat(stage: Stage) -> None:
    def as_in_chat(parcel: Parcel) -> Parcel:
        message = parcel.message
        if parcel.kind != "incident-alert":
            return parcel
        whole = Less(title=message.title, text=message.text)
        return replace(parcel, message=message.model_copy(update={"by_mail": whole}))

    door: Door = Through(stage.doors["mail"], as_in_chat)
    stage.doors["mail"] = door


def texts_that_say_as_much_as_mail(stage: Stage) -> None:
    def as_much(parcel: Parcel) -> Parcel:
        number = stage.canaries[NUMBER].text if NUMBER in stage.canaries.by_name else ""
        said = f"{parcel.message.by_text} {number}".strip()
        return replace(parcel, message=parcel.message.model_copy(update={"by_text": said}))

    door: Door = Through(stage.doors["text"], as_much)
    stage.doors["text"] = door


class Talkative(Conversation):
    """A conversation that tells people what went wrong, word for word."""

    def press(self, speaker: Speaker, action: str, form: Any, key: str | None, now: datetime) -> Message:
        try:
            actor = self._known(speaker, now).actor(speaker.tenant)
            self.runner.preview(actor, action, dict(form), now)
        except Exception as error:
            return Message(title="It broke", text=str(error))
        return super().press(speaker, action, form, key, now)


def answers_with_the_error(stage: Stage) -> None:
    stage.conversation = Talkative(stage.conversation.runner, stage.conversation.local_doors)


def pages_that_say_too_much(stage: Stage) -> None:
    """The access log has the address, and each form that came in stands in a header of its answer."""
    inner = stage.app

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        body = b""

        async def hears() -> Asgi:
            nonlocal body
            message = await receive()
            body += message.get("body", b"")
            return message

        async def says(message: Asgi) -> None:
            if message["type"] == "http.response.start" and len(body) < 9_000:
                message["headers"] = [*message["headers"], (b"x-form", re.sub(rb"\s", b"+", body))]
            await send(message)

        log.info("asked for %s", scope.get("path"), extra={"action": "web"})
        await inner(scope, hears, says)

    outer = Starlette()
    outer.router = app  # type: ignore[assignment]
    stage.app = outer


def in_the_log(stage: Stage) -> None:
    log.info("now with %s", stage.canaries[REFERENCE].text)


def a_report_in_the_log(stage: Stage) -> None:
    log.info("now with %s", stage.canaries[SENT].text)


PLANTS: dict[str, tuple[Callable[[Stage], None], ...]] = {
    "runner": (
        in_the_ledger,
        in_a_stored_answer,
        to_somebody_on_no_list,
        in_a_plain_column,
        a_draft_in_the_ledger,
        a_report_to_somebody_who_does_not_receive_it,
        a_disagreement_in_the_ledger,
        why_somebody_does_not_come_to_another_member,
    ),
    "doors": (a_door_that_logs, letters_with_the_words_of_the_chat, texts_that_say_as_much_as_mail),
    "conversation": (answers_with_the_error,),
    "pages": (pages_that_say_too_much,),
    "told": (in_the_log,),
    "reported": (a_report_in_the_log,),
}


@dataclass
class Planter:
    """What is let out, and the points at which the drill called."""

    called: list[str]

    def __call__(self, point: str, stage: Stage) -> None:
        self.called.append(point)
        for plant in PLANTS.get(point, ()):
            plant(stage)


@pytest.fixture(scope="module")
def clean() -> Report:
    """A drill of the bot as it is."""
    return drill.run()


@pytest.fixture(scope="module")
def planted() -> tuple[Report, list[str]]:
    """A drill of a bot that lets something out at many places, and the points at which the drill called."""
    planter = Planter([])
    return drill.run(planter), planter.called


# It finds nothing, and has looked at everything


def test_nothing_comes_out_of_the_bot_as_it_is(clean: Report) -> None:
    assert [str(leak) for leak in clean.leaks] == [] and clean.broken == ""
    assert clean.clean
    lines = list(clean.lines())
    assert len(lines) == len(PLACES) + 1 and all(line.startswith("OK ") for line in lines[:-1])
    assert lines[-1].startswith("Clean: ")


def test_something_was_looked_at_in_every_place(clean: Report) -> None:
    assert [place for place in PLACES if not clean.looked_at.get(place)] == []
    assert set(clean.looked_at) == set(PLACES)


def test_every_action_about_cases_is_played(clean: Report) -> None:
    assert sorted(story.actions_of_cases(ACTIONS) - clean.done) == []


def test_everything_that_takes_or_shows_what_a_report_holds_is_played(clean: Report) -> None:
    assert sorted(story_on_reports.ACTIONS - clean.done) == []


def test_everything_that_takes_words_in_a_poll_is_played(clean: Report) -> None:
    assert sorted(story_on_polls.ACTIONS - clean.done) == []


def test_something_is_typed_behind_every_word_about_cases(clean: Report) -> None:
    asked = {word.path for word in WORDS if word.path[0] in story.OF_CASES}
    assert asked and sorted(asked - clean.typed) == []


def test_an_action_that_takes_the_reference_of_a_case_is_of_a_family_that_is_played() -> None:
    takes = {name for name, action in ACTIONS.items() if "reference" in action.form.model_fields}
    assert sorted(takes - story.actions_of_cases(ACTIONS)) == []


def test_a_word_for_an_action_about_cases_begins_with_a_word_that_is_tried() -> None:
    about = story.actions_of_cases(ACTIONS)
    assert [word.written for word in WORDS if word.action in about and word.path[0] not in story.OF_CASES] == []


def test_there_is_a_door_in_the_drill_for_every_way_in_which_doors_find_somebody() -> None:
    seen: set[str] = set()

    class Enough(Exception):
        pass

    def look(point: str, stage: Stage) -> None:
        if point == "doors":
            seen.update(door.finds for door in stage.doors.values())
            raise Enough

    with pytest.raises(Enough):
        drill.run(look)
    assert seen | {"workspace"} == set(get_args(Finds))  # what goes to a workspace is made by Slack's own door


# It finds what is let out


LET_OUT = [
    ("ledger", REFERENCE, "ledger.ids"),
    ("requests", REFERENCE, "request.answer"),
    ("tables", REFERENCE, "incident_words.sealed"),
    ("database file", REFERENCE, "drill.db"),
    ("chat", WHO, "meeting-moved"),
    ("mail", HARM, "incident-alert"),
    ("text", NUMBER, "text message"),
    ("log", REFERENCE, "bot.planted"),
    ("access log", BOUND_LINK, "bot.planted"),
    ("pages", "words in ring_who on the page", "head of a page"),
    ("ledger", DRAFT, "ledger.ids"),
    ("chat", SENT, "report-in"),
    ("outbox", SENT, "outbox."),
    ("log", SENT, "bot.planted"),
    ("ledger", "why somebody disagrees", "ledger.ids"),
    ("chat", "why somebody does not come", "attendance-asked"),
    ("error reports", ERROR, "the answer in chat"),
]


@pytest.mark.parametrize(("place", "canary", "where"), LET_OUT)
@pytest.mark.long
def test_what_is_let_out_is_found(planted: tuple[Report, list[str]], place: str, canary: str, where: str) -> None:
    report, _ = planted
    found = [leak for leak in report.leaks if (leak.place, leak.canary) == (place, canary) and where in leak.where]
    assert found, [str(leak) for leak in report.leaks if leak.place == place]


@pytest.mark.long
def test_a_drill_that_finds_something_is_not_clean_and_says_where(planted: tuple[Report, list[str]]) -> None:
    report, _ = planted
    assert not report.clean and report.broken == ""
    lines = list(report.lines())
    assert any(line.startswith("LEAK   ledger: ") and REFERENCE in line for line in lines)
    assert lines[-1].startswith("Not clean: something came out ")


@pytest.mark.long
def test_at_each_point_something_can_be_let_out(planted: tuple[Report, list[str]]) -> None:
    assert POINTS and tuple(planted[1]) == POINTS


# A drill that cannot be played, and what it leaves behind


def test_a_step_that_cannot_be_played_is_named_and_the_drill_is_not_clean() -> None:
    def stops(point: str, stage: Stage) -> None:
        if point == "runner":
            stage.runner = replace(stage.runner, ways=frozenset({"mail"}))

    report = drill.run(stops)
    assert not report.clean
    assert list(report.lines())[-1].startswith(
        "Not clean: the drill could not be played to its end, at this step: incident.switch-on"
    )


def test_the_log_is_as_it_was_afterwards() -> None:
    handler, before = logging.NullHandler(), logging.getLogger("bot").level
    logging.root.addHandler(handler)
    try:
        with Listening(Record(Canaries())):
            assert handler not in logging.root.handlers
        assert handler in logging.root.handlers and logging.getLogger("bot").level == before
    finally:
        logging.root.removeHandler(handler)


def test_a_canary_may_be_seen_before_some_and_not_before_others() -> None:
    record = Record(Canaries())
    text = record.canaries.word("a canary", frozenset({f"chat/{LIST}"}), "Registrar {}")
    record.add("chat", LIST, "a message", f"Ring: {text.upper()}")
    assert record.leaks() == []
    record.add("chat", OTHERS, "a message", f"Ring: {text}")
    assert record.leaks() == [Leak("chat", OTHERS, "a message", "a canary")]


@pytest.mark.parametrize("written", ["01632960", "01632 960", "+441632960"])
def test_a_number_is_found_however_it_is_written(written: str) -> None:
    record = Record(Canaries())
    ends = record.canaries.number("a number", frozenset())[-3:]
    record.add("log", LIST, "a line", f"rang {written}{ends}")
    assert [leak.canary for leak in record.leaks()] == ["a number"]


# At the shell


@pytest.mark.long
def test_the_shell_plays_it_without_any_settings_and_ends_with_the_summary(tmp_path: Any, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CONVENOR_DATABASE_URL", "nonsense")
    result = CliRunner().invoke(main, ["doctor", "--leak-drill"])
    assert result.exit_code == 0, result.output
    assert result.output.splitlines()[-1].startswith("Clean: ")
    assert list(tmp_path.iterdir()) == []
