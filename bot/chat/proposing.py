"""Who somebody in a chat may be: proposed by their e-mail address, in the first partnership that knows it.

Proposed is enough for one's own reminders; a code or the administrator confirms it.
"""

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from commands import permissions, terms
from commands.runner import Runner
from commands.speakers import Speaker
from storage.records import partnerships, people
from storage.records.scope import Scope

from .clocks import Now

SECONDS_BETWEEN_LOOKS = 3600.0
"""How long somebody whom the platform does not know is not asked for again."""


@dataclass
class Proposing:
    """Proposes who the users of one door are. `is_due` keeps the platform from being asked for anybody too often."""

    runner: Runner
    door: str
    now: Now
    _asked: dict[tuple[str, str], float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def propose(self, served: Iterable[str], tenant: str, user: str, email: str) -> bool:
        """Proposes in the first of some partnerships that knows the address; whether one did."""
        form = {"door": self.door, "tenant": tenant, "user": user, "email": email}
        for partnership in served:
            outcome = self.runner.perform(permissions.time(partnership), "identity.propose", form, None, self.now())
            if not outcome.refused:
                return True
        return False

    def back(self, served: Iterable[str], speaker: Speaker) -> None:
        """Notes that somebody who was gone has come back."""
        form = {"door": self.door, "tenant": speaker.tenant, "user": speaker.user}
        for partnership in served:
            self.runner.perform(permissions.time(partnership), "account.back", form, None, self.now())

    def unknown(self, tenant: str) -> dict[str, list[str]]:
        """The addresses of those in post who are not known in a workspace, each with the partnerships they are in."""
        found: dict[str, list[str]] = {}
        with self.runner.store.reading() as session:
            for partnership in partnerships.of_workspace(session, self.door, tenant):
                scope = Scope(session, partnership)
                for id_ in _in_post(scope, self.now()):
                    known = any((i.door, i.tenant) == (self.door, tenant) for i in people.identities(session, id_))
                    person = None if known else people.get(session, id_)
                    if person is not None:
                        found.setdefault(person.email, []).append(partnership)
        return found

    def is_due(self, tenant: str, who: str) -> bool:
        """Whether to ask the platform for somebody now; it counts as asked."""
        with self._lock:
            if time.monotonic() - self._asked.get((tenant, who), -SECONDS_BETWEEN_LOOKS) < SECONDS_BETWEEN_LOOKS:
                return False
            self._asked[tenant, who] = time.monotonic()
            return True

    def forget(self, tenant: str, who: str) -> None:
        """The platform did not say: the next line asks again."""
        with self._lock:
            self._asked.pop((tenant, who), None)


def _in_post(scope: Scope, now: datetime) -> list[str]:
    day = now.astimezone(terms.of(scope).zone).date()
    held = {holding.person for holding in people.holdings(scope, day)}
    return sorted(held | {cover.person for cover in people.covering_on(scope, day)})
