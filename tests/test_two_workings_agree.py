"""Two workings of every date agree: ours, and the one in `second_working` that knows nothing of it."""

import random
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import cache

import pytest

from commands.clocks import clock_rows
from commands.definitions import load, pack
from storage.arrangements.calendars import WorkingDays, england
from storage.arrangements.clocks import clock
from storage.arrangements.partnership import Arrangements
from storage.arrangements.slots import Slot
from storage.arrangements.years import plan
from tests.second_working import calendars as second
from tests.second_working.clocks import Deadline, Moment, british, second_clock
from tests.second_working.working_days import holidays

SEEDS = range(500)
FACTS = {
    ("buckinghamshire", "serious-incident"): ("authority-aware", "received", "decided", "publish"),
    ("gloucestershire", "serious-incident"): ("authority-aware", "notified", "publish"),
    ("south-gloucestershire", "serious-incident"): ("authority-aware", "notified", "decided", "publish"),
    ("somerset", "serious-incident"): ("authority-aware", "notified", "decided", "publish"),
    ("avon-and-somerset", "serious-incident"): ("authority-aware", "notified", "decided", "publish"),
}
# After how many days at most each fact follows the awareness. Far apart, so that limits and long gaps are met too.
FOLLOWS = {"authority-aware": 6, "received": 14, "notified": 12, "decided": 70, "publish": 400}
YEARS = range(2019, 2040)


@cache
def days() -> WorkingDays:
    """Our working days, with room on both sides of the years that are tried."""
    return england(2018, 2043)


# Clocks


def random_start(dice: random.Random) -> datetime:
    """A moment of 2019 to 2040, more often than not one of the awkward ones."""
    year = dice.randint(2019, 2040)
    ordinary = date(year, 1, 1) + timedelta(days=dice.randrange(365))
    holiday = dice.choice(sorted(holidays(year)))
    change = dice.choice([second.nth_weekday(year, month, (-1, 6)) for month in (3, 10)])
    day = dice.choice(
        [
            ordinary,
            ordinary - timedelta(days=ordinary.weekday() - dice.choice([5, 6])),
            holiday - timedelta(days=dice.randrange(5)),
            change - timedelta(days=dice.randrange(3)),
        ]
    )
    # Awkward hours: midnight of one clock is eleven of another, and at one they change.
    hour = dice.choice([dice.randrange(24), 0, 1, 23])
    moment = datetime(day.year, day.month, day.day, hour, dice.randrange(60), tzinfo=UTC)
    return min(max(moment, datetime(2019, 1, 1, tzinfo=UTC)), datetime(2040, 12, 31, 23, 59, tzinfo=UTC))


def random_facts(seed: int, optional: tuple[str, ...]) -> dict[str, Moment]:
    """Facts of one incident: awareness, and each of the others as often known as not, some as bare days."""
    dice = random.Random(seed)
    aware = random_start(dice)
    facts: dict[str, Moment] = {"aware": aware}
    for name in optional:
        after = aware + timedelta(days=dice.randrange(FOLLOWS[name]), minutes=dice.randrange(24 * 60))
        if dice.random() < 0.5:
            facts[name] = british(after).date() if name == "publish" or dice.random() < 0.2 else after
    if dice.random() < 0.15:
        facts["aware"] = british(aware).date()
    return facts


def iso(moment: Moment | None) -> str | None:
    """A moment in English wall time with its offset, or a day; nothing for nothing."""
    if moment is None:
        return None
    return british(moment).isoformat() if isinstance(moment, datetime) else moment.isoformat()


def theirs(found: dict[str, Deadline]) -> dict[str, tuple[object, ...]]:
    """The second working's deadlines as they would be printed."""
    return {stage: (*map(iso, reading[:3]), reading.provisional) for stage, reading in found.items()}


