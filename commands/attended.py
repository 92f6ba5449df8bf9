"""The day itself: who is at a meeting, in the room or online, who sent apologies, who leaves, and who is a guest.

Whoever chairs or sees to the minutes records it, from the meeting's day on. Whoever has not signed what a group has
everybody sign is not recorded as present. What was recorded last counts; each step can be taken back.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time
from typing import Literal

from pydantic import ConfigDict, Field

from storage.records import attended, meetings
from storage.records.attended import Attended
from storage.records.meetings import MeetingRow
from storage.records.message import Button, Message

from . import agreements, attended_now, attended_seats, choosing
from .action import Action
from .attended_seats import HERE, Came
from .freetext import check_text
from .meeting_words import group_of
from .meetings import CHAIRS, Which
from .refusals import Refusal, Refused
from .words import hour, long_day
from .work import Work

SEAT = "seat."
"""How the name of a blank begins that stands for a seat; its post follows."""

LONGEST_NAME = 80


class Record(Which):
    """A meeting, and for each seat that something is said of ("seat.POST") how it came.

    A value is one of `attended_seats.WORDS`, or "deputy:PERSON" where it is said who; an empty one is left as it is.
    """

    model_config = ConfigDict(frozen=True, extra="allow", str_strip_whitespace=True)
    __pydantic_extra__: dict[str, str] = Field(init=False)

    @property
    def seats(self) -> dict[str, str]:
        """What is said of each seat, by its post."""
        return {
            name.removeprefix(SEAT): value
            for name, value in self.__pydantic_extra__.items()
            if name.startswith(SEAT) and value
        }


class Goes(Which):
    """A meeting, a seat, and the local hour at which whoever is in it goes or comes; now where none is said."""

    seat: str
    at: time | None = None


class Comes(Goes):
    """The same for one who comes later, or comes back."""

    how: Literal["present", "online", "deputy"] = "present"


class Guest(Which):
    """Somebody at a meeting who has no seat there. `signed`: they have signed the group's agreement ("yes")."""

    name: str = Field(max_length=LONGEST_NAME)
    agency: str = Field(default="", max_length=LONGEST_NAME)
    how: Literal["present", "online"] = "present"
    signed: Literal["", "yes", "no"] = ""


class Sheet(Which):
    """A meeting, and the seats and guests whose signature stands on its attendance sheet, with commas between."""

    seats: str = ""
    shown: str = ""


class PutBack(Which):
    """What was on record of some seats of a meeting before, None where nothing was: for taking a step back."""

    before: dict[str, dict[str, str] | None]


# Recording


def _record(work: Work, form: Record) -> Message:
    row, known = hold(work, form)
    seats = attended_seats.of(work, row)
    problems: list[Refusal] = []
    came: dict[str, Came] = {}
    for post, value in form.seats.items():
        if post not in seats:
            problems.append(Refusal("This is no seat of that meeting.", f"{SEAT}{post}"))
            continue
        try:
            came[post] = attended_seats.read(work, row, seats[post], value, f"{SEAT}{post}")
        except Refused as refused:
            problems += refused.refusals
    if problems:
        raise Refused(*problems)
    if not came:
        raise Refused(Refusal("Nothing is filled in.", "", "Say of at least one seat how it came."))
    kept = Before(work, row, known)
    for post, each in came.items():
        _write(work, row, known, post, each)
    kept.can_be_put_back(list(came), f"who was at the {_called(work, row)}")
    return _answer(work, row, kept, "Recorded", still=True)


def _write(work: Work, row: MeetingRow, known: dict[str, Attended], post: str, came: Came) -> None:
    """Writes how a seat came. Who is not here has neither an hour nor a signature on the sheet."""
    found = known.get(post) or _new(work, row, post)
    before = (found.how, found.person)
    found.how, found.person, found.agency = came.how, came.person, attended_seats.agency_now(work, post)
    if came.how not in HERE or (before != (came.how, came.person) and before[0] not in HERE):
        found.came_at = found.left_at = None
    if came.how not in HERE or before[1] != came.person:
        found.sheet_at = None
    _keep(work, known, found)


def _new(work: Work, row: MeetingRow, seat: str) -> Attended:
    return Attended(
        partnership=work.scope.partnership, group=row.group, meeting=row.place, seat=seat, how="", at=work.now
    )


def _keep(work: Work, known: dict[str, Attended], found: Attended) -> None:
    found.by, found.at = work.actor.id, work.now
    work.scope.session.add(found)
    work.scope.session.flush()
    known[found.seat] = found


# Going and coming


