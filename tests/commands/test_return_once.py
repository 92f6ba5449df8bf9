"""One answer for two partnerships: it counts at both, and once it is open again at one it counts at neither."""

from collections.abc import Iterator, Mapping
from datetime import date

import pytest

from commands import return_forms, return_rounds
from commands.definitions import read_definition
from commands.rehearsing import open_office
from storage.arrangements.forms import Given as Answer
from storage.records import ledger, registers
from storage.records.scope import Scope
from tests.offices import Office, as_toml
from tests.returns_given import (
    AGENCY,
    AUDIT,
    LEAD,
    SENIOR,
    SGLOS,
    Given,
    a_partnership_of_reports,
    an_agency_owes,
    filled_so_far,
    in_the_post,
    owed,
    sends_in,
)

from .chased import MANAGER, due_times, letters

OTHER, THIRD = "ourborough", "ourshire"
WHO = f"agency.{AGENCY}"


@pytest.fixture
def office() -> Iterator[Office]:
    with a_partnership_of_reports("2027-01-18 10:00", lead_days=None) as office:
        in_the_post(office, LEAD, "lead@fire.example")
        yield office


@pytest.fixture
def other(office: Office) -> Office:
    """A second partnership beside the first that asks the same; both have recorded that one answer is enough."""
    return beside(office, OTHER)


@pytest.fixture
def given(office: Office, other: Office) -> Given:
    """What the agency owes at both."""
    an_agency_owes(other, AGENCY, report=AUDIT)
    return an_agency_owes(office, AGENCY, report=AUDIT)


def beside(office: Office, id_: str, audit: Mapping[str, object] | None = None, *, agreed: bool = True) -> Office:
    """Another partnership with the same audit, or one a little different; agreed with the first one, or not."""
    ours = office.definition.arrangements
    audits = tuple(each.model_copy(update=dict(audit or {})) for each in ours.returns if each.id == AUDIT)
    changes = {"id": id_, "short": id_.capitalize(), "returns": audits}
    definition = read_definition(as_toml(ours.model_copy(update=changes)))
    open_office(office.runner, definition, office.now, "elsewhere")
    found = Office(office.runner, definition, office.zone, office.now, office.notebook)
    if agreed:
        records_it(office, id_)
        records_it(found, SGLOS)
    return found


def records_it(office: Office, other: str, **more: object) -> str:
    form = {"report": AUDIT, "who": WHO, "other": other, "other_report": AUDIT, **more}
    return office.done(MANAGER, "return.consent", **form).text


def lead_of(office: Office) -> object:
    return office.actor(LEAD)


def told_of_it(office: Office) -> list[str]:
    return [each.text for each in letters(office, office.person(MANAGER), "once-reopened")]


def is_asked(office: Office, given: Given) -> bool:
    return bool(due_times(office, given.record))


# Counted at both


def test_an_answer_counts_for_two_partnerships_only_where_both_have_recorded_it(office: Office) -> None:
    other = beside(office, OTHER, agreed=False)
    given = an_agency_owes(office, AGENCY, report=AUDIT)
    an_agency_owes(other, AGENCY, report=AUDIT)
    assert "once they have recorded it too" in records_it(office, OTHER)
    sends_in(office, lead_of(office), given)
    assert owed(other, given).state == "nothing"
    assert "so it holds" in records_it(other, SGLOS)
    office.done(lead_of(office), "return.take-back", **given.about)
    assert "counts for Ourborough too" in sends_in(office, lead_of(office), given).text
    there = owed(other, given)
    assert (there.state, there.came_by, there.sent) == ("answered", "once", 1)
    assert not is_asked(other, given)


def test_consent_that_is_withdrawn_holds_no_more(office: Office, other: Office, given: Given) -> None:
    records_it(other, SGLOS, withdraw=True)
    sends_in(office, lead_of(office), given)
    assert owed(other, given).state == "nothing"


def test_another_form_is_another_answer(office: Office, other: Office) -> None:
    given = an_agency_owes(office, AGENCY, report=AUDIT)
    with other.runner.store.writing() as session:
        work = other.runner.work(Scope(session, OTHER), other.actor(MANAGER), other.now)
        report = return_forms.find(work.arrangements, AUDIT)
        assert report is not None
        plain = report.model_copy(update={"form": "report", "from_agencies": (AGENCY,)})
        return_rounds.open_round(work, plain, place="2027", name="Audit 2027", due=date(2027, 2, 26))
    sends_in(office, lead_of(office), given)
    assert owed(other, given).state == "nothing"


def test_where_a_signature_is_wanted_an_answer_without_one_is_not_counted(office: Office) -> None:
    strict = beside(office, THIRD, {"signed_off": True})
    an_agency_owes(strict, AGENCY, report=AUDIT)
    given = an_agency_owes(office, AGENCY, report=AUDIT)
    sends_in(office, lead_of(office), given)
    assert owed(strict, given).state == "nothing"


def test_a_signature_counts_for_both() -> None:
    with a_partnership_of_reports("2027-01-18 10:00", lead_days=None, audit={"signed_off": True}) as office:
        in_the_post(office, LEAD, "lead@fire.example")
        in_the_post(office, SENIOR, "senior@fire.example")
        other = beside(office, OTHER)
        an_agency_owes(other, AGENCY, report=AUDIT)
        given = an_agency_owes(office, AGENCY, report=AUDIT)
        sends_in(office, office.actor(LEAD), given)
        assert owed(other, given).state == "nothing"
        office.done(office.actor(SENIOR), "return.sign-off", **given.about)
        there = owed(other, given)
        assert there.state == "answered" and there.signed_off_by == owed(office, given).signed_off_by != ""


# Open again at one


