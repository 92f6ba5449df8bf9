"""What was rehearsed is exactly what is sent: the same keys, to the same posts, on the same local days.

The rehearsal jumps from one due time to the next on a database in memory. The earnest run has a real database file,
ticks at irregular hours, and is put down and taken up again (a new runner and store) in between.
"""

import random
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from dateutil.relativedelta import relativedelta
from sqlmodel import SQLModel

from commands import permissions, rehearsing
from commands.catalogue import ACTIONS
from commands.definitions import Definition, load
from commands.runner import Runner
from scheduler.delivery import Delivery
from scheduler.rehearsal import Event, Notebook, rehearse
from scheduler.tick import tick
from storage.records import tellings
from storage.records.scope import Scope
from storage.records.store import Store
from tests.offices import SEAL, a_definition, ready
from tests.returns_given import COMPLEX, LIFE, SGLOS, VULNERABLE, with_report

LONDON = ZoneInfo("Europe/London")
Sent = set[tuple[str, str, date]]


def in_earnest(url: str, definition: Definition, first: date, months: int, events: Sequence[Event], seed: int) -> Sent:
    """Everything told by a bot that ticks every one to five hours and is restarted every thirty ticks or so."""
    dice = random.Random(seed)
    now = datetime(first.year, first.month, first.day, tzinfo=LONDON).astimezone(UTC)
    end = now + relativedelta(months=months)
    waiting = sorted(events, key=lambda event: event.at)
    store, door = Store(url), Notebook()
    SQLModel.metadata.create_all(store.engine)
    numbers = iter(range(1, 1000))

    def office() -> Runner:
        numbered = lambda: f"REHEARSED-{next(numbers)}"  # noqa: E731
        return Runner(store, b"key", ACTIONS, numbered, seal=SEAL, ways=frozenset({"heartbeat"}))

    rehearsing.open_office(office(), definition, now, door.name, agencies=True)
    while now < end:
        while waiting and waiting[0].at <= now:
            event = waiting.pop(0)
            event.does(office(), event.at)
        runner = office()
        tick(runner, now)
        moment = now
        Delivery(runner, {door.name: door}, threads=0).deliver(lambda moment=moment: moment)
        if dice.random() < 1 / 30:
            store.close()
            store = Store(url)
        # Nobody's day is crossed unnoticed: the gaps are short enough that what falls due by day is sent that day.
        following = now + timedelta(minutes=dice.randint(40, 300))
        now = min([following, *(event.at for event in waiting[:1])])
    with store.reading() as session:
        told = rehearsing.told(Scope(session, definition.arrangements.id))
    store.close()
    return {(t.key, t.post, t.at.astimezone(LONDON).date()) for t in told if t.at < end}


def rehearsed(definition: Definition, first: date, months: int, events: Sequence[Event]) -> Sent:
    found = rehearse(definition, first, months, events=events)
    return {(m.key, m.post, m.day) for m in found.messages}


def differences(one: Sent, other: Sent) -> str:
    """What only one of them holds, for a failing test's reader."""
    return f"only rehearsed: {sorted(one - other)[:5]}\nonly sent: {sorted(other - one)[:5]}"


@pytest.mark.slow
@pytest.mark.ids("CYC-GLOS-CDOP", "CYC-GLOS-CDOP-PAPERS", "CYC-GLOS-CDOP-MINUTES")
@pytest.mark.long
def test_eight_months_of_gloucestershire_are_sent_as_they_were_rehearsed(tmp_path: Path) -> None:
    definition, first = load("gloucestershire"), date(2026, 9, 1)  # both changes of the clocks lie within
    plan = rehearsed(definition, first, 8, [])
    sent = in_earnest(f"sqlite:///{tmp_path}/a.db", definition, first, 8, [], seed=1)
    assert len(plan) > 300
    assert plan == sent, differences(plan, sent)


def buckinghamshire_incident() -> list[Event]:
    """The contract's worked example seven years on: aware on a Thursday at four, received on the Friday at ten."""

    def switch(runner: Runner, now: datetime) -> None:
        done = runner.perform(manager(), "incident.switch-on", {}, None, now)
        assert not done.refused, done.refusals

    def start(runner: Runner, now: datetime) -> None:
        facts = {"aware": "2026-09-03T16:00:00+01:00", "received": "2026-09-04T10:00:00+01:00"}
        done = runner.perform(manager(), "incident.start", {"pathway": "serious-incident", "facts": facts}, "s", now)
        assert not done.refused, done.refusals
        with runner.store.reading() as session:
            told = tellings.of_case(Scope(session, "buckinghamshire"), "REHEARSED-1")
            posts = [each.post for each in told]
        for post in posts:  # all are rung at once: who is told next by the minute is told where it is told
            form = {"reference": "REHEARSED-1", "post": post, "said": "knows"}
            done = runner.perform(manager(), "incident.said", form, f"said:{post}", now)
            assert not done.refused, done.refusals

    def notified(runner: Runner, now: datetime) -> None:
        form = {"reference": "REHEARSED-1", "stage": "panel", "evidence": "form 12"}
        done = runner.perform(manager(), "incident.done", form, "p", now)
        assert not done.refused, done.refusals

    begins = Event(local(2026, 9, 1, 9, 0), switch)
    return [begins, Event(local(2026, 9, 4, 10, 5), start), Event(local(2026, 9, 7, 11, 0), notified)]


