"""`undo`, `pause`, `resume` and `rehearse`: a step back, all sending but alerts stopped, the weeks ahead tried out."""

import re

from commands import pausing, weeks_ahead
from commands.refusals import Refusal, Refused
from commands.saying import Do, Meaning, Typed, Word
from commands.work import Work

UNDO = "undo"
_ENDS = {"end", "off", "stop", "over"}


def _plain(_work: Work, typed: Typed) -> Meaning:
    return Do(typed.word.action)


def _pause(_work: Work, typed: Typed) -> Meaning:
    ends = typed.rest.casefold() in _ENDS
    return Do(pausing.RESUME.name if ends else pausing.PAUSE.name)


def _rehearse(_work: Work, typed: Typed) -> Meaning:
    """[WEEKS], as "13", "13 weeks" or "the next quarter"."""
    words = re.sub(r"\b(the|next|for|weeks|(?<=\d )week)\b", " ", typed.rest.casefold()).split()
    if not words:
        return Do(weeks_ahead.ASK.name)
    number = {"week": 1, "quarter": weeks_ahead.QUARTER, "year": 52}.get(words[0], words[0])
    if len(words) > 1 or not str(number).isdigit() or not 1 <= int(number) <= weeks_ahead.MOST:
        want = f"Write a number from 1 to {weeks_ahead.MOST}, such as: rehearse {weeks_ahead.QUARTER}"
        raise Refused(Refusal(f'"{typed.rest}" is no number of weeks that can be rehearsed.', want=want))
    return Do(weeks_ahead.ASK.name, {"weeks": str(number)})


WORDS = (
    Word(("undo",), "takes your last step back; it is kept on record that you did", _plain, action=UNDO),
    Word(("pause",), "stops all sending but alerts, until resume", _pause, action=pausing.PAUSE.name),
    Word(("resume",), "goes on sending; what waited is looked at again", _plain, action=pausing.RESUME.name),
    Word(
        ("rehearse",),
        "the weeks ahead as they would go, with nobody told: meetings, and who would be told what and why",
        _rehearse,
        "[WEEKS]",
        weeks_ahead.ASK.name,
        allowed=weeks_ahead.ASK.allowed,
    ),
)
