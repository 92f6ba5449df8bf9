"""How a date poll stands: its slots, who can come to which, and at which one business can be done best.

Nothing here changes anything. An answer is about a person: once they are in the seat no more it counts no longer, and
whoever is there now is as one who has not answered.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Literal

from storage.arrangements import reminders
from storage.arrangements.groups import Group
from storage.arrangements.quorums import Comes, Reading, Seated, readings
from storage.arrangements.slots_offered import Fit, best
from storage.records import meetings, people, polls
from storage.records.meetings import MeetingRow
from storage.records.polls import Poll, Seat

from . import poll_links, terms
from .attendance_standing import with_confirmed
from .work import Work

YES, NEED, NO = "yes", "if need be", "no"
"""The answers to one slot."""

Said = Literal["yes", "if need be", "no"]

_COMES: Mapping[str, Comes] = {YES: "yes", NEED: "yes", NO: "no"}


@dataclass(frozen=True)
class Slot:
    """One slot of a poll. `key` names it in answers: when it starts, as ISO text in UTC. `against`: in words."""

    key: str
    starts: datetime
    ends: datetime | None
    against: tuple[str, ...] = ()


def slots_of(poll: Poll) -> list[Slot]:
    """The slots that were asked about, in the order of time."""
    rows: Any = poll.question.get("slots", [])
    return [
        Slot(
            key=str(row["at"]),
            starts=datetime.fromisoformat(row["at"]),
            ends=datetime.fromisoformat(row["ends"]) if row.get("ends") else None,
            against=tuple(row.get("against", ())),
        )
        for row in rows
    ]


def as_question(slots: Iterable[Slot]) -> dict[str, object]:
    """Slots as a poll's question holds them, frozen."""
    rows = [
        {"at": slot.key, "ends": slot.ends.isoformat() if slot.ends else "", "against": list(slot.against)}
        for slot in slots
    ]
    return {"slots": rows}


def key_of(starts: datetime) -> str:
    """What names a slot in answers."""
    return starts.astimezone(UTC).isoformat()


def find(work: Work, group: str, number: int = 0) -> Poll | None:
    """A group's date poll by its number; without one the only one that is open."""
    if number:
        return polls.find(work.scope, polls.DATE, f"{group}.{number}")
    found = polls.every(work.scope, kind=polls.DATE, group=group)
    return found[0] if len(found) == 1 else None


def number_of(poll: Poll) -> int:
    """The number of a group's date poll."""
    return int(poll.place.rpartition(".")[2])


def form_of(poll: Poll) -> dict[str, str]:
    """What names a date poll on a button."""
    return {"group": poll.group, "number": str(number_of(poll))}


def meeting_of(work: Work, poll: Poll) -> MeetingRow | None:
    """The meeting for which a date is looked for; None where it is a new one."""
    return meetings.find(work.scope, poll.group, poll.meeting) if poll.meeting else None


def group_of(work: Work, poll: Poll) -> Group:
    """The group of a poll; one that the arrangements hold no more is as it was when it was asked."""
    found = work.arrangements.groups_by_id.get(poll.group)
    return found or terms.of(work.scope, poll.version).arrangements.groups_by_id[poll.group]


# Whose seat it is


def may_answer(work: Work, person: str, poll: Poll, post: str = "") -> bool:
    """Whether somebody may answer for a seat of a poll, or for any: in it, standing in, covering, or as its PA."""
    posts = poll_links.posts_of(work, poll, person)
    return post in posts if post else bool(posts)


def acts_in(work: Work, person: str, poll: Poll, post: str) -> bool:
    """Whether somebody is in a post themselves, stands in or covers it: not as its PA."""
    return post in people.may_act_for(work.scope, person, work.today, group=poll.group)


def reached(work: Work, poll: Poll, posts: Iterable[str]) -> dict[str, str]:
    """Who is in which of some posts today, as far as somebody is: cover before holder before deputy."""
    return people.in_posts(work.scope, posts, work.today, group=poll.group)


# How it stands


@dataclass(frozen=True)
class SeatStands:
    """A seat of a poll: who is in it today (empty: nobody), and its answers by slot as far as they still count."""

    post: str
    person: str
    decides: bool
    answers: Mapping[str, str]


@dataclass(frozen=True)
class SlotStands:
    """How one slot stands: the posts by what they say of it; those that have not answered are in none."""

    slot: Slot
    yes: tuple[str, ...]
    need: tuple[str, ...]
    no: tuple[str, ...]
    fit: Fit

    @property
    def readings(self) -> tuple[Reading, ...]:
        """The quorum as if the meeting were then; none where our arrangements have no rule."""
        return self.fit.readings


