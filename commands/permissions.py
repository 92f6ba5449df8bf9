"""Who may do what: roles by group, as data on actions. The permission matrix is generated from it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from storage.arrangements.groups import Group
from storage.arrangements.partnership import Arrangements
from storage.records import people
from storage.records.looking import once
from storage.records.people import Cover
from storage.records.scope import Scope


class Role(StrEnum):
    """What somebody is to a partnership, or to one of its groups."""

    BUSINESS_MANAGER = "business manager"
    CHAIR = "chair"
    VICE_CHAIR = "vice chair"
    DEPUTY = "deputy"
    MEMBER = "member"
    PA = "PA or staff officer"
    ADVISER = "adviser"
    OBSERVER = "observer"
    SCRUTINEER = "scrutineer"
    PARTNER_LEAD = "partner lead"
    PARTNER_DEPUTY = "partner deputy"
    DUTY_DESK = "duty desk"
    ADMINISTRATOR = "administrator"
    TIME = "time"


class Where(StrEnum):
    """How far a role reaches."""

    EVERYWHERE = "everywhere"
    OWN_GROUP = "in their own group"


Allowed = dict[Role, Where]

PEOPLE: Allowed = {role: Where.EVERYWHERE for role in Role if role not in (Role.TIME, Role.ADMINISTRATOR)}
"""Everybody in a post. Whether they may do it to one case, its list decides (case_lists.find)."""

TIME_ONLY: Allowed = {Role.TIME: Where.EVERYWHERE}


@dataclass(frozen=True)
class Account:
    """The account by which somebody acts. `mail`: a code to confirm it can be sent to the person's address by mail."""

    door: str
    tenant: str
    user: str
    mail: bool = False


@dataclass(frozen=True)
class Actor:
    """Who acts, and for which partnership. `person` is None for time and for the administrator at the machine.

    `confirmed` says whether the identity was confirmed; proposed is enough for one's own reminders, never for a case.
    `account` is known where somebody speaks at a door that has made sure that it is this account.
    """

    partnership: str
    person: str | None = None
    role: Role | None = None
    confirmed: bool = False
    account: Account | None = None

    @property
    def id(self) -> str:
        """The id that the ledger holds."""
        return self.person or (self.role.value if self.role else "unknown")


def time(partnership: str) -> Actor:
    """Time as a caller."""
    return Actor(partnership, role=Role.TIME, confirmed=True)


def administrator(partnership: str) -> Actor:
    """Whoever has the machine: the shell's commands."""
    return Actor(partnership, role=Role.ADMINISTRATOR, confirmed=True)


def is_allowed(allowed: Allowed, everywhere: set[Role], in_group: set[Role]) -> bool:
    """Whether one of somebody's roles may: those they have anywhere, and those in the group that it is about."""
    return any(
        role in in_group or (role in everywhere and reach is Where.EVERYWHERE) for role, reach in allowed.items()
    )


def roles(
    scope: Scope, arrangements: Arrangements, actor: Actor, day: date, group: str | None
) -> tuple[set[Role], set[Role]]:
    """Somebody's roles on a day: anywhere in the partnership, and in one group (or in none)."""
    if actor.role is not None:
        return {actor.role}, {actor.role}
    if actor.person is None:
        return set(), set()
    person = actor.person
    key = ("roles", scope.partnership, person, day, group)  # each button of an answer asks for them
    return once(scope.session, key, lambda: _roles_of(scope, arrangements, person, day, group))


def _roles_of(
    scope: Scope, arrangements: Arrangements, person: str, day: date, group: str | None
) -> tuple[set[Role], set[Role]]:
    anywhere: set[Role] = set()
    here: set[Role] = set()
    held = people.holdings_of(scope, person, day)
    covers = [cover for cover in people.covering_on(scope, day) if cover.person == person]
    full = {h.post for h in held if h.capacity == "holder"} | {c.post for c in covers if not c.group}
    standing_in = {h.post for h in held if h.capacity == "deputy"}
    if any(h.capacity == "pa" and h.post in arrangements.posts_by_id for h in held):
        anywhere.add(Role.PA)  # who helps with an agency's report is nobody's PA here
    anywhere |= _of_the_partnership(arrangements, full, standing_in)
    pa_for = {h.post for h in held if h.capacity == "pa"}
    for entry in arrangements.groups:
        found = _in_group(arrangements, entry.id, full | _covered_for(covers, entry.id), standing_in)
        if pa_for & ({seat.post for seat in entry.seats} | {entry.chair, entry.vice_chair}):
            found = found | {Role.PA}
        anywhere |= found
        if entry.id == group:
            here |= found
    return anywhere, here | (anywhere & _PARTNERSHIP_WIDE)


def _covered_for(covers: Iterable[Cover], group: str) -> set[str]:
    """The posts that somebody covers for a group alone: they have its roles there, and nowhere else."""
    return {cover.post for cover in covers if cover.group == group}


_PARTNERSHIP_WIDE = {
    Role.BUSINESS_MANAGER,
    Role.PARTNER_LEAD,
    Role.PARTNER_DEPUTY,
    Role.DUTY_DESK,
    Role.SCRUTINEER,
}

_BY_CAPACITY = {
    "member": Role.MEMBER,
    "attends": Role.ADVISER,
    "adviser": Role.ADVISER,
    "invited": Role.OBSERVER,
    "observer": Role.OBSERVER,
    "co-opted": Role.OBSERVER,
    "scrutineer": Role.SCRUTINEER,
}


def _of_the_partnership(arrangements: Arrangements, full: set[str], standing_in: set[str]) -> set[Role]:
    found: set[Role] = set()
    if arrangements.secretariat.business_manager in full | standing_in:
        found.add(Role.BUSINESS_MANAGER)
    for partner in arrangements.partners:
        if partner.lead in full:
            found.add(Role.PARTNER_LEAD)
        if partner.lead in standing_in or (partner.deputy and partner.deputy in full):
            found.add(Role.PARTNER_DEPUTY)
    if any(post.desk for post in arrangements.posts if post.id in full):
        found.add(Role.DUTY_DESK)
    return found


def _in_group(arrangements: Arrangements, group: str, full: set[str], standing_in: set[str]) -> set[Role]:
    entry = arrangements.groups_by_id[group]
    found: set[Role] = set()
    if entry.chair in full:
        found.add(Role.CHAIR)
    if entry.vice_chair in full:
        found.add(Role.VICE_CHAIR)
    for seat in entry.seats:
        if seat.post in full:
            found.add(_BY_CAPACITY[seat.capacity])
        if seat.post in standing_in:
            found.add(Role.DEPUTY)
    if {entry.chair, entry.vice_chair} & standing_in:
        found.add(Role.DEPUTY)
    if secretaries(entry) & (full | standing_in):
        found.add(Role.PA)  # whoever is asked for the papers or minutes must be able to say that they are out
    return found


def secretaries(entry: Group) -> set[str]:
    """The posts that see to a group's papers and minutes."""
    found = {entry.papers_by, entry.minutes_by}
    found |= {offset.owner for offset in (entry.papers, entry.minutes) if offset is not None}
    return {post for post in found if post is not None}
