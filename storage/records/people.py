"""Persons and identities (global), and who holds, deputises for or covers which post when (by partnership)."""

import hashlib
import uuid
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Column, ColumnElement, Date, UniqueConstraint, bindparam
from sqlmodel import Field, Session, SQLModel, col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from . import codes
from .columns import UtcTime
from .looking import once
from .scope import Scope

_PEOPLE = uuid.UUID("6f1d3a52-8f0e-5a35-9a63-0c3a5f6b1c77")


ANY_GROUP = "*"
"""Whatever group something is about, for what is said of several at once."""


def person_id(email: str) -> str:
    """The id of the person first entered with this address; the same in every database, so that keys are equal."""
    return uuid.uuid5(_PEOPLE, email.strip().casefold()).hex


class Person(SQLModel, table=True):
    """Somebody, in however many partnerships. `telephone`: where they are rung and texted, empty where not known.

    `door`: by which messages are to go to them; empty: by the one at which they spoke last.
    """

    __tablename__ = "person"
    id: str = Field(primary_key=True)
    name: str
    email: str = Field(unique=True)
    created_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    telephone: str = ""
    door: str = ""


class Identity(SQLModel, table=True):
    """A person at a door. `state` is proposed (by e-mail) or confirmed (by a code or the administrator).

    `gone`: why nothing reaches them there any more; empty while it does. `spoke_at`: when they last wrote or pressed
    there, as far as that was noted (once an hour at most).
    """

    __tablename__ = "identity"
    door: str = Field(primary_key=True)
    tenant: str = Field(primary_key=True)
    user: str = Field(primary_key=True)
    person: str = Field(foreign_key="person.id", index=True)
    state: str
    since: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    confirmed_by: str | None = None
    gone: str = ""
    spoke_at: datetime | None = Field(default=None, sa_column=Column(UtcTime, nullable=True))

    @property
    def digest(self) -> str:
        """A short name of the account for ledger and keys, since its user may be an e-mail address."""
        return hashlib.sha256(f"{self.door}:{self.tenant}:{self.user}".encode()).hexdigest()[:16]


class Holding(SQLModel, table=True):
    """Somebody in a post from one day to another, both included; one that ends before it begins was taken back.

    `capacity`: holder; deputy (stands in when the holder is away); pa (answers for the officer, never a case or vote).
    `acting`: holds the post until it is filled for good.
    """

    __tablename__ = "holding"
    __table_args__ = (UniqueConstraint("partnership", "post", "person", "capacity", "since"),)
    id: int | None = Field(default=None, primary_key=True)
    partnership: str = Field(index=True)
    post: str
    person: str = Field(foreign_key="person.id", index=True)
    capacity: str = "holder"
    agency: str = ""
    since: date
    until: date | None = None
    acting: bool = False


class Cover(SQLModel, table=True):
    """Somebody who covers a post for some days, both included: all that is owed goes there and comes back.

    `group`: for what concerns that group only. `starts` and `ends`: a part of each day only, local "HH:MM"; what goes
    out by the day is not part of it, an alert or a meeting within those hours is.
    """

    __tablename__ = "cover"
    __table_args__ = (UniqueConstraint("partnership", "post", "person", "since", "group", "starts"),)
    id: int | None = Field(default=None, primary_key=True)
    partnership: str = Field(index=True)
    post: str
    person: str = Field(foreign_key="person.id")
    since: date
    until: date
    withdrawn: bool = False
    group: str = ""
    starts: str = ""
    ends: str = ""

    def counts(self, group: str = "", at: time | None = None) -> bool:
        """Whether it is cover for what concerns a group (empty: no group's) at a local hour (None: the whole day)."""
        if self.group not in ("", group):
            return False
        return not self.starts or (at is not None and self.starts <= f"{at:%H:%M}" < self.ends)

    def entitles(self, group: str = "", at: time | None = None) -> bool:
        """Whether who covers may have and answer what comes in those hours: from their beginning to midnight.

        What came at the end of the hours can be answered after them, that day.
        """
        if group != ANY_GROUP and self.group not in ("", group):
            return False
        return not self.starts or (at is not None and self.starts <= f"{at:%H:%M}")


