"""The mailbox to which calendar programs answer: opened by IMAP, looked into, and left as it is but for what counted.

Of a letter nothing is fetched before the server has said that a calendar entry is in it; no letter is moved, changed
or ended. One whose answer was taken is marked as read, so that it is not fetched again.
"""

import imaplib
import re
import ssl
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Literal

from . import servers
from .smtp import Check

Tls = Literal["starttls", "imaps", "none"]

Stage = Literal["reach", "secure", "sign in", "folder", "read"]
"""How far we came: the last stage that was tried."""

PORTS = {"imap": 143, "imaps": 993}
TIMEOUT = 15.0
"""Seconds for each answer."""

LARGEST = 512 * 1024
"""Bytes that a letter with an answer may have; what is larger is left unread."""

AT_ONCE = 100
"""So many letters are asked about in one question."""

_WANTED = f"is no mailbox's address: write it like imaps://user:password@mail.example.org/INBOX; {servers.IN_PERCENT}"
_ENTRY = re.compile(rb'"(?:text"\s+"calendar|application"\s+"ics)"', re.IGNORECASE)
_NUMBER = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")
_CAME = re.compile(rb'INTERNALDATE "([^"]+)"')
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class Mailbox:
    """A mailbox. `ca`: a file of certificates that is trusted in the place of this machine's own."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    folder: str = "INBOX"
    tls: Tls = "starttls"
    ca: str = ""
    timeout: float = TIMEOUT


class NotRead(Exception):
    """The mailbox could not be read; `stage` says how far we came. It holds no word of the server's."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self.stage = stage

    @property
    def sentence(self) -> str:
        """What happened."""
        return _SENTENCES[self.stage]


_SENTENCES: dict[Stage, str] = {
    "reach": "the mailbox's server could not be reached",
    "secure": "the mailbox's server offers no encryption that can be trusted",
    "sign in": "the mailbox's server did not take our user name and password",
    "folder": "the mailbox has no such folder",
    "read": "the mailbox could not be read",
}

_ADVICE: dict[Stage, str] = {
    "reach": "Are host and port in CONVENOR_MAILBOX_URL right, and may this machine reach it?",
    "secure": "It needs TLS (imaps://) or STARTTLS (imap://) with a certificate for this host name; one of your own "
    "authority is named with ?ca=FILE.",
    "sign in": "Are user and password in CONVENOR_MAILBOX_URL right, each sign such as @ or / written in percent form? "
    "A mailbox of Microsoft 365 takes no password by IMAP.",
    "folder": "The folder stands after the host, such as /INBOX.",
    "read": "Try again later.",
}


def read_url(url: str) -> Mailbox:
    """The mailbox of an address such as imaps://user:password@host:993/INBOX or imap://host:143.

    imap:// always goes over to encryption (STARTTLS); only a server on this very machine may do without, by
    ?tls=none. ?ca=FILE names the certificates to trust. Raises ValueError with words that follow the setting's name
    and never hold the password.
    """
    found = servers.read(url, PORTS, _WANTED)
    if not found.user:
        raise ValueError("has no user name and password")
    if not found.path.isascii() or not found.path.isprintable() or set(found.path) & {'"', "\\"}:
        raise ValueError("names a folder with signs beyond plain ASCII, or with quotes")
    tls: Tls = "none" if not found.tls else "imaps" if found.scheme == "imaps" else "starttls"
    folder = found.path or "INBOX"
    return Mailbox(found.host, found.port, found.user, found.password, folder, tls, found.ca)


@dataclass(frozen=True)
class Letter:
    """A letter. `came_at` is when the server took it, by the server's clock."""

    number: int
    came_at: datetime
    content: bytes


