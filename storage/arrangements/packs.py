"""Statutory rule packs: which edition of the national guidance is in force, its rules, and how sure we are of each."""

from datetime import date
from typing import Literal

from .entries import Value
from .pathways import Fact, Kind, Stage


class Edition(Value):
    """An edition of the guidance. `confirmed` is about the day on which it came into force."""

    id: str
    in_force: date
    confirmed: bool = False
    note: str = ""


class Rule(Value):
    """One rule of the guidance, for the editions named (none: for all of them).

    `standing`: "quoted" stands in one of our documents, "read" on the page named in `source`, "known" is common
    knowledge that nobody has looked up yet.
    """

    id: str
    title: str
    value: int | str = ""
    unit: str = ""
    counts_from: str = ""
    editions: tuple[str, ...] = ()
    standing: Literal["quoted", "read", "known"]
    confirmed: bool = False
    source: str = ""
    note: str = ""

    def in_words(self) -> str:
        """The rule as one phrase: title, measure and where it counts from."""
        measure = " ".join(str(part) for part in (self.value, self.unit) if part != "")
        start = f"from {self.counts_from}" if self.counts_from else ""
        return f"{self.title}: {measure} {start}".strip().rstrip(":")


class RulePack(Value):
    """One nation's rules, with the facts, stages and kinds that a pathway has when its arrangements declare none."""

    format: Literal[1]
    id: str
    title: str
    nation: str
    editions: tuple[Edition, ...]
    rules: tuple[Rule, ...] = ()
    facts: tuple[Fact, ...] = ()
    stages: tuple[Stage, ...] = ()
    kinds: tuple[Kind, ...] = ()

    def edition_on(self, day: date) -> Edition | None:
        """The edition in force on that day; None before the first one of this pack."""
        begun = [edition for edition in self.editions if edition.in_force <= day]
        return max(begun, key=lambda edition: edition.in_force, default=None)

    def rule(self, id_: str, edition: str | None) -> Rule | None:
        """The rule with that id as that edition has it; None where the pack has no such rule for the edition."""
        for rule in self.rules:
            if rule.id == id_ and (not rule.editions or edition in rule.editions):
                return rule
        return None
