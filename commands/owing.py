"""What somebody owes now: by the posts that reach them, each thing once, with the press that does it where they may."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from storage.arrangements.groups import Group
from storage.records import concerning, duties, incidents, meetings, people, polls, registers, returns
from storage.records.duties import Duty
from storage.records.meetings import MeetingRow
from storage.records.message import Button

from . import cover_words, date_polls_standing, decisions, decisions_words, planning, poll_links, respondents
from . import meetings as meeting_actions
from . import registers as register_actions
from .action import Action
from .cases import deadlines_of, is_past
from .chasing_letters import fill_in
from .date_polls_words import ANSWER as DATE_ANSWER
from .permissions import Actor
from .reading import may
from .saying import SAY
from .stage_rules import is_overdue
from .words import short_day
from .work import Work

SOON = timedelta(days=14)
"""How far ahead something counts as owed now."""

BACK = timedelta(days=400)
"""How far back papers, minutes and stages that are overdue are looked for."""

CAPACITY = {"holder": "", "deputy": ", as deputy", "pa": ", as PA or staff officer"}
"""What is said behind a name or a post of in which capacity somebody is in it."""

ASKED = {
    "papers-call": "call for papers of the {name}",
    "quorum-needed": "look whether the {name} will have its quorum",
    "register-review": "a register goes to the {name}",
    "meeting-tomorrow": "the {name}",
}
"""What reminders ask that no record of ours says is done, by kind."""


@dataclass(frozen=True)
class Owed:
    """Something owed: its day (None: no date is known), in a few words, whether it is late, and what does it.

    `attends`: nothing is to be done but to be at a meeting.
    """

    day: date | None
    words: str
    late: bool = False
    button: Button | None = None
    attends: bool = False

    @property
    def line(self) -> str:
        """The whole, as a line of a list."""
        if self.day is None:
            return self.words
        return f"{short_day(self.day)}: {self.words}{', overdue' if self.late else ''}"


def acting_as(work: Work, person: str, *, confirmed: bool) -> Work:
    """The same transaction as that person sees it: for asking what they may do."""
    actor = Actor(work.scope.partnership, person, confirmed=confirmed)
    return Work(work.scope, actor, work.now, work.new_reference, seal=work.seal, ways=work.ways)


def posts_of(work: Work, person: str, day: date) -> list[str]:
    """The posts that somebody holds, stands in for, answers for or covers on a day, in words; who covers theirs."""
    held = people.holdings_of(work.scope, person, day)
    lines = []

    def title(post: str) -> str:
        return respondents.title_of(work, post)

    for each in held:
        until = f", until {short_day(each.until)}" if each.until else ""
        lines.append(f"{title(each.post)}{CAPACITY[each.capacity]}{until}")
    for cover in people.covering_on(work.scope, day):
        until = f"{short_day(cover.until)}{cover_words.more(work, cover_words.of(cover))}"
        if cover.person == person:
            lines.append(f"{title(cover.post)}, covering until {until}")
        elif any(each.post == cover.post for each in held):
            other = people.get(work.scope.session, cover.person)
            name = other.name if other else "somebody else"
            lines.append(f"{title(cover.post)} is covered by {name} until {until}: what it owes goes there")
    return lines


@dataclass(frozen=True)
class Whose:
    """The posts whose tasks are looked for; and those for what concerns a group whose cover is somebody else's."""

    posts: set[str]
    apart: Mapping[str, set[str]] = field(default_factory=dict)

    def about(self, group: str) -> set[str]:
        """The posts for what concerns a group."""
        return self.apart.get(group, self.posts)


def tasks_of(work: Work, person: str) -> Whose:
    """The posts whose tasks are somebody's today, by group where a post is covered for one group alone."""
    apart = {cover.group for cover in people.covering_on(work.scope, work.today) if cover.group}
    return Whose(answers_for(work, person), {group: answers_for(work, person, group) for group in apart})


def answers_for(work: Work, person: str, group: str = "") -> set[str]:
    """The posts whose tasks are somebody's today: those that reach them, those of their officer, and for the business
    manager those with nobody in them. `group`: for what concerns that group."""
    reached = people.in_posts(work.scope, work.arrangements.posts_by_id, work.today, group=group)
    found = {post for post, who in reached.items() if who == person}
    held = people.holdings_of(work.scope, person, work.today)
    found |= {h.post for h in held if h.capacity == "pa"}
    beside = {post for post in people.may_act_for(work.scope, person, work.today) if post.startswith(respondents.LEAD)}
    found |= respondents.posts_reaching(work, person, beside)
    if reached.get(work.arrangements.secretariat.business_manager) == person:
        found |= work.arrangements.posts_by_id.keys() - reached.keys()
    return found


