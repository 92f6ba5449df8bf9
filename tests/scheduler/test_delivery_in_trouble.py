"""Delivery when things go wrong: doors that are shut, notes that come too late, posts that nobody is in, crashes."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from bot.mail.letters import for_mail
from commands import permissions
from commands.definitions import read_definition
from commands.rehearsing import open_office
from scheduler.delivery import Delivery
from scheduler.doors import Gone, Parcel, Result, RetryAt, Unsure
from scheduler.rehearsal import Notebook
from storage.records import delivery as bookkeeping
from storage.records import duties, ledger, meetings, outbox, people
from storage.records.meetings import MeetingRow
from storage.records.message import Message
from storage.records.notes import NoteLine
from storage.records.scope import Scope
from tests.offices import Office, an_office

FACTS = {"aware": "2027-01-04T05:00:00+00:00"}
SOON_OVER = timedelta(milliseconds=50)


class PowerCut(BaseException):
    """Nothing catches it: the process is gone."""


class Down(Notebook):
    """A door whose platform refuses every connection."""

    def send(self, parcel: Parcel, now: datetime) -> Result:
        raise ConnectionRefusedError


class Busy(Notebook):
    """A door whose platform asks to come back in half an hour, each time."""

    def send(self, parcel: Parcel, now: datetime) -> Result:
        return RetryAt(now + timedelta(minutes=30))


@dataclass
class Closed(Notebook):
    """A door at which only one person is known any more."""

    open_to: str = ""

    def send(self, parcel: Parcel, now: datetime) -> Result:
        return super().send(parcel, now) if parcel.person == self.open_to else Gone("no such user")


def through(office: Office, door: Notebook, **options: object) -> Delivery:
    return Delivery(office.runner, {"notebook": door}, threads=0, **options)  # type: ignore[arg-type]


def planned(office: Office, group: str, after: str = "2027-06-01") -> MeetingRow:
    with office.reading() as scope:
        row = next(r for r in meetings.every(scope) if r.group == group and r.day >= office.at(after).date())
        scope.session.expunge(row)
        return row


def confirmed(office: Office, group: str) -> None:
    row = planned(office, group)
    office.done("business-manager", "meeting.confirm", group=row.group, place=row.place)


def an_incident(office: Office) -> None:
    office.done("business-manager", "incident.start", pathway="serious-incident", facts=FACTS)


def unsaid(office: Office, post: str) -> list[str]:
    """Lines that were written for somebody's note and stand in none that went out."""
    said, person = "\n".join(message.text for message in office.sent_to(post)), office.person(post)
    with office.reading() as scope:
        lines = scope.session.exec(select(NoteLine).where(NoteLine.person == person))
        return [line.text for line in lines if duties.KINDS[line.kind].late == "send" and line.text not in said]


def somebody_new(office: Office, post: str, since: str) -> str:
    """Enters somebody into a post and lets them be reached, as a confirmed person."""
    office.by_two(
        "administrator", "people.enter", "chief-nurse", name="Successor", email="new@x.example", post=post, since=since
    )
    person = people.person_id("new@x.example")
    with office.runner.store.writing() as session:
        session.merge(
            people.Identity(
                door="notebook", tenant="ourshire", user="n", person=person, state="confirmed", since=office.now
            )
        )
    return person


# Notes


def test_what_stood_in_a_note_that_came_too_late_is_in_the_next_one() -> None:
    with an_office(opened="2027-03-05 06:00") as office:
        office.run_to("2027-03-08 07:30")  # the lines of Monday are written
        office.tick("2027-03-09 07:40")  # down for a day
        office.run_to("2027-03-12 12:00")
        assert unsaid(office, "business-manager") == []


def test_what_stood_in_a_note_whose_door_was_shut_all_day_is_in_the_next_one() -> None:
    with an_office(opened="2027-03-05 06:00") as office:
        office.tick("2027-03-08 08:00")
        through(office, Busy()).deliver(lambda: office.now)
        office.deliver("2027-03-09 07:30")
        office.run_to("2027-03-12 12:00")
        assert unsaid(office, "business-manager") == []


