"""One plausible form for every action, with what must have happened before it: for tests that try them all."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache

from sqlmodel import select

from commands import homes, links, rehearsing
from commands import incidents as opened
from storage.arrangements.groups import Group
from storage.arrangements.partnership import Arrangements
from storage.records import incidents, meetings, outbox, people, proposals
from storage.records.notifications import Notification
from storage.records.scope import Scope
from storage.records.statements import Statement
from tests.builders import a_group, an_arrangement
from tests.commands import (
    examples_of_attendance,
    examples_of_attended,
    examples_of_business,
    examples_of_dates,
    examples_of_decisions,
    examples_of_returns,
    examples_of_rounds,
)
from tests.offices import ALL_WAYS, Office, a_definition, an_office, as_toml

GROUP, ELSEWHERE = "practice", "elsewhere"
MONTHLY = {"kind": "months", "every": 1}
ACCOUNT = {"door": "slack", "tenant": "T1", "user": "U1"}
PLACE = {"door": "slack", "tenant": "T1", "address": "U1"}
NEW = {"name": "New Archivist", "email": "new@ours.example", "post": "archivist", "capacity": "deputy"}
FILE = {"name": "New Archivist", "email": "new@ours.example", "post": "", "covers": "archivist"}

Form = Mapping[str, object]


@dataclass(frozen=True)
class Example:
    """A form that an action accepts from whoever may, and the steps of the business manager that lead up to it."""

    form: Callable[[Office], Form]
    before: tuple[tuple[str, Callable[[Office], Form]], ...] = ()


def everybody_once() -> Arrangements:
    """A partnership in which each role is the only one of some post, in one group and in another."""
    posts = ["business-manager", "archivist", "lead", "lead-deputy", "scrutineer"]
    posts += [f"{g}-{seat}" for g in (GROUP, ELSEWHERE) for seat in ("chair", "vice", "member", "adviser", "observer")]
    return an_arrangement(
        [_group(GROUP), _group(ELSEWHERE, {"post": "scrutineer", "capacity": "scrutineer"})],
        {g: {"first": date(2026, 1, 14), "slot": "2nd tuesday", "starts": "10:00", "minutes": 60} for g in _GROUPS},
        posts=[{"id": p, "title": p.replace("-", " ").capitalize()} for p in posts]
        + [{"id": "desk", "title": "Desk", "desk": True}],
        agencies=[{"id": "council", "name": "Council"}],
        partners=[{"id": "council", "agency": "council", "lead": "lead", "deputy": "lead-deputy"}],
        registers=[
            {"id": "actions", "name": "Actions", "kind": "actions", "kept_by": "archivist", "reviewed_at": ELSEWHERE}
        ],
        milestones=[{"id": "published", "title": "Published", "date": date(2027, 9, 30)}],
        pathways=[
            {
                "id": "serious-incident",
                "name": "Incident",
                "handler": "business-manager",
                "told": ["business-manager"],
                "pack": True,
                "keep_years": 1,
                "tasks": [
                    {
                        "id": "review",
                        "name": "Review",
                        "owner": "business-manager",
                        "decides": ["a review", "no review"],
                        "checks": [{"id": "held", "name": "It was held"}],
                    }
                ],
            }
        ],
        front_door={"name": "Front door", "telephone": "01234 500500"},
        forms=[examples_of_returns.FORM],
        returns=[*examples_of_returns.RETURNS, examples_of_business.CARRIED],
    )


_GROUPS = (GROUP, ELSEWHERE)


def _group(id_: str, *more: Mapping[str, object]) -> Group:
    seats = [
        {"post": f"{id_}-member", "skill": examples_of_attended.SKILL},
        {"post": f"{id_}-adviser", "capacity": "adviser"},
        {"post": f"{id_}-observer", "capacity": "observer"},
        *more,
    ]
    given = {"chair": f"{id_}-chair", "vice_chair": f"{id_}-vice", "papers": {"days": 7}, "minutes": {"days": 14}}
    given |= {"quorum": {"kind": "number", "number": 2}}
    given |= {"agreement": examples_of_attended.AGREEMENT} if id_ == GROUP else {}
    return a_group(id_, MONTHLY, seats=seats, **given)


def an_office_with_everybody() -> Office:
    """An office on Monday 5 April 2027 with six months behind it, and a deputy and a PA in each group."""
    return _with_everybody().copy()


@cache
def _with_everybody() -> Office:
    office = an_office(definition=everybody_once(), opened="2026-10-05 06:00")
    for group in _GROUPS:
        for capacity in ("deputy", "pa"):
            office.done(
                "business-manager",
                "people.enter",
                name=f"{group} {capacity}",
                email=f"{group}-{capacity}@ours.example",
                post=f"{group}-member",
                capacity=capacity,
            )
    _a_second_manager(office)
    office.moves_to("2027-04-05 09:00")
    return office


def _a_second_manager(office: Office) -> None:
    """Somebody else who may agree to what takes two people: entered before anybody was told of a case."""
    with office.runner.store.writing() as session:
        second = people.enter(session, name="Second", email="second@ours.example", now=office.now)
        scope = Scope(session, office.partnership)
        post, since = "business-manager", office.today
        people.enter_holding(scope, post=post, person=second.id, capacity="deputy", agency="", since=since, until=None)
        account = people.propose(
            session, door="notebook", tenant=office.partnership, user=second.id, person=second.id, now=office.now
        )
        account.state = "confirmed"
        session.add(account)


def prepared(office: Office, action: str) -> Form:
    """The form of an action's example, after the steps that lead up to it."""
    example = EXAMPLES[action]
    for step, form in example.before:
        office.done("business-manager", step, **form(office))
    return example.form(office)