def ours(arrangements: Arrangements, pathway: str, facts: dict[str, Moment]) -> dict[str, tuple[object, ...]]:
    """Our own, as `convenor clock` prints them."""
    rows = clock_rows(clock(arrangements, pathway, facts, days(), pack()))
    return {row["stage"]: (row["due"], row["earliest"], row["latest"], row["provisional"]) for row in rows}


def differences(partnership: str, pathway: str, facts: dict[str, Moment]) -> list[str]:
    """A sentence for each stage on which the two workings differ."""
    mine = ours(load_arrangements(partnership), pathway, facts)
    other = theirs(second_clock(partnership, pathway, facts))
    given = {name: str(value) for name, value in facts.items()}
    return [
        f"{stage}: ours {mine.get(stage)}, second {other.get(stage)}, facts {given}"
        for stage in sorted({*mine, *other})
        if mine.get(stage) != other.get(stage)
    ]


@cache
def load_arrangements(partnership: str) -> Arrangements:
    """A shipped definition, read once."""
    return load(partnership).arrangements


@pytest.mark.ids(
    "PATH-BUCKS-SI-24H",
    "PATH-BUCKS-SI-D1",
    "PATH-BUCKS-SI-D2",
    "PATH-BUCKS-SI-D10",
    "PATH-BUCKS-SI-D12",
    "PATH-BUCKS-SI-D14",
    "PATH-BUCKS-SI-D15",
    "PATH-BUCKS-LCSPR-6M",
    "PATH-BUCKS-PUB-7WD",
    "PATH-GLOS-SI-5WD",
    "PATH-GLOS-RR-15",
    "PATH-GLOS-PUB-7WD",
    "AMB-BUCKS-DAYS",
    "AMB-BUCKS-DAY1",
    "AMB-BUCKS-24H",
    "AMB-NATIONAL-NOTIFY",
    "AMB-GLOS-15DAYS",
    "AMB-GLOS-15START",
    "AMB-PUB-COUNT",
    "AMB-WORKINGDAY",
)
@pytest.mark.parametrize(("partnership", "pathway"), FACTS)
def test_both_workings_agree_on_500_incidents(partnership: str, pathway: str) -> None:
    found: list[str] = []
    for seed in SEEDS:
        found += differences(partnership, pathway, random_facts(seed, FACTS[partnership, pathway]))
    assert found == []


@pytest.mark.ids("PATH-GLOS-RES-10WD", "PATH-GLOS-RES-5WD", "AMB-GLOS-RESDAYS")
def test_both_workings_agree_on_500_resolution_referrals() -> None:
    found: list[str] = []
    for seed in SEEDS:
        meeting = random_start(random.Random(seed)).date()
        found += differences("gloucestershire", "resolution-referral", {"meeting": meeting})
    assert found == []


def test_the_500_starts_meet_every_awkward_case() -> None:
    """Guards the dice: each kind of start and each choice of facts must really occur among the seeds."""
    optional = FACTS["buckinghamshire", "serious-incident"]
    drawn = [random_facts(seed, optional) for seed in SEEDS]
    moments = [facts["aware"] for facts in drawn if isinstance(facts["aware"], datetime)]
    assert {moment.year for moment in moments} == set(range(2019, 2041))
    assert sum(moment.weekday() > 4 for moment in moments) > 50
    assert sum(moment.date() in holidays(moment.year) for moment in moments) > 10
    assert sum(british(m).utcoffset() != british(m + timedelta(days=1)).utcoffset() for m in moments) > 10
    assert sum(british(moment).date() != moment.date() for moment in moments) > 5
    assert len(moments) < len(SEEDS)
    for name in optional:
        assert 100 < sum(name in facts for facts in drawn) < 400
    late = [second_clock("buckinghamshire", "serious-incident", facts)["panel"] for facts in drawn]
    assert any(panel.due == panel.latest for panel in late)
    assert any(panel.due != panel.latest for panel in late)


# Meetings


def closed_days(arrangements: Arrangements) -> frozenset[date]:
    """The partnership's own closed days, one by one."""
    return frozenset(
        closure.from_ + timedelta(days=n)
        for closure in arrangements.planning.closures
        for n in range((closure.until - closure.from_).days + 1)
    )


