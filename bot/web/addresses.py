"""The addresses of personal links: a link's id, signed with a key of the settings; and what else our pages sign.

The keys come from CONVENOR_ENCRYPTION_KEYS: the newest signs, all of them verify, so that letters stay good when keys
rotate. Whoever reads the database alone can make no address.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from itsdangerous import BadData, Signer, URLSafeSerializer

LINK = "/l/"
LONGEST_TOKEN = 200
"""Characters: whatever is longer is no token of ours, and is not looked at."""

_CLOCKS_DIFFER = timedelta(minutes=1)
"""By how much the clocks of two copies of the bot may differ."""


@dataclass(frozen=True)
class Addresses:
    """Makes addresses and reads them. `base_url` is CONVENOR_BASE_URL; `keys` as in the settings, the newest first."""

    base_url: str
    keys: tuple[str, ...] = field(repr=False)

    def url_of(self, link_id: str) -> str:
        """The address of a link, for a letter."""
        return f"{self.base_url.rstrip('/')}{LINK}{self._signs('link').dumps(link_id)}"

    def path_of(self, link_id: str) -> str:
        """The same within our own pages."""
        return f"{self.prefix}{LINK}{self._signs('link').dumps(link_id)}"

    def link_of(self, token: str) -> str | None:
        """The id of the link whose token this is; None for any other."""
        if len(token) > LONGEST_TOKEN:
            return None
        try:
            found = self._signs("link").loads(token)
        except BadData:
            return None
        return found if isinstance(found, str) else None

    @property
    def prefix(self) -> str:
        """What stands before every path of ours, where the site is not at the top of its host."""
        return urlsplit(self.base_url).path.rstrip("/")

    @property
    def is_private(self) -> bool:
        """Whether people come by https."""
        return urlsplit(self.base_url).scheme == "https"

    # What a page gives out and wants back

    def mark(self, cookie: str, path: str) -> str:
        """What a form of a page holds, bound to the browser's cookie and to the page."""
        return self._marks().get_signature(f"{cookie}|{path}").decode()

    def is_marked(self, cookie: str, path: str, mark: str) -> bool:
        """Whether this form came from our page in the same browser."""
        return bool(cookie) and self._marks().verify_signature(f"{cookie}|{path}", mark)

    def proof(self, what: str, now: datetime, content: Mapping[str, str]) -> str:
        """Something that only we can have said, to be given back within some minutes."""
        return str(self._signs(what).dumps({**content, "at": now.isoformat()}))

    def proven(self, what: str, now: datetime, proof: str, within: timedelta) -> dict[str, str] | None:
        """What was said in a proof; None where it is not ours, or too old."""
        if len(proof) > 10 * LONGEST_TOKEN:
            return None
        try:
            found = self._signs(what).loads(proof)
        except BadData:
            return None
        at = datetime.fromisoformat(found.pop("at"))
        return found if -_CLOCKS_DIFFER <= now - at <= within else None

    def _signs(self, what: str) -> URLSafeSerializer:
        kwargs = {"key_derivation": "hmac", "digest_method": sha256}
        return URLSafeSerializer(list(derived(self.keys)), salt=f"convenor {what}", signer_kwargs=kwargs)

    def _marks(self) -> Signer:
        return Signer(list(derived(self.keys)), salt="convenor form", key_derivation="hmac", digest_method=sha256)


def derived(keys: Iterable[str]) -> tuple[bytes, ...]:
    """The signing keys behind the encryption keys, the oldest first, as itsdangerous wants them."""
    return tuple(
        HKDF(algorithm=SHA256(), length=32, salt=None, info=b"convenor web").derive(key.encode())
        for key in reversed(tuple(keys))
    )
