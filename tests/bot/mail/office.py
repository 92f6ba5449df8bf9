"""A real mail server (aiosmtpd) on a free port, that can be told to refuse or to break off at any stage."""

import asyncio
import datetime
import ipaddress
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from bot.mail.smtp import Server

USER, PASSWORD = "convenor", "a/word@with#signs"
DROP = "drop"
"""In the place of an answer: the connection is broken off."""


@dataclass
class MailOffice:
    """What a server took, and how it is told to answer: an answer by its stage, "drop" to break off there.

    Stages: "EHLO", "MAIL", "RCPT", "DATA" (before the letter is begun) and "end" (after all of it was read; "taken,
    then drop" keeps the letter and then breaks off).
    """

    answers: dict[str, str] = field(default_factory=dict)
    taken: list[Envelope] = field(default_factory=list)
    mails: list[str] = field(default_factory=list)
    signed_in: list[bool] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    port: int = 0
    slow: float = 0
    """Seconds that it takes to look at a whole letter."""

    def letters(self) -> list[EmailMessage]:
        """The letters as a mail program reads them."""
        read = [BytesParser(policy=default).parsebytes(one.original_content or b"") for one in self.taken]
        assert all(isinstance(one, EmailMessage) for one in read)
        return [one for one in read if isinstance(one, EmailMessage)]

    def letter(self) -> EmailMessage:
        """The only letter."""
        (only,) = self.letters()
        return only

    def at(self, **given: Any) -> Server:
        """The server as settings would have it, on this machine and without encryption unless told otherwise."""
        return Server(**{"host": "127.0.0.1", "port": self.port, "tls": "none", "timeout": 2, "end_timeout": 2} | given)

    # What aiosmtpd asks for.

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.mails.append(address)
        envelope.mail_from = address
        return self._answer("MAIL", server)

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self._answer("RCPT", server)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        await asyncio.sleep(self.slow)
        answer = self.answers.get("end", "250 OK")
        if answer.startswith("250") or answer == "taken, then drop":
            self.taken.append(envelope)
            self.signed_in.append(bool(session.authenticated))
            self.encrypted.append(session.ssl is not None)
        return self._answer("end", server)

    def _answer(self, stage: str, server: SMTP) -> str:
        answer = self.answers.get(stage, "250 OK")
        if answer.endswith(DROP):
            break_off(server)
        return answer

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        answer = self.answers.get("AUTH")
        if answer == DROP:
            break_off(server)
        right = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        if answer or not right:
            return AuthResult(success=False, handled=False, message=answer)
        return AuthResult(success=True)


def break_off(server: SMTP) -> None:
    """Breaks a connection off at once, without a word."""
    assert server.transport is not None
    server.transport.abort()


class _Protocol(SMTP):
    """aiosmtpd's server with two more places to refuse at: the greeting of EHLO, and DATA before the letter."""

    office: MailOffice

    async def smtp_EHLO(self, hostname: str) -> None:  # noqa: N802
        if not await self._told("EHLO"):
            await super().smtp_EHLO(hostname)

    async def smtp_HELO(self, hostname: str) -> None:  # noqa: N802
        if not await self._told("EHLO"):
            await super().smtp_HELO(hostname)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        if not await self._told("DATA"):
            await super().smtp_DATA(arg)

    async def _told(self, stage: str) -> bool:
        answer = self.office.answers.get(stage)
        if answer == DROP:
            break_off(self)
        elif answer:
            await self.push(answer)
        return bool(answer)


class _Controller(Controller):
    office: MailOffice

    def factory(self) -> SMTP:
        protocol = _Protocol(self.handler, **self.SMTP_kwargs)
        protocol.office = self.office
        return protocol


@contextmanager
def a_mail_office(
    *, tls: ssl.SSLContext | None = None, smtps: ssl.SSLContext | None = None, **answers: str
) -> Iterator[MailOffice]:
    """A mail server at work. `tls` offers STARTTLS, `smtps` speaks TLS from the first byte."""
    office = MailOffice(answers=answers, port=free_port())
    controller = _Controller(
        office,
        hostname="127.0.0.1",
        port=office.port,
        ssl_context=smtps,
        tls_context=tls,
        authenticator=office.authenticate,
        auth_require_tls=tls is not None,
    )
    controller.office = office
    controller.start()
    try:
        yield office
    finally:
        controller.stop()


def free_port() -> int:
    """A port of this machine on which nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
        assert isinstance(port, int)
        return port


@dataclass(frozen=True)
class Certificate:
    """A certificate that nobody vouches for but itself, for localhost and 127.0.0.1."""

    file: Path
    key: Path

    def context(self) -> ssl.SSLContext:
        """What a server needs to speak TLS with it."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.file, self.key)
        return context


def a_certificate(folder: Path, name: str = "localhost") -> Certificate:
    """Makes one, valid around the real today."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    names: list[x509.GeneralName] = [x509.DNSName(name)]
    if name == "localhost":
        names.append(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC))
        .not_valid_after(datetime.datetime(2060, 1, 1, tzinfo=datetime.UTC))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file, key_file = folder / f"{name}.pem", folder / f"{name}.key"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return Certificate(file, key_file)