class Chosen:
    """What one definition chose for one group, as plain numbers for the second working."""

    def __init__(self, arrangements: Arrangements, group: str) -> None:
        planning = arrangements.planning
        self.start = arrangements.from_
        self.year_starts = planning.year_starts
        self.months = planning.groups[group].months
        self.slots = [(slot.nth, slot.weekday) for slot in planning.groups[group].slot]
        self.first = planning.groups[group].first
        self.closed = closed_days(arrangements)

    def within(self, dates: list[date], year: int) -> list[date]:
        """Those dates that lie from April to March of that year and not before the arrangements."""
        return sorted(day for day in dates if max(date(year, 4, 1), self.start) <= day <= date(year + 1, 3, 31))

    def yearly(self, year: int) -> list[date]:
        """The meetings of three years around, one in each part of a year."""
        return [
            day
            for each in range(year - 1, year + 2)
            for day in second.yearly(each, self.year_starts, self.months, self.slots, self.closed)
        ]

    def every_months(self, year: int, every: int) -> list[date]:
        """The whole series up to the end of that year."""
        assert self.first is not None
        return second.every_months(self.first, every, self.slots[0], date(year + 1, 3, 31), self.closed)

    def gap(self, year: int, months: int) -> list[date]:
        """The whole series up to the end of that year, never further apart than that."""
        assert self.first is not None
        return second.never_further_apart(self.first, date(year + 1, 3, 31), months, self.closed)


Working = Callable[[Chosen, int], list[date]]

WORKINGS: dict[tuple[str, str], Working] = {
    ("gloucestershire", "cdop"): lambda chosen, year: chosen.every_months(year, 2),
    ("gloucestershire", "mg"): Chosen.yearly,
    ("gloucestershire", "qiip"): Chosen.yearly,
    ("gloucestershire", "resolution"): lambda chosen, year: chosen.every_months(year, 1),
    ("gloucestershire", "education"): lambda chosen, year: chosen.gap(year, 3),
}


def planned(arrangements: Arrangements, group: str, year: int) -> list[tuple[date, date | None, date | None]]:
    """Our meetings of that group from April to March: date, papers day, minutes day."""
    found = plan(arrangements, days(), date(year, 4, 1), date(year + 1, 3, 31))
    return [(each.date, each.papers_due, each.minutes_due) for each in found.meetings if each.group == group]


def planned_at_one_go(arrangements: Arrangements) -> dict[tuple[str, int], list[date]]:
    """Our meetings of each group in each of the years from April to March, out of one plan of all of them."""
    found: dict[tuple[str, int], list[date]] = defaultdict(list)
    for each in plan(arrangements, days(), date(YEARS[0], 4, 1), date(YEARS[-1] + 1, 3, 31)).meetings:
        found[each.group, each.date.year - (each.date.month < 4)].append(each.date)
    return found


def without_days(dates: list[date]) -> list[tuple[date, date | None, date | None]]:
    """Those dates with neither papers nor minutes day, as for every group of which no document speaks."""
    return [(day, None, None) for day in dates]


@pytest.mark.parametrize(("partnership", "group"), [each for each in WORKINGS if each[1] != "cdop"])
def test_both_workings_agree_on_every_year(partnership: str, group: str) -> None:
    arrangements = load_arrangements(partnership)
    chosen = Chosen(arrangements, group)
    for year in YEARS:
        expected = chosen.within(WORKINGS[partnership, group](chosen, year), year)
        assert planned(arrangements, group, year) == without_days(expected)


