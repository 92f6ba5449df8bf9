"""The people file: who is in which post, as a table. Imported as often as one likes; only what changed is changed.

It is read in whole at the machine, or pasted into a form in parts; the action is the same.
An empty cell says nothing, so what is on record stays; a row with neither name nor address is passed over. A row with
`covers` makes the person a deputy for that post (docs/decisions/people-file.md). People who are not in
the file are left alone.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import StringConstraints

from storage.records import people
from storage.records.message import Button, Message
from storage.records.people import Person

from . import case_lists, chairing, contacts, invitations, proposing
from .action import Action, Form
from .people import KEEPS, span
from .people_rows import Entry, Row, Wanted, as_what, entry_of, plain, read, said_twice, two_holders, two_names
from .refusals import Refusal, Refused
from .sheets import Sheet, check_columns, read_pasted, read_sheet
from .steps import AGAIN
from .work import Work

COLUMNS = ("name", "email", "agency", "post", "from", "until", "covers", "telephone")
NEEDED = ("name", "email", "post")
RECORD = "people"


class Import(Form):
    """The rows of a people file, as `form_of` reads them, or else as they were pasted."""

    rows: tuple[Row, ...] = ()
    pasted: Annotated[str, StringConstraints(strip_whitespace=False)] = ""


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
    empty = Refusal("There is nobody in it.", "second row", "Give one row for each person and post.")
    check_columns(sheet, COLUMNS, NEEDED, called="the people file", empty=empty)
    return [Row(place=r.place, cells=r.cells, places=r.places) for r in sheet.rows]


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
    wanted = [one for row in filled for one in read(work, row, problems)]
    problems += two_names(wanted)
    known = {one.email: people.by_email(work.scope.session, one.email) for one in wanted}
    entries = [entry_of(work, one, known[one.email]) for one in wanted]
    problems += said_twice(entries) + two_holders(work, entries)
    if problems:
        raise Refused(*problems)
    entries, waits = _for_two(work, entries, known)
    here = {entry.wanted.email for entry in entries}
    tally = Tally()
    persons = {email: _person(work, known[email], email, wanted, tally) for email in known if email in here}
    for email, person in persons.items():
        _telephone(work, person, next((e.wanted.telephone for e in entries if _rings(e, email)), ""), tally)
    facts = [_apply(work, entry, persons[entry.wanted.email], tally) for entry in entries]
    chairing.owe_terms(work)
    invitations.keep_ahead(work)
    work.note(RECORD, entries=[fact for fact in facts if fact], left_alone=tally.left)
    for words in tally.added:
        work.changed("added", after=words)
    for words in tally.changed:
        work.changed("changed", after=words)
    counts = f"{len(tally.added)} added, {len(tally.changed)} changed, {tally.left} left alone"
    text = "\n".join(str(change) for change in work.changes) or "Everything in it stands like that already."
    text += f"\n\n{waits}" if waits else ""
    if len(filled) < len(rows):
        text += f"\nRows without anybody, passed over: {len(rows) - len(filled)}."
    return Message(title=f"The people file: {counts}", text=text)


# What takes a second person


def _for_two(work: Work, entries: list[Entry], known: Mapping[str, Person | None]) -> tuple[list[Entry], str]:
    """The entries that can be made at once; those of rows that change who hears of cases are proposed, said in words.

    What is the same as on record changes nothing, and stays among the first.
    """
    if work.agreed_by or not case_lists.takes_two(work):
        return entries, ""
    hearing = case_lists.posts_that_hear(work)
    places = {e.wanted.row.place for e in entries if _touches(work, e, known[e.wanted.email], hearing)}
    if not places:
        return entries, ""
    rows = {e.wanted.row.place: e.wanted.row for e in entries if e.wanted.row.place in places}
    theirs = [e for e in entries if e.wanted.row.place in places]
    asked = Import(rows=tuple(rows.values()))
    if (same := proposing.waiting_already(work, IMPORT.name, asked, RECORD)) is not None:
        words = f"This waits for a second person already: {same.words}."
    else:
        words = proposing.propose(
            work,
            IMPORT.name,
            asked,
            RECORD,
            f"from the people file: {'; '.join(_in_words(work, e) for e in theirs)}",
            benefits={
                people.person_id(e.wanted.email) if (p := known[e.wanted.email]) is None else p.id for e in theirs
            },
            who={f"post:{e.wanted.post}" for e in theirs},
        ).text
    return [e for e in entries if e.wanted.row.place not in places], words


def _touches(work: Work, entry: Entry, person: Person | None, hearing: Collection[str]) -> bool:
    """Whether an entry changes who is in a post that hears of cases, or at which number somebody who does is rung."""
    wanted, held = entry.wanted, entry.held
    number = wanted.telephone
    rung = bool(number) and (person is None or person.telephone != number)
    if rung and person is not None and case_lists.posts_of(work, person.id):
        return True
    if wanted.post not in hearing:
        return False
    return held is None or rung or (held.since, held.until) != (entry.since, entry.until)


def _in_words(work: Work, entry: Entry) -> str:
    wanted = entry.wanted
    rung = f", rung at {wanted.telephone}" if wanted.telephone else ""
    called = f"{as_what(wanted.capacity)}{work.arrangements.title(wanted.post)}"
    return f"{plain(wanted.name)} as {called} {span(entry.since, entry.until)}{rung}"


# Doing it


def _rings(entry: Entry, email: str) -> bool:
    return entry.wanted.email == email and bool(entry.wanted.telephone)


def _telephone(work: Work, person: Person, number: str, tally: Tally) -> None:
    """Keeps the number in a row; an empty cell says nothing."""
    if number and number != person.telephone:
        contacts.give(work, person, number)
        tally.changed.append(f"{person.name} is rung at {number}")


def _person(work: Work, known: Person | None, email: str, wanted: list[Wanted], tally: Tally) -> Person:
    name = next(plain(one.name) for one in wanted if one.email == email)
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
    words = f"{person.name} as {as_what(wanted.capacity)}{work.arrangements.title(wanted.post)}"
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


IMPORT = Action("people.import", Import, _import, KEEPS, "enter people from a file")
