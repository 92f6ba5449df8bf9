"""Whether somebody comes to a meeting: each seat says so by one press, and may change it until the meeting begins.

Whoever is in the seat answers, stands in or covers; its PA or staff officer answers for the officer. What was told by
telephone is recorded as such by the secretariat or the chair. The newest answer counts; what was said before stays.
"""

from typing import Literal

from pydantic import Field

from storage.arrangements import reminders
from storage.arrangements.phrases import the
from storage.records import meetings, people, polls
from storage.records.meetings import MeetingRow
from storage.records.message import Button, Message
from storage.records.polls import Poll, Seat

from . import attendance_asking, attendance_status, naming
from .action import Action, Form
from .attendance_asking import ANSWER as ANSWERS
from .attendance_standing import InPost, Standing, in_post_then, seat_posts, standing, to_sign
from .freetext import check_text
from .meeting_words import group_of
from .meetings import KEEPS
from .quorum_words import person_name, seat_words, summary
from .refusals import Refusal, Refused
from .steps import AGAIN
from .words import long_day
from .work import Work

Value = Literal["yes", "deputy", "no", "unsure"]
"""How a seat answers: its holder comes, its deputy does, nobody, or not sure yet."""

CameBy = Literal["chat", "mail", "calendar"]
"""The way by which an answer came in; that a PA gave it, or that it was told, is seen from the action itself."""

LONGEST = 200
"""Characters that a reason may have."""


class Told(Form):
    """What a seat has said by telephone or in person, recorded by somebody else.

    `post` is the seat's; `who` the deputy who comes, by address, name or post, where known.
    """

    group: str
    place: str
    post: str
    value: Value
    because: str = Field(default="", max_length=LONGEST)
    who: str = ""


class Answer(Told):
    """How a seat answers itself, and by which way. `asked`: the day of the meeting that was asked about, ISO, where it
    is known: an answer about a day from which the meeting has moved is none."""

    came_by: CameBy = "chat"
    asked: str = ""


def _answer(work: Work, form: Answer) -> Message:
    person = work.actor.person
    assert person is not None, "only people have a seat"
    row = meeting_meant(work, form.group, form.place)
    if form.asked not in ("", row.day.isoformat()) and row.status != "cancelled":
        want = f"Say whether you come on that day: meeting attend {row.group} {row.place}"
        raise Refused(Refusal(f"The meeting has moved to {long_day(row.day)} since this was asked.", want=want))
    return answer(work, row, form, came_by=_came_by(work, row, form, person))


def _told(work: Work, form: Told) -> Message:
    return answer(work, meeting_meant(work, form.group, form.place), form, came_by="told")


def meeting_meant(work: Work, group: str, place: str) -> MeetingRow:
    """The meeting of a form. Raises Refused where there is none."""
    row = meetings.find(work.scope, group, place)
    if row is None:
        raise Refused(Refusal("There is no such meeting.", "place", "See the list with: meeting list"))
    return row


def _came_by(work: Work, row: MeetingRow, form: Answer, person: str) -> str:
    """The way it came by; "pa" where whoever answers is in the post in no other capacity."""
    post = naming.post(work.arrangements, form.post).id
    if person in in_post_then(work, row, [post]).get(post, InPost()).everybody:
        return form.came_by
    held = people.holdings_of(work.scope, person, work.today)
    capacities = {each.capacity for each in held if each.post == post}
    covers = any(each.person == person and each.post == post for each in people.covering_on(work.scope, work.today))
    return "pa" if capacities == {"pa"} and not covers else form.came_by


# Answering


def answer(work: Work, row: MeetingRow, form: Told, *, came_by: str) -> Message:
    """Writes what a seat answers, and everything that follows; gives the answer to whoever said it.

    Raises Refused once the meeting has begun or does not take place, and for a deputy who speaks for the holder.
    """
    work.note(f"poll:{polls.ATTENDANCE}:{row.group}.{row.place}")
    post = _checked(work, row, form)
    then = in_post_then(work, row, [post]).get(post, InPost())
    _there_then(work, form, post, then, came_by)
    value, who = _about(work, form, post, then)
    poll = attendance_asking.ensure(work, row)
    seat = _seat(work, row, poll, post)
    polls.answer(
        work.scope,
        seat,
        value=value,
        person=work.actor.id,
        now=work.now,
        came_by=came_by,
        because=form.because,
        who=who,
    )
    work.note(poll.record, post=post, answers=seat.answers)
    found = attendance_status.changed(work, poll) or standing(work, row)
    return _said(work, found, post, then, came_by)


