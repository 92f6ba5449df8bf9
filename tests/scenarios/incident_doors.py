"""Incidents at all their doors at once: Slack, letters by a real mail server, texts, and our own pages.

    with everywhere(tmp_path, "gloucestershire", at="2027-03-25 09:00") as office:
        nurse = office.as_("Chief Nurse").finds("notified to the partnership")
        nurse.presses("Known to us")
        page = office.page_of("deputy@health.example")

Only the clock is stepped, for the bot, for Slack and for the pages alike.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Self

from bot.slack.workspaces import NAME
from commands.definitions import Definition
from scheduler.doors import Door
from scheduler.rehearsal import Notebook
from storage.records import people
from storage.records.people import Identity
from tests.scenarios.language import Scenario, Seen, Voice, plain
from tests.scenarios.letters import Letters
from tests.scenarios.slack import SlackDriver
from tests.scenarios.web import Browser, Shown
from tests.standins.slack import Person as Hands
from tests.standins.slack import buttons, rendered

REFERENCE = "CASE-1"
"""The reference of the first case of a story."""

_CODE = re.compile(r"this code: (\d{6})")


@dataclass
class EverywhereDriver(Letters, SlackDriver):
    """Slack with everything beside it. Whoever has no account there is written to."""

    name: str = "everywhere"
    incidents: bool = True
    texts: Notebook = field(default_factory=lambda: Notebook("text", finds="telephone"))

    def more_doors(self) -> dict[str, Door]:
        """Texts."""
        return {self.texts.name: self.texts}

    def joins(self, partnership: str, who: str) -> None:
        """Whoever is in a post has a confirmed account in Slack from now on: how that comes about has its own tests."""
        person = self._person(partnership, who)
        with self.store.writing() as session:
            found = people.get(session, person)
            assert found is not None
            user = self.comes(found.name, found.email)
            session.add(
                Identity(
                    door=NAME, tenant=self.workspace.id, user=user, person=person, state="confirmed", since=self.now
                )
            )

    def seat_of(self, partnership: str, who: str) -> Hands:
        """Whoever is in a post now, at their Slack; it stays theirs when they leave."""
        return self._seat(partnership, who).person

    def finds(self, partnership: str, who: str, texts: Sequence[str]) -> Seen:
        """Looks for the newest message with these texts in the direct message, and has it before the person."""
        seat = self._seat(partnership, who)
        there = [one for one in seat.person.told() if all(plain(text) in plain(rendered(one)) for text in texts)]
        assert there, f"{who} has no message with {texts} in:\n" + "\n---\n".join(map(rendered, seat.person.told()))
        seat.before.insert(0, deepcopy(there[-1]))
        return Seen(rendered(there[-1]), tuple(buttons(there[-1])))


@dataclass
class Person(Voice):
    """Somebody who can also turn to a message that came by itself."""

    def finds(self, *texts: str) -> Self:
        """The newest message with these texts is before them."""
        driver = self.scenario.driver
        assert isinstance(driver, EverywhereDriver)
        self.seen = driver.finds(self.partnership, self.who, texts)
        return self


@dataclass
class Everywhere(Scenario):
    """A story with letters and pages."""

    driver: EverywhereDriver

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
        """The handler's message as it stands once all is delivered, without line breaks."""
        self.driver.wait()
        told = self.driver.messages(self.partnership, "business-manager")
        [kept] = [each.text for each in told if each.text.startswith(f"{REFERENCE}: ") and "[Show" in each.text]
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


@contextmanager
def everywhere(folder: Path, partnership: str | Definition, at: str) -> Iterator[Everywhere]:
    """A partnership at all doors, opened at a local time."""
    driver = EverywhereDriver(folder)
    driver.open([partnership], at)
    try:
        yield Everywhere(driver, next(iter(driver.definitions)))
    finally:
        driver.close()