def owed(work: Work, person: str) -> list[Owed]:
    """What somebody owes until SOON, as the actor of `work` may see and do it, by day.

    Of cases only how many stages wait, and only where the actor is confirmed.
    """
    whose = tasks_of(work, person)
    found = [*owed_by(work, whose), *_decisions(work, person), *_dates(work, person)]
    if work.arrangements.secretariat.business_manager in whose.posts:
        found += to_confirm(work)
    return [*sorted(found, key=_order), *stages_of(work, whose.posts)]


def owed_by(work: Work, whose: Whose, *, actions: bool = True) -> list[Owed]:
    """What some posts owe until SOON, but for stages of incidents and meetings to confirm, or for `actions`."""
    found = [*_of_meetings(work, whose), *(_actions(work, whose.posts) if actions else ())]
    return [*found, *_milestones(work, whose.posts), *_asked(work, whose), *_reports(work, whose)]


def to_confirm(work: Work) -> Iterator[Owed]:
    """The meetings that nobody has confirmed and that should be by now, as our arrangements count."""
    planning_days = timedelta(days=work.arrangements.planning.not_planned_days)
    for row in meetings.between(work.scope, work.today, work.today + BACK):
        group = work.arrangements.groups_by_id.get(row.group)
        if group is None or row.status != "planned" or (row.latest or row.day) - planning_days > work.today:
            continue
        button = _press(work, f"Confirm: {called(row, group)}", meeting_actions.CONFIRM, _form(row), row.group)
        yield Owed(row.day, f"the {group.name} waits to be confirmed", False, button)


def _order(each: Owed) -> tuple[date, str]:
    return each.day or date.max, each.words


def _press(work: Work, label: str, action: Action, form: dict[str, str], group: str | None = None) -> Button | None:
    return Button(label=label, does=action.name, form=form) if may(work, action, group) else None


# Papers and minutes


def _of_meetings(work: Work, whose: Whose) -> Iterator[Owed]:
    for row in meetings.between(work.scope, work.today - BACK, work.today + BACK):
        group = work.arrangements.groups_by_id.get(row.group)
        if group is not None and row.status != "cancelled":
            yield from _papers(work, row, group, whose.about(group.id))
            yield from _minutes(work, row, group, whose.about(group.id))


def _papers(work: Work, row: MeetingRow, group: Group, posts: set[str]) -> Iterator[Owed]:
    due = row.papers_due
    if group.papers is None or due is None or due > work.today + SOON or planning.settled(row, "papers-due"):
        return
    owner = group.papers.owner or group.papers_by or work.arrangements.secretariat.business_manager
    if owner in posts and row.day >= work.today and row.status != "held":
        button = _press(work, f"Papers are out: {called(row, group)}", meeting_actions.PAPERS, _form(row), row.group)
        yield Owed(due, f"papers of the {_name(row, group)}", due < work.today, button)


def _minutes(work: Work, row: MeetingRow, group: Group, posts: set[str]) -> Iterator[Owed]:
    due = row.minutes_due
    if group.minutes is None or due is None or due > work.today + SOON or planning.settled(row, "minutes-due"):
        return
    owner = group.minutes.owner or group.minutes_by or work.arrangements.secretariat.business_manager
    if owner in posts:
        been = row.day <= work.today
        label = f"Minutes are out: {called(row, group)}"
        button = _press(work, label, meeting_actions.MINUTES, _form(row), row.group) if been else None
        yield Owed(due, f"minutes of the {_name(row, group)}", due < work.today, button)


def _form(row: MeetingRow) -> dict[str, str]:
    return {"group": row.group, "place": row.place}


def _name(row: MeetingRow, group: Group) -> str:
    return f"{group.name} of {short_day(row.day)}"


LABEL = 40
"""A group's name on a button is no longer than this; a longer one gives way to its shortest name."""


def called(row: MeetingRow, group: Group) -> str:
    """What a button calls a meeting: short enough for every door."""
    name = group.name if len(group.name) <= LABEL else min(group.names(), key=len)
    return f"{name[:LABEL]}, {row.day:%a} {row.day.day} {row.day:%b}"


# Actions and milestones


def _actions(work: Work, posts: set[str]) -> Iterator[Owed]:
    kept = register_actions.books(work)
    for item in registers.items(work.scope):
        if item.owner not in posts or (item.due is not None and item.due > work.today + SOON):
            continue
        label, form = f"Done: action {item.number}", {"number": str(item.number)}
        # Whoever owns it may close it, whatever their roles.
        button = Button(label=label, does=register_actions.DONE.name, form=form) if item.book in kept else None
        late = item.due is not None and item.due < work.today
        yield Owed(item.due, f"action {item.number}, {item.title}", late, button)


def _milestones(work: Work, posts: set[str]) -> Iterator[Owed]:
    for milestone in work.arrangements.milestones:
        owner = milestone.owner or work.arrangements.secretariat.business_manager
        if milestone.id in work.milestones_done or owner not in posts or milestone.date > work.today + SOON:
            continue
        if milestone.date < work.today - BACK:
            continue  # of a time before this bot, as a rule: the list of milestones still has it
        label = f"Done: {milestone.title}"[: LABEL + 20]
        button = _press(work, label, register_actions.MILESTONE_DONE, {"milestone": milestone.id})
        yield Owed(milestone.date, milestone.title, milestone.date < work.today, button)