def _checked(work: Work, row: MeetingRow, form: Told) -> str:
    """The seat's post, once nothing is wrong with what was said of it. Raises Refused with all that is."""
    group = group_of(work, row)
    named = f"{the(group.name)} of {long_day(row.day)}"
    if row.status == "cancelled":
        raise Refused(f"{named[0].upper()}{named[1:]} is cancelled, so nobody is asked whether they come.")
    if row.status == "held" or attendance_asking.has_begun(work, row):
        raise Refused(f"{named[0].upper()}{named[1:]} has begun or has been: answers change no more.")
    post = naming.post(work.arrangements, form.post).id
    problems = [*check_text(form.because, "because")]
    if post not in seat_posts(work, row):
        problems.append(Refusal(f"{work.arrangements.title(post)} has no seat in {the(group.name)}.", "post"))
    if form.who and form.value != "deputy":
        problems.append(Refusal("Who comes is said only where a deputy comes.", "who", "Leave it empty."))
    if problems:
        raise Refused(*problems)
    return post


def _there_then(work: Work, form: Told, post: str, then: InPost, came_by: str) -> None:
    """Raises Refused where nobody could come: nobody is in the post on that day, or whoever says so is not any more."""
    title = the(work.arrangements.title(post))
    if not then.everybody and form.value in ("yes", "deputy"):
        raise Refused(f"By what is entered nobody is in the post of {title} on that day, so nobody comes for it yet.")
    person = work.actor.person or ""
    held = people.holdings_of(work.scope, person, work.today)
    leaves = any(each.post == post and each.capacity == "holder" for each in held) and person not in then.everybody
    if leaves and came_by != "told" and form.value != "deputy":
        raise Refused(f"By what is entered you are not {title} on that day: whoever is then says whether they come.")


def _about(work: Work, form: Told, post: str, then: InPost) -> tuple[str, str]:
    """What is written, and whom it is about: the holder who comes, the deputy who does, or whoever was asked.

    "Yes" from somebody who stands in or covers that day is that a deputy comes, and so it is where nobody holds the
    post: seats are their holders'.
    """
    person = work.actor.person or ""
    stands_in = person in then.everybody and person not in then.holders
    if form.value in ("no", "unsure") and stands_in and person != then.comes_by_right and then.holders:
        title = work.arrangements.title(post)
        raise Refused(
            f"You stand in for {the(title)}: whether they come is theirs to say. You can say that you come as deputy."
        )
    if form.value == "yes":
        if person in then.holders:
            return "yes", person
        if stands_in:
            return "deputy", person
        return ("yes", then.holders[0]) if then.holders else ("deputy", then.comes_by_right)
    if form.value == "deputy":
        return "deputy", _deputy(work, form, then, person if stands_in else "")
    return form.value, person if person in then.everybody else then.comes_by_right


def _deputy(work: Work, form: Told, then: InPost, oneself: str) -> str:
    """Who comes as deputy, as far as it is said or known: the one who says so, who covers, or the only one entered."""
    if form.who:
        return naming.person(work, form.who, "who").id
    if oneself:
        return oneself
    if then.cover:
        return then.cover
    return then.deputies[0] if len(then.deputies) == 1 else ""


def _seat(work: Work, row: MeetingRow, poll: Poll, post: str) -> Seat:
    held = polls.seat_locked(work.scope, poll, post)
    if held is None:  # a seat that is asked by hand: invited, co-opted
        counting = {each.post for each in reminders.deciding(group_of(work, row), row.day)}
        held = attendance_asking.new_seat(poll, post, decides=post in counting)
        work.scope.session.add(held)
        work.scope.session.flush()
    return held


def _said(work: Work, found: Standing, post: str, then: InPost, came_by: str) -> Message:
    row = found.row
    seat = next(each for each in found.seats if each.post == post)
    group = group_of(work, row)
    lines = [f"{work.arrangements.title(post)}: {seat_words(work, seat)}."]
    if seat.unsigned:
        lines += _to_sign(work, row, seat.who)
    lines.append("It can be changed until the meeting begins.")
    lines.append(f"{summary(found)}.")
    title = f"{'Recorded' if came_by == 'told' else 'Answered'}: {group.name}, {long_day(row.day)}"
    buttons = []
    if seat.value == "deputy" and came_by != "told" and seat.who != work.actor.person:
        buttons.append(_who_comes(work, row, post, then))
    return Message(title=title, text="\n".join(lines), buttons=tuple(buttons))


def _to_sign(work: Work, row: MeetingRow, who: str) -> list[str]:
    name = next(iter(to_sign(work, group_of(work, row), [who]).values()), "")
    whose = f"{person_name(work, who)} has" if who else "The deputy has"
    return [f"{whose} to sign the {name} before taking part, and does not count until that is on record."]


def _who_comes(work: Work, row: MeetingRow, post: str, then: InPost) -> Button:
    """Opens the form in which the deputy is named, or another one than who is entered."""
    form = {"group": row.group, "place": row.place, "post": post, "value": "deputy", AGAIN: "yes"}
    return Button(label="Another deputy comes" if then.deputies else "Say who comes", does=ANSWERS, form=form)


ANSWER = Action(
    ANSWERS, Answer, _answer, {}, "say whether one comes to a meeting, or one's officer does", own="seat", newest=True
)
TOLD = Action("attendance.told", Told, _told, KEEPS, "record what a seat has said by telephone", "group")

ACTIONS = (ANSWER, TOLD)
