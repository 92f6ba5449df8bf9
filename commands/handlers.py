"""Which handler answers which kind of duty. A test proves that kinds, handlers and words match."""

from collections.abc import Callable
from datetime import date, timedelta

from storage.records import duties
from storage.records.duties import Duty, Key
from storage.records.message import Message

from . import (
    after_meetings,
    attendance_duties,
    briefs,
    chairing,
    chasing,
    date_polls_asking,
    decisions,
    decisions_ending,
    digests,
    drills,
    handover,
    keeping,
    nightly,
    pack_links,
    paper_twins,
    proposing,
    registers,
    reminding,
    return_rounds,
    returning_signing,
    stage_reminders,
    stating,
    told_next,
    weeks_ahead,
)
from .action import Action, Form
from .permissions import TIME_ONLY
from .words import short_day
from .work import NOBODY, Work

Handler = Callable[[Work, Duty], str]
"""Looks again, does or says what is due, and returns the reason with which the duty closes."""

HANDLERS: dict[str, Handler] = {
    "papers-call": reminding.of_meeting,
    "papers-due": reminding.of_meeting,
    "agenda": reminding.agenda,
    "meeting-tomorrow": reminding.of_meeting,
    "chairs-brief": briefs.chairs_brief,
    "minutes-due": reminding.of_meeting,
    "minutes-overdue": reminding.minutes_overdue,
    "not-confirmed": reminding.of_meeting,
    "round-opens": return_rounds.opens,
    "report-due": chasing.due,
    "chase-ended": chasing.ended,
    "signature-due": returning_signing.due,
    "signature-ended": returning_signing.ended,
    "attendance-asked": attendance_duties.asked,
    "attendance-due": attendance_duties.due,
    "quorum-needed": attendance_duties.needed,
    "date-due": date_polls_asking.due,
    "date-closes": date_polls_asking.closes,
    "register-review": reminding.of_meeting,
    "chair-term": chairing.chair_term,
    "handover": handover.due,
    "milestone-due": reminding.milestone,
    "action-due": registers.due,
    "what-came-of": after_meetings.what_came_of,
    "comments-due": after_meetings.comments_due,
    "decision-closes": decisions_ending.closes,
    "decision-due": decisions.due,
    "pack-ready": pack_links.ready,
    "stage-due": stage_reminders.stage_due,
    "stage-overdue": stage_reminders.stage_due,
    "alert-step": told_next.step,
    "alert-ring": told_next.ring,
    "alert-lapse": told_next.lapsed,
    "alert-wake": told_next.woken,
    "alert-drill": drills.begins,
    "drill-result": drills.looked_at,
    "still-in-post": stating.still_in_post,
    "none-this-month": stating.none_this_month,
    "paper-twin": paper_twins.sent_out,
    "proposal-ended": proposing.over,
    "retention-proposed": keeping.ask_handler,
    "daily-note": digests.daily_note,
    "weekly-digest": digests.weekly_digest,
    "plan-ahead": nightly.nightly,
    "rehearsed": weeks_ahead.tell,
}


class DutyKey(Form):
    """The natural key of a duty within its partnership."""

    record: str
    kind: str
    part: str
    generation: int


class Handle(Form):
    """Duties that have fallen due together, in their order; `ahead` is what a rehearsal found, for one that owes it."""

    duties: tuple[DutyKey, ...]
    ahead: weeks_ahead.Ahead | None = None


class GiveUp(DutyKey):
    """A duty that failed too often, and the reference of the last error."""

    error: str


def _key(work: Work, form: DutyKey) -> Key:
    return Key(work.scope.partnership, form.record, form.kind, form.part, form.generation)


def _handle(work: Work, form: Handle) -> Message:
    ended = {}
    work.worked_out = form.ahead
    for wanted in form.duties:
        key = _key(work, wanted)
        duty = duties.lock(work.scope.session, key)
        if duty is not None and duty.next_at <= work.now:
            ended[str(key)] = _close(work, duty)
    work.noted = {"duties": ended}
    work.record = "duties"
    if not ended:
        return Message(title="Nothing to do", text="Somebody else has done it, or its time has not come.")
    return Message(title="Done", text="\n".join(ended.values()))


def _close(work: Work, duty: Duty) -> str:
    policy = duties.KINDS[duty.kind]
    if policy.late == "skip" and work.now - duty.due_at > policy.after:
        reason = f"skipped: it was due {short_day(duty.due_at.astimezone(work.terms.zone).date())}"
        _also_next_rounds(work, duty)
        _also_next_note(work, duty)
    else:
        reason = HANDLERS[duty.kind](work, duty)
    if reason.startswith(NOBODY):
        # Nobody is asked, so it is not done: it comes again every open morning until somebody is in the post.
        following = work.terms.open_days.on_or_after(work.today + timedelta(days=1))
        duty.next_at, duty.reason = work.terms.setting.morning(following), reason
    else:
        duties.close(duty, reason, work.now)
    work.scope.session.add(duty)
    return reason


def _also_next_rounds(work: Work, duty: Duty) -> None:
    """A round that was skipped still leads to the next one."""
    if duty.record == "partnership":
        nightly.owe_rounds(work)


def _also_next_note(work: Work, duty: Duty) -> None:
    """What a note that came too late would have said, and is said late, is in the next one."""
    if duty.kind == "daily-note":
        work.carry_over(duty.record.partition(":")[2], date.fromisoformat(duty.part))


def _give_up(work: Work, form: GiveUp) -> Message:
    duty = duties.lock(work.scope.session, _key(work, form))
    work.note(form.record, kind=form.kind, part=form.part, error=form.error)
    if duty is None:
        return Message(title="Nothing to do", text="It has been handled after all.")
    duty.state, duty.reason, duty.closed_at = "not-handled", f"failed; error {form.error}", work.now
    work.scope.session.add(duty)
    manager = work.arrangements.secretariat.business_manager
    work.say(
        "not-handled",
        post=manager,
        key=f"not-handled:{duty.key}",
        record=duty.record,
        data={"kind": duty.kind, "post": work.arrangements.title(duty.post), "error": form.error},
        why="a reminder failed too often",
        source="",
    )
    _also_next_rounds(work, duty)
    return Message(title="Not handled", text=duty.reason)


HANDLE = Action("duty.handle", Handle, _handle, TIME_ONLY, "handle what has fallen due")
GIVE_UP = Action("duty.give-up", GiveUp, _give_up, TIME_ONLY, "end what fails again and again")

ACTIONS = (HANDLE, GIVE_UP)
