"""Gloucestershire's definition says what document 004 says, no less and no more."""

import tomllib
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from storage.arrangements.calendars import WorkingDays, england
from storage.arrangements.checks import check
from storage.arrangements.clocks import Deadline, clock
from storage.arrangements.meetings import Meeting
from storage.arrangements.packs import RulePack
from storage.arrangements.partnership import Arrangements
from storage.arrangements.pathways import Pathway
from storage.arrangements.years import plan
from templates import partnership_text

LONDON = ZoneInfo("Europe/London")
NO_PACK = RulePack(format=1, id="none", title="No pack", nation="england", editions=())


@cache
def gloucestershire() -> Arrangements:
    return Arrangements.model_validate(tomllib.loads(partnership_text("gloucestershire")))


@cache
def days() -> WorkingDays:
    return england(2019, 2025)


@cache
def meetings() -> tuple[Meeting, ...]:
    """Three whole years of April to March."""
    return plan(gloucestershire(), days(), date(2021, 4, 1), date(2024, 3, 31)).meetings


def dates_of(group: str) -> list[date]:
    return [meeting.date for meeting in meetings() if meeting.group == group]


def quarter(day: date) -> tuple[int, int]:
    """Calendar quarters are those of an April-March year too."""
    return day.year, (day.month - 1) // 3


def clock_of(pathway: str, **facts: date | datetime) -> dict[str, Deadline]:
    named = {name.replace("_", "-"): when for name, when in facts.items()}
    return {each.stage: each for each in clock(gloucestershire(), pathway, named, days(), NO_PACK)}


def test_nothing_is_wrong_in_it() -> None:
    assert check(gloucestershire()).errors == ()


@pytest.mark.ids("GRP-GLOS-PARTNERS", "GRP-GLOS-CDRPARTNERS", "AMB-GLOS-CDRPARTNERS")
def test_three_safeguarding_partners_of_whom_police_do_not_review_child_deaths() -> None:
    partners = {partner.agency: partner.child_death for partner in gloucestershire().partners}
    assert partners == {"council": True, "constabulary": False, "ccg": True}


WIDER = """
Gloucester City Council; Cheltenham Borough Council; Stroud District Council; Tewkesbury Borough Council;
Forest of Dean District Council; Cotswold District Council; District Safeguarding Subgroup; HM Court Services;
Crown Prosecution Service; National Probation Service;
Bristol, Gloucestershire, Somerset and Wiltshire Community Rehabilitation Company; CAF/CASS;
Gloucestershire Health & Care Services; General Practitioners Representative;
Gloucestershire Hospitals NHS Foundation Trust; South West Ambulance Service Trust;
Gloucestershire Association of Special School Heads; Gloucestershire Association of Primary School Heads;
Gloucestershire Association of Secondary School Heads; Further Education Representative;
Gloucestershire Fire & Rescue Service; Gloucestershire Diocese; Lay Person; Voluntary Sector
"""


@pytest.mark.ids(*(f"AGY-GLOS-{n:02}" for n in range(1, 25)))
def test_the_wider_partnership_is_listed_word_for_word() -> None:
    listed = {agency.ids[0]: agency.name for agency in gloucestershire().agencies if agency.source == "004 §3.7"}
    names = [" ".join(name.split()) for name in WIDER.split(";")]
    assert listed == {f"AGY-GLOS-{n:02}": name for n, name in enumerate(names, 1)}


@pytest.mark.ids(*(f"AGY-GLOS-S11-{n:02}" for n in range(1, 10)), *(f"AGY-GLOS-S175-{n}" for n in (1, 2, 3)))
def test_duties_to_answer_audits_are_given_only_where_the_document_gives_them() -> None:
    agencies = gloucestershire().agencies
    section_11 = [agency.ids[0] for agency in agencies if agency.section_11]
    section_175 = [agency.ids[0] for agency in agencies if agency.section_175]
    assert section_11 == [f"AGY-GLOS-S11-{n:02}" for n in range(1, 10)]
    assert section_175 == ["AGY-GLOS-S175-1", "AGY-GLOS-S175-2", "AGY-GLOS-S175-3"]
    assert all(agency.section_11 is not False and agency.section_175 is not False for agency in agencies)


