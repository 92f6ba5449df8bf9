"""Workspaces into which the bot was installed, with their tokens (sealed), and installations under way."""

from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import Column, Text, bindparam, delete
from sqlmodel import Field, Session, SQLModel, col, select
from sqlmodel.sql.expression import SelectOfScalar

from .columns import Structure, UtcTime
from .looking import once
from .partnerships import Workspace

LASTS = timedelta(minutes=30)
"""How long an installation may take from the link to the platform's answer."""


class Installed(SQLModel, table=True):
    """The bot in a workspace or tenant of a door. `scopes` with commas between; `sealed` holds the token."""

    __tablename__ = "installation"
    door: str = Field(primary_key=True)
    tenant: str = Field(primary_key=True)
    name: str
    app: str
    bot_user: str
    scopes: str
    sealed: str = Field(sa_column=Column(Text, nullable=False))
    since: datetime = Field(sa_column=Column(UtcTime, nullable=False))


class Installing(SQLModel, table=True):
    """An installation under way: its state, used once, and the partnerships that the workspace will serve."""

    __tablename__ = "installing"
    state: str = Field(primary_key=True)
    door: str
    partnerships: list[str] = Field(sa_column=Column(Structure, nullable=False))
    expires_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))


def every(session: Session, door: str) -> list[Installed]:
    """All workspaces of a door into which the bot was installed, by tenant."""
    return list(session.exec(select(Installed).where(Installed.door == door).order_by(Installed.tenant)))


def find(session: Session, door: str, tenant: str) -> Installed | None:
    """The installation in one workspace."""
    values = {"door": door, "tenant": tenant}
    return once(session, ("installed", door, tenant), lambda: session.exec(_installed_query(), params=values).first())


@cache
def _installed_query() -> SelectOfScalar[Installed]:
    return select(Installed).where(Installed.door == bindparam("door"), Installed.tenant == bindparam("tenant"))


def put(session: Session, new: Installed) -> None:
    """Stores an installation in the place of an earlier one in the same workspace."""
    session.merge(new)


def remove(session: Session, door: str, tenant: str) -> None:
    """Forgets an installation with its token: the app was removed there."""
    session.execute(delete(Installed).where(col(Installed.door) == door, col(Installed.tenant) == tenant))


def is_used(session: Session, door: str, tenant: str) -> bool:
    """Whether the workspace serves any partnership."""
    query = select(Workspace).where(Workspace.door == door, Workspace.tenant == tenant)
    return session.exec(query).first() is not None


def under_way(session: Session, state: str, door: str, partnerships: list[str], now: datetime) -> None:
    """Notes an installation under way; those that came to nothing are removed."""
    session.execute(delete(Installing).where(col(Installing.expires_at) <= now))
    session.add(Installing(state=state, door=door, partnerships=partnerships, expires_at=now + LASTS))


def is_open(session: Session, state: str, door: str, now: datetime) -> bool:
    """Whether an installation is under way with that state; only looks."""
    found = session.get(Installing, state)
    return found is not None and found.door == door and found.expires_at > now


def take(session: Session, state: str, door: str, now: datetime) -> list[str] | None:
    """Takes an installation under way, once: its partnerships, or None when the state is unknown, used or too old.

    One statement takes it, so that of two answers with one state only one goes on.
    """
    query = (
        delete(Installing)
        .where(col(Installing.state) == state, col(Installing.door) == door, col(Installing.expires_at) > now)
        .returning(Installing)
    )
    taken = session.execute(query).scalar()
    return None if taken is None else list(taken.partnerships)
