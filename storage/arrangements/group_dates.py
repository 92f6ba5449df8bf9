"""The dates of one group: the series of its cycles, each while it is in force, joined with what is on record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from .cycles import Cycle
from .followers import BeforeSeries, BesideSeries, Placed, placed_as_known
from .groups import Group
from .meetings import Known
from .series import GapSeries, MonthsSeries, Step, YearlySeries

AnySeries = YearlySeries | MonthsSeries | GapSeries | BeforeSeries | BesideSeries


@dataclass(frozen=True)
class Run:
    """A cycle with its series. `mark` keeps the places of a group's later cycles apart from those of its first."""

    cycle: Cycle
    series: AnySeries
    mark: str


class GroupDates:
    """All dates of one group, from `start` on. Other groups' cycles may hang on it (`followers.Anchor`)."""

    def __init__(self, group: Group, start: date, known: Mapping[str, Known], runs: Sequence[Run]) -> None:
        self.group = group
        self._start = start
        self._known = known
        self._runs = runs
        self._placed: dict[str, Placed] = {}

    @property
    def name(self) -> str:
        """What people call the group."""
        return self.group.name

    @property
    def in_series(self) -> bool:
        """Whether a rule gives dates; without one there are only those on record."""
        return bool(self._runs)

    @property
    def is_empty(self) -> bool:
        """Whether there can be no dates at all."""
        return not self._runs and not self._known

    def between(self, first: date, last: date) -> list[Placed]:
        """The meetings whose day that holds is in the window, by date."""
        first = max(first, self._start)
        found = [placed for placed in self._near(first, last) if first <= placed.date <= last]
        return sorted(found, key=lambda placed: (placed.date, placed.place))

    def by_rule(self, first: date, last: date) -> list[Placed]:
        """The meetings whose day of the rule is in the window, by that day."""
        first = max(first, self._start)
        found = [placed for placed in self._near(first, last) if first <= placed.ruled <= last]
        return sorted(found, key=lambda placed: (placed.ruled, placed.place))

    def at(self, place: str) -> Placed | None:
        """The meeting at that place: on record, or given by a cycle that is in force on its day."""
        if place in self._placed:
            return self._placed[place]
        known = self._known.get(place)
        for run in () if known is not None and known.extra else self._runs:
            step = run.series.at(place.removesuffix(run.mark)) if place.endswith(run.mark) else None
            if step is not None and (known is not None or self._in_force(run, step.date)):
                return self._place(run, step)
        return None if known is None else by_hand(known)

    def cycle_on(self, day: date) -> Cycle | None:
        """The first cycle in force on that day; None where the arrangements have none."""
        return next((cycle for cycle in self.group.cycles if cycle.in_force_on(day)), None)

    def _near(self, first: date, last: date) -> list[Placed]:
        """At least all meetings with either of their days in the window."""
        found = {}
        for run in self._runs:
            for step in run.series.between(first, last):
                if self._in_force(run, step.date):
                    placed = self._place(run, step)
                    found[placed.place] = placed
        for known in self._known.values():
            if first <= known.date <= last and (at := self.at(known.place)) is not None:
                found[known.place] = at
        return list(found.values())

    def _in_force(self, run: Run, day: date) -> bool:
        group = self.group
        exists = (group.from_ is None or group.from_ <= day) and (group.until is None or day <= group.until)
        return exists and run.cycle.in_force_on(day)

    def _place(self, run: Run, step: Step) -> Placed:
        place = step.place + run.mark
        if place not in self._placed:
            known = self._known.get(place)
            self._placed[place] = replace(_settle(run.series, step, known), place=place, cycle=run.cycle)
        return self._placed[place]


def _settle(series: AnySeries, step: Step, known: Known | None) -> Placed:
    if isinstance(series, BeforeSeries | BesideSeries):
        return series.settle(step, known)
    if known is not None:
        return placed_as_known(step, known)
    return Placed(step.place, step.date, step.date, "planned", step.part, step.latest, working=step.working)


def by_hand(known: Known) -> Placed:
    """A meeting that no rule gives: an extra, or one that was entered for a group without a series."""
    line = (
        "An extra meeting: the series stays as it is." if known.extra else "Entered by hand: no rule gives this date."
    )
    reason = (f"Recorded reason: {known.reason}.",) if known.reason else ()
    return Placed(known.place, known.date, known.date, known.status, known=known, working=(line, *reason))
