"""The terms under which a partnership runs: its definition as adopted, with the calendar stored beside it."""

import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo

from storage.arrangements.calendars import WorkingDays
from storage.arrangements.meetings import Meeting
from storage.arrangements.partnership import Arrangements
from storage.arrangements.reminders import Setting
from storage.records import partnerships
from storage.records.scope import Scope

from .refusals import Refused


@dataclass(frozen=True, eq=False)
class Terms:
    """A definition with its calendars: statutory clocks count `working_days`, meetings and chasers `open_days`."""

    version: int
    arrangements: Arrangements
    working_days: WorkingDays

    @cached_property
    def open_days(self) -> WorkingDays:
        """Working days less the partnership's own closed days."""
        return self.working_days.with_closures(self.arrangements.planning.closures)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone of its local words."""
        return ZoneInfo(self.arrangements.zone)

    @cached_property
    def planned(self) -> dict[tuple[str, date, str, str], Meeting]:
        """Meetings as the planner saw them, by the ledger's head, the day, group and place: see planning.as_planned."""
        return {}

    @cached_property
    def setting(self) -> Setting:
        """What the rules of reminders need."""
        return Setting(self.arrangements, self.open_days, self.zone)


def of(scope: Scope, number: int | None = None) -> Terms:
    """The terms in force, or those of an earlier version. Raises Refused when the partnership has not been applied."""
    number = number or partnerships.number_in_force(scope)
    if number == 0:
        raise Refused("This partnership has not been set up here. The administrator does it with: convenor apply FILE")
    read = _READ.setdefault(scope.session.get_bind(), {})
    key, mark = (scope.partnership, number), partnerships.mark(scope, number)
    found = read.get(key)
    if found is not None and found[0] == mark:
        return found[1]
    stored = partnerships.version(scope, number)
    if stored is None or mark is None:
        raise LookupError(f"version {number} of {scope.partnership} is not stored")
    terms = _read(stored.number, stored.text, stored.calendar)
    read[key] = (mark, terms)
    return terms


_READ: WeakKeyDictionary[object, dict[tuple[str, int], tuple[tuple[str, datetime], Terms]]] = WeakKeyDictionary()
"""Versions read once from a database, each with its mark: a preview stores one that is then rolled back."""


def _read(number: int, text: str, calendar: str) -> Terms:
    arrangements = Arrangements.model_validate(tomllib.loads(text))
    return Terms(number, arrangements, WorkingDays.from_json(calendar))
