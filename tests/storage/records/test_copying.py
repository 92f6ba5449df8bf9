"""A copy for rehearsals: what runs goes on in it exactly as it would have, and the original never notices."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlmodel import SQLModel, select

from storage.records import ledger, meetings, people
from storage.records.copying import copy_partnership
from storage.records.duties import Duty
from storage.records.incidents import Case, CaseStage
from storage.records.meetings import MeetingRow
from storage.records.notes import NoteLine
from storage.records.outbox import Outgoing
from storage.records.people import Identity, Person
from storage.records.registers import Item, MilestoneDone
from storage.records.store import Store
from tests.offices import Notebook, Office, an_office

from .rows import (
    DAY,
    NOON,
    OURS,
    THEIRS,
    a_duty,
    a_meeting,
    a_message,
    a_partnership,
    reading,
    somebody,
    takes_post,
    writing,
)

MARCH = date(2027, 3, 16)


@pytest.fixture
def original(store: Store) -> Store:
    """Two partnerships that share a Designated Nurse, with something open and something over in each."""
    with writing(store) as scope:
        nurse = takes_post(scope, "Designated Nurse", "designated-nurse", date(2027, 1, 1))
        somebody(scope, "Head Teacher")
        people.propose(scope.session, door="terminal", tenant="", user="U1", person=nurse, now=NOON)
    for partnership in (OURS, THEIRS):
        with writing(store, partnership) as scope:
            scope.session.add_all(rows_of(partnership))
            ledger.append(scope, b"key", at=NOON, actor="x", action="meeting.confirm", record="", ids={})
    return store


def rows_of(partnership: str) -> Iterator[SQLModel]:
    long_ago = NOON - timedelta(days=500)
    yield a_partnership(partnership)
    yield a_meeting(partnership=partnership)
    for part, state, closed_at in [("open", "open", None), ("told", "closed", NOON), ("old", "closed", long_ago)]:
        yield a_duty(part=part, partnership=partnership, state=state, closed_at=closed_at)
    for reference, closed in [("C-1", None), ("C-2", NOON)]:
        yield Case(
            partnership=partnership, reference=reference, pathway="serious-incident", opened_at=NOON, facts={},
            closed_at=closed,
        )  # fmt: skip
        yield CaseStage(partnership=partnership, reference=reference, stage="panel", place=0)
    for days in (0, 30):
        day = MARCH - days * DAY
        yield NoteLine(
            partnership=partnership, person="nurse", key=f"k{days}", day=day, kind="agenda", post="", record="", text=""
        )
    yield Item(partnership=partnership, book="actions", number=1, title="t", owner="o", entered_at=NOON, state="done")
    yield MilestoneDone(partnership=partnership, milestone="new-arrangements", on=MARCH)
    said = {"state": "sent", "sent_at": NOON, "door": "slack", "address": "U1", "reference": "1.2", "sent": 1}
    yield a_message("sent", partnership=partnership, **said)
    yield a_message("sent long ago", partnership=partnership, created_at=NOON - 60 * DAY, **said)
    yield a_message("kept true", partnership=partnership, created_at=NOON - 60 * DAY, shape="live", **said)
    yield a_message("waits", partnership=partnership, lease_owner="w", lease_until=NOON, unsure=True)


def copied(store: Store, table: type[SQLModel]) -> list[SQLModel]:
    with store.reading() as session:
        rows = list(session.exec(select(table)))
        session.expunge_all()
    return rows


def test_what_is_open_is_copied_and_what_is_over_is_not(original: Store, memory: Store) -> None:
    assert copy_partnership(original, memory, OURS)
    assert {(d.part, d.partnership) for d in copied(memory, Duty)} == {("open", OURS), ("told", OURS)}
    assert [case.reference for case in copied(memory, Case)] == ["C-1"]
    assert [stage.reference for stage in copied(memory, CaseStage)] == ["C-1"]
    assert [line.key for line in copied(memory, NoteLine)] == ["k0"]
    assert {row.key for row in copied(memory, Outgoing)} == {"sent", "kept true", "waits"}
    for table in (MeetingRow, Item, MilestoneDone):
        assert [row.partnership for row in copied(memory, table)] == [OURS], table


def test_all_of_it_is_copied_when_that_is_asked_for(original: Store, memory: Store) -> None:
    copy_partnership(original, memory, OURS, open_only=False)
    assert {duty.part for duty in copied(memory, Duty)} == {"open", "told", "old"}
    assert len(copied(memory, Case)) == 2
    assert len(copied(memory, NoteLine)) == 2
    assert len(copied(memory, Outgoing)) == 4


def test_persons_come_with_their_identities_and_strangers_do_not(original: Store, memory: Store) -> None:
    copy_partnership(original, memory, OURS)
    assert [person.name for person in copied(memory, Person)] == ["Designated Nurse"]
    assert [identity.user for identity in copied(memory, Identity)] == ["U1"]


def test_messages_come_as_said_and_without_the_place_where_they_are(original: Store, memory: Store) -> None:
    copy_partnership(original, memory, OURS)
    for row in copied(memory, Outgoing):
        assert (row.state, row.sent_at, row.door, row.reference, row.lease_owner) == ("sent", None, "", "", "")


def test_messages_that_wait_can_be_copied_to_go_from_the_copy(original: Store, memory: Store) -> None:
    copy_partnership(original, memory, OURS, waiting=True)
    states = {row.key: (row.state, row.unsure) for row in copied(memory, Outgoing)}
    assert states == {"sent": ("sent", False), "kept true": ("sent", False), "waits": ("waiting", False)}


def test_the_original_is_only_read(original: Store, memory: Store) -> None:
    tables = (Duty, Outgoing, MeetingRow, Person)
    before = [[row.model_dump() for row in copied(original, table)] for table in tables]
    copy_partnership(original, memory, OURS, waiting=True)
    assert [[row.model_dump() for row in copied(original, table)] for table in tables] == before


def test_a_copy_begins_a_ledger_of_its_own(original: Store, memory: Store) -> None:
    copy_partnership(original, memory, OURS)
    with reading(memory) as scope:
        assert list(ledger.entries(scope)) == []


def test_a_partnership_that_does_not_run_here_is_not_copied(original: Store, memory: Store) -> None:
    assert not copy_partnership(original, memory, "elsewhere")
    assert copied(memory, Person) == []


def test_two_partnerships_that_share_a_person_fit_into_one_copy(original: Store, memory: Store) -> None:
    for partnership in (OURS, THEIRS):
        assert copy_partnership(original, memory, partnership)
    assert len(copied(memory, Person)) == 1
    assert {row.partnership for row in copied(memory, MeetingRow)} == {OURS, THEIRS}


def test_a_copy_goes_nowhere_but_into_memory(original: Store, tmp_path: Path) -> None:
    on_disk = Store(f"sqlite:///{tmp_path / 'other.sqlite'}")
    with pytest.raises(ValueError, match="in memory"):
        copy_partnership(original, on_disk, OURS)
    on_disk.close()


@pytest.mark.slow
@pytest.mark.long
def test_what_the_copy_goes_on_to_say_is_what_the_original_goes_on_to_say(tmp_path: Path, memory: Store) -> None:
    """From the middle of a day on which some notes have gone already, over a meeting and its minutes."""
    with an_office(tmp_path, "ourshire", "2027-02-08 06:00") as office:
        office.done("business-manager", "meeting.confirm", group="executive", place=place_of(office, "executive"))
        office.run_to("2027-03-09 08:30")
        assert copy_partnership(office.runner.store, memory, OURS)
        runner = replace(office.runner, store=memory, ledger_key=b"another key", new_reference=lambda: "none")
        copy = Office(runner, office.definition, office.zone, office.now, Notebook())
        already = len(office.notebook.sent)
        for either in (office, copy):
            either.run_to("2027-04-06 12:00")
        went_on = said(office, already)
        assert len(went_on) > 20
        assert said(copy, 0) == went_on


def place_of(office: Office, group: str) -> str:
    with office.reading() as scope:
        found = meetings.upcoming(scope, group, office.today)
        assert found is not None
        return found.place


def said(office: Office, after: int) -> list[tuple[str, str, str]]:
    return sorted((str(at), parcel.key, parcel.message.text) for at, parcel in office.notebook.sent[after:])
