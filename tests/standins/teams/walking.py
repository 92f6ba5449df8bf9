"""Going through an Adaptive Card: its elements, inputs and actions, in the order in which they stand on the screen."""

from collections.abc import Iterator

from .errors import Json

_NESTED = ("items", "columns", "rows", "cells", "images", "body")


def elements(card: Json, *, hidden: bool = False) -> Iterator[Json]:
    """Each element, the outer before the inner; those that are not visible only where `hidden` is asked for."""
    for name in _NESTED:
        for one in card.get(name) or []:
            if isinstance(one, dict) and (hidden or one.get("isVisible", True)):
                yield one
                yield from elements(one, hidden=hidden)


def inputs(card: Json, *, hidden: bool = False) -> list[Json]:
    """The inputs."""
    return [one for one in elements(card, hidden=hidden) if str(one.get("type", "")).startswith("Input.")]


def actions(card: Json, *, hidden: bool = False) -> list[Json]:
    """The actions: those in the body first, those of the card itself last."""
    found = []
    for one in elements(card, hidden=hidden):
        if one.get("type") == "ActionSet":
            found += [action for action in one.get("actions") or [] if isinstance(action, dict)]
        if isinstance(one.get("selectAction"), dict):
            found.append(one["selectAction"])
        if isinstance(one.get("inlineAction"), dict):
            found.append(one["inlineAction"])
    return found + [action for action in card.get("actions") or [] if isinstance(action, dict)]


def title(action: Json) -> str:
    """What stands on a button."""
    return str(action.get("title") or action.get("id") or "")
