"""Brings a case up to date after any change: due dates stored, owners reminded, and the handler's message kept true."""

from datetime import datetime

from storage.arrangements import reminders
from storage.arrangements.clocks import Deadline
from storage.records import tellings
from storage.records.incidents import Case, CaseStage
from storage.records.message import Button, Less, MessageField

from . import alerting
from .cases import deadlines_of, due_words, is_past, is_vacant, kind_of, owner_of, pathway_of
from .words import long_day, rendered
from .work import Work

REMINDERS = ("stage-due", "stage-overdue")


def bring_up_to_date(work: Work, case: Case) -> None:
    """Stores the due dates as they stand, owes what they ask, and keeps true what was told about the case."""
    pathway = pathway_of(work, case)
    asks = []
    pairs = deadlines_of(work, case)
    for row, deadline in pairs:
        row.due = deadline.due.isoformat() if deadline.due else None
        row.provisional = deadline.provisional
        work.scope.session.add(row)
        case.edition = case.edition or deadline.edition
        if row.state == "open" and case.closed_at is None:
            owner = owner_of(work, pathway, deadline)
            after = work.now if case.generation > 1 else None
            asks += reminders.for_stage(work.terms.setting, deadline, owner, after)
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
    silent = any(each.state == "silent" for each in told) and case.closed_at is None
    wake = Button(label="Wake people now", does="incident.wake", form={"reference": case.reference}, tone="alert")
    work.say(
        "incident-status",
        post=pathway.handler,
        key=f"incident-status:{case.reference}",
        record=case.record,
        data=data,
        why="the handler's message, kept true",
        source=pathway.source,
        fields=fields,
        buttons=(wake,) if silent else (),
        live=True,
        by_mail=Less(title=case.reference, text=rendered("incident-status", "text", data)),
    )


def state_of(work: Work, case: Case, row: CaseStage, deadline: Deadline) -> str:
    """A stage as it stands, in words: done and how, not needed and why, or when it is due."""
    if row.state == "done":
        late = f", late because {row.because}" if row.because else ""
        evidence = f" ({row.evidence})" if row.evidence else " (declared only)"
        when = long_day(row.done_at.astimezone(work.terms.zone).date()) if row.done_at else ""
        return f"done {when}{evidence}{late}"
    if row.state == "not needed":
        return f"not needed, because {row.because}"
    nobody = ""
    if is_vacant(work, pathway_of(work, case), deadline):
        nobody = f"; nobody is in the post {work.arrangements.title(deadline.owner)}, and nobody stands in"
    if deadline.due is None:
        return f"no date yet{nobody}"
    provisional = ", provisional" if deadline.provisional else ""
    overdue = "overdue, was due" if is_past(work, deadline) else "due"
    return f"{overdue} {due_words(work, deadline)}{provisional}{nobody}"


def close_if_ended(work: Work, case: Case, now: datetime) -> None:
    """Closes a case once no stage of it is open any more."""
    if case.closed_at is None and all(row.state != "open" for row, _ in deadlines_of(work, case)):
        case.closed_at = now
        work.scope.session.add(case)
