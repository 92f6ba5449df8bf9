"""Messages whose platform asks to wait again and again: somebody hears of it, and it does not go on for ever."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from scheduler.delivery import Delivery
from scheduler.doors import Parcel, Result, RetryAt
from scheduler.rehearsal import Notebook
from storage.records import outbox
from storage.records.outbox import Outgoing
from tests.offices import Office, an_office

FACTS = {"aware": "2027-01-04T05:00:00+00:00"}


class Refusing(Notebook):
    """A mail server that does not take the sender: it is asked again in ten minutes, each time."""

    def send(self, parcel: Parcel, now: datetime) -> Result:
        if parcel.kind == "not-delivered":
            return super().send(parcel, now)
        return RetryAt(now + timedelta(minutes=10), "the mail server does not take our password")


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office() as office:
        yield office


def extra(office: Office, day: str = "2027-06-24") -> None:
    office.done("business-manager", "meeting.extra", group="executive", day=day)


def tries(office: Office, door: Notebook, until: str, every: timedelta = timedelta(minutes=10)) -> None:
    """Rounds of delivery, so long after each other, until that time."""
    delivery = Delivery(office.runner, {"notebook": door}, threads=0)
    while office.now < office.at(until):
        delivery.deliver(lambda: office.now)
        office.now += every


def of_kind(office: Office, kind: str) -> list[Outgoing]:
    """The messages of a kind to the Chief Nurse and the Business Manager."""
    persons = [office.person(post) for post in ("chief-nurse", "business-manager")]
    with office.reading() as scope:
        found = [row for person in persons for row in outbox.of_person(scope, person, 100) if row.kind == kind]
        for row in found:
            scope.session.expunge(row)
        return found


def state(office: Office) -> tuple[str, str]:
    (row,) = of_kind(office, "meeting-confirmed")
    return row.state, row.reason


@pytest.mark.long
def test_after_a_day_of_waiting_it_ends_as_not_delivered_with_the_platforms_reason(office: Office) -> None:
    extra(office)
    tries(office, Refusing(), "2027-01-05 05:55")
    assert state(office)[0] == "waiting"
    tries(office, Refusing(), "2027-01-05 06:20")
    assert state(office) == ("failed", "the mail server does not take our password")


def test_a_day_in_which_nothing_was_tried_does_not_count(office: Office) -> None:
    extra(office)
    tries(office, Refusing(), "2027-01-04 07:00")
    office.done("business-manager", "partnership.pause")
    office.moves_to("2027-01-07 09:00")
    office.done("business-manager", "partnership.resume")
    tries(office, Refusing(), "2027-01-07 12:00")
    assert state(office)[0] == "waiting"


def test_what_is_asked_to_wait_and_then_taken_begins_anew_with_its_next_words(office: Office) -> None:
    extra(office)
    tries(office, Refusing(), "2027-01-04 07:00")
    assert of_kind(office, "meeting-confirmed")[0].held_since == office.at("2027-01-04 06:00")
    tries(office, office.notebook, "2027-01-04 07:30")
    assert of_kind(office, "meeting-confirmed")[0].held_since is None
    assert state(office)[0] == "sent"


@pytest.mark.long
def test_of_an_alert_that_waits_for_five_minutes_the_business_manager_hears_once(office: Office) -> None:
    office.done("business-manager", "incident.start", pathway="serious-incident", facts=FACTS)
    door = Refusing()
    tries(office, door, "2027-01-04 06:05")
    assert of_kind(office, "not-delivered") == []
    tries(office, door, "2027-01-04 06:16")
    alerts = of_kind(office, "incident-alert")
    assert alerts and {row.state for row in alerts} == {"waiting"}
    told = len(of_kind(office, "not-delivered"))
    assert told > 0
    tries(office, door, "2027-01-06 09:00")
    assert len(of_kind(office, "not-delivered")) == told
    assert {row.state for row in of_kind(office, "incident-alert")} == {"waiting"}, "an alert is never given up"
    assert any("Not delivered" in parcel.message.title or parcel.kind == "not-delivered" for _, parcel in door.sent)


# The sandbox


def sandboxed(office: Office, door: Notebook) -> None:
    delivery = Delivery(office.runner, {"notebook": door}, threads=0, sandbox=("notebook", "all@ours.example"))
    delivery.deliver(lambda: office.now)


def test_no_case_is_told_by_mail_not_even_on_trial(office: Office) -> None:
    office.done("business-manager", "incident.start", pathway="serious-incident", facts=FACTS)
    extra(office)
    door = Notebook(finds="address")
    sandboxed(office, door)
    assert door.sent and not any(parcel.about_case for _, parcel in door.sent)
    assert "TEST-1" not in "".join(parcel.message.model_dump_json() for _, parcel in door.sent)
    person = office.person("chief-nurse")
    with office.reading() as scope:
        rows = outbox.of_person(scope, person, 100)
        ended = {(row.state, row.reason) for row in rows if row.about_case}
    assert ended == {("dropped", "a case is not told by mail")}


def test_a_sandbox_that_is_no_mailbox_shows_it(office: Office) -> None:
    office.done("business-manager", "incident.start", pathway="serious-incident", facts=FACTS)
    door = Notebook()
    sandboxed(office, door)
    assert any(parcel.about_case for _, parcel in door.sent)


def test_an_invitation_in_the_sandbox_names_whom_it_is_for(office: Office) -> None:
    extra(office)
    door = Notebook()
    sandboxed(office, door)
    assert any(parcel.message.title.startswith("[sandbox, for: Chief Nurse] ") for _, parcel in door.sent)


def test_no_case_is_shown_in_a_channel_not_even_on_trial(office: Office) -> None:
    office.done("business-manager", "incident.start", pathway="serious-incident", facts=FACTS)
    extra(office)
    door = Notebook(finds="workspace")
    sandboxed(office, door)
    assert door.sent and not any(parcel.about_case for _, parcel in door.sent)


def test_a_code_is_shown_in_no_sandbox(office: Office) -> None:
    with office.runner.store.writing() as session:
        session.add(
            Outgoing(
                partnership=office.partnership,
                key="code",
                kind="confirm-code",
                record="partnership",
                person=office.person("chief-nurse"),
                message={"title": "Your code", "text": "123456"},
                secret=True,
                through="mail",
                created_at=office.now,
                not_before=office.now,
            )
        )
    door = Notebook()
    sandboxed(office, door)
    assert not any("123456" in parcel.message.text for _, parcel in door.sent)
    with office.reading() as scope:
        row = outbox.find(scope, "code")
        assert row is not None and (row.state, row.reason) == ("dropped", "a code is sent to nobody else")
        assert "123456" not in str(row.message)
