"""What is known of meetings, and what a plan gives back: plain values, used on both sides of `years.plan`."""

from dataclasses import dataclass
from datetime import date, time
from typing import Literal

Day = date  # a field called "date" hides the type

Status = Literal["planned", "confirmed", "held", "cancelled"]

MOVED_ON_ITS_OWN = "moved on its own"
"""The reason of a `Known` follower that somebody moved by itself: it no longer follows the other group's meeting."""


@dataclass(frozen=True)
class Known:
    """A meeting that is already on record: it was planned, confirmed, moved, held or cancelled, or added as an extra.

    `place` is the place in the group's series that the plan gave it; an extra has a place of its own, which the
    caller makes up. `starts` is wall time in the partnership's zone, `minutes` its length.
    """

    group: str
    place: str
    date: Day
    status: Status
    starts: time | None = None
    minutes: int | None = None
    reason: str = ""
    extra: bool = False


@dataclass(frozen=True)
class Meeting:
    """One meeting of the plan. Its key is `group` and `place`, never its date.

    `starts` and `ends` are wall time in the partnership's zone. `papers_due` and `minutes_due` are None where the
    arrangements name no such day, and for a cancelled meeting. `earliest` and `latest` are the first and the last day
    that the agreed rule allows; None where no rule speaks. `working` says how the day came about, `chosen` what the
    document does not fix.
    """

    group: str
    place: str
    date: Day
    starts: time | None
    ends: time | None
    status: Status
    papers_due: Day | None
    minutes_due: Day | None
    latest: Day | None
    source: str
    working: tuple[str, ...]
    chosen: tuple[str, ...]
    extra: bool = False
    earliest: Day | None = None


@dataclass(frozen=True)
class Undated:
    """A group that has no dates for some or all of the time asked for, and why, with what to enter."""

    group: str
    sentence: str
    source: str = ""


@dataclass(frozen=True)
class Year:
    """A plan: meetings by date, then group; and what could not be dated, in the definition's order."""

    meetings: tuple[Meeting, ...]
    undated: tuple[Undated, ...]
