"""A workspace: who is in it, what stands in its channels, and what its administrator can do to an app."""

import secrets
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from .apps import NEEDS_SCOPE, SCOPES, SlackApp
from .delivery import Delivery
from .errors import Json, Refused
from .people import Person
from .things import Channel, File, Posted, ResponseUrl, Trigger, User, View, new_id, own_copy

if TYPE_CHECKING:
    from .server import StandIn


class Workspace:
    """One team. Its methods are the hands of an administrator; `user(id)` gives a person's hands."""

    def __init__(
        self,
        standin: "StandIn",
        app: SlackApp,
        name: str,
        *,
        bot_token: str | None = None,
        scopes: str | Iterable[str] = SCOPES,
        installed: bool = True,
    ) -> None:
        self.standin = standin
        self.app = app
        self.name = name
        self.domain = name.lower().replace(" ", "-")
        self.id = new_id("T")
        self.bot_id = new_id("B")
        self.bot_user_id = new_id("U")
        self.bot_token = bot_token or f"xoxb-{secrets.token_hex(16)}"
        self.scopes = set(scopes.split() if isinstance(scopes, str) else scopes)
        self.token_state = "live" if installed else "uninstalled"
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.files: dict[str, File] = {}
        self.views: dict[str, View] = {}
        self.stacks: dict[str, list[str]] = {}
        self.homes: dict[str, View] = {}
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.ephemeral: dict[str, list[Json]] = {}
        self.limits: dict[tuple[str, str], list[float]] = {}
        self.dm_of_leaver: str | None = "channel_not_found"
        """How a message to somebody who has left is refused; None: it is taken. Slack does not document it."""
        self._last_ts = 0
        self.users[self.bot_user_id] = User(self.bot_user_id, self.id, "Convenor", "", bot=True)

    # People and channels

    def add_user(
        self,
        name: str,
        email: str = "",
        *,
        tz: str = "Europe/London",
        guest: str | None = None,
        stranger: bool = False,
        deleted: bool = False,
        bot: bool = False,
    ) -> str:
        """Adds somebody and gives their id. `guest` is single or multi; a stranger comes through Slack Connect."""
        user = User(new_id("U"), self.id, name, email, tz, guest, stranger, deleted, bot)
        if stranger:
            user.team = new_id("T")
        with self.standin.lock:
            self.users[user.id] = user
        return user.id

    def add_channel(self, name: str, members: Iterable[str] = (), *, private: bool = False, bot: bool = True) -> str:
        """Adds a channel and gives its id. The bot is a member unless `bot` is False."""
        own = [self.bot_user_id] if bot else []
        channel = Channel(new_id("C"), name, "private" if private else "channel", [*own, *members])
        with self.standin.lock:
            self.channels[channel.id] = channel
        return channel.id

    def user(self, user_id: str) -> Person:
        """The hands of a person by id."""
        if user_id not in self.users:
            raise KeyError(f"{user_id} is nobody in {self.name}")
        return Person(self, user_id)

    def person(self, name: str, email: str = "", *, tz: str = "Europe/London") -> Person:
        """Adds somebody and gives their hands."""
        return self.user(self.add_user(name, email, tz=tz))

    def deactivate_user(self, user_id: str) -> None:
        """Somebody leaves: their account is deactivated."""
        self.users[user_id].deleted = True
        self.tell({"type": "user_change", "user": self.users[user_id].shown(False), "event_ts": self.next_ts()})

    def reactivate_user(self, user_id: str) -> None:
        self.users[user_id].deleted = False

    def archive_channel(self, channel_id: str) -> None:
        self.channels[channel_id].archived = True
        self.tell({"type": "channel_archive", "channel": channel_id, "event_ts": self.next_ts()})

    def delete_channel(self, channel_id: str) -> None:
        del self.channels[channel_id]
        self.tell({"type": "channel_deleted", "channel": channel_id, "event_ts": self.next_ts()})

    def remove_bot(self, channel_id: str) -> None:
        """Takes the bot out of a channel."""
        self.channels[channel_id].members.remove(self.bot_user_id)
        self.tell({"type": "channel_left", "channel": channel_id, "event_ts": self.next_ts()})

    def add_bot(self, channel_id: str) -> None:
        if self.bot_user_id not in self.channels[channel_id].members:
            self.channels[channel_id].members.append(self.bot_user_id)

    # The app

    def uninstall(self) -> None:
        """Removes the app: its token is dead (`account_inactive`), and the app is told."""
        self.token_state = "uninstalled"
        self.tell({"type": "tokens_revoked", "tokens": {"bot": [self.bot_user_id]}, "event_ts": self.next_ts()})
        self.tell({"type": "app_uninstalled", "event_ts": self.next_ts()})

    def revoke_tokens(self) -> None:
        """Revokes the token only: `token_revoked`, and the app is told."""
        self.token_state = "revoked"
        self.tell({"type": "tokens_revoked", "tokens": {"bot": [self.bot_user_id]}, "event_ts": self.next_ts()})

    def install(self, scopes: Iterable[str] | None = None) -> str:
        """Installs the app (again), with a new token, which it gives."""
        self.token_state = "live"
        self.bot_token = f"xoxb-{secrets.token_hex(16)}"
        if scopes is not None:
            self.scopes = set(scopes)
        return self.bot_token

    def tell(self, event: Json) -> Delivery | None:
        """Sends an event to the app, if it is subscribed and may know, without waiting for it."""
        kind = event["type"] if event["type"] != "message" else f"message.{event['channel_type']}"
        scope = NEEDS_SCOPE.get(kind)
        if kind in self.app.events and (scope is None or scope in self.scopes):
            return self.standin.post_office.event(self, event)
        return None

    # What the rules ask of a workspace

    def require(self, *scopes: str) -> None:
        """Refuses with missing_scope unless the app has all of these."""
        missing = [scope for scope in scopes if scope not in self.scopes]
        if missing:
            raise Refused("missing_scope", needed=",".join(scopes), provided=",".join(sorted(self.scopes)))

    def next_ts(self) -> str:
        """A timestamp for a message: the clock's time, and never the same one twice."""
        with self.standin.lock:
            self._last_ts = max(self._last_ts + 1, int(self.standin.clock() * 1_000_000))
            return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def someone(self, user_id: str) -> User:
        """A user by id, or user_not_found."""
        user = self.users.get(user_id)
        if user is None:
            raise Refused("user_not_found")
        return user

    def dm(self, user_id: str) -> Channel:
        """The direct message between the bot and somebody, opened if it is not there."""
        for channel in self.channels.values():
            if channel.kind == "im" and user_id in channel.members:
                return channel
        channel = Channel(new_id("D"), "directmessage", "im", [self.bot_user_id, user_id])
        self.channels[channel.id] = channel
        return channel

    def dm_if_open(self, user_id: str) -> Channel | None:
        """The direct message between the bot and somebody, if there is one."""
        return next((c for c in self.channels.values() if c.kind == "im" and user_id in c.members), None)

    def channel_for_posting(self, named: str) -> Channel:
        """Where a message may go: a channel the bot is in, a direct message, or a user by id."""
        if named in self.users:
            user = self.users[named]
            if user.bot:
                raise Refused("cannot_dm_bot")
            if not user.deleted:
                return self._open_to_posts(self.dm(named))
            if self.dm_of_leaver:
                raise Refused(self.dm_of_leaver)
            return self._open_to_posts(self.dm(named))
        return self._open_to_posts(self.channel_known(named))

    def channel_known(self, channel_id: str) -> Channel:
        """A channel the app can see: a public one, or one the bot is in. Otherwise channel_not_found."""
        channel = self.channels.get(channel_id)
        if channel is None or (channel.kind != "channel" and self.bot_user_id not in channel.members):
            raise Refused("channel_not_found")
        return channel

    def _open_to_posts(self, channel: Channel) -> Channel:
        if channel.kind == "im":
            if not self.app.messages_tab:
                raise Refused("messages_tab_disabled")
            other = next((self.users[one] for one in channel.members if one != self.bot_user_id), None)
            if other is not None and other.deleted and self.dm_of_leaver:
                raise Refused(self.dm_of_leaver)
        if channel.archived:
            raise Refused("is_archived")
        if self.bot_user_id not in channel.members and "chat:write.public" not in self.scopes:
            raise Refused("not_in_channel")
        return channel

    def post(self, channel: Channel, message: Json) -> Json:
        """Puts a message into a channel and gives it as it stands there."""
        message = {"type": "message", "ts": self.next_ts(), "team": self.id, **message}
        channel.messages.append(message)
        if message.get("bot_id") == self.bot_id:
            self.standin.posted.append(Posted(self.id, channel.id, own_copy(message), message))
        self.standin.note(self.id, "message", message, channel.members, channel.id)
        return message

    def drop(self, channel: Channel, message: Json) -> None:
        """Takes a message out of a channel."""
        channel.messages = [one for one in channel.messages if one is not message]
        for posted in self.standin.posted:
            if posted.now is message:
                posted.deleted = True
        self.standin.note(self.id, "deleted", message, channel.members, channel.id)

    def show_ephemeral(self, user_id: str, channel_id: str, message: Json) -> Json:
        """Shows somebody a message that nobody else sees, and gives it as they see it."""
        shown = {
            "type": "message",
            "subtype": "bot_message",
            "is_ephemeral": True,
            "ts": self.next_ts(),
            "channel": channel_id,
            "user": self.bot_user_id,
            "bot_id": self.bot_id,
            "app_id": self.app.id,
            **message,
        }
        self.ephemeral.setdefault(user_id, []).append(shown)
        self.standin.note(self.id, "ephemeral", shown, [user_id], channel_id)
        return shown

    def posted(self) -> Iterator[Posted]:
        """Every message of the app that was ever accepted here, oldest first."""
        return (one for one in self.standin.posted if one.team == self.id)
