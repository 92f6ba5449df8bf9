"""Pathways under way: started, facts recorded, stages done or not needed. References and times only, no words.

At every door `incident` is refused with a sentence until the incidents' own work; here the clocks run, owners are
reminded, and whoever the arrangements list is told in the lane of alerts.
"""

from collections.abc import Mapping
from datetime import date, datetime, time

from pydantic import Field

from storage.arrangements import clocks, reminders
from storage.arrangements.clocks import Deadline
from storage.arrangements.pathways import Pathway
from storage.records import incidents
from storage.records.duties import Duty
from storage.records.incidents import Case, CaseStage, Overdue
from storage.records.message import Message, MessageField

from . import terms
from .action import Action, Form
from .definitions import pack
from .freetext import check_text
from .permissions import Allowed, Role, Where
from .refusals import Refusal, Refused
from .words import long_day
from .work import Work

HANDLES: Allowed = {Role.BUSINESS_MANAGER: Where.EVERYWHERE}


class Start(Form):
    """A pathway and the times by which it starts, each an aware time by the id of its fact."""

    pathway: str
    facts: dict[str, datetime] = Field(min_length=1)


class Fact(Form):
    """A time that became known, or is corrected, for a case."""

    reference: str
    fact: str
    at: datetime


class Done(Form):
    """A stage that was done: when, with which evidence (a reference), and why late if it was."""

    reference: str
    stage: str
    at: datetime | None = None
    evidence: str = ""
    because: str = ""


class NotNeeded(Form):
    """A stage that is not needed, and why."""

    reference: str
    stage: str
    because: str = Field(min_length=1)


def full_pathway(pathway: Pathway) -> Pathway:
    """The pathway with its own stages, or with the current rule pack's where the arrangements declare none."""
    if not clocks.uses_pack(pathway):
        return pathway
    rules = pack()
    return pathway.model_copy(update={"stages": rules.stages, "facts": rules.facts})


def pathway_of(work: Work, case: Case) -> Pathway:
    """The pathway of a case in the version of the arrangements under which it began."""
    return terms.of(work.scope, case.version).arrangements.pathway(case.pathway)


def deadlines_of(work: Work, case: Case) -> list[tuple[CaseStage, Deadline]]:
    """The stages of a case as they stand, each with its deadline, in their order, by the version it began under."""
    rows = {row.stage: row for row in incidents.stages(work.scope, case.reference)}
    began = terms.of(work.scope, case.version)
    facts: Mapping[str, date | datetime] = {
        name: datetime.fromisoformat(text).astimezone(began.zone) for name, text in case.facts.items()
    }
    found = clocks.clock(began.arrangements, case.pathway, facts, began.working_days, pack())
    return [(rows[d.stage], d) for d in found if d.stage in rows]


def is_past(work: Work, deadline: Deadline) -> bool:
    """Whether a deadline has passed: a day when it is over, an hour when it has struck."""
    if deadline.due is None:
        return False
    if isinstance(deadline.due, datetime):
        return deadline.due < work.now
    return deadline.due < work.today


def due_words(work: Work, deadline: Deadline) -> str:
    """A deadline as people read it, local."""
    if deadline.due is None:
        return "no date yet"
    if isinstance(deadline.due, datetime):
        local = deadline.due.astimezone(work.terms.zone)
        return f"{local:%H:%M} on {long_day(local.date())}"
    return long_day(deadline.due)


def _start(work: Work, form: Start) -> Message:
    try:
        pathway = work.arrangements.pathway(form.pathway)
    except KeyError:
        raise Refused(Refusal("There is no such pathway in our arrangements.", "pathway")) from None
    _check_times(work, form.facts)
    full = full_pathway(pathway)
    unknown = form.facts.keys() - {fact.id for fact in full.facts}
    if unknown:
        raise Refused(Refusal(f"This pathway does not use: {', '.join(sorted(unknown))}.", "facts"))
    case = Case(
        partnership=work.scope.partnership,
        reference=work.new_reference(),
        pathway=pathway.id,
        opened_at=work.now,
        facts={name: at.isoformat() for name, at in form.facts.items()},
        version=work.terms.version,
    )
    work.scope.session.add(case)
    for place, stage in enumerate(full.stages):
        work.scope.session.add(
            CaseStage(partnership=case.partnership, reference=case.reference, stage=stage.id, place=place)
        )
    work.scope.session.flush()
    work.note(case.record, pathway=pathway.id)
    _bring_up_to_date(work, case)
    told = _alert(work, case, pathway)
    return Message(
        title=f"{case.reference} is open",
        text=f"{told} are told. The stages and their dates are in your message about {case.reference}.",
    )


