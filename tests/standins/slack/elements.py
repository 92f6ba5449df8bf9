"""Slack's limits on interactive elements and on the small objects inside them, mostly as tables.

Each check gives its findings in Slack's manner: a sentence and the place as a JSON pointer.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

PLAIN = ("plain_text",)
ANY_TEXT = ("plain_text", "mrkdwn")


def at(sentence: str, pointer: str) -> str:
    """A finding with its place."""
    return f"{sentence} [json-pointer:{pointer}]"


def length(value: Any, pointer: str, most: int, least: int = 0) -> Iterator[str]:
    """A string of `least` to `most` characters."""
    if not isinstance(value, str):
        yield at("must be a string", pointer)
    elif len(value) < least:
        yield at(f"must be more than {least - 1} characters", pointer)
    elif len(value) > most:
        yield at(f"must be less than {most + 1} characters", pointer)


def text(thing: Any, pointer: str, most: int, kinds: Sequence[str] = PLAIN, *, needed: bool = True) -> Iterator[str]:
    """A text object of one of these kinds with 1 to `most` characters."""
    if thing is None:
        if needed:
            yield at("missing required field", pointer)
    elif not isinstance(thing, dict):
        yield at("must be an object", pointer)
    elif thing.get("type") not in kinds:
        yield at(f"must be one of the types {', '.join(kinds)}", f"{pointer}/type")
    else:
        yield from length(thing.get("text"), f"{pointer}/text", most, least=1)
        if thing["type"] == "mrkdwn" and "emoji" in thing:
            yield at("no more properties are allowed: emoji", pointer)


def items(value: Any, pointer: str, most: int, least: int = 1) -> Iterator[str]:
    """A list of `least` to `most` items."""
    if not isinstance(value, list):
        yield at("must be an array", pointer)
    elif len(value) < least:
        yield at(f"no fewer than {least} items allowed", pointer)
    elif len(value) > most:
        yield at(f"no more than {most} items allowed", pointer)


def confirm(thing: Any, pointer: str) -> Iterator[str]:
    """The question asked before a press counts."""
    if not isinstance(thing, dict):
        yield at("must be an object", pointer)
        return
    yield from text(thing.get("title"), f"{pointer}/title", 100)
    yield from text(thing.get("text"), f"{pointer}/text", 300, ANY_TEXT)
    yield from text(thing.get("confirm"), f"{pointer}/confirm", 30)
    yield from text(thing.get("deny"), f"{pointer}/deny", 30)
    yield from style(thing, pointer)


def style(thing: Any, pointer: str) -> Iterator[str]:
    if "style" in thing and thing["style"] not in ("primary", "danger"):
        yield at("must be one of primary, danger", f"{pointer}/style")


def options(thing: Any, pointer: str, most: int, kinds: Sequence[str] = PLAIN, least: int = 1) -> Iterator[str]:
    """A list of options: text 75, value 150, description 75 characters."""
    yield from items(thing, pointer, most, least)
    for number, option in enumerate(thing if isinstance(thing, list) else ()):
        place = f"{pointer}/{number}"
        if not isinstance(option, dict):
            yield at("must be an object", place)
            continue
        yield from text(option.get("text"), f"{place}/text", 75, kinds)
        yield from length(option.get("value"), f"{place}/value", 150, least=1)
        yield from text(option.get("description"), f"{place}/description", 75, kinds, needed=False)


def choices_of(element: dict[str, Any]) -> list[dict[str, Any]]:
    """All options of a select, those in groups included."""
    grouped = [option for group in element.get("option_groups") or () for option in group.get("options") or ()]
    return [*(element.get("options") or ()), *grouped]


def _chosen_is_offered(element: dict[str, Any], pointer: str) -> Iterator[str]:
    """What is chosen at first must be exactly one of the options."""
    offered = choices_of(element)
    if "initial_option" in element and element["initial_option"] not in offered:
        yield at("must exactly match one of the options", f"{pointer}/initial_option")
    chosen = element.get("initial_options")
    if chosen is not None and (not isinstance(chosen, list) or any(option not in offered for option in chosen)):
        yield at("must exactly match some of the options", f"{pointer}/initial_options")
    if chosen == []:
        yield at("no fewer than 1 items allowed", f"{pointer}/initial_options")


def _select(element: dict[str, Any], pointer: str) -> Iterator[str]:
    if ("options" in element) == ("option_groups" in element):
        yield at("must define either options or option_groups", pointer)
    elif "options" in element:
        yield from options(element["options"], f"{pointer}/options", 100)
    else:
        groups = element["option_groups"]
        yield from items(groups, f"{pointer}/option_groups", 100)
        for number, group in enumerate(groups if isinstance(groups, list) else ()):
            place = f"{pointer}/option_groups/{number}"
            yield from text(group.get("label"), f"{place}/label", 75)
            yield from options(group.get("options"), f"{place}/options", 100)
    yield from _chosen_is_offered(element, pointer)


def _button(element: dict[str, Any], pointer: str) -> Iterator[str]:
    yield from text(element.get("text"), f"{pointer}/text", 75)
    if "value" in element:
        yield from length(element["value"], f"{pointer}/value", 2000)
    if "url" in element:
        yield from length(element["url"], f"{pointer}/url", 3000, least=1)
    if "accessibility_label" in element:
        yield from length(element["accessibility_label"], f"{pointer}/accessibility_label", 75)
    yield from style(element, pointer)


def _ticks(element: dict[str, Any], pointer: str) -> Iterator[str]:
    yield from options(element.get("options"), f"{pointer}/options", 10, ANY_TEXT)
    yield from _chosen_is_offered(element, pointer)


def _overflow(element: dict[str, Any], pointer: str) -> Iterator[str]:
    yield from options(element.get("options"), f"{pointer}/options", 5, least=1)


def _written(element: dict[str, Any], pointer: str) -> Iterator[str]:
    most = element.get("max_length", 3000)
    least = element.get("min_length", 0)
    if not isinstance(most, int) or not 1 <= most <= 3000:
        yield at("must be between 1 and 3000", f"{pointer}/max_length")
        most = 3000
    if not isinstance(least, int) or not 0 <= least <= most:
        yield at("must be between 0 and max_length", f"{pointer}/min_length")
    if "initial_value" in element:
        yield from length(element["initial_value"], f"{pointer}/initial_value", most)


def _pattern(key: str, pattern: str, said: str) -> Any:
    def check(element: dict[str, Any], pointer: str) -> Iterator[str]:
        if key in element and not re.fullmatch(pattern, str(element[key])):
            yield at(f"must be {said}", f"{pointer}/{key}")

    return check


def _number(element: dict[str, Any], pointer: str) -> Iterator[str]:
    if not isinstance(element.get("is_decimal_allowed"), bool):
        yield at("missing required field", f"{pointer}/is_decimal_allowed")
    for key in ("initial_value", "min_value", "max_value"):
        if key in element and not re.fullmatch(r"-?\d+(\.\d+)?", str(element[key])):
            yield at("must be a number in a string", f"{pointer}/{key}")


def _nothing(_element: dict[str, Any], _pointer: str) -> Iterator[str]:
    yield from ()


CHECKS = {
    "button": _button,
    "static_select": _select,
    "multi_static_select": _select,
    "checkboxes": _ticks,
    "radio_buttons": _ticks,
    "overflow": _overflow,
    "users_select": _nothing,
    "datepicker": _pattern("initial_date", r"\d{4}-\d\d-\d\d", "a date such as 2027-01-31"),
    "timepicker": _pattern("initial_time", r"([01]\d|2[0-3]):[0-5]\d", "a time such as 09:30"),
    "plain_text_input": _written,
    "email_text_input": _written,
    "url_text_input": _written,
    "number_input": _number,
}
"""Every kind of element the stand-in knows, with the check of what is its own."""

IN_INPUT = frozenset(CHECKS) - {"button", "overflow"}
IN_ACTIONS = frozenset(CHECKS) - {"plain_text_input", "email_text_input", "url_text_input", "number_input"}
HAVE_PLACEHOLDER = frozenset(CHECKS) - {"button", "overflow", "checkboxes", "radio_buttons"}


def element(thing: Any, pointer: str, allowed: frozenset[str]) -> Iterator[str]:
    """Any interactive element, where only some kinds are allowed."""
    if not isinstance(thing, dict):
        yield at("must be an object", pointer)
        return
    kind = thing.get("type")
    if kind not in allowed:
        yield at(f"unsupported type: {kind}", f"{pointer}/type")
        return
    if "action_id" in thing:
        yield from length(thing["action_id"], f"{pointer}/action_id", 255, least=1)
    if "placeholder" in thing:
        if kind in HAVE_PLACEHOLDER:
            yield from text(thing["placeholder"], f"{pointer}/placeholder", 150)
        else:
            yield at("no more properties are allowed: placeholder", pointer)
    if "confirm" in thing:
        yield from confirm(thing["confirm"], f"{pointer}/confirm")
    yield from CHECKS[kind](thing, pointer)
