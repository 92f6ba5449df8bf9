"""What is mine: `note`, `me`; and `digest` for the business manager."""

from datetime import UTC, date, datetime, time, timedelta

from commands import digests, planning
from commands.permissions import Role, Where
from commands.saying import Meaning, Typed, Word
from commands.words import long_day, rendered, short_day
from commands.work import Work
from storage.records import duties, meetings, people, registers
from storage.records.duties import Duty
from storage.records.message import Message

SOON = timedelta(days=14)
"""How far `me` looks."""

_OF_MEETINGS = {
    "papers-call": "call for papers of the {name}",
    "papers-due": "papers of the {name}",
    "minutes-due": "minutes of the {name}",
    "minutes-overdue": "minutes of the {name}, overdue",
    "not-confirmed": "the {name} waits to be confirmed",
    "report-due": "a report for the {name}",
    "quorum-needed": "look whether the {name} will have its quorum",
    "register-review": "a register goes to the {name}",
    "meeting-tomorrow": "the {name}",
}


def _note(work: Work, _typed: Typed) -> Meaning:
    assert work.actor.person is not None
    return digests.note_now(work, work.actor.person)


def _digest(work: Work, _typed: Typed) -> Meaning:
    data = digests.digest_data(work, cases=work.actor.confirmed)
    return Message(title=rendered("weekly-digest", "title", data), text=rendered("weekly-digest", "text", data))


def _me(work: Work, _typed: Typed) -> Meaning:
    person = work.actor.person
    assert person is not None
    known = people.get(work.scope.session, person)
    day = work.terms.open_days.on_or_after(work.today)
    asked = [f"- {line.text}" for line in digests.lines_now(work, person, day)]
    owed = [f"- {line}" for line in _owed(work, person)]
    state = (
        "You have confirmed who you are."
        if work.actor.confirmed
        else "Who you are is taken from your e-mail address and not confirmed. That is enough for all but "
        "incidents. The administrator can confirm it."
    )
    parts = [
        "Your posts",
        *(_posts(work, person) or ["- none"]),
        "",
        f"Asked of you in the note of {long_day(day)}",
        *(asked or ["- nothing"]),
        "",
        f"What you owe until {long_day(work.today + SOON)}",
        *(owed or ["- nothing"]),
        "",
        state,
    ]
    return Message(title=known.name if known else "You", text="\n".join(parts))


_CAPACITY = {"holder": "", "deputy": ", as deputy", "pa": ", as PA or staff officer"}


def _posts(work: Work, person: str) -> list[str]:
    title = work.arrangements.title
    lines = []
    for held in people.holdings_of(work.scope, person, work.today):
        until = f", until {short_day(held.until)}" if held.until else ""
        lines.append(f"- {title(held.post)}{_CAPACITY[held.capacity]}{until}")
    covered = {cover.post: cover for cover in people.covers_on(work.scope, work.today)}
    for cover in covered.values():
        if cover.person == person:
            lines.append(f"- {title(cover.post)}, covering until {short_day(cover.until)}")
        elif any(h.post == cover.post for h in people.holdings_of(work.scope, person, work.today)):
            other = people.get(work.scope.session, cover.person)
            name = other.name if other else "somebody else"
            lines.append(f"  (covered by {name} until {short_day(cover.until)}: what it owes goes there)")
    return lines


def _owed(work: Work, person: str) -> list[str]:
    """What is asked of the posts that reach this person now, each thing once, by the day on which it is owed."""
    reached = people.in_posts(work.scope, work.arrangements.posts_by_id, work.today)
    end = datetime.combine(work.today + SOON, time.max, work.terms.zone).astimezone(UTC)
    found: dict[tuple[str, str], tuple[date, str]] = {}
    for duty in duties.open_between(work.scope, work.now - timedelta(days=1), end):
        owed = _owed_words(work, duty) if reached.get(duty.post) == person else None
        if owed is not None:
            day, words = owed
            day = day or duty.due_at.astimezone(work.terms.zone).date()
            found[duty.record, duty.kind] = (day, f"{short_day(day)}: {words}")
    return [line for _, line in sorted(found.values())]


def _owed_words(work: Work, duty: Duty) -> tuple[date | None, str] | None:
    """A thing owed in a few words, and its own day where it has one beside the day of the reminder.

    None for what is sent by itself, and for what hangs on an incident where who asks is not confirmed.
    """
    kind, _, rest = duty.record.partition(":")
    if kind == "meeting" and duty.kind in _OF_MEETINGS:
        group, _, place = rest.partition(":")
        row = meetings.find(work.scope, group, place)
        if row is None:
            return None
        name = f"{planning.group_of(work, row).name} of {short_day(row.day)}"
        days = {"papers-due": row.papers_due, "minutes-due": row.minutes_due, "meeting-tomorrow": row.day}
        return days.get(duty.kind), _OF_MEETINGS[duty.kind].format(name=name)
    if kind == "item":
        book, _, number = rest.partition(":")
        item = registers.find(work.scope, book, int(number))
        return (item.due, f"action {item.number}, {item.title}") if item else None
    if kind == "milestone":
        return next(((m.date, m.title) for m in work.arrangements.milestones if m.id == rest), None)
    if kind == "incident" and work.actor.confirmed:
        return None, f"a stage of {rest}"
    return None


WORDS = (
    Word(("note",), "your note of the day as it stands now", _note),
    Word(("me",), "your posts, what you owe in the next fourteen days, and whether you are confirmed", _me),
    Word(
        ("digest",),
        "the week's digest as it stands now: due, late, at risk, unwatched",
        _digest,
        allowed={Role.BUSINESS_MANAGER: Where.EVERYWHERE},
    ),
)
