"""The ledger: one chain of entries for each partnership, sealed with a key outside the database; ids only.

Each entry's seal covers its own content and the seal before it, so a changed, removed or inserted entry breaks the
chain there, and a head that was noted elsewhere shows whether the tail was cut.
"""

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from sqlalchemy import Column, Executable, bindparam, or_
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, SQLModel, col, select
from sqlmodel.sql.expression import SelectOfScalar

from .columns import Structure, UtcTime, canonical
from .looking import once, rows
from .scope import Scope

INSTALLATION = "*"
"""The chain of the installation itself, for facts about persons who are in no partnership."""

_FIRST = "0" * 64


class Entry(SQLModel, table=True):
    """One thing that was done: when, by whom (an id), which action, on which record, with which ids."""

    __tablename__ = "ledger"
    partnership: str = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    actor: str
    action: str
    record: str = ""
    ids: dict[str, object] = Field(default_factory=dict, sa_column=Column(Structure, nullable=False))
    seal: str


class Head(SQLModel, table=True):
    """The last entry of a chain; locked last in a transaction, so that two writers never fork the chain."""

    __tablename__ = "ledger_head"
    partnership: str = Field(primary_key=True)
    seq: int = 0
    seal: str = _FIRST


@dataclass(frozen=True)
class Verdict:
    """What verifying found: how many entries hold, and the first that does not, as a sentence.

    `wrong_key`: not one entry fits the key, so nothing can be said of the chain itself.
    """

    entries: int
    head: str
    broken_at: int | None = None
    sentence: str = ""
    wrong_key: bool = False


def append(
    scope: Scope, key: bytes, *, at: datetime, actor: str, action: str, record: str, ids: dict[str, object]
) -> Entry:
    """Adds an entry at the end of the partnership's chain. Call it last in the transaction: it locks the head."""
    head = _locked_head(scope)
    entry = Entry(
        partnership=scope.partnership,
        seq=head.seq + 1,
        at=at,
        actor=actor,
        action=action,
        record=record,
        ids=ids,
        seal="",
    )
    entry.seal = _seal(key, entry, head.seal)
    head.seq, head.seal = entry.seq, entry.seal
    scope.session.add(entry)
    scope.session.add(head)
    return entry


def _locked_head(scope: Scope) -> Head:
    """The chain's head, which nobody else has until this transaction ends; made by whoever comes first."""
    values = {"partnership": scope.partnership}
    head = scope.session.exec(_head_query(), params=values).first()
    if head is not None:
        return head
    try:
        with scope.session.begin_nested():
            scope.session.add(Head(partnership=scope.partnership))
    except IntegrityError:
        pass  # two were first at once; the other's head is there now
    return scope.session.exec(_head_query(), params=values).one()


@cache
def _head_query() -> SelectOfScalar[Head]:
    return select(Head).where(Head.partnership == bindparam("partnership")).with_for_update()


def entries(scope: Scope) -> Iterator[Entry]:
    """The chain from its first entry on."""
    query = select(Entry).where(Entry.partnership == scope.partnership).order_by(col(Entry.seq))
    yield from scope.session.exec(query)


def since(scope: Scope, at: datetime) -> Iterator[Entry]:
    """The entries made after a time, the newest first; read from the end, a page at a time, for the chain is long."""
    before: int | None = None
    while True:
        query = select(Entry).where(Entry.partnership == scope.partnership)
        if before is not None:
            query = query.where(col(Entry.seq) < before)
        page = list(scope.session.exec(query.order_by(col(Entry.seq).desc()).limit(100)))
        for entry in page:
            if entry.at <= at:
                return
            yield entry
        if not page:
            return
        before = page[-1].seq


def about(scope: Scope, record: str) -> list[Entry]:
    """The entries about a record ("incident:REF") and what belongs to it ("incident:REF:chief-nurse"), in order."""
    query = select(Entry).where(
        Entry.partnership == scope.partnership,
        or_(col(Entry.record) == record, col(Entry.record).startswith(f"{record}:", autoescape=True)),
    )
    return list(scope.session.exec(query.order_by(col(Entry.seq))))


def made_at(scope: Scope, at: datetime) -> list[Entry]:
    """The entries of what was done at exactly that time, in order."""
    query = select(Entry).where(Entry.partnership == scope.partnership, Entry.at == at)
    return list(scope.session.exec(query.order_by(col(Entry.seq))))


def head(scope: Scope) -> str:
    """The chain's head as text to note elsewhere: number and seal."""
    values = {"partnership": scope.partnership}
    key = ("head", scope.partnership)
    found = once(scope.session, key, lambda: rows(scope.session, _seal_query(), values))
    return f"{found[0].seq}:{found[0].seal}" if found else f"0:{_FIRST}"


