"""`rehearse`: asked once, worked out beside the tick, answered once; what it says is what is sent."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest

from commands import rehearsing
from scheduler.rehearsal import next_time, rehearse_running
from scheduler.tick import FIRST_WAIT, TRIES
from scheduler.weeks_ahead import WeeksAhead
from storage.records import duties, outbox
from storage.records.message import Message
from tests.offices import Office, an_office, ready

MANAGER = "business-manager"


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office() as office:
        yield office


def asks(office: Office, weeks: int = 1) -> Message:
    return office.done(MANAGER, "rehearsal.ask", weeks=weeks)


def works_out(office: Office, **more: object) -> int:
    return WeeksAhead(office.runner, **more).work_out(office.now).handled  # type: ignore[arg-type]


def answers(office: Office) -> list[Message]:
    """What rehearsals have told the business manager, as it was delivered."""
    office.deliver()
    return [message for message in office.sent_to(MANAGER) if message.title.endswith("rehearsed")]


def open_duties(office: Office) -> list[int]:
    """What is still to be worked out: how often each has failed."""
    with office.reading() as scope:
        return [duty.attempts for duty in duties.of_record(scope, "rehearsal")]


def test_it_is_asked_for_at_once_and_comes_as_one_message_that_says_first_that_nobody_was_told(office: Office) -> None:
    assert "comes to you as a message" in asks(office, 2).text
    assert answers(office) == []
    assert works_out(office) == 1
    [answer] = answers(office)
    assert answer.title == "OSCP: the next 2 weeks rehearsed"
    assert answer.text.startswith("Nobody has been told anything.\n")
    assert "- Meeting: Thu 14 Jan, 09:30: Policies Group, planned" in answer.text
    assert "- Wed 13 Jan, 08:00, to Head of Safeguarding and Head Teacher: The Policies Group meets on" in answer.text
    assert "The daily note goes at 08:00 on working days." in answer.text
    assert "leave open: 12 questions" in answer.text
    assert [button.label for button in answer.buttons] == ["Setup", "Pause"]
    assert "sandbox" not in answer.text and "is paused" not in answer.text


def test_whoever_asks_again_while_it_is_worked_out_hears_that_it_is_and_gets_one_answer(office: Office) -> None:
    asks(office)
    assert "asked for at 06:00 is being worked out" in office.refused(MANAGER, "rehearsal.ask")
    assert (works_out(office), works_out(office)) == (1, 0)
    assert len(answers(office)) == 1
    office.moves_to("2027-01-04 06:05")
    asks(office, 2)
    assert works_out(office) == 1
    assert len(answers(office)) == 2


def test_two_copies_of_the_bot_that_work_it_out_at_the_same_time_answer_once(office: Office) -> None:
    asks(office)
    others: list[int] = []

    def meanwhile(name: str) -> None:
        if name == "after-rehearsal" and not others:
            others.append(0)
            others[0] = works_out(office)

    first = replace(office.runner, point=meanwhile)
    WeeksAhead(first).work_out(office.now)
    assert others == [1]
    assert len(answers(office)) == 1


def test_the_tick_passes_it_over_and_does_not_come_for_it(office: Office) -> None:
    office.run_to("2027-01-04 07:00")
    before = next_time(office.runner.store)
    asks(office)
    assert next_time(office.runner.store) == before
    report = office.tick()
    assert (report.handled, report.failed) == (0, 0)
    assert open_duties(office) == [0]


def test_what_was_rehearsed_is_what_is_sent_and_a_rehearsal_is_no_part_of_it(office: Office) -> None:
    office.run_to("2027-01-05 10:00")
    office.done(MANAGER, "meeting.confirm", group="policies", place="n37")
    office.deliver()
    asks(office)
    found = rehearse_running(office.runner.store, office.partnership, office.now, 4)
    assert works_out(office) == 1
    office.deliver()
    since = office.now
    office.run_to("2027-02-02 00:00")
    with office.reading() as scope:
        sent = {(t.key, t.post, t.at) for t in rehearsing.told(scope) if t.at > since}
    rehearsed = {(m.key, m.post, m.at) for m in found.messages}
    assert len(sent) > 10
    assert rehearsed == sent
    assert "rehearsed" not in {m.kind for m in found.messages}


def test_in_a_pause_it_comes_all_the_same_and_shows_what_resuming_would_do(office: Office) -> None:
    office.done(MANAGER, "partnership.pause")
    asks(office, 2)
    assert works_out(office) == 1
    [answer] = answers(office)
    assert "Sending is paused. This is what would happen if you resumed now." in answer.text
    assert "- Wed 13 Jan, 08:00, to Head of Safeguarding and Head Teacher: The Policies Group meets on" in answer.text
    assert [button.label for button in answer.buttons] == ["Setup", "Resume"]
    office.tick("2027-01-13 08:30")
    assert office.deliver().sent == 0, "the copy was resumed, and nothing else"


def test_with_the_sandbox_on_it_says_so(office: Office) -> None:
    asks(office)
    WeeksAhead(replace(office.runner, sandbox=True)).work_out(office.now)
    [answer] = answers(office)
    assert "The sandbox is on: what is sent goes to one place instead of to people." in answer.text


def test_nothing_about_a_case_is_in_it() -> None:
    with an_office(definition=ready("buckinghamshire"), opened="2027-03-04 09:00") as office:
        facts = {"aware": "2027-03-04T08:00:00+00:00", "received": "2027-03-04T08:30:00+00:00"}
        office.done(MANAGER, "incident.start", pathway="serious-incident", facts=facts)
        found = rehearse_running(office.runner.store, office.partnership, office.now, 1)
        assert {"stage-due"} <= {m.kind for m in found.messages}
        asks(office)
        assert works_out(office) == 1
        [answer] = answers(office)
        said = answer.text.replace("asked every quarter of each post that hears of incidents", "")
        assert "TEST-1" not in said and "incident" not in said.casefold()


class Killed(BaseException):
    """Stands for the power going."""


def at(name: str, does: Callable[[], None]) -> Callable[[str], None]:
    return lambda point: does() if point == name else None


@pytest.mark.parametrize("point", ["before-rehearsal", "after-rehearsal", "before-commit", "after-commit"])
def test_wherever_the_power_goes_it_is_answered_once(office: Office, point: str) -> None:
    asks(office)

    def dies() -> None:
        raise Killed

    with pytest.raises(Killed):
        WeeksAhead(replace(office.runner, point=at(point, dies))).work_out(office.now)
    works_out(office)
    assert len(answers(office)) == 1
    assert open_duties(office) == []


def test_a_bot_that_is_stopped_leaves_it_for_the_next_start(office: Office) -> None:
    asks(office)
    looks = count()
    assert works_out(office, stopping=lambda: next(looks) > 2) == 0
    assert open_duties(office) == [0]
    assert works_out(office) == 1


@pytest.mark.long
def test_one_that_fails_is_tried_later_and_in_the_end_the_business_manager_hears(office: Office) -> None:
    asks(office)

    def fails() -> None:
        raise ValueError("something is wrong with it")

    broken = WeeksAhead(replace(office.runner, point=at("after-rehearsal", fails)))
    for tried in range(TRIES):
        report = broken.work_out(office.now)
        assert (report.handled, report.failed) == (0, 1)
        assert broken.work_out(office.now).failed == 0, "it waits before it is tried again"
        office.moves_to(office.now + FIRST_WAIT * 4**tried + timedelta(seconds=1))
    assert report.given_up == 1
    with office.reading() as scope:
        kinds = [row.kind for row in outbox.of_person(scope, office.person(MANAGER))]
    assert "not-handled" in kinds and "rehearsed" not in kinds
