"""Polls of which one seat answers in Slack, one in Teams and one by mail: one poll, and one right result for all.

South Gloucestershire's three partners: the police in Slack, the council in Teams, and the NHS by mail alone.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from commands.definitions import Definition, load
from storage.records.outbox import Outgoing
from storage.records.polls import Poll, Seat
from tests.offices import a_definition
from tests.scenarios.mixed import Mixed, mixed
from tests.scenarios.web import Browser, Shown

MANAGER, CHAIR = "business-manager", "executive-chair"
COUNCIL, NHS, POLICE = "director-cah", "director-of-nursing", "area-commander"
PLAN = "We adopt the priorities of 2027 with one more family worker in each locality"
ASKED = "Your decision is asked for"
WHEN = "when can you come?"
FOUND = "Tuesday 22 June 2027"


def without_incidents() -> Definition:
    """The partnership; incidents are another story."""
    found = load("south-gloucestershire").arrangements
    planning = found.planning.model_copy(update={"attendance_days": 0})
    return a_definition(found.model_copy(update={"pathways": (), "planning": planning}))


def an_office(folder: Path, at: str, council: tuple[str, ...] = ("teams",)) -> Iterator[Mixed]:
    at_doors = {POLICE: ("slack",), NHS: (), COUNCIL: council}
    with mixed(folder, without_incidents(), at, at_doors, incidents=False) as office:
        yield office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Mixed]:
    """On the first of March."""
    yield from an_office(tmp_path, "2027-03-01 09:00")


@pytest.fixture
def with_both(tmp_path: Path) -> Iterator[Mixed]:
    """The same, but the council is in Slack and in Teams."""
    yield from an_office(tmp_path, "2027-03-01 09:00", ("slack", "teams"))


@pytest.fixture
def in_april(tmp_path: Path) -> Iterator[Mixed]:
    """On the eighth of April."""
    yield from an_office(tmp_path, "2027-04-08 09:00")


def page_of(office: Mixed, *texts: str) -> Shown:
    """The page behind the link of the NHS's newest letter with these texts."""
    return Browser().follows(office.driver.link_to(address(NHS), *texts))


def address(post: str) -> str:
    return f"{post}@south-gloucestershire.invalid"


def polls(office: Mixed) -> int:
    """How many polls there are."""
    with office.driver.store.reading() as session:
        return len(list(session.exec(select(Poll))))


def seat(office: Mixed, post: str) -> Seat:
    """What a seat has said."""
    with office.driver.store.reading() as session:
        found = session.exec(select(Seat).where(Seat.post == post)).one()
        session.expunge(found)
        return found


def a_decision_is_asked_for(office: Mixed) -> None:
    manager = office.in_teams(MANAGER).says(f"decision open executive by 5 March: {PLAN}")
    manager.presses("Ask them now").sees("Asked: Decision 1 of the Children's Partnership Executive")
    office.time_passes_to("2027-03-01 09:10")


@pytest.mark.slow
def test_three_doors_decide_one_decision_and_everybody_hears_the_same(office: Mixed) -> None:
    a_decision_is_asked_for(office)
    police = office.in_slack(POLICE).receives(ASKED, PLAN, times=1)
    council = office.in_teams(COUNCIL).receives(ASKED, PLAN, times=1)
    assert len(office.driver.words_to(address(NHS), ASKED)) == 1
    assert office.driver.words_to(address(POLICE), ASKED) == office.driver.words_to(address(COUNCIL), ASKED) == []

    police.finds(ASKED).presses("Agree").sees("Your answer counts")
    council.finds(ASKED).presses("Agree").sees("Your answer counts")
    council.presses_again("Agree").sees("Your answer counts")
    said = page_of(office, ASKED).sends(**{f"{NHS}.value": "agree"})
    assert "Your answer counts" in said.title

    office.time_passes_to("2027-03-05 17:05")
    police.receives("Agreed: Decision 1", times=1)
    council.receives("Agreed: Decision 1", times=1)
    assert len(office.driver.words_to(address(NHS), "Agreed: Decision 1")) == 1
    shown = office.in_teams(MANAGER).says("decision show executive 1")
    shown.sees("3 agree", "The record is as it was sealed.")
    assert polls(office) == 1
    assert {seat(office, post).value for post in (POLICE, COUNCIL, NHS)} == {"agree"}
    assert {post: seat(office, post).came_by for post in (POLICE, COUNCIL, NHS)}[NHS] == "mail"