@cache
def _seal_query() -> Executable:
    return select(Head.seq, Head.seal).where(Head.partnership == bindparam("partnership"))


def newest(scope: Scope) -> Entry | None:
    """The last entry of the chain; None where there is none."""
    found = scope.session.get(Head, scope.partnership)
    return None if found is None else scope.session.get(Entry, (scope.partnership, found.seq))


def sealed_with(scope: Scope, key: bytes) -> bool:
    """Whether the last entry of the chain fits the key. True for a chain without entries: every key fits that."""
    found = newest(scope)
    return found is None or _fits(scope, key, found)


def begun_with(scope: Scope, key: bytes) -> bool:
    """Whether the first entry of the chain fits the key. True for a chain without entries."""
    found = scope.session.get(Entry, (scope.partnership, 1))
    return found is None or _fits(scope, key, found)


def _fits(scope: Scope, key: bytes, entry: Entry) -> bool:
    """Whether an entry fits the key, with the seal of the entry before it as that stands."""
    if entry.seq == 1:
        return hmac.compare_digest(entry.seal, _seal(key, entry, _FIRST))
    before = scope.session.get(Entry, (scope.partnership, entry.seq - 1))
    return before is not None and hmac.compare_digest(entry.seal, _seal(key, entry, before.seal))


def chains(session: Session) -> list[str]:
    """Every chain that has been begun, the installation's own among them."""
    return list(session.exec(select(Head.partnership).order_by(Head.partnership)))


def verify(scope: Scope, key: bytes, known_head: str | None = None) -> Verdict:
    """Walks the chain and finds the first entry that was changed, removed, inserted or cut from the tail.

    `known_head` is a head noted earlier ("17:ab12…"): the chain must still hold that entry with that seal.
    """
    previous, count = _FIRST, 0
    known_seq, known_seal = _read_head(known_head)
    for entry in entries(scope):
        if entry.seq != count + 1:
            return Verdict(count, f"{count}:{previous}", count + 1, f"Entry {count + 1} is missing.")
        if not hmac.compare_digest(entry.seal, _seal(key, entry, previous)):
            found = f"{count}:{previous}"
            last = _sealed_otherwise(scope, key, entry.seq)
            if last is None:
                sentence = (
                    f"Entry {entry.seq} is not what was sealed: it was changed, or put in or taken out before it."
                )
                return Verdict(count, found, entry.seq, sentence)
            if entry.seq == 1:
                return Verdict(count, found, 1, _wrong_key_words(last), wrong_key=True)
            sentence = f"Entries {entry.seq} to {last} do not fit the key: sealed with another one, or changed."
            return Verdict(count, found, entry.seq, sentence)
        if entry.seq == known_seq and entry.seal != known_seal:
            return Verdict(count, f"{count}:{previous}", entry.seq, f"Entry {entry.seq} is not the one noted as head.")
        previous, count = entry.seal, entry.seq
    found = f"{count}:{previous}"
    if head(scope) != found or (known_seq is not None and known_seq > count):
        return Verdict(count, found, count + 1, f"The chain was cut after entry {count}.")
    return Verdict(count, found)


def _sealed_otherwise(scope: Scope, key: bytes, first: int) -> int | None:
    """The last entry's number, if from the entry `first` on nothing fits the key and the chain goes on to its head.

    None where single entries do not fit among others that do: then they are the fault, and not the key.
    """
    last, previous = first - 1, _FIRST
    for entry in entries(scope):
        if entry.seq >= first:
            if entry.seq != last + 1 or hmac.compare_digest(entry.seal, _seal(key, entry, previous)):
                return None
            last = entry.seq
        previous = entry.seal
    alone = first > 1 and last == first
    return None if alone or head(scope) != f"{last}:{previous}" else last


def _wrong_key_words(last: int) -> str:
    if last == 1:
        return "The key does not fit: its only entry was sealed with another one, or was changed."
    return f"The key does not fit: not one of its {last} entries was sealed with it."


def _read_head(text: str | None) -> tuple[int | None, str]:
    if not text:
        return None, ""
    number, _, seal = text.partition(":")
    if not number.isdigit() or not seal:
        raise ValueError('a head is written as number and seal, like "17:ab12…"')
    return int(number), seal


def _seal(key: bytes, entry: Entry, previous: str) -> str:
    content = canonical(
        [
            previous,
            entry.partnership,
            entry.seq,
            entry.at.astimezone(UTC).isoformat(),
            entry.actor,
            entry.action,
            entry.record,
            entry.ids,
        ]
    )
    return hmac.new(key, content.encode(), hashlib.sha256).hexdigest()
