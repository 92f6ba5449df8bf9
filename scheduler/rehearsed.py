"""What a rehearsal tells: the same words to several posts as one, what had to be chosen, and the figures."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from commands.words import hour
from storage.arrangements.partnership import Arrangements
from storage.arrangements.phrases import counted, day_words, weekday_words

from .rehearsal import Rehearsal

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
        "chairs_brief_days": f"The chair has a brief {counted(planning.chairs_brief_days, 'working day')} "
        "before a meeting.",
        "attendance_days": f"Whether they come, seats are asked {planning.attendance_days} days before a meeting."
        if planning.attendance_days
        else "Nobody is asked whether they come to a meeting.",
        "quorum_days": f"The chair hears {planning.quorum_days} days before a meeting whether it can do its business.",
        "register_days": f"Registers are brought up to date {planning.register_days} days before a meeting has them.",
        "overdue_daily": f"What is overdue is brought up daily for {days}, then weekly.",
    }
    closures = [
        Chosen("planning.closures", f"Closed from {day_words(each.from_)} to {day_words(each.until)}: {each.why}.")
        for each in planning.closures
    ]
    return [Chosen(f"planning.{place}", sentence) for place, sentence in sentences.items()] + closures


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
