"""Date polls: slots are offered, and each seat says which it can, until a date is taken (date_polls_taking.py).

Whoever chairs, the business manager or whoever sees to the papers asks; each seat answers for itself, its PA or staff
officer for the officer. What was told by telephone is recorded as such. The newest answer counts; what was said before
stays.
"""

from datetime import date
from typing import Literal

from pydantic import ConfigDict, Field

from storage.records import meetings, polls
from storage.records.message import Button, Message
from storage.records.polls import Poll, Seat

from . import date_polls_asking as asking
from . import date_polls_standing as stands
from . import date_polls_status as status
from . import date_polls_words as words
from . import date_slots
from .action import Action, Form
from .date_polls_standing import NO, YES, Slot
from .date_slots import Asked
from .freetext import check_text
from .meetings import CHAIRS, KEEPS
from .refusals import Refusal, Refused
from .words import long_day
from .work import Work

NONE_OPEN = "No date poll of that group is open, or more than one is: say which number."
OVER = "This date poll is over, so nothing is asked any more."

LONGEST = 200
"""Characters that a reason may have."""


class Open(Form):
    """A date poll: of a group, for its meeting at a place (the next one where none is said), or an extra one.

    `slots`: days and hours as they are typed, with semicolons or lines between; empty: those that are proposed.
    `closes`: the last day of answers.
    """

    group: str
    place: str = ""
    extra: Literal["", "yes"] = ""
    slots: str = ""
    closes: date | None = None
    shown: str = ""


class Which(Form):
    """A group's date poll by its number; the only one that is open where none is said."""

    group: str
    number: int = 0


class Answer(Which):
    """How a seat answers: for each slot in a field of its own ("s1", "s2", ...), or `every` one alike.

    `post`: the seat; empty for all seats of one's own. `came_by`: how the answer came in, where the seat itself gives
    it; that a PA gave it, or that it was told, is seen from who gives it.
    """

    model_config = ConfigDict(frozen=True, extra="allow", str_strip_whitespace=True)
    __pydantic_extra__: dict[str, str] = Field(init=False)

    post: str = ""
    every: Literal["", "yes", "no"] = ""
    came_by: Literal["chat", "mail", "calendar"] = "chat"
    shown: str = ""


class Close(Which):
    """A date poll and why it ends without a date."""

    because: str = Field(default="", max_length=LONGEST)


# Opened


def _open(work: Work, form: Open) -> Message:
    asked = meant(work, form)
    problems: list[Refusal] = []
    if form.closes is not None and form.closes < work.today:
        problems.append(Refusal("That day is past.", "closes", "Give a day from today on."))
    slots: list[Slot] = []
    try:
        text = form.slots or date_slots.as_text(date_slots.proposed(work, asked))
        slots = date_slots.typed(work, asked, text)
    except Refused as refused:
        problems += refused.refusals
    if problems:
        raise Refused(*problems)
    poll = _stored(work, asked, slots)
    told, nobody = asking.ask_all(work, poll)
    if not told:
        raise Refused("Nobody is in the seats of that group, so nobody can be asked.")
    _say_what_is_asked(work, asked, slots, told, nobody)
    asking.owe(work, poll)
    status.changed(work, poll)
    work.note(poll.record, seats=len(asked.posts))
    work.can_be_taken_back(CLOSE.name, {**stands.form_of(poll), "because": "asked by mistake"}, f"asking: {poll.name}")
    return Message(title=f"Asked: {poll.name}", text="\n".join(map(str, work.changes)), buttons=(UNDO,))


UNDO = Button(label="Undo", does="undo")


def meant(work: Work, form: Open) -> Asked:
    """What a date is looked for. Raises Refused where there is no such group or meeting, or one is looked for."""
    group = work.arrangements.groups_by_id.get(form.group)
    if group is None:
        raise Refused(Refusal("There is no such group.", "group", "See the groups with: meeting list"))
    row = None
    if not form.extra:
        row = (
            meetings.find(work.scope, group.id, form.place)
            if form.place
            else meetings.upcoming(work.scope, group.id, work.today)
        )
        if row is None:
            want = f"For one beside the others write: poll date {group.id} new"
            raise Refused(Refusal(f"The {group.name} has no such meeting ahead.", "place", want))
        if row.status not in ("planned", "confirmed"):
            raise Refused(Refusal(f"The {group.name} of {long_day(row.day)} is {row.status}.", "place"))
    place = row.place if row is not None else ""
    for poll in polls.every(work.scope, kind=polls.DATE, group=group.id):
        if poll.meeting == place:
            raise Refused(f"A date for it is looked for already. See: poll dates {group.id} {stands.number_of(poll)}")
    posts = tuple(stands.table(group, row, work))
    if not posts:
        raise Refused(f"Our arrangements name no seats of the {group.name}, so nobody can be asked.")
    return Asked(group, row, posts, form.closes or date_slots.closing_day(work))


def _stored(work: Work, asked: Asked, slots: list[Slot]) -> Poll:
    group, row = asked.group, asked.row
    number = polls.next_number(work.scope, polls.DATE, group.id)
    what = f" ({row.place})" if row is not None else ", an extra meeting"
    poll = Poll(
        partnership=work.scope.partnership,
        kind=polls.DATE,
        place=f"{group.id}.{number}",
        name=f"A date for the {group.name}{what}",
        group=group.id,
        meeting=row.place if row is not None else "",
        question=stands.as_question(slots),
        version=work.terms.version,
        opened_by=work.actor.id,
        opened_at=work.now,
        closes_at=max(asking.last_hour(work, asked.closes), work.now),
    )
    work.scope.session.add(poll)
    work.scope.session.flush()
    deciding = stands.deciding(group, row, work)
    for post in asked.posts:
        work.scope.session.add(
            Seat(
                partnership=poll.partnership,
                kind=poll.kind,
                place=poll.place,
                post=post,
                decides=post in deciding,
            )
        )
    work.scope.session.flush()
    return poll


