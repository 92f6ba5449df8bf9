"""Pathways as declared: facts that start clocks, and stages with their deadlines, owners and recipients.

The dates are worked out in `clocks`.
"""

from typing import Literal, Self

from pydantic import Field, model_validator

from .entries import Entry, Value
from .ladders import CHOSEN, Ladder


FLAGS: dict[str, str] = {
    "looked-after": "a looked-after child",
    "care-leaver": "a care leaver",
    "nhs-wales": "a child registered with NHS Wales",
    "other-area": "another area is concerned",
    "criminal": "a criminal offence may be involved",
    "domestic-homicide": "a domestic homicide may be involved",
    "disagreement": "the partners do not agree",
    "not-published": "the report is not to be published",
}
"""Facts of a case that are ticked, in the words in which they are asked for; stages may depend on them."""


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


class Kind(Entry):
    """A kind of incident that starts the pathway. `not_needed`: the stages that it does not need, each with why.

    `told`: whom else it is told to, beside those of the pathway.
    """

    id: str
    name: str
    not_needed: dict[str, str] = {}
    told: tuple[str, ...] = ()


class Check(Value):
    """Something that is ticked under a stage, such as that the strategy minutes have been obtained."""

    id: str
    name: str


class Stage(Entry):
    """One step of a pathway. `told` are posts, or one of the bodies outside, or `referrer`.

    `when`: it is needed only where one of these facts of the case holds ("nhs-wales"; see `FLAGS`). `after`: the stage
    that has to end before it is asked for; `waits_for`: the fact without which it is not. `starts`: pathways that it
    starts when it is done. `checks` are ticked under it. `decides`: the words among which a decision is chosen.
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
    when: tuple[str, ...] = ()
    after: str | None = None
    waits_for: str | None = None
    starts: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    decides: tuple[str, ...] = ()
    overdue_told: tuple[str, ...] = ()


class Pathway(Entry):
    """Stages with clocks, started by an event. `told` is who is alerted when it starts.

    `kinds`: what it may be that happened. `ladder`: who is told next when nobody answers (None: the chosen one). `speed` is how an alert by night goes out unless somebody
    decides otherwise. `words`: words about the case may be written on our own page, encrypted. `overdue_told`: who
    hears of an overdue stage beside its owner. `keep_years`: after so long deletion is proposed (None: it is not said).
    """

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
    kinds: tuple[Kind, ...] = ()
    ladder: Ladder | None = None
    speed: Literal["now", "morning"] = "now"
    words: bool = False
    overdue_told: tuple[str, ...] = ()
    keep_years: int | None = Field(default=None, ge=1)

    @property
    def told_next(self) -> Ladder:
        """Who is told next when nobody answers: as agreed, or as chosen where the arrangements do not say."""
        return self.ladder or CHOSEN

    def kind(self, id_: str) -> Kind | None:
        """The kind with that id."""
        return next((kind for kind in self.kinds if kind.id == id_), None)

    def stage(self, id_: str) -> Stage:
        """The stage with that id; KeyError if there is none."""
        for stage in self.stages:
            if stage.id == id_:
                return stage
        raise KeyError(id_)
