"""The bookkeeping of delivery: the second and last opener of writing transactions.

It writes technical columns only (lease, attempts, sent, failed, heartbeat) and what doors keep for themselves (drafts,
long buttons), never a fact, and so leaves no entry in the ledger. Leases use the database's clock, since workers'
clocks differ; all else takes `now`.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from sqlalchemy import Column, and_, bindparam, func, or_
from sqlmodel import Field, Session, SQLModel, col, select, text
from sqlmodel.sql.expression import SelectOfScalar

from . import arrivals, conversations, drafts, installations, kept, keys, notifications, people
from .columns import UtcTime
from .conversations import Reached
from .duties import Key, find
from .message import Message
from .outbox import LANES, WAITING, Outgoing, goes_out
from .sealing import Seal
from .store import Store

LEASE = timedelta(minutes=2)
"""How long a worker holds a message; longer than a batch can take, or another would send it too."""


A_MOMENT = timedelta(seconds=2)
"""An alert that is tried again so soon goes before all else to the same person; a platform may take one each second."""


class Heartbeat(SQLModel, table=True):
    """When a part of the bot last did its round."""

    __tablename__ = "heartbeat"
    name: str = Field(primary_key=True)
    at: datetime = Field(sa_column=Column(UtcTime, nullable=False))


@dataclass(frozen=True)
class Claimed:
    """A message that this worker holds. `look_first`: an earlier try may have got through."""

    row: Outgoing
    revision: int
    look_first: bool


def claim(
    store: Store,
    owner: str,
    now: datetime,
    limit: int,
    lease: timedelta = LEASE,
    *,
    lanes: Sequence[str] = LANES,
) -> list[Claimed]:
    """Takes messages whose time has come, alerts first; another worker's are left alone until their lease ends.

    `lanes`: only messages of those.
    """
    with store.reading() as session:
        values = {"now": now, "moment": _database_time(session), "limit": 1, "lanes": lanes}
        if session.exec(_ready(), params=values).first() is None:
            return []
    with store.writing() as session:
        moment = _database_time(session)
        claimed = []
        values = {"now": now, "moment": moment, "limit": limit, "lanes": lanes}
        for row in session.exec(_ready().with_for_update(skip_locked=True), params=values):
            claimed.append(Claimed(row, row.wanted, row.unsure))
            row.state, row.lease_owner = "sending", owner
            row.lease_until = moment + lease
            session.add(row)
    return claimed


@cache
def _ready() -> SelectOfScalar[Outgoing]:
    """At most `limit` messages whose time has come by `now`, or whose lease ran out by the database's `moment`."""
    return (
        select(Outgoing)
        .where(
            text(WAITING),
            or_(
                and_(col(Outgoing.state) == "waiting", col(Outgoing.not_before) <= bindparam("now")),
                and_(col(Outgoing.state) == "sending", col(Outgoing.lease_until) < bindparam("moment")),
            ),
            goes_out(),
            col(Outgoing.lane).in_(bindparam("lanes", expanding=True)),
        )
        .order_by(Outgoing.lane, col(Outgoing.not_before), col(Outgoing.id))
        .limit(bindparam("limit"))
    )


def alert_before(store: Store, person: str, now: datetime) -> datetime | None:
    """When the next alert to somebody is tried, where that is now or in a moment: nothing else goes before it."""
    query = select(Outgoing.not_before).where(
        text(WAITING), Outgoing.lane == "alert", Outgoing.person == person, col(Outgoing.not_before) <= now + A_MOMENT
    )
    with store.reading() as session:
        return session.exec(query.order_by(col(Outgoing.not_before).desc()).limit(1)).first()


def begin_try(store: Store, claimed: Claimed, owner: str, place: tuple[str, str, str] | None = None) -> bool:
    """Notes, just before a message is sent, that it may get through from now on; False when it is no longer ours.

    `place`: where it may, as a door, a tenant and an address there, so that it is looked for and tried again there.
    """
    with store.writing() as session:
        row = _held(session, claimed, owner)
        if row is None or row.lease_until is None or row.lease_until <= _database_time(session):
            return False
        row.attempts, row.unsure = row.attempts + 1, True
        if place is not None:
            row.door, row.tenant, row.address = place
        session.add(row)
        return True