def _check_times(work: Work, facts: Mapping[str, datetime]) -> None:
    problems = []
    for name, at in facts.items():
        if at.tzinfo is None:
            problems.append(Refusal("This time needs its zone.", f"facts.{name}"))
        elif name not in ("publish", "meeting") and at > work.now:
            problems.append(Refusal("This lies ahead.", f"facts.{name}", "Give the time at which it happened."))
    if problems:
        raise Refused(*problems)


def _check_words(**texts: str) -> None:
    problems = [refusal for field, text in texts.items() for refusal in check_text(text, field)]
    if problems:
        raise Refused(*problems)


def _alert(work: Work, case: Case, pathway: Pathway) -> str:
    titles = []
    for post in pathway.told:
        if post not in work.arrangements.posts_by_id:
            continue
        work.say(
            "incident-alert",
            post=post,
            key=f"incident-alert:{case.reference}:{post}",
            record=case.record,
            data=_words(work, case, pathway),
            why="told when a serious child safeguarding incident is notified",
            source=pathway.source,
            lane="alert",
            tone="alert",
        )
        titles.append(work.arrangements.title(post))
    return ", ".join(titles) or "Nobody but the business manager"


def _words(work: Work, case: Case, pathway: Pathway) -> dict[str, object]:
    door = work.arrangements.front_door
    return {
        "reference": case.reference,
        "pathway": pathway.name,
        "partnership": work.arrangements.short,
        "handler": work.arrangements.title(pathway.handler),
        "front_door": door.name,
        "telephone": door.telephone,
    }


def _bring_up_to_date(work: Work, case: Case) -> None:
    """Stores the due dates as they stand, owes what they ask, and keeps the handler's message true."""
    pathway = pathway_of(work, case)
    asks = []
    pairs = deadlines_of(work, case)
    for row, deadline in pairs:
        row.due = deadline.due.isoformat() if deadline.due else None
        row.provisional = deadline.provisional
        work.scope.session.add(row)
        case.edition = case.edition or deadline.edition
        if row.state == "open":
            owner = _owner(work, pathway, deadline)
            after = work.now if case.generation > 1 else None
            asks += reminders.for_stage(work.terms.setting, deadline, owner, after)
    work.owe(case.record, case.generation, asks)
    work.scope.session.add(case)
    work.say(
        "incident-status",
        post=pathway.handler,
        key=f"incident-status:{case.reference}",
        record=case.record,
        data=_words(work, case, pathway) | {"open": sum(row.state == "open" for row, _ in pairs)},
        why="the handler's message, kept true",
        source=pathway.source,
        fields=[MessageField(label=deadline.name, value=_state(work, row, deadline)) for row, deadline in pairs],
        live=True,
    )


def _owner(work: Work, pathway: Pathway, deadline: Deadline) -> str:
    return deadline.owner if deadline.owner in work.arrangements.posts_by_id else pathway.handler


def _state(work: Work, row: CaseStage, deadline: Deadline) -> str:
    if row.state == "done":
        late = f", late because {row.because}" if row.because else ""
        evidence = f" ({row.evidence})" if row.evidence else " (declared only)"
        when = long_day(row.done_at.astimezone(work.terms.zone).date()) if row.done_at else ""
        return f"done {when}{evidence}{late}"
    if row.state == "not needed":
        return f"not needed, because {row.because}"
    if deadline.due is None:
        return "no date yet"
    provisional = ", provisional" if deadline.provisional else ""
    overdue = "overdue, was due" if is_past(work, deadline) else "due"
    return f"{overdue} {due_words(work, deadline)}{provisional}"


def _find(work: Work, reference: str) -> Case:
    case = incidents.find(work.scope, reference)
    if case is None:
        raise Refused(Refusal("There is nothing under that reference.", "reference"))
    work.note(case.record)
    return case


def _stage(work: Work, form: Done | NotNeeded) -> tuple[Case, CaseStage, Deadline]:
    case = _find(work, form.reference)
    for row, deadline in deadlines_of(work, case):
        if row.stage == form.stage:
            if row.state != "open":
                raise Refused(f"{deadline.name} is {row.state} already.")
            return case, row, deadline
    raise Refused(Refusal("This pathway has no such stage.", "stage"))


def _fact(work: Work, form: Fact) -> Message:
    case = _find(work, form.reference)
    full = full_pathway(pathway_of(work, case))
    if form.fact not in {fact.id for fact in full.facts}:
        raise Refused(Refusal("This pathway does not use that.", "fact"))
    _check_times(work, {form.fact: form.at})
    before = {row.stage: due_words(work, deadline) for row, deadline in deadlines_of(work, case)}
    _keep_overdues(work, case)
    case.facts = {**case.facts, form.fact: form.at.isoformat()}
    case.generation += 1
    work.scope.session.add(case)
    work.scope.session.flush()
    for row, deadline in deadlines_of(work, case):
        if before[row.stage] != due_words(work, deadline):
            work.changed(deadline.name, before[row.stage], due_words(work, deadline))
    _bring_up_to_date(work, case)
    return Message(
        title=f"{case.reference}: recorded", text="\n".join(str(c) for c in work.changes) or "No date moves."
    )


