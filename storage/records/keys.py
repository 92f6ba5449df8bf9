"""A sealed sample in the database, by which each start sees that what is stored encrypted can still be opened.

Keys rotate: the first one set seals, all of them open. Once the first is another one than before, everything that is
sealed is sealed anew with it, so that the old one can be given up.
"""

from typing import Any

from sqlalchemy import Column, Text, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, SQLModel

from .sealing import NotOpened, Seal

_NAME = "sample"
_CONTENT = {"word": "convenor"}


class KeySample(SQLModel, table=True):
    """Something sealed whose words are known."""

    __tablename__ = "keysample"
    name: str = Field(primary_key=True)
    sealed: str = Field(sa_column=Column(Text, nullable=False))


def can_open(session: Session, seal: Seal) -> bool:
    """Whether the sample opens with one of the keys. True where there is none yet: nothing has been sealed."""
    found = session.get(KeySample, _NAME)
    if found is None:
        return True
    try:
        return seal.open(found.sealed) == _CONTENT
    except NotOpened:
        return False


def is_kept(session: Session, seal: Seal) -> bool:
    """Whether there is a sample and the first of the keys has sealed it, so that nothing is to be done."""
    found = session.get(KeySample, _NAME)
    return found is not None and seal.is_newest(found.sealed)


def keep(session: Session, seal: Seal) -> None:
    """Leaves a sample at the first start; later seals everything anew with the first key that an older one sealed.

    What no key opens is left as it is. Raises NotOpened where that is the sample itself.
    """
    if _begins(session, seal):
        return
    found = session.get_one(KeySample, _NAME)
    found.sealed = seal.close_anew(found.sealed)
    session.add(found)
    for table in SQLModel.metadata.sorted_tables:
        if "sealed" in table.columns and table.name != KeySample.__tablename__:
            _seal_anew(session, table, seal)


def _begins(session: Session, seal: Seal) -> bool:
    """Leaves the sample where there is none; of several that start at once the first one does."""
    if session.get(KeySample, _NAME) is not None:
        return False
    try:
        with session.begin_nested():
            session.add(KeySample(name=_NAME, sealed=seal.close(_CONTENT)))
    except IntegrityError:
        return False
    return True


def _seal_anew(session: Session, table: Any, seal: Seal) -> None:
    key = list(table.primary_key.columns)
    for row in session.execute(select(*key, table.c.sealed)).all():
        if seal.is_newest(row.sealed):
            continue
        try:
            sealed = seal.close_anew(row.sealed)
        except NotOpened:
            continue
        same = [column == row[place] for place, column in enumerate(key)]
        same.append(table.c.sealed == row.sealed)  # what was stored meanwhile is newer, and stays
        session.execute(update(table).where(*same).values(sealed=sealed))
