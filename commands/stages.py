"""Keeping the clock of a case: stages done, not needed, ticked, or opened again.

References and chosen reasons only, no words about a case. What a stage gives and starts follows from the arrangements.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from storage.arrangements.clocks import Deadline
from storage.arrangements.pathways import Stage, Task
from storage.records import incidents
from storage.records.incidents import Case, CaseStage, Overdue, View
from storage.records.message import Button, Message

from . import case_lists
from .action import Action, Form
from .case_status import bring_up_to_date, close_if_ended
from .cases import check_times, deadlines_of, due_words, is_past, owner_of, pathway_of
from .permissions import PEOPLE
from .refusals import Refusal, Refused
from .stage_forms import LATE, check_evidence, reason, settles_disagreement, time_given
from .stage_rules import NOT_NEEDED, day_of, is_target, settle, todo_of, waits_for
from .stage_tellings import start_others, tell_of_end
from .work import Work


class OfStage(Form):
    """A stage, or a task, of a case."""

    reference: str
    stage: str


class Done(OfStage):
    """What was done: when, with which evidence (a reference), what of it is so, and why late if it was.

    `agency`: that of whoever settles what the partners do not agree on.
    """

    at: datetime | None = None
    day: date | None = None
    hour: time | None = None
    evidence: str = ""
    ticked: tuple[str, ...] = ()
    because: str = ""
    agency: str = ""


class NotNeeded(OfStage):
    """A stage that is not needed, and why: one of `NOT_NEEDED`."""

    because: str


class Tick(OfStage):
    """What is so under a stage, by the ids of its checks."""

    ticked: tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """A stage of a case as it stands, and what the arrangements say of it."""

    case: Case
    row: CaseStage
    deadline: Deadline
    todo: Stage | Task

    @property
    def name(self) -> str:
        """What it is called."""
        return self.deadline.name


# Finding, and who may


def find(work: Work, reference: str, stage: str) -> Found:
    """The stage of a case that the actor may know of. Raises Refused."""
    case = case_lists.find(work, reference)
    for row, deadline in deadlines_of(work, case):
        if row.stage == stage:
            work.note(case.record, stage=row.stage)
            return Found(case, row, deadline, todo_of(work, case, row))
    raise Refused(Refusal("This pathway has no such stage.", "stage"))


def only_those_who_see_to_it(work: Work, found: Found) -> None:
    """Raises Refused, with a sentence for somebody who may know of the case, unless they own the stage or handle it."""
    owner = owner_of(work, pathway_of(work, found.case), found.deadline)
    if work.actor.role is not None or case_lists.handles(work, found.case) or case_lists.is_in(work, owner):
        return
    handler = case_lists.handler_of(work, found.case)
    titles = dict.fromkeys(work.arrangements.title(post) for post in (owner, handler))
    raise Refused(f"This is done by the {' or the '.join(titles)}.")


def to_end(work: Work, form: OfStage) -> Found:
    """The open stage that the actor may end. Raises Refused."""
    found = find(work, form.reference, form.stage)
    only_those_who_see_to_it(work, found)
    if found.row.state != "open":
        raise Refused(f"{found.name} is {found.row.state} already.")
    if found.case.merged_into:
        raise Refused(f"This was told twice and is kept under {found.case.merged_into}.")
    return found


def only_once_its_time_has_come(work: Work, found: Found) -> None:
    """Raises Refused while a stage waits for another one, or for a fact that is not recorded."""
    if waiting := waits_for(work, found.case, found.row):
        raise Refused(f"{found.name} waits for: {waiting}. Record that first.")


# Done


def _done(work: Work, form: Done) -> Message:
    found = find(work, form.reference, form.stage)
    if found.row.state == "done" and not found.row.evidence and form.evidence:
        return _evidence_later(work, found, form)
    found = to_end(work, form)
    if found.todo.decides:
        raise Refused(f"{found.name} is a decision. Record it with: incident decide {form.reference} {form.stage}")
    _record_agency(work, found, form)
    return end(work, found, form, f"{found.name} is done")


def end(work: Work, found: Found, form: Done, title: str, *, decided: str = "") -> Message:
    """Records an open stage as done, with all that follows from it. Raises Refused with every mistake at once."""
    row, before = found.row, dates_of(work, found.case)
    only_once_its_time_has_come(work, found)
    at, because = _checked(work, found, form)
    late = _was_late(work, found, at)
    row.state, row.done_at, row.evidence, row.decided = "done", at, form.evidence, decided
    row.because = because if late else ""
    row.ticked = [*row.ticked, *(check for check in form.ticked if check not in row.ticked)]
    if late:
        note_overdue(work, found.case, row, found.deadline, because)
    produces = found.todo.produces if isinstance(found.todo, Stage) else None
    if produces and produces not in found.case.facts:
        found.case.facts = {**found.case.facts, produces: at.isoformat()}
    found.case.generation += 1
    work.can_be_taken_back(
        "incident.reopen",
        {"reference": found.case.reference, "stage": row.stage},
        f"recording {found.name} of {found.case.reference}",
    )
    said = ["Its owner is no longer reminded.", *_unticked(found)]
    _keep(work, found)
    said += tell_of_end(work, found.case, row, found.deadline)
    said += start_others(work, found.case, found.todo)
    return _ended(work, found, title, said, before)


def _checked(work: Work, found: Found, form: Done) -> tuple[datetime, str]:
    """When it was done, and the words of why it is late."""
    problems = [*check_evidence(form.evidence), *_unknown_checks(found, form.ticked)]
    at, because = work.now, ""
    try:
        at = time_given(work, form.at, form.day, form.hour)
        _check_time(work, found, form, at)
    except Refused as refused:
        problems += refused.refusals
    try:
        because = reason(LATE, form.because, "because")
    except Refused as refused:
        problems += refused.refusals
    if not problems and not because and _was_late(work, found, at):
        words = f"{found.name} was due {due_words(work, found.deadline)}, so it is late."
        problems.append(Refusal(words, "because", f"Choose why: {'; '.join(LATE.values())}."))
    if problems:
        raise Refused(*problems)
    return at, because


def _check_time(work: Work, found: Found, form: Done, at: datetime) -> None:
    field = "hour" if form.hour is not None and form.day == work.today else "day" if form.day else "at"
    try:
        check_times(work, {field: at})
    except Refused as refused:
        raise Refused(*(Refusal(each.sentence, field, each.want) for each in refused.refusals)) from None
    due = found.deadline.due
    if isinstance(due, datetime) and form.day is not None and form.hour is None and form.day == day_of(work, due):
        raise Refused(Refusal("This is needed, since it is due by the hour.", "hour"))
    known = [datetime.fromisoformat(text) for name, text in found.case.facts.items() if name in FIRST]
    if known and day_of(work, at) < day_of(work, min(known)):
        raise Refused(Refusal("This lies before anybody was aware of it.", field))


FIRST = ("aware", "authority-aware", "received")
"""The facts with which a case begins: nothing of it is done before the first of them."""


def _unknown_checks(found: Found, ticked: tuple[str, ...]) -> list[Refusal]:
    known = {check.id for check in found.todo.checks}
    return [Refusal("This stage has nothing of that name to tick.", "ticked") for id_ in ticked if id_ not in known][:1]


def _was_late(work: Work, found: Found, at: datetime) -> bool:
    """Whether it was done after its time. A target that was only aimed at is never late."""
    due = found.deadline.due
    if due is None or is_target(found.todo):
        return False
    return at > due if isinstance(due, datetime) else day_of(work, at) > due


def _unticked(found: Found) -> list[str]:
    names = [check.name for check in found.todo.checks if check.id not in found.row.ticked]
    return [f"Not ticked: {'; '.join(names)}."] if names else []


def _evidence_later(work: Work, found: Found, form: Done) -> Message:
    only_those_who_see_to_it(work, found)
    if problems := list(check_evidence(form.evidence)):
        raise Refused(*problems)
    found.row.evidence = form.evidence
    _keep(work, found)
    bring_up_to_date(work, found.case)
    return Message(title=f"{found.case.reference}: {found.name}", text="Its evidence is recorded.")


def _record_agency(work: Work, found: Found, form: Done) -> None:
    """Whoever settles what the partners do not agree on comes from one of them: that is recorded beside it."""
    if not settles_disagreement(found.todo):
        return
    names = {agency.id: agency.name for agency in work.arrangements.agencies}
    known = {partner.agency for partner in work.arrangements.partners}
    if form.agency not in known:
        raise Refused(Refusal("This is needed: the agency of whoever settles it.", "agency"))
    keep_view(work, found, found.deadline.owner, f"comes from {names.get(form.agency, form.agency)}")


def keep_view(work: Work, found: Found, post: str, view: str, because: str = "", *, dissents: bool = False) -> None:
    """Keeps what a post thinks of a stage's decision; what it thought before is in the ledger."""
    key = (found.case.partnership, found.case.reference, found.row.stage, post)
    row = work.scope.session.get(View, key) or View(
        partnership=found.case.partnership,
        reference=found.case.reference,
        stage=found.row.stage,
        post=post,
        person="",
        view="",
        at=work.now,
    )
    row.person, row.view, row.because, row.dissents, row.at = work.actor.id, view, because, dissents, work.now
    work.scope.session.add(row)
    work.note(found.case.record, post=post)


