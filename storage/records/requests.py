"""Requests that have been carried out, by their key: a repeated press or request changes nothing."""

from datetime import datetime, timedelta

from sqlalchemy import Column, delete
from sqlmodel import Field, SQLModel, col

from .columns import Structure, UtcTime
from .scope import Scope

LASTS = timedelta(days=400)
"""How long a request is remembered: a button in an old message can still be pressed, and must not count once more."""


class Request(SQLModel, table=True):
    """A key that came in with a press or a typed line, and what was answered."""

    __tablename__ = "request"
    partnership: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    answer: dict[str, object] = Field(sa_column=Column(Structure, nullable=False))


def find(scope: Scope, key: str) -> Request | None:
    """The request with that key, if it was carried out."""
    return scope.session.get(Request, (scope.partnership, key))


def remember(scope: Scope, key: str, answer: dict[str, object], now: datetime) -> None:
    """Notes that a request was carried out, with its answer."""
    scope.session.add(Request(partnership=scope.partnership, key=key, at=now, answer=answer))


def forget_old(scope: Scope, now: datetime) -> None:
    """Removes what nobody will send again."""
    scope.session.execute(
        delete(Request).where(col(Request.partnership) == scope.partnership, col(Request.at) <= now - LASTS)
    )
