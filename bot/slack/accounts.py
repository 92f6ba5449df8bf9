"""Whose account a user's is: proposed by the address that Slack has, never for guests, strangers or bots.

People are looked for by their address when the bot starts and every few minutes, and whoever writes to it is looked for
at once. Proposed is enough for one's own reminders; a code or the administrator confirms it.
"""

import logging
from dataclasses import dataclass, field
from http.client import HTTPException

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.chat.clocks import Now
from bot.chat.proposing import Proposing
from commands.runner import Runner
from commands.speakers import Speaker
from storage.records import partnerships, people

from .answers import error_of
from .readers import Readers, as_reader
from .workspaces import NAME, NoWorkspace, Workspaces

log = logging.getLogger(__name__)


@dataclass
class Accounts:
    """Proposes who the users of the workspaces are."""

    runner: Runner
    workspaces: Workspaces
    readers: Readers
    now: Now
    proposing: Proposing = field(init=False)

    def __post_init__(self) -> None:
        self.proposing = Proposing(self.runner, NAME, self.now)

    def meet(self, client: WebClient, speaker: Speaker) -> None:
        """Proposes who somebody is that writes for the first time, and notes that one who was gone is back."""
        with self.runner.store.reading() as session:
            found = people.identity(session, NAME, speaker.tenant, speaker.user)
            served = partnerships.of_workspace(session, NAME, speaker.tenant)
            known, back = found is not None, bool(found is not None and found.gone)
        if back:
            self.proposing.back(served, speaker)
        if known or not self.proposing.is_due(speaker.tenant, speaker.user):
            return
        try:
            reader = self.readers.reader(client, speaker.tenant, speaker.user)
            if reader.own and reader.email:
                self.proposing.propose(served, speaker.tenant, speaker.user, reader.email)
        except (SlackApiError, OSError, HTTPException):
            self.proposing.forget(speaker.tenant, speaker.user)  # Slack did not say: the next line asks again
        except BaseException:
            self.proposing.forget(speaker.tenant, speaker.user)
            raise

    def meet_everybody(self) -> int:
        """Looks for everybody in a post who has no account yet, in each workspace; returns how many were proposed."""
        proposed = 0
        for workspace in self.workspaces.every():
            try:
                client = self.workspaces.client(workspace.tenant)
                for email, served in self.proposing.unknown(workspace.tenant).items():
                    proposed += self._look_for(client, workspace.tenant, email, served)
            except (NoWorkspace, OSError, HTTPException):
                continue
            except SlackApiError as failure:
                log.info("looking for people stopped", extra={"action": "meet", "error": error_of(failure)})
        return proposed

    def _look_for(self, client: WebClient, tenant: str, email: str, served: list[str]) -> int:
        """Asks Slack for the user with an address. Raises SlackApiError for all but that there is none."""
        if not self.proposing.is_due(tenant, email):
            return 0
        try:
            reader = as_reader(client.users_lookupByEmail(email=email)["user"], tenant)
        except SlackApiError as failure:
            if error_of(failure) != "users_not_found":
                self.proposing.forget(tenant, email)
                raise
            return 0
        except BaseException:
            self.proposing.forget(tenant, email)
            raise
        if not reader.own or reader.email != email:
            return 0
        return int(self.proposing.propose(served, tenant, reader.user, email))
