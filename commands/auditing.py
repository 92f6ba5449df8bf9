"""What the auditor tells: that something open has no next step. Once for each record and day, to the business manager.

Where the rounds themselves are missing (the nightly planning, the weekly digest), telling owes them again.
"""

from datetime import datetime
from typing import Literal

from storage.records import requests
from storage.records.message import Message
from storage.records.scope import Scope

from . import nightly
from .action import Action, Form
from .message_table import ABOUT
from .permissions import TIME_ONLY
from .words import hour, short_day
from .work import Work

MOST_LINES = 10
"""So many are told by name; of the rest the number."""

Problem = Literal["duty", "message", "rounds", "heartbeat"]


class Found(Form):
    """One finding: what is wrong with which record, the kind of duty or message, and since when."""

    problem: Problem
    record: str
    kind: str
    since: datetime | None = None
    post: str = ""


class Report(Form):
    """What an audit found in one partnership."""

    findings: tuple[Found, ...]


def is_told(scope: Scope, finding: Found, day: str) -> bool:
    """Whether the business manager has been told of this on that day."""
    return requests.find(scope, _key(finding, day)) is not None


def _key(finding: Found, day: str) -> str:
    return f"unwatched:{finding.problem}:{finding.record}:{finding.kind}:{day}"


def _report(work: Work, form: Report) -> Message:
    day = work.today.isoformat()
    new = {_key(one, day): one for one in form.findings if not is_told(work.scope, one, day)}
    work.note("audit", findings=len(form.findings), new=len(new))
    if any(one.problem == "rounds" for one in form.findings):
        nightly.owe_rounds(work)
    if not new:
        return Message(title="Told already", text="The business manager knows of each of these today.")
    for key in new:
        requests.remember(work.scope, key, {}, work.now)
    lines = [_line(work, one) for one in new.values()]
    said = work.say(
        "unwatched",
        post=work.arrangements.secretariat.business_manager,
        key=f"unwatched:{work.now.isoformat()}",
        record="audit",
        data={
            "partnership": work.arrangements.short,
            "lines": lines[:MOST_LINES],
            "more": max(0, len(lines) - MOST_LINES),
        },
        why="something open has no next step",
        source="",
        tone="warning",
    )
    return Message(title="Reported", text=said)


def _line(work: Work, one: Found) -> str:
    what = ABOUT[one.kind].what if one.kind in ABOUT else one.kind
    since = f" since {_when(work, one.since)}" if one.since else ""
    match one.problem:
        case "duty":
            return f"A reminder for the {work.arrangements.title(one.post)} is overdue{since}: {what}"
        case "message":
            whom = f"the {work.arrangements.title(one.post)}" if one.post else "one person"
            return f"A message to {whom} has not gone out{since}: {what}"
        case "rounds":
            return f"No next time was set: {what}. It has been set again now."
        case "heartbeat":
            return f"The bot's {one.kind} has not run{since or ' at all'}, so what is due may not be sent."


def _when(work: Work, moment: datetime) -> str:
    local = moment.astimezone(work.terms.zone)
    return f"{hour(local)} on {short_day(local.date())}"


REPORT = Action("audit.report", Report, _report, TIME_ONLY, "tell the business manager what has no next step")
