"""Reports that are owed, for tests: a round opened, a form filled in with what will do, sent in.

with a_partnership_of_reports() as office:
    round_ = an_owed_report(office)
    sends_in(office, "bs-life-chair", OWED)
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

from commands import filling, return_forms, return_rounds, returning_opened
from commands.definitions import load
from commands.respondents import Respondent
from storage.arrangements.forms import Column, Filled, Form, Question
from storage.arrangements.partnership import Arrangements
from storage.arrangements.returns import Return
from storage.records import meetings, people, returns
from storage.records.message import Message
from storage.records.returns import Owed, Round
from storage.records.scope import Scope
from tests.offices import ALL_WAYS, Office, Who, an_office

MANAGER = "business-manager"
SGLOS = "south-gloucestershire"
REPORT, GROUP = "exception-report", "sog"
LIFE, VULNERABLE, COMPLEX = "group.bs-life", "group.bs-vulnerable", "group.bs-complex"
CHAIR = "bs-life-chair"
"""South Gloucestershire: three groups owe the Senior Officers Group a report; one of their chairs."""


@dataclass(frozen=True)
class Given:
    """What a test speaks of: one who owes in a round. `about` is the form that names it."""

    report: str
    place: str
    who: str

    @property
    def about(self) -> dict[str, str]:
        return {"report": self.report, "place": self.place, "who": self.who}

    @property
    def record(self) -> str:
        return f"owed:{self.report}:{self.place}:{self.who}"


def with_report(arrangements: Arrangements, id_: str = REPORT, **changes: object) -> Arrangements:
    """The arrangements with one return changed."""
    found = [each.model_copy(update=changes) if each.id == id_ else each for each in arrangements.returns]
    return arrangements.model_copy(update={"returns": tuple(found)})


AUDIT = "audit"
AGENCY = "avon-fire-and-rescue"
LEAD, SENIOR = f"lead:{AGENCY}", f"senior:{AGENCY}"
AUDIT_FORM = Form.model_validate(
    {
        "id": "three-sections",
        "name": "Audit",
        "source": "chosen",
        "nothing": "",
        "sections": [
            {
                "id": id_,
                "title": id_.capitalize(),
                "standard": True,
                "source": "chosen",
                "questions": [
                    {
                        "id": f"{id_}-met",
                        "text": f"How far {id_} is met",
                        "kind": "rating",
                        "required": True,
                        "source": "chosen",
                        "options": [
                            {"id": "not-met", "label": "Not met", "rank": 1},
                            {"id": "met", "label": "Met", "rank": 2},
                        ],
                    },
                    {"id": f"{id_}-how", "text": f"How you know of {id_}", "source": "chosen"},
                ],
            }
            for id_ in ("leadership", "training", "listening")
        ],
    }
)
"""An audit of three standards, for an agency of South Gloucestershire, its lead and its senior."""


def arrangements_of_reports(audit: Mapping[str, object] | None = None, **changes: object) -> Arrangements:
    """South Gloucestershire, whose exception report has the plain form that comes with Convenor and is due 10 days
    before. `changes` are to that report, `audit` to the audit of three standards, opened by hand."""
    found = with_report(load(SGLOS).arrangements, **{"form": "report", "lead_days": 10, **changes})
    entry = {"id": AUDIT, "name": "Audit", "calls": "audit", "form": AUDIT_FORM.id, "from_agencies": [AGENCY]}
    asked = Return.model_validate({**entry, "by_hand": True, "source": "chosen", **(audit or {})})
    return found.model_copy(update={"returns": (*found.returns, asked), "forms": (*found.forms, AUDIT_FORM)})


@contextmanager
def a_partnership_of_reports(
    opened: str = "2027-01-04 06:00", audit: Mapping[str, object] | None = None, **changes: object
) -> Iterator[Office]:
    """An office under those arrangements; no round is open."""
    arrangements = arrangements_of_reports(audit, **changes)
    with an_office(definition=arrangements, opened=opened, ways=ALL_WAYS, incidents=False) as office:
        yield office


def an_owed_report(
    office: Office, who: str = LIFE, *, report: str = REPORT, due: str = "", joint: bool = False
) -> Given:
    """What one owes in the round before the next meeting of the group that receives it, which is opened if need be."""
    with office.runner.store.writing() as session:
        work = office.runner.work(Scope(session, office.partnership), office.actor(MANAGER), office.now)
        entry = return_forms.find(work.arrangements, report)
        assert entry is not None, f"there is no return {report}"
        meeting = meetings.upcoming(work.scope, entry.to_group, work.today) if entry.to_group else None
        place = f"{entry.to_group}.{meeting.place}" if meeting is not None else "by-hand"
        day = date.fromisoformat(due) if due else None
        if day is None and meeting is not None:
            day = entry.due_before(meeting.day, work.terms.open_days) or meeting.day - timedelta(days=10)
        return_rounds.open_round(
            work,
            entry,
            place=place,
            name=f"{entry.name} for the next meeting",
            due=day or work.today + timedelta(days=42),
            group=entry.to_group or "",
            meeting=meeting.place if meeting is not None else "",
            joint=joint,
        )
    return Given(report, place, who)


def an_agency_owes(office: Office, agency: str, *, report: str, due: str = "2027-02-26", place: str = "2027") -> Given:
    """What an agency owes in a round that is opened by hand for it alone; its lead is lead:AGENCY."""
    with office.runner.store.writing() as session:
        work = office.runner.work(Scope(session, office.partnership), office.actor(MANAGER), office.now)
        entry = return_forms.find(work.arrangements, report)
        assert entry is not None, f"there is no return {report}"
        name = next((each.name for each in work.arrangements.agencies if each.id == agency), agency)
        only = [Respondent(f"agency.{agency}", name, returns.lead_post(agency))]
        return_rounds.open_round(
            work, entry, place=place, name=f"{entry.name} {place}", due=date.fromisoformat(due), only=only
        )
    return Given(report, place, f"agency.{agency}")


def in_the_post(office: Office, post: str, email: str, *, name: str = "", capacity: str = "holder") -> str:
    """Somebody in a post of an agency ("lead:fire", "senior:fire"), who is in none of the definition; their id."""
    with office.runner.store.writing() as session:
        person = people.enter(session, name=name or f"{post} ({capacity})", email=email, now=office.now)
        scope = Scope(session, office.partnership)
        people.enter_holding(
            scope, post=post, person=person.id, capacity=capacity, agency="", since=office.today, until=None
        )
        account = people.propose(
            session, door=office.notebook.name, tenant=office.partnership, user=person.id, person=person.id,
            now=office.now,
        )  # fmt: skip
        account.state = "confirmed"
        session.add(account)
        return person.id


# Looking


def owed(office: Office, given: Given) -> Owed:
    """What one owes, as it stands."""
    with office.reading() as scope:
        found = returns.owed(scope, given.report, given.place, given.who)
        assert found is not None, given.record
        scope.session.expunge(found)
        return found


def the_round(office: Office, given: Given) -> Round:
    """The round, as it stands."""
    with office.reading() as scope:
        found = returns.find(scope, given.report, given.place)
        assert found is not None, given.record
        scope.session.expunge(found)
        return found


def filled_so_far(office: Office, given: Given) -> Filled:
    """What the form holds before anything more is filled in."""
    with office.looking() as work:
        opened = returning_opened.find(work, given.about)
        assert opened is not None, given.record
        return returning_opened.begun(work, opened)


# Filling in


def will_do(office: Office, given: Given, **answers: str) -> dict[str, dict[str, str]]:
    """Fields that will do for each section of a form, by section; `answers` (by field, a dot written as __) go first.

    Every question that has to be answered has an answer of its kind, the others stay as the form begins with them.
    """
    named = {name.replace("__", "."): text for name, text in answers.items()}
    with office.looking() as work:
        opened = returning_opened.find(work, given.about)
        assert opened is not None, given.record
        begun = returning_opened.begun(work, opened)
        found: dict[str, dict[str, str]] = {}
        for section in filling.sections(opened.form, begun, joint=opened.joint):
            kept = {b.name: b.value for b in filling.blanks(work, opened.form, section, begun) if b.value}
            needed = {
                name: text
                for question in section.questions
                if question.required and question.shown_if is None
                for name, text in _answer(office, opened.form.options_of(question), question).items()
                if question.id not in kept
            }
            names = {b.name for b in filling.blanks(work, opened.form, section, begun)}
            here = {name: text for name, text in named.items() if name in names}
            found[section.id] = {**needed, **kept, **here}
        missing = named.keys() - {name for fields in found.values() for name in fields}
        assert not missing, f"the form has no blank {missing}"
    return found


def _answer(office: Office, options: tuple[object, ...], question: Question) -> Mapping[str, str]:
    if question.rows:
        return {f"{question.id}.1.{column.id}": _value(office, column) for column in question.rows}
    if options:
        ids = [getattr(each, "id", "") for each in options]
        chosen = next(id_ for id_ in ids if id_ not in question.why) if set(ids) - set(question.why) else ids[0]
        because = {f"{question.id}.because": "it is so"} if chosen in question.why else {}
        return {question.id: chosen, **because}
    return {question.id: _plain(office, question.kind)}


def _value(office: Office, column: Column) -> str:
    return column.options[0].id if column.options else _plain(office, column.kind)


def _plain(office: Office, kind: str) -> str:
    later = (office.today + timedelta(days=60)).isoformat()
    return {"date": later, "number": "12", "person": MANAGER, "reference": "REF 1"}.get(kind, "all as planned")


def saves(office: Office, by: Who, given: Given, **answers: str) -> Message:
    """Saves every section with what will do; gives the last answer."""
    answer = None
    for section, fields in will_do(office, given, **answers).items():
        answer = office.done(by, "return.save", **given.about, section=section, **fields)
    assert answer is not None, "the form has no section"
    return answer


def sends_in(office: Office, by: Who, given: Given, **answers: str) -> Message:
    """Fills in every section with what will do, and sends it in; gives the answer."""
    saves(office, by, given, **answers)
    return office.done(by, "return.send", **given.about)


def says_nothing(office: Office, by: Who, given: Given) -> Message:
    """Says that there is nothing by exception; gives the answer."""
    return office.done(by, "return.nothing", **given.about)
