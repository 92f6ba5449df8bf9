"""What a meeting or a stage will ask of whom, and when. The times are ours, stated, and can be changed.

Nags are due at seven in the morning, local time, so that the daily note of that day holds them. Chasers respect the
partnership's own closed days; statutory dates themselves do not (clocks.py).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from .calendars import WorkingDays
from .clocks import Deadline
from .groups import Group, Seat
from .meetings import Day, Status
from .partnership import Arrangements
from .registers import Milestone

MORNING = time(7, 0)
"""When the lines of a day are written."""

_AT_THE_TABLE = {"member", "attends", "adviser", "observer", "scrutineer"}


@dataclass(frozen=True)
class Ask:
    """One thing to be asked of a post at a time (UTC), with the rule and the place where it stands."""

    kind: str
    part: str
    due: datetime
    post: str
    why: str
    source: str


@dataclass(frozen=True)
class Dates:
    """A meeting's dates, as far as reminders hang on them; `latest` is the last day that its rule allows."""

    date: Day
    status: Status
    papers_due: Day | None
    minutes_due: Day | None
    latest: Day | None
    source: str


@dataclass(frozen=True)
class Setting:
    """What the rules of reminders need beside the record: the arrangements and the days on which people are asked."""

    arrangements: Arrangements
    open_days: WorkingDays
    zone: ZoneInfo

    def morning(self, day: date) -> datetime:
        """Seven o'clock of that day, local time, as UTC."""
        return datetime.combine(day, MORNING, self.zone).astimezone(UTC)

    @property
    def business_manager(self) -> str:
        """The post that hears whatever nobody else is named for."""
        return self.arrangements.secretariat.business_manager


def at_the_table(group: Group, day: date) -> tuple[Seat, ...]:
    """The seats that are reminded of a meeting on that day, each post once; the chair and vice chair always are.

    Those only invited or co-opted are asked by hand. A chair without a seat of their own attends.
    """
    seats = [
        seat
        for seat in group.seats
        if seat.capacity in _AT_THE_TABLE
        and (seat.from_ is None or seat.from_ <= day)
        and (seat.until is None or day <= seat.until)
    ]
    source = group.chairing.source if group.chairing and group.chairing.source else group.source
    seats += [Seat(post=post, capacity="attends", source=source) for post in (group.chair, group.vice_chair) if post]
    by_post: dict[str, Seat] = {}
    for seat in seats:
        by_post.setdefault(seat.post, seat)
    return tuple(by_post.values())


def for_meeting(setting: Setting, group: Group, meeting: Dates, after: datetime | None = None) -> list[Ask]:
    """Everything that a meeting will ask, in the order of time. Nothing for a cancelled one.

    `after`: overdue reminders start with the first one after that time, because earlier ones have been said.
    """
    if meeting.status == "cancelled":
        return []
    asks = [
        *_papers(setting, group, meeting),
        *_attendance(setting, group, meeting),
        *_before_the_meeting(setting, group, meeting),
        *_minutes(setting, group, meeting, after),
        *_reports(setting, group, meeting),
        *_pack(setting, group, meeting),
    ]
    return sorted(asks, key=lambda ask: (ask.due, ask.kind, ask.part))


def _papers(setting: Setting, group: Group, meeting: Dates) -> Iterator[Ask]:
    if group.papers is None or meeting.papers_due is None:
        return
    days, planning = setting.open_days, setting.arrangements.planning
    owner = group.papers.owner or group.papers_by or setting.business_manager
    source = group.papers.source or group.source
    papers = meeting.papers_due
    call = days.on_or_before(papers - timedelta(days=planning.papers_call_days))
    yield Ask(
        "papers-call",
        "once",
        setting.morning(call),
        owner,
        f"chosen: {planning.papers_call_days} days before the papers day",
        source,
    )
    before = days.on_or_before(papers - timedelta(days=1))
    yield Ask(
        "papers-due", "before", setting.morning(before), owner, "chosen: the working day before the papers day", source
    )
    yield Ask("papers-due", "on", setting.morning(papers), owner, "the papers day", source)
    for seat in at_the_table(group, meeting.date):
        yield Ask(
            "agenda",
            f"seat:{seat.post}",
            setting.morning(papers) + timedelta(hours=2),
            seat.post,
            "chosen: the agenda goes out with the papers",
            source,
        )


