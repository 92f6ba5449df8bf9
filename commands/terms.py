"""The terms under which a partnership runs: its definition as adopted, with the calendar stored beside it."""

import hashlib
import tomllib
from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

from storage.arrangements.calendars import WorkingDays
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
    def setting(self) -> Setting:
        """What the rules of reminders need."""
        return Setting(self.arrangements, self.open_days, self.zone)


def text_hash(text: str) -> str:
    """The hash by which a definition text is known."""
    return hashlib.sha256(text.encode()).hexdigest()


def of(scope: Scope) -> Terms:
    """The terms in force. Raises Refused when the partnership has not been applied."""
    number, hash_ = partnerships.version_in_force(scope)
    if hash_ == "":
        raise Refused("This partnership has not been set up here. The administrator does it with: convenor apply FILE")
    key = (scope.partnership, number, hash_)
    if key not in _READ:
        stored = partnerships.version(scope, number)
        assert stored is not None
        _READ[key] = _read(stored.number, stored.text, stored.calendar)
    return _READ[key]


_READ: dict[tuple[str, int, str], Terms] = {}
"""Versions read once: a stored version never changes, so its hash and number name it for good."""


def _read(number: int, text: str, calendar: str) -> Terms:
    arrangements = Arrangements.model_validate(tomllib.loads(text))
    return Terms(number, arrangements, WorkingDays.from_json(calendar))
