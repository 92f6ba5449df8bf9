"""A second working of a round's figures, from the words of the requirement alone.

It shares nothing with the product: plain dictionaries in, plain numbers out, only the standard library. What counts:

* Each one who owes has their own day: the round's, or the later one agreed with them.
* Those of whom it was agreed that it is not theirs do not owe.
* Answered: sent in, approved, or answered in another way; where a signature is needed, only once it was given.
* In time: answered, and the first sending (or the visit) was on or before their own day.
* Overdue: owing, nothing sent in that holds, and their own day is over.
* A share is shown in whole percent, half up.
* Ratings are counted, one for each who owes and each standard: own ones; and those that hold, a moderated one first.
* A rating is higher, lower or the same as last time only if both rounds have one of the same agency and standard.
"""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

IN = ("answered", "approved", "other-way")


def owing(rows: list[dict]) -> list[dict]:
    return [row for row in rows if row["state"] != "not-us"]


def own_day(row: dict, due: date) -> date:
    return row["due"] if row["due"] is not None else due


def holds(row: dict, signature: bool) -> bool:
    if row["state"] == "other-way":
        return True
    return row["state"] in IN and (row["signed"] or not signature)


def figures(rows: list[dict], due: date, today: date, signature: bool) -> dict:
    """Answered, in time, overdue, how many owe, and the two shares in percent."""
    who = owing(rows)
    answered = [row for row in who if holds(row, signature)]
    in_time = [row for row in answered if row["first"] is not None and row["first"] <= own_day(row, due)]
    overdue = [row for row in who if row["state"] not in IN and own_day(row, due) < today]
    return {
        "owing": len(who),
        "answered": len(answered),
        "in time": len(in_time),
        "overdue": len(overdue),
        "percent answered": percent(len(answered), len(who)),
        "percent in time": percent(len(in_time), len(who)),
    }


def percent(part: int, of: int) -> int | None:
    if of == 0:
        return None
    return int((Decimal(100) * part / of).quantize(Decimal(1), ROUND_HALF_UP))


def tally(rows: list[dict], standard: str, *, moderated: bool) -> dict[str, int]:
    """How many gave each rating."""
    found: dict[str, int] = {}
    for row in owing(rows):
        rating = row["ratings"].get(standard, "")
        if moderated:
            rating = row["moderated"].get(standard, "") or rating
        if rating:
            found[rating] = found.get(rating, 0) + 1
    return found


def moved(now: list[dict], then: list[dict], standard: str, order: list[str]) -> dict[str, int]:
    """How many ratings of a standard are higher, lower and the same as last time."""
    earlier = {row["who"]: row["ratings"].get(standard, "") for row in owing(then)}
    found = {"up": 0, "down": 0, "same": 0}
    for row in owing(now):
        new, old = row["ratings"].get(standard, ""), earlier.get(row["who"], "")
        if new in order and old in order:
            difference = order.index(new) - order.index(old)
            found["up" if difference > 0 else "down" if difference < 0 else "same"] += 1
    return found
