"""Answers: a person says what they will do, says that they did it, or passes it on; or somebody was rung.

Delivered, opened and seen are no answers. An answer lapses when what it promised does not happen.
"""

from datetime import datetime, timedelta
from typing import Literal

from pydantic import Field

from storage.records import tellings
from storage.records.incidents import Case
from storage.records.message import Message
from storage.records.tellings import Telling

from . import alerting, case_lists
from .action import Action, Form
from .alerting import ANSWERS_SAID, name_of
from .case_status import bring_up_to_date
from .cases import clock_words, pathway_of
from .permissions import PEOPLE, TIME_ONLY
from .refusals import Refusal, Refused
from .work import Work

LONGEST_PROMISE = timedelta(hours=24)


class About(Form):
    """A case and the post that was told of it."""

    reference: str
    post: str


class Answer(About):
    """What somebody will do. `within`: minutes until they ring, or `by`: the time; one hour where neither is said."""

    answer: Literal["have", "known", "pass"]
    within: int | None = Field(default=None, ge=5, le=24 * 60)
    by: datetime | None = None


class SaidOnTelephone(About):
    """What was said when an agency was rung: one of a few words, nothing about the case."""

    said: Literal["has-it", "knows", "nobody"]


class Wake(Form):
    """A case that was silent until the morning, and why people are woken now."""

    reference: str


class NotReached(Form):
    """An alert that reached nobody: the case, the post, and the reason as the door gave it."""

    reference: str
    post: str
    reason: str = ""


NOTHING_MORE = "Nothing more is asked of you about this now."


def _found(work: Work, form: About) -> tuple[Case, Telling]:
    """The case and the telling, for somebody who may answer for the post. Raises Refused."""
    case = case_lists.find(work, form.reference)
    telling = tellings.find(work.scope, case.reference, form.post)
    if telling is None:
        raise Refused(Refusal(case_lists.NOTHING, "reference"))
    if case.closed_at is not None or telling.state == "ended":
        raise Refused("Nothing is asked any more about this.")
    work.note(case.record, post=form.post)
    return case, telling


def _theirs(work: Work, form: About) -> tuple[Case, Telling]:
    case, telling = _found(work, form)
    if work.actor.person not in alerting.entitled(work, telling.post):
        raise Refused(f"This is answered by the {work.arrangements.title(telling.post)} or whoever stands in.")
    return case, telling


def _answer(work: Work, form: Answer) -> Message:
    case, telling = _theirs(work, form)
    person = work.actor.person or ""
    if form.answer == "pass":
        return _pass_on(work, case, telling, person)
    if form.answer == "known" and _is_known_to(telling, person):
        return _answered(work, case, "known", NOTHING_MORE)
    telling.state, telling.answer, telling.answered_by, telling.answered_at = "answered", form.answer, person, work.now
    telling.promised_at, telling.kept_at = None, None
    alerting.stop(work, telling, f"answered: {form.answer}")
    words = NOTHING_MORE
    if form.answer == "have":
        telling.promised_at = _promised(work, form)
        alerting.promise(work, telling, telling.promised_at)
        words = (
            f"You will ring by {clock_words(work, telling.promised_at)}. Press I have rung once you have; "
            "else you are asked again then."
        )
    work.scope.session.add(telling)
    alerting.note(
        work, case.reference, telling.post, form.answer, person=person, by=telling.promised_at, way=_way(work)
    )
    bring_up_to_date(work, case)
    return _answered(work, case, form.answer, words)


def _is_known_to(telling: Telling, person: str) -> bool:
    """Whether they have said so already: said again, at another door or on a later message, it counts once."""
    return (telling.state, telling.answer, telling.answered_by) == ("answered", "known", person)


def _answered(work: Work, case: Case, answer: str, words: str) -> Message:
    title = {"have": "You have this", "known": "Known to you"}[answer]
    ring = alerting.whom_to_ring(work, case, pathway_of(work, case))
    return Message(title=f"{case.reference}: {title}", text=f"{words}\nRing: {ring}.")


def _promised(work: Work, form: Answer) -> datetime:
    if form.by is not None and form.by.tzinfo is None:
        raise Refused(Refusal("This time needs its zone.", "by"))
    by = form.by or alerting.within(work, form.within or alerting.WITHIN)
    if by <= work.now:
        raise Refused(Refusal("This time is past.", "by", "Give a time that lies ahead."))
    if by - work.now > LONGEST_PROMISE:
        raise Refused(Refusal("This is more than a day ahead.", "by", "Give a time within a day, or pass it on."))
    return by


