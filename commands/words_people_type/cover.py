"""`people cover …`, `people uncover`, `cover for me …`, `away …`, `away over`: who stands in a post for some days."""

from dataclasses import replace
from datetime import date, timedelta

from commands import away, covering
from commands.dates import parse_day
from commands.refusals import Refused
from commands.saying import Do, Meaning, Typed, Word, keyed
from commands.work import Work

_COVER = {
    "by": "person",
    "from": "since",
    "until": "until",
    "to": "until",
    "till": "until",
    "only": "group",
    "between": "hours",
}
_AWAY = _COVER | {"covered": "person"}


def _cover(work: Work, typed: Typed) -> Meaning:
    """POST by WHOM [from DAY] until DAY [only GROUP] [between HOUR and HOUR]"""
    post, raw = keyed(typed, _COVER)
    return Do(covering.COVER.name, _read(work, raw) | ({"post": " ".join(post)} if post else {}))


def _uncover(_work: Work, typed: Typed) -> Meaning:
    """POST [only GROUP]"""
    post, raw = keyed(typed, {"only": "group"})
    return Do(typed.word.action, _plain(raw) | ({"post": " ".join(post)} if post else {}))


def _cover_me(work: Work, typed: Typed) -> Meaning:
    """for me by WHOM [from DAY] until DAY"""
    words = [word for word in typed.words[:2] if word.casefold() not in ("for", "me")] + list(typed.words[2:])
    return _away(work, replace(typed, words=tuple(words)))


def _away(work: Work, typed: Typed) -> Meaning:
    """DAY [to DAY] [by WHOM] [only GROUP] [between HOUR and HOUR]"""
    words = ["to" if word in ("-", "\N{EN DASH}") else word for word in typed.words]
    if not words and not typed.options:
        return Do(away.AWAY.name, {})
    if words and words[0].casefold() == "from":
        words = words[1:]
    if words and words[0].casefold() in _AWAY:  # a key counts only from the second word on
        words = ["today", *words]
    since, raw = keyed(replace(typed, words=tuple(words)), _AWAY)
    if raw.get("person"):
        raw["person"] = raw["person"].removeprefix("by ")
    if since and "since" in raw and " ".join(since) == "today":
        since = []
    week = _week(work.today, " ".join(since))
    raw |= week or ({"since": " ".join(since)} if since else {})
    return Do(away.AWAY.name, _read(work, raw))


def _week(today: date, text: str) -> dict[str, str]:
    """The days of "this week" or "next week", to its Friday; nothing for other words."""
    monday = today - timedelta(days=today.weekday())
    match text.casefold():
        case "this week":
            return {"since": str(today), "until": str(max(today, monday + timedelta(days=4)))}
        case "next week":
            return {"since": str(monday + timedelta(days=7)), "until": str(monday + timedelta(days=11))}
    return {}


def _over(_work: Work, typed: Typed) -> Meaning:
    return Do(typed.word.action, {})


def _read(work: Work, raw: dict[str, str]) -> dict[str, str]:
    """What was typed by field: the hours apart, and a last day such as "Friday" as the first after the first day."""
    found = _plain(raw)
    hours = found.pop("hours", "")
    if hours:
        starts, _, ends = hours.partition(" and ")
        found |= {"starts": starts.strip(), "ends": ends.strip()}
    last = _after(work.today, found.get("since", ""), found.get("until", ""))
    return found | ({"until": str(last)} if last else {})


def _plain(raw: dict[str, str]) -> dict[str, str]:
    plain = {name: value.strip().rstrip(",").strip() for name, value in raw.items()}
    if "group" in plain:
        plain["group"] = plain["group"].removeprefix("for ").strip()
    return {name: value for name, value in plain.items() if value}


def _after(today: date, since: str, until: str) -> date | None:
    """The last day, where it is read otherwise once it is counted from the first; None where it stays as typed."""
    try:
        first, last = parse_day(since, today), parse_day(until, today)
        if last >= first:
            return None
        counted = parse_day(until, first)
    except Refused:
        return None
    return counted if counted >= first and not any(character.isdigit() for character in until) else None


WORDS = (
    Word(
        ("people", "cover"),
        "somebody covers a post for some days, for one group or for a part of each day: what it owes goes there and "
        "comes back",
        _cover,
        "POST by WHOM [from DAY] until DAY [only GROUP] [between HOUR and HOUR]",
        covering.COVER.name,
        options=tuple(_COVER),
    ),
    Word(
        ("people", "uncover"),
        "ends the cover of a post",
        _uncover,
        "POST [only GROUP]",
        covering.UNCOVER.name,
        options=("only",),
    ),
    Word(
        ("away",),
        "you are away: your posts are covered by whom you name, else by the one deputy that each has",
        _away,
        "DAY [to DAY] [by WHOM] [only GROUP] [between HOUR and HOUR]",
        away.AWAY.name,
        options=tuple(_AWAY),
        catches=True,
    ),
    Word(("away", "over"), "you are back: the cover of your posts ends", _over, "", away.BACK.name),
    Word(
        ("cover",),
        "somebody covers all your posts",
        _cover_me,
        "for me by WHOM [from DAY] until DAY",
        away.AWAY.name,
        options=tuple(_AWAY),
    ),
)
