"""The shipped rule pack: editions, rules and how sure we are of them, and the stages that it lends."""

import tomllib
from datetime import date
from functools import cache

import pytest

from storage.arrangements.clocks import whole
from storage.arrangements.packs import RulePack
from storage.arrangements.partnership import Arrangements
from storage.arrangements.pathways import Count
from templates import pack_text, partnership_ids, partnership_text


@cache
def pack() -> RulePack:
    return RulePack.model_validate(tomllib.loads(pack_text("working-together")))


@pytest.mark.parametrize(
    ("day", "edition"),
    [
        (date(2018, 7, 3), None),
        (date(2018, 7, 4), "2018"),
        (date(2023, 12, 14), "2018"),
        (date(2023, 12, 15), "2023"),
        (date(2026, 3, 17), "2023"),
        (date(2026, 3, 18), "2026"),
    ],
)
def test_an_edition_is_in_force_from_its_first_day(day: date, edition: str | None) -> None:
    found = pack().edition_on(day)
    assert (found.id if found else None) == edition


def test_the_first_days_of_the_older_editions_are_not_confirmed() -> None:
    assert {edition.id: edition.confirmed for edition in pack().editions} == {
        "2018": False,
        "2023": False,
        "2026": True,
    }


def test_what_is_only_known_is_not_confirmed_and_all_else_says_where_it_stands() -> None:
    for rule in pack().rules:
        assert rule.confirmed == (rule.standing != "known"), rule.id
        assert bool(rule.source) == rule.confirmed, rule.id


def test_no_edition_has_two_versions_of_one_rule() -> None:
    pairs = [(rule.id, edition) for rule in pack().rules for edition in rule.editions]
    assert len(pairs) == len(set(pairs))
    assert {edition for _, edition in pairs} == {edition.id for edition in pack().editions}


@pytest.mark.ids("AMB-NATIONAL-NOTIFY")
@pytest.mark.parametrize(
    ("rule", "edition", "value", "unit", "standing"),
    [
        ("panel", "2018", 5, "working days", "quoted"),
        ("panel", "2026", 5, "working days", "read"),
        ("rapid-review", "2018", 15, "working days", "known"),
        ("rapid-review", "2026", 15, "working days", "known"),
        ("report", "2018", 6, "months", "quoted"),
        ("report", "2023", 6, "months", "known"),
        ("advance-copy", "2018", 7, "working days before the day of publication", "quoted"),
        ("yearly-report", "2018", 12, "months", "known"),
        ("yearly-report", "2026", "30 September", "", "known"),
    ],
)
def test_values_and_standing_by_edition(rule: str, edition: str, value: int | str, unit: str, standing: str) -> None:
    found = pack().rule(rule, edition)
    assert found is not None
    assert (found.value, found.unit, found.standing) == (value, unit, standing)


@pytest.mark.parametrize(
    ("rule", "edition"), [("panel-partners", "2018"), ("yearly-report-impact", "2023"), ("advance-copy", "2026")]
)
def test_a_rule_is_not_carried_into_an_edition_where_nobody_found_it(rule: str, edition: str) -> None:
    assert pack().rule(rule, edition) is None


def test_it_lends_four_stages_each_with_its_rule() -> None:
    assert {stage.id: stage.due for stage in pack().stages} == {
        "panel": Count(from_="authority-aware", days=5, unit="working"),
        "rapid-review": Count(from_="notified", days=15, unit="working"),
        "report": Count(from_="decided", months=6),
        "advance-copy": Count(before="publish", days=7, unit="working"),
    }
    assert [stage.statutory for stage in pack().stages] == [stage.id for stage in pack().stages]


def test_it_lends_kinds_of_which_two_are_notified_and_need_no_review() -> None:
    assert {kind.id: set(kind.not_needed) for kind in pack().kinds} == {
        "death": set(),
        "serious-harm": set(),
        "looked-after-death": {"rapid-review", "report", "advance-copy"},
        "care-leaver-death": {"rapid-review", "report", "advance-copy"},
    }
    assert all(kind.source and all(kind.not_needed.values()) for kind in pack().kinds)


@pytest.mark.parametrize("partnership", ["south-gloucestershire", "somerset", "avon-and-somerset"])
def test_whoever_declares_no_stages_has_its_kinds_and_learns_from_the_rapid_review_whether_there_is_a_report(
    partnership: str,
) -> None:
    arrangements = Arrangements.model_validate(tomllib.loads(partnership_text(partnership)))
    pathway = whole(arrangements.pathway("serious-incident"), pack())
    assert [kind.id for kind in pathway.kinds] == [kind.id for kind in pack().kinds]
    assert pathway.not_needed("death", [], {}) == {}
    none = pathway.not_needed("death", [], {"rapid-review": "no review is initiated"})
    assert set(none) == {"report", "advance-copy"}


def test_the_earliest_reading_of_the_rapid_review_counts_from_awareness() -> None:
    (review,) = [stage for stage in pack().stages if stage.id == "rapid-review"]
    assert review.earliest == (Count(from_="aware", days=15, unit="working"),)


def test_only_publication_has_nothing_that_stands_in() -> None:
    produced = {stage.produces for stage in pack().stages}
    alone = [f.id for f in pack().facts if not (f.assumed or f.stands_in or f.id in produced)]
    assert alone == ["aware", "publish"]


@pytest.mark.parametrize("partnership", partnership_ids())
def test_partnerships_name_only_rules_of_the_pack_and_whoever_its_stages_name(partnership: str) -> None:
    arrangements = Arrangements.model_validate(tomllib.loads(partnership_text(partnership)))
    rules = {rule.id for rule in pack().rules}
    for pathway in arrangements.pathways:
        assert {stage.statutory for stage in pathway.stages if stage.statutory} <= rules
        if pathway.pack:
            people = {post.id for post in arrangements.posts} | {body.id for body in arrangements.bodies}
            named = {word for stage in pack().stages for word in (stage.owner, *stage.told)}
            assert named <= people
