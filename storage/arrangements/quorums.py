"""When a meeting can do its business, as declared; what is not declared stays open."""

from typing import Literal

from pydantic import Field

from .entries import Entry


class Quorum(Entry):
    """A quorum rule. `deputies` and `vacancies` are "open" where the terms are silent."""

    kind: Literal["fraction", "all-partners", "number", "discretion"]
    percent: int | None = Field(default=None, ge=1, le=100)
    number: int | None = Field(default=None, ge=1)
    base: str = "representatives"
    deputies: Literal["count", "do not count", "open"] = "open"
    vacancies: Literal["count", "do not count", "open"] = "open"
    note: str = ""

    def needed(self, base: int) -> int | None:
        """How many must be there when `base` representatives are entitled; None where no number is declared.

        Whole numbers, rounded up: 66% of 50 is 33 (AMB-ASSSP-66). Raises ValueError for a negative base.
        """
        if base < 0:
            raise ValueError("a meeting cannot have fewer than no representatives")
        if self.kind == "fraction":
            return (self.percent or 0) * base // 100 + ((self.percent or 0) * base % 100 > 0)
        if self.kind == "number":
            return self.number
        if self.kind == "all-partners":
            return base
        return None

    def is_met(self, present: int, base: int) -> bool | None:
        """Whether so many present are enough; None where the declaration holds no number."""
        needed = self.needed(base)
        return None if needed is None else present >= needed
