"""One partnership with several doors: some people in Slack, some in Teams, some in both, and some have mail alone.

    with mixed(tmp_path, "gloucestershire", at="2027-03-30 08:30", at_doors={POLICE: ("slack",), NURSE: ()}) as office:
        office.in_teams(MANAGER).says("notify")
        office.in_slack(POLICE).finds("notified to the partnership").presses("Known to us")
        page, code = office.page_of("chief-nurse@gloucestershire.invalid", "please answer")

Both bots, the letters and the pages stand on one database and go by one clock, as in one installation.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlmodel import select

from bot.slack.workspaces import NAME as SLACK
from bot.teams.tenants import NAME as TEAMS
from commands.definitions import Definition
from scheduler.delivery import Delivery
from scheduler.homes import HomeKeeper
from scheduler.tick import tick
from storage.records.people import Identity
from tests.scenarios.incident_doors import Everywhere, EverywhereDriver, Person
from tests.scenarios.language import Delivered, Seen
from tests.scenarios.played import Played
from tests.scenarios.slack import SlackDriver
from tests.scenarios.teams import TeamsDriver


@dataclass
class BothChats(Played):
    """Slack and Teams on one database. `at_doors`: by post, where its holder has accounts; all others have Teams."""

    name: str = "both chats"
    at_doors: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def open(self, partnerships: Sequence[str], at: str) -> None:
        """Makes the database, opens the partnerships, and begins both chats."""
        self.open_partnerships(partnerships, at, TEAMS)
        self.homes = HomeKeeper(self.runner)
        self.slack, self.teams = SlackDriver(self.folder), TeamsDriver(self.folder)
        for chat in (self.slack, self.teams):
            chat.stands_beside(self)
            chat.homes = self.homes
            chat.opens_door()
        doors = {SLACK: self.slack.slack.door, TEAMS: self.teams.teams.door}
        self.delivery = Delivery(self.runner, doors, threads=0)
        self._everybody_comes()
        self.slack.slack.look_round()
        self.teams.is_added_to_a_team()

    def close(self) -> None:
        """Lets go of both, and of the database."""
        self.slack.shuts_door()
        self.teams.shuts_door()
        self.store.close()

    def _everybody_comes(self) -> None:
        """Everybody in a post has the accounts that they are to have, and no others."""
        with self.store.writing() as session:
            for account in session.exec(select(Identity)).all():
                session.delete(account)
        for partnership, definition in self.definitions.items():
            for post in definition.arrangements.posts:
                if post.vacant:
                    continue
                for door in self.at_doors.get(post.id, (TEAMS,)):
                    (self.slack if door == SLACK else self.teams).joins(partnership, post.id)

    def wait(self) -> None:
        """Delivers what waits, as long as it takes at the pace of both."""
        self._waits_at_a_chat()

    def _round(self) -> None:
        tick(self.runner, self.now)
        self.homes.keep(self.now)
        self.delivery.deliver(lambda: self.now)
        self.teams.allows_files()

    # A person without a door named is in Teams

    def say(self, partnership: str, who: str, text: str) -> Seen:
        """Types it in Teams."""
        return self.teams.say(partnership, who, text)

    def messages(self, partnership: str, who: str) -> list[Delivered]:
        """What stands in Teams."""
        return self.teams.messages(partnership, who)


@dataclass
class MixedDriver(EverywhereDriver, BothChats):
    """Both chats, letters, texts and pages."""

    name: str = "mixed"


@dataclass
class Mixed(Everywhere):
    """A story with everything."""

    driver: MixedDriver

    def in_slack(self, who: str) -> Person:
        """Somebody by their post, in Slack."""
        return Everywhere(self.driver.slack, self.partnership).as_(who)

    def in_teams(self, who: str) -> Person:
        """Somebody by their post, in Teams."""
        return Everywhere(self.driver.teams, self.partnership).as_(who)


@contextmanager
def mixed(
    folder: Path,
    partnership: str | Definition,
    at: str,
    at_doors: Mapping[str, Sequence[str]],
    *,
    incidents: bool = True,
) -> Iterator[Mixed]:
    """A partnership at all doors, opened at a local time."""
    driver = MixedDriver(folder, at_doors=at_doors, incidents=incidents)
    driver.open([partnership], at)
    try:
        yield Mixed(driver, next(iter(driver.definitions)))
    finally:
        driver.close()
