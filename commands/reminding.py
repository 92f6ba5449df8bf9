"""Handlers of the duties that meetings and posts owe. Each looks again before it asks, and closes with a reason."""

from storage.arrangements import reminders
from storage.records import meetings
from storage.records.duties import Duty
from storage.records.meetings import MeetingRow
from storage.records.message import MessageField

from . import planning, standing
from .meeting_words import describe, group_of
from .words import long_day
from .work import Work, seats_key


def _row(work: Work, duty: Duty) -> MeetingRow | None:
    _, group, place = duty.record.split(":", 2)
    work.note(duty.record, kind=duty.kind, part=duty.part, generation=duty.generation)
    return meetings.find(work.scope, group, place)


def of_meeting(work: Work, duty: Duty) -> str:
    """Any reminder of a meeting that is one line with what everybody may know of it."""
    row = _row(work, duty)
    if row is None or row.status == "cancelled":
        return "not asked: the meeting does not take place"
    if planning.settled(row, duty.kind):
        return "not asked: it has been done"
    if duty.kind in ("meeting-tomorrow", "quorum-needed", "register-review") and row.day <= work.today:
        return "not asked: the meeting has been"
    return work.line(duty, _data(work, row, duty), seats=_seats(work, row, duty))


def minutes_overdue(work: Work, duty: Duty) -> str:
    """Overdue minutes: said, and owed again on the next day of the rule."""
    said = of_meeting(work, duty)
    row = _row(work, duty)
    if row is None or not said.startswith("told"):
        return said
    group = group_of(work, row)
    if row.minutes_due is not None:
        setting = work.terms.setting
        number = reminders.next_overdue(setting, row.minutes_due, int(duty.part), work.now)
        following = reminders.minutes_overdue(setting, group, row.minutes_due, number)
        work.owe_also(duty.record, duty.generation, [following])
    return said


def agenda(work: Work, duty: Duty) -> str:
    """The agenda for one seat, once to each person: standing items, and where the papers are."""
    row = _row(work, duty)
    if row is None or row.status in ("cancelled", "held"):
        return "not sent: the meeting does not take place or has been"
    person, absent = work.reach(duty.post, row.group)
    return work.say(
        "agenda",
        post=duty.post,
        key=f"{seats_key(duty, absent=absent)}:{person}",
        record=duty.record,
        data=_data(work, row, duty) | {"standing": standing.standing(work, row)},
        why=duty.why,
        source=duty.source,
        fields=(MessageField(label="Meeting", value=long_day(row.day)),),
        seats=_seats(work, row, duty),
    )


def _seats(work: Work, row: MeetingRow, duty: Duty) -> list[str]:
    """All the posts at the table, where the duty is owed by each of them."""
    if not duty.part.startswith("seat:"):
        return []
    return [seat.post for seat in reminders.at_the_table(group_of(work, row), row.day)]


def _data(work: Work, row: MeetingRow, duty: Duty) -> dict[str, object]:
    group = group_of(work, row)
    quorum = group.quorum
    base = len(reminders.deciding(group, row.day))
    extra: dict[str, object] = {
        "papers_due": row.papers_due,
        "minutes_due": row.minutes_due,
        "latest": row.latest,
        "been": row.day < work.today,
        "items": [item.text for item in group.items_on(row.day, work.milestones_done)],
        "part": duty.part,
        "needed": quorum.needed(base) if quorum else None,
        "base": base,
        "deputies": quorum.deputies if quorum else "open",
    }
    name = duty.part.partition(":")[2]
    if duty.kind == "register-review":
        extra["register"] = next((r.name for r in work.arrangements.registers if r.id == name), name)
    return describe(work, row) | extra


def milestone(work: Work, duty: Duty) -> str:
    """A one-off date of the arrangements."""
    id_ = duty.record.partition(":")[2]
    work.note(duty.record)
    if id_ in work.milestones_done:
        return "not asked: it has been done"
    found = next((m for m in work.arrangements.milestones if m.id == id_), None)
    if found is None:
        return "not asked: the arrangements no longer hold it"
    return work.line(duty, {"title": found.title, "date": found.date, "id": found.id})
