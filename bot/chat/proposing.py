"""Who somebody in a chat may be: proposed by their e-mail address, in the first partnership that knows it.

Proposed is enough for one's own reminders; a code or the administrator confirms it.
"""

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from commands import permissions
from commands.runner import Runner
from commands.speakers import Speaker

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