@pytest.mark.ids(
    "GRP-GLOS-EXEC",
    "GRP-GLOS-MG",
    "GRP-GLOS-QIIP",
    "GRP-GLOS-EDU",
    "GRP-GLOS-CEM",
    "GRP-GLOS-DIST",
    "GRP-GLOS-POL",
    "GRP-GLOS-RES",
)
@pytest.mark.parametrize(
    ("group", "standing", "others"),
    [
        ("executive", 9, 0),
        ("mg", 9, 0),
        ("qiip", 17, 0),
        ("cdop", 11, 15),  # fourteen kinds named, and others as required
        ("education", 13, 0),
        ("cem", 6, 0),
        ("districts", 8, 0),
        ("policies", 4, 1),
        ("resolution", 5, 1),
    ],
)
def test_every_group_has_the_seats_of_its_terms_of_reference(group: str, standing: int, others: int) -> None:
    seats = gloucestershire().groups_by_id[group].seats
    occasional = [seat for seat in seats if seat.capacity in ("invited", "co-opted")]
    assert (len(seats) - len(occasional), len(occasional)) == (standing, others)
    assert len({seat.post for seat in seats}) == len(seats)


@pytest.mark.ids("GRP-GLOS-EXEC", "AMB-GLOS-EXECMAKEUP")
def test_the_scrutineer_sits_on_the_executive_without_deciding_and_nobody_else_is_said_to_decide_or_not() -> None:
    decides = {seat.post: seat.decides for seat in gloucestershire().group("executive").seats}
    assert decides.pop("independent-scrutineer") is False
    assert set(decides.values()) == {None}


@pytest.mark.ids("GRP-GLOS-MG", "AMB-GLOS-MGMAKEUP")
def test_the_management_group_has_five_subgroup_chairs_but_not_that_of_policies() -> None:
    posts = {seat.post for seat in gloucestershire().group("mg").seats}
    chaired = {group.id for group in gloucestershire().groups if group.chair in posts and group.id != "mg"}
    assert chaired == {"qiip", "cem", "education", "cdop", "districts"}


@pytest.mark.ids("GRP-GLOS-SUBS", "GRP-GLOS-SUBACC", "GRP-GLOS-DIST-ACC", "GRP-GLOS-CDOP-ACC1", "GRP-GLOS-CDOP-ACC2")
def test_six_formal_subgroups_answer_to_the_executive_two_of_them_to_others_as_well() -> None:
    subgroups = {group.id: group.answers_to for group in gloucestershire().groups if group.parent == "mg"}
    assert subgroups == {
        "qiip": ("executive",),
        "cdop": ("ccg-body", "council-childrens-services", "executive"),
        "education": ("executive",),
        "cem": ("executive",),
        "districts": ("executive", "gsab"),
        "policies": ("executive",),
    }


@pytest.mark.ids("AMB-GLOS-NAMES", "AMB-GLOS-RESTITLES")
@pytest.mark.parametrize(
    ("word", "group"),
    [
        ("Delivery Board", "mg"),
        ("safeguarding management group", "mg"),
        ("QjiP", "qiip"),
        ("Education & Learning Subgroup", "education"),
        ("CDOP", "cdop"),
    ],
)
def test_groups_are_found_by_every_name_that_the_document_prints(word: str, group: str) -> None:
    assert gloucestershire().group(word).id == group


@pytest.mark.ids("CYC-GLOS-CDOP-PAPERS", "CYC-GLOS-CDOP-MINUTES", "AMB-GLOS-CDOP-OFFSETS", "AMB-PAPERS")
def test_only_cdop_has_a_papers_day_and_a_minutes_day() -> None:
    offsets = {group.id: (group.papers, group.minutes) for group in gloucestershire().groups}
    papers, minutes = offsets.pop("cdop")
    assert papers is not None and (papers.days, papers.unit, papers.owner) == (7, "calendar", "cdop-administrator")
    assert minutes is not None and (minutes.days, minutes.unit, minutes.owner) == (14, "calendar", "cdop-administrator")
    assert set(offsets.values()) == {(None, None)}


