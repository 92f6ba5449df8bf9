"""A meeting is deferred, with its reason: too few come, a skill is missing, or another one.

Gloucestershire's panel may be deferred where the relevant skill mix is not available or the numbers are too small (004
App 4 Team Membership); elsewhere whoever chairs decides (AMB-ALL-QUORUM). With another day the meeting moves there;
without one it does not take place until a day is found. Either way all that hangs on it follows.
"""

from collections.abc import Mapping
from datetime import date
from typing import Literal

from pydantic import Field

from storage.arrangements.phrases import listed, the
from storage.records.message import Button, Message

from . import attendance_asking, quorum_words
from . import meetings as meeting_actions
from .action import Action, Form
from .attendance import meeting_meant
from .attendance_standing import Standing, standing
from .freetext import check_text
from .meetings import CHAIRS
from .refusals import Refusal, Refused
from .saying import SAY
from .words import long_day
from .work import Work

Reason = Literal["numbers", "skills", "other"]

REASONS: Mapping[str, str] = {
    "numbers": "Too few come",
    "skills": "A skill or a post that is needed is missing",
    "other": "Another reason",
}
"""Why a meeting is deferred, by the value that is chosen."""

LONGEST = 200


class Defer(Form):
    """A meeting that is deferred, because: one of the reasons; `words` says more, or the other reason.

    `day`: the day on which it is held instead, where that is known.
    """

    group: str
    place: str
    because: Reason
    words: str = Field(default="", max_length=LONGEST)
    day: date | None = None


def _defer(work: Work, form: Defer) -> Message:
    row = meeting_meant(work, form.group, form.place)
    found = standing(work, row)
    named = f"{the(found.group.name)} of {long_day(row.day)}"
    problems = [*check_text(form.words, "words")]
    if form.because == "other" and not form.words:
        problems.append(Refusal("This is needed.", "words", "Say why, in a few words."))
    if row.status in ("cancelled", "held") or attendance_asking.has_begun(work, row):
        problems.append(Refusal(f"{named[0].upper()}{named[1:]} has begun, has been or does not take place."))
    if problems:
        raise Refused(*problems)
    reason = f"deferred by {quorum_words.person_name(work, work.actor.id)}: {why(work, found, form)}"
    group, place = form.group, form.place
    if form.day is not None:
        answer = meeting_actions.MOVE.does(
            work, meeting_actions.Move(group=group, place=place, day=form.day, reason=reason)
        )
        title = f"Deferred to {long_day(form.day)}"
    else:
        answer = meeting_actions.CANCEL.does(work, meeting_actions.Because(group=group, place=place, because=reason))
        title = "Deferred, with no day yet"
    work.note(row.record, because=form.because)
    text = f"{named[0].upper()}{named[1:]}: {reason}.\n{answer.text}"
    date_poll = Button(label="Find a date", does=SAY, form={"line": f"poll date {form.group} new"})
    return Message(title=title, text=text, buttons=(*answer.buttons, *(() if form.day else (date_poll,))))


def why(work: Work, found: Standing, form: Defer) -> str:
    """The reason in words, with what was missing at that time, so that the record says it."""
    said = {
        "numbers": f"too few come ({quorum_words.summary(found)})",
        "skills": f"{_missing(work, found)}",
        "other": "",
    }[form.because]
    return "; ".join(filter(None, (said, form.words.rstrip("."))))


def _missing(work: Work, found: Standing) -> str:
    posts = [work.arrangements.title(post) for one in found.readings for post in one.posts]
    skills = [skill for one in found.readings for skill in one.skills]
    names = list(dict.fromkeys([*posts, *skills]))
    return f"missing: {listed(names)}" if names else "a skill that is needed is missing"


DEFER = Action("attendance.defer", Defer, _defer, CHAIRS, "defer a meeting that cannot do its business", "group")

ACTIONS = (DEFER,)
