"""The mail server: its address in one line, and one letter given to it, so that it is known how far that came.

What decides everything is the moment at which the letter itself begins to be sent. Before it a failure means that
nothing was taken; after it, silence means that nobody knows.
"""

import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

from . import servers

Tls = Literal["starttls", "smtps", "none"]

Stage = Literal["reach", "secure", "sign in", "sender", "recipient", "begin", "end"]
"""How far a letter came: the last stage that was tried. At "end" all of it may have been read."""

PORTS = {"smtp": 587, "smtps": 465}
TIMEOUT = 10.0
"""Seconds for each answer."""

END_TIMEOUT = 30.0
"""Seconds for the answer to a whole letter: servers look for viruses first, and nobody could be asked afterwards."""

QUIT_TIMEOUT = 2.0
"""Seconds for the goodbye; the letter is taken by then."""

_WANTED = f"is no mail server's address: write it like smtp://user:password@mail.example.org:587; {servers.IN_PERCENT}"
_STATUS = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])")


@dataclass(frozen=True)
class Server:
    """A mail server. `ca`: a file of certificates that is trusted in the place of this machine's own."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    tls: Tls = "starttls"
    ca: str = ""
    timeout: float = TIMEOUT
    end_timeout: float = END_TIMEOUT


class NotTaken(Exception):
    """The server did not take a letter, or nobody knows (`perhaps`).

    `code` is the server's answer, 0 where none came; `status` its longer one (RFC 3463), such as "5.1.1", or empty.
    """

    def __init__(self, stage: Stage, code: int = 0, status: str = "") -> None:
        super().__init__(f"{stage} {code} {status}".rstrip())
        self.stage = stage
        self.code = code
        self.status = status

    @property
    def perhaps(self) -> bool:
        """Whether it may have been taken after all."""
        return self.stage == "end" and not 400 <= self.code < 600

    @property
    def sentence(self) -> str:
        """What happened, without the address and without the server's own words, which may quote it."""
        said = self.status or (str(self.code) if self.code else "")
        return _SENTENCES[self.stage] + (f" (it answered {said})" if said else "")


_SENTENCES: dict[Stage, str] = {
    "reach": "the mail server could not be reached",
    "secure": "the mail server offers no encryption that can be trusted",
    "sign in": "the mail server did not take our user name and password",
    "sender": "the mail server does not take mail from our address",
    "recipient": "the mail server does not take mail for this address",
    "begin": "the mail server did not take the message",
    "end": "the mail server did not take the message",
}


@dataclass(frozen=True)
class Check:
    """Whether the mail server can be used, and a sentence that says so or says what to do."""

    ok: bool
    sentence: str


def read_url(url: str) -> Server:
    """The server of an address such as smtp://user:password@host:587 or smtps://host:465.

    smtp:// always goes over to encryption (STARTTLS); only a server on this very machine may do without, by
    ?tls=none. ?ca=FILE names the certificates to trust. Raises ValueError with words that follow the setting's name
    and never hold the password.
    """
    found = servers.read(url, PORTS, _WANTED)
    if found.path:
        raise ValueError(f"has something after the port: {servers.IN_PERCENT}")
    tls: Tls = "none" if not found.tls else "smtps" if found.scheme == "smtps" else "starttls"
    return Server(found.host, found.port, found.user, found.password, tls, found.ca)


def _context(server: Server) -> ssl.SSLContext:
    try:
        return servers.trust(server.ca)
    except OSError:  # the file was there when the settings were read
        raise NotTaken("secure") from None


def post(server: Server, sender: str, to: str, letter: bytes) -> None:
    """Gives a letter to the server, over a connection of its own; when this returns, the server has taken it.

    `letter` has CRLF at the end of each line. Raises NotTaken. May be called from many threads at once.
    """
    with _connected(server) as client:
        size = [f"size={len(letter)}"] if client.has_extn("size") else []
        _answer("sender", (250,), lambda: client.mail(sender, size))
        _answer("recipient", (250, 251), lambda: client.rcpt(to))
        _answer("begin", (354,), lambda: client.docmd("DATA"))
        _hand_over(server, client, letter)


