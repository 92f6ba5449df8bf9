"""More time, because; "this is not for us", which counts as owing until it is granted."""

from collections.abc import Iterator
from datetime import date

import pytest

from storage.records import ledger
from tests.offices import Office
from tests.returns_given import (
    CHAIR,
    LIFE,
    Given,
    a_partnership_of_reports,
    an_owed_report,
    owed,
    says_nothing,
    sends_in,
    the_round,
)

from .chased import MANAGER, due_times, letters, lines, mornings_to


@pytest.fixture
def office() -> Iterator[Office]:
    """In office hours, with a round that is due on Friday 29 January 2027."""
    with a_partnership_of_reports("2027-01-18 10:00") as office:
        yield office


@pytest.fixture
def given(office: Office) -> Given:
    return an_owed_report(office)


LATER = "2027-02-03"
WHY = "The chair is new in post"


def extend(office: Office, **more: object) -> None:
    office.done(MANAGER, "return.extend", who=LIFE, due=LATER, because=WHY, **more)


# More time


def test_an_extension_has_its_own_reminders_from_the_new_day_and_whoever_answers_hears_it(
    office: Office, given: Given
) -> None:
    before = due_times(office, given.record)
    extend(office)
    after = owed(office, given)
    assert (after.due, after.extended_because) == (date.fromisoformat(LATER), WHY)
    parts, times = zip(*due_times(office, given.record), strict=True)
    assert {part for part, _ in before} - set(parts) == {"6:partner"}  # which would fall on the day of the meeting
    assert min(times) > min(at for _, at in before)
    [told] = letters(office, office.person(CHAIR), "report-extended")
    assert "Wednesday 3 February 2027" in told.text and WHY in told.text
    mornings_to(office, "2027-02-01")
    assert [day for day, _ in lines(office, office.person(CHAIR))] == ["2027-01-29"]  # three working days before
    assert [day for day, _ in lines(office, office.person("bs-complex-chair"))] == [
        "2027-01-26",
        "2027-01-29",
        "2027-02-01",
    ]


def test_undoing_an_extension_gives_back_the_day_before(office: Office, given: Given) -> None:
    extend(office)
    office.done(MANAGER, "undo")
    after = owed(office, given)
    assert (after.due, after.extended_because) == (None, "")
    assert len(due_times(office, given.record)) == 6


def test_an_extension_needs_a_reason_a_day_to_come_and_somebody_who_still_owes(office: Office, given: Given) -> None:
    said = office.refused(MANAGER, "return.extend", who=LIFE, due="2027-01-11")
    assert "Say why" in said and "That day is past." in said
    born = office.refused(MANAGER, "return.extend", who=LIFE, due=LATER, because="the child was born on 3.4.2019")
    assert "date of birth" in born
    says_nothing(office, CHAIR, given)
    assert "is in" in office.refused(MANAGER, "return.extend", who=LIFE, due=LATER, because=WHY)


def test_nobody_extends_their_own_day(office: Office, given: Given) -> None:
    said = office.refused(CHAIR, "return.extend", who=LIFE, due=LATER, because=WHY)
    assert said.startswith("This can be done by the business manager.")


# Not us

NOT_OURS = "This group does not meet any more"


def test_not_us_counts_as_owing_until_it_is_granted(office: Office, given: Given) -> None:
    said = office.done(CHAIR, "return.not-us", **given.about, because=NOT_OURS)
    assert "reminders go on" in said.text
    row = owed(office, given)
    assert (row.state, row.not_us, row.not_us_because) == ("nothing", "asked", NOT_OURS)
    assert len(due_times(office, given.record)) == 6
    [asked] = letters(office, office.person(MANAGER), "not-us-asked")
    assert NOT_OURS in asked.text and [b.form["answer"] for b in asked.buttons] == ["grant", "refuse"]
    mornings_to(office, "2027-01-26")
    assert len(lines(office, office.person(CHAIR))) == 1


def test_granted_it_is_not_asked_of_them_any_more_and_they_hear_it(office: Office, given: Given) -> None:
    office.done(CHAIR, "return.not-us", **given.about, because=NOT_OURS)
    [asked] = letters(office, office.person(MANAGER), "not-us-asked")
    office.done(MANAGER, asked.buttons[0].does, **asked.buttons[0].form)
    row = owed(office, given)
    assert (row.state, row.not_us) == ("not-us", "granted") and row.is_in
    assert due_times(office, given.record) == []
    [told] = letters(office, office.person(CHAIR), "not-us-answered")
    assert "not asked for it any more" in told.text
    assert "not for" in office.refused(CHAIR, "return.not-us", **given.about, because=NOT_OURS)


def test_refused_it_stays_with_them_and_they_hear_why(office: Office, given: Given) -> None:
    office.done(CHAIR, "return.not-us", **given.about, because=NOT_OURS)
    about = {**given.about, "answer": "refuse"}
    assert "Say why" in office.refused(MANAGER, "return.answer-not-us", **about)
    office.done(MANAGER, "return.answer-not-us", **about, because="the Executive has asked for it by name")
    row = owed(office, given)
    assert (row.state, row.not_us) == ("nothing", "refused") and due_times(office, given.record)
    [told] = letters(office, office.person(CHAIR), "not-us-answered")
    assert "the Executive has asked for it by name" in told.text
    sends_in(office, CHAIR, given)
    assert owed(office, given).state == "answered"


def test_asked_twice_it_is_one_question(office: Office, given: Given) -> None:
    office.done(CHAIR, "return.not-us", **given.about, because=NOT_OURS)
    assert "already" in office.refused(CHAIR, "return.not-us", **given.about, because=NOT_OURS)
    assert len(letters(office, office.person(MANAGER), "not-us-asked")) == 1


def test_whoever_does_not_answer_for_it_is_told_the_same_whether_it_is_there_or_not(
    office: Office, given: Given
) -> None:
    there = office.refused("bs-complex-chair", "return.not-us", **given.about, because=NOT_OURS)
    nowhere = {**given.about, "place": "sog.never"}
    assert there == office.refused("bs-complex-chair", "return.not-us", **nowhere, because=NOT_OURS)
    assert there.startswith("This can be done by whoever answers for it.")


def test_what_people_wrote_stands_in_no_entry_of_the_ledger(office: Office, given: Given) -> None:
    extend(office)
    office.done(CHAIR, "return.not-us", **given.about, because=NOT_OURS)
    with office.reading() as scope:
        entries = "".join(str(entry.model_dump()) for entry in ledger.entries(scope))
    assert WHY not in entries and NOT_OURS not in entries
    assert the_round(office, given).record in entries or given.record in entries
