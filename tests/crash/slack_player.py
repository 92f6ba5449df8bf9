"""Plays some days of a partnership in Slack, in a process that is killed again and again, and started again each time.

    python -m tests.crash.slack_player DATABASE_URL API_URL BOT_TOKEN CLOCK [TIME POINT NTH]...

The door is the real one; the Slack that it talks to lives in the test's process, and so survives every kill. CLOCK is a
file in which the clock of the play stands, by which that Slack goes too. The test has opened the office before.
"""

import mmap
import signal
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from pydantic import SecretStr
from sqlmodel import select

from bot.settings import Settings
from bot.slack.opening import Slack
from bot.slack.workspaces import NAME
from commands import rehearsing
from commands.definitions import Definition
from commands.runner import Runner, no_point
from scheduler.delivery import Delivery
from scheduler.homes import HomeKeeper
from scheduler.rehearsal import next_time
from scheduler.tick import tick
from storage.records import outbox
from storage.records.message import Message
from storage.records.outbox import Outgoing
from storage.records.people import Identity
from storage.records.scope import Scope
from storage.records.sealing import Seal
from storage.records.store import Store
from tests.crash.player import (
    LEASE,
    PRESSED,
    Clock,
    Killer,
    a_runner,
    deliver_everything,
    ended,
    kills,
    press_what_is_to_be_pressed,
)
from tests.offices import ready

PARTNERSHIP = "gloucestershire"
KEY = "a1c2e3g4i5k6m7o8q9s0u1w2y3A4C5E6G7I8K9M0O1Q="
START = datetime(2027, 1, 7, 7, 0, tzinfo=UTC)
LIST_GROWS = (datetime(2027, 1, 12, 9, 0, tzinfo=UTC), datetime(2027, 1, 12, 10, 0, tzinfo=UTC))
"""A message that is kept true needs several of Slack's, and more of them an hour later."""
END = datetime(2027, 1, 13, 12, 0, tzinfo=UTC)
"""After the weekly digests, and the notes of the morning before a meeting."""


class ClockInAFile(Clock):
    """The clock of the play, where the test's process sees it too."""

    def __init__(self, file: Path) -> None:
        begins = not file.exists()
        if begins:
            file.write_bytes(bytes(8))
        with file.open("r+b") as place:
            self._memory = mmap.mmap(place.fileno(), 8)
        if begins:
            self.moves_to(START)


@dataclass(frozen=True)
class SlackPlay:
    """What all lives of the play share."""

    url: str
    settings: Settings
    definition: Definition
    clock: Clock

    def live(self, point: Callable[[str], None] = no_point) -> None:
        """One life: goes on where the last one ended, as far as it gets."""
        with closing(Store(self.url)) as store:
            runner = a_runner(store, point)
            homes = HomeKeeper(runner)
            slack = Slack(self.settings, runner, self.clock.now, lambda: None, homes, Seal([KEY]))
            worker = Delivery(runner, {NAME: slack.door}, threads=4, point=point, lease=LEASE)
            slack.look_round()
            plays_the_days(runner, worker, homes, self.definition, self.clock)
            slack.stop()


def plays_the_days(
    runner: Runner, worker: Delivery, homes: HomeKeeper, definition: Definition, clock: Clock, grows_by: int = 100
) -> None:
    """Everything that happens in the play from where its clock stands, at whichever chat.

    `grows_by`: so many lines are a part or two of a message there.
    """
    _come_to_their_homes(runner.store, homes, definition, clock)
    while clock.now() < END:
        press_what_is_to_be_pressed(runner, definition, clock.now())
        _keep_the_list(runner.store, definition, clock, grows_by)
        tick(runner, clock.now())
        homes.keep(clock.now())
        deliver_everything(worker, clock)
        clock.moves_to(max(_following(runner.store, clock), clock.now() + timedelta(microseconds=1)))


def _come_to_their_homes(store: Store, homes: HomeKeeper, definition: Definition, clock: Clock) -> None:
    manager = rehearsing.person_of(PARTNERSHIP, definition.arrangements.secretariat.business_manager)
    with store.reading() as session:
        accounts = [(i.door, i.tenant, i.user) for i in session.exec(select(Identity)) if i.person == manager]
    for account in accounts:
        homes.open(PARTNERSHIP, manager, account, clock.now())


def _keep_the_list(store: Store, definition: Definition, clock: Clock, grows_by: int) -> None:
    now = clock.now()
    lines = grows_by * sum(now >= moment for moment in LIST_GROWS)
    if not lines:
        return
    text = "\n".join(f"Line {number} of a list that is kept true and grows longer." for number in range(lines))
    manager = rehearsing.person_of(PARTNERSHIP, definition.arrangements.secretariat.business_manager)
    new = Outgoing(
        partnership=PARTNERSHIP,
        key="list",
        kind="undelivered",
        record="partnership",
        person=manager,
        message=Message(title="A list", text=text).model_dump(mode="json"),
        created_at=now,
        not_before=now,
    )
    with store.writing() as session:
        outbox.keep_true(Scope(session, PARTNERSHIP), new, now)


def _following(store: Store, clock: Clock) -> datetime:
    presses = [moment for moment in (*PRESSED, *LIST_GROWS) if moment > clock.now()]
    return min([*presses, next_time(store) or END])


def main(url: str, api_url: str, token: str, clock: str, *words: str) -> int:
    """Plays; 0 when every life ended as it was meant to."""
    settings = Settings.model_construct(database_url=url, slack_api_url=api_url, slack_bot_token=SecretStr(token))
    play = SlackPlay(url, settings, ready(PARTNERSHIP), ClockInAFile(Path(clock)))
    for kill in kills(list(words)):
        if ended(partial(play.live, Killer(kill, play.clock))) != -signal.SIGKILL:
            sys.stderr.write(f"nobody was killed at {kill}\n")
            return 1
    return ended(play.live)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
