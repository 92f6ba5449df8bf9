"""`meeting here …` and its like: the day itself, what a meeting needs, attendance over a year; `agreement …`."""

from commands import (
    agreements,
    attendance_years,
    attended,
    attended_now,
    attended_seats,
    minutes_drafts,
    naming,
    pack_links,
    skills,
    standing,
)
from commands.dates import is_year, parse_year
from commands.meeting_words import group_of
from commands.reading import may
from commands.refusals import Refused
from commands.saying import SAY, Do, Meaning, Typed, Word, keyed
from commands.steps import AGAIN, SHOWN
from commands.words import long_day
from commands.work import Work
from storage.arrangements.groups import Group
from storage.arrangements.phrases import listed
from storage.records import attended as records
from storage.records.meetings import MeetingRow
from storage.records.message import Button, Message

NOT_YOURS = "This is for those at the table of that group, whoever sees to its papers, and the business manager."


def _group(work: Work, typed: Typed) -> tuple[Group, list[str]]:
    """The group that the line begins with, and the words after it. Raises Refused."""
    if not typed.words:
        raise Refused(f"Say which: {typed.word.written}, such as: {typed.word.name} executive")
    entry, rest = naming.leading_group(work.arrangements, list(typed.words))
    if entry is not None:
        return entry, rest
    return naming.group(work.arrangements, typed.words[0]), list(typed.words[1:])


def _meeting(work: Work, typed: Typed, *, been: bool = True) -> MeetingRow:
    entry, rest = _group(work, typed)
    if not standing.actor_may_see(work, entry.id):
        raise Refused(NOT_YOURS)
    return naming.meeting(work, entry, " ".join(rest), been=been)


# The day itself


def _here(work: Work, typed: Typed) -> Meaning:
    """GROUP [WHICH]"""
    return here(work, _meeting(work, typed))


def here(work: Work, row: MeetingRow) -> Message:
    """Who is at a meeting, each by name, and how its rule stands; with buttons for whoever records it."""
    recorded = attended_seats.recorded(work, row)
    lines = attended_now.lines(work, row)
    named = [f"- {_one(work, each)}" for each in recorded.values() if each.how in attended_seats.HERE]
    needed = records.needed(work.scope, row.group, row.place)
    said = [*lines, *(["", "Recorded as here:", *named] if named else [])]
    if needed:
        said += ["", f"Skills needed at this meeting: {listed(needed)}."]
    return Message(
        title=f"{group_of(work, row).name}, {long_day(row.day)}: who is here",
        text="\n".join(said),
        buttons=_buttons(work, row, recorded=bool(recorded)),
    )


def _one(work: Work, each: records.Attended) -> str:
    how = {attended_seats.ONLINE: "online", attended_seats.DEPUTY: ""}.get(each.how, "")
    gone = "" if attended_now.is_here(each, work.now) else "not here now"
    sheet = "" if each.sheet_at is None else "has signed the sheet"
    more = ", ".join(filter(None, (how, gone, each.because, sheet)))
    return f"{attended_seats.who(work, each)}{f' ({more})' if more else ''}"


def _buttons(work: Work, row: MeetingRow, *, recorded: bool) -> tuple[Button, ...]:
    group = group_of(work, row)
    draft = Button(label="Draft for the minutes", does=SAY, form={"line": f"meeting draft {row.group} {row.place}"})
    if row.day > work.today or row.status == "cancelled" or not _records(work, group):
        return (draft,) if recorded else ()
    form = {"group": row.group, "place": row.place, AGAIN: "yes"}
    offered = [(True, "Record who is here", attended.RECORD), (True, "A guest", attended.GUEST_CAME)]
    offered += [(recorded, "Somebody leaves", attended.LEFT), (recorded, "Somebody comes", attended.CAME)]
    sheet = recorded and group.agreement is not None and group.agreement.sheet
    offered += [(sheet, "Attendance sheet", attended.SHEET)]
    buttons = [Button(label=label, does=action.name, form=form) for fits, label, action in offered if fits]
    return (*buttons, draft) if recorded else tuple(buttons)


def _records(work: Work, group: Group) -> bool:
    return agreements.keeps(work, group) or may(work, attended.RECORD, group.id)


def _left(work: Work, typed: Typed) -> Meaning:
    """GROUP POST [at HOUR]; of one who came also how, before the hour."""
    words, raw = keyed(typed, {"at": "at"})
    entry, rest = _group(work, Typed(typed.word, tuple(words), {}))
    row = naming.meeting(work, entry, "", been=True)
    if typed.word.action == attended.CAME.name and len(rest) > 1 and rest[-1].casefold() in attended_seats.HERE:
        raw["how"] = rest.pop().casefold()
    if rest:
        raw["seat"] = naming.post(work.arrangements, " ".join(rest), "seat").id
    return Do(typed.word.action, raw | {"group": row.group, "place": row.place})


def _guest(work: Work, typed: Typed) -> Meaning:
    """GROUP NAME [from WHERE]"""
    words, raw = keyed(typed, {"from": "agency"})
    entry, rest = _group(work, Typed(typed.word, tuple(words), {}))
    row = naming.meeting(work, entry, "", been=True)
    name = {"name": " ".join(rest)} if rest else {}
    return Do(typed.word.action, raw | name | {"group": row.group, "place": row.place})


