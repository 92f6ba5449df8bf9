"""Writes answers into the text of a definition: what stands there keeps its words, its comments and its order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time

import tomlkit
from tomlkit.container import Container
from tomlkit.items import AoT, Array, Comment, InlineTable, Item, Key, Null, Table, Trivia, Whitespace

Entry = Container | Table | InlineTable
"""What keys can stand in."""

Value = str | int | bool | date | time | Sequence[int] | Sequence[str] | Sequence[date]


@dataclass(frozen=True)
class Write:
    """What is to stand in one entry of a definition.

    `place` leads to the entry; in a list an entry is named by its id, or by its number from 0, and the number after
    the last one adds an entry: ("groups", "executive", "cycles", "0"). `values` are by key; None takes a key away.
    `said` is added, by key, to the words that stand there already: {"source": "agreed by the Executive"}.
    """

    place: tuple[str, ...]
    values: Mapping[str, Value | None]
    said: Mapping[str, str] = field(default_factory=dict)


def rewritten(text: str, writes: Sequence[Write]) -> str:
    """The text of a definition with those entries changed. Raises LookupError where a list has no such entry."""
    document = tomlkit.parse(text)
    for write in writes:
        entry = _entry(document, write.place)
        for key, value in sorted(write.values.items(), key=lambda one: one[1] is not None):  # first what goes away
            _put(entry, key, value)
        for key, words in write.said.items():
            _put(entry, key, _added(entry.get(key), words))
    return tomlkit.dumps(document)


def _added(before: object, words: str) -> str:
    return f"{before}; {words}" if before else words


# Finding the entry, and making it where it is not there


def _entry(document: tomlkit.TOMLDocument, place: tuple[str, ...]) -> Entry:
    above: list[object] = [document]
    for part, following in zip(place, (*place[1:], ""), strict=True):
        here = above[-1]
        above.append(_in_list(here, part) if isinstance(here, AoT | Array) else _in_table(above, part, following))
    found = above[-1]
    assert isinstance(found, Entry), "every place of the format leads to a table"
    return found


def _in_list(entries: AoT | Array, part: str) -> object:
    for entry in entries:
        if entry.get("id") == part:
            return entry
    if not part.isdigit() or int(part) > len(entries):
        raise LookupError(part)
    if int(part) == len(entries):
        made = tomlkit.table() if isinstance(entries, AoT) else tomlkit.inline_table()
        entries.append(made)
        if isinstance(entries, AoT) and len(entries) > 1:
            _set_apart(_last_in(entries[-2]), entries[-1])
    return entries[int(part)]


def _in_table(above: Sequence[object], part: str, following: str) -> object:
    table = above[-1]
    assert isinstance(table, Entry), "what is no list is a table"
    if part not in table:
        last = next((found for one in reversed(above) if (found := _last_in(one)) is not None), None)
        made = _made(table, part, following)
        if isinstance(table, tomlkit.TOMLDocument) and part == "front_door" and isinstance(made, Table):
            last = _last_in(table["secretariat"])
            table._insert_after("secretariat", part, made)
        else:
            _add(table, part, made)
        if isinstance(made, Table) and not made.is_super_table():
            _set_apart(last, made)
    return table[part]


def _made(parent: Entry, part: str, following: str) -> Item:
    """A new entry in the form that suits where it stands: with a header of its own at the top and in [planning]."""
    if isinstance(parent, tomlkit.TOMLDocument) and not isinstance(parent.get("secretariat"), InlineTable):
        return tomlkit.aot() if following.isdigit() else tomlkit.table(is_super_table=part == "planning")
    if isinstance(parent, Table) and part in ("groups", "outside"):
        return tomlkit.table(is_super_table=True)
    if isinstance(parent, Table) and parent.is_super_table():
        return tomlkit.table()
    return tomlkit.array() if following.isdigit() else tomlkit.inline_table()


def _last_in(table: object) -> Table | None:
    """The table, in this one or this one itself, whose text stands last; None where none of them has any."""
    body = table.value.body if isinstance(table, Table) else table.body if isinstance(table, Container) else []
    for _, item in reversed(body):
        inner = item[-1] if isinstance(item, AoT) and len(item) else item
        if isinstance(inner, Table):
            return _last_in(inner)
        if not isinstance(item, Null | Whitespace | Comment):
            break
    return table if isinstance(table, Table) and not table.is_super_table() else None


def _set_apart(last: Table | None, made: Table) -> None:
    """Puts an empty line before a new table; comments before it, which lead over to what follows, move behind it."""
    if last is None:
        return
    before = last.value.body
    moved: list[tuple[Key | None, Item]] = []
    while before and isinstance(before[-1][1], Whitespace | Comment):
        moved.insert(0, before.pop())
    before.append((None, Whitespace("\n")))
    made.trivia.indent = ""
    made.value.body.extend(moved)


# Changing it


def _put(entry: Entry, key: str, value: Value | None) -> None:
    if value is None:
        if key in entry:
            _take_away(entry, key)
    elif key in entry:
        entry[key] = value
    else:
        _add(entry, key, tomlkit.item(value))


def _add(entry: Entry, key: str, item: Item) -> None:
    """Adds a key behind the last one, before the comments that lead over to what follows."""
    container = entry.value if isinstance(entry, Table) else entry
    if isinstance(container, InlineTable) or isinstance(item, Table | AoT) or not container.body:
        entry[key] = item
        return
    item.trivia.trail = "\n"
    keys = [known for known, there in container.body if known is not None and not isinstance(there, Table | AoT)]
    # tomlkit's public way to add a key puts it behind those comments.
    if keys:
        container._insert_after(keys[-1], key, item)
    else:
        container._insert_at(0, key, item)


def _take_away(entry: Entry, key: str) -> None:
    """Removes a key; a comment that stands behind it stays, on a line of its own."""
    container = entry.value if isinstance(entry, Table) else entry
    if isinstance(container, InlineTable):
        container.remove(key)
        return
    at = next(number for number, (known, _) in enumerate(container.body) if known is not None and known.key == key)
    trivia = container.body[at][1].trivia
    container.remove(key)
    if trivia.comment:
        container.body[at] = (None, Comment(Trivia(trivia.indent, "", trivia.comment, "\n")))
