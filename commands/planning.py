"""The year as rows: every night fifteen months are planned, and what hangs on a date follows it."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import get_args

from dateutil.relativedelta import relativedelta
from pydantic import Field

from storage.arrangements import reminders
from storage.arrangements.followers import follower_places
from storage.arrangements.groups import Group
from storage.arrangements.meetings import MOVED_ON_ITS_OWN, Known, Meeting, Status, Year
from storage.arrangements.years import plan
from storage.records import ledger, meetings
from storage.records.looking import is_one_look
from storage.records.meetings import MeetingRow
from storage.records.message import Message

from . import attendance_asking, date_polls_status, invitations, return_rounds
from .action import Action, Form
from .invitations import Table
from .meeting_words import group_of, local_hour, name
from .permissions import Role, Where
from .refusals import Refused
from .words import long_day, short_day
from .work import Work

DROPPED = "the arrangements no longer hold it"
"""The reason of a meeting that a changed definition cancelled."""

HORIZON = relativedelta(months=15)
"""How far ahead every night plans."""

FOLLOWS = timedelta(days=92)
"""How far from its own day a meeting is looked for that follows another one."""

MOST_KEPT = 500
"""How many meetings are kept as the planner saw them, for those who look at them again."""

_STATUS: dict[str, Status] = {word: word for word in get_args(Status)}


def known(rows: Iterable[MeetingRow], work: Work, *, settled_only: bool = False) -> list[Known]:
    """The rows as the planner takes them; with `settled_only` those that nobody has touched are planned afresh."""
    return [
        Known(
            group=row.group,
            place=row.place,
            date=row.day,
            status=_STATUS[row.status],
            starts=row.starts_at.astimezone(work.terms.zone).time() if row.starts_at else None,
            minutes=_minutes(row),
            reason=MOVED_ON_ITS_OWN if row.own else row.reason,
            extra=row.extra,
        )
        for row in rows
        if row.group in work.arrangements.groups_by_id
        if not settled_only or _is_settled(row)
    ]


def _is_settled(row: MeetingRow) -> bool:
    return row.reason != DROPPED and (row.status != "planned" or row.own or row.extra)


def _minutes(row: MeetingRow) -> int | None:
    if row.starts_at is None or row.ends_at is None:
        return None
    return int((row.ends_at - row.starts_at).total_seconds()) // 60


def year(work: Work, first: date, last: date, *, settled_only: bool = False) -> Year:
    """The meetings from one day to another as they stand: rows where there are rows, the rule elsewhere."""
    rows = known(meetings.every(work.scope), work, settled_only=settled_only)
    return plan(work.arrangements, work.terms.working_days, first, last, rows, work.today)


def as_planned(work: Work, row: MeetingRow) -> Meeting:
    """A row as the planner sees it, with its working and what was chosen. Raises Refused when the rule drops it.

    The planner takes longer than all else that shows a meeting, so what it said is kept for those who only look. It
    holds while the ledger has its head, since every fact that changes has an entry there.
    """
    if not is_one_look(work.scope.session):
        return _planned_anew(work, row)
    key = (ledger.head(work.scope), work.today, row.group, row.place)
    kept = work.terms.planned
    if key not in kept:
        if len(kept) >= MOST_KEPT:
            kept.clear()
        kept[key] = _planned_anew(work, row)
    return kept[key]


def _planned_anew(work: Work, row: MeetingRow) -> Meeting:
    for reach in (timedelta(0), FOLLOWS):
        for meeting in year(work, row.day - reach, row.day + reach).meetings:
            if (meeting.group, meeting.place) == (row.group, row.place):
                return meeting
    raise Refused(f"The {group_of(work, row).name} of {long_day(row.day)} has no place in the arrangements any more.")


def as_far_as_planned(work: Work) -> date:
    """The last day up to which rows must follow a change: the horizon, or the last meeting planned beyond it."""
    return max([work.today + HORIZON, *(row.day for row in meetings.every(work.scope))])


def plan_ahead(
    work: Work, until: date | None = None, *, since: date | None = None, settled_only: bool = False
) -> list[MeetingRow]:
    """Brings the rows up to the rule from a day (today) to another (the horizon); returns those that it moved.

    `settled_only`: the definition has changed, so whatever nobody has confirmed or moved is planned afresh.
    """
    first, last = max(since or work.today, work.today), until or work.today + HORIZON
    found = {(row.group, row.place): row for row in meetings.every(work.scope)}
    rows = known(found.values(), work, settled_only=settled_only)
    beyond = timedelta(0) if since else FOLLOWS  # what stands before the last day may belong after it now
    planned = plan(work.arrangements, work.terms.working_days, first, last + beyond, rows, work.today)
    shifted = []
    for meeting in planned.meetings:
        row = found.get((meeting.group, meeting.place))
        if row is None and meeting.date <= last:
            _enter(work, meeting)
        elif row is not None and _follow(work, row, meeting):
            shifted.append(row)
        elif row is not None and settled_only and row.reason == DROPPED:
            _hold_again(work, row, meeting)
            shifted.append(row)
        elif row is not None and settled_only:
            _renew(work, row, meeting)
    if settled_only:
        shifted += _drop(work, found.values(), {(m.group, m.place) for m in planned.meetings})
    return shifted


def _enter(work: Work, meeting: Meeting) -> None:
    row = MeetingRow(
        partnership=work.scope.partnership,
        group=meeting.group,
        place=meeting.place,
        day=meeting.date,
        status=meeting.status,
        version=work.terms.version,
    )
    set_dates(work, row, meeting)
    work.scope.session.add(row)
    work.changed(f"{name(work, row)} is planned for", after=long_day(row.day))
    owe(work, row)


def set_dates(work: Work, row: MeetingRow, meeting: Meeting) -> None:
    """Puts what hangs on a meeting's date on its row: hours as UTC, papers and minutes days, the latest day."""
    zone = work.terms.zone
    row.papers_due, row.minutes_due, row.latest = meeting.papers_due, meeting.minutes_due, meeting.latest
    row.starts_at = datetime.combine(row.day, meeting.starts, zone).astimezone(UTC) if meeting.starts else None
    row.ends_at = datetime.combine(row.day, meeting.ends, zone).astimezone(UTC) if meeting.ends else None