@dataclass(frozen=True)
class Standing:
    """How a date poll stands now."""

    poll: Poll
    group: Group
    row: MeetingRow | None
    seats: tuple[SeatStands, ...]
    slots: tuple[SlotStands, ...]

    @cached_property
    def best(self) -> SlotStands | None:
        """The slot at which business can be done best, as far as people have answered; None where nobody can come."""
        found = best(each.fit for each in self.slots)
        return next((each for each in self.slots if found is not None and each.slot.key == found.slot), None)

    @property
    def ranked(self) -> list[SlotStands]:
        """The slots to which anybody can come, the best first."""
        rest, found = list(self.slots), []
        while (one := best(each.fit for each in rest)) is not None:
            found += [each for each in rest if each.slot.key == one.slot]
            rest = [each for each in rest if each.slot.key != one.slot]
        return found

    @property
    def answered(self) -> tuple[SeatStands, ...]:
        """The seats that have answered."""
        return tuple(seat for seat in self.seats if seat.answers)

    @property
    def silent(self) -> tuple[SeatStands, ...]:
        """The seats with somebody in them who has not answered."""
        return tuple(seat for seat in self.seats if seat.person and not seat.answers)

    @property
    def vacant(self) -> tuple[SeatStands, ...]:
        """The seats with nobody."""
        return tuple(seat for seat in self.seats if not seat.person)


def standing(work: Work, poll: Poll) -> Standing:
    """How a date poll stands now."""
    group = group_of(work, poll)
    rows = polls.seats(work.scope, poll)
    there = reached(work, poll, [row.post for row in rows])
    counts = {row.post: row for row in rows if _still_counts(work, poll, row)}
    seats = tuple(
        SeatStands(row.post, there.get(row.post, ""), row.decides, dict(row.slots) if row.post in counts else {})
        for row in rows
    )
    slots = tuple(_slot(work, poll, group, seats, slot) for slot in slots_of(poll))
    return Standing(poll, group, meeting_of(work, poll), seats, slots)


def _still_counts(work: Work, poll: Poll, row: Seat) -> bool:
    """Whether an answer still counts: whoever it is about is in the post today, stands in or covers it."""
    return bool(row.value) and row.who in people.all_in_post(work.scope, row.post, work.today, group=poll.group)


def _slot(work: Work, poll: Poll, group: Group, seats: tuple[SeatStands, ...], slot: Slot) -> SlotStands:
    by = {said: tuple(s.post for s in seats if s.answers.get(slot.key) == said) for said in (YES, NEED, NO)}
    can = {*by[YES], *by[NEED]}
    decide = {s.post for s in seats if s.decides}
    fit = Fit(
        slot.key,
        readings=_readings(work, poll, group, seats, slot),
        deciding=len(can & decide),
        gladly=len({*by[YES]} & decide),
        others=len(can - decide),
        leads=bool(can & {group.chair, group.vice_chair}),
        against=len(slot.against),
    )
    return SlotStands(slot, by[YES], by[NEED], by[NO], fit)


def _readings(work: Work, poll: Poll, group: Group, seats: tuple[SeatStands, ...], slot: Slot) -> tuple[Reading, ...]:
    """The quorum as if the meeting were then. A deputy is not asked about: the poll asks who can come themselves."""
    quorum = with_confirmed(group.quorum, polls.confirmed(work.scope, group.id, poll.meeting))
    if quorum is None:
        return ()
    skills = {seat.post: seat.skill for seat in group.seats}
    posts = work.arrangements.posts_by_id
    return readings(
        quorum,
        [
            Seated(
                post=seat.post,
                comes=_COMES.get(seat.answers.get(slot.key, ""), ""),
                agency=(posts[seat.post].agency or "") if seat.post in posts else "",
                skill=skills.get(seat.post, ""),
                vacant=not seat.person,
                counts=seat.decides,
            )
            for seat in seats
        ],
    )


def deciding(group: Group, row: MeetingRow | None, work: Work) -> set[str]:
    """The posts that make a group's quorum on the day of a meeting, or today."""
    return {seat.post for seat in reminders.deciding(group, row.day if row is not None else work.today)}


def table(group: Group, row: MeetingRow | None, work: Work) -> list[str]:
    """The posts at the table on the day of a meeting, or today."""
    return [seat.post for seat in reminders.at_the_table(group, row.day if row is not None else work.today)]