def manager() -> permissions.Actor:
    """The business manager as the rehearsal's person in that post, confirmed."""
    person = rehearsing.person_of("buckinghamshire", "business-manager")
    return permissions.Actor("buckinghamshire", person=person, confirmed=True)


def local(year: int, month: int, day: int, hour: int, minute: int) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=LONDON).astimezone(UTC)


@pytest.mark.slow
@pytest.mark.ids("PATH-BUCKS-SI-D1", "PATH-BUCKS-SI-D2", "PATH-BUCKS-SI-D10")
@pytest.mark.long
def test_an_incident_in_buckinghamshire_runs_in_earnest_as_it_was_rehearsed(database_url: str) -> None:
    definition, first, events = ready("buckinghamshire"), date(2026, 9, 1), buckinghamshire_incident()
    plan = rehearsed(definition, first, 2, events)
    sent = in_earnest(database_url, definition, first, 2, events, seed=2)
    assert plan == sent, differences(plan, sent)
    assert {post for key, post, _ in plan if "incident-alert" in key} == {
        "director-of-commissioning-and-delivery",
        "head-of-protecting-vulnerable-people",
        "service-director-childrens-social-care",
        "lcspr-chair",
    }


def reports_in_south_gloucestershire() -> list[Event]:
    """One chair says that there is nothing by exception and takes it back, one is let off, and the meeting moves."""

    def does(post: str, action: str, **form: object) -> Callable[[Runner, datetime], None]:
        def done(runner: Runner, now: datetime) -> None:
            actor = permissions.Actor(SGLOS, person=rehearsing.person_of(SGLOS, post), confirmed=True)
            outcome = runner.perform(actor, action, form, f"{action}:{now.isoformat()}", now)
            assert not outcome.refused, outcome.refusals

        return done

    def owed(who: str) -> dict[str, object]:
        return {"report": "exception-report", "place": "sog.2027-1", "who": who}

    vulnerable, complex_, manager = "bs-vulnerable-chair", "bs-complex-chair", "business-manager"
    moved = does(manager, "meeting.move", group="sog", place="2027-1", day="2027-05-06")
    declined = does(complex_, "return.not-us", **owed(COMPLEX), because="The group is asked by another one")
    later = does(manager, "return.extend", round="", who=LIFE, due="2027-04-28", because="The chair is new")
    return [
        Event(local(2027, 4, 19, 11, 0), moved),
        Event(local(2027, 4, 20, 10, 0), does(vulnerable, "return.nothing", **owed(VULNERABLE))),
        Event(local(2027, 4, 20, 11, 0), declined),
        Event(local(2027, 4, 22, 9, 30), does(vulnerable, "return.take-back", **owed(VULNERABLE))),
        Event(local(2027, 4, 23, 9, 30), later),
        Event(
            local(2027, 4, 28, 16, 0),
            does(manager, "return.answer-not-us", **owed(COMPLEX), because="", answer="grant"),
        ),
        Event(local(2027, 4, 29, 16, 0), does(vulnerable, "return.nothing", **owed(VULNERABLE))),
    ]


@pytest.mark.slow
@pytest.mark.ids("RET-SGLOS-EXC")
@pytest.mark.long_on("sqlite")
def test_a_round_of_reports_is_asked_for_and_chased_in_earnest_as_it_was_rehearsed(database_url: str) -> None:
    found = with_report(load(SGLOS).arrangements, lead_days=10)
    definition = a_definition(found.model_copy(update={"pathways": ()}))
    first, events = date(2027, 4, 12), reports_in_south_gloucestershire()
    plan = rehearsed(definition, first, 1, events)
    sent = in_earnest(database_url, definition, first, 1, events, seed=3)
    assert plan == sent, differences(plan, sent)
    asked = {post for key, post, day in plan if "report-asked" in key and day == date(2027, 4, 16)}
    assert asked == {"bs-life-chair", "bs-vulnerable-chair", "bs-complex-chair"}
    chased = [(key.partition(":group.")[2], post, day) for key, post, day in plan if "report-due" in key]
    assert len(chased) > 10, chased
    assert {post for _, post, _ in chased} > {"bs-life-chair", "business-manager"}


def section_11_in_gloucestershire() -> Definition:
    """Gloucestershire's Section 11 audit, due in November (no month is agreed), without its meetings and incidents."""
    found = with_report(load("gloucestershire").arrangements, "section-11", month=11)
    groups = tuple(group.model_copy(update={"cycles": ()}) for group in found.groups)
    planning = found.planning.model_copy(update={"outside": {}})  # other bodies' dates, beside which groups would meet
    return a_definition(found.model_copy(update={"pathways": (), "groups": groups, "planning": planning}))


