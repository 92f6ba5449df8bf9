"""Neutral words as Slack's blocks, within Slack's limits by construction: what is too long becomes several messages.

What people read is plain text (`plain_text`, no emoji): Slack formats nothing in it, links nothing and reads no mark-up
out of it, so what somebody copies is what was written. Mark-up (`mrkdwn`) is used in two places, and only where the
words hold nothing that Slack would format: the bold label of a fact, and a text with a time by the reader's clock.

All words of a message also stand in its `text`, which is what a screen reader reads and a notification shows; Slack
wants it within 4,000 characters, so one message holds no more words than that.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from bot.chat.carrying import LONGEST_VALUE, Keep, carried
from bot.chat.carrying import read_button as read_button
from bot.chat.cutting import escaped, in_a_line, shortened, shown, size
from bot.chat.times import Elsewhere, Times, elsewhere, placed
from storage.records.message import Button, Message, MessageField

Block = dict[str, Any]

MOST_BLOCKS = 50
LONGEST_HEADER = 150
LONGEST_SECTION = 3000
LONGEST_FACT = 2000
FACTS_A_SECTION = 10
LONGEST_LABEL = 75
BUTTONS_A_ROW = 5
TIMES_A_CONTEXT = 5
"""Each time takes two of the ten elements that a context block may have."""

MOST_WORDS = 3600
"""In one message, so that its `text` has room for what stands above and below: how it goes on, the files' links."""
MOST_WEIGHT = 9000
"""Slack refuses blocks of some 12,000 characters together, and counts something for what holds them."""
TEXT_WEIGHT = 60

MOST_VIEW_BLOCKS = 100
MOST_VIEW_BYTES = 240_000
"""Slack's limit is 250 kB for a whole view."""

NO_WORDS = "(no words)"
_FORMATTED = re.compile(r"[*_~`]|:[^\s:]+:|^\s*>", re.MULTILINE)
"""What Slack would turn into something else in mark-up."""


@dataclass(frozen=True)
class Words:
    """One Slack message: `text` is the whole of it for screen readers and notifications, ready escaped."""

    text: str
    blocks: list[Block]


@dataclass(frozen=True)
class Part:
    """Blocks that stay together, and the words in them as a screen reader hears them."""

    blocks: tuple[Block, ...]
    said: str = ""


# Messages


def as_messages(
    message: Message,
    *,
    partnership: str = "",
    zone: ZoneInfo | None = None,
    reader: str = "",
    keep: Keep | None = None,
) -> list[Words]:
    """The Slack messages that hold a message, in order; never cut, the buttons on the last.

    `partnership` goes onto buttons that name none. `zone` is the partnership's, `reader` the name of the zone that the
    reader lives in: times that differ are told by both.
    What a button carries beyond Slack's limit goes to `keep`; without it that is a ValueError.
    Form and attachments are not in it: a form becomes a view, and files are sent by the door, which has room for two
    more blocks.
    """
    pieces = _packed(body(message, zone, reader), rows(message.buttons, partnership, keep))
    total = len(pieces)
    return [_words(piece, message.title, number, total) for number, piece in enumerate(pieces, 1)]


def _words(piece: Sequence[Part], title: str, number: int, total: int) -> Words:
    above, heard = [], []
    if number > 1:
        goes_on = f"(continued, {number} of {total})"
        above.append(context(plain(goes_on)))
        heard.append(f"{shortened(title, LONGEST_HEADER)} {goes_on}".strip())
    blocks = [*above, *(block for part in piece for block in part.blocks)]
    text = "\n".join([*heard, *(part.said for part in piece if part.said)])
    return Words(escaped(text) or NO_WORDS, blocks or [section(NO_WORDS)])


def _packed(words: Sequence[Part], buttons: Sequence[Part]) -> list[list[Part]]:
    """The parts of each message. Buttons stay together in the last one, unless they alone are too many for one."""
    loads = [_load(part) for part in (*words, *buttons)]
    needed = list(loads)
    if buttons:
        needed[len(words)] = _sum(loads[len(words) :])
    pieces: list[list[Part]] = [[]]
    used = NOTHING
    for part, load, need in zip((*words, *buttons), loads, needed, strict=True):
        if pieces[-1] and any(a > b for a, b in zip(_sum([used, need]), ROOM, strict=True)):
            pieces.append([])
            used = NOTHING
        pieces[-1].append(part)
        used = _sum([used, load])
    return pieces


