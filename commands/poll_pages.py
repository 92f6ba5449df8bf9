"""What the page of a poll shows to one person: its question, and for each of their seats what it says and may say.

Nothing here changes anything. What a kind of poll asks and how it is answered is asked of its own module: `KINDS`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from storage.arrangements import decisions
from storage.arrangements.phrases import listed, the
from storage.records import people, polls
from storage.records.links import Link
from storage.records.message import Blank, Choice, MessageField
from storage.records.polls import Poll, Seat

from . import (
    attendance_asking,
    attendance_standing,
    date_polls_standing,
    date_polls_words,
    decisions_kept,
    decisions_words,
    poll_links,
    quorum_words,
)
from .attendance_standing import SeatStands, Standing
from .case_lists import NOTHING
from .freetext import may_name
from .refusals import Refused
from .words import hour, long_day
from .work import Work

CAME_BY = "mail"
"""The way by which whatever is answered on the page comes: the letter with its link."""

IS_A_PERSON = "These words may name somebody: {names}. Is one of them a child, or somebody in a family?"

CLOSED = "It is closed, and nothing is answered any more."

LEAVE_OUT = "Please leave out the names and details of children and families."

COMES: Mapping[str, str] = {"yes": "Yes", "deputy": "A deputy comes", "no": "No", "unsure": "Not sure yet"}
"""The answers to whether somebody comes, as they stand on a page that a PA may read too."""

WAYS: Mapping[str, str] = {
    "chat": "in chat",
    "mail": "on this page",
    "calendar": "from the calendar",
    "pa": "by the PA or staff officer",
    "told": "as told by telephone or in person",
}
"""How an answer came in, in words."""


@dataclass(frozen=True)
class SeatPage:
    """One seat. `says`: what it says now, in words; `filled`: the same as it stands in the fields, by their names.

    `blanks` have the bare names of the action's fields; there are none where nothing is taken any more.
    """

    post: str
    title: str
    says: tuple[str, ...]
    blanks: tuple[Blank, ...]
    filled: Mapping[str, str]


@dataclass(frozen=True)
class PollPage:
    """A poll as one person sees it. `action`: what a seat answers with, `about` what names the poll to it."""

    poll: Poll
    title: str
    text: str
    fields: tuple[MessageField, ...]
    seats: tuple[SeatPage, ...]
    action: str
    about: Mapping[str, str]

    @property
    def mark(self) -> str:
        """What tells what is asked now from what was asked before, as when the meeting has moved."""
        return str(self.poll.generation)

    @property
    def takes_answers(self) -> bool:
        """Whether answers are taken now."""
        return any(seat.blanks for seat in self.seats)


@dataclass(frozen=True)
class _Told:
    """What a kind of poll tells of itself and of some seats."""

    title: str
    text: str
    fields: tuple[MessageField, ...]
    seats: tuple[SeatPage, ...]


@dataclass(frozen=True)
class _Kind:
    action: str
    about: Callable[[Poll], Mapping[str, str]]
    tells: Callable[[Work, Poll, Sequence[Seat], str], _Told]


def shown(work: Work, link: Link) -> PollPage:
    """The page behind a link, for its person. Raises Refused where it is not theirs, or leads nowhere any more."""
    poll = poll_links.poll_of(work, link)
    mine = poll_links.posts_of(work, poll, link.person) if poll is not None else []
    if poll is None or not mine:
        raise Refused(NOTHING)
    kind = KINDS[poll.kind]
    seats = [seat for seat in polls.seats(work.scope, poll) if seat.post in mine]
    told = kind.tells(work, poll, seats, link.person)
    return PollPage(poll, told.title, told.text, told.fields, told.seats, kind.action, kind.about(poll))


def form_of(page: PollPage, seat: SeatPage, filled: Mapping[str, str]) -> dict[str, object]:
    """What the answer of a seat is called with."""
    return {**page.about, "post": seat.post, **filled, "came_by": CAME_BY}


def asked_back(work: Work, filled: Sequence[Mapping[str, str]]) -> str:
    """The question about words of a reason that may name somebody; empty where there are none to ask about."""
    names = [name for each in filled for name in may_name(each.get("because", ""), work.arrangements)]
    quoted = ", ".join(f'"{name}"' for name in dict.fromkeys(names))
    return IS_A_PERSON.format(names=quoted) if quoted else ""


def others(work: Work, link: Link) -> list[tuple[str, str]]:
    """What else is asked of the same person by letter: what it is, and the id of its link."""
    return [(poll.name, other.id) for other, poll in poll_links.others_of(work, link)]


def _answered(work: Work, seat: Seat, reader: str) -> tuple[str, ...]:
    """Who gave a seat's answer, how and when, in a sentence."""
    if seat.answered_at is None:
        return ()
    found = people.get(work.scope.session, seat.answered_by)
    who = "you" if seat.answered_by == reader else found.name if found is not None else "the secretariat"
    way = WAYS.get(seat.came_by, "")
    local = seat.answered_at.astimezone(work.terms.zone)
    how = f"Recorded by {who}, {way}," if seat.came_by == "told" else f"Answered by {who}, {way},".replace(", ,", ",")
    return (f"{how} at {hour(local)} on {long_day(local.date())}.",)


