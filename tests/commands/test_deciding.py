"""Decisions of a case, what each partner thinks of them, and what opens where they do not agree."""

from collections.abc import Iterator

import pytest

from storage.records import incidents
from tests.commands.case_offices import MANAGER, REFERENCE, in_buckinghamshire, in_gloucestershire, rows, status
from tests.offices import Office

CHAIR, NURSE, POLICE = "executive-chair", "chief-nurse", "assistant-chief-constable"
COMMENCED, NOT_COMMENCED = "a local review is commenced", "no local review is commenced"
OVERSIGHT = "The partners do not agree: an independent oversight solution"


@pytest.fixture
def glos() -> Iterator[Office]:
    """The rapid review is done, so that the Executive can decide."""
    with in_gloucestershire() as office:
        office.done(MANAGER, "incident.done", reference=REFERENCE, stage="panel", evidence="P-1")
        office.done(MANAGER, "incident.done", reference=REFERENCE, stage="rapid-review", evidence="RR-1")
        yield office


def view(office: Office, who: str, word: str, **more: object) -> str:
    form = {"reference": REFERENCE, "stage": "review-decision", "view": word} | more
    return office.done(who, "incident.view", **form).text


def decide(office: Office, who: str, word: str, stage: str = "review-decision") -> str:
    return office.done(who, "incident.decide", reference=REFERENCE, stage=stage, decision=word).text


def test_a_decision_is_one_of_the_words_that_the_arrangements_have_for_it(glos: Office) -> None:
    said = glos.refused(CHAIR, "incident.decide", reference=REFERENCE, stage="review-decision", decision="perhaps")
    assert said == f"This is none of the decisions. One of: {COMMENCED}; {NOT_COMMENCED}."
    decide(glos, CHAIR, COMMENCED)
    row = rows(glos)["review-decision"]
    assert (row.state, row.decided) == ("done", COMMENCED)


def test_done_is_not_a_decision_and_a_stage_without_one_is_not_decided(glos: Office) -> None:
    done = glos.refused(CHAIR, "incident.done", reference=REFERENCE, stage="review-decision")
    assert f"incident decide {REFERENCE} review-decision" in done
    decided = glos.refused(MANAGER, "incident.decide", reference=REFERENCE, stage="channel-panel", decision=COMMENCED)
    assert f"incident done {REFERENCE} channel-panel" in decided


def test_each_partner_says_what_they_think_and_why_and_the_decision_says_who_has_not(glos: Office) -> None:
    view(glos, NURSE, COMMENCED, because="learning")
    view(glos, MANAGER, COMMENCED, post=POLICE)
    said = decide(glos, CHAIR, COMMENCED)
    assert f"Chief Nurse: {COMMENCED}, because there is learning for several agencies." in said.replace(
        glos.definition.arrangements.title(NURSE), "Chief Nurse"
    )
    director = glos.definition.arrangements.title("director-childrens-services")
    assert f"No view is recorded of: {director}." in said
    with glos.reading() as scope:
        kept = {each.post: (each.view, each.because, each.dissents) for each in incidents.views(scope, REFERENCE)}
    assert kept[NURSE] == (COMMENCED, "there is learning for several agencies", False)


def test_a_partner_speaks_for_no_other_partner_and_nobody_for_a_post_that_is_none(glos: Office) -> None:
    form = {"reference": REFERENCE, "stage": "review-decision", "view": COMMENCED}
    assert glos.refused(NURSE, "incident.view", post=POLICE, **form).startswith("This is done by the ")
    assert glos.refused(MANAGER, "incident.view", post=MANAGER, **form) == "This is no partner's post."
    assert "whose view it is" in glos.refused(MANAGER, "incident.view", **form)


def test_a_reason_is_chosen_and_what_was_written_instead_is_not_said_again(glos: Office) -> None:
    form = {"reference": REFERENCE, "stage": "review-decision", "view": COMMENCED, "because": "the father left"}
    said = glos.refused(NURSE, "incident.view", **form)
    assert "This is none of the reasons." in said and "father" not in said


@pytest.mark.parametrize(("second", "dissents"), [(NOT_COMMENCED, False), (COMMENCED, True)])
def test_views_that_differ_and_dissent_open_what_the_arrangements_have_for_it(
    glos: Office, second: str, dissents: bool
) -> None:
    assert rows(glos)["oversight"].state == "not needed"
    assert "do not agree" not in view(glos, NURSE, COMMENCED)
    said = view(glos, POLICE, second, dissents=dissents)
    assert f"The partners do not agree. Now to be done: {OVERSIGHT}." in said
    assert rows(glos)["oversight"].state == "open"
    assert status(glos)[OVERSIGHT] == "to be done; our arrangements state no time for it"


def test_where_the_arrangements_say_nothing_of_disagreement_that_is_said() -> None:
    with in_buckinghamshire() as office:
        form = {"reference": REFERENCE, "stage": "rapid-review"}
        police, nhs = "head-of-protecting-vulnerable-people", "director-of-commissioning-and-delivery"
        office.done(police, "incident.view", view="a review is required", **form)
        said = office.done(nhs, "incident.view", view="no review is required", **form).text
        assert said.endswith("The partners do not agree. Our arrangements do not say what happens then.")


def test_the_agency_of_whoever_settles_it_is_recorded_with_it(glos: Office) -> None:
    view(glos, NURSE, COMMENCED)
    view(glos, POLICE, NOT_COMMENCED)
    done = {"reference": REFERENCE, "stage": "oversight", "evidence": "EX-4", "ticked": ["consulted", "solution"]}
    assert "the agency of whoever settles it" in glos.refused(CHAIR, "incident.done", **done)
    agency = glos.definition.arrangements.partners[0].agency
    glos.done(CHAIR, "incident.done", agency=agency, **done)
    with glos.reading() as scope:
        kept = [(each.post, each.view) for each in incidents.views(scope, REFERENCE) if each.stage == "oversight"]
    name = next(each.name for each in glos.definition.arrangements.agencies if each.id == agency)
    assert kept == [(CHAIR, f"comes from {name}")]


def test_no_review_ends_what_belongs_to_one(glos: Office) -> None:
    decide(glos, CHAIR, NOT_COMMENCED)
    for stage in ("terms-of-reference", "publishing", "advance-copy"):
        assert rows(glos)[stage].because == f"this was decided: {NOT_COMMENCED}", stage


def test_a_report_that_is_not_published_needs_its_rationale_by_the_day_of_the_copy(glos: Office) -> None:
    decide(glos, CHAIR, COMMENCED)
    glos.done(MANAGER, "incident.fact", reference=REFERENCE, fact="publish", day="2027-09-15")
    decide(glos, CHAIR, "the report is not published", "publishing")
    assert rows(glos)["advance-copy"].state == "not needed"
    rationale = "The rationale for not publishing, to the national Panel and the DfE"
    assert status(glos)[rationale] == "due Monday 6 September 2027"