@dataclass(frozen=True)
class Opened:
    """An open mailbox. Numbers of letters are good while `validity` stays the same."""

    client: imaplib.IMAP4
    validity: str

    def unread(self, since: date) -> list[int]:
        """The numbers of all letters that came on a day or later and are not marked as read."""
        day = f"{since.day:02}-{_MONTHS[since.month - 1]}-{since.year}"
        (found,) = self._asks("SEARCH", "UNSEEN", "SINCE", day)[:1] or [b""]
        return [int(each) for each in _bytes(found).split()]

    def with_entry(self, numbers: Sequence[int]) -> list[int]:
        """Those of some letters that have a calendar entry in them and are not too large."""
        found = []
        for first in range(0, len(numbers), AT_ONCE):
            asked = ",".join(str(each) for each in numbers[first : first + AT_ONCE])
            for told in _letters(self._asks("FETCH", asked, "(UID RFC822.SIZE BODYSTRUCTURE)")):
                number, size = _NUMBER.search(told), _SIZE.search(told)
                if number and size and int(size[1]) <= LARGEST and _ENTRY.search(told):
                    found.append(int(number[1]))
        return sorted(found)

    def letter(self, number: int) -> Letter | None:
        """The letter with that number, which stays unread; None where it is gone."""
        parts = self._asks("FETCH", str(number), "(UID INTERNALDATE BODY.PEEK[])")
        contents = [each[1] for each in parts if isinstance(each, tuple)]
        came = _CAME.search(b" ".join(each[0] if isinstance(each, tuple) else each for each in parts))
        if not contents or came is None:
            return None
        at = datetime.strptime(came[1].decode("ascii", "replace").strip(), "%d-%b-%Y %H:%M:%S %z")
        return Letter(number, at.astimezone(UTC), contents[0])

    def mark_read(self, number: int) -> None:
        """Marks a letter as read."""
        self._asks("STORE", str(number), "+FLAGS.SILENT", r"(\Seen)")

    def _asks(self, command: str, *words: str) -> list[Any]:
        kind, found = self.client.uid(command, *words)
        if kind != "OK":
            raise NotRead("read")
        return [each for each in found if each is not None]


@contextmanager
def opened(mailbox: Mailbox) -> Iterator[Opened]:
    """The mailbox, open. Raises NotRead, also where it stops answering meanwhile. It is closed whatever happens."""
    client = _reached(mailbox)
    try:
        with _failing_at("sign in"):
            client.login(mailbox.user, mailbox.password)
        with _failing_at("folder"):
            kind, _ = client.select(f'"{mailbox.folder}"')
            if kind != "OK":
                raise NotRead("folder")
            _, told = client.response("UIDVALIDITY")
        with _failing_at("read"):
            yield Opened(client, _bytes(told[0]).decode("ascii", "replace") if told and told[0] else "")
    finally:
        with suppress(imaplib.IMAP4.error, OSError):
            client.logout()
        with suppress(OSError):  # where the line broke off, the library leaves its end open
            client.shutdown()


def check(mailbox: Mailbox) -> Check:
    """Connects, encrypts, signs in and opens the folder; no letter is looked at."""
    where = f"{mailbox.host}:{mailbox.port}"
    try:
        with opened(mailbox):
            pass
    except NotRead as failure:
        return Check(False, f"At {where} {failure.sentence}. {_ADVICE[failure.stage]}")
    how = "without encryption, on this machine" if mailbox.tls == "none" else "encrypted"
    return Check(True, f"The mailbox at {where} can be read ({how}).")


def _reached(mailbox: Mailbox) -> imaplib.IMAP4:
    with _failing_at("secure"):
        trust = servers.trust(mailbox.ca) if mailbox.tls != "none" else None
    with _failing_at("reach"):
        if mailbox.tls == "imaps":
            return imaplib.IMAP4_SSL(mailbox.host, mailbox.port, ssl_context=trust, timeout=mailbox.timeout)
        client = imaplib.IMAP4(mailbox.host, mailbox.port, timeout=mailbox.timeout)
    if mailbox.tls == "starttls":
        try:
            with _failing_at("secure"):
                client.starttls(trust)
        except NotRead:
            with suppress(OSError):
                client.shutdown()
            raise
    return client


@contextmanager
def _failing_at(stage: Stage) -> Iterator[None]:
    """Turns what goes wrong into NotRead: what the server refused at this stage, a broken line at "reach"."""
    try:
        yield
    except ssl.SSLError:
        raise NotRead("secure") from None
    except imaplib.IMAP4.abort:  # the line broke, or what is needed is not offered
        raise NotRead(stage if stage == "secure" else "reach") from None
    except imaplib.IMAP4.error:
        raise NotRead(stage) from None
    except OSError:
        raise NotRead("reach") from None


def _letters(parts: Iterable[Any]) -> Iterator[bytes]:
    """What was told of each letter, in one piece: the library splits it where the server sent a text by its length."""
    told = b""
    for each in parts:
        if isinstance(each, tuple):
            told += b" ".join(each)
            continue
        told += each
        yield told
        told = b""


def _bytes(found: Any) -> bytes:
    return found if isinstance(found, bytes) else str(found).encode()
