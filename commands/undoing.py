"""`undo`: takes back the actor's own latest step, by the action that was stored with it. That is a new fact."""

from collections.abc import Mapping
from datetime import timedelta

from storage.records import ledger, undone
from storage.records.message import Message
from storage.records.undone import Step

from . import proposing
from .action import Action, Form
from .permissions import Role
from .refusals import Refused
from .runner import check
from .words import hour, long_day
from .work import Work

LASTS = timedelta(hours=24)
"""How long a step can be taken back by `undo`."""


class Undo(Form):
    """The step that a button belongs to; without it the latest step."""

    step: int | None = None


def undo_with(actions: Mapping[str, Action]) -> Action:
    """The action `undo`, which runs those others."""

    def undo(work: Work, form: Undo) -> Message:
        step = _latest(work, form.step)
        back = actions[step.back]
        filled = back.form.model_validate(step.form)
        check(work, back, filled)
        _same_ground(work, step)
        answer = back.does(work, filled)
        work.back = None  # a second undo takes back the step before, not the undoing
        if work.waits:  # taking it back takes a second person too
            proposing.takes_back(work, step)
            return answer
        step.undone_at = work.now
        work.scope.session.add(step)
        work.noted["undone"] = step.back
        return Message(title=f"Taken back: {step.words}", text=answer.text, fields=answer.fields)

    return Action("undo", Undo, undo, {}, "take back one's own latest step within 24 hours", own="step")


def what_can_be_undone(work: Work) -> str | None:
    """The actor's latest step in words, if `undo` would take it back; the runner's preview says what would change."""
    try:
        step = _latest(work)
        _same_ground(work, step)
    except Refused:
        return None
    return step.words


def _latest(work: Work, wanted: int | None = None) -> Step:
    step = undone.latest(work.scope, work.actor.person) if work.actor.person else None
    if wanted is not None:
        _not_taken_back(work, wanted)
    if step is None:
        raise Refused("There is nothing of yours to take back.")
    if wanted is not None and wanted != step.id:
        raise Refused(f"That is not your latest step any more, which is {step.words}. To take that back, write: undo")
    if work.now - step.at > LASTS:
        raise Refused(f"Your latest step, {step.words}, is more than 24 hours old. Change it by hand instead.")
    return step


def _not_taken_back(work: Work, wanted: int) -> None:
    """Refuses when the step of an old button has been taken back: the button is spent."""
    old = work.scope.session.get(Step, wanted)
    own = old is not None and (old.partnership, old.person) == (work.scope.partnership, work.actor.person)
    if old is not None and own and old.undone_at is not None:
        local = old.undone_at.astimezone(work.terms.zone)
        raise Refused(f"That was taken back already, at {hour(local)} on {long_day(local.date())}: {old.words}.")


def _same_ground(work: Work, step: Step) -> None:
    """Refuses when somebody else has changed the same record since."""
    for entry in ledger.since(work.scope, step.at):
        if entry.record == step.record and entry.actor not in (step.person, Role.TIME.value):
            raise Refused(
                f"Somebody else has changed this since: {step.words}. Look at it first, then change it by hand."
            )
