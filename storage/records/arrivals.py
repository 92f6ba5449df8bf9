"""What came in at a door whose platform may deliver the same thing twice: each is answered once.

A row is made before something is answered and marked after. One that is not marked is of a process that died meanwhile:
what comes again is then answered after all.
"""

from datetime import datetime, timedelta

from sqlalchemy import Column, delete
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, SQLModel, col

from .columns import UtcTime

LASTS = timedelta(days=3)
"""How long the same thing may come again; no platform waits so long."""

WORKS_FOR = timedelta(minutes=1)
"""How long answering takes at most; after that whoever was at it is taken to have died."""


class Arrival(SQLModel, table=True):
    """Something that came in, by the platform's own id of it."""

    __tablename__ = "arrival"
    door: str = Field(primary_key=True)
    conversation: str = Field(primary_key=True)
    delivered: str = Field(primary_key=True)
    at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    answered: bool = False


def arrive(session: Session, door: str, conversation: str, delivered: str, now: datetime) -> bool:
    """Takes what came in; False where somebody else has taken it, or has answered it already."""
    new = Arrival(door=door, conversation=conversation, delivered=delivered, at=now)
    found = session.get(Arrival, (door, conversation, delivered), with_for_update=True)
    if found is None:
        try:
            with session.begin_nested():
                session.add(new)
        except IntegrityError:  # somebody else took it at the same moment
            return False
        return True
    if found.answered or now < found.at + WORKS_FOR:
        return False
    found.at = now
    session.add(found)
    return True


def answered(session: Session, door: str, conversation: str, delivered: str) -> None:
    """Marks what came in as answered."""
    found = session.get(Arrival, (door, conversation, delivered))
    if found is not None:
        found.answered = True
        session.add(found)


def not_answered(session: Session, door: str, conversation: str, delivered: str) -> None:
    """Forgets what came in, unless it was answered: whoever was at it has given up, and says so."""
    found = session.get(Arrival, (door, conversation, delivered))
    if found is not None and not found.answered:
        session.delete(found)


def forget_old(session: Session, now: datetime) -> None:
    """Removes what will not come again."""
    session.execute(delete(Arrival).where(col(Arrival.at) <= now - LASTS))
