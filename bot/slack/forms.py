"""Forms as Slack's modal views, and what comes back of them; the answer to a form in the place where the form was.

Days, hours and numbers are typed, as at every other door ("Fri 21 Jan", "3pm"); Slack's pickers would take less.
A view carries what it does in its `private_metadata`; what does not fit there is kept, under a token.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from bot.chat.carrying import Keep, Kept, carried, compact, fitting, opened, strings
from bot.chat.cutting import in_a_line, shortened, size
from bot.chat.filling import Filled as Filled
from bot.chat.filling import carries, chosen, in_pages, merged, option_values
from commands.conversation import LEAVE
from storage.records.message import Blank, Button, Message, Sheet

from .blocks import (
    LONGEST_LABEL,
    LONGEST_SECTION,
    MOST_VIEW_BLOCKS,
    NO_WORDS,
    Block,
    Part,
    body,
    context,
    filled,
    plain,
    rows,
    section,
    weight_in_bytes,
)

FORM = "convenor-form"
"""The callback of a view that is filled in. Read it with `read_modal`."""

PRESS = "convenor-press"
"""The callback of a view that shows an answer; sent in, it presses its one button. Read it with `read_button`."""

LONGEST_TITLE = 24
LONGEST_META = 3000
LONGEST_TYPED = 3000
LONGEST_HINT = 2000
LONGEST_ID = 255
OPTIONS_A_GROUP = 100
MOST_GROUPS = 100
MOST_TICKS = 10
LONGEST_SAID = 150

BLANKS_A_PAGE = 40
MOST_BLANK_BLOCKS = 60
MOST_BLANK_BYTES = 120_000
MOST_CHOICE_BYTES = 80_000
"""Choices that would fill a view alone are typed instead, as at every other door."""
MOST_WORDS_BLOCKS = 36
MOST_WORDS_BYTES = 70_000
MOST_ANSWER_BYTES = 200_000
NOT_ALL = "There is more to say than fits here."
TOO_LONG = "This is too long to be shown here. All of it comes to you as a message."

TO_LEAVE = "Leave it"
TO_CLOSE = "Close"


# Forms


def as_modal(
    message: Message,
    *,
    meta: str,
    keep: Keep | None = None,
    page: int = 0,
    of: int = 1,
    zone: ZoneInfo | None = None,
    reader: str = "",
) -> Block:
    """The view of a message with a form; `meta` is what `carry` made of the same form. One page, see `pages`.

    Raises ValueError for a message without a form, or a form too long for a page.
    """
    sheet = message.sheet
    if sheet is None:
        raise ValueError("A message without a form is shown by as_answer_modal.")
    if pages(sheet, BLANKS_A_PAGE) != [sheet]:
        raise ValueError("This form is too long for one view: show its pages one after another.")
    told = _told(message, zone, reader) + rows(message.buttons, "", keep)
    fits, rest = filled(told, MOST_WORDS_BLOCKS, MOST_WORDS_BYTES)
    blocks = [
        *([context(plain(f"Page {page + 1} of {of}"))] if of > 1 else []),
        *_blocks(fits),
        *([context(plain(NOT_ALL))] if rest else []),
        *(block for blank in sheet.blanks for block in _blank(blank, sheet.does)),
        *_full_label(sheet.label),
    ]
    return {**_view(FORM, message.title, blocks, TO_LEAVE, meta), "submit": plain(_short(sheet.label, "Send"))}


def pages(sheet: Sheet, most: int = BLANKS_A_PAGE) -> list[Sheet]:
    """The form in forms that each fit into a view. What is typed on one is carried to the next by whoever shows them.

    All but the last are sent on with "Go on"; a form that fits is the only one, unchanged.
    """
    return in_pages(
        sheet, most, lambda blank: _weight(_blank(blank, sheet.does)), (MOST_BLANK_BLOCKS, MOST_BLANK_BYTES)
    )


def _weight(blocks: list[Block]) -> tuple[int, int]:
    return len(blocks), weight_in_bytes(blocks)


def _blank(blank: Blank, does: str) -> list[Block]:
    """A blank: what is wrong with what is there, right above it; then its label, its place, its hint."""
    if not 0 < len(blank.name) <= LONGEST_ID:
        raise ValueError("A blank's name has 1 to 255 characters.")
    options = _options(blank)
    above = [f"Please look: {blank.problem}"] if blank.problem.strip() else []
    if options and blank.value.strip() and not chosen(blank):
        above.append(f"You wrote: {blank.value}")
    if not options and _too_long(blank):
        above.append(
            f"What you wrote is longer than Slack can show here, and is kept as it is, unless you write something "
            f"else here. It begins: {shortened(blank.value, LONGEST_SAID)}"
        )
    made: Block = {
        "type": "input",
        "block_id": blank.name,
        "label": plain(shortened(blank.label, LONGEST_HINT) or blank.name),
        "element": _select(blank, does, options) if options else _typed(blank, does),
        "optional": not blank.needed or (not options and _too_long(blank)),
    }
    if blank.hint.strip():
        made["hint"] = plain(shortened(blank.hint, LONGEST_HINT))
    return [*(context(plain(shortened(line, LONGEST_HINT))) for line in above), made]


def _typed(blank: Blank, does: str) -> Block:
    several = blank.kind == "text" or "\n" in blank.value
    place: Block = {"type": "plain_text_input", "action_id": _place(does), "multiline": several}
    return {**place, "initial_value": blank.value} if blank.value and not _too_long(blank) else place


def _select(blank: Blank, does: str, options: list[Block]) -> Block:
    several = blank.kind == "choices"
    kind = ("checkboxes" if len(options) <= MOST_TICKS else "multi_static_select") if several else "static_select"
    place: Block = {"type": kind, "action_id": _place(does)}
    stands = [options[number] for number in chosen(blank)]
    if stands:
        place |= {"initial_options": stands} if several else {"initial_option": stands[0]}
    if len(options) <= OPTIONS_A_GROUP:
        return {**place, "options": options}
    starts = range(0, len(options), OPTIONS_A_GROUP)
    groups = [(first, options[first : first + OPTIONS_A_GROUP]) for first in starts]
    return {
        **place,
        "option_groups": [
            {"label": plain(f"{first + 1} to {first + len(some)}"), "options": some} for first, some in groups
        ],
    }


def _place(does: str) -> str:
    """Names the form: Slack keeps what stands in a place of the same name when one view takes another's place."""
    return shortened(f"fill:{does}", LONGEST_ID)


