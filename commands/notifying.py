"""Notifying a serious child safeguarding incident: in chat, on behalf of somebody, or from our own page.

Telling is refused to nobody in a post for want of confirmation; its handler then sees that the account is not
confirmed. Whoever notifies hears that it was received and that the partners are told, and nothing further.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from storage.arrangements.pathways import Pathway
from storage.records import people, switched
from storage.records.incidents import Case, Overdue
from storage.records.message import Button, Less, Message
from storage.records.people import Person

from . import merging
from .action import Action, Form
from .case_status import bring_up_to_date
from .cases import clock_words, deadlines_of, full_pathway
from .danger import not_the_way
from .incidents import Opening, lacking, open_case
from .notifying_checks import CAME_BY, moment, pathway_given, problems, problems_for, with_alerts
from .notifying_forms import NOTIFY, NOTIFY_FOR, told_of
from .permissions import PEOPLE
from .refusals import Refusal, Refused
from .steps import AGAIN
from .telephones import read_uk
from .words import rendered
from .work import Work


class Notified(Form):
    """What the form asks for, as it was read. All of it is looked at by `notifying_checks.problems`."""

    ticked: tuple[str, ...] = ()
    pathway: str = ""
    kind: str = ""
    aware: date | None = None
    aware_hour: time | None = None
    authority_aware: date | None = None
    authority_aware_hour: time | None = None
    happened: date | None = None
    happened_hour: time | None = None
    area: str = ""
    other_area: str = ""
    agencies: tuple[str, ...] = ()
    children: int | None = None
    flags: tuple[str, ...] = ()
    authority_reference: str = ""
    ring_who: str = ""
    ring_number: str = ""


class NotifiedFor(Notified):
    """The same, entered on behalf of somebody: how and when it came, from whom, and whether people are woken."""

    came_by: str
    received: date
    received_hour: time
    notifier_name: str
    notifier_email: str = ""
    notifier_telephone: str = ""
    speed: str = ""
    because: str = ""


# Whether it can be notified here


def open_here(work: Work) -> list[Pathway]:
    """The pathways that can be notified here now: switched on, with all that they need."""
    on = switched.on(work.scope)
    return [] if lacking(work) else [pathway for pathway in with_alerts(work.arrangements) if pathway.id in on]


def may_enter(work: Work, pathway: Pathway) -> bool:
    """Whether the actor may enter what others have told: the handler, the business manager, or a duty desk."""
    if work.actor.person is None:
        return False
    held = people.may_act_for(work.scope, work.actor.person, work.today, at=work.hour)
    desks = {post.id for post in work.arrangements.posts if post.desk}
    return bool(held & {pathway.handler, work.arrangements.secretariat.business_manager, *desks})


def offered(work: Work) -> Message:
    """The answer to somebody who wants to notify: the form behind a button, or what to do where it is not on."""
    safety = not_the_way([work.arrangements])
    nothing = "Nothing has been kept of what you wrote. Please write nothing about a child here."
    pathways = open_here(work)
    if not pathways:
        text = f"{safety}\n\n{' '.join(_why_not(work))} {meanwhile(work)}\n{nothing}"
        return Message(title="Incidents cannot be notified here yet", text=text, tone="alert")
    buttons = [Button(label="Open the form", does=NOTIFY, form={AGAIN: "yes"})]
    if any(may_enter(work, pathway) for pathway in pathways):
        buttons.append(Button(label="Enter it for somebody else", does=NOTIFY_FOR, form={AGAIN: "yes"}))
    form = "The form asks for facts only, and for no words about the case. If you cannot fill it in, ring the "
    text = f"{safety}\n\n{form}{_handler(work)}. {nothing}\nMore: help incident"
    return Message(title="Notify a serious incident", text=text, buttons=tuple(buttons), tone="alert")


def _why_not(work: Work) -> list[str]:
    if not with_alerts(work.arrangements):
        return ["Our arrangements do not say how a serious child safeguarding incident is notified."]
    off = not any(pathway.id in switched.on(work.scope) for pathway in with_alerts(work.arrangements))
    return [*(["It has not been switched on here."] if off else []), *lacking(work)]


def meanwhile(work: Work) -> str:
    """What to do where it cannot be notified here, as a sentence."""
    return f"To notify one, use your arrangements' own form and ring the {_handler(work)}."


def _handler(work: Work) -> str:
    """What the post is called that handles what is notified; the business manager where nothing says."""
    handlers = [pathway.handler for pathway in with_alerts(work.arrangements)]
    return work.arrangements.title((handlers or [work.arrangements.secretariat.business_manager])[0])


# In chat, and on behalf


def _notify(work: Work, form: Notified) -> Message:
    given = form.model_dump()
    pathway = checked(work, given, problems(work, given))
    told = told_of(work, given) | ({} if work.actor.confirmed else {"unconfirmed": True})
    opening = Opening({}, told=told, came_by="chat", received_at=work.now, notifier=work.actor.person or "")
    case = open_with(work, pathway, given, opening)
    if not work.actor.confirmed:
        _say_unconfirmed(work, case, pathway)
    return received(work, case)


def _notify_for(work: Work, form: NotifiedFor) -> Message:
    given = form.model_dump()
    pathway = checked(work, given, problems_for(work, given))
    if not may_enter(work, pathway):
        handler = work.arrangements.title(pathway.handler)
        raise Refused(f"What others have told is entered by the {handler} or a duty desk. To notify yourself: notify")
    person = known_or_entered(work, form.notifier_email, form.notifier_name, form.notifier_telephone)
    opening = Opening(
        {},
        told=told_of(work, given),
        came_by=form.came_by,
        received_at=moment(work, form.received, form.received_hour),
        notifier=person.id if person else "",
        speed="now" if form.speed == "now" else "morning" if form.speed == "morning" else None,
        because=form.because,
    )
    case = open_with(work, pathway, given, opening)
    written = person is not None and write_received(work, case, person, pathway)
    answer = received(work, case)
    also = "Whoever told of it is written to." if written else "Tell whoever told of it that it has been received."
    return answer.model_copy(update={"text": f"{answer.text}\n{also}"})


def checked(work: Work, given: Mapping[str, Any], wrong: Sequence[Refusal]) -> Pathway:
    """The pathway of what was filled in. Raises Refused with all that is wrong, or where it is not on."""
    pathway = pathway_given(work, given)
    if wrong or pathway is None:
        raise Refused(*wrong)
    if pathway.id not in {each.id for each in open_here(work)}:
        raise Refused(" ".join([*(_why_not(work) or ["It has not been switched on here."]), meanwhile(work)]))
    return pathway


def open_with(work: Work, pathway: Pathway, given: Mapping[str, Any], opening: Opening) -> Case:
    """Opens the case with the facts that were filled in, and shows its handler what it may be a second telling of."""
    assert opening.received_at is not None
    asked = {fact.id for fact in full_pathway(pathway).facts}
    facts = {"aware": moment(work, given["aware"], given["aware_hour"]), "received": opening.received_at}
    if given["authority_aware"] is not None:
        facts["authority-aware"] = moment(work, given["authority_aware"], given["authority_aware_hour"])
    known = {name: at for name, at in facts.items() if name in asked}
    case = open_case(work, pathway, _with(opening, facts=known, kind=given["kind"]))
    _came_in(work, case, pathway)
    merging.look_for_second(work, case)
    return case


def _with(opening: Opening, *, facts: dict[str, datetime], kind: str) -> Opening:
    return Opening(**{**vars(opening), "facts": facts, "kind": kind})


def _came_in(work: Work, case: Case, pathway: Pathway) -> None:
    """The stage that this was: what it had to bring is here. Late is kept as late, and refused to nobody."""
    brought = {stage.id: stage.produces for stage in full_pathway(pathway).stages if stage.produces == "received"}
    for row, deadline in deadlines_of(work, case):
        if row.state != "open" or row.stage not in brought or case.received_at is None:
            continue
        row.state, row.done_at, row.evidence = "done", case.received_at, f"came {_came_words(case.came_by)}"
        if isinstance(deadline.due, datetime) and deadline.due < case.received_at:
            row.because = "it came after the time for it"
            work.scope.session.add(
                Overdue(
                    partnership=case.partnership,
                    reference=case.reference,
                    stage=row.stage,
                    due=deadline.due.astimezone(work.terms.zone).date(),
                    noted_at=work.now,
                    because=row.because,
                )
            )
        work.scope.session.add(row)
        work.scope.session.flush()
        bring_up_to_date(work, case)


def _came_words(came_by: str) -> str:
    return CAME_BY.get(came_by) or {"chat": "in chat", "web": "on our own page"}.get(came_by, "in")


def received(work: Work, case: Case) -> Message:
    """All that whoever notifies hears: that it was received, and that the partners are told."""
    data: dict[str, object] = {
        "reference": case.reference,
        "partnership": work.arrangements.short,
        "wake_at": clock_words(work, case.wake_at) if case.wake_at else "",
        "help": not_the_way([work.arrangements]),
    }
    return Message(title=rendered(RECEIVED, "title", data), text=rendered(RECEIVED, "text", data))


RECEIVED = "incident-received"


def write_received(work: Work, case: Case, person: Person, pathway: Pathway) -> bool:
    """Writes to whoever told of it, where there is mail; says whether it does."""
    if "mail" not in work.ways:
        return False
    words = received(work, case)
    work.send(
        person.id,
        RECEIVED,
        words.model_copy(update={"by_mail": Less(title=words.title, text=words.text)}),
        post="",
        key=f"{RECEIVED}:{case.reference}",
        record=case.record,
        why="they told of it",
        source=pathway.source,
        through="mail",
    )
    return True


def _say_unconfirmed(work: Work, case: Case, pathway: Pathway) -> None:
    work.say(
        "incident-unconfirmed",
        post=pathway.handler,
        key=f"incident-unconfirmed:{case.reference}",
        record=case.record,
        data={"reference": case.reference, "partnership": work.arrangements.short},
        why="whoever notified has not confirmed who they are",
        source=pathway.source,
        tone="warning",
    )


def known_or_entered(work: Work, email: str, name: str, telephone: str = "") -> Person | None:
    """The person of an address, entered without a post if they are new; one who is known stays as they are."""
    if not email:
        return None
    found = people.by_email(work.scope.session, email)
    if found is not None:
        return found
    person = people.enter(work.scope.session, name=name, email=email, now=work.now)
    person.telephone = read_uk(telephone) if telephone else ""
    work.scope.session.add(person)
    work.about_person(person.id)
    return person


ACTIONS = (
    Action(NOTIFY, Notified, _notify, PEOPLE, "notify a serious child safeguarding incident", own="any post"),
    Action(
        NOTIFY_FOR, NotifiedFor, _notify_for, PEOPLE, "enter a notification of somebody else", None, True, "any post"
    ),
)
