"""The language of scenarios: what people say, press and see, at whatever door. A door brings a driver, not scenarios.

    office = scenario("gloucestershire", "2027-01-04 09:00")
    chair = office.as_("CDOP Chair")
    chair.says("meeting next cdop").sees("Thursday 14 January")
    chair.presses("Move").fills(day="2027-01-21").sees("becomes Thursday 21 January")
    office.time_passes_to("2027-01-07 09:00")
    office.as_("CDOP Administrator").receives("papers", times=1)

People are called by their post: id, title or alias. Spaces and line breaks do not count in what is seen.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol, Self

from tests.calendar_program import CalendarProgram


@dataclass(frozen=True)
class Seen:
    """What a person has before them after saying or pressing something: all of its text, buttons and blanks."""

    text: str
    buttons: tuple[str, ...] = ()
    blanks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Delivered:
    """A message that came by itself, when (local time), its text as it stands now, and the calendar entries with it."""

    at: datetime
    text: str
    attached: tuple[str, ...] = ()


class Driver(Protocol):
    """What a door brings so that every scenario runs through it. `who` is a post of a `partnership` (its id)."""

    name: str

    def open(self, partnerships: Sequence[str], at: str) -> None:
        """Opens those partnerships at a local time, each with a person in every post, known at this door."""

    def say(self, partnership: str, who: str, text: str) -> Seen:
        """Types a line."""

    def press(self, partnership: str, who: str, label: str, *, again: bool = False) -> Seen:
        """Presses the button with that label among those before the person, or, `again`, the last one once more."""

    def fill(self, partnership: str, who: str, values: dict[str, str]) -> Seen:
        """Fills in the form before the person, blanks by name; those not named stay as they are. Sends it in."""

    def leave(self, partnership: str, who: str) -> None:
        """Leaves the form before the person without sending it in."""

    def messages(self, partnership: str, who: str) -> list[Delivered]:
        """Everything that was delivered to the person, oldest first, live messages as they stand now."""

    def move_to(self, when: str) -> None:
        """Lets time pass to a local time: everything that falls due on the way is done and delivered."""

    def start(self, partnership: str, action: str, form: dict[str, object]) -> str:
        """Has the business manager do something through the runner that no word does yet; gives the answer's title."""

    def wait(self) -> None:
        """Lets what is on its way arrive, at a door that takes its time."""


def plain(text: str) -> str:
    """A text without its line breaks and repeated spaces."""
    return " ".join(text.split())


@dataclass
class Scenario:
    """A story at one door. `partnership` is the one whose posts are meant unless another is named."""

    driver: Driver
    partnership: str

    def as_(self, who: str, partnership: str = "") -> "Voice":
        """Somebody by their post."""
        return Voice(self, partnership or self.partnership, who)

    def time_passes_to(self, when: str) -> Self:
        """Moves the clock to a local time."""
        self.driver.move_to(when)
        return self

    def starts(self, action: str, **form: object) -> str:
        """Something that no word does yet, done by the business manager."""
        return self.driver.start(self.partnership, action, form)

    def wait_until(self, condition: Callable[[], bool], tries: int = 50) -> Self:
        """Waits until something holds; fails when it does not come true."""
        for _ in range(tries):
            if condition():
                return self
            self.driver.wait()
        raise AssertionError("what was waited for did not come true")


@dataclass
class Voice:
    """One person in a scenario. Each verb gives the voice back, so that a story reads on."""

    scenario: Scenario
    partnership: str
    who: str
    seen: Seen = field(default_factory=lambda: Seen(""))

    def says(self, text: str) -> Self:
        """Types a line."""
        self.seen = self.scenario.driver.say(self.partnership, self.who, text)
        return self

    def presses(self, label: str) -> Self:
        """Presses a button that is before the person."""
        assert label in self.seen.buttons, f"no button {label!r} in {self.seen.buttons}; the text is: {self.seen.text}"
        self.seen = self.scenario.driver.press(self.partnership, self.who, label)
        return self

    def presses_again(self, label: str) -> Self:
        """Presses the last button once more: a double press."""
        self.seen = self.scenario.driver.press(self.partnership, self.who, label, again=True)
        return self

    def fills(self, **values: str) -> Self:
        """Fills in the form that is before the person, and sends it in."""
        unknown = values.keys() - set(self.seen.blanks)
        assert not unknown, f"no blank {unknown} in {self.seen.blanks}; the text is: {self.seen.text}"
        self.seen = self.scenario.driver.fill(self.partnership, self.who, values)
        return self

    def leaves(self) -> Self:
        """Leaves the form that is before the person."""
        self.scenario.driver.leave(self.partnership, self.who)
        self.seen = Seen("")
        return self

    def sees(self, *texts: str) -> Self:
        """Each of these texts is before the person."""
        for text in texts:
            assert plain(text) in plain(self.seen.text), f"{text!r} is not in: {self.seen.text}"
        return self

    def does_not_see(self, *texts: str) -> Self:
        """None of these texts is before the person."""
        for text in texts:
            assert plain(text) not in plain(self.seen.text), f"{text!r} is in: {self.seen.text}"
        return self

    def may_press(self, *labels: str) -> Self:
        """Exactly these buttons are before the person, in any order."""
        assert sorted(self.seen.buttons) == sorted(labels), self.seen.buttons
        return self

    def receives(self, *texts: str, times: int | None = None, on: str = "") -> Self:
        """Messages with all of these texts were delivered: at least one, or so many; on a day, if one is given."""
        found = self._received(texts, on)
        wanted = f"{texts} on {on}" if on else f"{texts}"
        there = "\n---\n".join(f"{m.at:%Y-%m-%d %H:%M} {m.text}" for m in self._messages())
        assert found if times is None else len(found) == times, f"{self.who}: {len(found)} with {wanted} in:\n{there}"
        return self

    def receives_nothing(self, *texts: str, on: str = "") -> Self:
        """No message with all of these texts was delivered."""
        found = self._received(texts, on)
        assert not found, f"{self.who} received: {found[0].text}"
        return self

    def has_in_calendar(self, title: str, *days: str) -> Self:
        """Exactly on these days something with that title stands in the calendar of one who opens every entry."""
        calendar = CalendarProgram()
        for message in self._messages():
            for entry in message.attached:
                calendar.takes(entry)
        found = calendar.days_of(title)
        assert found == sorted(map(date.fromisoformat, days)), f"{self.who}: {title} is on {found}"
        return self

    def _received(self, texts: Sequence[str], on: str) -> list[Delivered]:
        return [
            message
            for message in self._messages()
            if all(plain(text) in plain(message.text) for text in texts)
            if not on or message.at.date().isoformat() == on
        ]

    def _messages(self) -> list[Delivered]:
        return self.scenario.driver.messages(self.partnership, self.who)
