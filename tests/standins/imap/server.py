"""The server: a free port of the loopback, one user, one folder, and the few commands of a reader."""

import contextlib
import re
import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.message import Message
from typing import Any, Self

USER, PASSWORD = "answers@ours.example", 'a/word@with#signs and "quotes"'

_LINE = re.compile(rb"(?P<tag>\S+) (?P<rest>.*)")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"|(\S+)')
_CLOSING = ("LOGOUT",)


@dataclass
class Kept:
    """A letter in the folder."""

    number: int
    came_at: datetime
    content: bytes
    seen: bool = False
    fetched: int = 0
    """How often its content was asked for."""


@dataclass
class StandIn:
    """An IMAP server with one mailbox. A context manager.

    `tls` offers STARTTLS with that context, `imaps` speaks TLS from the first byte; else nothing is encrypted.
    """

    tls: ssl.SSLContext | None = None
    imaps: ssl.SSLContext | None = None
    letters: list[Kept] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    validity: int = 1
    lock: threading.RLock = field(default_factory=threading.RLock)

    def __enter__(self) -> Self:
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.standin = self
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_address[1])

    def comes(self, content: bytes, at: datetime) -> Kept:
        """A letter comes in."""
        with self.lock:
            found = Kept(max((each.number for each in self.letters), default=0) + 1, at, content)
            self.letters.append(found)
            return found

    def renumber(self) -> None:
        """Gives every letter another number, as a server may that was restored."""
        with self.lock:
            self.validity += 1
            for each in self.letters:
                each.number += 100

    def fetched(self) -> list[int]:
        """The numbers of letters whose content was asked for."""
        return [each.number for each in self.letters if each.fetched]


class _Server(socketserver.ThreadingTCPServer):
    standin: StandIn
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Lines that break off are what tests ask for."""


class _Handler(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        """One connection."""
        self.standin = self.server.standin
        if self.standin.imaps is not None:
            self._encrypt(self.standin.imaps)
        if self._fault("greeting"):
            return
        self._says(b"* OK ready")
        while line := self.rfile.readline():
            found = _LINE.match(line.strip())
            if found is None or not self._does(found["tag"], found["rest"].decode("utf-8", "replace")):
                return

    def _does(self, tag: bytes, rest: str) -> bool:
        words = [quoted.replace('\\"', '"').replace("\\\\", "\\") or bare for quoted, bare in _QUOTED.findall(rest)]
        name = words[1].upper() if words[0].upper() == "UID" else words[0].upper()
        self.standin.asked.append(name if name == "LOGIN" else rest)
        fault = self._fault(name)
        if fault == "drop":
            return False
        if fault:
            self._says(tag + b" NO not now")
            return True
        with self.standin.lock:
            done = getattr(self, f"_{name.lower()}")(words, rest)
        self._says(tag + (b" OK done" if done else b" NO no"))
        if name == "STARTTLS":
            assert self.standin.tls is not None
            self._encrypt(self.standin.tls)
        return name not in _CLOSING

    def _fault(self, name: str) -> str:
        answer = self.standin.answers.get(name, "")
        if answer == "drop":
            self.connection.shutdown(socket.SHUT_RDWR)
        return answer

    def _says(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")

    def _encrypt(self, context: ssl.SSLContext) -> None:
        self.connection = context.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), _Writer(self.connection)  # type: ignore[assignment]

    # Commands

    def _capability(self, _words: list[str], _rest: str) -> bool:
        offers = b" STARTTLS" if self.standin.tls is not None else b""
        self._says(b"* CAPABILITY IMAP4rev1" + offers)
        return True

    def _starttls(self, _words: list[str], _rest: str) -> bool:
        return self.standin.tls is not None

    def _login(self, words: list[str], _rest: str) -> bool:
        return words[1:] == [USER, PASSWORD]

    def _select(self, words: list[str], _rest: str) -> bool:
        if words[1].upper() != "INBOX":
            return False
        self._says(f"* {len(self.standin.letters)} EXISTS".encode())
        self._says(f"* OK [UIDVALIDITY {self.standin.validity}] good".encode())
        return True

    def _search(self, words: list[str], _rest: str) -> bool:
        assert [words[2].upper(), words[3].upper()] == ["UNSEEN", "SINCE"]
        since = datetime.strptime(words[4], "%d-%b-%Y").replace(tzinfo=UTC).date()
        found = [each.number for each in self.standin.letters if not each.seen and _day(each) >= since]
        self._says(" ".join(["* SEARCH", *map(str, found)]).encode())
        return True

    def _fetch(self, words: list[str], rest: str) -> bool:
        wanted = {int(each) for each in words[2].split(",")}
        for place, each in enumerate(self.standin.letters, 1):
            if each.number in wanted:
                parts = [f"UID {each.number}".encode(), *_items(each, rest.upper())]
                self._says(f"* {place} FETCH (".encode() + b" ".join(parts) + b")")
        return True

    def _store(self, words: list[str], rest: str) -> bool:
        assert rest.upper().endswith(r"+FLAGS.SILENT (\SEEN)")
        for each in self.standin.letters:
            each.seen = each.seen or each.number == int(words[2])
        return True

    def _noop(self, _words: list[str], _rest: str) -> bool:
        return True

    def _logout(self, _words: list[str], _rest: str) -> bool:
        self._says(b"* BYE")
        return True


class _Writer:
    """Writes whole lines to a socket that was encrypted meanwhile."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.closed = False

    def write(self, content: bytes) -> None:
        self.connection.sendall(content)

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """Ends the line."""
        self.closed = True
        with contextlib.suppress(OSError):
            self.connection.close()


