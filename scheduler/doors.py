"""What a door is to delivery: somewhere to send, to look, to keep true and to take back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from commands.delivering import Finds
from storage.records.message import Message


@dataclass(frozen=True)
class Parcel:
    """One message on its way: its key (the same for each try), for whom, and the words.

    `tenant` and `address`: the workspace, and the user or place in it. `kind` is the message's kind. `about_case`: it
    may hold the reference of a case; a door that shows it later shows it to nobody unconfirmed. `since`: when it was
    stored, so that it went out later than that, if at all.
    """

    key: str
    partnership: str
    person: str
    address: str
    message: Message
    lane: str
    about_case: bool = False
    tenant: str = ""
    kind: str = ""
    since: datetime | None = None


@dataclass(frozen=True)
class Sent:
    """The platform took it; `reference` finds it again."""

    reference: str


@dataclass(frozen=True)
class RetryAt:
    """The platform did not take it and says when to come back."""

    at: datetime
    reason: str = "the platform asked to wait"


@dataclass(frozen=True)
class Unsure:
    """It may have got through: the connection broke, or the platform failed after taking it."""

    reason: str = "no answer came back"


@dataclass(frozen=True)
class Gone:
    """This address takes nothing any more: final for this door, so the next one is taken.

    `whole`: the same holds for everybody in the workspace, such as when the bot was removed from it.
    """

    reason: str
    whole: bool = False


Result = Sent | RetryAt | Unsure | Gone


class NotLooked(Exception):
    """A door could not look whether a message got through: `result` is what its platform said instead.

    None: it does not let us look at all, and will not next time.
    """

    def __init__(self, result: Result | None) -> None:
        super().__init__("not looked")
        self.result = result


class Door(Protocol):
    """A way to reach people. Doors turn neutral words into their own; they decide nothing."""

    @property
    def name(self) -> str:
        """What the door is called in settings and records."""

    @property
    def can_find(self) -> bool:
        """Whether a message of an unsure try can be looked up before it is sent again."""

    @property
    def finds(self) -> Finds:
        """How the door knows where somebody is: see commands.delivering.Finds."""

    def send(self, parcel: Parcel, now: datetime) -> Result:
        """Sends a message."""

    def edit(self, parcel: Parcel, reference: str, now: datetime) -> Result:
        """Puts new words in the place of an earlier message."""

    def find(self, parcel: Parcel, now: datetime) -> str | None:
        """The reference of a message with this key that did get through, or None. Raises NotLooked."""

    def delete(self, parcel: Parcel, reference: str) -> None:
        """Takes back a message that turned out to be one too many."""
