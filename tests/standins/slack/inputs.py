"""What a person puts into the inputs of a view, and the state that Slack makes of it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from .elements import choices_of
from .errors import Json
from .limits import elements_of
from .things import View

REQUIRED = "Please complete this required field."

WRITTEN = ("plain_text_input", "email_text_input", "url_text_input", "number_input")
ONE_OPTION = ("static_select", "radio_buttons")
MANY_OPTIONS = ("multi_static_select", "checkboxes")
PICKED = {"datepicker": "date", "timepicker": "time", "users_select": "user"}
STATEFUL = (*WRITTEN, *ONE_OPTION, *MANY_OPTIONS, *PICKED)


def key_of(kind: str) -> str:
    """Under which name the state holds the value of an element of this kind."""
    if kind in WRITTEN:
        return "value"
    if kind in ONE_OPTION:
        return "selected_option"
    return "selected_options" if kind in MANY_OPTIONS else f"selected_{PICKED[kind]}"


def _initial(element: Json) -> Any:
    kind = element["type"]
    if kind in MANY_OPTIONS:
        return list(element.get("initial_options") or [])
    return element.get(
        {"value": "initial_value", "selected_option": "initial_option"}.get(key_of(kind), "")
        or f"initial_{PICKED.get(kind)}"
    )


def fields(view: View) -> Iterator[tuple[Json, Json]]:
    """Every block of a view that holds something to fill in, with the element."""
    for block in view.blocks:
        for element in elements_of(block):
            if element["type"] in STATEFUL:
                yield block, element


def state(view: View) -> Json:
    """The values of all inputs, as `view.state.values` has them."""
    values: Json = {}
    for block, element in fields(view):
        place = (block["block_id"], element["action_id"])
        value = view.typed[place] if place in view.typed else _initial(element)
        values.setdefault(place[0], {})[place[1]] = {"type": element["type"], key_of(element["type"]): value}
    return values


def option_of(element: Json, wanted: str) -> Json:
    """The option with this value or, if none, this label. AssertionError if it is not offered."""
    offered = choices_of(element)
    by_value = [option for option in offered if option["value"] == wanted]
    found = by_value or [option for option in offered if option["text"]["text"] == wanted]
    if found:
        return found[0]
    raise AssertionError(f"{wanted!r} is not offered: {[option['text']['text'] for option in offered]}")


def value_for(element: Json, value: Any) -> Any:
    """What the state holds when somebody puts this in. Empty text and None empty the input."""
    kind = element["type"]
    if kind in MANY_OPTIONS:
        several = [] if value in (None, "") else _several(element, value)
        return [option_of(element, one) for one in several]
    if value in (None, ""):
        return None
    return option_of(element, value) if kind in ONE_OPTION else str(value)


def _several(element: Json, value: Any) -> list[str]:
    """Options by value or label: one, several in a list, or several values with commas between."""
    if not isinstance(value, str):
        return list(value)
    offered = choices_of(element)
    one = any(value in (option["value"], option["text"]["text"]) for option in offered)
    return [value] if one else [part.strip() for part in value.split(",")]


def fill(view: View, values: Mapping[str, Any]) -> None:
    """Puts values in, each under the block_id, the action_id or the label of its input."""
    for name, value in values.items():
        found = [(block, element) for block, element in fields(view) if name in _names(block, element)]
        if len(found) != 1:
            known = [label_of(block) or block["block_id"] for block, _element in fields(view)]
            raise AssertionError(f"{name!r} names {len(found)} inputs among {known}")
        block, element = found[0]
        view.typed[(block["block_id"], element["action_id"])] = value_for(element, value)


def _names(block: Json, element: Json) -> tuple[str, ...]:
    return block["block_id"], element["action_id"], label_of(block)


def label_of(block: Json) -> str:
    return str((block.get("label") or {}).get("text", ""))


def refused_by_client(view: View) -> dict[str, str]:
    """What Slack's own client would not send in, by block_id: empty required inputs, too long, not a number."""
    values = state(view)
    wrong: dict[str, str] = {}
    for block, element in fields(view):
        if block["type"] != "input":
            continue
        value = values[block["block_id"]][element["action_id"]][key_of(element["type"])]
        said = _wrong(block, element, value)
        if said:
            wrong[block["block_id"]] = said
    return wrong


def _wrong(block: Json, element: Json, value: Any) -> str:
    if value in (None, "", []):
        return "" if block.get("optional") else REQUIRED
    if element["type"] == "number_input":
        return _wrong_number(element, value)
    if element["type"] in WRITTEN:
        if len(value) > element.get("max_length", 3000):
            return f"Must be no longer than {element.get('max_length', 3000)} characters."
        if len(value) < element.get("min_length", 0):
            return f"Must be at least {element['min_length']} characters."
    if element["type"] == "email_text_input" and not re.fullmatch(r"\S+@\S+\.\S+", value):
        return "Must be an e-mail address."
    if element["type"] == "datepicker" and not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return "Must be a date."
    return ""


def _wrong_number(element: Json, value: str) -> str:
    pattern = r"-?\d+(\.\d+)?" if element.get("is_decimal_allowed") else r"-?\d+"
    if not re.fullmatch(pattern, value):
        return "Must be a number."
    if float(value) < float(element.get("min_value", "-inf")) or float(value) > float(element.get("max_value", "inf")):
        return "Must be within the limits."
    return ""
