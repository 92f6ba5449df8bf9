"""Killed while reports are asked for, filled in and sent in: what was told is saved is, and nothing comes twice.

On both databases. What is left is compared with the same weeks played without any kill; `reporting_player.py` says how
they are played, and looks at the beginning of each life whether all that people were told stands.
"""

import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlmodel import select

from commands import return_contents
from commands.permissions import administrator
from storage.arrangements.forms import Filled
from storage.records import ledger, raised, registers, returns
from storage.records.duties import Duty
from storage.records.notes import NoteLine
from storage.records.outbox import Outgoing
from storage.records.scope import Scope
from storage.records.store import Store
from tests.crash.player import LEDGER_KEY, a_runner, lines
from tests.crash.reporting_player import OPENS, PLACE, REPORT, START
from tests.returns_given import SGLOS

ROOT = Path(__file__).parents[2]

KILLS = (
    # While a round is opened, and those who owe are asked
    *(("2027-04-16T06:00Z", point, 1) for point in ("before-duty", "before-commit", "after-commit")),
    *(("2027-04-16T06:00Z", point, 2) for point in ("before-send", "after-send")),
    # While sections are saved
    ("2027-04-16T11:00Z", "before-commit", 1),
    ("2027-04-16T11:00Z", "after-commit", 1),
    ("2027-04-16T11:15Z", "after-commit", 1),
    # While the report is sent in, and becomes business
    ("2027-04-19T09:00Z", "before-commit", 1),
    ("2027-04-19T09:00Z", "after-commit", 1),
    # While nothing is said by exception
    ("2027-04-20T09:00Z", "before-commit", 1),
    ("2027-04-20T09:00Z", "after-commit", 1),
    # While somebody is reminded
    ("2027-04-27T07:00Z", "after-commit", 1),
    ("2027-04-27T07:00Z", "after-send", 1),
)


@dataclass(frozen=True)
class Played:
    """What is left of a play."""

    came: list[dict[str, str]]
    told: list[dict[str, str]]
    duties: set[tuple[str, str, str]]
    notes: set[tuple[str, str]]
    unfinished: list[str]
    contents: dict[str, tuple[str, Filled | None]]
    business: list[str]
    ledger: str


def play(url: str, folder: Path, *kills: tuple[str, str, int]) -> Played:
    """Plays the weeks with those kills in a process of its own, and looks at what is left."""
    words = [str(word) for kill in kills for word in kill]
    command = [sys.executable, "-m", "tests.crash.reporting_player", url, str(folder), *words]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    store = Store(url)
    with store.reading() as session:
        scope = Scope(session, SGLOS)
        work = a_runner(store).work(scope, administrator(SGLOS), START)
        round_ = returns.find(scope, REPORT, PLACE)
        assert round_ is not None
        messages = list(session.exec(select(Outgoing)))
        played = Played(
            came=lines(folder / "desk"),
            told=lines(folder / "told"),
            duties={(str(duty.key), duty.state, duty.reason) for duty in session.exec(select(Duty))},
            notes={(line.key, line.text) for line in session.exec(select(NoteLine))},
            unfinished=[m.key for m in messages if m.state != "sent" or m.sent > m.wanted],
            contents={
                each.who: (each.state, return_contents.sent(work, each)) for each in returns.all_owed(scope, round_)
            },
            business=[
                *(f"action {each.number}: {each.title}, {each.owner}, {each.due}" for each in registers.items(scope)),
                *(f"raised {each.number} with {each.group}: {each.text}" for each in raised.every(scope, state=None)),
            ],
            ledger=ledger.verify(scope, LEDGER_KEY).sentence,
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
@pytest.mark.long_on("sqlite")
def test_killed_while_reporting_what_was_told_stands_and_nothing_comes_twice(
    database_url: str, tmp_path: Path, undisturbed: Played
) -> None:
    the_undisturbed_weeks_are_worth_the_comparison(undisturbed)
    killed = play(database_url, tmp_path, *KILLS)
    assert killed.contents == undisturbed.contents
    assert killed.business == undisturbed.business
    assert killed.duties == undisturbed.duties
    assert killed.notes == undisturbed.notes
    assert killed.unfinished == undisturbed.unfinished == []
    assert killed.ledger == undisturbed.ledger == ""
    assert sent(killed.came) == sent(undisturbed.came)
    assert set(sent(killed.came).values()) == {1}
    assert last_words(killed.came) == last_words(undisturbed.came)
    each_press_had_one_answer(killed, undisturbed)


def the_undisturbed_weeks_are_worth_the_comparison(undisturbed: Played) -> None:
    asked = [line for line in undisturbed.came if ":report-asked:" in line["key"]]
    assert [line["at"] for line in asked] == [OPENS.isoformat()] * 3
    assert any(line["did"] == "edit" and ":round-status:" in line["key"] for line in undisturbed.came)
    assert {state for state, _ in undisturbed.contents.values()} == {"answered", "nothing"}
    assert len(undisturbed.business) == 2
    assert any("Best Start in Life" in text for _, text in undisturbed.notes)


def each_press_had_one_answer(killed: Played, undisturbed: Played) -> None:
    """Whoever pressed again, because nothing was answered the first time, was told the same."""
    meant = {line["press"]: (line["title"], line["text"]) for line in undisturbed.told}
    assert {line["press"] for line in killed.told} == meant.keys()
    for line in killed.told:
        assert line["title"] == meant[line["press"]][0]


def sent(door: list[dict[str, str]]) -> Counter[str]:
    """How often each message came, less what was taken back."""
    counted = Counter(line["key"] for line in door if line["did"] == "send")
    counted.subtract(line["key"] for line in door if line["did"] == "delete")
    return counted


def last_words(door: list[dict[str, str]]) -> dict[str, str]:
    """What each message says in the end."""
    return {line["key"]: line["words"] for line in door}
