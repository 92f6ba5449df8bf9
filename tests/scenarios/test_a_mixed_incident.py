"""One incident, of which one partner hears in Slack, one in Teams and one by mail: one case, and each answer once.

And one person with both chats: told at the one where they spoke last, and at the next where that takes nothing.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.scenarios.incident_doors import REFERENCE
from tests.scenarios.mixed import Mixed, mixed
from tests.scenarios.test_serious_incident_when_slack_is_down import (
    ALERT,
    COUNCIL,
    DAY,
    FILLED,
    MANAGER,
    NURSE,
    POLICE,
    by_mail,
    filled_in_on_the_page,
    kept,
    said,
)

ANSWERED = "Your agency has answered."
HAVE, KNOWN = "I have this, I will ring within the hour", "Known to us"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Mixed]:
    """Gloucestershire on a Tuesday at ten: the police in Slack, the council in Teams, the Chief Nurse by mail alone."""
    with mixed(tmp_path, "gloucestershire", f"{DAY} 08:30", {POLICE: ("slack",), NURSE: ()}) as office:
        yield office.time_passes_to(f"{DAY} 10:00")


@pytest.fixture
def with_both(tmp_path: Path) -> Iterator[Mixed]:
    """The same, but the Chief Nurse is in Slack and in Teams."""
    at_doors = {POLICE: ("slack",), NURSE: ("slack", "teams")}
    with mixed(tmp_path, "gloucestershire", f"{DAY} 08:30", at_doors) as office:
        yield office.time_passes_to(f"{DAY} 10:00")


def notified(office: Mixed) -> None:
    """The business manager notifies in Teams."""
    form = office.in_teams(MANAGER).says("notify").presses("Open the form").fills(**FILLED)
    form.sees(f"received, {REFERENCE}")
    office.waits()


def letters(office: Mixed, post: str, *texts: str) -> int:
    """How many letters with these texts came to whoever is in a post."""
    return len(office.driver.words_to(f"{post}@gloucestershire.invalid", *texts))


@pytest.mark.slow
def test_each_partner_answers_at_its_own_door_and_it_is_one_case_with_three_answers(office: Mixed) -> None:
    notified(office)
    office.in_slack(POLICE).receives(ALERT, times=1)
    office.in_teams(COUNCIL).receives(ALERT, times=1)
    assert letters(office, NURSE, "please answer", REFERENCE) == 1
    assert letters(office, POLICE, REFERENCE) == letters(office, COUNCIL, REFERENCE) == 0

    office.in_slack(POLICE).finds(ALERT).presses(HAVE).sees("You have this")
    council = office.in_teams(COUNCIL).finds(ALERT).presses(KNOWN).sees("Known to you")
    council.presses_again(KNOWN).sees("Known to you")
    page, code = office.page_of(f"{NURSE}@gloucestershire.invalid", "please answer", REFERENCE)
    page = page.sends(answer="incident.answer:known", code=code)
    assert "Known to you" in page.sends().title

    status = office.status()
    assert "by Assistant Chief Constable: has this" in status
    assert "by Director of Children's Services: known to us" in status
    assert "by Chief Nurse: known to us" in status
    assert "not answered yet" not in status
    office.in_slack(POLICE).receives(ALERT, ANSWERED, times=1)
    office.in_teams(COUNCIL).receives(ALERT, ANSWERED, times=1)
    assert kept(office) == [REFERENCE]
    assert (said(office, "have"), said(office, "known")) == (1, 2)

    office.time_passes_to(f"{DAY} 10:50")
    office.in_slack(POLICE).finds(ALERT).presses("I have rung")
    office.time_passes_to(f"{DAY} 12:30")
    office.in_teams(MANAGER).receives_nothing("please ring")
    record_says_by_which_way_each_answered(office)


def record_says_by_which_way_each_answered(office: Mixed) -> None:
    office.in_teams(MANAGER).says(f"incident record {REFERENCE}").sees("A personal link to it is on its way")
    office.waits()
    page, code = office.page_of(f"{MANAGER}@gloucestershire.invalid", "the process record")
    record = page.sends(code=code)
    for words in (
        "Answered by Chief Nurse: known to us, by our own page",
        "Answered by Director of Children's Services: known to us",
        "Answered by Assistant Chief Constable: I have this",
    ):
        assert words in record.text, record.text


def test_somebody_in_both_is_told_where_they_spoke_last_and_nowhere_else(with_both: Mixed) -> None:
    office = with_both
    office.in_slack(NURSE).says("me").sees("Your posts")
    office.time_passes_to(f"{DAY} 10:10").in_teams(NURSE).says("me").sees("Your posts")
    notified(office)
    office.in_teams(NURSE).receives(ALERT, times=1)
    office.in_slack(NURSE).receives_nothing(ALERT)
    assert letters(office, NURSE, REFERENCE) == 0


@pytest.mark.slow
def test_answers_of_somebody_in_both_count_once_whichever_is_pressed(with_both: Mixed) -> None:
    office = with_both
    office.in_teams(NURSE).says("me")
    notified(office)
    office.in_teams(NURSE).receives(ALERT, times=1)
    office.time_passes_to(f"{DAY} 10:05").in_slack(NURSE).says("me")
    office.time_passes_to(f"{DAY} 10:20")
    in_slack = office.in_slack(NURSE).receives(f"{REFERENCE}, not answered yet", times=1)
    in_teams = office.in_teams(NURSE).receives_nothing(f"{REFERENCE}, not answered yet").finds(ALERT)

    in_slack.finds("not answered yet").presses(KNOWN).sees("Known to you")
    in_teams.presses(KNOWN)
    assert said(office, "known") == 1
    assert office.status().count("by Chief Nurse: known to us") == 1
    office.in_teams(NURSE).receives(ALERT, ANSWERED, times=1)


@pytest.mark.slow
def test_where_the_preferred_door_takes_nothing_the_next_one_does_and_the_manager_is_told(with_both: Mixed) -> None:
    office = with_both
    office.in_teams(NURSE).says("me")
    office.driver.teams.seat_of(office.partnership, NURSE).blocks_bot()
    notified(office)
    office.in_slack(NURSE).receives(ALERT, times=1)
    office.in_teams(NURSE).receives_nothing(ALERT)
    manager = office.in_teams(MANAGER)
    manager.receives("Not reached in Teams any more", "Chief Nurse", "Messages go by Slack meanwhile", times=1)
    office.in_slack(NURSE).finds(ALERT).presses(KNOWN).sees("Known to you")
    assert said(office, "known") == 1
    assert "by Chief Nurse: known to us" in office.status()


@pytest.mark.slow
@pytest.mark.long
def test_teams_is_down_and_all_are_told_and_each_answer_counts_once(office: Mixed) -> None:
    """Whoever is told in Teams alone is written to after a while; Teams catches up once it is there again."""
    office.driver.teams.standin.outage()
    confirming, code = filled_in_on_the_page(office)
    assert f"received, {REFERENCE}" in confirming.sends(code=code).title
    office.time_passes_to(f"{DAY} 10:35")
    office.in_slack(POLICE).receives(ALERT, times=1).finds(ALERT).presses(HAVE).sees("You have this")
    assert "Known to you" in by_mail(office, COUNCIL, "incident.answer:known")
    office.time_passes_to(f"{DAY} 13:00")
    office.driver.teams.standin.outage(False)
    office.time_passes_to(f"{DAY} 14:30")

    council = office.in_teams(COUNCIL).receives(ALERT, ANSWERED, times=1)
    council.finds(ALERT).may_press("We know which child is meant")
    assert "by Director of Children's Services: known to us" in office.status()
    assert kept(office) == [REFERENCE]
    assert (said(office, "have"), said(office, "known")) == (1, 1)
