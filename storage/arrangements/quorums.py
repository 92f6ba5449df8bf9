"""When a meeting can do its business, as declared. What is not declared stays open: then each reading is worked out.

Seats are counted, never heads, and all in whole numbers. A bare fraction is rounded up (AMB-ASSSP-66).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal

from pydantic import Field

from .entries import Entry

Counts = Literal["count", "do not count", "open"]
Comes = Literal["yes", "deputy", "no", "unsure", ""]
"""How a seat answers: its holder comes, its deputy does, nobody, not sure, or no answer yet."""


class Quorum(Entry):
    """A quorum rule. `deputies` and `vacancies` are "open" where the terms are silent.

    `base` is what the terms call those who are counted; `agencies`: of several seats of one agency one is enough, and
    they count as one. `posts` and `skills` must be there besides, whatever the number.
    """

    kind: Literal["fraction", "all-partners", "number", "posts", "discretion"]
    percent: int | None = Field(default=None, ge=1, le=100)
    number: int | None = Field(default=None, ge=1)
    base: str = "representatives"
    agencies: bool = False
    posts: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    deputies: Counts = "open"
    vacancies: Counts = "open"
    note: str = ""

    def needed(self, base: int) -> int | None:
        """How many must be there when `base` representatives are entitled; None where no number is declared.

        Whole numbers, rounded up: 66% of 50 is 33 (AMB-ASSSP-66). Raises ValueError for a negative base.
        """
        if base < 0:
            raise ValueError("a meeting cannot have fewer than no representatives")
        if self.kind == "fraction":
            return (self.percent or 0) * base // 100 + ((self.percent or 0) * base % 100 > 0)
        if self.kind == "number":
            return self.number
        if self.kind == "all-partners":
            return base
        return None


@dataclass(frozen=True)
class Seated:
    """One seat at the table, and how it answers. `vacant`: nobody is in its post, nor a deputy.

    `counts`: it is one of those who are entitled; any other brings its post or its skill and makes no number.
    """

    post: str
    comes: Comes = ""
    agency: str = ""
    skill: str = ""
    vacant: bool = False
    counts: bool = True


@dataclass(frozen=True)
class Reading:
    """One way in which a quorum can be read, and what comes of it.

    `deputies` and `vacancies`: whether they count in this reading. `here` of `base` come, `needed` must (None: no
    number is declared). `posts` and `skills` are those that must be there and are not.
    """

    deputies: bool
    vacancies: bool
    here: int
    base: int
    needed: int | None
    posts: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()

    @property
    def met(self) -> bool | None:
        """Whether all that is declared is fulfilled; None where nothing is declared that could be."""
        if self.posts or self.skills:
            return False
        return None if self.needed is None else self.here >= self.needed

    @property
    def short(self) -> int:
        """How many more must come; nought where the number is reached or none is declared."""
        return max(0, (self.needed or 0) - self.here)


def readings(quorum: Quorum, seats: Sequence[Seated], skills: Iterable[str] = ()) -> tuple[Reading, ...]:
    """How a quorum stands: one reading where all of it is declared, else one for each way in which it can be read.

    Readings that come to the same in numbers are one, that which counts less. `skills`: what is needed at this meeting
    beside what the rule names. Deputies are asked about only where one comes, vacancies only where a seat is vacant.
    """
    deputy_comes = any(seat.comes == "deputy" for seat in seats)
    vacant = any(seat.vacant for seat in seats if seat.counts)
    found: dict[tuple[object, ...], Reading] = {}
    for deputies, vacancies in product(
        _ways(quorum.deputies, asked=deputy_comes), _ways(quorum.vacancies, asked=vacant)
    ):
        one = _read(quorum, seats, (*quorum.skills, *skills), deputies=deputies, vacancies=vacancies)
        found.setdefault((one.here, one.base, one.needed, one.posts, one.skills), one)
    return tuple(found.values())


def _ways(declared: Counts, *, asked: bool) -> tuple[bool, ...]:
    if declared == "open":
        return (False, True) if asked else (False,)
    return (declared == "count",)


def _read(
    quorum: Quorum, seats: Sequence[Seated], skills: Sequence[str], *, deputies: bool, vacancies: bool
) -> Reading:
    counted = [seat for seat in seats if seat.counts and (vacancies or not seat.vacant)]
    here = [seat for seat in seats if seat.comes == "yes" or (deputies and seat.comes == "deputy")]
    at_the_table, known = {seat.post for seat in here}, {seat.skill for seat in here}
    base = _count(quorum, counted)
    return Reading(
        deputies=deputies,
        vacancies=vacancies,
        here=_count(quorum, (seat for seat in here if seat.counts)),
        base=base,
        needed=quorum.needed(base),
        posts=tuple(post for post in quorum.posts if post not in at_the_table),
        skills=tuple(skill for skill in dict.fromkeys(skills) if skill not in known),
    )


def _count(quorum: Quorum, seats: Iterable[Seated]) -> int:
    """Seats, or the agencies that have them; a seat of no agency stands for itself."""
    return len({(seat.agency or seat.post) if quorum.agencies else seat.post for seat in seats})
