"""Which slots a date poll offers, from the records as they stand; and the slots that somebody typed.

Only our own meetings of the same people are looked at. What is chosen here is ours and said to be: how long people have
to answer, and how soon after that a meeting can be.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from storage.arrangements import reminders
from storage.arrangements.calendars import CalendarEnds
from storage.arrangements.cycles import Before, Beside
from storage.arrangements.groups import Group
from storage.arrangements.plannings import GroupPlanning
from storage.arrangements.slots_offered import MOST, Busy, Offer, Search, looked_at, offered
from storage.records import meetings, people
from storage.records.meetings import MeetingRow

from . import planning
from .date_polls_standing import Slot, key_of
from .dates import WANT_DAY, day_and_hour, parse_day, parse_hour
from .meeting_words import group_of
from .refusals import Refusal, Refused
from .words import hour, long_day, short_day
from .work import Work

OPEN_FOR = 5
"""So many working days people have to answer; chosen."""

NOTICE = timedelta(days=14)
"""A meeting is offered no sooner than this after the last day of answers; chosen."""

AROUND = timedelta(days=14)
"""So far around the day on which it stands slots are looked for, where the rule allows that one day or none."""

AHEAD = timedelta(days=42)
"""So far ahead slots are looked for where no meeting stands yet, or too few days are left before the rule's last."""

MOST_TYPED = 10
"""So many slots may be typed."""

WANT = f"Write a day and an hour for each, with semicolons between. {WANT_DAY}"


@dataclass(frozen=True)
class Asked:
    """What a date is looked for: a group's meeting, or a new one; who is to be there; until when answers are taken."""

    group: Group
    row: MeetingRow | None
    posts: tuple[str, ...]
    closes: date


def closing_day(work: Work) -> date:
    """The last day of answers where nobody said one."""
    return work.terms.open_days.add(work.today, OPEN_FOR)


def proposed(work: Work, asked: Asked) -> list[Offer]:
    """The slots that are offered. Raises Refused where no hour is known for the group."""
    search = _search(work, asked, usual_hour(work, asked))
    return offered(search, work.terms.open_days, _busy(work, asked, search.first, search.last))


def _search(work: Work, asked: Asked, starts: time) -> Search:
    """What slots are looked for by: the group's rule and what was chosen for it, and no sooner than papers can be."""
    group, row = asked.group, asked.row
    earliest, latest = _rule(work, group, row)
    papers = timedelta(days=group.papers.days + 1) if group.papers is not None else timedelta(0)
    ahead = _followers(work, asked)
    first = work.terms.open_days.on_or_after(asked.closes + max(NOTICE, papers))
    last = first + AHEAD
    if row is not None and latest is not None and earliest != latest and latest > first:
        first, last = max(first, earliest or first), latest
    elif row is not None and row.day >= first:
        first, last = max(first, row.day - AROUND), row.day + AROUND
    return Search(
        today=asked.closes + timedelta(days=1),
        first=first,
        last=last,
        starts=starts,
        minutes=_minutes(work, asked),
        people=frozenset(people.in_posts(work.scope, asked.posts, first, group=group.id).values()),
        slots=_chosen(work, group).slot,
        near=row.day if row is not None else None,
        earliest=earliest,
        latest=latest,
        ahead=ahead,
    )


def _rule(work: Work, group: Group, row: MeetingRow | None) -> tuple[date | None, date | None]:
    """The first and the last day that the group's rule allows the meeting; one that follows another has one day."""
    if row is None or row.extra:
        return None, None
    cycle = next((each for each in group.cycles if each.in_force_on(row.day)), None)
    if isinstance(cycle, Before | Beside):
        return row.latest, row.latest
    try:
        found = planning.as_planned(work, row)
    except Refused:
        return None, None
    return found.earliest, found.latest


def _followers(work: Work, asked: Asked) -> tuple[tuple[str, int], ...]:
    """The groups that meet so many days before this meeting, and whose own meeting still follows it."""
    if asked.row is None:
        return ()
    found = []
    for group in work.arrangements.groups:
        for cycle in group.cycles:
            if isinstance(cycle, Before) and cycle.group == asked.group.id and cycle.in_force_on(asked.row.day):
                day = asked.row.day - timedelta(days=cycle.days)
                near = meetings.between(work.scope, day - AROUND, day + AROUND, group.id)
                if any(_follows(each, work.today) for each in near):
                    found.append((group.name, cycle.days))
    return tuple(found)


def _follows(row: MeetingRow, today: date) -> bool:
    return row.day >= today and not (row.own or row.extra) and row.status in ("planned", "confirmed")


def _chosen(work: Work, group: Group) -> GroupPlanning:
    return work.arrangements.planning.groups.get(group.id, GroupPlanning())