def check(server: Server) -> Check:
    """Connects, encrypts and signs in as for a letter, and sends none."""
    where = f"{server.host}:{server.port}"
    try:
        with _connected(server) as client:
            _answer("reach", (250,), client.noop)
    except NotTaken as failure:
        return Check(False, f"At {where} {failure.sentence}. {_ADVICE[failure.stage]}")
    how = "without encryption, on this machine" if server.tls == "none" else "encrypted"
    signed_in = "signed in" if server.user else "no sign-in"
    return Check(True, f"The mail server at {where} answers ({how}, {signed_in}).")


_ADVICE: dict[Stage, str] = {
    "reach": "Are host and port in SMTP_URL right, and may this machine reach it?",
    "secure": "It needs STARTTLS (smtp://) or TLS (smtps://) with a certificate for this host name; one of your own "
    "authority is named with ?ca=FILE.",
    "sign in": "Are user and password in SMTP_URL right, each sign such as @ or / written in percent form?",
}
"""What to do, by how far a check came; it goes no further."""


@contextmanager
def _connected(server: Server) -> Iterator[smtplib.SMTP]:
    """A connection that is ready for a letter: encrypted and signed in. It is closed whatever happens."""
    client = _reached(server)
    try:
        _prepare(server, client)
        yield client
        with suppress(smtplib.SMTPException, OSError):
            _wait_at_most(client, QUIT_TIMEOUT)
            client.quit()
    finally:
        client.close()


def _reached(server: Server) -> smtplib.SMTP:
    with _failing_at("reach"):
        if server.tls == "smtps":
            trust = _context(server)
            return smtplib.SMTP_SSL(server.host, server.port, _own_name(), timeout=server.timeout, context=trust)
        return smtplib.SMTP(server.host, server.port, _own_name(), timeout=server.timeout)


@cache
def _own_name() -> str:
    """How we present ourselves. Asked once: without a name server the question takes long."""
    name = socket.getfqdn()
    return name if "." in name else "[127.0.0.1]"


def _prepare(server: Server, client: smtplib.SMTP) -> None:
    with _failing_at("reach"):
        client.ehlo_or_helo_if_needed()
    if server.tls == "starttls":
        with _failing_at("secure"):
            code, words = client.starttls(context=_context(server))
            if code != 220:
                raise NotTaken("secure", max(code, 0), _status(words))
            client.ehlo_or_helo_if_needed()
    if server.user:
        with _failing_at("sign in"):
            client.login(server.user, server.password)


@contextmanager
def _failing_at(stage: Stage) -> Iterator[None]:
    """Turns what goes wrong into NotTaken: what the server answered stops at this stage, a broken line at "reach"."""
    try:
        yield
    except smtplib.SMTPResponseException as failure:
        raise NotTaken(stage, max(failure.smtp_code, 0), _status(failure.smtp_error)) from None
    except ssl.SSLError:
        raise NotTaken("secure") from None
    except smtplib.SMTPServerDisconnected:
        raise NotTaken("reach") from None
    except smtplib.SMTPException:  # it does not offer what is needed
        raise NotTaken(stage) from None
    except OSError:
        raise NotTaken("reach") from None


def _answer(stage: Stage, wanted: tuple[int, ...], say: Callable[[], tuple[int, bytes]]) -> None:
    """Says something to the server. Raises NotTaken unless its answer is one of those that are wanted."""
    try:
        code, words = say()
    except (smtplib.SMTPException, OSError):
        raise NotTaken(stage) from None
    if code not in wanted:
        raise NotTaken(stage, max(code, 0), _status(words))


def _hand_over(server: Server, client: smtplib.SMTP, letter: bytes) -> None:
    """Sends the letter itself, each line that begins with a dot with one more (RFC 5321, 4.5.2)."""
    text = re.sub(rb"^\.", b"..", letter, flags=re.MULTILINE)
    end = b".\r\n" if text.endswith(b"\r\n") else b"\r\n.\r\n"

    def hand_over() -> tuple[int, bytes]:
        _wait_at_most(client, server.end_timeout)
        client.send(text + end)
        return client.getreply()

    _answer("end", (250,), hand_over)


def _wait_at_most(client: smtplib.SMTP, seconds: float) -> None:
    if client.sock is not None:
        client.sock.settimeout(seconds)


def _status(words: bytes | str) -> str:
    text = words.decode("ascii", "replace") if isinstance(words, bytes) else words
    found = _STATUS.search(text)
    return found.group() if found else ""
