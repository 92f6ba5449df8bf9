"""Keeping the clock of a case: stages done, late because, not needed, waiting, aimed at, and told of."""

from collections.abc import Iterator

import pytest

from commands.cases import facts_told
from storage.arrangements.partnership import Arrangements
from storage.records import incidents, people, tellings
from tests.commands.case_offices import (
    MANAGER,
    REFERENCE,
    handled,
    in_buckinghamshire,
    in_gloucestershire,
    letters,
    lines,
    rows,
    status,
    with_a_number,
)
from tests.offices import ALL_WAYS, Office, an_office

CHAIR, COUNCIL_TEAM, REVIEW_CHAIR = "independent-chair", "council-notification-team", "lcspr-chair"
STAND_IN = "education-chair"
POLICE = "head-of-protecting-vulnerable-people"
ALERT = "Day 1: five are notified; conference call and information gathering"
PANEL = "Day 2: the council's team notifies the national Panel"
DECISION = "Day 14: the Independent Chair decides; Panel, DfE and Ofsted are notified"
FEEDBACK = "Day 15: the decision is fed back"
REPORT = "Final report of the review"
COPY = "Copy of the final report to the national Panel ahead of publication"
REVIEW, NO_REVIEW = "signed off: a review is required", "signed off: no review is required"


@pytest.fixture
def bucks() -> Iterator[Office]:
    with in_buckinghamshire() as office:
        yield office


@pytest.fixture
def glos() -> Iterator[Office]:
    with in_gloucestershire() as office:
        yield office


def done(office: Office, stage: str, who: str = MANAGER, **more: object) -> str:
    """Records a stage as done; what the answer says."""
    return office.done(who, "incident.done", reference=REFERENCE, stage=stage, **more).text


def refused(office: Office, stage: str, who: str = MANAGER, **more: object) -> str:
    return office.refused(who, "incident.done", reference=REFERENCE, stage=stage, **more)


def decide(office: Office, word: str, stage: str = "decision", who: str = MANAGER, **more: object) -> str:
    return office.done(who, "incident.decide", reference=REFERENCE, stage=stage, decision=word, **more).text


def answer_all(office: Office) -> None:
    """Each post that was told says that it is known to them; a post with nobody in it was rung."""
    with office.reading() as scope:
        posts = [each.post for each in tellings.of_case(scope, REFERENCE) if each.state == "told"]
    for post in posts:
        if post == CHAIR:
            office.done(MANAGER, "incident.said", reference=REFERENCE, post=post, said="knows")
        else:
            office.done(post, "incident.answer", reference=REFERENCE, post=post, answer="known")


def to_the_decision(office: Office, word: str) -> None:
    """Everything up to the decision is done on 25 January 2027, in time, and the decision is that word."""
    office.moves_to("2027-01-08 12:00")
    for stage in ("referral", "alert", "panel"):
        done(office, stage, evidence=f"N-{stage}-1" if stage == "panel" else "", day="2027-01-08", hour="10:00")
    office.moves_to("2027-01-21 12:00")
    decide(office, "a review is required", "rapid-review")
    done(office, "submission")
    office.moves_to("2027-01-25 12:00")
    decide(office, word)


# Done


def test_a_stage_is_done_with_a_reference_as_evidence_or_declared_only(bucks: Office) -> None:
    done(bucks, "alert", evidence="SM-12/4")
    assert status(bucks)[ALERT] == "done Friday 8 January 2027 (SM-12/4)"
    done(bucks, "referral", day="2027-01-08", hour="10:00")
    assert status(bucks)["Referral form to the support team"].startswith("done Friday 8 January 2027 (declared only)")


def test_the_panel_stays_a_line_of_its_own_until_its_reference_is_entered(bucks: Office) -> None:
    done(bucks, "panel", COUNCIL_TEAM)
    assert status(bucks)[PANEL].endswith("(declared only; its reference is still to be entered)")
    done(bucks, "panel", COUNCIL_TEAM, evidence="CSPR-2027-0108")
    assert status(bucks)[PANEL] == "done Friday 8 January 2027 (CSPR-2027-0108)"
    assert "is done already" in refused(bucks, "panel", COUNCIL_TEAM, evidence="CSPR-2")


