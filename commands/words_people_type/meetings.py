"""`meeting …`: the agreed year, one group at a time."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, timedelta

from dateutil.relativedelta import relativedelta

from commands import meetings as doing
from commands import naming, planning, standing
from commands.action import Action
from commands.dates import day_and_hour, is_year, parse_year
from commands.meeting_words import group_of
from commands.reading import may
from commands.refusals import Refused
from commands.saying import SAY, Do, Meaning, Typed, Word
from commands.words import hour, long_day, short_day
from commands.work import Work
from storage.arrangements.groups import Group
from storage.arrangements.meetings import MOVED_ON_ITS_OWN
from storage.records import meetings, people
from storage.records.meetings import MeetingRow
from storage.records.message import Button, Message, MessageField, Moment

AHEAD = timedelta(days=365)
"""How far `meeting list` looks."""


# Looking


def _next(work: Work, typed: Typed) -> Meaning:
    if typed.words:
        entry = naming.group(work.arrangements, typed.rest)
        return shown(work, naming.meeting(work, entry, ""))
    rows = [row for entry in _own_groups(work) if (row := meetings.upcoming(work.scope, entry.id, work.today))]
    rows.sort(key=lambda row: (row.day, row.group))
    lines = [_line(work, row) for row in rows]
    return Message(
        title="The next meetings", text="\n".join(lines) or "No meeting lies ahead.", times=_times(work, rows)
    )


def _own_groups(work: Work) -> list[Group]:
    """The groups in which the actor has a part; all of them where there is none, as for the business manager."""
    own = [g for g in work.arrangements.groups if _has_part(work, g)]
    return own or [g for g in work.arrangements.groups if g.status == "running"]


def _has_part(work: Work, entry: Group) -> bool:
    parts = {entry.chair, entry.vice_chair, entry.papers_by, entry.minutes_by, *(seat.post for seat in entry.seats)}
    return not posts_of(work).isdisjoint(parts)


def posts_of(work: Work) -> set[str]:
    """The posts that the actor holds, stands in for, answers for or covers today; not the business manager's own."""
    if work.actor.person is None:
        return set()
    held = {h.post for h in people.holdings_of(work.scope, work.actor.person, work.today)}
    held |= {c.post for c in people.covering_on(work.scope, work.today) if c.person == work.actor.person}
    return set() if work.arrangements.secretariat.business_manager in held else held


def _list(work: Work, typed: Typed) -> Meaning:
    words, year = list(typed.words), ""
    if words and is_year(words[-1]):
        year = words.pop()
    entry = naming.group(work.arrangements, " ".join(words)) if words else None
    if year:
        return _of_year(work, entry, parse_year(year, work.today, work.arrangements.planning.year_starts))
    last = work.today + AHEAD
    rows = _between(work, work.today, last, entry)
    lines = [_line(work, row) for row in rows]
    undated = planning.year(work, work.today, last).undated
    groups = work.arrangements.groups_by_id
    without = [f"{groups[u.group].name}: {u.sentence}" for u in undated if entry is None or u.group == entry.id]
    if without:
        lines += ["", "Our arrangements do not say:", *without]
    name = entry.name if entry else "All groups"
    text = "\n".join(lines) or "No meeting lies ahead."
    return Message(title=f"{name}, to {long_day(last)}", text=text, times=_times(work, rows))


def _between(work: Work, first: date, last: date, entry: Group | None) -> list[MeetingRow]:
    rows = meetings.between(work.scope, first, last, entry.id if entry else None)
    return [row for row in rows if row.group in work.arrangements.groups_by_id]


def _of_year(work: Work, entry: Group | None, year: int) -> Message:
    """The meetings on record of the year that begins in that calendar year."""
    first = date(year, work.arrangements.planning.year_starts, 1)
    last = first + relativedelta(years=1, days=-1)
    rows = _between(work, first, last, entry)
    none = "No meeting is on record for that year."
    if last > work.today and may(work, planning.PLAN_YEAR, None):
        none += f" Plan it with: meeting plan {year}"
    return Message(
        title=f"{entry.name if entry else 'All groups'}, from {long_day(first)} to {long_day(last)}",
        text="\n".join(_line(work, row) for row in rows) or none,
        times=_times(work, rows),
    )


def _line(work: Work, row: MeetingRow) -> str:
    name = work.arrangements.groups_by_id[row.group].name
    return f"{_when(work, row)}: {name} ({row.group} {row.place}), {row.status}"


def _when(work: Work, row: MeetingRow) -> str:
    starts = hour(row.starts_at, work.terms.zone)
    return f"{short_day(row.day)}{', ' + starts if starts else ''}"


def _times(work: Work, rows: Iterable[MeetingRow]) -> tuple[Moment, ...]:
    """The hours that the lines of those meetings tell, each once."""
    found = {_when(work, row): row.starts_at.astimezone(UTC) for row in rows if row.starts_at}
    return tuple(Moment(words=words, at=at) for words, at in found.items())


