"""Reading harmlessly: a question to the records that writes nothing, asked by somebody who is in a post."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from storage.records import people
from storage.records.scope import Scope

from . import permissions
from .action import Action
from .permissions import Actor, Allowed
from .refusals import Refused
from .runner import Runner, sentence_of_who_may
from .work import Work

Answer = TypeVar("Answer")


def ask(
    runner: Runner, actor: Actor, question: Callable[[Work], Answer], now: datetime, allowed: Allowed | None = None
) -> Answer:
    """What a question finds, in a transaction that cannot write.

    Anybody in a post may ask; with `allowed`, only those roles. Raises Refused, with a sentence, for all others.
    """
    with runner.store.reading() as session:
        scope = Scope(session, actor.partnership)
        work = runner.work(scope, actor, now)
        if not is_in_post(work):
            raise Refused("This is for people who have a post in the partnership. The business manager can enter you.")
        if allowed is not None:
            anywhere, here = permissions.roles(work.scope, work.arrangements, actor, work.today, None)
            if not permissions.is_allowed(allowed, anywhere, here):
                raise Refused(sentence_of_who_may(allowed))
        return question(work)


def is_in_post(work: Work) -> bool:
    """Whether the actor holds, stands in for, answers for or covers any post today; time and administrator count."""
    if work.actor.role is not None:
        return True
    person = work.actor.person
    if person is None:
        return False
    covers = any(cover.person == person for cover in people.covering_on(work.scope, work.today))
    return covers or bool(people.holdings_of(work.scope, person, work.today))


def may(work: Work, action: Action, group: str | None) -> bool:
    """Whether the actor could do that to that group, so that a button for it is worth showing."""
    anywhere, here = permissions.roles(work.scope, work.arrangements, work.actor, work.today, group)
    return permissions.is_allowed(action.allowed, anywhere, here)