@pytest.mark.ids(
    "POLL-GLOS-QUORUM",
    "POLL-GLOS-CDOP-DEFER",
    "POLL-GLOS-CDOP-NUMBERS",
    "POLL-GLOS-CDOP-DEPUTY",
    "GRP-GLOS-CDOP-DEPUTY",
)
def test_no_quorum_has_a_number_and_cdops_chair_decides_by_skills() -> None:
    quorums = {group.id: group.quorum for group in gloucestershire().groups if group.quorum is not None}
    assert set(quorums) == {"cdop"}
    assert quorums["cdop"].kind == "discretion" and quorums["cdop"].needed(11) is None
    assert quorums["cdop"].deputies == "count"
    core = [seat for seat in gloucestershire().group("cdop").seats if seat.capacity == "member"]
    assert {seat.deputy for seat in core} == {"named"}
    assert [seat.post for seat in core if not seat.skill] == ["cdop-administrator"]


@pytest.mark.ids("ACC-GLOS-CDOP-RAW", "ACC-GLOS-RES", "GRP-GLOS-RRPANEL")
def test_what_identifies_children_stays_outside() -> None:
    outside = {group.id for group in gloucestershire().groups if group.content_outside}
    assert outside == {"cdop", "resolution", "rapid-review-panel"}


@pytest.mark.ids("CYC-GLOS-RES-SLOTS", "POLL-GLOS-CDOP-SHEET")
def test_the_standing_items_are_earlier_referrals_and_cdops_attendance_sheet() -> None:
    items = {group.id: [item.text for item in group.items] for group in gloucestershire().groups if group.items}
    assert set(items) == {"cdop", "resolution"}
    assert "progress reports" in items["resolution"][0] and "confidentiality agreement" in items["cdop"][0]


@pytest.mark.ids(
    "CYC-GLOS-ROT-EXEC", "AMB-GLOS-BIANNUAL", "CYC-GLOS-ROT-DIST", "GRP-GLOS-DIST-CHAIR", "GRP-GLOS-DIST-S11LEAD"
)
def test_chairs_rotate_every_two_years_in_the_executive_and_every_year_in_the_districts() -> None:
    terms = {g.id: g.chairing.term_months for g in gloucestershire().groups if g.chairing is not None}
    assert terms == {"executive": 24, "mg": None, "districts": 12}
    executive, districts = (gloucestershire().group(word).chairing for word in ("executive", "districts"))
    assert executive is not None and len(executive.takes_turns) == 3 and not executive.order_agreed
    assert districts is not None and len(districts.takes_turns) == 6 and not districts.order_agreed
    offices = {office.id: office.term_months for office in gloucestershire().group("districts").offices}
    assert offices == {"s11-lead": 12, "gsab-brief": 12}


@pytest.mark.ids("CYC-GLOS-EXEC", "CYC-GLOS-QIIP", "CYC-GLOS-CEM", "CYC-GLOS-DIST", "CYC-GLOS-POL", "CYC-GLOS-MG")
@pytest.mark.parametrize(
    ("group", "a_year"),
    [
        ("executive", 4),
        ("mg", 8),
        ("qiip", 4),
        ("cdop", 6),
        ("cem", 4),
        ("districts", 4),
        ("policies", 2),
        ("resolution", 12),
    ],
)
def test_every_group_meets_as_often_as_agreed(group: str, a_year: int) -> None:
    years = [date(2021, 4, 1), date(2022, 4, 1), date(2023, 4, 1), date(2024, 4, 1)]
    held = [sum(first <= day < after for day in dates_of(group)) for first, after in pairwise(years)]
    assert held == [a_year] * 3


@pytest.mark.ids("CYC-GLOS-MG", "AMB-GLOS-MGFREQ", "AMB-GLOS-QIIPFREQ", "CYC-GLOS-DIST", "CYC-GLOS-EXEC")
def test_in_every_quarter_subgroups_come_before_the_first_management_group_and_the_executive_after_the_second() -> None:
    for executive in dates_of("executive"):
        first, second = (day for day in dates_of("mg") if quarter(day) == quarter(executive))
        for subgroup in ("qiip", "cem"):
            (day,) = (day for day in dates_of(subgroup) if quarter(day) == quarter(executive))
            assert day < first
        assert first - timedelta(days=6) in dates_of("districts")
        assert first < second < executive
        assert first.weekday() == second.weekday()


