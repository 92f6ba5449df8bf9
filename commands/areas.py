"""The areas that a notification may name beside the partnership's own: a closed list, so that nobody writes one."""

import tomllib
from functools import cache

from storage.records.message import Choice
from templates import pack_text

from . import naming

OWN = "own"
"""The partnership's own area."""


@cache
def elsewhere() -> tuple[Choice, ...]:
    """Every other area, in the order in which it is offered, each with its id ("isle-of-wight")."""
    listed = tomllib.loads(pack_text("areas"))
    names = [*listed["england"], *listed["wales"], *listed["elsewhere"]]
    return tuple(Choice(value=naming.plain(name).replace(" ", "-"), label=name) for name in names)


def name_of(id_: str) -> str:
    """What people call an area; empty where there is no such area."""
    return next((choice.label for choice in elsewhere() if choice.value == id_), "")
