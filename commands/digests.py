"""The daily note by person and the weekly digest for the business manager."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta

from storage.arrangements.phrases import counted
from storage.records import duties, incidents, meetings, notes, outbox, people, polls, registers, returns
from storage.records.duties import Duty
from storage.records.incidents import Case
from storage.records.meetings import MeetingRow
from storage.records.message import Button, Message
from storage.records.notes import NoteLine
from storage.records.returns import Round

from . import (
    after_meetings,
    case_lists,
    chasing,
    date_polls_asking,
    decisions,
    drills,
    forecasts,
    paper_twins,
    planning,
    respondents,
    returning_signing,
    stating,
)
from .cases import deadlines_of, due_words
from .chasing_letters import MOST_BUTTONS, fill_in
from .return_words import names_of
from .saying import SAY
from .stage_rules import is_overdue
from .watching import pathways_on, quarter_of
from .words import long_day, short_day
from .work import Work, note_key

LATE_SINCE = timedelta(days=400)
"""How far back a digest looks for what is late: a date that passed before that belongs to other people's years."""

UNNAMED = "Something is due about a case. Confirm who you are to see it."
"""What stands in the note of somebody who is only proposed for all that is due about cases."""


def daily_note(work: Work, duty: Duty) -> str:
    """The handler: everything that a person is asked on a day, in one message."""
    person = duty.record.partition(":")[2]
    day = date.fromisoformat(duty.part)
    work.note(duty.record, part=duty.part)
    lines = _still_asked_of(work, person, day)
    if not lines:
        return "not sent: nothing is asked that day"
    may_know = people.is_confirmed(work.scope.session, person)
    ends = work.terms.setting.morning(work.terms.open_days.on_or_after(day + timedelta(days=1)))
    if work.now >= ends:
        work.carry_over(person, day)
        return "not sent: its day is over, and what is still of use stands in the next note"
    return work.say_to(
        person,
        "daily-note",
        key=note_key(person, day),
        record=duty.record,
        data=note_data(work, day, lines, may_know=may_know),
        why=duty.why,
        source=duty.source,
        expires_at=ends,
        about_case=may_know and any(map(_is_about_case, lines)),
        buttons=tuple(_buttons(work, lines)),
    )


def _buttons(work: Work, lines: Iterable[NoteLine]) -> Iterator[Button]:
    """What can be pressed under a note: the form of each report or audit in it that its reader answers for."""
    found: dict[str, Button] = {}
    for line in lines:
        owed = returns.owed_of_record(work.scope, line.record) if line.kind == chasing.DUE else None
        if owed is not None and respondents.may_answer(work, line.person, owed):
            found[owed.record] = fill_in(owed, f"File it: {owed.name}")
        elif line.kind == chasing.DUE and line.record.startswith("round:") and _owes_in(work, line):
            found["all"] = Button(label="Show what I owe", does=SAY, form={"line": "return mine"})
    yield from list(found.values())[:MOST_BUTTONS]


def _owes_in(work: Work, line: NoteLine) -> bool:
    """Whether the reader of a line about a whole round answers for somebody in it."""
    mine = respondents.outstanding_for(work, line.person)
    return any(each.record == line.record for each, _ in mine)


def note_data(work: Work, day: date, lines: Iterable[NoteLine], *, may_know: bool) -> dict[str, object]:
    """What the words of a note may use. `may_know`: the person has confirmed who they are, so that cases are named."""
    texts = [line.text if may_know or not _is_about_case(line) else UNNAMED for line in lines]
    return {"day": day, "lines": list(dict.fromkeys(texts)), "partnership": work.arrangements.short}


def _is_about_case(line: NoteLine) -> bool:
    return incidents.is_about_case(line.record)


def weekly_digest(work: Work, duty: Duty) -> str:
    """The handler: what is due, late, at risk and unwatched, for the business manager."""
    work.note(duty.record, part=duty.part)
    person, _ = work.reach(duty.post)
    cases = case_lists.seen_by(work, person) if person is not None else []
    reader = person if person is not None and people.is_confirmed(work.scope.session, person) else ""
    data = digest_data(work, cases=cases, reader=reader, week=date.fromisoformat(duty.part))
    return work.say(
        "weekly-digest",
        post=duty.post,
        key=f"weekly-digest:{duty.part}",
        record=duty.record,
        data=data,
        why=duty.why,
        source=duty.source,
        about_case=bool(cases or data["of_cases"]),
    )


