"""Personal links to our own pages: each for one person and one purpose, with an end, revocable.

The row holds no secret: the address that is sent is its id, signed by the web door with a key of the settings.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Column
from sqlmodel import Field, Session, SQLModel, col, select

from .columns import UtcTime
from .scope import Scope


class Link(SQLModel, table=True):
    """A personal link. `purpose`: what its page is for ("answer", "notified", "record", "return" …); `about` is
    the record and post it is for.

    `code` is what only the letter says and the page asks for, hashed: whoever merely follows links does not know it.
    `used_at`: when it did what it was for; `asked_anew_at`: when somebody last asked for a new one.
    """

    __tablename__ = "link"
    id: str = Field(primary_key=True)
    partnership: str
    person: str
    purpose: str
    record: str
    about: str = ""
    code: str = ""
    tries: int = 0
    made_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    expires_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    revoked_at: datetime | None = Field(default=None, sa_column=Column(UtcTime, nullable=True))
    used_at: datetime | None = Field(default=None, sa_column=Column(UtcTime, nullable=True))
    asked_anew_at: datetime | None = Field(default=None, sa_column=Column(UtcTime, nullable=True))

    def is_open(self, now: datetime) -> bool:
        """Whether it still leads anywhere."""
        return self.revoked_at is None and now < self.expires_at


def get(session: Session, id_: str) -> Link | None:
    """The link with that id, in whatever partnership."""
    return session.get(Link, id_)


def open_of(scope: Scope, persons: Iterable[str], now: datetime, purpose: str | None = None) -> list[Link]:
    """Every link of some people, for one purpose or for any, that has neither ended nor been revoked, oldest first."""
    query = select(Link).where(
        Link.partnership == scope.partnership,
        col(Link.person).in_(set(persons)),
        col(Link.revoked_at).is_(None),
        col(Link.expires_at) > now,
    )
    if purpose is not None:
        query = query.where(Link.purpose == purpose)
    return list(scope.session.exec(query.order_by(col(Link.made_at), Link.id)))


def of_record(scope: Scope, record: str) -> list[Link]:
    """Every link that was made about a record, oldest first."""
    query = select(Link).where(Link.partnership == scope.partnership, Link.record == record)
    return list(scope.session.exec(query.order_by(col(Link.made_at), Link.id)))
