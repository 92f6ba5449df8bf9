"""Whether the keys that are set are those of this database. One that is not must never seal on: that cannot be mended.

The key is taken to be wrong only where no chain begins or ends with it: one changed entry must not stop the bot.
"""

from storage.records import delivery, keys, ledger
from storage.records.scope import Scope
from storage.records.sealing import Seal
from storage.records.store import Store

from .settings import Settings

WRONG_AUDIT_KEY = (
    "CONVENOR_AUDIT_KEY is not the key with which the ledger of this database was sealed.",
    "Put the right key back into .env, from the copy that is kept elsewhere; the key of a ledger cannot be changed.",
)
WRONG_ENCRYPTION_KEYS = (
    "None of CONVENOR_ENCRYPTION_KEYS opens what is stored encrypted in this database.",
    "Put the key back with which it was begun. To change keys, write the new one first and the old one after it, "
    "with a comma between, and start once.",
)


def wrong(store: Store, settings: Settings) -> list[tuple[str, str]]:
    """For each key that does not belong to this database a sentence, and what to do. One that is not set is passed."""
    found = []
    key = settings.ledger_key
    if key is not None and not audit_key_fits(store, key):
        found.append(WRONG_AUDIT_KEY)
    if settings.encryption_keys and not _opens(store, seal(settings)):
        found.append(WRONG_ENCRYPTION_KEYS)
    return found


def audit_key_fits(store: Store, key: bytes) -> bool:
    """Whether at least one chain of the ledger ends or begins with this key, or there is none yet."""
    with store.reading() as session:
        scopes = [Scope(session, chain) for chain in ledger.chains(session)]
        return not scopes or any(ledger.sealed_with(s, key) or ledger.begun_with(s, key) for s in scopes)


def _opens(store: Store, with_keys: Seal) -> bool:
    with store.reading() as session:
        return keys.can_open(session, with_keys)


def seal(settings: Settings) -> Seal:
    """What seals and opens with the keys that are set."""
    return Seal(key.get_secret_value() for key in settings.encryption_keys)


def keep(store: Store, settings: Settings) -> None:
    """Leaves a sample of the keys at the first start, and seals anew what an older key sealed."""
    delivery.keep_keys(store, seal(settings))
