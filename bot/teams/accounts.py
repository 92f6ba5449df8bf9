"""Whose account a user's is: proposed by the address that Teams has, never for guests or people of other tenants.

Whoever writes is looked for at once, and everybody in a team when the bot is put there and once a day: Teams tells a
bot nobody's address but in the roster of a conversation. An address is whatever the administrator of a tenant wrote
there, so it counts only where its domain is that tenant's own (CONVENOR_TEAMS_TENANTS). Proposed is enough for one's
own reminders; a code or the administrator confirms it.
"""

import logging
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.chat.clocks import Now
from bot.chat.proposing import Proposing
from commands.runner import Runner
from commands.speakers import Speaker
from storage.records import conversations, delivery, partnerships, people
from storage.records.conversations import Reached

from .activities import Activity
from .answers import is_lost
from .connector import Broke, Connector, Member, NoToken, NotReached, Place, Refused
from .tenants import NAME, Allowed

log = logging.getLogger(__name__)

A_DAY = timedelta(days=1)
"""How often somebody, or a team, is looked at again."""

AFTER_SILENCE = 60.0
"""For how many seconds Teams is not asked for somebody again when it has said nothing: each time somebody waits."""

FAILURES = (Refused, NotReached, Broke, NoToken)


@dataclass
class Accounts:
    """Proposes who the users of the tenants are."""

    runner: Runner
    connector: Connector
    allowed: Allowed
    now: Now
    proposing: Proposing = field(init=False)
    _looked: dict[tuple[str, str], datetime] = field(default_factory=dict)
    _silent: dict[tuple[str, str], float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.proposing = Proposing(self.runner, NAME, self.now)

    def meet(self, activity: Activity, speaker: Speaker) -> bool:
        """Proposes who somebody is that writes for the first time; notes that one who was gone is back.

        Whether they were proposed now.
        """
        with self.runner.store.reading() as session:
            found = people.identity(session, NAME, speaker.tenant, speaker.user)
            served = partnerships.of_workspace(session, NAME, speaker.tenant)
            known, back = found is not None, bool(found is not None and found.gone)
        if back:
            self.proposing.back(served, speaker)
        if known or not speaker.user or self._is_silent(speaker):
            return False
        if not self.proposing.is_due(speaker.tenant, speaker.user):
            return False
        try:
            member = self.connector.member(Place(activity.service, activity.conversation), speaker.user)
            if member.user != speaker.user or not self._is_of(speaker.tenant, member):
                return False
            return self.proposing.propose(served, speaker.tenant, speaker.user, member.email.casefold())
        except FAILURES as failure:
            self.proposing.forget(speaker.tenant, speaker.user)  # Teams did not say: the next line asks again
            if isinstance(failure, Broke):
                self._silent[speaker.tenant, speaker.user] = time.monotonic()
            return False
        except BaseException:
            self.proposing.forget(speaker.tenant, speaker.user)
            raise

    def _is_silent(self, speaker: Speaker) -> bool:
        """Whether Teams has just said nothing of somebody."""
        since = self._silent.pop((speaker.tenant, speaker.user), None)
        if since is None or time.monotonic() - since >= AFTER_SILENCE:
            return False
        self._silent[speaker.tenant, speaker.user] = since
        return True

    def meet_everybody(self, tenant: str, place: Place) -> int:
        """Looks for everybody in a team or group who has a post and no account yet; returns how many were proposed.

        Where somebody known is reached is kept, so that they can be written to before they have written themselves.
        """
        self._looked[tenant, place.conversation] = self.now()
        try:
            return self._meet(tenant, place, list(self.connector.members(place)))
        except FAILURES as failure:
            self._looked.pop((tenant, place.conversation), None)  # the next look round asks again
            if is_lost(failure):  # the app is not there any more
                delivery.forget_conversation(self.runner.store, NAME, tenant, place.conversation)
            word = str(failure.status) if isinstance(failure, Refused) else type(failure).__name__
            log.info("looking for people stopped", extra={"action": "meet", "error": word})
            return 0

    def look_round(self) -> int:
        """Looks again at each team, and at whoever has the app and is not known; returns how many were proposed."""
        with self.runner.store.reading() as session:
            every = conversations.every(session, NAME)
            session.expunge_all()
        return sum(self._look(each) for each in every if self._is_due(each))

    def _is_due(self, reached: Reached) -> bool:
        """Whether somebody, or a team, was not looked at for a day; it counts as looked at."""
        if not reached.conversation or not self.allowed.service(reached.service):
            return False
        before, now = self._looked.get((reached.tenant, reached.place)), self.now()
        if before is not None and before <= now < before + A_DAY:
            return False
        self._looked[reached.tenant, reached.place] = now
        return True

    def _look(self, reached: Reached) -> int:
        place = Place(reached.service, reached.conversation)
        if reached.place == reached.conversation:
            return self.meet_everybody(reached.tenant, place)
        with self.runner.store.reading() as session:
            known = people.identity(session, NAME, reached.tenant, reached.place) is not None
        if known or not self.proposing.unknown(reached.tenant):
            return 0
        try:
            return self._meet(reached.tenant, place, [self.connector.member(place, reached.place)])
        except FAILURES:
            return 0  # who is not there any more is asked for again tomorrow

    def _meet(self, tenant: str, place: Place, members: Iterable[Member]) -> int:
        own = [member for member in members if member.user and self._is_of(tenant, member)]
        addresses = Counter(member.email.casefold() for member in own)
        unknown = self.proposing.unknown(tenant)
        proposed = 0
        for member in own:
            email = member.email.casefold()
            if email in unknown and addresses[email] == 1 and not self._is_known(tenant, member):
                proposed += self.proposing.propose(unknown[email], tenant, member.user, email)
            if self._is_known(tenant, member):
                self._keep(tenant, place, member)
        return proposed

    def _is_of(self, tenant: str, member: Member) -> bool:
        """Whether somebody is at home in a tenant, with an address that is the tenant's own to give."""
        return not member.guest and member.tenant in ("", tenant) and self.allowed.owns(tenant, member.email)

    def _is_known(self, tenant: str, member: Member) -> bool:
        with self.runner.store.reading() as session:
            return people.identity(session, NAME, tenant, member.user) is not None

    def _keep(self, tenant: str, place: Place, member: Member) -> None:
        reached = Reached(
            door=NAME, tenant=tenant, place=member.user, service=place.service, member=member.member, at=self.now()
        )
        delivery.keep_conversation(self.runner.store, reached)