@pytest.mark.parametrize(
    ("evidence", "sentence"),
    [
        ("943 476 5919 1", "NHS number"),
        ("see minutes of the meeting", "This is no reference."),
        ("M-12; the mother says", "This is no reference."),
        ("born 3 May 2019 M1", "date of birth"),
        ("03/05/2019", "which could be a date of birth"),
        ("03052019", "which could be a date of birth"),
        ("M1 " + "x" * 60, "This is no reference."),
    ],
)
def test_evidence_that_could_tell_of_a_child_is_refused_and_not_said_again(
    bucks: Office, evidence: str, sentence: str
) -> None:
    said = refused(bucks, "alert", evidence=evidence)
    assert sentence in said and evidence not in said
    assert rows(bucks)["alert"].state == "open"


def test_what_is_late_needs_a_reason_that_is_chosen_and_both_stay(bucks: Office) -> None:
    bucks.moves_to("2027-01-13 12:00")
    said = refused(bucks, "panel", COUNCIL_TEAM)
    assert f"{PANEL} was due Monday 11 January 2027, so it is late." in said
    assert "information was awaited" in said
    assert "This is none of the reasons." in refused(bucks, "panel", COUNCIL_TEAM, because="the mother did not answer")
    done(bucks, "panel", COUNCIL_TEAM, because="out-of-hours", evidence="N-1")
    assert status(bucks)[PANEL] == "done Wednesday 13 January 2027 (N-1), late because it fell out of hours"
    with bucks.reading() as scope:
        kept = [(each.due.isoformat(), each.because) for each in incidents.overdues(scope, REFERENCE)]
    assert kept == [("2027-01-11", "it fell out of hours")]


def test_what_was_done_in_time_and_is_entered_later_is_not_late(bucks: Office) -> None:
    bucks.moves_to("2027-01-13 12:00")
    done(bucks, "panel", COUNCIL_TEAM, day="2027-01-11", evidence="N-1")
    assert status(bucks)[PANEL] == "done Monday 11 January 2027 (N-1)"


def test_what_is_due_by_the_hour_asks_for_the_hour_on_that_day(bucks: Office) -> None:
    bucks.moves_to("2027-01-09 12:00")
    assert "since it is due by the hour" in refused(bucks, "referral", day="2027-01-08")
    done(bucks, "referral", day="2027-01-08", hour="15:59")
    assert rows(bucks)["referral"].because == ""


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"day": "2027-01-09"}, "This lies ahead."),
        ({"day": "2027-01-08", "hour": "23:00"}, "This lies ahead."),
        ({"day": "2027-01-06"}, "This lies before anybody was aware of it."),
        ({"hour": "10:00"}, "The hour needs its day."),
        ({"ticked": ["sung"]}, "This stage has nothing of that name to tick."),
    ],
)
def test_a_time_that_cannot_be_and_a_tick_that_is_not_there_are_refused(
    bucks: Office, more: dict[str, object], sentence: str
) -> None:
    assert sentence in refused(bucks, "alert", **more)


def test_all_mistakes_are_found_at_once(bucks: Office) -> None:
    said = refused(bucks, "alert", day="2027-01-09", evidence="no figure", because="nothing", ticked=["sung"])
    assert len(said.splitlines()) == 4


def test_what_is_not_ticked_is_said_when_it_is_done_and_can_be_ticked_after(bucks: Office) -> None:
    said = done(bucks, "alert", ticked=["call"])
    assert "Not ticked: Strategy minutes, or an equivalent, have been obtained; Agreed actions" in said
    answer = bucks.done(
        MANAGER, "incident.tick", reference=REFERENCE, stage="alert", ticked=["strategy-minutes", "recorded"]
    )
    assert answer.text == "It is ticked. Nothing is left to tick under it."
    assert rows(bucks)["alert"].ticked == ["call", "strategy-minutes", "recorded"]


# Who


def test_the_owner_and_the_handler_do_it_and_others_on_the_list_hear_who_does(bucks: Office) -> None:
    said = refused(bucks, "panel", POLICE)
    assert said.startswith("This is done by the ") and said.endswith(
        "Business manager of the partnership support team."
    )
    done(bucks, "panel", COUNCIL_TEAM, evidence="N-1")
    done(bucks, "alert", MANAGER)