def by_email(session: Session, email: str) -> Person | None:
    """The person with that address, in any case."""
    return session.exec(select(Person).where(Person.email == email.strip().casefold())).first()


def get(session: Session, id_: str) -> Person | None:
    """The person with that id."""
    return session.get(Person, id_)


def enter(session: Session, *, name: str, email: str, now: datetime) -> Person:
    """Finds or makes the person with that address; a changed name is kept up to date."""
    found = by_email(session, email)
    if found is None:
        found = Person(id=person_id(email), name=name, email=email.strip().casefold(), created_at=now)
    found.name = name
    session.add(found)
    session.flush()
    return found


def identity(session: Session, door: str, tenant: str, user: str) -> Identity | None:
    """Who somebody at a door is, if we know."""
    values = {"door": door, "tenant": tenant, "user": user}
    key = ("identity", door, tenant, user)
    return once(session, key, lambda: session.exec(_identity_query(), params=values).first())


@cache
def _identity_query() -> SelectOfScalar[Identity]:
    return select(Identity).where(
        Identity.door == bindparam("door"), Identity.tenant == bindparam("tenant"), Identity.user == bindparam("user")
    )


def identities(session: Session, person: str) -> list[Identity]:
    """All doors at which a person is known, the confirmed first."""
    return list(session.exec(_identities_query(), params={"person": person}))


@cache
def _identities_query() -> SelectOfScalar[Identity]:
    query = select(Identity).where(Identity.person == bindparam("person"))
    return query.order_by(Identity.state, Identity.door)


def with_account(session: Session, persons: Iterable[str], besides: Iterable[str] = ()) -> set[str]:
    """Those of some people who are known at a door that takes messages for them, `besides` some doors."""
    query = select(Identity.person).where(
        col(Identity.person).in_(list(persons)), Identity.gone == "", col(Identity.door).not_in(list(besides))
    )
    return set(session.exec(query))


def chose(session: Session, persons: Iterable[str], door: str) -> set[str]:
    """Those of some people who have chosen to be reached by a door first."""
    return set(session.exec(select(Person.id).where(col(Person.id).in_(list(persons)), Person.door == door)))


def is_confirmed(session: Session, person: str) -> bool:
    """Whether a person has confirmed who they are at any door."""
    return any(identity.state == "confirmed" for identity in identities(session, person))


def propose(session: Session, *, door: str, tenant: str, user: str, person: str, now: datetime) -> Identity:
    """Remembers that a person is probably this user; a confirmed one is left as it is."""
    found = identity(session, door, tenant, user)
    if found is None:
        found = Identity(door=door, tenant=tenant, user=user, person=person, state="proposed", since=now)
        session.add(found)
    return found


def holdings(
    scope: Scope, day: date | None = None, *, posts: Iterable[str] | None = None, person: str | None = None
) -> list[Holding]:
    """Everybody in a post, on one day or at all; in some posts only, or one person's only."""
    values = {"day": day, "posts": None if posts is None else list(posts), "person": person}
    asked = {name: value for name, value in values.items() if value is not None}
    query = _holdings_query(day is not None, posts is not None, person is not None)
    wanted = {"partnership": scope.partnership, **asked}
    if posts is not None:
        return list(scope.session.exec(query, params=wanted))
    key = ("holdings", scope.partnership, day, person)
    return list(once(scope.session, key, lambda: list(scope.session.exec(query, params=wanted))))


@cache
def _holdings_query(on_day: bool, in_posts: bool, of_person: bool) -> SelectOfScalar[Holding]:
    query = select(Holding).where(Holding.partnership == bindparam("partnership"), _counts())
    if in_posts:
        query = query.where(col(Holding.post).in_(bindparam("posts", expanding=True)))
    if of_person:
        query = query.where(Holding.person == bindparam("person"))
    if on_day:
        day, until = bindparam("day", type_=Date), col(Holding.until)
        query = query.where(col(Holding.since) <= day, or_(until.is_(None), until >= day))
    return query.order_by(Holding.post, Holding.capacity, col(Holding.since))


def holdings_of(scope: Scope, person: str, day: date) -> list[Holding]:
    """The posts that a person holds, deputises for or answers for on a day."""
    return holdings(scope, day, person=person)


