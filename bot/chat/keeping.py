"""What no button can carry is kept for thirty days, sealed, under a token that the button carries in its place."""

from dataclasses import dataclass

from storage.records import delivery, kept
from storage.records.sealing import NotOpened, Seal
from storage.records.store import Store

from .clocks import Now


@dataclass(frozen=True)
class Keeping:
    """Where the buttons of one installation keep what is too long for them."""

    store: Store
    seal: Seal
    now: Now

    def keep(self, text: str) -> str:
        """Keeps a text that is too long for a button; gives its token."""
        return delivery.keep_long(self.store, self.seal.close({"text": text}), self.now())

    def kept(self, token: str) -> str | None:
        """The text under a token, where it can still be pressed."""
        with self.store.reading() as session:
            sealed = kept.find(session, token, self.now())
        try:
            return None if sealed is None else str(self.seal.open(sealed)["text"])
        except (NotOpened, KeyError):
            return None
