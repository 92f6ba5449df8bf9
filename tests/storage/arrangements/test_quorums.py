"""The arithmetic of a quorum, against a second working of it: whole numbers, each way in which it can be read."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from math import ceil
from typing import get_args

import pytest

from storage.arrangements.quorums import Counts, Quorum, Reading, Seated, readings

EVERY_WAY = list(product(get_args(Counts), repeat=2))


def rule(**given: object) -> Quorum:
    return Quorum.model_validate({"kind": "fraction", "percent": 66, "source": "test", **given})


def seats(yes: int, deputies: int = 0, vacant: int = 0, away: int = 0) -> list[Seated]:
    """So many seats that come, send a deputy, have nobody in them, or do not come; each of an agency of its own."""
    hows = ["yes"] * yes + ["deputy"] * deputies + ["no", "unsure", ""] * away
    found = [
        Seated(f"post-{n}", comes=how, agency=f"agency-{n}") for n, how in enumerate(hows[: yes + deputies + away])
    ]  # type: ignore[arg-type]
    return found + [Seated(f"vacant-{n}", agency=f"other-{n}", vacant=True) for n in range(vacant)]


@pytest.mark.parametrize(("base", "needed"), [(3, 2), (8, 6), (9, 6), (10, 7), (12, 8), (50, 33)])
def test_66_per_cent_of_the_representatives_as_printed(base: int, needed: int) -> None:
    assert rule().needed(base) == needed


@pytest.mark.parametrize("percent", [1, 33, 50, 66, 67, 99, 100])
def test_a_share_of_any_number_is_the_next_whole_number(percent: int) -> None:
    quorum = rule(percent=percent)
    for base in range(201):
        assert quorum.needed(base) == ceil(Fraction(percent * base, 100)) == (percent * base + 99) // 100


def test_no_group_has_fewer_than_no_representatives() -> None:
    with pytest.raises(ValueError, match="fewer"):
        rule().needed(-1)


def _mixes(size: int) -> Iterator[tuple[int, int, int, int]]:
    """Ways in which so many seats can answer, about the number that is needed: come, deputy, vacant, away."""
    for vacant in sorted({0, 1, size % 7} - set(range(size + 1, 7))):
        filled = size - vacant
        deputies = min(filled, 1 + size % 3)
        yes = min(filled - deputies, max(0, ceil(Fraction(66, 100) * filled) - size % 2))
        yield yes, deputies, vacant, filled - deputies - yes


def _second_working(
    declared: tuple[str, str], yes: int, deputies: int, vacant: int, size: int
) -> set[tuple[int, int, int, bool]]:
    """Each reading's numbers, worked out another way: what comes, of how many, how many are needed, whether they do."""
    ways = {"count": [1], "do not count": [0], "open": [0, 1]}
    found = set()
    for with_deputies, with_vacant in product(*(ways[each] for each in declared)):
        base = size - vacant * (1 - with_vacant)
        here, needed = yes + deputies * with_deputies, (66 * base + 99) // 100
        found.add((here, base, needed, here >= needed))
    return found


@pytest.mark.parametrize("declared", EVERY_WAY)
def test_every_reading_of_one_to_two_hundred_seats_is_as_a_second_working_has_it(declared: tuple[str, str]) -> None:
    quorum = rule(deputies=declared[0], vacancies=declared[1])
    for size in range(1, 201):
        for yes, deputies, vacant, away in _mixes(size):
            found = readings(quorum, seats(yes, deputies, vacant, away))
            numbers = [(one.here, one.base, one.needed, one.met) for one in found]
            assert len(numbers) == len(set(numbers)), "each reading once"
            assert set(numbers) == _second_working(declared, yes, deputies, vacant, size), (size, yes, deputies, vacant)


def test_with_a_deputy_in_both_readings_stand_and_what_is_declared_leaves_one() -> None:
    nine = seats(yes=5, deputies=1, away=3)
    without, with_them = readings(rule(), nine)
    assert (without.here, without.met, without.short) == (5, False, 1)
    assert (with_them.here, with_them.met, with_them.short) == (6, True, 0)
    assert [one.here for one in readings(rule(deputies="count"), nine)] == [6]
    assert [one.here for one in readings(rule(deputies="do not count"), nine)] == [5]


def test_what_nobody_sends_or_leaves_empty_opens_no_second_reading() -> None:
    assert len(readings(rule(), seats(yes=6, away=3))) == 1
    assert len(readings(rule(deputies="count"), seats(yes=6, vacant=1, away=2))) == 2


@pytest.mark.parametrize(
    ("given", "met", "short"),
    [
        ({"kind": "all-partners", "percent": None, "deputies": "count", "vacancies": "count"}, False, 1),
        ({"kind": "number", "percent": None, "number": 4, "deputies": "count"}, True, 0),
        ({"kind": "number", "percent": None, "number": 5, "deputies": "count"}, False, 1),
        ({"kind": "discretion", "percent": None, "deputies": "count"}, None, 0),
        ({"kind": "posts", "percent": None, "posts": ("post-0",), "deputies": "count"}, None, 0),
        ({"kind": "posts", "percent": None, "posts": ("post-4",), "deputies": "count"}, False, 0),
    ],
)
def test_each_kind_of_rule_says_whether_it_is_fulfilled(given: dict[str, object], met: bool | None, short: int) -> None:
    [one] = readings(rule(**given), seats(yes=3, deputies=1, away=1))
    assert (one.met, one.short) == (met, short)


def test_of_several_seats_of_one_agency_one_is_enough() -> None:
    shared = [Seated("a", "no", "council"), Seated("b", "yes", "council"), Seated("c", "yes", "police")]
    shared += [Seated("d", "", "nhs"), Seated("e", "yes")]
    [one] = readings(rule(agencies=True), shared)
    assert (one.here, one.base, one.needed) == (3, 4, 3)
    [seat_by_seat] = readings(rule(), shared)
    assert (seat_by_seat.here, seat_by_seat.base) == (3, 5)


def test_a_seat_that_does_not_count_brings_its_skill_and_its_post_but_no_number() -> None:
    invited = Seated("other-paediatrician", "yes", skill="paediatrics", counts=False)
    quorum = rule(kind="discretion", percent=None, deputies="count")
    [without] = readings(quorum, [Seated("chair", "yes")], ["paediatrics"])
    [with_it] = readings(quorum, [Seated("chair", "yes"), invited], ["paediatrics"])
    assert without.skills == ("paediatrics",) and without.met is False
    assert with_it.skills == () and (with_it.here, with_it.base) == (1, 1)


def test_a_deputy_brings_the_skill_where_deputies_count() -> None:
    away = [Seated("paediatrician", "deputy", skill="paediatrics")]
    missing: list[Reading] = list(readings(rule(skills=("paediatrics",)), away))
    assert [one.skills for one in missing] == [("paediatrics",), ()]