def test_a_line_written_beside_the_note_of_the_day_joins_the_next_one(postgres_url: str) -> None:
    with an_office(postgres_url, opened="2027-03-05 06:00") as office:
        due = "2027-03-09"
        office.done("business-manager", "action.add", title="Write the protocol", owner="business-manager", due=due)
        office.run_to("2027-03-08 06:00")
        now = office.moves_to("2027-03-08 09:00")
        time_, person = permissions.time("ourshire"), office.person("business-manager")

        def key_of(*kinds: str) -> list[duties.Key]:
            with office.reading() as scope:
                return [key for key in duties.due(scope.session, now, 200) if key.kind in kinds]

        def form(key: duties.Key) -> dict[str, object]:
            return {"duties": [{f: getattr(key, f) for f in ("record", "kind", "part", "generation")}]}

        first, second = key_of("papers-due", "action-due")[:2]
        office.runner.perform(time_, "duty.handle", form(first), None, now)
        note = next(key for key in key_of("daily-note") if person in key.record)
        written, go_on = threading.Event(), threading.Event()

        def waits(name: str) -> None:
            if name == "before-commit":
                written.set()
                go_on.wait(10)

        slow = replace(office.runner, point=waits)
        threads = [threading.Thread(target=slow.perform, args=(time_, "duty.handle", form(note), None, now))]
        threads[0].start()
        written.wait(10)
        threads.append(
            threading.Thread(target=office.runner.perform, args=(time_, "duty.handle", form(second), None, now))
        )
        threads[1].start()
        go_on.set()
        for thread in threads:
            thread.join(20)
        office.run_to("2027-03-12 12:00")
        assert unsaid(office, "business-manager") == []


# Doors


def test_an_hour_without_the_platform_loses_nothing() -> None:
    with an_office() as office:
        confirmed(office, "executive")
        for minutes in range(0, 75, 5):
            later = office.now + timedelta(minutes=minutes)
            through(office, Down()).deliver(lambda later=later: later)
        office.deliver("2027-01-04 09:00")
        assert any("15 June 2027" in title for title in office.told("chief-nurse"))


def test_what_was_claimed_and_never_tried_is_sent_even_where_nothing_can_be_looked_up() -> None:
    with an_office() as office:
        confirmed(office, "executive")

        def cut(name: str) -> None:
            if name == "after-claim":
                raise PowerCut

        door = Notebook(can_find=False)
        with pytest.raises(PowerCut):
            through(office, door, point=cut, lease=SOON_OVER).deliver(lambda: office.now)
        time.sleep(0.1)
        report = through(office, door).deliver(lambda: office.now)
        assert report.failed == 0
        assert report.sent == len(door.sent) > 0


@dataclass
class Breaking(Notebook):
    """A door that cannot be asked, whose first answer is lost; `meanwhile` happens before it is."""

    meanwhile: Callable[[], None] = lambda: None
    broken: bool = False

    def send(self, parcel: Parcel, now: datetime) -> Result:
        if self.broken:
            return super().send(parcel, now)
        self.broken = True
        self.meanwhile()
        return Unsure()


@pytest.mark.parametrize("when", ["during the try", "after it", "after it has ended", "never"])
def test_newer_words_of_a_message_kept_true_go_out_where_the_older_ones_cannot_be_looked_up(when: str) -> None:
    with an_office() as office:
        door = Breaking(can_find=False)
        if when == "during the try":
            door.meanwhile = lambda: lights(office, "two")
        lights(office, "one")
        through(office, door).deliver(lambda: office.now)
        if when == "after it":
            lights(office, "two")
        later = office.now + timedelta(minutes=10)
        through(office, door).deliver(lambda: later)
        if when == "after it has ended":
            lights(office, "two")
            through(office, door).deliver(lambda: later)
        assert [parcel.message.title for _, parcel in door.sent] == ([] if when == "never" else ["two"])


