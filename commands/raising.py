"""Escalations and blockages: raised, sent on, told at once, closed.

What a report raises comes here by itself (becoming.py). On whose agenda it stands is in standing.py, and what a meeting
leads to in after_meetings.py.
"""

from pydantic import Field

from storage.arrangements.groups import Group
from storage.records import raised
from storage.records.message import Button, Message
from storage.records.raised import Raised

from . import return_forms, standing
from .action import Action, Form
from .freetext import check_text
from .permissions import Allowed, Role, Where
from .raised_by_whom import raised_it, who_words
from .refusals import Refusal, Refused
from .registers import posts_acted_for
from .standing import COMMENTS, meeting_of
from .words import hour, long_day
from .work import NOBODY, Work

ASKED = "what-came-of"
NOTHING = "There is nothing raised under that number."

LONGEST = 2000
"""Characters that something raised, its outcome or a comment may have."""

RAISES: Allowed = {
    Role.BUSINESS_MANAGER: Where.EVERYWHERE,
    Role.CHAIR: Where.EVERYWHERE,
    Role.VICE_CHAIR: Where.EVERYWHERE,
    Role.PA: Where.EVERYWHERE,
}
RECEIVES: Allowed = {
    Role.BUSINESS_MANAGER: Where.EVERYWHERE,
    Role.CHAIR: Where.OWN_GROUP,
    Role.VICE_CHAIR: Where.OWN_GROUP,
    Role.PA: Where.OWN_GROUP,
}
MANAGES: Allowed = {Role.BUSINESS_MANAGER: Where.EVERYWHERE}


class New(Form):
    """Something to be raised with a group."""

    to: str
    text: str


class Which(Form):
    """Something that was raised, as "GROUP.NUMBER": the group where it stands (none: the manager's list)."""

    which: str = Field(pattern=r"^[a-z0-9-]*\.\d{1,6}$")

    @property
    def group(self) -> str:
        """The group that it is said to stand with; the action looks whether it does."""
        return self.which.rpartition(".")[0]

    @property
    def number(self) -> int:
        """Its number."""
        return int(self.which.rpartition(".")[2])


class Closing(Which):
    """Something that was raised, and what came of it."""

    outcome: str


class Onward(Which):
    """Something that was raised, and the group to which it is sent on; without one as the arrangements say."""

    to: str = ""


class Number(Form):
    """Something that was raised, by its number."""

    number: int


def which(row: Raised) -> str:
    """What names it on a button."""
    return f"{row.group}.{row.number}"


def visible(work: Work, row: Raised) -> bool:
    """Whether the actor may see it: they raised it, or may see the agenda on which it stands or stood before."""
    person = work.actor.person
    if person is None or raised_it(work, person, row.number):
        return True
    return any(standing.may_see(work, person, group) for group in {row.group, row.sent_on_from or row.group})


# Raising


def _add(work: Work, form: New) -> Message:
    problems = [*wrong_text(form.text, "text")]
    if form.to not in work.arrangements.groups_by_id:
        problems.append(Refusal("There is no such group.", "to", "See the groups with: meeting list"))
    if problems:
        raise Refused(*problems)
    row = raised.add(work.scope, group=form.to, who=_speaks_for(work), text=form.text, now=work.now)
    work.note(row.record)
    work.can_be_taken_back("raised.take-back", {"number": row.number}, f"raising {row.number}")
    return Message(title=f"Raised {row.number}", text=f"{row.text}\n{where(work, row)}", buttons=(_UNDO,))


def _speaks_for(work: Work) -> str:
    """For whom somebody raises something by hand: the group that they chair, else the post that they are in."""
    person = work.actor.person
    posts = posts_acted_for(work, person) if person is not None else set()
    manager = work.arrangements.secretariat.business_manager
    if manager in posts or person is None:
        return f"post.{manager}"
    chaired = next((each.id for each in work.arrangements.groups if {each.chair, each.vice_chair} & posts), None)
    return f"group.{chaired}" if chaired else f"post.{min(posts)}"


def _take_back(work: Work, form: Number) -> Message:
    row = _open(work, form.number)
    close_as(work, row, "taken back")
    return Message(title=f"Raised {row.number} is taken back", text=row.text)


