"""The skills that a meeting needs, ticked by whoever chairs it for what is looked at there; what that is stays outside.

A chair may defer a meeting where the right mix of skills cannot come (004 App 4, Team Membership), so attendance is
looked at by skill, and not only by number.
"""

from storage.arrangements.groups import Group
from storage.arrangements.phrases import listed
from storage.records import attended, meetings, polls
from storage.records.meetings import MeetingRow
from storage.records.message import Button, Choice, Message

from . import attendance_standing, attendance_status, choosing
from .action import Action
from .meeting_words import group_of
from .meetings import CHAIRS, Which
from .refusals import Refusal, Refused
from .words import long_day
from .work import Work


class Need(Which):
    """A meeting and the skills that it needs, with commas between; none for none beside what the rule names."""

    skills: str = ""
    shown: str = ""


def on_offer(group: Group) -> list[str]:
    """The skills that the group's seats bring, in their order."""
    return list(dict.fromkeys(seat.skill for seat in group.seats if seat.skill))


def choices(group: Group) -> tuple[Choice, ...]:
    """The same, to be ticked."""
    return tuple(Choice(value=skill, label=skill[:1].upper() + skill[1:]) for skill in on_offer(group))


def _need(work: Work, form: Need) -> Message:
    row = meetings.find(work.scope, form.group, form.place)
    if row is None:
        raise Refused(Refusal("There is no such meeting.", "place", "See the list with: meeting list"))
    group = group_of(work, row)
    if not on_offer(group):
        raise Refused(f"Our arrangements name no skills of the seats of the {group.name}.")
    try:
        wanted = choosing.several(choices(group), form.skills)
    except Refused as refused:
        raise Refused(*(Refusal(each.sentence, "skills", each.want) for each in refused.refusals)) from None
    if row.status in ("held", "cancelled"):
        raise Refused(f"The {_called(group, row)} is {row.status}.")
    before = attended.needed(work.scope, row.group, row.place)
    attended.need(work.scope, row.group, row.place, wanted, by=work.actor.id, now=work.now)
    work.note(row.record)
    poll = polls.find(work.scope, polls.ATTENDANCE, attendance_standing.place_of(row))
    if poll is not None and poll.state == "open":
        attendance_status.changed(work, poll)
    work.can_be_taken_back(
        NEED.name,
        {"group": row.group, "place": row.place, "skills": ",".join(before)},
        f"the skills of the {_called(group, row)}",
    )
    needed = attended.needed(work.scope, row.group, row.place)
    text = f"Needed at this meeting: {listed(needed)}." if needed else "No skill is ticked for this meeting."
    return Message(
        title=f"{group.name}, {long_day(row.day)}: skills",
        text=f"{text}\nWho comes is looked at by these too. What is looked at stays outside.",
        buttons=(Button(label="Undo", does="undo"),),
    )


def _called(group: Group, row: MeetingRow) -> str:
    return f"{group.name} of {long_day(row.day)}"


NEED = Action("skills.need", Need, _need, CHAIRS, "tick the skills that a meeting needs", "group")

ACTIONS = (NEED,)
