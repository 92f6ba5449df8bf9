"""Killed at every named point with Teams as the door, on both databases: "once" is what docs/doors.md says of it.

Nobody can look there whether a message got through. So an alert comes perhaps twice and is never lost, and everything
else comes at most once, or is marked as not delivered; a message that is kept true comes anew once it has newer words.
Teams itself lives on, in this process; `teams_player.py` says how the days are played.
"""

import json
import subprocess
import sys
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlmodel import col, delete, select

from bot.teams.cards import TONES
from bot.teams.tenants import NAME
from commands import rehearsing
from storage.records import delivery, ledger, people
from storage.records.conversations import Reached
from storage.records.outbox import ALERT, HOME, Outgoing
from storage.records.partnerships import Workspace as Served
from storage.records.people import Identity
from storage.records.schema import bring_up_to_date
from storage.records.scope import Scope
from storage.records.store import Store
from tests.offices import ready, switch_on
from tests.standins.teams import StandIn, Tenant, rendered

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
    # Once a message went out in several parts, while more take their place
    ("2027-01-12T09:00Z", "after-note", 1),
    ("2027-01-12T10:00Z", "before-send", 1),
    ("2027-01-12T10:00Z", "after-note", 1),
    # On the morning before a meeting, while a dozen notes go out
    *(("2027-01-13T08:00Z", point, 2 if "send" in point else 1) for point in POINTS),
)

NOT_DELIVERED = "reached nobody"
"""What the business manager's home says besides, once something is marked."""

UNSURE = "it may have got through, and this door cannot be asked"


@dataclass(frozen=True)
class Sent:
    """A message as the database has it in the end: to whom, by which lane, and what stands in the chat of it."""

    person: str
    title: str
    is_alert: bool
    is_live: bool
    is_home: bool
    reason: str
    stands: str


@dataclass(frozen=True)
class Played:
    """What stands in Teams after a play, and what the database has.

    `unnoted`: how often a text stands with somebody in messages of which the database does not know that they do.
    """

    unnoted: Counter[tuple[str, str]]
    messages: dict[str, Sent]
    unfinished: list[str]
    ledger: str

    @property
    def not_delivered(self) -> dict[str, str]:
        """What ended so, and why."""
        return {key: sent.reason for key, sent in self.messages.items() if sent.reason}


def play(url: str, folder: Path, *kills: tuple[str, str, int]) -> Played:
    """Plays the days with those kills in a process of its own, and looks at what is left."""
    clock = ClockInAFile(folder / "clock")
    standin = StandIn(clock=lambda: clock.now().timestamp()).start()
    try:
        tenant = standin.add_tenant("Gloucestershire")
        opened(url, standin, tenant)
        words = [str(word) for kill in kills for word in kill]
        about = [url, standin.metadata_url, standin.client_id, tenant.id, standin.token(), str(folder / "clock")]
        command = [sys.executable, "-m", "tests.crash.teams_player", *about, *words]
        result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        assert result.returncode == 0, result.stderr
        assert standin.problems == []
        return left(url, tenant)
    finally:
        standin.stop()


def opened(url: str, standin: StandIn, tenant: Tenant) -> None:
    """A new database with the partnership in force, everybody in a post in the tenant, and the app in one team."""
    channel = tenant.add_channel("Everybody")
    with closing(Store(url)) as store:
        bring_up_to_date(store)
        rehearsing.open_office(a_runner(store), ready(PARTNERSHIP), START, NAME)
        switch_on(store, ready(PARTNERSHIP), START)
        with store.writing() as session:
            session.execute(delete(Served).where(col(Served.door) == NAME))
            for account in session.exec(select(Identity)).all():
                person = people.get(session, account.person)
                assert person is not None
                account.tenant, account.user = tenant.id, tenant.add_user(person.name, person.email)
                session.add(account)
        there = Reached(
            door=NAME, tenant=tenant.id, place=channel, conversation=channel, service=standin.service_url, at=START
        )
        delivery.keep_conversation(store, there)


