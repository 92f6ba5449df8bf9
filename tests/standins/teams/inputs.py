"""What Teams's client does with inputs: what stands in them, what it refuses to send, and what it sends."""

import re
from collections.abc import Mapping

from .errors import Json
from .walking import inputs


def label(element: Json) -> str:
    """What a person reads above an input."""
    return str(element.get("label") or element.get("title") or "")


def blank(element: Json) -> str:
    """The input's id, without the `b.` of the bot's own blanks."""
    return str(element.get("id") or "").removeprefix("b.")


def standing(element: Json, typed: Mapping[str, str]) -> str:
    """What stands in an input now."""
    if element["id"] in typed:
        return typed[element["id"]]
    if element["type"] == "Input.Toggle":
        return str(element.get("value", element.get("valueOff", "false")))
    value = element.get("value", "")
    return "" if value is None else str(value)


def fill(card: Json, values: Mapping[str, object], typed: dict[str, str]) -> None:
    """Puts values into inputs, each by its id, by the blank's name or by its label; choices by value or title."""
    found = inputs(card)
    for name, value in values.items():
        fitting = [one for one in found if name in (one["id"], blank(one))] or [
            one for one in found if name == label(one)
        ]
        assert fitting, f"there is no blank {name!r} among {[blank(one) for one in found]}"
        typed[fitting[0]["id"]] = _given(fitting[0], value)


def _given(element: Json, value: object) -> str:
    """A value as the input holds it. A choice that is not offered cannot be chosen."""
    if element["type"] == "Input.Toggle":
        if isinstance(value, bool):
            return str(element.get("valueOn", "true") if value else element.get("valueOff", "false"))
        return str(value)
    if element["type"] != "Input.ChoiceSet":
        return str(value)
    several = value if isinstance(value, list | tuple) else str(value).split(",") if _many(element) else [str(value)]
    return ",".join(_choice(element, str(one).strip()) for one in several if str(one).strip())


def _many(element: Json) -> bool:
    return bool(element.get("isMultiSelect"))


def _choice(element: Json, wanted: str) -> str:
    choices = element.get("choices") or []
    exact = [one["value"] for one in choices if one["value"] == wanted]
    found = exact or [one["value"] for one in choices if one["title"] == wanted]
    assert found, f"{wanted!r} is not among {[one['value'] for one in choices]}"
    return str(found[0])


def refused(card: Json, typed: Mapping[str, str]) -> dict[str, str]:
    """What the client says beside inputs instead of sending, by their ids."""
    wrong = {one["id"]: _wrong(one, standing(one, typed)) for one in inputs(card)}
    return {id_: words for id_, words in wrong.items() if words}


def _wrong(element: Json, value: str) -> str:
    said = str(element.get("errorMessage") or "This is needed.")
    if element["type"] == "Input.Toggle":
        return said if element.get("isRequired") and value != element.get("valueOn", "true") else ""
    if not value:
        return said if element.get("isRequired") else ""
    if element.get("regex") and not re.search(element["regex"], value):
        return said
    if element.get("maxLength") and len(value) > int(element["maxLength"]):
        return f"No more than {element['maxLength']} characters fit."
    return said if not _fits_kind(element, value) else ""


def _fits_kind(element: Json, value: str) -> bool:
    patterns = {
        "Input.Number": r"-?\d+(\.\d+)?",
        "Input.Date": r"\d{4}-\d{2}-\d{2}",
        "Input.Time": r"\d{2}:\d{2}",
    }
    pattern = patterns.get(element["type"])
    return pattern is None or re.fullmatch(pattern, value) is not None


def sent(card: Json, typed: Mapping[str, str]) -> dict[str, str]:
    """What goes into `data`: of an empty input nothing at all, as in Microsoft's renderer."""
    standing_now = {one["id"]: standing(one, typed) for one in inputs(card, hidden=True)}
    return {id_: value for id_, value in standing_now.items() if value}
