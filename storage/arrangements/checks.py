"""Looks a whole definition over: what is wrong in it, what it leaves open, and what is worth a look."""

from collections.abc import Mapping
from typing import Any

from .doubts import doubts
from .findings import Finding, Findings
from .impossible import impossible
from .packs import RulePack
from .partnership import Arrangements
from .reading import Salvage, read, salvage, toml_mapping
from .references import FormsThatShip, dangling, duplicates
from .unsaid import unsaid

__all__ = ["FormsThatShip", "check", "check_mapping", "check_text"]


def check(
    arrangements: Arrangements,
    pack: RulePack | None = None,
    ids: frozenset[str] = frozenset(),
    forms: FormsThatShip | None = None,
) -> Findings:
    """Everything found in a definition whose shape is right. Without a pack, rules of the guidance are not looked up.

    `forms` are the forms that any definition may name, each with the partnerships whose it is; without them the forms
    of returns are not looked up. `ids` count as declared whatever they are: `check_text` gives those of entries that
    could not be read.
    """
    errors = (*duplicates(arrangements), *dangling(arrangements, pack, ids, forms), *impossible(arrangements))
    return Findings(
        errors=tuple(dict.fromkeys(errors)),
        open=tuple(dict.fromkeys(unsaid(arrangements))),
        warnings=tuple(dict.fromkeys(doubts(arrangements))),
    )


def check_text(text: str, pack: RulePack | None = None, forms: FormsThatShip | None = None) -> Findings:
    """Everything found in a definition's text in one run, mistakes of shape and of sense together.

    Where the shape is broken, what can be read is still checked; only a text that is no TOML is left at that.
    """
    mapping, syntax = toml_mapping(text)
    return syntax if mapping is None else check_mapping(mapping, pack, forms)


def check_mapping(
    mapping: Mapping[str, Any], pack: RulePack | None = None, forms: FormsThatShip | None = None
) -> Findings:
    """The same from a mapping."""
    arrangements, shape = read(mapping)
    if arrangements is not None:
        return check(arrangements, pack, forms=forms)
    saved = salvage(mapping)
    return shape if saved is None else shape + _of_what_was_read(saved, pack, forms)


def _of_what_was_read(saved: Salvage, pack: RulePack | None, forms: FormsThatShip | None) -> Findings:
    """The findings on the readable part, without those that only tell of what was left out."""
    found = check(saved.arrangements, pack, saved.ids, forms)
    every = (*found.errors, *found.open, *found.warnings)
    return found.without(finding for finding in every if _only_left_out(finding, saved))


def _only_left_out(finding: Finding, saved: Salvage) -> bool:
    if saved.is_lost(finding.place):
        return True
    # A lost stage may have been the one that produced a fact, or the only one that used it.
    pathway, found, _ = finding.place.partition(".facts.")
    return bool(found) and any(lost.startswith(f"{pathway}.stages") for lost in saved.lost)
