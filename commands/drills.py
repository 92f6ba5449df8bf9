"""Alert drills: on a day the alerts are tried, with the same people, steps and answers as in earnest, and timed.

A drill is a case that says of itself that it is one. It has no stages and no reminders, and counts as no incident.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from storage.arrangements.pathways import Pathway
from storage.arrangements.phrases import counted, listed
from storage.arrangements.reminders import Ask
from storage.records import duties, incidents, outbox, tellings
from storage.records.duties import Duty
from storage.records.incidents import Case
from storage.records.message import Button, Less, Message, MessageField
from storage.records.tellings import Said

from . import alerting, case_lists
from .action import Action, Form
from .case_status import bring_up_to_date
from .cases import pathway_of
from .incidents import SWITCHES, Opening, must_be_on, open_case
from .refusals import Refusal, Refused
from .steps import Asked, Step
from .watching import RECORD, pathways_on, posts_that_hear
from .words import hour, long_day, rendered, short_day
from .work import Work

PLANNED, RESULT = "alert-drill", "drill-result"
"""The duties by which a drill begins, and by which it is looked at until it ends; the second is its message too."""

LASTS = timedelta(hours=2)
"""A drill ends when all have answered, or after so long; chosen."""

LOOKS = timedelta(minutes=5)
"""How often it is looked whether all have answered."""

LATEST = timedelta(minutes=30)
"""A drill that could not begin within so long of its time is not held: people were told of another hour, if at all."""

FURTHEST = timedelta(days=400)

SOURCE = "chosen"


class Plan(Form):
    """The local day and hour of a drill; of which pathway, where more than one is on."""

    day: date
    starts: time
    pathway: str = ""


class Cancel(Form):
    """A planned drill, as it stands in its list: "serious-incident:2027-02-03T14:00"."""

    part: str


STEP = Step(
    "drill.plan",
    "Plan an alert drill",
    "Plan",
    (Asked("day", "Day", "day"), Asked("starts", "Hour", "hour", hint="By night it wakes people, as in earnest.")),
    quiet=True,  # somebody may take it for the place where an incident is told
)
"""What people are asked for when they plan a drill."""


# Planned


def _plan(work: Work, form: Plan) -> Message:
    pathway = _pathway(work, form.pathway)
    must_be_on(work, pathway)
    at = _moment(work, form)
    part = f"{pathway.id}:{form.day.isoformat()}T{form.starts:%H:%M}"
    known = [duty for duty in duties.of_record(work.scope, RECORD, state=None) if _is(duty, part)]
    if any(duty.state == "open" for duty in known):
        raise Refused(Refusal("A drill is planned for that time already.", "starts"))
    generation = max((duty.generation for duty in known), default=0) + 1
    work.owe_also(RECORD, generation, [Ask(PLANNED, part, at, pathway.handler, "planned by a person", SOURCE)])
    work.note(RECORD, drill=part)
    work.can_be_taken_back("drill.cancel", {"part": part}, f"planning a drill for {_when(work, at)}")
    told = [work.arrangements.title(post) for post in pathway.told if post in work.arrangements.posts_by_id]
    night = " It is by night, so people are woken." if pathway.told_next.is_night(at, work.terms.zone) else ""
    return Message(
        title=f"A drill is planned for {_when(work, at)}",
        text=f"{listed(told)} are alerted then, in words that begin: This is a drill. Until they answer, whoever is "
        f"next is told, as in earnest.{night} It ends when all have answered, or after {LASTS.seconds // 3600} hours; "
        "then all hear how long it took.",
        buttons=(Button(label="Undo", does="undo"),),
    )


def _is(duty: Duty, part: str) -> bool:
    return (duty.kind, duty.part) == (PLANNED, part)


def _pathway(work: Work, wanted: str) -> Pathway:
    """The pathway that is tried: the one named, else the only one that is on. Raises Refused."""
    on = pathways_on(work)
    found = next((p for p in on if p.id == wanted), None) if wanted else (on[0] if len(on) == 1 else None)
    if found is not None:
        return found
    if not on:
        raise Refused("Nothing is switched on that alerts people, so there is nothing to try.")
    raise Refused(Refusal("Say which is to be tried.", "pathway", f"One of: {', '.join(p.id for p in on)}."))


def _moment(work: Work, form: Plan) -> datetime:
    at = datetime.combine(form.day, form.starts, work.terms.zone).astimezone(UTC)
    local = at.astimezone(work.terms.zone)
    if (local.date(), local.time()) != (form.day, form.starts):
        raise Refused(Refusal("There is no such hour on that day: the clocks go forward.", "starts"))
    if at <= work.now:
        raise Refused(Refusal("This is past.", "day", "Give a time that lies ahead."))
    if at - work.now > FURTHEST:
        raise Refused(Refusal("This is more than a year ahead.", "day"))
    return at


def _cancel(work: Work, form: Cancel) -> Message:
    found = next((duty for duty in duties.of_record(work.scope, RECORD) if _is(duty, form.part)), None)
    if found is None:
        raise Refused(Refusal("No such drill is planned.", "part", "See: drill list"))
    duties.close(found, CANCELLED, work.now)
    work.scope.session.add(found)
    work.note(RECORD, drill=form.part, cancelled=True)
    return Message(title="The drill is cancelled", text=f"Nobody is alerted at {_when(work, found.due_at)}.")


CANCELLED = "not held: it was cancelled"


def _when(work: Work, at: datetime) -> str:
    local = at.astimezone(work.terms.zone)
    return f"{hour(local)} on {long_day(local.date())}"


# Held


def begins(work: Work, duty: Duty) -> str:
    """The handler: the alerts go out, each with the words that it is a drill."""
    work.note(duty.record, part=duty.part)
    if work.now - duty.due_at > LATEST:
        return "not held: the bot did not run, or was paused, at its time"
    pathway = next((p for p in pathways_on(work) if p.id == duty.part.partition(":")[0]), None)
    if pathway is None:
        return "not held: what it was to try is switched off"
    try:
        case = open_case(work, pathway, Opening(facts={}, came_by="drill", speed="now", drill=True))
    except Refused as refused:
        return f"not held: {refused.refusals[0].sentence}"
    _look_again(work, case, 1)
    return "told: the drill has begun"


def _look_again(work: Work, case: Case, number: int) -> None:
    at = min(work.now + LOOKS, case.opened_at + LASTS)
    handler = pathway_of(work, case).handler
    ask = Ask(RESULT, str(number), at, handler, "a drill ends when all have answered, or after two hours", SOURCE)
    work.owe_also(f"drill:{case.reference}", 1, [ask])


def looked_at(work: Work, duty: Duty) -> str:
    """The handler of a look at a drill: it ends when all have answered, or when its time is over."""
    reference = duty.record.partition(":")[2]
    work.note(duty.record, part=duty.part)
    case = incidents.find(work.scope, reference)
    if case is None or case.closed_at is not None:
        return "nothing to do: the drill has ended"
    if any(one.minutes is None for one in results(work, case)) and work.now < case.opened_at + LASTS:
        _look_again(work, case, int(duty.part) + 1)
        return "looked at: not all have answered yet"
    _end(work, case)
    _tell(work, case)
    return "told: the drill has ended"


def _end(work: Work, case: Case) -> None:
    for telling in tellings.of_case(work.scope, case.reference):
        alerting.stop(work, telling, "the drill is over")
        if telling.state not in ("answered", "recorded"):
            telling.state = "ended"
        work.scope.session.add(telling)
    case.closed_at = work.now
    work.scope.session.add(case)
    work.scope.session.flush()
    bring_up_to_date(work, case)


def _tell(work: Work, case: Case) -> None:
    """Tells everybody who was told of the drill, and its handler, how long it took."""
    pathway = pathway_of(work, case)
    found = results(work, case)
    data: dict[str, object] = {
        "partnership": work.arrangements.short,
        "day": case.opened_at.astimezone(work.terms.zone).date(),
        "hour": hour(case.opened_at, work.terms.zone),
        "answered": sum(one.minutes is not None for one in found),
        "of": len(found),
    }
    title, text = rendered(RESULT, "title", data), rendered(RESULT, "text", data)
    fields = tuple(MessageField(label=one.name, value=one.words) for one in found)
    facts = "\n".join(f"{field.label}: {field.value}" for field in fields)
    message = Message(title=title, text=text, fields=fields, by_mail=Less(title=title, text=f"{text}\n\n{facts}"))
    told = {row.person: row.post for row in outbox.about(work.scope, case.record, [alerting.ALERT])}
    handler, absent = work.reach(pathway.handler)
    if handler is not None and not absent:
        told[handler] = pathway.handler
    for person, post in sorted(told.items()):
        work.send(
            person,
            RESULT,
            message,
            post=post,
            key=f"{RESULT}:{case.reference}:{person}",
            record=case.record,
            why="everybody who took part hears how a drill went",
            source=SOURCE,
        )


# How it went


@dataclass(frozen=True)
class Result:
    """How one post did in a drill. `minutes` until it answered, None where it did not; `steps`: who was told next."""

    post: str
    name: str
    minutes: int | None
    steps: tuple[str, ...]

    @property
    def words(self) -> str:
        """How it did, in words."""
        after = f"; told next: {listed(self.steps)}" if self.steps else ""
        if self.minutes is None:
            return f"not reached{after}"
        return f"answered {_after(self.minutes)}{after}"


def _after(minutes: int) -> str:
    return f"after {counted(minutes, 'minute')}" if minutes else "within a minute"


ANSWERED = ("have", "known", "said:has-it", "said:knows")
STEPS_WORDS = {
    "again": "the same person again",
    "deputy": "the deputy",
    "pass": "whoever it was passed to",
    "written": "mail and text",
    "senior": "the agency's senior",
    "asked to ring": "somebody was asked to ring",
}
"""What happened beside the first alert, by what is kept of it."""


def results(work: Work, case: Case) -> list[Result]:
    """How each post that a drill alerted did, by what was kept while it ran; a later lapse takes no answer back."""
    said = tellings.said(work.scope, case.reference)
    return [
        _result(each.post, alerting.agency_of(work, each), [one for one in said if one.post == each.post])
        for each in tellings.of_case(work.scope, case.reference)
    ]


def _result(post: str, name: str, said: Sequence[Said]) -> Result:
    answer = next((one for one in said if one.what in ANSWERED), None)
    before = [one.what for one in said if answer is None or one.at <= answer.at]
    steps = tuple(words for what, words in STEPS_WORDS.items() if what in before)
    minutes = int((answer.at - said[0].at).total_seconds() // 60) if answer is not None else None
    return Result(post, name, minutes, steps)


def held(work: Work) -> list[Case]:
    """The drills that have begun, newest first."""
    return [case for case in reversed(incidents.every(work.scope)) if case.drill]


def planned(work: Work) -> list[Duty]:
    """The drills that lie ahead, by time."""
    return [duty for duty in duties.of_record(work.scope, RECORD) if duty.kind == PLANNED]


def not_held(work: Work) -> list[Duty]:
    """The drills that were planned and did not take place, though nobody cancelled them, newest first."""
    found = [duty for duty in duties.of_kind(work.scope, PLANNED) if duty.reason.startswith("not held")]
    return sorted((d for d in found if d.reason != CANCELLED), key=lambda duty: duty.due_at, reverse=True)


def line(work: Work, case: Case) -> str:
    """A drill in one line: when, who answered how soon, who did not."""
    local = case.opened_at.astimezone(work.terms.zone)
    begins_ = f"Drill of {short_day(local.date())}, {hour(local)}"
    found = results(work, case)
    if case.closed_at is None:
        return f"{begins_}: under way, {sum(one.minutes is not None for one in found)} of {len(found)} answered"
    answered = [one.minutes for one in found if one.minutes is not None]
    missing = [one.name for one in found if one.minutes is None]
    words = f"{len(answered)} of {len(found)} answered"
    if answered:
        words += f", the last {_after(max(answered))}"
    return f"{begins_}: {words}" + (f"; not reached: {listed(missing)}" if missing else "")


def for_digest(work: Work) -> list[str]:
    """The last drill, the next one, and the last that could not be held; that there has been none, where that is so."""
    if not pathways_on(work):
        return []
    last = held(work)[:1]
    lines = [line(work, case) for case in last]
    lines += [f"A drill is planned for {_when(work, duty.due_at)}" for duty in planned(work)[:1]]
    newest = last[0].opened_at if last else datetime.min.replace(tzinfo=UTC)
    lines += [_not_held_words(work, duty) for duty in not_held(work)[:1] if duty.due_at > newest]
    return lines or ["No drill has been held yet, and none is planned: drill plan DAY HOUR"]


def _not_held_words(work: Work, duty: Duty) -> str:
    return f"The drill planned for {_when(work, duty.due_at)} was {duty.reason}"


def listing(work: Work) -> Message:
    """Every drill planned and held, for those who would hear of an incident. Raises Refused for all others."""
    posts = {*posts_that_hear(work), work.arrangements.secretariat.business_manager}
    if work.actor.role is None and not any(case_lists.is_in(work, post) for post in posts):
        raise Refused("Drills are shown to those who would be told of an incident, and to its handler.")
    ahead = [f"Planned: {_when(work, duty.due_at)} ({duty.part})" for duty in planned(work)]
    parts = [
        *ahead,
        *(_in_full(work, case) for case in held(work)),
        *(_not_held_words(work, d) for d in not_held(work)),
    ]
    none = "No drill has been held, and none is planned. Plan one with: drill plan DAY HOUR"
    return Message(title="Alert drills", text="\n".join(parts) or none)


def _in_full(work: Work, case: Case) -> str:
    return "\n".join([line(work, case), *(f"- {one.name}: {one.words}" for one in results(work, case))])


PLAN = Action("drill.plan", Plan, _plan, SWITCHES, "plan an alert drill", needs_confirmed=True)
CANCEL = Action("drill.cancel", Cancel, _cancel, SWITCHES, "cancel a planned drill", needs_confirmed=True)

ACTIONS = (PLAN, CANCEL)