def covering_on(scope: Scope, day: date) -> list[Cover]:
    """Everybody who covers any post on a day, be it for one group or for a part of the day only."""
    values = {"partnership": scope.partnership, "day": day}
    key = ("covers", scope.partnership, day)
    return once(scope.session, key, lambda: list(scope.session.exec(_covers_query(), params=values)))


def covers_on(scope: Scope, day: date, *, group: str = "", at: time | None = None) -> list[Cover]:
    """Who covers which post on a day: for what concerns a group (empty: none), at a local hour (None: all day)."""
    return [cover for cover in covering_on(scope, day) if cover.counts(group, at)]


@cache
def _covers_query() -> SelectOfScalar[Cover]:
    day = bindparam("day", type_=Date)
    query = select(Cover).where(
        Cover.partnership == bindparam("partnership"),
        col(Cover.since) <= day,
        col(Cover.until) >= day,
        col(Cover.withdrawn).is_(False),
    )
    return query.order_by(Cover.post, col(Cover.id))


def in_post(scope: Scope, post: str, day: date, *, group: str = "", at: time | None = None) -> str | None:
    """The person to whom all that is owed by a post goes on that day: cover, else holder, else deputy; or None.

    `group` and `at` (a local hour) as in `in_posts`.
    """
    return in_posts(scope, [post], day, group=group, at=at).get(post)


def in_posts(
    scope: Scope, posts: Iterable[str], day: date, *, group: str = "", at: time | None = None
) -> dict[str, str]:
    """For each post with somebody in it on that day, the person: cover before holder before deputy.

    `group`: what it is about, so that cover for that group counts too and goes first; `at`: the local hour, so that
    cover for a part of a day does.
    """
    wanted = set(posts)
    held = holdings(scope, day, posts=wanted)
    found: dict[str, str] = {}
    for capacity in ("deputy", "holder"):
        found |= {h.post: h.person for h in held if h.capacity == capacity}
    covers = [cover for cover in covers_on(scope, day, group=group, at=at) if cover.post in wanted]
    return found | {cover.post: cover.person for cover in sorted(covers, key=lambda each: bool(each.group))}


def all_in_post(scope: Scope, post: str, day: date, *, group: str = "", at: time | None = None) -> set[str]:
    """Everybody who holds, deputises for or covers a post on a day: all may have what was sent to the post.

    `group`: what it is about, so that cover for that group counts too; `at`: the local hour, so that cover for a part
    of the day does from its beginning on.
    """
    held = {h.person for h in holdings(scope, day, posts=[post]) if h.capacity != "pa"}
    return held | {c.person for c in covering_on(scope, day) if c.post == post and c.entitles(group, at)}


def may_act_for(scope: Scope, person: str, day: date, *, group: str = "", at: time | None = None) -> set[str]:
    """The posts that a person holds, deputises for or covers on a day; not those they answer for as a PA.

    `group` and `at` as in `all_in_post`.
    """
    held = {h.post for h in holdings(scope, day, person=person) if h.capacity != "pa"}
    return held | {c.post for c in covering_on(scope, day) if c.person == person and c.entitles(group, at)}


# Entering, covering and leaving


def enter_holding(
    scope: Scope,
    *,
    post: str,
    person: str,
    capacity: str,
    agency: str,
    since: date,
    until: date | None,
    acting: bool = False,
) -> Holding:
    """Puts somebody in a post; one that was taken back and begins on the same day comes to life again."""
    query = select(Holding).where(
        Holding.partnership == scope.partnership,
        Holding.post == post,
        Holding.person == person,
        Holding.capacity == capacity,
        Holding.since == since,
    )
    found = scope.session.exec(query).first() or Holding(
        partnership=scope.partnership, post=post, person=person, capacity=capacity, since=since
    )
    found.agency, found.until, found.acting = agency, until, acting
    scope.session.add(found)
    scope.session.flush()
    return found


def take_back(holding: Holding) -> None:
    """Makes a holding one that never counted: it ends on the day before it begins."""
    holding.until = holding.since - timedelta(days=1)


