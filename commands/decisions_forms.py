"""The forms about decisions: what is proposed, why a seat disagrees, what a meeting made of it; made anew each time."""

from collections.abc import Callable, Mapping

from storage.arrangements.decisions import WITH_A_REASON
from storage.records import polls
from storage.records.meetings import MeetingRow
from storage.records.message import Choice
from storage.records.polls import DECISION, Poll

from . import decisions, decisions_ending, naming
from . import decisions_kept as kept
from . import decisions_words as words
from .dates import WANT_DAY
from .freetext import may_name
from .refusals import Refused
from .steps import GROUP, Asked, Headed, Step
from .work import Work

Made = Callable[[Work, Mapping[str, str]], Step | None]

SAFE = "Leave out all details of a child or a family."

_VALUE = Asked(
    "value", "Your answer", "choice", choices=tuple(Choice(value=key, label=each) for key, each in words.LABELS.items())
)

ABOUT = ("group", "number")


def _open(work: Work, raw: Mapping[str, str]) -> Step:
    days = work.arrangements.planning.decision_days
    asks = [
        GROUP,
        Asked("proposal", "What is to be decided", "text", hint=f"As it will stand in the record. {SAFE}"),
        Asked("until", "The last day", "day", False, f"Empty: in {days} days (chosen). {WANT_DAY}"),
    ]
    if (row := _meeting_today(work, raw.get("group", ""))) is not None:
        choices = (
            Choice(value="meeting", label=decisions.today_words(work, row)),
            Choice(value="between", label="Between meetings"),
        )
        asks.append(Asked("at", "Where it is decided", "choice", choices=choices))
    title = "Ask the seats that decide"
    return Step(decisions.OPEN.name, title, "Show what is asked", tuple(asks), sure="Ask them now")


def _meeting_today(work: Work, word: str) -> MeetingRow | None:
    """Today's meeting of the group that is named so; which group is meant is looked at when the form is read."""
    try:
        group = naming.group(work.arrangements, word) if word else None
    except Refused:
        return None
    return decisions.meeting_today(work, group) if group is not None else None


def _answer(work: Work, raw: Mapping[str, str]) -> Step | None:
    """Agreeing and abstaining ask nothing; a reservation and a disagreement ask why."""
    poll = find(work, raw)
    person = work.actor.person
    if poll is None or person is None or not decisions.may_answer(work, person, *(_about(raw)), raw.get("post", "")):
        raise Refused(decisions.NOT_YOURS)
    if raw.get("value") not in WITH_A_REASON and raw.get("value"):
        return None
    because = Asked("because", "Why", "text", hint=f"It stands in the record by the name of your post. {SAFE}")
    named = may_name(raw.get("because", ""), work.arrangements)
    carries = (*ABOUT, "post", "came_by", *(("value",) if raw.get("value") else ()))
    asks = (because,) if raw.get("value") else (_VALUE, _optional(because))
    label = words.LABELS.get(raw.get("value", ""), "Your answer")
    return Step(
        decisions.ANSWER.name,
        label,
        "Answer",
        asks,
        sure="Answer so" if named else "",
        carries=carries,
        headed=_headed(f"{label}: {poll.name}", kept.proposal(work, poll)),
    )


def _optional(asked: Asked) -> Asked:
    return Asked(asked.name, asked.label, asked.kind, False, f"Needed with a reservation or a disagreement. {SAFE}")


def _close(work: Work, raw: Mapping[str, str]) -> Step:
    return Step(
        decisions_ending.CLOSE.name, "Close a decision", "Show what comes of it", (), sure="Close it", carries=ABOUT
    )


def _withdraw(work: Work, raw: Mapping[str, str]) -> Step:
    because = Asked("because", "Why", "words", hint="A few words. Whoever was asked reads them.")
    headed = _headed_by(work, raw, "Withdraw")
    return Step(
        decisions_ending.WITHDRAW.name, "Withdraw a decision", "Withdraw it", (because,), carries=ABOUT, headed=headed
    )


def _send_on(work: Work, raw: Mapping[str, str]) -> Step:
    title = "Send it on, as our arrangements say"
    return Step(decisions_ending.SEND_ON.name, title, "Show who is asked", (), sure="Ask them now", carries=ABOUT)


def _ratify(work: Work, raw: Mapping[str, str]) -> Step | None:
    if raw.get("result") in ("ratified", "undone"):
        return None
    because = Asked("because", "Why, or what came of it", "text", hint=SAFE)
    title = "What the meeting made of it"
    carries = (*ABOUT, "meeting", *(("result",) if raw.get("result") else ()))
    asks = (because,) if raw.get("result") else (_result(work, raw), _not_needed(because))
    headed = _headed_by(work, raw, title)
    return Step(decisions_ending.RATIFY.name, title, "Record", asks, carries=carries, headed=headed)


def _result(work: Work, raw: Mapping[str, str]) -> Asked:
    choices = tuple(Choice(value=each, label=each.capitalize()) for each in ("ratified", "not ratified", "dealt with"))
    return Asked("result", "What came of it", "choice", choices=choices)


def _not_needed(asked: Asked) -> Asked:
    return Asked(asked.name, asked.label, asked.kind, False, f"Needed unless it was ratified. {SAFE}")


def _headed_by(work: Work, raw: Mapping[str, str], title: str) -> Headed | None:
    """The decision's name and words above the form, for whoever may see it."""
    poll = find(work, raw)
    if poll is None or not decisions.may_see(work, poll):
        return None
    return _headed(f"{title}: {poll.name}", kept.proposal(work, poll))


def _headed(title: str, text: str) -> Headed:
    return lambda _work, _raw: (title, text)


def find(work: Work, raw: Mapping[str, str]) -> Poll | None:
    """The decision that a form names."""
    return polls.find(work.scope, DECISION, ".".join(_about(raw)))


def _about(raw: Mapping[str, str]) -> tuple[str, str]:
    return raw.get("group", ""), raw.get("number", "")


MADE: Mapping[str, Made] = {
    decisions.OPEN.name: _open,
    decisions.ANSWER.name: _answer,
    decisions_ending.CLOSE.name: _close,
    decisions_ending.WITHDRAW.name: _withdraw,
    decisions_ending.SEND_ON.name: _send_on,
    decisions_ending.RATIFY.name: _ratify,
}
"""The maker of an action's step, by the action's name."""
