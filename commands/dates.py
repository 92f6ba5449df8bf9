"""Days and hours as people type them. A day that could be meant in two ways is refused with a sentence, never guessed.

British order: day before month. Without a year the next such day is meant, or the last one where something past is
asked for. Nothing here reads the clock.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date, time, timedelta

from .refusals import Refused
from .words import long_day

WANT_DAY = "Write it like 2027-01-14, 14/1/2027, Thu 14 Jan, tomorrow or next Thursday."
WANT_HOUR = "Write it like 9:30, 14.00, 9.30am or 2pm."
WANT_YEAR = "Write it like 2027 or 2027/28."

YEARS_AHEAD, YEARS_BACK = 3, 20
"""How far from today a year may lie that somebody asks for: bank holidays are not sure beyond the first."""

_MONTHS = {name.casefold(): number for number, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name[:3]: number for name, number in list(_MONTHS.items())} | {"sept": 9}
_WEEKDAYS = {name.casefold(): number for number, name in enumerate(calendar.day_name)}
_WEEKDAYS |= {name[:3]: number for name, number in list(_WEEKDAYS.items())}
_WEEKDAYS |= {"tues": 1, "weds": 2, "thur": 3, "thurs": 3}
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_UNITS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_TEENS = (
    *("tenth", "eleventh", "twelfth", "thirteenth", "fourteenth"),
    *("fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth"),
)
_TWENTIES = ("twentieth", *(f"twenty-{unit}" for unit in _UNITS), "thirtieth", "thirty-first")
_ORDINALS = {word: number for number, word in enumerate((*_UNITS, *_TEENS, *_TWENTIES), 1)}
_NEAR = {
    "today": 0,
    "tomorrow": 1,
    "yesterday": -1,
    "day after tomorrow": 2,
    "day before yesterday": -2,
}
_FILLERS = {"the", "of", "on", "at", "to", "from"}
_DAY_FIRST = re.compile(r"^(\d{1,2})(?:/(\d{1,2})/|\.(\d{1,2})\.|-(\d{1,2})-(?=\d{4}$))(\d{4}|\d{2})$")
_YEAR_FIRST = re.compile(r"^(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})$")
_NO_YEAR = re.compile(r"^(\d{1,2})/(\d{1,2})$")
_YEAR = re.compile(r"^(?:the )?(?:year )?(\d{4})(?: ?(?:/|-|to) ?(\d{4}|\d{2}))?$")
_HOUR = re.compile(r"^(\d{1,2})(?:[:.](\d{2}))? ?([ap])?\.?(?:m\.?)?$")


@dataclass(frozen=True)
class Read:
    """A day as it was read. `supplied`: no year was typed, and the day is in another year than today."""

    day: date
    supplied: bool = False


def parse_day(text: str, today: date, *, past: bool = False) -> date:
    """The day that somebody typed. Without a year it is the next such day from today on, or, if `past`, the last.

    Raises Refused with one sentence that says what is wrong, or what would do.
    """
    return read_day(text, today, past=past).day


def read_day(text: str, today: date, *, past: bool = False) -> Read:
    """The same, and whether another year than this had to be supplied, which is worth saying. Raises Refused."""
    words = _words(text)
    near = _near(" ".join(words), today)
    if near is not None:
        return Read(near)
    weekday, rest = _take_weekday(words)
    if weekday is not None and not [word for word in rest if word not in ("next", "this", "last", "coming", "past")]:
        return Read(_by_weekday(weekday, rest, today, past))
    day, month, year = _parts(text, rest)
    found = _that_day(text, day, month, year, weekday, today, past)
    return Read(found, supplied=year is None and found.year != today.year)


def is_year(text: str) -> bool:
    """Whether a word is written as a year is: 2027, or 2027/28."""
    return _YEAR.match(_plain_year(text)) is not None


def parse_year(text: str, today: date, starts: int) -> int:
    """The year that somebody typed, by the calendar year in which it begins. Years begin in the month `starts`.

    "2027/28" is the year from April 2027 where years begin in April. Raises Refused with one sentence.
    """
    found = _YEAR.match(_plain_year(text))
    if found is None:
        raise Refused(f'"{text.strip()}" is no year that can be read without guessing. {WANT_YEAR}')
    first, second = int(found[1]), found[2]
    if second is not None and int(second) != (first + 1 if len(second) == 4 else (first + 1) % 100):
        raise Refused(f'"{text.strip()}" is no year: the second does not follow the first. {WANT_YEAR}')
    if second is not None and starts == 1:
        raise Refused(f"Our years begin in January. Write {first} or {first + 1}.")
    if first > today.year + YEARS_AHEAD:
        raise Refused(
            f"The year {first} lies too far ahead: the calendar of bank holidays is not sure beyond "
            f"{today.year + YEARS_AHEAD}. Give an earlier year."
        )
    if first < today.year - YEARS_BACK:
        raise Refused(f"The year {first} lies too far back. Give a later year.")
    return first


def _plain_year(text: str) -> str:
    return " ".join(text.casefold().replace("\N{EN DASH}", "-").split())


def parse_hour(text: str) -> time:
    """The hour that somebody typed. Raises Refused with one sentence."""
    plain = text.strip().casefold()
    if plain in ("noon", "midday", "12 noon"):
        return time(12, 0)
    found = _HOUR.match(plain)
    if found is None or (found[2] is None and found[3] is None):
        raise Refused(f'"{text.strip()}" is no hour that can be read without guessing. {WANT_HOUR}')
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if half is not None and not 1 <= hour <= 12:
        raise Refused(f'"{text.strip()}" is no hour: am and pm go with 1 to 12. {WANT_HOUR}')
    if half == "a" and hour == 12:
        raise Refused(f'"{text.strip()}" could be noon or midnight. Write noon, or 00:{minute:02}.')
    if half == "p" and hour < 12:
        hour += 12
    if hour > 23 or minute > 59:
        raise Refused(f'"{text.strip()}" is no hour of the day. {WANT_HOUR}')
    return time(hour, minute)


def day_and_hour(words: list[str]) -> tuple[str, str]:
    """The words of a day and those of an hour that follows or goes before it; "" where there is none of them."""
    rest = [word for word in words if word.casefold() not in ("at", "@")]
    for size in (2, 1):
        for start in (len(rest) - size, 0):
            if start >= 0 and start + size <= len(rest) and _is_hour(part := " ".join(rest[start : start + size])):
                return " ".join(rest[:start] + rest[start + size :]), part
    return " ".join(rest), ""


def _is_hour(text: str) -> bool:
    try:
        parse_hour(text)
    except Refused:
        return bool(re.fullmatch(r"\d{1,2}[:.]\d{2}", text))  # 25:00 is a mistaken hour, and no part of a day
    return True


def _words(text: str) -> list[str]:
    plain = re.sub(r"(\d)(?:st|nd|rd|th)\b", r"\1", text.casefold())
    plain = re.sub(r"(?<=\d)(?=[a-z])|(?<=[a-z])(?=\d)", " ", plain)
    return [word for word in plain.replace(",", " ").split() if word not in _FILLERS]


def _near(text: str, today: date) -> date | None:
    if text in _NEAR:
        return today + timedelta(days=_NEAR[text])
    ahead = re.match(r"^in (a|an|\d{1,2}|[a-z]+) (day|week)s?$", text)
    if ahead is None:
        return None
    count = 1 if ahead[1] in ("a", "an") else _number(ahead[1], {word: n for n, word in enumerate(_NUMBERS, 1)})
    return None if count is None else today + timedelta(days=count * (7 if ahead[2] == "week" else 1))


def _take_weekday(words: list[str]) -> tuple[int | None, list[str]]:
    for place, word in enumerate(words):
        number = _WEEKDAYS.get(word.rstrip("."))
        if number is not None:
            return number, words[:place] + words[place + 1 :]
    return None, words


def _by_weekday(weekday: int, rest: list[str], today: date, past: bool) -> date:
    ahead = (weekday - today.weekday()) % 7
    back = (today.weekday() - weekday) % 7 or 7
    match rest:
        case ["next"] | ["coming"]:
            return today + timedelta(days=ahead or 7)
        case ["last"] | ["past"]:
            return today - timedelta(days=back)
        case ["this"]:
            return today + timedelta(days=ahead)
        case [] if ahead:
            return today - timedelta(days=back) if past else today + timedelta(days=ahead)
    other = today - timedelta(days=7) if past else today + timedelta(days=7)
    raise Refused(f"Today is {long_day(today)}. Write today, or {long_day(other)}.")


def _parts(text: str, words: list[str]) -> tuple[int, int, int | None]:
    """Day, month and year as they were typed."""
    plain = " ".join(words)
    if found := _YEAR_FIRST.match(plain):
        return int(found[3]), int(found[2]), int(found[1])
    if found := _DAY_FIRST.match(plain):
        return int(found[1]), int(found[2] or found[3] or found[4]), _full_year(found[5])
    if found := _NO_YEAR.match(plain):
        return int(found[1]), int(found[2]), None
    months = [place for place, word in enumerate(words) if word.rstrip(".") in _MONTHS]
    numbers = [word for word in words if word.rstrip(".") not in _MONTHS]
    if len(months) == 1 and 1 <= len(numbers) <= 2:
        day, year = _number(numbers[0], _ORDINALS), None
        if len(numbers) == 2:
            year = int(numbers[1]) if re.fullmatch(r"\d{4}", numbers[1]) else -1
        if day is not None and day <= 31 and year != -1:
            return day, _MONTHS[words[months[0]].rstrip(".")], year
    raise Refused(f'"{text.strip()}" is no day that can be read without guessing. {WANT_DAY}')


def _full_year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _number(word: str, names: dict[str, int]) -> int | None:
    return names.get(word) or (int(word) if word.isdigit() else None)


def _that_day(text: str, day: int, month: int, year: int | None, weekday: int | None, today: date, past: bool) -> date:
    if not 1 <= month <= 12:
        raise Refused(f'"{text.strip()}" has no month {month}: the day stands before the month. {WANT_DAY}')
    years = [year] if year is not None else _years(today, past)
    found = next((one for y in years if (one := _date(y, month, day)) and _on_side(one, today, year, past)), None)
    if found is None:
        last = calendar.monthrange(years[0], month)[1]
        of_year = f" {years[0]}" if month == 2 and year is not None else ""
        raise Refused(f'"{text.strip()}" is no day: {calendar.month_name[month]}{of_year} has {last} days.')
    if weekday is not None and found.weekday() != weekday:
        raise Refused(f"{found.day} {found:%B %Y} is a {found:%A}, not a {calendar.day_name[weekday]}. Which is meant?")
    return found


def _years(today: date, past: bool) -> list[int]:
    """The years in which to look for a day; eight, so that 29 February is found across 1900 and 2100."""
    return [today.year + (-step if past else step) for step in range(9)]


def _on_side(found: date, today: date, year: int | None, past: bool) -> bool:
    return year is not None or (found <= today if past else found >= today)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
