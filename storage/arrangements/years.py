"""The plan of a year: every group's meetings with how each day came about, what was chosen, and what stands open.

Pure: nothing here reads a clock or a database. The calendar must cover the window and, for groups that meet before
others, the lead time after it; where it does not, CalendarEnds says so.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from .calendars import CalendarEnds, WorkingDays
from .choices import chosen_words
from .cycles import AsRequired, Before, Beside, Cycle, EveryMonths, LongestGap, Unset, Yearly
from .followers import Anchor, BeforeSeries, BesideSeries, OutsideDates, Placed
from .group_dates import AnySeries, GroupDates, Run
from .groups import Group, Offset, Sitting
from .meetings import MOVED_ON_ITS_OWN, Known, Meeting, Status, Undated, Year
from .partnership import Arrangements
from .phrases import counted, day_words, month_words, number_words, sentence, the
from .plannings import GroupPlanning
from .series import GapSeries, MonthsSeries, YearlySeries, quarter_of, year_of
from .silences import as_required, in_period, no_anchor, not_chosen, not_said, only_proposed, outside_missing

__all__ = ["MOVED_ON_ITS_OWN", "Known", "Meeting", "Status", "Undated", "Year", "plan"]


def plan(
    arrangements: Arrangements,
    calendar: WorkingDays,
    first: date,
    last: date,
    known: Iterable[Known] = (),
    today: date | None = None,
) -> Year:
    """Every running group's meetings from `first` to `last`, both included; nothing before the arrangements' start.

    `calendar` is the one without closed days of the partnership's own; the plan puts those on. `known` is what is on
    record; pass all of it, also outside the window, since gaps count from real dates and followers from real anchors.
    With `today` a follower's day that has gone by and is not on record is offered anew, from today on.
    Raises CalendarEnds where the calendar is too short.
    """
    return _Planner(arrangements, calendar, known, today).plan(first, last)


class _Planner:
    """One call of `plan`: what has been worked out for one group is kept for those that hang on it."""

    def __init__(
        self, arrangements: Arrangements, calendar: WorkingDays, known: Iterable[Known], today: date | None
    ) -> None:
        self._arrangements = arrangements
        self._planning = arrangements.planning
        self._calendar = calendar.with_closures(arrangements.planning.closures)
        self._today = today
        self._known: dict[str, dict[str, Known]] = {}
        for entry in known:
            self._known.setdefault(entry.group, {})[entry.place] = entry
        self._dates: dict[str, GroupDates] = {}
        self._silent: dict[str, list[tuple[Cycle, str]]] = {}
        self._under_way: list[str] = []

    def plan(self, first: date, last: date) -> Year:
        first = max(first, self._arrangements.from_)
        meetings: list[Meeting] = []
        undated: list[Undated] = []
        for group in self._arrangements.groups if first <= last else ():
            if group.status == "running":
                meetings += self._meetings(self._of(group), first, last)
                undated += self._undated(group, first, last)
            else:
                undated += _proposals(group)
        return Year(tuple(sorted(meetings, key=lambda m: (m.date, m.group, m.place))), tuple(undated))

    # Dates of groups

    def _of(self, group: Group) -> GroupDates:
        if group.id not in self._dates:
            self._under_way.append(group.id)
            known = self._known.get(group.id, {})
            runs: list[Run] = []
            silent: list[tuple[Cycle, str]] = []
            for cycle in group.cycles:
                series, why = self._series(group, cycle, known)
                if series is not None:
                    # Later cycles number their places afresh; the mark keeps keys apart, also after an upgrade.
                    runs.append(Run(cycle, series, f".{len(runs) + 1}" if runs else ""))
                if why:
                    silent.append((cycle, why))
            start = max(self._arrangements.from_, self._calendar.first)
            self._dates[group.id] = GroupDates(group, start, known, runs)
            self._silent[group.id] = silent
            self._under_way.pop()
        return self._dates[group.id]

    def _series(self, group: Group, cycle: Cycle, known: dict[str, Known]) -> tuple[AnySeries | None, str]:
        """The cycle's series, or None, and a sentence where something is missing."""
        name, calendar = group.name, self._calendar
        chosen = self._planning.groups.get(group.id, GroupPlanning())
        if cycle.proposed:
            return None, only_proposed(name)
        match cycle:
            case Unset():
                return None, not_said(name, cycle.want)
            case AsRequired():
                return None, as_required(name)
            case Yearly():
                try:
                    return YearlySeries(cycle, chosen, self._planning.year_starts, calendar), ""
                except ValueError as wrong:
                    return None, not_chosen(name, cycle, str(wrong))
            case EveryMonths():
                if len(chosen.slot) != 1:
                    return None, not_chosen(name, cycle, 'enter one slot such as "2nd tuesday"')
                begins = chosen.first or self._arrangements.from_
                return MonthsSeries(cycle, chosen.slot[0], begins.replace(day=1), calendar), ""
            case LongestGap():
                if chosen.first is None:
                    return None, not_chosen(name, cycle, "enter the date of the first meeting")
                return GapSeries(cycle, chosen.first, calendar, known), ""
            case Before():
                anchor, why = self._anchor(group, cycle, cycle.group)
                return (None if anchor is None else BeforeSeries(cycle, anchor, calendar, self._today)), why
            case Beside():
                return self._beside(group, cycle, chosen.days)

    def _beside(self, group: Group, cycle: Beside, days: int | None) -> tuple[AnySeries | None, str]:
        anchor: Anchor | None
        if cycle.outside is not None:
            outside = self._planning.outside.get(cycle.outside)
            anchor = OutsideDates(outside) if outside is not None and outside.dates else None
            missing = outside_missing(outside.name if outside is not None else cycle.outside)
            why = "" if anchor is not None else no_anchor(group.name, cycle, f"and {missing}: enter them")
        else:
            anchor, why = self._anchor(group, cycle, cycle.group or "")
        if anchor is None:
            return None, why
        if days is None:
            want = f"enter how many days from {the(anchor.name)} it meets (negative: before; 0: the same day)"
            return None, not_chosen(group.name, cycle, want)
        return BesideSeries(cycle, days, anchor, self._planning.year_starts, self._calendar), why

    def _anchor(self, group: Group, cycle: Before | Beside, wanted: str) -> tuple[GroupDates | None, str]:
        """The dates that the cycle hangs on, or None; and a sentence where there are none."""
        other = self._arrangements.groups_by_id.get(wanted)
        if other is None:
            return None, no_anchor(group.name, cycle, f'but there is no group "{wanted}" to go by')
        if other.status != "running":
            return None, no_anchor(group.name, cycle, f"but {the(other.name)} is not running")
        if other.id in self._under_way:
            return None, no_anchor(
                group.name, cycle, f"but {the(other.name)} in turn waits for it: change one of the two"
            )
        dates = self._of(other)
        if dates.in_series:
            return dates, ""
        why = (
            f"and {the(other.name)} has no dates of its own to go by: enter its slot, or its meetings as they are fixed"
        )
        return dates, no_anchor(group.name, cycle, why)

    def _undated(self, group: Group, first: date, last: date) -> list[Undated]:
        """One entry for the group, if something in the window cannot be dated."""
        if not group.cycles:
            return [Undated(group.id, not_said(group.name), group.source)]
        open_ = [
            (cycle, in_period(words, cycle, first, last))
            for cycle, words in self._silent[group.id]
            if (cycle.from_ is None or cycle.from_ <= last) and (cycle.until is None or cycle.until >= first)
        ]
        if not open_:
            return []
        source = next((cycle.source for cycle, _ in open_ if cycle.source), group.source)
        return [Undated(group.id, " ".join(words for _, words in open_), source)]

    # Meetings

    def _meetings(self, dates: GroupDates, first: date, last: date) -> list[Meeting]:
        over = self._over(dates, first, last)
        return [self._meeting(dates, placed, over.get(placed.place, "")) for placed in dates.between(first, last)]

    def _meeting(self, dates: GroupDates, placed: Placed, over: str) -> Meeting:
        group, known = dates.group, placed.known
        cycle = placed.cycle or dates.cycle_on(placed.date)
        chosen = self._planning.groups.get(group.id, GroupPlanning())
        own_hour = known is not None and known.starts not in (None, chosen.starts)
        starts = known.starts if known is not None and known.starts is not None else chosen.starts
        agreed = group.sitting.minutes if group.sitting else None
        minutes = known.minutes if known is not None and known.minutes is not None else agreed or chosen.minutes
        off = placed.status == "cancelled"
        papers, papers_lines = (None, []) if off else self._papers(group.papers, placed.date)
        written, minutes_lines = (None, []) if off else self._minutes(group.minutes, placed.date)
        working = [*placed.working, *([] if off else self._doubts(placed)), *([over] if over else [])]
        working += [*papers_lines, *minutes_lines, *([] if off else self._lies_to(cycle, placed))]
        working += [] if off else _sitting_lines(group.sitting, starts)
        if starts is None and not off:
            working.append("No hour has been entered.")
        return Meeting(
            group=group.id,
            place=placed.place,
            date=placed.date,
            starts=starts,
            ends=_later(starts, minutes),
            status=placed.status,
            papers_due=papers,
            minutes_due=written,
            latest=placed.latest,
            source=(cycle.source if cycle is not None else "") or group.source,
            working=tuple(working),
            chosen=chosen_words(placed.cycle, self._planning, chosen, own_hour, group.sitting),
            extra=placed.extra,
            earliest=placed.part[0] if placed.part else None,
        )

    def _doubts(self, placed: Placed) -> list[str]:
        """What is wrong with a day that somebody put on record, or that could not be had otherwise."""
        doubts = []
        why = self._calendar.why_not(placed.date)
        if why is not None and placed.status != "held":
            doubts.append(f"{day_words(placed.date)} is no working day ({why}).")
        if placed.latest is not None and placed.date > placed.latest:
            doubts.append(f"Later than agreed: the last day that the rule allows is {day_words(placed.latest)}.")
        return doubts

    def _papers(self, offset: Offset | None, day: date) -> tuple[date | None, list[str]]:
        if offset is None:
            return None, []
        if offset.unit == "working":
            due = self._calendar.add(day, -offset.days)
            return due, [f"Papers {counted(offset.days, 'working day')} before: {day_words(due)}."]
        exact = day - timedelta(days=offset.days)
        due, why = self._calendar.on_or_before(exact), self._calendar.why_not(exact)
        line = f"Papers {counted(offset.days, 'day')} before: {day_words(exact)}"
        return due, [f"{line}." if why is None else f"{line} ({why}), so earlier, on {day_words(due)}."]

    def _minutes(self, offset: Offset | None, day: date) -> tuple[date | None, list[str]]:
        if offset is None:
            return None, []
        if offset.unit == "working":
            due = self._calendar.add(day, offset.days)
            return due, [f"Minutes {counted(offset.days, 'working day')} after: {day_words(due)}."]
        due = day + timedelta(days=offset.days)
        line = f"Minutes {counted(offset.days, 'day')} after: {day_words(due)}"
        why = self._calendar.why_not(due)
        if why is None:
            return due, [f"{line}."]
        chased = self._calendar.on_or_before(due)
        return due, [
            f"{line} ({why}); that stays the day, and they are chased on the working day before, {day_words(chased)}."
        ]

    def _over(self, dates: GroupDates, first: date, last: date) -> dict[str, str]:
        """A warning for each meeting that goes beyond the most that the arrangements allow in a planning year."""
        if all(cycle.at_most is None for cycle in dates.group.cycles):
            return {}
        starts = self._planning.year_starts
        begin = date(year_of(first, starts), starts, 1)
        counts: dict[int, int] = {}
        warnings = {}
        for placed in dates.between(begin, last):
            cycle = placed.cycle or dates.cycle_on(placed.date)
            if placed.status == "cancelled" or cycle is None or cycle.at_most is None:
                continue
            year = year_of(placed.date, starts)
            counts[year] = counts.get(year, 0) + 1
            if counts[year] > cycle.at_most:
                warnings[placed.place] = (
                    f"Meeting {counts[year]} in the year from {month_words(date(year, starts, 1))}: "
                    f"the arrangements allow up to {number_words(cycle.at_most)}."
                )
        return warnings

    def _lies_to(self, cycle: Cycle | None, placed: Placed) -> list[str]:
        """How the meeting lies to the groups that its cycle is aligned with, in the same part of the year."""
        if cycle is None:
            return []
        quarter = quarter_of(placed.date, self._planning.year_starts)
        # More than four a year: a part is shorter than the quarter in which the other group meets once.
        part = placed.part if placed.part and placed.part[1] - placed.part[0] > quarter[1] - quarter[0] else quarter
        return [sentence(self._lies_to_one(other, placed.date, part)) for other in cycle.aligned_with]

    def _lies_to_one(self, other: str, day: date, part: tuple[date, date]) -> str:
        group, outside = self._arrangements.groups_by_id.get(other), self._planning.outside.get(other)
        dates: GroupDates | OutsideDates | None = None
        if group is not None and group.status == "running":
            found = self._of(group)
            dates = None if found.is_empty else found
        elif outside is not None and outside.dates:
            dates = OutsideDates(outside)
        if dates is None:
            return outside_missing(group.name if group else outside.name if outside else other)
        name = the(dates.name)
        try:
            near = [p.date for p in dates.between(*part) if p.status != "cancelled"]
        except CalendarEnds:
            return f"how it lies to {name} cannot be said: the calendar of working days ends too soon"
        if not near:
            return f"no meeting of {name} lies in the same part of the year"
        nearest = min(near, key=lambda there: (abs(there - day), there))
        if nearest == day:
            return f"{name} meets on the same day"
        side = "after" if day > nearest else "before"
        distance = f"{counted(abs((day - nearest).days), 'day')} {side}"
        return f"{distance} {name} of {day_words(nearest)}, the nearest in the same part of the year"


def _sitting_lines(sitting: Sitting | None, starts: time | None) -> list[str]:
    """What the document fixes of the day, as working."""
    if sitting is None:
        return []
    lines = [f"{sitting.minutes} minutes, as agreed."] if sitting.minutes else []
    if sitting.mornings and starts is not None:
        lines.append("In the morning, as agreed." if starts < time(12) else "Not in the morning, as was agreed.")
    return lines


def _proposals(group: Group) -> list[Undated]:
    """A group that is not running is silent, unless it is a proposal: then it says that it is off."""
    proposed = next((cycle for cycle in group.cycles if cycle.proposed), None)
    return [] if proposed is None else [Undated(group.id, only_proposed(group.name), proposed.source or group.source)]


def _later(starts: time | None, minutes: int | None) -> time | None:
    """Wall time so many minutes later; None if either is not known."""
    if starts is None or minutes is None:
        return None
    return (datetime.combine(date(2000, 1, 1), starts) + timedelta(minutes=minutes)).time()
