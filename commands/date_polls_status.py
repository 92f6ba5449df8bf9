"""The message about a date poll that is kept true, for whoever chairs and for the business manager.

Whatever changes an answer, or whether the poll is open, calls `changed` at its end; what comes before the next delivery
goes out as one.
"""

from storage.arrangements.groups import Group
from storage.records import polls
from storage.records.meetings import MeetingRow
from storage.records.message import Less
from storage.records.polls import Poll

from .date_polls_standing import Standing, standing
from .date_polls_words import data_of, slot_fields, take_buttons
from .work import Work

KIND = "date-status"

CLOSES, DUE = "date-closes", "date-due"
"""The duties: the chair is to choose; whoever has not answered is reminded."""


def changed(work: Work, poll: Poll, found: Standing | None = None) -> None:
    """Brings the message about a poll up to date, with one of its own for each of its readers."""
    work.scope.session.flush()
    found = found or standing(work, poll)
    data = data_of(work, found)
    told: set[str | None] = set()
    for post in readers(work, found.group):
        person, _ = work.reach(post, found.group.id)
        if person in told:
            continue
        told.add(person)
        work.say(
            KIND,
            post=post,
            key=f"{KIND}:{poll.record}",
            record=poll.record,
            data=data,
            why="how a date poll stands, kept true",
            source=found.group.source,
            fields=slot_fields(work, found),
            buttons=take_buttons(work, found),
            live=True,
            by_mail=Less(title=f"{poll.name}: people are asked", text=_letter(found)),
        )


def readers(work: Work, group: Group) -> list[str]:
    """Whose the message is: whoever chairs the group, and the business manager."""
    manager = work.arrangements.secretariat.business_manager
    return list(dict.fromkeys(post for post in (group.chair, manager) if post))


def _letter(found: Standing) -> str:
    """What a letter says instead: the same however the poll goes on, so that there is one."""
    return (
        "How it stands changes with each answer, so it is not written in letters. "
        f"It can be asked for in chat with: poll dates {found.group.id}"
    )


def end(work: Work, poll: Poll, state: str, because: str) -> None:
    """Ends a poll: nobody is asked or reminded any more."""
    poll.state, poll.ended_because, poll.closed_at = state, because, work.now
    work.scope.session.add(poll)
    work.release(poll.record, (CLOSES, DUE), because)


def follow_meeting(work: Work, row: MeetingRow) -> None:
    """Ends the polls for a meeting that is cancelled; keeps what is told of them true where it has moved."""
    for poll in polls.every(work.scope, kind=polls.DATE, group=row.group):
        if poll.meeting != row.place:
            continue
        if row.status == "cancelled":
            end(work, poll, "cancelled", "the meeting was cancelled")
        changed(work, poll)
