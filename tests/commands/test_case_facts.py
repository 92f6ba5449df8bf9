"""What becomes known of a case: times corrected with what moves shown first, a day of publication, facts ticked."""

from collections.abc import Iterator
from datetime import date

import pytest

from commands.cases import facts_told
from storage.records import incidents, ledger
from tests.commands.case_offices import MANAGER, REFERENCE, in_buckinghamshire, in_gloucestershire, rows, status
from tests.offices import Office

PANEL = "Day 2: the council's team notifies the national Panel"
COPY = "Copy of the report to the national Panel and the DfE ahead of publication"
CHAIR, POLICE = "executive-chair", "assistant-chief-constable"


@pytest.fixture
def bucks() -> Iterator[Office]:
    with in_buckinghamshire() as office:
        yield office


@pytest.fixture
def glos() -> Iterator[Office]:
    """A local review has been commenced, so that a report will be published."""
    with in_gloucestershire() as office:
        for stage in ("panel", "rapid-review"):
            office.done(MANAGER, "incident.done", reference=REFERENCE, stage=stage, evidence="N-1")
        form = {"reference": REFERENCE, "stage": "review-decision", "decision": "a local review is commenced"}
        office.done(CHAIR, "incident.decide", **form)
        yield office


def fact(office: Office, name: str, who: str = MANAGER, **more: object) -> str:
    return office.done(who, "incident.fact", reference=REFERENCE, fact=name, **more).text


def refused(office: Office, name: str, who: str = MANAGER, **more: object) -> str:
    return office.refused(who, "incident.fact", reference=REFERENCE, fact=name, **more)


def overdues(office: Office) -> list[tuple[str, date, str]]:
    with office.reading() as scope:
        return [(each.stage, each.due, each.because) for each in incidents.overdues(scope, REFERENCE)]


# Times


def test_what_moves_is_shown_before_anything_has(bucks: Office) -> None:
    form = {"reference": REFERENCE, "fact": "received", "day": "2027-01-07", "hour": "17:00"}
    shown = bucks.preview(MANAGER, "incident.fact", **form)
    moved = f"{PANEL}: Monday 11 January 2027 becomes Friday 8 January 2027"
    assert moved in [str(change) for change in shown.changes]
    assert status(bucks)[PANEL] == "due Monday 11 January 2027"
    assert moved in fact(bucks, "received", day="2027-01-07", hour="17:00")
    assert status(bucks)[PANEL] == "due Friday 8 January 2027"


def test_the_ledger_has_the_time_that_was_and_the_one_that_is(bucks: Office) -> None:
    fact(bucks, "received", day="2027-01-07", hour="17:00")
    with bucks.reading() as scope:
        ids = list(ledger.entries(scope))[-1].ids
        assert (ids["was"], ids["at"]) == ("2027-01-08T10:00:00+00:00", "2027-01-07T17:00:00+00:00")


def test_a_corrected_time_keeps_the_date_that_had_passed(bucks: Office) -> None:
    bucks.moves_to("2027-01-13 12:00")
    fact(bucks, "received", day="2027-01-13", hour="09:00")
    assert status(bucks)[PANEL] == "due Thursday 14 January 2027"
    assert ("panel", date(2027, 1, 11), "") in overdues(bucks)


def test_a_correction_is_taken_back_to_the_time_that_was_there(bucks: Office) -> None:
    fact(bucks, "received", day="2027-01-07", hour="17:00")
    bucks.done(MANAGER, "undo")
    assert status(bucks)[PANEL] == "due Monday 11 January 2027"


@pytest.mark.parametrize(
    ("name", "more", "sentence"),
    [
        ("received", {"day": "2027-01-09", "hour": "09:00"}, "This lies ahead."),
        ("received", {"day": "2027-01-08", "hour": "11:30"}, "This lies ahead."),
        ("received", {"day": "2027-01-07"}, "it counts by the hour"),
        ("received", {}, "This is needed."),
        ("wibble", {"day": "2027-01-07"}, "This pathway does not use that."),
    ],
)
def test_a_time_that_cannot_be_is_refused_beside_its_field(
    bucks: Office, name: str, more: dict[str, object], sentence: str
) -> None:
    assert sentence in refused(bucks, name, **more)


