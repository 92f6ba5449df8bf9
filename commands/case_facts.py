"""What becomes known of a case: times that are recorded or put right, and facts that are ticked.

What moves is shown first. A due date that passed stays in the record when the date is corrected.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from storage.arrangements.clocks import Deadline
from storage.arrangements.pathways import FLAGS, Stage
from storage.records.incidents import Case, CaseStage
from storage.records.message import Button, Message

from . import case_lists
from .action import Action, Form
from .case_status import bring_up_to_date, close_if_ended
from .cases import AHEAD, check_times, deadlines_of, due_words, facts_told
from .permissions import PEOPLE
from .refusals import Refusal, Refused
from .stage_forms import ANYWAY, reason, time_given
from .stage_rules import day_of, deadlines_with, flags_of, full_of, settle, ticked
from .stages import dates_of, keep_overdues, note_overdue, say_what_moves
from .words import long_day
from .work import Work

FURTHEST = 180
"""So many days ahead the earliest day is looked for that leaves time enough."""


class Fact(Form):
    """A time that became known, or is put right: as one, or by its day and hour.

    `because`: why a planned day stands although what has to happen before it can no longer be in time.
    """

    reference: str
    fact: str
    at: datetime | None = None
    day: date | None = None
    hour: time | None = None
    because: str = ""


class Flag(Form):
    """A fact of `FLAGS` that became known, or is put right.

    Which one is sealed with what was told, so the ledger has the case alone, and `undo` does not keep it either.
    """

    reference: str
    flag: str
    holds: bool = True


def _found(work: Work, reference: str) -> Case:
    case = case_lists.find(work, reference)
    case_lists.only_the_handler(work, case)
    if case.merged_into:
        raise Refused(f"This was told twice and is kept under {case.merged_into}.")
    return case


# Times


def _fact(work: Work, form: Fact) -> Message:
    case = _found(work, form.reference)
    full = full_of(work, case)
    fact = next((fact for fact in full.facts if fact.id == form.fact), None)
    if fact is None:
        raise Refused(Refusal("This pathway does not use that.", "fact"))
    if form.at is None and form.day is None:
        raise Refused(Refusal("This is needed.", "day"))
    if form.day is not None and form.hour is None and not fact.date_only:
        raise Refused(Refusal("This is needed: it counts by the hour.", "hour"))
    at = time_given(work, form.at, form.day, form.hour if not fact.date_only else None)
    _check(work, form, at)
    near = _too_near(work, case, form.fact, at)
    because = reason(ANYWAY, form.because, "because")
    if near and not because:
        raise Refused(_near_words(work, case, form.fact, near))
    before = dates_of(work, case)
    keep_overdues(work, case)
    as_it_was = case.facts.get(form.fact)
    case.facts = {**case.facts, form.fact: at.isoformat()}
    _keep(work, case)
    for row, deadline in near:
        note_overdue(work, case, row, deadline, f"it is published anyway: {because}")
    say_what_moves(work, case, before)
    was = {"was": as_it_was} if as_it_was is not None else {}
    work.note(case.record, fact=form.fact, at=at.isoformat(), **was)
    if as_it_was is not None:
        back: dict[str, object] = {"reference": case.reference, "fact": form.fact, "at": as_it_was}
        back |= {"because": "outside"} if form.fact in AHEAD else {}
        work.can_be_taken_back("incident.fact", back, f"putting right a time of {case.reference}")
    return _said(work, case, undo=as_it_was is not None)


def _check(work: Work, form: Fact, at: datetime) -> None:
    field = "at" if form.day is None else "day" if form.day > work.today or form.hour is None else "hour"
    try:
        check_times(work, {form.fact: at})
    except Refused as refused:
        raise Refused(*(Refusal(each.sentence, field, each.want) for each in refused.refusals)) from None


def _too_near(work: Work, case: Case, fact: str, at: datetime) -> list[tuple[CaseStage, Deadline]]:
    """The stages that have to happen before a planned day and no longer can, or did too late."""
    if fact not in AHEAD:
        return []
    after = deadlines_with(work, case, **{fact: at})
    return [(row, after[row.stage]) for row in _before(work, case, fact) if _is_late(work, row, after[row.stage])]


def _before(work: Work, case: Case, fact: str) -> Iterator[CaseStage]:
    """The stages of a case that count back from a planned day, and bind."""
    full = full_of(work, case)
    for row, _ in deadlines_of(work, case):
        todo = full.todo(row.stage)
        if isinstance(todo, Stage) and todo.due.before == fact and not todo.target and row.state != "not needed":
            yield row


def _is_late(work: Work, row: CaseStage, deadline: Deadline) -> bool:
    if deadline.due is None:
        return False
    done = day_of(work, row.done_at) if row.done_at is not None else work.today
    return day_of(work, deadline.due) < done


def _near_words(work: Work, case: Case, fact: str, near: list[tuple[CaseStage, Deadline]]) -> Refusal:
    said = "; ".join(f"{deadline.name} would have been due {due_words(work, deadline)}" for _, deadline in near)
    earliest = _earliest(work, case, fact)
    want = f"The earliest day is {long_day(earliest)}. " if earliest else ""
    return Refusal(f"This day is too near: {said}.", "day", f"{want}If it stands, say why under the last question.")


def _earliest(work: Work, case: Case, fact: str) -> date | None:
    """The first day that leaves time enough for all that has to happen before it."""
    for ahead in range(1, FURTHEST):
        day = work.today + timedelta(days=ahead)
        if not _too_near(work, case, fact, datetime.combine(day, time(), work.terms.zone)):
            return day
    return None


# Facts that are ticked


def _flag(work: Work, form: Flag) -> Message:
    case = _found(work, form.reference)
    if form.flag not in FLAGS:
        raise Refused(Refusal("This is none of what can be ticked.", "flag", f"It can be: {', '.join(FLAGS)}."))
    if (form.flag in ticked(work, case)) == form.holds:
        raise Refused(Refusal("This is recorded so already.", "flag"))
    before = dates_of(work, case)
    keep_overdues(work, case)
    raise_flag(work, case, form.flag, holds=form.holds)
    _keep(work, case)
    say_what_moves(work, case, before)
    return _said(work, case, undo=False)


def raise_flag(work: Work, case: Case, flag: str, *, holds: bool = True) -> None:
    """Ticks a fact of a case, sealed with what was told, or takes the tick away. Raises Refused without a key."""
    if work.seal is None:
        raise Refused("This cannot be stored: no encryption key is set.")
    told = facts_told(work, case)
    flags = [each for each in ticked(work, case) if each != flag]
    told["flags"] = [*flags, flag] if holds else flags
    case.sealed = work.seal.close(told)
    work.scope.session.add(case)


def follows(work: Work, case: Case, flag: str) -> list[str]:
    """What the arrangements have to be done where a fact holds, by name."""
    holds = flag in flags_of(work, case)
    return [todo.name for todo in full_of(work, case).todos if holds and flag in todo.when]


# Both


def _keep(work: Work, case: Case) -> None:
    case.generation += 1
    work.scope.session.add(case)
    work.scope.session.flush()
    settle(work, case)


def _said(work: Work, case: Case, *, undo: bool) -> Message:
    close_if_ended(work, case, work.now)
    bring_up_to_date(work, case)
    moved = "\n".join(str(change) for change in work.changes) or "No date moves."
    buttons = (Button(label="Undo", does="undo"),) if undo else ()
    return Message(title=f"{case.reference}: recorded", text=moved, buttons=buttons)


ACTIONS = (
    Action("incident.fact", Fact, _fact, PEOPLE, "record or correct a time of an incident", None, True, "any post"),
    Action(
        "incident.flag", Flag, _flag, PEOPLE, "record a fact of an incident that became known", None, True, "any post"
    ),
)
