"""The pack for a meeting: who owed it what, what came in and what is missing, what was raised, and how actions stand.

It is made anew from the records each time, and changes nothing. One value feeds the page, the Word document and the
message that says it is ready.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from storage.arrangements import reminders
from storage.arrangements.forms import Form, Given
from storage.arrangements.groups import Group
from storage.arrangements.phrases import counted
from storage.arrangements.returns import Return
from storage.records import meetings, raised, registers, returns
from storage.records.meetings import MeetingRow
from storage.records.registers import Item
from storage.records.returns import Owed, Round

from . import filling, return_contents, return_forms, standing
from .meeting_words import group_of, local_hour
from .raised_by_whom import who_words
from .registers import origin
from .words import hour, long_day, short_day
from .work import Work

LOOKS_BACK = timedelta(days=400)
"""How far back the meeting before is looked for, since which actions that were closed are told."""

WAYS: Mapping[str, str] = {
    "on-behalf": "entered on their behalf",
    "visit": "by a visit",
    "workshop": "by a workshop",
    "once": "answered once, for another partnership too",
}


@dataclass(frozen=True)
class Answer:
    """One question with its answer. `columns` and `rows` hold it where it was answered in rows."""

    question: str
    answer: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Part:
    """The questions of one section."""

    title: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Reported:
    """What one who owed has sent in. `how` is when and how, `nothing` the words for nothing by exception.

    Where a group's papers stay outside there are no parts, and `how` says that it is in.
    """

    name: str
    how: str
    late: bool
    nothing: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Report:
    """One report that was owed: what came in, and what did not, a sentence for each who is missing or is not asked."""

    name: str
    due: str
    received: tuple[Reported, ...]
    missing: tuple[str, ...]
    not_theirs: tuple[str, ...]

    @property
    def late(self) -> tuple[str, ...]:
        """Who sent it in after its day."""
        return tuple(each.name for each in self.received if each.late)

    @property
    def by_exception(self) -> tuple[str, ...]:
        """Who said that there is nothing."""
        return tuple(each.name for each in self.received if each.nothing)


@dataclass(frozen=True)
class Doing:
    """One action: its number, what it is, who does it, by when, how it stands, and where it was promised."""

    number: int
    title: str
    owner: str
    due: str
    stands: str
    origin: str
    overdue: bool = False


@dataclass(frozen=True)
class Pack:
    """All that goes before one meeting, in words, as it stood at `made`."""

    partnership: str
    group: str
    day: str
    hours: str
    made: str
    made_at: datetime
    notices: tuple[str, ...]
    reports: tuple[Report, ...]
    raised: tuple[str, ...]
    doing: tuple[Doing, ...]
    done: tuple[Doing, ...]
    items: tuple[str, ...]

    @property
    def title(self) -> str:
        """What it is called."""
        return f"{self.group}: pack for {self.day}"

    @property
    def missing(self) -> tuple[str, ...]:
        """Everything that is missing, each with its report."""
        return tuple(f"{report.name}: {line}" for report in self.reports for line in report.missing)


def contents(work: Work, row: MeetingRow) -> Pack:
    """The pack of a meeting. Whether the actor may see it is asked before (`standing.may_see`)."""
    group = group_of(work, row)
    starts, ends = local_hour(work, row.starts_at), local_hour(work, row.ends_at)
    local = work.now.astimezone(work.terms.zone)
    actions = sorted(_actions(work, group, row), key=lambda item: (item.due or date.max, item.number))
    return Pack(
        partnership=work.arrangements.name,
        group=group.name,
        day=long_day(row.day),
        hours=f"{starts} to {ends}" if starts and ends else starts,
        made=f"{hour(local)} on {long_day(local.date())}",
        made_at=work.now,
        notices=tuple(_notices(group, row)),
        reports=tuple(_reports(work, group, row)),
        raised=(*standing.standing(work, row), *_raised_before(work, group, row)),
        doing=tuple(_doing(work, item) for item in actions if item.state == "open"),
        done=tuple(_doing(work, item) for item in actions if item.state == "done"),
        items=tuple(item.text for item in group.items_on(row.day, work.milestones_done)),
    )


def _notices(group: Group, row: MeetingRow) -> Iterator[str]:
    if group.content_outside:
        yield "The papers of this group stay outside this bot: here are only dates, numbers and receipts."
    if row.status == "cancelled":
        yield "This meeting is cancelled."
    if row.status == "planned":
        yield "The date of this meeting is planned, not confirmed."


# Reports


def _reports(work: Work, group: Group, row: MeetingRow) -> Iterator[Report]:
    for round_ in returns.for_meeting(work.scope, row.group, row.place):
        if round_.state != "cancelled":
            report = return_forms.find(work.arrangements, round_.report)
            yield _report(work, round_, report, report.name if report else round_.name, bare=group.content_outside)
    for carried in standing.carried_to(work, row):
        name = f"{carried.report.name}, received by the {carried.seen_by.name}"
        outside = group.content_outside or carried.seen_by.content_outside
        yield _report(work, carried.round_, carried.report, name, bare=outside)


def _report(work: Work, round_: Round, report: Return | None, name: str, *, bare: bool) -> Report:
    received, missing, not_theirs = [], [], []
    for owed in returns.all_owed(work.scope, round_):
        if owed.state == "not-us":
            not_theirs.append(f"{owed.name}: it was agreed that this is not theirs.")
        elif owed.is_in and not _waits(report, owed):
            received.append(_received(work, round_, owed, bare=bare))
        else:
            missing.append(_missing(work, round_, report, owed))
    return Report(name, long_day(round_.due), tuple(received), tuple(missing), tuple(not_theirs))


def _waits(report: Return | None, owed: Owed) -> bool:
    """Whether an answer is held until the agency's senior has signed it off."""
    signed_off = report is not None and report.signed_off and owed.who.startswith("agency.")
    return signed_off and owed.state == "answered" and owed.signed_off_at is None


