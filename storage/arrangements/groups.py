"""Groups: seats by agency, chair and its terms, standing items, whom they answer to, and their papers days."""

from datetime import date
from typing import Literal

from pydantic import Field

from .cycles import Cycle
from .entries import Entry
from .quorums import Quorum


class Seat(Entry):
    """One place at the table. `decides` is None where the document does not say who decides."""

    post: str
    capacity: Literal["member", "attends", "invited", "adviser", "observer", "scrutineer", "co-opted"] = "member"
    decides: bool | None = None
    deputy: Literal["named", "none", "open"] = "open"
    skill: str = ""
    from_: date | None = Field(default=None, alias="from")
    until: date | None = None


class Chairing(Entry):
    """How the chair changes: its term, who takes turns, and whether the order is agreed. None: not said."""

    term_months: int | None = None
    takes_turns: tuple[str, ...] = ()
    order_agreed: bool = False
    appointed_by: str | None = None
    note: str = ""


class Office(Entry):
    """An office in a group beside the chair's that rotates (Districts' S11 lead)."""

    id: str
    name: str
    post: str
    term_months: int | None = None


class Agreement(Entry):
    """What everybody signs before they first take part, and at each meeting on its sheet where `sheet` says so."""

    name: str
    sheet: bool = False


class Deciding(Entry):
    """How a group decides. `failing`: the posts to whom a matter goes on which it does not agree; none: not said.

    `recommends`: what it decides binds nobody, its members' own bodies decide. `between`: it may decide between its
    meetings.
    """

    by: Literal["consensus", "not said"] = "not said"
    failing: tuple[str, ...] = ()
    recommends: bool = False
    between: bool | None = None
    note: str = ""


class StandingItem(Entry):
    """Something that stands on every agenda, for good or until a milestone is recorded as done."""

    text: str
    until_done: str | None = None
    from_: date | None = Field(default=None, alias="from")
    until: date | None = None


class Offset(Entry):
    """Papers so many days before a meeting, or minutes so many days after it. Calendar days unless it says so.

    A papers day that is no working day moves earlier; a minutes day stays where it falls (AMB-GLOS-CDOP-OFFSETS).
    """

    days: int = Field(ge=0, le=90)
    unit: Literal["calendar", "working"] = "calendar"
    owner: str | None = None


class Sitting(Entry):
    """What the document itself fixes of a meeting's day: its length, the part of the day, the same weekday."""

    minutes: int | None = Field(default=None, ge=15, le=600)
    mornings: bool = False
    same_weekday: bool = False


class Report(Entry):
    """A reporting line: to whom this group reports, what and how often."""

    to: str
    what: str = ""
    how: str = ""


class Group(Entry):
    """A body of the arrangements that meets."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    nature: Literal[
        "executive", "management", "subgroup", "panel", "task-and-finish", "forum", "event", "regional", "external"
    ]
    status: Literal["running", "proposed", "next-phase", "replaced", "external"] = "running"
    from_: date | None = Field(default=None, alias="from")
    until: date | None = None
    parent: str | None = None
    answers_to: tuple[str, ...] = ()
    remit: str = ""
    content_outside: bool = False
    chair: str | None = None
    vice_chair: str | None = None
    chairing: Chairing | None = None
    offices: tuple[Office, ...] = ()
    papers_by: str | None = None
    minutes_by: str | None = None
    seats: tuple[Seat, ...] = ()
    items: tuple[StandingItem, ...] = ()
    reports: tuple[Report, ...] = ()
    cycles: tuple[Cycle, ...] = ()
    sitting: Sitting | None = None
    papers: Offset | None = None
    minutes: Offset | None = None
    quorum: Quorum | None = None
    agreement: Agreement | None = None
    deciding: Deciding | None = None

    def names(self) -> tuple[str, ...]:
        """Every word by which people may call the group: id, name and aliases."""
        return (self.id, self.name, *self.aliases)

    def items_on(self, day: date, done: frozenset[str] = frozenset()) -> tuple[StandingItem, ...]:
        """The standing items of a meeting on that day; an item that waits for a milestone leaves when it is done."""
        return tuple(
            item
            for item in self.items
            if (item.from_ is None or item.from_ <= day)
            and (item.until is None or day <= item.until)
            and (item.until_done is None or item.until_done not in done)
        )
