"""A list of settings as a table: name, sector, what they have to answer, who answers. Read in as often as one likes.

All mistakes are said at once, each with its line; only what changed is changed, and what is not in it is left alone.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from storage.records import returns
from storage.records.message import Message
from storage.records.returns import Enrolled

from .action import Action, Form
from .freetext import check_text
from .naming import plain
from .people_rows import Row
from .refusals import Refusal, Refused
from .return_contacts import AS_WORDS, As, Wanted, ask_now, put, read
from .return_enrolling import KEEPS, Duty, partner_meant
from .return_enrolling import put as put_setting
from .sheets import check_columns, read_sheet
from .work import Work

COLUMNS = (
    "name", "sector", "duty", "partner", "lead", "email", "telephone", "substitute", "substitute email",
    "senior", "senior email",
)  # fmt: skip
NEEDED = ("name", "duty")

DUTIES: dict[str, Duty] = {
    "section 11": "section-11",
    "section-11": "section-11",
    "s11": "section-11",
    "11": "section-11",
    "section 175": "section-175",
    "section-175": "section-175",
    "section 157": "section-175",
    "s175": "section-175",
    "175": "section-175",
    "157": "section-175",
    "both": "both",
    "none": "none",
}
"""What may stand in the column of the duty; Section 157 is the same audit for independent schools."""

RECORD = "settings"


class Import(Form):
    """The rows of a list of settings, as `form_of` reads them."""

    rows: tuple[Row, ...]


def form_of(name: str, content: bytes) -> dict[str, object]:
    """The form of `return.enrol-file` for a file. Raises Refused when it cannot be read or has not the columns."""
    sheet = read_sheet(name, content)
    empty = Refusal("There is nothing in it.", "second row", "Give one row for each setting.")
    check_columns(sheet, COLUMNS, NEEDED, called="a list of settings", empty=empty)
    return {"rows": [Row(place=r.place, cells=r.cells, places=r.places).model_dump() for r in sheet.rows]}


_PEOPLE: tuple[tuple[As, str, str, str], ...] = (
    ("lead", "lead", "email", "telephone"),
    ("substitute", "substitute", "substitute email", ""),
    ("senior", "senior", "senior email", ""),
)
"""Who may stand in a row: what they are, and the columns of their name, address and telephone."""


def _import(work: Work, form: Import) -> Message:
    known = {plain(each.name): each for each in returns.every_enrolled(work.scope)}
    own = {plain(each.name): each.id for each in work.arrangements.agencies}
    problems = [*_twice(form.rows)]
    for row in form.rows:
        problems += _wrong(work, row)
    if problems:
        raise Refused(*problems)
    counts = {"added": 0, "changed": 0, "left": 0}
    for row in form.rows:
        counts[_put(work, row, known, own)] += 1
    work.note(RECORD, rows=len(form.rows), **counts)
    text = "\n".join(map(str, work.changes[:MOST_SAID])) or "Everything in it stands like that already."
    if len(work.changes) > MOST_SAID:
        text += f"\nand {len(work.changes) - MOST_SAID} more"
    words = f"{counts['added']} added, {counts['changed']} changed, {counts['left']} left alone"
    return Message(title=f"The list of settings: {words}", text=text)


MOST_SAID = 200
"""So many changes are said line by line; of more the number."""


def _twice(rows: Iterable[Row]) -> list[Refusal]:
    first: dict[str, Row] = {}
    found = []
    for row in rows:
        name = plain(row.cells.get("name", ""))
        if name and first.setdefault(name, row) is not row:
            words = f"The same setting stands in {first[name].place} already."
            found.append(Refusal(words, row.at("name"), "Leave one of the two rows out."))
    return found


def _wrong(work: Work, row: Row) -> list[Refusal]:
    """Everything that is wrong with a row, each with the place of its cell."""
    cells = defaultdict(str, row.cells)
    problems = []
    if not cells["name"]:
        problems.append(Refusal("The name is missing.", row.at("name"), "Give the name of the setting."))
    for column in ("name", "sector"):
        problems += [Refusal(r.sentence, row.at(column), r.want) for r in check_text(cells[column], column)]
    if cells["duty"].casefold() not in DUTIES:
        sentence = f'"{cells["duty"]}" is no duty.' if cells["duty"] else "What it has to answer is missing."
        problems.append(Refusal(sentence, row.at("duty"), "Write section 11, section 175, both or none."))
    found: list[Refusal] = []
    partner_meant(work, cells["partner"], found)
    problems += [Refusal(r.sentence, row.at("partner"), r.want) for r in found]
    for role, name, email, telephone in _PEOPLE:
        problems += _wrong_with(work, row, cells, (role, name, email, telephone))
    return problems


def _wrong_with(work: Work, row: Row, cells: dict[str, str], columns: tuple[As, str, str, str]) -> list[Refusal]:
    role, name, email, telephone = columns
    if not cells[email] and not cells[name]:
        return []
    if not cells[email]:
        words = f"There is a name but no address of who {AS_WORDS[role]}."
        return [Refusal(words, row.at(email), "Give an e-mail address, or leave the name out too.")]
    found: list[Refusal] = []
    read(work, "any", role, cells[name], cells[email], cells[telephone] if telephone else "", found)
    places = {"email": email, "name": name, "telephone": telephone}
    return [Refusal(r.sentence, row.at(places.get(r.field, name)), r.want) for r in found]


def _put(work: Work, row: Row, known: dict[str, Enrolled], own: dict[str, str]) -> str:
    """Puts one row on record; "added", "changed" or "left"."""
    cells = defaultdict(str, row.cells)
    key = plain(cells["name"])
    said: list[str] = []
    how = "left"
    if key in own:
        agency = own[key]  # the arrangements say what it owes; only who answers for it is read in
    else:
        before = known.get(key)
        wanted = (cells["sector"], DUTIES[cells["duty"].casefold()], partner_meant(work, cells["partner"], []))
        if before is None or _of(before) != wanted or before.until is not None:
            how = "added" if before is None else "changed"
            said.append("is entered" if before is None else "is changed")
            before = known[key] = put_setting(work, cells["name"], *wanted, before)
        agency = before.id
    for role, wanted_one in _people(work, cells, agency):
        person, words = put(work, wanted_one)
        if words:
            said.append(f"{person.name} {AS_WORDS[role]}")
            ask_now(work, wanted_one, person)
    if said:
        work.changed(cells["name"], after="; ".join(said))
    return how if how != "left" or not said else "changed"


def _of(row: Enrolled) -> tuple[str, Duty, str]:
    duty: Duty = "none"
    if row.section_11 or row.section_175:
        duty = "both" if row.section_11 and row.section_175 else "section-11" if row.section_11 else "section-175"
    return row.sector, duty, row.partner


def _people(work: Work, cells: dict[str, str], agency: str) -> Sequence[tuple[As, Wanted]]:
    found = []
    for role, name, email, telephone in _PEOPLE:
        if cells[email]:
            wanted = read(work, agency, role, cells[name], cells[email], cells[telephone] if telephone else "", [])
            assert wanted is not None, "every row has been looked at before"
            found.append((role, wanted))
    return found


IMPORT = Action("return.enrol-file", Import, _import, KEEPS, "enter settings, and who answers for them, from a file")

ACTIONS = (IMPORT,)