# Reports, audits and forms


def _reports(work: Work, whose: Whose) -> Iterator[Owed]:
    """What is asked of those posts in open rounds and is not in, however far ahead: it can be begun."""
    for round_, row in respondents.outstanding_of(work, whose.posts.union(*whose.apart.values())):
        if row.post not in whose.about(concerning.group_of(row.record)):
            continue
        due = returns.due_day(round_, row)
        label = f"Fill in: {row.name[:LABEL]}, {due.day} {due:%b}"
        words = f"{round_.name} ({row.name})"
        if row.not_us == "asked":
            words += ", of which you have said that it is not for you"
        yield Owed(due, words, due < work.today, fill_in(row, label))


# Decisions


def _decisions(work: Work, person: str) -> Iterator[Owed]:
    """The decisions that wait for a seat in which somebody decides; not those of an officer whose PA they are."""
    posts = people.may_act_for(work.scope, person, work.today, group=people.ANY_GROUP, at=work.hour)
    for poll, seat in polls.open_of_posts(work.scope, posts):
        if poll.kind == polls.DECISION and not seat.value and decisions.decides(work, person, poll, seat.post):
            day = poll.closes_at.astimezone(work.terms.zone).date() if poll.closes_at is not None else None
            line = f"decision show {decisions_words.which(poll)}"
            button = Button(label=f"Answer: {decisions_words.which(poll)}", does=SAY, form={"line": line})
            yield Owed(day, f"your answer to: {poll.name}", False, button)


def _dates(work: Work, person: str) -> Iterator[Owed]:
    """The open date polls in which a seat that somebody answers for has not said when it can."""
    for poll in polls.every(work.scope, kind=polls.DATE):
        own = poll_links.posts_of(work, poll, person)
        if own and any(seat.post in own for seat in date_polls_standing.standing(work, poll).silent):
            day = poll.closes_at.astimezone(work.terms.zone).date() if poll.closes_at is not None else None
            button = Button(label="Say when I can", does=DATE_ANSWER, form=date_polls_standing.form_of(poll))
            yield Owed(day, f"when you can: {poll.name}", False, button)


# What else reminders ask


def _asked(work: Work, whose: Whose) -> Iterator[Owed]:
    """What is asked soon, or was asked today, and is no record of ours."""
    first = datetime.combine(work.today, time(), work.terms.zone).astimezone(UTC)
    last = datetime.combine(work.today + SOON, time.max, work.terms.zone).astimezone(UTC)
    seen = set()
    for duty in duties.open_between(work.scope, first, last):
        posts = whose.about(concerning.group_of(duty.record))
        if duty.post in posts and duty.kind in ASKED and (duty.record, duty.kind) not in seen:
            seen.add((duty.record, duty.kind))
            yield from _of_duty(work, duty)


def _of_duty(work: Work, duty: Duty) -> Iterator[Owed]:
    kind, _, rest = duty.record.partition(":")
    group, _, place = rest.partition(":")
    row = meetings.find(work.scope, group, place) if kind == "meeting" else None
    if row is not None and row.group in work.arrangements.groups_by_id:
        name = _name(row, work.arrangements.groups_by_id[row.group])
        attends = duty.kind == "meeting-tomorrow"
        on = row.day if attends else duty.due_at.astimezone(work.terms.zone).date()
        yield Owed(on, ASKED[duty.kind].format(name=name), attends=attends)


def stages_of(work: Work, posts: set[str]) -> Iterator[Owed]:
    """How many stages of incidents wait for those posts, by no reference."""
    if not work.actor.confirmed:
        return
    due = late = 0
    owners = _owners_of_stages(work)
    for case in incidents.open_cases(work.scope):
        for row, deadline in deadlines_of(work, case):
            if row.state != "open" or owners.get((case.record, row.stage)) not in posts or deadline.due is None:
                continue
            day = deadline.due
            if isinstance(day, datetime):
                day = day.astimezone(work.terms.zone).date()
            late += is_overdue(work, case, row, deadline)
            due += not is_past(work, deadline) and day <= work.today + SOON
    for number, what in ((late, "overdue"), (due, "due")):
        if number:
            yield Owed(None, f"{number} {'stage' if number == 1 else 'stages'} of an incident: {what}")


def _owners_of_stages(work: Work) -> dict[tuple[str, str], str]:
    """Whose each open stage is, by case and stage: as its open reminders say."""
    end = work.now + timedelta(days=1000)
    found = duties.open_between(work.scope, work.now - BACK, end)
    return {(d.record, d.part.partition(":")[0]): d.post for d in found if d.kind in ("stage-due", "stage-overdue")}
