"""Rule packs: which edition is in force on a day, and which rule it has."""

from datetime import date

import pytest

from tests.storage.arrangements.small import pack


@pytest.mark.parametrize(
    ("day", "edition"),
    [
        (date(2018, 7, 3), None),
        (date(2018, 7, 4), "2018"),
        (date(2023, 12, 14), "2018"),
        (date(2023, 12, 15), "2023"),
        (date(2026, 3, 17), "2023"),
        (date(2026, 3, 18), "2026"),
        (date(2040, 1, 1), "2026"),
    ],
)
def test_the_edition_in_force_on_a_day(day: date, edition: str | None) -> None:
    found = pack().edition_on(day)
    assert (found and found.id) == edition


def test_a_rule_holds_for_the_editions_that_it_names_or_for_all() -> None:
    assert pack().rule("notify", "2026") is not None
    assert pack().rule("review", "2023") is not None
    assert pack().rule("review", "2026") is None
    assert pack().rule("unheard-of", "2018") is None


def test_a_rule_in_words() -> None:
    rule = pack().rule("notify", "2018")
    assert rule is not None
    assert rule.in_words() == "Notify the national Panel: 5 working days from the local authority becoming aware"
