"""Rounds of returns: opened by rule or by hand, moved with the meeting they are for, closed."""

from collections.abc import Sequence
from datetime import date, timedelta

from storage.arrangements.reminders import Ask
from storage.arrangements.returns import Return
from storage.records import duties, meetings, returns
from storage.records.duties import Duty
from storage.records.meetings import MeetingRow
from storage.records.returns import Owed, Round

from . import chasing, return_asking, return_forms, return_words, round_status
from .meeting_words import group_of
from .respondents import Respondent, who_owes
from .return_forms import form_of
from .words import long_day
from .work import Work

OPENS = "round-opens"

STAYS_OPEN = timedelta(days=14)
"""How long after its meeting a round stays open, so that what is late can still be sent in; chosen."""

NOT_HELD = "the meeting that it was for does not take place"


# Opening


def open_round(
    work: Work,
    report: Return,
    *,
    place: str,
    name: str,
    due: date,
    group: str = "",
    meeting: str = "",
    joint: bool = False,
    only: Sequence[Respondent] | None = None,
) -> Round:
    """Opens a round: enters everybody who owes it (or `only` those), asks each, and owes what they are reminded of.

    `place` is unique among the rounds of the return and holds no colon; `name` is what people call it. `group` receives
    it, the return's own where none is given; `meeting` is the one of its meetings that it is for. One that is there
    already stays as it is. The business manager hears whom nobody answers for, and who is not confirmed by name.
    """
    found = returns.find(work.scope, report.id, place)
    if found is not None:
        return found
    new = Round(
        partnership=work.scope.partnership,
        report=report.id,
        place=place,
        name=name,
        due=due,
        group=group or report.to_group or "",
        meeting=meeting,
        form=form_of(work.arrangements, report).model_dump(mode="json"),
        version=work.terms.version,
        chasers=chasing.frozen(report),
        joint=joint,
        opened_by=work.actor.id,
        opened_at=work.now,
    )
    work.scope.session.add(new)
    those = list(who_owes(work, report) if only is None else only)
    returns.add_owed(work.scope, (_owed(new, each) for each in those))
    owing = returns.all_owed(work.scope, new)
    chasing.owe_all(work, new, owing)
    nobody = return_asking.tell_all(work, new, owing, report)
    unsure = [each.name for each in those if not each.confirmed] if _by_class(report) and only is None else []
    return_asking.tell_manager(work, new, owing, nobody, unsure)
    round_status.changed(work, new)
    return new


def _owed(round_: Round, each: Respondent) -> Owed:
    return Owed(
        partnership=round_.partnership,
        report=round_.report,
        place=round_.place,
        who=each.who,
        name=each.name,
        post=each.post,
    )


def _by_class(report: Return) -> bool:
    """Whether a return is owed by a class of agencies, so that each has to be confirmed by name."""
    return report.from_duty is not None


def owe_openings(work: Work) -> None:
    """When the rounds of a year are opened: owed anew whenever the arrangements change, and every night."""
    wanted: dict[str, list[Ask]] = {}
    for report in work.arrangements.returns:
        if report.is_yearly and report.month is not None:
            wanted[_opening(report)] = list(_openings(work, report))
    for duty in duties.open_of(work.scope, OPENS, _OPENING):
        wanted.setdefault(duty.record, [])
    for record, asks in wanted.items():
        work.owe(record, 1, asks)


_OPENING = "opening:"


def _opening(report: Return) -> str:
    return f"{_OPENING}{report.id}"


def _openings(work: Work, report: Return) -> list[Ask]:
    setting = work.terms.setting
    asks = []
    for year in (work.today.year, work.today.year + 1):
        due = report.due_in(year, setting.open_days)
        if due is not None and due >= work.today:
            opens = setting.morning(report.opens_on(due, setting.open_days))
            why = f"{report.days_open} days before it is due"
            asks.append(Ask(OPENS, str(year), opens, setting.business_manager, why, report.source))
    return asks


def opens(work: Work, duty: Duty) -> str:
    """The handler: opens the round of a meeting or of a year, unless it is open or is not to be any more."""
    work.note(duty.record, kind=duty.kind, part=duty.part, generation=duty.generation)
    if duty.record.startswith(_OPENING):
        return _opens_of_a_year(work, duty)
    _, group_id, place = duty.record.split(":", 2)
    row = meetings.find(work.scope, group_id, place)
    report = return_forms.find(work.arrangements, duty.part)
    if row is None or row.status in ("cancelled", "held") or row.day <= work.today:
        return "not opened: the meeting does not take place or has been"
    if report is None or not report.before_meetings:
        return "not opened: our arrangements no longer ask for it"
    due = report.due_before(row.day, work.terms.open_days)
    if due is None:
        return "not opened: our arrangements no longer say when it is due"
    if due < work.today:  # the meeting came into sight too late, as an extra one does: a day is left, or none
        due = work.terms.open_days.add(work.today, 1)
        if due >= row.day:
            return "not opened: the day on which it was due is past, and the meeting is too near"
    name = return_words.for_meeting(report, group_of(work, row).name, row.day)
    return _opens(work, duty, report, place_of(row), name, due, row)