def _left(work: Work, form: Goes) -> Message:
    row, known = hold(work, form)
    found = known.get(form.seat)
    if found is None or found.how not in HERE:
        raise Refused(Refusal("Nobody is recorded as here for that seat.", "seat", _see(row)))
    if found.left_at is not None:
        raise Refused(f"{attended_seats.who(work, found)} is recorded as gone since {_clock(work, found.left_at)}.")
    at = _moment(work, row, form)
    kept = Before(work, row, known)
    found.left_at = at
    _keep(work, known, found)
    kept.can_be_put_back([form.seat], f"that {attended_seats.who(work, found)} has left")
    return _answer(work, row, kept, f"{attended_seats.who(work, found)} left at {_clock(work, at)}")


def _came(work: Work, form: Comes) -> Message:
    row, known = hold(work, form)
    found = known.get(form.seat)
    if found is not None and found.how in HERE and found.left_at is None:
        raise Refused(f"{attended_seats.who(work, found)} is recorded as here already.")
    at = _moment(work, row, form)
    kept = Before(work, row, known)
    if found is not None and found.how in HERE and found.left_at is not None:
        if at < found.left_at:
            sentence = f"That is before {_clock(work, found.left_at)}, when they left."
            raise Refused(Refusal(sentence, "at", "Give a later hour."))
        away = f"away from {_clock(work, found.left_at)} to {_clock(work, at)}"
        found.because, found.left_at = "; ".join(filter(None, (found.because, away))), None
    else:
        seats = attended_seats.of(work, row)
        if form.seat not in seats:
            raise Refused(Refusal("This is no seat of that meeting.", "seat", _see(row)))
        came = attended_seats.read(work, row, seats[form.seat], form.how, "seat")
        found = found or _new(work, row, form.seat)
        found.how, found.person, found.came_at, found.left_at = came.how, came.person, at, None
        found.agency, found.sheet_at = attended_seats.agency_now(work, form.seat), None
    _keep(work, known, found)
    kept.can_be_put_back([form.seat], f"that {attended_seats.who(work, found)} has come")
    return _answer(work, row, kept, f"{attended_seats.who(work, found)} came at {_clock(work, at)}")


def _moment(work: Work, row: MeetingRow, form: Goes) -> datetime:
    """The hour that is said, on the meeting's day; now where none is. Raises Refused beside the field."""
    if form.at is None:
        if row.day != work.today:
            raise Refused(Refusal("The meeting was on an earlier day.", "at", "Give the hour, such as 10:40."))
        return work.now
    at = datetime.combine(row.day, form.at.replace(tzinfo=None), work.terms.zone).astimezone(UTC)
    if at > work.now:
        raise Refused(Refusal("That hour lies ahead.", "at", "Give the hour at which it was."))
    if row.starts_at is not None and at < row.starts_at:
        begins = f"The meeting began at {_clock(work, row.starts_at)}."
        raise Refused(Refusal(f"That is before it. {begins}", "at", "Give an hour after that."))
    return at


# Guests, and the sheet


def _guest(work: Work, form: Guest) -> Message:
    row, known = hold(work, form)
    group = group_of(work, row)
    problems = [*check_text(form.name, "name"), *check_text(form.agency, "agency")]
    if not form.name:
        problems.append(Refusal("This is needed.", "name"))
    key = agreements.guest_key(form.name, form.agency)
    if group.agreement is not None and form.signed != "yes" and agreements.unsigned(work, group, [key], row.day):
        sentence = f"Guests sign the {group.agreement.name} before they take part ({group.agreement.source})."
        problems.append(Refusal(sentence, "signed", "Say yes once they have signed it."))
    if any(each.seat.startswith(GUEST) and each.name == form.name for each in known.values()):
        problems.append(Refusal("A guest of that name is recorded already.", "name"))
    if problems:
        raise Refused(*problems)
    kept = Before(work, row, known)
    if group.agreement is not None and agreements.unsigned(work, group, [key], row.day):
        agreements.enter(work, group, key, row.day, ", ".join(filter(None, (form.name, form.agency))))
    number = 1 + max((int(seat.removeprefix(GUEST)) for seat in known if seat.startswith(GUEST)), default=0)
    found = _new(work, row, f"{GUEST}{number}")
    found.how, found.name, found.agency = form.how, form.name, form.agency
    _keep(work, known, found)
    kept.can_be_put_back([found.seat], f"a guest at the {_called(work, row)}")
    return _answer(work, row, kept, f"{form.name} is recorded as a guest")


GUEST = "guest:"
"""How the seat of a guest begins; their number at that meeting follows."""


