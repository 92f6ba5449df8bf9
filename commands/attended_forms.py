"""The forms of the day itself: a sheet with every seat, who leaves or comes, guests, skills, signed agreements."""

from collections.abc import Callable, Mapping

from storage.records import attended, meetings
from storage.records.attended import Attended
from storage.records.meetings import MeetingRow
from storage.records.message import Blank, Choice

from . import agreements, attendance_standing, attended_now, attended_seats, naming, skills
from .action import Action
from .attended import CAME, GUEST_CAME, LEFT, RECORD, SEAT, SHEET
from .attended_seats import APOLOGIES, DEPUTY, HERE, ONLINE, PRESENT, SeatThen
from .meeting_words import group_of
from .quorum_words import VALUES, person_name
from .reading import may
from .refusals import Refused
from .runner import sentence_of_who_may
from .steps import SHOWN, Asked, Step
from .words import long_day
from .work import Work

MEETING = ("group", "place")
YES_OR_NO = (Choice(value="yes", label="Yes"), Choice(value="no", label="No"))
_AT = Asked("at", "At what hour", "hour", False, "Empty: now.")


def record_step(work: Work, raw: Mapping[str, str]) -> Step:
    """Every seat of a meeting with how it can be recorded; what is on record stands in it, else what was answered."""
    row = _meeting(work, raw)
    recorded = attended_seats.recorded(work, row)
    answered = {seat.post: seat for seat in attendance_standing.standing(work, row).seats}
    seats = attended_seats.of(work, row).values()
    named = f"{group_of(work, row).name}, {long_day(row.day)}"
    head = "Say of each seat how it came. What is left empty stays as it is."
    return Step(
        RECORD.name,
        "Who was there",
        "Record",
        (),
        carries=MEETING,
        headed=lambda _work, _raw: (named, head),
        blanks=tuple(_blank(work, row, seat, recorded.get(seat.post), answered.get(seat.post)) for seat in seats),
        fixed={SHOWN: "yes"},
    )


def _blank(
    work: Work, row: MeetingRow, seat: SeatThen, found: Attended | None, said: attendance_standing.SeatStands | None
) -> Blank:
    offered = attended_seats.choices(work, row, seat)
    value = attended_seats.value_of(found) or _from_answer(seat, said)
    hints = [] if seat.then.holders else ["Nobody holds this post."]
    hints += [f"Holder: {name}." for name in _other_than_the_title(work, seat)]
    if found is None and said is not None and said.value:
        hints.append(f"Answered before: {VALUES[said.value]}.")
    if unsigned := list(agreements.who_has_not(work, group_of(work, row), sorted(seat.then.everybody), row.day)):
        hints.append(f"Has not signed: {', '.join(unsigned)}.")
    return Blank(
        name=f"{SEAT}{seat.post}",
        label=work.arrangements.title(seat.post),
        kind="choice",
        value=value if value in {choice.value for choice in offered} else "",
        hint=" ".join(hints),
        needed=False,
        choices=offered,
    )


def _other_than_the_title(work: Work, seat: SeatThen) -> list[str]:
    names = [person_name(work, person) for person in seat.then.holders[:1]]
    return [name for name in names if naming.plain(name) != naming.plain(work.arrangements.title(seat.post))]


def _from_answer(seat: SeatThen, said: attendance_standing.SeatStands | None) -> str:
    """What a seat answered before the meeting, as the choice that it comes to; empty where it is not known."""
    if said is None or said.unsigned:
        return ""
    if said.comes == "yes":
        return PRESENT
    if said.comes == "deputy":
        return f"{DEPUTY}:{said.who}" if said.who in seat.stand_ins else DEPUTY
    return APOLOGIES if said.comes == "no" else ""


def _left(work: Work, raw: Mapping[str, str]) -> Step:
    row = _meeting(work, raw)
    recorded = attended_seats.recorded(work, row)
    here = [each for each in recorded.values() if attended_now.is_here(each, work.now)]
    if not here:
        raise Refused("Nobody is recorded as here. Record first who is, with: meeting here")
    choices = attended_seats.who_choices(work, here)
    return _step(work, row, LEFT.name, "Somebody leaves", (Asked("seat", "Who", "choice", choices=choices), _AT))


def _came(work: Work, raw: Mapping[str, str]) -> Step:
    row = _meeting(work, raw)
    recorded = attended_seats.recorded(work, row)
    away = [each for each in recorded.values() if each.how in HERE and not attended_now.is_here(each, work.now)]
    there = {each.seat for each in recorded.values() if each.how in HERE}
    choices = [Choice(value=each.seat, label=f"{attended_seats.who(work, each)}, back") for each in away]
    seats = [seat.post for seat in attended_seats.of(work, row).values() if seat.post not in there]
    choices += [Choice(value=post, label=work.arrangements.title(post)) for post in seats]
    hows = tuple(Choice(value=how, label=attended_seats.WORDS[how]) for how in (PRESENT, ONLINE, DEPUTY))
    asks = (
        Asked("seat", "Who", "choice", choices=tuple(choices)),
        Asked("how", "How", "choice", False, "Empty: in the room.", choices=hows),
        _AT,
    )
    return _step(work, row, CAME.name, "Somebody comes", asks)