def one_is_let_off() -> list[Event]:
    """An agency says that the audit is not for it, and the business manager agrees; another one has more time."""
    partnership, manager = "gloucestershire", "business-manager"
    police, yot = "s11-british-transport-police", "s11-youth-offending-teams"

    def does(post: str, action: str, **form: object) -> Callable[[Runner, datetime], None]:
        def done(runner: Runner, now: datetime) -> None:
            actor = permissions.Actor(partnership, person=rehearsing.person_of(partnership, post), confirmed=True)
            outcome = runner.perform(actor, action, form, f"{action}:{now.isoformat()}", now)
            assert not outcome.refused, outcome.refusals

        return done

    owed = {"report": "section-11", "place": "2026", "who": f"agency.{police}"}
    declined = does(f"lead:{police}", "return.not-us", **owed, because="We have no office in the county")
    agreed = does(manager, "return.answer-not-us", **owed, because="", answer="grant")
    later = does(manager, "return.extend", round="", who=f"agency.{yot}", due="2026-12-10", because="The lead is new")
    return [
        Event(local(2026, 11, 17, 10, 0), declined),
        Event(local(2026, 11, 18, 16, 0), agreed),
        Event(local(2026, 11, 26, 9, 30), later),
    ]


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.ids("RET-GLOS-S11")
def test_a_section_11_audit_is_asked_of_each_agency_s_lead_and_chased_to_its_senior_as_it_was_rehearsed(
    tmp_path: Path,
) -> None:
    definition, first, events = section_11_in_gloucestershire(), date(2026, 10, 12), one_is_let_off()
    plan = rehearsed(definition, first, 3, events)
    sent = in_earnest(f"sqlite:///{tmp_path}/a.db", definition, first, 3, events, seed=4)
    assert plan == sent, differences(plan, sent)
    agencies = {each.id for each in definition.arrangements.agencies if each.section_11}
    asked = {post for key, post, _ in plan if key.startswith("gloucestershire/report-asked:")}
    assert asked == {f"lead:{agency}" for agency in agencies}
    chased = {post for key, post, _ in plan if "/report-due/" in key}
    left = agencies - {"s11-british-transport-police"}
    assert chased == asked | {f"senior:{agency}" for agency in left} | {"business-manager"}


REGION = "avon-and-somerset"
EXECUTIVE = {"group": "executive", "place": "extra-1"}


def polls_in_the_region() -> list[Event]:
    """Seats answer whether they come, one changes its mind; a decision is opened and answered; the meeting moves."""
    manager, somerset, police = "business-manager", "somerset-representative", "police-representative"

    def does(whose: str, action: str, **form: object) -> Callable[[Runner, datetime], None]:
        def done(runner: Runner, now: datetime) -> None:
            actor = permissions.Actor(REGION, person=rehearsing.person_of(REGION, whose), confirmed=True)
            outcome = runner.perform(actor, action, form, f"{action}:{whose}:{now.isoformat()}", now)
            assert not outcome.refused, outcome.refusals

        return done

    def says(post: str, value: str) -> Callable[[Runner, datetime], None]:
        return does(post, "attendance.answer", **EXECUTIVE, post=post, value=value)

    proposal = "That the scrutiny timetable is adopted"
    return [
        Event(local(2027, 4, 23, 10, 0), does(manager, "meeting.extra", group="executive", day="2027-05-18")),
        Event(local(2027, 4, 28, 10, 0), says(somerset, "yes")),
        Event(local(2027, 4, 29, 10, 0), says(police, "unsure")),
        Event(local(2027, 4, 30, 10, 0), does(manager, "decision.open", group="executive", proposal=proposal)),
        Event(local(2027, 5, 3, 10, 0), says(somerset, "no")),
        Event(local(2027, 5, 5, 10, 0), does(manager, "decision.close", group="executive", number=1)),
        Event(local(2027, 5, 11, 16, 0), does(manager, "meeting.move", **EXECUTIVE, day="2027-05-20")),
        Event(local(2027, 5, 12, 9, 30), says(somerset, "yes")),
    ]


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.ids("POLL-ASSSP-QUORUM")
def test_polls_are_asked_reminded_of_and_ended_in_earnest_as_they_were_rehearsed(tmp_path: Path) -> None:
    found = load(REGION).arrangements
    definition = a_definition(found.model_copy(update={"pathways": (), "returns": ()}))
    first, events = date(2027, 4, 23), polls_in_the_region()
    plan = rehearsed(definition, first, 1, events)
    sent = in_earnest(f"sqlite:///{tmp_path}/a.db", definition, first, 1, events, seed=5)
    assert plan == sent, differences(plan, sent)
    kinds = {key.partition("/")[2].partition(":")[0] for key, _, _ in plan}
    assert {"attendance-asked", "attendance-status", "decision-asked", "decision-taken"} <= kinds, kinds