def lights(office: Office, words: str) -> None:
    """Stores the newest words of a message to the chief nurse that is kept true."""
    new = outbox.Outgoing(
        partnership=office.partnership,
        key="lights",
        kind="cover-arranged",
        record="partnership",
        person=office.person("chief-nurse"),
        message=Message(title=words, text="").model_dump(mode="json"),
        created_at=office.now,
        not_before=office.now,
    )
    with office.runner.store.writing() as session:
        outbox.keep_true(Scope(session, office.partnership), new, office.now)


def test_whoever_has_no_door_yet_is_waited_for() -> None:
    with an_office() as office:
        office.done("business-manager", "people.leave", post="lay-member", until="2027-01-04")
        person = somebody_new(office, "lay-member", "2027-01-05")
        office.moves_to("2027-01-05 09:00")
        with office.runner.store.writing() as session:
            session.delete(people.identities(session, person)[0])
        confirmed(office, "executive")
        office.deliver()
        with office.reading() as scope:
            assert {row.state for row in outbox.of_person(scope, person)} <= {"waiting"}


# Posts


def test_what_nobody_could_be_told_is_told_when_somebody_is_there_again() -> None:
    with an_office(opened="2027-03-05 06:00") as office:
        office.by_two("business-manager", "people.leave", post="business-manager", until="2027-03-05")
        office.run_to("2027-03-09 18:00")
        somebody_new(office, "business-manager", "2027-03-10")
        office.run_to("2027-03-15 18:00")
        with office.reading() as scope:
            lost = [d.kind for d in scope.session.exec(select(duties.Duty)) if d.reason.startswith("nobody")]
        assert lost == []
        assert any("apers" in message.text for message in office.sent_to("business-manager"))


def test_a_message_kept_true_goes_on_with_the_successor_as_one() -> None:
    with an_office() as office:
        an_incident(office)
        office.deliver()
        office.by_two("business-manager", "people.leave", post="business-manager", until="2027-01-04")
        person = somebody_new(office, "business-manager", "2027-01-05")
        office.moves_to("2027-01-05 09:00")
        office.done("business-manager", "incident.not-needed", reference="TEST-1", stage="panel", because="no-review")
        office.deliver("2027-01-05 09:05")
        standing = [p for _, p in office.notebook.sent if "incident-status" in p.key and p.person == person]
        assert len(standing) == 1
        states = {field.label: field.value for field in standing[0].message.fields}
        assert "not needed" in states["The national Panel is notified"]


# The next door


class Letters(Notebook):
    """A door that needs an address only."""


def letters() -> Letters:
    return Letters("mail", can_find=False, finds="address")


def test_when_a_door_reaches_somebody_no_more_the_next_one_is_taken_and_the_business_manager_hears_it_once() -> None:
    with an_office() as office:
        manager, nurse = office.person("business-manager"), office.person("designated-nurse")
        chat, mail = Closed(open_to=manager), letters()
        office.run_to("2027-01-04 07:00")
        for number in (1, 2):
            the_nurse_is_told(office, f"note-{number}")
            Delivery(office.runner, {"notebook": chat, "mail": mail}, threads=0).deliver(lambda: office.now)
        assert [p.key for _, p in mail.sent if p.person == nurse] == ["ourshire:note-1", "ourshire:note-2"]
        told = [p.message for _, p in chat.sent if p.person == manager]
        assert [m.title for m in told] == ["Not reached in notebook any more"]
        assert told[0].text == (
            "Designated Nurse can no longer be reached in notebook: no such user. Messages go by mail meanwhile."
        )


