"""Forms as Adaptive Cards, in a dialog or in the personal chat, and what comes back of them.

Days, hours and numbers are typed, as at every other door ("Fri 21 Jan", "3pm"); Teams' pickers would take less.
A hint is a second line of its blank's label: that is what a screen reader says with the input, filled in or not; words
beside it are not, and a placeholder goes away with the first letter.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from bot.chat.carrying import LONGEST_VALUE, Keep, Kept, compact, fitting, opened, strings
from bot.chat.cutting import in_a_line, shortened
from bot.chat.filling import Filled as Filled
from bot.chat.filling import carries, chosen, in_pages, merged, option_values
from commands.conversation import LEAVE
from storage.records.message import Blank, Button, Message, Sheet

from . import elements
from .cards import DIALOG, MOST_BYTES, OURS, READABLE, Making, actions, body, card, in_rows, where_of
from .elements import Card, Element, line, lines, runs, small, undated, unformatted, visible, weight

PREFIX = "b."
"""What the ids of inputs begin with, so that none is taken for something of ours or of Teams."""

BLANKS_A_PAGE = 40
MOST_BLANK_BYTES = 13_000
MOST_CHOICE_BYTES = 7_000
"""Choices that would fill a card alone are typed instead, as at every other door."""
MOST_VALUE_BYTES = 5_000
MOST_TICKS = 15
"""Ticks that stand in the open; more are chosen from a list."""
MOST_UNFILTERED = 12
LONGEST_LABEL = 300
LONGEST_SAID = 500
LONGEST_OPTION_TITLE = 150
LONGEST_BEGINNING = 150

_SURROGATE = re.compile(r"[\ud800-\udfff]")
"""Half a character, which JSON can hold and no text may."""

TO_LEAVE = "Leave it"
NOTHING = "#nothing"
LEFT_EMPTY = "(leave this empty)"
NOT_ALL = "There is more to say than fits here."


# A form


def as_form(
    message: Message,
    *,
    page: int = 0,
    of: int = 1,
    where: str = DIALOG,
    keep: Keep | None = None,
    zone: ZoneInfo | None = None,
    reader: str = "",
) -> Card:
    """The card of a message with a form of one page (see `pages`), the one numbered `page` of so many.

    `where` as for `as_cards`. Its last row sends it in or leaves it as it is. Raises ValueError for a message without a
    form or a form too long for a page, and without `keep` for one that carries more than 2,000 characters.
    """
    sheet = message.sheet
    if sheet is None:
        raise ValueError("A message without a form is shown by as_cards.")
    if pages(sheet) != [sheet]:
        raise ValueError("This form is too long for one card: show its pages one after another.")
    making = Making("", where, keep, beside_inputs=True)
    above = [small(f"Page {page + 1} of {of}")] if of > 1 else []
    below = [
        *(element for blank in sheet.blanks for element in _blank(blank)),
        *([] if in_a_line(sheet.label, READABLE) else lines(shortened(visible(sheet.label), LONGEST_SAID))),
        *map(actions, in_rows([_sends(making, sheet, page, of), making.button(Button(label=TO_LEAVE, does=LEAVE))])),
    ]
    others = [button for button in message.buttons if button.does != sheet.does]
    told = [*body(message, zone, reader), *making.rows(others)]
    room = MOST_BYTES - weight(card([*above, *below, small(NOT_ALL)], message.title)) - 1
    words, all_ = elements.fitting(told, room)
    return card([*words, *([] if all_ else [small(NOT_ALL)]), *above, *below], message.title)


def _sends(making: Making, sheet: Sheet, page: int, of: int) -> Element:
    return {
        **making.action(sheet.label or "Send", sheet.does, _carried(sheet, page, of, making.keep)),
        "style": "positive",
    }


def pages(sheet: Sheet, most: int = BLANKS_A_PAGE) -> list[Sheet]:
    """The form in forms that each fit into a card. What is typed on one is carried to the next: see `one_page`.

    All but the last are sent on with "Go on"; a form that fits is the only one, unchanged.
    """
    return in_pages(sheet, most, lambda blank: (weight(_blank(blank)),), (MOST_BLANK_BYTES,))


# A blank


def _blank(blank: Blank) -> list[Element]:
    """A blank: what is wrong with what is there, right above it; then its label with its hint, and its place."""
    label = f"{blank.label.strip() or blank.name}"
    hint = shortened(visible(blank.hint), LONGEST_SAID)
    above = [_wrong(f"Please look: {blank.problem}")] if blank.problem.strip() else []
    if not in_a_line(label, LONGEST_LABEL):
        above += lines(shortened(visible(label), 2 * LONGEST_SAID))
    offers = _offers(blank)
    if offers and blank.value.strip() and not chosen(blank):
        above.append(_aside(f"You wrote: {blank.value}"))
    if not offers and _too_long(blank):
        above.append(
            _aside(
                "What you wrote is longer than can be shown here, and is kept as it is, unless you write something "
                f"else here. It begins: {shortened(visible(blank.value), LONGEST_BEGINNING)}"
            )
        )
    return [*above, _input(blank, "\n".join(filter(None, (shortened(visible(label), LONGEST_LABEL), hint))), offers)]


def _wrong(words: str) -> Element:
    return line(*runs(shortened(visible(words), LONGEST_SAID), color="attention", weight="bolder"), spacing="medium")


def _aside(words: str) -> Element:
    return line(*runs(shortened(visible(words), LONGEST_SAID)))


def _input(blank: Blank, label: str, offers: bool) -> Element:
    made = _choice(blank) if offers else _typed(blank)
    made |= {"id": PREFIX + blank.name, "label": undated(label)}
    if blank.needed and (offers or not _too_long(blank)):
        made |= {"isRequired": True, "errorMessage": _asks_for(blank, offers)}
    return made


def _asks_for(blank: Blank, offers: bool) -> str:
    if not offers:
        return "Please write something here."
    return "Please tick at least one." if blank.kind == "choices" else "Please choose one."


def _typed(blank: Blank) -> Element:
    several = blank.kind == "text" or "\n" in blank.value
    made: Element = {"type": "Input.Text", **({"isMultiline": True} if several else {})}
    return {**made, "value": blank.value} if blank.value and not _too_long(blank) else made


def _choice(blank: Blank) -> Element:
    several = blank.kind == "choices"
    options = _options(blank)
    made: Element = {"type": "Input.ChoiceSet", "wrap": True, "choices": options, "style": "compact"}
    if several:
        made |= {"isMultiSelect": True, "style": "expanded" if len(options) <= MOST_TICKS else "compact"}
    else:
        made |= {"placeholder": "Choose one"}
        if len(options) > MOST_UNFILTERED:
            made |= {"style": "filtered", "placeholder": "Type a few letters"}
    stands = [options[number]["value"] for number in chosen(blank)]
    if stands:
        made["value"] = ",".join(stands) if several else stands[0]
    return made


def _options(blank: Blank) -> list[Element]:
    """What a choice offers; where it may stay empty also that, because a list gives no choice back."""
    options = [
        {
            "title": unformatted(shortened(choice.label, LONGEST_OPTION_TITLE) or shortened(choice.value, 75) or "-"),
            "value": value,
        }
        for choice, value in zip(blank.choices, option_values(blank.choices), strict=True)
    ]
    empty = [{"title": LEFT_EMPTY, "value": NOTHING}] if blank.kind == "choice" and not blank.needed else []
    return [*options, *empty]


def _offers(blank: Blank) -> bool:
    """Whether a blank's choices are shown; not where there are more than a card holds, or none: then it is typed."""
    if blank.kind not in ("choice", "choices") or not blank.choices:
        return False
    return weight(_options(blank)) <= MOST_CHOICE_BYTES


