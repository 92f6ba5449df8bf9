"""Kinds, handlers, message folders and the page of messages match; a value that is missing fails before storing."""

from collections.abc import Iterator

import pytest
from jinja2 import UndefinedError

from commands.action import Action
from commands.catalogue import ACTIONS
from commands.handlers import HANDLERS
from commands.message_table import ABOUT, PAGE, page
from commands.pausing import Nothing
from commands.permissions import TIME_ONLY
from commands.runner import Runner
from commands.words import rendered
from commands.work import Work
from storage.records import ledger, outbox
from storage.records.duties import KINDS
from storage.records.message import Message
from templates.words import message_kinds, words
from tests.offices import Office, an_office

PARTS = ("line", "title", "text")
SILENT = {"plan-ahead", "alert-drill", "alert-step", "alert-ring", "alert-lapse", "alert-wake", "decision-closes"}
"""Kinds of duty that say nothing."""


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office() as office:
        yield office


def test_every_kind_of_duty_has_a_handler_and_every_handler_a_kind() -> None:
    assert HANDLERS.keys() == KINDS.keys()


def test_every_kind_of_duty_that_says_something_has_words_in_its_folder() -> None:
    assert KINDS.keys() - set(message_kinds()) == SILENT


def test_every_folder_of_words_stands_on_the_page_of_messages_and_nothing_else_does() -> None:
    assert ABOUT.keys() == set(message_kinds()) | SILENT


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - SILENT))
def test_what_nags_has_a_line_and_what_is_sent_has_a_title_and_a_text(kind: str) -> None:
    found = words(kind)
    has = {part for part in PARTS if getattr(found, part) is not None}
    assert has == ({"line"} if KINDS[kind].nag else {"title", "text"})


@pytest.mark.parametrize("kind", sorted(set(message_kinds()) - KINDS.keys()))
def test_a_message_of_its_own_has_a_title_and_a_text_and_no_line(kind: str) -> None:
    found = words(kind)
    assert found.title and found.text and found.line is None


def test_a_policy_of_lateness_is_one_of_two_and_lasts_some_time() -> None:
    for kind in KINDS.values():
        assert kind.late in ("send", "skip"), kind.name
        assert kind.after.days >= 1, kind.name


def test_the_page_of_messages_is_up_to_date() -> None:
    assert PAGE.read_text("utf-8") == page(), "make it anew with: make docs"


def test_the_page_has_one_row_for_each_kind_with_all_its_cells() -> None:
    rows = [line for line in page().splitlines() if line.startswith("| `")]
    assert [row.split("`")[1] for row in rows] == sorted(ABOUT)
    for row in rows:
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        assert len(cells) == 6 and all(cells), row


@pytest.mark.parametrize("kind", message_kinds())
def test_words_are_plain_and_without_cheer(kind: str) -> None:
    said = " ".join(getattr(words(kind), part) or "" for part in PARTS)
    assert "!" not in said.replace("!=", "")
    assert not any(ord(letter) > 0x2FFF for letter in said), "no emoji"
    for word in ("duty", "duties", "escalation", "breach"):
        assert word not in said.casefold(), word


WITH_VALUES = [(kind, part) for kind in message_kinds() for part in PARTS if "{" in (getattr(words(kind), part) or "")]


@pytest.mark.parametrize(("kind", "part"), WITH_VALUES)
def test_words_without_their_values_fail(kind: str, part: str) -> None:
    with pytest.raises(UndefinedError):
        rendered(kind, part, {})


def test_a_message_with_a_missing_value_stores_nothing_at_all(office: Office) -> None:
    def says_too_little(work: Work, _form: Nothing) -> Message:
        work.changed("something")
        work.say(
            "meeting-confirmed", post="chief-nurse", key="k", record="r", data={"group": "Executive"}, why="", source=""
        )
        return Message(title="Done", text="")

    action = Action("test.say", Nothing, says_too_little, TIME_ONLY, "say too little")
    runner = Runner(office.runner.store, office.runner.ledger_key, dict(ACTIONS) | {"test.say": action}, lambda: "")
    with office.reading() as scope:
        before = len(list(ledger.entries(scope)))
    with pytest.raises(UndefinedError):
        runner.perform(office.actor("time"), "test.say", {}, "press-1", office.now)
    with office.reading() as scope:
        assert len(list(ledger.entries(scope))) == before
        assert outbox.find(scope, "k") is None
