"""What people call a round, and the small pieces of sentences about who owes what."""

from collections.abc import Iterable, Sequence
from datetime import date

from storage.arrangements.phrases import counted, listed, month_words, the
from storage.arrangements.returns import TO_WORDS, Chaser, Return
from storage.records.returns import Owed

from .words import long_day

MOST_NAMES = 10
"""So many of those who owe are named in one sentence; of the rest the number."""


def for_meeting(report: Return, group: str, day: date) -> str:
    """What a round is called that is owed before a meeting."""
    return f"{report.name} for {the(group)} of {long_day(day)}"


def for_year(report: Return, year: int) -> str:
    """What a round of a year is called."""
    return f"{report.name} {year}"


def by_hand(report: Return, due: date) -> str:
    """What a round is called that somebody opened without a name of its own."""
    return f"{report.name}, {month_words(due)}"


def names_of(found: Iterable[Owed], most: int = MOST_NAMES) -> str:
    """Those who owe, in words: all their names, or the first ones and how many more."""
    return some([each.name for each in found], most)


def some(names: Sequence[str], most: int = MOST_NAMES) -> str:
    """Some names in words: all of them, or the first ones and how many more."""
    distinct = list(dict.fromkeys(names))
    if len(distinct) <= most:
        return listed(distinct)
    return f"{', '.join(distinct[:most])} and {len(distinct) - most} more"


def step_words(step: Chaser) -> str:
    """One step of chasing in words: "3 working days before it is due, to whoever answers"."""
    when = {
        "before": f"{counted(step.days, 'working day')} before it is due",
        "on": "on the day on which it is due",
        "after": f"{counted(step.days, 'working day')} after it was due",
    }[step.when]
    return f"{when}, to {TO_WORDS[step.to]}"


def ladder_words(steps: Iterable[Chaser], *, chosen: bool) -> str:
    """All the steps in words, and whose they are."""
    whose = "chosen, since our arrangements do not say" if chosen else "as our arrangements say"
    return f"{'; '.join(map(step_words, steps))} ({whose})"
