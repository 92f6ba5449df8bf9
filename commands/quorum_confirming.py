"""How a quorum is read where the arrangements are silent: somebody confirms it by name, for one meeting or for good.

Only what the arrangements leave open can be confirmed; what they declare stays. Until then every reading is shown.
"""

from typing import Literal

from pydantic import Field

from storage.arrangements.groups import Group
from storage.arrangements.phrases import the
from storage.records import polls
from storage.records.message import Button, Message
from storage.records.polls import Confirmed

from . import attendance_status, quorum_words
from .action import Action, Form
from .attendance_standing import Standing
from .freetext import check_text
from .meetings import CHAIRS
from .refusals import Refusal, Refused
from .words import short_day
from .work import Work

What = Literal["deputies", "vacancies"]

LONGEST = 200


class About(Form):
    """What of a group's quorum, for one meeting (`place`) or, where that is empty, for good."""

    group: str
    place: str = ""
    what: What


class Confirm(About):
    """How it is read: whether they count. `for_good`: at every meeting, not at that one only."""

    counts: Literal["yes", "no"]
    for_good: Literal["yes", "no"] = "no"
    because: str = Field(default="", max_length=LONGEST)


def _confirm(work: Work, form: Confirm) -> Message:
    group = _with_quorum(work, form.group)
    work.note(_record(form.group, form.place))
    problems = [*check_text(form.because, "because")]
    if form.for_good == "no" and not form.place:
        problems.append(Refusal("Say of which meeting, or that it is for good.", "place"))
    if problems:
        raise Refused(*problems)
    declared = getattr(group.quorum, form.what)
    if declared != "open":
        how = "count" if declared == "count" else "do not count"
        raise Refused(f"Our arrangements say it: {quorum_words.WAYS[form.what]} {how} in {the(group.name)}.")
    meeting = "" if form.for_good == "yes" else form.place
    row = _find(work, group.id, meeting, form.what)
    counts, person = form.counts == "yes", work.actor.id
    if row is not None and (row.counts, row.person, row.because) == (counts, person, form.because):
        day = short_day(row.at.astimezone(work.terms.zone).date())
        raise Refused(f"You have confirmed that on {day} already.")
    row = row or Confirmed(
        partnership=work.scope.partnership, group=group.id, meeting=meeting, what=form.what, counts=counts, at=work.now
    )
    row.counts, row.because, row.person, row.at = counts, form.because, person, work.now
    work.scope.session.add(row)
    work.scope.session.flush()
    work.note(_record(group.id, meeting), what=form.what, counts=counts)
    attendance_status.all_changed(work, group.id)
    back = {"group": group.id, "place": meeting, "what": form.what}
    work.can_be_taken_back(UNCONFIRM.name, dict(back), f"confirming how the quorum of {the(group.name)} is read")
    text = quorum_words.confirmed_words(work, form.what, row)
    return Message(title=f"Confirmed: {group.name}", text=text, buttons=(Button(label="Undo", does="undo"),))


def _unconfirm(work: Work, form: About) -> Message:
    group = _with_quorum(work, form.group)
    work.note(_record(group.id, form.place), what=form.what)
    row = _find(work, group.id, form.place, form.what)
    if row is None:
        raise Refused("That is not confirmed, so there is nothing to take back.")
    work.scope.session.delete(row)
    work.scope.session.flush()
    attendance_status.all_changed(work, group.id)
    return Message(
        title=f"Not confirmed any more: {group.name}",
        text=f"Whether {quorum_words.WAYS[form.what]} count is open again, so each reading is shown.",
    )


def _with_quorum(work: Work, id_: str) -> Group:
    group = work.arrangements.groups_by_id.get(id_)
    if group is None:
        raise Refused(Refusal("There is no such group.", "group", "See the groups with: meeting list"))
    if group.quorum is None:
        raise Refused(f"Our arrangements have no quorum for {the(group.name)}, so there is nothing to be read.")
    return group


def _find(work: Work, group: str, meeting: str, what: str) -> Confirmed | None:
    return work.scope.session.get(Confirmed, (work.scope.partnership, group, meeting, what))


def _record(group: str, meeting: str) -> str:
    return polls.record_key(polls.ATTENDANCE, f"{group}.{meeting}") if meeting else f"quorum:{group}"


def offers(found: Standing) -> list[Button]:
    """The presses by which it is confirmed how the rule is read, where it is open and that changes something."""
    return [
        Button(
            label=f"Confirm whether {quorum_words.WAYS[what]} count",
            does=CONFIRM.name,
            form={"group": found.group.id, "place": found.row.place, "what": what},
        )
        for what in found.open
    ]


CONFIRM = Action("quorum.confirm", Confirm, _confirm, CHAIRS, "confirm how a quorum is read that is left open", "group")
UNCONFIRM = Action("quorum.unconfirm", About, _unconfirm, CHAIRS, "take back how a quorum was said to be read", "group")

ACTIONS = (CONFIRM, UNCONFIRM)
