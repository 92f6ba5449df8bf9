"""A decision by seats: what is proposed, who decides, and how each seat answers. Frozen once it is open.

Consensus comes first, and nobody is outvoted: see `storage/arrangements/decisions.py`. How it ends, what is named for
the case that there is no consensus, and how a meeting ratifies it, is in decisions_ending.py.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from pydantic import Field

from storage.arrangements import reminders
from storage.arrangements.decisions import WITH_A_REASON, Value
from storage.arrangements.groups import Group
from storage.arrangements.reminders import Ask
from storage.records import meetings, people, polls
from storage.records.duties import Duty
from storage.records.meetings import MeetingRow
from storage.records.message import Button, Message
from storage.records.polls import DECISION, Poll, Seat

from . import decisions_kept as kept
from . import decisions_status as status
from . import decisions_words as words
from . import standing
from .action import Action, Form
from .chasing_letters import goes_at
from .freetext import check_text, may_name
from .meetings import CHAIRS
from .refusals import Refusal, Refused
from .words import hour, long_day
from .work import Work

CLOSES, DUE = "decision-closes", "decision-due"
"""What a decision owes: its end, and before that a line to each seat that has not answered."""

LONGEST, LONGEST_REASON = 2000, 1000
"""Characters that a proposal and a reason may have."""

SHUTS = time(17)
"""A decision closes at this local hour of its last day; chosen."""

IS_A_PERSON = "Is one of these a child, or somebody in a family? If so, leave it out"

NOT_THERE = "There is no such decision, or it is not yours to see."
NOT_YOURS = "This can be done by whoever decides in that seat. A PA or staff officer does not answer for them."

Came = Literal["chat", "mail"]


class Open(Form):
    """A proposal to a group's seats that decide. `until`: the last day; `at`: taken at the group's meeting of today."""

    group: str
    proposal: str
    until: date | None = None
    at: Literal["", "meeting", "between"] = ""


class Which(Form):
    """A decision: its group, and its number there."""

    group: str
    number: int = Field(ge=1, le=999_999)


class Answer(Which):
    """How one seat answers; the reason is needed where it has a reservation or disagrees."""

    post: str
    value: Value
    because: str = ""
    came_by: Came = "chat"


# Asking


def _open(work: Work, form: Open) -> Message:
    group = work.arrangements.groups_by_id.get(form.group)
    if group is None:
        raise Refused(Refusal("There is no such group.", "group", "See the groups with: meeting list"))
    meeting = meeting_today(work, group) if form.at == "meeting" else None
    seats = reminders.deciding(group, work.today)
    if problems := [*_wrong(work, group, form, meeting, [seat.post for seat in seats])]:
        raise Refused(*problems)
    until = form.until or last_day(work, at=meeting is not None)
    poll = put_to(
        work,
        group,
        text=form.proposal,
        rule=rule_of(group, [seat.post for seat in seats], at=meeting is not None),
        posts=[seat.post for seat in seats],
        until=until,
        meeting=meeting.place if meeting is not None else "",
    )
    work.note(poll.record, asked=kept.digest(work, poll))
    say_what_is_asked(work, poll, form.proposal)
    back: dict[str, object] = {**words.about(poll), "because": "it was opened by mistake"}
    work.can_be_taken_back("decision.withdraw", back, f"opening {poll.name}")
    text = "\n".join(map(str, work.changes))
    return Message(title=f"Asked: {poll.name}", text=text, buttons=(Button(label="Undo", does="undo"),))


def _wrong(work: Work, group: Group, form: Open, meeting: MeetingRow | None, posts: list[str]) -> list[Refusal]:
    """Everything for which a proposal cannot be put to a group."""
    problems = [*check_text(form.proposal, "proposal")]
    if not form.proposal:
        problems.append(Refusal("This is needed.", "proposal", "Say what is to be decided, as one sentence or two."))
    if len(form.proposal) > LONGEST:
        problems.append(Refusal(f"This is longer than {LONGEST} characters.", "proposal", "Say it in fewer words."))
    if group.content_outside:
        problems.append(Refusal(f"The papers of the {group.name} stay outside, and so does what it decides.", "group"))
    if not posts:
        want = "Its seats are entered in our arrangements first."
        problems.append(Refusal(f"Our arrangements do not say who decides in the {group.name}.", "group", want))
    if form.at == "meeting" and meeting is None:
        problems.append(Refusal(f"The {group.name} has no meeting today.", "at", "Ask between its meetings."))
    if meeting is None and group.deciding is not None and group.deciding.between is False:
        problems.append(Refusal(f"By our arrangements the {group.name} does not decide between its meetings.", "group"))
    if form.until is not None and _end_of(work, form.until) <= goes_at(work):
        local = goes_at(work).astimezone(work.terms.zone)
        asked = f"{hour(local)} on {long_day(local.date())}"
        problems.append(Refusal("It would close before anybody is asked.", "until", f"They are asked at {asked}."))
    return problems


def last_day(work: Work, *, at: bool = False) -> date:
    """The last day of a decision for which none is given; of one that is taken `at` a meeting, its own day."""
    days = work.terms.open_days
    if at:
        return work.today if _end_of(work, work.today) > work.now else days.on_or_after(work.today + timedelta(days=1))
    return days.on_or_after(work.today + timedelta(days=work.arrangements.planning.decision_days))


def _end_of(work: Work, day: date) -> datetime:
    return datetime.combine(day, SHUTS, work.terms.zone).astimezone(UTC)


def meeting_today(work: Work, group: Group) -> MeetingRow | None:
    """The group's meeting of today, if it takes place."""
    rows = meetings.between(work.scope, work.today, work.today, group.id)
    return next((row for row in rows if row.status != "cancelled"), None)


