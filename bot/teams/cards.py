"""Neutral words as Adaptive Cards 1.5, within what Teams takes by construction: what is too long becomes several cards.

Teams takes messages of some 100 KB in UTF-16 and asks for less than 80 (Microsoft: "Format your bot messages"); a card
here is below 24,000 bytes, of which not more than twice as many come of it. How words are kept from being formatted
is in `elements`.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from bot.chat.carrying import LONGEST_VALUE, Keep, Kept, carried, opened, strings
from bot.chat.cutting import in_a_line, shortened, shown, size
from bot.chat.times import elsewhere, placed
from commands.conversation import LEAVE
from storage.records.message import Button, Message, Tone

from .elements import LONGEST_LINE, Card, Element, fact, heading, line, lines, runs, small, undated, visible, weight

MOST_BYTES = 24_000
MOST_BUTTONS = 6
"""In a row: Teams shows no more of one."""
LONGEST_BUTTON = 60
"""What a button is given of its label."""
READABLE = 34
"""What a telephone shows of a button's label, about; a longer one stands whole above it too. So much is in a row."""
BETWEEN_BUTTONS = 5
"""What a button's frame takes of a row, in characters."""
LONGEST_TITLE = 200
LONGEST_SUMMARY = 200
MOST_ROW_BYTES = 12_000

TOLD, ANSWER, DIALOG = "told", "answer", "dialog"
"""Where a button stands: on a message that was delivered, on an answer, in a dialog."""

OURS = "convenor"
"""What of a button's data is ours; beside it stands what was filled in."""

NO_WORDS = "(no words)"
NOT_SHOWN = "The rest cannot be shown by this version of Teams."
TONES: Mapping[Tone, tuple[str, str]] = {"warning": ("warning", "Please note"), "alert": ("attention", "Important")}
"""How a message of some tone is set off, and the words that say the same to who does not see colours."""

Opens = Callable[[str, Mapping[str, str]], bool]
"""Whether pressing what a button does, with its form, opens a form."""

Part = list[Element]
"""Elements that stay together."""


@dataclass(frozen=True)
class Pressed:
    """A button that was pressed: what it does, with which form, and where it stood ("" where that is not said)."""

    does: str
    form: dict[str, str]
    where: str = ""


def opens_nothing(_does: str, _form: Mapping[str, str]) -> bool:
    """No button opens a form."""
    return False


# Messages


def as_cards(
    message: Message,
    *,
    partnership: str = "",
    where: str = TOLD,
    keep: Keep | None = None,
    opens: Opens = opens_nothing,
    zone: ZoneInfo | None = None,
    reader: str = "",
) -> list[Card]:
    """The cards that hold a message, in order; never cut, the buttons on the last. Each is to be sent by itself.

    `partnership` goes onto buttons that name none. `where` is TOLD, ANSWER or DIALOG: in a dialog no button is an
    Action.Execute, which Teams does not take there, and none opens another dialog.
    `zone` is the partnership's, `reader` the name of the zone that the reader lives in: times that differ are told by
    both. What a button carries beyond 2,000 characters goes to `keep`; without it that is a ValueError.
    Form and attachments are not in it.
    """
    making = Making(partnership, where, keep, opens)
    pieces = _packed(body(message, zone, reader), making.rows(message.buttons))
    return [_card_of(piece, message.title, number, len(pieces)) for number, piece in enumerate(pieces, 1)]


def as_activity(card: Card, *, summary: str) -> dict[str, Any]:
    """The message that holds a card; `summary` is what a notification and a list of chats show of it."""
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
    told = shortened(visible(summary), LONGEST_SUMMARY)
    return {"type": "message", **({"summary": told} if told else {}), "attachments": [attachment]}


def _card_of(piece: Sequence[Part], title: str, number: int, total: int) -> Card:
    goes_on = f"{shortened(visible(title), LONGEST_TITLE)} (continued, {number} of {total})".strip()
    above = [small(goes_on)] if number > 1 else []
    elements = [element for part in piece for element in part]
    return card([*above, *(elements or [line(*runs(NO_WORDS))])], title)


def card(elements: Sequence[Element], title: str) -> Card:
    """An Adaptive Card of some elements."""
    named = shortened(visible(title), LONGEST_TITLE)
    return {
        "type": "AdaptiveCard",
        "version": "1.5",
        "fallbackText": ". ".join(filter(None, (named.rstrip("."), NOT_SHOWN))),
        "body": list(elements),
    }


ROOM = MOST_BYTES - 3_000
"""In one card, beside what it needs itself: its name for who cannot see it, how it goes on."""


def _packed(words: Sequence[Part], buttons: Sequence[Part]) -> list[list[Part]]:
    """The parts of each card. Buttons stay together in the last one, unless they alone are too many for one."""
    together = sum(map(weight, buttons))
    pieces: list[list[Part]] = [[]]
    used = 0
    for number, part in enumerate((*words, *buttons)):
        load = weight(part)
        needed = min(together, ROOM) if number == len(words) else load
        if pieces[-1] and used + needed > ROOM:
            pieces.append([])
            used = 0
        pieces[-1].append(part)
        used += load
    return pieces


