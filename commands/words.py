"""Joins words and data: templates give text, this renders it; a missing value fails here, before anything is stored."""

from collections.abc import Callable
from datetime import date, datetime, time
from functools import cache
from zoneinfo import ZoneInfo

from jinja2 import Environment, StrictUndefined, Template, Undefined

from templates.words import words


def long_day(day: date) -> str:
    """A date as people read it: "Thursday 14 January 2027"."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def short_day(day: date) -> str:
    """A date in a table or a list: "Thu 14 Jan 2027"."""
    return f"{day:%a} {day.day} {day:%b %Y}"


def hour(moment: datetime | time | None, zone: ZoneInfo | None = None) -> str:
    """An hour as people read it, local: "09:30"; empty when there is none."""
    if moment is None:
        return ""
    if isinstance(moment, datetime) and zone is not None:
        moment = moment.astimezone(zone)
    return f"{moment:%H:%M}"


def certain_hour(local: datetime) -> str:
    """An hour of a local time; of the hour that autumn has twice also by which clock: "01:30 BST"."""
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return f"{hour(local)} {local:%Z}" if twice else hour(local)


def rendered(kind: str, part: str, data: dict[str, object]) -> str:
    """One part of a kind's words with its data. Raises jinja2.UndefinedError when a value is missing."""
    return _template(kind, part).render(data).strip()


@cache
def _environment() -> Environment:
    environment = Environment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False)
    environment.filters |= {"long_day": _strict(long_day), "short_day": _strict(short_day)}
    return environment


def _strict(filter_: Callable[[date], str]) -> Callable[[date | Undefined], str]:
    """The filter, which names a value that is missing as all other uses of it do."""

    def strict(day: date | Undefined) -> str:
        if isinstance(day, Undefined):
            return str(day)  # raises UndefinedError
        return filter_(day)

    return strict


@cache
def _template(kind: str, part: str) -> Template:
    text = getattr(words(kind), part)
    if text is None:
        raise KeyError(f"messages of the kind {kind} have no {part}")
    return _environment().from_string(text)
