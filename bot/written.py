"""How settings are written: lists, ids, hosts; and which addresses are this machine's own."""

import re
from urllib.parse import urlsplit

ID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
"""How GOV.UK Notify and Microsoft write an id, to be matched in any case; a key of Notify is a name and two of them."""

LOOPBACK = ("localhost", "127.0.0.1", "::1")
"""The hosts that are this machine itself."""

_PART = "[a-z0-9]([a-z0-9-]*[a-z0-9])?"


def listed(value: str) -> list[str]:
    """The parts of a list with commas between."""
    return [part.strip() for part in value.split(",") if part.strip()]


def is_an_id(value: str) -> bool:
    """Whether it is written as an id."""
    return bool(re.fullmatch(ID, value, re.IGNORECASE))


def is_a_domain(value: str) -> bool:
    """Whether it is the name of a host or a mail domain, in small letters, with a dot at least."""
    return bool(re.fullmatch(rf"({_PART}\.)+{_PART}", value))


def is_here(url: str) -> bool:
    """Whether an address is one of this machine's own, which nobody else reaches."""
    return urlsplit(url).hostname in LOOPBACK
