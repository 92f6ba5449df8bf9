"""What a secretariat chose for a group because no document fixes it, in words: never shown as agreed."""

from .cycles import Beside, Cycle, EveryMonths, LongestGap, Yearly
from .groups import Sitting
from .phrases import counted, day_words, listed, month_name, month_words
from .plannings import GroupPlanning, Planning


def chosen_words(
    cycle: Cycle | None, planning: Planning, chosen: GroupPlanning, own_hour: bool, sitting: Sitting | None
) -> tuple[str, ...]:
    """Each planned thing that the document gives none of. `own_hour`: this meeting has an hour on record instead."""
    words = [] if cycle is None else [*_year(cycle, planning), *_days(cycle, planning, chosen)]
    if not own_hour and chosen.starts is not None:
        within = " in the morning" if sitting is not None and sitting.mornings else ""
        words.append(f"hour{within}: {chosen.starts:%H:%M}")
        if chosen.minutes is not None and (sitting is None or sitting.minutes is None):
            words.append(f"length: {chosen.minutes} minutes")
    return tuple(f"{word} (the document gives none)" for word in words)


def _year(cycle: Cycle, planning: Planning) -> list[str]:
    by_quarter = isinstance(cycle, Beside) and cycle.which != "each"
    return [f"start of the year: {month_name(planning.year_starts)}"] if isinstance(cycle, Yearly) or by_quarter else []


def _days(cycle: Cycle, planning: Planning, chosen: GroupPlanning) -> list[str]:
    slots = f"slot: {listed([str(slot) for slot in chosen.slot])}"
    match cycle:
        case Yearly():
            return [f"months: {listed([month_name(month) for month in chosen.months])}", slots]
        case EveryMonths():
            return [*([f"first month: {month_words(chosen.first)}"] if chosen.first else []), slots]
        case LongestGap() if chosen.first is not None:
            return [f"first date: {day_words(chosen.first)}"]
        case Beside() if chosen.days is not None:
            side = "after" if chosen.days > 0 else "before"
            where = f"{counted(abs(chosen.days), 'day')} {side}" if chosen.days else "the same day"
            outside = planning.outside.get(cycle.outside or "")
            return [f"distance: {where}", *([f"dates of {outside.name}: entered by hand"] if outside else [])]
        case _:
            return []