def digest_data(work: Work, *, cases: Sequence[Case], reader: str = "", week: date | None = None) -> dict[str, object]:
    """The week ahead in four parts: due, late, at risk, unwatched; each a list of plain lines.

    `cases`: those of which what is due and late is told, since the reader is on their lists. While incidents can be
    notified here there is a fifth: would people be reached? `reader`: the person, where they have confirmed who they
    are, so that they are told what lets guess at cases ("of_cases"). `week`: the day of the digest, where it is one.
    """
    end = work.today + timedelta(days=7)
    return {
        "day": work.today,
        "partnership": work.arrangements.short,
        "meetings": _meetings(work, end),
        "due": _due(work, end, cases=cases),
        "late": _late(work, cases=cases),
        "at_risk": _at_risk(work),
        "unwatched": unwatched(work),
        "reached": _reached(work),
        "of_cases": _of_cases(work, reader, week) if reader else [],
    }


def _reached(work: Work) -> list[str]:
    """Whether people would be reached by an alert; nothing while no incident can be notified here."""
    return [
        *forecasts.forecast(work),
        *stating.left_or_silent(work),
        *drills.for_digest(work),
        *paper_twins.for_digest(work),
        *forecasts.unguarded(work),
    ]


def _of_cases(work: Work, reader: str, week: date | None) -> list[str]:
    """What lets guess that there was an incident, or none; how people were woken, in a quarter's first digest."""
    lines = stating.month_unconfirmed(work)
    if week is not None and pathways_on(work) and week - quarter_of(week) < timedelta(days=7):
        lines += forecasts.woken(work, reader, quarter_of(quarter_of(week) - timedelta(days=1)))
    return lines


def _meetings(work: Work, end: date) -> list[str]:
    rows = meetings.between(work.scope, work.today, end)
    return [
        f"{short_day(row.day)}: {work.arrangements.groups_by_id[row.group].name} ({row.status})"
        for row in rows
        if row.status != "cancelled" and row.group in work.arrangements.groups_by_id
    ]


def _due(work: Work, end: date, *, cases: Sequence[Case]) -> list[str]:
    """Papers, minutes, reports, actions and stages that fall due within the week, each once, with who owes them."""
    until = datetime(end.year, end.month, end.day, 23, 59, tzinfo=work.terms.zone)
    lines = []
    known = {case.record for case in cases}
    for duty in duties.open_between(work.scope, work.now, until):
        words = _DUE_WORDS.get(duty.kind)
        if words is None or (duty.kind != "stage-due" and duty.part == "before"):
            continue
        if duty.kind == "stage-due" and duty.record not in known:
            continue
        day = short_day(duty.due_at.astimezone(work.terms.zone).date())
        line = f"{day}: {words}{_of_what(work, duty)} ({work.arrangements.title(duty.post)})"
        if line not in lines:
            lines.append(line)
    rounds = [each for each in returns.rounds(work.scope, state="open") if work.today <= each.due <= end]
    return [*lines, *(f"{short_day(each.due)}: {_round_words(work, each)}" for each in rounds)]


def _round_words(work: Work, round_: Round) -> str:
    """A round in a line: how many are in, and who is not."""
    out = returns.outstanding(work.scope, round_)
    size = returns.size(work.scope, round_)
    missing = f"; not in: {names_of(out, MOST_MISSING)}" if out else ""
    return f"{round_.name}, {size - len(out)} of {size} in{missing}"


MOST_MISSING = 5
"""So many of those whose answer is not in are named in a line; of the rest the number."""


_DUE_WORDS = {
    "papers-due": "papers",
    "minutes-due": "minutes",
    "action-due": "an action",
    "stage-due": "a stage of a serious child safeguarding incident",
    "milestone-due": "a milestone",
}


def _of_what(work: Work, duty: Duty) -> str:
    """The meeting or the number that a duty is about, in words."""
    kind, _, rest = duty.record.partition(":")
    if kind == "meeting":
        row = meetings.find(work.scope, *rest.split(":", 1))
        return f" of the {_name(work, row)}" if row is not None else ""
    return f" {rest.rpartition(':')[2]}" if kind in ("item", "incident") else ""


def _name(work: Work, row: MeetingRow) -> str:
    return f"{work.arrangements.groups_by_id[row.group].name} of {short_day(row.day)}"