def _follow(work: Work, row: MeetingRow, meeting: Meeting) -> bool:
    """Brings a row after its rule when the date that it hangs on has changed; whether it did."""
    if row.status in ("held", "cancelled") or (row.day == meeting.date and row.status == meeting.status):
        return False
    before = row.day
    if meeting.status == "cancelled":
        row.by_rule, row.status_before = True, row.status
    row.day, row.status, row.version = meeting.date, meeting.status, work.terms.version
    row.reason = meeting.working[0] if meeting.working else ""
    set_dates(work, row, meeting)
    retell(work, row, meeting, before=before)
    return True


def _renew(work: Work, row: MeetingRow, meeting: Meeting) -> None:
    """Brings what hangs on a meeting's day to a changed definition where the day itself stays."""
    if row.status == "cancelled":
        return
    starts, papers, minutes = row.starts_at, row.papers_due, row.minutes_due
    set_dates(work, row, meeting)
    row.version = work.terms.version
    work.scope.session.add(row)
    if row.starts_at != starts:
        work.changed(f"{name(work, row)}, hour", local_hour(work, starts), local_hour(work, row.starts_at))
        attendance_asking.follow_meeting(work, row)
    if row.papers_due != papers:
        work.changed(f"{name(work, row)}, papers", _day(papers), _day(row.papers_due))
    if row.minutes_due != minutes:
        work.changed(f"{name(work, row)}, minutes", _day(minutes), _day(row.minutes_due))
    owe(work, row)
    if row.status == "confirmed":
        invitations.keep(work, row)


def _day(day: date | None) -> str:
    return long_day(day) if day else ""


def retell(work: Work, row: MeetingRow, meeting: Meeting | None, *, before: date) -> Table:
    """A new generation of what people were told about a meeting: duties anew, and all hear it who should; gives those.

    Without `meeting` it is planned as the row stands; a follower's day is then the one that its rule gives now.
    """
    row.generation += 1
    work.scope.session.add(row)
    if meeting is None and row.status != "cancelled":
        meeting = as_planned(work, row)
        row.day = meeting.date
        set_dates(work, row, meeting)
    if row.status == "cancelled":
        work.changed(name(work, row), long_day(before), "cancelled")
        work.owe(row.record, row.generation, [])
    else:
        work.changed(name(work, row), long_day(before) if before != row.day else "", long_day(row.day))
        owe(work, row)
    return_rounds.follow_meeting(work, row)
    date_polls_status.follow_meeting(work, row)
    attendance_asking.follow_meeting(work, row)
    return invitations.keep(work, row)


