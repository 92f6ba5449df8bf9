"""Killed at every named point with Slack as the door, on both databases: what people see in Slack is what it would be.

Slack itself lives on, in this process; `slack_player.py` says how the days are played.
"""

import subprocess
import sys
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlmodel import col, delete, select

from bot.slack.workspaces import NAME
from commands import rehearsing
from storage.records import ledger, people
from storage.records.outbox import Outgoing
from storage.records.partnerships import Workspace as Served
from storage.records.people import Identity
from storage.records.schema import bring_up_to_date
from storage.records.scope import Scope
from storage.records.store import Store
from tests.offices import ready, switch_on
from tests.standins.slack import StandIn, Workspace, rendered

from .player import LEDGER_KEY, a_runner
from .slack_player import PARTNERSHIP, START, ClockInAFile
from .test_killed_at_named_points import POINTS

ROOT = Path(__file__).parents[2]

KILLS = (
    # While everybody is told of an incident
    *(("2027-01-07T10:00Z", point, 1) for point in POINTS[:-1]),
    ("2027-01-07T10:00Z", "after-send", 3),
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
    # While messages that are kept true get their new words
    ("2027-01-08T09:00Z", "before-send", 1),
    ("2027-01-08T09:00Z", "after-send", 1),
    # While the weekly digests go out
    ("2027-01-11T08:00Z", "after-send", 1),
    # While a message goes out in several parts
    ("2027-01-12T09:00Z", "after-send", 1),
    ("2027-01-12T09:00Z", "before-send", 1),
    ("2027-01-12T09:00Z", "after-send", 2),
    # While more parts take their place
    ("2027-01-12T10:00Z", "after-send", 1),
    ("2027-01-12T10:00Z", "after-send", 3),
    ("2027-01-12T10:00Z", "after-note", 1),
    # On the morning before a meeting, while a dozen notes go out
    *(("2027-01-13T08:00Z", point, 2 if "send" in point else 1) for point in POINTS),
)


@dataclass(frozen=True)
class Played:
    """What stands in Slack after a play, and what the database has."""

    words: dict[tuple[str, int], str]
    times: Counter[tuple[str, int]]
    home: str
    not_delivered: list[str]
    unfinished: list[str]
    ledger: str


def play(url: str, folder: Path, *kills: tuple[str, str, int]) -> Played:
    """Plays the days with those kills in a process of its own, and looks at what is left."""
    clock = ClockInAFile(folder / "clock")
    with StandIn(clock=lambda: clock.now().timestamp()) as standin:
        workspace = standin.add_workspace("Gloucestershire")
        opened(url, workspace)
        words = [str(word) for kill in kills for word in kill]
        about = [url, standin.url, workspace.bot_token, str(folder / "clock")]
        command = [sys.executable, "-m", "tests.crash.slack_player", *about, *words]
        result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        assert result.returncode == 0, result.stderr
        assert standin.problems == standin.missing_text == []
        return left(url, workspace)


def opened(url: str, workspace: Workspace) -> None:
    """A new database with the partnership in force, and everybody in a post in the workspace."""
    with closing(Store(url)) as store:
        bring_up_to_date(store)
        rehearsing.open_office(a_runner(store), ready(PARTNERSHIP), START, NAME)
        switch_on(store, ready(PARTNERSHIP), START)
        with store.writing() as session:
            session.execute(delete(Served).where(col(Served.door) == NAME))
            for account in session.exec(select(Identity)).all():
                person = people.get(session, account.person)
                assert person is not None
                account.tenant, account.user = workspace.id, workspace.add_user(person.name, person.email)
                session.add(account)


def left(url: str, workspace: Workspace) -> Played:
    """What a play has left."""
    standing = [one.now for one in workspace.posted() if not one.deleted]
    about = [one["metadata"]["event_payload"] for one in standing]
    keys = [(each["key"], each["part"]) for each in about]
    with closing(Store(url)) as store, store.reading() as session:
        messages = list(session.exec(select(Outgoing)))
        return Played(
            words=dict(zip(keys, map(rendered, standing), strict=True)),
            times=Counter(keys),
            home=rendered(list(workspace.homes.values())),
            not_delivered=[m.key for m in messages if m.state == "failed"],
            unfinished=[m.key for m in messages if m.state in ("waiting", "sending") or m.sent > m.wanted],
            ledger=ledger.verify(Scope(session, PARTNERSHIP), LEDGER_KEY).sentence,
        )


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """The same days without a kill."""
    folder = tmp_path_factory.mktemp("undisturbed")
    return play(f"sqlite:///{folder / 'convenor.sqlite'}", folder)


@pytest.mark.crash
@pytest.mark.slow
@pytest.mark.long
def test_killed_at_every_point_what_stands_in_slack_is_what_would_stand_there(
    database_url: str, tmp_path: Path, undisturbed: Played
) -> None:
    the_undisturbed_days_are_worth_the_comparison(undisturbed)
    killed = play(database_url, tmp_path, *KILLS)
    assert set(killed.times.values()) == {1}
    assert killed.words == undisturbed.words
    assert killed.home == undisturbed.home
    assert killed.not_delivered == killed.unfinished == []
    assert killed.ledger == ""


def the_undisturbed_days_are_worth_the_comparison(undisturbed: Played) -> None:
    keys = "\n".join(key for key, _part in undisturbed.words)
    assert all(kind in keys for kind in ("incident", "daily-note", "weekly-digest"))
    assert any(part for _key, part in undisturbed.words), "some message must have several parts"
    assert undisturbed.home
    assert undisturbed.not_delivered == undisturbed.unfinished == []
    assert undisturbed.ledger == ""