def test_an_account_that_is_back_is_taken_again() -> None:
    with an_office() as office:
        nurse = office.person("designated-nurse")
        the_nurse_is_told(office, "first")
        doors = {"notebook": Closed(open_to=office.person("business-manager")), "mail": letters()}
        Delivery(office.runner, doors, threads=0).deliver(lambda: office.now)
        account = {"door": "notebook", "tenant": "ourshire", "user": nurse}
        office.done(permissions.time("ourshire"), "account.back", **account)
        the_nurse_is_told(office, "second")
        chat = Notebook()
        Delivery(office.runner, doors | {"notebook": chat}, threads=0).deliver(lambda: office.now)
        assert [p.key for _, p in chat.sent if p.person == nurse] == ["ourshire:second"]


def test_of_an_account_that_is_gone_each_partnerships_manager_hears_once() -> None:
    with an_office() as office:
        theirs = office.definition.text.replace('id = "ourshire"', 'id = "theirshire"', 1)
        open_office(office.runner, read_definition(theirs), office.now, "notebook")
        nurse = office.person("designated-nurse")
        also = people.Holding(
            partnership="theirshire", post="designated-nurse", person=nurse, capacity="deputy", since=office.today
        )
        with office.runner.store.writing() as session:
            session.add(also)
        for number in (1, 2):
            the_nurse_is_told(office, f"note-{number}")
            through(office, Closed()).deliver(lambda: office.now)
        with office.reading() as scope:
            rows = scope.session.exec(select(outbox.Outgoing).where(outbox.Outgoing.kind == "door-shut"))
            told = sorted(row.partnership for row in rows if row.record == f"person:{nurse}")
        assert told == ["ourshire", "theirshire"]


def test_a_message_that_is_surely_not_taken_ends_as_surely_not_delivered() -> None:
    with an_office() as office:
        the_nurse_is_told(office, "refused")
        through(office, Closed()).deliver(lambda: office.now)
        with office.reading() as scope:
            row = outbox.find(scope, "refused")
            assert row is not None and (row.state, row.unsure) == ("failed", False)


def test_a_door_is_told_since_when_a_message_may_have_gone_out() -> None:
    with an_office() as office:
        stored = office.now
        the_nurse_is_told(office, "late")
        office.deliver("2027-01-07 09:00")
        assert [p.since for _, p in office.notebook.sent if p.key == "ourshire:late"] == [stored]


def test_when_delivery_stops_what_is_under_way_is_finished_and_the_rest_waits_for_any_worker() -> None:
    with an_office() as office:
        stopping = threading.Event()

        class Last(Notebook):
            def send(self, parcel: Parcel, now: datetime) -> Result:
                stopping.set()
                return super().send(parcel, now)

        for key in ("first", "second", "third"):
            the_nurse_is_told(office, key)
        door = Last()
        through(office, door).deliver(lambda: office.now, stopping.is_set)
        assert [p.key for _, p in door.sent] == ["ourshire:first"]
        office.deliver()
        assert [p.key for _, p in office.notebook.sent] == ["ourshire:second", "ourshire:third"]


def test_a_case_goes_by_an_address_alone_in_no_words_but_those_that_are_for_mail() -> None:
    with an_office() as office:
        an_incident(office)
        mail = letters()
        Delivery(office.runner, {"mail": mail}, threads=0).deliver(lambda: office.now)
        of_case = [p.message for _, p in mail.sent if p.about_case]
        assert of_case
        for message in of_case:
            words = for_mail(message, about_case=True)
            assert words is not None and message.by_mail is not None
            assert words == Message(title=message.by_mail.title, text=message.by_mail.text, tone=message.tone)


def test_a_message_for_one_door_alone_waits_for_that_door() -> None:
    with an_office() as office:
        the_nurse_is_told(office, "by mail", through="mail")
        Delivery(office.runner, {"notebook": office.notebook}, threads=0).deliver(lambda: office.now)
        assert office.sent_to("designated-nurse") == []


def test_a_secret_is_wiped_once_it_has_gone_out() -> None:
    with an_office() as office:
        the_nurse_is_told(office, "code", secret=True)
        office.deliver()
        assert office.sent_to("designated-nurse")[0].text == "Bring your diary"
        with office.reading() as scope:
            row = outbox.find(scope, "code")
            assert row is not None
            assert "diary" not in str(row.message)


