"""What a rehearsal does before and after: posts as people, and everything that was told."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from storage.arrangements.agencies import Agency
from storage.arrangements.meetings import Year
from storage.records import incidents, partnerships, people, returns
from storage.records.message import Message
from storage.records.notes import NoteLine
from storage.records.outbox import Outgoing
from storage.records.people import Holding
from storage.records.returns import Enrolled
from storage.records.scope import Scope

from . import permissions, planning
from .action import Action, Form
from .definitions import Definition
from .permissions import Role, Where
from .refusals import Refused
from .respondents import title_of
from .runner import Runner
from .work import Work, note_key


@dataclass(frozen=True)
class Told:
    """Something that somebody was told: a line of a note, or a message of its own."""

    key: str
    at: datetime
    post: str
    kind: str
    title: str
    text: str
    why: str
    source: str
    about_case: bool = False


class Staff(Form):
    """The door at which the posts, as people, are reached. `agencies`: also who answers and signs for agencies."""

    door: str
    agencies: bool = False


def address_of(partnership: str, post: str) -> str:
    """The address of the person who stands for a post in a rehearsal; no mail can reach it."""
    return f"{post}@{partnership}.invalid"


def person_of(partnership: str, post: str) -> str:
    """The id of the person who stands for a post in a rehearsal."""
    return people.person_id(address_of(partnership, post))


def _staff(work: Work, form: Staff) -> Message:
    """Every post that nobody holds gets a person who is the post, so that nothing a rehearsal says goes astray."""
    posts = [post.id for post in work.arrangements.posts if not post.vacant]
    posts += _posts_of_agencies(work) if form.agencies else []
    held = people.in_posts(work.scope, posts, work.today)
    for post in posts:
        if post in held:
            continue
        address = address_of(work.scope.partnership, post)
        person = people.enter(work.scope.session, name=title_of(work, post), email=address, now=work.now)
        work.scope.session.add(
            Holding(partnership=work.scope.partnership, post=post, person=person.id, since=work.today)
        )
    work.scope.session.flush()
    for holding in people.holdings(work.scope):
        found = people.propose(
            work.scope.session,
            door=form.door,
            tenant=work.scope.partnership,
            user=holding.person,
            person=holding.person,
            now=work.now,
        )
        found.state, found.confirmed_by = "confirmed", work.actor.id  # nobody but the rehearsal is at its door
    work.note("partnership")
    return Message(title="Posts as people", text="Every post has somebody.")


def _posts_of_agencies(work: Work) -> list[str]:
    """The posts of each agency and setting of which a report or an audit is asked: who answers, and its senior."""
    found: dict[str, None] = {}
    every: list[Agency | Enrolled] = [*work.arrangements.agencies, *returns.enrolled(work.scope, work.today)]
    for report in work.arrangements.returns:
        found |= dict.fromkeys(report.from_agencies)
        if report.from_duty is not None:
            duty = report.from_duty.replace("-", "_")
            found |= dict.fromkeys(each.id for each in every if getattr(each, duty))
    return [post for agency in found for post in (returns.lead_post(agency), returns.senior_post(agency))]


STAFF = Action(
    "people.posts-as-people",
    Staff,
    _staff,
    {Role.ADMINISTRATOR: Where.EVERYWHERE},
    "give every post a person to rehearse",
)


def open_office(runner: Runner, definition: Definition, now: datetime, door: str, *, agencies: bool = False) -> None:
    """Puts a definition in force, unless exactly this text is, and fills its posts; with `agencies` also theirs."""
    administrator = permissions.administrator(definition.arrangements.id)
    with runner.store.reading() as session:
        running = partnerships.version(Scope(session, definition.arrangements.id))
        is_in_force = running is not None and running.hash == definition.hash
    steps: list[tuple[str, dict[str, object]]] = [(STAFF.name, {"door": door, "agencies": agencies})]
    if not is_in_force:
        steps.insert(0, ("arrangements.apply", {"text": definition.text}))
    for action, form in steps:
        outcome = runner.perform(administrator, action, form, None, now)
        if outcome.refused:
            raise Refused(*outcome.refusals)


def collected(session: Session, partnership: str, first: date, last: date) -> tuple[Year, list[Told]]:
    """The meetings of a stretch of days as they stand, and everything told, in the order of time."""
    scope = Scope(session, partnership)
    work = Work(scope, permissions.administrator(partnership), _midnight(scope, first), lambda: "")
    year = planning.year(work, first, last)
    return year, told(scope)


def _midnight(scope: Scope, first: date) -> datetime:
    stored = partnerships.version(scope)
    assert stored is not None
    return stored.adopted_at


def told(scope: Scope) -> list[Told]:
    """Every message that went out, and every line of the notes that did."""
    query = select(Outgoing).where(Outgoing.partnership == scope.partnership, col(Outgoing.sent_at).is_not(None))
    sent = list(scope.session.exec(query.order_by(col(Outgoing.sent_at), col(Outgoing.id))))
    notes = {row.key: row for row in sent if row.kind == "daily-note"}
    posts = _posts(scope)
    found = [_message(row, posts) for row in sent]
    for line in scope.session.exec(select(NoteLine).where(NoteLine.partnership == scope.partnership)):
        note = notes.get(note_key(line.person, line.day))
        if note is not None and note.sent_at is not None:
            key, at = line.key, note.sent_at
            told_of = incidents.is_about_case(line.record)
            found.append(Told(key, at, line.post, line.kind, "", line.text, line.why, line.source, told_of))
    return sorted(found, key=lambda t: (t.at, t.kind == "daily-note", t.key))


def _message(row: Outgoing, posts: dict[str, str]) -> Told:
    assert row.sent_at is not None
    words = row.words
    post = row.post or posts.get(row.person, "")
    fields = "".join(f"\n{field.label}: {field.value}" for field in words.fields)
    key = f"{row.partnership}/{row.key}" if "/" not in row.key else row.key
    text = words.text + fields
    return Told(key, row.sent_at, post, row.kind, words.title, text, row.why, row.source, row.about_case)


def _posts(scope: Scope) -> dict[str, str]:
    return {h.person: h.post for h in reversed(people.holdings(scope)) if h.capacity == "holder"}
