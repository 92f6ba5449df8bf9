"""Polls: a question to named seats, with a rule for the answer: whether they come, which day, what is decided.

The question is frozen when it is asked. Each seat has one row, which is locked at a press; what was said before stays.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Column, Text, func
from sqlmodel import Field, SQLModel, col, select

from .columns import Structure, UtcTime
from .scope import Scope

ATTENDANCE, DATE, DECISION = "attendance", "date", "decision"
"""The kinds of polls."""


class Poll(SQLModel, table=True):
    """One question. `place`: of attendance, the group and its meeting's place ("executive.2027-q1"); of a date or a
    decision, the group and a number ("executive.3").

    `question` is what was asked, frozen: the slots of a date poll, the proposal and who decides. `state`: open, closed
    or cancelled; `ended_because`: why it is not open any more. `outcome`: what came of it. `ratified`: the place of the
    meeting on whose agenda a decision between meetings was ratified. `generation` counts what people were asked.
    `sealed` holds the words of a decision where the installation has keys.
    """

    __tablename__ = "poll"
    partnership: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    place: str = Field(primary_key=True)
    name: str
    group: str
    meeting: str = ""
    question: dict[str, object] = Field(sa_column=Column(Structure, nullable=False))
    version: int
    state: str = "open"
    ended_because: str = ""
    outcome: dict[str, object] = Field(default_factory=dict, sa_column=Column(Structure, nullable=False))
    ratified: str = ""
    generation: int = 1
    opened_by: str = ""
    opened_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    closes_at: datetime | None = Field(default=None, sa_column=Column(UtcTime, nullable=True))
    closed_at: datetime | None = Field(default=None, sa_column=Column(UtcTime, nullable=True))
    sealed: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))

    @property
    def record(self) -> str:
        """The key of this poll as a record that owes duties."""
        return record_key(self.kind, self.place)


class Seat(SQLModel, table=True):
    """One seat that is asked in a poll, and how it answers.

    `value`: of attendance yes, deputy, no or unsure; of a decision agree, reservation, disagree or abstain; of a date
    "in" once it has answered, with each slot's answer in `slots`. `who` is the person who comes, where it is known.
    `decides`: the seat counts; otherwise it is asked only. `came_by`: chat, mail, calendar, pa or told (somebody
    recorded what they were told). `answers` counts what was said. `sealed` holds the reason of a decision instead of
    `because`, where the installation has keys.
    """

    __tablename__ = "poll_seat"
    partnership: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    place: str = Field(primary_key=True)
    post: str = Field(primary_key=True)
    decides: bool = True
    value: str = ""
    slots: dict[str, str] = Field(default_factory=dict, sa_column=Column(Structure, nullable=False))
    because: str = ""
    who: str = ""
    answered_by: str = ""
    answered_at: datetime | None = Field(default=None, sa_column=Column(UtcTime, nullable=True))
    came_by: str = ""
    answers: int = 0
    sealed: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))


class SeatSaid(SQLModel, table=True):
    """One answer of a seat, as it was given. It stays when the seat answers anew."""

    __tablename__ = "poll_said"
    partnership: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    place: str = Field(primary_key=True)
    post: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    value: str
    slots: dict[str, str] = Field(default_factory=dict, sa_column=Column(Structure, nullable=False))
    because: str = ""
    who: str = ""
    person: str = ""
    at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    came_by: str = ""
    sealed: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))


class Confirmed(SQLModel, table=True):
    """A reading of a group's quorum that somebody by name has confirmed. `meeting`: for that one only; empty: for good.

    `what` is deputies or vacancies, `value` whether they count.
    """

    __tablename__ = "quorum_confirmed"
    partnership: str = Field(primary_key=True)
    group: str = Field(primary_key=True)
    meeting: str = Field(primary_key=True)
    what: str = Field(primary_key=True)
    counts: bool
    because: str = ""
    person: str = ""
    at: datetime = Field(sa_column=Column(UtcTime, nullable=False))


def record_key(kind: str, place: str) -> str:
    """The key of a poll as a record."""
    return f"poll:{kind}:{place}"


def is_decision(record: str) -> bool:
    """Whether a record's key is that of a decision."""
    return record.startswith(record_key(DECISION, ""))


def of_record(scope: Scope, record: str) -> Poll | None:
    """The poll of a record's key."""
    head, _, rest = record.partition(":")
    kind, _, place = rest.partition(":")
    return find(scope, kind, place) if head == "poll" else None


def find(scope: Scope, kind: str, place: str) -> Poll | None:
    """The poll of that kind at that place."""
    return scope.session.get(Poll, (scope.partnership, kind, place))


