"""What was said of a round, for tests of chasing: lines of notes and letters, as stored; settings by the hundred."""

from datetime import date, datetime, timedelta

from sqlmodel import col, select

from storage.records import duties, people
from storage.records.message import Message
from storage.records.notes import NoteLine
from storage.records.outbox import Outgoing
from storage.records.returns import Enrolled
from storage.records.scope import Scope
from tests.offices import Office

MANAGER = "business-manager"


def stored(office: Office, *kinds: str) -> list[Outgoing]:
    """The messages of some kinds, whether they have gone out or not, in their order."""
    with office.reading() as scope:
        query = select(Outgoing).where(Outgoing.partnership == office.partnership, col(Outgoing.kind).in_(kinds))
        found = list(scope.session.exec(query.order_by(col(Outgoing.id))))
        scope.session.expunge_all()
        return found


def letters(office: Office, person: str, *kinds: str) -> list[Message]:
    """The messages of some kinds to one person."""
    return [row.words for row in stored(office, *kinds) if row.person == person]


def lines(office: Office, person: str, kind: str = "report-due") -> list[tuple[str, str]]:
    """The lines of a kind in somebody's notes: the day, and the words."""
    with office.reading() as scope:
        query = select(NoteLine).where(
            NoteLine.partnership == office.partnership, NoteLine.person == person, NoteLine.kind == kind
        )
        found = scope.session.exec(query.order_by(col(NoteLine.day), NoteLine.key))
        return [(line.day.isoformat(), line.text) for line in found]


def by_mail_only(office: Office, post: str, email: str, capacity: str = "holder") -> str:
    """Somebody in a post of an agency who has no account anywhere; gives their id."""
    with office.runner.store.writing() as session:
        person = people.enter(session, name=f"{post} {capacity}", email=email, now=office.now)
        people.enter_holding(
            Scope(session, office.partnership),
            post=post,
            person=person.id,
            capacity=capacity,
            agency="",
            since=office.today,
            until=None,
        )
        return person.id


def settings(office: Office, number: int, *, leads: bool = True) -> None:
    """So many schools beside the definition, each with a lead who has no account."""
    with office.runner.store.writing() as session:
        for each in range(number):
            id_ = f"school-{each:03}"
            session.add(
                Enrolled(
                    partnership=office.partnership,
                    id=id_,
                    name=f"School {each:03}",
                    sector="school",
                    section_175=True,
                    since=office.today,
                )
            )
        session.flush()
    if leads:
        for each in range(number):
            by_mail_only(office, f"lead:school-{each:03}", f"school-{each:03}@ours.example")


def due_times(office: Office, record: str, kind: str = "report-due") -> list[tuple[str, datetime]]:
    """What one who owes is still to be reminded of: the part and its time."""

    with office.reading() as scope:
        return [(d.part, d.due_at) for d in duties.of_record(scope, record) if d.kind == kind]


def mornings_to(office: Office, last: str) -> None:
    """A tick before and one after the note of each day up to one, today's included; nothing is delivered."""
    day, end = office.today, date.fromisoformat(last)
    while day <= end:
        for hour in ("07:30", "08:05"):
            if (moment := office.at(f"{day.isoformat()} {hour}")) >= office.now:
                office.tick(moment)
        day += timedelta(days=1)
