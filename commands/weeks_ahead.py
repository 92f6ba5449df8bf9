"""`rehearse`: the weeks ahead, asked for here, worked out beside the tick, and told to the business manager."""

from datetime import UTC, date
from typing import cast

from pydantic import Field

from storage.arrangements import questions
from storage.arrangements.phrases import counted
from storage.arrangements.reminders import Ask
from storage.records import duties, partnerships
from storage.records.duties import Duty
from storage.records.message import Button, Message
from storage.records.outbox import REHEARSED

from . import pausing
from .action import Action, Form
from .permissions import Role, Where
from .refusals import Refused
from .saying import SAY
from .words import hour
from .work import Work

RECORD = "rehearsal"
"""The record that owes what has been asked for."""

QUARTER = 13
"""So many weeks are rehearsed where nobody says how many."""

MOST = 60
"""The calendar of bank holidays is sure for longer; what people will do in a year is not."""


class Weeks(Form):
    """How many weeks from today on."""

    weeks: int = Field(default=QUARTER, ge=1, le=MOST)


class Week(Form):
    """One week as rehearsed: its heading, its meetings, and who would be told what and why, in lines."""

    head: str
    meetings: tuple[str, ...] = ()
    told: tuple[str, ...] = ()


class Ahead(Form):
    """What a rehearsal found: the days, the weeks in between, the figures in a sentence, and what had to be chosen."""

    first: date
    last: date
    weeks: tuple[Week, ...]
    figures: str
    chosen: tuple[str, ...]


def _ask(work: Work, form: Weeks) -> Message:
    work.note(RECORD, weeks=form.weeks)
    waiting = duties.of_record(work.scope, RECORD)
    if waiting:
        since = hour(waiting[0].due_at, work.terms.zone)
        raise Refused(f"A rehearsal that was asked for at {since} is being worked out. It comes to you as a message.")
    manager = work.arrangements.secretariat.business_manager
    part = f"{form.weeks} weeks, {work.now.astimezone(UTC).isoformat()}"
    why = "the business manager asked for it"
    work.owe_also(RECORD, 1, [Ask(REHEARSED, part, work.now, manager, why, "")])
    return Message(
        title=f"{span(form.weeks).capitalize()} will be rehearsed",
        text=(
            "It is being worked out, and comes to you as a message in a minute or so: the meetings of each week, and "
            "who would be told what and why. Nobody else is told anything by it."
        ),
    )


def span(weeks: int) -> str:
    """A stretch of weeks from today on, in words."""
    return "the next week" if weeks == 1 else f"the next {weeks} weeks"


def weeks_of(part: str) -> int:
    """How many weeks were asked for, from the part of the duty that owes the answer."""
    return int(part.partition(" ")[0])


def tell(work: Work, duty: Duty) -> str:
    """The handler: what was found beside the tick, as one message to the business manager."""
    found = cast(Ahead, work.worked_out)
    assert isinstance(found, Ahead), "this is worked out beside the tick, which passes it over"
    work.note(duty.record, part=duty.part)
    running = partnerships.find(work.scope)
    paused = running is not None and running.paused_since is not None
    data: dict[str, object] = {
        "partnership": work.arrangements.short,
        "span": span(weeks_of(duty.part)),
        "sandbox": work.sandbox,
        "paused": paused,
        "asked": _open(work),
        **found.model_dump(),
    }
    return work.say(
        REHEARSED,
        post=duty.post,
        key=f"{REHEARSED}:{duty.part}",
        record=duty.record,
        data=data,
        why=duty.why,
        source=duty.source,
        buttons=(Button(label="Setup", does=SAY, form={"line": "setup"}), pause_or_resume(paused=paused)),
    )


def _open(work: Work) -> str:
    """How many questions `setup` asks, in words; empty where there is none."""
    asked = sum(not question.stays for question in questions.questions(work.arrangements))
    return counted(asked, "question") if asked else ""


def pause_or_resume(*, paused: bool) -> Button:
    """The button that holds sending, or lets it go on."""
    if paused:
        return Button(label="Resume", does=pausing.RESUME.name)
    return Button(label="Pause", does=pausing.PAUSE.name)


def to_rehearse() -> Button:
    """The button that asks for the quarter ahead."""
    return Button(label="Rehearse the next quarter", does=ASK.name, form={"weeks": str(QUARTER)})


ASK = Action(
    "rehearsal.ask",
    Weeks,
    _ask,
    {Role.BUSINESS_MANAGER: Where.EVERYWHERE},
    "have the weeks ahead rehearsed",
)
