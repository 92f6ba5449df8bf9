"""Who hears that a stage has ended, by reference only; the decision alone goes to whoever told of the incident.

Bodies outside are told by the stage's owner, who is reminded of it. What the stage starts begins.
"""

from datetime import datetime

from storage.arrangements.clocks import Deadline
from storage.arrangements.pathways import Pathway, Stage, Task
from storage.records import incidents, people, switched
from storage.records.incidents import Case, CaseStage
from storage.records.message import Less, Message

from . import merging
from .cases import facts_told, full_pathway, pathway_of
from .incidents import Opening, lacking, open_case
from .stage_rules import full_of
from .words import rendered
from .work import Work

TOLD, DECISION = "stage-told", "incident-decision"
REFERRER = "referrer"


def tell_of_end(work: Work, case: Case, row: CaseStage, deadline: Deadline) -> list[str]:
    """Tells those whom the arrangements name that a stage is done; returns sentences for whoever recorded it."""
    told = [
        post for post in deadline.told if post in work.arrangements.posts_by_id and _tell(work, case, deadline, post)
    ]
    said = [f"Told of it: {', '.join(work.arrangements.title(post) for post in told)}."] if told else []
    outside = [id_ for id_ in deadline.told if id_ not in work.arrangements.posts_by_id and id_ != REFERRER]
    if REFERRER in deadline.told:
        sentence = _tell_the_referrer(work, case, row, deadline)
        said.append(sentence)
    if outside:
        said.append(f"You tell them yourself: {', '.join(work.arrangements.title(id_) for id_ in outside)}.")
    return said


def _tell(work: Work, case: Case, deadline: Deadline, post: str) -> bool:
    """Tells whoever is in a post, unless they have just recorded it themselves; whether somebody is told."""
    person, absent = work.reach(post)
    if person is None or person == work.actor.person:
        return False
    data: dict[str, object] = {
        "reference": case.reference,
        "stage": deadline.name,
        "partnership": work.arrangements.short,
        "absent": work.arrangements.title(post) if absent else "",
    }
    words = Message(
        title=rendered(TOLD, "title", data | {"mail": False}),
        text=rendered(TOLD, "text", data | {"mail": False}),
        by_mail=Less(
            title=rendered(TOLD, "title", data | {"mail": True}), text=rendered(TOLD, "text", data | {"mail": True})
        ),
    )
    work.send(
        person,
        TOLD,
        words,
        post=work.arrangements.secretariat.business_manager if absent else post,
        key=f"{TOLD}:{case.reference}:{deadline.stage}:{case.generation}:{post}",
        record=case.record,
        why="the arrangements name who is told of this stage",
        source=deadline.source,
    )
    return True


def _tell_the_referrer(work: Work, case: Case, row: CaseStage, deadline: Deadline) -> str:
    """Sends the decision's word to whoever told of the incident, and nothing else of the case."""
    word = _decision(work, case, row)
    reached = [person for person in merging.notifiers(work, case) if _is_reached(work, person)]
    if not word or not reached:
        why = "no decision is recorded with it" if not word else "nobody who told of it can be written to from here"
        return f"You tell the referrer yourself: {why}."
    data: dict[str, object] = {
        "reference": case.reference,
        "partnership": work.arrangements.short,
        "decision": word,
        "handler": work.arrangements.title(pathway_of(work, case).handler),
    }
    title, text = rendered(DECISION, "title", data), rendered(DECISION, "text", data)
    for person in reached:
        work.send(
            person,
            DECISION,
            Message(title=title, text=text, by_mail=Less(title=title, text=text)),
            post="",
            key=f"{DECISION}:{case.reference}:{row.stage}:{case.generation}:{person}",
            record=case.record,
            why="whoever told of an incident hears the decision",
            source=deadline.source,
        )
    return "Whoever told of it is written to: the decision only, nothing else of the case."


def _decision(work: Work, case: Case, row: CaseStage) -> str:
    """The word that a stage was decided with, or else the one that it comes after."""
    if row.decided:
        return row.decided
    before = full_of(work, case).todo(row.stage).after
    earlier = incidents.stage(work.scope, case.reference, before) if before else None
    return earlier.decided if earlier is not None else ""


def _is_reached(work: Work, person: str) -> bool:
    return people.get(work.scope.session, person) is not None and (
        "mail" in work.ways or people.is_confirmed(work.scope.session, person)
    )


# What a stage starts


def start_others(work: Work, case: Case, todo: Stage | Task) -> list[str]:
    """Opens the cases of the pathways that a stage starts, linked with this one; returns sentences about them."""
    return [_start(work, case, pathway) for pathway in work.arrangements.pathways if pathway.id in todo.starts]


def _start(work: Work, case: Case, pathway: Pathway) -> str:
    if pathway.alert and (pathway.id not in switched.on(work.scope) or lacking(work)):
        return f"{pathway.name} is not started here, since it is not switched on. Start it as your arrangements say."
    known = {fact.id for fact in full_pathway(pathway).facts}
    facts = {name: datetime.fromisoformat(at) for name, at in case.facts.items() if name in known}
    told = facts_told(work, case) if work.seal is not None else {}
    opening = Opening(
        facts,
        told=told | {"linked": [case.reference]} if work.seal is not None else {},
        came_by=case.came_by,
        received_at=case.received_at,
        notifier=case.notifier,
        speed="now" if case.speed == "now" else "morning",
    )
    started = open_case(work, pathway, opening)
    link(work, case, started.reference)
    work.note(case.record, started=started.reference)
    return f"{started.reference} is open: {pathway.name}."


def link(work: Work, case: Case, reference: str) -> None:
    """Remembers, sealed, that another case belongs to this one."""
    if work.seal is None:
        return
    told = facts_told(work, case)
    linked = told.get("linked")
    told["linked"] = [*(linked if isinstance(linked, list) else []), reference]
    case.sealed = work.seal.close(told)
    work.scope.session.add(case)