def restore_followers(work: Work, anchor: MeetingRow) -> None:
    """Brings back the meetings that were cancelled only because the one they hang on was."""
    for group in work.arrangements.groups:
        if not any(getattr(cycle, "group", None) == anchor.group for cycle in group.cycles):
            continue
        for place in follower_places(anchor.place, len(group.cycles)):
            row = meetings.find(work.scope, group.id, place)
            if row is not None and row.status == "cancelled" and row.by_rule and row.day >= work.today:
                _restore_follower(work, row)


def _restore_follower(work: Work, row: MeetingRow) -> None:
    """Brings one back, unless the meeting that it really hangs on is still cancelled."""
    before, reason = row.status_before, row.reason
    row.status, row.status_before = before or "planned", ""
    row.reason, row.by_rule = "", False
    work.scope.session.add(row)
    work.scope.session.flush()
    if as_planned(work, row).status == "cancelled":
        row.status, row.status_before, row.reason, row.by_rule = "cancelled", before, reason, True
        work.scope.session.add(row)
        return
    retell(work, row, None, before=row.day)
    restore_followers(work, row)


def _hold_again(work: Work, row: MeetingRow, meeting: Meeting) -> None:
    """Plans a meeting anew that an earlier definition dropped and this one gives."""
    before = row.day
    row.day, row.status, row.version = meeting.date, meeting.status, work.terms.version
    row.reason, row.own = "", False
    set_dates(work, row, meeting)
    retell(work, row, meeting, before=before)


def _drop(work: Work, rows: Iterable[MeetingRow], wanted: set[tuple[str, str]]) -> list[MeetingRow]:
    """Cancels what lies ahead and the definition no longer gives: its planned ones, and all of a group that is gone."""
    gone = []
    for row in rows:
        if (row.group, row.place) in wanted or row.day < work.today or row.status in ("held", "cancelled"):
            continue
        if row.group in work.arrangements.groups_by_id and (row.status != "planned" or row.extra):
            continue
        row.status, row.reason = "cancelled", DROPPED
        retell(work, row, None, before=row.day)
        gone.append(row)
    return gone


def owe(work: Work, row: MeetingRow) -> None:
    """Makes a meeting's open duties exactly what its date asks for now, less what has been done already."""
    group = group_of(work, row)
    asks = reminders.for_meeting(work.terms.setting, group, dates_of(row, group), work.now)
    work.owe(row.record, row.generation, [ask for ask in asks if not settled(row, ask.kind)])


def dates_of(row: MeetingRow, group: Group) -> reminders.Dates:
    """What reminders need of a meeting: its dates as they stand on the row."""
    source = next((cycle.source for cycle in group.cycles if cycle.in_force_on(row.day)), group.source)
    return reminders.Dates(row.day, _STATUS[row.status], row.papers_due, row.minutes_due, row.latest, source)


def settled(row: MeetingRow, kind: str) -> bool:
    """Whether what a kind of reminder asks for has been done for this meeting, or is of no more use."""
    if kind in ("papers-call", "papers-due"):
        return row.papers_sent_on is not None
    if kind in ("minutes-due", "minutes-overdue"):
        return row.minutes_sent_on is not None
    if kind == "not-confirmed":
        return row.status != "planned"
    return row.status == "held"


class PlanYear(Form):
    """Which year to plan: the year that starts in the chosen month of this calendar year."""

    year: int = Field(ge=2015, le=2040)


def _plan_year(work: Work, form: PlanYear) -> Message:
    start = date(form.year, work.arrangements.planning.year_starts, 1)
    last = start + relativedelta(years=1, days=-1)
    if last < work.today:
        raise Refused(f"The year from {long_day(start)} is over. Plan this year or one to come.")
    if last > work.today + relativedelta(years=3):
        raise Refused("Plan at most three years ahead: the calendar of bank holidays is not sure beyond that.")
    work.note("partnership", year=form.year)
    plan_ahead(work, last)
    found = [m for m in year(work, max(start, work.today), last).meetings if m.status != "cancelled"]
    groups = work.arrangements.groups_by_id
    lines = [f"{short_day(m.date)}  {groups[m.group].name} ({m.place}), {m.status}" for m in found]
    return Message(
        title=f"{len(found)} meetings from {long_day(start)}",
        text="\n".join(lines) or "Our arrangements give no dates for that year.",
    )


PLAN_YEAR = Action(
    "meeting.plan",
    PlanYear,
    _plan_year,
    {Role.BUSINESS_MANAGER: Where.EVERYWHERE},
    "plan a year's meetings",
)
