"""A person's hands and eyes in Teams: what they type and press, and what they have before them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from . import activities, files, pressing
from .delivery import Receipt
from .errors import Json
from .outcomes import Answer
from .things import PERSONAL, Conversation, Dialog, Message, Post, User

if TYPE_CHECKING:
    from .tenants import Tenant


class Person:
    """Somebody in a tenant. Two of these for the same user are alike."""

    def __init__(self, tenant: "Tenant", record: User) -> None:
        self.tenant = tenant
        self.record = record
        self.standin = tenant.standin

    @property
    def id(self) -> str:
        """The aad object id."""
        return self.record.aad

    @property
    def member(self) -> str:
        """The id that the bot's channel has for them (29:...)."""
        return self.record.member

    @property
    def chat(self) -> Conversation:
        """Their chat with the bot."""
        return self.tenant.personal(self.id)

    # What they type

    def types(self, text: str, twice: bool = False) -> Answer:
        """Types something in the chat with the bot. Twice: Teams delivers the same activity a second time."""
        return self._says(activities.message(self.standin, self.record, self.chat, text), twice)

    def mentions(self, channel: str, text: str, twice: bool = False, thread: str = "") -> Answer:
        """Mentions the bot in a channel or group, with these words after it; `thread`: the id of its first message."""
        said = activities.mention(self.standin, self.record, self.tenant.channels[channel], text, thread)
        return self._says(said, twice)

    def slashes(self, channel: str, text: str, twice: bool = False) -> Answer:
        """Gives a slash command in a channel or group, which nobody else sees."""
        return self._says(activities.slash(self.standin, self.record, self.tenant.channels[channel], text), twice)

    def _says(self, activity: Json, twice: bool) -> Answer:
        answer = self.begins()
        self._keep(activity)
        for _ in range(2 if twice else 1):
            self.gives(answer, activity)
        return answer

    def _keep(self, activity: Json) -> None:
        """What they typed stands in the conversation too. The first message of a channel's thread names the thread."""
        standin = self.standin
        id_, _, thread = activity["conversation"]["id"].partition(";messageid=")
        post = Post(activity["id"], pressing.now(standin), id_, self.id, activity, thread)
        post.only_for = self.id if activity["recipient"].get("isTargeted") else ""
        with standin.lock:
            standin.conversations[id_].posts.append(post)
            post.posted_no = post.changed_no = standin.count()

    # What they press

    def presses(
        self, where: "Message | Dialog | Answer", label: str, *, nth: int | None = None, twice: bool = False
    ) -> Answer:
        """Presses a button in a message (also an old copy of it) or in a dialog, with the inputs as they stand."""
        return self.sends(where, label, {}, nth=nth, twice=twice)

    def sends(
        self,
        where: "Message | Dialog | Answer",
        label: str,
        values: Mapping[str, object],
        *,
        nth: int | None = None,
        twice: bool = False,
    ) -> Answer:
        """Fills in inputs of a card, and presses one of its buttons. Values by the blank's name, id or label."""
        place = pressing.place(where, label)
        if isinstance(place, Dialog):
            return self.submits(place, values, label)
        return pressing.press(self, place, label, values, nth, twice)

    def submits(self, dialog: Dialog, values: Mapping[str, object] | None = None, label: str | None = None) -> Answer:
        """Fills in a dialog and presses its button: the first that is no way out, unless named."""
        return pressing.submit(self, dialog, values or {}, label)

    def closes(self, dialog: Dialog) -> None:
        """Closes a dialog by its cross: nobody is told."""
        assert self.dialog() is dialog, "that dialog is no longer before them"
        del self.standin.dialogs[self.key]

    def dialog(self) -> Dialog | None:
        """The dialog before them."""
        return self.standin.dialogs.get(self.key)

    @property
    def key(self) -> tuple[str, str]:
        """Which hands these are."""
        return self.tenant.id, self.id

    def allows(self, message: Message, *, nth: int = 0, timeout: float = 5.0) -> bytes:
        """Presses Allow on a file consent card, waits for the upload, and gives what came."""
        consent = message.consents[nth]
        upload, told = files.opened(self.standin, consent["name"], int(consent["content"]["sizeInBytes"]), self.id)
        answer = self._consents(message, consent, "accept", told)
        assert not answer.failed, answer.reason
        self.standin.wait_for(lambda: upload.received, timeout)
        return upload.received[0]

    def declines(self, message: Message, *, nth: int = 0) -> Answer:
        """Presses Decline on a file consent card."""
        return self._consents(message, message.consents[nth], "decline", None)

    def _consents(self, message: Message, consent: Json, action: str, upload: Json | None) -> Answer:
        value = {"type": "fileUpload", "action": action, "context": consent["content"][f"{action}Context"]}
        return self.invokes("fileConsent/invoke", value | ({"uploadInfo": upload} if upload else {}), message.id)

    def invokes(self, name: str, value: Any, reply_to: str = "") -> Answer:
        """Any invoke, in the personal chat."""
        return self.gives(self.begins(), activities.invoke(self.standin, self.record, self.chat, name, value, reply_to))

    # The app comes and goes

    def installs(self, action: str = "add") -> Receipt:
        """Installs the app in the personal scope: two activities; gives the last receipt."""
        self.record.installed = True
        bot = [self.standin.bot_id]
        self.standin.send(activities.installation(self.standin, self.record, self.chat, action))
        return self.standin.send(activities.members(self.standin, self.record, self.chat, added=bot))

    def uninstalls(self, action: str = "remove") -> Receipt:
        """Takes the app away from the personal scope."""
        self.record.installed = False
        return self.standin.send(activities.installation(self.standin, self.record, self.chat, action))

    def blocks_bot(self, blocked: bool = True) -> None:
        """Blocks the bot: nothing is sent for it."""
        self.record.blocked = blocked

    # What they see

    def told(self) -> list[Message]:
        """What the bot has written in their personal chat, as it stands now, oldest first."""
        chat = self.chat.id
        return [post.as_seen(self.id) for post in self.posts() if post.conversation == chat]

    def sees_in(self, channel: str) -> list[Message]:
        """What the bot has written in a channel or group, as they see it now, oldest first."""
        return [post.as_seen(self.id) for post in self.posts() if post.conversation == channel]

    def posts(self) -> list[Post]:
        """What the bot has written and they can see now."""
        return [post for post in list(self.standin.posted) if not post.deleted and self._sees(post)]

    def _sees(self, post: Post) -> bool:
        conversation = self.standin.conversations[post.conversation]
        if conversation.tenant != self.tenant.id:
            return False
        if post.only_for:
            return post.only_for == self.id and not post.expired(self.standin.clock())
        if conversation.kind == PERSONAL:
            return conversation.user == self.id
        return conversation.members is None or self.id in conversation.members

    # How it goes to the bot

    def begins(self) -> Answer:
        """An answer to which something is to come."""
        return Answer(self, self.standin.count())

    def gives(self, answer: Answer, activity: Json) -> Answer:
        """Sends an activity, and notes how that went."""
        receipt = self.standin.send(activity)
        answer.status, answer.body = receipt.status, receipt.body
        if not receipt.accepted:
            answer.fails(receipt.failure or f"the bot answered {receipt.status}")
        return answer