# What a message says


def body(message: Message, zone: ZoneInfo | None = None, reader: str = "") -> list[Part]:
    """Title, text and facts of a message, part by part, with the reader's times behind the words or at the end."""
    titles = shown(" ".join(visible(message.title).split()), LONGEST_LINE)
    facts = [field for field in message.fields if field.label.strip() or field.value.strip()]
    texts, nowhere = _with_times([message.text, *(each.value for each in facts)], message, zone, reader)
    return [
        *_named(titles, message.tone),
        *([element] for element in lines(texts[0])),
        *([e] for each, value in zip(facts, texts[1:], strict=True) for e in fact(each.label, value)),
        *([small(time)] for time in nowhere),
    ]


def _with_times(texts: list[str], message: Message, zone: ZoneInfo | None, reader: str) -> tuple[list[str], list[str]]:
    """The texts with each time as it is where the reader lives behind its words; and what has no place in them."""
    places, nowhere = placed(texts, elsewhere(message.times, zone, reader))
    for number, times in places.items():
        for end, time in reversed(times):
            texts[number] = f"{texts[number][:end]} {time.said}{texts[number][end:]}"
    return texts, [f"{time.words} {time.said}" for time in nowhere]


def _named(titles: Sequence[str], tone: Tone) -> list[Part]:
    """The title; with the words and the colour of its tone, if it has one."""
    above = [heading(title) for title in titles[:1]]
    if tone in TONES:
        style, words = TONES[tone]
        above = [{"type": "Container", "style": style, "items": [line(*runs(words, weight="bolder")), *above]}]
    return [*([element] for element in above), *([heading(title)] for title in titles[1:])]


# Buttons


@dataclass(frozen=True)
class Making:
    """How the buttons of one place are made."""

    partnership: str = ""
    where: str = TOLD
    keep: Keep | None = None
    opens: Opens = opens_nothing
    beside_inputs: bool = False

    def rows(self, buttons: Sequence[Button]) -> list[Part]:
        """Buttons in rows that a telephone shows whole, of six at most; above a row of one what is too long for it."""
        parts: list[Part] = []
        for fits, some in groupby(buttons, lambda button: in_a_line(button.label, READABLE)):
            if fits:
                parts += [[actions(row)] for row in in_rows([self.button(button) for button in some])]
                continue
            for button in some:
                *longer, whole = lines(" ".join(button.label.split()))
                parts += [*([element] for element in longer), [whole, actions([self.button(button)])]]
        return parts

    def button(self, button: Button) -> Element:
        """A button; beside inputs it sends none of them."""
        text = carried(button, self.partnership, self.keep, LONGEST_VALUE)
        made = self.action(button.label or button.does, button.does, json.loads(text), opens=self._opens(button))
        if self.beside_inputs or button.does == LEAVE:
            made["associatedInputs"] = "none"
        return {**made, "style": "destructive"} if button.tone == "alert" else made

    def action(self, label: str, does: str, carries: object, *, opens: bool = False) -> Element:
        """Something to press, of the kind that Teams takes where it stands."""
        title = undated(shortened(visible(label), LONGEST_BUTTON)) or "-"
        data = {OURS: carries, "where": self.where}
        if opens:
            return {"type": "Action.Submit", "title": title, "data": {"msteams": {"type": "task/fetch"}, **data}}
        if self.where == DIALOG:
            return {"type": "Action.Submit", "title": title, "data": data}
        return {"type": "Action.Execute", "title": title, "verb": visible(does), "data": data}

    def _opens(self, button: Button) -> bool:
        return self.where != DIALOG and self.opens(button.does, button.form)


def in_rows(made: Sequence[Element]) -> list[list[Element]]:
    """What is pressed in rows of up to six that a telephone shows whole, unless one alone is too long for that."""
    rows: list[list[Element]] = []
    for each in made:
        row = [*rows[-1], each] if rows else [each]
        length = sum(size(other["title"]) + BETWEEN_BUTTONS for other in row)
        fits = length <= READABLE + BETWEEN_BUTTONS and weight(row) <= MOST_ROW_BYTES
        if rows and len(row) <= MOST_BUTTONS and fits:
            rows[-1] = row
        else:
            rows.append([each])
    return rows


def actions(made: Sequence[Element]) -> Element:
    """A row of buttons."""
    return {"type": "ActionSet", "actions": list(made), "spacing": "small"}


def read_press(data: object, kept: Kept) -> Pressed | None:
    """What a pressed button does, from the data that Teams gives with it; None for what is not ours or kept no longer.

    Anybody can send any data: nothing follows from it but what to press. A form's own button is read by
    `forms.read_form`, to be tried first.
    """
    if not isinstance(data, Mapping):
        return None
    match opened(data.get(OURS), kept):
        case {"does": str(does), "form": dict(form)} if does and strings(form):
            return Pressed(does, form, where_of(data))
    return None


def where_of(data: Mapping[str, Any]) -> str:
    """Where what was pressed stood, as its data says; "" for nothing that is known."""
    where = data.get("where")
    return where if isinstance(where, str) and where in (TOLD, ANSWER, DIALOG) else ""
