"""One line of the doctor's table: what was looked at, how it is, and what to do. Doors make their own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

State = Literal["OK", "look", "wrong"]


@dataclass(frozen=True)
class Check:
    """One thing looked at: what it is, how it is, a sentence, and what to do where something is to be done."""

    name: str
    state: State
    sentence: str
    todo: str = ""


More = Callable[[], Sequence[Check]]
"""The checks of a door: it looks when it is called."""
