"""How many are at a meeting at a moment, by its rule: who is here now, what changed since, and who is told of it.

It counts as the forecast does (attendance_standing), from what was recorded instead of what was answered.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Literal

from storage.arrangements.phrases import counted, listed
from storage.arrangements.quorums import Comes, Reading, readings
from storage.records import attended, polls
from storage.records.attended import Attended
from storage.records.meetings import MeetingRow

from . import attendance_standing, attended_seats
from .attendance_standing import Standing
from .attended_seats import APOLOGIES, DEPUTY, HERE, ONLINE, names
from .meeting_words import describe, group_of
from .quorum_words import SILENT, WAYS, confirmed_words
from .words import hour
from .work import Work

KIND = "numbers-changed"

State = Literal["met", "short", "open", "none"]
"""Whether a meeting's rule is fulfilled in each reading, in none, in some only, or there is none to fulfil."""


def numbers(work: Work, row: MeetingRow, at: datetime | None = None) -> Standing:
    """How a meeting stands by what was recorded, at a moment; now if none is given.

    A seat of which nothing is recorded is not here. Seats that are asked by hand bring their post or skill only.
    """
    recorded = attended.at(work.scope, row.group, row.place)
    base = attendance_standing.standing(work, row)
    said = {
        seat: polls.Seat(partnership=row.partnership, kind=polls.ATTENDANCE, place="", post=seat)
        for seat, each in recorded.items()
        if not each.name
    }
    moment = at or work.now
    found = attendance_standing.seats_of(work, row, base.group, said)
    seats = tuple(replace(seat, comes=_comes(recorded.get(seat.post), moment), unsigned=False) for seat in found)
    if base.quorum is None:
        return replace(base, seats=seats)
    worked = readings(base.quorum, attendance_standing.seated(seats), base.skills)
    return replace(base, seats=seats, readings=tuple(worked))


def _comes(found: Attended | None, moment: datetime) -> Comes:
    if found is None:
        return ""
    if found.how not in HERE or not is_here(found, moment):
        return "no"
    return "deputy" if found.how == DEPUTY else "yes"


def is_here(found: Attended, moment: datetime) -> bool:
    """Whether somebody recorded as here had come by a moment and had not left."""
    if found.how not in HERE:
        return False
    return (found.came_at is None or found.came_at <= moment) and (found.left_at is None or moment < found.left_at)


def state(found: Standing) -> State:
    """What its readings come to."""
    if any(reading.met is not None for reading in found.readings):
        if found.met is None:
            return "open"
        return "met" if found.met else "short"
    return "none"


def skills_missing(found: Standing) -> list[str]:
    """The skills that the meeting needs and that nobody who is here brings, a deputy or somebody co-opted included."""
    needed = [*(found.quorum.skills if found.quorum is not None else ()), *found.skills]
    here = {seat.skill for seat in found.seats if seat.comes in ("yes", "deputy")}
    return [skill for skill in dict.fromkeys(needed) if skill not in here]


# Told


def follow(work: Work, row: MeetingRow, before: Standing) -> str:
    """What a step changed of whether the meeting can do its business, in a sentence; whoever chairs hears of it today.

    Empty where nothing of that changed.
    """
    work.scope.session.flush()
    after = numbers(work, row)
    told = _change(before, after)
    if not told:
        return ""
    if row.day == work.today and row.status in ("planned", "confirmed"):
        _tell(work, row, told)
    return told


def _change(before: Standing, after: Standing) -> str:
    was, now = state(before), state(after)
    if was == now:
        return ""
    several = len(after.readings) > 1
    if now == "short":
        if _is_number(after):
            if was == "open":
                return "It is not enough any more, however our arrangements are read."
            return "It is not enough any more, however our arrangements are read." if several else NOT_ANY_MORE
        return "Not all are here any more whom this meeting needs."
    if now == "met":
        return "It is enough now, however our arrangements are read." if several else "The meeting is quorate now."
    if now == "open":
        return "Whether enough are here depends now on how our arrangements are read."
    return "All whom this meeting needs are here now."


NOT_ANY_MORE = "The meeting is not quorate any more."


def _is_number(found: Standing) -> bool:
    return any(reading.short for reading in found.readings)


def _tell(work: Work, row: MeetingRow, told: str) -> None:
    """Tells whoever chairs and stands in for the chair, but not whoever has just recorded it."""
    group = group_of(work, row)
    clock = hour(work.now, work.terms.zone)
    ends = datetime.combine(row.day + timedelta(days=1), time(), work.terms.zone).astimezone(UTC)
    told_already = {work.actor.person}
    for post in filter(None, (group.chair, group.vice_chair)):
        person, absent = work.reach(post, group.id)
        if absent or person in told_already:
            continue
        told_already.add(person)
        work.say(
            KIND,
            post=post,
            key=f"{KIND}:{row.record}:{work.now.isoformat()}:{person}",
            record=row.record,
            data=describe(work, row)
            | {"told": told, "head": _head(told), "lines": lines(work, row, still=False), "at": clock},
            why="who is at the meeting was recorded",
            source=group.quorum.source if group.quorum is not None else group.source,
            expires_at=ends,
        )


