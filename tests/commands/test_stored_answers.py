"""What is stored for a repeated press: about a case it is encrypted, since an answer may say what was told of it."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from cryptography.fernet import Fernet
from sqlmodel import select

from storage.records.requests import Request
from storage.records.sealing import Seal
from tests.commands import notified
from tests.offices import Office

TOLD = "LCS-778899"
MANAGER = "business-manager"


@pytest.fixture
def office() -> Iterator[Office]:
    with notified.an_open_office() as office:
        assert notified.sends(office, "doctor", authority_reference=TOLD).sheet is None
        yield office


def stored(office: Office, key: str) -> dict[str, object]:
    with office.reading() as scope:
        return scope.session.exec(select(Request).where(Request.key == key)).one().answer


def test_what_was_told_of_a_case_is_not_stored_plainly_and_a_repeated_press_answers_the_same(office: Office) -> None:
    first = office.press(MANAGER, "incident.show", "press-1", reference="TEST-1")
    assert first.answer is not None and TOLD in first.answer.model_dump_json()
    assert set(stored(office, "press-1")) == {"sealed"} and TOLD not in json.dumps(stored(office, "press-1"))
    again = office.press(MANAGER, "incident.show", "press-1", reference="TEST-1")
    assert again.repeated and again.answer == first.answer


def test_what_is_about_no_case_is_stored_as_it_was_answered(office: Office) -> None:
    office.press(MANAGER, "people.telephone", "press-2", person="doctor", number="01632 960123")
    assert "sealed" not in stored(office, "press-2") and "title" in stored(office, "press-2")


def test_a_press_counts_once_also_where_its_answer_can_no_longer_be_opened(office: Office) -> None:
    office.press(MANAGER, "incident.show", "press-3", reference="TEST-1")
    office.runner = replace(office.runner, seal=Seal([Fernet.generate_key().decode()]))
    again = office.press(MANAGER, "incident.show", "press-3", reference="TEST-1")
    assert again.repeated and again.answer is None
