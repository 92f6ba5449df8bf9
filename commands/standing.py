"""What stands on a group's agenda: what was raised, and the reports that another group has seen and sends on.

It stands on the next meeting of its group that is neither held nor cancelled, and on the one after that again, until
somebody records what came of it or sends it on. So does what was decided between meetings, until it is ratified.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from storage.arrangements import reminders
from storage.arrangements.groups import Group
from storage.arrangements.returns import Return
from storage.records import meetings, polls, raised, returns
from storage.records.meetings import MeetingRow
from storage.records.polls import Poll
from storage.records.raised import Raised
from storage.records.returns import Round

from . import decisions_words
from .meeting_words import group_of
from .raised_by_whom import who_words
from .registers import posts_acted_for
from .work import Work

COMMENTS = "comments"
"""The question of what a group says on a report that it has received and that goes on to another group."""

AHEAD = timedelta(days=800)
BACK = timedelta(days=400)
"""How far ahead a group's next meeting is looked for, and how far back a report that goes on."""


@dataclass(frozen=True)
class Carried:
    """A report that `seen_by` has received and that goes on to another group; `comments` are theirs, if here."""

    report: Return
    round_: Round
    seen_by: Group
    comments: Raised | None

    @property
    def line(self) -> str:
        """What stands on the agenda."""
        named = f"{self.report.name}, with the comments of the {self.seen_by.name}"
        if self.comments is None:
            return f"{named}, which are not here yet"
        return f"{named}: {one_line(self.comments.text)}"


def next_meeting(work: Work, group: str, since: date | None = None) -> MeetingRow | None:
    """The next meeting of a group, from today or a later day on, that is neither held nor cancelled."""
    first = max(since or work.today, work.today)
    rows = meetings.between(work.scope, first, work.today + AHEAD, group)
    return next((row for row in rows if row.status in ("planned", "confirmed")), None)


def meeting_of(work: Work, row: Raised) -> MeetingRow | None:
    """The meeting on whose agenda something stands; None where its group has none ahead, or it is dealt with."""
    return next_after(work, row.group, row.raised_at) if row.state == "open" else None


def next_after(work: Work, group: str, at: datetime) -> MeetingRow | None:
    """The meeting on whose agenda something stands since a time: the group's next one that begins after it."""
    found = next_meeting(work, group, at.astimezone(work.terms.zone).date())
    if found is not None and found.starts_at is not None and found.starts_at < at:
        return next_meeting(work, group, found.day + timedelta(days=1))
    return found


def raised_for(work: Work, meeting: MeetingRow) -> list[Raised]:
    """What was raised and stands on that meeting's agenda, in the order in which it was raised."""
    open_ones = [each for each in raised.every(work.scope, group=meeting.group) if each.question != COMMENTS]
    return [each for each in open_ones if _is(meeting_of(work, each), meeting)]


def decided_for(work: Work, meeting: MeetingRow) -> list[Poll]:
    """The decisions that wait for that meeting: to be ratified, or because nothing came of them."""
    closed = polls.every(work.scope, kind=polls.DECISION, group=meeting.group, state="closed")
    waiting = [each for each in closed if decisions_words.waits_for_meeting(each)]
    return [
        each
        for each in waiting
        if each.closed_at is not None and _is(next_after(work, each.group, each.closed_at), meeting)
    ]


def _is(found: MeetingRow | None, meeting: MeetingRow) -> bool:
    return found is not None and found.record == meeting.record


def carried_to(work: Work, meeting: MeetingRow) -> list[Carried]:
    """The reports that another group has received since this group last met, and that go on to this meeting."""
    if not _is(next_meeting(work, meeting.group), meeting):
        return []
    return list(carried_between(work, meeting, _last_before(work, meeting)))


def carried_between(work: Work, meeting: MeetingRow, last: date | None) -> Iterator[Carried]:
    """The reports that another group received after `last`, up to that meeting's day, and that go on to its group."""
    first = last or meeting.day - BACK
    comments = {each.came_from: each for each in raised.every(work.scope, group=meeting.group, state=None)
                if each.question == COMMENTS}  # fmt: skip
    for report in work.arrangements.returns:
        if report.carried_to != meeting.group or report.to_group is None:
            continue
        for round_ in returns.rounds(work.scope, report.id):
            seen = meetings.find(work.scope, round_.group, round_.meeting) if round_.meeting else None
            if seen is None or round_.state == "cancelled" or not _has_been(work, seen):
                continue
            if first < seen.day <= meeting.day:
                yield Carried(report, round_, group_of(work, seen), comments.get(round_.record))


def _has_been(work: Work, row: MeetingRow) -> bool:
    return row.status == "held" or (row.status != "cancelled" and row.day < work.today)


def _last_before(work: Work, meeting: MeetingRow) -> date | None:
    """The day of the group's last meeting before this one that took place; None where none is on record."""
    rows = meetings.between(work.scope, meeting.day - BACK, meeting.day - timedelta(days=1), meeting.group)
    been = [row.day for row in rows if _has_been(work, row)]
    return been[-1] if been else None


# In words


def standing(work: Work, meeting: MeetingRow) -> list[str]:
    """What was raised, or is sent on, and stands on that meeting's agenda: a line each, ready to be read.

    Where a group's papers stay outside, the lines have the numbers and who raised it, and nothing of what was written.
    """
    outside = group_of(work, meeting).content_outside
    lines = [line_of(work, each, bare=outside) for each in raised_for(work, meeting)]
    for each in carried_to(work, meeting):
        bare = f"{each.report.name}, with the comments of the {each.seen_by.name}"
        lines.append(bare if outside else each.line)
    return [*lines, *(decisions_words.agenda_line(work, each) for each in decided_for(work, meeting))]


def line_of(work: Work, row: Raised, *, bare: bool = False) -> str:
    """Something that was raised, on one line: its number, who raised it, how it came here, and what it says."""
    came = ""
    if row.sent_on_from:
        groups = work.arrangements.groups_by_id
        sender = groups[row.sent_on_from].name if row.sent_on_from in groups else row.sent_on_from
        came = f", sent on by the {sender}"
        came += f", carried by the {work.arrangements.title(row.carried_by)}" if row.carried_by else ""
    head = f"Raised {row.number}, by {who_words(work, row)}{came}"
    return head if bare else f"{head}: {one_line(row.text)}"


def one_line(text: str) -> str:
    """A text on one line, without the stops before its joins."""
    *lines, last = [line.strip() for line in text.splitlines() if line.strip()] or [""]
    return "; ".join([*(line.removesuffix(".") for line in lines), last])


# Who may see it


def may_see(work: Work, person: str, group: str) -> bool:
    """Whether somebody sits at a group's table, sees to its papers, is a scrutineer, or the business manager.

    Whoever stands in for them, covers or answers for them may too. Those who are only invited may not.
    """
    entry = work.arrangements.groups_by_id.get(group)
    posts = {work.arrangements.secretariat.business_manager}
    posts |= {s.post for g in work.arrangements.groups for s in g.seats if s.capacity == "scrutineer"}
    if entry is not None:
        posts |= {seat.post for seat in reminders.at_the_table(entry, work.today)}
        posts |= {post for post in (entry.papers_by, entry.papers.owner if entry.papers else None) if post}
    return bool(posts & posts_acted_for(work, person))


def actor_may_see(work: Work, group: str) -> bool:
    """The same for whoever acts; the administrator and time may."""
    return work.actor.person is None or may_see(work, work.actor.person, group)
