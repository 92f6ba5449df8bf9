"""Who is told next when nobody answers: steps and minutes, by day and by night. People never see the word ladder.

The steps and minutes are frozen when somebody is told; whoever is in the post is looked up at each step.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from .entries import Entry, Value

How = Literal["again", "deputy", "written", "senior", "ring"]
"""What a step does: the person again; the deputy or whoever covers; mail and text; the agency's senior, without any
details; a human who is asked to ring, again and again until somebody records what was said."""


class Step(Value):
    """What is done so many minutes after somebody was told and has not answered. `night` is empty where by day."""

    how: How
    minutes: int = Field(ge=1)
    night: int | None = Field(default=None, ge=1)


class Ladder(Entry):
    """The steps in their order. Night is from `night_from` to `night_until`, local; `ring_every` is in minutes."""

    steps: tuple[Step, ...]
    night_from: time = time(22)
    night_until: time = time(7, 30)
    ring_every: int = Field(default=60, ge=5, le=24 * 60)

    @model_validator(mode="after")
    def _ends_with_a_human(self) -> Self:
        if not self.steps or self.steps[-1].how != "ring":
            raise ValueError('the last step has to be how = "ring": a human with a telephone number')
        for of_night in (False, True):
            minutes = [(step.night or step.minutes) if of_night else step.minutes for step in self.steps]
            if minutes != sorted(minutes):
                raise ValueError("each step has to come after the one before it")
        return self

    def is_night(self, moment: datetime, zone: ZoneInfo) -> bool:
        """Whether it is night there at a time."""
        local = moment.astimezone(zone).time()
        if self.night_from <= self.night_until:
            return self.night_from <= local < self.night_until
        return local >= self.night_from or local < self.night_until

    def from_when(self, told: datetime, zone: ZoneInfo) -> list["Rung"]:
        """The steps with their times in UTC, for somebody who is told then; by night with the minutes of the night."""
        of_night = self.is_night(told, zone)
        # Added in UTC: on the wall an hour may be missing or come twice.
        begun = told.astimezone(UTC)
        return [
            Rung(s.how, begun + timedelta(minutes=(s.night or s.minutes) if of_night else s.minutes))
            for s in self.steps
        ]

    def morning_after(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """The end of the night in which a time lies: when what was silent becomes loud."""
        local = moment.astimezone(zone)
        day = local.date() if local.time() < self.night_until else local.date() + timedelta(days=1)
        morning = datetime.combine(day, self.night_until, zone)
        # Where the clocks go back, that hour may be past already and comes again.
        return morning if morning.astimezone(UTC) > moment else morning.replace(fold=1)


@dataclass(frozen=True)
class Rung:
    """A step with its time."""

    how: How
    at: datetime


CHOSEN = Ladder(
    steps=(
        Step(how="again", minutes=10),
        Step(how="deputy", minutes=20),
        Step(how="written", minutes=30),
        Step(how="senior", minutes=45, night=60),
        Step(how="ring", minutes=60, night=75),
    ),
    source="chosen",
)
"""Ours where the arrangements do not say; shown as chosen, and can be changed in the definition."""
