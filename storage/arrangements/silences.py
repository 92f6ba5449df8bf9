"""Why a cycle gives no dates, in words: what the arrangements leave open, and what somebody could enter."""

from datetime import date

from .cycles import AsRequired, Before, Beside, Cycle, EveryMonths, LongestGap, Unset, Yearly
from .phrases import counted, day_words, number_words, sentence, the, times_words


def not_said(name: str, want: str = "") -> str:
    """The arrangements do not say how often the group meets."""
    ask = want or "Enter each meeting as it is fixed, or ask the partnership how often it wants to meet"
    return f"The arrangements do not say how often {the(name)} meets. {sentence(ask)}"


def as_required(name: str) -> str:
    """The group meets when it is needed."""
    return sentence(f"{the(name)} meets when it is needed; no dates are fixed") + " Enter a meeting when one is called."


def only_proposed(name: str) -> str:
    """The cycle is not agreed."""
    return sentence(f"how often {the(name)} meets is only a proposal: off until agreed")


def not_chosen(name: str, cycle: Cycle, want: str) -> str:
    """The rule is agreed, but something has to be chosen before it gives dates."""
    return sentence(f"{the(name)} meets {rule_words(cycle)}, but no day has been chosen: {want}")


def no_anchor(name: str, cycle: Before | Beside, why: str) -> str:
    """The dates that this group's hang on are missing."""
    return sentence(f"{the(name)} meets {rule_words(cycle)}, {why}")


def outside_missing(name: str) -> str:
    """Dates set by somebody else are not there yet."""
    return f"the dates of {name} have not been entered"


def rule_words(cycle: Cycle) -> str:
    """What was agreed, as the end of a sentence: "four times a year"."""
    match cycle:
        case Yearly():
            return f"{times_words(cycle.times)} a year"
        case EveryMonths():
            return "every month" if cycle.every == 1 else f"every {number_words(cycle.every)} months"
        case LongestGap():
            return f"with no more than {counted(cycle.months, 'month')} between two meetings"
        case Before():
            return f"{counted(cycle.days, 'day')} before another group"
        case Beside():
            return "beside other dates"
        case AsRequired() | Unset():
            return "when it is needed"


def in_period(words: str, cycle: Cycle, first: date, last: date) -> str:
    """The sentence with the part of the window that it is about, where that is not all of it."""
    inside = words[:1].lower() + words[1:]
    if cycle.until is not None and cycle.until < last:
        return f"Until {day_words(cycle.until)}: {inside}"
    if cycle.from_ is not None and cycle.from_ > first:
        return f"From {day_words(cycle.from_)}: {inside}"
    return words
