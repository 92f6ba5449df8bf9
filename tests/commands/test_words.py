"""Times in words: what people read can be read in one way only."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from commands.words import certain_hour

LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("utc", "words"),
    [
        ("2027-10-30T23:59", "00:59"),  # Sunday 31 October: the clocks go back at 02:00
        ("2027-10-31T00:00", "01:00 BST"),
        ("2027-10-31T00:30", "01:30 BST"),
        ("2027-10-31T01:30", "01:30 GMT"),
        ("2027-10-31T02:00", "02:00"),
        ("2027-03-28T00:59", "00:59"),  # Sunday 28 March: from 01:00 to 02:00 at once
        ("2027-03-28T01:00", "02:00"),
    ],
)
def test_of_the_hour_that_autumn_has_twice_it_is_said_which_one(utc: str, words: str) -> None:
    assert certain_hour(datetime.fromisoformat(utc).replace(tzinfo=UTC).astimezone(LONDON)) == words