# Due dates that passed


def keep_overdues(work: Work, case: Case) -> None:
    """Notes each due date that has passed unmet, before a correction could hide it."""
    for row, deadline in deadlines_of(work, case):
        if row.state == "open" and is_past(work, deadline) and not is_target(todo_of(work, case, row)):
            note_overdue(work, case, row, deadline, "")


def note_overdue(work: Work, case: Case, row: CaseStage, deadline: Deadline, because: str) -> None:
    """Keeps that a due date passed unmet, and why; one that is noted already keeps its first reason."""
    assert deadline.due is not None
    due = day_of(work, deadline.due)
    for known in incidents.overdues(work.scope, case.reference):
        if (known.stage, known.due) == (row.stage, due):
            known.because = known.because or because
            work.scope.session.add(known)
            return
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
    work.scope.session.flush()


# Not needed, ticked, opened again


def _not_needed(work: Work, form: NotNeeded) -> Message:
    found = to_end(work, form)
    before = dates_of(work, found.case)
    because = reason(NOT_NEEDED, form.because, "because")
    if not because:
        raise Refused(Refusal("This is needed.", "because", f"Choose one of: {'; '.join(NOT_NEEDED.values())}."))
    if is_past(work, found.deadline) and not is_target(found.todo):
        note_overdue(work, found.case, found.row, found.deadline, "")
    found.row.state, found.row.done_at, found.row.because = "not needed", work.now, because
    found.case.generation += 1
    work.can_be_taken_back(
        "incident.reopen",
        {"reference": found.case.reference, "stage": found.row.stage},
        f"saying that {found.name} of {found.case.reference} is not needed",
    )
    _keep(work, found)
    return _ended(work, found, f"{found.name} is not needed", ["Its owner is no longer reminded."], before)