@pytest.mark.ids("CYC-GLOS-QIIP-SLOT", "CYC-GLOS-QIIP-LEN", "AMB-GLOS-QIIPSLOT")
def test_qiip_meets_on_mornings_for_three_hours_on_one_weekday() -> None:
    qiip = [meeting for meeting in meetings() if meeting.group == "qiip"]
    assert {(meeting.starts, meeting.ends) for meeting in qiip} == {(time(9), time(12))}
    assert {meeting.date.strftime("%a") for meeting in qiip} == {"Thu"}


@pytest.mark.ids("CYC-GLOS-EDU", "AMB-GLOS-EVERY3")
def test_education_never_waits_longer_than_three_months() -> None:
    days_of = dates_of("education")
    assert len(days_of) >= 12
    for before, after in pairwise(days_of):
        months = (after.year - before.year) * 12 + after.month - before.month
        assert (months, after.day) <= (3, before.day)


@pytest.mark.ids("CYC-GLOS-CDOP", "AMB-GLOS-2MONTHLY", "CYC-GLOS-CDOP-PAPERS", "CYC-GLOS-CDOP-MINUTES")
def test_the_worked_dates_of_cdop_and_the_resolution_group_come_out() -> None:
    begun = plan(gloucestershire(), days(), date(2020, 1, 1), date(2021, 4, 30)).meetings
    cdop = [(m.date, m.papers_due, m.minutes_due) for m in begun if m.group == "cdop"]
    assert cdop[0] == (date(2021, 1, 14), date(2021, 1, 7), date(2021, 1, 28))  # Thu, Thu, Thu
    assert date(2021, 4, 14) in [m.date for m in begun if m.group == "resolution"]  # Wed
    assert min(m.date for m in begun) >= date(2021, 1, 1)


def test_no_two_groups_that_share_a_post_meet_at_the_same_hour() -> None:
    posts = {group.id: {seat.post for seat in group.seats} for group in gloucestershire().groups}
    for one in meetings():
        for other in meetings():
            if one.group < other.group and one.date == other.date and posts[one.group] & posts[other.group]:
                assert one.starts and one.ends and other.starts and other.ends
                assert one.ends <= other.starts or other.ends <= one.starts


@pytest.mark.ids("GRP-GLOS-MASH", "GRP-GLOS-EDU-FORUM", "GRP-GLOS-RRPANEL", "GRP-GLOS-TFG")
def test_groups_of_which_the_document_does_not_say_how_often_they_meet_stay_open() -> None:
    undated = plan(gloucestershire(), days(), date(2021, 1, 1), date(2021, 12, 31)).undated
    assert {each.group for each in undated} == {
        "mash-board",
        "early-years-forum",
        "rapid-review-panel",
        "task-and-finish",
    }


@pytest.mark.ids(
    "PATH-GLOS-SI-5WD", "PATH-GLOS-RR-15", "AMB-GLOS-15DAYS", "AMB-GLOS-15START", "AMB-GLOS-NOTIFIER", "AMB-ALERTLIST"
)
def test_a_serious_incident_runs_with_both_readings_of_the_fifteen_days() -> None:
    aware, notified = datetime(2021, 10, 1, 9, tzinfo=LONDON), datetime(2021, 10, 8, 15, tzinfo=LONDON)  # Fri, Fri
    stages = clock_of("serious-incident", aware=aware, notified=notified)
    assert list(stages) == ["panel", "rapid-review", "advance-copy"]
    panel, review = stages["panel"], stages["rapid-review"]
    assert (panel.due, panel.told) == (date(2021, 10, 8), ("national-panel",))
    assert panel.owner == gloucestershire().partners[0].lead  # the duty is the County Council's
    assert review.earliest == date(2021, 10, 16)  # Sat: 15 calendar days from awareness
    assert review.due == date(2021, 10, 23)  # Sat, never rolled
    assert review.latest == date(2021, 10, 29)  # Fri: 15 working days from the notification
    assert not review.provisional and review.told == ("national-panel",)
    assert gloucestershire().pathway("serious-incident").told == (
        "director-childrens-services",
        "assistant-chief-constable",
        "chief-nurse",
    )


