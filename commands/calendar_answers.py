"""What somebody's calendar program answers to an invitation of ours: it counts as what they say of whether they come.

The invitation is found by the meeting's UID, and whoever answers by the address that was invited (RFC 5546, 3.2.3).
An answer to an hour that has changed since is none, and one that is older than what the seat has said counts no more.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from storage.records import invited, meetings, partnerships, people, polls
from storage.records.invited import INVITED, TAKEN_BACK
from storage.records.meetings import MeetingRow
from storage.records.scope import Scope

from . import attendance, calendar_entries, invitations
from .permissions import Actor, time
from .runner import Runner
from .work import Work

CAME_BY = "calendar"

VALUES: Mapping[str, str] = {"ACCEPTED": "yes", "DECLINED": "no", "TENTATIVE": "unsure", "DELEGATED": "deputy"}
"""What counts of what a calendar program can say of somebody, and as which answer."""

Became = Literal["counted", "refused", "left"]
"""What became of an answer: it counts (or something newer does already), it may count later, or it is none for us."""


@dataclass(frozen=True)
class Reply:
    """An answer as it came. `attendee`: whose it is, by address; `sender`: who sent it, they or somebody for them.

    `sequence` is that of the invitation that was answered, `came_at` when the answer arrived.
    """

    uid: str
    attendee: str
    sender: str
    said: str
    sequence: int
    came_at: datetime


@dataclass(frozen=True)
class _Meant:
    """Whom an answer comes from, and which seats of which meeting it is for."""

    actor: Actor
    group: str
    place: str
    posts: tuple[str, ...]
    is_older: tuple[str, ...]


def take(runner: Runner, reply: Reply, once: str, now: datetime) -> Became:
    """Counts an answer for every seat that its person has in the meeting. `once`: what tells it from all others."""
    value = VALUES.get(reply.said.upper())
    meant = _meant(runner, reply, now) if value is not None else None
    if meant is None:
        return "left"
    became: Became = "counted"
    for post in meant.posts:
        if post in meant.is_older:
            continue
        form = {"group": meant.group, "place": meant.place, "post": post, "value": value, "came_by": CAME_BY}
        outcome = runner.perform(meant.actor, attendance.ANSWER.name, form, _key(once, post), now)
        if outcome.refusals:
            became = "refused"
    return became


def _key(once: str, post: str) -> str:
    return f"calendar:{hashlib.sha256(once.encode()).hexdigest()[:32]}:{post}"


def _meant(runner: Runner, reply: Reply, now: datetime) -> _Meant | None:
    with runner.store.reading() as session:
        attendee, sender = people.by_email(session, reply.attendee), people.by_email(session, reply.sender)
        partnership = next(
            (each.id for each in partnerships.every(session) if reply.uid.startswith(f"{each.id}.")), None
        )
        if attendee is None or sender is None or partnership is None:
            return None
        work = runner.work(Scope(session, partnership), time(partnership), now)
        row = _meeting(work, reply.uid)
        if row is None or row.status != "confirmed" or not _is_of_now(work, row, attendee.id, reply.sequence):
            return None
        posts = invitations.at_its_table(work, row).told.get(attendee.id, [])
        if not posts:
            return None
        older = tuple(post for post in posts if _has_said_since(work, row, post, reply.came_at))
        return _Meant(Actor(partnership, sender.id), row.group, row.place, tuple(posts), older)


def _meeting(work: Work, uid: str) -> MeetingRow | None:
    """The meeting of a calendar entry of ours, by its UID."""
    group, _, rest = uid.removeprefix(f"{work.scope.partnership}.").partition(".")
    row = meetings.find(work.scope, group, rest.rpartition("@")[0])
    found = row is not None and calendar_entries.uid(work.scope.partnership, row.group, row.place) == uid
    return row if found else None


def _is_of_now(work: Work, row: MeetingRow, person: str, sequence: int) -> bool:
    """Whether what was answered is the newest that this person was told of the meeting, and that is an invitation."""
    told = [each for each in invited.of_record(work.scope, row.record) if each.person == person]
    newest = next((each for each in reversed(told) if each.state != TAKEN_BACK), None)
    return newest is not None and newest.state == INVITED and sequence >= newest.sequence


def _has_said_since(work: Work, row: MeetingRow, post: str, came_at: datetime) -> bool:
    """Whether a seat has said something by another way after a calendar's answer came in.

    Answers of calendars are taken in the order in which they came, but later than that: of them the last one counts.
    """
    poll = polls.find(work.scope, polls.ATTENDANCE, f"{row.group}.{row.place}")
    seats = [seat for seat in polls.seats(work.scope, poll) if seat.post == post] if poll is not None else []
    return any(s.came_by != CAME_BY and s.answered_at is not None and came_at < s.answered_at < work.now for s in seats)
