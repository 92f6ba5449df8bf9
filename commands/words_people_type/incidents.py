"""`incident notify`, and `notify` for short: nothing behind these words is kept or said again; a form opens.

`incident switch-on` and `switch-off` say whether anything can be notified here at all.
"""

from commands import incidents, notifying
from commands.saying import Do, Meaning, Typed, Word
from commands.work import Work

OF_INCIDENTS = ("incident", "notify")
"""The words that somebody begins with who wants to tell of an incident: of such a line only our own word is kept."""


def _notify(work: Work, _typed: Typed) -> Meaning:
    return notifying.offered(work)


def _switch(_work: Work, typed: Typed) -> Meaning:
    """Of a pathway by its id; alone, of the one for serious incidents."""
    return Do(typed.word.action, {"pathway": typed.rest.casefold()} if typed.rest else {})


WORDS = (
    Word(
        ("incident", "notify"),
        "opens the form that tells the partners of a serious incident; also on behalf of somebody",
        _notify,
        catches=True,
    ),
    Word(("notify",), "the same as incident notify", _notify),
)

SWITCHES = (
    Word(
        ("incident", "switch-on"),
        "from now on incidents can be notified here; it says what is still lacking",
        _switch,
        "[PATHWAY]",
        incidents.SWITCH_ON.name,
    ),
    Word(
        ("incident", "switch-off"),
        "nothing new can be notified here; what is open goes on",
        _switch,
        "[PATHWAY]",
        incidents.SWITCH_OFF.name,
    ),
)
