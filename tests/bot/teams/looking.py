"""Every kind of card of ours in a real browser, drawn by Microsoft's renderer: part of `make look`.

Run as a program this file looks at all of them on a telephone and beside a list of chats, and takes the pictures of
docs/teams.md anew in docs/pictures/. It ends with what is wrong, if anything is.
"""

import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from bot.chat.filling import one_page
from bot.teams.cards import ANSWER, DIALOG, TOLD, as_cards
from bot.teams.elements import Card
from bot.teams.forms import as_form, pages
from storage.records.message import Message
from tests.bot.web.chromium import MISSING, PROGRAM
from tests.standins.teams.schema import valid

from .examples import examples, pictured
from .looks import DESK, PHONE, Looks, a_look

FOLDER = Path(__file__).resolve().parents[3] / "docs" / "pictures"

PICTURES = {"teams-alert": PHONE, "teams-home": DESK, "teams-form": DESK}
"""The pictures, each at a width; see `examples.pictured`."""

TOGETHER = 8
"""So many cards are looked at together; where something is wrong, one after the other."""

RAW = re.compile(r"\*\*|__|\]\(|\\[*_\[#]|^#+ ", re.MULTILINE)
"""What a reader would see of mark-up that nobody reads; our own words have none."""


def cards_of(name: str, message: Message) -> list[Card]:
    """The cards that show a message, its form page by page."""
    if message.sheet is None:
        where = TOLD if name.startswith(("message", "home", "template")) else ANSWER
        return as_cards(message, where=where, keep=lambda _text: "kept")
    sheets = pages(message.sheet)
    found = []
    for number in range(len(sheets)):
        page = message.model_copy(update={"sheet": one_page(message.sheet, sheets, number)})
        found.append(as_form(page, page=number, of=len(sheets), where=DIALOG, keep=lambda _text: "kept"))
    return found


Named = tuple[str, Card]


def named(messages: Mapping[str, Message]) -> list[Named]:
    """Every card of some messages, with a name to find it by."""
    return [(name, card) for name, message in sorted(messages.items()) for card in cards_of(name, message)]


def looked_at(look: Looks, cards: Sequence[Named]) -> Iterator[str]:
    """Looks at cards, a few together; what is wrong, with the name of the card."""
    for some in _in_batches(cards):
        if look.faults(*(card for _, card in some)):
            for name, card in some:
                yield from (f"{name} ({look.width} wide): {fault}" for fault in look.faults(card))
        elif not all(name.startswith("made up") for name, _ in some) and (raw := RAW.search(look.read())):
            yield f"{', '.join(name for name, _ in some)} ({look.width} wide): this is mark-up: {raw[0]}"


def _in_batches(cards: Sequence[Named]) -> Iterable[Sequence[Named]]:
    made_up = [each for each in cards if each[0].startswith("made up")]
    others = [each for each in cards if not each[0].startswith("made up")]
    for group in (made_up, others):
        for start in range(0, len(group), TOGETHER):
            yield group[start : start + TOGETHER]


def look_at_all(messages: Mapping[str, Message], width: int) -> list[str]:
    """Looks at the cards of some messages in one width; what is wrong."""
    with a_look(width) as look:
        return list(looked_at(look, named(messages)))


def take_pictures(folder: Path) -> None:
    """Takes the pictures anew."""
    shown = pictured()
    for width in (PHONE, DESK):
        with a_look(width) as look:
            for name in (each for each, at in PICTURES.items() if at == width):
                look.draws(*cards_of(name, shown[name]))
                look.picture(folder / f"{name}.webp")


def main() -> int:
    """Looks at all in every width; 0 where nothing is wrong."""
    if PROGRAM is None:
        sys.stdout.write(f"{MISSING}\n")
        return 1
    messages = examples()
    cards = named(messages)
    wrong = [f"{name}: {fault}" for name, card in cards for fault in valid(card)]
    for width in (PHONE, DESK):
        found = look_at_all(messages, width)
        sys.stdout.write(f"{len(cards)} cards of {len(messages)} kinds, {width} wide: {len(found)} faults\n")
        wrong += found
    take_pictures(FOLDER)
    sys.stdout.writelines(f"{each}\n" for each in wrong)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
