"""Who speaks: somebody at a door becomes a person with posts, in one of the partnerships that the place serves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from storage.arrangements.partnership import Arrangements
from storage.records import partnerships, people
from storage.records.people import Identity
from storage.records.scope import Scope

from . import naming, terms
from .permissions import Account, Actor


@dataclass(frozen=True)
class Speaker:
    """Somebody at a door, as the door knows them: its name, the workspace or tenant, the user there.

    `vouched`: the door has made sure that it is this user. Where it has not, nobody counts as confirmed.
    `mail`: mail is set up, so that a code to confirm who this is can be sent to their address.
    """

    door: str
    tenant: str
    user: str
    vouched: bool = True
    mail: bool = False

    @property
    def account(self) -> Account | None:
        """The account that may be confirmed here; none where the door does not vouch for it."""
        return Account(self.door, self.tenant, self.user, self.mail) if self.vouched else None


@dataclass(frozen=True)
class Known:
    """What we know of a speaker. `served` are the partnerships of the place, `own` those with a post today.

    `spoke_at`: when they last spoke there, as far as that was noted; None where they spoke by another account since.
    """

    person: str | None
    confirmed: bool
    served: tuple[Arrangements, ...]
    own: tuple[Arrangements, ...]
    account: Account | None = None
    spoke_at: datetime | None = None

    def actor(self, partnership: str) -> Actor:
        """The speaker as an actor in one partnership."""
        return Actor(partnership, self.person, confirmed=self.confirmed, account=self.account)

    def inside(self, word: str) -> Arrangements | None:
        """The speaker's partnership of that id, name or short name, in any case."""
        return next((each for each in self.own if naming.plain(word) in _names(each)), None)

    @property
    def names(self) -> frozenset[str]:
        """Every name of the partnerships served, as names are compared."""
        return frozenset(name for each in self.served for name in _names(each))


def known(session: Session, speaker: Speaker, now: datetime, local_doors: Sequence[str]) -> Known:
    """Who a speaker is. A local door is the installation's own: it serves every partnership that runs here."""
    if speaker.door in local_doors:
        ids = [each.id for each in partnerships.every(session)]
    else:
        ids = partnerships.of_workspace(session, speaker.door, speaker.tenant)
    served = tuple(terms.of(Scope(session, id_)).arrangements for id_ in ids)
    identity = people.identity(session, speaker.door, speaker.tenant, speaker.user)
    if identity is None:
        return Known(None, False, served, ())
    own = tuple(each for each in served if _has_post(session, each.id, identity.person, now))
    confirmed = identity.state == "confirmed" and speaker.vouched
    return Known(identity.person, confirmed, served, own, speaker.account, _spoke_last(session, identity))


def _spoke_last(session: Session, identity: Identity) -> datetime | None:
    """When somebody last spoke by an account; None where they have spoken by another one since: that is news again."""
    others = [each.spoke_at for each in people.identities(session, identity.person) if each is not identity]
    at = identity.spoke_at
    return None if at is None or any(other is not None and other > at for other in others) else at


def _has_post(session: Session, partnership: str, person: str, now: datetime) -> bool:
    scope = Scope(session, partnership)
    day = now.astimezone(terms.of(scope).zone).date()
    covers = any(cover.person == person for cover in people.covering_on(scope, day))
    return covers or bool(people.holdings_of(scope, person, day))


def _names(arrangements: Arrangements) -> set[str]:
    return {naming.plain(name) for name in (arrangements.id, arrangements.name, arrangements.short)}
