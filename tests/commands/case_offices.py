"""Offices with an incident under way in a shipped county: the front door has a number, and a pathway is on."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache

from sqlmodel import select

from commands.definitions import load
from storage.arrangements.partnership import Arrangements
from storage.records import duties, incidents, outbox
from storage.records.incidents import CaseStage
from storage.records.message import Message
from storage.records.notes import NoteLine
from tests.offices import ALL_WAYS, Office, an_office

MANAGER = "business-manager"
REFERENCE = "TEST-1"

BUCKS_FACTS = {"aware": "2027-01-07T16:00:00+00:00", "received": "2027-01-08T10:00:00+00:00"}
GLOS_FACTS = {"aware": "2027-01-07T16:00:00+00:00"}


def with_a_number(county: str) -> Arrangements:
    """A shipped county whose front door can be rung."""
    arrangements = load(county).arrangements
    door = arrangements.front_door.model_copy(update={"telephone": "01234 500500"})
    return arrangements.model_copy(update={"front_door": door})


@contextmanager
def in_buckinghamshire(kind: str = "serious-harm", at: str = "2027-01-08 11:00") -> Iterator[Office]:
    """A case whose form came on Friday 8 January 2027 at 10:00."""
    with _with_a_case("buckinghamshire", at, BUCKS_FACTS, kind) as office:
        yield office


@contextmanager
def in_gloucestershire(kind: str = "serious-incident", at: str = "2027-01-08 11:00") -> Iterator[Office]:
    """A case of which a professional became aware on Thursday 7 January 2027 at 16:00."""
    with _with_a_case("gloucestershire", at, GLOS_FACTS, kind) as office:
        yield office


@contextmanager
def _with_a_case(county: str, at: str, facts: Mapping[str, str], kind: str) -> Iterator[Office]:
    with _begun(county, at, tuple(facts.items()), kind).copy() as office:
        yield office


@cache
def _begun(county: str, at: str, facts: tuple[tuple[str, str], ...], kind: str) -> Office:
    """An office in which the case has just begun: made once, copied for each test."""
    office = an_office(definition=with_a_number(county), opened="2027-01-04 06:00", ways=ALL_WAYS)
    office.moves_to(at)
    office.done(MANAGER, "incident.start", pathway="serious-incident", facts=dict(facts), kind=kind)
    return office


def rows(office: Office, reference: str = REFERENCE) -> dict[str, CaseStage]:
    """The stages of a case as they stand."""
    with office.reading() as scope:
        found = incidents.stages(scope, reference)
        for row in found:
            scope.session.expunge(row)
    return {row.stage: row for row in found}


def status(office: Office) -> dict[str, str]:
    """The handler's live message as it stands: each line by its label."""
    with office.reading() as scope:
        kept = [row for row in outbox.of_person(scope, office.person(MANAGER)) if row.kind == "incident-status"]
        return {field.label: field.value for field in kept[-1].words.fields}


def letters(office: Office, kind: str) -> list[tuple[str, Message]]:
    """What is stored of a kind for anybody, each with the post it is for."""
    with office.reading() as scope:
        found = outbox.about(scope, f"incident:{REFERENCE}", [kind])
        return [(row.post, row.words) for row in found]


def lines(office: Office, post: str, stage: str) -> list[str]:
    """The lines about one stage in the notes of whoever is in a post, oldest first."""
    with office.reading() as scope:
        found = scope.session.exec(select(NoteLine).where(NoteLine.person == office.person(post)))
        kept = [line.text for line in sorted(found, key=lambda line: line.day)]
    return [text for text in kept if text.startswith(f"{REFERENCE}: {stage}")]


def handled(office: Office, when: str, stage: str, kind: str = "stage-due") -> list[str]:
    """Has the open reminders of one stage handled that are due by then; the reasons with which they closed."""
    office.moves_to(when)
    with office.reading() as scope:
        found = [
            {"record": d.record, "kind": d.kind, "part": d.part, "generation": d.generation}
            for d in duties.of_record(scope, f"incident:{REFERENCE}")
            if d.kind == kind and d.part.split(":")[0] == stage and d.next_at <= office.now
        ]
    return office.done("time", "duty.handle", duties=found).text.splitlines() if found else []