Load = tuple[int, int, int]
"""Blocks, characters for a screen reader, and what Slack counts for all texts."""
NOTHING: Load = (0, 0, 0)
ROOM: Load = (MOST_BLOCKS - 4, MOST_WORDS, MOST_WEIGHT)
"""In one message, with "(continued)" above and two files below."""


def _load(part: Part) -> Load:
    weight = sum(TEXT_WEIGHT + size(text) for block in part.blocks for text in _texts(block))
    return len(part.blocks), size(part.said) + 1 if part.said else 0, weight


def _sum(loads: Sequence[Load]) -> Load:
    return sum(load[0] for load in loads), sum(load[1] for load in loads), sum(load[2] for load in loads)


def _texts(thing: object) -> Iterable[str]:
    """Every text that people see in a block."""
    if isinstance(thing, dict):
        for name, value in thing.items():
            if name == "text" and isinstance(value, str):
                yield value
            else:
                yield from _texts(value)
    elif isinstance(thing, list):
        for value in thing:
            yield from _texts(value)


# What a message says


def body(message: Message, zone: ZoneInfo | None = None, reader: str = "") -> list[Part]:
    """Title, text and facts of a message, part by part, with the reader's times beside or under the words."""
    titles = shown(message.title, LONGEST_HEADER)
    texts = shown(message.text, LONGEST_SECTION)
    facts = _grouped(message.fields)
    said = [*texts, *("\n".join(map(_said, group)) for group in facts), *titles]
    places, nowhere = placed(said, elsewhere(message.times, zone, reader))
    found: list[Part] = []
    for number, words in enumerate(titles, len(texts) + len(facts)):
        found += [Part((header(words),), words), *_under(places.get(number, []))]
    for number, words in enumerate(texts):
        found += _text(words, places.get(number, []))
    for number, group in enumerate(facts, len(texts)):
        found += [_facts(group), *_under(places.get(number, []))]
    return found + _under([(0, time) for time in nowhere])


def _text(words: str, times: Times) -> list[Part]:
    """A section; with the times beside their words where mark-up changes no word of it, else under it."""
    marked, heard, start = "", "", 0
    for end, time in times:
        marked += f"{escaped(words[start:end])} {_token(time)}"
        heard += f"{words[start:end]} {time.said}"
        start = end
    marked += escaped(words[start:])
    if not times or _FORMATTED.search(words) or size(marked) > LONGEST_SECTION:
        return [Part((section(words),), words), *_under(times)]
    return [Part(({"type": "section", "text": mrkdwn(marked), "expand": True},), heard + words[start:])]


def _under(times: Times) -> list[Part]:
    """Small lines for under a block: the words of each time, and when that is where the reader lives."""
    lines = []
    for first in range(0, len(times), TIMES_A_CONTEXT):
        few = [(shortened(time.words, LONGEST_HEADER), time) for _, time in times[first : first + TIMES_A_CONTEXT]]
        line = context(*(element for words, time in few for element in (plain(words), mrkdwn(_token(time)))))
        lines.append(Part((line,), "\n".join(f"{words} {time.said}" for words, time in few)))
    return lines


def _token(time: Elsewhere) -> str:
    """Mark-up for a time, which Slack shows by the reader's clock."""
    return f"(where you are: <!date^{time.stamp}^{{date_short_pretty}} {{time}}|{time.local}>)"


Fact = tuple[str, str]


def _grouped(fields: Sequence[MessageField]) -> list[list[Fact]]:
    """Facts as they stand together in a block: up to ten; one that is too long for a field alone."""
    groups: list[list[Fact]] = []
    for field in fields:
        fact = (field.label.strip(), field.value.strip())
        if not any(fact):
            continue
        together = [*groups[-1], fact] if groups else []
        if together and len(together) <= FACTS_A_SECTION and sum(size(_said(f)) + 3 for f in together) <= LONGEST_FACT:
            groups[-1].append(fact)
        else:
            groups.append([fact])
    # A fact longer than a section would be longer than a message: it goes on in further ones of the same label.
    return [group for found in groups for group in _in_pieces(found)]


def _in_pieces(group: list[Fact]) -> list[list[Fact]]:
    if len(group) > 1 or size(_said(group[0])) + 3 <= LONGEST_SECTION:
        return [group]
    return [[("", piece)] for piece in shown(_said(group[0]), LONGEST_SECTION)]