def left(url: str, tenant: Tenant) -> Played:
    """What a play has left."""
    chats = {user: {one.id: rendered(one) for one in tenant.user(user).told()} for user in tenant.users}
    with closing(Store(url)) as store, store.reading() as session:
        rows = list(session.exec(select(Outgoing)))
        person_of = {each.user: each.person for each in session.exec(select(Identity))}
        messages = {
            row.key.replace(tenant.id, "TENANT"): Sent(
                person=row.person,
                title=row.words.title,
                is_alert=row.lane == ALERT,
                is_live=row.shape == "live",
                is_home=row.kind == HOME,
                reason=row.reason if row.state == "failed" else "",
                stands="\n".join(chats[row.address].get(id_, "GONE") for id_ in json.loads(row.reference)[2:])
                if row.reference
                else "",
            )
            for row in rows
        }
        noted = {id_ for row in rows if row.reference for id_ in json.loads(row.reference)[2:]}
        return Played(
            unnoted=Counter(
                (person_of[user], text)
                for user, chat in chats.items()
                for id_, text in chat.items()
                if id_ not in noted
            ),
            messages=messages,
            unfinished=[r.key for r in rows if r.state in ("waiting", "sending") or r.sent > r.wanted],
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
def test_killed_at_every_point_alerts_come_perhaps_twice_and_all_else_at_most_once(
    database_url: str, tmp_path: Path, undisturbed: Played
) -> None:
    the_undisturbed_days_are_worth_the_comparison(undisturbed)
    killed = play(database_url, tmp_path, *KILLS)
    assert killed.unfinished == []
    assert killed.ledger == ""
    what_was_not_delivered_is_marked_as_perhaps_read(killed)
    everything_else_stands_as_it_would(killed, undisturbed)
    nothing_stands_twice_but_alerts(killed)


def the_undisturbed_days_are_worth_the_comparison(undisturbed: Played) -> None:
    keys = "\n".join(undisturbed.messages)
    assert all(kind in keys for kind in ("incident", "daily-note", "weekly-digest", "list"))
    assert "continued" in undisturbed.messages["list"].stands, "some message must have several parts"
    assert any(sent.is_alert for sent in undisturbed.messages.values())
    assert any(sent.is_home and sent.stands for sent in undisturbed.messages.values())
    assert undisturbed.not_delivered == {}
    assert undisturbed.unfinished == []
    assert not undisturbed.unnoted
    assert undisturbed.ledger == ""


def what_was_not_delivered_is_marked_as_perhaps_read(killed: Played) -> None:
    assert set(killed.not_delivered.values()) == {UNSURE}, "the kills must have met some"
    assert not any(killed.messages[key].is_alert for key in killed.not_delivered)


def everything_else_stands_as_it_would(killed: Played, undisturbed: Played) -> None:
    """Each message that counts as sent stands in the chat with the words that it would have without a kill."""
    assert killed.messages.keys() == undisturbed.messages.keys()
    for key, sent in undisturbed.messages.items():
        if key not in killed.not_delivered and sent.stands:
            stands = killed.messages[key].stands
            assert stands == sent.stands or (sent.is_home and NOT_DELIVERED in stands), key
    alerts = {key for key, sent in undisturbed.messages.items() if sent.is_alert and sent.stands}
    assert alerts and all(killed.messages[key].stands for key in alerts)


def nothing_stands_twice_but_alerts(killed: Played) -> None:
    """What nobody noted as sent is an alert that came once more, what was marked, or older words of a live message."""
    sent = killed.messages.values()
    alerts = {(one.person, one.title) for one in sent if one.is_alert}
    marked = Counter((killed.messages[key].person, killed.messages[key].title) for key in killed.not_delivered)
    older = {(one.person, one.title) for one in sent if one.is_live}
    more = Counter((person, _title(text)) for person, text in killed.unnoted.elements())
    assert more.keys() & alerts, "some alert must have come twice"
    assert (more - marked).keys() <= alerts | older
    stands = {(one.person, one.stands) for one in sent if not one.is_alert}
    assert stands.isdisjoint(killed.unnoted), "the same words stand twice"


def _title(text: str) -> str:
    """The title of what stands in a chat, without the word above it that says how grave it is."""
    lines = text.splitlines()
    return lines[1] if lines[0] in (words for _, words in TONES.values()) else lines[0]
