"""What the seats that decide have said, and what comes of it: seats are counted, and nobody is outvoted.

No document that we know describes a vote. What nobody disagrees with, once every seat that decides has answered, is
agreed; whoever abstains stands aside. What a body that only recommends agrees on is recommended.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Literal

Value = Literal["agree", "reservation", "disagree", "abstain"]
"""How a seat answers."""

VALUES: tuple[Value, ...] = ("agree", "reservation", "disagree", "abstain")

WITH_A_REASON: frozenset[str] = frozenset({"reservation", "disagree"})
"""The answers that need their reason: they are named in the record with it."""

Result = Literal["agreed", "recommended", "not agreed", "not settled"]
"""What came of it: "not settled" where nobody disagrees, and some have not answered or all abstain."""

REACHED: frozenset[str] = frozenset({"agreed", "recommended"})


def result(said: Iterable[str], *, recommends: bool) -> Result:
    """What comes of the answers of the seats that decide; an empty one is of a seat that has not answered."""
    counts = Counter(said)
    if counts["disagree"]:
        return "not agreed"
    if counts[""] or not (counts["agree"] or counts["reservation"]):
        return "not settled"
    return "recommended" if recommends else "agreed"


def counted(said: Mapping[str, str]) -> dict[str, int]:
    """How many seats gave each answer, in the order in which they are told; "" are those that have not answered."""
    counts = Counter(said.values())
    return {value: counts[value] for value in (*VALUES, "") if counts[value]}