# Attendance


def _attendance(work: Work, poll: Poll, seats: Sequence[Seat], reader: str) -> _Told:
    row = attendance_standing.meeting_of(work, poll)
    if row is None:
        raise Refused(NOTHING)
    found = attendance_standing.standing(work, row)
    is_open = poll.state == "open" and row.status != "cancelled" and not attendance_asking.has_begun(work, row)
    stands = {each.post: each for each in found.seats}
    title = work.arrangements.title
    pages = tuple(
        SeatPage(
            seat.post,
            title(seat.post),
            _comes_now(work, stands.get(seat.post), seat, reader),
            _comes_blanks(title(seat.post)) if is_open else (),
            _comes_filled(work, stands.get(seat.post)),
        )
        for seat in seats
    )
    sign = attendance_standing.to_sign(work, found.group, [reader]).get(reader, "")
    text = "You can change your answer here until the meeting begins." if is_open else "Answers change no more."
    if sign:
        text += f"\n\nBefore you take part, the {sign} has to be signed. Until that is on record you do not count."
    return _Told(f"{poll.name}: who comes", text, _meeting_fields(work, found), pages)


def _meeting_fields(work: Work, found: Standing) -> tuple[MessageField, ...]:
    row = found.row
    when = long_day(row.day) + (f", {hour(row.starts_at, work.terms.zone)}" if row.starts_at is not None else "")
    return (
        MessageField(label="When", value=when),
        MessageField(label="So far", value=f"{quorum_words.summary(found)}."),
    )


def _comes_now(work: Work, stands: SeatStands | None, seat: Seat, reader: str) -> tuple[str, ...]:
    if stands is None or not (stands.has_answered or stands.covers):
        return ()
    said = COMES.get(stands.value, "")
    whom = quorum_words.person_name(work, stands.who) if stands.value == "deputy" and stands.who else ""
    words = " ".join(filter(None, (f"{said}: {whom}." if whom else f"{said}." if said else "",)))
    covers = f"{quorum_words.person_name(work, stands.covers)} covers the post that day." if stands.covers else ""
    because = f"Because: {stands.because}" if stands.has_answered and stands.because else ""
    answered = _answered(work, seat, reader) if stands.has_answered else ()
    return tuple(filter(None, (words, because, covers, *answered)))


def _comes_blanks(title: str) -> tuple[Blank, ...]:
    return (
        Blank(name="value", label=f"Does {the(title)} come?", kind="choice", choices=_choices(COMES)),
        Blank(
            name="who",
            label="Who comes as deputy",
            hint="Only where a deputy comes and it is not the one who is entered: a name, a post or a mail address.",
            needed=False,
        ),
        Blank(
            name="because",
            label="Why",
            hint="Only if whoever chairs should know it. Please leave out illness and other private matters.",
            needed=False,
        ),
    )


def _comes_filled(work: Work, stands: SeatStands | None) -> Mapping[str, str]:
    if stands is None or not stands.has_answered:
        return {}
    deputy = people.get(work.scope.session, stands.who) if stands.value == "deputy" and stands.who else None
    return {"value": stands.value, "who": deputy.email if deputy is not None else "", "because": stands.because}


# A date


