"""The pack for a meeting, told: that it is ready, a short look in chat, and a personal link to its page by mail."""

from collections.abc import Iterator
from datetime import timedelta

from storage.arrangements.phrases import counted, listed
from storage.records import meetings
from storage.records.duties import Duty
from storage.records.meetings import MeetingRow
from storage.records.message import Button, Message

from . import links, packs_for_meetings, standing
from .action import Action, Form
from .meeting_words import describe, group_of
from .packs_for_meetings import Pack, Report
from .permissions import Allowed, Role, Where
from .refusals import Refusal, Refused
from .words import hour, long_day, rendered
from .work import NOBODY, Work

PURPOSE = "pack"
READY, LINK = "pack-ready", "pack-link"

HOURS = 28 * 24
"""How long a link to a pack leads there: whoever is to read it has four weeks. Chosen."""

SEES: Allowed = {
    Role.BUSINESS_MANAGER: Where.EVERYWHERE,
    Role.SCRUTINEER: Where.EVERYWHERE,
    Role.CHAIR: Where.OWN_GROUP,
    Role.VICE_CHAIR: Where.OWN_GROUP,
    Role.MEMBER: Where.OWN_GROUP,
    Role.DEPUTY: Where.OWN_GROUP,
    Role.ADVISER: Where.OWN_GROUP,
    Role.OBSERVER: Where.OWN_GROUP,
    Role.PA: Where.OWN_GROUP,
}
"""Who may see a group's pack; of its observers those at the table, not those who are only invited."""

MOST = 12
"""So many who are missing are named in a message; of the rest the number."""

NOT_YOURS = "This pack is for those at the table of that group, whoever sees to its papers, and the business manager."


class Which(Form):
    """One meeting: its group (id) and its place in the series."""

    group: str
    place: str


def record_of(row: MeetingRow) -> str:
    """The key under which links to a meeting's pack are kept."""
    return f"pack:{row.group}:{row.place}"


def meeting_of(work: Work, record: str) -> MeetingRow:
    """The meeting of a pack's record. Raises Refused where there is none."""
    _, group, place = record.split(":", 2)
    row = meetings.find(work.scope, group, place)
    if row is None:
        raise Refused(Refusal("There is no such meeting.", "place", "See the list with: meeting list"))
    return row


# In chat


def look(work: Work, row: MeetingRow) -> Message:
    """A pack in one message: what is in, what is missing, what was raised, with the button that mails the whole."""
    if not standing.actor_may_see(work, row.group):
        raise Refused(NOT_YOURS)
    pack = packs_for_meetings.contents(work, row)
    return Message(title=pack.title, text="\n".join(summary(pack)), buttons=(send_button(row),))


def send_button(row: MeetingRow) -> Button:
    """The press that mails a link to a pack."""
    return Button(label="Send me the pack", does="pack.send", form={"group": row.group, "place": row.place})


def summary(pack: Pack) -> Iterator[str]:
    """A pack in few lines: what is in, what is missing with who and since when, what was raised, how actions stand."""
    yield from pack.notices
    if not pack.reports:
        yield "No report is owed for this meeting."
    for report in pack.reports:
        yield _received(report)
    missing = [f"- {line}" for line in pack.missing]
    if missing:
        yield "Missing:"
        yield from missing[:MOST]
        if len(missing) > MOST:
            yield f"- and {len(missing) - MOST} more"
    for report in pack.reports:
        yield from report.not_theirs
    yield f"Raised: {counted(len(pack.raised), 'matter')} on the agenda." if pack.raised else "Nothing is raised."
    overdue = sum(each.overdue for each in pack.doing)
    late = f", {overdue} of them overdue" if overdue else ""
    yield f"Actions: {len(pack.doing)} open{late}; {len(pack.done)} done since the last meeting."


def _received(report: Report) -> str:
    of = len(report.received) + len(report.missing)
    said = f"{report.name}: {len(report.received)} of {of} in"
    said += f", of which {len(report.by_exception)} with nothing by exception" if report.by_exception else ""
    return f"{said}{f'; after its day: {listed(list(report.late))}' if report.late else ''}."


# Told, and by mail


def ready(work: Work, duty: Duty) -> str:
    """The handler: the pack is ready, for whoever sees to the papers; by mail with the link to it."""
    _, group, place = duty.record.split(":", 2)
    work.note(duty.record, kind=duty.kind, generation=duty.generation)
    row = meetings.find(work.scope, group, place)
    if row is None or row.status in ("cancelled", "held"):
        return "not sent: the meeting does not take place or has been"
    person, absent = work.reach(duty.post)
    if person is None:
        return NOBODY
    pack = packs_for_meetings.contents(work, row)
    data = describe(work, row) | {"summary": list(summary(pack))}
    link, code = _link(work, person, row) if _has_pages(work) else ("", "")
    text = rendered(READY, "text", data)
    if absent:
        text = f"For {work.left_with_nobody([duty.post])}.\n\n{text}"
    message = Message(
        title=rendered(READY, "title", data), text=text, buttons=(send_button(row),), link=link, link_code=code
    )
    manager = work.arrangements.secretariat.business_manager
    return work.send(
        person,
        READY,
        message,
        post=manager if absent else duty.post,
        key=str(duty.key),
        record=duty.record,
        why=duty.why,
        source=duty.source,
    )


def _has_pages(work: Work) -> bool:
    return work.ways >= {"pages", "mail"}


def _link(work: Work, person: str, row: MeetingRow) -> tuple[str, str]:
    return links.make(work, person, PURPOSE, record_of(row), hours=HOURS)


def _send(work: Work, form: Which) -> Message:
    row = meetings.find(work.scope, form.group, form.place)
    person = work.actor.person
    if row is None:
        raise Refused(Refusal("There is no such meeting.", "place", "See the list with: meeting list"))
    if person is None:
        raise Refused("A link is somebody's own. At the machine write: convenor returns pack")
    if not standing.may_see(work, person, row.group):
        raise Refused(NOT_YOURS)
    if not _has_pages(work):
        raise Refused(
            "The pack is read on our own page, by a link in a letter, and there is no page or no mail here. "
            "The administrator can set CONVENOR_BASE_URL and the mail, or write: convenor returns pack"
        )
    link, code = _link(work, person, row)
    work.note(record_of(row), person=person)
    ends = work.now + timedelta(hours=HOURS)
    local = ends.astimezone(work.terms.zone)
    data = describe(work, row) | {"until": f"{hour(local)} on {long_day(local.date())}"}
    message = Message(title=rendered(LINK, "title", data), text=rendered(LINK, "text", data), link=link, link_code=code)
    work.send(
        person,
        LINK,
        message,
        post="",
        key=f"{LINK}:{link}",
        record=record_of(row),
        why="asked for by somebody at the table, or who sees to the papers",
        source="",
        through="mail",
        expires_at=ends,
    )
    return Message(
        title=f"{group_of(work, row).name}: pack for {long_day(row.day)}",
        text="A personal link to it is on its way to your mail address. It can be read there and downloaded as Word.",
    )


SEND = Action("pack.send", Which, _send, SEES, "send a personal link to the pack for a meeting", "group")

ACTIONS = (SEND,)
