"""`drill …`: an alert drill planned, listed, cancelled."""

from commands import drills
from commands.dates import day_and_hour
from commands.saying import Do, Meaning, Typed, Word
from commands.work import Work
from storage.records.message import Message


def _plan(_work: Work, typed: Typed) -> Meaning:
    """DAY HOUR, in either order."""
    day, starts = day_and_hour(list(typed.words))
    given = {"day": day, "starts": starts}
    return Do(typed.word.action, {name: text for name, text in given.items() if text})


def _list(work: Work, _typed: Typed) -> Meaning:
    return drills.listing(work)


def _cancel(work: Work, typed: Typed) -> Meaning:
    """The drill of that day and hour; without them the next one."""
    ahead = drills.planned(work)
    if not typed.words:
        return Do(typed.word.action, {"part": ahead[0].part}) if ahead else _none()
    return Do(typed.word.action, {"part": typed.rest})


def _none() -> Message:
    return Message(title="No drill is planned", text="Plan one with: drill plan DAY HOUR")


WORDS = (
    Word(
        ("drill", "plan"),
        "plans an alert drill: those told of an incident are alerted, in words that say it is a drill",
        _plan,
        "DAY HOUR",
        drills.PLAN.name,
    ),
    Word(("drill", "list"), "the drills planned and held, with who answered how soon", _list),
    Word(("drill", "cancel"), "cancels the next planned drill", _cancel, "[WHICH]", drills.CANCEL.name),
)
