"""What people do with meetings: confirm, move, cancel, hold, add one, and record papers and minutes."""

from datetime import date, datetime, time, timedelta

from storage.arrangements import moves
from storage.arrangements.groups import Group
from storage.arrangements.meetings import Year
from storage.records import attended, meetings
from storage.records.meetings import MeetingRow
from storage.records.message import Button, Message

from . import after_meetings, invitations, planning
from .action import Action, Form
from .meeting_words import group_of
from .permissions import Allowed, Role, Where
from .refusals import Refusal, Refused
from .words import long_day
from .work import Work

MANAGES: Allowed = {Role.BUSINESS_MANAGER: Where.EVERYWHERE}
AROUND = timedelta(days=92)
"""How far before a moved meeting others are looked at."""

BEFORE_IT = (
    "not-confirmed", "meeting-tomorrow", "attendance-asked", "attendance-due", "quorum-needed", "chairs-brief",
)  # fmt: skip
"""What is asked before a meeting, and of no more use once it was held."""

CHAIRS: Allowed = MANAGES | {Role.CHAIR: Where.OWN_GROUP, Role.VICE_CHAIR: Where.OWN_GROUP}
KEEPS: Allowed = CHAIRS | {Role.PA: Where.OWN_GROUP}


class Which(Form):
    """One meeting: its group (id) and its place in the series."""

    group: str
    place: str


class Move(Which):
    """A meeting and its new day, and hour if that changes too.

    The rest is for taking a move back: whether it stood by itself before, why, and that it had no hour.
    """

    day: date
    starts: time | None = None
    own: bool = True
    reason: str = "moved by hand"
    no_hour: bool = False


class Because(Which):
    """A meeting and a reason."""

    because: str = ""


class OnDay(Which):
    """A meeting and the day on which something was done; today if not said."""

    on: date | None = None


class Extra(Form):
    """An extra meeting of a group."""

    group: str
    day: date
    starts: time | None = None


def _find(work: Work, form: Which) -> MeetingRow:
    row = meetings.find(work.scope, form.group, form.place)
    if row is None:
        raise Refused(Refusal("There is no such meeting.", "place", "See the list with: meeting list"))
    work.note(row.record)
    return row


def _group(work: Work, row: MeetingRow) -> Group:
    return group_of(work, row)


def _words(work: Work, row: MeetingRow) -> str:
    return f"{_group(work, row).name} of {long_day(row.day)}"


def _answer(work: Work, title: str, row: MeetingRow, *, text: str = "", seats: str = "") -> Message:
    lines = [text, *map(str, work.changes), seats if row.status == "confirmed" else ""]
    body = "\n".join(line for line in lines if line) or _words(work, row)
    return Message(title=title, text=body, buttons=(Button(label="Undo", does="undo"),))


def _confirm(work: Work, form: Which) -> Message:
    row = _find(work, form)
    if row.status == "confirmed":
        raise Refused(f"The {_words(work, row)} is confirmed already.")
    if row.status != "planned":
        raise Refused(f"The {_words(work, row)} is {row.status}, so there is nothing to confirm.")
    if row.day < work.today:
        want = f"If it was held, say: meeting held {row.group} {row.place}"
        raise Refused(Refusal(f"The day of the {_words(work, row)} is past.", "place", want))
    row.status = "confirmed"
    work.scope.session.add(row)
    planning.owe(work, row)
    table = invitations.keep(work, row)
    work.can_be_taken_back("meeting.unconfirm", _key(row), f"confirming the {_words(work, row)}")
    return _answer(work, "Confirmed", row, text=f"{_words(work, row)}. {table.words(work)}")


def _unconfirm(work: Work, form: Which) -> Message:
    row = _find(work, form)
    if row.status != "confirmed":
        raise Refused(f"The {_words(work, row)} is not confirmed.")
    row.status = "planned"
    work.scope.session.add(row)
    planning.owe(work, row)
    invitations.keep(work, row)
    return _answer(work, "Not confirmed", row, text=f"{_words(work, row)} is planned, not confirmed.")


