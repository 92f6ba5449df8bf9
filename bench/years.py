"""A year's calendar and a year's rehearsal of every shipped partnership, in seconds."""

from datetime import date, timedelta
from functools import partial

from dateutil.relativedelta import relativedelta

from commands.adopting import calendar
from commands.agreed_year import calendar_rows
from commands.definitions import Definition, load, shipped
from scheduler.rehearsal import rehearse
from storage.arrangements.calendars import WorkingDays
from storage.arrangements.years import plan

from .measuring import say, seconds_of

FIRST = date(2027, 4, 1)


def years(months: int = 12) -> dict[str, object]:
    """Seconds for calendar and rehearsal of so many months from April, by partnership and for all of them."""
    working_days = calendar()
    last = FIRST + relativedelta(months=months) - timedelta(days=1)

    each: dict[str, dict[str, float]] = {}
    for name in shipped():
        say(f"Calendar and rehearsal of {name}, {months} months")
        definition = load(name)
        each[name] = {
            "calendar_s": round(seconds_of(partial(_draw, definition, working_days, last)), 3),
            "rehearsal_s": round(seconds_of(partial(rehearse, definition, FIRST, months)), 3),
        }
    return {
        "months": months,
        "all": {key: round(sum(one[key] for one in each.values()), 3) for key in ("calendar_s", "rehearsal_s")},
        "each": each,
    }


def _draw(definition: Definition, working_days: WorkingDays, last: date) -> None:
    calendar_rows(definition.arrangements, plan(definition.arrangements, working_days, FIRST, last))
