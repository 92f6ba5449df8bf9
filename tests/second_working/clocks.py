"""The second working of the clocks: by when must each stage be done?

Each function below is one document, read again from its words (the catalogue's section 8 where they can be read in
more than one way). Facts are named as on the command line: `aware` and `authority-aware` (moments, or a bare day for
`aware`), `received`, `notified`, `decided` (moments or days), `publish` and `meeting` (days).
"""

import calendar
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from typing import NamedTuple

from .working_days import add, on_or_after

Moment = date | datetime
Facts = Mapping[str, Moment]


class Deadline(NamedTuple):
    """When a stage is due, the earliest and latest ways to read it, and whether a fact is missing. None: no date."""

    due: Moment | None
    earliest: Moment | None
    latest: Moment | None
    provisional: bool


NO_DATE = Deadline(None, None, None, False)


def _last_sunday(year: int, month: int) -> date:
    """The last Sunday of a month of 31 days."""
    day = date(year, month, 31)
    return day - timedelta(days=(day.weekday() + 1) % 7)


def _one_o_clock(day: date) -> datetime:
    """01:00 UTC on that day, the moment at which British clocks change."""
    return datetime(day.year, day.month, day.day, 1, tzinfo=UTC)


def british(moment: datetime) -> datetime:
    """A moment as a clock on an English wall shows it: an hour ahead from the last Sunday of March to October's."""
    spring = _one_o_clock(_last_sunday(moment.year, 3))
    autumn = _one_o_clock(_last_sunday(moment.year, 10))
    return moment.astimezone(timezone(timedelta(hours=1 if spring <= moment < autumn else 0)))


def _moment(moment: Moment) -> datetime:
    """A moment in UTC; a bare day begins at English midnight, which comes before either change of that day's clocks."""
    if isinstance(moment, datetime):
        return moment.astimezone(UTC)
    midnight = datetime(moment.year, moment.month, moment.day, tzinfo=UTC)
    hour_ahead = midnight - timedelta(hours=1)
    return hour_ahead if british(hour_ahead).hour == 0 else midnight


def _day(moment: Moment) -> date:
    """The English calendar day of a moment."""
    return british(moment).date() if isinstance(moment, datetime) else moment


def _six_months_after(day: date) -> date:
    """The same day of the month six months on, or that month's last day when it is shorter."""
    year, month = (day.year, day.month + 6) if day.month <= 6 else (day.year + 1, day.month - 6)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def exactly(due: Moment, provisional: bool = False) -> Deadline:
    """A deadline that can be read in one way only."""
    return Deadline(due, due, due, provisional)


def _advance_copy(facts: Facts) -> Deadline:
    """Seven full working days before publication, whose own day is not counted; without a date nothing stands in."""
    return exactly(add(_day(facts["publish"]), -7)) if "publish" in facts else NO_DATE


def _five_working_days(facts: Facts) -> date:
    """The national limit: five working days from the authority's awareness, taken as the professional's if unknown."""
    return add(_day(facts.get("authority-aware", facts["aware"])), 5)


def buckinghamshire(facts: Facts) -> dict[str, Deadline]:
    """002 section 3: 24 hours, then numbered days from the form's receipt (Day 1), six months, seven working days.

    A numbered day is a working day; its calendar-day reading is the early warning. Day 1 is the day of receipt, or
    the next working day, in both readings.
    """
    aware = facts["aware"]
    whole_day = not isinstance(aware, datetime)
    referral = british(_moment(aware) + timedelta(hours=24))

    unreceived = "received" not in facts
    day_1 = on_or_after(_day(facts.get("received", referral)))

    def numbered(number: int) -> Deadline:
        due = add(day_1, number - 1)
        return Deadline(due, day_1 + timedelta(days=number - 1), due, unreceived)

    limit = _five_working_days(facts)
    day_2 = numbered(2)
    panel_due = min(add(day_1, 1), limit)
    decision = add(day_1, 13)
    return {
        "referral": exactly(referral, whole_day),
        "alert": numbered(1),
        "panel": day_2._replace(
            due=panel_due, earliest=min(day_1 + timedelta(days=1), panel_due), latest=max(panel_due, limit)
        ),
        "rapid-review": numbered(10),
        "submission": numbered(12),
        "decision": numbered(14),
        "feedback": numbered(15),
        "report": exactly(_six_months_after(_day(facts.get("decided", decision))), "decided" not in facts),
        "advance-copy": _advance_copy(facts),
    }


def gloucestershire(facts: Facts) -> dict[str, Deadline]:
    """004 section 9: five working days; then fifteen days, of a kind that is not said, from the notification.

    Due in calendar days as written, on whatever day that is; the earliest counts them from awareness, the latest
    takes them as working days. Until the Panel was notified all count from awareness.
    """
    aware = _day(facts["aware"])
    notified = _day(facts.get("notified", aware))
    due = notified + timedelta(days=15)
    return {
        "panel": exactly(_five_working_days(facts)),
        "rapid-review": Deadline(due, min(due, aware + timedelta(days=15)), add(notified, 15), "notified" not in facts),
        "advance-copy": _advance_copy(facts),
    }


def gloucestershire_resolution(facts: Facts) -> dict[str, Deadline]:
    """004 App 9 section 6: ideally ten, no later than five working days before the meeting, its day not counted."""
    meeting = _day(facts["meeting"])
    return {"ideal": exactly(add(meeting, -10)), "latest": exactly(add(meeting, -5))}


def national(facts: Facts) -> dict[str, Deadline]:
    """The statutory values, for a partnership whose document declares no stages.

    The rapid review decides whether there is to be a review: until the decision is recorded the report's six months
    run from the day when the rapid review is due (the contract leaves only publication without a stand-in).
    """
    aware = _day(facts["aware"])
    review = add(_day(facts.get("notified", aware)), 15)
    return {
        "panel": exactly(_five_working_days(facts)),
        "rapid-review": Deadline(review, min(review, add(aware, 15)), review, "notified" not in facts),
        "report": exactly(_six_months_after(_day(facts.get("decided", review))), "decided" not in facts),
        "advance-copy": _advance_copy(facts),
    }


_WORKINGS = {
    ("buckinghamshire", "serious-incident"): buckinghamshire,
    ("gloucestershire", "serious-incident"): gloucestershire,
    ("gloucestershire", "resolution-referral"): gloucestershire_resolution,
    ("south-gloucestershire", "serious-incident"): national,
    ("somerset", "serious-incident"): national,
    ("avon-and-somerset", "serious-incident"): national,
}


def second_clock(partnership: str, pathway: str, facts: Facts) -> dict[str, Deadline]:
    """Every stage's deadline by its id. KeyError for a pathway that no document has, or a missing starting fact."""
    return _WORKINGS[partnership, pathway](facts)
