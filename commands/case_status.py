"""Brings a case up to date after any change: due dates stored, owners reminded, and the handler's message kept true."""

from datetime import datetime

from storage.arrangements.clocks import Deadline
from storage.arrangements.pathways import Stage
from storage.arrangements.reminders import Ask
from storage.records import tellings
from storage.records.incidents import Case, CaseStage
from storage.records.message import Button, Less, MessageField

from . import alerting
from .cases import deadlines_of, is_vacant, kind_of, pathway_of
from .stage_reminders import asks_of
from .stage_rules import may_close, open_words, todo_of
from .words import long_day, rendered
from .work import Work

REMINDERS = ("stage-due", "stage-overdue")


def bring_up_to_date(work: Work, case: Case) -> None:
    """Stores the due dates as they stand, owes what they ask, and keeps true what was told about the case."""
    asks: list[Ask] = []
    pairs = deadlines_of(work, case)
    if pairs:
        close_if_ended(work, case, work.now)
    for row, deadline in pairs:
        row.due = deadline.due.isoformat() if deadline.due else None
        row.provisional = deadline.provisional
        work.scope.session.add(row)
        case.edition = case.edition or deadline.edition
        asks += asks_of(work, case, row, deadline)
    work.owe(case.record, case.generation, asks)
    work.scope.session.add(case)
    work.scope.session.flush()
    alerting.keep_true(work, case)
    keep_status(work, case)


def keep_status(work: Work, case: Case) -> None:
    """Keeps the handler's message true: each agency and what it said, each stage and its date."""
    pathway = pathway_of(work, case)
    pairs = deadlines_of(work, case)
    told = tellings.of_case(work.scope, case.reference)
    fields = [MessageField(label=alerting.agency_of(work, each), value=alerting.state_of(work, each)) for each in told]
    fields += [MessageField(label=deadline.name, value=state_of(work, case, row, deadline)) for row, deadline in pairs]
    kind = kind_of(work, case)
    data = alerting.words_for(work, case, pathway) | {
        "kind": kind.name if kind else "",
        "open": sum(row.state == "open" for row, _ in pairs),
        "unanswered": sum(each.state in ("told", "silent") for each in told),
        "closed": case.closed_at is not None,
        "merged_into": case.merged_into,
    }
    vacant = any(row.state == "open" and is_vacant(work, pathway, deadline) for row, deadline in pairs)
    silent = any(each.state == "silent" for each in told) and case.closed_at is None
    wake = Button(label="Wake people now", does="incident.wake", form={"reference": case.reference}, tone="alert")
    look = Button(label="Show everything", does="incident.show", form={"reference": case.reference})
    work.say(
        "incident-status",
        post=pathway.handler,
        key=f"incident-status:{case.reference}",
        record=case.record,
        data=data,
        why="the handler's message, kept true",
        source=pathway.source,
        tone="warning" if vacant and case.closed_at is None else "plain",
        fields=fields,
        buttons=(wake, look) if silent else (look,),
        live=True,
        by_mail=Less(
            title=f"This is a drill: {case.reference}" if case.drill else case.reference,
            text=rendered("incident-status", "text", data),
        ),
    )


def state_of(work: Work, case: Case, row: CaseStage, deadline: Deadline) -> str:
    """A stage as it stands, in words: done and how, not needed and why, or when it is due."""
    if row.state == "done":
        late = f", late because {row.because}" if row.because else ""
        evidence = f" ({row.evidence or _no_evidence(work, case, row)})"
        when = long_day(row.done_at.astimezone(work.terms.zone).date()) if row.done_at else ""
        return f"done {when}{evidence}{late}"
    if row.state == "not needed":
        return f"not needed, because {row.because}"
    nobody = ""
    if is_vacant(work, pathway_of(work, case), deadline):
        nobody = f"; nobody is in the post {work.arrangements.title(deadline.owner)}, and nobody stands in"
    return f"{open_words(work, case, row, deadline)}{nobody}"


def _no_evidence(work: Work, case: Case, row: CaseStage) -> str:
    """What stands for the evidence that a done stage lacks: of a statutory one the reference is still to come."""
    todo = todo_of(work, case, row)
    statutory = isinstance(todo, Stage) and todo.statutory is not None
    return "declared only; its reference is still to be entered" if statutory else "declared only"


def close_if_ended(work: Work, case: Case, now: datetime) -> None:
    """Closes a case once no stage of it is open any more and every agency has said what it will do."""
    if case.closed_at is None and may_close(work, case):
        case.closed_at = now
        work.scope.session.add(case)
