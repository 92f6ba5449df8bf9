"""The auditor finds what is open and has no next step, has it told once a day, and sets missing rounds again."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from commands import rehearsing
from commands.definitions import load
from scheduler.auditor import AuditReport, audit, tell
from storage.records import delivery, ledger
from storage.records.duties import Duty
from storage.records.outbox import Outgoing
from storage.records.scope import Scope
from tests.offices import Office, an_office


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office(opened="2027-01-05 06:00", incidents=False) as office:
        office.run_to("2027-01-05 12:00")
        beating(office)
        yield office


def beating(office: Office) -> None:
    for name in ("tick", "delivery"):
        delivery.beat(office.runner.store, name, office.now)


def found(office: Office) -> set[tuple[str, str]]:
    return {(finding.found.problem, finding.found.kind) for finding in audit(office.runner, office.now).findings}


def told(office: Office) -> int:
    return tell(office.runner, audit(office.runner, office.now), office.now)


def entries(office: Office) -> int:
    with office.reading() as scope:
        return len(list(ledger.entries(scope)))


def tamper(office: Office, change: Callable[[Session], None]) -> None:
    """Makes a fault that the bot itself cannot make: what a crash of another kind, or a hand, would leave."""
    with office.runner.store.writing() as session:
        change(session)


def without_rounds(office: Office, kind: str) -> None:
    def remove(session: Session) -> None:
        for duty in session.exec(select(Duty).where(Duty.kind == kind, Duty.partnership == office.partnership)):
            session.delete(duty)

    tamper(office, remove)


def test_all_is_well_and_nothing_is_written_while_everything_has_a_next_step(office: Office) -> None:
    before = entries(office)
    report = audit(office.runner, office.now)
    assert report == AuditReport() and report.all_well
    assert tell(office.runner, report, office.now) == 0
    assert entries(office) == before


def test_all_stays_well_through_the_days_of_a_month(office: Office) -> None:
    for day in range(5, 32):
        office.run_to(f"2027-01-{day:02} 23:00")
        beating(office)
        assert found(office) == set(), day


def test_a_reminder_that_nobody_handles_is_found_after_a_quarter_of_an_hour(office: Office) -> None:
    office.moves_to("2027-01-06 03:14")
    beating(office)
    assert found(office) == set()
    office.moves_to("2027-01-06 03:16")
    beating(office)
    assert found(office) == {("duty", "plan-ahead")}


def test_a_reminder_that_failed_and_waits_for_its_next_try_is_no_finding(office: Office) -> None:
    office.moves_to("2027-01-06 03:16")
    beating(office)
    with office.reading() as scope:
        key = scope.session.exec(select(Duty).where(Duty.kind == "plan-ahead", Duty.state == "open")).one().key
    delivery.note_failed_duty(office.runner.store, key, next_at=office.now + timedelta(minutes=4), error="abc")
    assert found(office) == set()


def test_a_message_that_nobody_sends_is_found_and_one_whose_try_never_ended(office: Office) -> None:
    office.done("business-manager", "people.cover", post="chief-nurse", person="designated-nurse", until="2027-01-08")
    office.moves_to("2027-01-05 12:20")
    beating(office)
    assert found(office) == {("message", "cover-arranged")}
    delivery.claim(office.runner.store, "a worker that was killed", office.now, 10)

    def long_ago(session: Session) -> None:
        for row in session.exec(select(Outgoing).where(col(Outgoing.state) == "sending")):
            row.lease_until = office.now - timedelta(hours=1)
            session.add(row)

    tamper(office, long_ago)
    assert found(office) == {("message", "cover-arranged")}


@pytest.mark.parametrize("kind", ["plan-ahead", "weekly-digest"])
def test_missing_rounds_are_found_told_and_set_again(office: Office, kind: str) -> None:
    without_rounds(office, kind)
    assert found(office) == {("rounds", kind)}
    assert told(office) == 1
    assert found(office) == set()


def test_a_digest_that_has_just_gone_is_no_finding_until_the_night_sets_the_next(office: Office) -> None:
    office.run_to("2027-01-11 20:00")
    beating(office)
    assert found(office) == set()


def test_parts_of_the_bot_that_are_silent_are_found(office: Office) -> None:
    office.moves_to("2027-01-05 12:06")
    delivery.beat(office.runner.store, "tick", office.now)
    assert found(office) == {("heartbeat", "delivery")}


def test_a_bot_that_never_ran_is_found() -> None:
    with an_office() as office:
        office.tick()
        assert found(office) == {("heartbeat", "tick"), ("heartbeat", "delivery")}


def test_the_business_manager_is_told_once_for_each_record_and_day(office: Office) -> None:
    office.moves_to("2027-01-06 03:16")
    beating(office)
    assert [told(office), told(office)] == [1, 0]
    office.moves_to("2027-01-07 03:30")
    beating(office)
    assert told(office) == 1


def test_the_words_say_what_stands_since_when_and_what_to_do(office: Office) -> None:
    office.moves_to("2027-01-06 03:16")
    beating(office)
    told(office)
    office.deliver()
    message = office.sent_to("business-manager")[-1]
    assert message.title == "OSCP: something is not being handled"
    assert message.text == (
        "- A reminder for the Business Manager is overdue since 03:00 on Wed 6 Jan 2027: "
        "fifteen months are planned; nobody is told\n"
        "Until this is mended, look at these yourself. Please tell whoever looks after this bot."
    )


def test_of_very_many_ten_are_named_and_the_rest_counted(office: Office) -> None:
    office.moves_to("2027-03-17 09:00")
    beating(office)
    assert told(office) == 1
    office.deliver()
    text = office.sent_to("business-manager")[-1].text
    assert text.count("\n- ") == 10
    assert "more of this kind" in text


def test_that_the_telling_itself_has_not_gone_out_is_found_but_not_told_again(office: Office) -> None:
    office.done("business-manager", "people.cover", post="chief-nurse", person="designated-nurse", until="2027-01-08")
    office.moves_to("2027-01-05 12:20")
    beating(office)
    told(office)
    office.moves_to("2027-01-05 12:40")
    beating(office)
    assert found(office) == {("message", "cover-arranged"), ("message", "unwatched")}
    assert told(office) == 0


def test_each_partnership_hears_of_its_own(office: Office) -> None:
    rehearsing.open_office(office.runner, load("somerset"), office.now, "notebook")
    without_rounds(office, "plan-ahead")
    assert {finding.partnership for finding in audit(office.runner, office.now).findings} == {"ourshire"}
    assert told(office) == 1
    with office.runner.store.reading() as session:
        last = [list(ledger.entries(Scope(session, name)))[-1].action for name in ("ourshire", "somerset")]
    assert last == ["audit.report", "people.posts-as-people"]
