"""docs/coverage.csv says what is true of the catalogue of facts: see coverage_table.py."""

import pytest

from tests import coverage_table
from tests.coverage_table import CATALOGUE, ROOT, STANDINGS, citations, ids, rows, said, table

AGAIN = "Make the table anew with: make docs"


def rows_that_do_not_work(*kinds: str) -> list[str]:
    """The facts of those kinds that do not work."""
    return [row.id for row in rows() if row.id.startswith(kinds) and row.standing != "works"]


def test_the_table_is_what_the_repository_cites() -> None:
    assert coverage_table.TABLE.read_text("utf-8") == table(ids()), AGAIN


@pytest.mark.skipif(not CATALOGUE.is_file(), reason="The catalogue of facts is not beside this repository.")
def test_every_fact_of_the_catalogue_has_its_row() -> None:
    assert len(ids()) > 800
    assert {row.id for row in rows()} == set(ids()), AGAIN


def test_each_fact_has_one_row_with_a_standing_and_its_ground() -> None:
    assert len({row.id for row in rows()}) == len(rows())
    assert {row.standing for row in rows()} == set(STANDINGS)
    assert [row for row in rows() if not row.by] == []


def test_what_is_said_to_work_is_cited_where_the_row_says() -> None:
    cited = citations()
    for row in rows():
        if row.standing == "works":
            assert row.by == said(cited[row.id]), row
            assert [place.file for place in cited[row.id] if not (ROOT / place.file).is_file()] == []


def test_groups_cycles_and_agencies_of_the_documents_all_work() -> None:
    assert rows_that_do_not_work("GRP-", "CYC-", "AGY-") == []


def test_every_clock_of_a_serious_incident_and_of_the_resolution_group_works() -> None:
    clocks = ("PATH-BUCKS-SI-", "PATH-BUCKS-LCSPR-6M", "PATH-BUCKS-PUB-", "PATH-GLOS-SI-5WD", "PATH-GLOS-RR-15")

    assert rows_that_do_not_work(*clocks, "PATH-GLOS-PUB-", "PATH-GLOS-RES-10WD", "PATH-GLOS-RES-5WD") == []


@pytest.mark.parametrize(
    ("row", "standing"),
    [
        ("PATH-GLOS-CD-ALERT", "planned"),
        ("RET-GLOS-S11", "works"),
        ("POLL-GLOS-QUORUM", "works"),
        ("CYC-GLOS-S11", "works"),
        ("RET-BUCKS-SUB", "works"),
    ],
)
def test_a_return_that_is_only_shown_as_missing_does_not_work_but_a_missing_month_does(row: str, standing: str) -> None:
    [found] = [one for one in rows() if one.id == row]

    assert found.standing == standing


def test_a_fact_that_nothing_carries_and_no_rule_covers_is_named() -> None:
    with pytest.raises(coverage_table.Untrue, match="GRP-OURS-UNHEARD-OF is cited nowhere"):
        table([*ids(), "GRP-OURS-UNHEARD-OF"])


def test_an_id_that_is_cited_and_not_in_the_catalogue_is_named() -> None:
    with pytest.raises(coverage_table.Untrue, match=r"CYC-GLOS-CDOP is cited by templates/\S+ .*not in the catalogue"):
        table(id_ for id_ in ids() if id_ != "CYC-GLOS-CDOP")
