"""Keeping the clock of a case: times recorded or corrected, stages done or not needed, owners reminded.

References and times only, no words about a case.
"""

from datetime import date, datetime, time

from pydantic import Field

from storage.arrangements import reminders
from storage.arrangements.clocks import Deadline
from storage.records import incidents
from storage.records.duties import Duty
from storage.records.incidents import Case, CaseStage, Overdue
from storage.records.message import Message

from . import case_lists
from .action import Action, Form
from .case_status import bring_up_to_date
from .cases import check_times, deadlines_of, due_words, full_pathway, is_past, pathway_of
from .freetext import check_text
from .permissions import PEOPLE
from .refusals import Refusal, Refused
from .work import Work


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


def _check_words(**texts: str) -> None:
    problems = [refusal for field, text in texts.items() for refusal in check_text(text, field)]
    if problems:
        raise Refused(*problems)


def _stage(work: Work, form: Done | NotNeeded) -> tuple[Case, CaseStage, Deadline]:
    case = case_lists.find(work, form.reference)
    case_lists.only_the_handler(work, case)
    for row, deadline in deadlines_of(work, case):
        if row.stage == form.stage:
            if row.state != "open":
                raise Refused(f"{deadline.name} is {row.state} already.")
            return case, row, deadline
    raise Refused(Refusal("This pathway has no such stage.", "stage"))


def _fact(work: Work, form: Fact) -> Message:
    case = case_lists.find(work, form.reference)
    case_lists.only_the_handler(work, case)
    full = full_pathway(pathway_of(work, case))
    if form.fact not in {fact.id for fact in full.facts}:
        raise Refused(Refusal("This pathway does not use that.", "fact"))
    check_times(work, {form.fact: form.at})
    before = {row.stage: due_words(work, deadline) for row, deadline in deadlines_of(work, case)}
    _keep_overdues(work, case)
    case.facts = {**case.facts, form.fact: form.at.isoformat()}
    case.generation += 1
    work.scope.session.add(case)
    work.scope.session.flush()
    for row, deadline in deadlines_of(work, case):
        if before[row.stage] != due_words(work, deadline):
            work.changed(deadline.name, before[row.stage], due_words(work, deadline))
    bring_up_to_date(work, case)
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
    check_times(work, {"at": at})
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
    bring_up_to_date(work, case)
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


FACT = Action("incident.fact", Fact, _fact, PEOPLE, "record or correct a time of an incident", None, True)
DONE = Action("incident.done", Done, _done, PEOPLE, "record a stage of an incident as done", None, True)
NOT_NEEDED = Action("incident.not-needed", NotNeeded, _not_needed, PEOPLE, "say that a stage is not needed", None, True)

ACTIONS = (FACT, DONE, NOT_NEEDED)