def ahead(**more: object) -> Callable[[Office], Form]:
    """The group's next meeting."""
    return lambda office: _meeting(office, office.today + timedelta(days=1), office.today + timedelta(days=90)) | more


def behind(**more: object) -> Callable[[Office], Form]:
    """The group's first meeting of those that have been."""
    return lambda office: _meeting(office, office.today - timedelta(days=90), office.today - timedelta(days=1)) | more


def _meeting(office: Office, first: date, last: date) -> dict[str, object]:
    with office.reading() as scope:
        return {"group": GROUP, "place": meetings.between(scope, first, last, GROUP)[0].place}


def just(**form: object) -> Callable[[Office], Form]:
    """A form that is the same in every office."""
    return lambda _office: form


def _entry(**more: object) -> Callable[[Office], Form]:
    """The entry of the archivist in the post."""
    return lambda office: {
        "post": "archivist", "person": office.person("archivist"), "capacity": "holder", "since": "2026-10-05",
    } | more  # fmt: skip


def _changed_definition(office: Office) -> Form:
    changed = office.definition.arrangements.model_copy(update={"short": "NEW"})
    return {"text": a_definition(as_toml(changed)).text}


def _message(office: Office) -> Form:
    person = rehearsing.person_of(office.partnership, f"{GROUP}-member")
    with office.reading() as scope:
        return {"key": outbox.of_person(scope, person)[-1].key}


def _not_delivered(office: Office) -> Form:
    return _message(office) | {"reason": "the door was shut"}


def _note(office: Office) -> Form:
    person = rehearsing.person_of(office.partnership, f"{GROUP}-member")
    key = f"daily-note:{person}:{office.today}"
    with office.runner.store.writing() as session:
        session.add(
            outbox.Outgoing(
                partnership=office.partnership,
                key=key,
                kind="daily-note",
                record=f"person:{person}",
                person=person,
                message={"title": "To do", "text": "- nothing"},
                created_at=office.now,
                not_before=office.now,
            )
        )
    return {"key": key}


def _failed(office: Office) -> Form:
    person = office.person("archivist")
    with office.runner.store.writing() as session:
        session.add(
            outbox.Outgoing(
                partnership=office.partnership,
                key="lost",
                kind="meeting-moved",
                record="meeting",
                person=person,
                post="archivist",
                message={"title": "Moved", "text": "To another day"},
                state="failed",
                reason="the door was shut",
                created_at=office.now,
                not_before=office.now,
            )
        )
    return {"key": "lost"}


def _home_to_open(office: Office) -> Form:
    return {"person": office.person("archivist"), **ACCOUNT}


def _home(office: Office) -> Form:
    form = _home_to_open(office)
    office.done("time", "home.open", **form)
    return {"homes": [homes.key_of(ACCOUNT["door"], ACCOUNT["tenant"], str(form["person"]))]}


