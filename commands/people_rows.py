"""The rows of the people file: what each says, and what is wrong with them, alone, together, or beside the records."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import TypeVar

from storage.records import people
from storage.records.people import Holding, Person

from . import naming, respondents
from .action import Form
from .dates import WANT_DAY as TYPED_DAY
from .dates import parse_day
from .people import CAPACITY_WORDS, Capacity, agency, is_address, overlaps, span
from .refusals import Refusal, Refused
from .telephones import read_uk
from .work import Work

_WITH_A_YEAR = r"\d{4}"
"""A day in a file has its year, since the file is kept; what people type may leave it out."""

WANT_DAY = "Write it with its year, like 2027-01-14 or 14/01/2027."

Found = TypeVar("Found")


class Row(Form):
    """One row of the file: its place, its cells by column, and the cells' places."""

    place: str
    cells: dict[str, str]
    places: dict[str, str] = {}

    def at(self, column: str) -> str:
        """The place of a cell."""
        return self.places.get(column, self.place)


@dataclass(frozen=True)
class Wanted:
    """One person in one post, as a row of the file says. None where it says nothing."""

    row: Row
    column: str
    name: str
    email: str
    agency: str
    post: str
    capacity: Capacity
    since: date | None
    until: date | None
    telephone: str = ""


@dataclass
class Entry:
    """Something wanted, the entry on record that it is about, if any, and the days that come of it."""

    wanted: Wanted
    held: Holding | None
    since: date
    until: date | None


# Reading a row


def read(work: Work, row: Row, problems: list[Refusal]) -> list[Wanted]:
    """What a row wants: its post, and to be deputy for what it covers. Adds all that is wrong with it to `problems`."""
    cells = defaultdict(str, row.cells)
    before = len(problems)
    if not cells["name"]:
        problems.append(Refusal("A name is missing.", row.at("name"), "Give the person's name."))
    if not is_address(cells["email"]):
        sentence = f'"{cells["email"]}" is no e-mail address.' if cells["email"] else "An e-mail address is missing."
        problems.append(Refusal(sentence, row.at("email"), "Write it like name@example.org."))
    if not cells["post"] and not cells["covers"]:
        problems.append(Refusal("This row names no post.", row.at("post"), "Give a post, or one that is covered."))
    since = _attempt(problems, lambda: _day(work, cells["from"], row.at("from")))
    until = _attempt(problems, lambda: _day(work, cells["until"], row.at("until")))
    if since and until and until < since:
        problems.append(Refusal("The last day lies before the first.", row.at("until"), f"Give a day from {since} on."))
    found = (
        _attempt(problems, lambda: agency(work.arrangements, cells["agency"], row.at("agency")).id)
        if cells["agency"]
        else ""
    )
    number = _attempt(problems, _number_in(cells["telephone"], row.at("telephone")))
    posts: list[tuple[str, Capacity, str | None]] = []
    for column, capacity in _CAPACITIES:
        if cells[column]:
            posts.append((column, capacity, _attempt(problems, _post_in(work, cells[column], row.at(column)))))
    if len(problems) > before:
        return []
    email = cells["email"].strip().casefold()
    return [
        Wanted(row, column, cells["name"], email, found or "", post or "", capacity, since, until, number or "")
        for column, capacity, post in posts
    ]


_CAPACITIES: tuple[tuple[str, Capacity], ...] = (("post", "holder"), ("covers", "deputy"))


def _number_in(text: str, place: str) -> Callable[[], str]:
    return lambda: read_uk(text, place) if text.strip() else ""


def _post_in(work: Work, word: str, place: str) -> Callable[[], str]:
    def found() -> str:
        role, _, agency = word.casefold().partition(":")
        if role in ("lead", "senior") and respondents.agency_name(work, agency):
            return f"{role}:{agency}"  # also of an agency that was entered beside the arrangements
        return naming.post(work.arrangements, word, place).id

    return found


def _attempt(problems: list[Refusal], does: Callable[[], Found]) -> Found | None:
    try:
        return does()
    except Refused as refused:
        problems += refused.refusals
        return None


