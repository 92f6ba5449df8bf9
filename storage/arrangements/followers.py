"""Series that hang on other dates: so many days before another group's meetings, or beside them.

A follower goes where its anchor goes: moving the anchor moves it, unless it was held, called off, or moved on its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from .calendars import WorkingDays
from .cycles import Before, Beside, Cycle
from .meetings import MOVED_ON_ITS_OWN, Known, Status
from .phrases import counted, day_words, sentence, the
from .plannings import Outside
from .series import REACH, SHIFTS, Step, keep_weekday, quarter_of

Day = date  # a field called "date" hides the type


@dataclass(frozen=True)
class Placed:
    """A step joined with what is known of it. `ruled` is the day of the rule, `date` the day that holds.

    `cycle` is None for a meeting that no rule gives: an extra, or one entered by hand.
    """

    place: str
    date: Day
    ruled: Day
    status: Status
    part: tuple[Day, Day] | None = None
    latest: Day | None = None
    cycle: Cycle | None = None
    known: Known | None = None
    working: tuple[str, ...] = ()

    @property
    def extra(self) -> bool:
        """Whether it stands outside the series."""
        return self.known is not None and self.known.extra


class Anchor(Protocol):
    """Dates that another group's meetings hang on."""

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def in_series(self) -> bool:
        """Whether a rule gives its dates; extras beside a series are not followed."""

    def between(self, first: date, last: date) -> list[Placed]:
        """Those whose day that holds is in the window, by date."""

    def by_rule(self, first: date, last: date) -> list[Placed]:
        """Those whose day of the rule is in the window, by that day."""

    def at(self, place: str) -> Placed | None:
        """The one at that place."""


def anchor_places(place: str) -> tuple[str, ...]:
    """The places at which the anchor of a follower's place can be: the same, or without the mark of a later cycle."""
    plain, _, mark = place.rpartition(".")
    return (place, plain) if plain and mark.isdecimal() else (place,)


def follower_places(place: str, cycles: int) -> tuple[str, ...]:
    """The places at which the followers of an anchor's place can be, in a group with so many cycles."""
    return (place, *(f"{place}.{number}" for number in range(2, cycles + 1)))


def followed(anchor: Anchor, first: date, last: date) -> Iterator[Placed]:
    """The meetings of the anchor that others follow: not the extras beside a series ("quarterly, 4 weeks prior")."""
    return (placed for placed in anchor.between(first, last) if not (placed.extra and anchor.in_series))


def placed_as_known(step: Step, known: Known) -> Placed:
    """What is on record holds; the working tells when that is not the day of the rule."""
    lines = list(step.working)
    if known.date != step.date:
        why = f" ({known.reason})" if known.reason else ""
        lines.append(f"It was moved from {day_words(step.date)} to {day_words(known.date)}{why}.")
    elif known.reason:
        lines.append(f"Recorded reason: {known.reason}.")
    return Placed(
        step.place, known.date, step.date, known.status, step.part, step.latest, known=known, working=tuple(lines)
    )


class BeforeSeries:
    """So many calendar days before each meeting of another group, EARLIER when that is no working day.

    Places are the anchor's (AMB-SGLOS-4WEEKS). `today` keeps a day that is still free to choose out of the past.
    """

    def __init__(self, cycle: Before, anchor: Anchor, calendar: WorkingDays, today: date | None) -> None:
        self._days = cycle.days
        self._anchor = anchor
        self._calendar = calendar
        self._today = today

    def between(self, first: date, last: date) -> Iterator[Step]:
        """At least all steps whose day is in the window."""
        for placed in followed(self._anchor, first - REACH, last + timedelta(days=self._days) + REACH):
            yield self._step(placed)

    def at(self, place: str) -> Step | None:
        """The step at that place; None if the anchor has no such place."""
        placed = self._anchor.at(place)
        return None if placed is None else self._step(placed)

    def _step(self, anchor: Placed) -> Step:
        exact = anchor.date - timedelta(days=self._days)
        day = self._calendar.on_or_before(exact)
        working = [f"{counted(self._days, 'day')} before {the(self._anchor.name)} of {day_words(anchor.date)}."]
        if day != exact:
            why = self._calendar.why_not(exact)
            working.append(f"{day_words(exact)} is no working day ({why}), so it is earlier, on {day_words(day)}.")
        return Step(anchor.place, day, None, day, tuple(working))

    def settle(self, step: Step, known: Known | None) -> Placed:
        """The step with what is known of it: it follows its anchor unless it is settled by itself."""
        if known is not None and stands_alone(known):
            return placed_as_known(step, known)
        anchor = self._anchor.at(step.place)
        if anchor is None:
            return placed_as_follower(step, known, self._anchor.name, step.date)
        if anchor.status == "cancelled":
            line = f"Cancelled, because {the(self._anchor.name)} of {day_words(anchor.date)} is cancelled."
            return Placed(
                step.place,
                known.date if known else step.date,
                step.date,
                "cancelled",
                latest=step.latest,
                known=known,
                working=(*step.working, line),
            )
        day, line = self._not_in_the_past(step.date, known, anchor.date)
        return placed_as_follower(step, known, self._anchor.name, day, line)

    def _not_in_the_past(self, day: date, known: Known | None, anchor: date) -> tuple[date, str]:
        """A day that has gone by stays if it is on record or its anchor is past; else the nearest possible one."""
        today = self._today
        if today is None or day >= today:
            return day, ""
        gone = f"{day_words(day)} has gone by"
        if known is not None and known.date < today:
            # Its own day came and went, or the day offered before did: it must not wander on day by day.
            return known.date, "" if known.date == day else f"{gone}, so it stays on {day_words(known.date)}."
        if anchor < today:
            return day, ""
        possible = self._calendar.on_or_after(today)
        name = the(self._anchor.name)
        if possible < anchor:
            return possible, f"{gone}: {day_words(possible)} is the nearest working day that is still before {name}."
        return possible, (
            f"{gone}, and no working day is left before {name}: {day_words(possible)} is the nearest working day. "
            "Move one of the two, or cancel this one."
        )


