"""The figures of a round: how each one who owes stands, how many answered and in time, ratings, change since the last.

Pure: no database, no clock. Counts are whole numbers and shares are exact until they are shown; ratings are counted,
never averaged, since "met" and "not met" are no quantities. What is counted is said beside each figure.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from storage.arrangements.forms import Form, Given, Option, Section

State = Literal[
    "overdue", "not-us-asked", "reopened", "nothing", "draft", "waits", "answered", "approved", "other-way", "not-us"
]
"""How one who owes stands. Each has one; the order is that in which people have to look at them."""

STATES: dict[State, str] = {
    "overdue": "overdue",
    "not-us-asked": "said that it is not theirs to answer, not decided",
    "reopened": "reopened, to be sent in again",
    "nothing": "nothing yet",
    "draft": "begun, not sent in",
    "waits": "sent in, waits for the senior's signature",
    "answered": "answered",
    "approved": "answered and approved",
    "other-way": "answered in another way, such as a visit",
    "not-us": "not theirs to answer, agreed",
}
"""What people read for each state."""

COUNTS: tuple[State, ...] = ("answered", "approved", "other-way")
"""The states that count as answered."""

NOT_APPLICABLE = "not-applicable"
"""What stands in place of a rating where the standard does not apply."""


FROM_A_FILE = "import"
"""How an answer came in that was entered from a file of an earlier year: its day may not be known."""


@dataclass(frozen=True)
class Standing:
    """How one stands in a round. `due` is their own day; `came_in` that on which they first sent in, or were heard;

    `came_by` how. `begun`: a draft is there. `asked_off`: they said that it is not theirs, which nobody has decided.
    """

    who: str
    name: str
    post: str
    sector: str
    state: State
    due: date
    came_in: date | None = None
    begun: bool = False
    asked_off: bool = False
    by_exception: bool = False
    extended: bool = False
    came_by: str = ""

    @property
    def owes(self) -> bool:
        """Whether they belong to those who owe: all but those of whom it was agreed that it is not theirs."""
        return self.state != "not-us"

    @property
    def has_answered(self) -> bool:
        """Whether they count as answered."""
        return self.state in COUNTS

    @property
    def has_sent(self) -> bool:
        """Whether an answer is in, even if it still waits for a signature."""
        return self.has_answered or self.state == "waits"

    @property
    def in_time(self) -> bool:
        """Whether they answered, and first did so on or before their own day."""
        return self.has_answered and self.came_in is not None and self.came_in <= self.due


def state_of(
    state: str, *, not_us: str, due: date, today: date, needs_signature: bool = False, signed: bool = False
) -> State:
    """How one stands, from the state on record (`Owed.state`).

    An answer that needs a signature counts once it has one. Whoever has not sent in is overdue from the day after
    their own day, also while they have asked to be let off: until that is granted they owe it.
    """
    if state == "not-us":
        return "not-us"
    if state == "other-way":
        return "other-way"
    if state in ("answered", "approved") and needs_signature and not signed:
        return "waits"
    if state in ("answered", "approved"):
        return "approved" if state == "approved" else "answered"
    if today > due:
        return "overdue"
    if not_us == "asked":
        return "not-us-asked"
    return "reopened" if state == "reopened" else "draft" if state == "draft" else "nothing"


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    part: int
    of: int

    @property
    def percent(self) -> int | None:
        """The share in whole percent, half up; None of nobody."""
        return (200 * self.part + self.of) // (2 * self.of) if self.of else None

    def __str__(self) -> str:
        """ "12 of 30 (40%)"."""
        return f"{self.part} of {self.of}" + (f" ({self.percent}%)" if self.of else "")


def counts(standings: Iterable[Standing]) -> dict[State, int]:
    """How many stand in each state, in the order of the states; states in which nobody is are left out."""
    found = Counter(each.state for each in standings)
    return {state: found[state] for state in STATES if found[state]}


def answered(standings: Iterable[Standing]) -> Share:
    """How many have answered, of those who owe."""
    owing = [each for each in standings if each.owes]
    return Share(sum(each.has_answered for each in owing), len(owing))


def in_time(standings: Iterable[Standing]) -> Share:
    """How many answered on or before their own day, of those who owe."""
    owing = [each for each in standings if each.owes]
    return Share(sum(each.in_time for each in owing), len(owing))


def by_sector(standings: Iterable[Standing]) -> dict[str, list[Standing]]:
    """The standings by sector, in the order of its name; those of none come last, under an empty name."""
    found: dict[str, list[Standing]] = {}
    for each in standings:
        found.setdefault(each.sector, []).append(each)
    return {sector: found[sector] for sector in sorted(found, key=lambda name: (not name, name.casefold()))}


# Ratings


@dataclass(frozen=True)
class Standard:
    """One rating that a form asks for, as a column of the table. `letters` stand for its options, so that no colour
    is needed."""

    question: str
    section: str
    title: str
    options: tuple[Option, ...]

    @property
    def letters(self) -> dict[str, str]:
        """The short form of each option by its id: the first letters of its words, or its number where two are alike.

        "Not applicable" has its own.
        """
        first = {each.id: "".join(word[0] for word in each.label.split()).upper() for each in self.options}
        if len(set(first.values()) | {NA}) <= len(first):
            first = {each.id: str(number) for number, each in enumerate(self.options, 1)}
        return first | {NOT_APPLICABLE: NA}

    @property
    def labels(self) -> dict[str, str]:
        """What each option is called, by id."""
        return {each.id: each.label for each in self.options} | {NOT_APPLICABLE: "Not applicable"}

    @property
    def ranks(self) -> dict[str, int]:
        """The rank of each option that has one."""
        return {each.id: each.rank for each in self.options if each.rank is not None}

    @property
    def highest(self) -> int:
        """The highest rank; 0 where no option has one."""
        return max(self.ranks.values(), default=0)


NA = "NA"
"""The letters for "not applicable"."""


@dataclass(frozen=True)
class Rating:
    """What one gave themselves, and what the secretariat's own look gave; options by id, empty where there is none."""

    own: str = ""
    moderated: str = ""

    @property
    def holds(self) -> str:
        """The one that holds: the moderated one where there is one."""
        return self.moderated or self.own


