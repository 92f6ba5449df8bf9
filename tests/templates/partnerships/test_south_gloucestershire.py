"""South Gloucestershire's definition says what document 000 says, no less and no more."""

import tomllib
from datetime import date, timedelta
from functools import cache

import pytest

from commands.return_forms import form_of
from storage.arrangements.calendars import WorkingDays, england
from storage.arrangements.checks import check
from storage.arrangements.clocks import uses_pack
from storage.arrangements.meetings import Meeting
from storage.arrangements.partnership import Arrangements
from storage.arrangements.years import plan
from templates import partnership_text

TRANSITION_ENDS = date(2020, 9, 28)


@cache
def south_gloucestershire() -> Arrangements:
    return Arrangements.model_validate(tomllib.loads(partnership_text("south-gloucestershire")))


@cache
def days() -> WorkingDays:
    return england(2019, 2023)


@cache
def meetings() -> tuple[Meeting, ...]:
    """From well before the start to the end of the second whole year of April to March."""
    return plan(south_gloucestershire(), days(), date(2019, 1, 1), date(2022, 3, 31)).meetings


def dates_of(group: str) -> list[date]:
    return [meeting.date for meeting in meetings() if meeting.group == group]


def test_nothing_is_wrong_in_it() -> None:
    assert check(south_gloucestershire()).errors == ()


@pytest.mark.ids("GRP-SGLOS-PARTNERS", "GRP-SGLOS-REP-LA", "GRP-SGLOS-REP-POL", "GRP-SGLOS-REP-CCG", "AMB-SGLOS-TITLES")
def test_three_partners_are_led_by_the_posts_of_the_later_list() -> None:
    south = south_gloucestershire()
    leads = {partner.agency: south.title(partner.lead) for partner in south.partners}
    assert leads == {
        "council": "Director of Children, Adults and Health",
        "ccg": "Director of Nursing",
        "constabulary": "Area Commander for South Gloucestershire",
    }


RELEVANT = """
Children & Adult Social Care Services | Public Health | Safe Strong Communities | Education Learning & Skills |
Early Years | Secure & Emergency Services | Legal Services | Workforce Development | Commissioning |
Lead Member for Children and Young People | NHS England | Sirona | North Bristol Trust |
Named and Designated Professionals | University Hospitals Bristol | Avon and Wiltshire Mental Health Partnership |
CCG | Police including the police and crime commissioner and chief constable |
All Schools, Colleges and Early Years settings | Local authority and private sector Housing | HMP Eastwood Park |
Avon Probation Service, both the National Probation Service and CRC | Avon Fire and Rescue |
South Western Ambulance service | Youth Offending Team | CAFCASS | British Transport Police |
Department of Work and Pensions |
Providers of commissioned services and local services provided by the independent and community sectors including
SSAFA, Barnardo's, Next Link, VCS, Southern Brookes, 16-25 | University of the West of England |
Legal advisor to the partnership
"""


@pytest.mark.ids(*(f"AGY-SGLOS-{n:02}" for n in range(1, 32)), "AMB-SGLOS-AGENCIES")
def test_the_relevant_agencies_are_listed_word_for_word() -> None:
    listed = {agency.ids[0]: agency.name for agency in south_gloucestershire().agencies if agency.source == "000 §6"}
    names = [" ".join(name.split()) for name in RELEVANT.split("|")]
    assert listed == {f"AGY-SGLOS-{n:02}": name for n, name in enumerate(names, 1)}


def test_of_no_agency_does_the_document_say_that_it_owes_an_audit() -> None:
    agencies = south_gloucestershire().agencies
    assert {(agency.section_11, agency.section_175) for agency in agencies} == {(None, None)}


@pytest.mark.ids("GRP-SGLOS-EXEC-DECIDERS", "GRP-SGLOS-EXEC-ATTEND", "GRP-SGLOS-EXEC-INVITED", "AMB-SGLOS-SUBCHAIRS")
def test_exactly_the_three_partners_decide_in_the_executive() -> None:
    seats = south_gloucestershire().group("executive").seats
    deciders = [seat.post for seat in seats if seat.decides]
    assert deciders == ["director-cah", "director-of-nursing", "area-commander"]
    rest = {seat.post: (seat.capacity, seat.decides) for seat in seats if not seat.decides}
    assert rest == {
        "strategic-safeguarding-manager": ("attends", False),
        "cabinet-member": ("invited", False),
        "business-manager": ("invited", False),
        "bs-complex-chair": ("invited", False),
        "bs-vulnerable-chair": ("invited", False),
        "bs-life-chair": ("invited", False),
    }