def _show(work: Work, typed: Typed) -> Meaning:
    if not typed.words:
        raise Refused("Say which: meeting show GROUP, such as: meeting show executive")
    entry, rest = _leading(work, list(typed.words))
    return shown(work, naming.meeting(work, entry, " ".join(rest)))


def shown(work: Work, row: MeetingRow) -> Message:
    """One meeting: when, how it came about, papers and minutes, and buttons for what the actor may do with it."""
    entry = group_of(work, row)
    zone = work.terms.zone
    starts, ends = hour(row.starts_at, zone), hour(row.ends_at, zone)
    hours = f"{starts}{' to ' + ends if ends else ''}"
    working = _working(work, row)
    fields = [
        MessageField(label="Status", value=_status(row, working)),
        MessageField(label="Its place", value=row.place),
    ]
    if row.papers_due:
        sent = (
            f"went out on {long_day(row.papers_sent_on)}" if row.papers_sent_on else f"due {long_day(row.papers_due)}"
        )
        fields.append(MessageField(label="Papers", value=sent))
    if row.minutes_due:
        out = row.minutes_sent_on
        fields.append(
            MessageField(
                label="Minutes", value=f"went out on {long_day(out)}" if out else f"due {long_day(row.minutes_due)}"
            )
        )
    if entry.content_outside:
        fields.append(MessageField(label="Content", value="stays outside: only dates and receipts are kept here"))
    return Message(
        title=entry.name,
        text="\n".join([f"{long_day(row.day)}, {hours or 'no hour is set'}.", *working, *_raised(work, row)]),
        fields=tuple(fields),
        buttons=_buttons(work, row),
        times=(Moment(words=hours, at=row.starts_at.astimezone(UTC)),) if row.starts_at else (),
    )


def _raised(work: Work, row: MeetingRow) -> list[str]:
    """What was raised and stands on its agenda, for those at the table and the secretariat; nothing for all others."""
    lines = standing.standing(work, row) if standing.actor_may_see(work, row.group) else []
    return ["", "On its agenda:", *(f"- {line}" for line in lines)] if lines else []


def _status(row: MeetingRow, working: Sequence[str]) -> str:
    """The status with its reason, unless the working says that already."""
    said = not row.reason or any(row.reason in line for line in working)
    return row.status if said else f"{row.status}: {row.reason}"


def _working(work: Work, row: MeetingRow) -> list[str]:
    """How the date came about and what of it was chosen; nothing where the rule no longer holds the meeting.

    The planner's own word for a meeting that was moved by hand gives way to the reason on record.
    """
    try:
        found = planning.as_planned(work, row)
    except Refused:
        return []
    source = [f"Source: {found.source}"] if found.source else []
    lines = [line.replace(MOVED_ON_ITS_OWN, row.reason or MOVED_ON_ITS_OWN) for line in found.working]
    return list(dict.fromkeys([*lines, *(f"Chosen: {words}" for words in found.chosen), *source]))


def _buttons(work: Work, row: MeetingRow) -> tuple[Button, ...]:
    form = {"group": row.group, "place": row.place}
    been, on = row.day <= work.today, row.status in ("planned", "confirmed")
    papers = row.papers_due is not None and row.papers_sent_on is None
    offered: list[tuple[bool, str, Action]] = [
        (row.status == "planned" and not been, "Confirm", doing.CONFIRM),
        (on, "Move", doing.MOVE),
        (on, "Cancel", doing.CANCEL),
        (papers and row.status != "cancelled", "Papers are out", doing.PAPERS),
        (been and on, "It was held", doing.HELD),
        (been and row.minutes_sent_on is None and row.status != "cancelled", "Minutes are out", doing.MINUTES),
    ]
    buttons = [
        Button(label=label, does=action.name, form=form)
        for fits, label, action in offered
        if fits and may(work, action, row.group)
    ]
    if been and row.status != "cancelled" and standing.actor_may_see(work, row.group):
        buttons.append(Button(label="Who is here", does=SAY, form={"line": f"meeting here {row.group} {row.place}"}))
    return tuple(buttons)


# Doing


def _leading(work: Work, words: list[str]) -> tuple[Group, list[str]]:
    """The group that the words begin with, and what follows. Raises Refused."""
    entry, rest = naming.leading_group(work.arrangements, words)
    return (entry, rest) if entry is not None else (naming.group(work.arrangements, words[0]), words[1:])


def _group_and_rest(work: Work, words: tuple[str, ...]) -> tuple[Group | None, dict[str, str], list[str]]:
    """The group as a field, known or as it was typed, and the words after it."""
    if not words:
        return None, {}, []
    entry, rest = naming.leading_group(work.arrangements, list(words))
    if entry is not None:
        return entry, {"group": entry.id}, rest
    return None, {"group": words[0]}, list(words[1:])


