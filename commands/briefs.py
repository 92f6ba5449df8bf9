"""The chair's brief, the working day before a meeting: last time's promises, what is late, who sits there."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from textwrap import shorten

from storage.arrangements import reminders
from storage.arrangements.groups import Group
from storage.arrangements.phrases import counted, listed
from storage.records import meetings, people, registers, returns
from storage.records.duties import Duty
from storage.records.meetings import MeetingRow
from storage.records.message import Button, Moment
from storage.records.registers import Item

from . import owing, planning, standing
from .meeting_words import begins, describe, group_of, local_hour
from .return_words import names_of
from .saying import SAY
from .words import long_day, short_day
from .work import Work

MOST_PROMISES = 5
"""So many open actions are named, the overdue first; of the rest the number."""

MOST_RAISED, LONGEST_RAISED = 4, 200
MOST_LATE = 3
MOST_ASKED = 2
MOST_NAMES = 6
"""So many posts, agencies or items are named in one line; of the rest the number."""

LATE_SINCE = timedelta(days=400)
"""How far back earlier meetings are looked for."""


def chairs_brief(work: Work, duty: Duty) -> str:
    """The handler: one message for whoever chairs, unless the meeting has begun or does not take place."""
    _, group_id, place = duty.record.split(":", 2)
    work.note(duty.record, kind=duty.kind, generation=duty.generation)
    row = meetings.find(work.scope, group_id, place)
    if row is None or row.status == "cancelled":
        return "not sent: the meeting does not take place"
    if planning.settled(row, duty.kind) or _has_begun(work, row):
        return "not sent: the meeting has begun or has been"
    return work.say(
        "chairs-brief",
        post=duty.post,
        key=str(duty.key),
        record=duty.record,
        data=brief_data(work, row),
        why=duty.why,
        source=duty.source,
        buttons=_buttons(work, row),
        times=_times(work, row),
    )


def _has_begun(work: Work, row: MeetingRow) -> bool:
    return row.day < work.today or (row.starts_at is not None and row.starts_at <= work.now)


def brief_data(work: Work, row: MeetingRow) -> dict[str, object]:
    """What the words of a brief may use: plain lines, each list short enough to be read on the way to the meeting."""
    group = group_of(work, row)
    earlier = _earlier(work, row)
    actions = _promises(work, group, row)
    return describe(work, row) | {
        "papers": _papers(work, row, group),
        "minutes": _minutes(work, earlier[-1] if earlier else None),
        "promises": _capped([_promise(work, item) for item in actions], MOST_PROMISES),
        "late": _capped([*_late(work, row, earlier, actions)], MOST_LATE),
        "asked": _capped([*_reports(work, row, group), *_registers(work, group)], MOST_ASKED),
        "raised": _capped(
            [shorten(line, LONGEST_RAISED, placeholder=" …") for line in standing.standing(work, row)], MOST_RAISED
        ),
        "coming": [*_coming(work, row, group)],
        "quorum": _quorum(group, row),
        "items": _some([item.text for item in group.items_on(row.day, work.milestones_done)], "; "),
    }


def _earlier(work: Work, row: MeetingRow) -> list[MeetingRow]:
    """The group's meetings before this one that were not cancelled, by day."""
    rows = meetings.between(work.scope, row.day - LATE_SINCE, row.day - timedelta(days=1), row.group)
    return [each for each in rows if each.status != "cancelled"]


# Papers and minutes


def _papers(work: Work, row: MeetingRow, group: Group) -> str:
    outside = ", kept outside this bot" if group.content_outside else ""
    if row.papers_sent_on is not None:
        return f"out since {long_day(row.papers_sent_on)}{outside}"
    if row.papers_due is None:
        return f"not recorded as out; our arrangements do not say by when they go out{outside}"
    late = ", overdue" if row.papers_due < work.today else ""
    return f"not recorded as out; due {long_day(row.papers_due)}{late}{outside}"


def _minutes(work: Work, last: MeetingRow | None) -> str:
    if last is None:
        return "No earlier meeting is on record"
    of = f"Minutes of {long_day(last.day)}:"
    if last.minutes_sent_on is not None:
        return f"{of} out since {long_day(last.minutes_sent_on)}"
    if last.minutes_due is None:
        return f"{of} not recorded as out; our arrangements do not say by when they go out"
    late = ", overdue" if last.minutes_due < work.today else ""
    return f"{of} not recorded as out; due {long_day(last.minutes_due)}{late}"


# Actions, and what is late


def _promises(work: Work, group: Group, row: MeetingRow) -> list[Item]:
    """The open actions of a register that the group looks at, or of a post at its table; by the day they are due."""
    looked_at = {register.id for register in work.arrangements.registers if register.reviewed_at == group.id}
    posts = {seat.post for seat in reminders.at_the_table(group, row.day)}
    return [item for item in registers.items(work.scope) if item.book in looked_at or item.owner in posts]


def _promise(work: Work, item: Item) -> str:
    when = "no date" if item.due is None else f"due {short_day(item.due)}"
    late = ", overdue" if _is_late(work, item) else ""
    return f"{item.number}. {item.title} ({work.arrangements.title(item.owner)}, {when}{late})"


def _is_late(work: Work, item: Item) -> bool:
    return item.due is not None and item.due < work.today


def _late(work: Work, row: MeetingRow, earlier: Sequence[MeetingRow], actions: Sequence[Item]) -> Iterator[str]:
    if row.papers_due and row.papers_due < work.today and row.papers_sent_on is None:
        yield f"the papers of this meeting, due {short_day(row.papers_due)}"
    overdue = sum(_is_late(work, item) for item in actions)
    if overdue:
        yield counted(overdue, "action")
    for each in reversed(earlier):
        if each.minutes_due and each.minutes_due < work.today and each.minutes_sent_on is None:
            yield f"minutes of {short_day(each.day)}, due {short_day(each.minutes_due)}"


