"""Microsoft's keys, with which a token's signature is checked: kept for a day, renewed each hour, fetched seldom.

PyJWT's own client fetches anew for each token with a key it does not know, once half a minute has passed since the last
fetch that succeeded, or always where none does; and all wait for it. Here whoever has a known key waits for nobody, and
nobody can have the keys fetched more often than that. Microsoft asks bots to look at least once a day ("Authentication
with the Bot Connector API": the keys are stable, and new ones stand there before they are used).
"""

import threading
import time
from collections.abc import Callable
from typing import Any

import jwt

from .activities import CHANNEL

LASTS = 24 * 3600.0
"""Seconds for which keys are believed that could not be renewed."""

FRESH = 3600.0
"""Seconds after which keys are renewed."""

PAUSE = 30.0
"""Seconds at least between two fetches, whether the first succeeded or not."""

TIMEOUT = 5.0
"""Seconds that Microsoft has to answer."""


class Keys(jwt.PyJWKClient):
    """The keys at an address. `clock` gives seconds, as time.monotonic does."""

    def __init__(self, uri: str, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(uri, timeout=TIMEOUT)
        self._clock = clock
        self._by_id: dict[str, jwt.PyJWK] = {}
        self._fetched: float | None = None
        self._tried: float | None = None
        self._fetching = threading.Lock()

    def get_signing_key(self, kid: str) -> jwt.PyJWK:
        """The key with that id. Raises PyJWKClientError where there is none, or none could be fetched."""
        if self._age() > LASTS:
            self._fetch(wait=True)  # nobody gets by without; they look once, and the others take what it found
        elif kid not in self._by_id or self._age() > FRESH:
            self._fetch(wait=False)
        found = self._by_id.get(kid) if self._age() <= LASTS else None
        if found is None:
            raise jwt.PyJWKClientError("no such key")
        return found

    def warm(self) -> bool:
        """Fetches the keys where they are not fresh; gives whether there are some to go by."""
        if self._age() > FRESH:
            self._fetch(wait=True)
        return self.there

    @property
    def there(self) -> bool:
        """Whether there are keys to go by."""
        return self._age() <= LASTS

    def fetch_data(self) -> Any:
        """The keys that stand for Teams.

        A key says for which channels it stands ("endorsements"); one that says none stands for all. Rule:
        "Authentication with the Bot Connector API", verifying the token: the channel must be among them.
        """
        data = super().fetch_data()
        found = [key for key in data.get("keys", ()) if isinstance(key, dict) and _stands_for_teams(key)]
        return {**data, "keys": found}

    def _age(self) -> float:
        return float("inf") if self._fetched is None else self._clock() - self._fetched

    def _fetch(self, *, wait: bool) -> None:
        """Fetches the keys, unless somebody does or just did. What goes wrong leaves them as they are."""
        if not self._fetching.acquire(blocking=wait):
            return
        try:
            if self._tried is not None and self._clock() - self._tried < PAUSE:
                return
            self._tried = self._clock()
            found = self.get_signing_keys(refresh=True)
            self._by_id = {key.key_id: key for key in found if key.key_id}
            self._fetched = self._clock()
        except (jwt.PyJWTError, ValueError, OSError):
            pass  # who needs them is told that there is no such key; `warm` says that there are none
        finally:
            self._fetching.release()


def _stands_for_teams(key: dict[str, Any]) -> bool:
    endorsed = key.get("endorsements")
    return CHANNEL in endorsed if isinstance(endorsed, list) and endorsed else True