def _move(work: Work, form: Move) -> Message:
    row = _find(work, form)
    _can_take_place(work, form.day)
    if row.status in ("held", "cancelled"):
        raise Refused(f"The {_words(work, row)} is {row.status} and cannot be moved.")
    zone = work.terms.zone
    hour = row.starts_at.astimezone(zone).time() if row.starts_at else None
    same_hour = hour is None if form.no_hour else form.starts in (None, hour)
    if form.day == row.day and same_hour:
        raise Refused(Refusal("The meeting is on that day already.", "day", "Give another day or hour."))
    as_it_was = {"day": row.day.isoformat(), "own": row.own, "reason": row.reason, "no_hour": hour is None}
    work.can_be_taken_back(
        "meeting.move",
        _key(row) | as_it_was | ({"starts": hour.isoformat()} if hour else {}),
        f"moving the {_words(work, row)}",
    )
    before, papers_due, minutes_due = row.day, row.papers_due, row.minutes_due
    year_before = _around(work, row.day, form.day)
    length = (row.ends_at - row.starts_at) if row.starts_at and row.ends_at else None
    row.day, row.own, row.reason = form.day, form.own, form.reason
    start = None if form.no_hour else form.starts or hour
    if start is None:
        row.starts_at = row.ends_at = None
    else:
        row.starts_at = datetime.combine(form.day, start, zone)
        row.ends_at = row.starts_at + length if length is not None else None
    work.scope.session.add(row)
    work.scope.session.flush()
    table = planning.retell(work, row, None, before=before)
    if start != hour:
        work.changed("Its hour", f"{hour:%H:%M}" if hour else "", f"{start:%H:%M}" if start else "none")
    _changed_day(work, "Papers day", papers_due, row.papers_due)
    _changed_day(work, "Minutes day", minutes_due, row.minutes_due)
    planning.plan_ahead(work, planning.as_far_as_planned(work))
    _say_what_breaks(work, row, year_before, _around(work, before, form.day))
    return _answer(work, "Moved", row, seats=table.seats_words(work))


def _around(work: Work, *days: date) -> Year:
    """The year as it stands around some days, as far as anything hangs on them."""
    return planning.year(work, min(days) - AROUND, max(*days, planning.as_far_as_planned(work)))


def _changed_day(work: Work, what: str, before: date | None, after: date | None) -> None:
    if after is not None and after != before:
        work.changed(what, long_day(before) if before else "", long_day(after))


def _say_what_breaks(work: Work, row: MeetingRow, before: Year, after: Year) -> None:
    """Says in the changes what a move breaks; what it breaks of its own rule is kept in the meeting's reason too."""
    arrangements, key = work.arrangements, (row.group, row.place)
    own = moves.breaks(arrangements, before, after, key)
    kept = [line[0].lower() + line[1:].removesuffix(".") for line in own]
    row.reason = "; ".join([row.reason, *(words for words in kept if words not in row.reason)])
    work.scope.session.add(row)
    if row.papers_sent_on is None and (gone := moves.papers_gone(after, key, work.today)):
        own.append(gone)
    for line in [*own, *moves.breaks_of_others(arrangements, before, after, key, work.today)]:
        work.changed(line)


def _can_take_place(work: Work, day: date) -> None:
    why_not = work.terms.open_days.why_not(day)
    if day < work.today:
        raise Refused(Refusal("That day is past.", "day", "Give a day from today on."))
    if why_not is not None:
        nearest = work.terms.open_days.on_or_after(day)
        raise Refused(
            Refusal(f"{long_day(day)} is no working day: {why_not}.", "day", f"The next is {long_day(nearest)}.")
        )


def _cancel(work: Work, form: Because) -> Message:
    row = _find(work, form)
    if row.status in ("held", "cancelled"):
        raise Refused(f"The {_words(work, row)} is {row.status} already.")
    as_it_was = {"status": row.status, "reason": row.reason}
    work.can_be_taken_back("meeting.restore", _key(row) | as_it_was, f"cancelling the {_words(work, row)}")
    row.status, row.reason, row.by_rule, row.status_before = "cancelled", form.because or "cancelled by hand", False, ""
    work.scope.session.add(row)
    work.scope.session.flush()
    planning.retell(work, row, None, before=row.day)
    planning.plan_ahead(work, planning.as_far_as_planned(work))
    return _answer(work, "Cancelled", row)


