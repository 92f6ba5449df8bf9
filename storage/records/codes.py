"""One-time codes that confirm who somebody is at a door. Only a salted hash is stored, for a day and a few tries."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from sqlalchemy import Column
from sqlmodel import Field, Session, SQLModel

from .columns import UtcTime

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""What codes are made of: nothing that can be misread for something else (no I, O, 0, 1)."""

LENGTH = 8
LASTS = timedelta(hours=24)
TRIES = 5
"""After so many wrong codes a right one no longer helps; a new one must be asked for."""


class Code(SQLModel, table=True):
    """The one live code of an identity. A new one takes its place; a used one is removed."""

    __tablename__ = "code"
    door: str = Field(primary_key=True)
    tenant: str = Field(primary_key=True)
    user: str = Field(primary_key=True)
    salt: str
    hash: str
    expires_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    tries: int = 0


def issue(session: Session, door: str, tenant: str, user: str, now: datetime) -> str:
    """Makes a code and stores its hash; the code itself is given back here and is nowhere else."""
    code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    salt = secrets.token_hex(16)
    session.merge(
        Code(door=door, tenant=tenant, user=user, salt=salt, hash=_hash(code, salt), expires_at=now + LASTS, tries=0)
    )
    return code


def live(session: Session, door: str, tenant: str, user: str, now: datetime) -> Code | None:
    """The code that can still be used, or None: never issued, too old, or tried too often."""
    found = session.get(Code, (door, tenant, user))
    return found if found is not None and now < found.expires_at and found.tries < TRIES else None


def is_right(code: Code, typed: str) -> bool:
    """Whether this is the code, in any case and with spaces or dashes between."""
    return hmac.compare_digest(code.hash, _hash(_plain(typed), code.salt))


def may_be_one(typed: str) -> bool:
    """Whether what was typed looks like a code at all."""
    plain = _plain(typed)
    return len(plain) == LENGTH and set(plain) <= set(LETTERS)


def _plain(typed: str) -> str:
    return "".join(letter for letter in typed.upper() if letter.isalnum())


def drop(session: Session, door: str, tenant: str, user: str) -> None:
    """Removes an identity's code, used or not."""
    found = session.get(Code, (door, tenant, user))
    if found is not None:
        session.delete(found)


def _hash(code: str, salt: str) -> str:
    """Slow on purpose: eight letters could be guessed from a fast hash in a stolen database."""
    return hashlib.scrypt(code.encode(), salt=bytes.fromhex(salt), n=2**13, r=8, p=1, dklen=32).hex()