@pytest.mark.ids("GRP-SGLOS-SOG", "AMB-SGLOS-MANAGERS")
def test_the_senior_officers_are_the_three_chairs_and_the_two_managers() -> None:
    posts = {seat.post for seat in south_gloucestershire().group("SOG").seats}
    chairs = {south_gloucestershire().groups_by_id[id_].chair for id_ in ("bs-complex", "bs-vulnerable", "bs-life")}
    assert posts == {*chairs, "business-manager", "strategic-safeguarding-manager"}


@pytest.mark.ids("GRP-SGLOS-BSCCN", "GRP-SGLOS-BSVC", "GRP-SGLOS-BSIL", "GRP-SGLOS-CDSTRAT", "GRP-SGLOS-SPRG")
@pytest.mark.parametrize(
    ("group", "seats"),
    [("bs-complex", 7), ("bs-vulnerable", 7), ("bs-life", 11), ("child-death-strategic", 4), ("spr", 0), ("forum", 0)],
)
def test_groups_have_the_members_that_the_document_lists(group: str, seats: int) -> None:
    assert len(south_gloucestershire().groups_by_id[group].seats) == seats


@pytest.mark.ids("GRP-SGLOS-REPLACED")
@pytest.mark.parametrize("board", ["LSCB", "Troubled Families Board", "MASH Steering Group", "MARAC Steering Group"])
def test_the_boards_that_were_folded_in_are_no_groups(board: str) -> None:
    with pytest.raises(KeyError):
        south_gloucestershire().group(board)


@pytest.mark.ids("CYC-SGLOS-EXEC-ITEM-REVIEW", "CYC-SGLOS-EXEC-ITEM-SCRUT", "AMB-SGLOS-TRANSITION")
def test_the_review_stands_on_the_agenda_until_it_is_recorded_as_done_and_scrutiny_for_good() -> None:
    executive, december_2019 = south_gloucestershire().group("executive"), date(2019, 12, 10)
    review, scrutiny = (item.text for item in executive.items_on(december_2019))
    assert "arrangements" in review and "scrutiny" in scrutiny.lower()
    late = date(2021, 12, 14)
    assert len(executive.items_on(late)) == 2  # the date alone does not retire it
    assert [item.text for item in executive.items_on(late, frozenset({"one-year-review"}))] == [scrutiny]
    assert [group.id for group in south_gloucestershire().groups if group.items] == ["executive"]


@pytest.mark.ids("CYC-SGLOS-EXEC-REPORT", "RET-SGLOS-ANNREP-TO")
def test_the_executive_reports_to_four_bodies_yearly_and_by_exception() -> None:
    reports = {report.to: report.how for report in south_gloucestershire().group("executive").reports}
    bodies = ("hwb", "cabinet", "ccg-governing-body", "constabulary-management-board")
    assert reports == dict.fromkeys(bodies, "yearly and by exception")


@pytest.mark.ids("CYC-SGLOS-EXEC", "CYC-SGLOS-SOG", "AMB-SGLOS-4WEEKS")
def test_the_senior_officers_meet_exactly_four_weeks_before_every_executive() -> None:
    executives = dates_of("executive")
    assert executives[0] == date(2019, 12, 10)  # Tue
    assert dates_of("sog")[0] == date(2019, 11, 12)  # Tue
    assert {day.strftime("%a") for day in executives} == {"Tue"}
    assert [day - timedelta(days=28) for day in executives] == dates_of("sog")


@pytest.mark.ids("CYC-SGLOS-START", "AMB-START-DATES")
def test_nothing_is_planned_before_29_september_2019() -> None:
    assert min(meeting.date for meeting in meetings()) >= date(2019, 9, 29)


