"""A rehearsal for people and programs: as rows of JSON, as text, and as the parts of the printed page."""

from collections.abc import Iterable
from dataclasses import asdict
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from commands import agreed_year, definitions
from commands.definitions import Definition
from commands.words import hour, long_day
from scheduler.rehearsal import Rehearsal, Rehearsed
from scheduler.rehearsed import Said, chosen, said, summary
from storage.arrangements.meetings import Year
from storage.arrangements.partnership import Arrangements


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


def standing_open(definition: Definition) -> list[dict[str, str]]:
    """What the arrangements do not say, as `convenor check` has it: place, sentence and what is wanted."""
    return definitions.check_rows(definitions.look_over(definition.text))["open"]


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