def _said(fact: Fact) -> str:
    return ": ".join(filter(None, fact))


def _facts(group: list[Fact]) -> Part:
    said = "\n".join(map(_said, group))
    if len(group) == 1 and size(said) + 3 > LONGEST_FACT:
        return Part((section(said),), said)
    return Part(({"type": "section", "fields": [_field(fact) for fact in group]},), said)


def _field(fact: Fact) -> Block:
    label, value = fact
    if not label or "\n" in label or _FORMATTED.search(label) or _FORMATTED.search(value):
        return plain(_said(fact))
    return mrkdwn(f"*{escaped(label)}*" + (f"\n{escaped(value)}" if value else ""))


# Buttons


def rows(buttons: Sequence[Button], partnership: str, keep: Keep | None, first: int = 0) -> list[Part]:
    """Buttons in rows of five, numbered from `first` on; a label too long for a button stands whole above its row."""
    parts = []
    numbered = list(enumerate(buttons, first))
    for fits, some in groupby(numbered, lambda button: in_a_line(button[1].label, LONGEST_LABEL)):
        few = list(some)
        step = BUTTONS_A_ROW if fits else 1
        for start in range(0, len(few), step):
            row = few[start : start + step]
            above = [] if fits else shown(row[0][1].label, LONGEST_SECTION)
            parts += [Part((section(piece),), piece) for piece in above]
            parts.append(Part((actions([_button(number, b, partnership, keep) for number, b in row]),)))
    return parts


def _button(number: int, button: Button, partnership: str, keep: Keep | None) -> Block:
    made = {
        "type": "button",
        "action_id": f"press:{number}",
        "text": plain(shortened(button.label, LONGEST_LABEL) or button.does or "-"),
        "value": carried(button, partnership, keep, LONGEST_VALUE),
    }
    return {**made, "style": "danger"} if button.tone == "alert" else made


# The home tab


def home_view(
    messages: Sequence[tuple[str, Message]],
    *,
    zone: ZoneInfo | None = None,
    reader: str = "",
    keep: Keep | None = None,
    command: str = "/convenor",
) -> Block:
    """The home tab: for each partnership its name (may be empty) and its message, whose buttons name the partnership.

    What does not fit is left out at the end, and it says so and where the rest is.
    """
    parts: list[Part] = []
    pressed = 0
    for label, message in messages:
        if parts:
            parts.append(Part(({"type": "divider"},)))
        if label.strip():
            parts.append(Part((context(plain(shortened(label, LONGEST_HEADER))),)))
        parts += body(message, zone, reader) + rows(message.buttons, "", keep, pressed)
        pressed += len(message.buttons)
    fits, rest = filled(parts, MOST_VIEW_BLOCKS - 1, MOST_VIEW_BYTES)
    blocks = [block for part in fits for block in part.blocks]
    if rest:
        blocks.append(context(plain(f"There is more: write {command} me")))
    return {"type": "home", "blocks": blocks or [section(NO_WORDS)]}


def filled(parts: Sequence[Part], most_blocks: int, most_bytes: int) -> tuple[Sequence[Part], Sequence[Part]]:
    """The first parts that fit into so many blocks and bytes, and the rest."""
    blocks = length = 0
    for number, part in enumerate(parts):
        blocks += len(part.blocks)
        length += weight_in_bytes(part.blocks)
        if blocks > most_blocks or length > most_bytes:
            return parts[:number], parts[number:]
    return parts, ()


def weight_in_bytes(blocks: object) -> int:
    """How long blocks are as they are sent."""
    return len(json.dumps(blocks))


# Blocks


def plain(text: str) -> Block:
    """Words as they are."""
    return {"type": "plain_text", "text": text, "emoji": False}


def mrkdwn(text: str) -> Block:
    """Mark-up, in which nothing is looked for beyond what is written as such."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def header(words: str) -> Block:
    """A heading of up to 150 characters."""
    return {"type": "header", "text": plain(words)}


def section(words: str) -> Block:
    """A text of up to 3,000 characters, never folded away behind "see more"."""
    return {"type": "section", "text": plain(words), "expand": True}


def context(*elements: Block) -> Block:
    """Small words of up to ten elements."""
    return {"type": "context", "elements": list(elements)}


def actions(elements: list[Block]) -> Block:
    """A row of buttons."""
    return {"type": "actions", "elements": elements}
