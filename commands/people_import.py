"""The people file: who is in which post, as a table. Imported as often as one likes; only what changed is changed.

It is read in whole at the machine, or pasted into a form in parts; the action is the same.
An empty cell says nothing, so what is on record stays; a row with neither name nor address is passed over. A row with
`covers` makes the person a deputy for that post (docs/decisions/people-file.md). People who are not in
the file are left alone.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations
from typing import Annotated, TypeVar

from pydantic import StringConstraints

from storage.arrangements.findings import did_you_mean
from storage.records import people
from storage.records.message import Button, Message
from storage.records.people import Holding, Person

from . import chairing, invitations, naming
from .action import Action, Form
from .dates import WANT_DAY as TYPED_DAY
from .dates import parse_day
from .people import CAPACITY_WORDS, KEEPS, Capacity, agency, is_address, overlaps, span
from .refusals import Refusal, Refused
from .sheets import Sheet, read_pasted, read_sheet
from .steps import AGAIN
from .work import Work

COLUMNS = ("name", "email", "agency", "post", "from", "until", "covers")
NEEDED = ("name", "email", "post")
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


class Import(Form):
    """The rows of a people file, as `form_of` reads them, or else as they were pasted."""

    rows: tuple[Row, ...] = ()
    pasted: Annotated[str, StringConstraints(strip_whitespace=False)] = ""


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


@dataclass
class Entry:
    """Something wanted, the entry on record that it is about, if any, and the days that come of it."""

    wanted: Wanted
    held: Holding | None
    since: date
    until: date | None


@dataclass
class Tally:
    """What an import did."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    left: int = 0


def form_of(name: str, content: bytes) -> dict[str, object]:
    """The form of `people.import` for a file. Raises Refused when it cannot be read or has not the right columns."""
    return {"rows": [row.model_dump() for row in _rows(read_sheet(name, content))]}


def _rows(sheet: Sheet) -> list[Row]:
    problems = [
        Refusal(f'"{column}" is no column of the people file.{did_you_mean(column, COLUMNS)}', "first row", _COLUMNS)
        for column in sheet.columns
        if column not in COLUMNS
    ]
    problems += [
        Refusal(f'The column "{column}" is missing.', "first row", _COLUMNS)
        for column in NEEDED
        if column not in sheet.columns
    ]
    if len(set(sheet.columns)) < len(sheet.columns):
        problems.append(Refusal("Two columns have the same name.", "first row", _COLUMNS))
    if not sheet.rows and not problems:
        problems.append(Refusal("There is nobody in it.", "second row", "Give one row for each person and post."))
    if problems:
        raise Refused(*problems)
    return [Row(place=r.place, cells=r.cells, places=r.places) for r in sheet.rows]


_COLUMNS = f"The first row is: {','.join(COLUMNS)}"


def _import(work: Work, form: Import) -> Message:
    if not form.pasted:
        return _entered(work, form.rows)
    try:
        return _entered(work, _rows(read_pasted(form.pasted, IN_ORDER, _is_heading)))
    except Refused as refused:
        raise Refused(*_beside_the_blank(refused.refusals)) from None


IN_ORDER = ("name", "email", "post", "from", "until")
"""The columns of pasted rows without a heading."""


def _is_heading(cells: Sequence[str]) -> bool:
    """Whether a first row names columns: two of ours at least, and no address."""
    named = {cell.casefold() for cell in cells} & set(COLUMNS)
    return len(named) > 1 and not any("@" in cell for cell in cells)


BESIDE = 1500
"""So many characters of mistakes stand beside the blank; doors show no more than 2,000. The rest stands above it."""


def _beside_the_blank(refusals: Iterable[Refusal]) -> list[Refusal]:
    """Mistakes in pasted rows, each with its line; those of the first ones that fit stand beside what was pasted."""
    found, length = [], 0
    for refusal in refusals:
        place = f"{refusal.field[:1].upper()}{refusal.field[1:]}: " if refusal.field else ""
        length += len(f"{place}{refusal} ")
        found.append(Refusal(f"{place}{refusal.sentence}", "pasted" if length <= BESIDE else "", refusal.want))
    return found


def to_paste() -> Button:
    """The button that opens the form for pasted rows."""
    return Button(label="Enter several people", does=IMPORT.name, form={AGAIN: "yes"})


