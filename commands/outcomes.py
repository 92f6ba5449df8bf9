"""What comes back from the runner: an answer, what changed, or why not."""

from dataclasses import dataclass
from datetime import datetime

from storage.records.message import Message

from .refusals import Refusal


@dataclass(frozen=True)
class Change:
    """One thing that changed, or would change in a preview: what, from which words to which, and how many messages."""

    what: str
    before: str = ""
    after: str = ""

    def __str__(self) -> str:
        if self.before and self.after:
            return f"{self.what}: {self.before} becomes {self.after}"
        return f"{self.what}: {self.after or self.before}".removesuffix(": ")


@dataclass(frozen=True)
class Outcome:
    """The end of one action. Either `refusals` hold sentences and nothing changed, or `answer` holds words.

    `secret` is a one-time code, to be shown once beside the answer; it is stored nowhere, so a repeat has none.
    `repeated`: the key had been carried out before, at `first_at`; the answer is the one of then.
    """

    answer: Message | None = None
    changes: tuple[Change, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    repeated: bool = False
    first_at: datetime | None = None
    secret: str = ""

    @property
    def refused(self) -> bool:
        """Whether nothing was done."""
        return bool(self.refusals)
