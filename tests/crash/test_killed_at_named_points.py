"""Killed at every named point, on both databases: nothing is lost, and nothing comes twice where that can be known.

What reaches people is compared with the same weeks played without any kill. `player.py` says how they are played.
"""

import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlmodel import select

from storage.records import ledger
from storage.records.duties import Duty
from storage.records.notes import NoteLine
from storage.records.outbox import Outgoing
from storage.records.scope import Scope
from storage.records.store import Store

from .player import DOORS, LEDGER_KEY, lines

ROOT = Path(__file__).parents[2]

POINTS = ("before-duty", "before-commit", "after-commit", "after-claim", "before-send", "after-send", "after-note")

KILLS = (
    # On a quiet night, while the next fifteen months are planned
    ("2027-01-06T03:00Z", "before-commit", 1),
    # While two partnerships are told of an incident
    *(("2027-01-07T10:00Z", point, 1) for point in POINTS[:-1]),
    ("2027-01-07T10:00Z", "after-send", 2),
    # While two of them answer, and what the others see of it changes
    ("2027-01-07T10:05Z", "before-commit", 1),
    ("2027-01-07T10:05Z", "after-commit", 2),
    ("2027-01-07T10:05Z", "after-send", 2),
    # While an answer lapses because nobody rang, and is given anew
    ("2027-01-07T11:05Z", "before-duty", 1),
    ("2027-01-07T11:05Z", "before-commit", 1),
    ("2027-01-07T11:05Z", "after-send", 1),
    ("2027-01-07T11:10Z", "after-commit", 1),
    # While it is recorded what was said on the telephone
    ("2027-01-07T12:10Z", "before-commit", 1),
    ("2027-01-07T12:10Z", "before-send", 1),
    ("2027-01-07T12:10Z", "after-note", 1),
    # While a message that is kept true gets its new words
    ("2027-01-08T09:00Z", "before-send", 1),
    ("2027-01-08T09:00Z", "after-send", 1),
    # On the morning before a meeting, while a dozen notes go out
    *(("2027-01-13T08:00Z", point, 2 if "send" in point else 1) for point in POINTS),
    # While the weekly digests go out
    ("2027-01-18T08:00Z", "after-send", 1),
    ("2027-01-25T08:00Z", "after-note", 1),
)


@dataclass(frozen=True)
class Played:
    """What is left of a play: what was written down at each door, and the database."""

    desk: list[dict[str, str]]
    letter_box: list[dict[str, str]]
    duties: set[tuple[str, str, str]]
    notes: set[tuple[str, str, str]]
    not_delivered: dict[str, str]
    unfinished: list[str]
    ledgers: list[str]


def play(url: str, folder: Path, *kills: tuple[str, str, int]) -> Played:
    """Plays the weeks with those kills in a process of its own, and looks at what is left."""
    words = [str(word) for kill in kills for word in kill]
    command = [sys.executable, "-m", "tests.crash.player", url, str(folder), *words]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    store = Store(url)
    with store.reading() as session:
        messages = list(session.exec(select(Outgoing)))
        played = Played(
            desk=lines(folder / "desk"),
            letter_box=lines(folder / "letter-box"),
            duties={(str(duty.key), duty.state, duty.reason) for duty in session.exec(select(Duty))},
            notes={(line.partnership, line.key, line.text) for line in session.exec(select(NoteLine))},
            not_delivered={f"{m.partnership}:{m.key}": m.reason for m in messages if m.state == "failed"},
            unfinished=[m.key for m in messages if m.state in ("waiting", "sending") or m.sent > m.wanted],
            ledgers=[ledger.verify(Scope(session, name), LEDGER_KEY).sentence for name in DOORS],
        )
    store.close()
    return played


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """The same weeks without a kill."""
    folder = tmp_path_factory.mktemp("undisturbed")
    return play(f"sqlite:///{folder / 'convenor.sqlite'}", folder)


@pytest.mark.crash
@pytest.mark.slow
@pytest.mark.long
def test_killed_at_every_point_nothing_is_lost_and_nothing_comes_twice(
    database_url: str, tmp_path: Path, undisturbed: Played
) -> None:
    killed = play(database_url, tmp_path, *KILLS)
    the_undisturbed_weeks_are_worth_the_comparison(undisturbed)
    all_was_done_and_nothing_was_done_otherwise(killed, undisturbed)
    where_we_can_look_everything_came_exactly_once(killed, undisturbed)
    where_we_cannot_look_alerts_came_and_all_else_came_once_or_is_marked(killed, undisturbed)


def the_undisturbed_weeks_are_worth_the_comparison(undisturbed: Played) -> None:
    for door in (undisturbed.desk, undisturbed.letter_box):
        assert {line["did"] for line in door} == {"send", "edit"}
        assert {line["lane"] for line in door} == {"alert", "post"}
    assert any("meeting:cdop" in key for key in sent(undisturbed.desk))
    assert undisturbed.not_delivered == {}


def all_was_done_and_nothing_was_done_otherwise(killed: Played, undisturbed: Played) -> None:
    assert killed.duties == undisturbed.duties
    assert killed.notes == undisturbed.notes
    assert killed.unfinished == undisturbed.unfinished == []
    assert killed.ledgers == undisturbed.ledgers == ["", ""]


def where_we_can_look_everything_came_exactly_once(killed: Played, undisturbed: Played) -> None:
    assert sent(killed.desk) == sent(undisturbed.desk)
    assert set(sent(killed.desk).values()) == {1}
    assert last_words(killed.desk) == last_words(undisturbed.desk)


def where_we_cannot_look_alerts_came_and_all_else_came_once_or_is_marked(killed: Played, undisturbed: Played) -> None:
    came, meant = sent(killed.letter_box), sent(undisturbed.letter_box)
    alerts = {line["key"] for line in undisturbed.letter_box if line["lane"] == "alert"}
    assert alerts <= came.keys()
    assert all(times == 1 for key, times in came.items() if key not in alerts)
    assert meant.keys() == came.keys() | killed.not_delivered.keys()
    assert killed.not_delivered.keys().isdisjoint(alerts)
    marks = set(killed.not_delivered.values())
    assert marks == {"it may have got through, and this door cannot be asked"}, "the kills must have met some"


def sent(door: list[dict[str, str]]) -> Counter[str]:
    """How often each message came, less what was taken back."""
    counted = Counter(line["key"] for line in door if line["did"] == "send")
    counted.subtract(line["key"] for line in door if line["did"] == "delete")
    return counted


def last_words(door: list[dict[str, str]]) -> dict[str, str]:
    """What each message says in the end."""
    return {line["key"]: line["words"] for line in door}
