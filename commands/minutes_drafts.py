"""What can be said of a meeting's minutes before anybody writes them: who was there, when it could do its business.

It is made anew from the records each time, and changes nothing. What was discussed is written by people, elsewhere.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time

from storage.records.attended import Attended
from storage.records.meetings import MeetingRow
from storage.records.message import Message

from . import attended_now, attended_seats, standing
from .attended_seats import ABSENT, APOLOGIES, HERE, WORDS
from .meeting_words import group_of, local_hour
from .pack_blocks import Block
from .words import hour, long_day
from .work import Work

PRESENT_COLUMNS, PRESENT_WIDTHS = ("Seat", "Who", "How", "When"), (34, 30, 16, 20)


@dataclass(frozen=True)
class There:
    """One who was there: the seat's title ("Guest"), who, how, and the hours where it was not from end to end."""

    seat: str
    who: str
    how: str
    hours: str


@dataclass(frozen=True)
class MinutesDraft:
    """A part of a meeting's minutes, in words, as it stood at `made`. Nothing of it is about a case."""

    partnership: str
    group: str
    day: str
    hours: str
    made: str
    made_at: datetime
    notices: tuple[str, ...]
    there: tuple[There, ...]
    apologies: tuple[str, ...]
    absent: tuple[str, ...]
    not_recorded: tuple[str, ...]
    numbers: tuple[str, ...]
    sheet: tuple[str, ...]
    agenda: tuple[str, ...]

    @property
    def title(self) -> str:
        """What it is called."""
        return f"{self.group}: draft for the minutes of {self.day}"


def draft(work: Work, row: MeetingRow) -> MinutesDraft:
    """The draft of a meeting. Whether the actor may see it is asked before (`standing.may_see`)."""
    group = group_of(work, row)
    recorded = attended_seats.recorded(work, row)
    starts, ends = local_hour(work, row.starts_at), local_hour(work, row.ends_at)
    local = work.now.astimezone(work.terms.zone)
    seats = attended_seats.of(work, row).values()
    return MinutesDraft(
        partnership=work.arrangements.name,
        group=group.name,
        day=long_day(row.day),
        hours=f"{starts} to {ends}" if starts and ends else starts,
        made=f"{hour(local)} on {long_day(local.date())}",
        made_at=work.now,
        notices=tuple(_notices(work, row, recorded)),
        there=tuple(_there(work, each) for each in recorded.values() if each.how in HERE),
        apologies=tuple(attended_seats.who(work, each) for each in recorded.values() if each.how == APOLOGIES),
        absent=tuple(attended_seats.who(work, each) for each in recorded.values() if each.how == ABSENT),
        not_recorded=tuple(
            work.arrangements.title(seat.post) for seat in seats if seat.post not in recorded and not seat.by_hand
        ),
        numbers=tuple(_numbers(work, row, recorded)),
        sheet=tuple(_sheet(work, row, recorded)),
        agenda=(
            *(item.text for item in group.items_on(row.day, work.milestones_done)),
            *standing.standing(work, row),
        ),
    )


def _notices(work: Work, row: MeetingRow, recorded: Mapping[str, Attended]) -> Iterator[str]:
    group = group_of(work, row)
    if row.status == "cancelled":
        yield "This meeting is cancelled."
    if row.day > work.today:
        yield "This meeting lies ahead."
    elif not recorded:
        yield "Nothing is recorded yet of who was there."
    if group.content_outside:
        yield "What was discussed stays outside this bot. Minutes and recommendations name and describe no child."


def _there(work: Work, found: Attended) -> There:
    seat = "Guest" if found.name else work.arrangements.title(found.seat)
    return There(seat, attended_seats.who(work, found), WORDS[found.how], _hours(work, found))


def _hours(work: Work, found: Attended) -> str:
    came = f"from {hour(found.came_at, work.terms.zone)}" if found.came_at is not None else ""
    left = f"to {hour(found.left_at, work.terms.zone)}" if found.left_at is not None else ""
    return "; ".join(filter(None, (f"{came} {left}".strip(), found.because)))


