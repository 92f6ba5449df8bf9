"""A date of a date poll is taken: its meeting moves there and is confirmed, and all that follows it follows.

It is the same as moving and confirming it by hand; an extra meeting is added. It can be taken back.
"""

from datetime import date, time

from storage.records import meetings, polls
from storage.records.message import Message
from storage.records.polls import Poll

from . import date_polls_asking as asking
from . import date_polls_standing as stands
from . import date_polls_status as status
from . import date_polls_words as words
from . import meetings as moving
from .action import Action
from .date_polls import UNDO, Which, held
from .date_polls_standing import Slot
from .meetings import CHAIRS
from .refusals import Refusal, Refused
from .work import Work


class Take(Which):
    """A date poll and the slot that is taken, by its key: when it starts, as ISO text."""

    slot: str


class TakeBack(Which):
    """A date poll that is opened again, with the meeting as it was before a slot was taken; without one it was new."""

    day: date | None = None
    starts: time | None = None
    own: bool = False
    reason: str = ""
    no_hour: bool = False
    status: str = ""
    extra: str = ""


def _take(work: Work, form: Take) -> Message:
    poll = held(work, form)
    slot = next((each for each in stands.slots_of(poll) if each.key == form.slot), None)
    if slot is None:
        raise Refused(Refusal("That date is none of those that were asked about.", "slot", "Choose one of them."))
    before = _as_it_stands(work, poll)
    back = _moved(work, poll, slot) if poll.meeting else _extra(work, poll, slot)
    found = stands.standing(work, poll)
    poll.outcome = {"slot": slot.key, "meeting": back.get("extra") or poll.meeting}
    status.end(work, poll, "closed", "a date was taken")
    told = asking.tell_found(work, found, slot.key)
    status.changed(work, poll)
    if told:
        work.changed("Told that it does not suit them, or that they have not said", after=words.people_words(told))
    work.note(poll.record, slot=slot.key)
    work.can_be_taken_back(TAKE_BACK.name, {**stands.form_of(poll), **before, **back}, f"the date taken: {poll.name}")
    lines = [f"{words.slot_words(work, slot)}.", *map(str, work.changes)]
    return Message(title=f"The date is found: {found.group.name}", text="\n".join(lines), buttons=(UNDO,))


def _as_it_stands(work: Work, poll: Poll) -> dict[str, object]:
    """What takes the meeting back to where it stands now."""
    row = stands.meeting_of(work, poll)
    if row is None:
        return {}
    hour = row.starts_at.astimezone(work.terms.zone).time() if row.starts_at else None
    as_it_was: dict[str, object] = {
        "day": row.day.isoformat(),
        "own": row.own,
        "reason": row.reason,
        "no_hour": hour is None,
        "status": row.status,
    }
    return as_it_was | ({"starts": hour.isoformat()} if hour else {})


def _moved(work: Work, poll: Poll, slot: Slot) -> dict[str, object]:
    """Moves the meeting to a slot and confirms it, as by hand; all that hangs on it follows."""
    local = slot.starts.astimezone(work.terms.zone)
    row = stands.meeting_of(work, poll)
    if row is None or row.status not in ("planned", "confirmed"):
        raise Refused("That meeting does not take place any more, or has been.")
    there = row.starts_at.astimezone(work.terms.zone).time() if row.starts_at else None
    if (row.day, there) != (local.date(), local.time()):
        day, starts = local.date(), local.time()
        found = "found by a date poll"
        moving.MOVE.does(work, moving.Move(group=row.group, place=row.place, day=day, starts=starts, reason=found))
    if row.status == "planned":
        moving.CONFIRM.does(work, moving.Which(group=row.group, place=row.place))
        work.changed("It is confirmed", after="whoever is at the table is told")
    return {}


def _extra(work: Work, poll: Poll, slot: Slot) -> dict[str, object]:
    """Adds an extra meeting at a slot; gives its place, by which it is taken back."""
    local = slot.starts.astimezone(work.terms.zone)
    moving.EXTRA.does(work, moving.Extra(group=poll.group, day=local.date(), starts=local.time()))
    found = meetings.between(work.scope, local.date(), local.date(), poll.group)
    place = next(row.place for row in found if row.extra and row.status == "confirmed")
    work.changed("An extra meeting", after=f"{words.slot_words(work, slot)}; whoever is at the table is told")
    return {"extra": place}


def _take_back(work: Work, form: TakeBack) -> Message:
    found = stands.find(work, form.group, form.number)
    poll = polls.locked(work.scope, polls.DATE, found.place) if found is not None else None
    if poll is None or poll.state == "open" or "slot" not in poll.outcome:
        raise Refused("No date was taken there that could be taken back.")
    if form.extra:
        moving.CANCEL.does(work, moving.Because(group=form.group, place=form.extra, because="its date was taken back"))
    elif form.day is not None:
        _put_back(work, poll, form)
    poll.state, poll.ended_because, poll.outcome, poll.closed_at = "open", "", {}, None
    poll.generation += 1
    work.scope.session.add(poll)
    work.scope.session.flush()
    asking.owe(work, poll)
    status.changed(work, poll)
    work.note(poll.record)
    work.back = None
    text = "\n".join(["It is open again, with the answers that were given.", *map(str, work.changes)])
    return Message(title=poll.name, text=text, buttons=words.take_buttons(work, stands.standing(work, poll)))


def _put_back(work: Work, poll: Poll, form: TakeBack) -> None:
    row = stands.meeting_of(work, poll)
    assert row is not None and form.day is not None, "it was moved"
    which = {"group": row.group, "place": row.place}
    if form.status == "planned" and row.status == "confirmed":
        moving.UNCONFIRM.does(work, moving.Which(**which))
    there = row.starts_at.astimezone(work.terms.zone).time() if row.starts_at else None
    if (row.day, there) != (form.day, form.starts):
        back = {"day": form.day, "starts": form.starts, "own": form.own, "reason": form.reason, "no_hour": form.no_hour}
        moving.MOVE.does(work, moving.Move.model_validate({**which, **back}))


CONFIRM = Action(words.CONFIRM, Take, _take, CHAIRS, "take a date: its meeting moves, and all that follows it", "group")
TAKE_BACK = Action(
    words.TAKE_BACK, TakeBack, _take_back, CHAIRS, "take back the date that was taken, and open its poll again", "group"
)

ACTIONS = (CONFIRM, TAKE_BACK)
