"""Buckinghamshire's definition says what its document (002) says, and no more."""

import tomllib
from datetime import date
from functools import cache

import pytest

from commands.return_forms import form_of
from storage.arrangements.checks import check
from storage.arrangements.cycles import AsRequired, Unset, Yearly
from storage.arrangements.groups import Group
from storage.arrangements.partnership import Arrangements
from storage.arrangements.pathways import Count, Pathway
from templates import partnership_text

SUBGROUPS = ("pqi", "ppp", "lcspr", "exploitation", "education", "cdop")
FIVE = {
    "head-of-protecting-vulnerable-people",
    "director-of-commissioning-and-delivery",
    "service-director-childrens-social-care",
    "independent-chair",
    "lcspr-chair",
}
DISTRICTS = {
    "aylesbury-vale-district-council",
    "chiltern-district-council",
    "south-bucks-district-council",
    "wycombe-district-council",
}


@cache
def bucks() -> Arrangements:
    return Arrangements.model_validate(tomllib.loads(partnership_text("buckinghamshire")))


def group(id_: str) -> Group:
    return bucks().groups_by_id[id_]


def incident() -> Pathway:
    return bucks().pathway("serious-incident")


# Partners, agencies, posts


@pytest.mark.ids("GRP-BUCKS-PARTNERS", "AMB-BUCKS-EXEC")
def test_three_partners_share_the_duty_and_children_s_social_care_leads_for_the_council() -> None:
    leads = {partner.agency: partner.lead for partner in bucks().partners}
    assert leads == {
        "buckinghamshire-county-council": "service-director-childrens-social-care",
        "buckinghamshire-ccg": "director-of-commissioning-and-delivery",
        "thames-valley-police": "head-of-protecting-vulnerable-people",
    }


@pytest.mark.ids(*(f"AGY-BUCKS-{number:02}" for number in range(1, 43)))
@pytest.mark.ids(*(f"AGY-BUCKS-B{number}" for number in range(1, 14)))
def test_every_line_of_the_relevant_agencies_is_an_agency() -> None:
    lines = {f"AGY-BUCKS-{number:02}" for number in range(1, 43)} | {f"AGY-BUCKS-B{number}" for number in range(1, 14)}
    assert {id_ for agency in bucks().agencies for id_ in agency.ids if id_.startswith("AGY-")} == lines


@pytest.mark.ids("AGY-BUCKS-18", "AGY-BUCKS-29", "AGY-BUCKS-32", "AGY-BUCKS-B2", "AMB-BUCKS-DISTRICTPHRASE")
@pytest.mark.parametrize(
    ("line", "bodies"), [("18", 2), ("29", 4), ("32", 2), ("B1", 2), ("B2", 3), ("B6", 3), ("12", 1)]
)
def test_a_line_that_names_several_bodies_is_as_many_agencies(line: str, bodies: int) -> None:
    assert sum(f"AGY-BUCKS-{line}" in agency.ids for agency in bucks().agencies) == bodies


@pytest.mark.ids("CYC-BUCKS-UNITARY", "CYC-BUCKS-UNITARY-EFFECT")
def test_the_unitary_council_replaces_county_and_districts_on_1_april_2020() -> None:
    agencies = {agency.id: agency for agency in bucks().agencies}
    old = DISTRICTS | {"buckinghamshire-county-council"}
    assert set(agencies["buckinghamshire-council"].succeeds) == old
    for day, existing in ((date(2020, 3, 31), old), (date(2020, 4, 1), {"buckinghamshire-council"})):
        assert {id_ for id_ in old | {"buckinghamshire-council"} if agencies[id_].exists_on(day)} == existing


def test_no_agency_is_given_an_audit_duty_that_the_document_does_not_state() -> None:
    assert {(agency.section_11, agency.section_175) for agency in bucks().agencies} == {(None, None)}


@pytest.mark.ids("GRP-BUCKS-CHAIR", "CYC-BUCKS-CHAIRDUE", "AMB-BUCKS-DECIDER")
def test_the_independent_chair_is_expected_and_nobody_stands_in() -> None:
    chair = bucks().posts_by_id["independent-chair"]
    assert (chair.vacant, chair.stand_in) == (True, None)


