"""The drill's doors: what would have gone out, rendered as in earnest, into the record and nowhere else.

Chat keeps the neutral words; what Slack and Teams would get of them is made by their own doors. Letters and text
messages are made by the doors in earnest: only the last step, which would send them, is another one.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Any

from bot.mail import letters
from bot.mail.letters import Letterhead
from bot.notify.client import Notify
from bot.notify.door import NotifyMailDoor, TextDoor
from commands import made_steps
from commands.delivering import Finds
from scheduler.doors import Gone, Parcel, Result, Sent
from scheduler.rehearsal import Notebook
from storage.records.message import Message

from .seen import Record

By = Callable[[str], str]
"""Who somebody is to the invented cases, by their id."""

CHAT, MAIL, TWIN, TEXT, SLACK, TEAMS = "chat", "mail", "paper twin", "text", "Slack", "Teams"

SENDER = Address("Safeguarding Unit", "convenor", "drill.invalid")


def said(message: Message) -> str:
    """All that a message says, as JSON without its form: what a person may see and what its buttons carry."""
    return message.model_copy(update={"sheet": None}).model_dump_json(
        exclude={"by_mail", "by_text", "link", "link_code"}
    )


@dataclass
class Letter:
    """A letter as it was made: to whom, what about, and the address and the code in it."""

    to: str
    kind: str
    page: str
    code: str


@dataclass
class ChatDoor(Notebook):
    """Keeps what goes out by chat, and what Slack and Teams would be sent of it."""

    record: Record = field(kw_only=True)
    by: By = field(kw_only=True)

    def send(self, parcel: Parcel, now: datetime) -> Result:
        """Keeps a message."""
        self._note(parcel)
        return super().send(parcel, now)

    def edit(self, parcel: Parcel, reference: str, now: datetime) -> Result:
        """Keeps newer words."""
        self._note(parcel)
        return super().edit(parcel, reference, now)

    def _note(self, parcel: Parcel) -> None:
        by, where = self.by(parcel.person), f"a message of the kind {parcel.kind}"
        self.record.add(CHAT, by, where, said(parcel.message))
        for place, payload in for_chats(parcel.message):
            self.record.add(place, by, where, payload)


def for_chats(message: Message) -> Iterator[tuple[str, str]]:
    """What each chat is sent of a message, by its place in the record."""
    yield from ((SLACK, payload) for payload in for_slack(message))
    yield from ((TEAMS, payload) for payload in for_teams(message))


def for_slack(message: Message) -> Iterator[str]:
    """What Slack is sent of a message: its words as blocks, with what the buttons carry."""
    from bot.slack.blocks import as_messages

    for words in as_messages(message, partnership="drillshire", keep=lambda _text: "kept"):
        yield json.dumps([words.text, words.blocks], ensure_ascii=False, default=str)


def for_teams(message: Message) -> Iterator[str]:
    """What Teams is sent of a message: its words as cards, with what the buttons carry."""
    from bot.teams.cards import as_activity, as_cards

    for card in as_cards(message, partnership="drillshire", keep=lambda _text: "kept", opens=made_steps.opens):
        yield json.dumps(as_activity(card, summary=message.title), ensure_ascii=False)


@dataclass
class LetterDoor:
    """Letters, made as for a mail server and as for GOV.UK Notify."""

    record: Record
    by: By
    head: Callable[[str], Letterhead]
    url_of: Callable[[str], str]
    letters: list[Letter] = field(default_factory=list)
    closed: set[str] = field(default_factory=set)
    name: str = MAIL
    can_find: bool = False
    finds: Finds = "address"

    def send(self, parcel: Parcel, now: datetime) -> Result:
        """Makes the letter and keeps it; an address in `closed` takes nothing."""
        words = letters.for_mail(parcel.message, about_case=parcel.about_case)
        if words is None:
            return Gone("this about a case is not told by mail")
        if parcel.address in self.closed:
            return Gone("no mail can be sent to this address")
        page = self.url_of(words.link) if words.link else ""
        made = letters.letter(
            words,
            to=parcel.address,
            sender=SENDER,
            key=parcel.key,
            now=now,
            head=self.head(parcel.partnership),
            page=page,
        )
        self.keep(parcel, "\n".join(_parts(made)))
        through = NotifyMailDoor(self._notify(parcel), "template", "", self.head, self.url_of)
        through.send(parcel, now)
        self.letters.append(Letter(parcel.address, parcel.kind, page, words.link_code))
        return Sent(str(made["Message-ID"]))

    def edit(self, parcel: Parcel, reference: str, now: datetime) -> Result:
        """Newer words are another letter."""
        return self.send(parcel, now)

    def find(self, parcel: Parcel, now: datetime) -> str | None:
        """Nothing."""
        return None

    def delete(self, parcel: Parcel, reference: str) -> None:
        """Does nothing."""

    def keep(self, parcel: Parcel, text: str) -> None:
        """Keeps a letter's text."""
        place = TWIN if parcel.kind == "paper-twin" else MAIL
        self.record.add(place, self.by(parcel.person), f"a letter of the kind {parcel.kind}", text)

    def _notify(self, parcel: Parcel) -> "ToNobody":
        return ToNobody(lambda text: self.keep(parcel, text))


def _parts(made: EmailMessage) -> Iterator[str]:
    yield from (f"{name}: {value}" for name, value in made.items())
    for part in made.walk():
        if not part.is_multipart():
            content: Any = part.get_content()
            yield content if isinstance(content, str) else content.decode("utf-8", "replace")


class ToNobody(Notify):
    """GOV.UK Notify as the doors use it: what would be sent is kept, and nothing leaves this machine."""

    def __init__(self, keep: Callable[[str], None]) -> None:
        super().__init__("")
        object.__setattr__(self, "keep", keep)

    def text(self, number: str, template: str, words: str, *, reference: str = "", sender: str = "") -> None:
        """Keeps a text message."""
        self.__dict__["keep"]("\n".join((words, reference)))

    def mail(
        self, address: str, template: str, subject: str, body: str, *, reference: str = "", reply_to: str = ""
    ) -> None:
        """Keeps a mail."""
        self.__dict__["keep"]("\n".join((subject, body, reference)))


@dataclass
class TextsDoor:
    """Text messages, made as for GOV.UK Notify."""

    record: Record
    by: By
    name: str = TEXT
    can_find: bool = False
    finds: Finds = "telephone"

    def send(self, parcel: Parcel, now: datetime) -> Result:
        """Makes the text message and keeps it."""
        return TextDoor(ToNobody(lambda text: self.keep(parcel, text)), "template").send(parcel, now)

    def edit(self, parcel: Parcel, reference: str, now: datetime) -> Result:
        """Newer words are another text message."""
        return self.send(parcel, now)

    def find(self, parcel: Parcel, now: datetime) -> str | None:
        """Nothing."""
        return None

    def delete(self, parcel: Parcel, reference: str) -> None:
        """Does nothing."""

    def keep(self, parcel: Parcel, text: str) -> None:
        """Keeps a text message's words."""
        self.record.add(TEXT, self.by(parcel.person), f"a text message of the kind {parcel.kind}", text)
