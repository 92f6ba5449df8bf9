"""What Slack holds: users, channels, messages, files, views, triggers. Plain data; the rules are elsewhere."""

import copy
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field

from .errors import Json

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def new_id(letter: str) -> str:
    """An id as Slack writes them: a letter for the kind, then ten letters and digits."""
    return letter + "".join(secrets.choice(ALPHABET) for _ in range(10))


@dataclass
class User:
    """Somebody with an account, as users.info tells of them."""

    id: str
    team: str
    name: str
    email: str
    tz: str = "Europe/London"
    guest: str | None = None
    stranger: bool = False
    deleted: bool = False
    bot: bool = False

    def shown(self, with_email: bool) -> Json:
        """The user object; the address only to who may read it. Of strangers Slack tells less."""
        profile: Json = {"real_name": self.name, "display_name": "", "team": self.team}
        if with_email and self.email and not self.bot:
            profile["email"] = self.email
        said: Json = {
            "id": self.id,
            "team_id": self.team,
            "name": (self.email.partition("@")[0] or self.name).lower().replace(" ", "."),
            "deleted": self.deleted,
            "real_name": self.name,
            "is_bot": self.bot,
            "is_app_user": False,
            "updated": 0,
            "profile": profile,
        }
        if not self.deleted:
            said |= {
                "tz": self.tz,
                "tz_label": self.tz,
                "tz_offset": 0,
                "is_admin": False,
                "is_owner": False,
                "is_restricted": self.guest is not None,
                "is_ultra_restricted": self.guest == "single",
                "is_stranger": self.stranger,
            }
        return said


@dataclass
class Channel:
    """A channel or a direct message (`kind` is channel, private or im). Messages stand oldest first."""

    id: str
    name: str
    kind: str
    members: list[str]
    archived: bool = False
    messages: list[Json] = field(default_factory=list)

    @property
    def scope_word(self) -> str:
        """The word that begins the scopes for this kind of conversation."""
        return {"channel": "channels", "private": "groups", "im": "im"}[self.kind]

    def shown(self, bot: str) -> Json:
        """The conversation object."""
        said: Json = {
            "id": self.id,
            "created": 0,
            "is_archived": self.archived,
            "is_im": self.kind == "im",
            "is_mpim": False,
            "is_channel": self.kind == "channel",
            "is_group": self.kind == "private",
            "is_private": self.kind != "channel",
            "is_org_shared": False,
        }
        if self.kind == "im":
            return said | {"user": next((one for one in self.members if one != bot), bot)}
        return said | {"name": self.name, "is_member": bot in self.members, "num_members": len(self.members)}

    def find(self, ts: str) -> Json | None:
        """The message with this timestamp, if it is there."""
        return next((message for message in self.messages if message["ts"] == ts), None)


@dataclass
class Posted:
    """A message that was ever accepted: what it said at first, what it says now, and whether it is gone."""

    team: str
    channel: str
    first: Json
    now: Json
    deleted: bool = False


@dataclass
class File:
    """A file from the moment its upload was asked for. `shared_in`: channels in which people see it."""

    id: str
    name: str
    length: int
    owner: str
    permalink: str
    ticket: str
    title: str = ""
    content: bytes | None = None
    complete: bool = False
    shared_in: list[str] = field(default_factory=list)

    def shown(self) -> Json:
        """The file object."""
        return {
            "id": self.id,
            "name": self.name,
            "title": self.title or self.name,
            "size": self.length,
            "user": self.owner,
            "permalink": self.permalink,
            "url_private": self.permalink.replace("/files/", "/files-pri/"),
            "mode": "hosted",
            "is_external": False,
            "channels": [one for one in self.shared_in if one[0] == "C"],
            "ims": [one for one in self.shared_in if one[0] == "D"],
        }


Place = tuple[str, str]
"""Where an input stands: (block_id, action_id)."""


@dataclass
class View:
    """A modal or a home as a person has it before them. `typed` is what they have put in so far."""

    id: str
    user: str
    body: Json
    hash: str
    root: str = ""
    previous: str | None = None
    typed: dict[Place, Json] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def blocks(self) -> list[Json]:
        blocks: list[Json] = self.body["blocks"]
        return blocks

    @property
    def callback_id(self) -> str:
        return str(self.body.get("callback_id", ""))

    @property
    def title(self) -> str:
        return str((self.body.get("title") or {}).get("text", ""))


@dataclass
class Trigger:
    """What lets an app open a modal: for three seconds, once. `view` is the modal it came from, if one."""

    id: str
    user: str
    made: float
    view: str = ""
    used: bool = False


@dataclass
class ResponseUrl:
    """Where an app may answer an interaction: five times in thirty minutes. `message` is what was pressed in."""

    id: str
    user: str
    channel: str
    made: float
    message: Json | None = None
    ephemeral: bool = False
    uses: int = 0


def own_copy(thing: Json) -> Json:
    """A copy that shares nothing with the first."""
    return copy.deepcopy(thing)


def with_ids(blocks: list[Json]) -> list[Json]:
    """The blocks with an id wherever the app left one out, as Slack fills them in."""
    done = [own_copy(block) for block in blocks]
    for block in done:
        block.setdefault("block_id", secrets.token_hex(3))
        for one in _interactive(block):
            one.setdefault("action_id", secrets.token_hex(3))
    return done


def _interactive(block: Json) -> Iterator[Json]:
    for one in [*(block.get("elements") or ()), block.get("accessory"), block.get("element")]:
        if isinstance(one, dict) and block["type"] in ("actions", "section", "input") and one.get("type") != "image":
            yield one
