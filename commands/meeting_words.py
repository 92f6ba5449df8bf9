"""What words about a meeting may use: its group, its name in a list, its day and hours."""

from datetime import datetime, time

from storage.arrangements.groups import Group
from storage.records.meetings import MeetingRow

from . import terms
from .words import hour
from .work import Work


def group_of(work: Work, row: MeetingRow) -> Group:
    """The group of a meeting; one that the arrangements hold no more is as it was when the meeting was planned."""
    found = work.arrangements.groups_by_id.get(row.group)
    return found or terms.of(work.scope, row.version).arrangements.groups_by_id[row.group]


def name(work: Work, row: MeetingRow) -> str:
    """What people call a meeting in a list of changes."""
    return f"{group_of(work, row).name} ({row.place})"


def local_hour(work: Work, moment: datetime | None) -> str:
    """An hour in the partnership's zone: "09:30"; empty when there is none."""
    return hour(moment, work.terms.zone)


def begins(work: Work, row: MeetingRow) -> time | None:
    """The local time at which a meeting begins: who covers a post at that hour sits there; None where none is set."""
    return row.starts_at.astimezone(work.terms.zone).time() if row.starts_at is not None else None


def describe(work: Work, row: MeetingRow) -> dict[str, object]:
    """The values of templates about a meeting."""
    group = group_of(work, row)
    return {
        "group": group.name,
        "group_id": group.id,
        "place": row.place,
        "day": row.day,
        "starts": local_hour(work, row.starts_at),
        "ends": local_hour(work, row.ends_at),
        "status": row.status,
        "today": work.today,
        "content_outside": group.content_outside,
        "partnership": work.arrangements.short,
    }