def _about_one(work: Work, typed: Typed) -> Meaning:
    """GROUP [WHICH]"""
    _, raw, rest = _group_and_rest(work, typed.words)
    return Do(typed.word.action, raw | _some("place", rest))


def _done_on(work: Work, typed: Typed) -> Meaning:
    """GROUP [WHICH] [on DAY]: a day alone names the meeting where there is one on it, else when it was done."""
    entry, raw, rest = _group_and_rest(work, typed.words)
    if "on" in (lower := [word.casefold() for word in rest]):
        at = lower.index("on")
        return Do(typed.word.action, raw | _some("place", rest[:at]) | _some("on", rest[at + 1 :]))
    if entry is not None and rest:
        if naming.is_meeting(work, entry, " ".join(rest)):
            return Do(typed.word.action, raw | _some("place", rest))
        if naming.is_meeting(work, entry, rest[0]):
            return Do(typed.word.action, raw | _some("place", rest[:1]) | _some("on", rest[1:]))
    return Do(typed.word.action, raw | _some("on", rest))


def _move(work: Work, typed: Typed) -> Meaning:
    """GROUP [WHICH] [to] DAY [HOUR]"""
    entry, raw, rest = _group_and_rest(work, typed.words)
    lower = [word.casefold() for word in rest]
    if "to" in lower:
        at = lower.index("to")
        raw, rest = raw | _some("place", rest[:at]), rest[at + 1 :]
    elif entry is not None and len(rest) > 1 and _is_place(work, entry, rest[0]):
        raw, rest = raw | {"place": rest[0]}, rest[1:]
    day, starts = day_and_hour(rest)
    if starts and not day and entry is not None:  # only the hour changes
        day = naming.meeting(work, entry, raw.get("place", "")).day.isoformat()
    return Do(typed.word.action, raw | _filled("day", day) | _filled("starts", starts))


def _is_place(work: Work, entry: Group, word: str) -> bool:
    return any(row.place.casefold() == word.casefold() for row in meetings.every(work.scope) if row.group == entry.id)


def _cancel(work: Work, typed: Typed) -> Meaning:
    """GROUP [WHICH] [because REASON]"""
    _, raw, rest = _group_and_rest(work, typed.words)
    lower = [word.casefold() for word in rest]
    at = lower.index("because") if "because" in lower else len(rest)
    because = typed.options.get("because") or " ".join(rest[at + 1 :])
    return Do(typed.word.action, raw | _some("place", rest[:at]) | _filled("because", because))


def _extra(work: Work, typed: Typed) -> Meaning:
    """GROUP DAY [HOUR]"""
    _, raw, rest = _group_and_rest(work, typed.words)
    day, starts = day_and_hour(rest)
    return Do(typed.word.action, raw | _filled("day", day) | _filled("starts", starts))


def _plan(_work: Work, typed: Typed) -> Meaning:
    """YEAR"""
    return Do(typed.word.action, _some("year", list(typed.words)))


def _some(name: str, words: list[str]) -> dict[str, str]:
    return _filled(name, " ".join(words))


def _filled(name: str, text: str) -> dict[str, str]:
    return {name: text} if text else {}


WORDS = (
    Word(("meeting", "next"), "the next meeting of a group, or of each of your groups", _next, "[GROUP]"),
    Word(("meeting", "list"), "the meetings of the coming year, and the groups without dates", _list, "[GROUP] [YEAR]"),
    Word(("meeting", "show"), "one meeting: how its date came about, papers, minutes, buttons", _show, "GROUP [WHICH]"),
    Word(("meeting", "plan"), "plans a year's meetings", _plan, "YEAR", planning.PLAN_YEAR.name),
    Word(
        ("meeting", "confirm"), "confirms a meeting; members are told", _about_one, "GROUP [WHICH]", doing.CONFIRM.name
    ),
    Word(
        ("meeting", "move"),
        "moves a meeting; first shows what else moves",
        _move,
        "GROUP [WHICH] [to] DAY [HOUR]",
        doing.MOVE.name,
    ),
    Word(
        ("meeting", "cancel"),
        "cancels a meeting; first shows what follows",
        _cancel,
        "GROUP [WHICH] [because REASON]",
        doing.CANCEL.name,
        options=("because",),
    ),
    Word(("meeting", "extra"), "adds a meeting; the series stays", _extra, "GROUP DAY [HOUR]", doing.EXTRA.name),
    Word(
        ("meeting", "papers"),
        "records that the papers are out; nobody is asked for them any more",
        _done_on,
        "GROUP [WHICH] [on DAY]",
        doing.PAPERS.name,
    ),
    Word(
        ("meeting", "minutes"),
        "records that the minutes of the last meeting are out",
        _done_on,
        "GROUP [WHICH] [on DAY]",
        doing.MINUTES.name,
    ),
    Word(("meeting", "held"), "records that the last meeting was held", _about_one, "GROUP [WHICH]", doing.HELD.name),
)
