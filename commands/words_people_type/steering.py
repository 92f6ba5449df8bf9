"""`undo`, `pause` and `resume`: taking a step back, and stopping all sending but alerts."""

from commands import pausing
from commands.saying import Do, Meaning, Typed, Word
from commands.work import Work

UNDO = "undo"
_ENDS = {"end", "off", "stop", "over"}


def _plain(_work: Work, typed: Typed) -> Meaning:
    return Do(typed.word.action)


def _pause(_work: Work, typed: Typed) -> Meaning:
    ends = typed.rest.casefold() in _ENDS
    return Do(pausing.RESUME.name if ends else pausing.PAUSE.name)


WORDS = (
    Word(("undo",), "takes your last step back; it is kept on record that you did", _plain, action=UNDO),
    Word(("pause",), "stops all sending but alerts, until resume", _pause, action=pausing.PAUSE.name),
    Word(("resume",), "goes on sending; what waited is looked at again", _plain, action=pausing.RESUME.name),
)
