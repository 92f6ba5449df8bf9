"""What became of alerts that Notify took: one that reached nobody goes to whoever is told next, at once and once."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from bot.notify.client import Notify
from bot.notify.watching import NOTED_BY, Watching
from scheduler.delivery import Delivery
from storage.records import outbox, people, tellings
from storage.records.scope import Scope
from tests.bot.notify import office as notify_office
from tests.bot.notify.office import NUMBER
from tests.offices import Office, an_office
from tests.standins.notify import Sent

MANAGER, NURSE = "business-manager", "chief-nurse"
FACTS = {"aware": "2027-01-05T08:00:00+00:00"}
REFERENCE = "TEST-1"
STATUSES = ["permanent-failure", "temporary-failure", "technical-failure"]


class Place:
    """An office whose chief nurse was sent a text message through Notify, since she did not answer in chat."""

    def __init__(self, notify: notify_office.Office, office: Office) -> None:
        self.notify, self.office = notify, office
        self.watching = Watching(notify.notify(), office.runner)
        with office.runner.store.writing() as session:
            nurse = people.get(session, office.person(NURSE))
            assert nurse is not None
            nurse.telephone = NUMBER
            session.add(nurse)
        office.done(MANAGER, "incident.start", pathway="serious-incident", facts=FACTS)
        while not self.notify.standin.texts():
            self.passes(minutes=5)

    def passes(self, **time: float) -> None:
        """Time goes on, and what is due is done and sent."""
        self.office.tick(self.office.now + timedelta(**time))
        doors = {self.office.notebook.name: self.office.notebook, "text": self.notify.text_door()}
        now = self.office.now
        with time_machine.travel(now, tick=False):
            Delivery(self.office.runner, doors, threads=0).deliver(lambda: now)

    def text(self) -> Sent:
        """The text message."""
        [only] = self.notify.standin.texts()
        return only

    def looks(self) -> int:
        """One look at Notify, at the office's time."""
        with time_machine.travel(self.office.now, tick=False):
            return self.watching.look(self.office.now)

    def said(self) -> list[str]:
        """What happened in telling the chief nurse."""
        with self.office.reading() as scope:
            return [each.what for each in tellings.said(scope, REFERENCE) if each.post == NURSE]


@pytest.fixture
def place(office: notify_office.Office) -> Iterator[Place]:
    with an_office(ways=frozenset({"text"})) as ours:
        ours.moves_to("2027-01-05 09:00")
        yield Place(office, ours)


@pytest.mark.parametrize("status", STATUSES)
def test_an_alert_that_reached_nobody_goes_to_whoever_is_next_at_once(place: Place, status: str) -> None:
    before = place.said()
    place.notify.standin.fails(place.text(), status)
    place.passes(seconds=30)
    assert place.said() == before
    assert place.looks() == 1
    place.passes(seconds=1)
    assert place.said()[: len(before) + 1] == [*before, "not delivered"]
    assert len(place.said()) > len(before) + 1


def test_a_failure_is_passed_on_once_also_after_a_new_start(place: Place) -> None:
    place.notify.standin.fails(place.text(), "permanent-failure")
    assert (place.looks(), place.looks()) == (1, 0)
    place.watching = Watching(place.notify.notify(), place.office.runner)
    place.looks()
    assert place.said().count("not delivered") == 1


def test_what_arrived_or_is_on_its_way_moves_nothing(place: Place) -> None:
    for status in ("sending", "delivered"):
        place.text().status = status
        assert place.looks() == 0
    assert "not delivered" not in place.said()


def test_a_failure_after_the_answer_changes_nothing(place: Place) -> None:
    place.office.done(NURSE, "incident.answer", reference=REFERENCE, post=NURSE, answer="known")
    place.notify.standin.fails(place.text(), "permanent-failure")
    place.looks()
    assert "not delivered" not in place.said()


def test_a_failure_of_the_day_before_yesterday_is_not_asked_for(place: Place) -> None:
    place.notify.standin.fails(place.text(), "permanent-failure")
    place.office.moves_to(place.office.now + timedelta(days=2))
    assert place.looks() == 0


def test_messages_of_other_programs_at_the_same_service_are_left_alone(place: Place) -> None:
    with time_machine.travel(place.office.now, tick=False):
        place.notify.notify().text(NUMBER, place.notify.text_template, "Your bin is collected.", reference="bins")
        place.notify.notify().text(NUMBER, place.notify.text_template, "Your bin is collected.")
    for one in place.notify.standin.texts()[1:]:
        place.notify.standin.fails(one, "permanent-failure")
    assert place.looks() == 0
    place.office.moves_to(place.office.now + NOTED_BY + timedelta(minutes=1))
    assert (place.looks(), place.looks()) == (0, 0)


def test_a_message_about_no_case_moves_nothing(place: Place, office: notify_office.Office) -> None:
    with place.office.runner.store.writing() as session:
        scope = Scope(session, place.office.partnership)
        row = _row_of(scope, place.text().reference or "")
        row.kind = "code"
        session.add(row)
    place.notify.standin.fails(place.text(), "permanent-failure")
    assert place.looks() == 0


def _row_of(scope: Scope, reference: str) -> outbox.Outgoing:
    return outbox.by_reference(scope.session, [reference])[reference]


def test_where_notify_does_not_answer_the_next_look_asks_for_the_same(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    place.notify.standin.fails(place.text(), "permanent-failure")
    place.notify.standin.spoil("503", method="GET")
    with caplog.at_level(logging.WARNING):
        assert place.looks() == 0
    assert [vars(one)["error"] for one in caplog.records if one.name.startswith("bot.")] == ["busy 503"]
    assert place.looks() == 1


def test_a_notify_that_is_not_there_is_no_trace(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    away = Watching(Notify(place.notify.standin.key, "http://127.0.0.1:9", 1), place.office.runner)
    assert away.look(datetime(2027, 1, 5, 9, tzinfo=UTC)) == 0
    assert not [one for one in caplog.records if one.exc_info]