def note_sent(
    store: Store, claimed: Claimed, owner: str, *, place: tuple[str, str, str], reference: str, now: datetime
) -> bool:
    """Notes that a message went out, to a door, a tenant and an address there.

    False when another worker has taken it over: then ours is one too many.
    """
    with store.writing() as session:
        row = _held(session, claimed, owner)
        if row is None:
            return False
        (row.door, row.tenant, row.address), row.reference = place, reference
        row.sent, row.sent_at, row.unsure, row.attempts, row.held_since = claimed.revision, now, False, 0, None
        row.state = "sent" if row.wanted == claimed.revision else "waiting"
        _wipe(row)
        row.lease_owner, row.lease_until = "", None
        session.add(row)
        return True


def stands(store: Store, partnership: str, key: str) -> tuple[bool, str]:
    """Whether some worker is at a message, and the reference of what is known to have gone out."""
    with store.reading() as session:
        query = select(Outgoing).where(Outgoing.partnership == partnership, Outgoing.key == key)
        row = session.exec(query).first()
        return (False, "") if row is None else (row.state == "sending", row.reference)


def move_down(store: Store, partnership: str, key: str) -> str:
    """Has a live message sent anew at once, as a new one, instead of changed where it stands; gives its old reference.

    What of it may have got through counts no more: somebody has asked for it where they look now. Empty where there is
    no such message, or none that stands anywhere.
    """
    with store.writing() as session:
        query = select(Outgoing).where(Outgoing.partnership == partnership, Outgoing.key == key).with_for_update()
        row = session.exec(query).first()
        if row is None or row.shape != "live" or not row.reference:
            return ""
        reference, row.reference = row.reference, ""
        row.wanted, row.unsure, row.attempts = row.wanted + 1, False, 0
        if row.state == "sent":  # whoever is at it finds that it is not the newest, and puts it back
            row.state = "waiting"
        session.add(row)
        return reference


def note_waiting(
    store: Store,
    claimed: Claimed,
    owner: str,
    *,
    until: datetime,
    unsure: bool,
    reason: str,
    elsewhere: bool = False,
    held_since: datetime | None = None,
) -> None:
    """Puts a message back to be tried again at a time; `unsure` when it may have got through.

    `elsewhere`: it goes to another place now, as if for the first time. `held_since`: since when its platform has asked
    to wait, where that is why.
    """
    with store.writing() as session:
        row = _held(session, claimed, owner)
        if row is not None:
            row.state, row.not_before, row.unsure, row.reason = "waiting", until, unsure, reason
            row.held_since = held_since
            if row.wanted != claimed.revision:
                row.attempts = 0  # the words have changed meanwhile, and these have not been tried yet
            if elsewhere:
                row.attempts, row.door, row.tenant, row.address, row.reference = 0, "", "", "", ""
            row.lease_owner, row.lease_until = "", None
            session.add(row)


def put_off(store: Store, held: Sequence[Claimed], owner: str, until: datetime) -> None:
    """Puts messages back, untried, to be tried at a time: their platform takes no more before."""
    with store.writing() as session:
        for claimed in held:
            row = _held(session, claimed, owner)
            if row is not None:
                row.state, row.not_before, row.lease_owner, row.lease_until = "waiting", until, "", None
                session.add(row)


def give_back(store: Store, claimed: Claimed, owner: str) -> None:
    """Lets go of a message that was claimed and not tried: it waits as before, for any worker."""
    with store.writing() as session:
        row = _held(session, claimed, owner)
        if row is not None:
            row.state, row.lease_owner, row.lease_until = "waiting", "", None
            session.add(row)


def note_ended(
    store: Store, claimed: Claimed, owner: str, *, state: str, reason: str, unsure: bool | None = None
) -> None:
    """Ends a message that will not be sent: "dropped" (no longer of use or nobody entitled) or "failed".

    `unsure`: whether it may have got through; None where this is as it was.
    """
    with store.writing() as session:
        row = _held(session, claimed, owner)
        if row is not None:
            row.state, row.reason, row.held_since = state, reason, None
            if unsure is not None:
                row.unsure = unsure
            _wipe(row)
            row.lease_owner, row.lease_until = "", None
            session.add(row)


def note_failed_duty(store: Store, key: Key, *, next_at: datetime, error: str) -> int:
    """Notes that handling a duty failed; returns how many times it has failed."""
    with store.writing() as session:
        duty = find(session, key)
        if duty is None or duty.state != "open":
            return 0
        duty.attempts, duty.next_at, duty.error = duty.attempts + 1, next_at, error
        session.add(duty)
        return duty.attempts


def beat(store: Store, name: str, now: datetime) -> None:
    """Notes that a part of the bot did its round."""
    with store.writing() as session:
        session.merge(Heartbeat(name=name, at=now))


