"""What there is in Teams: users, conversations and messages; and what a person has before them."""

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime

from .errors import Json

CARD = "application/vnd.microsoft.card.adaptive"
CONSENT = "application/vnd.microsoft.teams.card.file.consent"
FILE_INFO = "application/vnd.microsoft.teams.card.file.info"

LIFE_OF_TARGETED = 24 * 3600.0
"""Seconds after which a targeted message is gone."""

PERSONAL, CHANNEL, GROUP = "personal", "channel", "groupChat"


@dataclass
class User:
    """Somebody in a tenant. `member` is the id that each bot has for them (29:...)."""

    aad: str
    member: str
    name: str
    email: str
    upn: str
    guest: bool
    home: str
    """The tenant that the roster names for them."""
    installed: bool
    """The app stands in their personal scope."""
    has_aad: bool = True
    blocked: bool = False
    """They have blocked the bot."""
    gone: bool = False
    """They have left the organisation."""


@dataclass
class Conversation:
    """A personal chat, a channel or a group chat."""

    id: str
    kind: str
    tenant: str
    name: str = ""
    team: str = ""
    user: str = ""
    """Of a personal chat: whose it is."""
    members: list[str] | None = None
    """Of the others: who is in it; None: everybody of the tenant."""
    installed: bool = True
    """The app stands in the team or group."""
    deleted: bool = False
    posts: "list[Post]" = field(default_factory=list)


@dataclass
class Post:
    """A message, as the connector keeps it."""

    id: str
    at: datetime
    conversation: str
    author: str
    """The user, or empty: the bot."""
    activity: Json
    thread: str = ""
    """In a channel: the id of the message that the thread begins with."""
    only_for: str = ""
    """Of a targeted message: the one who sees it."""
    edited: int = 0
    deleted: bool = False
    shown: dict[str, Json] = field(default_factory=dict)
    """What single people see in its place: the cards that answered their presses."""
    posted_no: int = 0
    changed_no: int = 0

    def expired(self, now: float) -> bool:
        """Whether it was targeted and is gone; `now` in epoch seconds."""
        return bool(self.only_for) and now - self.at.timestamp() >= LIFE_OF_TARGETED

    def as_seen(self, user: str = "") -> "Message":
        """The message as it stands now before somebody."""
        activity = deepcopy(self.shown.get(user, self.activity))
        return Message(self.id, self.at, self.conversation, activity, self.edited, bool(self.only_for), self.thread)


@dataclass(frozen=True)
class Message:
    """A message as somebody sees it at a moment; later changes show in a new one."""

    id: str
    at: datetime
    conversation: str
    activity: Json
    edited: int = 0
    """How often it has been changed for everybody."""
    targeted: bool = False
    thread: str = ""

    @property
    def text(self) -> str:
        return str(self.activity.get("text") or "")

    @property
    def attachments(self) -> list[Json]:
        """All attachments, cards too."""
        return list(self.activity.get("attachments") or [])

    @property
    def cards(self) -> list[Json]:
        """The Adaptive Cards in it."""
        return [one["content"] for one in self.attachments if one.get("contentType") == CARD]

    @property
    def card(self) -> Json | None:
        """The first card, if any."""
        return next(iter(self.cards), None)

    @property
    def consents(self) -> list[Json]:
        """The file consent cards in it."""
        return [one for one in self.attachments if one.get("contentType") == CONSENT]


@dataclass
class Dialog:
    """A dialog (task module) that stands open before somebody."""

    title: str
    card: Json
    conversation: str
    reply_to: str = ""
    typed: dict[str, str] = field(default_factory=dict)
    """What stands in its inputs, by their ids, where it differs from what the card says."""

    @property
    def cards(self) -> list[Json]:
        return [self.card]


@dataclass(frozen=True)
class Toast:
    """A short message that the client shows and takes away again."""

    text: str


@dataclass(frozen=True)
class Upload:
    """A place for a file that somebody has allowed."""

    id: str
    name: str
    size: int
    user: str
    received: list[bytes] = field(default_factory=list)


def moment(seconds: float) -> datetime:
    """Epoch seconds as an aware time in UTC."""
    return datetime.fromtimestamp(seconds, UTC)
