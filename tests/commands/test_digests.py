"""What a digest says is late, and what `me` says beside what is asked."""

from collections.abc import Iterator

import pytest

from commands import digests
from commands.saying import Typed
from commands.words_people_type import mine
from storage.records.message import Message
from tests.offices import Office, an_office


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office() as office:
        yield office


def late(office: Office) -> list[str]:
    with office.looking() as work:
        found = digests.digest_data(work, cases=False)["late"]
        assert isinstance(found, list)
        return found


MILESTONE = "Publish the new arrangements (Business Manager), due Wed 31 Mar 2027"


def test_a_milestone_that_has_passed_is_late_until_it_is_done(office: Office) -> None:
    office.moves_to("2027-03-31 09:00")
    assert MILESTONE not in late(office)
    office.moves_to("2027-04-01 09:00")
    assert MILESTONE in late(office)
    office.done("business-manager", "milestone.done", milestone="new-arrangements")
    assert MILESTONE not in late(office)


def test_a_milestone_of_long_ago_is_not_brought_up_for_ever(office: Office) -> None:
    office.moves_to("2028-05-04 09:00")
    assert MILESTONE in late(office)
    office.moves_to("2028-05-05 09:00")
    assert MILESTONE not in late(office)


def me(office: Office, post: str) -> str:
    with office.looking(post) as work:
        word = next(word for word in mine.WORDS if word.path == ("me",))
        found = word.means(work, Typed(word, ()))
        assert isinstance(found, Message)
        return found.text


def test_beside_what_is_asked_me_does_not_say_that_nothing_is_owed(office: Office) -> None:
    office.run_to("2027-01-13 09:00")
    said = me(office, "head-of-safeguarding")
    assert "- The Policies Group meets on Thursday 14 January 2027" in said
    assert "- nothing beside what is asked above\n" in said
    assert "- nothing\n" not in said
