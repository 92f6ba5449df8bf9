"""The regional definition says what two documents (000 §8 and 001) say of the body over five areas."""

import tomllib
from datetime import date
from functools import cache

import pytest

from storage.arrangements.cycles import Unset, Yearly
from storage.arrangements.groups import Group
from storage.arrangements.partnership import Arrangements
from templates import partnership_text

SUBGROUPS = ("learning-development", "performance", "contextual", "resources")


@cache
def region() -> Arrangements:
    return Arrangements.model_validate(tomllib.loads(partnership_text("avon-and-somerset")))


def group(id_: str) -> Group:
    return region().groups_by_id[id_]


@pytest.mark.ids("GRP-ASSSP-MEMBERS-2019", "GRP-ASSSP-MEMBERS-NINE", "GRP-ASSSP-MEMBERS-2020", "AMB-ASSSP-MEMBERS")
@pytest.mark.parametrize(
    ("day", "ccgs"),
    [
        (date(2019, 9, 29), {"bnssg-ccg", "banes-ccg", "somerset-ccg"}),
        (date(2020, 6, 30), {"bnssg-ccg", "bsw-ccg", "somerset-ccg"}),
    ],
)
def test_nine_core_agencies_before_and_after_the_ccg_s_succession(day: date, ccgs: set[str]) -> None:
    there = [agency for agency in region().agencies if agency.exists_on(day)]
    assert len(there) == 9
    assert {agency.id for agency in there if agency.sector == "CCG"} == ccgs
    assert sum(agency.sector == "Local authority" for agency in there) == 5


@pytest.mark.ids("AMB-ASSSP-MEMBERS")
def test_bsw_ccg_succeeds_banes_ccg() -> None:
    agencies = {agency.id: agency for agency in region().agencies}
    assert agencies["bsw-ccg"].succeeds == ("banes-ccg",)


@pytest.mark.ids("AMB-ASSSP-MEMBERS")
def test_somerset_ccg_stays_with_a_note_until_somebody_says_that_it_left() -> None:
    (somerset,) = [agency for agency in region().agencies if agency.id == "somerset-ccg"]
    assert somerset.until is None
    assert "oversight" in somerset.note


@pytest.mark.ids(*(f"AGY-ASSSP-{number:02}" for number in range(1, 9)))
def test_every_body_of_the_list_of_june_2020_is_an_agency_of_its_own() -> None:
    lines = [id_ for agency in region().agencies for id_ in agency.ids if id_.startswith("AGY-")]
    assert sorted(lines) == [f"AGY-ASSSP-{number:02}" for number in range(1, 9)]


@pytest.mark.ids("CYC-ASSSP-EXEC", "AMB-QUARTERS")
def test_the_executive_meets_quarterly_with_one_chosen_month_in_each_quarter() -> None:
    (cycle,) = group("executive").cycles
    assert isinstance(cycle, Yearly) and cycle.times == 4
    months = region().planning.groups["executive"].months
    assert sorted((month - 4) % 12 // 3 for month in months) == [0, 1, 2, 3]


@pytest.mark.ids("POLL-ASSSP-QUORUM", "AMB-ASSSP-66")
def test_the_quorum_is_66_per_cent_of_nine_representatives_rounded_up() -> None:
    executive = group("executive")
    assert executive.quorum is not None
    assert (executive.quorum.kind, executive.quorum.percent) == ("fraction", 66)
    assert (executive.quorum.deputies, executive.quorum.vacancies) == ("open", "open")
    assert executive.quorum.needed(len(executive.seats)) == 6


@pytest.mark.ids("GRP-ASSSP-LD", "GRP-ASSSP-PERF", "GRP-ASSSP-CTX", "GRP-ASSSP-RES", "GRP-ASSSP-EXEC-POWER")
def test_four_subgroups_report_to_the_executive_without_a_frequency() -> None:
    assert tuple(each.id for each in region().groups if each.parent == "executive") == SUBGROUPS
    for id_ in SUBGROUPS:
        (cycle,) = group(id_).cycles
        assert isinstance(cycle, Unset) and cycle.want


@pytest.mark.ids("GRP-ASSSP-LD")
def test_south_gloucestershire_leads_learning_and_development() -> None:
    chair = region().posts_by_id[str(group("learning-development").chair)]
    assert chair.agency == "south-gloucestershire-council"


@pytest.mark.ids("GRP-ASSSP-TWD", "AMB-ASSSP-WORKSTREAM")
def test_the_training_workstream_is_the_learning_group_under_a_later_name() -> None:
    assert region().group("Training & Workforce Development Regional Workstream").id == "learning-development"


@pytest.mark.ids("CYC-ASSSP-S11REPORT", "CYC-ASSSP-TIMETABLE", "POLL-ASSSP-S11REPORT", "POLL-ASSSP-TIMETABLE")
def test_report_and_timetable_stay_on_the_agenda_until_they_are_done() -> None:
    july = date(2020, 7, 16)
    carried = {"section-11-2019-20-report", "scrutiny-timetable-2020-21"}

    def on_agenda(day: date, done: frozenset[str] = frozenset()) -> set[str | None]:
        return {item.until_done for item in group("executive").items_on(day, done)} - {None}

    assert on_agenda(date(2020, 1, 16)) == set()
    assert on_agenda(july) == carried
    assert on_agenda(july, frozenset({"section-11-2019-20-report"})) == {"scrutiny-timetable-2020-21"}
    assert carried <= {milestone.id for milestone in region().milestones}


@pytest.mark.ids("AMB-ALERTLIST")
def test_an_incident_runs_on_the_pack_and_tells_the_nine_partners_listed() -> None:
    pathway = region().pathway("serious-incident")
    assert (pathway.pack, pathway.stages) == (True, ())
    assert pathway.told == tuple(partner.lead for partner in region().partners)
    assert len(set(pathway.told)) == 9


@pytest.mark.ids("CYC-ASSSP-FRAMEWORK", "AMB-ASSSP-APPX")
def test_the_coordinator_brings_the_scrutiny_programme_to_the_executive() -> None:
    (programme,) = region().registers
    assert (programme.kind, programme.kept_by, programme.reviewed_at) == (
        "programme",
        "scrutiny-coordinator",
        "executive",
    )


@pytest.mark.ids(*(f"REG-ASSSP-SCHED-{number:02}" for number in range(1, 12)), "AMB-ASSSP-TBA")
def test_rows_of_the_programme_with_a_month_are_milestones_and_the_others_are_open() -> None:
    dated = {
        int(id_[-2:]): f"{milestone.date:%d %b %Y}"
        for milestone in region().milestones
        for id_ in milestone.ids
        if id_.startswith("REG-ASSSP-SCHED-")
    }
    undated = sorted(int(id_[-2:]) for each in region().open for id_ in each.ids if id_.startswith("REG-ASSSP-SCHED-"))
    assert dated == {
        1: "30 Jun 2020",
        2: "30 Jun 2020",
        3: "31 Jul 2020",
        8: "31 Dec 2020",
        9: "30 Sep 2020",
        10: "30 Oct 2020",
        11: "31 Dec 2020",
    }
    assert undated == [4, 5, 6, 7]