@pytest.mark.ids("CYC-SGLOS-EXEC", "CYC-SGLOS-FORUM", "CYC-SGLOS-BSCCN", "CYC-SGLOS-BSVC", "CYC-SGLOS-BSIL")
@pytest.mark.parametrize(
    ("group", "a_year"),
    [("executive", 4), ("sog", 4), ("forum", 3), ("bs-complex", 4), ("bs-vulnerable", 4), ("bs-life", 4)],
)
def test_after_the_transitional_year_every_group_meets_as_often_as_agreed(group: str, a_year: int) -> None:
    assert sum(date(2021, 4, 1) <= day <= date(2022, 3, 31) for day in dates_of(group)) == a_year


@pytest.mark.ids("CYC-SGLOS-BSIL", "AMB-SGLOS-BSIL", "AMB-SGLOS-TRANSITION")
def test_in_the_transitional_year_best_start_in_life_meets_when_required_and_the_others_quarterly() -> None:
    assert min(dates_of("bs-life")) > TRANSITION_ENDS
    for group in ("bs-complex", "bs-vulnerable"):
        assert sum(day <= TRANSITION_ENDS for day in dates_of(group)) == 4


@pytest.mark.ids("CYC-SGLOS-SPRG", "CYC-SGLOS-CDSTRAT", "AMB-SGLOS-23", "AMB-SGLOS-CDOPSCOPE")
def test_what_is_unset_or_only_proposed_gets_no_dates() -> None:
    for group in ("spr", "jtai", "task-and-finish", "cdop", "child-death-strategic"):
        assert dates_of(group) == []
    panel = south_gloucestershire().groups_by_id["child-death-strategic"]
    assert panel.status == "proposed" and panel.cycles[0].proposed
    assert (panel.cycles[0].at_least, panel.cycles[0].at_most) == (2, 3)
    assert south_gloucestershire().groups_by_id["cdop"].status == "external"


@pytest.mark.ids("AMB-PAPERS", "POLL-SGLOS-QUORUM")
def test_no_group_has_a_papers_day_a_minutes_day_or_a_quorum() -> None:
    assert {(g.papers, g.minutes, g.quorum) for g in south_gloucestershire().groups} == {(None, None, None)}


@pytest.mark.ids("GRP-SGLOS-EXEC-CHAIR", "AMB-SGLOS-ROTATION")
def test_the_chair_rotates_among_the_partners_without_a_term_or_an_agreed_order() -> None:
    chairing = south_gloucestershire().group("executive").chairing
    assert chairing is not None and chairing.term_months is None and not chairing.order_agreed
    assert chairing.takes_turns == tuple(partner.lead for partner in south_gloucestershire().partners)


@pytest.mark.ids("RET-SGLOS-EXC", "RET-SGLOS-EXC-TESTS", "RET-SGLOS-SOGFEED", "AMB-SGLOS-THREEGROUPS")
def test_the_three_best_start_groups_owe_an_exception_report_whose_lead_time_stands_open() -> None:
    [report] = [each for each in south_gloucestershire().returns if each.id == "exception-report"]
    form = form_of(south_gloucestershire(), report)
    tests = [section.id for section in form.sections if "RET-SGLOS-EXC-TESTS" in section.ids]
    assert tests == ["work", "alignment", "quality"]
    assert (report.carried_to, report.carried_by) == ("executive", "strategic-safeguarding-manager")
    assert (report.from_groups, report.to_group) == (("bs-complex", "bs-vulnerable", "bs-life"), "sog")
    assert report.lead_days is None and report.contents == ()
    assert "returns.exception-report.lead_days" in {each.place for each in check(south_gloucestershire()).open}


@pytest.mark.ids("RET-SGLOS-PERF-SOG", "RET-SGLOS-PERF-EXEC", "AMB-SGLOS-PERFREPORT")
def test_the_performance_report_makes_two_stops() -> None:
    [report] = [each for each in south_gloucestershire().returns if each.id == "performance-report"]
    assert (report.to_group, report.carried_to) == ("sog", "executive")
    assert report.before_meetings


@pytest.mark.ids("PATH-SGLOS-RR", "AMB-ALERTLIST")
def test_a_serious_incident_is_told_to_the_three_partners_and_runs_on_the_rule_pack() -> None:
    pathway = south_gloucestershire().pathway("serious-incident")
    assert pathway.told == ("director-cah", "director-of-nursing", "area-commander")
    assert pathway.handler == "business-manager"
    assert uses_pack(pathway) and pathway.stages == ()


