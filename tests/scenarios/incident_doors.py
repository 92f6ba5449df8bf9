"""Incidents at all their doors at once: a chat, letters by a real mail server, texts, and our own pages.

    with everywhere(tmp_path, "gloucestershire", at="2027-03-25 09:00") as office:
        nurse = office.as_("Chief Nurse").finds("notified to the partnership")
        nurse.presses("Known to us")
        page = office.page_of("deputy@health.example")

The chat is Slack or Teams: conftest.py plays each story at both. Only the clock is stepped, for the bot, for the chat
and for the pages alike.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Self

from sqlmodel import select

from commands.definitions import Definition
from commands.delivering import DOOR_NAMES
from scheduler.doors import Door
from scheduler.rehearsal import Notebook
from storage.records.outbox import Outgoing
from tests.scenarios.language import Scenario, Voice, plain
from tests.scenarios.letters import Letters
from tests.scenarios.slack import SlackDriver
from tests.scenarios.teams import TeamsDriver
from tests.scenarios.web import Browser, Shown
from tests.standins import slack, teams

REFERENCE = "CASE-1"
"""The reference of the first case of a story."""

_CODE = re.compile(r"this code: (\d{6})")


CHAT: ContextVar[str] = ContextVar("chat", default="slack")
"""At which chat stories of incidents are played."""


@dataclass
class EverywhereDriver(Letters):
    """A chat with everything beside it, to be mixed with the chat's driver. Whoever has no account is written to."""

    name: str = "everywhere"
    incidents: bool = True
    texts: Notebook = field(default_factory=lambda: Notebook("text", finds="telephone"))

    def more_doors(self) -> dict[str, Door]:
        """Texts."""
        return {self.texts.name: self.texts}


@dataclass
class EverywhereInSlack(EverywhereDriver, SlackDriver):
    """The chat is Slack."""


@dataclass
class EverywhereInTeams(EverywhereDriver, TeamsDriver):
    """The chat is Teams."""


CHATS: dict[str, type[EverywhereDriver]] = {"slack": EverywhereInSlack, "teams": EverywhereInTeams}


def rendered(thing: Any) -> str:
    """What somebody reads in a message or an answer, at whichever chat."""
    return slack.rendered(thing) if CHAT.get() == "slack" else teams.rendered(thing)


@dataclass
class Person(Voice):
    """Somebody who can also turn to a message that came by itself."""

    def finds(self, *texts: str) -> Self:
        """The newest message with these texts is before them."""
        driver = self.scenario.driver
        assert isinstance(driver, SlackDriver | TeamsDriver)
        self.seen = driver.finds(self.partnership, self.who, texts)
        return self


@dataclass
class Everywhere(Scenario):
    """A story with letters and pages."""

    driver: Any

    @property
    def chat(self) -> str:
        """What people call the chat of the story."""
        return DOOR_NAMES[CHAT.get()]

    def as_(self, who: str, partnership: str = "") -> Person:
        """Somebody by their post."""
        return Person(self, partnership or self.partnership, who)

    def waits(self) -> Self:
        """What is on its way arrives."""
        self.driver.wait()
        return self

    def people_are_entered(self, agrees: str, *rows: str) -> None:
        """The business manager enters people by pasted rows, and somebody else in a post agrees."""
        pasted = "\n".join(("name,email,post,covers,telephone", *rows))
        manager = self.as_("business-manager").says("people import").presses("Enter several people")
        manager.fills(pasted=pasted).presses("Confirm").sees("Nothing has changed yet")
        self.waits().as_(agrees).finds("a second person has to agree").presses("Agree").sees("Agreed")

    def stage(self, who: str, word: str, stage: str, **filled: str) -> Person:
        """Somebody opens the form about a stage by typing its word, and fills it in."""
        typing = f"incident {word} {REFERENCE} {stage}"
        return self.as_(who).says(typing).presses("Open the form").fills(**filled)

    def status(self) -> str:
        """The handler's message as it stands once all is delivered, without line breaks and the colons of facts."""
        self.driver.wait()
        told = self.driver.messages(self.partnership, "business-manager")
        [kept] = [each.text for each in told if _is_status(each.text)]
        with self.driver.store.reading() as session:
            words = [row.words for row in session.exec(select(Outgoing).where(Outgoing.kind == "incident-status"))]
        for label in {fact.label for each in words for fact in each.fields}:  # where a chat has both in one line
            kept = kept.replace(f"\n{label}: ", f"\n{label} ")
        return plain(kept)

    def letters_to(self, address: str) -> list[EmailMessage]:
        """What came by mail to an address, oldest first."""
        return self.driver.letters_to(address)

    def letter_to(self, address: str, *texts: str) -> str:
        """Subject and text of the newest letter to an address with these texts."""
        return self.driver.letter_to(address, *texts)

    def page_of(self, address: str, *texts: str) -> tuple[Shown, str]:
        """The page behind the link in the newest such letter, and the code that stands there."""
        words = self.letter_to(address, *texts)
        [code] = _CODE.findall(words)
        return Browser().follows(self.driver.link_to(address, *texts)), code


def _is_status(text: str) -> bool:
    """Whether a message is the one by which a handler sees how a case stands; a chat may say first how grave it is."""
    return "[Show" in text and any(line.startswith(f"{REFERENCE}: ") for line in text.splitlines()[:2])


@contextmanager
def everywhere(folder: Path, partnership: str | Definition, at: str) -> Iterator[Everywhere]:
    """A partnership at all doors, opened at a local time."""
    driver = CHATS[CHAT.get()](folder)
    driver.open([partnership], at)
    try:
        yield Everywhere(driver, next(iter(driver.definitions)))
    finally:
        driver.close()
