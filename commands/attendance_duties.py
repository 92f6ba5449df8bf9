"""What time asks about attendance: each seat whether it comes, once more, and whoever chairs what would mend it."""

from storage.arrangements import reminders
from storage.records import meetings
from storage.records.duties import Duty
from storage.records.meetings import MeetingRow

from . import attendance_asking, attendance_mending, attendance_status, quorum_confirming, quorum_words
from .attendance_standing import poll_of, standing
from .meeting_words import describe, group_of
from .work import Work

CANCELLED = "not asked: the meeting does not take place"
BEGUN = "not asked: the meeting has begun or has been"


def _row(work: Work, duty: Duty) -> MeetingRow | None:
    _, group, place = duty.record.split(":", 2)
    work.note(duty.record, kind=duty.kind, part=duty.part, generation=duty.generation)
    return meetings.find(work.scope, group, place)


def _not_now(work: Work, row: MeetingRow | None) -> str:
    """Why nothing is asked; empty where it is."""
    if row is None or row.status == "cancelled":
        return CANCELLED
    if row.status == "held" or attendance_asking.has_begun(work, row):
        return BEGUN
    return ""


def asked(work: Work, duty: Duty) -> str:
    """Opens the poll and asks each seat with somebody in it that has not answered already."""
    row = _row(work, duty)
    if (no := _not_now(work, row)) or row is None:
        return no
    if row.status != "confirmed":
        return "not asked: the meeting is not confirmed"
    poll = attendance_asking.ensure(work, row)
    posts = [each.post for each in standing(work, row).unanswered]
    told = attendance_asking.ask(work, row, poll, posts)
    attendance_status.changed(work, poll)
    return f"told {len(told)}" if told else "told nobody: everybody has answered, or nobody is in the seats"


def due(work: Work, duty: Duty) -> str:
    """One line for a seat that was asked and has not answered."""
    row = _row(work, duty)
    if (no := _not_now(work, row)) or row is None:
        return no
    poll = poll_of(work, row)
    if poll is None or poll.opened_at.astimezone(work.terms.zone).date() >= work.today:
        return "not asked: the seats have only just been asked, or not at all"
    unanswered = [each.post for each in standing(work, row).unanswered]
    if duty.post not in unanswered:
        return "not asked: the seat has answered, or nobody is in it"
    data = describe(work, row) | {"line": f"meeting attend {row.group} {row.place}"}
    return work.line(duty, data, seats=unanswered)


def needed(work: Work, duty: Duty) -> str:
    """Tells whoever chairs whether the meeting can do its business, who is missing, and what would mend it."""
    row = _row(work, duty)
    if (no := _not_now(work, row)) or row is None:
        return no
    found = standing(work, row)
    if found.poll is not None and not found.open and found.met is not False and not found.missing:
        return "not asked: every seat comes"
    group = group_of(work, row)
    quorum, base = group.quorum, len(reminders.deciding(group, row.day))
    data = describe(work, row) | {
        "asked": found.poll is not None,
        "needed": quorum.needed(base) if quorum is not None else None,
        "base": base,
        "deputies": quorum.deputies if quorum is not None else "open",
        "summary": quorum_words.summary(found),
        "lines": quorum_words.lines(work, found),
        "missing": attendance_status.missing_lines(work, found),
        "open": [quorum_words.WAYS[what] for what in found.open],
    }
    return work.say(
        "quorum-needed",
        post=duty.post,
        key=str(duty.key),
        record=duty.record,
        data=data,
        why=duty.why,
        source=duty.source,
        buttons=(*quorum_confirming.offers(found), *attendance_mending.offers(found)) if found.poll is not None else (),
    )