@pytest.mark.ids("GRP-BUCKS-SUPPORT")
def test_the_support_team_is_one_team_under_four_names() -> None:
    assert len({bucks().secretariat.name, *bucks().secretariat.aliases}) == 4


# Groups and cycles


@pytest.mark.ids("GRP-BUCKS-EXEC", "GRP-BUCKS-EXEC-EDU", "AMB-BUCKS-EDULEVEL", "AMB-BUCKS-CHAIRSEXEC")
def test_the_executive_has_four_seats_two_of_them_the_council_s_and_no_chair() -> None:
    posts = [bucks().posts_by_id[seat.post] for seat in group("executive").seats]
    assert sorted(str(post.agency) for post in posts) == [
        "buckinghamshire-ccg",
        "buckinghamshire-county-council",
        "buckinghamshire-county-council",
        "thames-valley-police",
    ]
    assert group("executive").chair is None


@pytest.mark.ids("GRP-BUCKS-SUBS", "GRP-BUCKS-SUB-BSAB")
def test_six_subgroups_answer_to_the_executive() -> None:
    below = tuple(each.id for each in bucks().groups if "GRP-BUCKS-SUBS" in each.ids)
    assert below == SUBGROUPS
    assert {group(id_).answers_to for id_ in below} == {("executive",)}


@pytest.mark.ids("CYC-BUCKS-EXEC", "CYC-BUCKS-SUBS", "AMB-BUCKS-FREQ")
@pytest.mark.parametrize("id_", ["executive", *SUBGROUPS, "training", "review-panel"])
def test_no_frequency_is_made_up(id_: str) -> None:
    (cycle,) = group(id_).cycles
    assert isinstance(cycle, Unset) and cycle.want
    assert id_ not in bucks().planning.groups


@pytest.mark.ids("GRP-BUCKS-RRG", "GRP-BUCKS-TFG")
@pytest.mark.parametrize("id_", ["rapid-review", "task-and-finish"])
def test_what_meets_on_demand_has_no_series(id_: str) -> None:
    assert [type(cycle) for cycle in group(id_).cycles] == [AsRequired]


@pytest.mark.ids("CYC-BUCKS-EVENT", "AMB-BUCKS-BIANNUAL")
@pytest.mark.parametrize("word", ["bi-annual event", "Bi annual conference", "partnership-event"])
def test_bi_annual_is_twice_a_year_in_chosen_months(word: str) -> None:
    event = bucks().group(word)
    (cycle,) = event.cycles
    assert isinstance(cycle, Yearly) and cycle.times == 2
    assert len(bucks().planning.groups[event.id].months) == 2


@pytest.mark.ids("AMB-BUCKS-PQINAME", "AMB-BUCKS-CASEGROUP")
@pytest.mark.parametrize(
    ("word", "id_"),
    [
        ("PQI", "pqi"),
        ("Performance, Quality assurance and Improvement", "pqi"),
        ("Case Review Group", "lcspr"),
        ("practice review sub group", "lcspr"),
    ],
)
def test_one_group_is_known_by_all_its_names(word: str, id_: str) -> None:
    assert bucks().group(word).id == id_


@pytest.mark.ids("GRP-BUCKS-EDU", "GRP-BUCKS-PRIORBOARD", "CYC-BUCKS-NAMEDGP")
def test_what_does_not_run_is_marked_so() -> None:
    other = {each.id: each.status for each in bucks().groups if each.status != "running"}
    assert other == {"education": "next-phase", "named-gp": "external", "bscb": "replaced"}


@pytest.mark.ids("CYC-BUCKS-SARDHR")
def test_reviews_of_adults_and_of_domestic_homicides_stand_on_the_agenda_of_practice_reviews() -> None:
    assert [item.text for item in group("lcspr").items if "CYC-BUCKS-SARDHR" in item.ids] == [
        "Updates about relevant Safeguarding Adult Reviews and Domestic Homicide Reviews"
    ]


