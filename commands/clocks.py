"""Deadlines for the shell: as the rows of `convenor clock --format json`, and as text for a terminal."""

from collections.abc import Sequence
from typing import Any

from storage.arrangements.clocks import Deadline
from storage.arrangements.counting import Time, spoken
from storage.arrangements.partnership import Arrangements


def clock_rows(deadlines: Sequence[Deadline]) -> list[dict[str, Any]]:
    """One object for each stage, with the keys that CONTRACT pins: times as ISO 8601, null where nothing is due."""
    return [
        {
            "stage": each.stage,
            "due": _iso(each.due),
            "earliest": _iso(each.earliest),
            "latest": _iso(each.latest),
            "provisional": each.provisional,
            "owner": each.owner,
            "told": list(each.told),
            "working": list(each.working),
            "source": each.source,
            "edition": each.edition,
        }
        for each in deadlines
    ]


def clock_table(deadlines: Sequence[Deadline], arrangements: Arrangements) -> str:
    """The same for people: each stage with its days, who does it, who is told, and its working below."""
    return "\n\n".join(_paragraph(each, arrangements) for each in deadlines)


def _paragraph(each: Deadline, arrangements: Arrangements) -> str:
    marks = [words for words, holds in (("provisional", each.provisional), ("late", each.late_at_birth)) if holds]
    due = "no date yet" if each.due is None else spoken(each.due)
    lines = [f"{each.name}: {due} ({', '.join(marks)})" if marks and each.due else f"{each.name}: {due}"]
    if each.earliest is not None and each.latest is not None and each.earliest != each.latest:
        lines.append(f"    Readings    {spoken(each.earliest)} to {spoken(each.latest)}")
    lines.append(f"    Done by     {arrangements.title(each.owner)}")
    if each.told:
        lines.append(f"    Told        {', '.join(arrangements.title(post) for post in each.told)}")
    if each.source:
        lines.append(f"    Source      {each.source}")
    lines += [f"    - {words}" for words in each.working]
    return "\n".join(lines)


def _iso(when: Time | None) -> str | None:
    return None if when is None else when.isoformat()