def _too_long(blank: Blank) -> bool:
    return size(blank.value) > LONGEST_TYPED


def _options(blank: Blank) -> list[Block]:
    """What a choice offers; nothing where there are more than a view holds, or none: then it is typed."""
    if blank.kind not in ("choice", "choices") or len(blank.choices) > OPTIONS_A_GROUP * MOST_GROUPS:
        return []
    options = [
        {
            "text": plain(shortened(choice.label, LONGEST_LABEL) or shortened(choice.value, LONGEST_LABEL) or "-"),
            "value": value,
        }
        for choice, value in zip(blank.choices, option_values(blank.choices), strict=True)
    ]
    return options if weight_in_bytes(options) <= MOST_CHOICE_BYTES else []


# What a form carries, and what comes back


def carry(sheet: Sheet, keep: Keep | None = None, page: int = 0) -> str:
    """What a form's view carries: what it does, with what, and its page; kept where that is longer than Slack allows.

    With it go the answers of choices by number, and what stood in a blank and was too long to be shown in it.
    Raises ValueError where it is too long and there is nowhere to keep it.
    """
    carried_with = carries(sheet, page, lambda blank: bool(_options(blank)), _too_long)
    return fitting(compact(carried_with), keep, LONGEST_META)


def read_modal(view: Mapping[str, Any], kept: Kept) -> Filled | None:
    """What was filled in, with what the form carried; blanks left empty are left out. None for what cannot be read."""
    found = opened(view.get("private_metadata"), kept)
    match found:
        case {"does": str(does), "form": dict(form), "page": int(page)} if does and strings(form):
            return Filled(does, merged(form, _state(view), found or {}), page)
    return None


