"""Partnerships, the versions of their definitions, and the workspaces that belong to them."""

from datetime import datetime
from functools import cache

from sqlalchemy import Column, Executable, Text, bindparam
from sqlmodel import Field, Session, SQLModel, col, select
from sqlmodel.sql.expression import SelectOfScalar

from .columns import UtcTime
from .looking import once, rows
from .scope import Scope


class Partnership(SQLModel, table=True):
    """A partnership that runs here. `version` is the definition in force; paused: nothing but alerts is sent."""

    __tablename__ = "partnership"
    id: str = Field(primary_key=True)
    name: str
    version: int
    paused_since: datetime | None = Field(default=None, sa_column=Column(UtcTime, nullable=True))
    paused_by: str | None = None


class Version(SQLModel, table=True):
    """A stored definition text with its calendar of working days; records point at the one they began under.

    `made_by`: "file", or "setup" where an answer given in chat changed the one before.
    """

    __tablename__ = "version"
    partnership: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    hash: str
    text: str = Field(sa_column=Column(Text, nullable=False))
    calendar: str = Field(sa_column=Column(Text, nullable=False))
    adopted_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    made_by: str = "file"


class Workspace(SQLModel, table=True):
    """A door's workspace or tenant that serves a partnership; one may serve several.

    `gone`: why nothing can be sent there any more, such as that the app was removed; empty while it can.
    """

    __tablename__ = "workspace"
    door: str = Field(primary_key=True)
    tenant: str = Field(primary_key=True)
    partnership: str = Field(primary_key=True)
    gone: str = ""


def every(session: Session) -> list[Partnership]:
    """All partnerships of the installation, by id."""
    return list(session.exec(select(Partnership).order_by(Partnership.id)))


def paused() -> SelectOfScalar[str]:
    """A query for the ids of the partnerships that are paused, to be used within others."""
    return select(Partnership.id).where(col(Partnership.paused_since).is_not(None))


def of_workspace(session: Session, door: str, tenant: str) -> list[str]:
    """The ids of the partnerships that a workspace serves."""
    values = {"door": door, "tenant": tenant}
    found = once(session, ("served", door, tenant), lambda: rows(session, _served_query(), values))
    return sorted(row.partnership for row in found)


@cache
def _served_query() -> Executable:
    return select(Workspace.partnership).where(
        Workspace.door == bindparam("door"), Workspace.tenant == bindparam("tenant")
    )


def why_gone(session: Session, door: str, tenant: str) -> str:
    """Why nothing can be sent to a workspace any more, whatever it serves; empty while it can."""
    query = select(Workspace.gone).where(Workspace.door == door, Workspace.tenant == tenant)
    reasons = list(session.exec(query))
    return reasons[0] if reasons and all(reasons) else ""


def workspaces(scope: Scope, door: str | None = None) -> list[Workspace]:
    """The workspaces that serve the partnership, of one door or of all."""
    query = select(Workspace).where(Workspace.partnership == scope.partnership)
    if door is not None:
        query = query.where(Workspace.door == door)
    return list(scope.session.exec(query.order_by(Workspace.door, Workspace.tenant)))


def find(scope: Scope) -> Partnership | None:
    """The partnership of this scope, or None if it has never been applied."""
    return scope.session.get(Partnership, scope.partnership)


def version(scope: Scope, number: int | None = None) -> Version | None:
    """A stored version; without a number the one in force."""
    if number is None:
        found = find(scope)
        if found is None:
            return None
        number = found.version
    return scope.session.get(Version, (scope.partnership, number))


def hold(scope: Scope) -> None:
    """Holds the partnership for this transaction: facts of one partnership are changed one after the other.

    On SQLite every writer waits for the others already.
    """
    if scope.session.get_bind().dialect.name != "sqlite":
        query = select(Partnership.id).where(Partnership.id == scope.partnership).with_for_update()
        scope.session.exec(query).first()


def number_in_force(scope: Scope) -> int:
    """The number of the version in force; 0 when the partnership is not here."""
    values = {"id": scope.partnership}
    found = once(scope.session, ("in force", scope.partnership), lambda: rows(scope.session, _number_query(), values))
    return found[0].version if found else 0


@cache
def _number_query() -> Executable:
    return select(Partnership.version).where(Partnership.id == bindparam("id"))


def mark(scope: Scope, number: int) -> tuple[str, datetime] | None:
    """What tells a stored version from one that was rolled back under its number: its hash and its time."""
    params = {"partnership": scope.partnership, "number": number}
    key = ("mark", scope.partnership, number)
    found = once(scope.session, key, lambda: rows(scope.session, _mark_query(), params))
    return (found[0].hash, found[0].adopted_at) if found else None


@cache
def _mark_query() -> Executable:
    return select(Version.hash, Version.adopted_at).where(
        Version.partnership == bindparam("partnership"), Version.number == bindparam("number")
    )


def versions(scope: Scope) -> list[Version]:
    """Every stored version, oldest first."""
    query = select(Version).where(Version.partnership == scope.partnership).order_by(col(Version.number))
    return list(scope.session.exec(query))


def adopt(
    scope: Scope, *, name: str, hash_: str, text: str, calendar: str, now: datetime, made_by: str = "file"
) -> Version:
    """Stores a definition as the next version and puts it in force."""
    latest = scope.session.exec(
        select(Version.number).where(Version.partnership == scope.partnership).order_by(col(Version.number).desc())
    ).first()
    stored = Version(
        partnership=scope.partnership,
        number=(latest or 0) + 1,
        hash=hash_,
        text=text,
        calendar=calendar,
        adopted_at=now,
        made_by=made_by,
    )
    scope.session.add(stored)
    running = find(scope)
    if running is None:
        running = Partnership(id=scope.partnership, name=name, version=stored.number)
    running.name, running.version = name, stored.number
    scope.session.add(running)
    return stored