class Restore(Which):
    """A cancelled meeting and what it was before."""

    status: str = "planned"
    reason: str = ""


def _restore(work: Work, form: Restore) -> Message:
    row = _find(work, form)
    if row.status != "cancelled":
        raise Refused(f"The {_words(work, row)} is not cancelled.")
    if row.day < work.today:
        raise Refused(f"The {_words(work, row)} is past. Plan another one instead.")
    row.status, row.reason = ("confirmed" if form.status == "confirmed" else "planned"), form.reason
    row.by_rule, row.status_before = False, ""
    work.scope.session.add(row)
    work.scope.session.flush()
    if planning.as_planned(work, row).status == "cancelled":
        row.own = True  # the meeting that it hangs on is still cancelled, so from here on it stands by itself
        work.scope.session.add(row)
        work.scope.session.flush()
    table = planning.retell(work, row, None, before=row.day)
    planning.restore_followers(work, row)
    planning.plan_ahead(work, planning.as_far_as_planned(work))
    return _answer(work, "Restored", row, seats=table.seats_words(work))


def _held(work: Work, form: OnDay) -> Message:
    row = _find(work, form)
    if row.status == "cancelled":
        raise Refused(f"The {_words(work, row)} was cancelled.")
    if row.status == "held":
        raise Refused(f"The {_words(work, row)} is recorded as held already.")
    if row.day > work.today:
        raise Refused(f"The {_words(work, row)} lies ahead. It can be recorded as held from that day on.")
    was = row.status
    row.status = "held"
    work.scope.session.add(row)
    work.release(row.record, BEFORE_IT, "the meeting was held")
    after_meetings.after(work, row)
    work.can_be_taken_back(
        "meeting.not-held", _key(row) | {"status": was}, f"recording the {_words(work, row)} as held"
    )
    recorded = attended.at(work.scope, row.group, row.place)
    who = "" if recorded else f"\nRecord who was there with: meeting here {row.group} {row.place}"
    return _answer(work, "Recorded as held", row, text=f"{_words(work, row)}{who}")


def _not_held(work: Work, form: Restore) -> Message:
    row = _find(work, form)
    if row.status != "held":
        raise Refused(f"The {_words(work, row)} is not recorded as held.")
    row.status = "confirmed" if form.status == "confirmed" else "planned"
    work.scope.session.add(row)
    after_meetings.not_after(work, row)
    return _answer(work, "Not recorded as held", row, text=_words(work, row))


def _papers(work: Work, form: OnDay) -> Message:
    row = _find(work, form)
    if row.papers_sent_on is not None:
        raise Refused(f"The papers of the {_words(work, row)} went out on {long_day(row.papers_sent_on)}.")
    row.papers_sent_on = _done_on(work, form)
    work.scope.session.add(row)
    work.release(row.record, ("papers-call", "papers-due"), "the papers are out")
    work.can_be_taken_back("meeting.papers-not-out", _key(row), f"the papers of the {_words(work, row)}")
    return _answer(work, "Papers are out", row, text=f"{_words(work, row)}: nobody is asked for them any more.")


def _papers_not_out(work: Work, form: Which) -> Message:
    row = _find(work, form)
    row.papers_sent_on = None
    work.scope.session.add(row)
    row.generation += 1
    planning.owe(work, row)
    return _answer(work, "Papers are not out", row, text=_words(work, row))


def _minutes(work: Work, form: OnDay) -> Message:
    row = _find(work, form)
    if row.day > work.today:
        raise Refused(f"The {_words(work, row)} lies ahead, so it has no minutes yet.")
    if row.minutes_sent_on is not None:
        raise Refused(f"The minutes of the {_words(work, row)} went out on {long_day(row.minutes_sent_on)}.")
    row.minutes_sent_on = _done_on(work, form)
    work.scope.session.add(row)
    work.release(row.record, ("minutes-due", "minutes-overdue"), "the minutes are out")
    work.can_be_taken_back("meeting.minutes-not-out", _key(row), f"the minutes of the {_words(work, row)}")
    return _answer(work, "Minutes are out", row, text=_words(work, row))


