"""Late is said once: after a pause or a long silence an overdue chain goes on from today, not from where it stopped."""

from collections.abc import Iterator

import pytest

from tests.offices import Office, an_office, everybody_has_answered


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office(opened="2027-03-16 06:00") as office:
        yield office


def repeated(office: Office, about: str) -> list[str]:
    """The lines about something in the business manager's last note that stand there more than once."""
    note = [message for message in office.sent_to("business-manager") if message.title.startswith("To do")][-1]
    lines = [line for line in note.text.splitlines() if about in line]
    assert lines
    return [line for line in set(lines) if lines.count(line) > 1]


def pause(office: Office, until: str) -> None:
    office.done("business-manager", "partnership.pause")
    office.run_to(f"{until} 11:00")
    office.done("business-manager", "partnership.resume")
    office.run_to(f"{until} 12:00")


@pytest.mark.long
def test_overdue_minutes_are_said_once_after_a_pause(office: Office) -> None:
    office.run_to("2027-03-30 06:00")
    pause(office, "2027-06-30")
    assert repeated(office, "inutes") == []


def test_overdue_minutes_are_said_once_after_the_bot_was_down(office: Office) -> None:
    office.run_to("2027-04-01 12:00")
    office.moves_to("2027-06-30 11:00")
    office.run_to("2027-07-01 12:00")
    assert repeated(office, "inutes") == []


@pytest.mark.long
def test_an_overdue_action_is_said_once_after_a_pause(office: Office) -> None:
    office.done(
        "business-manager", "action.add", title="Write the protocol", owner="business-manager", due="2027-03-18"
    )
    office.run_to("2027-03-19 06:00")
    pause(office, "2027-06-30")
    assert repeated(office, "Write the protocol") == []


@pytest.mark.long
def test_an_overdue_stage_is_said_once_after_a_pause(office: Office) -> None:
    facts = {"aware": "2027-03-16T05:00:00+00:00"}
    office.done("business-manager", "incident.start", pathway="serious-incident", facts=facts)
    everybody_has_answered(office, "TEST-1")
    pause(office, "2027-06-30")
    assert repeated(office, "TEST-1") == []