def _numbers(work: Work, row: MeetingRow, recorded: Mapping[str, Attended]) -> Iterator[str]:
    """How the rule stood at the beginning, and from each hour at which that changed because somebody left or came."""
    if not recorded:
        return
    begins = row.starts_at or datetime.combine(row.day, time(), work.terms.zone).astimezone(UTC)
    before = _rule_at(work, row, begins)
    yield f"At the beginning: {before}"
    moments: dict[datetime, list[str]] = {}
    for each in recorded.values():
        for moment, what in ((each.came_at, "came"), (each.left_at, "left")):
            if moment is not None and each.how in HERE and moment > begins:
                moments.setdefault(moment, []).append(f"{attended_seats.who(work, each)} {what}")
    for moment in sorted(moments):
        now = _rule_at(work, row, moment)
        if now != before:
            yield f"From {hour(moment, work.terms.zone)}, when {attended_seats.names(moments[moment])}: {now}"
        before = now


def _rule_at(work: Work, row: MeetingRow, moment: datetime) -> str:
    return " ".join(attended_now.rule_lines(work, attended_now.numbers(work, row, moment)))


def _sheet(work: Work, row: MeetingRow, recorded: Mapping[str, Attended]) -> Iterator[str]:
    """Whether everybody who was there has signed what is signed at each meeting; nothing where no sheet is kept."""
    agreement = group_of(work, row).agreement
    if agreement is None or not agreement.sheet or not any(each.how in HERE for each in recorded.values()):
        return
    missing = attended_now.not_on_sheet(work, row, recorded)
    if missing:
        yield f"Attendance sheet ({agreement.source}): not signed by {attended_seats.names(missing)}."
    else:
        yield f"Attendance sheet ({agreement.source}): signed by everybody who was there."


# As words and as blocks


def in_words(found: MinutesDraft) -> Message:
    """The draft as people read it in chat."""
    return Message(title=found.title, text="\n".join(_lines(found)))


def _lines(found: MinutesDraft) -> Iterator[str]:
    yield from found.notices
    if found.there:
        yield "Present:"
        yield from (f"- {_one(each)}" for each in found.there)
    for words, names in (
        ("Apologies", found.apologies),
        ("Not there, without apologies", found.absent),
        ("Not recorded", found.not_recorded),
    ):
        if names:
            yield f"{words}: {attended_seats.names(names)}."
    yield from found.numbers
    yield from found.sheet
    if found.agenda:
        yield "On the agenda:"
        yield from (f"- {line}" for line in found.agenda)


def _one(each: There) -> str:
    how = "" if each.how == WORDS[attended_seats.PRESENT] else each.how.lower()
    more = ", ".join(filter(None, (how, each.hours)))
    return f"{each.who}{f' ({more})' if more else ''}"


def blocks(found: MinutesDraft) -> tuple[Block, ...]:
    """The draft as the Word document shows it, in the order in which it is read."""
    return tuple(_blocks(found))


def _blocks(found: MinutesDraft) -> Iterator[Block]:
    for notice in found.notices:
        yield Block("notice", notice)
    yield Block("heading", "Present")
    if found.there:
        rows = tuple((each.seat, each.who, each.how, each.hours or "from beginning to end") for each in found.there)
        yield Block("table", "Present", PRESENT_COLUMNS, PRESENT_WIDTHS, rows)
    else:
        yield Block("text", "Nobody is recorded as present.")
    for words, names in (
        ("Apologies", found.apologies),
        ("Not there, without apologies", found.absent),
        ("Not recorded", found.not_recorded),
    ):
        if names:
            yield Block("heading", words)
            yield from (Block("point", name) for name in names)
    if found.numbers:
        yield Block("heading", "Whether the meeting could do its business")
        yield from (Block("text", line) for line in (*found.numbers, *found.sheet))
    if found.agenda:
        yield Block("heading", "Agenda")
        for line in found.agenda:
            yield Block("section", line)
            yield Block("text", "What was decided, and who does what by when:")
