"""What a meeting leads to once it was held: what came of what stood there is asked; reports that go on, go on.

A report that one group has received and another one is to have stands on that group's next agenda with the comments of
the first; whoever carries it is asked for them before the papers day (two stops for one report, as the arrangements
say with `carried_to` and `carried_by`).
"""

from datetime import timedelta

from storage.arrangements.reminders import Ask
from storage.arrangements.returns import Return
from storage.records import meetings, raised, returns
from storage.records.duties import Duty
from storage.records.meetings import MeetingRow
from storage.records.message import Message
from storage.records.raised import Raised

from . import return_forms, standing
from .action import Action, Form
from .permissions import Allowed, Role, Where, is_allowed, roles
from .raising import ASKED, close_as, data_of, where, wrong_text
from .refusals import Refusal, Refused
from .registers import posts_acted_for
from .standing import COMMENTS, Carried, one_line
from .words import long_day
from .work import Work

WANTED = "comments-due"

COMMENTS_ON: Allowed = {
    Role.BUSINESS_MANAGER: Where.EVERYWHERE,
    Role.CHAIR: Where.OWN_GROUP,
    Role.VICE_CHAIR: Where.OWN_GROUP,
    Role.PA: Where.OWN_GROUP,
}


class Comment(Form):
    """What a group says on a report that it received and that goes on: the round ("REPORT:PLACE"), and the words."""

    carried: str
    text: str

    @property
    def report(self) -> str:
        """The return's id."""
        return self.carried.partition(":")[0]

    @property
    def group(self) -> str:
        """The group that received it, which its round is named after."""
        return self.carried.partition(":")[2].partition(".")[0]


def after(work: Work, row: MeetingRow) -> None:
    """What a meeting that was held leads to: what came of what stood there is asked, and carriers for comments."""
    setting = work.terms.setting
    following = setting.morning(setting.open_days.on_or_after(work.today + timedelta(days=1)))
    why = "chosen: the working day after the meeting was recorded as held"
    for each in _stood_at(work, row):
        if each.question == COMMENTS:
            close_as(work, each, f"taken at the meeting of {long_day(row.day)}")
            continue
        part = f"{row.group}.{row.place}"
        work.owe(each.record, 1, [Ask(ASKED, part, following, setting.business_manager, why, "chosen")])
    for report, round_ in _received_at(work, row):
        onward = standing.next_meeting(work, report.carried_to or "", row.day)
        if onward is None:
            continue
        post = report.carried_by or setting.business_manager
        days = work.arrangements.planning.register_days
        day = setting.open_days.on_or_before((onward.papers_due or onward.day) - timedelta(days=days))
        rule = f"chosen: {days} days before the {'papers day' if onward.papers_due else 'meeting'}"
        due = max(setting.morning(day), following)
        work.owe(f"carried:{round_}", 1, [Ask(WANTED, onward.group, due, post, rule, report.source)])


def not_after(work: Work, row: MeetingRow) -> None:
    """Takes back what `after` did, since the meeting was not held after all."""
    for each in raised.every(work.scope, group=row.group, state=None):
        if each.question == COMMENTS and each.outcome == f"taken at the meeting of {long_day(row.day)}":
            each.state, each.outcome, each.closed_at = "open", "", None
            work.scope.session.add(each)
        elif each.state == "open":
            work.owe(each.record, 1, [])
    for _, round_ in _received_at(work, row):
        work.owe(f"carried:{round_}", 1, [])


def _stood_at(work: Work, row: MeetingRow) -> list[Raised]:
    zone = work.terms.zone
    return [each for each in raised.every(work.scope, group=row.group)
            if each.raised_at.astimezone(zone).date() <= row.day]  # fmt: skip


def _received_at(work: Work, row: MeetingRow) -> list[tuple[Return, str]]:
    """The reports that a meeting received and that go on to another group, each with its round ("REPORT:PLACE")."""
    found = []
    for round_ in returns.for_meeting(work.scope, row.group, row.place):
        report = return_forms.find(work.arrangements, round_.report)
        if report is not None and report.carried_to and round_.state != "cancelled":
            found.append((report, f"{round_.report}:{round_.place}"))
    return found