def _link(office: Office) -> Form:
    """A personal link of the archivist's."""
    person = office.person("archivist")
    with office.runner.store.writing() as session:
        work = office.runner.work(Scope(session, office.partnership), office.actor("time"), office.now)
        return {"id": links.make(work, person, "record", f"person:{person}")[0]}


def _link_and_code(office: Office) -> Form:
    return _link(office) | {"code": "123456"}


def _proposal(office: Office) -> Form:
    with office.reading() as scope:
        return {"proposal": proposals.open_ones(scope)[0].id}


def _ended(office: Office) -> None:
    """Has the case have ended so long ago that it need not be kept."""
    with office.runner.store.writing() as session:
        case = session.get_one(incidents.Case, (office.partnership, "TEST-1"))
        case.closed_at = office.now - timedelta(days=400)
        session.add(case)


def _to_hold(office: Office) -> Form:
    _ended(office)
    return {"reference": "TEST-1", "because": "court"}


def _to_release(office: Office) -> Form:
    office.done("business-manager", "incident.hold", **_to_hold(office))
    return {"reference": "TEST-1"}


def _to_empty(office: Office) -> Form:
    _ended(office)
    return {"reference": "TEST-1"}


def _asked(kind: str, part: str, answer: str) -> Callable[[Office], Form]:
    """What the archivist is asked now and then, with an answer."""

    def asked(office: Office) -> Form:
        with office.runner.store.writing() as session:
            new = Statement(partnership=office.partnership, kind=kind, part=part, post="archivist", asked_at=office.now)
            session.add(new)
        return {"post": "archivist", "part": part, "answer": answer}

    return asked


def _cancelled(office: Office) -> Form:
    with office.reading() as scope:
        return next({"group": r.group, "place": r.place} for r in meetings.every(scope) if r.status == "cancelled")


def _silent(office: Office) -> Form:
    """A case of which nobody is woken before the morning."""
    office.moves_to("2027-04-05 23:00")
    with office.runner.store.writing() as session:
        work = office.runner.work(Scope(session, office.partnership), office.actor("business-manager"), office.now)
        opening = opened.Opening(facts={"aware": office.at("2027-04-05 22:00")}, speed="morning")
        case = opened.open_case(work, work.arrangements.pathway("serious-incident"), opening)
        return {"reference": case.reference}


_KEY = {"record": "partnership", "kind": "plan-ahead", "part": "2026-10-06", "generation": 1}
_COVERED = ("people.cover", just(post=f"{GROUP}-member", person="desk", until="2027-04-09"))
_START = ("incident.start", just(pathway="serious-incident", facts={"aware": "2027-04-01T09:00:00+01:00"}))
_TOLD = {"reference": "TEST-1", "post": "business-manager"}
_ANSWER = ("incident.answer", just(**_TOLD, answer="have"))
_DRILL = ("drill.plan", just(day="2027-04-06", starts="14:00"))
_LIST_ADD = ("incident.list-add", just(reference="TEST-1", who="archivist"))
_PROPOSED = (_START, _LIST_ADD)
_NOTIFIED: Mapping[str, object] = {
    "ticked": ["understood"],
    "kind": "serious-harm",
    "aware": "2027-04-01",
    "aware_hour": "09:00",
    "area": "own",
    "children": 1,
    "ring_who": "Doctor on call",
    "ring_number": "01234 567890",
}
_ON_BEHALF = {
    "came_by": "telephone",
    "received": "2027-04-01",
    "received_hour": "10:00",
    "notifier_name": "Doctor",
    "notifier_telephone": "01234 567891",
}
_OUTSIDE = {"notifier_name": "Doctor", "notifier_role": "Doctor on call", "notifier_email": "doctor@ours.example"}
_TWICE = ("incident.notify", just(**_NOTIFIED))


def _with_pages(**more: object) -> Callable[[Office], Form]:
    """What our own page was filled in with, where there are pages and mail."""

    def form(office: Office) -> Form:
        office.runner = replace(office.runner, ways=ALL_WAYS)
        return {**_NOTIFIED, **_OUTSIDE, **more}

    return form


def _to_confirm(office: Office) -> Form:
    office.done("time", "notification.begin", **_with_pages()(office))
    with office.reading() as scope:
        return {"notification": scope.session.exec(select(Notification.id)).one()}


def _to_choose(office: Office) -> Form:
    """Mail, where the bot sends some."""
    office.runner = replace(office.runner, ways=ALL_WAYS)
    return {"door": "mail"}


