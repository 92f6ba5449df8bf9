"""The forms about attendance: whether one comes, what was told by telephone, how a quorum is read, and deferring.

A press that says everything is done at once; a form is shown only where something is still to be said.
"""

from collections.abc import Callable, Mapping

from storage.arrangements.phrases import the
from storage.records import meetings
from storage.records.meetings import MeetingRow
from storage.records.message import Choice

from . import attendance, attendance_deferring, quorum_confirming, quorum_words
from .attendance_asking import LABELS
from .attendance_standing import seat_posts, standing
from .dates import WANT_DAY
from .meeting_words import group_of
from .refusals import Refusal, Refused
from .steps import GROUP, WHICH, Asked, Headed, Step
from .words import long_day
from .work import Work

NO_CHILD = "A few words, without details of a child or a family. Others at the table can see it."
WHO = "An e-mail address, a name, or the post they hold; empty where it is not known yet."

VALUES = tuple(Choice(value=value, label=label) for value, label in LABELS.items())
YES_OR_NO = (Choice(value="yes", label="They count"), Choice(value="no", label="They do not count"))
HOW_LONG = (Choice(value="no", label="For this meeting"), Choice(value="yes", label="For every meeting"))
REASONS = tuple(Choice(value=value, label=label) for value, label in attendance_deferring.REASONS.items())

_BECAUSE = Asked("because", "Why", "words", False, NO_CHILD)
_WHO = Asked("who", "Who comes as deputy", "person", False, WHO)


def made_answer(work: Work, raw: Mapping[str, str]) -> Step:
    """Whether one comes: for a seat that is named, else for which of one's seats."""
    return _about_a_seat(work, raw, attendance.ANSWER.name, "Do you come", "Answer")


def made_told(work: Work, raw: Mapping[str, str]) -> Step:
    """What somebody has said by telephone."""
    return _about_a_seat(work, raw, attendance.TOLD.name, "What was told by telephone", "Record")


def _about_a_seat(work: Work, raw: Mapping[str, str], action: str, title: str, send: str) -> Step:
    row = _row(work, raw)
    if row is None:
        return Step(action, title, send, (GROUP, WHICH, Asked("post", "Whose seat", "post"), *_values(raw)))
    if raw.get("post"):
        post = raw["post"]
        title = f"{work.arrangements.title(post)}: {title[:1].lower()}{title[1:]}"
        return Step(action, title, send, _values(raw), carries=_CARRIES, headed=_headed(work, row, title))
    posts = tuple(Choice(value=post, label=work.arrangements.title(post)) for post in seat_posts(work, row))
    asks = (Asked("post", "Whose seat", "choice", choices=posts), *_values(raw))
    return Step(action, title, send, asks, carries=("group", "place", "came_by"), headed=_headed(work, row, title))


_CARRIES = ("group", "place", "post", "came_by", "asked")


def _values(raw: Mapping[str, str]) -> tuple[Asked, ...]:
    """What is asked of a seat; who comes is asked only where a deputy may."""
    value = Asked("value", "Answer", "choice", choices=VALUES)
    return (value, _WHO, _BECAUSE) if raw.get("value") in (None, "", "deputy") else (value, _BECAUSE)


def made_defer(work: Work, raw: Mapping[str, str]) -> Step:
    """Deferring: the reason, and the new day where it is known. What it leads to is shown first."""
    asks = (
        Asked("because", "Why", "choice", choices=REASONS),
        Asked("words", "In a few words", "words", False, "Needed for another reason. Nothing of any case."),
        Asked("day", "New day", "day", False, f"Empty where it is not known yet. {WANT_DAY}"),
    )
    name, title, send, sure = attendance_deferring.DEFER.name, "Defer a meeting", "Show what follows", "Defer it"
    row = _row(work, raw)
    if row is None:
        return Step(name, title, send, (GROUP, WHICH, *asks), sure=sure)
    return Step(name, title, send, asks, sure=sure, carries=("group", "place"), headed=_headed(work, row, title))


def made_confirm(work: Work, raw: Mapping[str, str]) -> Step:
    """How a quorum is read that the arrangements leave open: with what each reading comes to above it."""
    name, send = quorum_confirming.CONFIRM.name, "Confirm"
    asks: tuple[Asked, ...] = (
        Asked("counts", "Do they count", "choice", choices=YES_OR_NO),
        Asked("for_good", "For how long", "choice", choices=HOW_LONG),
        Asked("because", "Why", "words", False, "A few words: who has agreed to it, or where it stands."),
    )
    row = _row(work, raw)
    if row is None:
        what = Asked("what", "What is confirmed", "choice", choices=_WHATS)
        return Step(name, "How a quorum is read", send, (GROUP, WHICH, what, *asks))
    what_of = raw.get("what", "")
    if what_of not in quorum_words.WAYS:
        asks = (Asked("what", "What is confirmed", "choice", choices=_WHATS), *asks)
    title = f"Whether {quorum_words.WAYS.get(what_of, 'deputies or vacant posts')} count"
    return Step(name, title, send, asks, carries=("group", "place", "what"), headed=_read(work, row, title))


_WHATS = tuple(Choice(value=what, label=f"Whether {words} count") for what, words in quorum_words.WAYS.items())


def _row(work: Work, raw: Mapping[str, str]) -> MeetingRow | None:
    """The meeting that a form is about; None where it does not say. Raises Refused for one that is not there."""
    if not raw.get("group") or not raw.get("place"):
        return None
    row = meetings.find(work.scope, raw["group"], raw["place"])
    if row is None:
        raise Refused(Refusal("There is no such meeting.", "place", "See the list with: meeting list"))
    return row


def _headed(work: Work, row: MeetingRow, title: str) -> Headed:
    words = f"{group_of(work, row).name} of {long_day(row.day)}. It can be changed until the meeting begins."
    return lambda _work, _raw: (title, words)


def _read(work: Work, row: MeetingRow, title: str) -> Headed:
    found = standing(work, row)
    words = "\n".join([f"{the(found.group.name)[4:]} of {long_day(row.day)}", *quorum_words.lines(work, found)])
    return lambda _work, _raw: (title, words)


MADE: Mapping[str, Callable[[Work, Mapping[str, str]], Step | None]] = {
    attendance.ANSWER.name: made_answer,
    attendance.TOLD.name: made_told,
    attendance_deferring.DEFER.name: made_defer,
    quorum_confirming.CONFIRM.name: made_confirm,
}
"""The maker of an action's step, by the action's name."""
