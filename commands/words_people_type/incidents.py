"""`incident notify`, and `notify` for short: nothing behind these words is kept or said again; a form opens."""

from commands import notifying
from commands.saying import Meaning, Typed, Word
from commands.work import Work

OF_INCIDENTS = ("incident", "notify")
"""The words that somebody begins with who wants to tell of an incident: of such a line only our own word is kept."""


def _notify(work: Work, _typed: Typed) -> Meaning:
    return notifying.offered(work)


WORDS = (
    Word(
        ("incident", "notify"),
        "opens the form that tells the partners of a serious incident; also on behalf of somebody",
        _notify,
        catches=True,
    ),
    Word(("notify",), "the same as incident notify", _notify),
)
