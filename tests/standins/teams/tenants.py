"""Tenants: who is in them, where the app stands, and which conversations there are."""

import base64
import secrets
import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING

from . import activities
from .delivery import Receipt
from .errors import Refused
from .people import Person
from .things import CHANNEL, GROUP, PERSONAL, Conversation, User

if TYPE_CHECKING:
    from .server import StandIn


class Tenant:
    """An organisation. `disabled` true: its administrator has switched the app off."""

    def __init__(self, standin: "StandIn", name: str) -> None:
        self.standin = standin
        self.id = str(uuid.uuid4())
        self.name = name
        self.disabled = False
        self.users: dict[str, User] = {}
        self.channels: dict[str, Conversation] = {}
        """Channels and group chats, by their ids."""

    # Who

    def add_user(
        self,
        name: str,
        email: str = "",
        *,
        guest: bool = False,
        installed: bool = True,
        upn: str | None = None,
        home: "Tenant | str | None" = None,
        has_aad: bool = True,
    ) -> str:
        """Somebody new; gives their aad object id.

        `email` empty: the roster names none. `installed`: the app stands in their personal scope (nothing is sent to
        the bot for it: see `Person.installs`). `home`: the tenant that the roster names for a guest, if not this one.
        `has_aad` false: their activities hold no aadObjectId, as those of some anonymous people in meetings.
        """
        aad = str(uuid.uuid4())
        self.users[aad] = User(
            aad=aad,
            member="29:1" + _code(40),
            name=name,
            email=email,
            upn=_upn(email or f"{aad[:8]}@{self.id[:8]}.example", guest, self.id) if upn is None else upn,
            guest=guest,
            home=home.id if isinstance(home, Tenant) else home or self.id,
            installed=installed,
            has_aad=has_aad,
        )
        return aad

    def user(self, aad: str) -> Person:
        """The hands of somebody."""
        return Person(self, self.users[aad])

    def person(self, name: str, email: str = "", *, guest: bool = False, installed: bool = True) -> Person:
        """Somebody new, and their hands."""
        return self.user(self.add_user(name, email, guest=guest, installed=installed))

    def remove_user(self, aad: str) -> None:
        """They leave the organisation: their personal chat is gone, and no roster names them."""
        self.users[aad].gone = True

    def member(self, id_: str) -> User | None:
        """Who has this id, either kind (29:... or aad)."""
        for user in self.users.values():
            if id_ in (user.aad, user.member) and not user.gone:
                return user
        return None

    # Where

    def add_channel(self, name: str, installed: bool = True, members: Iterable[str] | None = None) -> str:
        """A team with one channel (its general one); gives the conversation id. Members None: the whole tenant."""
        id_ = f"19:{_code(32)}@thread.tacv2"
        return self._add(Conversation(id_, CHANNEL, self.id, name, id_, members=_list(members), installed=installed))

    def add_group(self, name: str, members: Iterable[str] | None = None, installed: bool = True) -> str:
        """A group chat; gives the conversation id."""
        id_ = f"19:{uuid.uuid4().hex}@thread.v2"
        return self._add(Conversation(id_, GROUP, self.id, name, members=_list(members), installed=installed))

    def _add(self, conversation: Conversation) -> str:
        with self.standin.lock:
            self.channels[conversation.id] = conversation
            self.standin.conversations[conversation.id] = conversation
        return conversation.id

    def delete_channel(self, channel: str) -> None:
        """It exists no more."""
        self.channels[channel].deleted = True

    def personal(self, aad: str) -> Conversation:
        """Somebody's chat with the bot; made where there is none yet."""
        with self.standin.lock:
            for conversation in self.standin.conversations.values():
                if conversation.user == aad and conversation.tenant == self.id:
                    return conversation
            made = Conversation(f"a:1{_code(60)}", PERSONAL, self.id, user=aad)
            self.standin.conversations[made.id] = made
            return made

    def people_of(self, conversation: Conversation) -> list[User]:
        """Who is in a conversation, in the order in which they came to the tenant."""
        wanted = [conversation.user] if conversation.kind == PERSONAL else conversation.members
        return [one for one in self.users.values() if not one.gone and (wanted is None or one.aad in wanted)]

    def check_app_in(self, conversation: Conversation) -> None:
        """Refused where the bot may not write."""
        if self.disabled:
            raise Refused(403, "BotDisabledByAdmin")
        if conversation.kind != PERSONAL:
            if not conversation.installed:
                raise Refused(403, "BotNotInConversationRoster")
            return
        user = self.users[conversation.user]
        if user.gone:
            raise Refused(404, "ConversationNotFound")
        if not user.installed:
            raise Refused(403, "BotNotInConversationRoster")
        if user.blocked:
            raise Refused(403, "ConversationBlockedByUser")

    # The app comes and goes

    def adds_app(self, channel: str, action: str = "add") -> Receipt:
        """Installs the app in a team or group: installationUpdate and conversationUpdate; gives the last receipt."""
        conversation = self.channels[channel]
        conversation.installed = True
        by = next(iter(self.users.values()))
        self.standin.send(activities.installation(self.standin, by, conversation, action))
        return self.standin.send(activities.members(self.standin, by, conversation, added=[self.standin.bot_id]))

    def removes_app(self, channel: str, action: str = "remove") -> Receipt:
        """Takes the app out of a team or group."""
        conversation = self.channels[channel]
        conversation.installed = False
        by = next(iter(self.users.values()))
        return self.standin.send(activities.installation(self.standin, by, conversation, action))


def _code(length: int) -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(length)).decode().replace("=", "")[:length]


def _list(members: Iterable[str] | None) -> list[str] | None:
    return None if members is None else list(members)


def _upn(email: str, guest: bool, tenant: str) -> str:
    """A guest's name holds that of home: name_org#EXT#@host."""
    return f"{email.replace('@', '_')}#EXT#@{tenant[:8]}.onmicrosoft.example" if guest else email
