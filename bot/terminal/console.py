"""`convenor console`: the conversation at the terminal, on the same database as the running bot.

A line is answered, a number presses a button, Enter shows what has come in. A form is asked blank by blank. Whoever
sits here is taken for the person of an address, and never as confirmed: enough for one's own work, never for a case.
"""

import shutil
import sys
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

import click

from bot import clock, wiring
from bot import settings as settings_
from commands import permissions, terms
from commands.conversation import INSIDE, Conversation
from commands.runner import Runner
from commands.speakers import Speaker, known
from storage.records import people
from storage.records.message import Blank, Button, Message, Sheet
from storage.records.scope import Scope

from . import drawing
from .door import NAME, TENANT, Line, TerminalDoor
from .telling import Mistake

PROMPT = "convenor> "
ENDS = {"quit", "exit", "bye"}
LEAVES = "leave"
WHOLE = "all"
EARLIER = "earlier"


@dataclass
class Filling:
    """A form on its way: what was filled in so far, and the blanks still to be asked.

    `part`: not the whole form is asked, since the rest was filled in well.
    """

    sheet: Sheet
    waiting: list[Blank]
    values: dict[str, str] = field(default_factory=dict)
    part: bool = False

    @classmethod
    def of(cls, sheet: Sheet) -> "Filling":
        """A form as it is asked: of one that was refused only what was wrong, with all else as it was filled in."""
        filling = cls(sheet, [], {blank.name: blank.value for blank in sheet.blanks})
        filling.ask([blank for blank in sheet.blanks if blank.problem] or sheet.blanks)
        return filling

    @property
    def missing(self) -> list[Blank]:
        """The blanks that are needed and empty."""
        return [blank for blank in self.sheet.blanks if blank.needed and not self.values.get(blank.name)]

    def ask(self, blanks: Sequence[Blank]) -> None:
        """Asks those blanks anew, with what is in them and their hints; what was wrong has been said before."""
        self.part = len(blanks) < len(self.sheet.blanks)
        self.waiting = [b.model_copy(update={"value": self.values.get(b.name, ""), "problem": ""}) for b in blanks]


@dataclass
class Console:
    """One person's place at the terminal. `tell` is given each piece of text, `now` the time when it is asked.

    Buttons are numbered through the session, so that a number typed twice is a double press, and never another button.
    """

    conversation: Conversation
    door: TerminalDoor
    speaker: Speaker
    now: Callable[[], datetime]
    tell: Callable[[str], None]
    inside: str = ""
    width: Callable[[], int] = lambda: 80
    session: str = field(default_factory=lambda: uuid.uuid4().hex)
    filling: Filling | None = None
    _buttons: list[tuple[str, Button]] = field(default_factory=list)
    _shown: dict[str, int] = field(default_factory=dict)
    _keys: int = 0

    def take(self, line: str) -> bool:
        """Takes a line that was typed; False when it ends the session."""
        text = line.strip()
        if self.filling is not None:
            self._fill(text)
            return True
        if text.casefold() in ENDS:
            return False
        if text.casefold() == EARLIER:
            self._shown.clear()
        elif text.isdigit() and 1 <= int(text) <= len(self._buttons):
            self._press(*self._buttons[int(text) - 1])
        elif text:
            said = f"{text} --in {self.inside}" if self.inside and "--in" not in text else text
            self._show(self.conversation.answer(self.speaker, said, self._key(), self.now()))
        self.show_what_came()
        return True

    def prompt(self) -> str:
        """What stands before the cursor: the blank that is asked, or the usual word."""
        if self.filling is None:
            return PROMPT
        asked = self.filling.waiting[0]
        return f"{asked.label} [{asked.value}]: " if asked.value else f"{asked.label}: "

    def show_what_came(self) -> None:
        """Shows messages that have come in, or have changed, since the last look."""
        for line in self._new_lines():
            message = line.words
            if message is None:
                continue
            at = datetime.fromisoformat(line.at).astimezone(self._zone(line.partnership))
            self.tell(drawing.arrived(at, line.partnership))
            self._draw(_of_partnership(message, line.partnership))

    def pass_over_what_came(self) -> int:
        """Takes what has come in so far as seen; says how many messages that is."""
        return len(list(self._new_lines()))

    def _new_lines(self) -> Iterator[Line]:
        with self.conversation.runner.store.reading() as session:
            who = known(session, self.speaker, self.now(), (NAME,))
        if who.person is None:
            return
        for line in self.door.shown_to(who.person):
            if self._shown.get(line.reference) != line.revision and (who.confirmed or not line.about_case):
                self._shown[line.reference] = line.revision
                yield line

    def _zone(self, partnership: str) -> ZoneInfo:
        with self.conversation.runner.store.reading() as session:
            return terms.of(Scope(session, partnership)).zone

    def _press(self, key: str, button: Button) -> None:
        if self.conversation.newest_counts(button.does):
            key = self._key()
        self._show(self.conversation.press(self.speaker, button.does, button.form, key, self.now()))

    def _show(self, message: Message) -> None:
        self._draw(message)
        if message.sheet is not None and not _has_its_own_button(message):
            self.filling = Filling.of(message.sheet)
            reasons = [f"- {blank.label}: {blank.problem}" for blank in message.sheet.blanks if blank.problem]
            if reasons:
                self._say("Nothing has changed. What is wrong is asked again, and all else stays as you filled it in:")
                self._say("\n".join(reasons))
            if self.filling.part:
                self._say(f"{WHOLE}: asks the whole form again")
            self._ask()

    def _say(self, text: str) -> None:
        self.tell(drawing.joined(drawing.wrapped(text, self.width())))

    def _draw(self, message: Message) -> None:
        self.tell(drawing.joined(drawing.drawn(message, self.width(), len(self._buttons) + 1)) + "\n")
        self._buttons += [(self._key(), button) for button in message.buttons]

    def _ask(self) -> None:
        assert self.filling is not None
        label, *rest = drawing.blank(self.filling.waiting[0], self.width())
        way_out = drawing.wrapped(f"{label} [{LEAVES}: leaves the form]", self.width())
        self.tell(drawing.joined([*way_out, *rest]))

    def _fill(self, text: str) -> None:
        """Takes the answer to the blank that is asked.

        Enter keeps what stands there, `leave` leaves the form, and `all` asks the whole form where a part was asked.
        Somebody who tells of a child in danger is told at once where to ring, and the form is gone with what it held.
        """
        filling = self.filling
        assert filling is not None
        warned = self.conversation.danger_in(self.speaker, [text], self.now(), filling.sheet.does)
        if warned is not None or text.casefold() == LEAVES:
            self.filling = None
            self._show(warned or Message(title="Left as it was", text="Nothing has changed."))
            return
        if text.casefold() == WHOLE and filling.part:
            filling.ask(filling.sheet.blanks)
            self._ask()
            return
        asked = filling.waiting.pop(0)
        filling.values[asked.name] = _chosen(asked, text) if text else asked.value
        if not filling.waiting:
            self._send_in(filling)
        else:
            self._ask()

    def _send_in(self, filling: Filling) -> None:
        """Presses what the form does; what is needed and was left empty is asked again."""
        if filling.missing:
            missing = ", ".join(blank.label for blank in filling.missing)
            self._say(f"Nothing has changed: this was left empty: {missing}. It is asked again.")
            filling.ask(filling.missing)
            self._ask()
            return
        self.filling = None
        form = {**filling.sheet.form, **{name: value for name, value in filling.values.items() if value}}
        self._press(self._key(), Button(label=filling.sheet.label, does=filling.sheet.does, form=form))

    def _key(self) -> str:
        """A key for one line or one button: pressing the same button twice counts once, unless the newest counts."""
        self._keys += 1
        return f"console:{self.session}:{self._keys}"