def _say_what_is_asked(work: Work, asked: Asked, slots: list[Slot], told: list[str], nobody: list[str]) -> None:
    for slot in slots:
        work.changed(words.slot_words(work, slot), after="; ".join(slot.against))
    work.changed("Asked now", after=words.titles(work, told))
    if nobody:
        work.changed("Nobody is in these seats", after=words.titles(work, nobody))
    work.changed("Answers are asked for until", after=long_day(asked.closes))
    work.changed(words.NOT_SEEN)


# Answered


def _answer(work: Work, form: Answer) -> Message:
    poll = held(work, form)
    posts = _answered_for(work, poll, form)
    slots = _filled(poll, form)
    for post in posts:
        row = polls.seat_locked(work.scope, poll, post)
        assert row is not None, "its seats have just been looked at"
        polls.answer(
            work.scope,
            row,
            value="in",
            slots=slots,
            who=stands.reached(work, poll, [post]).get(post, ""),
            person=work.actor.id,
            now=work.now,
            came_by=_came_by(work, poll, post, form),
        )
    work.note(poll.record, posts=posts, answers=slots)
    status.changed(work, poll)
    asking.closing(work, poll)
    row = polls.seat_locked(work.scope, poll, posts[0])
    assert row is not None, "it has just been written"
    lines = words.answer_lines(work, poll, row)
    told = f"Recorded for the {words.titles(work, posts)}, as told." if row.came_by == "told" else ""
    for_them = f"For the {words.titles(work, posts)}." if row.came_by == "pa" else ""
    text = "\n".join([*filter(None, (told, for_them)), *lines, "", "You can change it until a date is taken."])
    about = stands.form_of(poll) | ({"post": form.post} if form.post else {})
    again = Button(label="Change it", does=ANSWER.name, form=about)
    return Message(title=f"Your answer: {poll.name}", text=text, buttons=(again,))


def held(work: Work, form: Which) -> Poll:
    """The open poll that is meant, held until the transaction ends: so each answer is seen by the next."""
    found = stands.find(work, form.group, form.number)
    if found is None:
        raise Refused(Refusal(NONE_OPEN, "number", "See them with: poll dates"))
    poll = polls.locked(work.scope, found.kind, found.place)
    assert poll is not None, "it has just been found"
    work.note(poll.record)
    if poll.state != "open":
        raise Refused(OVER)
    return poll


def _answered_for(work: Work, poll: Poll, form: Answer) -> list[str]:
    """The seats for which an answer is given. Raises Refused where there are none, or it is nobody of theirs."""
    seats = [seat.post for seat in polls.seats(work.scope, poll)]
    if form.post:
        if form.post not in seats:
            raise Refused(Refusal("That seat is not asked in this date poll.", "post"))
        return [form.post]
    person = work.actor.person or ""
    own = [post for post in seats if stands.reached(work, poll, [post]).get(post) == person]
    own = own or [post for post in seats if stands.may_answer(work, person, poll, post)]
    if not own:
        want = f"To record what somebody told you write: poll told {poll.group} POST"
        raise Refused(Refusal("You are in no seat that is asked here.", "post", want))
    return own


def _filled(poll: Poll, form: Answer) -> dict[str, str]:
    """Each slot's answer. Raises Refused with every slot that has none, or one that is no answer."""
    slots = stands.slots_of(poll)
    if form.every:
        return {slot.key: YES if form.every == YES else NO for slot in slots}
    raw = form.__pydantic_extra__
    found: dict[str, str] = {}
    problems = []
    for number, slot in enumerate(slots, 1):
        said = " ".join(str(raw.get(f"s{number}", "")).casefold().replace("-", " ").split())
        if said in words.LABELS:
            found[slot.key] = said
        else:
            problems.append(Refusal("Say yes, if need be, or no.", f"s{number}"))
    if unknown := raw.keys() - {f"s{number}" for number in range(1, len(slots) + 1)}:
        problems += [Refusal("This is not asked for here.", name) for name in sorted(unknown)]
    if problems:
        raise Refused(*problems)
    return found


def _came_by(work: Work, poll: Poll, post: str, form: Answer) -> str:
    """How an answer came in: from the seat by the way that the form names, from its PA, or as somebody was told."""
    person = work.actor.person
    if person is not None and stands.acts_in(work, person, poll, post):
        return form.came_by
    if person is not None and stands.may_answer(work, person, poll, post):
        return "pa"
    return "told"


# Closed without a date


def _close(work: Work, form: Close) -> Message:
    poll = held(work, form)
    if problems := list(check_text(form.because, "because")):
        raise Refused(*problems)
    found = stands.standing(work, poll)
    status.end(work, poll, "closed", form.because or "no date was taken")
    told = asking.tell_closed(work, found)
    status.changed(work, poll)
    row = stands.meeting_of(work, poll)
    stays = f" The meeting stays on {long_day(row.day)}." if row is not None else ""
    text = f"Nobody is asked any more. Told so: {words.people_words(told)}.{stays}"
    return Message(title=f"Closed without a date: {poll.name}", text=text)


OPEN = Action(words.OPEN, Open, _open, KEEPS, "ask a group's seats for a date", "group")
ANSWER = Action(
    words.ANSWER,
    Answer,
    _answer,
    CHAIRS,
    "say when one can, in a date poll, or record what was told",
    "group",
    own="asked",
    newest=True,
)
CLOSE = Action(words.CLOSE, Close, _close, KEEPS, "close a date poll without a date", "group")
ACTIONS = (OPEN, ANSWER, CLOSE)
