"""At which places somebody can be reached with a message, the best first: what they chose, then where they spoke."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from storage.records import partnerships, people
from storage.records.outbox import Outgoing
from storage.records.people import Identity, Person
from storage.records.scope import Scope

MAIL = "mail"
"""The door by which calendar entries go too."""

DOOR_NAMES = {"mail": "mail", "text": "text message", "slack": "Slack", "teams": "Teams", "terminal": "the terminal"}
"""What people call the doors."""

Finds = Literal["account", "workspace", "address", "telephone"]
"""How a door knows where somebody is: by any account of theirs there; by one in a workspace that serves the
partnership; by their e-mail address, which is proof of nothing and is taken last: of a case it says less; or by their
telephone number, which is only taken where a message may go by no other door."""


@dataclass(frozen=True)
class Place:
    """Where a message goes: the door, the workspace, and the user or address in it."""

    door: str
    tenant: str
    address: str


def reached_at(scope: Scope, row: Outgoing, doors: Mapping[str, Finds]) -> Iterator[Place]:
    """Every place at which a person can be reached with this message, the best first.

    What may hold the reference of a case goes, and stays true, only where the person has confirmed who they are; by
    mail, where it is said for that. Whoever has chosen mail has it first, but for alerts and what is about a case.
    """
    known = people.identities(scope.session, row.person)
    person = people.get(scope.session, row.person)
    chosen = person.door if person is not None else ""
    mail_first = chosen == MAIL and row.lane != "alert" and not row.about_case
    if mail_first:
        yield from _by_address(row, doors, person, known)
    yield from _by_account(scope, row, doors, in_order(known, chosen))
    for name, finds in doors.items():
        if finds == "telephone" and row.through == name and person is not None and _can_be_texted(name, person, known):
            yield Place(name, "", person.telephone)
    if not mail_first:
        yield from _by_address(row, doors, person, known)


def in_order(known: Iterable[Identity], chosen: str) -> list[Identity]:
    """The doors at which somebody is known, the best first.

    The one they have chosen; then those that are confirmed; then the one at which they spoke last; then by name.
    """
    return sorted(
        known,
        key=lambda each: (
            each.door != chosen,
            each.state != "confirmed",
            -each.spoke_at.timestamp() if each.spoke_at is not None else 0.0,
            (each.door, each.tenant, each.user),
        ),
    )


def _by_account(scope: Scope, row: Outgoing, doors: Mapping[str, Finds], known: Iterable[Identity]) -> Iterator[Place]:
    """The places at which somebody has an account that takes this message."""
    for each in known:
        finds = doors.get(each.door)
        if finds is None or finds in ("address", "telephone") or each.gone or row.through not in ("", each.door):
            continue
        if row.about_case and each.state != "confirmed":
            continue
        if row.through and row.tenant not in ("", each.tenant):
            continue
        if finds == "workspace" and not _serves(scope, each.door, each.tenant):
            continue
        yield Place(each.door, each.tenant, each.user)


def _by_address(
    row: Outgoing, doors: Mapping[str, Finds], person: Person | None, known: Iterable[Identity]
) -> Iterator[Place]:
    """The doors that reach somebody at their e-mail address."""
    for name, finds in doors.items():
        if finds != "address" or person is None or row.through not in ("", name):
            continue
        if row.about_case and row.words.by_mail is None:
            continue
        if not any(each.door == name and each.user == person.email and each.gone for each in known):
            yield Place(name, "", person.email)


def _can_be_texted(door: str, person: Person, known: Iterable[Identity]) -> bool:
    """Whether somebody has a number, and it is not known that it takes nothing."""
    gone = {each.user for each in known if each.door == door and each.gone}
    return bool(person.telephone) and person.telephone not in gone


def _serves(scope: Scope, door: str, tenant: str) -> bool:
    return any(each.tenant == tenant and not each.gone for each in partnerships.workspaces(scope, door))
