"""What a button carries that is too long for its platform: sealed, under a token, for as long as it can be pressed."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import Column, Text, delete
from sqlmodel import Field, Session, SQLModel, col

from .columns import UtcTime

LASTS = timedelta(days=30)


class Kept(SQLModel, table=True):
    """A sealed text under its token."""

    __tablename__ = "kept"
    token: str = Field(primary_key=True)
    sealed: str = Field(sa_column=Column(Text, nullable=False))
    expires_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))


def keep(session: Session, sealed: str, now: datetime) -> str:
    """Stores a sealed text; returns the token that finds it for 30 days."""
    token = secrets.token_urlsafe(16)
    session.add(Kept(token=token, sealed=sealed, expires_at=now + LASTS))
    return token


def find(session: Session, token: str, now: datetime) -> str | None:
    """The sealed text under a token, or None when it is too old or was never there."""
    found = session.get(Kept, token)
    return found.sealed if found is not None and now < found.expires_at else None


def forget_old(session: Session, now: datetime) -> None:
    """Removes what can no longer be pressed."""
    session.execute(delete(Kept).where(col(Kept.expires_at) <= now))
