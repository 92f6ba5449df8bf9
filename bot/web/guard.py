"""What stands around every page: headers, limits by address, and an access log that holds no address of anybody's.

A page's address is a key: it is told to nobody further (no referrer, no index, no copy), and the log has its shape
only.
"""

import ipaddress
import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger(__name__)

MOST_KNOWN = 10_000
"""How many addresses are remembered; the one that was away longest goes first."""

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)

EVERYWHERE: Mapping[str, str] = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-store",
}
"""On every answer that does not say otherwise itself."""

A_YEAR = "max-age=31536000"


@dataclass
class Rates:
    """Token buckets in memory: so many at once, and so many a second after that. `clock` gives seconds."""

    most: float
    each_second: float
    clock: Callable[[], float] = time.monotonic
    _left: "OrderedDict[str, tuple[float, float]]" = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def allows(self, who: str) -> bool:
        """Whether one more may come from there now; it is counted."""
        with self._lock:
            now = self.clock()
            left, at = self._left.pop(who, (self.most, now))
            left = min(self.most, left + (now - at) * self.each_second)
            allowed = left >= 1
            self._left[who] = (left - 1 if allowed else left, now)
            if len(self._left) > MOST_KNOWN:
                self._left.popitem(last=False)
            return allowed


def all_rates() -> Rates:
    """What one address may ask: pages, their styles and scripts. Whole offices come from one address."""
    return Rates(240, 4)


def form_rates() -> Rates:
    """The forms that one address may send in."""
    return Rates(30, 0.5)


def section_rates() -> Rates:
    """The sections of reports that one address may save: they are saved by themselves while somebody writes."""
    return Rates(240, 4)


@dataclass(frozen=True)
class Headed:
    """An app whose every answer has these headers, unless it says otherwise itself."""

    app: ASGIApp
    headers: Mapping[str, str] = field(default_factory=lambda: EVERYWHERE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""

        async def headed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, headed)


@dataclass(frozen=True)
class Guard:
    """The pages' app within its limits, each answer noted.

    `behind_proxy`: the last address in X-Forwarded-For is whoever asks.
    """

    app: ASGIApp
    private: bool
    behind_proxy: bool = False
    asked: Rates = field(default_factory=all_rates)
    sent: Rates = field(default_factory=form_rates)
    saved: Rates = field(default_factory=section_rates)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status: list[int] = []

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                status.append(message["status"])
                if self.private:
                    MutableHeaders(scope=message).setdefault("Strict-Transport-Security", A_YEAR)
            await send(message)

        who = asks_from(scope, behind_proxy=self.behind_proxy)
        app = self.app if self._allows(scope, who) else _TOO_OFTEN
        await app(scope, receive, noted)
        log.info(f"answered {scope['method']} {shape(scope)}: {status[0] if status else 0}", extra={"action": "web"})

    def _allows(self, scope: Scope, who: str) -> bool:
        """Whether whoever asks may ask this now; it is counted."""
        if not self.asked.allows(who):
            return False
        if scope["method"] != "POST":
            return True
        return (self.saved if is_section(scope) else self.sent).allows(who)


_TOO_OFTEN = PlainTextResponse(
    "This was asked too often from your address. Please wait a minute and try again.\n"
    "If a child is in danger now, ring 999.\n",
    429,
    {"Retry-After": "60"},
)

SECTION = "section"
"""What stands in the path of a section's page, before its id."""

_SHAPES = {"l": "/l/{token}", "notify": "/notify/{partnership}", "assets": "/assets/{file}"}


def shape(scope: Scope) -> str:
    """The shape of a path, without what stands in it: a token is a key, and whatever else was asked may be a name."""
    return _SHAPES.get(_parts(scope)[0], "/...")


def is_section(scope: Scope) -> bool:
    """Whether a path is that of a section of a report: /l/TOKEN/section/ID."""
    parts = _parts(scope)
    return len(parts) == 4 and (parts[0], parts[2]) == ("l", SECTION)


def _parts(scope: Scope) -> list[str]:
    path: str = scope["path"].removeprefix(scope.get("root_path", ""))
    return path.strip("/").split("/")


def asks_from(scope: Scope, *, behind_proxy: bool) -> str:
    """The address that a request came from; of IPv6 the network, since everybody has many addresses there."""
    client = scope.get("client")
    given = client[0] if client else ""
    if behind_proxy:
        told = Headers(scope=scope).getlist("x-forwarded-for")
        given = told[-1].rpartition(",")[2].strip() if told else given
    try:
        address = ipaddress.ip_address(given)
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