def _date(work: Work, poll: Poll, seats: Sequence[Seat], reader: str) -> _Told:
    found = date_polls_standing.standing(work, poll)
    stands = {each.post: each.answers for each in found.seats}
    slots = date_polls_standing.slots_of(poll)
    is_open = poll.state == "open"
    blanks = tuple(
        Blank(
            name=f"s{number}",
            label=date_polls_words.slot_words(work, slot),
            kind="choice",
            hint=f"{listed(slot.against)}." if slot.against else "",
            choices=_choices(date_polls_words.LABELS),
        )
        for number, slot in enumerate(slots, 1)
    )
    pages = tuple(
        SeatPage(
            seat.post,
            work.arrangements.title(seat.post),
            tuple(_suits_now(work, poll, seat, reader)) if stands.get(seat.post) else (),
            blanks if is_open else (),
            {f"s{n}": stands.get(seat.post, {}).get(slot.key, "") for n, slot in enumerate(slots, 1)},
        )
        for seat in seats
    )
    text = f"{date_polls_words.about(work, poll)} {date_polls_words.NOT_SEEN}"
    if not is_open:
        taken = date_polls_words.found_words(work, poll)
        text = f"The date is found: {taken}." if taken else f"It is over: {poll.ended_because}."
    until = date_polls_words.closes_words(work, poll)
    fields = (MessageField(label="Answers are asked for until", value=until),) if is_open and until else ()
    return _Told(poll.name, text, fields, pages)


def _suits_now(work: Work, poll: Poll, seat: Seat, reader: str) -> list[str]:
    return [*date_polls_words.answer_lines(work, poll, seat), *_answered(work, seat, reader)]


# A decision


def _decision(work: Work, poll: Poll, seats: Sequence[Seat], reader: str) -> _Told:
    is_open = poll.state == "open" and (poll.closes_at is None or poll.closes_at > work.now)
    proposal = decisions_kept.proposal(work, poll)
    ended = "\n".join(f"- {line}" for line in decisions_words.result_lines(work, poll))
    fields = [MessageField(label="Proposal", value=proposal)]
    if is_open:
        rule = "\n".join(decisions_words.rule_lines(work, poll))
        fields.append(MessageField(label="It closes at", value=decisions_words.closes(work, poll)))
        fields.append(MessageField(label="How it is decided", value=rule))
    pages = tuple(
        SeatPage(
            seat.post,
            work.arrangements.title(seat.post),
            _decides_now(work, poll, seat, reader),
            _decides_blanks(work.arrangements.title(seat.post)) if is_open else (),
            {"value": seat.value, "because": decisions_kept.reason(work, seat)} if seat.value else {},
        )
        for seat in seats
        if seat.decides
    )
    text = "You can change your answer here until it closes." if is_open else ended or CLOSED
    return _Told(decisions_words.heading(poll), text, tuple(fields), pages)


def _decides_now(work: Work, poll: Poll, seat: Seat, reader: str) -> tuple[str, ...]:
    if not seat.value:
        return ()
    title = decisions_words.the_capital(work, seat.post)
    return (f"{title} {decisions_words.said(work, poll, seat)}", *_answered(work, seat, reader))


def _decides_blanks(title: str) -> tuple[Blank, ...]:
    offered: dict[str, str] = {value: decisions_words.LABELS[value] for value in decisions.VALUES}
    return (
        Blank(name="value", label=f"How does {the(title)} decide?", kind="choice", choices=_choices(offered)),
        Blank(
            name="because",
            label="Why",
            kind="text",
            hint=f"Needed with a reservation, and where you disagree. It stands in the record. {LEAVE_OUT}",
        ),
    )


def _choices(offered: Mapping[str, str]) -> tuple[Choice, ...]:
    return tuple(Choice(value=value, label=label) for value, label in offered.items())


KINDS: Mapping[str, _Kind] = {
    polls.ATTENDANCE: _Kind(
        attendance_asking.ANSWER,
        lambda poll: {"group": poll.group, "place": poll.meeting, "asked": str(poll.question["day"])},
        _attendance,
    ),
    polls.DATE: _Kind(date_polls_words.ANSWER, date_polls_standing.form_of, _date),
    polls.DECISION: _Kind("decision.answer", decisions_words.about, _decision),
}
"""What asks each kind of poll for its question and its answers, and the action by which a seat answers."""
