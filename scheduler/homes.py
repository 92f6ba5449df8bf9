"""Homes kept true: looks whether what people start from still stands, and has it told anew where it does not."""

import logging
import uuid
from dataclasses import dataclass, field
from datetime import date, datetime

from commands import homes, permissions
from commands.runner import Runner
from commands.tracing import trace_of
from commands.work import Work
from storage.records import outbox, partnerships
from storage.records.scope import Scope

log = logging.getLogger(__name__)


@dataclass
class HomeKeeper:
    """Keeps the homes of every partnership true. `sandbox`: messages go to one place, and the homes say so.

    It remembers how each partnership stood when it last looked, so that a round in which nothing has happened reads
    three small things and writes nothing.
    """

    runner: Runner
    sandbox: bool = False
    _seen: dict[str, tuple[str, date, int]] = field(default_factory=dict)

    def keep(self, now: datetime) -> int:
        """One round; returns how many homes have new words, which delivery brings to their doors."""
        with self.runner.store.reading() as session:
            ids = [each.id for each in partnerships.every(session)]
        return sum(self._keep(each, now) for each in ids)

    def _keep(self, partnership: str, now: datetime) -> int:
        try:
            with self.runner.store.reading() as session:
                work = self._work(Scope(session, partnership), now)
                mark = homes.mark(work)
                if self._seen.get(partnership) == mark:
                    return 0
                keys = homes.stale(work, sandbox=self.sandbox)
            if keys:
                form = {"homes": keys, "sandbox": self.sandbox}
                self.runner.perform(permissions.time(partnership), homes.KEEP.name, form, None, now)
        except Exception as failure:
            about = {"action": homes.KEEP.name, "error": uuid.uuid4().hex[:12], "trace": trace_of(failure)}
            log.error("homes could not be kept true", extra=about)
            return 0
        self._seen[partnership] = mark
        return len(keys)

    def open(
        self, partnership: str, person: str, account: tuple[str, str, str], now: datetime, *, afresh: bool = False
    ) -> bool:
        """Somebody has come to their home: `account` is the door, the tenant and the user.

        Whether anything is now to be brought there; where the home is there and true, nothing is written. `afresh`:
        what was shown is not there any more, so it is brought again though it is the same.
        """
        door, tenant, user = account
        with self.runner.store.reading() as session:
            scope = Scope(session, partnership)
            row = outbox.find(scope, homes.key_of(door, tenant, person))
            if row is not None and not afresh and row.state in ("waiting", "sending", "sent"):
                words = homes.now_for(self._work(scope, now), row, sandbox=self.sandbox)
                if words.model_dump(mode="json") == row.message and row.address in ("", user):
                    return False
        form = {"person": person, "door": door, "tenant": tenant, "user": user}
        form_ = form | {"sandbox": self.sandbox, "afresh": afresh}
        outcome = self.runner.perform(permissions.time(partnership), homes.OPEN.name, form_, None, now)
        return not outcome.refused

    def _work(self, scope: Scope, now: datetime) -> Work:
        return self.runner.work(scope, permissions.time(scope.partnership), now)