def incident() -> Pathway:
    return gloucestershire().pathway("serious-incident")


@pytest.mark.ids("PATH-GLOS-SI-TYPES", "PATH-GLOS-SI-YJB", "PATH-GLOS-SI-LAC")
def test_an_incident_is_one_of_the_documents_three_kinds_or_the_death_of_a_looked_after_child() -> None:
    assert [kind.id for kind in incident().kinds] == ["child-death", "alte", "serious-incident", "looked-after-death"]
    youth_justice = incident().kind("serious-incident")
    assert youth_justice is not None and "formerly notified to the Youth Justice Board" in youth_justice.name
    still = incident().not_needed("looked-after-death", ["nhs-wales", "domestic-homicide", "disagreement"], {})
    assert {todo.id for todo in incident().todos if todo.id not in still} == {
        "panel",
        "nhs-wales",
        "joint-process",
        "oversight",
    }


@pytest.mark.ids("PATH-GLOS-LCSPR-DECIDE", "PATH-GLOS-LCSPR-SPLIT", "PATH-GLOS-CHANNEL", "PATH-GLOS-DHR")
@pytest.mark.ids("PATH-GLOS-WALES", "PATH-GLOS-LCSPR-QIIP", "PATH-GLOS-PUB-NOT", "PATH-GLOS-LCSPR-SCOPE")
@pytest.mark.parametrize(
    ("task", "owner", "flags"),
    [
        ("nhs-wales", "chief-nurse", ("nhs-wales",)),
        ("joint-process", "business-manager", ("domestic-homicide",)),
        ("channel-panel", "business-manager", ()),
        ("review-decision", "executive-chair", ()),
        ("oversight", "executive-chair", ("disagreement",)),
        ("terms-of-reference", "qiip-chair", ()),
        ("publishing", "executive-chair", ()),
        ("rationale", "executive-chair", ("not-published",)),
    ],
)
def test_what_the_document_asks_for_without_a_time_has_an_owner(task: str, owner: str, flags: tuple[str, ...]) -> None:
    found = incident().todo(task)
    assert (found.owner, found.when) == (owner, flags)
    assert len(incident().tasks) == 8


@pytest.mark.ids("POLL-GLOS-LCSPR", "PATH-GLOS-LCSPR-DECIDE", "AMB-REVIEW-DECIDER")
def test_the_executive_decides_and_without_a_review_nothing_is_scoped_or_published() -> None:
    assert incident().decider == "executive"
    unticked = {"nhs-wales", "joint-process", "oversight", "rationale"}
    none = incident().not_needed("alte", [], {"review-decision": "no local review is commenced"})
    assert set(none) == unticked | {"terms-of-reference", "publishing", "advance-copy"}
    one = incident().not_needed("alte", [], {"review-decision": "a local review is commenced"})
    assert set(one) == unticked


@pytest.mark.ids("PATH-GLOS-LCSPR-SPLIT", "AMB-GLOS-SPLIT")
def test_where_the_partners_do_not_agree_the_chairs_own_agency_is_recorded_with_the_solution() -> None:
    assert "oversight" not in incident().not_needed("alte", ["disagreement"], {})
    checks = {check.id: check.name for check in incident().todo("oversight").checks}
    assert list(checks) == ["consulted", "chairs-agency", "solution"]
    assert checks["chairs-agency"] == "The agency that the chair comes from has been recorded"


@pytest.mark.ids("PATH-GLOS-PUB-PRESUMED", "PATH-GLOS-PUB-NOT", "POLL-GLOS-PUBLISH", "AMB-PUB-WHO")
@pytest.mark.parametrize(
    ("ticked", "decided", "goes"),
    [
        ([], {}, "advance-copy"),
        ([], {"publishing": "the report is published"}, "advance-copy"),
        ([], {"publishing": "the report is not published"}, "rationale"),
        (["not-published"], {}, "rationale"),
    ],
)
def test_either_the_copy_or_the_rationale_goes_and_to_the_same_bodies(
    ticked: list[str], decided: dict[str, str], goes: str
) -> None:
    not_needed = incident().not_needed("alte", ticked, decided)
    assert {"advance-copy", "rationale"} - set(not_needed) == {goes}
    assert incident().todo("rationale").told == incident().stage("advance-copy").told == ("national-panel", "dfe")
    assert incident().tasks[-1].due_with == "advance-copy"