def _received(work: Work, round_: Round, owed: Owed, *, bare: bool) -> Reported:
    form, filled = return_forms.as_opened(round_), return_contents.sent(work, owed) or {}
    day = owed.answered_at.astimezone(work.terms.zone).date() if owed.answered_at else None
    late = day is not None and day > (owed.due or round_.due)
    how = [f"in since {long_day(day)}" if day else "in"]
    how += ["after its day"] if late else []
    how += [WAYS[owed.came_by]] if owed.came_by in WAYS else []
    how += [f"reference {owed.reference}"] if owed.reference else []
    parts = () if bare or owed.by_exception else tuple(_parts(work, form, filled, joint=round_.joint))
    nothing = (form.nothing or "Nothing by exception") if owed.by_exception else ""
    return Reported(owed.name, ", ".join(how), late, nothing, parts)


def _parts(work: Work, form: Form, filled: Mapping[str, Given], *, joint: bool) -> Iterator[Part]:
    said = [each for each in filling.in_words(work, form, filled, joint=joint) if each.answer]
    for title in dict.fromkeys(each.section for each in said):
        yield Part(title, tuple(_answer(each) for each in said if each.section == title))


def _answer(said: filling.Said) -> Answer:
    columns = tuple(text for text, _ in said.rows[0]) if said.rows else ()
    return Answer(said.question, said.answer, columns, tuple(tuple(words for _, words in row) for row in said.rows))


def _missing(work: Work, round_: Round, report: Return | None, owed: Owed) -> str:
    """Who has not sent it in, how it stands, and since when: plainly, and without blame."""
    due = owed.due or round_.due
    late = (work.today - due).days
    when = f"was due on {long_day(due)}, {counted(late, 'day')} ago" if late > 0 else f"is due on {long_day(due)}"
    how = {
        "nothing": "nothing has come in",
        "draft": "begun, not sent in",
        "reopened": "opened again, not sent in again",
        "answered": "sent in, and waits for the signature of the agency's senior",
    }.get(owed.state, "not in")
    asked = "; they have asked whether it is theirs, and nobody has answered yet" if owed.not_us == "asked" else ""
    return f"{owed.name} ({work.arrangements.title(owed.post)}): {how}. It {when}{asked}."


# What was raised


def _raised_before(work: Work, group: Group, row: MeetingRow) -> Iterator[str]:
    """What the reports for a meeting that has been raised then, and what came of it."""
    if row.status != "held" and row.day >= work.today:
        return
    rounds = {(each.report, each.place) for each in returns.for_meeting(work.scope, row.group, row.place)}
    for each in raised.every(work.scope, state=None):
        parts = each.came_from.split(":")
        if len(parts) < 3 or (parts[1], parts[2]) not in rounds or each.question == standing.COMMENTS:
            continue
        became = each.outcome if each.state == "closed" else "open"
        if each.sent_on_from == group.id and each.state == "open":
            onward = work.arrangements.groups_by_id.get(each.group)
            became = f"sent on to the {onward.name}" if onward is not None else became
        line = f"Raised {each.number}, by {who_words(work, each)}"
        yield f"{line} ({became})" if group.content_outside else f"{line}: {standing.one_line(each.text)} ({became})"


# Actions


def _actions(work: Work, group: Group, row: MeetingRow) -> Iterator[Item]:
    """Open actions of the group, its table, or promised to it; and those promised to it and done since it last met."""
    looked_at = {register.id for register in work.arrangements.registers if register.reviewed_at == group.id}
    posts = {seat.post for seat in reminders.at_the_table(group, row.day)}
    since = _last(work, row)
    for item in registers.items(work.scope, state=None):
        round_ = returns.of_record(work.scope, item.came_from)
        promised = round_ is not None and round_.group == group.id
        theirs = promised or item.book in looked_at
        is_open = item.state == "open" and (theirs or item.owner in posts)
        if is_open or (theirs and _done_since(work, item, since)):
            yield item


def _done_since(work: Work, item: Item, day: date) -> bool:
    if item.state != "done" or item.closed_at is None:
        return False
    return item.closed_at.astimezone(work.terms.zone).date() > day


def _last(work: Work, row: MeetingRow) -> date:
    rows = meetings.between(work.scope, row.day - LOOKS_BACK, row.day - timedelta(days=1), row.group)
    been = [each.day for each in rows if each.status != "cancelled"]
    return been[-1] if been else row.day - LOOKS_BACK


def _doing(work: Work, item: Item) -> Doing:
    overdue = item.state == "open" and item.due is not None and item.due < work.today
    if item.state == "done" and item.closed_at is not None:
        stands = f"done on {short_day(item.closed_at.astimezone(work.terms.zone).date())}"
        stands += f"; what it changed: {item.effect}" if item.effect else "; what it changed is not said"
    else:
        stands = "; ".join(filter(None, ("overdue" if overdue else "open", item.said)))
    due = short_day(item.due) if item.due else "no date"
    title = work.arrangements.title(item.owner)
    return Doing(item.number, item.title, title, due, stands, origin(work, item), overdue)