def _entered(work: Work, rows: Sequence[Row]) -> Message:
    filled = [row for row in rows if row.cells.get("name") or row.cells.get("email")]
    if not filled:
        raise Refused(Refusal("There is nobody in it.", "", "Give a name and an address in a row."))
    problems: list[Refusal] = []
    wanted = [one for row in filled for one in _read(work, row, problems)]
    problems += _two_names(wanted)
    known = {one.email: people.by_email(work.scope.session, one.email) for one in wanted}
    entries = [_entry(work, one, known[one.email]) for one in wanted]
    problems += _said_twice(entries) + _two_holders(work, entries)
    if problems:
        raise Refused(*problems)
    tally = Tally()
    persons = {email: _person(work, person, email, wanted, tally) for email, person in known.items()}
    facts = [_apply(work, entry, persons[entry.wanted.email], tally) for entry in entries]
    chairing.owe_terms(work)
    invitations.keep_ahead(work)
    work.note("people", entries=[fact for fact in facts if fact], left_alone=tally.left)
    for words in tally.added:
        work.changed("added", after=words)
    for words in tally.changed:
        work.changed("changed", after=words)
    counts = f"{len(tally.added)} added, {len(tally.changed)} changed, {tally.left} left alone"
    text = "\n".join(str(change) for change in work.changes) or "Everything in it stands like that already."
    if len(filled) < len(rows):
        text += f"\nRows without anybody, passed over: {len(rows) - len(filled)}."
    return Message(title=f"The people file: {counts}", text=text)


# Reading a row


def _read(work: Work, row: Row, problems: list[Refusal]) -> list[Wanted]:
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
    posts: list[tuple[str, Capacity, str | None]] = []
    for column, capacity in _CAPACITIES:
        if cells[column]:
            posts.append((column, capacity, _attempt(problems, _post_in(work, cells[column], row.at(column)))))
    if len(problems) > before:
        return []
    email = cells["email"].strip().casefold()
    return [
        Wanted(row, column, cells["name"], email, found or "", post or "", capacity, since, until)
        for column, capacity, post in posts
    ]


_CAPACITIES: tuple[tuple[str, Capacity], ...] = (("post", "holder"), ("covers", "deputy"))


def _post_in(work: Work, word: str, place: str) -> Callable[[], str]:
    return lambda: naming.post(work.arrangements, word, place).id


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


def _two_names(wanted: Iterable[Wanted]) -> list[Refusal]:
    found = []
    first: dict[str, Wanted] = {}
    for one in wanted:
        other = first.setdefault(one.email, one)
        if _plain(other.name) != _plain(one.name):
            sentence = f'{one.email} is "{other.name}" in {other.row.place} and "{one.name}" here.'
            found.append(Refusal(sentence, one.row.at("name"), "Give the same name, or another address."))
    return list(dict.fromkeys(found))


def _plain(name: str) -> str:
    return " ".join(name.split())


def _entry(work: Work, wanted: Wanted, person: Person | None) -> Entry:
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


def _said_twice(entries: list[Entry]) -> list[Refusal]:
    found = []
    for one, other in combinations(entries, 2):
        key, other_key = ((e.wanted.email, e.wanted.post, e.wanted.capacity) for e in (one, other))
        if key == other_key and overlaps((one.since, one.until), (other.since, other.until)):
            place = other.wanted.row.at(other.wanted.column)
            sentence = f"{one.wanted.row.place.capitalize()} says this of the same person and days already."
            found.append(Refusal(sentence, place, "Leave one of the two rows out, or give them other days."))
    return found


def _two_holders(work: Work, entries: list[Entry]) -> list[Refusal]:
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


# Doing it


def _person(work: Work, known: Person | None, email: str, wanted: list[Wanted], tally: Tally) -> Person:
    name = next(_plain(one.name) for one in wanted if one.email == email)
    before = known.name if known else None
    if known is not None and before == name:
        return known
    person = people.enter(work.scope.session, name=name, email=email, now=work.now)
    work.about_person(person.id)
    if before is not None:
        tally.changed.append(f"{before} is now called {name}")
    return person


def _apply(work: Work, entry: Entry, person: Person, tally: Tally) -> dict[str, object] | None:
    """Puts one entry on record if it is not; what the ledger holds of it, or None where nothing changed."""
    wanted, held = entry.wanted, entry.held
    words = f"{person.name} as {_as_what(wanted.capacity)}{work.arrangements.title(wanted.post)}"
    if held is None:
        held = people.enter_holding(
            work.scope,
            post=wanted.post,
            person=person.id,
            capacity=wanted.capacity,
            agency=wanted.agency,
            since=entry.since,
            until=entry.until,
        )
        tally.added.append(f"{words} {span(entry.since, entry.until)}")
    else:
        agency_id = wanted.agency or held.agency
        if (held.since, held.until, held.agency) == (entry.since, entry.until, agency_id):
            tally.left += 1
            return None
        before = span(held.since, held.until)
        moved = (
            f": {before} becomes {span(entry.since, entry.until)}" if before != span(entry.since, entry.until) else ""
        )
        other = f"; agency {agency_id}" if held.agency != agency_id else ""
        held.since, held.until, held.agency = entry.since, entry.until, agency_id
        work.scope.session.add(held)
        work.scope.session.flush()
        tally.changed.append(f"{words}{moved}{other}")
    return {
        "post": held.post,
        "person": held.person,
        "capacity": held.capacity,
        "since": held.since.isoformat(),
        "until": held.until.isoformat() if held.until else None,
    }


def _as_what(capacity: Capacity) -> str:
    return f"{CAPACITY_WORDS[capacity]} for the " if CAPACITY_WORDS[capacity] else ""


IMPORT = Action("people.import", Import, _import, KEEPS, "enter people from a file")