def usual_hour(work: Work, asked: Asked) -> time:
    """The local hour at which the group meets: as chosen, else as its meeting stands. Raises Refused where neither."""
    chosen = _chosen(work, asked.group).starts
    if chosen is not None:
        return chosen
    if asked.row is not None and asked.row.starts_at is not None:
        return asked.row.starts_at.astimezone(work.terms.zone).time()
    raise Refused(Refusal(f"No hour is entered for the {asked.group.name}, so none can be offered.", "slots", WANT))


def _minutes(work: Work, asked: Asked) -> int | None:
    """How long it takes: as agreed, as chosen, or as the meeting stands."""
    sitting = asked.group.sitting
    agreed = sitting.minutes if sitting is not None else None
    row = asked.row
    stands = int((row.ends_at - row.starts_at).total_seconds()) // 60 if row and row.starts_at and row.ends_at else None
    return agreed or _chosen(work, asked.group).minutes or stands


def _busy(work: Work, asked: Asked, first: date, last: date) -> list[Busy]:
    """Our own meetings in those days, with whoever is at their tables; the meeting in question is not among them."""
    found = []
    zone = work.terms.zone
    for row in meetings.between(work.scope, first, last):
        if row.status == "cancelled" or (asked.row is not None and row.record == asked.row.record):
            continue
        group = group_of(work, row)
        posts = [seat.post for seat in reminders.at_the_table(group, row.day)]
        found.append(
            Busy(
                name=group.name,
                day=row.day,
                starts=row.starts_at.astimezone(zone).time() if row.starts_at else None,
                ends=row.ends_at.astimezone(zone).time() if row.ends_at else None,
                people=frozenset(people.in_posts(work.scope, posts, row.day, group=group.id).values()),
            )
        )
    return found


def as_text(offers: Sequence[Offer]) -> str:
    """Slots as they can be typed: "Tue 1 Jun 2027 10:00; Tue 15 Jun 2027 10:00"."""
    return "; ".join(f"{short_day(each.day)} {hour(each.starts)}" for each in offers)


def typed(work: Work, asked: Asked, text: str) -> list[Slot]:
    """The slots that somebody typed, looked at as those that are offered. Raises Refused with all that is wrong."""
    found: dict[tuple[date, time], None] = {}
    problems: list[Refusal] = []
    for part in filter(None, (each.strip() for each in re.split(r"[;\n]+", text))):
        try:
            found[_one(work, asked, part)] = None
        except Refused as refused:
            problems += [Refusal(each.sentence, "slots", each.want) for each in refused.refusals]
    if not problems and len(found) < 2:
        problems.append(Refusal("One date is no choice.", "slots", f"Give two at least, {MOST} at best. {WANT}"))
    if len(found) > MOST_TYPED:
        problems.append(Refusal(f"More than {MOST_TYPED} dates are asked about.", "slots", "Give fewer."))
    if problems:
        raise Refused(*problems)
    return _looked_at(work, asked, sorted(found))


def _one(work: Work, asked: Asked, part: str) -> tuple[date, time]:
    day_words, hour_words = day_and_hour(part.split())
    day = parse_day(day_words, work.today)
    starts = parse_hour(hour_words) if hour_words else usual_hour(work, asked)
    if day <= asked.closes:
        wanted = f"Give a day after {long_day(asked.closes)}."
        raise Refused(Refusal(f"{long_day(day)} is no later than the last day of answers.", "slots", wanted))
    try:
        why_not = work.terms.open_days.why_not(day)
    except CalendarEnds as ends:
        raise Refused(Refusal(str(ends), "slots")) from None
    if why_not is not None:
        nearest = work.terms.open_days.on_or_after(day)
        raise Refused(
            Refusal(f"{long_day(day)} is no working day: {why_not}.", "slots", f"The next is {long_day(nearest)}.")
        )
    return day, starts


def _looked_at(work: Work, asked: Asked, wanted: Collection[tuple[date, time]]) -> list[Slot]:
    """Those days and hours as slots, with what speaks against each."""
    search = _search(work, asked, min(starts for _, starts in wanted))
    days = [day for day, _ in wanted]
    busy = _busy(work, asked, min(days), max(days))
    return [_slot(work, looked_at(search, busy, day, starts)) for day, starts in wanted]


def _slot(work: Work, offer: Offer) -> Slot:
    zone = work.terms.zone
    starts = datetime.combine(offer.day, offer.starts, zone).astimezone(UTC)
    ends = datetime.combine(offer.day, offer.ends, zone).astimezone(UTC) if offer.ends is not None else None
    return Slot(key_of(starts), starts, ends, offer.against)