def _sheet(work: Work, form: Sheet) -> Message:
    row, known = hold(work, form)
    group = group_of(work, row)
    if group.agreement is None or not group.agreement.sheet:
        raise Refused(f"Our arrangements ask for no attendance sheet of the {group.name}.")
    here = {seat: each for seat, each in known.items() if each.how in HERE}
    try:
        signed = choosing.several(attended_seats.who_choices(work, here.values()), form.seats)
    except Refused as refused:
        want = "Record first who was here."
        raise Refused(*(Refusal(each.sentence, "seats", want) for each in refused.refusals)) from None
    kept = Before(work, row, known)
    for seat, each in here.items():
        if (seat in signed) != (each.sheet_at is not None):
            each.sheet_at = work.now if seat in signed else None
            _keep(work, known, each)
    kept.can_be_put_back(list(here), f"the attendance sheet of the {_called(work, row)}")
    return _answer(work, row, kept, "The attendance sheet is recorded", still=True)


# Taking back


class Before:
    """What was on record of a meeting before a step, and how its numbers stood: to say what changed, and to undo."""

    def __init__(self, work: Work, row: MeetingRow, known: Mapping[str, Attended]) -> None:
        self.work, self.row = work, row
        self.rows = {seat: each.model_dump(mode="json") for seat, each in known.items()}
        self.stood = attended_now.numbers(work, row)
        self.recorded = bool(known)

    def can_be_put_back(self, seats: list[str], words: str) -> None:
        """Remembers for `undo` what was on record of those seats."""
        before = {seat: _as_text(self.rows.get(seat)) for seat in seats}
        form: dict[str, object] = {"group": self.row.group, "place": self.row.place, "before": before}
        self.work.can_be_taken_back(PUT_BACK.name, form, words)


_KEPT = ("how", "person", "name", "agency", "because", "came_at", "left_at", "sheet_at")


def _as_text(row: Mapping[str, object] | None) -> dict[str, str] | None:
    return None if row is None else {name: str(row[name]) for name in _KEPT if row[name] not in (None, "")}


def _put_back(work: Work, form: PutBack) -> Message:
    row, known = hold(work, form)
    kept = Before(work, row, known)
    for seat, before in form.before.items():
        found = known.get(seat)
        if before is None:
            if found is not None:
                work.scope.session.delete(found)
                del known[seat]
            continue
        found = found or _new(work, row, seat)
        for name in ("how", "person", "name", "agency", "because"):
            setattr(found, name, before.get(name, ""))
        for name in ("came_at", "left_at", "sheet_at"):
            setattr(found, name, datetime.fromisoformat(before[name]) if name in before else None)
        _keep(work, known, found)
    work.scope.session.flush()
    return _answer(work, row, kept, "Recorded as before")


# All of them


def hold(work: Work, form: Which) -> tuple[MeetingRow, dict[str, Attended]]:
    """The meeting and what is on record of who was there, for us alone. Raises Refused before its day."""
    row = meetings.find(work.scope, form.group, form.place)
    if row is None:
        raise Refused(Refusal("There is no such meeting.", "place", "See the list with: meeting list"))
    work.note(row.record)
    if row.status == "cancelled":
        raise Refused(f"The {_called(work, row)} was cancelled.")
    if row.day > work.today:
        raise Refused(
            f"The {_called(work, row)} lies ahead. Who is there is recorded from that day on; "
            "whether somebody will come is said beforehand with: meeting attend"
        )
    return row, attended.locked(work.scope, row.group, row.place)


def _answer(work: Work, row: MeetingRow, before: Before, title: str, *, still: bool = False) -> Message:
    """What was recorded, and how the numbers stand now; the chair hears where that has changed."""
    told = attended_now.follow(work, row, before.stood) if before.recorded else ""
    lines = [told, *attended_now.lines(work, row, still=still)]
    buttons = (Button(label="Undo", does="undo"),) if work.back is not None else ()
    return Message(title=title, text="\n".join(filter(None, lines)), buttons=buttons)


def _called(work: Work, row: MeetingRow) -> str:
    return f"{group_of(work, row).name} of {long_day(row.day)}"


def _clock(work: Work, moment: datetime) -> str:
    return hour(moment, work.terms.zone)


def _see(row: MeetingRow) -> str:
    return f"See who is here with: meeting here {row.group} {row.place}"


_Does = Callable[..., Message]


def _action(name: str, form: type[Which], does: _Does, words: str) -> Action:
    return Action(name, form, does, CHAIRS, words, "group", own="minutes")


RECORD = _action("attended.record", Record, _record, "record who was at a meeting")
LEFT = _action("attended.left", Goes, _left, "record that somebody left a meeting")
CAME = _action("attended.came", Comes, _came, "record that somebody came later, or came back")
GUEST_CAME = _action("attended.guest", Guest, _guest, "record a guest at a meeting")
SHEET = _action("attended.sheet", Sheet, _sheet, "record who has signed a meeting's attendance sheet")
PUT_BACK = _action("attended.put-back", PutBack, _put_back, "take back what was recorded of who was at a meeting")

ACTIONS = (RECORD, LEFT, CAME, GUEST_CAME, SHEET, PUT_BACK)
