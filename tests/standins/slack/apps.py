"""The app as Slack knows it: its secrets, what it subscribed to, where it is reached. One app, many workspaces."""

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .things import new_id

if TYPE_CHECKING:
    from .sockets import Link

SCOPES = (
    "app_mentions:read channels:history channels:read chat:write commands files:read files:write groups:history "
    "groups:read im:history im:read im:write users:read users:read.email"
)
"""What an app is given unless a test says otherwise."""

EVENTS = frozenset({"app_home_opened", "app_mention", "message.im", "app_uninstalled", "tokens_revoked"})
"""What an app is subscribed to unless a test says otherwise."""

NEEDS_SCOPE = {"app_mention": "app_mentions:read", "message.im": "im:history", "user_change": "users:read"}
"""Events that Slack sends only to who has the scope."""

KINDS = {"events_api": "events", "interactive": "interactivity", "slash_commands": "commands"}
"""Kinds of envelope, and what the request URL for each is called."""


@dataclass
class SlackApp:
    """An app's page at Slack. `request_urls` empty: Socket Mode. Sets of None: anything goes."""

    id: str = field(default_factory=lambda: new_id("A"))
    app_token: str = field(default_factory=lambda: f"xapp-1-{secrets.token_hex(16)}")
    signing_secret: str = field(default_factory=lambda: secrets.token_hex(16))
    client_id: str = field(default_factory=lambda: f"{secrets.randbelow(10**10)}.{secrets.randbelow(10**12)}")
    client_secret: str = field(default_factory=lambda: secrets.token_hex(16))
    verification_token: str = field(default_factory=lambda: secrets.token_hex(12))
    redirect_urls: set[str] = field(default_factory=set)
    events: set[str] = field(default_factory=lambda: set(EVENTS))
    commands: set[str] | None = None
    shortcuts: set[str] | None = None
    request_urls: dict[str, str] = field(default_factory=dict)
    home_tab: bool = True
    messages_tab: bool = True
    org_wide: bool = False
    """Whether people install it in a whole organisation, in the place of a workspace."""
    rotates: bool = False
    """Whether its tokens end after twelve hours; none is renewed here."""
    links: list["Link"] = field(default_factory=list)
    turn: int = 0
    codes: dict[str, "Code"] = field(default_factory=dict)

    def over_http(self, url: str = "", *, events: str = "", interactivity: str = "", commands: str = "") -> None:
        """Sends signed requests from now on, to one URL for everything or to one for each kind."""
        self.request_urls = {
            "events": events or url,
            "interactivity": interactivity or url,
            "commands": commands or url,
        }

    def over_sockets(self) -> None:
        """Sends envelopes through Socket Mode from now on."""
        self.request_urls = {}


@dataclass
class Code:
    """What an installer brings back from the page of consent: good once, for ten minutes."""

    team: str
    user: str
    scopes: list[str]
    redirect_uri: str
    made: float
    used: bool = False
