"""Slots for a date poll: which days and hours are offered, and which of them suits a group's business best.

Looked at are working days, the slot that was chosen for the group, the rule's own days, and our own meetings of the
same people. Nobody's calendar outside is seen. Pure: no clock, no database; all hours are local.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from .calendars import WorkingDays
from .phrases import counted, day_words, the
from .quorums import Reading
from .slots import Slot

MOST = 5
"""So many slots are offered: of more nobody answers every one."""

LEAST = 3
"""Fewer days than this within the rule are no choice: then others are offered too, and said to be outside it."""


@dataclass(frozen=True)
class Busy:
    """One of our own meetings. `people` are at its table; without hours it takes the whole day."""

    name: str
    day: date
    starts: time | None
    ends: time | None
    people: frozenset[str]


@dataclass(frozen=True)
class Search:
    """What slots are looked for by.

    From `first` to `last`, at the hour `starts`, for so many `minutes` (None: not known). `people` are to be there.
    `slots` were chosen for the group, `near` is the day on which it stands now. `earliest` and `latest` are the days
    that its rule allows; None where no rule speaks. `ahead` are groups that meet so many days before it and follow it:
    their names and days; they cannot meet before `today`.
    """

    today: date
    first: date
    last: date
    starts: time
    minutes: int | None
    people: frozenset[str]
    slots: tuple[Slot, ...] = ()
    near: date | None = None
    earliest: date | None = None
    latest: date | None = None
    ahead: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Offer:
    """One slot: its local day and hours, and in words what speaks against it."""

    day: date
    starts: time
    ends: time | None
    against: tuple[str, ...] = ()


def offered(search: Search, calendar: WorkingDays, busy: Sequence[Busy]) -> list[Offer]:
    """The slots that suit best, by day; those outside the rule only where fewer than LEAST lie within it.

    Days on which nobody works are never offered, nor the day on which the meeting stands.
    """
    days = [day for day in _days(search.first, search.last, calendar) if day != search.near]
    within = [day for day in days if not any(_rule(search, day))]
    days = within if len(within) >= LEAST else days
    found = sorted(days, key=lambda day: _rank(search, busy, day))[:MOST]
    return [looked_at(search, busy, day, search.starts) for day in sorted(found)]


def looked_at(search: Search, busy: Iterable[Busy], day: date, starts: time) -> Offer:
    """One slot, with what speaks against it."""
    ends = _later(starts, search.minutes)
    against = [*_rule(search, day), *_followers(search, day), *_clashes(search, busy, day, starts, ends)]
    return Offer(day, starts, ends, tuple(against))


def _days(first: date, last: date, calendar: WorkingDays) -> Iterator[date]:
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        if calendar.is_working(day):
            yield day


def _rank(search: Search, busy: Sequence[Busy], day: date) -> tuple[bool, int, bool, bool, bool, int, date]:
    """What comes first: the rule, nobody in two places, followers, the chosen slot, its weekday, nearness."""
    ends = _later(search.starts, search.minutes)
    twice = {one for each in busy if _at_once(each, day, search.starts, ends) for one in each.people & search.people}
    weekdays = {slot.weekday for slot in search.slots} or ({search.near.weekday()} if search.near else set())
    away = abs((day - search.near).days) if search.near else (day - search.first).days
    return (
        any(_rule(search, day)),
        len(twice),
        any(_followers(search, day)),
        not any(slot.in_month(day.year, day.month) == day for slot in search.slots),
        day.weekday() not in weekdays,
        away,
        day,
    )


def _rule(search: Search, day: date) -> Iterator[str]:
    if search.latest is not None and day > search.latest:
        yield f"later than our arrangements allow (latest {day_words(search.latest)})"
    elif search.earliest is not None and day < search.earliest:
        yield f"earlier than our arrangements allow (earliest {day_words(search.earliest)})"


def _followers(search: Search, day: date) -> Iterator[str]:
    for name, days in search.ahead:
        if day - timedelta(days=days) < search.today:
            yield f"{the(name)}, {counted(days, 'day')} before it, would lie in the past"


def _clashes(search: Search, busy: Iterable[Busy], day: date, starts: time, ends: time | None) -> Iterator[str]:
    for each in busy:
        same = each.people & search.people
        if same and _at_once(each, day, starts, ends):
            who = "1 person" if len(same) == 1 else f"{len(same)} people"
            yield f"{the(each.name)} meets then too, with {who} of this group"


def _at_once(each: Busy, day: date, starts: time, ends: time | None) -> bool:
    """Whether two meetings overlap; one whose hours are not known takes the rest of its day."""
    if each.day != day:
        return False
    if each.starts is None:
        return True
    return each.starts < (ends or time.max) and starts < (each.ends or time.max)


def _later(starts: time, minutes: int | None) -> time | None:
    """The hour so many minutes later; None where that is not known or is the next day."""
    if minutes is None:
        return None
    day = date(2000, 1, 1)
    then = datetime.combine(day, starts) + timedelta(minutes=minutes)
    return then.time() if then.date() == day else None


@dataclass(frozen=True)
class Fit:
    """How one slot suits, as far as people have answered.

    `readings` of the quorum as if the meeting were then; none where there is no rule. `deciding` of those who decide
    can come, `gladly` of those without an if, `others` of all others. `leads`: its chair or vice chair can come.
    `against`: how much speaks against the slot itself.
    """

    slot: str
    readings: tuple[Reading, ...] = ()
    deciding: int = 0
    gladly: int = 0
    others: int = 0
    leads: bool = False
    against: int = 0

    @property
    def can_do_business(self) -> int:
        """2: the number is reached in every reading; 1: in some, or no rule says; 0: in none."""
        found = {reading.met for reading in self.readings}
        if found == {True}:
            return 2
        return 0 if found == {False} else 1


def best(fits: Iterable[Fit]) -> Fit | None:
    """The slot at which business can be done best: the quorum before heads, who decides before others, then the first.

    None where nobody can come to any.
    """
    able = [fit for fit in fits if fit.deciding or fit.others]
    return min(able, key=_order, default=None)


def _order(fit: Fit) -> tuple[int, int, bool, int, int, int, str]:
    return -fit.can_do_business, -fit.deciding, not fit.leads, -fit.gladly, -fit.others, fit.against, fit.slot