def _state(view: Mapping[str, Any]) -> dict[str, str]:
    """What stands in each blank of a view that was sent in, "" where nothing does."""
    values = (view.get("state") or {}).get("values") or {}
    return {name: _stands(place) for name, places in values.items() for place in places.values()}


def _stands(place: Mapping[str, Any]) -> str:
    several = place.get("selected_options")
    if isinstance(several, list):
        return ",".join(str(option.get("value", "")) for option in several)
    value = (place.get("selected_option") or place).get("value")
    return value if isinstance(value, str) else ""


def errors_for(message: Message, shown_blanks: Collection[str] | None = None) -> dict[str, str] | None:
    """What is wrong, by blank, for the form that is still open; None where that would not say all of it.

    That is: no form, nothing wrong beside a blank, something wrong with the whole, or (with the names of the blanks
    that are on the screen) something beside a blank of another page. Then the view has to be updated.
    """
    if message.sheet is None or message.text.strip():
        return None
    wrong = {b.name: shortened(b.problem, LONGEST_HINT) for b in message.sheet.blanks if b.problem.strip()}
    if shown_blanks is not None and not wrong.keys() <= set(shown_blanks):
        return None
    return wrong or None


# Answers


@dataclass(frozen=True)
class Answer:
    """A view that shows an answer; `rest`, the message that the view announces and that has to be sent, if any."""

    view: Block
    rest: Message | None = None


def as_answer_modal(
    message: Message,
    *,
    keep: Keep | None = None,
    zone: ZoneInfo | None = None,
    reader: str = "",
) -> Answer:
    """The view that shows an outcome in the place of a form. It has no blanks.

    One button that does something beside one that leaves everything as it is become the view's own two; other buttons
    stand in it. What is too long for a view comes as a message: whole, so that it is read in one place, with its
    buttons after all of its words.
    """
    own = _own_buttons(message.buttons)
    below = _full_label(own[0].label) if own else []
    told = _told(message, zone, reader) + ([] if own else rows(message.buttons, "", keep))
    fits, rest = filled(told, MOST_VIEW_BLOCKS - len(below), MOST_ANSWER_BYTES)
    if rest:
        return Answer(_view(PRESS, message.title, [section(TOO_LONG)], TO_CLOSE), message)
    view = _view(PRESS, message.title, [*_blocks(fits), *below], TO_CLOSE)
    if own is None:
        return Answer(view)
    does, leaves = own
    view["private_metadata"] = carried(does, "", keep, LONGEST_META)
    view["submit"], view["close"] = plain(_short(does.label, "Do it")), plain(_short(leaves.label, TO_LEAVE))
    return Answer(view)


def _own_buttons(buttons: Sequence[Button]) -> tuple[Button, Button] | None:
    """The button that does something and the one that does not, where these are all."""
    leaving = [button for button in buttons if button.does == LEAVE]
    doing = [button for button in buttons if button.does != LEAVE]
    return (doing[0], leaving[0]) if len(doing) == len(leaving) == 1 else None


# Views


def _view(callback: str, title: str, blocks: list[Block], close: str, meta: str = "") -> Block:
    return {
        "type": "modal",
        "callback_id": callback,
        "title": plain(_short(title, "Convenor")),
        "close": plain(close),
        "private_metadata": meta,
        "blocks": blocks or [section(NO_WORDS)],
    }


def _blocks(parts: Sequence[Part]) -> list[Block]:
    return [block for part in parts for block in part.blocks]


def _short(words: str, otherwise: str) -> str:
    """The first words that fit where Slack allows 24 characters."""
    return shortened(words, LONGEST_TITLE) or otherwise


def _told(message: Message, zone: ZoneInfo | None, reader: str) -> list[Part]:
    """What a message says, with its title only where the view's own place is too short for it."""
    return body(
        message.model_copy(update={"title": ""}) if in_a_line(message.title, LONGEST_TITLE) else message, zone, reader
    )


def _full_label(label: str) -> list[Block]:
    """What sending does, where the button is too short for it."""
    return [] if in_a_line(label, LONGEST_TITLE) else [section(shortened(label, LONGEST_SECTION))]
