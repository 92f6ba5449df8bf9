"""What moving a meeting breaks of what was agreed or chosen, in sentences. Nothing of it forbids a move.

Compared are two plans: the year before the move and the year after it, with all that follows from it.
"""

from collections.abc import Iterator
from datetime import date

from .cycles import AsRequired, Before, Beside, Cycle, Unset
from .followers import anchor_places
from .meetings import Meeting, Year
from .partnership import Arrangements
from .phrases import counted, day_words, sentence, the
from .silences import rule_words

Key = tuple[str, str]
"""A meeting's group and its place in the series."""


def breaks(arrangements: Arrangements, before: Year, after: Year, key: Key) -> list[str]:
    """What the new day of a meeting breaks: its group's rule, and how it lies to the group's other meetings."""
    was, is_ = _by_key(before).get(key), _by_key(after).get(key)
    if is_ is None or is_.status == "cancelled":
        return []
    broken = _rule(arrangements, after, is_, "this is")
    return [*broken, *_others_of_the_group(arrangements, after, is_, was.date if was else is_.date, bool(broken))]


def breaks_of_others(arrangements: Arrangements, before: Year, after: Year, key: Key, today: date) -> list[str]:
    """What the move breaks for meetings to come that follow it or are counted from it, and that stood well before."""
    known, found = _by_key(before), []
    for each in after.meetings:
        own = (each.group, each.place)
        if own == key or own not in known or each.date < today or each.status not in ("planned", "confirmed"):
            continue
        stood = _rule(arrangements, before, known[own], _called(arrangements, known[own]))
        found += [line for line in _rule(arrangements, after, each, _called(arrangements, each)) if line not in stood]
    return found


def papers_gone(after: Year, key: Key, today: date) -> str:
    """That the papers day of a meeting has gone by, as a sentence; empty where it has not, or there is none."""
    found = _by_key(after).get(key)
    if found is None or found.papers_due is None or found.papers_due >= today:
        return ""
    return f"Its papers day has gone by already: {day_words(found.papers_due)}."


def _by_key(year: Year) -> dict[Key, Meeting]:
    return {(each.group, each.place): each for each in year.meetings}


def _called(arrangements: Arrangements, meeting: Meeting) -> str:
    name = the(arrangements.groups_by_id[meeting.group].name)
    return f"{name} of {day_words(meeting.date)} is"


def _rule(arrangements: Arrangements, year: Year, meeting: Meeting, it: str) -> list[str]:
    """The sentence on a meeting that its group's rule does not allow on that day; none where it does."""
    cycle = _cycle(arrangements, meeting)
    if meeting.latest is None or cycle is None or meeting.extra:
        return []
    if isinstance(cycle, Before | Beside):
        if meeting.date == meeting.latest:
            return []
        return _distance(arrangements, year, meeting, cycle, it)
    if meeting.date > meeting.latest:
        rule = f"later than meeting {rule_words(cycle)} allows (latest {day_words(meeting.latest)})"
    elif meeting.earliest is not None and meeting.date < meeting.earliest:
        rule = f"earlier than meeting {rule_words(cycle)} allows (earliest {day_words(meeting.earliest)})"
    else:
        return []
    return [sentence(f"{it} {rule}")]


def _cycle(arrangements: Arrangements, meeting: Meeting) -> Cycle | None:
    cycles = arrangements.groups_by_id[meeting.group].cycles
    in_force = (cycle for cycle in cycles if cycle.in_force_on(meeting.date))
    return next((cycle for cycle in in_force if not isinstance(cycle, AsRequired | Unset)), None)


def _distance(arrangements: Arrangements, year: Year, meeting: Meeting, cycle: Before | Beside, it: str) -> list[str]:
    assert meeting.latest is not None
    ruled = day_words(meeting.latest)
    if isinstance(cycle, Beside):
        other = arrangements.groups_by_id.get(cycle.group or "")
        outside = arrangements.planning.outside.get(cycle.outside or "")
        name = the(other.name) if other else outside.name if outside else "what it stands beside"
        return [sentence(f"{it} not on the day chosen beside {name} ({ruled})")]
    places = anchor_places(meeting.place)
    anchor = next((m for m in year.meetings if m.group == cycle.group and m.place in places), None)
    if anchor is None or anchor.status == "cancelled":
        return []
    apart = (anchor.date - meeting.date).days
    side = f"{counted(abs(apart), 'day')} {'before' if apart > 0 else 'after'}" if apart else "on the day of"
    name = the(arrangements.groups_by_id[anchor.group].name)
    agreed = f"our arrangements say {counted(cycle.days, 'day')} before, which allows {ruled}"
    return [sentence(f"{it} {side} {name} of {day_words(anchor.date)}; {agreed}")]


def _others_of_the_group(
    arrangements: Arrangements, after: Year, meeting: Meeting, was: date, out_of_rule: bool
) -> Iterator[str]:
    """Another meeting of the group on that day, in the same part of its rule, or that this one passes."""
    name = the(arrangements.groups_by_id[meeting.group].name)
    passed = (min(was, meeting.date), max(was, meeting.date))
    for other in after.meetings:
        if other.group != meeting.group or other.place == meeting.place or other.status == "cancelled":
            continue
        first, last = other.earliest, other.latest
        if other.date == meeting.date:
            yield sentence(f"{name} has another meeting on that day ({other.place}, {other.status})")
        elif out_of_rule and first and last and first <= meeting.date <= last and first <= other.date <= last:
            between = f"between {day_words(first)} and {day_words(last)}"
            yield sentence(f"{name} then meets twice {between}: also on {day_words(other.date)}")
        elif passed[0] < other.date < passed[1] and not other.extra:
            yield sentence(f"it passes {name} of {day_words(other.date)}")
