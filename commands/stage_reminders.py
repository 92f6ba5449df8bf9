"""Who is reminded of a stage and when: its owner, and those whom the arrangements name where it is overdue.

By reference only. What waits for another stage, or for a fact, is not asked for.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from storage.arrangements import reminders
from storage.arrangements.clocks import Deadline
from storage.arrangements.pathways import Task
from storage.arrangements.reminders import Ask
from storage.records import incidents
from storage.records.duties import Duty
from storage.records.incidents import Case, CaseStage

from .cases import deadlines_of, due_words, is_past, owner_of, pathway_of
from .stage_rules import amber_day, day_of, is_target, todo_of, waits_for
from .work import Work

DUE, OVERDUE = "stage-due", "stage-overdue"
OPENED, AMBER = "opened", "amber"


def asks_of(work: Work, case: Case, row: CaseStage, deadline: Deadline) -> list[Ask]:
    """All that an open stage asks, of its owner and of those who hear that it is overdue; nothing while it waits."""
    if row.state != "open" or case.closed_at is not None or waits_for(work, case, row):
        return []
    todo = todo_of(work, case, row)
    owner = owner_of(work, pathway_of(work, case), deadline)
    if deadline.due is None:
        return [_opened(work, deadline, owner)] if isinstance(todo, Task) else []
    setting = work.terms.setting
    after = work.now if case.generation > 1 else None
    asks = reminders.for_stage(setting, deadline, owner, after)
    if is_target(todo):
        return [*_amber(work, deadline, owner), *asks]
    number = reminders.first_overdue(setting, day_of(work, deadline.due), after)
    asks += [_to(work, deadline, post, number) for post in overdue_told(work, case, row, deadline)]
    return asks


def overdue_told(work: Work, case: Case, row: CaseStage, deadline: Deadline) -> list[str]:
    """The posts that hear of an overdue stage beside its owner, as the arrangements name them."""
    pathway = pathway_of(work, case)
    owner = owner_of(work, pathway, deadline)
    named = dict.fromkeys((*pathway.overdue_told, *todo_of(work, case, row).overdue_told))
    return [post for post in named if post != owner and post in work.arrangements.posts_by_id]


def _opened(work: Work, deadline: Deadline, owner: str) -> Ask:
    """Said once, when it is somebody's to do and no time is stated."""
    return Ask(DUE, f"{deadline.stage}:{OPENED}", work.now, owner, "it has become theirs to do", deadline.source)


def _amber(work: Work, deadline: Deadline, owner: str) -> Iterator[Ask]:
    day: date | None = amber_day(work, deadline)
    if day is not None:
        setting = work.terms.setting
        at = setting.morning(setting.open_days.on_or_before(day))
        yield Ask(DUE, f"{deadline.stage}:{AMBER}", at, owner, "chosen: a month before the target", deadline.source)


def _to(work: Work, deadline: Deadline, post: str, number: int) -> Ask:
    """The notice to somebody beside the owner: on the first day, then weekly with the owner's."""
    daily = work.arrangements.planning.overdue_daily
    number = number if number == 1 else max(number, daily + 1)
    ask = reminders.stage_overdue(work.terms.setting, deadline, post, number)
    return replace(ask, part=f"{ask.part}:{post}", why="the arrangements name whoever hears of an overdue stage")


def stage_due(work: Work, duty: Duty) -> str:
    """The handler: a stage that is to be done, due or overdue, said by reference only."""
    reference = duty.record.partition(":")[2]
    work.note(duty.record, part=duty.part)
    case = incidents.find(work.scope, reference)
    if case is None:
        return "not asked: there is nothing under that reference"
    if case.closed_at is not None:
        return "not asked: it is closed"
    stage, part, *others = duty.part.split(":")
    for row, deadline in deadlines_of(work, case):
        if row.stage == stage:
            return _said(work, case, duty, row, deadline, part, others[0] if others else "")
    return "not asked: the pathway no longer has that stage"


def _said(work: Work, case: Case, duty: Duty, row: CaseStage, deadline: Deadline, part: str, other: str) -> str:
    if row.state != "open":
        return f"not asked: it is {row.state}"
    if waiting := waits_for(work, case, row):
        return f"not asked: it waits for: {waiting}"
    if duty.kind == OVERDUE and deadline.due is not None:
        _owe_following(work, duty, deadline, deadline.due, int(part), other)
    return work.line(
        duty,
        {
            "reference": case.reference,
            "stage": deadline.name,
            "due": due_words(work, deadline),
            "provisional": deadline.provisional,
            "overdue": is_past(work, deadline),
            "target": is_target(todo_of(work, case, row)),
            "opened": part == OPENED,
            "owner": work.arrangements.title(owner_of(work, pathway_of(work, case), deadline)) if other else "",
        },
    )


def _owe_following(work: Work, duty: Duty, deadline: Deadline, due: date | datetime, number: int, other: str) -> None:
    setting = work.terms.setting
    following = reminders.next_overdue(setting, due, number, work.now)
    ask = (
        _to(work, deadline, other, following)
        if other
        else reminders.stage_overdue(setting, deadline, duty.post, following)
    )
    work.owe_also(duty.record, duty.generation, [ask])