@pytest.mark.ids("CYC-GLOS-CDOP", "CYC-GLOS-CDOP-PAPERS", "CYC-GLOS-CDOP-MINUTES")
def test_both_workings_agree_on_the_panel_of_child_deaths_with_papers_and_minutes() -> None:
    arrangements = load_arrangements("gloucestershire")
    chosen = Chosen(arrangements, "cdop")
    for year in YEARS:
        dates = chosen.within(WORKINGS["gloucestershire", "cdop"](chosen, year), year)
        assert planned(arrangements, "cdop", year) == [
            (day, second.papers(day, closed=chosen.closed), second.minutes(day)) for day in dates
        ]


def executive_and_sog(arrangements: Arrangements, year: int) -> tuple[list[date], list[date]]:
    """The second working of South Gloucestershire's two groups in that year."""
    chosen = Chosen(arrangements, "executive")
    executives = chosen.yearly(year)
    # Only an Executive of the arrangements has a group that meets before it.
    followed = [day for day in executives if day >= chosen.start]
    return chosen.within(executives, year), chosen.within(second.days_before(followed, 28, chosen.closed), year)


@pytest.mark.ids("CYC-SGLOS-EXEC", "CYC-SGLOS-SOG")
def test_both_workings_agree_on_the_executive_and_the_group_before_it() -> None:
    arrangements = load_arrangements("south-gloucestershire")
    for year in YEARS:
        executives, sogs = executive_and_sog(arrangements, year)
        assert planned(arrangements, "executive", year) == without_days(executives)
        assert planned(arrangements, "sog", year) == without_days(sogs)


def with_slot(arrangements: Arrangements, group: str, months: tuple[int, ...], slot: Slot) -> Arrangements:
    """The same arrangements, had the secretariat chosen other months and another slot for that group."""
    planning = arrangements.planning
    other = planning.groups[group].model_copy(update={"months": months, "slot": (slot,)})
    groups = {**planning.groups, group: other}
    return arrangements.model_copy(update={"planning": planning.model_copy(update={"groups": groups})})


@pytest.mark.parametrize("seed", range(20))
def test_both_workings_agree_whatever_slot_had_been_chosen(seed: int) -> None:
    """The shipped slots keep clear of holidays; these, Mondays above all, run into them."""
    dice = random.Random(seed)
    months = tuple(dice.choice(quarter) for quarter in ((4, 5, 6), (7, 8, 9), (10, 11, 12), (1, 2, 3)))
    slot = Slot(nth=dice.choice([1, 2, 3, 4, -1]), weekday=dice.choice([0, 0, 0, 1, 2, 3, 4]))
    arrangements = with_slot(load_arrangements("south-gloucestershire"), "executive", months, slot)
    found = planned_at_one_go(arrangements)
    for year in YEARS:
        assert (found["executive", year], found["sog", year]) == executive_and_sog(arrangements, year)


@pytest.mark.parametrize("nth", [1, 2, 3, 4, -1])
@pytest.mark.parametrize("weekday", range(5))
@pytest.mark.parametrize("group", ["cdop", "resolution"])
def test_both_workings_agree_on_a_series_of_months_on_any_slot(group: str, nth: int, weekday: int) -> None:
    shipped = load_arrangements("gloucestershire")
    arrangements = with_slot(shipped, group, (), Slot(nth, weekday))
    chosen = Chosen(arrangements, group)
    found = planned_at_one_go(arrangements)
    for year in YEARS:
        assert found[group, year] == chosen.within(WORKINGS["gloucestershire", group](chosen, year), year)


@pytest.mark.parametrize("first", [date(2021, 1, 11) + timedelta(days=n) for n in range(5)])
def test_both_workings_agree_on_the_longest_gap_from_any_weekday(first: date) -> None:
    shipped = load_arrangements("gloucestershire")
    planning = shipped.planning
    education = planning.groups["education"].model_copy(update={"first": first})
    other = planning.model_copy(update={"groups": {**planning.groups, "education": education}})
    arrangements = shipped.model_copy(update={"planning": other})
    chosen = Chosen(arrangements, "education")
    found = planned_at_one_go(arrangements)
    for year in YEARS:
        assert found["education", year] == chosen.within(chosen.gap(year, 3), year)