def _late(work: Work, *, cases: Sequence[Case]) -> list[str]:
    """Papers, minutes, actions and milestones that are overdue, and stages for whoever may know of cases."""
    lines = []
    since = work.today - LATE_SINCE
    for row in meetings.between(work.scope, since, work.today + timedelta(days=90)):
        if row.status == "cancelled" or row.group not in work.arrangements.groups_by_id:
            continue
        if row.papers_due and row.papers_due < work.today <= row.day and row.papers_sent_on is None:
            lines.append(f"Papers of the {_name(work, row)}, due {short_day(row.papers_due)}")
        if row.minutes_due and row.minutes_due < work.today and row.minutes_sent_on is None:
            lines.append(f"Minutes of the {_name(work, row)}, due {short_day(row.minutes_due)}")
    for item in registers.items(work.scope):
        if item.due is not None and item.due < work.today:
            owner = work.arrangements.title(item.owner)
            lines.append(f"Action {item.number} ({owner}), due {short_day(item.due)}")
    for milestone in work.arrangements.milestones:
        if since <= milestone.date < work.today and milestone.id not in work.milestones_done:
            owner = work.arrangements.title(milestone.owner or work.arrangements.secretariat.business_manager)
            lines.append(f"{milestone.title} ({owner}), due {short_day(milestone.date)}")
    for round_ in returns.rounds(work.scope, state="open"):
        if round_.due < work.today and returns.outstanding(work.scope, round_):
            lines.append(f"{_round_words(work, round_)}, due {short_day(round_.due)}")
    for case in cases:
        for stage, deadline in deadlines_of(work, case):
            if is_overdue(work, case, stage, deadline):
                lines.append(f"{case.reference}: {deadline.name}, due {due_words(work, deadline)}")
    return lines


def _at_risk(work: Work) -> list[str]:
    """Meetings soon that nobody confirmed, and messages that reached nobody."""
    soon = work.today + timedelta(days=28)
    lines = [
        f"The {work.arrangements.groups_by_id[row.group].name} of {short_day(row.day)} is not confirmed"
        for row in meetings.between(work.scope, work.today, soon)
        if row.status == "planned" and row.group in work.arrangements.groups_by_id
    ]
    failed = outbox.not_delivered(work.scope)
    if failed:
        lines.append(f"{counted(len(failed), 'message')} not delivered")
    ended = duties.not_handled(work.scope)
    if ended:
        lines.append(f"{counted(len(ended), 'reminder')} not handled; the log says why")
    return lines


def unwatched(work: Work) -> list[str]:
    """Posts that are asked things and are left with nobody, and groups whose dates nobody knows."""
    filled = people.in_posts(work.scope, work.arrangements.posts_by_id, work.today)
    wanted = {g.chair for g in work.arrangements.groups if g.chair} | {p.lead for p in work.arrangements.partners}
    lines = [f"Nobody is in the post: {work.arrangements.title(post)}" for post in sorted(wanted - filled.keys())]
    undated = planning.year(work, work.today, work.today + timedelta(days=366)).undated
    groups = work.arrangements.groups_by_id
    return lines + [f"{groups[u.group].name}: {u.sentence}" for u in undated]


def _still_asked_of(work: Work, person: str, day: date) -> list[NoteLine]:
    """The lines of a day that still hold; those that do not are struck out."""
    kept = []
    for line in notes.of_day(work.scope, person, day):
        if still_asked(work, line):
            kept.append(line)
        else:
            work.scope.session.delete(line)
    return kept


def still_asked(work: Work, line: NoteLine) -> bool:
    """Whether a line that was written some time ago still holds: the thing may be done, or the date another one."""
    kind, _, rest = line.record.partition(":")
    if kind == "meeting":
        group, _, place = rest.partition(":")
        row = meetings.find(work.scope, group, place)
        if row is None or row.status == "cancelled" or planning.settled(row, line.kind):
            return False
        # A changed meeting has reminders of its own; what was said of the day that still stands is not said again.
        written_for = line.key.rpartition("/")[2]
        return written_for == str(row.generation) or long_day(row.day) in line.text
    if kind == returning_signing.LINE:
        return returning_signing.still_waits(work, line.record)
    if polls.is_decision(line.record):
        return decisions.still_asked(work, line.record, line.person)
    if kind == "poll":
        return date_polls_asking.still_asked(work, line.record, line.person)
    if kind in ("owed", "round"):
        return chasing.still_asked(work, line.record, line.person, line.text)
    if kind == "item":
        book, _, number = rest.partition(":")
        item = registers.find(work.scope, book, int(number))
        return item is not None and item.state == "open"
    if kind in ("raised", "carried"):
        return after_meetings.still_asked(work, line.record)
    return kind != "milestone" or rest not in work.milestones_done


def note_now(work: Work, person: str) -> Message:
    """Somebody's note as it stands now, read without sending or writing anything."""
    day = work.terms.open_days.on_or_after(work.today)
    text = "\n".join(f"- {line.text}" for line in lines_now(work, person, day))
    return Message(title=f"What you owe, {long_day(day)}", text=text or "Nothing is asked of you today.")


def lines_now(work: Work, person: str, day: date) -> list[NoteLine]:
    """Somebody's lines of a day; those of an incident only for whoever is confirmed, as for every case."""
    lines = [line for line in notes.of_day(work.scope, person, day) if still_asked(work, line)]
    return [line for line in lines if work.actor.confirmed or not _is_about_case(line)]
