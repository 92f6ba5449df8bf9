"""Incidents begin: a case is opened by a pathway's facts, its list is made, and whoever the arrangements list is told.

Nothing about a child is kept in words. What was told in structured facts is stored encrypted.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from pydantic import Field

from storage.arrangements.pathways import Pathway
from storage.records import case_lists, switched
from storage.records.incidents import Case, CaseStage
from storage.records.message import Message
from storage.records.switched import Switched

from . import alerting
from .action import Action, Form
from .case_status import bring_up_to_date
from .cases import check_times, full_pathway
from .permissions import Allowed, Role, Where
from .refusals import Refusal, Refused
from .work import Work

HANDLES: Allowed = {Role.BUSINESS_MANAGER: Where.EVERYWHERE}
SWITCHES: Allowed = {Role.BUSINESS_MANAGER: Where.EVERYWHERE, Role.ADMINISTRATOR: Where.EVERYWHERE}

Speed = Literal["now", "morning"]


@dataclass(frozen=True)
class Opening:
    """What a case begins with. `told` are the structured facts; `notifier` is the person who told of it, by id.

    `speed` None: as the pathway says. `because`: why people are woken, where that was decided.
    """

    facts: dict[str, datetime]
    kind: str = ""
    told: dict[str, object] = field(default_factory=dict)
    came_by: str = ""
    received_at: datetime | None = None
    notifier: str = ""
    speed: Speed | None = None
    because: str = ""
    drill: bool = False


class Start(Form):
    """A pathway and the times by which it starts, each an aware time by the id of its fact."""

    pathway: str
    facts: dict[str, datetime] = Field(min_length=1)
    kind: str = ""


class Switch(Form):
    """A pathway with alerts, by its id."""

    pathway: str = "serious-incident"


def open_case(work: Work, pathway: Pathway, opening: Opening) -> Case:
    """Opens a case: its stages, its list, its reminders, and the alerts. Raises Refused where it cannot be."""
    if pathway.alert:
        must_be_on(work, pathway)
    check_times(work, opening.facts)
    full = full_pathway(pathway)
    unknown = opening.facts.keys() - {fact.id for fact in full.facts}
    if unknown:
        raise Refused(Refusal(f"This pathway does not use: {', '.join(sorted(unknown))}.", "facts"))
    if opening.kind and full.kind(opening.kind) is None:
        raise Refused(Refusal("Our arrangements know no such kind.", "kind"))
    case = _case(work, pathway, opening)
    work.scope.session.add(case)
    work.scope.session.flush()
    if not opening.drill:
        _stages(work, case, full, opening.told)
    _list(work, case, full)
    work.note(case.record, pathway=pathway.id)
    if pathway.alert:
        kind = full.kind(opening.kind)
        alerting.tell(work, case, (*pathway.told, *(kind.told if kind else ())))
    bring_up_to_date(work, case)
    return case


def must_be_on(work: Work, pathway: Pathway) -> None:
    """Raises Refused, with what to do meanwhile, unless a pathway is switched on and can be kept."""
    if pathway.id not in switched.on(work.scope) or (lacks := lacking(work)):
        lacks = lacking(work) if pathway.id in switched.on(work.scope) else ["It is not switched on here."]
        meanwhile = f"Use your arrangements' own form and ring the {work.arrangements.title(pathway.handler)}."
        raise Refused(
            f"A {pathway.name[0].lower()}{pathway.name[1:]} cannot be notified here. {' '.join(lacks)} {meanwhile}"
        )


def lacking(work: Work) -> list[str]:
    """What keeps a pathway with alerts from being on, a sentence for each."""
    found = []
    if not work.arrangements.front_door.telephone:
        found.append("The front door's telephone number is not set.")
    if work.seal is None:
        found.append("No encryption key is set.")
    return found


def _case(work: Work, pathway: Pathway, opening: Opening) -> Case:
    ladder = pathway.told_next
    speed = opening.speed or pathway.speed
    by_night = ladder.is_night(work.now, work.terms.zone)
    silent = speed == "morning" and by_night
    if opening.told and work.seal is None:
        raise Refused("What is told cannot be stored: no encryption key is set.")
    return Case(
        partnership=work.scope.partnership,
        reference=work.new_reference(),
        pathway=pathway.id,
        opened_at=work.now,
        facts={name: at.isoformat() for name, at in opening.facts.items()},
        version=work.terms.version,
        kind=opening.kind,
        came_by=opening.came_by,
        received_at=opening.received_at or work.now,
        notifier=opening.notifier,
        entered_by=work.actor.id,
        speed=speed,
        wake_at=ladder.morning_after(work.now, work.terms.zone) if silent else None,
        woken_because=opening.because,
        sealed=work.seal.close(opening.told) if opening.told and work.seal else "",
        drill=opening.drill,
    )


def _stages(work: Work, case: Case, full: Pathway, told: dict[str, object]) -> None:
    flags = told.get("flags", [])
    not_needed = full.not_needed(case.kind, [str(flag) for flag in flags] if isinstance(flags, list) else [], {})
    for place, todo in enumerate(full.todos):
        row = CaseStage(partnership=case.partnership, reference=case.reference, stage=todo.id, place=place)
        if todo.id in not_needed:
            row.state, row.because, row.done_at = "not needed", not_needed[todo.id], work.now
        work.scope.session.add(row)
    work.scope.session.flush()


def _list(work: Work, case: Case, full: Pathway) -> None:
    """The list of the case, as the arrangements have it: who is told, who handles and decides, who owns a stage."""
    kind = full.kind(case.kind)
    posts = [*full.told, *(kind.told if kind else ()), full.handler]
    posts += [
        each for post in full.told if post in work.arrangements.posts_by_id for each in alerting.posts_for(work, post)
    ]
    if not case.drill:
        owners = [full.decider or "", *(todo.owner for todo in full.todos)]
        known = work.arrangements.posts_by_id
        posts += [*owners, *(known[post].stand_in or "" for post in owners if post in known)]
    for post in dict.fromkeys(posts):
        if post in work.arrangements.posts_by_id:
            case_lists.put(work.scope, case.reference, f"post:{post}", work.now, added_by="arrangements")


def _start(work: Work, form: Start) -> Message:
    try:
        pathway = work.arrangements.pathway(form.pathway)
    except KeyError:
        raise Refused(Refusal("There is no such pathway in our arrangements.", "pathway")) from None
    case = open_case(work, pathway, Opening(facts=form.facts, kind=form.kind, came_by="form"))
    return Message(
        title=f"{case.reference} is open",
        text=f"{told_words(work, pathway)} The stages and their dates are in the message about {case.reference}.",
    )


def told_words(work: Work, pathway: Pathway) -> str:
    """Who is told when a case of a pathway begins, as a sentence."""
    titles = [work.arrangements.title(post) for post in pathway.told if post in work.arrangements.posts_by_id]
    if not pathway.alert or not titles:
        return f"Nobody but the {work.arrangements.title(pathway.handler)} is told."
    return f"{', '.join(titles)} are told."


def _switch_on(work: Work, form: Switch) -> Message:
    pathway = _pathway_with_alerts(work, form.pathway)
    if pathway.id in switched.on(work.scope):
        raise Refused(f"{pathway.name} is switched on already.")
    if lacks := [*lacking(work), *_watched(work)]:
        raise Refused(*(Refusal(sentence) for sentence in lacks))
    row = Switched(partnership=work.scope.partnership, pathway=pathway.id, on_at=work.now, on_by=work.actor.id)
    work.scope.session.add(row)
    work.note(f"pathway:{pathway.id}", on=True)
    return Message(
        title=f"{pathway.name}: switched on",
        text="From now on it can be notified here. Try it first with a drill: drill plan",
    )


def _watched(work: Work) -> list[str]:
    if "heartbeat" in work.ways:
        return []
    return ["Nobody would notice if this bot stopped: CONVENOR_HEARTBEAT_URL is not set. The administrator can set it."]


def _switch_off(work: Work, form: Switch) -> Message:
    pathway = _pathway_with_alerts(work, form.pathway)
    row = switched.on(work.scope).get(pathway.id)
    if row is None:
        raise Refused(f"{pathway.name} is not switched on.")
    row.off_at, row.off_by = work.now, work.actor.id
    work.scope.session.add(row)
    work.note(f"pathway:{pathway.id}", on=False)
    return Message(
        title=f"{pathway.name}: switched off",
        text="Nothing new can be notified here. What is open goes on: its clock, and who is told next.",
    )


def _pathway_with_alerts(work: Work, id_: str) -> Pathway:
    for pathway in work.arrangements.pathways:
        if pathway.id == id_ and pathway.alert:
            return pathway
    raise Refused(Refusal("Our arrangements have no such pathway with alerts.", "pathway"))


START = Action("incident.start", Start, _start, HANDLES, "open a serious child safeguarding incident", None, True)
SWITCH_ON = Action("incident.switch-on", Switch, _switch_on, SWITCHES, "switch a pathway with alerts on", None, True)
SWITCH_OFF = Action(
    "incident.switch-off", Switch, _switch_off, SWITCHES, "switch a pathway with alerts off", None, True
)

ACTIONS = (START, SWITCH_ON, SWITCH_OFF)
