"""Somerset's definition says what its slides (003) say; what they only ask is a proposal."""

import tomllib
from datetime import date
from functools import cache

import pytest

from storage.arrangements.cycles import Unset, Yearly
from storage.arrangements.partnership import Arrangements
from templates import partnership_text


@cache
def somerset() -> Arrangements:
    return Arrangements.model_validate(tomllib.loads(partnership_text("somerset")))


@pytest.mark.ids("CYC-SOM-TL-7", "AMB-START-DATES")
def test_it_begins_on_its_own_day() -> None:
    assert somerset().from_ == date(2019, 10, 1)


@pytest.mark.ids("GRP-SOM-EXEC")
def test_the_executive_seats_three_partners_and_co_opted_members() -> None:
    seats = {seat.post: seat.capacity for seat in somerset().groups_by_id["executive"].seats}
    leads = {partner.lead: "member" for partner in somerset().partners}
    assert len(leads) == 3
    assert seats == leads | {"co-opted-members": "co-opted"}


@pytest.mark.ids("GRP-SOM-EXEC-ACC", "GRP-SOM-EXEC-DUTY")
def test_the_executive_answers_to_three_agencies_and_a_board() -> None:
    agencies = {partner.agency for partner in somerset().partners}
    assert set(somerset().groups_by_id["executive"].answers_to) == agencies | {"hwb"}


@pytest.mark.ids("CYC-SOM-EXEC")
def test_how_often_the_executive_meets_is_open_and_nothing_is_chosen() -> None:
    (cycle,) = somerset().groups_by_id["executive"].cycles
    assert isinstance(cycle, Unset) and cycle.want
    assert somerset().planning.groups == {}


@pytest.mark.ids("CYC-SOM-CONF", "GRP-SOM-T2", "AMB-SOM-QUESTIONS")
def test_three_conferences_a_year_are_only_a_proposal() -> None:
    tier_2 = somerset().group("Tier 2")
    (cycle,) = tier_2.cycles
    assert isinstance(cycle, Yearly)
    assert (tier_2.status, cycle.times, cycle.proposed) == ("proposed", 3, True)
    assert not cycle.in_force_on(date(2020, 1, 1))


@pytest.mark.ids("GRP-SOM-T3", "GRP-SOM-CT")
def test_only_the_executive_runs() -> None:
    status = {group.id: group.status for group in somerset().groups}
    assert status == {
        "executive": "running",
        "tier-2": "proposed",
        "tier-3": "proposed",
        "childrens-trust": "external",
    }


@pytest.mark.ids("AGY-SOM-01", "AGY-SOM-02", "AGY-SOM-03")
def test_the_bodies_of_the_question_are_marked_as_proposed() -> None:
    proposed = [agency.name for agency in somerset().agencies if agency.sector == "Proposed"]
    assert proposed == ["Team Around the School", "One Teams", "MASH"]


@pytest.mark.ids("PATH-SOM-CSPR", "AMB-ALERTLIST")
def test_an_incident_runs_on_the_pack_and_tells_the_three_partners() -> None:
    pathway = somerset().pathway("serious-incident")
    assert (pathway.pack, pathway.stages) == (True, ())
    assert set(pathway.told) == {partner.lead for partner in somerset().partners}


@pytest.mark.ids(*(f"CYC-SOM-TL-{number}" for number in range(1, 8)), "AMB-SOM-TIMELINE")
def test_the_timeline_stands_by_date_and_a_range_is_its_last_month() -> None:
    dates = [(milestone.ids[0], f"{milestone.date:%a %d %b %Y}") for milestone in somerset().milestones]
    assert dates == [
        ("CYC-SOM-TL-1", "Fri 29 Mar 2019"),
        ("CYC-SOM-TL-4", "Tue 30 Apr 2019"),
        ("CYC-SOM-TL-2", "Fri 31 May 2019"),
        ("CYC-SOM-TL-3", "Fri 31 May 2019"),
        ("CYC-SOM-TL-5", "Sat 22 Jun 2019"),
        ("CYC-SOM-TL-6", "Sat 29 Jun 2019"),
        ("CYC-SOM-TL-7", "Tue 01 Oct 2019"),
    ]


@pytest.mark.ids("AMB-SOM-IDENT")
def test_that_this_is_somerset_is_told_as_an_inference() -> None:
    assert [each.place for each in somerset().open if "AMB-SOM-IDENT" in each.ids] == ["name"]
