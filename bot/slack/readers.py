"""What a workspace says of its users, kept for a while: the clock they live by, their address, what they are there."""

import logging
import threading
import time
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from .workspaces import QUIET

log = logging.getLogger(__name__)

HOURS = 12
"""How long what Slack said of a user is believed."""

PATIENCE = 1.5
"""Seconds for which Slack is waited for: somebody has pressed, and their acknowledgement must be there within three."""

SILENCE = 60.0
"""Seconds for which a user is not asked for again after Slack said nothing."""


@dataclass(frozen=True)
class Reader:
    """A user as Slack knows them. `own`: a full member of the workspace: no guest, stranger or bot, and not gone."""

    user: str
    email: str
    zone: str
    own: bool


@dataclass
class Readers:
    """Asks Slack of users, each at most twice a day; where Slack is silent nobody waits for it twice in a minute."""

    lasts: float = HOURS * 3600.0
    _known: dict[tuple[str, str], tuple[float, Reader]] = field(default_factory=dict)
    _silent: dict[tuple[str, str], float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def zone(self, client: WebClient, tenant: str, user: str) -> str:
        """The name of the zone that a user has set; empty where it is not known, which keeps no message waiting."""
        if not user.startswith(("U", "W")):
            return ""
        try:
            return self.reader(client, tenant, user).zone
        except (SlackApiError, OSError, HTTPException):
            return ""

    def reader(self, client: WebClient, tenant: str, user: str) -> Reader:
        """What Slack says of a user. Raises SlackApiError, OSError or HTTPException."""
        with self._lock:
            at, found = self._known.get((tenant, user), (0.0, None))
            if found is not None and time.monotonic() - at < self.lasts:
                return found
            if time.monotonic() < self._silent.get((tenant, user), 0.0):
                raise TimeoutError("Slack was silent a moment ago")
        try:
            told = as_reader(_hasty(client).users_info(user=user)["user"], tenant)
        except OSError as failure:
            if isinstance(failure, TimeoutError) or isinstance(getattr(failure, "reason", None), TimeoutError):
                with self._lock:
                    self._silent[tenant, user] = time.monotonic() + SILENCE
            raise
        with self._lock:
            self._silent.pop((tenant, user), None)
            self._known[tenant, user] = time.monotonic(), told
        return told


def _hasty(client: WebClient) -> WebClient:
    """A client for the same workspace that gives up soon."""
    seconds: Any = PATIENCE  # the library says int, and hands it on to a socket
    return WebClient(token=client.token, base_url=client.base_url, timeout=seconds, retry_handlers=[], logger=QUIET)


def as_reader(user: dict[str, Any], tenant: str) -> Reader:
    """A user of the Web API as a reader.

    Guests, users of other workspaces (Slack Connect) and bots are not our own; nor is whose address Slack has not
    confirmed, since it may be anybody's.
    """
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
        or user.get("is_email_confirmed") is False
    )
    email = str(profile.get("email") or "").strip().casefold()
    return Reader(str(user["id"]), email, str(user.get("tz") or ""), own)


def _teams(user: dict[str, Any]) -> list[str]:
    """The workspaces of a user of a Slack organisation."""
    return list((user.get("enterprise_user") or {}).get("teams", []))