def rule_of(group: Group, posts: list[str], *, at: bool) -> kept.Rule:
    """The rule by which a group decides, as our arrangements are now; what they leave open stays open."""
    declared = group.deciding
    by_post = {seat.post: seat for seat in group.seats}
    between: kept.Between = "not said"
    if at:
        between = "at a meeting"
    elif declared is not None and declared.between:
        between = "yes"
    return kept.Rule(
        by=declared.by if declared is not None else "not said",
        failing=declared.failing if declared is not None else (),
        recommends=declared is not None and declared.recommends,
        between=between,
        says_who=all(by_post[post].decides for post in posts),
        undecided=tuple(post for post in posts if by_post[post].deputy == "open"),
        note=declared.note if declared is not None else "",
        source=(declared.source if declared is not None else "") or "",
    )


def put_to(
    work: Work, group: Group, *, text: str, rule: kept.Rule, posts: list[str], until: date, meeting: str = ""
) -> Poll:
    """Puts a proposal to some seats, frozen: stores it, asks each seat, and owes its end."""
    number = polls.next_number(work.scope, DECISION, group.id)
    poll = Poll(
        partnership=work.scope.partnership,
        kind=DECISION,
        place=f"{group.id}.{number}",
        name=f"Decision {number}{', sent on by' if rule.sent_on_from else ' of'} the {group.name}",
        group=group.id,
        meeting=meeting,
        question={},
        version=work.terms.version,
        opened_by=work.actor.id,
        opened_at=work.now,
        closes_at=_end_of(work, until),
    )
    kept.freeze(work, poll, text, rule)
    for post in dict.fromkeys(posts):
        work.scope.session.add(Seat(partnership=work.scope.partnership, kind=DECISION, place=poll.place, post=post))
    work.scope.session.flush()
    _owe(work, poll)
    status.ask_all(work, poll)
    status.changed(work, poll)
    return poll


