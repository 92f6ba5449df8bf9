"""Personal links to the page where somebody answers a poll: one for each person and poll, good while it is of use.

The page asks for no code: whoever has the letter may answer for their seats, which is what the letter is for
(docs/polls.md). It is about no case.
"""

import secrets
from datetime import UTC, datetime, timedelta

from storage.records import links, meetings, people, polls
from storage.records.links import Link
from storage.records.polls import Poll

from . import attendance_standing
from .work import Work

PURPOSE = "poll"

AFTER = timedelta(days=60)
"""How long after the meeting, or after it was closed, the page can still be seen; chosen."""


def link_for(work: Work, poll: Poll, person: str) -> tuple[str, str]:
    """The id of somebody's link for a poll, made where there is none that still leads there; it has no code."""
    existing = links.open_of(work.scope, [person], work.now, PURPOSE)
    found = next((link for link in existing if link.record == poll.record), None)
    if found is None:
        found = Link(
            id=secrets.token_urlsafe(16),
            partnership=work.scope.partnership,
            person=person,
            purpose=PURPOSE,
            record=poll.record,
            made_at=work.now,
            expires_at=max(_over(work, poll), work.now) + AFTER,
        )
        work.scope.session.add(found)
        work.scope.session.flush()
    return found.id, ""


def poll_of(work: Work, link: Link) -> Poll | None:
    """The poll of a link; None where it was withdrawn, or is over for so long that nobody is shown it any more."""
    poll = polls.of_record(work.scope, link.record)
    if poll is None or poll.state == "cancelled":
        return None
    over = poll.closed_at if poll.closed_at is not None else _over(work, poll)
    return poll if work.now <= max(over, poll.opened_at) + AFTER else None


def posts_of(work: Work, poll: Poll, person: str) -> list[str]:
    """The seats of a poll for which somebody may answer today: they are in them, stand in, cover, or are their PA.

    A PA answers whether the officer comes and when they can, never a decision. Of a meeting whoever is in the seat on
    its day may answer too.
    """
    seats = [seat.post for seat in polls.seats(work.scope, poll)]
    if poll.kind == polls.ATTENDANCE:
        return [post for post in seats if attendance_standing.may_answer(work, person, poll.group, poll.meeting, post)]
    held = people.holdings_of(work.scope, person, work.today)
    may = {each.post for each in held if each.capacity != "pa" or poll.kind != polls.DECISION}
    at = work.now.astimezone(work.terms.zone).time() if poll.kind == polls.DECISION else None
    covers = people.covers_on(work.scope, work.today, group=poll.group, at=at)
    may |= {each.post for each in covers if each.person == person}
    return [post for post in seats if post in may]


def leads_somewhere(work: Work, link: Link) -> bool:
    """Whether a link's person may still answer for a seat of its poll, or look at what was answered."""
    poll = poll_of(work, link)
    return poll is not None and bool(posts_of(work, poll, link.person))


def others_of(work: Work, link: Link) -> list[tuple[Link, Poll]]:
    """What else the person of a link has a link for that is still open, so that one page leads to all of it."""
    found = []
    for other in links.open_of(work.scope, [link.person], work.now, PURPOSE):
        poll = poll_of(work, other) if other.id != link.id else None
        if poll is not None and poll.state == "open" and posts_of(work, poll, other.person):
            found.append((other, poll))
    return found


def _over(work: Work, poll: Poll) -> datetime:
    """When a poll is over by itself: when it closes, at the latest at the end of the meeting's day."""
    row = meetings.find(work.scope, poll.group, poll.meeting) if poll.meeting else None
    ends = [poll.closes_at or poll.opened_at]
    if row is not None:
        ends.append(datetime.combine(row.day, datetime.max.time(), work.terms.zone).astimezone(UTC))
    return max(ends).replace(microsecond=0)