def _chosen(asked: Blank, text: str) -> str:
    """What was answered: a number, or several with commas between, stands for the answer with that number."""
    parts = [part.strip() for part in text.split(",")] if asked.kind == "choices" else [text]
    if asked.choices and all(part.isdigit() and 1 <= int(part) <= len(asked.choices) for part in parts):
        return ",".join(asked.choices[int(part) - 1].value for part in parts)
    return text


def _has_its_own_button(message: Message) -> bool:
    """Whether the form of a message is behind one of its buttons too: then a number that is typed means a button."""
    return message.sheet is not None and any(button.does == message.sheet.does for button in message.buttons)


def _of_partnership(message: Message, partnership: str) -> Message:
    buttons = tuple(b.model_copy(update={"form": {INSIDE: partnership, **b.form}}) for b in message.buttons)
    return message.model_copy(update={"buttons": buttons})


def speaker_for(runner: Runner, email: str, now: datetime) -> Speaker:
    """The person of an address as a speaker at this terminal, proposed, never confirmed here.

    Raises Mistake with a sentence for an address that nobody has.
    """
    speaker = Speaker(NAME, TENANT, email.strip().casefold(), vouched=False)
    with runner.store.reading() as session:
        if people.identity(session, speaker.door, speaker.tenant, speaker.user) is not None:
            return speaker
        person = people.by_email(session, email)
        where = sorted(people.partnerships_of(session, person.id, now.date())) if person else []
    if not where:
        raise Mistake(f"Nobody with the address {email} has a post here. See: convenor people list")
    form = {"door": speaker.door, "tenant": speaker.tenant, "user": speaker.user, "email": email}
    outcome = runner.perform(permissions.administrator(where[0]), "identity.propose", form, None, now)
    if outcome.refused:
        raise Mistake(*(str(refusal) for refusal in outcome.refusals))
    return speaker


def talk(console: Console, lines: Iterable[str]) -> None:
    """Takes lines until they end or one ends the session."""
    for line in lines:
        if not console.take(line):
            return


def typed(console: Console) -> Iterator[str]:
    """The lines of standard input: with a prompt on a terminal, plainly from a pipe."""
    if not sys.stdin.isatty():
        yield from sys.stdin
        return
    while True:
        try:
            yield input(console.prompt())
        except (EOFError, KeyboardInterrupt):
            click.echo()
            return


@click.command("console")
@click.option("--as", "email", required=True, metavar="EMAIL", help="The address of the person who speaks.")
@click.option("--in", "inside", default="", metavar="NAME", help="The partnership, for somebody who is in several.")
def console(email: str, inside: str) -> None:
    """Write to the bot and press its buttons, here at the terminal.

    Whoever is named is not confirmed by that: reminders and meetings yes, incidents never.
    """
    installation = wiring.open(settings_.read())
    try:
        here = Console(
            Conversation(installation.runner),
            installation.terminal,
            speaker_for(installation.runner, email, clock.now()),
            clock.now,
            click.echo,
            inside,
            lambda: shutil.get_terminal_size().columns,
        )
        earlier = here.pass_over_what_came()
        click.echo("Write help to see what you can write, a number to press, Enter for what has come in, quit to end.")
        if earlier:
            click.echo(f"{earlier} messages came in before; write {EARLIER} to see them.")
        talk(here, typed(here))
    finally:
        installation.close()