def test_an_invitation_goes_by_mail_too_and_once_even_when_the_power_goes_between_the_two() -> None:
    with an_office() as office:
        row = planned(office, "executive")
        office.done("business-manager", "meeting.confirm", group=row.group, place=row.place)
        mail = letters()

        def cut(name: str) -> None:
            if name == "after-send":
                raise PowerCut

        with pytest.raises(PowerCut):
            doors = {"notebook": office.notebook, "mail": mail}
            Delivery(office.runner, doors, threads=0, point=cut, lease=SOON_OVER).deliver(lambda: office.now)
        time.sleep(0.1)
        Delivery(office.runner, doors, threads=0).deliver(lambda: office.now)
        invited = sorted(p.person for _, p in office.notebook.sent if p.message.attached)
        assert sorted(p.person for _, p in mail.sent) == invited and len(set(invited)) == len(invited) > 2
        assert all(p.message.attached for _, p in mail.sent)


def test_a_copy_by_mail_is_asked_for_once_however_often_the_invitation_is_tried() -> None:
    with an_office() as office:
        confirmed(office, "executive")
        doors = {"notebook": Busy(), "mail": letters()}
        for _ in range(3):
            Delivery(office.runner, doors, threads=0).deliver(lambda: office.now)
            office.now += timedelta(minutes=40)
        with office.reading() as scope:
            entries = scope.session.exec(select(ledger.Entry).where(ledger.Entry.action == "message.by-mail-too"))
            asked = len(list(entries))
            copies = scope.session.exec(select(outbox.Outgoing).where(outbox.Outgoing.through == "mail"))
            assert asked == len(list(copies)) > 2


def the_nurse_is_told(office: Office, key: str, **more: object) -> None:
    with office.runner.store.writing() as session:
        new = outbox.Outgoing(
            partnership=office.partnership,
            key=key,
            kind="cover-arranged",
            record="partnership",
            person=office.person("designated-nurse"),
            message=Message(title="A word", text="Bring your diary").model_dump(mode="json"),
            created_at=office.now,
            not_before=office.now,
            **more,  # type: ignore[arg-type]
        )
        outbox.put(Scope(session, office.partnership), new)


# Alerts


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office() as opened:
        yield opened


def test_the_business_manager_hears_of_an_alert_that_reached_nobody_even_after_a_crash(office: Office) -> None:
    an_incident(office)

    def cut(name: str) -> None:
        if name == "before-end":
            raise PowerCut

    door = Closed(open_to=office.person("business-manager"))
    with pytest.raises(PowerCut):
        through(office, door, point=cut, lease=SOON_OVER).deliver(lambda: office.now)
    time.sleep(0.1)
    through(office, door).deliver(lambda: office.now)
    told = [parcel.key for _, parcel in door.sent if "not-delivered" in parcel.key]
    assert len(told) == len(set(told)) > 1


@dataclass
class Silent(Notebook):
    """A door that never says whether it took something for one person."""

    silent_to: str = ""
    tried: list[datetime] = field(default_factory=list)

    def send(self, parcel: Parcel, now: datetime) -> Result:
        if parcel.person != self.silent_to:
            return super().send(parcel, now)
        self.tried.append(now)
        return Unsure("no answer came back")


@pytest.mark.parametrize("can_find, fewer", [(True, False), (False, True)])
def test_of_an_alert_that_stays_unsure_the_manager_hears_and_it_is_tried_less_where_each_try_may_be_read(
    office: Office, can_find: bool, fewer: bool
) -> None:
    door = Silent("notebook", can_find=can_find, silent_to=office.person("designated-nurse"))
    the_nurse_is_told(office, "drill", lane="alert")
    worker = through(office, door)
    for _ in range(40):
        office.now += timedelta(minutes=1)
        worker.deliver(lambda: office.now)
    told = [parcel for _, parcel in door.sent if parcel.kind == "not-delivered"]
    assert len(told) == 1 and told[0].person == office.person("business-manager")
    last = [b - a for a, b in zip(door.tried[-3:], door.tried[-2:], strict=False)]
    assert all((gap >= timedelta(minutes=10)) is fewer for gap in last), door.tried


