"""What the commands of every chat share: in which workspaces or tenants the bot is, and which partnerships each serves.

Each chat says by a `Chat` what it calls them, and what is to be said of one of them.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import click

from bot import clock as real_clock
from bot import settings as settings_
from bot import wiring
from bot.settings import Settings
from commands import permissions
from commands.words import long_day
from storage.arrangements.phrases import listed
from storage.records import installations, partnerships
from storage.records.installations import Installed
from storage.records.scope import Scope
from storage.records.store import Store

from . import choosing
from .telling import Mistake, Trouble, done, note

PARTNERSHIP = click.argument("partnership", metavar="PARTNERSHIP")


@dataclass(frozen=True)
class Chat:
    """A chat platform as its commands speak of it.

    `door`: its door; `what`: what it calls a place with people of its own; `none_yet`: what is said while there is
    none. `more` gives further lines on one; `of_settings` says why one that the settings name is not to be ended
    altogether, or ""; `ended` is said once one serves nobody.
    """

    door: str
    what: str
    none_yet: str
    more: Callable[[Installed, Settings], Iterable[str]]
    of_settings: Callable[[Installed, Settings], str]
    ended: str


def show(chat: Chat) -> None:
    """Prints every workspace: whom it serves, since when, and what is to be said of it. Raises Trouble without one."""
    settings = settings_.read()
    with wiring.existing(settings) as store:
        found = _every(store, chat) if store is not None else []
        if store is None or not found:
            raise Trouble(chat.none_yet)
        for one in found:
            for line in (*_lines(store, one), *chat.more(one, settings)):
                click.echo(line)


def serve(chat: Chat, tenant: str, partnership: str) -> None:
    """Has a workspace serve a partnership too. Raises Mistake."""
    installation = wiring.open(settings_.read())
    try:
        store = installation.store
        found, id_ = _one(store, chat, tenant), choosing.running(store, partnership)
        form = {"door": chat.door, "tenant": found.tenant}
        now = real_clock.now()
        done(installation.runner.perform(permissions.administrator(id_), "workspace.serve", form, None, now))
        click.echo(f"{found.name or found.tenant} serves {_served(store, found)}.")
    finally:
        installation.close()


def end(chat: Chat, tenant: str, partnership: str) -> None:
    """Ends that a workspace serves a partnership. Raises Mistake."""
    settings = settings_.read()
    installation = wiring.open(settings)
    try:
        store = installation.store
        found, id_ = _one(store, chat, tenant), choosing.running(store, partnership)
        served = _ids(store, found)
        if id_ not in served:
            raise Mistake(f"{found.name or found.tenant} does not serve {id_}.")
        why_not = chat.of_settings(found, settings) if served == [id_] else ""
        if why_not:
            raise Mistake(why_not)
        form = {"door": chat.door, "tenant": found.tenant}
        now = real_clock.now()
        done(installation.runner.perform(permissions.administrator(id_), "workspace.end", form, None, now))
        rest = _served(store, found)
        click.echo(f"{found.name or found.tenant} serves {rest or 'nobody'} now.")
        if not rest:
            note([chat.ended])
    finally:
        installation.close()


def _every(store: Store, chat: Chat) -> list[Installed]:
    with store.reading() as session:
        found = installations.every(session, chat.door)
        session.expunge_all()
        return found


def _one(store: Store, chat: Chat, tenant: str) -> Installed:
    """The workspace with that id. Raises Mistake."""
    found = _every(store, chat)
    for one in found:
        if one.tenant.casefold() == tenant.casefold():
            return one
    known = "; ".join(f"{one.tenant} ({one.name})" for one in found)
    raise Mistake(f"The bot is in no {chat.what} {tenant}. {f'It is in: {known}.' if known else 'It is in none yet.'}")


def _ids(store: Store, one: Installed) -> list[str]:
    with store.reading() as session:
        return partnerships.of_workspace(session, one.door, one.tenant)


def _names(store: Store) -> Mapping[str, str]:
    with store.reading() as session:
        return {each.id: each.name for each in partnerships.every(session)}


def _served(store: Store, one: Installed) -> str:
    """The names of the partnerships that a workspace serves; empty where it serves none."""
    names, ids = _names(store), _ids(store, one)
    return listed([names.get(id_, id_) for id_ in ids]) if ids else ""


def _lines(store: Store, one: Installed) -> list[str]:
    """A workspace in words: the first line says which, the others whom it serves, and who is not reached."""
    lines = [f"{one.tenant}  {one.name or 'without a name'}, since {long_day(one.since.date())}"]
    lines.append(f"  serves {_served(store, one) or 'nobody'}")
    with store.reading() as session:
        for id_ in partnerships.of_workspace(session, one.door, one.tenant):
            for each in partnerships.workspaces(Scope(session, id_), one.door):
                if each.tenant == one.tenant and each.gone:
                    lines.append(f"  not reached for {id_}: {each.gone}")
    return lines
