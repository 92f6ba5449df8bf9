"""Plays some days of a partnership in Teams, in a process that is killed again and again, and started again each time.

    python -m tests.crash.teams_player DATABASE_URL METADATA_URL CLIENT_ID TENANT TOKEN CLOCK [TIME POINT NTH]...

The door is the real one; the Teams that it talks to lives in the test's process, and so survives every kill. CLOCK is a
file in which the clock of the play stands, by which that Teams goes too. The test has opened the office before, and the
database knows already where Teams is: somebody has written to the bot.
"""

import signal
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pydantic import SecretStr

from bot.settings import Settings
from bot.teams.opening import Teams
from bot.teams.tenants import NAME
from commands.definitions import Definition
from commands.runner import no_point
from scheduler.delivery import Delivery
from scheduler.homes import HomeKeeper
from storage.records.sealing import Seal
from storage.records.store import Store
from tests.crash.player import LEASE, Clock, Killer, a_runner, ended, kills
from tests.crash.slack_player import KEY, PARTNERSHIP, ClockInAFile, plays_the_days
from tests.offices import ready

A_CARD_AND_MORE = 500
"""So many lines of a list do not fit on one card."""


@dataclass(frozen=True)
class TeamsPlay:
    """What all lives of the play share."""

    url: str
    settings: Settings
    token: str
    definition: Definition
    clock: Clock

    def live(self, point: Callable[[str], None] = no_point) -> None:
        """One life: goes on where the last one ended, as far as it gets."""
        with closing(Store(self.url)) as store:
            runner = a_runner(store, point)
            homes = HomeKeeper(runner)
            teams = Teams(
                self.settings, runner, self.clock.now, lambda: None, homes, Seal([KEY]), token=lambda: self.token
            )
            worker = Delivery(runner, {NAME: teams.door}, threads=4, point=point, lease=LEASE)
            teams.look_round()
            plays_the_days(runner, worker, homes, self.definition, self.clock, A_CARD_AND_MORE)
            teams.stop()


def main(url: str, metadata: str, client: str, tenant: str, token: str, clock: str, *words: str) -> int:
    """Plays; 0 when every life ended as it was meant to."""
    settings = settings_of(url, metadata, client, tenant)
    play = TeamsPlay(url, settings, token, ready(PARTNERSHIP), ClockInAFile(Path(clock)))
    for kill in kills(list(words)):
        if ended(partial(play.live, Killer(kill, play.clock))) != -signal.SIGKILL:
            sys.stderr.write(f"nobody was killed at {kill}\n")
            return 1
    return ended(play.live)


def settings_of(url: str, metadata: str, client: str, tenant: str) -> Settings:
    """What an administrator would have set."""
    return Settings.model_construct(
        database_url=url,
        client_id=client,
        client_secret=SecretStr("a secret that only Entra would ask for"),
        tenant_id=tenant,
        managed_identity_client_id=None,
        teams_openid_metadata_url=metadata,
        teams_tenants=(),
        teams_hosts=(),
    )


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