def test_a_pause_does_not_hold_the_warning_that_an_alert_reached_nobody(office: Office) -> None:
    office.done("business-manager", "partnership.pause")
    an_incident(office)
    door = Closed(open_to=office.person("business-manager"))
    through(office, door).deliver(lambda: office.now)
    assert any("not-delivered" in parcel.key for _, parcel in door.sent)


def test_an_alert_does_not_wait_behind_a_batch_of_others(tmp_path: Path) -> None:
    begun: dict[str, float] = {}

    class Slow(Notebook):
        def send(self, parcel: Parcel, now: datetime) -> Result:
            begun.setdefault(parcel.lane, time.monotonic())
            time.sleep(0.4)
            return super().send(parcel, now)

    with an_office(tmp_path) as office:
        for group in ("executive", "practice", "policies"):
            confirmed(office, group)
        door = Slow()
        batch = threading.Thread(target=through(office, door).deliver, args=(lambda: office.now,))
        batch.start()
        while "post" not in begun:
            time.sleep(0.01)
        an_incident(office)
        started = time.monotonic()
        alerts = Delivery(office.runner, {"notebook": door}, threads=8, lanes=("alert",))
        alerts.deliver(lambda: office.now)
        assert begun["alert"] - started < 0.4
        assert batch.is_alive()
        batch.join()


# Messages that are kept true


def test_a_crash_after_the_sending_leaves_the_newest_words_standing(office: Office) -> None:
    an_incident(office)

    class CutAfter(Notebook):
        def send(self, parcel: Parcel, now: datetime) -> Result:
            result = super().send(parcel, now)
            if "incident-status" in parcel.key:
                raise PowerCut
            return result

    door = CutAfter()
    with pytest.raises(PowerCut):
        through(office, door, lease=SOON_OVER).deliver(lambda: office.now)
    office.done("business-manager", "incident.not-needed", reference="TEST-1", stage="panel", because="no-review")
    time.sleep(0.1)
    through(office, Notebook(sent=door.sent)).deliver(lambda: office.now)
    standing = [parcel for _, parcel in door.sent if "incident-status" in parcel.key]
    assert len(standing) == 1
    [panel] = [field for field in standing[0].message.fields if field.label == "The national Panel is notified"]
    assert "not needed" in panel.value


def test_new_words_that_come_while_the_old_are_noted_as_sent_still_go(postgres_url: str) -> None:
    with an_office(postgres_url) as office:
        an_incident(office)
        store = office.runner.store
        claimed = next(c for c in bookkeeping.claim(store, "w", office.now, 50) if c.row.kind == "incident-status")
        changed, go_on = threading.Event(), threading.Event()

        def waits(name: str) -> None:
            if name == "before-commit":
                changed.set()
                go_on.wait(10)

        slow = replace(office.runner, point=waits)
        form = {"reference": "TEST-1", "stage": "panel", "because": "no-review"}
        actor = office.actor("business-manager")
        change = threading.Thread(target=slow.perform, args=(actor, "incident.not-needed", form, None, office.now))
        change.start()
        changed.wait(10)
        noting = threading.Thread(
            target=lambda: bookkeeping.note_sent(
                store, claimed, "w", place=("notebook", "", "a"), reference="1", now=office.now
            )
        )
        noting.start()
        go_on.set()
        change.join(20)
        noting.join(20)
        with office.reading() as scope:
            [row] = [r for r in outbox.of_person(scope, claimed.row.person) if r.kind == "incident-status"]
            assert (row.state, row.wanted, row.sent) == ("waiting", 2, 1)
