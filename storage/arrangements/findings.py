"""What a look at a definition found: mistakes, things left open, things worth a look. Each says what is wanted."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Self


@dataclass(frozen=True, order=True)
class Finding:
    """One thing found: where (`groups.cdop.cycles[0].kind`), a sentence about it, and what is wanted instead."""

    place: str
    sentence: str
    want: str


@dataclass(frozen=True)
class Findings:
    """All that one look found. Only `errors` keep a definition from being used."""

    errors: tuple[Finding, ...] = ()
    open: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()

    def __add__(self, other: Self) -> "Findings":
        return Findings(self.errors + other.errors, self.open + other.open, self.warnings + other.warnings)

    def without(self, unwanted: Iterable[Finding]) -> "Findings":
        """The same without these."""
        gone = set(unwanted)
        return replace(
            self,
            errors=tuple(one for one in self.errors if one not in gone),
            open=tuple(one for one in self.open if one not in gone),
            warnings=tuple(one for one in self.warnings if one not in gone),
        )


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A question with the nearest known word, with a space before it; empty where nothing is near."""
    near = get_close_matches(word, sorted(known), 1)
    return f' Did you mean "{near[0]}"?' if near else ""


def quoted(words: Iterable[str]) -> str:
    """Words in quotation marks, with commas: `"a", "b"`."""
    return ", ".join(f'"{word}"' for word in words)


def is_within(place: str, other: str) -> bool:
    """Whether the place is the other one or lies inside it: `groups.cdop.chair` lies in `groups.cdop`."""
    return place == other or place.startswith((f"{other}.", f"{other}["))