def _attendance(setting: Setting, group: Group, meeting: Dates) -> Iterator[Ask]:
    """Whether its seats come: asked of a confirmed meeting, and of who has not answered once more."""
    planning = setting.arrangements.planning
    ahead = planning.attendance_days_of(group.id)
    if not ahead or meeting.status != "confirmed":
        return
    day, why = _days_before(setting, meeting, ahead)
    owner = group.minutes_by or setting.business_manager
    yield Ask("attendance-asked", "once", setting.morning(day) + timedelta(hours=2), owner, why, group.source)
    again = planning.attendance_due_days
    if 0 < again < ahead:
        day, why = _days_before(setting, meeting, again)
        for seat in at_the_table(group, meeting.date):
            source = seat.source or group.source
            yield Ask("attendance-due", f"seat:{seat.post}", setting.morning(day), seat.post, why, source)


def _days_before(setting: Setting, meeting: Dates, number: int) -> tuple[date, str]:
    day = setting.open_days.on_or_before(meeting.date - timedelta(days=number))
    return day, f"chosen: {number} days before the meeting"


def _before_the_meeting(setting: Setting, group: Group, meeting: Dates) -> Iterator[Ask]:
    days, planning = setting.open_days, setting.arrangements.planning
    before = days.on_or_before(meeting.date - timedelta(days=1))
    for seat in at_the_table(group, meeting.date):
        yield Ask(
            "meeting-tomorrow",
            f"seat:{seat.post}",
            setting.morning(before),
            seat.post,
            "chosen: the working day before the meeting",
            seat.source or group.source,
        )
    yield _chairs_brief(setting, group, meeting)
    number = group.quorum.needed(len(deciding(group, meeting.date))) if group.quorum is not None else None
    if number is not None or (planning.attendance_days_of(group.id) and meeting.status == "confirmed"):
        day, why = _days_before(setting, meeting, planning.quorum_days)
        source = group.quorum.source if group.quorum is not None else group.source
        owner = group.chair or setting.business_manager
        yield Ask("quorum-needed", "once", setting.morning(day), owner, why, source)
    for register in setting.arrangements.registers:
        if register.reviewed_at == group.id:
            day = days.on_or_before(meeting.date - timedelta(days=planning.register_days))
            yield Ask(
                "register-review",
                f"register:{register.id}",
                setting.morning(day),
                register.kept_by,
                f"chosen: {planning.register_days} days before the meeting that looks at it",
                register.source,
            )
    if meeting.status == "planned" and meeting.latest is not None:
        day = days.on_or_before(meeting.latest - timedelta(days=planning.not_planned_days))
        yield Ask(
            "not-confirmed",
            "once",
            setting.morning(min(day, days.on_or_before(meeting.date))),
            setting.business_manager,
            f"chosen: {planning.not_planned_days} days before the latest day that the rule allows",
            meeting.source,
        )


def _chairs_brief(setting: Setting, group: Group, meeting: Dates) -> Ask:
    """At the hour of the daily note, so that both are read together."""
    planning = setting.arrangements.planning
    ahead = planning.chairs_brief_days
    day = setting.open_days.add(meeting.date, -ahead)
    due = datetime.combine(day, planning.daily_note, setting.zone).astimezone(UTC)
    which = "the working day" if ahead == 1 else f"{ahead} working days"
    why = f"chosen: {which} before the meeting"
    chairing = group.chairing.source if group.chairing else ""
    return Ask("chairs-brief", "once", due, group.chair or setting.business_manager, why, chairing or group.source)


