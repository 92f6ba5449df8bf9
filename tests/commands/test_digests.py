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
        found = digests.digest_data(work, cases=())["late"]
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


def a_line_to_confirm(office: Office) -> str:
    """Runs until the business manager is asked to confirm the Executive's meeting; gives its place."""
    office.run_to("2027-04-30 07:30")
    with office.looking("business-manager") as work:
        lines = digests.lines_now(work, office.person("business-manager"), work.today)
        return next(line.record for line in lines if line.kind == "not-confirmed").rpartition(":")[2]


def asked_now(office: Office) -> str:
    with office.looking("business-manager") as work:
        return digests.note_now(work, office.person("business-manager")).text


def test_what_has_been_done_before_the_note_goes_does_not_stand_in_it() -> None:
    with an_office(opened="2027-04-29 23:00") as office:
        place = a_line_to_confirm(office)
        assert f"meeting confirm executive {place}" in asked_now(office)
        office.done("business-manager", "meeting.confirm", group="executive", place=place)
        assert f"meeting confirm executive {place}" not in asked_now(office)
        office.run_to("2027-04-30 09:00")
        note = next(m.text for m in office.sent_to("business-manager") if m.title.startswith("To do"))
        assert f"meeting confirm executive {place}" not in note


def test_a_line_of_a_day_that_has_changed_is_struck_out_and_comes_back_with_the_day() -> None:
    with an_office(opened="2027-04-29 23:00") as office:
        place = a_line_to_confirm(office)
        before = asked_now(office)
        office.done("business-manager", "meeting.move", group="executive", place=place, day="2027-06-29")
        assert f"meeting confirm executive {place}" not in asked_now(office)
        office.done("business-manager", "undo")
        assert asked_now(office) == before