@pytest.mark.ids("PATH-SGLOS-SPR", "POLL-SGLOS-SPR", "AMB-REVIEW-DECIDER")
def test_requests_for_a_review_go_to_the_practice_review_group() -> None:
    south = south_gloucestershire()
    assert south.pathway("serious-incident").decider == south.group("Safeguarding Practice Review Group").id


@pytest.mark.ids("PATH-SGLOS-ESC", "ACC-SGLOS-SIGNOFF")
def test_above_each_partner_stands_a_chief_executive_or_the_chief_constable_who_is_not_told_of_the_start() -> None:
    south = south_gloucestershire()
    seniors = {partner.agency: partner.senior for partner in south.partners}
    assert seniors == {
        "council": "chief-executive-council",
        "ccg": "chief-executive-ccg",
        "constabulary": "chief-constable",
    }
    assert {agency: south.posts_by_id[str(post)].agency for agency, post in seniors.items()} == {
        agency: agency for agency in seniors
    }
    assert not set(seniors.values()) & set(south.pathway("serious-incident").told)


@pytest.mark.ids("PATH-SGLOS-ART")
def test_the_front_door_is_named_and_its_numbers_stand_open() -> None:
    door = south_gloucestershire().front_door
    assert "Access & Response Team" in door.name and (door.telephone, door.out_of_hours) == ("", "")


@pytest.mark.ids("CYC-SGLOS-ONEYEAR", "CYC-SGLOS-REFRESH", "CYC-SGLOS-CDOP-DATES", "CYC-SGLOS-FUNDREVIEW", "AMB-SUMMER")
def test_the_milestones_have_their_dates() -> None:
    assert {each.id: each.date for each in south_gloucestershire().milestones} == {
        "cdop-published": date(2019, 6, 29),
        "start": date(2019, 9, 29),
        "cdop-implemented": date(2019, 9, 29),
        "joint-training": date(2020, 4, 30),
        "document-refresh": date(2020, 8, 31),
        "one-year-review": date(2020, 9, 29),
        "funding-review": date(2020, 12, 31),
    }


def test_no_two_groups_that_share_a_post_meet_at_the_same_hour() -> None:
    posts = {group.id: {seat.post for seat in group.seats} for group in south_gloucestershire().groups}
    for one in meetings():
        for other in meetings():
            if one.group < other.group and one.date == other.date and posts[one.group] & posts[other.group]:
                assert one.starts and one.ends and other.starts and other.ends
                assert one.ends <= other.starts or other.ends <= one.starts


def test_everything_chosen_says_why_and_everything_agreed_says_where_it_stands() -> None:
    places = {finding.place for finding in check(south_gloucestershire()).warnings}
    assert places == {"groups.child-death-strategic.status", "groups.child-death-strategic.cycles[0].proposed"}
    for group in south_gloucestershire().groups:
        for entry in (group, *group.seats, *group.items, *group.reports, *group.cycles):
            assert entry.source.startswith("000 ") and entry.ids


@pytest.mark.ids("RET-SGLOS-AUDITS", "RET-SGLOS-PEER", "RET-SGLOS-LEARNEVENTS", "CYC-SGLOS-AUDIT")
def test_audits_peer_reviews_and_learning_events_are_kept_and_who_keeps_them_is_chosen() -> None:
    registers = south_gloucestershire().registers
    assert [each.id for each in registers] == ["multi-agency-audits", "peer-reviews", "learning-events"]
    assert {(each.kind, each.kept_by, each.reviewed_at) for each in registers} == {
        ("programme", "business-manager", "sog")
    }
    assert all(each.note.startswith("Chosen") for each in registers)


@pytest.mark.ids("RET-SGLOS-ANNREP", "RET-SGLOS-ANNREP-TO")
def test_the_annual_report_goes_to_those_to_whom_the_executive_reports_and_its_month_stands_open() -> None:
    south = south_gloucestershire()
    report = next(each for each in south.returns if each.id == "annual-report")
    assert report.is_yearly and report.month is None and report.to_group == "executive"
    offered = {option.id for option in form_of(south, report).question("sent").options}
    assert offered == {
        each.to.replace("hwb", "health-and-wellbeing-board") for each in south.groups_by_id["executive"].reports
    }
    assert any("annual-report" in each.place or "Annual report" in each.sentence for each in check(south).open)
