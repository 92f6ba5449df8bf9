"""Notifications from our web page that wait until whoever wrote them has confirmed their address by mail."""

from datetime import datetime

from sqlalchemy import Column, Text, delete
from sqlmodel import Field, Session, SQLModel, col, func, select

from .columns import UtcTime


class Notification(SQLModel, table=True):
    """What was filled in on the page, encrypted with the address it came from, and the case that it became.

    `id` is unguessable; `address` is a hash of the mail address, to limit how often one is written to.
    """

    __tablename__ = "notification"
    id: str = Field(primary_key=True)
    partnership: str
    address: str = Field(index=True)
    sealed: str = Field(sa_column=Column(Text, nullable=False))
    made_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    expires_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    confirmed_at: datetime | None = Field(default=None, sa_column=Column(UtcTime, nullable=True))
    reference: str = ""


def get(session: Session, id_: str) -> Notification | None:
    """The notification with that id."""
    return session.get(Notification, id_)


def made_since(session: Session, address: str, since: datetime) -> int:
    """How many were made with an address (its hash) since a time."""
    query = select(func.count()).where(Notification.address == address, col(Notification.made_at) >= since)
    return session.exec(query).one()


def forget_old(session: Session, now: datetime) -> None:
    """Removes what nobody confirmed in its time."""
    session.execute(delete(Notification).where(col(Notification.expires_at) <= now, col(Notification.reference) == ""))