def _day(work: Work, text: str, place: str) -> date | None:
    plain = re.sub(r"[ T]00:00(:00)?$", "", text)
    if not plain:
        return None
    if not re.search(_WITH_A_YEAR, plain):
        raise Refused(Refusal(f'"{text}" is no date that can be read without guessing.', place, WANT_DAY))
    try:
        return parse_day(plain, work.today)
    except Refused as refused:
        # What would do in a line that somebody types, such as tomorrow, would not do in a file that is kept.
        sentence = refused.refusals[0].sentence.removesuffix(TYPED_DAY).rstrip()
        raise Refused(Refusal(sentence, place, WANT_DAY)) from None


# What the rows say of each other and of what is on record


def two_names(wanted: Iterable[Wanted]) -> list[Refusal]:
    """Says of each address that has two names in the file."""
    found = []
    first: dict[str, Wanted] = {}
    for one in wanted:
        other = first.setdefault(one.email, one)
        if plain(other.name) != plain(one.name):
            sentence = f'{one.email} is "{other.name}" in {other.row.place} and "{one.name}" here.'
            found.append(Refusal(sentence, one.row.at("name"), "Give the same name, or another address."))
    return list(dict.fromkeys(found))


def plain(name: str) -> str:
    """A name with single spaces."""
    return " ".join(name.split())


def entry_of(work: Work, wanted: Wanted, person: Person | None) -> Entry:
    """What a row wants, with the entry on record that it is about, and the days that come of it."""
    held = _on_record(work, wanted, person.id) if person else None
    since = wanted.since or (held.since if held else work.today)
    until = wanted.until or (held.until if held else None)
    return Entry(wanted, held, since, until)


def _on_record(work: Work, wanted: Wanted, person: str) -> Holding | None:
    """The entry that a row is about: the one that begins that day, else one that shares days with it."""
    all_ = people.holdings(work.scope, posts=[wanted.post], person=person)
    same = [h for h in all_ if h.capacity == wanted.capacity]
    exact = [h for h in same if h.since == wanted.since]
    days = (wanted.since or work.today, wanted.until)
    shared = [h for h in same if overlaps((h.since, h.until), days)]
    if wanted.since is None and wanted.until is not None:
        shared += [h for h in same if h.until == wanted.until]
    return next(iter([*exact, *shared]), None)


def said_twice(entries: list[Entry]) -> list[Refusal]:
    """Says of each row that another row has said already."""
    found = []
    for one, other in combinations(entries, 2):
        key, other_key = ((e.wanted.email, e.wanted.post, e.wanted.capacity) for e in (one, other))
        if key == other_key and overlaps((one.since, one.until), (other.since, other.until)):
            place = other.wanted.row.at(other.wanted.column)
            sentence = f"{one.wanted.row.place.capitalize()} says this of the same person and days already."
            found.append(Refusal(sentence, place, "Leave one of the two rows out, or give them other days."))
    return found


def two_holders(work: Work, entries: list[Entry]) -> list[Refusal]:
    """One holder at a time: as it would be with the file, together with what is on record beside it."""
    found = []
    touched = {entry.held.id for entry in entries if entry.held}
    by_post: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.wanted.capacity == "holder":
            by_post[entry.wanted.post].append(entry)
    for post, here in by_post.items():
        title = work.arrangements.title(post)
        want = 'Give one of them a last day in "until", or make them deputy with "covers".'
        for one, other in combinations(here, 2):
            if one.wanted.email != other.wanted.email and _meet(one, other.since, other.until):
                where = f"{one.wanted.name} in {one.wanted.row.place}"
                sentence = f"The {title} would be {other.wanted.name} and {where} on the same days."
                found.append(Refusal(sentence, other.wanted.row.at("post"), want))
        for held in people.holdings(work.scope, posts=[post]):
            if held.capacity != "holder" or held.id in touched:
                continue
            for one in here:
                person = people.get(work.scope.session, held.person)
                if person and person.email != one.wanted.email and _meet(one, held.since, held.until):
                    days = span(held.since, held.until)
                    sentence = f"The {title} is {person.name} {days}, so {one.wanted.name} would be a second one."
                    found.append(
                        Refusal(sentence, one.wanted.row.at("post"), f"Add a row for {person.name} with a last day.")
                    )
    return found


def _meet(entry: Entry, since: date, until: date | None) -> bool:
    return overlaps((entry.since, entry.until), (since, until))


def as_what(capacity: Capacity) -> str:
    """In which capacity, as words before a post."""
    return f"{CAPACITY_WORDS[capacity]} for the " if CAPACITY_WORDS[capacity] else ""
