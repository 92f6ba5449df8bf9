"""How long a case is kept: once its time is over its handler is asked, it can be held, and emptying it takes two.

Nothing is deleted by itself. Where the arrangements do not say how long, nothing is proposed. What is emptied is what
was told; dates, stages, what was overdue, who knew when and the ledger stay.
"""

from datetime import date, datetime, timedelta
from typing import Literal

from dateutil.relativedelta import relativedelta

from storage.arrangements.pathways import Pathway
from storage.arrangements.reminders import Ask
from storage.records import duties, emptying, incidents
from storage.records.duties import Duty
from storage.records.incidents import Case
from storage.records.message import Button, Choice, Message

from . import case_lists, proposing
from .action import Action, Form
from .cases import pathway_of
from .permissions import PEOPLE
from .refusals import Refused
from .steps import AGAIN
from .words import long_day
from .work import NOBODY, Work

ASKED = "retention-proposed"

AGAIN_AFTER = timedelta(days=91)
"""So long after it was asked the handler is asked again, until the case is held or emptied."""

HELD_BECAUSE: dict[str, str] = {
    "inquiry": "an inquiry or a review is under way",
    "court": "there are proceedings before a court",
    "complaint": "there is a complaint",
    "request": "somebody has asked to see what is kept",
    "adviser": "our adviser on records has asked for it",
}
"""Why a case is kept beyond its time, by the id that is stored. Words about the case are in none of it."""

Because = Literal["inquiry", "court", "complaint", "request", "adviser"]


class About(Form):
    """A case that has ended."""

    reference: str


class Hold(About):
    """A case that is kept beyond its time, and why."""

    because: Because


def keep_years(work: Work, case: Case) -> int | None:
    """How many years after its end a case is kept: as the arrangements in force say, or else those it began under."""
    known = {pathway.id: pathway for pathway in work.arrangements.pathways}
    pathway: Pathway = known.get(case.pathway) or pathway_of(work, case)
    return pathway.keep_years


def kept_until(work: Work, case: Case) -> date | None:
    """The first day on which a case need no longer be kept; None while it is open, or where nothing is agreed."""
    years = keep_years(work, case)
    if years is None or case.closed_at is None:
        return None
    ended: date = case.closed_at.astimezone(work.terms.zone).date()
    return ended + relativedelta(years=years, days=1)


def owe_retention(work: Work) -> None:
    """Owes, for each case that has ended, that its handler is asked when its time is over. Done every night."""
    for case in incidents.every(work.scope):
        until = kept_until(work, case)
        if until is None or case.drill or case.emptied_at is not None or case.held:
            continue
        known = duties.of_record(work.scope, _record(case), state=None)
        if not any(duty.state == "open" for duty in known):
            _owe(work, case, max(until, work.today), len(known) + 1)


def _record(case: Case) -> str:
    return f"retention:{case.reference}"


def _owe(work: Work, case: Case, day: date, number: int) -> None:
    at = work.terms.setting.morning(work.terms.open_days.on_or_after(day))
    post = case_lists.handler_of(work, case)
    ask = Ask(ASKED, str(number), max(at, work.now), post, "its time of keeping is over", "chosen")
    work.owe_also(_record(case), 1, [ask])


def ask_handler(work: Work, duty: Duty) -> str:
    """The handler of a case whose time of keeping is over: the case's handler is asked, and again three months on."""
    work.note(duty.record, part=duty.part)
    case = incidents.find(work.scope, duty.record.partition(":")[2])
    if case is None or case.emptied_at is not None:
        return "not asked: nothing is kept any more"
    if case.held:
        return "not asked: it is held"
    until = kept_until(work, case)
    if case.closed_at is None or until is None:
        return "not asked: it is open again, or our arrangements do not say how long it is kept"
    if until > work.today:
        _owe(work, case, until, int(duty.part) + 1)
        return "not asked: it is kept longer now"
    told = work.say(
        ASKED,
        post=duty.post,
        key=f"{ASKED}:{case.reference}:{duty.part}",
        record=case.record,
        data={
            "reference": case.reference,
            "years": keep_years(work, case),
            "ended": case.closed_at.astimezone(work.terms.zone).date(),
            "until": until,
        },
        why=duty.why,
        source=pathway_of(work, case).source,
        buttons=(
            Button(label="Propose to empty it", does=EMPTY.name, form={"reference": case.reference}),
            Button(label="Hold it", does=HOLD.name, form={"reference": case.reference, AGAIN: "yes"}),
        ),
    )
    if told != NOBODY:
        _owe(work, case, work.today + AGAIN_AFTER, int(duty.part) + 1)
    return told