def deciding(group: Group, day: date) -> tuple[Seat, ...]:
    """The seats that make the base of a quorum: the representatives of the membership."""
    return tuple(
        seat
        for seat in group.seats
        if seat.capacity == "member"
        and seat.decides is not False
        and (seat.from_ is None or seat.from_ <= day)
        and (seat.until is None or day <= seat.until)
    )


def _minutes(setting: Setting, group: Group, meeting: Dates, after: datetime | None) -> Iterator[Ask]:
    if group.minutes is None or meeting.minutes_due is None:
        return
    days = setting.open_days
    owner = group.minutes.owner or group.minutes_by or setting.business_manager
    source, due = group.minutes.source or group.source, meeting.minutes_due
    before = days.on_or_before(due - timedelta(days=1))
    yield Ask(
        "minutes-due",
        "before",
        setting.morning(before),
        owner,
        "chosen: the working day before the minutes day",
        source,
    )
    if days.is_working(due):
        yield Ask("minutes-due", "on", setting.morning(due), owner, "the minutes day", source)
    yield minutes_overdue(setting, group, due, first_overdue(setting, due, after))


def minutes_overdue(setting: Setting, group: Group, due: date, number: int) -> Ask:
    """The so-manieth reminder of overdue minutes: daily for three working days, then weekly."""
    owner = (group.minutes.owner if group.minutes else None) or group.minutes_by or setting.business_manager
    source = (group.minutes.source if group.minutes else "") or group.source
    day = overdue_day(setting, due, number)
    return Ask("minutes-overdue", str(number), setting.morning(day), owner, _overdue_rule(setting), source)


def first_overdue(setting: Setting, due: date, after: datetime | None) -> int:
    """The number of the first overdue reminder that comes after a time; the first of all where none is given."""
    number = 1
    while after is not None and setting.morning(overdue_day(setting, due, number)) <= after:
        number += 1
    return number


def next_overdue(setting: Setting, due: date | datetime, number: int, now: datetime) -> int:
    """The number of the overdue reminder after the so-manieth; those whose time has passed are not made up for."""
    return max(number + 1, first_overdue(setting, _day_of(due, setting.zone), now))


def overdue_day(setting: Setting, due: date, number: int) -> date:
    """The day of the so-manieth overdue reminder, counted in open working days, then in weeks."""
    daily = setting.arrangements.planning.overdue_daily
    if number <= daily:
        return setting.open_days.add(due, number)
    last_daily = setting.open_days.add(due, daily)
    return setting.open_days.on_or_after(last_daily + timedelta(weeks=number - daily))


def _overdue_rule(setting: Setting) -> str:
    return f"chosen: overdue daily for {setting.arrangements.planning.overdue_daily} working days, then weekly"


def _reports(setting: Setting, group: Group, meeting: Dates) -> Iterator[Ask]:
    """When a round opens of what is owed before this meeting; the round itself asks whoever owes it."""
    for report in setting.arrangements.returns:
        if report.to_group != group.id or not report.before_meetings or meeting.status not in ("planned", "confirmed"):
            continue
        due = report.due_before(meeting.date, setting.open_days)
        if due is None:
            continue
        yield Ask(
            "round-opens",
            report.id,
            setting.morning(report.opens_on(due, setting.open_days)),
            setting.business_manager,
            f"{report.days_open} days before it is due, {report.lead_days} days before the {group.name}",
            report.source,
        )


