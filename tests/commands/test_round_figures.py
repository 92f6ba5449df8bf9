"""The figures of a round equal those that are worked out again by a hand that knows nothing of ours."""

import random
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from commands.round_figures import (
    NOT_APPLICABLE,
    Rating,
    Share,
    Standard,
    answered,
    change,
    count_ways,
    counts,
    in_time,
    standards,
    state_of,
    tally,
)
from commands.round_looking import Look
from storage.arrangements.forms import Form, Option
from storage.records import returns
from tests import returns_again as again
from tests.offices import Office
from tests.rounds_given import (
    AUDIT,
    QUESTIONS,
    RATINGS,
    a_round,
    an_office_with_an_audit,
    closes,
    moderates,
    sends,
    stands,
    the_round,
)

DUE = date(2027, 3, 26)
THEN = date(2026, 3, 27)
TODAY = date(2027, 4, 2)
SEEDS = range(12)
HOW_MANY = 14


def randomly(office: Office, record: str, due: date, dice: random.Random) -> list[dict]:
    """Puts one round into a random state, and gives the same as plain facts for the second working."""
    rows = []
    for number in range(HOW_MANY):
        who = f"agency.school-{number}"
        state = dice.choice(["nothing", "draft", "answered", "answered", "approved", "other-way", "not-us", "reopened"])
        own = due + timedelta(days=dice.randint(1, 12)) if dice.random() < 0.3 else None
        first, ratings, moderated = None, {}, {}
        if state in ("answered", "approved", "reopened"):
            first = due + timedelta(days=dice.randint(-9, 6))
            ratings = {q: dice.choice([*RATINGS, NOT_APPLICABLE, ""]) for q in QUESTIONS}
            given = {q: r for q, r in ratings.items() if r not in ("", NOT_APPLICABLE)}
            na = [q for q, r in ratings.items() if r == NOT_APPLICABLE]
            sends(office, record, who, given, na=na, at=datetime.combine(first, time(15)).isoformat())
        elif state == "other-way":
            first = due + timedelta(days=dice.randint(-9, 6))
            stands(office, record, who, answered_at=office.at(f"{first} 12:00"), came_by="visit")
        signed = state in ("answered", "approved") and dice.random() < 0.5
        if signed:
            stands(office, record, who, signed_off_by="somebody", signed_off_at=office.now)
        stands(office, record, who, state=state, due=own)
        if state not in ("nothing", "draft", "not-us"):
            for question in QUESTIONS:
                if dice.random() < 0.25:
                    moderated[question] = dice.choice(RATINGS)
                    moderates(office, record, who, question, moderated[question])
        rows.append(
            {
                "who": who, "state": state, "due": own, "first": first, "signed": signed,
                "ratings": ratings, "moderated": moderated,
            }
        )  # fmt: skip
    return rows


@pytest.mark.parametrize("seed", SEEDS)
def test_two_workings_of_a_random_round_agree(seed: int) -> None:
    dice = random.Random(seed)
    signature = dice.random() < 0.5
    with an_office_with_an_audit(signed_off=signature) as office:
        before = a_round(office, THEN, "2026", settings=HOW_MANY)
        then = randomly(office, before, THEN, dice)
        closes(office, before, "2026-06-01 09:00")
        record = a_round(office, DUE, settings=HOW_MANY)
        now = randomly(office, record, DUE, dice)
        office.moves_to(datetime.combine(TODAY, time(9)).isoformat())
        with office.looking() as work:
            look = Look(work, the_round(work, record))
            assert look.before is not None
            for found, rows, due, day in ((look, now, DUE, TODAY), (look.before, then, THEN, date(2026, 6, 1))):
                wanted = again.figures(rows, due, day, signature)
                ours = counts(found.standings)
                assert (answered(found.standings).part, answered(found.standings).of) == (
                    wanted["answered"],
                    wanted["owing"],
                )
                assert in_time(found.standings).part == wanted["in time"]
                assert answered(found.standings).percent == wanted["percent answered"]
                assert in_time(found.standings).percent == wanted["percent in time"]
                assert ours.get("overdue", 0) == wanted["overdue"]
                assert sum(ours.values()) == len(rows)
                for standard in found.standards:
                    for moderated in (False, True):
                        counted = tally(standard, found.ratings, moderated=moderated)
                        assert counted == again.tally(rows, standard.question, moderated=moderated)
            for standard in look.standards:
                ways = count_ways(standard, look.changes)
                wanted = again.moved(now, then, standard.question, list(RATINGS))
                assert {way: ways.get(way, 0) for way in ("up", "down", "same")} == wanted


def test_the_second_working_shares_nothing_with_ours() -> None:
    lines = Path(again.__file__).read_text("utf-8").splitlines()
    imports = [line for line in lines if line.startswith(("import", "from"))]
    assert imports == ["from datetime import date", "from decimal import ROUND_HALF_UP, Decimal"]


# One by one


def one(state: str, *, today: date = DUE, not_us: str = "", signature: bool = False, signed: bool = False) -> str:
    return state_of(state, not_us=not_us, due=DUE, today=today, needs_signature=signature, signed=signed)


def test_nobody_is_overdue_on_their_day_and_everybody_without_an_answer_is_the_day_after() -> None:
    after = DUE + timedelta(days=1)
    assert [one(state) for state in ("nothing", "draft", "reopened")] == ["nothing", "draft", "reopened"]
    assert {one(state, today=after) for state in ("nothing", "draft", "reopened")} == {"overdue"}