def what_came_of(work: Work, duty: Duty) -> str:
    """The handler: asks the business manager what came of something that stood on an agenda."""
    work.note(duty.record, part=duty.part)
    row = raised.find(work.scope, int(duty.record.partition(":")[2]))
    group, _, place = duty.part.partition(".")
    meeting = meetings.find(work.scope, group, place)
    if row is None or row.state != "open" or row.group != group or meeting is None:
        return "not asked: it is recorded what came of it"
    groups = work.arrangements.groups_by_id
    named = groups[group].name if group in groups else group
    return work.line(duty, data_of(work, row) | {"text": one_line(row.text), "group": named, "day": meeting.day})


def comments_due(work: Work, duty: Duty) -> str:
    """The handler: asks whoever carries a report on for the comments of the group that has received it."""
    work.note(duty.record, part=duty.part)
    onward = standing.next_meeting(work, duty.part)
    carried = _carried(work, duty.record) if onward is not None else None
    if onward is None or carried is None:
        return "not asked: it goes on to no meeting"
    if carried.comments is not None:
        return "not asked: the comments are here"
    data: dict[str, object] = {
        "report": carried.report.name,
        "seen_by": carried.seen_by.name,
        "to": work.arrangements.groups_by_id[onward.group].name,
        "day": onward.day,
    }
    return work.line(duty, data)


def _carried(work: Work, record: str) -> Carried | None:
    report, _, place = record.removeprefix("carried:").partition(":")
    entry, round_ = return_forms.find(work.arrangements, report), returns.find(work.scope, report, place)
    group = work.arrangements.groups_by_id.get(round_.group) if round_ is not None else None
    if entry is None or round_ is None or group is None or entry.carried_to is None:
        return None
    said = raised.every(work.scope, group=entry.carried_to, state=None)
    comments = next((each for each in said if each.came_from == round_.record and each.question == COMMENTS), None)
    return Carried(entry, round_, group, comments)


def to_comment(work: Work) -> list[Carried]:
    """The reports that go on and on which the actor may give their group's comments, the latest first."""
    found = []
    for report in work.arrangements.returns:
        for round_ in returns.rounds(work.scope, report.id) if report.carried_to else ():
            carried = _carried(work, f"carried:{report.id}:{round_.place}")
            seen = meetings.find(work.scope, round_.group, round_.meeting)
            if carried is None or seen is None or seen.day > work.today or seen.status == "cancelled":
                continue
            if carried.comments is not None and carried.comments.state != "open":
                continue
            if _may_comment(work, report, round_.group):
                found.append(carried)
    return sorted(found, key=lambda each: each.round_.due, reverse=True)


def _may_comment(work: Work, report: Return, group: str) -> bool:
    person = work.actor.person
    carries = person is not None and report.carried_by in posts_acted_for(work, person)
    anywhere, here = roles(work.scope, work.arrangements, work.actor, work.today, group)
    return carries or is_allowed(COMMENTS_ON, anywhere, here)


def still_asked(work: Work, record: str) -> bool:
    """Whether a line of a note about something raised, or about comments, still holds."""
    kind, _, rest = record.partition(":")
    if kind == "raised":
        row = raised.find(work.scope, int(rest))
        return row is not None and row.state == "open"
    carried = _carried(work, record)
    return carried is not None and carried.comments is None


def _comment(work: Work, form: Comment) -> Message:
    found = _carried(work, f"carried:{form.carried}")
    if found is None or found.round_.group != form.group:
        raise Refused("Nothing of that name goes on to another group.")
    work.note(f"carried:{form.carried}")
    if not form.text:
        raise Refused(Refusal("This is needed.", "text", f"Say what the {found.seen_by.name} says on it."))
    if problems := list(wrong_text(form.text, "text")):
        raise Refused(*problems)
    row = found.comments or raised.add(
        work.scope,
        group=found.report.carried_to or "",
        who=f"group.{found.seen_by.id}",
        text=form.text,
        now=work.now,
        came_from=found.round_.record,
        question=COMMENTS,
    )
    if row.state != "open":
        raise Refused(f"The comments were {row.outcome} already.")
    row.text, row.carried_by = form.text, found.report.carried_by or ""
    work.scope.session.add(row)
    work.release(f"carried:{form.carried}", (WANTED,), "the comments are here")
    return Message(title=f"The comments on the {found.report.name} are kept", text=f"{row.text}\n{where(work, row)}")


COMMENT = Action(
    "raised.comment",
    Comment,
    _comment,
    COMMENTS_ON,
    "give a group's comments on a report that goes on to another group",
    "group",
    own="carried",
)

ACTIONS = (COMMENT,)