@pytest.mark.slow
def test_whoever_is_in_both_chats_is_asked_once_and_the_last_answer_of_either_counts(with_both: Mixed) -> None:
    office = with_both
    office.in_slack(COUNCIL).says("me")
    office.time_passes_to("2027-03-01 09:05")
    a_decision_is_asked_for(office)
    in_slack = office.in_slack(COUNCIL).receives(ASKED, PLAN, times=1)
    in_teams = office.in_teams(COUNCIL).receives_nothing(ASKED)
    in_slack.finds(ASKED).presses("Disagree").fills(because="There is no money for it").sees("Your answer counts")
    in_teams.says("decision show executive 1").presses("Agree").sees("Your answer counts")
    assert seat(office, COUNCIL).value == "agree"
    in_slack.says("decision answer executive 1 agree")
    office.in_slack(POLICE).says("decision answer executive 1 agree")
    page_of(office, ASKED).sends(**{f"{NHS}.value": "agree"})
    manager = office.in_teams(MANAGER).says("decision close executive 1").sees("of 3 seats, 3 agree")
    manager.presses("Close it").sees("Agreed: Decision 1")
    office.time_passes_to("2027-03-01 09:30")
    in_slack.receives("Agreed: Decision 1", times=1)
    in_teams.receives_nothing("Agreed: Decision 1")


@pytest.mark.slow
def test_a_date_is_found_by_a_view_in_slack_a_dialog_in_teams_and_a_page(in_april: Mixed) -> None:
    office = in_april
    manager = office.in_teams(MANAGER)
    manager.says("meeting confirm executive").sees("Tuesday 8 June 2027")
    manager.says("poll date executive until 12 April").presses("Ask them").sees("Asked: A date for")
    office.time_passes_to("2027-04-08 09:10")
    office.in_slack(POLICE).receives(WHEN, FOUND, times=1)
    council = office.in_teams(COUNCIL).receives(WHEN, FOUND, times=1)

    in_slack = office.in_slack(POLICE).finds(WHEN).presses("Say when I can")
    in_slack.fills(s1="No", s2="Yes", s3="Yes", s4="No", s5="Yes").sees("You can change it until a date is taken")
    in_teams = council.finds(WHEN).presses("Say when I can")
    in_teams.fills(s1="Yes", s2="Yes", s3="No", s4="No", s5="If need be").sees(f"{FOUND}, 10:00 to 12:00: if")
    slots = {"s1": "yes", "s2": "no", "s3": "yes", "s4": "no", "s5": "yes"}
    page = page_of(office, WHEN).sends(**{f"{NHS}.{slot}": value for slot, value in slots.items()})
    assert "Your answer" in page.title

    manager.says("poll dates executive").sees("3 of 5 have answered", "3 of 3 who decide")
    chair = office.in_teams(CHAIR).says("poll dates executive").presses("Take Tue 22 Jun 2027, 10:00")
    chair.presses("Take this date").sees("The date is found", FOUND)
    office.time_passes_to("2027-04-09 07:30")
    moved = f"Children's Partnership Executive has moved to {FOUND}"
    for voice in (office.in_slack(POLICE), council):
        voice.receives(moved, times=1).has_in_calendar("Children's Partnership Executive", "2027-06-22")
    assert len(office.driver.words_to(address(NHS), moved)) == 1
    assert polls(office) == 1
    assert told_of(office, moved) <= 1


def told_of(office: Mixed, title: str) -> int:
    """The most messages with one title that the outbox has for any one person."""
    with office.driver.store.reading() as session:
        people = [row.person for row in session.exec(select(Outgoing)) if title in row.words.title and not row.through]
    return max(map(people.count, people), default=0)