@pytest.mark.ids("GRP-BUCKS-CDOP", "RET-BUCKS-CDOPAR")
def test_the_child_death_panel_reports_to_the_executive_and_now_to_the_health_and_wellbeing_board() -> None:
    assert [report.to for report in group("cdop").reports] == ["executive", "hwb"]


def test_papers_that_identify_children_stay_outside() -> None:
    outside = {each.id for each in bucks().groups if each.content_outside}
    assert outside == {"lcspr", "cdop", "rapid-review", "review-panel"}


@pytest.mark.ids("POLL-BUCKS-QUORUM", "AMB-ALL-QUORUM")
def test_only_the_rapid_review_has_a_quorum_all_three_partners() -> None:
    assert [each.id for each in bucks().groups if each.quorum] == ["rapid-review"]
    review = group("rapid-review")
    assert review.quorum is not None
    assert (len(review.seats), review.quorum.needed(3)) == (3, 3)


# The incident


@pytest.mark.ids("PATH-BUCKS-SI-D1", "PATH-BUCKS-SI-D1-PLUS", "ACC-BUCKS-ALERTLIST", "AMB-ALERTLIST")
def test_exactly_five_are_alerted_and_education_is_not_one_of_them() -> None:
    assert set(incident().told) == set(incident().stage("alert").told) == FIVE
    assert len(incident().told) == len(incident().stage("alert").told) == 5


def test_these_are_the_stages_and_their_order() -> None:
    assert [stage.id for stage in incident().stages] == [
        "referral",
        "alert",
        "panel",
        "rapid-review",
        "submission",
        "decision",
        "feedback",
        "report",
        "advance-copy",
    ]


@pytest.mark.ids("AMB-BUCKS-DAYS", "AMB-BUCKS-DAY1", "PATH-BUCKS-SI-D10", "PATH-BUCKS-SI-D12")
@pytest.mark.parametrize(
    ("stage", "day"),
    [("alert", 1), ("panel", 2), ("rapid-review", 10), ("submission", 12), ("decision", 14), ("feedback", 15)],
)
def test_numbered_days_are_working_days_and_early_in_calendar_days(stage: str, day: int) -> None:
    found = incident().stage(stage)
    assert found.due == Count(from_="received", day=day, unit="working")
    assert found.earliest == (Count(from_="received", day=day, unit="calendar"),)


@pytest.mark.ids("PATH-BUCKS-SI-24H", "AMB-BUCKS-24H")
def test_the_referral_is_due_24_hours_after_awareness_and_starts_the_days() -> None:
    referral = incident().stage("referral")
    assert referral.due == Count(from_="aware", hours=24)
    assert (referral.owner, referral.produces) == ("referrer", "received")


@pytest.mark.ids("PATH-BUCKS-SI-D2", "AMB-NATIONAL-NOTIFY")
def test_day_2_is_capped_by_five_working_days_from_the_authority_s_awareness() -> None:
    panel = incident().stage("panel")
    limit = Count(from_="authority-aware", days=5, unit="working")
    assert (panel.limit, panel.latest) == (limit, (limit,))
    assert {fact.id: fact.assumed for fact in incident().facts if fact.assumed} == {"authority-aware": "aware"}


@pytest.mark.ids("PATH-BUCKS-SI-D14-NOTIFY", "PATH-BUCKS-SI-D15", "AMB-BUCKS-NOTIFYTWICE", "AMB-PUB-WHO")
@pytest.mark.parametrize(
    ("stage", "owner", "told"),
    [
        ("panel", "council-notification-team", ("national-panel", "dfe", "ofsted")),
        ("submission", "business-manager", ("independent-chair",)),
        ("decision", "independent-chair", ("national-panel", "dfe", "ofsted")),
        ("feedback", "business-manager", ("lcspr-chair", "referrer")),
        ("advance-copy", "business-manager", ("national-panel",)),
    ],
)
def test_each_stage_has_its_owner_and_its_own_recipients(stage: str, owner: str, told: tuple[str, ...]) -> None:
    found = incident().stage(stage)
    assert (found.owner, found.told) == (owner, told)