def _tick(work: Work, form: Tick) -> Message:
    found = find(work, form.reference, form.stage)
    only_those_who_see_to_it(work, found)
    if problems := _unknown_checks(found, form.ticked):
        raise Refused(*problems)
    found.row.ticked = [*found.row.ticked, *(id_ for id_ in form.ticked if id_ not in found.row.ticked)]
    _keep(work, found)
    bring_up_to_date(work, found.case)
    text = " ".join(_unticked(found)) or "Nothing is left to tick under it."
    return Message(title=f"{found.case.reference}: {found.name}", text=f"It is ticked. {text}")


def _reopen(work: Work, form: OfStage) -> Message:
    found = find(work, form.reference, form.stage)
    only_those_who_see_to_it(work, found)
    case, row = found.case, found.row
    if row.state == "open":
        raise Refused(f"{found.name} is open.")
    if case.merged_into or case.emptied_at is not None:
        raise Refused("Nothing is opened again in this one.")
    produces = found.todo.produces if isinstance(found.todo, Stage) else None
    if produces and row.done_at is not None and case.facts.get(produces) == row.done_at.isoformat():
        case.facts = {name: at for name, at in case.facts.items() if name != produces}
    row.state, row.done_at, row.evidence, row.because, row.decided = "open", None, "", "", ""
    case.closed_at = None
    case.generation += 1
    _keep(work, found)
    settle(work, case)
    bring_up_to_date(work, case)
    state = "open again" if row.state == "open" else f"not needed, because {row.because}"
    return Message(
        title=f"{case.reference}: {found.name} is {state}",
        text="Its dates run again. What was told stays told.",
    )


# What follows


def _keep(work: Work, found: Found) -> None:
    work.note(found.case.record, stage=found.row.stage, state=found.row.state)
    work.scope.session.add(found.row)
    work.scope.session.add(found.case)
    work.scope.session.flush()


def _ended(work: Work, found: Found, title: str, said: list[str], before: Mapping[str, str]) -> Message:
    """Brings the case to what has ended: stages that are needed or not, dates that move, and its own end."""
    settle(work, found.case)
    close_if_ended(work, found.case, work.now)
    bring_up_to_date(work, found.case)
    say_what_moves(work, found.case, before)
    said += [str(change) for change in work.changes]
    if found.case.closed_at is not None:
        said.append("All stages have ended, so it is closed.")
    undo = (Button(label="Undo", does="undo"),)
    return Message(title=f"{found.case.reference}: {title}", text="\n".join(said), buttons=undo)


def dates_of(work: Work, case: Case) -> Mapping[str, str]:
    """The dates of a case as they stand, in words, by stage."""
    return {row.stage: due_words(work, deadline) for row, deadline in deadlines_of(work, case)}


def say_what_moves(work: Work, case: Case, before: Mapping[str, str]) -> None:
    """Says of each open stage whose date is another one than before."""
    for row, deadline in deadlines_of(work, case):
        if row.state == "open" and before.get(row.stage) != due_words(work, deadline):
            work.changed(deadline.name, before.get(row.stage, ""), due_words(work, deadline))


ACTIONS = (
    Action("incident.done", Done, _done, PEOPLE, "record a stage of an incident as done", None, True, "any post"),
    Action(
        "incident.not-needed", NotNeeded, _not_needed, PEOPLE, "say that a stage is not needed", None, True, "any post"
    ),
    Action(
        "incident.tick", Tick, _tick, PEOPLE, "tick what is so under a stage of an incident", None, True, "any post"
    ),
    Action("incident.reopen", OfStage, _reopen, PEOPLE, "open a stage of an incident again", None, True, "any post"),
)