def _too_long(blank: Blank) -> bool:
    return weight(blank.value) > MOST_VALUE_BYTES


# What a form carries, and what comes back


def _carried(sheet: Sheet, page: int, of: int, keep: Keep | None) -> object:
    """What a form's button carries, with the names of the blanks that are there: Teams leaves out what is empty."""
    blanks = [blank.name for blank in sheet.blanks]
    carried = {**carries(sheet, page, _offers, _too_long), "of": of, "blanks": blanks}
    return json.loads(fitting(compact(carried), keep, LONGEST_VALUE))


def read_form(data: object, kept: Kept) -> Filled | None:
    """What was filled in, with what the form carried, from the data that Teams gives with its button.

    Blanks left empty are left out. None for what cannot be read, is kept no longer, or is no form's own button.
    """
    if not isinstance(data, Mapping) or (found := opened(data.get(OURS), kept)) is None:
        return None
    match found:
        case {"does": str(does), "form": dict(form), "page": int(page), "of": int(of), "blanks": list(names)} if (
            does and strings(form) and _readable(found)
        ):
            return Filled(does, merged(form, _state(data, names), found), page, of, where_of(data))
    return None


def _readable(found: Mapping[str, Any]) -> bool:
    """Whether what came with a form has the shape in which it went."""
    numbered, stands = found.get("numbered", {}), found.get("stands", {})
    return (
        isinstance(stands, dict)
        and strings(stands)
        and isinstance(numbered, dict)
        and all(isinstance(values, list) and all(isinstance(v, str) for v in values) for values in numbered.values())
    )


def _state(data: Mapping[str, Any], names: Sequence[object]) -> dict[str, str]:
    """What stands in each blank that was there, "" where nothing does."""
    found = {}
    for name in names:
        if isinstance(name, str):
            value = data.get(PREFIX + name)
            found[name] = _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", value) if isinstance(value, str) else ""
            if found[name] == NOTHING:
                found[name] = ""
    return found
