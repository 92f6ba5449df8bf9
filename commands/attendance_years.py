"""Attendance over a year: for each agency how often it was at a group's meetings, by a deputy only, or not at all.

Agencies and seats are counted, never heads: of several seats of one agency the one that came furthest counts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from dateutil.relativedelta import relativedelta

from storage.arrangements.groups import Group
from storage.arrangements.phrases import counted, listed
from storage.records import attended, meetings
from storage.records.attended import Attended
from storage.records.meetings import MeetingRow
from storage.records.message import Message

from . import attended_seats
from .attended_seats import ABSENT, APOLOGIES, DEPUTY, HERE, ONLINE, PRESENT
from .round_tables import Table
from .words import hour, long_day, short_day
from .work import Work

NOT_RECORDED = ""
"""How a seat stands of which nothing is recorded at a meeting."""

RANKS: tuple[tuple[frozenset[str], str], ...] = (
    (frozenset({PRESENT, ONLINE}), "Was there"),
    (frozenset({DEPUTY}), "By a deputy only"),
    (frozenset({APOLOGIES}), "Apologies"),
    (frozenset({ABSENT}), "Not there"),
    (frozenset({NOT_RECORDED}), "Nothing recorded"),
)
"""The columns of the table by agency, that which counts most first."""


@dataclass(frozen=True)
class AttendanceYear:
    """A group's attendance over a year, as tables. `lines` are sentences above them."""

    title: str
    partnership: str
    made: str
    made_at: datetime
    lines: tuple[str, ...]
    by_agency: Table
    by_seat: Table


def year(work: Work, group: Group, begins: int | None = None) -> AttendanceYear:
    """The year that begins in that calendar year, or the one that runs now; as far as it has been."""
    first = _first_day(work, begins)
    last = min(first + relativedelta(years=1, days=-1), work.today)
    been = [row for row in meetings.between(work.scope, first, last, group.id) if row.status != "cancelled"]
    recorded = {row.place: attended.at(work.scope, group.id, row.place) for row in been}
    counted_ones = [row for row in been if recorded[row.place]]
    local = work.now.astimezone(work.terms.zone)
    return AttendanceYear(
        title=f"{group.name}: attendance, {long_day(first)} to {long_day(last)}",
        partnership=work.arrangements.name,
        made=f"{hour(local)} on {long_day(local.date())}",
        made_at=work.now,
        lines=tuple(_lines(been, counted_ones)),
        by_agency=_by_agency(work, counted_ones, recorded),
        by_seat=_by_seat(work, counted_ones, recorded),
    )


def _first_day(work: Work, begins: int | None) -> date:
    starts = work.arrangements.planning.year_starts
    if begins is None:
        begins = work.today.year - (work.today.month < starts)
    return date(begins, starts, 1)


def _lines(been: Sequence[MeetingRow], recorded: Sequence[MeetingRow]) -> list[str]:
    if not been:
        return ["No meeting lies in that time."]
    said = [f"{counted(len(been), 'meeting')}, of which {len(recorded)} with a record of who was there."]
    if missing := [row for row in been if row not in recorded]:
        said.append(f"Nothing is recorded of: {listed([short_day(row.day) for row in missing])}. These count nowhere.")
    return said


Recorded = Mapping[str, Mapping[str, Attended]]


def _by_agency(work: Work, rows: Sequence[MeetingRow], recorded: Recorded) -> Table:
    counts: dict[str, list[int]] = {}
    for row in rows:
        best: dict[str, int] = {}
        for seat, found in _seats(work, row, recorded[row.place]).items():
            name = _agency(work, seat, found)
            best[name] = min(best.get(name, len(RANKS)), _rank(found))
        for name, rank in best.items():
            counts.setdefault(name, [0] * len(RANKS))[rank] += 1
    columns = ("Agency", "Meetings", *(words for _, words in RANKS))
    lines = tuple((name, str(sum(numbers)), *map(str, numbers)) for name, numbers in counts.items())
    return Table("by-agency", "By agency", columns, lines, "Nothing is recorded.", (30, 10, *(12 for _ in RANKS)))


def _by_seat(work: Work, rows: Sequence[MeetingRow], recorded: Recorded) -> Table:
    seats: dict[str, dict[str, str]] = {}
    for row in rows:
        for seat, found in _seats(work, row, recorded[row.place]).items():
            seats.setdefault(seat, {})[row.place] = _cell(work, found)
    columns = ("Seat", *(short_day(row.day) for row in rows))
    lines = tuple(
        (work.arrangements.title(seat), *(cells.get(row.place, "no seat then") for row in rows))
        for seat, cells in seats.items()
    )
    return Table("by-seat", "By seat and meeting", columns, lines, "Nothing is recorded.")


def _seats(work: Work, row: MeetingRow, recorded: Mapping[str, Attended]) -> dict[str, Attended | None]:
    """The seats of a meeting with what is on record; those asked by hand only where something is. No guests."""
    table = {
        seat.post: recorded.get(seat.post)
        for seat in attended_seats.of(work, row).values()
        if not seat.by_hand or seat.post in recorded
    }
    return table | {seat: each for seat, each in recorded.items() if not each.name}


def _agency(work: Work, seat: str, found: Attended | None) -> str:
    """The agency as it was called when it was recorded, else as it is now; a seat of none stands for itself."""
    if found is not None and found.agency:
        return found.agency
    return attended_seats.agency_now(work, seat) or work.arrangements.title(seat)


def _rank(found: Attended | None) -> int:
    how = NOT_RECORDED if found is None else found.how
    return next(number for number, (hows, _) in enumerate(RANKS) if how in hows)


def _cell(work: Work, found: Attended | None) -> str:
    if found is None:
        return "nothing recorded"
    words = attended_seats.WORDS[found.how].lower()
    hours = [
        f"{what} {hour(moment, work.terms.zone)}"
        for what, moment in (("from", found.came_at), ("left", found.left_at))
        if moment is not None and found.how in HERE
    ]
    return ", ".join([words, *hours])


def in_words(found: AttendanceYear) -> Message:
    """The year as people read it in chat: a line for each agency."""
    lines = [*found.lines, *(_line(row) for row in found.by_agency.rows)]
    return Message(title=found.title, text="\n".join(lines))


def _line(row: Sequence[str]) -> str:
    name, meetings_, *numbers = row
    said = [f"{words.lower()} {number}" for (_, words), number in zip(RANKS, numbers, strict=True) if number != "0"]
    return f"- {name}: of {counted(int(meetings_), 'meeting')} {', '.join(said)}"