def test_an_hour_that_the_clocks_left_out_is_refused() -> None:
    with in_buckinghamshire() as office:
        office.moves_to("2027-03-29 09:00")
        assert "the clocks went forward" in refused(office, "received", day="2027-03-28", hour="01:30")


def test_only_the_handler_records_times_and_facts(bucks: Office) -> None:
    said = refused(bucks, "received", "head-of-protecting-vulnerable-people", day="2027-01-07", hour="17:00")
    assert said == "This is done by the Business manager of the partnership support team, who handles it."


# Publication


def test_a_day_of_publication_gives_the_day_of_the_copy(glos: Office) -> None:
    assert status(glos)[COPY] == "waits for: the report is published"
    fact(glos, "publish", day="2027-09-15")
    assert status(glos)[COPY] == "due Monday 6 September 2027"


def test_a_day_of_publication_that_is_too_near_is_refused_with_the_earliest_one(glos: Office) -> None:
    said = refused(glos, "publish", day="2027-01-15")
    assert f"This day is too near: {COPY} would have been due Wednesday 6 January 2027." in said
    assert "The earliest day is Tuesday 19 January 2027." in said
    assert "publish" not in _facts(glos)
    fact(glos, "publish", day="2027-01-19")
    assert status(glos)[COPY] == "due Friday 8 January 2027"


def test_a_report_is_published_anyway_because_and_that_stays(glos: Office) -> None:
    fact(glos, "publish", day="2027-01-15", because="binding")
    why = "it is published anyway: a day of a court or an inquest binds"
    assert overdues(glos) == [("advance-copy", date(2027, 1, 6), why)]
    assert status(glos)[COPY] == "overdue, was due Wednesday 6 January 2027"


def test_a_copy_that_was_sent_in_time_lets_the_day_stand_and_one_sent_late_does_not(glos: Office) -> None:
    fact(glos, "publish", day="2027-02-10")
    glos.moves_to("2027-01-29 12:00")
    glos.done(CHAIR, "incident.done", reference=REFERENCE, stage="advance-copy", evidence="AC-1")
    fact(glos, "publish", day="2027-02-09")
    assert "too near" in refused(glos, "publish", day="2027-02-05")


def _facts(office: Office) -> dict[str, str]:
    with office.reading() as scope:
        case = incidents.find(scope, REFERENCE)
        assert case is not None
        return dict(case.facts)


# Facts that are ticked


def test_a_fact_that_becomes_known_opens_what_depends_on_it_and_is_kept_sealed(glos: Office) -> None:
    wales = "The NHS partner is in touch with the agency of NHS Wales, for the partners"
    assert rows(glos)["nhs-wales"].state == "not needed"
    answer = glos.done(MANAGER, "incident.flag", reference=REFERENCE, flag="nhs-wales")
    assert f"{wales}: is needed now" in answer.text
    assert status(glos)[wales] == "to be done; our arrangements state no time for it"
    with glos.looking() as work:
        case = incidents.find(work.scope, REFERENCE)
        assert case is not None and facts_told(work, case)["flags"] == ["nhs-wales"]
        assert "nhs-wales" not in case.sealed


def test_a_fact_that_was_wrong_is_taken_back_with_what_it_opened(glos: Office) -> None:
    glos.done(MANAGER, "incident.flag", reference=REFERENCE, flag="nhs-wales")
    glos.done(MANAGER, "incident.flag", reference=REFERENCE, flag="nhs-wales", holds=False)
    assert rows(glos)["nhs-wales"].state == "not needed"
    with glos.reading() as scope:
        kept = [entry.ids for entry in ledger.entries(scope) if entry.action == "incident.flag"]
        assert len(kept) == 2 and "nhs-wales" not in str(kept)


def test_a_fact_that_is_there_already_and_one_that_is_none_are_refused(glos: Office) -> None:
    form = {"reference": REFERENCE, "flag": "criminal"}
    glos.done(MANAGER, "incident.flag", **form)
    assert "recorded so already" in glos.refused(MANAGER, "incident.flag", **form)
    assert "none of what can be ticked" in glos.refused(MANAGER, "incident.flag", reference=REFERENCE, flag="wibble")