def _owe(work: Work, poll: Poll) -> None:
    """Owes the end, and a reminder to each seat on the last working day before it; nobody is reminded at once."""
    assert poll.closes_at is not None, "every decision has an end"
    setting, group = work.terms.setting, words.group_of(work, poll)
    source = group.deciding.source if group.deciding is not None else group.source
    owner = group.chair or setting.business_manager
    asks = [Ask(CLOSES, "once", poll.closes_at, owner, "the end that was given when it was asked", source)]
    last = poll.closes_at.astimezone(work.terms.zone).date()
    morning = setting.morning(work.terms.open_days.on_or_before(last - timedelta(days=1)))
    if morning > work.now:
        why = "chosen: the working day before it closes"
        asks += [Ask(DUE, f"seat:{each.post}", morning, each.post, why, source) for each in words.seats_of(work, poll)]
    work.owe(poll.record, poll.generation, asks)


def say_what_is_asked(work: Work, poll: Poll, text: str) -> None:
    """Says for the answer, and for what is shown first, who is asked, until when, and by which rule."""
    seats = [each.post for each in words.seats_of(work, poll)]
    gone = words.vacant(work, poll, words.seats_of(work, poll))
    work.changed(poll.name, after=text)
    work.changed("Who decides", after=words.posts(work, seats))
    if gone:
        work.changed("Nobody is in the post of", after=words.posts(work, sorted(gone)))
    work.changed("It closes at", after=words.closes(work, poll))
    for line in words.rule_lines(work, poll):
        work.changed(line)
    work.changed("Once it is asked it can be withdrawn, not changed")
    if names := may_name(text, work.arrangements):
        work.changed(IS_A_PERSON, after=", ".join(names))


# Answering


def decides(work: Work, person: str, poll: Poll, post: str) -> bool:
    """Whether somebody is in a seat that decides: its holder, whoever covers it, or who stands in; never its PA."""
    return post in people.may_act_for(work.scope, person, work.today, group=poll.group, at=work.hour)


def may_answer(work: Work, person: str, group: str, number: str, post: str) -> bool:
    """Whether somebody decides in the seat of a decision that is named so: what the press of an answer asks first."""
    poll = polls.find(work.scope, DECISION, f"{group}.{number}")
    if poll is None:
        return False
    asked = {each.post for each in polls.seats(work.scope, poll) if each.decides}
    return post in asked and decides(work, person, poll, post)


def may_see(work: Work, poll: Poll) -> bool:
    """Whether the actor may see a decision: whoever may see the group's agenda, and whoever is asked for it."""
    person = work.actor.person
    if person is None or standing.may_see(work, person, poll.group):
        return True
    return any(decides(work, person, poll, seat.post) for seat in polls.seats(work.scope, poll))


def find(work: Work, form: Which, *, lock: bool = False) -> Poll:
    """The decision that is named so. Raises Refused."""
    look = polls.locked if lock else polls.find
    poll = look(work.scope, DECISION, f"{form.group}.{form.number}")
    if poll is None:
        raise Refused(NOT_THERE)
    work.note(poll.record)
    return poll


def _answer(work: Work, form: Answer) -> Message:
    poll = find(work, form)
    seat = polls.seat_locked(work.scope, poll, form.post)
    if seat is None or work.actor.person is None:
        raise Refused(NOT_YOURS)
    if poll.state != "open" or (poll.closes_at is not None and poll.closes_at <= work.now):
        ended = "It was withdrawn" if poll.state == "cancelled" else "It is closed"
        raise Refused(f"{ended}, so nothing can be answered any more: {words.heading(poll)}.")
    if problems := [*_wrong_reason(form)]:
        raise Refused(*problems)
    _deputy_may(work, poll, seat, work.actor.person)
    because, sealed = kept.as_stored(work, form.because)
    polls.answer(
        work.scope,
        seat,
        value=form.value,
        person=work.actor.person,
        now=work.now,
        came_by=form.came_by,
        because=because,
        sealed=sealed,
    )
    work.note(poll.record, post=form.post, number=seat.answers)
    title = work.arrangements.title(form.post)
    work.changed(f"The answer of the {title}", after=words.LABELS[form.value])
    if names := may_name(form.because, work.arrangements):
        work.changed(IS_A_PERSON, after=", ".join(names))
    status.changed(work, poll)
    why = f", because: {form.because}" if form.because else ""
    text = (
        f"{words.the_capital(work, form.post)} {words.ANSWERS[form.value]}{why}\n"
        f"You can change it until {words.closes(work, poll)}; the newest answer counts, and what was said before stays "
        "in the record."
    )
    return Message(title=f"Your answer counts: {poll.name}", text=text)


