"""Polls that are answered on their page, for tests: who comes to the Executive, a date for it, and a decision of it."""

from contextlib import AbstractContextManager

from commands import attendance_asking, poll_links
from storage.records import meetings, polls
from storage.records.meetings import MeetingRow
from storage.records.polls import Poll, Seat
from storage.records.scope import Scope
from tests.offices import ALL_WAYS, Office, an_office
from tests.scenarios.web import Shown, Site

CHAIR, NURSE, POLICE, MANAGER = (
    "director-childrens-services",
    "chief-nurse",
    "assistant-chief-constable",
    "business-manager",
)
PA = "pa-of-the-chief-nurse@ours.example"

PROPOSAL = "That the threshold document of May is adopted."


def an_office_of_polls() -> AbstractContextManager[Office]:
    """Ourshire, in which anybody can be written to by any way, without incidents."""
    return an_office(ways=ALL_WAYS, incidents=False)


def a_meeting(office: Office, after: str = "2027-03-01") -> MeetingRow:
    """The first confirmed meeting of the Executive from that day on."""
    with office.reading() as scope:
        row = meetings.upcoming(scope, "executive", office.at(after).date())
        assert row is not None
        scope.session.expunge(row)
    if row.status != "confirmed":
        office.done(MANAGER, "meeting.confirm", group=row.group, place=row.place)
    return row


def who_comes(office: Office) -> Poll:
    """The attendance poll of that meeting, open."""
    row = a_meeting(office)
    with office.runner.store.writing() as session:
        work = office.runner.work(Scope(session, office.partnership), office.actor(MANAGER), office.now)
        poll = attendance_asking.ensure(work, row)
        session.flush()
        session.expunge(poll)
        return poll


def a_date(office: Office) -> Poll:
    """A date poll of that meeting, with three slots."""
    row = a_meeting(office)
    slots = "Tue 9 March 2027 10:00; Wed 10 March 2027 10:00; Thu 11 March 2027 14:00"
    office.done(MANAGER, "date.open", group=row.group, place=row.place, slots=slots)
    return the_only(office, polls.DATE)


def a_decision(office: Office) -> Poll:
    """A decision between meetings."""
    office.done(CHAIR, "decision.open", group="executive", proposal=PROPOSAL)
    return the_only(office, polls.DECISION)


def the_only(office: Office, kind: str) -> Poll:
    """The only poll of a kind."""
    with office.reading() as scope:
        [poll] = polls.every(scope, kind=kind, state=None)
        scope.session.expunge(poll)
        return poll


def seat(office: Office, poll: Poll, post: str) -> Seat:
    """How a seat stands."""
    with office.reading() as scope:
        found = next(each for each in polls.seats(scope, poll) if each.post == post)
        scope.session.expunge(found)
        return found


def answers(office: Office, poll: Poll) -> int:
    """How often any seat of a poll has answered."""
    with office.reading() as scope:
        return sum(each.answers for each in polls.seats(scope, poll))


def with_a_pa(office: Office) -> None:
    """Gives the Chief Nurse a PA."""
    office.done(MANAGER, "people.enter", name="PA of the Chief Nurse", email=PA, post=NURSE, capacity="pa")


def covers_the_police(office: Office) -> None:
    """Has the Chief Nurse cover another seat today, so that one person answers for two."""
    day = office.today.isoformat()
    office.done(MANAGER, "people.cover", post=POLICE, person="chief-nurse@ourshire.invalid", since=day, until=day)


def page_of(site: Site, poll: Poll, who: str = NURSE) -> str:
    """The address of somebody's page of a poll."""
    office = site.office
    person = office.actor(who).person or ""
    with office.runner.store.writing() as session:
        work = office.runner.work(Scope(session, office.partnership), office.actor(MANAGER), office.now)
        return site.pages.addresses.url_of(poll_links.link_for(work, poll, person)[0])


def opened(site: Site, poll: Poll, who: str = NURSE) -> Shown:
    """Their page, in a browser of its own."""
    return site.browser().follows(page_of(site, poll, who))
