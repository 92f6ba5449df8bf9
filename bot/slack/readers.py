"""What a workspace says of its users, kept for a while: the clock they live by, their address, what they are there."""

import logging
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

log = logging.getLogger(__name__)

HOURS = 12
"""How long what Slack said of a user is believed."""


@dataclass(frozen=True)
class Reader:
    """A user as Slack knows them. `own`: a full member of the workspace: no guest, stranger or bot, and not gone."""

    user: str
    email: str
    zone: str
    own: bool


@dataclass
class Readers:
    """Asks Slack of users, each at most twice a day; nobody waits for it twice."""

    lasts: float = HOURS * 3600.0
    _known: dict[tuple[str, str], tuple[float, Reader]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def zone(self, client: WebClient, tenant: str, user: str) -> str:
        """The name of the zone that a user has set; empty where it is not known, which keeps no message waiting."""
        if not user.startswith(("U", "W")):
            return ""
        try:
            return self.reader(client, tenant, user).zone
        except (SlackApiError, OSError):
            return ""

    def reader(self, client: WebClient, tenant: str, user: str) -> Reader:
        """What Slack says of a user. Raises SlackApiError or OSError."""
        with self._lock:
            at, found = self._known.get((tenant, user), (0.0, None))
            if found is not None and time.monotonic() - at < self.lasts:
                return found
        told = as_reader(client.users_info(user=user)["user"], tenant)
        with self._lock:
            self._known[tenant, user] = time.monotonic(), told
        return told

    def forget(self, tenant: str, user: str) -> None:
        """Asks anew next time."""
        with self._lock:
            self._known.pop((tenant, user), None)


def as_reader(user: dict[str, Any], tenant: str) -> Reader:
    """A user of the Web API as a reader. Guests, users of other workspaces (Slack Connect) and bots are not our own."""
    profile = user.get("profile") or {}
    strange = user.get("team_id", tenant) != tenant and tenant not in _teams(user)
    own = not (
        strange
        or user.get("deleted")
        or user.get("is_bot")
        or user.get("is_restricted")
        or user.get("is_ultra_restricted")
        or user.get("is_stranger")
        or user.get("is_workflow_bot")
    )
    email = str(profile.get("email") or "").strip().casefold()
    return Reader(str(user["id"]), email, str(user.get("tz") or ""), own)


def _teams(user: dict[str, Any]) -> list[str]:
    """The workspaces of a user of a Slack organisation."""
    return list((user.get("enterprise_user") or {}).get("teams", []))
