"""Known refusals: helpful sentences, all of them at once, each beside the field that it is about."""

from dataclasses import dataclass

from pydantic import ValidationError
from pydantic_core import ErrorDetails


@dataclass(frozen=True)
class Refusal:
    """One reason why something was not done. `field` is empty when it is about the whole; `want` says what would do."""

    sentence: str
    field: str = ""
    want: str = ""

    def __str__(self) -> str:
        return f"{self.sentence} {self.want}".strip()


class Refused(Exception):
    """Something known that we do not do; nothing has changed."""

    def __init__(self, *refusals: Refusal | str) -> None:
        self.refusals = tuple(r if isinstance(r, Refusal) else Refusal(r) for r in refusals)
        super().__init__(" ".join(str(r) for r in self.refusals))


_SENTENCES = {
    "missing": "This is needed.",
    "extra_forbidden": "This is not asked for here.",
    "date_from_datetime_parsing": "This is not a date.",
    "date_parsing": "This is not a date.",
    "date_type": "This is not a date.",
    "time_parsing": "This is not a time of day.",
    "int_parsing": "This is not a whole number.",
}

_WANTS = {"date": "Write it like 2027-01-14.", "time": "Write it like 09:30.", "int": "Write it in figures."}


def from_validation(error: ValidationError) -> tuple[Refusal, ...]:
    """The refusals behind a form that did not fit, one for each field."""
    found = []
    for detail in error.errors():
        kind = detail["type"]
        sentence = _SENTENCES.get(kind) or _limit(kind, detail) or detail["msg"].removeprefix("Value error, ")
        want = next((words for start, words in _WANTS.items() if kind.startswith(start)), "")
        found.append(Refusal(sentence, ".".join(str(part) for part in detail["loc"]), want))
    return tuple(found)


def _limit(kind: str, detail: ErrorDetails) -> str:
    """The sentence about a number beyond its limit, or ""."""
    given = detail.get("ctx", {})
    words = {"less_than_equal": ("at most", "le"), "greater_than_equal": ("at least", "ge")}.get(kind)
    return f"This can be {words[0]} {given[words[1]]}." if words else ""
