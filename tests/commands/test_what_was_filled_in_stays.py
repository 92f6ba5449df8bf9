"""Whatever is done with a report after it was filled in: what was filled in is there again when it is taken back."""

from collections.abc import Iterator

import pytest

from commands import returning_after, returning_after_forms, returning_opened
from tests.offices import ALL_WAYS, Office, an_office
from tests.returns_given import (
    CHAIR,
    LIFE,
    MANAGER,
    Given,
    a_partnership_of_reports,
    an_agency_owes,
    an_owed_report,
    filled_so_far,
    in_the_post,
    sends_in,
)

WORDS = "Two of three clinics are open"


@pytest.fixture
def office() -> Iterator[Office]:
    with a_partnership_of_reports() as found:
        yield found


@pytest.fixture
def given(office: Office) -> Given:
    return an_owed_report(office, LIFE)


def words(office: Office, given: Given) -> str:
    return filled_so_far(office, given)["achieved"].value


def test_saying_nothing_by_exception_after_taking_back_loses_no_words(office: Office, given: Given) -> None:
    sends_in(office, CHAIR, given, achieved=WORDS)
    office.done(CHAIR, "return.take-back", **given.about)
    office.done(CHAIR, "return.nothing", **given.about)
    office.done(CHAIR, "return.take-back", **given.about)
    assert words(office, given) == WORDS
    office.done(CHAIR, "return.send", **given.about)


def test_a_visit_after_it_was_opened_again_loses_no_words(office: Office, given: Given) -> None:
    sends_in(office, CHAIR, given, achieved=WORDS)
    office.done(MANAGER, "return.reopen", **given.about, because="A visit says more")
    office.done(MANAGER, "return.other-way", **given.about, how="visit", day=office.today, outcome="We saw it")
    office.done(MANAGER, "return.reopen", **given.about, because="It is to be written after all")
    assert words(office, given) == WORDS


def test_what_is_said_before_nothing_by_exception_names_what_is_kept(office: Office, given: Given) -> None:
    sends_in(office, CHAIR, given, achieved=WORDS)
    office.done(CHAIR, "return.take-back", **given.about)
    shown = office.preview(CHAIR, "return.nothing", **given.about)
    assert any("is not sent, and is kept" in str(change) for change in shown.changes)


def test_each_rating_that_can_be_looked_at_again_is_named_by_its_standard() -> None:
    with an_office(definition="gloucestershire", ways=ALL_WAYS, incidents=False) as office:
        given = an_agency_owes(office, "s11-police", report="section-11")
        in_the_post(office, "lead:s11-police", "lead@police.example")
        sends_in(office, "lead@police.example", given)
        with office.looking(MANAGER) as work:
            opened = returning_opened.find(work, given.about)
            assert opened is not None
            names = [returning_after.rating_named(opened.form, q) for q in returning_after.ratings(opened.form)]
            which = returning_after_forms.made_moderate(work, given.about)
            then = returning_after_forms.made_moderate(work, given.about | {"question": "sharing information"})
        assert len(set(names)) == len(names) == 10
        assert [choice.label for choice in which.asks[0].choices] == names
        assert then.fixed == {"question": "information-rating"}