def _pass_on(work: Work, case: Case, telling: Telling, person: str) -> Message:
    if telling.state in ("answered", "recorded") and telling.answered_by != person:
        raise Refused(f"{name_of(work, telling.answered_by)} has answered already, so there is nothing to pass on.")
    others = [each for each in alerting.entitled(work, telling.post) if each != person]
    if not others:
        raise Refused(
            "Nobody else is entered for this post, so it cannot be passed on here. Ring somebody of your agency and "
            "have the business manager enter them; or press I have this."
        )
    alerting.note(work, case.reference, telling.post, "pass", person=person, way=_way(work))
    alerting.stop(work, telling, "passed to the deputy")
    telling.round += 1
    telling.answer, telling.answered_by, telling.answered_at, telling.promised_at = "", "", None, None
    alerting.begin_round(work, case, telling, to=others[0])
    bring_up_to_date(work, case)
    return Message(
        title=f"{case.reference}: passed on",
        text=f"{name_of(work, others[0])} is told now. It stays yours to answer until somebody has.",
    )


def _way(work: Work) -> str:
    return work.actor.account.door if work.actor.account else ""


def _rang(work: Work, form: About) -> Message:
    case, telling = _theirs(work, form)
    if telling.state != "answered" or telling.promised_at is None:
        raise Refused("Nothing was promised here. Say first what you will do: I have this, or known to us.")
    telling.kept_at = work.now
    alerting.stop(work, telling, "they rang")
    alerting.note(work, case.reference, telling.post, "rang", person=work.actor.person or "", way=_way(work))
    work.scope.session.add(telling)
    bring_up_to_date(work, case)
    return Message(title=f"{case.reference}: recorded", text="It is recorded that you rang.")


def _knows_child(work: Work, form: About) -> Message:
    case, telling = _theirs(work, form)
    telling.knows_child_at = telling.knows_child_at or work.now
    alerting.note(work, case.reference, telling.post, "knows-child", person=work.actor.person or "", way=_way(work))
    work.scope.session.add(telling)
    bring_up_to_date(work, case)
    return Message(
        title=f"{case.reference}: recorded", text="It is recorded that your agency knows which child is meant."
    )


def _said(work: Work, form: SaidOnTelephone) -> Message:
    case, telling = _found(work, form)
    case_lists.only_the_handler(work, case)
    person = work.actor.person or ""
    alerting.note(work, case.reference, telling.post, f"said:{form.said}", person=person, way="telephone")
    if form.said == "nobody":
        return Message(
            title=f"{case.reference}: recorded",
            text="It is recorded that nobody answered the telephone. You are asked again until somebody is reached.",
        )
    telling.state, telling.answer, telling.answered_by, telling.answered_at = "recorded", form.said, person, work.now
    telling.promised_at = telling.kept_at = None
    alerting.stop(work, telling, "rung, and what was said is recorded")
    work.scope.session.add(telling)
    bring_up_to_date(work, case)
    return Message(title=f"{case.reference}: recorded", text=f"It is recorded: {ANSWERS_SAID[form.said]}.")


def _wake(work: Work, form: Wake) -> Message:
    case = case_lists.find(work, form.reference)
    case_lists.only_the_handler(work, case)
    silent = [each for each in tellings.of_case(work.scope, case.reference) if each.state == "silent"]
    if not silent or case.closed_at is not None:
        raise Refused("Nobody is left to be woken: all were told already.")
    case.wake_at, case.speed = None, "now"
    work.scope.session.add(case)
    for telling in silent:
        alerting.wake(work, case, telling)
    bring_up_to_date(work, case)
    return Message(
        title=f"{case.reference}: people are woken", text="The alerts go out now, and who is told next runs."
    )


def _not_reached(work: Work, form: NotReached) -> Message:
    """An alert could not be delivered: whoever is next is told at once."""
    telling = tellings.find(work.scope, form.reference, form.post)
    work.note(f"incident:{form.reference}", post=form.post)
    if telling is None or telling.state != "told":
        return Message(title="Nothing to do", text="Nobody waits for an answer there.")
    alerting.note(work, form.reference, form.post, "not delivered")
    return Message(title="Next", text=alerting.next_at_once(work, telling))


ANSWER = Action(
    "incident.answer",
    Answer,
    _answer,
    PEOPLE,
    "answer an alert: I have this, known to us, pass it on",
    None,
    True,
    "any post",
)
RANG = Action(
    "incident.rang", About, _rang, PEOPLE, "say that you have rung as you said you would", None, True, "any post"
)
KNOWS = Action(
    "incident.knows-child",
    About,
    _knows_child,
    PEOPLE,
    "say that your agency knows which child is meant",
    None,
    True,
    "any post",
)
SAID = Action(
    "incident.said",
    SaidOnTelephone,
    _said,
    PEOPLE,
    "record what an agency said on the telephone",
    None,
    True,
    "any post",
)
WAKE = Action(
    "incident.wake", Wake, _wake, PEOPLE, "wake people for what was silent until the morning", None, True, "any post"
)
NOT_REACHED = Action(
    "incident.not-reached", NotReached, _not_reached, TIME_ONLY, "tell whoever is next when an alert reached nobody"
)

ACTIONS = (ANSWER, RANG, KNOWS, SAID, WAKE, NOT_REACHED)
