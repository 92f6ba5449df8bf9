"""What the doctor looks at in the records for every chat: whom each workspace serves, and who is known there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.check import Check
from bot.inspecting import named
from commands import terms
from storage.arrangements.phrases import counted, listed
from storage.records import installations, partnerships, people
from storage.records.installations import Installed
from storage.records.scope import Scope
from storage.records.store import Store


@dataclass(frozen=True)
class Chat:
    """A chat as the doctor speaks of it: its door, its name, its command, and what to do where nothing reaches one."""

    door: str
    name: str
    command: str
    reach_again: str


def workspaces(chat: Chat, store: Store, now: datetime) -> Iterator[Check]:
    """The lines for every workspace or tenant in which the bot is, then those for every partnership."""
    with store.reading() as session:
        short = {each.id: terms.of(Scope(session, each.id)).arrangements.short for each in partnerships.every(session)}
        for one in installations.every(session, chat.door):
            yield _serves(chat, session, one, short)
        for id_ in short:
            yield from _accounts(chat, Scope(session, id_), now)


def _serves(chat: Chat, session: Session, one: Installed, short: Mapping[str, str]) -> Check:
    name = f"{chat.name} {one.name or one.tenant}"
    served = [short[id_] for id_ in partnerships.of_workspace(session, chat.door, one.tenant) if id_ in short]
    if not served:
        todo = f"`convenor {chat.command} serve {one.tenant} PARTNERSHIP` has it serve one."
        return Check(name, "wrong", "It serves no partnership.", todo)
    if gone := partnerships.why_gone(session, chat.door, one.tenant):
        return Check(name, "wrong", f"It serves {listed(served)}, but nothing reaches it: {gone}.", chat.reach_again)
    return Check(name, "OK", f"It serves {listed(served)}.")


def _accounts(chat: Chat, scope: Scope, now: datetime) -> Iterator[Check]:
    """The posts whose people have no account in any workspace of the partnership, or only one that has ended."""
    tenants = {workspace.tenant for workspace in partnerships.workspaces(scope, chat.door)}
    if not tenants:
        return
    found = terms.of(scope)
    unknown, ended = [], []
    held = people.in_posts(scope, found.arrangements.posts_by_id, now.astimezone(found.zone).date())
    for post, person in held.items():
        known = [i for i in people.identities(scope.session, person) if i.door == chat.door and i.tenant in tenants]
        if not known:
            unknown.append(found.arrangements.title(post))
        elif all(identity.gone for identity in known):
            ended.append(f"{found.arrangements.title(post)} ({known[0].gone})")
    name = f"{found.arrangements.short} in {chat.name}"
    if unknown:
        sentence = f"No account is known for whoever is in {counted(len(unknown), 'post')}: {named(unknown)}."
        todo = "Is the address in the people file the one of their account? Or they write one word to the bot."
        yield Check(name, "look", sentence, todo)
    if ended:
        sentence = f"The account has ended of whoever is in {counted(len(ended), 'post')}: {named(ended)}."
        yield Check(name, "look", sentence, "Have they left? Then enter who follows: people enter")
    if held and not unknown and not ended:
        yield Check(name, "OK", "Everybody in post has an account there.")
