"""What a check of a definition found, by theme: so many findings of a kind, and where; all of them only when asked."""

import re
from collections.abc import Iterable, Iterator, Sequence

from storage.arrangements.findings import Finding

MOST_PLACES = 8
"""So many places of a theme are named; of the rest the number."""

MOST_SENTENCES = 3
"""So many sentences of a theme are shown that want something of their own; of the rest the number."""

THEMES = (
    (r"front_door\b", "The front door's telephone numbers"),
    (r"groups\.[^.]+\.papers\b", "When papers go out"),
    (r"groups\.[^.]+\.minutes\b", "When minutes are due"),
    (r"groups\.[^.]+\.quorum\b", "Quorums"),
    (r"groups\.[^.]+\.(chair|chairing|vice_chair|offices)\b", "Chairs and their terms"),
    (r"groups\.[^.]+\.(cycles|year)\b|planning\.", "When groups meet"),
    (r"groups\.", "Groups"),
    (r"pathways\b", "Pathways and their stages"),
    (r"returns\b", "Reports and audits"),
    (r"registers\b|milestones\b", "Registers and dates of the arrangements"),
    (r"(agencies|partners|posts|bodies)\b", "Agencies and posts"),
    (r"", "The arrangements as a whole"),
)
"""Where findings stand in the definition, and what people call that; the first that fits counts."""


def by_theme(title: str, found: Sequence[Finding]) -> str:
    """A paragraph: how many there are, and each theme with its number, what is wanted, and where."""
    lines = [f"{title} ({len(found)}), by theme:"]
    themes: dict[str, list[Finding]] = {words: [] for _, words in THEMES}
    for one in found:
        themes[_theme(one)].append(one)
    for words, ones in themes.items():
        if ones:
            lines += [f"  {words} ({len(ones)})", *(f"      {line}" for line in _lines(ones))]
    return "\n".join(lines)


def _theme(one: Finding) -> str:
    place = one.place.rpartition(": ")[2]
    return next(words for pattern, words in THEMES if re.match(pattern, place))


def _lines(ones: Sequence[Finding]) -> Iterator[str]:
    wants: dict[str, list[Finding]] = {}
    for one in ones:
        wants.setdefault(one.want, []).append(one)
    for want, same in wants.items():
        if len(same) > 1:
            yield f"Wanted: {want.rstrip('.')}."
            yield f"    In: {_shown(dict.fromkeys(_where(one) for one in same))}"
    alone = [same[0] for same in wants.values() if len(same) == 1]
    yield from (sentence(one) for one in alone[:MOST_SENTENCES])
    if len(alone) > MOST_SENTENCES:
        yield f"and {len(alone) - MOST_SENTENCES} more"


def _where(one: Finding) -> str:
    """The short name of a place: "mg" for `groups.mg.papers`, with the definition's id where there are several."""
    definition, _, place = one.place.rpartition(": ")
    parts = place.split(".")
    return " ".join(part for part in (definition, parts[1] if len(parts) > 1 else parts[0]) if part)


def _shown(places: Iterable[str]) -> str:
    ones = list(places)
    more = f" and {len(ones) - MOST_PLACES} more" if len(ones) > MOST_PLACES else ""
    return f"{', '.join(ones[:MOST_PLACES])}{more}"


def sentence(one: Finding) -> str:
    """A finding in words, with what is wanted."""
    return f"{one.sentence} Wanted: {one.want.rstrip('.')}." if one.want else one.sentence
