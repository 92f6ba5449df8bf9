"""Pathways as declared: facts that start clocks, and stages with their deadlines, owners and recipients.

The dates are worked out in `clocks`.
"""

from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
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


class Todo(Entry):
    """What a stage and a task have in common. `told` are posts, or one of the bodies outside, or `referrer`.

    `when`: it is needed only where one of these facts of the case is ticked ("nhs-wales"; see `FLAGS`); `unless`: it is
    not where one of these is. `after`: the stage or task that has to end before it is asked for; `if_decided`: it is
    needed only where that one was decided in one of these words. `waits_for`: the fact without which it is not asked
    for. `checks` are ticked under it. `decides`: the words among which a decision is chosen; `raises`: the fact of the
    case that such a word ticks. `starts`: pathways that it starts when it is done. `overdue_told`: who hears that it is
    overdue, beside its owner and those whom the pathway names.
    """

    id: str
    name: str
    owner: str
    told: tuple[str, ...] = ()
    evidence: str = ""
    note: str = ""
    when: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    after: str | None = None
    if_decided: tuple[str, ...] = ()
    waits_for: str | None = None
    checks: tuple[Check, ...] = ()
    decides: tuple[str, ...] = ()
    raises: dict[str, str] = {}
    starts: tuple[str, ...] = ()
    overdue_told: tuple[str, ...] = ()


class Stage(Todo):
    """One step of a pathway, with a clock.

    `call`: a conference call is arranged at it. `statutory` names the rule of the statutory pack that stands behind it
    (None: a local stage); `limit` is a statutory outer date that caps `due`; `earliest` and `latest` are the other ways
    to read the document. `produces`: the fact that its end gives.
    """

    due: Count
    earliest: tuple[Count, ...] = ()
    latest: tuple[Count, ...] = ()
    limit: Count | None = None
    statutory: str | None = None
    produces: str | None = None
    target: bool = False
    call: bool = False


class Task(Todo):
    """Something to be done for which the document states no time. `due_with`: the stage whose day it has."""

    due_with: str | None = None


class Pathway(Entry):
    """Stages with clocks, started by an event. `told` is who is alerted when it starts.

    `tasks` have no clock of their own. `kinds`: what it may be that happened. `dial_in`: the number to ring for the
    conference call of a stage with `call`, said in the alert ("": nobody has entered it). `ladder`: who is told next
    when nobody answers (None: the chosen one). `speed` is how an alert by night goes out unless somebody decides
    otherwise. `words`: words about the case may be written on our own page, encrypted. `overdue_told`: who hears of an
    overdue stage beside its owner. `keep_years`: so long after its end a case is proposed for deletion (None: the
    arrangements do not say).
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
    tasks: tuple[Task, ...] = ()
    pack: bool = False
    alert: bool = True
    kinds: tuple[Kind, ...] = ()
    dial_in: str = ""
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

    def todo(self, id_: str) -> Stage | Task:
        """The stage or task with that id; KeyError if there is none."""
        for each in self.todos:
            if each.id == id_:
                return each
        raise KeyError(id_)

    @property
    def todos(self) -> tuple[Stage | Task, ...]:
        """Stages and tasks as they are shown: a task behind what it comes after, or else at the end."""
        ordered: list[Stage | Task] = list(self.stages)
        for task in self.tasks:
            behind = [n for n, each in enumerate(ordered) if task.after and task.after in (each.id, each.after)]
            ordered.insert(max(behind, default=len(ordered) - 1) + 1, task)
        return tuple(ordered)

    def flags(self, ticked: Collection[str], decided: Mapping[str, str]) -> set[str]:
        """The facts of a case that hold: those ticked, and those that the decisions taken raise (by stage or task)."""
        raised = {each.raises.get(decided[each.id]) for each in self.todos if each.id in decided}
        return {*ticked} | {flag for flag in raised if flag}

    def not_needed(self, kind: str, ticked: Collection[str], decided: Mapping[str, str]) -> dict[str, str]:
        """The stages and tasks that a case does not need as it stands, each with why (the end of "because ...").

        `kind` is one of the pathway's kinds or empty, `ticked` are ids of `FLAGS`, `decided` has the word of each
        decision taken, by stage or task. What waits for a decision is not among them: it may be needed yet.
        """
        what = self.kind(kind)
        found = dict(what.not_needed) if what else {}
        flags = self.flags(ticked, decided)
        for each in self.todos:
            because = _because(each, flags, decided)
            if because and each.id not in found:
                found[each.id] = because
        return found


NOT_CALLED_FOR = "what was ticked about the incident does not call for it"
"""Says no more than that: what was ticked is told to nobody but those on the case's list, and not in chat."""


def _because(todo: Todo, flags: AbstractSet[str], decided: Mapping[str, str]) -> str:
    """Why a case with these facts and decisions does not need it; "" where it does, or may yet."""
    if flags & {*todo.unless} or (todo.when and not flags & {*todo.when}):
        return NOT_CALLED_FOR
    word = decided.get(todo.after or "")
    if todo.if_decided and word is not None and word not in todo.if_decided:
        return f"this was decided: {word}"
    return ""