def _opens_of_a_year(work: Work, duty: Duty) -> str:
    report = return_forms.find(work.arrangements, duty.record.removeprefix(_OPENING))
    if report is None:
        return "not opened: our arrangements no longer ask for it"
    due = report.due_in(int(duty.part), work.terms.open_days)
    if due is None or due < work.today:
        return "not opened: the day on which it was due is past"
    return _opens(work, duty, report, duty.part, return_words.for_year(report, int(duty.part)), due, None)


def _opens(work: Work, duty: Duty, report: Return, place: str, name: str, due: date, row: MeetingRow | None) -> str:
    if returns.find(work.scope, report.id, place) is not None:
        return "not opened: it has been opened already"
    those = who_owes(work, report)
    if not those:
        record = f"round:{report.id}:{place}"
        return_asking.tell_nobody_owes(work, record, name, {"due": due})
        return "told: nobody owes it, so the business manager was"
    group, meeting = (row.group, row.place) if row is not None else ("", "")
    joint = bool(report.joint_with)
    open_round(work, report, place=place, name=name, due=due, group=group, meeting=meeting, joint=joint)
    return f"told: opened, {len(those)} owe it"


def place_of(row: MeetingRow) -> str:
    """The place of the round that is owed for a meeting."""
    return f"{row.group}.{row.place}"


# Moved with its meeting


def follow_meeting(work: Work, row: MeetingRow) -> None:
    """Brings the rounds that are owed for a meeting after it: to its new day, or to their end where it is cancelled.

    Whoever had been asked, and has not sent it in, hears it once. One that ended with its meeting is opened again with
    it.
    """
    for round_ in returns.for_meeting(work.scope, row.group, row.place):
        if row.status == "cancelled" and round_.state == "open":
            end(work, round_, "cancelled", NOT_HELD)
        elif row.status in ("planned", "confirmed") and round_.ended_because in ("", NOT_HELD):
            _follow(work, round_, row)


def _follow(work: Work, round_: Round, row: MeetingRow) -> None:
    report = return_forms.find(work.arrangements, round_.report)
    due = report.due_before(row.day, work.terms.open_days) if report is not None else None
    again = round_.state == "cancelled"
    if report is None or due is None or round_.state == "closed" or (due == round_.due and not again):
        return
    round_.due, round_.state, round_.ended_because, round_.closed_at = due, "open", "", None
    round_.name = return_words.for_meeting(report, group_of(work, row).name, row.day)
    round_.generation += 1
    work.scope.session.add(round_)
    work.scope.session.flush()
    out = returns.outstanding(work.scope, round_)
    for owed in out:
        chasing.owe_chase(work, round_, owed)
    own = {each.who for each in out if each.due is not None and not again}
    because = f"the meeting is on {long_day(row.day)}"
    return_asking.tell_moved(work, round_, out, because, still=lambda each: each.who not in own)
    work.changed(round_.name, after=f"due on {long_day(due)}")
    round_status.changed(work, round_)


# Ending


def end(work: Work, round_: Round, state: str, because: str) -> int:
    """Ends a round: nobody is reminded any more, and what is missing stays said. Gives how many are told.

    Those who had been asked are told where it is cancelled; where it is closed nobody is.
    """
    out = returns.outstanding(work.scope, round_)
    for owed in out:
        chasing.release(work, owed, f"it is {state}")
    round_.state, round_.ended_because, round_.closed_at = state, because, work.now
    round_.generation += 1
    work.scope.session.add(round_)
    work.scope.session.flush()
    told = return_asking.tell_moved(work, round_, out, because) if state == "cancelled" else 0
    work.changed(round_.name, after=f"{state}: {because}")
    round_status.changed(work, round_)
    return told


def close_past(work: Work) -> None:
    """Every night: closes the rounds whose meeting has been some time ago."""
    for round_ in returns.rounds(work.scope, state="open"):
        row = meetings.find(work.scope, round_.group, round_.meeting) if round_.meeting else None
        if row is not None and row.status != "cancelled" and row.day + STAYS_OPEN < work.today:
            end(work, round_, "closed", f"its meeting was on {long_day(row.day)}")