# What it needs, and what comes of it


def _skills(work: Work, typed: Typed) -> Meaning:
    """GROUP [WHICH] [SKILLS]"""
    entry, rest = _group(work, typed)
    if not standing.actor_may_see(work, entry.id):
        raise Refused(NOT_YOURS)
    which = rest[:1] if rest and naming.is_meeting(work, entry, rest[0]) else []
    row = naming.meeting(work, entry, " ".join(which))
    wanted = " ".join(rest[len(which) :])
    if wanted:
        raw = {"group": row.group, "place": row.place, "skills": wanted, SHOWN: "yes"}
        return Do(typed.word.action, raw)
    needed = records.needed(work.scope, row.group, row.place)
    form = {"group": row.group, "place": row.place, AGAIN: "yes"}
    chairs = may(work, skills.NEED, entry.id) and bool(skills.on_offer(entry))
    none = "No skill is ticked for this meeting."
    return Message(
        title=f"{entry.name}, {long_day(row.day)}: skills",
        text=f"Needed at this meeting: {listed(needed)}." if needed else none,
        buttons=(Button(label="Tick the skills needed", does=skills.NEED.name, form=form),) if chairs else (),
    )


def _draft(work: Work, typed: Typed) -> Meaning:
    """GROUP [WHICH]"""
    row = _meeting(work, typed)
    found = minutes_drafts.in_words(minutes_drafts.draft(work, row))
    button = pack_links.send_button(row).model_copy(update={"label": "Send me a link to it as Word"})
    return found.model_copy(update={"buttons": (button,)})


def _attendance(work: Work, typed: Typed) -> Meaning:
    """GROUP [YEAR]"""
    entry, rest = _group(work, typed)
    if not standing.actor_may_see(work, entry.id):
        raise Refused(NOT_YOURS)
    starts = work.arrangements.planning.year_starts
    begins = parse_year(rest[0], work.today, starts) if rest and is_year(rest[0]) else None
    if rest and begins is None:
        raise Refused(f"Say which year: {typed.word.written}, such as: {typed.word.name} {entry.id} {work.today.year}")
    return attendance_years.in_words(attendance_years.year(work, entry, begins))


# Agreements


def _agreements(work: Work, typed: Typed) -> Meaning:
    """[GROUP]"""
    if typed.words:
        return agreements.listed(work, _group(work, typed)[0])
    found = [each for each in work.arrangements.groups if each.agreement is not None]
    if not found:
        return Message(title="Agreements", text="Our arrangements name no agreement that a group's people sign.")
    if len(found) == 1:
        return agreements.listed(work, found[0])
    lines = [f"{each.name}: {each.agreement.name}" for each in found if each.agreement is not None]
    return Message(title="Agreements", text="\n".join([*lines, "See one with: agreement list GROUP"]))


def _signed(work: Work, typed: Typed) -> Meaning:
    """GROUP PERSON [on DAY]"""
    if not typed.words:
        return Do(typed.word.action, {})
    words, raw = keyed(typed, {"on": "on"})
    entry, rest = _group(work, Typed(typed.word, tuple(words), {}))
    return Do(typed.word.action, raw | {"group": entry.id} | ({"person": " ".join(rest)} if rest else {}))


def _papers(work: Work, typed: Typed) -> Meaning:
    """GROUP"""
    return agreements.papers(work, _group(work, typed)[0])


WORDS: tuple[Word, ...] = (
    Word(("meeting", "here"), "who is at a meeting, with buttons to record it", _here, "GROUP [WHICH]"),
    Word(
        ("meeting", "left"),
        "records that somebody left a meeting, and says whether enough are still there",
        _left,
        "GROUP POST [at HOUR]",
        attended.LEFT.name,
        options=("at",),
    ),
    Word(
        ("meeting", "came"),
        "records that somebody came to a meeting later, or came back",
        _left,
        "GROUP POST [online|deputy] [at HOUR]",
        attended.CAME.name,
        options=("at",),
    ),
    Word(
        ("meeting", "guest"),
        "records a guest at a meeting",
        _guest,
        "GROUP NAME [from WHERE]",
        attended.GUEST_CAME.name,
        options=("from",),
    ),
    Word(
        ("meeting", "skills"),
        "the skills that a meeting needs; whoever chairs it ticks them",
        _skills,
        "GROUP [WHICH] [SKILLS]",
        skills.NEED.name,
    ),
    Word(("meeting", "draft"), "what stands for the minutes: who was there, and when enough", _draft, "GROUP [WHICH]"),
    Word(("meeting", "attendance"), "attendance by agency over a year", _attendance, "GROUP [YEAR]"),
    Word(("agreement", "list"), "who has signed what is signed before taking part", _agreements, "[GROUP]"),
    Word(
        ("agreement", "signed"),
        "records that somebody has signed it",
        _signed,
        "GROUP PERSON [on DAY]",
        agreements.SIGNED.name,
        options=("on",),
    ),
    Word(
        ("agreement", "withdraw"),
        "withdraws such an entry",
        _signed,
        "GROUP PERSON",
        agreements.WITHDRAW.name,
    ),
    Word(("agreement", "papers"), "where a group's papers are, for those who have signed", _papers, "GROUP"),
)