@pytest.mark.ids("PATH-BUCKS-LCSPR-6M", "AMB-BUCKS-6MONTHS", "PATH-BUCKS-SI-D14")
def test_the_report_is_a_target_six_months_after_the_decision() -> None:
    assert incident().stage("decision").produces == "decided"
    report = incident().stage("report")
    assert (report.due, report.target) == (Count(from_="decided", months=6), True)


@pytest.mark.ids("PATH-BUCKS-PUB-7WD", "AMB-PUB-COUNT")
def test_the_panel_has_its_copy_seven_working_days_before_publication() -> None:
    assert incident().stage("advance-copy").due == Count(before="publish", days=7, unit="working")


def test_only_three_stages_stand_on_the_guidance() -> None:
    statutory = {stage.id: stage.statutory for stage in incident().stages if stage.statutory}
    assert statutory == {"panel": "panel", "report": "report", "advance-copy": "advance-copy"}


@pytest.mark.ids("PATH-BUCKS-SI-TRIGGER")
def test_the_kinds_are_what_the_document_names_and_the_one_that_the_guidance_adds() -> None:
    assert {kind.id: kind.name for kind in incident().kinds} == {
        "death": "A child has died, and there are concerns about abuse or neglect",
        "serious-harm": "A child has been seriously harmed, and there are concerns about abuse or neglect",
        "looked-after-death": "A looked-after child has died, and no abuse or neglect is suspected",
    }
    assert all(not kind.told for kind in incident().kinds), "the list of five stays closed"


def test_a_looked_after_childs_death_without_suspicion_is_notified_and_needs_no_review() -> None:
    not_needed = incident().not_needed("looked-after-death", [], {})
    assert [todo.id for todo in incident().todos if todo.id not in not_needed] == ["referral", "alert", "panel"]
    assert not_needed["rapid-review"] == "it is notified under the guidance, and no abuse or neglect is suspected"
    assert incident().not_needed("death", [], {}) == {}


@pytest.mark.ids("PATH-BUCKS-SI-D1-CALL", "RET-BUCKS-CALLRECORD")
def test_day_1_has_a_conference_call_and_three_things_to_tick_and_nobody_has_entered_how_to_join() -> None:
    alert = incident().stage("alert")
    assert alert.call and [check.id for check in alert.checks] == ["call", "strategy-minutes", "recorded"]
    assert [stage.id for stage in incident().stages if stage.call] == ["alert"]
    assert incident().dial_in == ""


@pytest.mark.ids("PATH-BUCKS-CHAIR-SIGNOFF", "POLL-BUCKS-CHAIR", "POLL-BUCKS-RR", "PATH-BUCKS-DECISIONS")
@pytest.mark.parametrize(
    ("word", "ends"),
    [
        ("signed off: a review is required", False),
        ("challenged: a review is required", False),
        ("reviewed: no review is required", True),
        ("signed off: no review is required", True),
    ],
)
def test_the_chair_reviews_challenges_or_signs_off_and_only_then_it_is_known_whether_there_is_a_report(
    word: str, ends: bool
) -> None:
    assert word in incident().stage("decision").decides
    assert incident().not_needed("death", [], {"rapid-review": "no review is required"}) == {}
    because = incident().not_needed("death", [], {"decision": word})
    assert set(because) == ({"report", "advance-copy"} if ends else set())
    heads = {each.partition(":")[0] for each in incident().stage("decision").decides}
    assert heads == {"reviewed", "challenged", "signed off"}


@pytest.mark.ids("PATH-BUCKS-SI-D15", "AMB-BUCKS-D15", "PATH-BUCKS-PUB-7WD")
def test_what_waits_for_what() -> None:
    waits = {todo.id: (todo.after, todo.waits_for) for todo in incident().todos if todo.after or todo.waits_for}
    assert waits == {
        "decision-notification": ("decision", None),
        "feedback": ("decision", None),
        "report": ("decision", None),
        "advance-copy": ("decision", "publish"),
    }