Ratings = Mapping[tuple[str, str], Rating]
"""Ratings by who gave them and question."""


def standards(form: Form, *, joint: bool) -> tuple[Standard, ...]:
    """The ratings of the sections that are standards; where no section is one, every rating that is asked."""
    asked = form.for_boards(joint=joint)
    sections = [each for each in asked if each.standard] or list(asked)
    return tuple(found for section in sections for found in _of_section(form, section))


def _of_section(form: Form, section: Section) -> Iterable[Standard]:
    ratings = [each for each in section.questions if each.kind == "rating"]
    for each in ratings:
        title = section.title if len(ratings) == 1 and section.standard else f"{section.title}: {each.text}"
        yield Standard(each.id, section.id, title, form.options_of(each))


def own_rating(given: Given | None) -> str:
    """The rating in an answer; "not-applicable" where it says so, empty where nothing was chosen."""
    if given is None:
        return ""
    return NOT_APPLICABLE if given.not_applicable else given.value


def tally(standard: Standard, ratings: Ratings, *, moderated: bool = False) -> dict[str, int]:
    """How many gave each rating of a standard, lowest first as the form has them, then "not applicable".

    `moderated`: of the ratings that hold, else of their own ones. Those who gave none are not in it.
    """
    found = Counter(
        each.holds if moderated else each.own
        for (_, question), each in ratings.items()
        if question == standard.question
    )
    return {id_: found[id_] for id_ in (*(option.id for option in standard.options), NOT_APPLICABLE) if found[id_]}


# Change since the last round

Way = Literal["up", "same", "down", "other", "new", "gone"]
"""How a rating has changed: "new" has none to compare with, "gone" had one and has none now, "other" has no order."""


def change(standard: Standard, before: Standard | None, now: str, then: str) -> Way | None:
    """How one's rating has changed since the last round; None where there is none in either.

    Ratings are compared by rank, which each round's own form gives them. "Not applicable" is no rating.
    """
    now, then = (each if each != NOT_APPLICABLE else "" for each in (now, then))
    if not now or not then or before is None:
        return "new" if now else "gone" if then else None
    rank, earlier = standard.ranks.get(now), before.ranks.get(then)
    if rank is None or earlier is None:
        return "same" if now == then else "other"
    return "up" if rank > earlier else "down" if rank < earlier else "same"


def changes(
    standards_now: Sequence[Standard], standards_then: Sequence[Standard], now: Ratings, then: Ratings
) -> dict[tuple[str, str], Way]:
    """How each one's own rating of each standard has changed, like compared with like, by who and question.

    Questions are the same where their ids are.
    """
    earlier = {each.question: each for each in standards_then}
    whose = sorted({who for who, _ in (*now, *then)})
    found: dict[tuple[str, str], Way] = {}
    for standard in standards_now:
        for who in whose:
            key = (who, standard.question)
            way = change(standard, earlier.get(standard.question), now.get(key, _NONE).own, then.get(key, _NONE).own)
            if way is not None:
                found[key] = way
    return found


_NONE = Rating()


def count_ways(standard: Standard, found: Mapping[tuple[str, str], Way]) -> dict[Way, int]:
    """How many ratings of a standard went each way."""
    ways = Counter(way for (_, question), way in found.items() if question == standard.question)
    return {way: ways[way] for way in WAYS if ways[way]}


WAYS: dict[Way, str] = {
    "up": "higher than last time",
    "same": "as last time",
    "down": "lower than last time",
    "other": "another than last time",
    "new": "not rated last time",
    "gone": "rated last time, not now",
}
"""What people read for each way."""