def test_whoever_asked_to_be_let_off_owes_until_that_is_granted() -> None:
    assert one("nothing", not_us="asked") == "not-us-asked"
    assert one("nothing", not_us="asked", today=DUE + timedelta(days=1)) == "overdue"
    assert one("nothing", not_us="refused") == "nothing"
    assert one("not-us", not_us="granted", today=DUE + timedelta(days=1)) == "not-us"


def test_an_answer_that_needs_a_signature_waits_for_it_and_a_visit_needs_none() -> None:
    assert one("answered", signature=True) == "waits"
    assert one("answered", signature=True, signed=True) == "answered"
    assert one("other-way", signature=True) == "other-way"
    assert one("answered") == "answered"


@pytest.mark.parametrize(
    ("part", "of", "percent"), [(0, 3, 0), (1, 3, 33), (2, 3, 67), (1, 8, 13), (1, 200, 1), (1, 201, 0), (7, 7, 100)]
)
def test_shares_are_shown_in_whole_percent_half_up(part: int, of: int, percent: int) -> None:
    assert Share(part, of).percent == percent


def test_a_share_of_nobody_has_no_percent() -> None:
    assert str(Share(0, 0)) == "0 of 0"
    assert str(Share(12, 30)) == "12 of 30 (40%)"


def a_standard(*labels: str, ranked: bool = True) -> Standard:
    options = tuple(Option(id=f"o{n}", label=label, rank=n if ranked else None) for n, label in enumerate(labels, 1))
    return Standard("q", "s", "A standard", options)


def test_letters_are_the_first_ones_of_the_words_unless_two_would_be_alike() -> None:
    assert list(a_standard("Not met", "Partly met", "Met").letters.values()) == ["NM", "PM", "M", "NA"]
    assert list(a_standard("Good", "Growing").letters.values()) == ["1", "2", "NA"]
    assert list(a_standard("Never agreed", "Always").letters.values()) == ["1", "2", "NA"]


def test_ratings_are_compared_by_rank_and_without_ranks_only_as_alike_or_not() -> None:
    ranked, unranked = a_standard("Low", "High"), a_standard("Low", "High", ranked=False)
    assert [change(ranked, ranked, now, "o1") for now in ("o1", "o2", "", NOT_APPLICABLE)] == [
        "same", "up", "gone", "gone",
    ]  # fmt: skip
    assert change(ranked, ranked, "o1", "o2") == "down"
    assert [change(ranked, ranked, "o1", then) for then in ("", NOT_APPLICABLE)] == ["new", "new"]
    assert [change(unranked, unranked, now, "o1") for now in ("o1", "o2")] == ["same", "other"]
    assert change(ranked, None, "o1", "") == "new"
    assert change(ranked, ranked, "", "") is None


def test_the_rating_that_holds_is_the_secretariats_where_there_is_one() -> None:
    ratings = {("a", "q"): Rating("o1", "o2"), ("b", "q"): Rating("o1"), ("c", "q"): Rating("", "o2")}
    standard = a_standard("Low", "High")
    assert tally(standard, ratings) == {"o1": 2}
    assert tally(standard, ratings, moderated=True) == {"o1": 1, "o2": 2}


def test_only_standards_are_rated_and_the_adults_ones_in_a_joint_round_alone() -> None:
    with an_office_with_an_audit() as office, office.looking() as work:
        form = next(each for each in work.arrangements.forms if each.id == "small-audit")
    assert [each.question for each in standards(form, joint=False)] == list(QUESTIONS)
    assert [each.question for each in standards(form, joint=True)] == [*QUESTIONS, "care-rating"]
    bare = Form.model_validate(
        form.model_dump() | {"sections": [{**s, "standard": False} for s in form.model_dump()["sections"]]}
    )
    titles = [each.title for each in standards(bare, joint=False)]
    assert titles[0] == "A clear line of accountability: How far is it met?"


def test_a_cancelled_round_is_none_to_compare_with() -> None:
    with an_office_with_an_audit() as office:
        earliest = a_round(office, date(2025, 3, 28), "2025")
        before = a_round(office, THEN, "2026")
        record = a_round(office, DUE)
        with office.runner.store.writing() as session:
            row = session.get(returns.Round, (office.partnership, AUDIT, "2026"))
            assert row is not None and row.record == before
            row.state = "cancelled"
        with office.looking() as work:
            look = Look(work, the_round(work, record)).before
            assert look is not None and look.round.record == earliest


def test_in_time_goes_by_the_first_sending_and_ones_own_day() -> None:
    with an_office_with_an_audit() as office:
        record = a_round(office)
        sends(office, record, "agency.nhs", {}, at="2027-03-26 23:59")
        sends(office, record, "agency.nhs", {}, at="2027-04-01 09:00")  # reopened, and sent in again
        sends(office, record, "agency.police", {}, at="2027-03-27 00:01")
        sends(office, record, "agency.fire", {}, at="2027-03-30 09:00", due=date(2027, 3, 30))
        with office.looking() as work:
            found = {each.who: each for each in Look(work, the_round(work, record)).standings}
    assert found["agency.nhs"].in_time and found["agency.fire"].in_time and not found["agency.police"].in_time
    assert found["agency.fire"].extended and not found["agency.nhs"].extended
