"""The home card: what somebody starts from, at the bottom of their personal chat when they ask for it, kept true there.

A bot in Teams has no page of its own, so the home is a live message like others; the word
`home` has it sent anew and takes the old card away. Each partnership that somebody has a post in has its own.
"""

from collections.abc import Callable
from dataclasses import dataclass

from bot.chat.clocks import Now
from commands import homes
from commands.runner import Runner
from commands.speakers import Speaker
from scheduler.homes import HomeKeeper
from storage.records import delivery, partnerships, people

from .door import read_reference
from .showing import Showing
from .tenants import NAME


@dataclass(frozen=True)
class Homes:
    """Opens homes. `woken` makes delivery look at once."""

    runner: Runner
    keeper: HomeKeeper
    showing: Showing
    woken: Callable[[], None]
    now: Now

    def open(self, speaker: Speaker) -> bool:
        """Brings somebody's homes to the bottom of their chat by the outbox; False where they have none."""
        with self.runner.store.reading() as session:
            found = people.identity(session, NAME, speaker.tenant, speaker.user)
            person = found.person if found is not None else ""
            served = partnerships.of_workspace(session, NAME, speaker.tenant)
            posts = people.partnerships_of(session, person, self.now().date()) if person else set()
        own = [id_ for id_ in served if id_ in posts]
        account = (NAME, speaker.tenant, speaker.user)
        for id_ in own:
            old = delivery.move_down(self.runner.store, id_, homes.key_of(NAME, speaker.tenant, person))
            self.keeper.open(id_, person, account, self.now())
            if old:
                place, ids = read_reference(old)
                self.showing.take_away(place, [each for each in ids if each])
        if own:
            self.woken()
        return bool(own)