def last_beats(session: Session, names: Collection[str]) -> dict[str, datetime]:
    """When each part last did its round."""
    rows = session.exec(select(Heartbeat).where(col(Heartbeat.name).in_(names)))
    return {row.name: row.at for row in rows}


def keep_keys(store: Store, seal: Seal) -> None:
    """Leaves a sample of what the keys seal, and seals everything anew when the newest key has changed (keys.py).

    Writes nothing where all is sealed with it already. Raises NotOpened where no key fits.
    """
    with store.reading() as session:
        if keys.is_kept(session, seal):
            return
    with store.writing() as session:
        keys.keep(session, seal)


# What doors keep for themselves


def keep_long(store: Store, sealed: str, now: datetime) -> str:
    """Keeps what a button cannot carry; returns the token that finds it."""
    with store.writing() as session:
        return kept.keep(session, sealed, now)


def keep_draft(store: Store, person: str, about: str, sealed: str, now: datetime) -> None:
    """Keeps what somebody has typed into a form so far."""
    with store.writing() as session:
        drafts.keep(session, person, about, sealed, now)


def drop_draft(store: Store, person: str, about: str) -> None:
    """Forgets it: the form was sent in, or given up."""
    with store.writing() as session:
        drafts.drop(session, person, about)


def forget_old(store: Store, now: datetime) -> None:
    """Removes drafts, long buttons, arrivals and notifications never confirmed that are too old to be of any use."""
    with store.writing() as session:
        kept.forget_old(session, now)
        drafts.forget_old(session, now)
        arrivals.forget_old(session, now)
        notifications.forget_old(session, now)


def arrive(store: Store, door: str, conversation: str, delivered: str, now: datetime) -> bool:
    """Notes that something came in; False where it came before and was, or is being, answered."""
    with store.writing() as session:
        return arrivals.arrive(session, door, conversation, delivered, now)


def answered(store: Store, door: str, conversation: str, delivered: str) -> None:
    """Notes that what came in was answered: it is never taken again."""
    with store.writing() as session:
        arrivals.answered(session, door, conversation, delivered)


def not_answered(store: Store, door: str, conversation: str, delivered: str) -> None:
    """Notes that what came in could not be answered: it is taken when it comes again."""
    with store.writing() as session:
        arrivals.not_answered(session, door, conversation, delivered)


def keep_conversation(store: Store, new: Reached) -> None:
    """Keeps where somebody, or a channel, is reached at a door that has to be told; writes only what is new."""
    with store.reading() as session:
        if conversations.is_kept(session, new):
            return
    with store.writing() as session:
        conversations.keep(session, new)


def forget_conversation(store: Store, door: str, tenant: str, place: str) -> None:
    """Forgets where somebody was reached: the bot was removed there."""
    with store.writing() as session:
        conversations.forget(session, door, tenant, place)


def note_spoke(store: Store, door: str, tenant: str, user: str, now: datetime) -> None:
    """Notes when somebody last wrote or pressed at a door, for by which one messages go to them; never an earlier."""
    with store.writing() as session:
        found = people.identity(session, door, tenant, user)
        if found is not None and (found.spoke_at is None or found.spoke_at < now):
            found.spoke_at = now
            session.add(found)


def begin_installing(store: Store, state: str, door: str, partnerships: list[str], now: datetime) -> None:
    """Notes that an installation is under way."""
    with store.writing() as session:
        installations.under_way(session, state, door, partnerships, now)


def take_installing(store: Store, state: str, door: str, now: datetime) -> list[str] | None:
    """Takes an installation under way, once."""
    with store.writing() as session:
        return installations.take(session, state, door, now)


def _held(session: Session, claimed: Claimed, owner: str) -> Outgoing | None:
    query = select(Outgoing).where(Outgoing.id == claimed.row.id).with_for_update()
    row = session.exec(query).first()
    if row is None or row.state != "sending" or row.lease_owner != owner:
        return None
    return row


def _wipe(row: Outgoing) -> None:
    """Forgets the words of a secret that is no longer to be sent."""
    if row.secret and row.state not in ("waiting", "sending"):
        wiped = Message(title=row.words.title, text="It has been sent, and is kept nowhere.")
        row.message = wiped.model_dump(mode="json")


def _database_time(session: Session) -> datetime:
    if session.get_bind().dialect.name == "sqlite":
        stamp = session.execute(text("SELECT strftime('%Y-%m-%dT%H:%M:%f', 'now')")).scalar_one()
        return datetime.fromisoformat(str(stamp)).replace(tzinfo=UTC)
    moment: datetime = session.execute(select(func.clock_timestamp())).scalar_one()
    return moment.astimezone(UTC)
