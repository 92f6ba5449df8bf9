"""Deadlines for the shell: as the rows of `convenor clock --format json`, and as text for a terminal."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from storage.arrangements.clocks import Deadline
from storage.arrangements.counting import Time, day_of, in_zone, spoken
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


IN_ORDER = (
    ("aware", "authority-aware", "the local authority became aware before any professional did"),
    ("aware", "received", "the form was received before anybody became aware"),
    ("aware", "notified", "it was notified before anybody became aware"),
    ("aware", "decided", "it was decided before anybody became aware"),
    ("received", "decided", "it was decided before the form was received"),
    ("notified", "publish", "the report is published before the notification was sent"),
    ("decided", "publish", "the report is published before the decision was made"),
)
"""Facts of which the first comes before the second, and what it would mean if it did not."""


def remarks(facts: Mapping[str, Time], zone: ZoneInfo) -> list[str]:
    """A sentence for each two facts that cannot well be in this order. The deadlines are counted all the same."""
    known = {name: in_zone(when, zone) for name, when in facts.items()}
    return [
        f"Look at these facts again: {words} ({spoken(known[second])}, and {spoken(known[first])})."
        for first, second, words in IN_ORDER
        if first in known and second in known and _is_before(known[second], known[first])
    ]


def _is_before(one: Time, other: Time) -> bool:
    """Whether a time lies before another one; by the day where only the day of one is known."""
    if isinstance(one, datetime) and isinstance(other, datetime):
        return one < other
    return day_of(one) < day_of(other)


def clock_table(deadlines: Sequence[Deadline], arrangements: Arrangements, facts: Mapping[str, Time]) -> str:
    """The same for people: what looks wrong with the facts, all deadlines, then the working of each."""
    parts = ["\n".join(remarks(facts, ZoneInfo(arrangements.zone))), "\n".join(_list(deadlines))]
    parts += [_paragraph(each, arrangements) for each in deadlines]
    return "\n\n".join(part for part in parts if part)


def _list(deadlines: Sequence[Deadline]) -> list[str]:
    """A line for each stage with its day, in the order of the pathway."""
    return ["Due:", *(f"  {_head(each)}" for each in deadlines), "", "How each comes about:"]


def _head(each: Deadline) -> str:
    marks = [words for words, holds in (("provisional", each.provisional), ("late", each.late_at_birth)) if holds]
    if each.due is None:
        return f"{each.name}: no date yet"
    return f"{each.name}: {spoken(each.due)}" + (f" ({', '.join(marks)})" if marks else "")


def _paragraph(each: Deadline, arrangements: Arrangements) -> str:
    lines = [_head(each)]
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
