"""The terminal's driver: the real console and drawing, a real database file, the real tick and delivery.

Only the clock is stepped. What a person sees is what the console drew, and buttons are pressed by their number.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.terminal import drawing
from bot.terminal.console import LEAVES, Console, speaker_for
from bot.terminal.door import NAME, TENANT, InFile, TerminalDoor
from commands.conversation import Conversation
from commands.speakers import Speaker
from scheduler.delivery import Delivery
from storage.records import people
from storage.records.message import Blank
from tests.scenarios.language import Delivered, Seen
from tests.scenarios.played import Played

_BUTTON = re.compile(r"^ {2}\[(\d+)\] (.+)$", re.MULTILINE)


@dataclass
class TerminalDriver(Played):
    """Scenarios at the terminal."""

    name: str = "terminal"
    _consoles: dict[str, "_Seat"] = field(default_factory=dict)

    def open(self, partnerships: Sequence[str], at: str) -> None:
        """Makes the database and opens the partnerships."""
        self.open_partnerships(partnerships, at, NAME)
        self.door = TerminalDoor(InFile(self.folder / "convenor.terminal.jsonl"))
        self.delivery = Delivery(self.runner, {NAME: self.door}, threads=0)

    def close(self) -> None:
        """Lets go of the database."""
        self.store.close()

    def say(self, partnership: str, who: str, text: str) -> Seen:
        """Types a line at the person's console."""
        return self._seat(partnership, who).types(text)

    def press(self, partnership: str, who: str, label: str, *, again: bool = False) -> Seen:
        """Types the number of a button; again: presses with the key of that very button once more."""
        seat = self._seat(partnership, who)
        return seat.presses_again() if again else seat.presses(label)

    def fill(self, partnership: str, who: str, values: dict[str, str]) -> Seen:
        """Answers the blanks one by one, with Enter for those that stay as they are."""
        return self._seat(partnership, who).fills(values)

    def leave(self, partnership: str, who: str) -> None:
        """Types the word for it."""
        self._seat(partnership, who).types(LEAVES)

    def messages(self, partnership: str, who: str) -> list[Delivered]:
        """What stands in the door's file for the person, as it is drawn."""
        person = self._person(partnership, who)
        return [
            Delivered(
                datetime.fromisoformat(line.at).astimezone(self.zone),
                drawing.joined(drawing.drawn(line.words, 80)),
                tuple(each.text for each in line.words.attached),
            )
            for line in self.door.shown_to(person, 10_000)
            if line.words is not None
        ]

    def wait(self) -> None:
        """Delivers what waits."""
        self._rehearse()
        self._round()

    def _seat(self, partnership: str, who: str) -> "_Seat":
        """The person's console; somebody who is in no partnership sits there by an address that nobody has."""
        person = self._person(partnership, who) if partnership else who
        if person not in self._consoles:
            self._consoles[person] = self._console(person)
        return self._consoles[person]

    def _console(self, person: str) -> "_Seat":
        with self.store.reading() as session:
            found = people.get(session, person)
            email = found.email if found else ""
        stranger = Speaker(NAME, TENANT, person, vouched=False)
        speaker = speaker_for(self.runner, email, self.now) if email else stranger
        seat = _Seat()
        seat.console = Console(Conversation(self.runner), self.door, speaker, lambda: self.now, seat.told.append)
        seat.console.pass_over_what_came()
        return seat


def _drawn(blank: Blank) -> list[str]:
    """A blank with what is in it, which stands in the prompt when it is asked."""
    return [*drawing.blank(blank, 80), *([blank.value] if blank.value else [])]


class _Seat:
    """A person at a console, and what it has told since their last line."""

    console: Console

    def __init__(self) -> None:
        self.told: list[str] = []
        self.numbers: dict[str, str] = {}
        self.pressed = ""

    def types(self, *lines: str) -> Seen:
        """Types lines and looks at what came back, less what was delivered meanwhile."""
        self.told.clear()
        for line in lines:
            assert self.console.take(line)
        text = "\n".join(self.told)
        own = text.partition("\n<< ")[0] if not text.startswith("<< ") else ""
        found = _BUTTON.findall(own)
        if found:
            self.numbers = {label: number for number, label in found}
        filling = self.console.filling
        blanks = tuple(blank.name for blank in filling.sheet.blanks) if filling else ()
        if filling:  # the console asks blank by blank; the rest of the form is drawn as it will be asked
            own += "\n" + "\n".join(line for b in filling.waiting for line in _drawn(b))
        return Seen(own, tuple(label for _, label in found), blanks)

    def presses(self, label: str) -> Seen:
        """Types the number of the button with that label."""
        self.pressed = self.numbers[label]
        return self.types(self.pressed)

    def presses_again(self) -> Seen:
        """Types the same number once more."""
        return self.types(self.pressed)

    def fills(self, values: dict[str, str]) -> Seen:
        """Answers each blank that is asked; the whole form where others are to be filled in."""
        filling = self.console.filling
        assert filling is not None
        whole = filling.part and not values.keys() <= {blank.name for blank in filling.waiting}
        blanks = filling.sheet.blanks if whole else filling.waiting
        return self.types(*(["all"] if whole else []), *(values.get(blank.name, "") for blank in blanks))