def _ended(work: Work, form: About) -> Case:
    """The case, which has ended and is not emptied, for its handler. Raises Refused."""
    case = case_lists.find(work, form.reference)
    case_lists.only_the_handler(work, case)
    if case.emptied_at is not None:
        raise Refused(f"{case.reference} was emptied on {_day(work, case.emptied_at)}.")
    if case.closed_at is None:
        raise Refused(f"{case.reference} is open, so it is kept.")
    return case


def _day(work: Work, at: datetime) -> str:
    return long_day(at.astimezone(work.terms.zone).date())


def _hold(work: Work, form: Hold) -> Message:
    case = _ended(work, form)
    if case.held:
        raise Refused(f"{case.reference} is held already, because {HELD_BECAUSE[case.held]}.")
    case.held = form.because
    work.scope.session.add(case)
    work.release(_record(case), [ASKED], "not asked: it is held")
    work.note(case.record, held=form.because)
    return Message(
        title=f"{case.reference} is held",
        text=f"It is kept, because {HELD_BECAUSE[form.because]}, until somebody says that it need not be: "
        f"incident release-hold {case.reference}",
    )


def _release_hold(work: Work, form: About) -> Message:
    case = _ended(work, form)
    if not case.held:
        raise Refused(f"{case.reference} is not held.")
    before, case.held = case.held, ""
    work.scope.session.add(case)
    work.scope.session.flush()
    work.note(case.record, held_no_more=before)
    until = kept_until(work, case)
    if until is None:
        return Message(title=f"{case.reference} is no longer held", text=NOT_SAID)
    _owe(work, case, max(until, work.today), len(duties.of_record(work.scope, _record(case), state=None)) + 1)
    return Message(
        title=f"{case.reference} is no longer held",
        text=f"It is kept until {long_day(until - timedelta(days=1))}; after that its handler is asked.",
    )


NOT_SAID = "Our arrangements do not say how long a case is kept, so nothing is proposed for deletion."


def _empty(work: Work, form: About) -> Message:
    case = _ended(work, form)
    until = kept_until(work, case)
    if until is None:
        raise Refused(NOT_SAID)
    if case.held:
        raise Refused(f"{case.reference} is held, because {HELD_BECAUSE[case.held]}.")
    if until > work.today:
        raise Refused(f"{case.reference} is kept until {long_day(until - timedelta(days=1))}, as our arrangements say.")
    if not work.agreed_by:
        words = f"what was told of {case.reference} is deleted; dates, stages and who knew when stay"
        return proposing.propose(work, EMPTY.name, About(reference=case.reference), case.record, words)
    emptying.empty(work.scope, case, work.now)
    work.release(_record(case), [ASKED], "not asked: nothing is kept any more")
    work.note(case.record, emptied=True)
    return Message(
        title=f"{case.reference} is emptied", text="What was told of it is deleted. Dates, stages and the record stay."
    )


def choices() -> tuple[Choice, ...]:
    """Why a case can be held, as they are offered."""
    return tuple(Choice(value=id_, label=words) for id_, words in HELD_BECAUSE.items())


HOLD = Action("incident.hold", Hold, _hold, PEOPLE, "keep an ended incident beyond its time", None, True)
RELEASE = Action(
    "incident.release-hold", About, _release_hold, PEOPLE, "say that an incident need not be held any more", None, True
)
EMPTY = Action(
    "incident.empty", About, _empty, PEOPLE, "propose that what was told of an ended incident is deleted", None, True
)

ACTIONS = (HOLD, RELEASE, EMPTY)