@pytest.mark.ids("AMB-GLOS-NOTIFIER")
def test_the_executives_chair_sees_what_is_overdue_and_the_support_unit_chases_the_councils_notification() -> None:
    assert incident().overdue_told == ("executive-chair",)
    assert {stage.id: stage.overdue_told for stage in incident().stages if stage.overdue_told} == {
        "panel": ("business-manager",)
    }


@pytest.mark.ids("AMB-GLOS-CDRPARTNERS")
def test_nothing_starts_a_pathway_that_the_document_gives_no_steps_for() -> None:
    assert {word for pathway in gloucestershire().pathways for todo in pathway.todos for word in todo.starts} == set()
    assert "pathways.child-death" in {each.place for each in gloucestershire().open}


def test_what_the_document_does_not_say_of_alerts_is_unset() -> None:
    assert (incident().ladder, incident().keep_years, incident().words) == (None, None, False)
    assert {partner.senior for partner in gloucestershire().partners} == {None}


@pytest.mark.ids("AMB-GLOS-15START")
def test_until_the_notification_is_recorded_the_fifteen_days_run_provisionally_from_awareness() -> None:
    review = clock_of("serious-incident", aware=datetime(2021, 10, 1, 9, tzinfo=LONDON))["rapid-review"]
    assert (review.due, review.provisional) == (date(2021, 10, 16), True)


@pytest.mark.ids("PATH-GLOS-PUB-7WD", "AMB-PUB-COUNT", "AMB-PUB-WHO")
def test_the_advance_copy_goes_to_panel_and_department_seven_working_days_ahead() -> None:
    copy = clock_of("serious-incident", publish=date(2020, 4, 16))["advance-copy"]  # Thu after Easter
    assert (copy.due, copy.told) == (date(2020, 4, 3), ("national-panel", "dfe"))
    assert clock_of("serious-incident", aware=date(2021, 10, 1))["advance-copy"].due is None


@pytest.mark.ids("PATH-GLOS-RES-10WD", "PATH-GLOS-RES-5WD", "AMB-GLOS-RESDAYS")
def test_a_request_to_the_resolution_group_has_an_ideal_and_a_last_day() -> None:
    stages = clock_of("resolution-referral", meeting=date(2021, 4, 14))  # Wed, Good Friday 2 and Easter Monday 5 April
    assert {id_: stage.due for id_, stage in stages.items()} == {
        "ideal": date(2021, 3, 29),  # Mon
        "latest": date(2021, 4, 7),  # Wed
    }
    assert not gloucestershire().pathway("resolution-referral").alert


@pytest.mark.ids("GRP-GLOS-MG-DUTY", "ACT-GLOS-EXECDIRECT")
def test_one_register_of_actions_runs_and_says_that_it_was_chosen() -> None:
    (register,) = (each for each in gloucestershire().registers if each.kind == "actions")
    assert (register.kept_by, register.reviewed_at) == ("business-manager", "mg")
    assert register.note.startswith("Chosen")


@pytest.mark.ids("RET-GLOS-QIIP-AUDITS")
def test_the_plan_of_audits_is_looked_at_by_qiip_and_no_audit_has_a_day() -> None:
    (register,) = (each for each in gloucestershire().registers if each.kind == "programme")
    assert (register.kept_by, register.reviewed_at) == ("qiip-chair", "qiip")
    assert register.note.startswith("Chosen") and "case file audits" in register.name


def test_everything_chosen_says_why_and_everything_agreed_says_where_it_stands() -> None:
    assert {finding.place for finding in check(gloucestershire()).warnings} == {"groups.shadow-gscp.status"}
    for group in gloucestershire().groups:
        for entry in (group, *group.seats, *group.items, *group.reports, *group.cycles):
            assert entry.source.startswith("004 ") and entry.ids