def _head(told: str) -> str:
    """A sentence as the end of a title."""
    return f"{told[:1].lower()}{told[1:].removesuffix('.')}"


# In words


def lines(work: Work, row: MeetingRow, *, still: bool = True) -> list[str]:
    """Who is here now, who is not, and how the rule stands: a line each; with what is still to be recorded."""
    recorded = attended_seats.recorded(work, row)
    if not recorded:
        return ["Nothing is recorded yet of who is here."]
    found = numbers(work, row)
    more = _still(work, row, recorded) if still else ()
    return [*_who(work, recorded), *rule_lines(work, found), *more]


def _who(work: Work, recorded: Mapping[str, Attended]) -> Iterator[str]:
    here = [each for each in recorded.values() if is_here(each, work.now)]
    parts = {
        "online": sum(each.how == ONLINE for each in here),
        "for somebody else": sum(each.how == DEPUTY for each in here),
        "as guests": sum(bool(each.name) for each in here),
    }
    of = ", ".join(f"{number} {words}" for words, number in parts.items() if number)
    yield f"Here: {len(here)}{f', {of}' if of else ''}."
    for words, found in (
        ("Left", [each for each in recorded.values() if each.how in HERE and each.left_at is not None]),
        ("Apologies", [each for each in recorded.values() if each.how == APOLOGIES]),
    ):
        if found:
            yield f"{words}: {names(_named(work, each) for each in found)}."


def _named(work: Work, each: Attended) -> str:
    left = f", {hour(each.left_at, work.terms.zone)}" if each.how in HERE and each.left_at is not None else ""
    return f"{attended_seats.who(work, each)}{left}"


def _still(work: Work, row: MeetingRow, recorded: Mapping[str, Attended]) -> Iterator[str]:
    """What is still to be recorded: seats of which nothing is said, and the sheet."""
    open_ = [seat for seat in attended_seats.of(work, row).values() if seat.post not in recorded and not seat.by_hand]
    if open_:
        yield f"Not recorded yet: {names(work.arrangements.title(seat.post) for seat in open_)}."
    unsigned = not_on_sheet(work, row, recorded)
    if unsigned:
        yield f"Has not signed the attendance sheet: {names(unsigned)}."


def not_on_sheet(work: Work, row: MeetingRow, recorded: Mapping[str, Attended]) -> list[str]:
    """Who was here and has not signed the sheet, where the group has one."""
    group = group_of(work, row)
    if group.agreement is None or not group.agreement.sheet:
        return []
    return [attended_seats.who(work, each) for each in recorded.values() if each.how in HERE and each.sheet_at is None]


def rule_lines(work: Work, found: Standing) -> list[str]:
    """How the rule stands by who is here. Quorate is said only where one reading is left."""
    said = [*_rule(found), *(confirmed_words(work, what, one) for what, one in found.confirmed.items())]
    missing = skills_missing(found)
    posts = list(dict.fromkeys(post for reading in found.readings for post in reading.posts))
    said += [f"Must be here, and is not: {names(work.arrangements.title(post) for post in posts)}."] if posts else []
    said += [f"Skills that are needed and not here: {listed(missing)}."] if missing else []
    return said


def _rule(found: Standing) -> Iterator[str]:
    if found.quorum is None:
        yield f"{_count(found)} No quorum: {SILENT}. Whoever chairs decides."
    elif found.quorum.kind in ("discretion", "posts"):
        yield f"{_count(found)} No number is stated: whoever chairs decides whether it can do its business."
    elif len(found.readings) == 1:
        yield _one(found, found.readings[0])
    else:
        yield f"{'; '.join(_reading(found, one) for one in found.readings)}: {SILENT}."


def _count(found: Standing) -> str:
    here = sum(each.comes in ("yes", "deputy") for each in found.counted)
    return f"{here} of {counted(len(found.counted), 'seat')} {'is' if here == 1 else 'are'} represented."


def _one(found: Standing, one: Reading) -> str:
    base = found.quorum.base if found.quorum is not None else ""
    if one.needed is None:
        return f"{one.here} of {one.base} {base} {_are(one.here)} here. No number is declared."
    needed = f"{one.needed} of {one.base} {base} {_are(one.needed)} needed, {one.here} {_are(one.here)} here"
    if one.met:
        return f"{needed}: the meeting is quorate."
    return f"{needed}: the meeting is not quorate." if one.short else f"{needed}: the number is reached."


def _reading(found: Standing, one: Reading) -> str:
    needed = f", {one.needed} needed" if one.needed is not None else ""
    return f"{one.here} of {one.base} {_ways(found.open, one)}{needed}"


def _ways(open_: Sequence[str], one: Reading) -> str:
    counts = {"deputies": one.deputies, "vacancies": one.vacancies}
    return listed([f"{'with' if counts[what] else 'without'} {WAYS[what]}" for what in open_])


def _are(number: int) -> str:
    return "is" if number == 1 else "are"
