"""Definitions by name and by file, and the rows of `convenor check`."""

import hashlib
from pathlib import Path

import pytest

from commands.definitions import DefinitionRefused, check_rows, load, pack, shipped
from storage.arrangements.checks import check_text
from templates import partnership_text
from tests.storage.arrangements.small import SMALL, small


@pytest.mark.parametrize("id_", shipped())
def test_every_shipped_definition_loads_under_its_own_name(id_: str) -> None:
    definition = load(id_)
    assert definition.arrangements.id == id_
    assert definition.text == partnership_text(id_)
    assert definition.hash == hashlib.sha256(definition.text.encode()).hexdigest()


def test_the_five_partnerships_of_the_documents_are_shipped() -> None:
    expected = {"avon-and-somerset", "buckinghamshire", "gloucestershire", "somerset", "south-gloucestershire"}
    assert expected <= set(shipped())


def test_a_definition_is_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "northshire.toml"
    file.write_text(SMALL.replace('statutory = "review"\n', ""), encoding="utf-8")
    assert load(str(file)).arrangements.id == "northshire"


def test_a_definition_with_mistakes_is_refused_with_all_of_them(tmp_path: Path) -> None:
    file = tmp_path / "northshire.toml"
    text = small('lead = "director"', 'lead = "directer"').replace('nature = "panel"', 'nature = "pannel"')
    file.write_text(text.replace('statutory = "review"\n', ""), encoding="utf-8")
    with pytest.raises(DefinitionRefused) as refused:
        load(str(file))
    assert {error.place for error in refused.value.findings.errors} == {"groups.cdop.nature", "partners.council.lead"}
    assert "partners.council.lead" in str(refused.value)


def test_a_name_that_is_neither_shipped_nor_a_file_is_refused_with_a_hint() -> None:
    with pytest.raises(DefinitionRefused, match=r'no shipped definition.*Did you mean "gloucestershire"'):
        load("glocestershire")


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "picture.toml"
    file.write_bytes(b"\xff\xfe\x00\x80")
    with pytest.raises(DefinitionRefused, match="is no text in UTF-8"):
        load(str(file))


def test_the_rows_of_a_check_have_place_sentence_and_want() -> None:
    rows = check_rows(check_text(small('lead = "director"', 'lead = "directer"')))
    assert rows == {
        "errors": [
            {
                "place": "partners.council.lead",
                "sentence": '"directer" is no post of these arrangements. Did you mean "director"?',
                "want": "the id of a declared post",
            }
        ],
        "open": [],
        "warnings": [],
    }


def test_the_rule_pack_names_the_three_editions() -> None:
    assert [edition.id for edition in pack().editions] == ["2018", "2023", "2026"]