def test_somebody_who_is_on_no_list_hears_what_everybody_hears_of_no_case(bucks: Office) -> None:
    nowhere = bucks.refused("ppp-chair", "incident.done", reference="TEST-404", stage="alert")
    assert refused(bucks, "alert", "ppp-chair") == nowhere == "There is nothing under that reference."


def test_whoever_stands_in_for_a_vacant_post_does_its_stages() -> None:
    with an_office(definition=_with_a_stand_in(), opened="2027-01-04 06:00", ways=ALL_WAYS) as office:
        office.moves_to("2027-01-08 11:00")
        facts = {"aware": "2027-01-07T16:00:00+00:00", "received": "2027-01-08T10:00:00+00:00"}
        office.done(MANAGER, "incident.start", pathway="serious-incident", facts=facts, kind="death")
        assert "nobody stands in" not in status(office)[DECISION]
        for stage in ("referral", "alert", "panel"):
            done(office, stage, day="2027-01-08", hour="10:00")
        decide(office, "a review is required", "rapid-review")
        done(office, "submission")
        decide(office, REVIEW, who=STAND_IN)
        assert rows(office)["decision"].decided == REVIEW


def _with_a_stand_in() -> Arrangements:
    arrangements = with_a_number("buckinghamshire")
    posts = tuple(
        post.model_copy(update={"stand_in": STAND_IN}) if post.id == CHAIR else post for post in arrangements.posts
    )
    return arrangements.model_copy(update={"posts": posts})


def test_a_stage_whose_post_is_vacant_is_red_from_the_beginning(bucks: Office) -> None:
    assert status(bucks)[DECISION].endswith("; nobody is in the post Independent Chair, and nobody stands in")
    assert [words.tone for _, words in letters(bucks, "incident-status")] == ["warning"]


# Waiting, needed or not


def test_what_comes_after_a_decision_waits_for_it_and_is_not_asked_for(bucks: Office) -> None:
    assert status(bucks)[FEEDBACK] == f"due Thursday 28 January 2027; waits for: {DECISION}"
    assert status(bucks)[COPY] == f"waits for: {DECISION}"
    assert refused(bucks, "feedback") == f"{FEEDBACK} waits for: {DECISION}. Record that first."
    assert handled(bucks, "2027-02-05 12:00", "feedback") == handled(bucks, "2027-02-05 12:00", "report") == []
    decide(bucks, "a review is required", "rapid-review", because="information")
    done(bucks, "submission", because="information")
    decide(bucks, REVIEW, because="information")
    assert handled(bucks, "2027-02-05 12:00", "feedback", "stage-overdue") == []
    assert handled(bucks, "2027-02-09 12:00", "feedback", "stage-overdue") == ["told in the daily note"]


def test_a_decision_for_no_review_ends_what_only_a_review_needs_and_so_the_case(bucks: Office) -> None:
    to_the_decision(bucks, NO_REVIEW)
    assert rows(bucks)["report"].because == f"this was decided: {NO_REVIEW}"
    assert rows(bucks)["advance-copy"].state == "not needed"
    done(bucks, "decision-notification", evidence="DN-1")
    answer_all(bucks)
    assert "so it is closed" in done(bucks, "feedback")


def test_a_case_whose_stages_have_ended_stays_open_while_an_agency_has_not_answered(bucks: Office) -> None:
    to_the_decision(bucks, NO_REVIEW)
    done(bucks, "decision-notification", evidence="DN-1")
    assert "closed" not in done(bucks, "feedback")
    answer_all(bucks)
    with bucks.reading() as scope:
        case = incidents.find(scope, REFERENCE)
        assert case is not None and case.closed_at is not None


def test_a_kind_that_needs_no_review_says_so_from_the_beginning() -> None:
    with in_buckinghamshire("looked-after-death") as office:
        said = status(office)
        assert said["Day 10: rapid review with the three safeguarding partners"].startswith("not needed, because it is")
        assert said[PANEL].startswith("due ")


def test_a_stage_that_somebody_says_is_not_needed_stays_so_whatever_becomes_known(glos: Office) -> None:
    glos.done(MANAGER, "incident.not-needed", reference=REFERENCE, stage="channel-panel", because="other-area")
    glos.done(MANAGER, "incident.flag", reference=REFERENCE, flag="nhs-wales")
    assert rows(glos)["channel-panel"].because == "another area sees to it"
    free = glos.refused(
        MANAGER, "incident.not-needed", reference=REFERENCE, stage="panel", because="it was an accident"
    )
    assert "This is none of the reasons." in free and "accident" not in free


