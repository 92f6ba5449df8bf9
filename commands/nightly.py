"""What comes round by itself: the planning of every night, and the weekly digest."""

from datetime import UTC, date, datetime, timedelta

from storage.arrangements.reminders import Ask
from storage.records import requests, undone
from storage.records.duties import Duty

from . import (
    attendance_asking,
    chairing,
    handover,
    identities,
    invitations,
    keeping,
    milestones,
    paper_twins,
    planning,
    return_rounds,
    round_status,
    stating,
)
from .words import short_day
from .work import Work

NIGHT = 3
"""The local hour of the nightly planning: after both clock changes have passed."""


def owe_rounds(work: Work) -> None:
    """The next night's planning and the next weekly digest, and when this year's audits are asked for."""
    return_rounds.owe_openings(work)
    zone, setting = work.terms.zone, work.terms.setting
    tomorrow = work.today + timedelta(days=1)
    night = datetime(tomorrow.year, tomorrow.month, tomorrow.day, NIGHT, tzinfo=zone).astimezone(UTC)
    chosen = work.arrangements.planning
    manager = setting.business_manager
    work.owe_also("partnership", 1, [Ask("plan-ahead", tomorrow.isoformat(), night, manager, "every night", "chosen")])
    monday = next_digest_week(work.now.astimezone(zone), chosen.weekly_digest_day)
    day = setting.open_days.on_or_after(monday)
    at = datetime.combine(day, chosen.weekly_digest, zone).astimezone(UTC)
    why = "the weekly digest, on the next working day if the office is closed"
    work.owe_also("partnership", 1, [Ask("weekly-digest", monday.isoformat(), at, manager, why, "chosen")])


def next_digest_week(local: datetime, weekday: int) -> date:
    """The next day of the week on which a digest falls due, today's only before its night's planning is over."""
    ahead = (weekday - local.weekday()) % 7
    return local.date() + timedelta(days=ahead)


def nightly(work: Work, duty: Duty) -> str:
    """The handler of the nightly planning: the days that have come into sight since it was last done.

    What changes a date plans everything again at once, so a night need not.
    """
    work.note(duty.record, part=duty.part)
    shifted = planning.plan_ahead(work, since=date.fromisoformat(duty.part) + planning.HORIZON - timedelta(days=7))
    chairing.owe_terms(work)
    handover.owe_lists(work)
    milestones.owe_milestones(work)
    owe_rounds(work)
    stating.owe_questions(work)
    paper_twins.owe_twin(work)
    keeping.owe_retention(work)
    invitations.keep_ahead(work)
    return_rounds.close_past(work)
    round_status.every_night(work)
    attendance_asking.close_past(work)
    left = identities.end_of_leavers(work)
    requests.forget_old(work.scope, work.now)
    undone.forget_old(work.scope, work.now)
    words = f"planned to {short_day(work.today + planning.HORIZON)}" + (f", {len(shifted)} moved" if shifted else "")
    return words + (f"; identities ended: {', '.join(left)}" if left else "")
