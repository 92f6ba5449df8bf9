"""How a meeting stands: who of its seats comes, from answers and known cover, and each reading of its quorum.

Nothing here changes anything. An answer is about a person: where they are not in the post on the meeting's day any
more, it counts no longer, and the seat is as if it had not answered.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from storage.arrangements import reminders
from storage.arrangements.groups import Group
from storage.arrangements.groups import Seat as AgreedSeat
from storage.arrangements.quorums import Comes, Quorum, Reading, Seated, readings
from storage.records import attended, meetings, people, polls
from storage.records.meetings import MeetingRow
from storage.records.polls import Confirmed, Poll, Seat

from .meeting_words import begins, group_of
from .work import Work


@dataclass(frozen=True)
class SeatStands:
    """One seat of a meeting and how it stands.

    `comes` is what is counted with: the answer where it still counts, else "deputy" where somebody is known to cover
    the post on that day. `value` is the answer as it was given, `who` the person it is about. `counts`: the seat is one
    of those that make the quorum. `vacant`: nobody is in its post that day, nor stands in. `covers`: who is known to
    cover it. `unsigned`: whoever comes has not signed what is signed before taking part, so they do not count.
    """

    post: str
    comes: Comes = ""
    value: str = ""
    who: str = ""
    because: str = ""
    answered_by: str = ""
    answered_at: datetime | None = None
    came_by: str = ""
    counts: bool = False
    vacant: bool = False
    covers: str = ""
    unsigned: bool = False
    agency: str = ""
    skill: str = ""

    @property
    def has_answered(self) -> bool:
        """Whether it has an answer that still counts."""
        return bool(self.comes) and bool(self.value)


@dataclass(frozen=True)
class Standing:
    """How a meeting stands. `poll`: None while nobody has been asked and nobody has answered.

    `quorum` is the rule with what was confirmed by name put in; None where our arrangements have none. `readings` is
    empty then. `confirmed`: what was confirmed, by "deputies" or "vacancies". `skills`: those needed at this meeting
    beside what the rule names.
    """

    row: MeetingRow
    group: Group
    poll: Poll | None
    seats: tuple[SeatStands, ...]
    quorum: Quorum | None
    readings: tuple[Reading, ...]
    confirmed: Mapping[str, Confirmed]
    skills: tuple[str, ...] = ()

    @property
    def counted(self) -> tuple[SeatStands, ...]:
        """The seats that make the quorum; all at the table where none is said to decide."""
        return tuple(each for each in self.seats if each.counts) or self.seats

    @property
    def missing(self) -> tuple[SeatStands, ...]:
        """The counted seats with somebody in them who does not come, is not sure, or has not answered."""
        return tuple(each for each in self.counted if not each.vacant and each.comes not in ("yes", "deputy"))

    @property
    def unanswered(self) -> tuple[SeatStands, ...]:
        """All seats with somebody in them that have no answer which still counts."""
        return tuple(each for each in self.seats if not each.vacant and not each.has_answered)

    @property
    def open(self) -> tuple[str, ...]:
        """What has to be confirmed by name before one reading is left: deputies, vacancies, both or nothing."""
        ways = ("deputies", "vacancies")
        return tuple(what for what in ways if len({getattr(reading, what) for reading in self.readings}) > 1)

    @property
    def met(self) -> bool | None:
        """Whether the meeting can do its business in every reading; None where no rule says, or the readings differ."""
        found = {reading.met for reading in self.readings}
        return found.pop() if len(found) == 1 else None


def place_of(row: MeetingRow) -> str:
    """The place of a meeting's attendance poll: "GROUP.PLACE"."""
    return f"{row.group}.{row.place}"


def poll_of(work: Work, row: MeetingRow) -> Poll | None:
    """The attendance poll of a meeting."""
    return polls.find(work.scope, polls.ATTENDANCE, place_of(row))


def meeting_of(work: Work, poll: Poll) -> MeetingRow | None:
    """The meeting that an attendance poll is about; None where our arrangements hold it no more."""
    return meetings.find(work.scope, poll.group, poll.meeting)


