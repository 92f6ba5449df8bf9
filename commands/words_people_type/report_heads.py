"""The three first words of one idea: "report" for what groups owe, "audit" for Section 11 and 175, "return" for any."""

from collections.abc import Callable

from commands import return_forms
from commands.permissions import Allowed
from commands.refusals import Refused
from commands.saying import Meaning, Typed, Word
from commands.work import Work
from storage.arrangements.returns import Return

HEADS = ("report", "audit", "return")

Means = Callable[[Work, Typed], Meaning]


def under_each(
    sub: str,
    does: str,
    means: Means,
    usage: str = "",
    *,
    action: str = "",
    allowed: Allowed | None = None,
    options: tuple[str, ...] = (),
) -> tuple[Word, ...]:
    """The same second word behind each of the three first ones; `does` has {what} where that one's word stands."""
    return tuple(
        Word((head, sub), does.format(what=called(head)), means, usage, action, allowed, options) for head in HEADS
    )


def called(head: str) -> str:
    """What people call the things that a first word is about."""
    return {"report": "report", "audit": "audit", "return": "form"}[head]


def of_head(work: Work, typed: Typed) -> list[Return]:
    """The returns that a first word may mean: reports, audits, or all."""
    head = typed.word.path[0]
    return [each for each in work.arrangements.returns if head == "return" or each.calls == head]


def one_of_head(work: Work, typed: Typed, word: str) -> Return:
    """The one return that is meant: by its word, or the only one there is. Raises Refused with the choices."""
    offered = of_head(work, typed)
    if not word and len(offered) == 1:
        return offered[0]
    if not word and offered:
        raise Refused(f"Say which one is meant: {'; '.join(each.name for each in offered)}.")
    return return_forms.meant(work, word)
