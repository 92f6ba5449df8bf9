"""Where somebody is reached at a door that cannot be asked for it: what the platform said when it was heard of last."""

from datetime import datetime

from sqlalchemy import Column, delete
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, SQLModel, col, select

from .columns import UtcTime


class Reached(SQLModel, table=True):
    """A user's own conversation with the bot, or a channel or group (`place` is then the conversation itself).

    `conversation` is empty while none was begun with a user; `member` is what the platform calls them to the bot;
    `service` the address at which their part of the platform is reached. `at`: when this was said.
    """

    __tablename__ = "conversation"
    door: str = Field(primary_key=True)
    tenant: str = Field(primary_key=True)
    place: str = Field(primary_key=True)
    conversation: str = ""
    service: str = ""
    member: str = ""
    at: datetime = Field(sa_column=Column(UtcTime, nullable=False))


def find(session: Session, door: str, tenant: str, place: str) -> Reached | None:
    """Where a user or a channel is reached, if that was ever said."""
    return session.get(Reached, (door, tenant, place))


def every(session: Session, door: str) -> list[Reached]:
    """Everybody and every channel or group of which a door has heard."""
    return list(session.exec(select(Reached).where(Reached.door == door).order_by(Reached.tenant, Reached.place)))


def any_service(session: Session, door: str, tenant: str) -> str:
    """The address at which anybody in a tenant was reached last; empty where nobody was."""
    query = select(Reached.service).where(Reached.door == door, Reached.tenant == tenant, col(Reached.service) != "")
    return session.exec(query.order_by(col(Reached.at).desc())).first() or ""


def is_kept(session: Session, new: Reached) -> bool:
    """Whether all of it stands there already, but for when it was said."""
    found = find(session, new.door, new.tenant, new.place)
    return found is not None and found.model_dump(exclude={"at"}) == _joined(found, new).model_dump(exclude={"at"})


def keep(session: Session, new: Reached) -> None:
    """Keeps it; what is empty in the new one stays as it was."""
    found = find(session, new.door, new.tenant, new.place)
    if found is None:
        try:
            with session.begin_nested():
                session.add(Reached(**new.model_dump()))
            return
        except IntegrityError:  # it was said twice at the same moment
            found = find(session, new.door, new.tenant, new.place)
            assert found is not None
    session.merge(_joined(found, new))


def forget(session: Session, door: str, tenant: str, place: str) -> None:
    """Forgets it."""
    session.execute(
        delete(Reached).where(col(Reached.door) == door, col(Reached.tenant) == tenant, col(Reached.place) == place)
    )


def _joined(found: Reached, new: Reached) -> Reached:
    said = {name: value for name, value in new.model_dump().items() if value}
    return Reached(**{**found.model_dump(), **said})