_ANSWERED = (
    "setup.answer",
    just(question="front_door.out_of_hours", form="telephone", telephone="01234 500999", by="Executive of 1 April"),
)
LOGGED = {
    "place": "row 2",
    "cells": {"what": "Write the protocol", "owner": "archivist"},
    "places": {"what": "cell A2", "owner": "cell B2"},
}
_ADD = ("action.add", just(title="Write the protocol", owner="archivist"))
_PROPOSE = ("identity.propose", just(**ACCOUNT, email="archivist@ourshire.invalid"))

EXAMPLES: dict[str, Example] = {
    "link.code": Example(_link_and_code),
    "link.renew": Example(_link),
    "link.revoke": Example(just(person="archivist")),
    "meeting.confirm": Example(ahead()),
    "meeting.unconfirm": Example(ahead(), (("meeting.confirm", ahead()),)),
    "meeting.move": Example(ahead(day="2027-04-20")),
    "meeting.cancel": Example(ahead(because="no business")),
    "meeting.restore": Example(_cancelled, (("meeting.cancel", ahead()),)),
    "meeting.held": Example(behind()),
    "meeting.not-held": Example(behind(), (("meeting.held", behind()),)),
    "meeting.papers": Example(ahead()),
    "meeting.papers-not-out": Example(ahead(), (("meeting.papers", ahead()),)),
    "meeting.minutes": Example(behind()),
    "meeting.minutes-not-out": Example(behind(), (("meeting.minutes", behind()),)),
    "meeting.extra": Example(just(group=GROUP, day="2027-04-22")),
    "meeting.plan": Example(just(year=2027)),
    "action.add": Example(_ADD[1]),
    "action.import": Example(just(rows=[LOGGED])),
    "action.done": Example(just(number=1), (_ADD,)),
    "action.say": Example(just(number=1, said="Half of it is written"), (_ADD,)),
    "action.reopen": Example(just(number=1), (_ADD, ("action.done", just(number=1)))),
    "action.withdraw": Example(just(number=1), (_ADD,)),
    "milestone.done": Example(just(milestone="published")),
    "incident.start": Example(_START[1]),
    "incident.switch-on": Example(just(), (("incident.switch-off", just()),)),
    "incident.switch-off": Example(just()),
    "incident.answer": Example(_ANSWER[1], (_START,)),
    "incident.rang": Example(just(**_TOLD), (_START, _ANSWER)),
    "incident.knows-child": Example(just(**_TOLD), (_START,)),
    "incident.said": Example(just(**_TOLD, said="knows"), (_START,)),
    "incident.wake": Example(_silent),
    "incident.not-reached": Example(just(**_TOLD), (_START,)),
    "incident.notify": Example(just(**_NOTIFIED)),
    "incident.notify-for": Example(just(**_NOTIFIED, **_ON_BEHALF)),
    "incident.merge": Example(just(newer="TEST-2", older="TEST-1"), (_TWICE, _TWICE)),
    "incident.not-same": Example(just(newer="TEST-2", older="TEST-1"), (_TWICE, _TWICE)),
    "notification.begin": Example(_with_pages()),
    "notification.confirm": Example(_to_confirm),
    "incident.fact": Example(just(reference="TEST-1", fact="aware", at="2027-04-02T09:00:00+01:00"), (_START,)),
    "incident.done": Example(just(reference="TEST-1", stage="panel", evidence="N-1"), (_START,)),
    "incident.not-needed": Example(just(reference="TEST-1", stage="report", because="no-review"), (_START,)),
    "incident.reopen": Example(
        just(reference="TEST-1", stage="report"),
        (_START, ("incident.not-needed", just(reference="TEST-1", stage="report", because="no-review"))),
    ),
    "incident.tick": Example(just(reference="TEST-1", stage="review", ticked=["held"]), (_START,)),
    "incident.decide": Example(just(reference="TEST-1", stage="review", decision="a review"), (_START,)),
    "incident.view": Example(just(reference="TEST-1", stage="review", post="lead", view="a review"), (_START,)),
    "incident.flag": Example(just(reference="TEST-1", flag="criminal"), (_START,)),
    "incident.show": Example(just(reference="TEST-1"), (_START,)),
    "incident.look": Example(just(reference="TEST-1"), (_START,)),
    "incident.record-link": Example(just(reference="TEST-1"), (_START,)),
    "incident.list-add": Example(_LIST_ADD[1], (_START,)),
    "incident.list-end": Example(_LIST_ADD[1], _PROPOSED),
    "incident.hold": Example(_to_hold, (_START,)),
    "incident.release-hold": Example(_to_release, (_START,)),
    "incident.empty": Example(_to_empty, (_START,)),
    "proposal.agree": Example(_proposal, _PROPOSED),
    "proposal.refuse": Example(_proposal, _PROPOSED),
    "proposal.withdraw": Example(_proposal, _PROPOSED),
    "drill.plan": Example(_DRILL[1]),
    "drill.cancel": Example(just(part="serious-incident:2027-04-06T14:00"), (_DRILL,)),
    "watch.in-post": Example(_asked("in-post", "2027-Q2", "yes")),
    "watch.none": Example(_asked("none-this-month", "2027-03", "none")),
    "arrangements.apply": Example(_changed_definition),
    "setup.answer": Example(_ANSWERED[1]),
    "setup.take-back": Example(just(version=2), (_ANSWERED,)),
    "people.posts-as-people": Example(just(door="notebook")),
    "message.readdress": Example(_message, (("meeting.confirm", ahead()), _COVERED)),
    "message.not-delivered": Example(_not_delivered, (("meeting.confirm", ahead()),)),
    "note.move-on": Example(_note),
    "workspace.serve": Example(just(door="slack", tenant="T1", sealed="sealed")),
    "workspace.end": Example(just(door="slack", tenant="T1")),
    "account.gone": Example(lambda office: {**PLACE, "person": office.person("archivist"), "reason": "it was closed"}),
    "account.back": Example(just(**ACCOUNT)),
    "message.by-mail-too": Example(_message, (("meeting.confirm", ahead()),)),
    "duty.handle": Example(just(duties=[_KEY])),
    "duty.give-up": Example(just(**_KEY, error="abc")),
    "audit.report": Example(just(findings=[{"problem": "heartbeat", "record": "bot", "kind": "tick"}])),
    "people.enter": Example(just(**NEW)),
    "people.telephone": Example(just(person="archivist", number="01234 567890")),
    "people.hold": Example(just(person="desk", post="archivist", capacity="deputy")),
    "people.leave": Example(just(post="archivist", until="2027-04-30")),
    "people.stay": Example(_entry(until=None), (("people.leave", just(post="archivist", until="2027-04-30")),)),
    "people.take-back": Example(_entry()),
    "people.away": Example(just(since="2027-04-12", until="2027-04-13")),
    "people.back": Example(just()),
    "people.door": Example(_to_choose),
    "people.handover": Example(just(post="archivist")),
    "people.cover": Example(just(post="archivist", person="desk", until="2027-04-09")),
    "people.uncover": Example(
        just(post="archivist"), (("people.cover", just(post="archivist", person="desk", until="2027-04-09")),)
    ),
    "people.import": Example(just(rows=[{"place": "line 2", "cells": FILE}])),
    "identity.propose": Example(_PROPOSE[1]),
    "identity.code": Example(just(**ACCOUNT), (_PROPOSE,)),
    "identity.confirm": Example(just(**ACCOUNT), (_PROPOSE,)),
    "identity.send-code": Example(just(**ACCOUNT), (_PROPOSE,)),
    "home.open": Example(_home_to_open, (_PROPOSE,)),
    "home.keep": Example(_home, (_PROPOSE,)),
    "message.again": Example(_failed),
    "message.seen": Example(_failed),
    "identity.end": Example(just(**ACCOUNT), (_PROPOSE,)),
    "rehearsal.ask": Example(just(weeks=2)),
    "partnership.pause": Example(just()),
    "partnership.resume": Example(just(), (("partnership.pause", just()),)),
    "undo": Example(just()),
    **{name: Example(form) for name, form in examples_of_returns.FORMS.items()},
    **{name: Example(form) for name, form in examples_of_business.FORMS.items()},
    **{name: Example(form) for name, form in examples_of_decisions.FORMS.items()},
    **{name: Example(form) for name, form in examples_of_rounds.FORMS.items()},
    **{name: Example(form) for name, form in examples_of_attendance.FORMS.items()},
    **{name: Example(form) for name, form in examples_of_attended.FORMS.items()},
    **{name: Example(form) for name, form in examples_of_dates.FORMS.items()},
}
