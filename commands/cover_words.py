"""A stretch of cover: its days, the part of each day, and the group it is for; how it is said, and what it shares."""

from dataclasses import dataclass
from datetime import date, time

from storage.records.people import Cover

from .words import hour, short_day
from .work import Work

MIDNIGHT = "24:00"
"""How the end of a part of a day is kept that lasts to midnight."""


@dataclass(frozen=True)
class Stretch:
    """Some days, both included; `group`: for what concerns it only; `starts` and `ends`: a part of each day."""

    since: date
    until: date
    group: str = ""
    starts: str = ""
    ends: str = ""

    @property
    def hours(self) -> tuple[str, str]:
        """From when to when on each day, local "HH:MM"; both empty for all day."""
        return self.starts, self.ends

    def shares(self, other: "Stretch") -> bool:
        """Whether both are for the same, at the same hour of the same day. Cover for one group goes before the rest."""
        if self.group != other.group or self.since > other.until or other.since > self.until:
            return False
        return not (self.starts and other.starts) or (self.starts < other.ends and other.starts < self.ends)


def of(cover: Cover) -> Stretch:
    """The stretch of somebody who covers."""
    return Stretch(cover.since, cover.until, cover.group, cover.starts, cover.ends)


def kept(starts: time | None, ends: time | None) -> tuple[str, str]:
    """Hours as they are kept; one that is left out is the beginning or the end of the day."""
    if starts is None and ends is None:
        return "", ""
    end = hour(ends) if ends is not None and ends != time() else MIDNIGHT
    return hour(starts or time()), end


def days(stretch: Stretch) -> str:
    """The days in words: "from Mon 11 Jan 2027 to Fri 15 Jan 2027"; of a single one "on Mon 11 Jan 2027"."""
    if stretch.since == stretch.until:
        return f"on {short_day(stretch.since)}"
    return f"from {short_day(stretch.since)} to {short_day(stretch.until)}"


def more(work: Work, stretch: Stretch) -> str:
    """What is said behind the days: ", from 13:00 to 17:00 on each day, for what concerns the Executive only"."""
    words = ""
    if stretch.starts:
        each = "" if stretch.since == stretch.until else " on each day"
        words += f", from {stretch.starts} to {stretch.ends}{each}"
    if stretch.group:
        words += f", for what concerns the {group_name(work, stretch.group)} only"
    return words


def said(work: Work, stretch: Stretch) -> str:
    """The whole in words."""
    return f"{days(stretch)}{more(work, stretch)}"


def group_name(work: Work, id_: str) -> str:
    """The name of a group; its id where the arrangements no longer hold it."""
    found = work.arrangements.groups_by_id.get(id_)
    return found.name if found is not None else id_