def test_a_wrong_press_is_taken_back_and_its_dates_run_again(bucks: Office) -> None:
    done(bucks, "alert", evidence="SM-1")
    taken_back = bucks.done(MANAGER, "undo")
    assert "Taken back" in taken_back.title
    assert rows(bucks)["alert"].state == "open" and rows(bucks)["alert"].evidence == ""
    assert status(bucks)[ALERT] == "due Friday 8 January 2027"


def test_opening_a_decision_again_takes_its_fact_and_what_followed_back(bucks: Office) -> None:
    to_the_decision(bucks, NO_REVIEW)
    bucks.done(MANAGER, "incident.reopen", reference=REFERENCE, stage="decision")
    assert rows(bucks)["report"].state == "open" and rows(bucks)["decision"].decided == ""
    with bucks.reading() as scope:
        case = incidents.find(scope, REFERENCE)
        assert case is not None and "decided" not in case.facts


# Reminders


def test_a_target_is_amber_a_month_before_and_then_not_met_but_never_overdue(bucks: Office) -> None:
    to_the_decision(bucks, REVIEW)
    assert status(bucks)[REPORT] == "target Sunday 25 July 2027"
    assert handled(bucks, "2027-06-24 09:00", "report") == []
    assert handled(bucks, "2027-06-25 09:00", "report") == ["told in the daily note"]
    assert lines(bucks, REVIEW_CHAIR, REPORT) == [f"{REFERENCE}: {REPORT}. The target is Sunday 25 July 2027."]
    bucks.done(MANAGER, "incident.tick", reference=REFERENCE, stage="report", ticked=["happened"])
    assert status(bucks)[REPORT] == "amber, less than a month to the target Sunday 25 July 2027"
    assert handled(bucks, "2027-07-26 09:00", "report", "stage-overdue") == ["told in the daily note"]
    said = f"{REFERENCE}: {REPORT}. The target, Sunday 25 July 2027, is not met. Record it as done once it is."
    assert lines(bucks, REVIEW_CHAIR, REPORT)[-1] == said
    bucks.done(MANAGER, "incident.tick", reference=REFERENCE, stage="report", ticked=["prevented"])
    assert status(bucks)[REPORT] == "not met: the target was Sunday 25 July 2027"
    done(bucks, "report", REVIEW_CHAIR)
    with bucks.reading() as scope:
        assert not [each for each in incidents.overdues(scope, REFERENCE) if each.stage == "report"]


def test_what_is_overdue_is_told_to_the_owner_and_to_those_whom_the_definition_names(glos: Office) -> None:
    panel, director = "National Panel notified, on the online form", "director-childrens-services"
    handled(glos, "2027-01-15 09:00", "panel", "stage-overdue")
    due = f"{REFERENCE}: {panel} was due Thursday 14 January 2027 and is overdue."
    assert lines(glos, director, panel) == [f"{due} Record it as done, or late because."]
    title = glos.definition.arrangements.title(director)
    for post in ("executive-chair", MANAGER):
        assert lines(glos, post, panel) == [f"{due} The {title} sees to it."], post


def test_those_beside_the_owner_hear_of_it_on_the_first_day_and_then_weekly(glos: Office) -> None:
    told = dict.fromkeys(("director-childrens-services", "executive-chair"), 0)
    for day in range(15, 29):
        handled(glos, f"2027-01-{day} 09:00", "panel", "stage-overdue")
    for post in told:
        told[post] = len(lines(glos, post, "National Panel notified"))
    assert told == {"director-childrens-services": 4, "executive-chair": 2}


def test_a_task_without_a_time_is_said_once_to_its_owner(glos: Office) -> None:
    name = "The views of the Channel Panel are sought"
    assert handled(glos, "2027-01-08 11:00", "channel-panel") == ["told in the daily note"]
    glos.done(MANAGER, "incident.flag", reference=REFERENCE, flag="criminal")
    assert handled(glos, "2027-01-12 11:00", "channel-panel") == []
    said = f"{REFERENCE}: {name}. This is yours to do now; our arrangements state no time for it."
    assert lines(glos, MANAGER, name) == [said]
    assert status(glos)[name] == "to be done; our arrangements state no time for it"


