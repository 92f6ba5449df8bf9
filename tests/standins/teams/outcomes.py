"""What comes of something that a person does in Teams."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .things import Dialog, Message, Post, Toast

if TYPE_CHECKING:
    from .people import Person


@dataclass
class Answer:
    """What came of something a person did. The lists are read anew each time: what follows later is seen too.

    `failed` and `reason`: the client did not send it, or the bot did not answer as it must; the reason is for the test.
    `status` is that of the bot's answer (0: none). `refused`: what the client says beside inputs that it does not send.
    """

    person: "Person"
    mark: int
    status: int = 0
    body: Any = None
    failed: bool = False
    reason: str = ""
    refused: dict[str, str] = field(default_factory=dict)
    new: list[Message | Dialog | Toast] = field(default_factory=list)
    opened: str = ""
    """The address that a button opened."""
    replaced: Message | None = None
    """The message whose card was answered by another, as the presser alone sees it."""
    dialog: Dialog | None = None
    """The dialog that was opened, or changed."""
    toast: Toast | None = None

    def everything(self) -> list[Message | Dialog | Toast]:
        """What is new before the person at once: replaced cards, a dialog, a short message. Messages: `messages`."""
        return list(self.new)

    @property
    def messages(self) -> list[Message]:
        """Messages of the bot's that have come to the person since, wherever, as they stand now."""
        return [post.as_seen(self.person.id) for post in self._posts() if post.posted_no > self.mark]

    @property
    def changed(self) -> list[Message]:
        """Messages of the bot's that stood there before and have been changed for everybody since."""
        return [post.as_seen(self.person.id) for post in self._posts() if post.posted_no <= self.mark < post.changed_no]

    def fails(self, reason: str) -> "Answer":
        """Notes why it came to nothing."""
        self.failed, self.reason = True, reason
        return self

    def shows(self, thing: Message | Dialog | Toast) -> "Answer":
        """Notes what is new before the person."""
        self.new.append(thing)
        match thing:
            case Message():
                self.replaced = thing
            case Dialog():
                self.dialog = thing
            case Toast():
                self.toast = thing
        return self

    def _posts(self) -> list[Post]:
        return self.person.posts()
