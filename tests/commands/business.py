"""An office in which the Policies Group owes the Practice Group a report, and what it sends in: for tests of business.

The Practice Group meets four weeks before the Executive: on Tuesday 16 February and 18 May 2027.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta

from commands import becoming, return_contents
from commands.return_forms import as_opened, find, form_of
from commands.words import long_day
from commands.work import Work
from storage.arrangements.forms import Filled, Given
from storage.records import meetings, raised, registers, returns
from storage.records.raised import Raised
from storage.records.registers import Item
from storage.records.returns import Owed, Round
from storage.records.scope import Scope
from tests.offices import ALL_WAYS, OURSHIRE, Office, an_office

RETURNS = """
[[returns]]
id = "exception-report"
name = "Exception report"
from_groups = ["policies"]
to_group = "practice"
lead_days = 7
carried_to = "executive"
carried_by = "scrutineer"
source = "ours §10"

[[returns]]
id = "audit"
name = "Section 11 audit"
calls = "audit"
from_agencies = ["police"]
by_hand = true
source = "ours §11"
"""
WHO = "group.policies"
CHAIR = "head-of-safeguarding"
MANAGER = "business-manager"
FIRST, SECOND = "2027-02-16", "2027-05-18"


def an_office_with_reports(**given: object) -> Office:
    """Ourshire with an exception report and an audit by hand; nothing has been opened."""
    return an_office(definition=OURSHIRE.read_text("utf-8") + RETURNS, ways=ALL_WAYS, **given)  # type: ignore[arg-type]


@contextmanager
def writing(office: Office, who: str = CHAIR) -> Iterator[Work]:
    """A transaction in hand that is kept, as somebody."""
    with office.runner.store.writing() as session:
        yield office.runner.work(Scope(session, office.partnership), office.actor(who), office.now)


def place_of(office: Office, group: str, day: str) -> str:
    """The place of the group's meeting on that day."""
    with office.reading() as scope:
        return next(f"{row.place}" for row in meetings.every(scope) if (row.group, str(row.day)) == (group, day))


def opens(office: Office, day: str = FIRST) -> str:
    """Has the round for the Practice Group's meeting that day be open, unasked for; gives its place."""
    meeting = place_of(office, "practice", day)
    with writing(office, MANAGER) as work:
        report = find(work.arrangements, "exception-report")
        row = meetings.find(work.scope, "practice", meeting)
        assert report is not None and row is not None
        place = f"practice.{meeting}"
        round_ = Round(
            partnership=office.partnership,
            report=report.id,
            place=place,
            name=f"Exception report for the Practice Group of {long_day(row.day)}",
            due=row.day - timedelta(days=7),
            group="practice",
            meeting=meeting,
            form=form_of(work.arrangements, report).model_dump(mode="json"),
            version=1,
            chasers={},
            opened_at=office.now,
        )
        work.scope.session.add(round_)
        work.scope.session.add(
            Owed(
                partnership=office.partnership,
                report=report.id,
                place=place,
                who=WHO,
                name="Policies Group",
                post=CHAIR,
            )
        )
    return place


def owed_in(work: Work, place: str, who: str = WHO, report: str = "exception-report") -> Owed:
    """What one owes in a round."""
    found = returns.owed(work.scope, report, place, who)
    assert found is not None
    return found


def sends(office: Office, place: str, filled: Mapping[str, Given]) -> str:
    """Sends the report in as the Policies Group's chair; gives what the answer says of what became of it."""
    with writing(office) as work:
        owed = owed_in(work, place)
        round_ = returns.find(work.scope, owed.report, owed.place)
        assert round_ is not None
        return_contents.keep_sent(work, owed, dict(filled))
        owed.state, owed.answered_at = "answered", office.now
        work.scope.session.add(owed)
        return becoming.sent_in(work, round_, owed, as_opened(round_), filled)


def begins(office: Office, place: str) -> Filled:
    """What the form of a round begins with for the Policies Group."""
    with office.looking(CHAIR) as work:
        owed = owed_in(work, place)
        round_ = returns.find(work.scope, owed.report, owed.place)
        assert round_ is not None
        return becoming.carried_forward(work, round_, owed, as_opened(round_))


def rows(*found: Mapping[str, str]) -> Given:
    """An answer in rows."""
    return Given(rows=tuple(found))


def action(what: str, owner: str = "designated-nurse", due: str = "2027-03-01") -> dict[str, str]:
    """A row of the actions."""
    return {"what": what, "owner": owner, "due": due}


def actions_of(office: Office) -> list[Item]:
    """Every action, whatever became of it, by number."""
    with office.reading() as scope:
        found = sorted(registers.items(scope, state=None), key=lambda item: item.number)
        for each in found:
            scope.session.expunge(each)
        return found


def raised_in(office: Office) -> list[Raised]:
    """Everything that was raised, by number."""
    with office.reading() as scope:
        found = raised.every(scope, state=None)
        for each in found:
            scope.session.expunge(each)
        return found
