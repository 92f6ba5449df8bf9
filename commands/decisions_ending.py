"""How a decision ends: closed with what came of it, sent on as declared, ratified by a meeting, or withdrawn.

Where there is no consensus it goes only where the arrangements say. What was decided between meetings stands on the
group's next agenda (standing.py) until it is recorded here what that meeting made of it.
"""

from datetime import timedelta
from typing import Literal

from storage.arrangements import decisions
from storage.records import meetings, polls
from storage.records.duties import Duty
from storage.records.meetings import MeetingRow
from storage.records.message import Button, Message
from storage.records.polls import Poll

from . import decisions_kept as kept
from . import decisions_status as status
from . import decisions_words as words
from .action import Action
from .decisions import CLOSES, DUE, Which, find, last_day, put_to, say_what_is_asked
from .freetext import check_text
from .meetings import CHAIRS, KEEPS
from .refusals import Refusal, Refused
from .words import long_day
from .work import Work

LONGEST = 1000
"""Characters that a reason, or what came of it, may have."""

UNDO = Button(label="Undo", does="undo")


class Because(Which):
    """A decision and why."""

    because: str = ""


class Ratify(Because):
    """What a meeting made of a decision; without `meeting` the group's last one since it was closed.

    "undone" takes back what was recorded.
    """

    result: Literal["ratified", "not ratified", "dealt with", "undone"] = "ratified"
    meeting: str = ""


# Closing


def _close(work: Work, form: Which) -> Message:
    poll = _open_one(work, form)
    silent = [each.post for each in words.seats_of(work, poll) if not each.value]
    close(work, poll, by_time=False)
    work.note(poll.record, closed=kept.closing_digest(work, poll))
    if silent:
        work.changed("Not answered, and not asked any more", after=words.posts(work, silent))
    for line in words.result_lines(work, poll):
        work.changed(line)
    work.changed("Closing cannot be taken back")
    return Message(
        title=words.heading(poll),
        text="\n".join([kept.proposal(work, poll), "", *words.result_lines(work, poll)]),
        buttons=status.next_buttons(work, poll),
    )


def close(work: Work, poll: Poll, *, by_time: bool) -> None:
    """Closes an open decision with what its answers come to, and tells everybody who was asked."""
    said = [each.value for each in words.seats_of(work, poll)]
    result = decisions.result(said, recommends=kept.rule(poll).recommends)
    poll.state, poll.closed_at = "closed", work.now
    poll.ended_because = "its time was over" if by_time else "closed by hand"
    poll.outcome = kept.Ended(result=result, by_time=by_time).model_dump(mode="json")
    _end(work, poll, "it is closed")


def closes(work: Work, duty: Duty) -> str:
    """The handler: closes a decision whose time is over."""
    found = polls.of_record(work.scope, duty.record)
    poll = polls.locked(work.scope, found.kind, found.place) if found is not None else None
    if poll is None or poll.state != "open":
        return "not closed: it is not open any more"
    close(work, poll, by_time=True)
    result = poll.outcome["result"]
    return f"closed, {result}; the record's digest is {kept.closing_digest(work, poll)}"


def _end(work: Work, poll: Poll, reason: str) -> None:
    work.scope.session.add(poll)
    work.release(poll.record, (CLOSES, DUE), reason)
    status.changed(work, poll)
    status.tell_ended(work, poll)


def _open_one(work: Work, form: Which) -> Poll:
    poll = find(work, form, lock=True)
    if poll.state != "open":
        raise Refused(f"It is not open any more: {words.heading(poll)}.")
    return poll


# Withdrawing


def _withdraw(work: Work, form: Because) -> Message:
    poll = _open_one(work, form)
    _checked(form.because, "because", "Say why, in a few words. Whoever was asked reads them.")
    kept.say_why(work, poll, form.because)
    poll.state, poll.closed_at, poll.ended_because = "cancelled", work.now, "withdrawn"
    _as_if_never_sent_on(work, poll)
    _end(work, poll, "it is withdrawn")
    text = f"{kept.proposal(work, poll)}\nNobody is asked any more. What was answered stays in the record."
    return Message(title=words.heading(poll), text=text)


def _as_if_never_sent_on(work: Work, poll: Poll) -> None:
    """The decision that had led to a withdrawn one waits for its step again."""
    before = polls.find(work.scope, polls.DECISION, kept.rule(poll).sent_on_from)
    found = kept.ended(before) if before is not None else None
    if before is not None and found is not None:
        before.outcome = found.model_copy(update={"sent_on_to": ""}).model_dump(mode="json")
        work.scope.session.add(before)
        work.scope.session.flush()
        status.changed(work, before)


def _checked(because: str, field: str, want: str) -> None:
    problems = [*check_text(because, field)]
    if not because:
        problems.append(Refusal("This is needed.", field, want))
    if len(because) > LONGEST:
        problems.append(Refusal(f"This is longer than {LONGEST} characters.", field, "Say it in fewer words."))
    if problems:
        raise Refused(*problems)


# The step that is declared