def enter_cover(
    scope: Scope,
    *,
    post: str,
    person: str,
    since: date,
    until: date,
    group: str = "",
    hours: tuple[str, str] = ("", ""),
) -> Cover:
    """Has somebody cover a post for some days; one that was withdrawn and begins on the same day lives again.

    `group`: for what concerns it only. `hours`: from when to when on each day, local "HH:MM"; empty for all day.
    """
    starts, ends = hours
    query = select(Cover).where(
        Cover.partnership == scope.partnership,
        Cover.post == post,
        Cover.person == person,
        Cover.since == since,
        Cover.group == group,
        Cover.starts == starts,
    )
    found = scope.session.exec(query).first() or Cover(
        partnership=scope.partnership, post=post, person=person, since=since, until=until, group=group, starts=starts
    )
    found.until, found.ends, found.withdrawn = until, ends, False
    scope.session.add(found)
    scope.session.flush()
    return found


def covers_from(scope: Scope, day: date, post: str | None = None) -> list[Cover]:
    """Cover that lasts on a day or lies ahead of it, for all posts or one."""
    query = select(Cover).where(
        Cover.partnership == scope.partnership, Cover.until >= day, col(Cover.withdrawn).is_(False)
    )
    if post is not None:
        query = query.where(Cover.post == post)
    return list(scope.session.exec(query.order_by(Cover.post, col(Cover.since), col(Cover.id))))


def known_in(scope: Scope) -> list[Person]:
    """Everybody who was ever entered in a post of the partnership, or covered one, by name."""
    query = (
        select(Person)
        .where(
            or_(
                col(Person.id).in_(select(Holding.person).where(Holding.partnership == scope.partnership)),
                col(Person.id).in_(select(Cover.person).where(Cover.partnership == scope.partnership)),
            )
        )
        .order_by(Person.name, Person.email)
    )
    return list(scope.session.exec(query))


def partnerships_of(session: Session, person: str, day: date) -> set[str]:
    """The partnerships in which a person is in a post, or covers one, on a day or later."""
    held = select(Holding.partnership).where(Holding.person == person, _counts(), _lasts(Holding.until, day))
    covered = select(Cover.partnership).where(
        Cover.person == person, Cover.until >= day, col(Cover.withdrawn).is_(False)
    )
    return set(session.exec(held)) | set(session.exec(covered))


def end_identity(session: Session, found: Identity) -> None:
    """Forgets who somebody at a door is, with the code that was to confirm it."""
    codes.drop(session, found.door, found.tenant, found.user)
    session.delete(found)


def leavers(scope: Scope, day: date) -> list[Identity]:
    """Who is known at a door, was in a post of the partnership, and is in none anywhere from that day on."""
    left = select(Holding.person).where(Holding.partnership == scope.partnership, col(Holding.until) < day)
    covered = select(Cover.person).where(Cover.partnership == scope.partnership, Cover.until < day)
    query = select(Identity).where(
        or_(col(Identity.person).in_(left), col(Identity.person).in_(covered)),
        col(Identity.person).not_in(select(Holding.person).where(_counts(), _lasts(Holding.until, day))),
        col(Identity.person).not_in(select(Cover.person).where(Cover.until >= day, col(Cover.withdrawn).is_(False))),
    )
    return list(scope.session.exec(query.order_by(Identity.person, Identity.door, Identity.tenant, Identity.user)))


def has_left(scope: Scope, person: str, day: date) -> bool:
    """Whether somebody was in a post of the partnership, or covered one, and is in none anywhere from that day on."""
    held = select(Holding.id).where(
        Holding.partnership == scope.partnership, Holding.person == person, col(Holding.until) < day
    )
    covered = select(Cover.id).where(Cover.partnership == scope.partnership, Cover.person == person, Cover.until < day)
    was_here = any(scope.session.exec(query.limit(1)).first() is not None for query in (held, covered))
    return was_here and not partnerships_of(scope.session, person, day)


def _counts() -> ColumnElement[bool]:
    """The condition that a holding was not taken back."""
    return or_(col(Holding.until).is_(None), col(Holding.until) >= col(Holding.since))


def _lasts(until: Any, day: date) -> ColumnElement[bool]:
    return or_(col(until).is_(None), col(until) >= day)
