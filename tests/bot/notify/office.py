"""What the tests of the doors through GOV.UK Notify have in common: a service with our templates, and parcels."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.notify.client import Notify
from bot.notify.door import NotifyMailDoor, TextDoor
from scheduler.doors import Parcel
from storage.records.message import Less, Message
from tests.standins.notify import StandIn

NOW = datetime(2027, 1, 4, 9, tzinfo=UTC)
NUMBER = "07700900123"
NURSE = "designated.nurse@health.example"
LESS = Less(title="Ourshire: please answer ABC-DEF", text="The partnership waits for your answer.")
BY_TEXT = "Ourshire: an alert waits for your answer."


@dataclass(frozen=True)
class Office:
    """A service at the stand-in with our two templates, as docs/mail-and-text.md has them."""

    standin: StandIn
    text_template: str
    mail_template: str

    def notify(self, key: str = "", timeout: float = 5) -> Notify:
        """The service as the doors ask it."""
        return Notify(key or self.standin.key, self.standin.url, timeout)

    def text_door(self, **given: float) -> TextDoor:
        """The door to numbers."""
        return TextDoor(self.notify(**given), self.text_template)

    def mail_door(self, **given: float) -> NotifyMailDoor:
        """The door to addresses; the page of a link is known by its id."""
        pages = "https://convenor.example/l/"
        return NotifyMailDoor(self.notify(**given), self.mail_template, url_of=lambda link: f"{pages}{link}")


def an_office(standin: StandIn) -> Office:
    """The service with our templates."""
    text = standin.add_template("sms", "((message))")
    return Office(standin, text, standin.add_template("email", "((body))", "((subject))"))


def a_text(key: str = "ours:alert", words: str = BY_TEXT, **given: object) -> Parcel:
    """A parcel for a number, about a case."""
    message = Message(title="Ourshire: ABC-DEF", text="Press what you will do.", by_mail=LESS, by_text=words)
    parcel = Parcel(key, "ours", "nurse", NUMBER, message, "alert", about_case=True, kind="incident-alert")
    return replace(parcel, **given)  # type: ignore[arg-type]


def a_mail(key: str = "ours:note", text: str = "Papers are due.", **given: object) -> Parcel:
    """A parcel for an address, about no case."""
    parcel = Parcel(key, "ours", "nurse", NURSE, Message(title="To do", text=text), "post", kind="daily-note")
    return replace(parcel, **given)  # type: ignore[arg-type]