def standing(work: Work, row: MeetingRow) -> Standing:
    """How a meeting stands now."""
    group = group_of(work, row)
    poll = poll_of(work, row)
    said = {seat.post: seat for seat in polls.seats(work.scope, poll)} if poll is not None else {}
    rows = seats_of(work, row, group, said)
    confirmed = polls.confirmed(work.scope, group.id, row.place)
    quorum = with_confirmed(group.quorum, confirmed)
    skills = tuple(attended.needed(work.scope, group.id, row.place))
    found = tuple(readings(quorum, seated(rows), skills)) if quorum is not None else ()
    return Standing(row, group, poll, rows, quorum, found, confirmed, skills)


def with_confirmed(quorum: Quorum | None, confirmed: Mapping[str, Confirmed]) -> Quorum | None:
    """A rule with what was confirmed by name put where the arrangements leave it open; what they declare stays."""
    if quorum is None:
        return None
    put = {
        what: "count" if row.counts else "do not count"
        for what, row in confirmed.items()
        if what in ("deputies", "vacancies") and getattr(quorum, what) == "open"
    }
    return quorum.model_copy(update=put) if put else quorum


def seated(rows: Iterable[SeatStands]) -> list[Seated]:
    """The seats as the arithmetic takes them: whoever may not take part yet is as one who does not come."""
    return [
        Seated(
            post=each.post,
            comes="no" if each.unsigned and each.comes in ("yes", "deputy") else each.comes,
            agency=each.agency,
            skill=each.skill,
            vacant=each.vacant,
            counts=each.counts,
        )
        for each in rows
    ]


# The seats


@dataclass(frozen=True)
class InPost:
    """Who is in a post on the day of a meeting: its holders, those who stand in, and who covers it then."""

    holders: tuple[str, ...] = ()
    deputies: tuple[str, ...] = ()
    cover: str = ""

    @property
    def comes_by_right(self) -> str:
        """Whoever the post's own answer is about: who covers it that day, else its holder, else who stands in."""
        return next(filter(None, (self.cover, *self.holders, *self.deputies)), "")

    @property
    def everybody(self) -> set[str]:
        """All of them."""
        return {*self.holders, *self.deputies, self.cover} - {""}


def in_post_then(work: Work, row: MeetingRow, posts: Sequence[str]) -> dict[str, InPost]:
    """Who is in some posts on a meeting's day, at its hour: those that anybody is in."""
    held: dict[tuple[str, str], list[str]] = {}
    for each in people.holdings(work.scope, row.day, posts=posts):
        held.setdefault((each.post, each.capacity), []).append(each.person)
    covers = people.covers_on(work.scope, row.day, group=row.group, at=begins(work, row))
    covering = {each.post: each.person for each in sorted(covers, key=lambda each: bool(each.group))}
    found: dict[str, InPost] = {}
    for post in posts:
        one = InPost(
            tuple(held.get((post, "holder"), ())),
            tuple(held.get((post, "deputy"), ())),
            covering.get(post, ""),
        )
        if one.everybody:
            found[post] = one
    return found


def seats_of(work: Work, row: MeetingRow, group: Group, said: Mapping[str, Seat]) -> tuple[SeatStands, ...]:
    """The seats of a meeting: all at its table that day, and whoever else was asked by hand."""
    agreed: dict[str, AgreedSeat] = {each.post: each for each in reminders.at_the_table(group, row.day)}
    for each in group.seats:
        if each.post in said:
            agreed.setdefault(each.post, each)
    for post in said:
        agreed.setdefault(post, AgreedSeat(post=post, capacity="invited", source=group.source))
    counting = {each.post for each in reminders.deciding(group, row.day)}
    then = in_post_then(work, row, list(agreed))
    somebody = {h.person for h in people.holdings(work.scope, row.day)} | {
        c.person for c in people.covers_on(work.scope, row.day, group=group.id, at=begins(work, row))
    }
    found = [
        _seat_stands(work, post, each, said.get(post), then.get(post, InPost()), somebody, counts=post in counting)
        for post, each in agreed.items()
    ]
    return _with_unsigned(work, group, found)