def test_what_is_taken_back_counts_at_the_other_no_more_and_is_asked_there_anew(
    office: Office, other: Office, given: Given
) -> None:
    same = in_the_post(other, LEAD, "lead@fire.example")
    sends_in(office, lead_of(office), given)
    answer = office.done(lead_of(office), "return.take-back", **given.about)
    assert "open again for Ourborough too" in answer.text and letters(other, same, "report-reopened") == []
    assert owed(other, given).state == "reopened" and is_asked(other, given)
    [told] = told_of_it(other)
    assert "South Glos" in told and "does not count here any more" in told and "26 February 2027" in told
    assert told_of_it(office) == []


def test_what_became_of_it_is_withdrawn_at_both_once_it_is_taken_back_and_stays_once_it_is_opened_again() -> None:
    with a_partnership_of_reports("2027-01-18 10:00", lead_days=None, audit={"form": "report"}) as office:
        in_the_post(office, LEAD, "lead@fire.example")
        other = beside(office, OTHER)
        an_agency_owes(other, AGENCY, report=AUDIT)
        given = an_agency_owes(office, AGENCY, report=AUDIT)
        row = {"what": "Write the policy", "owner": MANAGER, "due": "2027-03-01"}
        sends_in(office, office.actor(LEAD), given, **{f"actions.1.{name}": text for name, text in row.items()})
        office.done(MANAGER, "return.reopen", **given.about, because="a page is missing")
        assert [promised(each) for each in (office, other)] == [["open"], ["open"]]
        office.done(office.actor(LEAD), "return.send", **given.about)
        office.done(office.actor(LEAD), "return.take-back", **given.about)
        assert [promised(each) for each in (office, other)] == [["withdrawn"], ["withdrawn"]]


def promised(office: Office) -> list[str]:
    with office.reading() as scope:
        return [item.state for item in registers.items(scope, state=None)]


def test_whoever_answers_there_hears_that_it_is_open_again_but_not_why_it_is_elsewhere(
    office: Office, other: Office, given: Given
) -> None:
    there = in_the_post(other, LEAD, "another.lead@fire.example")
    sends_in(office, lead_of(office), given)
    office.done(MANAGER, "return.reopen", **given.about, because="the figures are of another year")
    [message] = letters(other, there, "report-reopened")
    assert "South Glos" in message.text and "another year" not in message.text + told_of_it(other)[0]


def test_the_changed_answer_follows(office: Office, other: Office, given: Given) -> None:
    sends_in(office, lead_of(office), given, **{"leadership-how": "As it was"})
    office.done(MANAGER, "return.reopen", **given.about, because="a page is missing")
    sends_in(office, lead_of(office), given, **{"leadership-how": "As it is"})
    there = owed(other, given)
    assert (there.state, there.came_by, there.sent) == ("answered", "once", 2)
    assert filled_so_far(other, given)["leadership-how"] == Answer(value="As it is") and not is_asked(other, given)


def test_it_is_one_answer_whichever_of_the_two_opens_it_again(office: Office, other: Office, given: Given) -> None:
    sends_in(office, lead_of(office), given)
    answer = other.done(MANAGER, "return.reopen", **given.about, because="the second page is missing")
    assert "open again for South Glos too" in answer.text
    assert owed(office, given).state == "reopened" and is_asked(office, given)
    [told] = told_of_it(office)
    assert "Ourborough" in told


def test_it_reaches_a_third_partnership_that_agreed_with_one_of_them_only(
    office: Office, other: Office, given: Given
) -> None:
    third = beside(office, THIRD)
    an_agency_owes(third, AGENCY, report=AUDIT)
    sends_in(office, lead_of(office), given)
    assert owed(third, given).state == "answered"
    other.done(MANAGER, "return.reopen", **given.about, because="the second page is missing")
    assert [owed(each, given).state for each in (office, other, third)] == ["reopened"] * 3
    assert len(told_of_it(third)) == 1


def test_what_was_approved_there_stays_and_the_manager_may_open_it_again(
    office: Office, other: Office, given: Given
) -> None:
    sends_in(office, lead_of(office), given)
    other.done(MANAGER, "return.approve", **given.about)
    answer = office.done(lead_of(office), "return.take-back", **given.about)
    assert "At Ourborough it stays as it is" in answer.text and owed(other, given).state == "approved"
    [message] = letters(other, other.person(MANAGER), "once-reopened")
    assert "Here it is approved" in message.text and message.buttons[0].does == "return.reopen"
    other.done(MANAGER, "return.reopen", **message.buttons[0].form, because="it was taken back elsewhere")
    assert is_asked(other, given)


def test_a_round_that_is_closed_there_is_told_of_and_left_as_it_is(office: Office, other: Office, given: Given) -> None:
    sends_in(office, lead_of(office), given)
    other.done(MANAGER, "return.close", round="Audit 2027")
    office.done(lead_of(office), "return.take-back", **given.about)
    assert owed(other, given).state == "answered" and "Our round is closed" in told_of_it(other)[0]


def test_an_answer_of_their_own_is_no_copy(office: Office, other: Office, given: Given) -> None:
    in_the_post(other, LEAD, "lead@fire.example")
    records_it(other, SGLOS, withdraw=True)
    sends_in(office, lead_of(office), given)
    sends_in(other, other.actor(LEAD), given)
    records_it(other, SGLOS)
    office.done(lead_of(office), "return.take-back", **given.about)
    assert owed(other, given).state == "answered" and told_of_it(other) == []


def test_both_ledgers_tell_of_it(office: Office, other: Office, given: Given) -> None:
    sends_in(office, lead_of(office), given)
    office.done(lead_of(office), "return.take-back", **given.about)
    for each in (office, other):
        with each.reading() as scope:
            *_, last = ledger.entries(scope)
            assert (last.action, last.record) == ("return.take-back", given.record)
