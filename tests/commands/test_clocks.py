"""`convenor clock` for the shipped definitions: the rows that the contract pins, and the words for a terminal."""

from datetime import date, datetime
from typing import Any

import pytest

from commands.clocks import clock_rows, clock_table
from commands.definitions import load, pack
from storage.arrangements.calendars import england
from storage.arrangements.clocks import UnknownFact, clock

CALENDAR = england(2017, 2029)


def rows(name: str, pathway: str = "serious-incident", **facts: str) -> dict[str, dict[str, Any]]:
    """The rows by stage; facts as typed, a bare date or a time without offset."""
    read = {
        key.replace("_", "-"): datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
        for key, text in facts.items()
    }
    deadlines = clock(load(name).arrangements, pathway, read, CALENDAR, pack())
    return {row["stage"]: row for row in clock_rows(deadlines)}


def test_a_row_has_exactly_the_keys_of_the_contract() -> None:
    keys = ["stage", "due", "earliest", "latest", "provisional", "owner", "told", "working", "source", "edition"]
    for row in rows("buckinghamshire", aware="2019-09-05T16:00").values():
        assert list(row) == keys
        assert row["owner"] and row["working"] and row["source"]


@pytest.mark.parametrize(
    ("stage", "earliest", "due", "latest"),
    [
        ("referral", "2019-09-06T16:00:00+01:00", "2019-09-06T16:00:00+01:00", "2019-09-06T16:00:00+01:00"),
        ("alert", "2019-09-06", "2019-09-06", "2019-09-06"),
        ("panel", "2019-09-07", "2019-09-09", "2019-09-12"),
        ("rapid-review", "2019-09-15", "2019-09-19", "2019-09-19"),
        ("submission", "2019-09-17", "2019-09-23", "2019-09-23"),
        ("decision", "2019-09-19", "2019-09-25", "2019-09-25"),
        ("feedback", "2019-09-20", "2019-09-26", "2019-09-26"),
        ("report", "2020-03-25", "2020-03-25", "2020-03-25"),
        ("advance-copy", None, None, None),
    ],
)
def test_buckinghamshires_worked_example(stage: str, earliest: str | None, due: str | None, latest: str | None) -> None:
    found = rows("buckinghamshire", aware="2019-09-05T16:00", received="2019-09-06T10:00")
    assert len(found) == 9
    row = found[stage]
    assert (row["earliest"], row["due"], row["latest"]) == (earliest, due, latest)
    assert row["provisional"] is (stage == "report")
    assert row["edition"] in (None, "2018")


@pytest.mark.parametrize(("aware", "due"), [("2019-09-05T16:00", "2019-09-12"), ("2019-09-06", "2019-09-13")])
def test_buckinghamshires_second_example_is_capped_by_the_limit_and_late_at_birth(aware: str, due: str) -> None:
    panel = rows("buckinghamshire", aware=aware, received="2019-09-16T10:00")["panel"]
    assert panel["due"] == due and panel["latest"] == due and panel["edition"] == "2018"
    assert any("Late from the start" in words for words in panel["working"])


def test_gloucestershires_fifteen_days() -> None:
    found = rows("gloucestershire", aware="2021-10-01", notified="2021-10-08", publish="2021-12-31")
    assert list(found) == ["panel", "rapid-review", "advance-copy"]
    assert found["panel"]["due"] == "2021-10-08"
    review = found["rapid-review"]
    assert (review["earliest"], review["due"], review["latest"]) == ("2021-10-16", "2021-10-23", "2021-10-29")
    assert found["advance-copy"]["due"] == "2021-12-20"


def test_gloucestershires_resolution_referral() -> None:
    found = rows("gloucestershire", "resolution-referral", meeting="2021-04-14")
    assert [(row["stage"], row["due"], row["edition"]) for row in found.values()] == [
        ("ideal", "2021-03-29", None),
        ("latest", "2021-04-07", None),
    ]
    with pytest.raises(UnknownFact, match="aware"):
        rows("gloucestershire", "resolution-referral", aware="2021-04-14")


@pytest.mark.parametrize(
    ("name", "aware", "edition"),
    [
        ("south-gloucestershire", "2019-10-01", "2018"),
        ("somerset", "2024-01-10", "2023"),
        ("south-gloucestershire", "2026-11-02", "2026"),
    ],
)
def test_partnerships_without_stages_have_the_packs_own_labelled_so(name: str, aware: str, edition: str) -> None:
    found = rows(name, aware=aware)
    assert list(found) == ["panel", "rapid-review", "report", "advance-copy"]
    for row in found.values():
        assert row["edition"] == edition
        assert "from the current rule pack: the arrangements do not say" in row["working"][0]


def test_the_table_for_a_terminal_has_titles_readings_and_working() -> None:
    definition = load("buckinghamshire").arrangements
    facts = {
        "aware": datetime.fromisoformat("2019-09-05T16:00"),
        "received": datetime.fromisoformat("2019-09-06T10:00"),
    }
    text = clock_table(clock(definition, "serious-incident", facts, CALENDAR, pack()), definition, facts)
    assert "Monday 9 September 2019" in text
    assert "Readings    Saturday 7 September 2019 to Thursday 12 September 2019" in text
    assert "Done by     the person who referred" in text
    assert "Wednesday 25 March 2020 (provisional)" in text
    assert "no date yet" in text