def _send_on(work: Work, form: Which) -> Message:
    poll = find(work, form, lock=True)
    rule, found = kept.rule(poll), kept.ended(poll)
    if found is None:
        raise Refused("It is still open, or was withdrawn. Where there is no consensus it is closed first.")
    if found.sent_on_to:
        raise Refused(f"It was sent on already, as decision {found.sent_on_to.rpartition('.')[2]}.")
    if found.result in decisions.REACHED:
        raise Refused("There is consensus, so there is nothing to send on.")
    if rule.sent_on_from or not rule.failing:
        raise Refused("Our arrangements name no step for that. It stands on the group's next agenda.")
    if found.dealt:
        raise Refused(f"That was dealt with already: {words.heading(poll)}.")
    text = kept.proposal(work, poll)
    if text == kept.UNREADABLE:
        raise Refused(kept.UNREADABLE)
    group = words.group_of(work, poll)
    onward = rule.model_copy(update={"between": "sent on", "sent_on_from": poll.place, "undecided": rule.failing})
    new = put_to(work, group, text=text, rule=onward, posts=list(rule.failing), until=last_day(work))
    poll.outcome = found.model_copy(update={"sent_on_to": new.place}).model_dump(mode="json")
    work.scope.session.add(poll)
    work.scope.session.flush()
    status.changed(work, poll)
    work.note(new.record, asked=kept.digest(work, new), sent_on_from=poll.place)
    say_what_is_asked(work, new, text)
    back: dict[str, object] = {**words.about(new), "because": "it was sent on by mistake"}
    work.can_be_taken_back("decision.withdraw", back, f"sending on {poll.name}")
    return Message(title=f"Sent on: {poll.name}", text="\n".join(map(str, work.changes)), buttons=(UNDO,))


# What a meeting made of it


def _ratify(work: Work, form: Ratify) -> Message:
    poll = find(work, form, lock=True)
    found = kept.ended(poll)
    if form.result == "undone" and found is not None and found.dealt:
        return _undone(work, poll, found)
    if found is None or not words.waits_for_meeting(poll):
        raise Refused(f"Nothing waits for a meeting here: {words.heading(poll)}.")
    _fits(poll, found, form)
    row = _meeting_that_did(work, poll, form)
    if form.because:
        kept.say_why(work, poll, form.because)
    poll.ratified = row.place
    poll.outcome = found.model_copy(update={"dealt": form.result}).model_dump(mode="json")
    work.scope.session.add(poll)
    work.scope.session.flush()
    status.changed(work, poll)
    back: dict[str, object] = {**words.about(poll), "result": "undone"}
    work.can_be_taken_back("decision.ratify", back, f"what the meeting made of {poll.name}")
    title = f"{form.result[:1].upper()}{form.result[1:]}: {poll.name}"
    text = f"{kept.proposal(work, poll)}\n{words.result_lines(work, poll)[-1]}"
    return Message(title=title, text=text, buttons=(UNDO,))


def _undone(work: Work, poll: Poll, found: kept.Ended) -> Message:
    poll.ratified = ""
    poll.outcome = found.model_copy(update={"dealt": ""}).model_dump(mode="json")
    kept.say_why(work, poll, "")
    work.scope.session.flush()
    status.changed(work, poll)
    text = f"It stands on the next agenda of the {words.group_of(work, poll).name} again."
    return Message(title=f"Not recorded: {poll.name}", text=text)


def _fits(poll: Poll, found: kept.Ended, form: Ratify) -> None:
    """Raises Refused where a meeting cannot have made that of it, or it lacks its words."""
    can_be_ratified = found.result in decisions.REACHED and not kept.rule(poll).sent_on_from
    if form.result in ("ratified", "not ratified") and not can_be_ratified:
        want = "Record what came of it: dealt with."
        raise Refused(Refusal(f"There is nothing to ratify: {words.heading(poll)}.", "result", want))
    if form.result != "ratified":
        _checked(form.because, "because", "Say why, or what came of it, in a few words.")


def _meeting_that_did(work: Work, poll: Poll, form: Ratify) -> MeetingRow:
    """The meeting that looked at it: the one named, or the group's last since it was closed. Raises Refused."""
    assert poll.closed_at is not None, "only what is closed waits for a meeting"
    since = poll.closed_at.astimezone(work.terms.zone).date()
    rows = [
        each
        for each in meetings.between(work.scope, since, work.today, poll.group)
        if each.status != "cancelled" and (each.starts_at is None or each.starts_at >= poll.closed_at)
        if form.meeting in ("", each.place)
    ]
    if not rows:
        group = words.group_of(work, poll)
        ahead = meetings.upcoming(work.scope, group.id, work.today + timedelta(days=1))
        want = f"Its next meeting is on {long_day(ahead.day)}." if ahead is not None else "It has no meeting ahead."
        raise Refused(Refusal(f"The {group.name} has not met since it was closed.", "meeting", want))
    return rows[-1]


CLOSE = Action("decision.close", Which, _close, CHAIRS, "close a decision: what came of it is told", "group")
WITHDRAW = Action("decision.withdraw", Because, _withdraw, CHAIRS, "withdraw a decision that is open", "group")
SEND_ON = Action(
    "decision.send-on", Which, _send_on, CHAIRS,
    "send a decision on which there is no consensus to those whom the arrangements name for that", "group",
)  # fmt: skip
RATIFY = Action(
    "decision.ratify", Ratify, _ratify, KEEPS, "record what a meeting made of a decision between meetings", "group"
)

ACTIONS = (CLOSE, WITHDRAW, SEND_ON, RATIFY)