class BesideSeries:
    """Beside the meetings of another group, or beside dates set outside, at a chosen distance in days.

    Kept on its weekday when nobody works: a week further off first. Places are the anchor's.
    """

    def __init__(self, cycle: Beside, days: int, anchor: Anchor, year_starts: int, calendar: WorkingDays) -> None:
        self._which = cycle.which
        self._days = days
        self._anchor = anchor
        self._year_starts = year_starts
        self._calendar = calendar
        self._picked: dict[date, str | None] = {}

    def between(self, first: date, last: date) -> Iterator[Step]:
        """At least all steps whose day is in the window."""
        distance = timedelta(days=self._days)
        for placed in followed(self._anchor, first - distance - REACH, last - distance + REACH):
            if self._is_meant(placed):
                yield self._step(placed)

    def at(self, place: str) -> Step | None:
        """The step at that place; None if the anchor has no such place, or another is meant."""
        placed = self._anchor.at(place)
        return self._step(placed) if placed is not None and self._is_meant(placed) else None

    def _is_meant(self, placed: Placed) -> bool:
        """Whether `which` means that one; told by the days of the rule, so that moving one changes no other."""
        if self._which == "each":
            return True
        first, last = quarter_of(placed.ruled, self._year_starts)
        if first not in self._picked:
            places = [p.place for p in self._anchor.by_rule(first, last) if not p.extra]
            pick = 0 if self._which == "first of each quarter" else -1
            self._picked[first] = places[pick] if places else None
        return self._picked[first] == placed.place

    def _step(self, anchor: Placed) -> Step:
        day = anchor.date + timedelta(days=self._days)
        # Further off first: a meeting planned before its anchor should not jump behind it.
        side = -1 if self._days < 0 else 1
        shifts = sorted(SHIFTS, key=lambda shift: (abs(shift), shift.days * side < 0))
        moved, why = keep_weekday(day, (day - REACH, day + REACH), self._calendar, "That day", shifts)
        working = [self._where(anchor), *([why] if why else [])]
        if anchor.status == "cancelled":
            working.append(sentence(f"{the(self._anchor.name)} that it stands beside is cancelled"))
        return Step(anchor.place, moved, None, moved, tuple(working))

    def _where(self, anchor: Placed) -> str:
        side = "after" if self._days > 0 else "before"
        distance = f"{counted(abs(self._days), 'day')} {side}" if self._days else "on the day of"
        pick = "" if self._which == "each" else f", the {self._which.replace('each', 'its')}"
        return sentence(f"{distance} {the(self._anchor.name)} of {day_words(anchor.date)}{pick}")

    def settle(self, step: Step, known: Known | None) -> Placed:
        """The step with what is known of it: it follows its anchor unless it is settled by itself."""
        if known is not None and stands_alone(known):
            return placed_as_known(step, known)
        return placed_as_follower(step, known, self._anchor.name, step.date)


def stands_alone(known: Known) -> bool:
    """Whether a follower's own record holds against its anchor: held, called off, or moved on its own."""
    return known.status in ("held", "cancelled") or known.reason == MOVED_ON_ITS_OWN


def placed_as_follower(step: Step, known: Known | None, name: str, day: date, line: str = "") -> Placed:
    """A follower on that day with its recorded status; the working tells when it moved with its anchor."""
    lines = [*step.working, *([line] if line else [])]
    if known is not None and known.date != day:
        lines.append(f"It was on {day_words(known.date)} and goes with {the(name)}.")
    status: Status = "planned" if known is None else known.status
    return Placed(step.place, day, step.date, status, latest=step.latest, known=known, working=tuple(lines))


class OutsideDates:
    """Dates that somebody else sets, as an anchor. Places are "o1", "o2", ... as they were entered."""

    def __init__(self, outside: Outside) -> None:
        self._placed = {
            f"o{number}": Placed(f"o{number}", day, day, "planned") for number, day in enumerate(outside.dates, 1)
        }
        self._name = outside.name

    @property
    def name(self) -> str:
        """What people call it."""
        return self._name

    @property
    def in_series(self) -> bool:
        """Nothing here is an extra."""
        return False

    def between(self, first: date, last: date) -> list[Placed]:
        """Those in the window, by date."""
        inside = [placed for placed in self._placed.values() if first <= placed.date <= last]
        return sorted(inside, key=lambda placed: placed.date)

    def by_rule(self, first: date, last: date) -> list[Placed]:
        """The same: no rule moves them."""
        return self.between(first, last)

    def at(self, place: str) -> Placed | None:
        """The one at that place."""
        return self._placed.get(place)
