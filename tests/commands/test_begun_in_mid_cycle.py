"""A bot that is first started when a planned meeting's day has gone by asks whether it was held."""

from collections.abc import Iterator

import pytest

from storage.records import meetings
from tests.offices import Office, an_office


@pytest.fixture
def office() -> Iterator[Office]:
    """Set up on Tuesday 12 January, and not started before the Policies Group was to meet on the Thursday."""
    with an_office(opened="2027-01-12 10:00") as office:
        yield office


def place(office: Office) -> str:
    with office.looking() as work:
        row = meetings.upcoming(work.scope, "policies", office.today)
        assert row is not None
        return row.place


def test_a_planned_meeting_whose_day_has_gone_by_is_asked_about_and_not_offered(office: Office) -> None:
    policies = place(office)
    office.moves_to("2027-01-18 06:00")
    office.run_to("2027-01-18 09:00")
    note = next(message.text for message in office.sent_to("business-manager") if "Policies Group" in message.text)
    asked = next(line for line in note.splitlines() if "Policies Group" in line and "14 January" in line)
    assert "was never confirmed, and its day is past. Was it held?" in asked
    assert f"meeting held policies {policies}" in asked and f"meeting cancel policies {policies}" in asked
    assert "meeting confirm" not in asked
    for post in ("business-manager", "designated-nurse", "head-teacher"):
        assert not any("Policies Group meets" in message.text for message in office.sent_to(post))


def test_in_time_it_is_still_offered_for_confirming(office: Office) -> None:
    policies = place(office)
    office.run_to("2027-01-13 09:00")
    texts = [message.text for message in office.sent_to("business-manager")]
    assert any(f"meeting confirm policies {policies}" in text for text in texts)


def test_a_meeting_whose_day_is_past_is_not_confirmed_any_more(office: Office) -> None:
    policies = place(office)
    office.moves_to("2027-01-14 23:00")
    office.done("business-manager", "meeting.confirm", group="policies", place=policies)
    office.done("business-manager", "undo")
    office.moves_to("2027-01-15 09:00")
    said = office.refused("business-manager", "meeting.confirm", group="policies", place=policies)
    assert "is past. If it was held, say: meeting held policies" in said
    office.done("business-manager", "meeting.held", group="policies", place=policies)
