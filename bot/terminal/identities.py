"""`convenor people account`, `code` and `confirm`: the administrator vouches for whose account it is."""

import sys
from datetime import datetime

import click
from sqlmodel import Session

from bot import clock as real_clock
from bot import settings as settings_
from bot import wiring
from commands import permissions
from commands.delivering import DOOR_NAMES
from commands.identities import CODE, CONFIRM, PROPOSE
from commands.permissions import Actor
from storage.records import people
from storage.records.people import Identity, Person
from storage.records.store import Store

from .telling import Mistake, done

_EMAIL = click.argument("email", metavar="EMAIL")
_DOOR = click.option("--door", help="The door of the account, such as slack; needed where several are not confirmed.")
_TENANT = click.option("--tenant", help="The workspace or tenant of the account.")
LAST = ("terminal", "mail")
"""Doors that are meant only where they are named, or where there is no other account: nobody can be vouched for there
by what they write."""


CHATS = ("slack", "teams")
"""The doors whose accounts can be entered by hand."""


@click.command("account", short_help="Enter whose account it is, where no platform says so.")
@_EMAIL
@click.option("--door", type=click.Choice(CHATS), required=True, help="The chat in which the account is.")
@click.option("--tenant", required=True, help="The workspace or tenant of the account.")
@click.option("--user", required=True, help="The user's id there: in Slack the member ID, in Teams the object ID.")
def account(email: str, door: str, tenant: str, user: str) -> None:
    """Enter whose account it is: of a guest, or of somebody whom the platform knows by another address.

    It counts as proposed, which is enough for reminders. Then print a code for them (people code), or confirm it.
    """
    installation = wiring.open(settings_.read())
    try:
        now = real_clock.now()
        actor = _administrator(installation.store, email, now)
        ids = (tenant.strip(), user.strip())
        if door == "teams":  # where both are written in small letters
            ids = (ids[0].casefold(), ids[1].casefold())
        form = {"door": door, "tenant": ids[0], "user": ids[1], "email": email}
        answer = done(installation.runner.perform(actor, PROPOSE.name, form, None, now)).answer
        assert answer is not None
        click.echo(f"{answer.title}. {answer.text}")
    finally:
        installation.close()


@click.command("code", short_help="Print a code with which somebody confirms who they are.")
@_EMAIL
@_DOOR
@_TENANT
def code(email: str, door: str | None, tenant: str | None) -> None:
    """Print, once, a code with which somebody confirms who they are.

    Give it to them yourself, by a way on which you know that it is they: by hand or by telephone. They write in their
    chat: confirm CODE
    """
    installation = wiring.open(settings_.read())
    try:
        now = real_clock.now()
        actor, account = _chosen(installation.store, email, (door, tenant), now)
        outcome = done(installation.runner.perform(actor, CODE.name, _form(account), None, now))
        assert outcome.answer is not None
        click.echo(f"{outcome.answer.title}, at {_words(account)}: {outcome.secret}\n{outcome.answer.text}")
    finally:
        installation.close()


@click.command("confirm", short_help="Confirm whose account it is, without a code.")
@_EMAIL
@_DOOR
@_TENANT
@click.option("--yes", is_flag=True, help="You have made sure already: do not ask.")
def confirm(email: str, door: str | None, tenant: str | None, yes: bool) -> None:
    """Confirm whose account it is, because you have made sure yourself.

    Whoever is confirmed is told of cases. It is kept on record that the administrator confirmed it.
    """
    installation = wiring.open(settings_.read())
    try:
        now = real_clock.now()
        actor, account = _chosen(installation.store, email, (door, tenant), now)
        if not yes:
            _ask(email, account)
        outcome = done(installation.runner.perform(actor, CONFIRM.name, _form(account), None, now))
        assert outcome.answer is not None
        click.echo(f"{outcome.answer.title}. {outcome.answer.text}")
    finally:
        installation.close()


def _ask(email: str, account: Identity) -> None:
    """Goes on only when somebody at a terminal says that they have made sure."""
    if not sys.stdin.isatty():
        raise Mistake("Nothing has been changed. Say --yes if you have made sure whose account it is.")
    question = f"Have you made sure that {_words(account)} is {email}'s own account?"
    if not click.confirm(question, default=False):
        raise Mistake("Nothing has been changed.")


def _chosen(store: Store, email: str, where: tuple[str | None, str | None], now: datetime) -> tuple[Actor, Identity]:
    """The one account that is not confirmed yet, and the administrator of a partnership its person is in.

    Raises Mistake with a sentence where there is none, or more than one.
    """
    actor = _administrator(store, email, now)
    with store.reading() as session:
        known = people.identities(session, _person(session, email).id)
        session.expunge_all()
    fitting = [one for one in known if where[0] in (None, one.door) and where[1] in (None, one.tenant)]
    if not fitting:
        where_to = "there" if known else "at any door"
        raise Mistake(f"{email} is not known {where_to} yet: they write one word to the bot, then try again.")
    open_ = [one for one in fitting if one.state != "confirmed"]
    if not open_:
        raise Mistake(f"{email} is confirmed already: {'; '.join(_words(one) for one in fitting)}.")
    if len(open_) > 1 and where[0] is None:
        open_ = [one for one in open_ if one.door not in LAST] or open_
    if len(open_) > 1:
        listed = "\n".join(f"  --door {one.door} --tenant '{one.tenant}'" for one in open_)
        raise Mistake(f"{email} has several accounts that are not confirmed. Say which:\n{listed}")
    return actor, open_[0]


def _administrator(store: Store, email: str, now: datetime) -> Actor:
    """The administrator of a partnership in which somebody with that address has a post. Raises Mistake."""
    with store.reading() as session:
        partnerships = sorted(people.partnerships_of(session, _person(session, email).id, now.date()))
    if not partnerships:
        raise _nobody(email)
    return permissions.administrator(partnerships[0])


def _person(session: Session, email: str) -> Person:
    person = people.by_email(session, email)
    if person is None:
        raise _nobody(email)
    return person


def _nobody(email: str) -> Mistake:
    return Mistake(f"Nobody with the address {email} has a post here. See, in the chat: people list")


def _form(account: Identity) -> dict[str, object]:
    return {"door": account.door, "tenant": account.tenant, "user": account.user}


def _words(account: Identity) -> str:
    place = DOOR_NAMES.get(account.door, account.door)
    return f"{place}, {account.tenant}, user {account.user}" if account.tenant else f"{place}, user {account.user}"