def _seat_stands(
    work: Work,
    post: str,
    agreed: AgreedSeat,
    said: Seat | None,
    then: InPost,
    somebody: set[str],
    *,
    counts: bool,
) -> SeatStands:
    entry = work.arrangements.posts_by_id.get(post)
    comes = _comes(said, then, somebody)
    by_cover = not comes or comes in ("no", "unsure")
    takes_it = then.cover if by_cover and then.cover and (said is None or said.who != then.cover or not comes) else ""
    who = takes_it or (said.who if said is not None and comes else "")
    return SeatStands(
        post=post,
        comes="deputy" if takes_it else comes,
        value=said.value if said is not None and comes else "",
        who=who,
        because=said.because if said is not None and comes else "",
        answered_by=said.answered_by if said is not None and comes else "",
        answered_at=said.answered_at if said is not None and comes else None,
        came_by=said.came_by if said is not None and comes else "",
        counts=counts,
        vacant=not then.everybody,
        covers=then.cover,
        agency=entry.agency or "" if entry is not None else "",
        skill=agreed.skill,
    )


def _comes(said: Seat | None, then: InPost, somebody: set[str]) -> Comes:
    """What a seat has answered, as far as it still counts: whom it is about has to be there on the day."""
    if said is None or not said.value or not then.everybody:
        return ""
    if said.value == "yes":
        return "yes" if said.who in then.holders else ""
    if said.value == "deputy":
        if said.who and said.who == said.answered_by:
            return "deputy" if said.who in then.everybody else ""
        return "deputy" if not said.who or said.who in somebody else ""
    if said.who and said.who not in then.everybody:
        return ""
    return "no" if said.value == "no" else "unsure"


def _with_unsigned(work: Work, group: Group, found: Sequence[SeatStands]) -> tuple[SeatStands, ...]:
    """Marks those who come and have not signed what the group's people sign before they take part."""
    missing = to_sign(work, group, [each.who for each in found if each.comes in ("yes", "deputy")])
    return tuple(replace(each, unsigned=each.comes in ("yes", "deputy") and each.who in missing) for each in found)


def to_sign(work: Work, group: Group, persons: Iterable[str]) -> dict[str, str]:
    """Those of some people ("": a deputy not known) who have not signed what a group's people sign, with its name."""
    if group.agreement is None:
        return {}
    return dict.fromkeys(attended.unsigned(work.scope, group.id, persons, work.today), group.agreement.name)


# Whose seat it is


def may_answer(work: Work, person: str, group: str, place: str, post: str) -> bool:
    """Whether somebody may answer for a seat: they are in its post today or on the meeting's day, in any capacity.

    A PA or staff officer answers for the officer; whoever covers the post for that group only counts too.
    """
    if group not in work.arrangements.groups_by_id:
        return False
    row = meetings.find(work.scope, group, place)
    if row is None:
        return False
    if post not in seat_posts(work, row):
        return False
    held = {each.post for each in people.holdings_of(work.scope, person, work.today)}
    held |= {each.post for each in people.holdings_of(work.scope, person, row.day)}
    covers = [
        *people.covers_on(work.scope, work.today, group=group),
        *people.covers_on(work.scope, row.day, group=group, at=begins(work, row)),
    ]
    return post in held | {each.post for each in covers if each.person == person}


def seat_posts(work: Work, row: MeetingRow) -> list[str]:
    """The posts whose seats may answer for a meeting: at its table, the group's others, and who was asked by hand."""
    group, poll = group_of(work, row), poll_of(work, row)
    posts = [each.post for each in (*reminders.at_the_table(group, row.day), *group.seats)]
    posts += [each.post for each in polls.seats(work.scope, poll)] if poll is not None else []
    return list(dict.fromkeys(posts))