def _pack(setting: Setting, group: Group, meeting: Dates) -> Iterator[Ask]:
    """When the pack of a group that receives reports is ready; none where no report can be due before a meeting."""
    known = {report.to_group for report in setting.arrangements.returns if report.lead_days is not None}
    carried = {each.carried_to for each in setting.arrangements.returns if each.to_group in known}
    if group.id not in known | carried or meeting.status not in ("planned", "confirmed"):
        return
    days, source = setting.open_days, group.source
    before = next((each for each in group.cycles if each.kind == "before" and each.in_force_on(meeting.date)), None)
    if meeting.papers_due is not None:
        day, why = meeting.papers_due, "the papers day"
        source = (group.papers.source if group.papers else "") or source
    elif before is not None:
        other = setting.arrangements.groups_by_id[before.group].name
        day, why, source = meeting.date, f"the day of the meeting, {before.days} days before the {other}", before.source
    else:
        day, why = meeting.date - timedelta(days=1), "chosen: the working day before, since no papers day is stated"
    owner = group.papers_by or setting.business_manager
    yield Ask("pack-ready", "once", setting.morning(days.on_or_before(day)), owner, why, source)


def for_milestone(setting: Setting, milestone: Milestone) -> Ask:
    """The reminder of a milestone, on its day or the working day before."""
    day = setting.open_days.on_or_before(milestone.date)
    owner = milestone.owner or setting.business_manager
    return Ask("milestone-due", "once", setting.morning(day), owner, "the day of the milestone", milestone.source)


def for_item(setting: Setting, owner: str, due: date, source: str, after: datetime | None = None) -> list[Ask]:
    """The reminders of an action: the working day before, on the day, and overdue."""
    days = setting.open_days
    before = days.on_or_before(due - timedelta(days=1))
    return [
        Ask("action-due", "before", setting.morning(before), owner, "chosen: the working day before", source),
        Ask("action-due", "on", setting.morning(days.on_or_before(due)), owner, "the day on which it is due", source),
        item_overdue(setting, owner, due, first_overdue(setting, due, after), source),
    ]


def item_overdue(setting: Setting, owner: str, due: date, number: int, source: str) -> Ask:
    """The so-manieth reminder of an overdue action."""
    day = overdue_day(setting, due, number)
    return Ask("action-due", f"overdue-{number}", setting.morning(day), owner, _overdue_rule(setting), source)


def for_stage(setting: Setting, deadline: Deadline, owner: str, after: datetime | None = None) -> list[Ask]:
    """The reminders of a stage: on a working day on or before its earliest reading, when due, and overdue."""
    if deadline.due is None or deadline.reminder_day is None:
        return []
    due = _day_of(deadline.due, setting.zone)
    on = setting.open_days.on_or_before(due)
    asks = [stage_overdue(setting, deadline, owner, first_overdue(setting, due, after))]
    reminder = setting.open_days.on_or_before(deadline.reminder_day)
    asks.append(
        Ask(
            "stage-due",
            f"{deadline.stage}:before",
            setting.morning(reminder),
            owner,
            "a working day on or before the earliest reading",
            deadline.source,
        )
    )
    if on != reminder:
        asks.append(
            Ask(
                "stage-due",
                f"{deadline.stage}:on",
                setting.morning(on),
                owner,
                "the day on which it is due",
                deadline.source,
            )
        )
    return sorted(asks, key=lambda ask: (ask.due, ask.part))


def stage_overdue(setting: Setting, deadline: Deadline, owner: str, number: int) -> Ask:
    """The so-manieth notice that a stage is overdue."""
    assert deadline.due is not None
    day = overdue_day(setting, _day_of(deadline.due, setting.zone), number)
    return Ask(
        "stage-overdue",
        f"{deadline.stage}:{number}",
        setting.morning(day),
        owner,
        _overdue_rule(setting),
        deadline.source,
    )


def _day_of(moment: date | datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date() if isinstance(moment, datetime) else moment


def cycle_months(group: Group, day: date) -> int | None:
    """How many months one cycle of the group lasts on that day; None where its arrangements do not say."""
    for cycle in group.cycles:
        if not cycle.in_force_on(day):
            continue
        if cycle.kind == "yearly":
            return max(1, 12 // cycle.times)
        if cycle.kind == "months":
            return cycle.every
        if cycle.kind == "gap":
            return cycle.months
        if cycle.kind in ("before", "beside"):
            return 3
    return None