def _day(kept: Kept) -> date:
    return kept.came_at.astimezone(UTC).date()


def _items(kept: Kept, asked: str) -> Iterator[bytes]:
    if "RFC822.SIZE" in asked:
        yield f"RFC822.SIZE {len(kept.content)}".encode()
    if "INTERNALDATE" in asked:
        yield f'INTERNALDATE "{kept.came_at.astimezone(UTC):%d-%b-%Y %H:%M:%S} +0000"'.encode()
    if "BODYSTRUCTURE" in asked:
        yield b"BODYSTRUCTURE " + _structure(message_from_bytes(kept.content))
    if "BODY.PEEK[]" in asked:
        kept.fetched += 1
        yield b"BODY[] " + _literal(kept.content)


def _structure(part: Message) -> bytes:
    """What a letter is made of, as RFC 3501 writes it in 7.4.2."""
    if part.is_multipart():
        inner = b"".join(_structure(each) for each in part.get_payload() if isinstance(each, Message))
        return b"(" + inner + b' "' + part.get_content_subtype().upper().encode() + b'" NIL NIL NIL)'
    params = b" ".join(_text(key) + b" " + _text(value) for key, value in part.get_params()[1:])
    size = str(len(part.get_payload())).encode()
    fields = [
        b'"' + part.get_content_maintype().upper().encode() + b'"',
        b'"' + part.get_content_subtype().upper().encode() + b'"',
        b"(" + params + b")" if params else b"NIL",
        b"NIL",
        b"NIL",
        b'"' + part.get("Content-Transfer-Encoding", "7BIT").upper().encode() + b'"',
        size,
    ]
    if part.get_content_maintype() == "text":
        fields.append(b"1")
    return b"(" + b" ".join(fields) + b")"


def _text(value: str) -> bytes:
    """A text in quotes; by its length where it has signs that may not stand in them."""
    if value.isascii() and not set(value) & {'"', "\\", "\r", "\n"}:
        return b'"' + value.encode() + b'"'
    return _literal(value.encode())


def _literal(content: bytes) -> bytes:
    return b"{" + str(len(content)).encode() + b"}\r\n" + content