def _reports(work: Work, row: MeetingRow, group: Group) -> Iterator[str]:
    """What is owed for this meeting: how many are in and who is not; before it is asked for, from whom and by when."""
    rounds = [each for each in returns.for_meeting(work.scope, row.group, row.place) if each.state != "cancelled"]
    for round_ in rounds:
        out = [each for each in returns.all_owed(work.scope, round_) if not each.is_in]
        size = returns.size(work.scope, round_)
        missing = f"; not in: {names_of(out, MOST_NAMES)}" if out else ""
        name = next((each.name for each in work.arrangements.returns if each.id == round_.report), round_.name)
        yield f"{name}: {size - len(out)} of {size} in{missing}"
    opened = {each.report for each in rounds}
    for report in work.arrangements.returns:
        day = report.due_before(row.day, work.terms.open_days)
        if report.to_group != group.id or not report.before_meetings or day is None or report.id in opened:
            continue
        senders = [work.arrangements.groups_by_id[sender].name for sender in report.from_groups]
        yield f"{report.name} from {_some(senders)}, by {short_day(day)}"


def _registers(work: Work, group: Group) -> Iterator[str]:
    kept = [
        f"{register.name} ({work.arrangements.title(register.kept_by)})"
        for register in work.arrangements.registers
        if register.reviewed_at == group.id
    ]
    if kept:
        yield f"brought up to date: {_some(kept)}"


# Who sits there


def _coming(work: Work, row: MeetingRow, group: Group) -> Iterator[str]:
    """Who sits at the table that day, as far as posts tell."""
    title = work.arrangements.title
    posts = [seat.post for seat in reminders.at_the_table(group, row.day)]
    if not posts:
        yield "Our arrangements name nobody for this table."
        return
    filled = people.in_posts(work.scope, posts, row.day, group=row.group, at=begins(work, row))
    vacant = [post for post in posts if post not in filled]
    yield f"{len(posts) - len(vacant)} of {counted(len(posts), 'post')} at the table have somebody."
    instead = [f"{_name(work, who)} for the {title(post)}" for post, who in _standing_in(work, row, posts).items()]
    if instead:
        yield f"Standing in: {_some(instead)}."
    if vacant:
        yield f"Nobody is in: {_some([title(post) for post in vacant])}."
    agency = {post: work.arrangements.posts_by_id[post].agency for post in posts}
    there = {agency[post] for post in filled}
    names = {entry.id: entry.name for entry in work.arrangements.agencies}
    missing = dict.fromkeys(names[id_] for post in vacant if (id_ := agency[post]) in names and id_ not in there)
    if missing:
        yield f"Nobody at all from: {_some([*missing])}."


def _standing_in(work: Work, row: MeetingRow, posts: Sequence[str]) -> dict[str, str]:
    """Who covers a post on the day of the meeting, or stands in as deputy where nobody holds it."""
    held = people.holdings(work.scope, row.day, posts=posts)
    holders = {each.post for each in held if each.capacity == "holder"}
    found = {each.post: each.person for each in held if each.capacity == "deputy" and each.post not in holders}
    covers = people.covers_on(work.scope, row.day, group=row.group, at=begins(work, row))
    found |= {c.post: c.person for c in sorted(covers, key=lambda each: bool(each.group)) if c.post in posts}
    return {post: found[post] for post in posts if post in found}


def _name(work: Work, person: str) -> str:
    found = people.get(work.scope.session, person)
    return found.name if found else "somebody"


def _quorum(group: Group, row: MeetingRow) -> str:
    quorum = group.quorum
    if quorum is None:
        return "Quorum: our arrangements do not say."
    if quorum.kind == "discretion":
        return "Quorum: no rule; whoever chairs decides."
    base = len(reminders.deciding(group, row.day))
    needed = quorum.needed(base)
    if needed is None:
        return "Quorum: our arrangements declare no number."
    deputies = {
        "count": " Deputies count.",
        "do not count": " Deputies do not count.",
        "open": " Whether deputies count, our arrangements do not say.",
    }[quorum.deputies]
    of = f" of {base}" if quorum.kind != "number" else ""
    return f"Quorum: {needed}{of} representatives.{deputies}"


# What the message carries beside its words


def _buttons(work: Work, row: MeetingRow) -> tuple[Button, ...]:
    called = owing.called(row, group_of(work, row))
    form = {"group": row.group, "place": row.place}
    show = Button(label=f"Show: {called}", does=SAY, form={"line": f"meeting show {row.group} {row.place}"})
    if row.papers_due is None or row.papers_sent_on is not None:
        return (show,)
    return (show, Button(label=f"Papers are out: {called}", does="meeting.papers", form=form))


def _times(work: Work, row: MeetingRow) -> tuple[Moment, ...]:
    if row.starts_at is None:
        return ()
    return (Moment(words=f"{long_day(row.day)} at {local_hour(work, row.starts_at)}", at=row.starts_at),)


def _some(names: Sequence[str], between: str = ", ") -> str:
    more = len(names) - MOST_NAMES
    if more > 0:
        return f"{between.join(names[:MOST_NAMES])}{between}and {more} more"
    return between.join(names) if between != ", " else listed(names)


def _capped(lines: Sequence[str], most: int) -> list[str]:
    more = len(lines) - most
    return [*lines[:most], *([f"and {more} more"] if more > 0 else [])]