# Told


def test_posts_are_told_by_reference_and_bodies_outside_are_left_to_the_owner(bucks: Office) -> None:
    to_the_decision(bucks, REVIEW)
    said = done(bucks, "decision-notification", evidence="DN-1")
    outside = [bucks.definition.arrangements.title(body) for body in ("national-panel", "dfe", "ofsted")]
    assert f"You tell them yourself: {', '.join(outside)}." in said
    done(bucks, "feedback")
    [(post, message)] = [(post, words) for post, words in letters(bucks, "stage-told") if FEEDBACK in words.text]
    assert post == REVIEW_CHAIR and message.title.endswith(f"{REFERENCE}, recorded as done")
    assert message.by_mail is not None and "Day 15" not in message.by_mail.title + message.by_mail.text


def test_whoever_told_of_it_hears_the_decision_and_nothing_else_of_the_case(bucks: Office) -> None:
    with bucks.runner.store.writing() as session:
        person = people.enter(session, name="Consultant", email="consultant@hospital.example", now=bucks.now)
        case = session.get(incidents.Case, (bucks.partnership, REFERENCE))
        case.notifier = person.id
        session.add(case)
    to_the_decision(bucks, REVIEW)
    assert letters(bucks, "incident-decision") == []
    assert "Whoever told of it is written to" in done(bucks, "feedback")
    [(post, message)] = letters(bucks, "incident-decision")
    assert post == "" and f"It has been decided: {REVIEW}." in message.text
    assert message.by_mail is not None
    for word in ("harmed", "abuse", "Day 15", "Panel"):
        assert word not in message.text + message.title


def test_where_nobody_is_known_who_told_of_it_the_owner_is_told_to_do_it(bucks: Office) -> None:
    to_the_decision(bucks, REVIEW)
    assert "You tell the referrer yourself" in done(bucks, "feedback")


# What a stage starts


OTHER = "resolution-referral"


def _that_starts(alert: bool) -> Arrangements:
    """A county whose first stage starts another pathway."""
    arrangements = with_a_number("gloucestershire")
    first, second = arrangements.pathways
    stages = tuple(
        stage.model_copy(update={"starts": (OTHER,)}) if stage.id == "panel" else stage for stage in first.stages
    )
    pathways = (first.model_copy(update={"stages": stages}), second.model_copy(update={"alert": alert}))
    return arrangements.model_copy(update={"pathways": pathways})


@pytest.fixture(params=[False, True], ids=["without alerts", "with alerts"])
def starting(request: pytest.FixtureRequest) -> Iterator[Office]:
    with an_office(definition=_that_starts(request.param), opened="2027-01-08 11:00", ways=ALL_WAYS) as office:
        facts = {"aware": "2027-01-07T16:00:00+00:00"}
        office.done(MANAGER, "incident.start", pathway="serious-incident", facts=facts, kind="alte")
        yield office


def test_a_stage_that_starts_another_pathway_opens_its_case_linked_with_this_one(starting: Office) -> None:
    name = starting.definition.arrangements.pathway(OTHER).name
    assert f"TEST-2 is open: {name}." in done(starting, "panel", evidence="P-1")
    assert set(rows(starting, "TEST-2")) == {"ideal", "latest"}
    with starting.looking() as work:
        for reference, other in ((REFERENCE, "TEST-2"), ("TEST-2", REFERENCE)):
            case = incidents.find(work.scope, reference)
            assert case is not None and facts_told(work, case)["linked"] == [other]


def test_where_the_other_pathway_is_off_it_is_left_to_people() -> None:
    with an_office(definition=_that_starts(True), opened="2027-01-08 11:00", ways=ALL_WAYS) as office:
        facts = {"aware": "2027-01-07T16:00:00+00:00"}
        office.done(MANAGER, "incident.start", pathway="serious-incident", facts=facts, kind="alte")
        office.done(MANAGER, "incident.switch-off", pathway=OTHER)
        said = done(office, "panel", evidence="P-1")
        assert "is not started here, since it is not switched on." in said
        assert rows(office)["panel"].state == "done" and not rows(office, "TEST-2")
