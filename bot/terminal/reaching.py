"""Who is reached at the terminal: everybody in a post, by their address, as long as there is no other door."""

from datetime import datetime

from commands import permissions, terms
from commands.runner import Runner
from storage.records import partnerships, people
from storage.records.scope import Scope

from .door import NAME, TENANT


def open_to_everybody(runner: Runner, partnership: str, now: datetime) -> int:
    """Proposes everybody in post who is not known at the terminal yet; returns how many that were."""
    with runner.store.reading() as session:
        scope = Scope(session, partnership)
        day = now.astimezone(terms.of(scope).zone).date()
        reached = {holding.person for holding in people.holdings(scope, day)}
        reached |= {cover.person for cover in people.covering_on(scope, day)}
        new = [id_ for id_ in sorted(reached) if not _is_known(scope, id_)]
        addresses = [person.email for id_ in new if (person := people.get(session, id_)) is not None]
    for address in addresses:
        form = {"door": NAME, "tenant": TENANT, "user": address, "email": address}
        runner.perform(permissions.administrator(partnership), "identity.propose", form, None, now)
    return len(addresses)


def _is_known(scope: Scope, person: str) -> bool:
    return any(identity.door == NAME for identity in people.identities(scope.session, person))


def open_everywhere(runner: Runner, now: datetime) -> int:
    """The same for every partnership that runs here."""
    with runner.store.reading() as session:
        ids = [each.id for each in partnerships.every(session)]
    return sum(open_to_everybody(runner, id_, now) for id_ in ids)
