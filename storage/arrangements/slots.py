"""A slot in a month: "2nd tuesday", "last friday"."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ORDINALS = {"1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "last": -1}
_WORDS = {v: k for k, v in _ORDINALS.items()}


@dataclass(frozen=True)
class Slot:
    """The nth weekday of a month; `nth` is 1 to 4, or -1 for the last; weekday 0 is Monday."""

    nth: int
    weekday: int

    @classmethod
    def read(cls, text: object) -> Self:
        """Reads "2nd tuesday". Raises ValueError, as a sentence, for anything else."""
        if isinstance(text, cls):
            return text
        match = re.fullmatch(r"(1st|2nd|3rd|4th|last) ([a-z]+)", str(text).strip().casefold())
        if match is None or match[2] not in WEEKDAYS:
            raise ValueError(f'a slot is written like "2nd tuesday" or "last friday", not "{text}"')
        return cls(_ORDINALS[match[1]], WEEKDAYS.index(match[2]))

    def in_month(self, year: int, month: int) -> date:
        """The day of that slot in that month."""
        if self.nth > 0:
            first = date(year, month, 1)
            return first + timedelta(days=(self.weekday - first.weekday()) % 7 + 7 * (self.nth - 1))
        last = date(year, month, monthrange(year, month)[1])
        return last - timedelta(days=(last.weekday() - self.weekday) % 7)

    def __str__(self) -> str:
        return f"{_WORDS[self.nth]} {WEEKDAYS[self.weekday].capitalize()}"
