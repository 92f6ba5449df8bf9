"""Pathways as declared: facts that start clocks, and stages with their deadlines, owners and recipients.

The dates are worked out in `clocks`.
"""

from typing import Literal, Self

from pydantic import Field, model_validator

from .entries import Entry, Value


class Count(Value):
    """A deadline's rule: so many hours, days or months from a fact, or so many days before one.

    `day` counts the first day as 1 and starts on a working day (RULES.md: Buckinghamshire's numbered days);
    `days` leaves the fact's own day out.
    """

    from_: str | None = Field(default=None, alias="from")
    before: str | None = None
    hours: int | None = Field(default=None, ge=1)
    days: int | None = Field(default=None, ge=0)
    day: int | None = Field(default=None, ge=1)
    months: int | None = Field(default=None, ge=1)
    unit: Literal["working", "calendar"] | None = None

    @model_validator(mode="after")
    def _one_rule(self) -> Self:
        if (self.from_ is None) == (self.before is None):
            raise ValueError("a deadline counts from one fact or before one fact")
        given = [name for name in ("hours", "days", "day", "months") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError("a deadline needs exactly one of hours, days, day or months")
        if given[0] in ("days", "day") and self.unit is None:
            raise ValueError('days need unit = "working" or unit = "calendar"')
        if self.before is not None and given[0] not in ("days", "months"):
            raise ValueError("a deadline before a fact counts in days or months")
        return self

    @property
    def fact(self) -> str:
        """The fact from which, or before which, it counts."""
        return self.from_ or self.before or ""


class Fact(Entry):
    """Something with a time that starts a clock.

    Missing, it is taken from another fact: `assumed` (a safe reading, not provisional) or `stands_in`
    (provisional); else from the due date of the stage that produces it (provisional).
    """

    id: str
    name: str
    assumed: str | None = None
    stands_in: str | None = None
    date_only: bool = False


class Stage(Entry):
    """One step of a pathway. `told` are posts, or one of the bodies outside, or `referrer`.

    `statutory` names the rule of the statutory pack that stands behind it (None: a local stage); `limit` is a
    statutory outer date that caps `due`; `earliest` and `latest` are the other ways to read the document.
    """

    id: str
    name: str
    owner: str
    told: tuple[str, ...] = ()
    due: Count
    earliest: tuple[Count, ...] = ()
    latest: tuple[Count, ...] = ()
    limit: Count | None = None
    statutory: str | None = None
    produces: str | None = None
    target: bool = False
    evidence: str = ""
    note: str = ""


class Pathway(Entry):
    """Stages with clocks, started by an event. `told` is who is alerted when it starts."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    starts: str = ""
    handler: str
    decider: str | None = None
    told: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    stages: tuple[Stage, ...] = ()
    pack: bool = False
    alert: bool = True

    def stage(self, id_: str) -> Stage:
        """The stage with that id; KeyError if there is none."""
        for stage in self.stages:
            if stage.id == id_:
                return stage
        raise KeyError(id_)
