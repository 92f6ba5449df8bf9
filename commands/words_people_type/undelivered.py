"""`undelivered`: what reached nobody."""

from commands import undelivered
from commands.permissions import Role, Where
from commands.saying import Meaning, Typed, Word
from commands.work import Work


def _undelivered(work: Work, _typed: Typed) -> Meaning:
    return undelivered.listed(work)


WORDS = (
    Word(
        ("undelivered",),
        "the messages that reached nobody: why, and what to do",
        _undelivered,
        allowed={Role.BUSINESS_MANAGER: Where.EVERYWHERE},
    ),
)