def locked(scope: Scope, kind: str, place: str) -> Poll | None:
    """The same, held by this transaction and as it stands now: another one may have ended it meanwhile."""
    query = select(Poll).where(Poll.partnership == scope.partnership, Poll.kind == kind, Poll.place == place)
    return scope.session.exec(query.with_for_update().execution_options(populate_existing=True)).first()


def every(scope: Scope, *, kind: str | None = None, group: str | None = None, state: str | None = "open") -> list[Poll]:
    """Polls of a kind or of all, of a group or of all; those that are open, or in whatever state."""
    query = select(Poll).where(Poll.partnership == scope.partnership)
    for column, value in ((Poll.kind, kind), (Poll.group, group), (Poll.state, state)):
        if value is not None:
            query = query.where(col(column) == value)
    return list(scope.session.exec(query.order_by(col(Poll.opened_at), Poll.kind, Poll.place)))


def seats(scope: Scope, poll: Poll) -> list[Seat]:
    """Every seat that is asked in a poll, by post."""
    query = select(Seat).where(Seat.partnership == scope.partnership, Seat.kind == poll.kind, Seat.place == poll.place)
    return list(scope.session.exec(query.order_by(Seat.post)))


def seat_locked(scope: Scope, poll: Poll, post: str) -> Seat | None:
    """A seat of a poll, held by this transaction."""
    query = select(Seat).where(
        Seat.partnership == scope.partnership, Seat.kind == poll.kind, Seat.place == poll.place, Seat.post == post
    )
    return scope.session.exec(query.with_for_update().execution_options(populate_existing=True)).first()


def open_of_posts(scope: Scope, posts: Iterable[str]) -> list[tuple[Poll, Seat]]:
    """The seats of some posts in open polls, oldest poll first."""
    query = (
        select(Poll, Seat)
        .where(
            Poll.partnership == scope.partnership,
            Poll.state == "open",
            Seat.partnership == Poll.partnership,
            Seat.kind == Poll.kind,
            Seat.place == Poll.place,
            col(Seat.post).in_(list(posts)),
        )
        .order_by(col(Poll.opened_at), Poll.kind, Poll.place, Seat.post)
    )
    return list(scope.session.exec(query))


def answer(
    scope: Scope,
    seat: Seat,
    *,
    value: str,
    person: str,
    now: datetime,
    came_by: str,
    because: str = "",
    who: str = "",
    slots: dict[str, str] | None = None,
    sealed: str = "",
) -> None:
    """Writes what a seat answers, which is its answer from now on; what it said before stays in its history.

    What says the same, by the same person and way, as stands already is a double press, and writes nothing.
    """
    stands = seat.value, seat.because, seat.who, seat.slots, seat.sealed, seat.answered_by, seat.came_by
    if stands == (value, because, who, slots or {}, sealed, person, came_by):
        return
    seat.value, seat.because, seat.who, seat.slots, seat.sealed = value, because, who, slots or {}, sealed
    seat.answered_by, seat.answered_at, seat.came_by = person, now, came_by
    seat.answers += 1
    scope.session.add(seat)
    scope.session.add(
        SeatSaid(
            partnership=seat.partnership,
            kind=seat.kind,
            place=seat.place,
            post=seat.post,
            number=seat.answers,
            value=value,
            slots=slots or {},
            because=because,
            who=who,
            person=person,
            at=now,
            came_by=came_by,
            sealed=sealed,
        )
    )
    scope.session.flush()


def said(scope: Scope, poll: Poll, post: str) -> list[SeatSaid]:
    """All that a seat answered, oldest first."""
    query = select(SeatSaid).where(
        SeatSaid.partnership == scope.partnership,
        SeatSaid.kind == poll.kind,
        SeatSaid.place == poll.place,
        SeatSaid.post == post,
    )
    return list(scope.session.exec(query.order_by(col(SeatSaid.number))))


def next_number(scope: Scope, kind: str, group: str) -> int:
    """The number of a group's next poll of a kind."""
    query = select(func.count()).where(Poll.partnership == scope.partnership, Poll.kind == kind, Poll.group == group)
    return 1 + int(scope.session.exec(query).one())


def confirmed(scope: Scope, group: str, meeting: str) -> dict[str, Confirmed]:
    """What was confirmed of a group's quorum, by deputies or vacancies: for that meeting before for good."""
    query = select(Confirmed).where(
        Confirmed.partnership == scope.partnership,
        Confirmed.group == group,
        col(Confirmed.meeting).in_(["", meeting]),
    )
    return {row.what: row for row in scope.session.exec(query.order_by(Confirmed.meeting))}
