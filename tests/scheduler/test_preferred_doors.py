"""Somebody with several doors: each message goes by one, the preferred first; each chat welcomes and has its home."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from commands import rehearsing
from scheduler.delivery import Delivery
from scheduler.doors import Door, Gone, Parcel, Result
from scheduler.homes import HomeKeeper
from scheduler.rehearsal import Notebook
from storage.records import delivery as bookkeeping
from storage.records import meetings, outbox, people
from storage.records.message import Message
from storage.records.outbox import Outgoing
from storage.records.people import Identity
from storage.records.scope import Scope
from tests.offices import ALL_WAYS, Office, an_office

POST = "chief-nurse"
NURSE = rehearsing.person_of("ourshire", POST)
EMAIL = "chief-nurse@ourshire.invalid"
FACTS = {"aware": "2027-01-04T05:00:00+00:00"}


@dataclass
class Doors:
    """Slack, Teams and mail as notebooks, beside the notebook of everybody else."""

    office: Office
    slack: Notebook = field(default_factory=lambda: Notebook("slack"))
    teams: Notebook = field(default_factory=lambda: Notebook("teams"))
    mail: Notebook = field(default_factory=lambda: Notebook("mail", finds="address"))

    @property
    def chats(self) -> Mapping[str, Notebook]:
        return {"slack": self.slack, "teams": self.teams}

    def deliver(self) -> None:
        every: list[Door] = [self.office.notebook, self.slack, self.teams, self.mail]
        doors = {door.name: door for door in every}
        Delivery(self.office.runner, doors, threads=0).deliver(lambda: self.office.now)

    def went(self, kind: str = "") -> dict[str, list[str]]:
        """What went to the Chief Nurse by each door, by kind."""
        every = {"slack": self.slack, "teams": self.teams, "mail": self.mail, "notebook": self.office.notebook}
        found = {
            name: [p.kind for _, p in door.sent if p.person == NURSE and kind in ("", p.kind)]
            for name, door in every.items()
        }
        return {name: kinds for name, kinds in found.items() if kinds}


@pytest.fixture
def doors() -> Iterator[Doors]:
    """The Chief Nurse is in no notebook, but confirmed at both chats."""
    with an_office(opened="2027-01-04 06:00") as office:
        office.runner = replace(office.runner, ways=ALL_WAYS)
        with office.runner.store.writing() as session:
            here = people.identity(session, "notebook", "ourshire", NURSE)
            assert here is not None
            session.delete(here)
            for door in ("slack", "teams"):
                session.add(
                    Identity(door=door, tenant="T1", user="nurse", person=NURSE, state="confirmed", since=office.now)
                )
        yield Doors(office)


def spoke(doors: Doors, door: str) -> None:
    bookkeeping.note_spoke(doors.office.runner.store, door, "T1", "nurse", doors.office.now)


def chooses(doors: Doors, door: str) -> None:
    doors.office.done(POST, "people.door", door=door)


def says(doors: Doors, key: str, **given: object) -> None:
    """Something waits for the Chief Nurse; with `live` it is kept true."""
    live = bool(given.pop("live", False))
    with doors.office.runner.store.writing() as session:
        new = Outgoing(
            partnership="ourshire", key=key, kind="agenda", record="meeting", person=NURSE, post=POST,
            message=Message(title=f"Agenda {key}", text=str(doors.office.now)).model_dump(mode="json"),
            created_at=doors.office.now, not_before=doors.office.now, **given,
        )  # fmt: skip
        scope = Scope(session, "ourshire")
        if live:
            outbox.keep_true(scope, new, doors.office.now)
        else:
            assert outbox.put(scope, new)


def an_incident(doors: Doors) -> None:
    doors.office.done("business-manager", "incident.start", pathway="serious-incident", facts=FACTS)


# Which door


def test_a_message_goes_by_the_door_at_which_they_spoke_last_and_by_the_chosen_one_before_that(doors: Doors) -> None:
    says(doors, "one")
    doors.deliver()
    assert doors.went() == {"slack": ["agenda"]}  # by name, while nothing is known
    spoke(doors, "teams")
    says(doors, "two")
    doors.deliver()
    assert doors.went() == {"slack": ["agenda"], "teams": ["agenda"]}
    chooses(doors, "slack")
    says(doors, "three")
    doors.deliver()
    assert doors.went() == {"slack": ["agenda", "agenda"], "teams": ["agenda"]}


def test_mail_that_was_chosen_takes_all_but_alerts_and_what_is_about_a_case(doors: Doors) -> None:
    chooses(doors, "mail")
    says(doors, "one")
    an_incident(doors)
    doors.deliver()
    found = doors.went()
    assert found["mail"] == ["agenda"]
    assert "incident-alert" in found["slack"]
    assert "teams" not in found


def test_a_live_message_stays_where_it_is_though_another_door_is_chosen(doors: Doors) -> None:
    says(doors, "kept", live=True)
    doors.deliver()
    chooses(doors, "teams")
    doors.office.now += timedelta(minutes=1)
    says(doors, "kept", live=True)
    doors.deliver()
    assert doors.went() == {"slack": ["agenda"]}
    assert str(doors.office.now) in doors.slack.sent[0][1].message.text


@dataclass
class Silent(Notebook):
    """A door that takes the first message and is not heard to say so."""

    silent: bool = True

    def send(self, parcel: Parcel, now: datetime) -> Result:
        result = super().send(parcel, now)
        if self.silent:
            self.silent = False
            raise TimeoutError
        return result


def test_what_may_have_got_through_is_looked_for_where_it_was_tried(doors: Doors) -> None:
    doors.slack = Silent("slack")
    says(doors, "one")
    doors.deliver()
    spoke(doors, "teams")
    chooses(doors, "teams")
    doors.office.now += timedelta(hours=1)
    doors.deliver()
    assert doors.went() == {"slack": ["agenda"]}
    with doors.office.reading() as scope:
        row = outbox.find(scope, "one")
        assert row is not None
        assert (row.state, row.door) == ("sent", "slack")


# When one door takes nothing any more


@dataclass
class Shut(Notebook):
    """A door whose platform says that this user is no more."""

    def send(self, parcel: Parcel, now: datetime) -> Result:
        return Gone("the app was removed")


@pytest.mark.parametrize("chosen", ["slack", ""])
def test_an_alert_takes_the_next_door_when_one_fails_and_the_business_manager_is_told(
    doors: Doors, chosen: str
) -> None:
    spoke(doors, "slack")
    if chosen:
        chooses(doors, chosen)
    doors.slack = Shut("slack")
    an_incident(doors)
    doors.deliver()
    assert doors.went("incident-alert") == {"teams": ["incident-alert"]}
    told = [m for m in doors.office.sent_to("business-manager") if "Slack" in f"{m.title} {m.text}"]
    assert len(told) == 1
    assert "the app was removed" in told[0].text and "Teams" in told[0].text
    doors.office.now += timedelta(hours=1)
    says(doors, "later")
    doors.deliver()
    assert doors.went("agenda") == {"teams": ["agenda"]}  # it is still chosen, and is not there


def test_an_alert_that_no_door_takes_is_told_to_the_business_manager(doors: Doors) -> None:
    doors.slack, doors.teams = Shut("slack"), Shut("teams")
    an_incident(doors)
    doors.deliver()
    assert doors.went("incident-alert") in ({}, {"mail": ["incident-alert"]})
    kinds = [p.kind for _, p in doors.office.notebook.sent if p.person == doors.office.person("business-manager")]
    assert kinds.count("door-shut") == 2
    assert "not-delivered" in kinds or doors.went("incident-alert")


# Two chats


def test_whoever_is_known_at_both_chats_is_welcomed_at_each_once() -> None:
    with an_office(opened="2027-01-04 09:00", incidents=False) as office:
        doors = Doors(office)
        for door in ("slack", "teams", "slack"):
            account = {"door": door, "tenant": "T1", "user": "nurse"}
            if door in doors.went():  # the account was lost, and is found again
                office.done("administrator", "identity.end", **account)
            office.done("time", "identity.propose", **account, email=EMAIL)
            doors.deliver()
        assert {name: kinds.count("welcome") for name, kinds in doors.went().items()} == {"slack": 1, "teams": 1}


def test_each_chat_has_its_home_and_both_are_kept_true(doors: Doors) -> None:
    office = doors.office
    keeper = HomeKeeper(office.runner)
    for door in ("slack", "teams"):
        assert keeper.open("ourshire", NURSE, (door, "T1", "nurse"), office.now, afresh=False)
    doors.deliver()
    assert doors.went("home") == {"slack": ["home"], "teams": ["home"]}
    office.done("business-manager", "action.add", title="Write the protocol", owner=POST, due="2027-01-11")
    keeper.keep(office.now)
    doors.deliver()
    for door in doors.chats.values():
        assert ["Write the protocol" in p.message.text for _, p in door.sent if p.kind == "home"] == [True]


def test_the_daily_note_goes_by_one_door_only(doors: Doors) -> None:
    office = doors.office
    office.done("business-manager", "action.add", title="Write the protocol", owner=POST, due="2027-01-05")
    for day in ("2027-01-04", "2027-01-05"):
        for hour in ("07:30", "08:30", "12:00"):
            office.tick(f"{day} {hour}")
            doors.deliver()
        spoke(doors, "teams")
    notes = doors.went("daily-note")
    assert notes
    with office.reading() as scope:
        written = [row for row in outbox.of_person(scope, NURSE, 50) if row.kind == "daily-note"]
    assert sum(len(kinds) for kinds in notes.values()) == len(written)


@pytest.mark.parametrize("door", ["slack", "teams"])
def test_alerts_and_what_is_asked_go_once_to_each_person(doors: Doors, door: str) -> None:
    office = doors.office
    spoke(doors, door)
    an_incident(doors)
    with office.reading() as scope:
        row = next(r for r in meetings.every(scope) if r.group == "executive" and r.day > office.today)
        form, day = {"group": row.group, "place": row.place}, row.day
    office.done("business-manager", "meeting.confirm", **form)
    doors.deliver()
    office.now = max(office.now, office.at(f"{day - timedelta(days=22)} 07:30"))
    while office.today < day:
        office.tick(office.now + timedelta(days=2))
        doors.deliver()
    found = doors.went()
    assert found.keys() == {door, "mail"}
    assert found[door].count("incident-alert") == 1
    assert found[door].count("meeting-confirmed") == found[door].count("agenda") == 1  # with whether they come
    with office.reading() as scope:  # mail has only what goes there beside: calendar entries, alerts in writing
        besides = {f"ourshire:{row.key}" for row in outbox.of_person(scope, NURSE, 100) if row.through == "mail"}
    assert {p.key for _, p in doors.mail.sent if p.person == NURSE} <= besides
    keys = [p.key for _, p in doors.chats[door].sent if p.person == NURSE]
    assert len(keys) == len(set(keys))