def where(work: Work, row: Raised) -> str:
    """Where something that was raised stands, as a sentence."""
    group = work.arrangements.groups_by_id.get(row.group)
    if group is None:
        return "It stands on the business manager's list."
    meeting = meeting_of(work, row)
    if meeting is None:
        return f"It stands with the {group.name}, which has no meeting ahead."
    return f"It stands on the agenda of the {group.name} of {long_day(meeting.day)}."


def tell_now_button(row: Raised) -> Button:
    """The press that has the chair above told at once; what it leads to is shown first."""
    label = f"Tell the chair above at once: {row.number}"
    return Button(label=label, does="raised.tell-now", form={"number": str(row.number)})


# What came of it


def _close(work: Work, form: Closing) -> Message:
    row = standing_with(work, form)
    if not form.outcome:
        raise Refused(Refusal("This is needed.", "outcome", "Say what came of it in a few words."))
    if problems := list(wrong_text(form.outcome, "outcome")):
        raise Refused(*problems)
    close_as(work, row, form.outcome)
    work.can_be_taken_back("raised.reopen", {"which": which(row)}, f"closing what was raised under {row.number}")
    return Message(title=f"Raised {row.number} is closed", text=f"{row.text}\n{row.outcome}", buttons=(_UNDO,))


def close_as(work: Work, row: Raised, outcome: str) -> None:
    """Closes something that was raised, with what came of it; it is asked after no more."""
    row.state, row.outcome, row.closed_at = "closed", outcome, work.now
    work.scope.session.add(row)
    work.release(row.record, (ASKED,), "it is recorded what came of it")


def _reopen(work: Work, form: Which) -> Message:
    row = standing_with(work, form, state="closed")
    row.state, row.outcome, row.closed_at = "open", "", None
    work.scope.session.add(row)
    return Message(title=f"Raised {row.number} is open again", text=f"{row.text}\n{where(work, row)}")


# Sending on


def _send_on(work: Work, form: Onward) -> Message:
    row = standing_with(work, form)
    sender = work.arrangements.groups_by_id.get(row.group)
    onward = work.arrangements.groups_by_id.get(form.to) if form.to else above(work, row)
    if form.to and onward is None:
        raise Refused(Refusal("There is no such group.", "to", "See the groups with: meeting list"))
    if onward is None or onward.id == row.group:
        raise Refused(Refusal("Our arrangements do not say to which group this goes on.", "to", "Say which group."))
    work.can_be_taken_back("raised.bring-back", {"which": which(row)}, f"sending on what was raised under {row.number}")
    row.sent_on_from, row.group, row.carried_by = row.group, onward.id, _carrier(work, row, sender)
    work.scope.session.add(row)
    work.release(row.record, (ASKED,), "it was sent on")
    title = work.arrangements.title(row.carried_by)
    meeting = meeting_of(work, row)
    work.say(
        "raised-sent-on",
        post=row.carried_by,
        key=f"raised-sent-on:{row.number}:{onward.id}:{work.now.isoformat()}",
        record=row.record,
        data=data_of(work, row)
        | {"from": sender.name if sender else "business manager", "to": onward.name, "day": meeting and meeting.day},
        why="it is carried to the next agenda by this post",
        source="" if sender is None else sender.source,
    )
    text = f"{row.text}\n{where(work, row)} The {title} carries it there and hears of it."
    return Message(title=f"Raised {row.number} is sent on", text=text, buttons=(_UNDO,))


def _carrier(work: Work, row: Raised, sender: Group | None) -> str:
    """Who carries it: the post that the arrangements name for its report, else the sending group's chair."""
    manager = work.arrangements.secretariat.business_manager
    parts = row.came_from.split(":")
    report = return_forms.find(work.arrangements, parts[1]) if len(parts) > 1 else None
    if report is None and sender is not None:  # raised by hand: as whatever else that group sends on
        report = next(
            (each for each in work.arrangements.returns if each.to_group == sender.id and each.carried_by), None
        )
    named = report.carried_by if report is not None else None
    return named or (sender.chair if sender is not None else None) or manager


def _bring_back(work: Work, form: Which) -> Message:
    row = raised.find(work.scope, form.number)
    if row is None or row.sent_on_from != form.group or not form.group:
        raise Refused(Refusal(NOTHING, "which"))
    standing_with(work, Which(which=which(row)))
    row.group, row.sent_on_from, row.carried_by = row.sent_on_from, "", ""
    work.scope.session.add(row)
    return Message(title=f"Raised {row.number} is brought back", text=f"{row.text}\n{where(work, row)}")


