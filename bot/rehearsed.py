"""A rehearsal for people and programs: as rows of JSON, as text, and as the parts of the printed page."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from commands import agreed_year, definitions
from commands.definitions import Definition
from commands.words import hour, long_day
from scheduler.rehearsal import Rehearsal, Rehearsed
from storage.arrangements import checks
from storage.arrangements.meetings import Year
from storage.arrangements.partnership import Arrangements
from storage.arrangements.phrases import counted, day_words, weekday_words

NOTE = "daily-note"


@dataclass(frozen=True)
class Chosen:
    """Something that nobody agreed and that had to be chosen; `place` is where the definition has it."""

    place: str
    sentence: str


@dataclass(frozen=True)
class Said:
    """The same words to one or several posts at one time; `in_note` says that they come as a line of the daily note."""

    at: datetime
    kind: str
    posts: tuple[str, ...]
    title: str
    text: str
    why: str
    source: str
    in_note: bool


def rehearsal_rows(definition: Definition, rehearsal: Rehearsal) -> dict[str, Any]:
    """What `convenor rehearse --format json` prints; CONTRACT pins its keys."""
    meetings = Year(rehearsal.meetings, ())
    return {
        "meetings": agreed_year.calendar_rows(definition.arrangements, meetings),
        "messages": [_message_row(each) for each in rehearsal.messages],
        "chosen": [asdict(each) for each in chosen(definition.arrangements, rehearsal)],
        "open": standing_open(definition),
    }


def _message_row(each: Rehearsed) -> dict[str, Any]:
    return {
        "key": each.key,
        "at": each.at.isoformat(),
        "day": each.day.isoformat(),
        "post": each.post,
        "kind": each.kind,
        "title": each.title,
        "text": each.text,
        "why": each.why,
        "source": each.source,
    }


def chosen(arrangements: Arrangements, rehearsal: Rehearsal) -> list[Chosen]:
    """Everything that was chosen to run this: each group's slot and hours, then the times of reminders and notes."""
    found = []
    for group in arrangements.groups:
        words = dict.fromkeys(word for m in rehearsal.meetings if m.group == group.id for word in m.chosen)
        found += [Chosen(f"planning.groups.{group.id}", f"{group.name}, {word}") for word in words]
    return found + _chosen_times(arrangements)


def _chosen_times(arrangements: Arrangements) -> list[Chosen]:
    planning = arrangements.planning
    monday = date(2027, 1, 4)
    weekday = weekday_words(monday.replace(day=monday.day + planning.weekly_digest_day))
    days = counted(planning.overdue_daily, "working day")
    sentences = {
        "daily_note": f"The daily note goes at {hour(planning.daily_note)} on working days.",
        "weekly_digest": f"The weekly digest goes on {weekday} at {hour(planning.weekly_digest)}.",
        "papers_call_days": f"Papers are called for {planning.papers_call_days} days before their day.",
        "not_planned_days": f"A meeting that is not confirmed is brought up {planning.not_planned_days} days "
        "before the latest day that its rule allows.",
        "quorum_days": f"Attendance is asked for {planning.quorum_days} days before a meeting that needs a quorum.",
        "register_days": f"Registers are brought up to date {planning.register_days} days before a meeting has them.",
        "overdue_daily": f"What is overdue is brought up daily for {days}, then weekly.",
    }
    closures = [
        Chosen("planning.closures", f"Closed from {day_words(each.from_)} to {day_words(each.until)}: {each.why}.")
        for each in planning.closures
    ]
    return [Chosen(f"planning.{place}", sentence) for place, sentence in sentences.items()] + closures


def standing_open(definition: Definition) -> list[dict[str, str]]:
    """What the arrangements do not say, as `convenor check` has it: place, sentence and what is wanted."""
    return definitions.check_rows(checks.check_text(definition.text, definitions.pack()))["open"]


def said(rehearsal: Rehearsal) -> list[Said]:
    """Everything told, in the order of time; the same words to several posts once, and no note beside its own lines."""
    messages = [each for each in rehearsal.messages if each.kind != NOTE]
    found = []
    for (at, kind, title, text), same in groupby(
        sorted(messages, key=lambda m: (m.at, m.kind, m.title, m.text)), key=lambda m: (m.at, m.kind, m.title, m.text)
    ):
        ones = list(same)
        posts = tuple(dict.fromkeys(one.post for one in ones))
        source = "; ".join(dict.fromkeys(one.source for one in ones if one.source))
        found.append(Said(at, kind, posts, title, text, ones[0].why, source, in_note=not title))
    return found


def rehearsal_table(definition: Definition, rehearsal: Rehearsal) -> str:
    """The rehearsal as plain text: the meetings, then what is told day by day, what is chosen and what stands open."""
    arrangements = definition.arrangements
    zone = ZoneInfo(arrangements.zone)
    parts = [agreed_year.calendar_table(arrangements, Year(rehearsal.meetings, ()))]
    for day, ones in groupby(said(rehearsal), key=lambda each: each.at.astimezone(zone).date()):
        lines = [long_day(day)]
        for one in ones:
            lines += _lines(arrangements, one, zone)
        parts.append("\n".join(lines) + "\n")
    words = chosen(arrangements, rehearsal)
    opened = standing_open(definition)
    parts.append("\n".join([f"Chosen, not agreed ({len(words)}):", *(f"  {each.sentence}" for each in words)]) + "\n")
    parts.append("\n".join([f"Standing open ({len(opened)}):", *(f"  {each['sentence']}" for each in opened)]) + "\n")
    parts.append(summary(rehearsal) + "\n")
    return "\n".join(parts)


def _lines(arrangements: Arrangements, one: Said, zone: ZoneInfo) -> Iterable[str]:
    titles = ", ".join(arrangements.title(post) for post in one.posts)
    yield f"  {hour(one.at, zone)}  {titles}"
    yield f"         {one.text if one.in_note else one.title}"
    yield f"         Why: {one.why}" + (f" ({one.source})" if one.source and one.source != "chosen" else "")


def summary(rehearsal: Rehearsal) -> str:
    """One sentence with the figures of a rehearsal."""
    notes = sum(each.kind == NOTE for each in rehearsal.messages)
    own = sum(bool(each.title) for each in rehearsal.messages) - notes
    lines = len(rehearsal.messages) - notes - own
    meetings = counted(len(rehearsal.meetings), "meeting")
    return (
        f"{meetings}; {counted(notes, 'daily note')} with {counted(lines, 'line')}, "
        f"and {counted(own, 'message')} on their own. Nobody answered in this rehearsal."
    )