def _wrong_reason(form: Answer) -> list[Refusal]:
    problems = [*check_text(form.because, "because")]
    if form.value in WITH_A_REASON and not form.because:
        want = "A reservation or a disagreement stands in the record with its reason."
        problems.append(Refusal("This is needed.", "because", want))
    if len(form.because) > LONGEST_REASON:
        sentence = f"This is longer than {LONGEST_REASON} characters."
        problems.append(Refusal(sentence, "because", "Say it in fewer words."))
    return problems


def _deputy_may(work: Work, poll: Poll, seat: Seat, person: str) -> None:
    """Raises Refused where a deputy would decide though the seat has none, or its holder has answered already."""
    held = people.holdings(work.scope, work.today, posts=[seat.post])
    covers = people.covers_on(work.scope, work.today, group=poll.group, at=work.hour)
    covering = any(cover.post == seat.post and cover.person == person for cover in covers)
    mine = {each.capacity for each in held if each.person == person}
    if covering or "holder" in mine or "deputy" not in mine:
        return
    title = work.arrangements.title(seat.post)
    agreed = {each.post: each for each in words.group_of(work, poll).seats}.get(seat.post)
    if agreed is not None and agreed.deputy == "none":
        raise Refused(f"By our arrangements nobody stands in for the {title} here.")
    if words.capacity_of(work, poll, seat) in ("holder", "cover"):
        raise Refused(f"The {title} has answered; only they can change it.")


# What is due


def due(work: Work, duty: Duty) -> str:
    """The handler: a line to whoever is in a seat that has not answered, on the last working day."""
    work.note(duty.record, part=duty.part)
    poll = polls.of_record(work.scope, duty.record)
    if poll is None or not unanswered(work, poll, duty.post):
        return "not asked: it is answered, or not open any more"
    return work.line(duty, {"name": poll.name, "until": words.closes(work, poll), "which": words.which(poll)})


def unanswered(work: Work, poll: Poll, post: str) -> bool:
    """Whether an open decision waits for a seat."""
    return poll.state == "open" and any(
        each.post == post and each.decides and not each.value for each in polls.seats(work.scope, poll)
    )


def still_asked(work: Work, record: str, person: str) -> bool:
    """Whether a line of a note about a decision still holds: a seat that its reader decides in has not answered."""
    poll = polls.of_record(work.scope, record)
    if poll is None or poll.state != "open":
        return False
    manager = work.reach(work.arrangements.secretariat.business_manager)[0]
    waiting = [each.post for each in polls.seats(work.scope, poll) if each.decides and not each.value]
    if person == manager and any(work.reach(post, poll.group)[1] for post in waiting):
        return True
    return any(decides(work, person, poll, post) for post in waiting)


def today_words(work: Work, row: MeetingRow) -> str:
    """The meeting at which a decision can be taken, in words."""
    return f"At the meeting of {long_day(row.day)}"


OPEN = Action("decision.open", Open, _open, CHAIRS, "ask the seats of a group for a decision", "group")
ANSWER = Action(
    "decision.answer", Answer, _answer, {}, "say how one's seat decides, with reasons", own="decides", newest=True
)

ACTIONS = (OPEN, ANSWER)