def _keep_overdues(work: Work, case: Case) -> None:
    """Notes each due date that has passed unmet, before a correction could hide it."""
    known = {(o.stage, o.due) for o in incidents.overdues(work.scope, case.reference)}
    for row, deadline in deadlines_of(work, case):
        if row.state == "open" and is_past(work, deadline):
            _note_overdue(work, case, row, deadline, "", known)


def _note_overdue(
    work: Work, case: Case, row: CaseStage, deadline: Deadline, because: str, known: set[tuple[str, date]]
) -> None:
    assert deadline.due is not None
    due = deadline.due.astimezone(work.terms.zone).date() if isinstance(deadline.due, datetime) else deadline.due
    if (row.stage, due) not in known:
        work.scope.session.add(
            Overdue(
                partnership=case.partnership,
                reference=case.reference,
                stage=row.stage,
                due=due,
                noted_at=work.now,
                because=because,
            )
        )


def _done(work: Work, form: Done) -> Message:
    case, row, deadline = _stage(work, form)
    at = form.at or work.now
    _check_times(work, {"at": at})
    _check_words(evidence=form.evidence, because=form.because)
    late = _was_late(work, deadline, at)
    if late and not form.because:
        words = f"{deadline.name} was due {due_words(work, deadline)}, so it is late."
        raise Refused(Refusal(words, "because", "Say why, in a few words without details of a child."))
    if late:
        known = {(o.stage, o.due) for o in incidents.overdues(work.scope, case.reference)}
        _note_overdue(work, case, row, deadline, form.because, known)
    row.state, row.done_at, row.evidence, row.because = "done", at, form.evidence, form.because if late else ""
    full = full_pathway(pathway_of(work, case))
    produces = full.stage(row.stage).produces
    if produces and produces not in case.facts:
        case.facts = {**case.facts, produces: at.isoformat()}
    case.generation += 1
    return _stage_ended(work, case, row, f"{deadline.name} is done")


def _was_late(work: Work, deadline: Deadline, at: datetime) -> bool:
    if deadline.due is None:
        return False
    if isinstance(deadline.due, datetime):
        return at > deadline.due
    return at >= datetime.combine(deadline.due, time.max, work.terms.zone)


def _not_needed(work: Work, form: NotNeeded) -> Message:
    case, row, deadline = _stage(work, form)
    _check_words(because=form.because)
    row.state, row.done_at, row.because = "not needed", work.now, form.because
    return _stage_ended(work, case, row, f"{deadline.name} is not needed")


def _stage_ended(work: Work, case: Case, row: CaseStage, title: str) -> Message:
    work.note(case.record, stage=row.stage, state=row.state)
    work.scope.session.add(row)
    work.scope.session.add(case)
    work.scope.session.flush()
    if all(other.state != "open" for other in incidents.stages(work.scope, case.reference)):
        case.closed_at = work.now
    _bring_up_to_date(work, case)
    return Message(title=f"{case.reference}: {title}", text="Its owner is no longer reminded.")


def stage_due(work: Work, duty: Duty) -> str:
    """The handler: a stage that is due or overdue, said to its owner by reference only."""
    reference = duty.record.partition(":")[2]
    work.note(duty.record, part=duty.part)
    case = incidents.find(work.scope, reference)
    stage_id, _, part = duty.part.partition(":")
    if case is None:
        return "not asked: there is nothing under that reference"
    for row, deadline in deadlines_of(work, case):
        if row.stage != stage_id:
            continue
        if row.state != "open":
            return f"not asked: it is {row.state}"
        if duty.kind == "stage-overdue" and deadline.due is not None:
            setting = work.terms.setting
            number = reminders.next_overdue(setting, deadline.due, int(part), work.now)
            following = reminders.stage_overdue(setting, deadline, duty.post, number)
            work.owe_also(duty.record, duty.generation, [following])
        return work.line(
            duty,
            {
                "reference": reference,
                "stage": deadline.name,
                "due": due_words(work, deadline),
                "provisional": deadline.provisional,
                "overdue": is_past(work, deadline),
            },
        )
    return "not asked: the pathway no longer has that stage"


START = Action("incident.start", Start, _start, HANDLES, "open a serious child safeguarding incident", None, True)
FACT = Action("incident.record", Fact, _fact, HANDLES, "record or correct a time of an incident", None, True)
DONE = Action("incident.done", Done, _done, HANDLES, "record a stage of an incident as done", None, True)
NOT_NEEDED = Action(
    "incident.not-needed", NotNeeded, _not_needed, HANDLES, "say that a stage is not needed", None, True
)

ACTIONS = (START, FACT, DONE, NOT_NEEDED)
