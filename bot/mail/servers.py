"""A mail server's address in one line, as SMTP_URL and CONVENOR_MAILBOX_URL write it, and whom its encryption trusts.

Whatever is refused is refused with words that follow the setting's name and never hold the password.
"""

import ipaddress
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

IN_PERCENT = "in a user name or password write / as %2F, # as %23, ? as %3F and @ as %40"


@dataclass(frozen=True)
class Read:
    """What an address says. `path` is what stands after the port; `tls`: whether the way there is encrypted."""

    scheme: str
    host: str
    port: int
    user: str
    password: str
    path: str
    tls: bool
    ca: str


def read(url: str, ports: Mapping[str, int], wanted: str) -> Read:
    """Reads an address. `ports` has the scheme that goes over to encryption, then the one that begins with it.

    The first may do without encryption on this very machine, by ?tls=none. ?ca=FILE names the certificates to trust.
    Raises ValueError: with `wanted` where it is no address at all.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port
        host.encode("idna")
    except ValueError:
        raise ValueError(wanted) from None
    if parts.scheme not in ports or not host or port == 0 or any(not each.isprintable() for each in url.strip()):
        raise ValueError(wanted)
    if parts.fragment:
        raise ValueError(f"has something after the port: {IN_PERCENT}")
    user, password = _sign_in(parts)
    options = _options(parts)
    return Read(
        scheme=parts.scheme,
        host=host,
        port=port or ports[parts.scheme],
        user=user,
        password=password,
        path=unquote(parts.path).strip("/"),
        tls=_is_encrypted(options, parts.scheme, next(iter(ports)), host),
        ca=options.get("ca", ""),
    )


def trust(ca: str) -> ssl.SSLContext:
    """Whom we trust to say who a server is: the certificates in a file, or this machine's own. Raises OSError."""
    return ssl.create_default_context(cafile=ca or None)


def _sign_in(parts: SplitResult) -> tuple[str, str]:
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if bool(user) != bool(password):
        raise ValueError("has a user name without a password, or the other way round")
    if not (user + password).isascii() or not (user + password).isprintable():
        raise ValueError("has a user name or password with signs beyond plain ASCII, which cannot be sent to a server")
    return user, password


def _options(parts: SplitResult) -> dict[str, str]:
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if set(options) - {"tls", "ca"}:
        raise ValueError("has an unknown option after the question mark: tls=none and ca=FILE are known")
    if "ca" in options and not _holds_certificates(options["ca"]):
        raise ValueError("names a file of certificates (ca) that is not there or holds none")
    return options


def _is_encrypted(options: Mapping[str, str], scheme: str, plain: str, host: str) -> bool:
    if "tls" not in options:
        return True
    if options["tls"] != "none" or scheme != plain:
        raise ValueError(f"has an unknown value for tls: only {plain}:// with ?tls=none is known, on this machine")
    if not _is_this_machine(host):
        raise ValueError("asks for no encryption: that is for a mail server on this machine only (localhost)")
    return False


def _holds_certificates(file: str) -> bool:
    if not Path(file).is_file():
        return False
    try:
        trust(file)
    except OSError:  # of which ssl.SSLError is one
        return False
    return True


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