def _guest(work: Work, raw: Mapping[str, str]) -> Step:
    row = _meeting(work, raw)
    group = group_of(work, row)
    hows = tuple(Choice(value=how, label=attended_seats.WORDS[how]) for how in (PRESENT, ONLINE))
    asks = [
        Asked("name", "Name", "words"),
        Asked("agency", "From where", "words", False),
        Asked("how", "How", "choice", False, "Empty: in the room.", choices=hows),
    ]
    if group.agreement is not None:
        label = f"They have signed the {group.agreement.name}"
        hint = "Before taking part. Empty for one who signed at an earlier meeting."
        asks.append(Asked("signed", label, "choice", False, hint, choices=YES_OR_NO))
    return _step(work, row, GUEST_CAME.name, "A guest", tuple(asks))


def _sheet(work: Work, raw: Mapping[str, str]) -> Step:
    row = _meeting(work, raw)
    recorded = attended_seats.recorded(work, row)
    here = [each for each in recorded.values() if each.how in HERE]
    if not here:
        raise Refused("Nobody is recorded as here. Record first who is, with: meeting here")
    choices = attended_seats.who_choices(work, here)
    hint = "Those whose signature stands on the sheet of this meeting, which is kept outside."
    return _ticked(work, row, SHEET.name, "Attendance sheet", "seats", "Has signed", hint, choices,
                   [each.seat for each in here if each.sheet_at is not None])  # fmt: skip


def _need(work: Work, raw: Mapping[str, str]) -> Step:
    row = _meeting(work, raw, skills.NEED)
    group = group_of(work, row)
    choices = skills.choices(group)
    if not choices:
        raise Refused(f"Our arrangements name no skills of the seats of the {group.name}.")
    hint = "What this meeting cannot do without. Nothing of what is looked at."
    return _ticked(work, row, skills.NEED.name, "Skills needed", "skills", "Skills", hint, choices,
                   attended.needed(work.scope, row.group, row.place))  # fmt: skip


def _ticked(
    work: Work, row: MeetingRow, action: str, title: str, name: str, label: str, hint: str,
    choices: tuple[Choice, ...], now: list[str],
) -> Step:  # fmt: skip
    """A form whose one blank has several ticks, those that hold now among them."""
    named = f"{group_of(work, row).name}, {long_day(row.day)}: {title[:1].lower()}{title[1:]}"
    blank = Blank(name=name, label=label, kind="choices", value=",".join(now), hint=hint, needed=False, choices=choices)
    return Step(
        action, title, "Record", (), carries=MEETING, headed=lambda _work, _raw: (named, ""), blanks=(blank,),
        fixed={SHOWN: "yes"},
    )  # fmt: skip


def _step(work: Work, row: MeetingRow, action: str, title: str, asks: tuple[Asked, ...]) -> Step:
    named = f"{group_of(work, row).name}, {long_day(row.day)}"
    return Step(action, title, "Record", asks, carries=MEETING, headed=lambda _work, _raw: (f"{title}: {named}", ""))


def _signed(_work: Work, _raw: Mapping[str, str]) -> Step:
    asks = (
        Asked("group", "Which group", "group"),
        Asked("person", "Who", "person", hint="An e-mail address, a name, or the post they hold."),
        Asked("on", "On which day", "day", False, "Empty: today.", past=True),
    )
    return Step(agreements.SIGNED.name, "An agreement is signed", "Record", asks)


def _withdraw(_work: Work, _raw: Mapping[str, str]) -> Step:
    asks = (Asked("group", "Which group", "group"), Asked("person", "Whose", "words", hint="A name or an address."))
    return Step(agreements.WITHDRAW.name, "Withdraw a signed agreement", "Withdraw", asks)


def _meeting(work: Work, raw: Mapping[str, str], action: Action = RECORD) -> MeetingRow:
    """The meeting that is meant. Raises Refused where there is none, and as the action would for whoever may not."""
    row = meetings.find(work.scope, raw.get("group", ""), raw.get("place", ""))
    if row is None:
        raise Refused("Say of which meeting. See who is at one with: meeting here GROUP")
    sees_to = action.own is not None and agreements.keeps(work, group_of(work, row))
    if not sees_to and not may(work, action, row.group):
        raise Refused(sentence_of_who_may(action.allowed, action.own))
    return row


Made = Callable[[Work, Mapping[str, str]], Step | None]

MADE: Mapping[str, Made] = {
    RECORD.name: record_step,
    LEFT.name: _left,
    CAME.name: _came,
    GUEST_CAME.name: _guest,
    SHEET.name: _sheet,
    skills.NEED.name: _need,
    agreements.SIGNED.name: _signed,
    agreements.WITHDRAW.name: _withdraw,
}
"""The maker of each action's step, by the action's name."""
