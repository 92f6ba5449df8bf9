"""The pack for a meeting: what came in by section, what is missing, what was raised, how actions stand; who has it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from commands import pack_blocks, packs_for_meetings
from commands.packs_for_meetings import Pack
from storage.arrangements.forms import Given
from storage.records import duties, meetings, outbox
from storage.records.message import Message
from tests.commands.business import (
    CHAIR,
    MANAGER,
    RETURNS,
    action,
    an_office_with_reports,
    opens,
    owed_in,
    place_of,
    rows,
    sends,
    writing,
)
from tests.offices import OURSHIRE, Office, an_office

PRACTICE, EXECUTIVE = "2027-02-16", "2027-03-16"
FILLED = {
    "achieved": Given(value="The threshold guide is out"),
    "raised": rows({"what": "No data from the hospital", "ask": "Write to them"}),
    "actions": rows(action("Write the protocol")),
}


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office_with_reports(opened="2027-02-08 06:00") as office:
        yield office


def pack_of(office: Office, group: str = "practice", day: str = PRACTICE) -> Pack:
    with office.looking(MANAGER) as work:
        row = meetings.find(work.scope, group, place_of(office, group, day))
        assert row is not None
        return packs_for_meetings.contents(work, row)


def words_of(pack: Pack) -> str:
    shown = pack_blocks.blocks(pack)
    return "\n".join([each.words for each in shown] + [cell for each in shown for row in each.rows for cell in row])


def test_what_came_in_stands_there_in_full_by_section_with_raised_and_actions(office: Office) -> None:
    sends(office, opens(office), FILLED)
    pack = pack_of(office)
    (report,) = pack.reports
    (received,) = report.received
    assert (received.name, received.how, received.late) == ("Policies Group", "in since Monday 8 February 2027", False)
    (part,) = received.parts
    answers = {each.question: each for each in part.answers}
    assert answers["What has been achieved since the last report"].answer == "The threshold guide is out"
    assert answers["Actions: who does what by when"].rows == (
        ("Write the protocol", "Designated Nurse", "Mon 1 Mar 2027"),
    )
    assert pack.missing == ()
    assert pack.raised[0].startswith("Raised 1, by Policies Group: No data from the hospital")
    (doing,) = pack.doing
    assert (doing.number, doing.owner, doing.stands) == (1, "Designated Nurse", "open")
    assert doing.origin.startswith("promised by Policies Group in: Exception report")


def test_what_is_missing_is_said_with_who_and_since_when(office: Office) -> None:
    opens(office)
    assert pack_of(office).missing == (
        "Exception report: Policies Group (Head of Safeguarding): nothing has come in. It is due on "
        "Tuesday 9 February 2027.",
    )
    office.moves_to("2027-02-11 09:00")
    assert pack_of(office).missing[0].endswith("It was due on Tuesday 9 February 2027, 2 days ago.")


@pytest.mark.parametrize(
    ("state", "words"),
    [("draft", "begun, not sent in"), ("reopened", "opened again, not sent in again")],
)
def test_a_draft_and_what_was_opened_again_are_missing_too(office: Office, state: str, words: str) -> None:
    place = opens(office)
    with writing(office) as work:
        owed = owed_in(work, place)
        owed.state = state
        work.scope.session.add(owed)
    (line,) = pack_of(office).missing
    assert words in line


def test_a_wish_not_to_owe_it_counts_as_missing_until_it_is_granted(office: Office) -> None:
    place = opens(office)
    with writing(office) as work:
        owed = owed_in(work, place)
        owed.not_us = "asked"
        work.scope.session.add(owed)
    assert "they have asked whether it is theirs" in pack_of(office).missing[0]
    with writing(office) as work:
        owed = owed_in(work, place)
        owed.not_us, owed.state = "granted", "not-us"
        work.scope.session.add(owed)
    pack = pack_of(office)
    assert pack.missing == ()
    assert pack.reports[0].not_theirs == ("Policies Group: it was agreed that this is not theirs.",)


def test_nothing_by_exception_and_what_came_after_its_day_are_said(office: Office) -> None:
    place = opens(office)
    office.moves_to("2027-02-11 09:00")
    sends(office, place, {})
    with writing(office) as work:
        owed = owed_in(work, place)
        owed.by_exception, owed.came_by = True, "on-behalf"
        work.scope.session.add(owed)
    (report,) = pack_of(office).reports
    assert report.received[0].how == "in since Thursday 11 February 2027, after its day, entered on their behalf"
    assert report.received[0].nothing == "Nothing to report by exception"
    assert report.by_exception == report.late == ("Policies Group",)


def test_overdue_and_done_actions_and_what_they_changed_are_there(office: Office) -> None:
    sends(office, opens(office), {"actions": rows(action("Write the protocol"), action("Ask the schools"))})
    office.done("designated-nurse", "action.done", number=2, effect="All schools know whom to ring")
    office.moves_to("2027-03-02 09:00")
    pack = pack_of(office)
    assert [(each.number, each.stands, each.overdue) for each in pack.doing] == [(1, "overdue", True)]
    assert pack.done[0].stands == "done on Mon 8 Feb 2027; what it changed: All schools know whom to ring"


def test_a_report_that_goes_on_is_in_the_next_groups_pack_too(office: Office) -> None:
    sends(office, opens(office), FILLED)
    office.moves_to(f"{PRACTICE} 16:00")
    assert pack_of(office, "executive", EXECUTIVE).reports == ()
    office.done(MANAGER, "meeting.held", group="practice", place=place_of(office, "practice", PRACTICE))
    pack = pack_of(office, "executive", EXECUTIVE)
    assert [each.name for each in pack.reports] == ["Exception report, received by the Practice Group"]
    assert "The threshold guide is out" in words_of(pack)
    assert pack.raised == ("Exception report, with the comments of the Practice Group, which are not here yet",)


def test_the_pack_of_a_meeting_that_was_says_what_came_of_what_was_raised(office: Office) -> None:
    sends(office, opens(office), FILLED)
    office.moves_to(f"{PRACTICE} 16:00")
    office.done(MANAGER, "meeting.held", group="practice", place=place_of(office, "practice", PRACTICE))
    office.done("designated-nurse", "raised.close", which="practice.1", outcome="The hospital sends it")
    (line,) = pack_of(office).raised
    assert line.endswith("(The hospital sends it)")


def test_where_papers_stay_outside_nothing_that_was_written_is_in_the_pack(office: Office) -> None:
    sends(office, opens(office), FILLED)
    with office.looking(MANAGER) as work:
        row = meetings.find(work.scope, "practice", place_of(office, "practice", PRACTICE))
        assert row is not None
        groups = work.arrangements.groups_by_id
        kept = groups["practice"]
        groups["practice"] = kept.model_copy(update={"content_outside": True})
        try:
            words = words_of(packs_for_meetings.contents(work, row))
        finally:
            groups["practice"] = kept
    assert "The papers of this group stay outside this bot" in words
    assert "Policies Group" in words and "In since Monday 8 February 2027" in words
    assert "threshold guide" not in words and "hospital" not in words


# Ready


def told(office: Office, post: str, kind: str) -> list[Message]:
    with office.reading() as scope:
        found = outbox.of_person(scope, office.person(post))
        return [Message.model_validate(each.message) for each in found if each.kind == kind]


def test_it_is_ready_on_the_papers_day_for_whoever_sees_to_the_papers(office: Office) -> None:
    opens(office)
    office.run_to("2027-02-09 06:55")
    assert told(office, MANAGER, "pack-ready") == []
    office.run_to("2027-02-09 07:05")
    (message,) = told(office, MANAGER, "pack-ready")
    assert message.title == "The pack is ready: Practice Group, Tuesday 16 February 2027"
    assert "Exception report: 0 of 1 in." in message.text
    assert "- Exception report: Policies Group (Head of Safeguarding): nothing has come in." in message.text
    assert message.link and message.link_code
    assert [button.label for button in message.buttons] == ["Send me the pack"]


def test_without_a_papers_day_it_is_ready_on_the_morning_of_a_group_that_meets_before_another() -> None:
    text = OURSHIRE.read_text("utf-8") + RETURNS
    papers = 'papers = { days = 7, source = "ours §6.1" }\n'
    assert papers in text
    with an_office(definition=text.replace(papers, ""), opened="2027-02-08 06:00") as office, office.reading() as scope:
        row = next(each for each in meetings.every(scope) if (each.group, str(each.day)) == ("practice", PRACTICE))
        (duty,) = [each for each in duties.of_record(scope, row.record) if each.kind == "pack-ready"]
        assert (str(duty.due_at.date()), duty.post) == (PRACTICE, "business-manager")
        assert duty.why == "the day of the meeting, 28 days before the Executive"


def test_no_pack_is_announced_for_a_group_to_which_nobody_reports(office: Office) -> None:
    with office.reading() as scope:
        groups = {each.record.split(":")[1] for each in duties.of_kind(scope, "pack-ready")}
    assert groups == {"practice", "executive"}


def test_a_moved_meeting_takes_its_pack_along_and_a_cancelled_one_has_none(office: Office) -> None:
    place = place_of(office, "practice", PRACTICE)
    office.done(MANAGER, "meeting.move", group="practice", place=place, day="2027-02-23")
    with office.reading() as scope:
        row = meetings.find(scope, "practice", place)
        assert row is not None
        (duty,) = [each for each in duties.of_record(scope, row.record) if each.kind == "pack-ready"]
        assert str(duty.due_at.date()) == "2027-02-16"
    office.done(MANAGER, "meeting.cancel", group="practice", place=place)
    with office.reading() as scope:
        assert not [each for each in duties.of_record(scope, f"meeting:practice:{place}") if each.kind == "pack-ready"]


# By mail


def test_whoever_sits_at_the_table_has_a_link_mailed_and_nobody_else(office: Office) -> None:
    form = {"group": "practice", "place": place_of(office, "practice", PRACTICE)}
    office.done("head-teacher", "pack.send", **form)
    (letter,) = told(office, "head-teacher", "pack-link")
    assert letter.link and letter.link_code
    assert "This can be done by" in office.refused(CHAIR, "pack.send", **form)
    office.runner = replace(office.runner, ways=frozenset())
    assert "convenor returns pack" in office.refused("head-teacher", "pack.send", **form)