@pytest.mark.ids("PATH-BUCKS-QUESTIONS", "PATH-BUCKS-METHOD")
def test_the_decision_and_the_report_ask_the_documents_own_questions() -> None:
    assert [check.id for check in incident().stage("decision").checks] == [
        "quick-learning",
        "methodology",
        "dissemination",
        "integrated-learning",
    ]
    assert len(incident().stage("report").checks) == 5


def test_what_the_document_does_not_say_of_alerts_is_unset() -> None:
    assert (incident().ladder, incident().keep_years, incident().overdue_told, incident().words) == (
        None,
        None,
        (),
        False,
    )
    assert {partner.senior for partner in bucks().partners} == {None}


# Reports and milestones


@pytest.mark.ids("RET-BUCKS-SUB", *(f"RET-BUCKS-SUB-F{number}" for number in range(1, 10)))
def test_the_subgroup_report_has_nine_fields_each_a_question_of_its_form_and_no_day() -> None:
    [report] = [each for each in bucks().returns if each.id == "subgroup-report"]
    assert (report.from_groups, report.to_group, report.lead_days) == (SUBGROUPS, "executive", None)
    assert len(report.contents) == 9
    asked = {id_ for question in form_of(bucks(), report).questions() for id_ in question.ids}
    assert asked == {f"RET-BUCKS-SUB-F{number}" for number in range(1, 10)}


@pytest.mark.ids("RET-BUCKS-S11", "AMB-SECTION11-CYCLE")
def test_the_section_11_audit_is_one_dated_campaign_with_the_adults_board_and_opened_by_hand_after_it() -> None:
    [audit] = [each for each in bucks().returns if each.id == "section-11"]
    assert (audit.by_hand, audit.joint_with) == (True, "Buckinghamshire Safeguarding Adults Board")
    form = form_of(bucks(), audit)
    both = {section.id for section in form.for_boards(joint=True)}
    assert both - {section.id for section in form.for_boards(joint=False)} == {
        section.id for section in form.sections if section.board == "adults"
    }


@pytest.mark.ids("RET-BUCKS-ANNREP", "RET-BUCKS-ANNREP-S3", "AMB-ANNUAL-DATES")
def test_the_annual_report_has_six_sections_and_no_month() -> None:
    [part] = [each for each in bucks().returns if each.id == "annual-report-part"]
    assert len(form_of(bucks(), part).sections) == 6
    assert part.is_yearly
    assert "returns.annual-report-part.month" in {each.place for each in check(bucks()).open}


@pytest.mark.ids(
    "CYC-BUCKS-CHAIRDUE",
    "CYC-BUCKS-S11",
    "CYC-BUCKS-THRESH",
    "CYC-BUCKS-CDOPEVENT",
    "CYC-BUCKS-EARLYHELP",
    "CYC-BUCKS-DOCREVIEW",
    "CYC-BUCKS-UNITARY",
)
def test_milestones_lie_on_the_last_working_day_of_a_month_that_is_printed_without_a_day() -> None:
    assert {milestone.id: f"{milestone.date:%a %d %b %Y}" for milestone in bucks().milestones} == {
        "independent-chair": "Wed 31 Jul 2019",
        "section-11-audit": "Mon 30 Sep 2019",
        "threshold-review": "Mon 30 Sep 2019",
        "cdop-joint-event": "Mon 30 Sep 2019",
        "early-help": "Mon 30 Sep 2019",
        "document-review": "Fri 29 Nov 2019",
        "unitary-council": "Wed 01 Apr 2020",
    }


@pytest.mark.ids("CYC-BUCKS-6MONTH", "AMB-BUCKS-REVIEWS", "PATH-BUCKS-ESC4")
def test_what_the_document_leaves_open_is_said() -> None:
    open_ids = {id_ for each in bucks().open for id_ in each.ids}
    assert {"CYC-BUCKS-6MONTH", "PATH-BUCKS-ESC4", "GRP-BUCKS-SUB-MEMBERRULE"} <= open_ids
