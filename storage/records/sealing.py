"""What is stored encrypted: sealed with the newest key, opened with any that is still set (Fernet)."""

import json
from collections.abc import Iterable, Mapping

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class NotOpened(Exception):
    """Sealed with a key that is no longer set, or changed since."""


class Seal:
    """Seals and opens plain data; `keys` as in CONVENOR_ENCRYPTION_KEYS, the newest first."""

    def __init__(self, keys: Iterable[str]) -> None:
        fernets = [Fernet(key) for key in keys]
        self._newest, self._fernet = fernets[0], MultiFernet(fernets)

    def close(self, content: Mapping[str, object]) -> str:
        """The content as a sealed text."""
        return self._fernet.encrypt(json.dumps(content, ensure_ascii=False).encode()).decode()

    def open(self, sealed: str) -> dict[str, object]:
        """What was sealed. Raises NotOpened."""
        try:
            found: dict[str, object] = json.loads(self._fernet.decrypt(sealed.encode()))
        except (InvalidToken, ValueError):
            raise NotOpened("sealed with another key") from None
        return found

    def is_newest(self, sealed: str) -> bool:
        """Whether the newest key has sealed it."""
        try:
            self._newest.decrypt(sealed.encode())
        except InvalidToken:
            return False
        return True

    def close_anew(self, sealed: str) -> str:
        """The same sealed with the newest key, so that an old one can be given up. Raises NotOpened."""
        try:
            return self._fernet.rotate(sealed.encode()).decode()
        except InvalidToken:
            raise NotOpened("sealed with another key") from None
