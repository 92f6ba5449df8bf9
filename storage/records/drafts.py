"""Drafts of forms: what somebody had typed when a form was closed, refused or turned over. Sealed, for two weeks."""

from datetime import datetime, timedelta

from sqlalchemy import Column, Text, delete
from sqlmodel import Field, Session, SQLModel, col, select

from .columns import UtcTime

LASTS = timedelta(days=14)


class Draft(SQLModel, table=True):
    """The one draft of a person for a form; `about` names the form and what it is about."""

    __tablename__ = "draft"
    person: str = Field(primary_key=True)
    about: str = Field(primary_key=True)
    sealed: str = Field(sa_column=Column(Text, nullable=False))
    at: datetime = Field(sa_column=Column(UtcTime, nullable=False))


def keep(session: Session, person: str, about: str, sealed: str, now: datetime) -> None:
    """Stores a draft in the place of an earlier one."""
    session.merge(Draft(person=person, about=about, sealed=sealed, at=now))


def find(session: Session, person: str, about: str, now: datetime) -> Draft | None:
    """The draft of a form, if it is not too old."""
    found = session.get(Draft, (person, about))
    return found if found is not None and now < found.at + LASTS else None


def of(session: Session, person: str, begins: str) -> list[Draft]:
    """A person's drafts whose name begins so."""
    query = select(Draft).where(Draft.person == person, col(Draft.about).startswith(begins, autoescape=True))
    return list(session.exec(query))


def drop(session: Session, person: str, about: str) -> None:
    """Removes a draft: the form was sent in, or given up."""
    found = session.get(Draft, (person, about))
    if found is not None:
        session.delete(found)


def forget_old(session: Session, now: datetime) -> None:
    """Removes drafts that nobody came back to."""
    session.execute(delete(Draft).where(col(Draft.at) <= now - LASTS))
