"""Looking at cases: the list of those that somebody may see, and one of them with all that it stands on.

Opening one is an action, since the ledger keeps who looked.
"""

from datetime import datetime

from storage.arrangements.clocks import Deadline
from storage.records import incidents, tellings
from storage.records.incidents import Case, CaseStage
from storage.records.message import Button, Message, MessageField

from . import alerting, case_lists
from .action import Action, Form
from .case_status import state_of
from .cases import clock_words, deadlines_of, facts_told, kind_of, owner_of, pathway_of
from .deciding import view_words
from .notifying_forms import told_fields
from .permissions import PEOPLE
from .refusals import Refused
from .stage_rules import full_of, waits_for
from .steps import AGAIN
from .words import long_day
from .work import Work


class Reference(Form):
    """A case by its reference."""

    reference: str


# The list


def listed(work: Work) -> Message:
    """The open cases on whose list the actor is, each with what it is and its next date."""
    may = work.actor.person is not None and work.actor.confirmed
    cases = case_lists.seen_by(work, work.actor.person or "") if may else []
    lines = [f"{case.reference}: {_what(work, case)}. {_next(work, case)}" for case in cases]
    sure = "" if may else "\nIncidents are shown to people who have confirmed who they are. Write: me"
    buttons = tuple(
        Button(label=case.reference, does="incident.show", form={"reference": case.reference}) for case in cases[:MOST]
    )
    text = "\n".join(lines) or f"There is no open incident on whose list you are.{sure}"
    return Message(title="Incidents", text=text, buttons=buttons)


MOST = 5
"""So many cases have a button; every one can be written."""


def _what(work: Work, case: Case) -> str:
    kind = kind_of(work, case)
    return kind.name if kind else pathway_of(work, case).name


def _next(work: Work, case: Case) -> str:
    """The next thing that is due: the earliest open date of what does not wait."""
    ahead = [
        (deadline.due, row, deadline)
        for row, deadline in deadlines_of(work, case)
        if row.state == "open" and deadline.due is not None and not waits_for(work, case, row)
    ]
    if not ahead:
        return "Nothing of it has a date that can be counted now."
    _, row, deadline = min(ahead, key=lambda each: _as_time(work, each[2]))
    return f"Next: {deadline.name}, {state_of(work, case, row, deadline)}."


def _as_time(work: Work, deadline: Deadline) -> datetime:
    due = deadline.due
    assert due is not None
    return due if isinstance(due, datetime) else datetime(due.year, due.month, due.day, 23, 59, tzinfo=work.terms.zone)


# One of them


def _show(work: Work, form: Reference) -> Message:
    case = case_lists.find(work, form.reference)
    pairs = deadlines_of(work, case)
    fields = [*_head(work, case), *_told(work, case), *_answers(work, case)]
    fields += [MessageField(label=deadline.name, value=_stage(work, case, row, deadline)) for row, deadline in pairs]
    return Message(
        title=f"{case.reference}: {_what(work, case)}",
        text=_state(work, case),
        fields=tuple(fields),
        buttons=_buttons(work, case),
    )


def _state(work: Work, case: Case) -> str:
    pathway = pathway_of(work, case)
    said = [pathway.name if kind_of(work, case) else ""]
    if case.merged_into:
        said.append(f"This was told a second time and is kept under {case.merged_into}.")
    elif case.closed_at is not None:
        said.append(f"Closed since {clock_words(work, case.closed_at)}.")
    said.append(f"Handled by the {work.arrangements.title(pathway.handler)}. That you looked is in the ledger.")
    return "\n".join(each for each in said if each)


def _head(work: Work, case: Case) -> list[MessageField]:
    """When what became known: the facts with their times, receipt apart from entry."""
    fields = []
    for fact in full_of(work, case).facts:
        if fact.id in case.facts:
            at = datetime.fromisoformat(case.facts[fact.id])
            value = long_day(at.astimezone(work.terms.zone).date()) if fact.date_only else clock_words(work, at)
            fields.append(MessageField(label=f"{fact.name[:1].upper()}{fact.name[1:]}", value=value))
    if case.received_at is not None and "received" not in case.facts:
        fields.append(MessageField(label="Received", value=clock_words(work, case.received_at)))
    return [*fields, MessageField(label="Entered here", value=clock_words(work, case.opened_at))]


