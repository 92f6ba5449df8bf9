"""The forms about what was raised: which, what came of it, where it goes on; and a group's comments on a report."""

from collections.abc import Callable, Mapping
from textwrap import shorten

from storage.records import raised
from storage.records.message import Choice
from storage.records.raised import Raised

from . import after_meetings, raising, standing
from .action import Action
from .raised_by_whom import raised_it
from .reading import may
from .refusals import Refused
from .steps import Asked, Headed, Step
from .work import Work

SAFE = "It is about how services work together. Leave out all details of a child or a family; others will read it."
LONGEST_CHOICE = 70
"""Characters of what was raised, where one of several is chosen."""

_OUTCOME = Asked("outcome", "What came of it", "text", hint="A few words, without details of a child or a family.")
_TEXT = Asked("text", "What it is, and what you ask of them", "text", hint=SAFE)
_COMMENTS = Asked("text", "The comments", "text", hint=SAFE)


def _add(_work: Work, _raw: Mapping[str, str]) -> Step:
    to = Asked("to", "With which group", "group")
    return Step(raising.ADD.name, "Raise something with a group", "Raise it", (to, _TEXT))


def _close(work: Work, raw: Mapping[str, str]) -> Step:
    return _about(work, raw, raising.CLOSE, "What came of it", "Record", (_OUTCOME,))


def _send_on(work: Work, raw: Mapping[str, str]) -> Step:
    to = Asked("to", "To which group", "group", False, "Empty: the group above, as our arrangements say.")
    return _about(work, raw, raising.SEND_ON, "Send it on", "Send it on", (to,))


def _about(work: Work, raw: Mapping[str, str], action: Action, title: str, send: str, asks: tuple[Asked, ...]) -> Step:
    """The form about one thing that was raised: its words above, or the choice among those that the actor may treat."""
    row = named(work, raw.get("which", ""))
    if row is not None:
        return Step(action.name, title, send, asks, carries=("which",), headed=_headed(work, row))
    found = [each for each in open_ones(work) if may(work, action, each.group)]
    if not found:
        raise Refused("Nothing is open here that you may do this with. See what was raised with: report raised")
    choices = tuple(Choice(value=raising.which(each), label=_label(each)) for each in found)
    return Step(action.name, title, send, (Asked("which", "Which", "choice", choices=choices), *asks))


def _tell_now(work: Work, raw: Mapping[str, str]) -> Step:
    title = "Have the chair above told at once"
    if raw.get("number"):
        return Step(raising.TELL_NOW.name, title, "Go on", (), sure="Tell them now", carries=("number",))
    person = work.actor.person or ""
    found = [each for each in open_ones(work) if each.told_now_at is None]
    found = [each for each in found if may(work, raising.TELL_NOW, None) or raised_it(work, person, each.number)]
    if not found:
        raise Refused("Nothing is open here that you raised and of which nobody has been told at once.")
    choices = tuple(Choice(value=str(each.number), label=_label(each)) for each in found)
    return Step(
        raising.TELL_NOW.name, title, "Go on", (Asked("number", "Which", "choice", choices=choices),),
        sure="Tell them now",
    )  # fmt: skip


def _comment(work: Work, raw: Mapping[str, str]) -> Step:
    found = {f"{each.round_.report}:{each.round_.place}": each for each in after_meetings.to_comment(work)}
    name, title = after_meetings.COMMENT.name, "Comments on a report that goes on"
    carried = found.get(raw.get("carried", ""))
    if carried is not None:
        head = f"The {carried.seen_by.name} has received it; it goes on with what is written here."
        named_as = carried.round_.name
        return Step(
            name, title, "Keep", (_COMMENTS,), carries=("carried",), headed=lambda _work, _raw: (named_as, head)
        )
    if not found:
        raise Refused("No report waits for comments that you could give.")
    choices = tuple(Choice(value=key, label=each.round_.name) for key, each in found.items())
    return Step(name, title, "Keep", (Asked("carried", "Which report", "choice", choices=choices), _COMMENTS))


def _headed(work: Work, row: Raised) -> Headed:
    """Its words, worked out now: the form is shown in another transaction than the one that made it."""
    title, words = f"Raised {row.number}", f"{standing.line_of(work, row)}\n{raising.where(work, row)}"
    return lambda _work, _raw: (title, words)


def _label(row: Raised) -> str:
    return shorten(f"{row.number}: {standing.one_line(row.text)}", LONGEST_CHOICE, placeholder=" …")


def named(work: Work, which: str) -> Raised | None:
    """What is named so ("GROUP.NUMBER"), where the actor may see it and it stands there."""
    group, _, number = which.rpartition(".")
    row = raised.find(work.scope, int(number)) if number.isdigit() else None
    fits = row is not None and row.group == group and raising.visible(work, row)
    return row if fits else None


def open_ones(work: Work) -> list[Raised]:
    """Everything that was raised, is open, and that the actor may see; comments on reports are not among it."""
    every = raised.every(work.scope)
    return [each for each in every if each.question != standing.COMMENTS and raising.visible(work, each)]


MADE: Mapping[str, Callable[[Work, Mapping[str, str]], Step | None]] = {
    raising.ADD.name: _add,
    raising.CLOSE.name: _close,
    raising.SEND_ON.name: _send_on,
    raising.TELL_NOW.name: _tell_now,
    after_meetings.COMMENT.name: _comment,
}
"""The maker of an action's step, by the action's name."""