def above(work: Work, row: Raised) -> Group | None:
    """The group above the one where it stands: as its report says, else the parent, else the executive."""
    groups = work.arrangements.groups_by_id
    parts = row.came_from.split(":")
    report = return_forms.find(work.arrangements, parts[1]) if len(parts) > 1 else None
    here = groups.get(row.group)
    executive = next((each.id for each in groups.values() if each.nature == "executive"), None)
    for id_ in (report.carried_to if report else None, here.parent if here else None, executive):
        if id_ is not None and id_ in groups and id_ != row.group:
            return groups[id_]
    return None


# Telling at once


def _tell_now(work: Work, form: Number) -> Message:
    row = _open(work, form.number)
    if row.told_now_at is not None:
        local = row.told_now_at.astimezone(work.terms.zone)
        raise Refused(f"That was told at {hour(local)} on {long_day(local.date())} already.")
    group = above(work, row) or work.arrangements.groups_by_id.get(row.group)
    post = (group.chair if group is not None else None) or work.arrangements.secretariat.business_manager
    told = work.say(
        "raised-now",
        post=post,
        key=f"raised-now:{row.number}",
        record=row.record,
        data=data_of(work, row) | {"group": group.name if group is not None else ""},
        why="asked for at once by whoever raised it",
        source="" if group is None else group.source,
    )
    if told == NOBODY:
        raise Refused("Nobody can be told: nobody is in the post, nor is there a business manager. Please ring.")
    work.changed(f"The {work.arrangements.title(post)}", after="is told at once, which cannot be taken back")
    row.told_now_at = work.now
    work.scope.session.add(row)
    chairs = f", who chairs the {group.name}" if group is not None and post == group.chair else ""
    text = f"{row.text}\nThe {work.arrangements.title(post)}{chairs}, is told now, outside the daily note."
    return Message(title=f"Raised {row.number} is told at once", text=f"{text} {where(work, row)}")


def data_of(work: Work, row: Raised) -> dict[str, object]:
    """What the words about something raised may use."""
    return {
        "number": row.number,
        "who": who_words(work, row),
        "text": row.text,
        "partnership": work.arrangements.short,
    }


# Finding


def standing_with(work: Work, form: Which, state: str = "open") -> Raised:
    """What was raised under that number, where it stands with the group that was named. Raises Refused."""
    row = raised.find(work.scope, form.number)
    if row is None or row.group != form.group or row.question == COMMENTS:
        raise Refused(Refusal(NOTHING, "which"))
    work.note(row.record)
    if row.state != state:
        raise Refused(f"Raised {row.number} is {row.state}{f': {row.outcome}' if row.outcome else ''}.")
    return row


def _open(work: Work, number: int) -> Raised:
    row = raised.find(work.scope, number)
    if row is None or row.question == COMMENTS:
        raise Refused(Refusal(NOTHING, "number"))
    return standing_with(work, Which(which=which(row)))


def wrong_text(text: str, field: str) -> list[Refusal]:
    """What is wrong with a text that others will read."""
    problems = list(check_text(text, field))
    if len(text) > LONGEST:
        problems.append(Refusal(f"This is longer than {LONGEST} characters.", field, "Say it in fewer words."))
    return problems


_UNDO = Button(label="Undo", does="undo")

ADD = Action("raised.add", New, _add, RAISES, "raise something with a group, for its next agenda")
TAKE_BACK = Action(
    "raised.take-back", Number, _take_back, MANAGES, "take back something raised by mistake", own="raised"
)
CLOSE = Action("raised.close", Closing, _close, RECEIVES, "record what came of something raised", "group")
REOPEN = Action("raised.reopen", Which, _reopen, RECEIVES, "take back that something raised is closed", "group")
SEND_ON = Action("raised.send-on", Onward, _send_on, RECEIVES, "send something raised on to another group", "group")
BRING_BACK = Action(
    "raised.bring-back", Which, _bring_back, RECEIVES, "take back that something raised was sent on", "group"
)
TELL_NOW = Action(
    "raised.tell-now", Number, _tell_now, MANAGES, "have the chair above told at once of something raised", own="raised"
)

ACTIONS = (ADD, TAKE_BACK, CLOSE, REOPEN, SEND_ON, BRING_BACK, TELL_NOW)
