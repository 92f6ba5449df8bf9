"""Days, months and small numbers as people read them; the pieces of every `working` sentence."""

from collections.abc import Sequence
from datetime import date

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_NUMBERS = (
    "no", "one", "two", "three", "four", "five", "six",
    "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip


def weekday_words(day: date) -> str:
    """ "Tuesday", whatever the machine's locale."""
    return _WEEKDAYS[day.weekday()]


def day_words(day: date) -> str:
    """ "Tuesday 8 December 2026"."""
    return f"{weekday_words(day)} {day.day} {month_words(day)}"


def month_name(month: int) -> str:
    """ "December" for 12."""
    return _MONTHS[month - 1]


def month_words(day: date) -> str:
    """ "December 2026" for any day of that month."""
    return f"{month_name(day.month)} {day.year}"


def number_words(number: int) -> str:
    """ "eight"; figures from thirteen on."""
    return _NUMBERS[number] if 0 <= number < len(_NUMBERS) else str(number)


def times_words(times: int) -> str:
    """ "once", "twice", "four times"."""
    return {1: "once", 2: "twice"}.get(times, f"{number_words(times)} times")


def counted(number: int, thing: str) -> str:
    """ "1 day", "28 days"."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def listed(words: Sequence[str]) -> str:
    """ "April, July and October"."""
    return " and ".join(words) if len(words) < 3 else f"{', '.join(words[:-1])} and {words[-1]}"


def the(name: str) -> str:
    """ "the Executive"; a name that brings its own article keeps it."""
    return f"the {name[4:]}" if name.casefold().startswith("the ") else f"the {name}"


def sentence(words: str) -> str:
    """The words with a capital letter and a full stop; what is inside stays as it is."""
    text = words.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")
