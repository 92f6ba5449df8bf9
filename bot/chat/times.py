"""Times by the reader's clock: what is told in a partnership's zone is said beside it for who lives by another."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from storage.records.message import Moment


@dataclass(frozen=True)
class Elsewhere:
    """A time that is another hour where the reader is: the words it stands in, when it is, and the words for there.

    `stamp` is in seconds since 1970.
    """

    words: str
    stamp: int
    local: str

    @property
    def said(self) -> str:
        """What is said beside the words, in plain words."""
        return f"(where you are: {self.local})"


def elsewhere(times: Iterable[Moment], zone: ZoneInfo | None, reader: str) -> list[Elsewhere]:
    """The times whose hour differs between the partnership's zone and the reader's; none where either is unknown."""
    there = _zone(reader)
    if zone is None or there is None:
        return []
    return [_told(moment, there) for moment in times if moment.words.strip() and _differs(moment.at, zone, there)]


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):  # no such zone; no name of a zone; the name of a folder of zones
        return None


def _differs(at: datetime, here: ZoneInfo, there: ZoneInfo) -> bool:
    try:
        return at.timestamp() >= 0 and at.astimezone(here).utcoffset() != at.astimezone(there).utcoffset()
    except OverflowError:  # at the very ends of the calendar, where no zone reaches
        return False


def _told(moment: Moment, there: ZoneInfo) -> Elsewhere:
    local = moment.at.astimezone(there)
    words = f"{local:%a} {local.day} {local:%b} {local.year}, {local:%H:%M}"
    return Elsewhere(moment.words, int(moment.at.timestamp()), words)


Times = list[tuple[int, Elsewhere]]
"""After which character of a text which time is told, in order."""


def placed(texts: Sequence[str], times: Iterable[Elsewhere]) -> tuple[dict[int, Times], list[Elsewhere]]:
    """Where each time's words stand, by the number of the text: once each, the first free place; and who has none.

    Only whole words count. Longer ones come first, so that "10:00" is not looked for inside "Fri 21 Jan at 10:00".
    """
    taken: dict[int, list[tuple[int, int]]] = {}
    places: dict[int, Times] = {}
    nowhere = []
    for time in sorted(times, key=lambda time: -len(time.words)):
        found = _first_free(texts, time.words, taken)
        if found is None:
            nowhere.append(time)
            continue
        text, start, end = found
        taken.setdefault(text, []).append((start, end))
        places.setdefault(text, []).append((end, time))
    return {text: sorted(here, key=lambda place: place[0]) for text, here in places.items()}, nowhere


def _first_free(
    texts: Sequence[str], words: str, taken: dict[int, list[tuple[int, int]]]
) -> tuple[int, int, int] | None:
    whole = re.compile(rf"(?<!\w){re.escape(words)}(?!\w)")
    for number, text in enumerate(texts):
        for match in whole.finditer(text):
            start, end = match.span()
            if all(end <= first or start >= last for first, last in taken.get(number, ())):
                return number, start, end
    return None
