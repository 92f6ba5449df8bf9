"""How a stage stands beside its date: what it waits for, what is only aimed at, and what a case does not need.

Nothing here changes anything but `settle`, which brings the stages of a case to its facts and decisions.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from dateutil.relativedelta import relativedelta

from storage.arrangements import clocks
from storage.arrangements.clocks import Deadline
from storage.arrangements.pathways import Pathway, Stage, Task
from storage.records import incidents, tellings
from storage.records.incidents import Case, CaseStage

from .cases import due_words, facts_told, full_pathway, is_past, pathway_of, terms_of
from .definitions import pack
from .work import Work

AMBER = relativedelta(months=1)
"""How long before its day a target turns amber: five months of six (AMB-BUCKS-6MONTHS)."""

NOT_NEEDED: Mapping[str, str] = {
    "criteria": "the criteria for it are not met",
    "other-area": "another area sees to it",
    "other-process": "another process covers it",
    "no-review": "no review follows",
    "elsewhere": "of a reason that is told outside this bot",
}
"""Why somebody says that a stage is not needed, by the id that is chosen; the words are kept."""


def full_of(work: Work, case: Case) -> Pathway:
    """The whole pathway of a case, by the version of the arrangements under which it began."""
    return full_pathway(pathway_of(work, case))


def todo_of(work: Work, case: Case, row: CaseStage) -> Stage | Task:
    """What the arrangements say of a stage or task of a case."""
    return full_of(work, case).todo(row.stage)


# What it waits for, and what is aimed at


def waits_for(work: Work, case: Case, row: CaseStage) -> str:
    """What an open stage waits for, by name: the one before it, or a fact that is not recorded; "" for nothing."""
    if row.state != "open":
        return ""
    full = full_of(work, case)
    todo = full.todo(row.stage)
    before = incidents.stage(work.scope, case.reference, todo.after) if todo.after else None
    if before is not None and before.state == "open":
        return full.todo(before.stage).name
    if todo.waits_for and todo.waits_for not in case.facts:
        return next(fact.name for fact in full.facts if fact.id == todo.waits_for)
    return ""


def is_target(todo: Stage | Task) -> bool:
    """Whether its day is aimed at only, so that it is met or not met, and never overdue."""
    return isinstance(todo, Stage) and todo.target


def is_overdue(work: Work, case: Case, row: CaseStage, deadline: Deadline) -> bool:
    """Whether an open stage is past the day that binds; a target that was only aimed at binds nobody."""
    return row.state == "open" and is_past(work, deadline) and not is_target(todo_of(work, case, row))


def day_of(work: Work, when: date | datetime) -> date:
    """The local day of a deadline."""
    return when.astimezone(work.terms.zone).date() if isinstance(when, datetime) else when


def amber_day(work: Work, deadline: Deadline) -> date | None:
    """The day from which a target is amber; None while it has no date."""
    return None if deadline.due is None else day_of(work, deadline.due) - AMBER


def open_words(work: Work, case: Case, row: CaseStage, deadline: Deadline) -> str:
    """An open stage as it stands: due, overdue, a target met or not, and what it waits for."""
    todo = todo_of(work, case, row)
    waits = waits_for(work, case, row)
    if deadline.due is not None:
        said = _date_words(work, todo, deadline)
    elif waits:
        said = ""
    else:
        said = "to be done; our arrangements state no time for it" if isinstance(todo, Task) else "no date yet"
    return "; ".join(part for part in (said, f"waits for: {waits}" if waits else "") if part)


def _date_words(work: Work, todo: Stage | Task, deadline: Deadline) -> str:
    due = due_words(work, deadline)
    provisional = ", provisional" if deadline.provisional else ""
    past = is_past(work, deadline)
    if not is_target(todo):
        return f"{'overdue, was due' if past else 'due'} {due}{provisional}"
    if past:
        return f"not met: the target was {due}{provisional}"
    amber = amber_day(work, deadline)
    near = amber is not None and amber <= work.today
    return f"{'amber, less than a month to the target' if near else 'target'} {due}{provisional}"


# What a case needs


def ticked(work: Work, case: Case) -> list[str]:
    """The facts of the case that somebody ticked, by id. Raises Refused where they cannot be opened."""
    flags = facts_told(work, case).get("flags")
    return [str(flag) for flag in flags] if isinstance(flags, list | tuple) else []


def decided(rows: Collection[CaseStage]) -> dict[str, str]:
    """The word of each decision that was taken, by stage or task."""
    return {row.stage: row.decided for row in rows if row.decided}


def flags_of(work: Work, case: Case) -> set[str]:
    """The facts of the case that hold: those ticked, and those that a decision raised."""
    rows = incidents.stages(work.scope, case.reference)
    return full_of(work, case).flags(ticked(work, case), decided(rows))


def settle(work: Work, case: Case) -> None:
    """Brings the stages to the facts and decisions: not needed because, or open again. What somebody said stays."""
    full = full_of(work, case)
    rows = incidents.stages(work.scope, case.reference)
    ended = full.not_needed(case.kind, ticked(work, case), decided(rows))
    for row in rows:
        name = full.todo(row.stage).name
        if row.state == "open" and row.stage in ended:
            row.state, row.because, row.done_at = "not needed", ended[row.stage], work.now
            work.changed(name, "", f"not needed, because {row.because}")
        elif row.state == "not needed" and row.stage not in ended and row.because not in NOT_NEEDED.values():
            row.state, row.because, row.done_at = "open", "", None
            work.changed(name, "", "is needed now")
        work.scope.session.add(row)
    work.scope.session.flush()


def may_close(work: Work, case: Case) -> bool:
    """Whether nothing is open any more: no stage, and no agency that has not said what it will do."""
    if any(row.state == "open" for row in incidents.stages(work.scope, case.reference)):
        return False
    return all(each.state not in ("told", "silent") for each in tellings.of_case(work.scope, case.reference))


def deadlines_with(work: Work, case: Case, **facts: datetime) -> dict[str, Deadline]:
    """What the deadlines of a case would be with other times for some facts, by stage."""
    began = terms_of(work, case)
    known: dict[str, date | datetime] = {
        name: datetime.fromisoformat(text).astimezone(began.zone) for name, text in case.facts.items()
    }
    known |= {name: at.astimezone(began.zone) for name, at in facts.items()}
    found = clocks.clock(began.arrangements, case.pathway, known, began.working_days, pack())
    return {deadline.stage: deadline for deadline in found}