def _told(work: Work, case: Case) -> list[MessageField]:
    """What was told in structured facts; where it cannot be opened, that, and the rest is shown."""
    if case.emptied_at is not None:
        return [MessageField(label="What was told", value="It is no longer kept.")]
    try:
        told = facts_told(work, case)
    except Refused as refused:
        return [MessageField(label="What was told", value=str(refused))]
    linked = told.get("linked")
    found = list(told_fields(work, told))
    if isinstance(linked, list) and linked:
        found.append(MessageField(label="Belongs with", value=", ".join(map(str, linked))))
    return found


def _answers(work: Work, case: Case) -> list[MessageField]:
    return [
        MessageField(label=f"{alerting.agency_of(work, each)}, answer", value=alerting.state_of(work, each))
        for each in tellings.of_case(work.scope, case.reference)
    ]


def _stage(work: Work, case: Case, row: CaseStage, deadline: Deadline) -> str:
    """A stage with its state, who sees to it, its readings and how its date came about."""
    pathway = pathway_of(work, case)
    lines = [state_of(work, case, row, deadline)]
    if row.decided:
        lines.append(f"Decided: {row.decided}")
    lines += [
        f"{work.arrangements.title(view.post)}: {view_words(view)}"
        for view in incidents.views(work.scope, case.reference)
        if view.stage == row.stage
    ]
    lines += [
        f"A date passed unmet: {long_day(each.due)}{f', because {each.because}' if each.because else ''}"
        for each in incidents.overdues(work.scope, case.reference)
        if each.stage == row.stage
    ]
    lines += _ticks(work, case, row)
    if row.state == "open":
        lines.append(f"Seen to by: {work.arrangements.title(owner_of(work, pathway, deadline))}")
        lines += _readings(work, deadline)
        lines += deadline.working
        lines.append(f"Source: {deadline.source}" if deadline.source else "")
    return "\n".join(line for line in lines if line)


def _ticks(work: Work, case: Case, row: CaseStage) -> list[str]:
    if row.state == "not needed":
        return []
    checks = full_of(work, case).todo(row.stage).checks
    return [f"{'Ticked' if check.id in row.ticked else 'Not ticked'}: {check.name}" for check in checks]


def _readings(work: Work, deadline: Deadline) -> list[str]:
    """The other ways to read the document, where they give other days; reminders begin with the earliest."""
    found = []
    for label, when in (("Earliest reading", deadline.earliest), ("Latest reading", deadline.latest)):
        if when is not None and when != deadline.due:
            day = when.astimezone(work.terms.zone) if isinstance(when, datetime) else when
            words = f"{day:%H:%M} on {long_day(day.date())}" if isinstance(day, datetime) else long_day(day)
            found.append(f"{label}: {words}")
    return found


def _buttons(work: Work, case: Case) -> tuple[Button, ...]:
    """What can be done, for whoever can: nothing for a closed case."""
    if case.closed_at is not None:
        return ()
    rows = [(row, full_of(work, case).todo(row.stage)) for row, _ in deadlines_of(work, case)]
    found = []
    if any(row.state == "open" and not todo.decides for row, todo in rows):
        found.append(("Record a stage as done", "incident.done"))
    if any(row.state == "open" and todo.decides for row, todo in rows):
        found += [("Record a decision", "incident.decide"), ("Record a partner's view", "incident.view")]
    if case_lists.handles(work, case):
        found += [("Record or correct a time", "incident.fact"), ("Record what became known", "incident.flag")]
    about = {"reference": case.reference, AGAIN: "yes"}
    return tuple(Button(label=label, does=does, form=about) for label, does in found)


ACTIONS = (
    Action("incident.show", Reference, _show, PEOPLE, "open what is known of an incident", None, True, "any post"),
)