def _minutes_not_out(work: Work, form: Which) -> Message:
    row = _find(work, form)
    row.minutes_sent_on = None
    work.scope.session.add(row)
    row.generation += 1
    planning.owe(work, row)
    return _answer(work, "Minutes are not out", row, text=_words(work, row))


def _done_on(work: Work, form: OnDay) -> date:
    if form.on is not None and form.on > work.today:
        raise Refused(Refusal("That day lies ahead.", "on", "Give the day on which it was done."))
    return form.on or work.today


def _extra(work: Work, form: Extra) -> Message:
    if form.group not in work.arrangements.groups_by_id:
        raise Refused(Refusal("There is no such group.", "group", "See the groups with: meeting list"))
    _can_take_place(work, form.day)
    group = work.arrangements.groups_by_id[form.group]
    same_day = meetings.between(work.scope, form.day, form.day, form.group)
    if any(row.status != "cancelled" for row in same_day):
        raise Refused(Refusal(f"The {group.name} meets on {long_day(form.day)} already.", "day", "Give another day."))
    number = 1 + sum(row.extra for row in meetings.every(work.scope) if row.group == form.group)
    chosen = work.arrangements.planning.groups.get(form.group)
    start = form.starts or (chosen.starts if chosen else None)
    row = MeetingRow(
        partnership=work.scope.partnership,
        group=form.group,
        place=f"extra-{number}",
        day=form.day,
        status="confirmed",
        version=work.terms.version,
        extra=True,
    )
    if start is not None:
        row.starts_at = datetime.combine(form.day, start, work.terms.zone)
        length = chosen.minutes if chosen else None
        row.ends_at = row.starts_at + timedelta(minutes=length) if length else None
    work.scope.session.add(row)
    work.scope.session.flush()
    work.note(row.record)
    planning.set_dates(work, row, planning.as_planned(work, row))
    planning.owe(work, row)
    table = invitations.keep(work, row)
    work.can_be_taken_back("meeting.cancel", _key(row), f"the extra {_words(work, row)}")
    text = f"{_words(work, row)}. It does not shift the others. {table.words(work)}"
    return _answer(work, "Extra meeting", row, text=text)


def _key(row: MeetingRow) -> dict[str, object]:
    return {"group": row.group, "place": row.place}


CONFIRM = Action("meeting.confirm", Which, _confirm, CHAIRS, "confirm a meeting's date", "group")
UNCONFIRM = Action("meeting.unconfirm", Which, _unconfirm, CHAIRS, "take a confirmation back", "group")
MOVE = Action("meeting.move", Move, _move, CHAIRS, "move a meeting", "group")
CANCEL = Action("meeting.cancel", Because, _cancel, CHAIRS, "cancel a meeting", "group")
RESTORE = Action("meeting.restore", Restore, _restore, CHAIRS, "restore a cancelled meeting", "group")
HELD = Action("meeting.held", OnDay, _held, KEEPS, "record a meeting as held", "group")
NOT_HELD = Action("meeting.not-held", Restore, _not_held, KEEPS, "take back that a meeting was held", "group")
PAPERS = Action("meeting.papers", OnDay, _papers, KEEPS, "record that the papers are out", "group")
PAPERS_NOT_OUT = Action(
    "meeting.papers-not-out", Which, _papers_not_out, KEEPS, "take back that papers are out", "group"
)
MINUTES = Action("meeting.minutes", OnDay, _minutes, KEEPS, "record that the minutes are out", "group")
MINUTES_NOT_OUT = Action(
    "meeting.minutes-not-out", Which, _minutes_not_out, KEEPS, "take back that minutes are out", "group"
)
EXTRA = Action("meeting.extra", Extra, _extra, CHAIRS, "add an extra meeting", "group")

ACTIONS = (
    CONFIRM, UNCONFIRM, MOVE, CANCEL, RESTORE, HELD, NOT_HELD, PAPERS, PAPERS_NOT_OUT, MINUTES, MINUTES_NOT_OUT, EXTRA,
)  # fmt: skip
